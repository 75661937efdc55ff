"""Every function of pyhft.talib beside TA-Lib's, with the default parameters of both: the whole drop-in surface."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from pyhft import talib
from pyhft.bench.harness import Case, Peer, Row, calling
from pyhft.bench.market import market
from pyhft.bench.registry import described, talib_peers

__all__ = ["PREFIX", "Summary", "cases", "summaries"]

PREFIX = "talib."

# Where the method cancels: the angle between noise and noise has few digits whoever computes it.
_TOLERANCE = 1e-9

_PART = 1 / 3  # there are a hundred of them, at every size


@dataclass(frozen=True)
class Summary:
    """The whole surface at one size, as TA-Lib's time divided by ours."""

    n: int
    functions: int
    geometric_mean: float
    slowest: str
    slowest_speedup: float

    def __str__(self) -> str:
        return (
            f"# {self.functions} functions at n={self.n}: {self.geometric_mean:.2f} times as fast as TA-Lib in the "
            f"geometric mean; slowest {self.slowest}: {self.slowest_speedup:.2f} times, which is "
            f"{1.0 / self.slowest_speedup:.2f} of TA-Lib's time"
        )

    def to_dict(self) -> dict[str, object]:
        """Give plain values."""
        return asdict(self)


def cases(sizes: tuple[int, ...], chosen: frozenset[str], only: frozenset[str] | None = None) -> Iterator[Case]:
    """Give every function at every size."""
    for n in sizes:
        for name in talib.get_functions():
            if only is not None and name not in only:
                continue

            def make(name: str = name, n: int = n) -> list[Peer]:
                inputs = [market(n).series(one, name) for _, one in described()[name]["inputs"]]
                ours = Peer("pyhft", calling(getattr(talib, name), *inputs))
                peers = talib_peers(name, inputs, {}, chosen & {"talib"}, tolerance=_TOLERANCE)
                return [ours, *(peer for peer in peers if peer.name == "talib")]

            yield Case(PREFIX + name, "ns/bar", n, make, part=_PART)


def summaries(rows: Iterable[Row]) -> list[Summary]:
    """Sum up the rows of this suite, size by size."""
    by_size: dict[int, dict[str, float]] = {}
    for row in rows:
        if row.impl == "talib" and row.case.startswith(PREFIX) and row.paired_p50 is not None:
            by_size.setdefault(row.n, {})[row.case.removeprefix(PREFIX)] = row.paired_p50
    made = []
    for n, speedups in by_size.items():
        slowest = min(speedups, key=lambda name: speedups[name])
        mean = statistics.geometric_mean(speedups.values())
        made.append(Summary(n, len(speedups), mean, slowest, speedups[slowest]))
    return made
