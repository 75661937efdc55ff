"""What tests of a network need of the host: skipped with the reason where it isn't there, failed where it must be."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from typing import NoReturn

import pytest


def skip(reason: str) -> NoReturn:
    """Skip the test; with CI=true everything is installed and allowed, and the test fails instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"with CI=true nothing may be skipped: {reason}")
    pytest.skip(reason)


def need(*programs: str) -> None:
    """Skip where one of these programs isn't installed."""
    for program in programs:
        if shutil.which(program) is None:
            skip(f"{program} isn't installed: make system-packages")


def need_namespaces() -> None:
    """Skip where no network namespace can be made."""
    need("ip", "ethtool")
    refused = _refused_namespace()
    if refused:
        skip(f"no network namespace can be made ({refused}): run as root")


@functools.cache
def _refused_namespace() -> str:
    name = f"pyhft{os.getpid()}try"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return tried.stderr.strip() if tried.returncode else ""
