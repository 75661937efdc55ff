# Room talib_stream: streams under TA-Lib's names. Written by tools/write-stubs.

from typing import Any, Protocol, Self, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pyhft._core.stream import Stream

__all__ = [
    "SMA",
]

_Array: TypeAlias = NDArray[np.float64]

# What pandas, polars and pyarrow have in common: a series or table of theirs comes back as one.
class _Series(Protocol):
    def to_numpy(self, *args: Any, **kwargs: Any) -> Any: ...

class _ArrowTable(Protocol):
    def to_pydict(self, *args: Any, **kwargs: Any) -> Any: ...

_Frame = TypeVar("_Frame", bound=_Series | _ArrowTable)

class SMA(Stream):
    """Simple Moving Average."""

    def __new__(cls, real: _Array | _Series, timeperiod: int = 30) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 30) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 30) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...
