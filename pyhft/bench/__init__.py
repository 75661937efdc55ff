"""Side-by-side measurements on the reader's own machine.

A suite is a list of `Case` objects: one piece of work, done by pyhft and by whichever peers are installed. `run` looks
at the answers, measures, prints a table and writes the rows as JSON; docs/benchmarks.md tells how to read them.
"""

from __future__ import annotations

import contextlib
import json as json_format
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from pyhft.bench import components, kernels, libraries, native, registry, surface, techniques
from pyhft.bench import goals as goals_of
from pyhft.bench.answers import Disagreement
from pyhft.bench.harness import Case, Outcome, Peer, Row, header, machine, measure, pinned, quartiles, settle_heap
from pyhft.errors import ArgumentError, InputError

__all__ = ["DISAGREED", "SUITES", "Case", "Disagreement", "Peer", "Row", "run"]

KERNEL_SUITES = ("kernels", "surface")
SUITES = (*KERNEL_SUITES, *components.SUITES, "techniques")
SIZES = (1_000, 100_000, 10_000_000)
QUICK_SIZES = SIZES[:2]
MOST_BARS = 100_000_000
DISAGREED = 1  # exit status where a peer's answer differed from ours

_SECONDS = 1.5
_QUICK_SECONDS = 0.2


def _opened(path: str) -> contextlib.AbstractContextManager[TextIO]:
    """Open the file before anything is measured, so that a bad name costs no time."""
    if path == "-":
        return contextlib.nullcontext(sys.stdout)
    try:
        return Path(path).open("w", encoding="utf-8")
    except OSError as caught:
        raise InputError(
            f"{path} can't be written ({caught.strerror}): name a file in a folder that is there and writable."
        ) from caught


def _native_row(program: native.Program, case: Case, ours: Row) -> Row | None:
    """Measure a case without Python; it isn't in our process, so there are no rounds to compare within."""
    times = native.times(program, case)
    if times is None:
        return None
    p25, p50, p75 = quartiles(times)
    return Row(case.name, "c++", case.unit, case.n, p25, p50, p75, None, None, p50 / ours.p50)


def _checked_sizes(sizes: Sequence[int] | None, *, quick: bool) -> tuple[int, ...]:
    for n in sizes or ():
        if not 2 <= n <= MOST_BARS:
            raise ArgumentError(f"a size is {n}; it must be from 2 to {MOST_BARS} bars.")
    return tuple(sizes) if sizes else QUICK_SIZES if quick else SIZES


def _cases(
    suites: Sequence[str],
    sizes: tuple[int, ...],
    chosen: frozenset[str],
    only: frozenset[str] | None,
    cores: int,
    *,
    quick: bool,
) -> Iterator[Case]:
    if "kernels" in suites:
        yield from kernels.cases(sizes, chosen, only, cores, quick=quick)
    if "surface" in suites:
        yield from surface.cases(sizes, chosen, only)


def _refuse_what_is_about_kernels(
    of_kernels: Sequence[str], of_parts: Sequence[str], *, peers: Sequence[str] | None, **options: object
) -> None:
    if of_kernels:
        if peers is not None:
            raise ArgumentError("peers of the kernels and of the parts are others: name one kind of suites.")
        return
    for name, value in options.items():
        if value is not None:
            raise ArgumentError(f"{name} is about the kernels, not about {', '.join(of_parts)}: leave it out.")


class _Results:
    """What was measured so far, and the table that shows it."""

    def __init__(self, table: TextIO) -> None:
        self._table = table
        self._missing: set[tuple[str, str]] = set()
        self.rows: list[Row] = []
        self.refused: list[dict[str, object]] = []

    def say(self, *lines: object) -> None:
        if lines:
            print(*lines, sep="\n", file=self._table, flush=True)

    def take(self, case: str, n: int, outcome: Outcome, extra: Row | None = None) -> None:
        rows = [*outcome.rows, *([extra] if extra is not None else [])]
        self.rows += rows
        self.say(*rows)
        self.say(*(f"# {case}: {name}: {note}" for name, note in outcome.notes.items()))
        for name, why in outcome.missing.items():
            if (
                name not in libraries.LIBRARIES and (name, why) not in self._missing
            ):  # those were named at the beginning
                self._missing.add((name, why))
                self.say(f"# no rows of {name}: {why}")
        for name, why in outcome.refused.items():
            self.refused.append({"case": case, "impl": name, "n": n, "why": why})
            self.say(f"# {case}, n={n}: {name} has no row, its answer differs: {why}")


def _introduction(peers: dict[str, str | None]) -> list[str]:
    there = ", ".join(f"{name} {version}" for name, version in peers.items() if version is not None)
    frames = libraries.frames()
    lines = [f"# peers: {there or 'none'}"]
    lines += [f"# no rows of {name}: {libraries.missing(name)}" for name, version in peers.items() if version is None]
    if "talib" in peers:
        lines.append(
            f"# {' and '.join(frames)} can be imported: every call of TA-Lib's wrapper costs a microsecond more; "
            "'talib bare' is without"
            if frames
            else "# neither pandas nor polars can be imported: TA-Lib's calls are a microsecond cheaper than with them"
        )
    return lines


