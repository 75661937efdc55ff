"""What TA-Lib can be set to in the whole process: here only the state that it starts in."""

from __future__ import annotations

from pyhft._core import ArgumentError


class _MovingAverages:
    """The moving averages by number, as parameters called ``matype`` take them; ``MA_Type[1]`` is the name of one."""

    SMA, EMA, WMA, DEMA, TEMA, TRIMA, KAMA, MAMA, T3, HMA, DISABLED, DEFAULT, ZLEMA, RMA = range(14)

    _names = (
        "Simple Moving Average",
        "Exponential Moving Average",
        "Weighted Moving Average",
        "Double Exponential Moving Average",
        "Triple Exponential Moving Average",
        "Triangular Moving Average",
        "Kaufman Adaptive Moving Average",
        "MESA Adaptive Moving Average",
        "Triple Generalized Double Exponential Moving Average",
        "Hull Moving Average",
        "No Moving Average (identity)",
        "The Function's Own Default Moving Average",
        "Zero-Lag Exponential Moving Average",
        "Wilder's Smoothed Moving Average",
    )

    def __getitem__(self, number: int) -> str:
        if number not in range(len(self._names)):
            raise KeyError(number)
        return self._names[number]


MA_Type = _MovingAverages()

# The functions that have an unstable period, and all of them at once.
_UNSTABLE = frozenset((
    "ADX", "ADXR", "ATR", "CMO", "DX", "EMA", "HA", "HT_DCPERIOD", "HT_DCPHASE", "HT_PHASOR", "HT_SINE", "HT_TRENDLINE",
    "HT_TRENDMODE", "KAMA", "MAMA", "MFI", "MINUS_DI", "MINUS_DM", "NATR", "PLUS_DI", "PLUS_DM", "RMA", "RSI", "RVI",
    "STOCHRSI", "T3", "ALL",
))  # fmt: skip


def _check(name: str) -> None:
    if name not in _UNSTABLE:
        raise KeyError(name)


def get_unstable_period(name: str) -> int:
    """0: every function gives all values from its lookback on."""
    _check(name)
    return 0


def set_unstable_period(name: str, period: int) -> None:
    """Accept 0, the only unstable period that there is."""
    _check(name)
    if period != 0:
        raise ArgumentError(
            f"set_unstable_period: the period of {name} is {period}; there are no settings of the whole process here, "
            f"so it must be 0: drop the first {period} values of the results that need it, "
            f"result[lookback:lookback + {period}] = nan."
        )


def get_compatibility() -> int:
    """0: TA-Lib's own formulas."""
    return 0


def set_compatibility(value: int) -> None:
    """Accept 0, the only compatibility that there is."""
    if value != 0:
        raise ArgumentError(
            f"set_compatibility: the value is {value}; there are no settings of the whole process here, so it must be "
            "0: for averages that start from the first bar as Metastock's do, call pyhft.ema(x, period, seed='first')."
        )
