"""The C++ column: the same cases without Python around them, from the Google Benchmark program of the build tree."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyhft.bench.harness import Case
from pyhft.errors import InputError

__all__ = ["BUILD", "Program", "find"]

BUILD = "cmake --preset release && cmake --build build/release --target bench_kernels"
_REPETITIONS = 9
_SECONDS = 0.05  # of one repetition


class Program:
    """A built bench_kernels, and what it measures."""

    def __init__(self, path: Path) -> None:
        self._path = path
        listed = self._output("--benchmark_list_tests=true").split("\n")
        self._there = {line.strip() for line in listed if line.strip()}

    def __str__(self) -> str:
        return str(self._path)

    def _output(self, *options: str) -> str:
        try:
            return subprocess.run([self._path, *options], capture_output=True, text=True, check=True).stdout
        except OSError as caught:
            raise InputError(f"bench: {self._path} can't be run ({caught.strerror}); build it: {BUILD}.") from caught
        except subprocess.CalledProcessError as caught:
            told = caught.stderr.strip().splitlines()[-1:] or ["no message"]
            raise InputError(
                f"bench: {self._path} ended with status {caught.returncode} ({told[0]}); build it anew: {BUILD}."
            ) from caught

    def times(self, case: Case) -> list[float] | None:
        """Nanoseconds per item of every repetition, sorted; None where the program has no such case."""
        name = f"{case.name}/{case.n}"
        if name not in self._there:
            return None
        text = self._output(
            f"--benchmark_filter=^{name.replace('.', '[.]')}$",
            "--benchmark_format=json",
            f"--benchmark_repetitions={_REPETITIONS}",
            f"--benchmark_min_time={_SECONDS}",
        )
        return sorted(_nanoseconds(json.loads(text)["benchmarks"], case.cores))


def _nanoseconds(runs: Iterable[dict[str, Any]], cores: int) -> Iterator[float]:
    """Give the time per item of every repetition.

    On one core by the clock of the thread, because the program doesn't repeat what was disturbed; the rate of items
    is told by that one. On several by the wall clock, because the others' time is not in it.
    """
    for run in runs:
        if run["run_type"] == "iteration":
            wall = run["real_time"] / run["cpu_time"] if cores > 1 else 1.0
            yield 1e9 / run["items_per_second"] * wall


def find(given: str) -> Program:
    """Give the program at a path, or the one in the build tree where none is given; raises InputError."""
    if given:
        if not Path(given).is_file():
            raise InputError(
                f"bench: --cpp is given '{given}', and there is no such program: give the path of bench_kernels "
                f"(suites are named before --cpp), or build it: {BUILD}."
            )
        return Program(Path(given).resolve())
    path = Path(__file__).parents[2] / "build" / "release" / "bench" / "cpp" / "bench_kernels"
    if not path.is_file():
        raise InputError(
            f"bench: --cpp needs the program {path}, which isn't built: {BUILD}, in the sources of pyhft; "
            "or give its path."
        )
    return Program(path)
