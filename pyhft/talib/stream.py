"""TA-Lib's streaming interface: one object per indicator and series, one call per bar.

>>> import numpy as np
>>> from pyhft.talib import stream
>>> average = stream.SMA(np.array([1.0, 2.0, 3.0]), timeperiod=3)
>>> average.value
2.0
>>> average.update(4.0)
3.0

Every value has the bits that TA-Lib 0.8 gives for that bar. `peek` tells what `update` would return, `copy` gives an
independent stream at the same bar, `advance` counts a bar that isn't fed, `out_range` is the first bar with a value and
the number of them, and ``open_and_fill`` opens a stream and returns the results over its history with it. Too short a
history raises `InsufficientHistory`. `pyhft.stream` has the same without TA-Lib's rules: streams that may be opened
without a history, and that take NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from pyhft._core import talib_stream as _streams
from pyhft._core.stream import Stream as Stream
from pyhft._core.talib import InsufficientHistory as InsufficientHistory
from pyhft._core.talib_stream import *  # noqa: F403
from pyhft.talib._names import FUNCTIONS, missing


class OutRange(NamedTuple):
    """The first bar with a value, and how many bars have one."""

    begidx: int
    nbelement: int


if not TYPE_CHECKING:
    __all__ = ["InsufficientHistory", "OutRange", "Stream", *_streams.__all__]
    __TA_FUNCTION_NAMES__ = list(FUNCTIONS)

    def __getattr__(name: str) -> NoReturn:
        raise missing(__name__, name)
