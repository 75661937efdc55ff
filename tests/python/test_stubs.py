"""The stubs of the compiled module say what the module says, and no room is without one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

from support.dpdk import WHY_NO_DPDK

import pyhft._core

ROOT = Path(__file__).parents[2]


def test_every_compiled_room_has_a_stub() -> None:
    rooms = {name for name, value in vars(pyhft._core).items() if isinstance(value, ModuleType)}
    stubs = {path.stem for path in (ROOT / "pyhft" / "_core").glob("*.pyi")} - {"__init__"}
    assert rooms == stubs


def test_stubs_agree_with_the_compiled_modules() -> None:
    modules = ["pyhft._core", *(["pyhft._dpdk"] if not WHY_NO_DPDK else [])]
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", *modules, "--concise"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    # pybind11 gives its classes a metaclass of its own, which is no business of a type checker.
    problems = [line for line in done.stdout.splitlines() if line and not line.endswith("metaclass differs")]
    assert problems == [], done.stderr
    assert done.stderr == ""


def test_stubs_of_indicators_are_written_anew_when_the_table_changes() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "write-stubs", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
