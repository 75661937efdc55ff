"""How everything is measured: answers first, then rounds in which the implementations take turns.

One sample is as many calls as fill a millisecond, timed by the wall clock. In each round every implementation gives one
sample, in rotated order, so that a disturbance of the machine meets all of them alike. The garbage collector is off.
"""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyhft import _core, kernels

__all__ = ["Case", "Peer", "Row", "header", "machine", "measure", "pinned"]

_SAMPLE_NS = 1_000_000
_ROUNDS = 1001
_LEAST_ROUNDS = 7


@dataclass(frozen=True)
class Peer:
    """One implementation of a case: what to call, or why it can't be."""

    name: str
    call: Callable[[], Any] | None = None
    missing: str = ""


@dataclass(frozen=True)
class Case:
    """One piece of work of `n` items.

    `check` is given the results of pyhft and of a peer and raises where they disagree; the first peer must be pyhft.
    """

    name: str
    unit: str
    n: int
    peers: tuple[Peer, ...]
    check: Callable[[Any, Any], None] = field(repr=False)


@dataclass(frozen=True)
class Row:
    """What one implementation of a case took per item, in nanoseconds; None where too few samples say."""

    case: str
    impl: str
    unit: str
    n: int
    p25: float
    p50: float
    p75: float
    p99: float | None
    p99_9: float | None
    ratio: float | None

    @staticmethod
    def titles() -> str:
        """Head the columns of the table."""
        figures = ("p25", "p50", "p75", "p99", "p99.9", "ratio")
        return f"{'case':<22} {'impl':<10} {'unit':<8} {'n':>10} " + " ".join(f"{name:>9}" for name in figures)

    def __str__(self) -> str:
        figures = (self.p25, self.p50, self.p75, self.p99, self.p99_9, self.ratio)
        cells = " ".join("-".rjust(9) if value is None else f"{value:9.3f}" for value in figures)
        return f"{self.case:<22} {self.impl:<10} {self.unit:<8} {self.n:>10} {cells}"

    def to_dict(self) -> dict[str, object]:
        """Give the row as plain values, under the names of the file format."""
        return {name.replace("p99_9", "p99.9"): value for name, value in vars(self).items()}


@contextlib.contextmanager
def pinned() -> Iterator[int | None]:
    """Keep this thread on the last core that it may use; gives the core, or None where that isn't allowed."""
    allowed = os.sched_getaffinity(0)
    core: int | None = max(allowed)
    try:
        os.sched_setaffinity(0, {max(allowed)})
    except OSError:
        core = None
    try:
        yield core
    finally:
        if core is not None:
            os.sched_setaffinity(0, allowed)


def _first_line(path: str, prefix: str = "") -> str | None:
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as lines:
            return next((line.removeprefix(prefix).strip(" \t\n:") for line in lines if line.startswith(prefix)), None)
    except OSError:
        return None


def _commit() -> str | None:
    """Of the sources, where the package is used in place."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout.strip()
    return None


def machine(core: int | None) -> dict[str, object]:
    """Describe what is measured on."""
    return {
        "cpu": _first_line("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if core is None else os.cpu_count(),
        "governor": _first_line(f"/sys/devices/system/cpu/cpu{core or 0}/cpufreq/scaling_governor"),
        "isa": kernels.isa(),
        "kernel": platform.release(),
        "compiler": _core.compiler,
        "commit": _commit(),
        "pinned": core,
    }


def header(about: dict[str, object]) -> str:
    """Put the machine on one line; what isn't known is said."""
    known = {**about, "pinned": "not pinned" if about["pinned"] is None else f"core {about['pinned']}"}
    return "# " + ", ".join(f"{name}: {'unknown' if value is None else value}" for name, value in known.items())


def _sample(call: Callable[[], Any], calls: int) -> int:
    start = time.perf_counter_ns()
    for _ in range(calls):
        call()
    return time.perf_counter_ns() - start


def _calls_per_sample(call: Callable[[], Any]) -> int:
    calls = 1
    while (took := _sample(call, calls)) < _SAMPLE_NS:
        calls = max(2 * calls, int(calls * _SAMPLE_NS / max(took, 1)) + 1) if calls < 1 << 20 else calls
        if calls >= 1 << 20:
            break
    return calls


def _percentile(ordered: list[float], part: float) -> float | None:
    """None unless at least one sample lies beyond it."""
    place = part * (len(ordered) - 1)
    if len(ordered) * (1 - part) < 1:
        return None
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def measure(case: Case, seconds: float) -> list[Row]:
    """Check the answers of a case, then time it; one row for each implementation that is there."""
    there = [(peer.name, peer.call) for peer in case.peers if peer.call is not None]
    expected = there[0][1]()
    for _, call in there[1:]:
        case.check(expected, call())
    del expected
    calls = [_calls_per_sample(call) for _, call in there]
    samples: list[list[float]] = [[] for _ in there]
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        end = time.monotonic() + seconds
        for turn in range(_ROUNDS):
            if turn >= _LEAST_ROUNDS and time.monotonic() > end:
                break
            for i in (*range(turn % len(there), len(there)), *range(turn % len(there))):
                samples[i].append(_sample(there[i][1], calls[i]) / calls[i] / case.n)
    finally:
        if was_enabled:
            gc.enable()
    ours = statistics.median(samples[0])
    rows = []
    for (name, _), values in zip(there, samples, strict=True):
        p25, p50, p75 = statistics.quantiles(values, n=4, method="inclusive")
        ordered = sorted(values)
        tail, far_tail = _percentile(ordered, 0.99), _percentile(ordered, 0.999)
        rows.append(Row(case.name, name, case.unit, case.n, p25, p50, p75, tail, far_tail, p50 / ours))
    return rows
