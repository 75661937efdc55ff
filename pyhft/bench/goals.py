"""Goals and what was measured: for each a limit, the figure of this run, met or missed; and the goals of the kernels.

Ratios of the kernels are our time divided by TA-Lib's in the same process. Those of single series are stated for
machines on which pandas and polars can be imported and for AVX-512; with AVX2 alone a quarter more is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from pyhft import kernels
from pyhft.bench import libraries, surface
from pyhft.bench.harness import Row
from pyhft.bench.market import Doubles, market
from pyhft.bench.registry import described, label, native, native_parameters
from pyhft.bench.series import NAMED, SMALL

__all__ = ["STATUSES", "Goal", "Result", "beside", "goals", "results"]

STATUSES = ("met", "missed", "not measured")

_AVX2 = 1.25
_SIZES = (1_000, 100_000, 10_000_000)

# New result at the three sizes, then out= at the last.
_SERIES = {
    "EMA": (0.12, 0.15, 0.60, 0.25),
    "MACD": (0.25, 0.55, 0.90, 0.32),
    "SMA": (0.35, 0.60, 0.75, 0.50),
    "MAX": (0.35, 0.60, 0.75, 0.50),
    "MIN": (0.35, 0.60, 0.75, 0.50),
    "RSI": (0.30, 0.45, 0.70, 0.40),
    "STDDEV": (0.60, 0.60, 0.80, 0.60),
    "BBANDS": (0.60, 0.60, 0.80, 0.60),
    "ATR": (0.35, 0.85, 0.90, 0.75),
    "VWAP": (0.35, 0.85, 0.90, 0.75),
}
_BARE_EMA = 0.20
_DEVIATION = 1e-11


@dataclass(frozen=True)
class Goal:
    """A limit on one figure of one case."""

    case: str
    n: int
    limit: float
    unit: str = "of TA-Lib's time"  # or nanoseconds of ours
    peer: str = "talib"
    at_least: bool = False  # the figure is to be no less than the limit
    scaled: bool = False  # the limit is AVX-512's
    percentile: str = "p50"  # of both, which are compared
    more: bool = False  # the limit is on what is added to the peer's time, not on a share of it

    @property
    def here(self) -> float:
        """The limit on the instruction set that is in use."""
        return self.limit * (_AVX2 if self.scaled and kernels.isa() == "avx2" else 1.0)


@dataclass(frozen=True)
class Result:
    """A goal, and the figure of this run with its quartiles where it has some; None where nothing was measured."""

    goal: Goal
    figure: float | None = None
    p25: float | None = None
    p75: float | None = None
    remark: str = ""

    @property
    def status(self) -> str:
        """One of `STATUSES`."""
        if self.figure is None:
            return STATUSES[2]
        met = self.figure >= self.goal.here if self.goal.at_least else self.figure <= self.goal.here
        return STATUSES[0] if met else STATUSES[1]

    @staticmethod
    def titles() -> str:
        """Head the columns of the table."""
        return f"{'goal':<38} {'n':>9} {'limit':>9} {'measured':>9} {'p25':>8} {'p75':>8}  {'unit':<22} status"

    def __str__(self) -> str:
        cells = " ".join(
            "-".rjust(width) if value is None else f"{value:{width}.3g}"
            for value, width in ((self.figure, 9), (self.p25, 8), (self.p75, 8))
        )
        sign = ">=" if self.goal.at_least else "<="
        what = f"{self.goal.case}{' (bare)' if self.goal.peer == 'talib bare' else ''}"
        remark = f" ({self.remark})" if self.remark else ""
        limit = f"{sign} {self.goal.here:.3g}"
        return f"{what:<38} {self.goal.n:>9} {limit:>9} {cells}  {self.goal.unit:<22} {self.status}{remark}"

    def to_dict(self) -> dict[str, object]:
        """Give plain values."""
        return {
            "goal": self.goal.case,
            "n": self.goal.n,
            "peer": self.goal.peer,
            "unit": self.goal.unit,
            "limit": self.goal.here,
            "at_least": self.goal.at_least,
            "measured": self.figure,
            "p25": self.p25,
            "p75": self.p75,
            "status": self.status,
        }


def _of(name: str) -> str:
    return label(name, NAMED[name])


def goals() -> list[Goal]:
    """List all goals."""
    every = []
    for name, limits in _SERIES.items():
        every += [Goal(_of(name), n, limit, scaled=True) for n, limit in zip(_SIZES, limits[:3], strict=True)]
        every.append(Goal(f"{_of(name)} out=", _SIZES[-1], limits[3], scaled=True))
    ema, macd = _of("EMA"), _of("MACD")
    every += [
        Goal(ema, 1_000, _BARE_EMA, peer="talib bare", scaled=True),
        Goal(f"{ema}, a call", SMALL, 200.0, "ns", "pyhft"),
        Goal(f"{ema}, a call out=", SMALL, 120.0, "ns", "pyhft"),
        Goal(f"{ema}, an update", 1_000, 25.0, "ns", "pyhft"),
        *(Goal(f"{_of(name)}, a bank of 1000", 1_000, 2.0, "ns", "pyhft") for name in ("EMA", "MACD")),
        Goal(f"{ema}, 1000 x 10000 out=", 10_000, 0.30),
        Goal(f"{ema}, 1000 x 10000 exact out=", 10_000, 0.30),
        Goal(f"{macd}, 1000 x 10000 out=", 10_000, 0.40),
        Goal(f"{macd}, 1000 x 10000 exact out=", 10_000, 0.40),
        *(Goal(f"{_of(name)}, 1000 x 100 out=", 100, 0.05) for name in ("EMA", "MACD")),
        Goal("all functions, geometric mean", 1_000, 4.0, "times as fast as TA-Lib", at_least=True),
        Goal("all functions, geometric mean", 100_000, 3.0, "times as fast as TA-Lib", at_least=True),
        *(Goal("all functions, slowest", n, 1.05) for n in _SIZES),
        *(Goal(f"{_of(name)}, error at price 1e6", 100_000, _DEVIATION, "relative", "pyhft")
          for name in ("STDDEV", "BBANDS")),
    ]  # fmt: skip
    return every


def beside(goal: Goal, theirs: Row, remark: str = "") -> Result:
    """Hold our share of a peer's time against a goal."""
    figure, high, low = (
        None if ratio is None else 1.0 / ratio for ratio in (theirs.paired_p50, theirs.paired_p25, theirs.paired_p75)
    )
    return Result(goal, figure, low, high, remark)


