# Room talib: the functions under TA-Lib's names. Written by tools/write-stubs.

from typing import Any, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pyhft._core import ArgumentError

__all__ = [
    "InsufficientHistory",
    "SMA",
]

_Array: TypeAlias = NDArray[np.float64]

# What pandas, polars and pyarrow have in common: a series or table of theirs comes back as one.
class _Series(Protocol):
    def to_numpy(self, *args: Any, **kwargs: Any) -> Any: ...

class _ArrowTable(Protocol):
    def to_pydict(self, *args: Any, **kwargs: Any) -> Any: ...

_Frame = TypeVar("_Frame", bound=_Series | _ArrowTable)

class InsufficientHistory(ArgumentError):
    """Too few bars to open a stream."""

@overload
def SMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Simple Moving Average."""

@overload
def SMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
