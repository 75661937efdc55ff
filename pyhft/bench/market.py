"""What everything is measured on: a seeded random walk near 100 with its bars and volumes, the same at every run."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Doubles", "Market", "market", "symbols"]

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Market:
    """Bars of one symbol; every series is contiguous float64 without NaN."""

    open: Doubles
    high: Doubles
    low: Doubles
    close: Doubles
    volume: Doubles

    def series(self, name: str, function: str = "") -> Doubles:
        """Give the input that TA-Lib calls `name`, within the domain of `function`."""
        if name in ("open", "high", "low", "close", "volume"):
            series: Doubles = getattr(self, name)
            return series
        if name == "periods":  # of MAVP: from 2 to 30, its defaults
            return np.asarray(np.floor(self.volume % 29) + 2)
        if function in ("ACOS", "ASIN"):
            return np.sin(self.close)
        if function in ("SINH", "COSH", "EXP"):
            return 3.0 * np.sin(self.close)
        return self.open if name == "real1" else self.close


@functools.lru_cache(maxsize=1)
def market(n: int) -> Market:
    """Make `n` bars. Only the last ones asked for are kept: ten million take 400 MB."""
    random = np.random.default_rng(7)
    steps = random.normal(0.0, 1e-3, n) * min(1.0, (1e5 / max(n, 1)) ** 0.5)
    close: Doubles = 100.0 * np.exp(np.cumsum(steps))
    opened = close * (1.0 + random.normal(0.0, 5e-4, n))
    high = np.maximum(close, opened) * (1.0 + 5e-4 * random.random(n))
    low = np.minimum(close, opened) * (1.0 - 5e-4 * random.random(n))
    volume = np.floor(random.lognormal(6.0, 1.0, n)) + 1.0
    return Market(opened, high, low, close, volume)


@functools.lru_cache(maxsize=1)
def symbols(count: int, bars: int) -> Doubles:
    """Make closing prices of shape (count, bars): one contiguous row for each symbol."""
    steps = np.random.default_rng(3).normal(0.0, 1e-3, (count, bars))
    prices: Doubles = 100.0 * np.exp(np.cumsum(steps, axis=1))
    return prices
