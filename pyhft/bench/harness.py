"""How everything is measured: answers first, then rounds in which the implementations take turns.

One sample is as many calls as fill a millisecond, timed by the wall clock; one during which the thread lost its core is
taken again. In each round every implementation gives one sample, in rotated order, so that a disturbance of the machine
meets all of them alike, and a ratio is the median of the ratios within the rounds. An implementation that has used up
its share of the time leaves the later rounds to the others; pyhft and the first peer stay until the end. The garbage
collector is off.
"""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pyhft import _core, kernels
from pyhft.bench.answers import Disagreement, agreement

__all__ = [
    "Case",
    "Outcome",
    "Peer",
    "Row",
    "calling",
    "header",
    "machine",
    "measure",
    "pinned",
    "quartiles",
    "settle_heap",
]

_SAMPLE_NS = 1_000_000
_AGAIN_NS = 100_000_000  # samples longer than this are kept whatever happened during them
_ROUNDS = 1001
_LEAST_ROUNDS = 7
_LEAST_ROUNDS_OF_A_SLOW_PEER = 3


@dataclass(frozen=True)
class Peer:
    """One implementation of a case: what to call, or why it can't be; `check` is given our answer and its."""

    name: str
    call: Callable[[], Any] | None = None
    missing: str = ""
    check: Callable[[Any, Any], None] = field(default_factory=agreement, repr=False)
    answer: Callable[[], Any] | None = None  # where `call` itself doesn't return what is to be compared


@dataclass(frozen=True)
class Case:
    """One piece of work on arrays of `n`; figures are per item, of which there are `items`.

    `make` prepares the implementations when it is their turn, pyhft first; what they hold is freed after it.
    """

    name: str
    unit: str
    n: int
    make: Callable[[], list[Peer]] = field(repr=False)
    items: int = 0
    cores: int = 1
    part: float = 1.0  # of the time that a case is measured

    @property
    def divisor(self) -> int:
        """How many items there are: as many as `n` unless the case says otherwise."""
        return self.items or self.n


@dataclass(frozen=True)
class Row:
    """What one implementation of a case took per item, in nanoseconds; None where too few samples say.

    `ratio` compares the two medians; `paired_*` are the quartiles of the ratios within the rounds. Both are this row's
    time divided by pyhft's: above 1 means that pyhft is faster.
    """

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
    paired_p25: float | None = None
    paired_p50: float | None = None
    paired_p75: float | None = None

    @staticmethod
    def titles() -> str:
        """Head the columns of the table."""
        figures = "".join(f"{name:>10}" for name in ("p50", "p25", "p75", "p99", "ratio", "p25", "p75"))
        return f"{'case':<38} {'impl':<17} {'unit':<9} {'n':>9}{figures}"

    def __str__(self) -> str:
        ratio = self.ratio if self.paired_p50 is None else self.paired_p50
        cells = [
            "-".rjust(10) if value is None else f"{value:10.{digits}f}"
            for values, digits in (
                ((self.p50, self.p25, self.p75, self.p99), 3),
                ((ratio, self.paired_p25, self.paired_p75), 2),
            )
            for value in values
        ]
        return f"{self.case:<38} {self.impl:<17} {self.unit:<9} {self.n:>9}{''.join(cells)}"

    def to_dict(self) -> dict[str, object]:
        """Give the row as plain values, under the names of the file format."""
        return {name.replace("p99_9", "p99.9"): value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Outcome:
    """The rows of a case, and for peers that are not among them the reason."""

    rows: list[Row]
    missing: dict[str, str]
    refused: dict[str, str]
    notes: dict[str, str] = field(default_factory=dict)  # what an implementation has to say beside its row


def calling(function: Callable[..., Any], *arguments: Any, times: int = 1, **named: Any) -> Callable[[], Any]:
    """Give a function that makes one call, with nothing of the harness between a loop and it.

    With `times` it makes so many calls in a loop, so that what the harness adds to each is the loop alone.
    """
    given = {"_function": function} | {f"_{i}": one for i, one in enumerate(arguments)} | named
    listed = ", ".join([*(f"_{i}" for i in range(len(arguments))), *(f"{name}={name}" for name in named)])
    head = f"def call({', '.join(f'{name}={name}' for name in given)}, _times=_times):\n"
    loop = "    for _ in _times:\n        result = " if times > 1 else "    result = "
    namespace: dict[str, Any] = {**given, "_times": range(times)}
    exec(f"{head}{loop}_function({listed})\n    return result\n", namespace)
    call: Callable[[], Any] = namespace["call"]
    return call


@contextlib.contextmanager
def pinned(cores: Collection[int]) -> Iterator[bool]:
    """Keep this thread on the cores; False where that isn't allowed."""
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, cores)
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        os.sched_setaffinity(0, before)


