"""Indicators one bar at a time: a class for each, with the parameters of the function of that name.

>>> import pyhft as ph
>>> average = ph.stream.sma(period=3)
>>> [average.update(price) for price in (1.0, 2.0, 3.0, 4.0)]
[nan, nan, 2.0, 3.0]
>>> average.peek(10.0), average.value
(5.666666666666667, 3.0)

A stream may be opened on a history, ``ph.stream.sma(prices, 3)``, or with ``open_and_fill`` to get the results over
that history, too. Values are those of ``exact=True`` bit for bit: NaN while warming up, named tuples for several
outputs. An update allocates nothing but its result. A NaN before the first value of a series is skipped, as the
functions skip it; what a later one does is what `explain` says of ``exact=True``. One stream may be used by one thread
at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhft._core import stream as _stream
from pyhft._core.stream import *  # noqa: F403

# Not for type checkers, which follow the imports: they don't read a list that grows.
if not TYPE_CHECKING:
    __all__ = _stream.__all__
