"""The Google Benchmark programs of the build tree.

bench_kernels gives the kernels a column without Python; the engine's parts are measured by programs of their own.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyhft.bench.harness import Case
from pyhft.errors import InputError

__all__ = ["Program", "build_command", "built", "find", "times"]

_REPETITIONS = 9
_SECONDS = 0.05  # of one repetition
_SPECIAL = frozenset(".+*?()[]{}|$")  # of regular expressions


def build_command(subject: str) -> str:
    """Say how a program is built."""
    return f"cmake --preset release && cmake --build build/release --target bench_{subject}"


class Program:
    """A built bench_<subject>: the names of what it measures, and runs of them."""

    def __init__(self, path: Path, subject: str) -> None:
        self._path = path
        self._build = build_command(subject)
        self.names = [line.strip() for line in self._output("--benchmark_list_tests=true").splitlines() if line.strip()]

    def __str__(self) -> str:
        return str(self._path)

    def runs(self, names: Iterable[str], *options: str) -> list[dict[str, Any]]:
        """Run what has one of these names, and give what Google Benchmark says of each run."""
        escaped = ("".join(f"[{c}]" if c in _SPECIAL else c for c in name) for name in names)
        text = self._output(f"--benchmark_filter=^({'|'.join(escaped)})$", "--benchmark_format=json", *options)
        runs: list[dict[str, Any]] = json.loads(text)["benchmarks"]
        return runs

    def _output(self, *options: str) -> str:
        try:
            return subprocess.run([self._path, *options], capture_output=True, text=True, check=True).stdout
        except OSError as caught:
            raise InputError(f"{self._path} can't be run ({caught.strerror}); build it: {self._build}.") from caught
        except subprocess.CalledProcessError as caught:
            told = caught.stderr.strip().splitlines()[-1:] or ["no message"]
            raise InputError(
                f"{self._path} ended with status {caught.returncode} ({told[0]}); build it anew: {self._build}."
            ) from caught


def times(program: Program, case: Case) -> list[float] | None:
    """Nanoseconds per item of every repetition, sorted; None where the program has no such case."""
    name = f"{case.name}/{case.n}"
    if name not in program.names:
        return None
    runs = program.runs([name], f"--benchmark_repetitions={_REPETITIONS}", f"--benchmark_min_time={_SECONDS}")
    return sorted(_nanoseconds(runs, case.cores))


def _nanoseconds(runs: Iterable[dict[str, Any]], cores: int) -> Iterator[float]:
    """Give the time per item of every repetition.

    On one core by the clock of the thread, because the program doesn't repeat what was disturbed; the rate of items
    is told by that one. On several by the wall clock, because the others' time is not in it.
    """
    for run in runs:
        if run["run_type"] == "iteration":
            wall = run["real_time"] / run["cpu_time"] if cores > 1 else 1.0
            yield 1e9 / run["items_per_second"] * wall


def built(subject: str) -> Program:
    """Give the program of the build tree; raises InputError where it isn't built."""
    path = Path(__file__).parents[2] / "build" / "release" / "bench" / "cpp" / f"bench_{subject}"
    if not path.is_file():
        raise InputError(
            f"the program {path} isn't built: {build_command(subject)}, in the sources of pyhft; "
            "make bench does it, and installs the peers."
        )
    return Program(path, subject)


def find(given: str) -> Program:
    """Give bench_kernels at a path, or of the build tree where none is given; raises InputError."""
    if not given:
        return built("kernels")
    if not Path(given).is_file():
        raise InputError(
            f"--cpp is given '{given}', and there is no such program: give the path of bench_kernels "
            f"(suites are named before --cpp), or build it: {build_command('kernels')}."
        )
    return Program(Path(given).resolve(), "kernels")
