"""``pyhft bench techniques``: what the founders claimed of each technique, beside what this machine shows.

Nothing is measured here that another suite doesn't measure: a technique is one case of it, with our way and the way
that the technique replaces. The fourth claim, that a pinned thread spares 10 us, has no case: what a thread that isn't
pinned loses depends on what else the machine does; ``pyhft doctor --jitter`` shows it core by core.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pyhft.bench import components
from pyhft.bench.goals import Goal, Result
from pyhft.bench.harness import Outcome, Row
from pyhft.errors import ArgumentError

__all__ = ["TECHNIQUES", "Technique", "Techniques", "results"]


@dataclass(frozen=True)
class Technique:
    """A claim, and the case that is looked at for it."""

    name: str
    subject: str
    case: str
    replaced: str  # the implementation that does without
    times: float  # as fast, as was claimed


TECHNIQUES = (
    Technique("kernel bypass", "network", "there and back, every 20 us", "both-blocking", 20.0),
    Technique("asynchronous logging", "log", "caller, burst of 1000", "fprintf", 1000.0),
    Technique("pre-allocation", "arena", "one owner", "glibc", 100.0),
)


class Techniques:
    """The techniques, as a suite whose cases are theirs."""

    def __init__(self, peers: Sequence[str] | None) -> None:
        if peers is not None:
            raise ArgumentError("techniques are measured beside what each replaces: leave peers out.")
        self._suites = {one.subject: components.Suite(one.subject) for one in TECHNIQUES}
        self._by_name = {one.name: one for one in TECHNIQUES}

    @property
    def cases(self) -> tuple[str, ...]:
        """The names of the techniques."""
        return tuple(self._by_name)

    def measure(self, case: str, peers: Collection[str] | None, *, quick: bool) -> Outcome:
        """Measure a technique beside what it replaces."""
        one = self._by_name[case]
        outcome = self._suites[one.subject].measure(one.case, peers or (one.replaced,), quick=quick)
        return replace(outcome, rows=[replace(row, case=case) for row in outcome.rows])


def results(rows: Iterable[Row]) -> Iterator[Result]:
    """Hold the claims against the rows."""
    by_key = {(row.case, row.impl): row for row in rows}
    for one in TECHNIQUES:
        row = by_key.get((one.name, one.replaced))
        goal = Goal(one.name, 1, one.times, f"times {one.replaced}", one.replaced, at_least=True)
        if row is None:
            yield Result(goal)
        else:
            yield Result(goal, row.paired_p50, row.paired_p25, row.paired_p75)
