"""The named indicators as a careful user of numba writes them: TA-Lib's formulas, one bar after the other.

Nothing here imports numba: `pyhft.bench.peers` compiles what it needs. Every loop fills arrays that it is given.
"""

from __future__ import annotations

from collections.abc import Callable

from pyhft.bench.market import Doubles

__all__ = [
    "atr",
    "bbands",
    "ema",
    "ema_rows",
    "macd",
    "macd_rows",
    "maximum",
    "minimum",
    "rsi",
    "sma",
    "stddev",
    "vwap",
]

_NAN = float("nan")


def ema(x: Doubles, period: int, out: Doubles) -> None:
    """Exponential average from the mean of the first bars."""
    k = 2.0 / (period + 1)
    total = 0.0
    for t in range(period):
        total += x[t]
        out[t] = _NAN
    average = total / period
    out[period - 1] = average
    for t in range(period, x.size):
        average += k * (x[t] - average)
        out[t] = average


def macd(x: Doubles, fast: int, slow: int, signal: int, line: Doubles, average: Doubles, histogram: Doubles) -> None:
    """Both averages from bar slow - 1, the signal from the mean of the first values, in one pass."""
    k_fast, k_slow, k_signal = 2.0 / (fast + 1), 2.0 / (slow + 1), 2.0 / (signal + 1)
    fast_sum = slow_sum = 0.0
    for t in range(slow):
        slow_sum += x[t]
        if t >= slow - fast:
            fast_sum += x[t]
    quick, calm = fast_sum / fast, slow_sum / slow
    first = slow + signal - 2
    total = quick - calm
    for t in range(first):
        line[t] = average[t] = histogram[t] = _NAN
    for t in range(slow, first + 1):
        quick += k_fast * (x[t] - quick)
        calm += k_slow * (x[t] - calm)
        total += quick - calm
    smooth = total / signal
    line[first], average[first], histogram[first] = quick - calm, smooth, quick - calm - smooth
    for t in range(first + 1, x.size):
        quick += k_fast * (x[t] - quick)
        calm += k_slow * (x[t] - calm)
        difference = quick - calm
        smooth += k_signal * (difference - smooth)
        line[t], average[t], histogram[t] = difference, smooth, difference - smooth


def sma(x: Doubles, period: int, out: Doubles) -> None:
    """Keep a running sum."""
    total = 0.0
    for t in range(period - 1):
        total += x[t]
        out[t] = _NAN
    for t in range(period - 1, x.size):
        total += x[t]
        out[t] = total / period
        total -= x[t - period + 1]


def maximum(x: Doubles, period: int, out: Doubles) -> None:
    """Look the window over again when its largest value leaves."""
    largest, place = x[0], 0
    for t in range(x.size):
        if place <= t - period:
            place = t - period + 1
            largest = x[place]
            for i in range(place + 1, t + 1):
                if x[i] >= largest:
                    largest, place = x[i], i
        elif x[t] >= largest:
            largest, place = x[t], t
        out[t] = largest if t >= period - 1 else _NAN


def minimum(x: Doubles, period: int, out: Doubles) -> None:
    """Look the window over again when its smallest value leaves."""
    smallest, place = x[0], 0
    for t in range(x.size):
        if place <= t - period:
            place = t - period + 1
            smallest = x[place]
            for i in range(place + 1, t + 1):
                if x[i] <= smallest:
                    smallest, place = x[i], i
        elif x[t] <= smallest:
            smallest, place = x[t], t
        out[t] = smallest if t >= period - 1 else _NAN


def rsi(x: Doubles, period: int, out: Doubles) -> None:
    """Wilder's averages of the gains and the losses."""
    gain = loss = 0.0
    out[0] = _NAN
    for t in range(1, period + 1):
        change = x[t] - x[t - 1]
        gain += max(change, 0.0)
        loss += max(-change, 0.0)
        out[t] = _NAN
    gain /= period
    loss /= period
    for t in range(period, x.size):
        if t > period:
            change = x[t] - x[t - 1]
            gain = (gain * (period - 1) + max(change, 0.0)) / period
            loss = (loss * (period - 1) + max(-change, 0.0)) / period
        total = gain + loss
        out[t] = 100.0 * gain / total if total > 0.0 else 0.0


def stddev(x: Doubles, period: int, out: Doubles) -> None:
    """Move mean and sum of squared distances together: slower than two running sums, and accurate."""
    mean = squares = 0.0
    for t in range(period):
        before = x[t] - mean
        mean += before / (t + 1)
        squares += before * (x[t] - mean)
        out[t] = _NAN
    out[period - 1] = max(squares / period, 0.0) ** 0.5
    for t in range(period, x.size):
        new, old, last = x[t], x[t - period], mean
        mean += (new - old) / period
        squares += (new - old) * (new - mean + old - last)
        out[t] = max(squares / period, 0.0) ** 0.5


def bbands(x: Doubles, period: int, width: float, upper: Doubles, middle: Doubles, lower: Doubles) -> None:
    """Give the mean, and `width` standard deviations to either side."""
    mean = squares = 0.0
    for t in range(period):
        before = x[t] - mean
        mean += before / (t + 1)
        squares += before * (x[t] - mean)
        upper[t] = middle[t] = lower[t] = _NAN
    for t in range(period - 1, x.size):
        if t >= period:
            new, old, last = x[t], x[t - period], mean
            mean += (new - old) / period
            squares += (new - old) * (new - mean + old - last)
        reach = width * max(squares / period, 0.0) ** 0.5
        upper[t], middle[t], lower[t] = mean + reach, mean, mean - reach


def atr(high: Doubles, low: Doubles, close: Doubles, period: int, out: Doubles) -> None:
    """Wilder's average of the true ranges."""
    average = 0.0
    out[0] = _NAN
    for t in range(1, close.size):
        true_range = max(high[t], close[t - 1]) - min(low[t], close[t - 1])
        if t <= period:
            average += true_range / period
            out[t] = average if t == period else _NAN
        else:
            average = (average * (period - 1) + true_range) / period
            out[t] = average


def vwap(high: Doubles, low: Doubles, close: Doubles, volume: Doubles, out: Doubles) -> None:
    """Typical prices by volume, from the first bar on."""
    traded = shares = 0.0
    for t in range(close.size):
        traded += (high[t] + low[t] + close[t]) / 3.0 * volume[t]
        shares += volume[t]
        out[t] = traded / shares


def ema_rows(one: Callable[..., None]) -> Callable[..., None]:
    """One symbol after the other; `one` is the compiled `ema`."""

    def rows(x: Doubles, period: int, out: Doubles) -> None:
        for i in range(x.shape[0]):
            one(x[i], period, out[i])

    return rows


def macd_rows(one: Callable[..., None]) -> Callable[..., None]:
    """One symbol after the other; `one` is the compiled `macd`."""

    def rows(
        x: Doubles, fast: int, slow: int, signal: int, line: Doubles, average: Doubles, histogram: Doubles
    ) -> None:
        for i in range(x.shape[0]):
            one(x[i], fast, slow, signal, line[i], average[i], histogram[i])

    return rows
