"""The named indicators: over one series, over a hundred bars, over many symbols and one bar at a time."""

from __future__ import annotations

from collections.abc import Iterator

from pyhft.bench import series, streams, tables
from pyhft.bench.harness import Case

__all__ = ["cases"]


def cases(
    sizes: tuple[int, ...], chosen: frozenset[str], only: frozenset[str] | None, cores: int, *, quick: bool
) -> Iterator[Case]:
    """Give the cases one after the other; each makes its arrays when it is measured."""
    yield from series.small_cases(chosen, only)
    yield from series.cases(sizes, chosen, only)
    yield from tables.cases(chosen, only, cores, quick=quick)
    yield from streams.cases(chosen, only)