def run(
    suites: Sequence[str] | None = None,
    json: str | None = None,
    *,
    only: Sequence[str] | None = None,
    sizes: Sequence[int] | None = None,
    peers: Sequence[str] | None = None,
    quick: bool = False,
    goals: bool = False,
    cpp: str | None = None,
    seconds_per_case: float | None = None,
) -> int:
    """Measure suites and print a table.

    Parameters
    ----------
    suites : list of str, optional
        Names out of `SUITES`; 'kernels' if left out, with `goals` also 'surface'. 'queue', 'log', 'arena', 'clock',
        'network' and 'book' are the engine's parts, measured by the C++ programs of the build tree; 'techniques' holds
        what was claimed of some techniques against their cases.
    json : str, optional
        File for the rows; '-' is standard output, and the table goes to standard error then.
    only : list of str, optional
        Indicators to measure, by our names or TA-Lib's; all if left out. `only`, `sizes` and `cpp` are about the
        kernels alone.
    sizes : list of int, optional
        Bars of the single series; 1,000, 100,000 and 10,000,000 if left out.
    peers : list of str, optional
        Libraries or implementations to measure beside; all that are installed if left out.
    quick : bool
        Without ten million bars and the largest tables, and with fewer rounds.
    goals : bool
        Hold the figures against the goals of the project, and print which are met.
    cpp : str, optional
        Path of the C++ program for a column without Python; the one of the build tree if empty.
    seconds_per_case : float, optional
        How long the implementations of one case are measured in all.

    Returns
    -------
    int
        0, or `DISAGREED` where a peer's answer differed from ours: it is named, and has no row.

    Raises
    ------
    ArgumentError
        If there is no suite, indicator or peer of that name, a size is out of range, or an option isn't about these
        suites.
    InputError
        If the file can't be written, or a C++ program isn't there.
    """
    for suite in suites or ():
        if suite not in SUITES:
            raise ArgumentError(f"there is no suite '{suite}'; name one of {', '.join(SUITES)}.")
    selected = tuple(suites) if suites else KERNEL_SUITES if goals else SUITES[:1]
    of_kernels = [suite for suite in selected if suite in KERNEL_SUITES]
    of_parts = [suite for suite in selected if suite not in KERNEL_SUITES]
    if of_parts:
        _refuse_what_is_about_kernels(of_kernels, of_parts, only=only, sizes=sizes, cpp=cpp, peers=peers)
    chosen = libraries.chosen(peers if of_kernels else None)
    indicators = registry.selected(list(only) if only is not None else None)
    lengths = _checked_sizes(sizes, quick=quick)
    seconds = seconds_per_case if seconds_per_case is not None else _QUICK_SECONDS if quick else _SECONDS
    program = native.find(cpp) if cpp is not None else None
    parts: list[components.Suite | techniques.Techniques] = []
    if set(of_parts) & set(components.SUITES):
        parts += components.suites(of_parts, peers)
    if "techniques" in of_parts:
        parts.append(techniques.Techniques(peers))
    cores = sorted(os.sched_getaffinity(0))

    with contextlib.ExitStack() as stack:
        target = stack.enter_context(_opened(json)) if json is not None else None
        results = _Results(sys.stderr if json == "-" else sys.stdout)
        with pinned(cores[-1:]) as may_pin:
            settle_heap()
            about = machine(cores[-1] if may_pin and of_kernels else None)
            versions = libraries.versions(chosen) if of_kernels else {}
            results.say(header(about))
            if of_kernels:
                results.say(*_introduction(versions))
            results.say(Row.titles())
            for case in _cases(of_kernels, lengths, chosen, indicators, len(cores), quick=quick):
                with pinned(cores[-case.cores :]):
                    outcome = measure(case, seconds)
                    extra = _native_row(program, case, outcome.rows[0]) if program is not None else None
                results.take(case.name, case.n, outcome, extra)
        # Outside: these programs pin their threads themselves, to all the cores that we may use.
        for part in parts:
            for name in part.cases:
                results.take(name, 1, part.measure(name, peers, quick=quick))
        summaries = surface.summaries(results.rows)
        results.say(*summaries)
        held: list[goals_of.Result] = []
        if goals:
            held += goals_of.results(results.rows, chosen) if of_kernels else ()
            held += components.results(results.rows, {name for part in parts for name in part.cases})
            held += techniques.results(results.rows) if "techniques" in of_parts else ()
            counts = [f"{sum(one.status == status for one in held)} {status}" for status in goals_of.STATUSES]
            results.say(goals_of.Result.titles(), *held, f"# {len(held)} goals: {', '.join(counts)}")
        if target is not None:
            content: dict[str, object] = {"machine": about, "rows": [row.to_dict() for row in results.rows]}
            content |= {"peers": versions, "frames": libraries.frames(), "refused": results.refused}
            content["surface"] = [summary.to_dict() for summary in summaries]
            content["goals"] = [one.to_dict() for one in held]
            json_format.dump(content, target, indent=1)
            target.write("\n")
    return DISAGREED if results.refused else 0
