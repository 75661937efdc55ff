"""Whether the port over DPDK can be tested (it was built, and its libraries are there), and what its tests share."""

import importlib
import os
import subprocess
import sys
import textwrap

import pytest

import pyhft as ph


def _why_not() -> str:
    try:
        importlib.import_module("pyhft._dpdk")
    except ImportError as cause:
        return f"no DPDK ({cause}): apt-get install dpdk dpdk-dev libdpdk-dev pkg-config, then build anew"
    return ""


WHY_NO_DPDK = _why_not()

# In continuous integration it has to be there: the tests run, and fail where it isn't.
needs_dpdk = pytest.mark.skipif(bool(WHY_NO_DPDK) and os.environ.get("CI") != "true", reason=WHY_NO_DPDK)


def python(code: str, *, status: int = 0, **environment: str) -> tuple[str, str]:
    """Run code in a process of its own, for DPDK starts once in one; give what it said on both streams."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout, done.stderr


def assert_pool_is_full(port: ph.NetworkPort) -> None:
    """See that no mbuf of an open or closed port is missing."""
    stats = port.stats()
    assert stats["held"] == 0
    assert stats["mbufs_free"] == stats["mbufs"]