def _deviation_error(name: str) -> float | None:
    """Give the error of our deviations at prices of a million that move by 0.1, relative to the true ones."""
    if name not in described():
        return None
    x = 1e6 + (market(100_000).close - 100.0)
    period = int(NAMED[name]["timeperiod"])
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.longdouble), period)
    distances = windows - windows.mean(axis=1, keepdims=True)
    exact = np.sqrt((distances * distances).mean(axis=1))
    result = native(name)(x, *native_parameters(name, NAMED[name]))
    bands: list[Doubles] = list(result) if isinstance(result, tuple) else []
    # The bands are prices: they can't hold the deviation closer than their own last digit.
    ours = (bands[0].astype(np.longdouble) - bands[1]) / 2 if bands else result.astype(np.longdouble)
    off = np.abs(ours[period - 1 :] - exact)
    return float(np.max(off / (windows.mean(axis=1) if bands else exact)))


def results(rows: Iterable[Row], peers: frozenset[str]) -> Iterator[Result]:
    """Hold every goal against the rows."""
    by_key = {(row.case, row.n, row.impl): row for row in rows}
    summaries = {summary.n: summary for summary in surface.summaries(by_key.values())}
    bare = not libraries.frames() if "talib" in peers else False
    for goal in goals():
        if goal.case.startswith("all functions"):
            summary = summaries.get(goal.n)
            if summary is None:
                yield Result(goal)
            elif goal.at_least:
                yield Result(goal, summary.geometric_mean, remark=f"{summary.functions} functions")
            else:
                yield Result(goal, 1.0 / summary.slowest_speedup, remark=summary.slowest)
            continue
        if "error at price" in goal.case:
            name = next(name for name in NAMED if goal.case.startswith(_of(name)))
            yield Result(goal, _deviation_error(name))
            continue
        # Where the wrapper adds nothing, TA-Lib is the bare one.
        row = by_key.get((goal.case, goal.n, "talib" if goal.peer == "talib bare" and bare else goal.peer))
        if row is None:
            yield Result(goal)
        elif goal.peer == "pyhft":
            yield Result(goal, row.p50, row.p25, row.p75)
        else:
            cheaper = bare and goal.peer == "talib" and goal.scaled and goal.n <= 1_000
            yield beside(goal, row, "TA-Lib without its wrapper" if cheaper else "")
