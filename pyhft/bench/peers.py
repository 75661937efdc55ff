"""How the peers compute the named indicators, and from which bar on and how closely they are held to our answers.

Every function here is given the library and a market and returns the call to time; inputs are brought into the
library's own containers before, and the result stays in them. Seeds: pandas, polars and tulip begin their recursions
from the first bar instead of the mean of the first ones, so they are compared from the bar at which the difference has
died away.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pyhft.bench import libraries, numba_loops
from pyhft.bench.answers import TOLERANCE, agreement
from pyhft.bench.market import Market

__all__ = ["WAYS", "Way", "compiled"]

Call = Callable[[], Any]

# What running sums of squares lose at prices near 100 that move by a tenth: of deviations, and of bands of prices.
DEVIATIONS = 1e-5
BANDS = 1e-8


@dataclass(frozen=True)
class Way:
    """How one library computes one indicator."""

    peer: str
    prepare: Callable[[Any, Market], Call]
    start: int = 0
    tolerance: float = TOLERANCE
    into: bool = False  # into a result that is there already

    def check(self) -> Callable[[Any, Any], None]:
        """Give the check of its answer against ours."""
        return agreement(self.tolerance, self.start)


@functools.cache
def compiled(name: str) -> Callable[..., None]:
    """Compile one of the loops with numba, without relaxing its arithmetic."""
    njit: Any = getattr(libraries.imported("numba"), "njit")  # noqa: B009 - a module without types
    loop = getattr(numba_loops, name)
    whole: Callable[..., None] = njit(loop(compiled(name.removesuffix("_rows"))) if name.endswith("_rows") else loop)
    return whole


def _numba(
    name: str, outputs: int, inputs: tuple[str, ...], *parameters: float, tolerance: float = TOLERANCE
) -> tuple[Way, Way]:
    """Give the loop `name` with a new result, and with one that is there already."""

    def new(_: Any, market: Market) -> Call:
        loop, given = compiled(name), [market.series(one) for one in inputs]

        def call() -> Any:
            results = tuple(np.empty_like(given[0]) for _ in range(outputs))
            loop(*given, *parameters, *results)
            return results if outputs > 1 else results[0]

        return call

    def into(_: Any, market: Market) -> Call:
        loop, given = compiled(name), [market.series(one) for one in inputs]
        results = tuple(np.zeros_like(given[0]) for _ in range(outputs))

        def call() -> Any:
            loop(*given, *parameters, *results)
            return results if outputs > 1 else results[0]

        return call

    return Way("numba", new, tolerance=tolerance), Way("numba", into, tolerance=tolerance, into=True)


def _pandas_macd(pd: Any, market: Market) -> Call:
    x = pd.Series(market.close)

    def call() -> Any:
        line = x.ewm(span=12, adjust=False).mean() - x.ewm(span=26, adjust=False).mean()
        signal = line.ewm(span=9, adjust=False).mean()
        return line, signal, line - signal

    return call


def _polars_macd(pl: Any, market: Market) -> Call:
    x = pl.Series(market.close)

    def call() -> Any:
        line = x.ewm_mean(span=12, adjust=False) - x.ewm_mean(span=26, adjust=False)
        signal = line.ewm_mean(span=9, adjust=False)
        return line, signal, line - signal

    return call


def _pandas_rsi(pd: Any, market: Market) -> Call:
    x = pd.Series(market.close)

    def call() -> Any:
        change = x.diff()
        gain = change.clip(lower=0).ewm(alpha=1 / 14, adjust=False).mean()
        loss = (-change).clip(lower=0).ewm(alpha=1 / 14, adjust=False).mean()
        return 100 * gain / (gain + loss)

    return call


def _pandas_atr(pd: Any, market: Market) -> Call:
    high, low, close = pd.Series(market.high), pd.Series(market.low), pd.Series(market.close)

    def call() -> Any:
        before = close.shift()
        true_range = np.maximum(high, before) - np.minimum(low, before)
        return true_range.ewm(alpha=1 / 14, adjust=False).mean()

    return call


def _pandas_bbands(pd: Any, market: Market) -> Call:
    x = pd.Series(market.close)

    def call() -> Any:
        window = x.rolling(20)
        middle, deviation = window.mean(), window.std(ddof=0)
        return middle + 2 * deviation, middle, middle - 2 * deviation

    return call


def _polars_bbands(pl: Any, market: Market) -> Call:
    x = pl.Series(market.close)

    def call() -> Any:
        middle, deviation = x.rolling_mean(20), x.rolling_std(20, ddof=0)
        return middle + 2 * deviation, middle, middle - 2 * deviation

    return call


def _bottleneck_bbands(bn: Any, market: Market) -> Call:
    x = market.close

    def call() -> Any:
        middle, deviation = bn.move_mean(x, 20), bn.move_std(x, 20)
        deviation *= 2.0
        return middle + deviation, middle, middle - deviation

    return call


def _tulip_bbands(ti: Any, market: Market) -> Call:
    x = market.close

    def call() -> Any:
        lower, middle, upper = ti.bbands(x, 20, 2.0)
        return upper, middle, lower

    return call


def _numpy_vwap(_: Any, market: Market) -> Call:
    high, low, close, volume = market.high, market.low, market.close, market.volume
    return lambda: np.cumsum((high + low + close) / 3.0 * volume) / np.cumsum(volume)


def _polars_vwap(pl: Any, market: Market) -> Call:
    frame = pl.DataFrame({"h": market.high, "l": market.low, "c": market.close, "v": market.volume})
    traded = (pl.col("h") + pl.col("l") + pl.col("c")) / 3.0 * pl.col("v")
    value = traded.cum_sum() / pl.col("v").cum_sum()
    return lambda: frame.select(value).to_series()


def _pandas(method: Callable[[Any], Any]) -> Callable[[Any, Market], Call]:
    def prepare(pd: Any, market: Market) -> Call:
        x = pd.Series(market.close)
        return lambda: method(x)

    return prepare


def _polars(method: Callable[[Any], Any]) -> Callable[[Any, Market], Call]:
    def prepare(pl: Any, market: Market) -> Call:
        x = pl.Series(market.close)
        return lambda: method(x)

    return prepare


def _plain(method: Callable[[Any, Market], Any]) -> Callable[[Any, Market], Call]:
    """Of libraries that take arrays as they are."""
    return lambda module, market: lambda: method(module, market)


# By TA-Lib's name, with the parameters of pyhft.bench.series.
WAYS: dict[str, tuple[Way, ...]] = {
    "EMA": (
        *_numba("ema", 1, ("close",), 12),
        Way("tulip", _plain(lambda ti, m: ti.ema(m.close, 12)), start=250),
        Way("pandas", _pandas(lambda x: x.ewm(span=12, adjust=False).mean()), start=250),
        Way("polars", _polars(lambda x: x.ewm_mean(span=12, adjust=False)), start=250),
    ),
    "MACD": (
        *_numba("macd", 3, ("close",), 12, 26, 9),
        # No tulip: for 12 and 26 its factors are 0.15 and 0.075, the rounded ones of the first publication.
        Way("pandas", _pandas_macd, start=600),
        Way("polars", _polars_macd, start=600),
    ),
    "SMA": (
        *_numba("sma", 1, ("close",), 20),
        Way("bottleneck", _plain(lambda bn, m: bn.move_mean(m.close, 20))),
        Way("tulip", _plain(lambda ti, m: ti.sma(m.close, 20)), start=19),
        Way("pandas", _pandas(lambda x: x.rolling(20).mean())),
        Way("polars", _polars(lambda x: x.rolling_mean(20)), start=19),
    ),
    "MAX": (
        *_numba("maximum", 1, ("close",), 20),
        Way("bottleneck", _plain(lambda bn, m: bn.move_max(m.close, 20))),
        Way("tulip", _plain(lambda ti, m: ti.max(m.close, 20)), start=19),
        Way("pandas", _pandas(lambda x: x.rolling(20).max())),
        Way("polars", _polars(lambda x: x.rolling_max(20)), start=19),
    ),
    "MIN": (
        *_numba("minimum", 1, ("close",), 20),
        Way("bottleneck", _plain(lambda bn, m: bn.move_min(m.close, 20))),
        Way("tulip", _plain(lambda ti, m: ti.min(m.close, 20)), start=19),
        Way("pandas", _pandas(lambda x: x.rolling(20).min())),
        Way("polars", _polars(lambda x: x.rolling_min(20)), start=19),
    ),
    "RSI": (
        *_numba("rsi", 1, ("close",), 14),
        Way("tulip", _plain(lambda ti, m: ti.rsi(m.close, 14)), start=600),
        Way("pandas", _pandas_rsi, start=600),
    ),
    "STDDEV": (
        *_numba("stddev", 1, ("close",), 20, tolerance=DEVIATIONS),
        Way("bottleneck", _plain(lambda bn, m: bn.move_std(m.close, 20)), tolerance=DEVIATIONS),
        Way("tulip", _plain(lambda ti, m: ti.stddev(m.close, 20)), start=19, tolerance=DEVIATIONS),
        Way("pandas", _pandas(lambda x: x.rolling(20).std(ddof=0)), tolerance=DEVIATIONS),
        Way("polars", _polars(lambda x: x.rolling_std(20, ddof=0)), start=19, tolerance=DEVIATIONS),
    ),
    "BBANDS": (
        *_numba("bbands", 3, ("close",), 20, 2.0, tolerance=BANDS),
        Way("bottleneck", _bottleneck_bbands, tolerance=BANDS),
        Way("tulip", _tulip_bbands, start=19, tolerance=BANDS),
        Way("pandas", _pandas_bbands, tolerance=BANDS),
        Way("polars", _polars_bbands, start=19, tolerance=BANDS),
    ),
    "ATR": (
        *_numba("atr", 1, ("high", "low", "close"), 14),
        Way("tulip", _plain(lambda ti, m: ti.atr(m.high, m.low, m.close, 14)), start=600),
        Way("pandas", _pandas_atr, start=600),
    ),
    "VWAP": (
        *_numba("vwap", 1, ("high", "low", "close", "volume")),
        Way("numpy", _numpy_vwap),
        Way("polars", _polars_vwap),
    ),
}
