"""What TA-Lib can be set to in the whole process. The functions of this package proper know nothing of it."""

from __future__ import annotations

import threading
import warnings
from typing import Any

from pyhft._core import ArgumentError, ArgumentTypeError, Error
from pyhft._core import talib as _talib
from pyhft.config import shown
from pyhft.talib._names import UnknownNameError


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

# The functions that have an unstable period, and those whose period TA-Lib takes and ignores, with its words.
_periods = dict.fromkeys((
    "ADX", "ATR", "CMO", "DX", "EMA", "HA", "HT_DCPERIOD", "HT_DCPHASE", "HT_PHASOR", "HT_SINE", "HT_TRENDLINE",
    "HT_TRENDMODE", "KAMA", "MAMA", "MINUS_DI", "MINUS_DM", "NATR", "PLUS_DI", "PLUS_DM", "RMA", "RSI", "RVI", "T3",
), 0)  # fmt: skip
_RETIRED = {
    "ADXR": "ADXR has no unstable period of its own; it follows the inner ADX. Set 'ADX' instead.",
    "MFI": "MFI's unstable period was retired in TA-Lib C.",
    "STOCHRSI": "STOCHRSI has no unstable period of its own; it follows the inner RSI. Set 'RSI' instead.",
}
_NAMES = ", ".join((*_periods, "ALL"))
_MOST = 100_000_000
_lock = threading.Lock()


class SettingInUseError(Error, RuntimeError):
    """A setting of the process that streams rely on."""

    __module__ = "pyhft.talib"


def refuse_in_use() -> None:
    """Refuse to change what an open stream was opened with, as TA-Lib does."""
    if streams := _talib.open_streams():
        raise SettingInUseError(
            "cannot change TA-Lib settings or lifecycle while calls or streams are active: there are streams of "
            f"pyhft.talib, {streams}; delete them first, and open them again afterwards."
        )


def _is_retired(name: str) -> bool:
    """Whether nothing is to be done, which is said. Raises UnknownNameError if TA-Lib has no such period."""
    if not isinstance(name, str) or name not in (*_periods, *_RETIRED, "ALL"):
        raise UnknownNameError(f"there is no unstable period {name!r}; there are {_NAMES}: give one of these.")
    if name in _RETIRED:
        warnings.warn(
            f"unstable period {name!r} is deprecated and has no effect: {_RETIRED[name]}",
            DeprecationWarning,
            stacklevel=3,
        )
    return name in _RETIRED


def _integer(function: str, value: Any, least: int, most: int) -> int:
    """Take what TA-Lib takes for an integer: one, or a number whose fraction is dropped."""
    try:
        number = None if isinstance(value, (str, bytes, bytearray)) else int(value)
    except TypeError:
        number = None
    except (OverflowError, ValueError) as error:
        raise _talib.NumberTooLarge(f"{function}: the value is {value}; it must be an integer: give one.") from error
    if number is None:
        raise ArgumentTypeError(
            f"{function}: the value is of type {type(value).__name__}; an integer is required: give one."
        )
    if not least <= number <= most:
        raise _talib.NumberTooLarge(
            f"{function}: the value is {shown(number)}; it must be from {least} to {most}: give one of these."
        )
    return number


def get_unstable_period(name: str) -> int:
    """Bars that the first value of a function, or of one that it is inside of, is put off by; 0 for "ALL".

    Raises UnknownNameError, a KeyError, for a function that has no unstable period in TA-Lib.
    """
    return 0 if _is_retired(name) or name == "ALL" else _periods[name]


def set_unstable_period(name: str, period: int) -> None:
    """Let a recursive function run for `period` bars before its values are taken, in the whole process.

    Its first value comes that much later, and so does what other functions make of it: an average of such values begins
    after them, from another seed. "ALL" sets every function. Only `pyhft.talib` is set by it, the functions that are
    called and the streams that are opened from then on.

    Raises UnknownNameError, a KeyError, for a function that has no unstable period in TA-Lib, ArgumentError for a
    period that isn't from 0 to 100,000,000, and SettingInUseError, a RuntimeError, while there are streams of
    `pyhft.talib`.
    """
    if _is_retired(name):
        return
    bars = _integer("set_unstable_period", period, 0, 2**32 - 1)
    if bars > _MOST:
        raise ArgumentError(
            "TA_SetUnstablePeriod function failed with error code 2: Bad Parameter (TA_BAD_PARAM): the period is "
            f"{bars}; it must be from 0 to {_MOST}: give a number of bars."
        )
    with _lock:
        refuse_in_use()
        for one in _periods if name == "ALL" else (name,):
            _periods[one] = bars
            _talib.set_unstable_period(one, bars)


def get_compatibility() -> int:
    """0: TA-Lib's own formulas, the only ones that TA-Lib 0.8 has."""
    return 0


def set_compatibility(value: int) -> None:
    """Take any integer and change nothing, as TA-Lib 0.8 does, which has no Metastock formulas any more.

    For an average that starts from the first bar, as Metastock's does, call ``pyhft.ema(x, period, seed="first")``.
    Raises SettingInUseError, a RuntimeError, while there are streams of `pyhft.talib`.
    """
    _integer("set_compatibility", value, -(2**31), 2**31 - 1)
    refuse_in_use()


def get_exact() -> bool:
    """Whether the functions of `pyhft.talib` give TA-Lib's bits."""
    return _talib.get_exact()


def set_exact(exact: bool) -> None:
    """Let the functions of `pyhft.talib` give TA-Lib's bits, in the whole process.

    For a program whose results are compared with stored ones digit by digit: one bar is computed after the other, which
    takes about TA-Lib's time. Without it results over more than 256 bars are within the bounds that `pyhft.explain`
    states. Streams and shorter series give these bits anyway. TA-Lib has no such setting.

    Raises ArgumentTypeError unless `exact` is a bool.
    """
    if not isinstance(exact, bool):
        raise ArgumentTypeError(f"set_exact: exact is of type {type(exact).__name__}; it must be True or False.")
    _talib.set_exact(exact)
