"""The engine's parts beside their peers: queue, log, arena, clock, network.

They are measured by the Google Benchmark programs of the build tree, which look at every answer before they time it. A
case is run in rounds: each is one process in which the implementations take turns in random order, so that a
disturbance of the machine meets all of them alike. A figure is the median over the rounds, and a ratio the median of
the ratios within the rounds.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from pyhft.bench import native
from pyhft.bench.goals import Goal, Result, beside
from pyhft.bench.harness import Outcome, Row, quartiles
from pyhft.errors import ArgumentError

__all__ = ["SUITES", "Suite", "goals", "results", "suites"]

SUITES = ("queue", "log", "arena", "clock", "network", "book")
OURS = "pyhft"

_ROUNDS = 11
_QUICK_ROUNDS = 3
_LONG_ROUNDS = {"book": 5}  # of ten million messages each
# How a program's reason begins where a peer isn't there, and where this host doesn't let a case be measured.
_NOT_INSTALLED = "not installed"
_NOT_POSSIBLE = "not possible here"
_TRIP = "there and back, every 20 us"


def goals() -> list[Goal]:
    """List all goals of the parts."""
    items = ("8 B, 1 K slots", "8 B, 64 K slots")
    return [
        _goal("round trip 8 B", 1.10, "raw"),
        _goal("round trip 8 B", 0.65, "boost"),
        _goal("round trip 8 B", 0.85, "rigtorp"),
        *(_goal(f"one by one {one}", 1 / 2, peer) for one in items for peer in ("boost", "rigtorp")),
        _goal("one by one 64 B, 64 K slots", 1 / 1.5, "boost"),
        _goal("bursts of 32 x 8 B, 1 K slots", 1 / 1.5, "boost", "rte_ring"),
        *(_goal(f"bursts of 32 x 64 B, {slots} slots", 1 / 1.1, "boost", "rte_ring") for slots in ("1 K", "64 K")),
        _goal("caller, burst of 1000", 1.1, "fmtlog"),
        _goal("caller, burst of 1000", 0.05, "spdlog"),
        _goal("caller, paced 3 us", 1.5, "fmtlog", percentile="p99"),
        _goal("caller, paced 3 us", 0.05, "spdlog"),
        Goal("caller, stamp handed in", 1, 10.0, "ns", OURS),
        _goal("to a text file", 1 / 2, "quill"),
        _goal("one owner", 1.1, "raw"),
        _goal("one owner", 0.65, "std::pmr"),
        _goal("two threads", 0.06, "fetch_add"),
        Goal("histogram record", 1, 3.0, "ns", OURS),
        _goal("socket, receive", 1.1, "raw"),
        Goal("receive and parse", 1, 25.0, "ns", OURS),
        *(Goal(f"receive and parse{feed}", 1, 5.0, "ns more than dpdk", "dpdk", more=True) for feed in ("", " ITCH")),
        Goal(_TRIP, 1, 1_000.0, "ns", OURS),
        _goal(_TRIP, 1.1, "dpdk"),
        *(_goal(_TRIP, 1 / 20, peer) for peer in ("both-blocking", "blocking")),
        # The fastest public decoder takes 0.86 of the time of this one, which decodes fewer fields: 1.1 times that. The
        # order of the types in a short piece can be learnt by the processor, that of a long stream can't.
        *(_goal(f"decode, {what}", 0.95, "charles-cooper") for what in ("1 MiB over and over", "10 M messages")),
        *(
            _goal(f"decode and book, {symbols} symbols", limit, peer)
            for symbols in (500, 8000)
            # The last one finds orders in an array as long as the highest reference, and has levels only.
            for limit, peer in ((1 / 4.5, "std::map"), (1 / 3.3, "itchcpp"), (1.8, "charles-cooper"))
        ),
        Goal("one message, 500 symbols", 1, 340.0, "ns, p99", OURS, percentile="p99"),
    ]


def _goal(case: str, limit: float, *peers: str, percentile: str = "p50") -> Goal:
    """Our share of the time of a peer, or of the fastest of several."""
    unit = f"of {' and '.join(peers)}" + ("" if percentile == "p50" else f", {percentile}")
    return Goal(case, 1, limit, unit, " ".join(peers), percentile=percentile)


class Suite:
    """One program: its cases, and the implementations of each."""

    def __init__(self, subject: str) -> None:
        self._program = native.built(subject)
        self._rounds = _LONG_ROUNDS.get(subject, _ROUNDS)
        self._names: dict[str, dict[str, str]] = {}
        for name in self._program.names:
            case, impl = _case_and_impl(name)
            self._names.setdefault(case, {})[impl] = name

    @property
    def cases(self) -> tuple[str, ...]:
        """The names of what is measured."""
        return tuple(self._names)

    @property
    def implementations(self) -> frozenset[str]:
        """Ours and every peer of any case."""
        return frozenset(impl for names in self._names.values() for impl in names)

    def measure(self, case: str, peers: Collection[str] | None, *, quick: bool) -> Outcome:
        """Measure a case beside these peers, or beside all."""
        names = {
            impl: name for impl, name in self._names[case].items() if peers is None or impl == OURS or impl in peers
        }
        options = ["--benchmark_repetitions=1", "--benchmark_enable_random_interleaving=true"]
        if quick:
            options.append("--benchmark_min_time=0.05")
        figures: dict[str, list[dict[str, float]]] = {}
        missing: dict[str, str] = {}
        refused: dict[str, str] = {}
        notes: dict[str, str] = {}
        for _ in range(min(_QUICK_ROUNDS, self._rounds) if quick else self._rounds):
            left = [name for impl, name in names.items() if impl not in missing and impl not in refused]
            for run in self._program.runs(left, *options) if left else []:
                if run.get("run_type") != "iteration":
                    continue
                _, impl = _case_and_impl(run["name"])
                if run.get("error_occurred"):
                    why = str(run["error_message"])
                    if why.startswith(_NOT_INSTALLED):
                        missing[impl] = why
                    elif why.startswith(_NOT_POSSIBLE):
                        missing[impl] = f"{case}: {why}"
                    else:
                        refused[impl] = why
                else:
                    figures.setdefault(impl, []).append(_figures(run))
                    if run.get("label"):
                        notes[impl] = str(run["label"])
        measured = {impl: taken for impl, taken in figures.items() if impl not in refused}
        return Outcome(list(_rows(case, measured)), missing, refused, notes)


def suites(selected: Iterable[str], peers: Sequence[str] | None) -> list[Suite]:
    """Find the programs of suites; raises InputError for one that isn't built, ArgumentError for an unknown peer."""
    found = [Suite(subject) for subject in SUITES if subject in set(selected)]
    known = sorted({impl for suite in found for impl in suite.implementations} - {OURS})
    for name in peers or ():
        if name not in known:
            raise ArgumentError(f"there is no peer '{name}'; name some of {', '.join(known)}.")
    return found