def settle_heap() -> None:
    """Let the allocator keep blocks of up to 32 MB, as it does in a process that has once freed one of them.

    Until then glibc gives every array of some hundred kilobytes back to the system when it is freed, or keeps it,
    depending on what was freed before: three of them cost TA-Lib's MACD three times the computation, or nothing.
    """
    block = np.empty((1 << 22) - (1 << 10), dtype=np.float64)
    del block


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
        "cores": os.cpu_count(),
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


def _once(call: Callable[[], Any], calls: int) -> int:
    start = time.perf_counter_ns()
    for _ in range(calls):
        call()
    return time.perf_counter_ns() - start


def _switches() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


def _sample(call: Callable[[], Any], calls: int) -> int:
    """Time so many calls; the least of up to four attempts, of which the first that was left alone is the last."""
    least = 0
    for attempt in range(4):
        before = _switches()
        took = _once(call, calls)
        least = took if attempt == 0 else min(least, took)
        if took > _AGAIN_NS or _switches() == before:
            break
    return least


def _calls_per_sample(call: Callable[[], Any]) -> int:
    calls = 1
    while (took := _once(call, calls)) < _SAMPLE_NS:
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


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """Give p25, p50 and p75."""
    p25, p50, p75 = statistics.quantiles(values, n=4, method="inclusive")
    return p25, p50, p75


def _admitted(peers: list[Peer]) -> tuple[list[Peer], dict[str, str]]:
    """Keep pyhft, and the peers whose answer agrees with its."""
    ours, *others = peers
    expected = _answer(ours)
    kept, refused = [ours], {}
    for peer in others:
        try:
            peer.check(expected, _answer(peer))
        except Disagreement as why:
            refused[peer.name] = str(why)
        else:
            kept.append(peer)
    return kept, refused


def _answer(peer: Peer) -> Any:
    give = peer.answer or peer.call
    assert give is not None
    return give()


def _timed(calls: list[Callable[[], Any]], divisor: int, seconds: float) -> list[dict[int, float]]:
    """Time the implementations in turns; for each the time per item by the number of the round."""
    repeats = [_calls_per_sample(call) for call in calls]
    samples: list[dict[int, float]] = [{} for _ in calls]
    spent = [0] * len(calls)
    share = seconds * 1e9 / len(calls)
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        end = time.monotonic() + seconds
        for turn in range(_ROUNDS):
            if turn >= _LEAST_ROUNDS and time.monotonic() > end:
                break
            for i in (*range(turn % len(calls), len(calls)), *range(turn % len(calls))):
                if i > 1 and spent[i] > share and turn >= _LEAST_ROUNDS_OF_A_SLOW_PEER:
                    continue
                took = _sample(calls[i], repeats[i])
                spent[i] += took
                samples[i][turn] = took / repeats[i] / divisor
    finally:
        if was_enabled:
            gc.enable()
    return samples


def measure(case: Case, seconds: float) -> Outcome:
    """Check the answers of a case, then time it; one row for each implementation that is there and agrees."""
    everyone = case.make()
    missing = {peer.name: peer.missing for peer in everyone if peer.call is None}
    kept, refused = _admitted([peer for peer in everyone if peer.call is not None])
    samples = _timed([peer.call for peer in kept if peer.call is not None], case.divisor, seconds * case.part)
    ours = samples[0]
    rows = []
    for peer, by_round in zip(kept, samples, strict=True):
        values = sorted(by_round.values())
        p25, p50, p75 = quartiles(values)
        paired = quartiles([value / ours[turn] for turn, value in by_round.items()])
        tails = _percentile(values, 0.99), _percentile(values, 0.999)
        ratio = p50 / statistics.median(ours.values())
        rows.append(Row(case.name, peer.name, case.unit, case.n, p25, p50, p75, *tails, ratio, *paired))
    return Outcome(rows, missing, refused)