def _case_and_impl(name: str) -> tuple[str, str]:
    """Read a name of Google Benchmark's, which ends with how it is timed."""
    case, impl, *_ = name.split("/")
    return case, impl


def _figures(run: dict[str, Any]) -> dict[str, float]:
    """Give the time of a run, ns per item, and its upper percentiles where it counted every item by itself."""
    figures: dict[str, float] = {name: float(run[name]) for name in ("p99", "p99.9") if name in run}
    figures["p50"] = float(run["p50"]) if "p50" in run else 1e9 / float(run["items_per_second"])
    return figures


def _median(values: Iterable[float]) -> float | None:
    listed = list(values)
    return statistics.median(listed) if listed else None


def _rows(case: str, figures: dict[str, list[dict[str, float]]]) -> Iterator[Row]:
    ours = [one["p50"] for one in figures.get(OURS, [])]
    for impl in sorted(figures, key=lambda impl: (impl != OURS, impl)):
        values = [one["p50"] for one in figures[impl]]
        p25, p50, p75 = quartiles(values)
        p99, p99_9 = (_median(one[name] for one in figures[impl] if name in one) for name in ("p99", "p99.9"))
        paired = quartiles([theirs / own for theirs, own in zip(values, ours, strict=True)]) if ours else (None,) * 3
        ratio = p50 / statistics.median(ours) if ours else None
        yield Row(case, impl, "ns", 1, p25, p50, p75, p99, p99_9, ratio, *paired)


def results(rows: Iterable[Row], cases: Collection[str]) -> Iterator[Result]:
    """Hold the goals of these cases against the rows."""
    by_key = {(row.case, row.impl): row for row in rows}
    for goal in goals():
        if goal.case not in cases:
            continue
        ours = by_key.get((goal.case, OURS))
        if ours is None:
            yield Result(goal)
            continue
        if goal.peer == OURS:
            yield Result(goal, ours.p99) if goal.percentile == "p99" else Result(goal, ours.p50, ours.p25, ours.p75)
            continue
        peers = goal.peer.split()
        there = [row for peer in peers if (row := by_key.get((goal.case, peer))) is not None]
        fastest = min(there, key=lambda row: row.p50, default=None)
        if fastest is None or len(there) < len(peers):
            yield Result(goal)
        elif goal.more:
            yield Result(goal, ours.p50 - fastest.p50)
        elif goal.percentile == "p99":
            yield Result(goal, ours.p99 / fastest.p99 if ours.p99 and fastest.p99 else None)
        else:
            yield beside(goal, fastest)
