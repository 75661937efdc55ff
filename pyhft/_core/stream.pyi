# Room stream: a class per indicator that takes one bar at a time. Written by tools/write-stubs.

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, Self, SupportsFloat, SupportsIndex, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray


from pyhft.talib.stream import OutRange

__all__ = [
    "Stream",
    "sma",
]

# What pandas, polars and pyarrow have in common: a series or table of theirs comes back as one.
class _Series(Protocol):
    def to_numpy(self, *args: Any, **kwargs: Any) -> Any: ...

class _ArrowTable(Protocol):
    def to_pydict(self, *args: Any, **kwargs: Any) -> Any: ...

_Frame = TypeVar("_Frame", bound=_Series | _ArrowTable)
_History: TypeAlias = NDArray[Any] | Sequence[float] | _Series
_Average: TypeAlias = (
    Literal["sma", "ema", "wma", "dema", "tema", "trima", "kama", "mama", "t3", "hma", "zlema", "rma"] | SupportsIndex
)

class Stream:
    """What all streams are: see pyhft.stream."""

    update: Callable[..., Any]
    peek: Callable[..., Any]
    open_and_fill: Callable[..., Any]
    @property
    def value(self) -> Any:
        """What `update` returned last."""

    @property
    def ready(self) -> bool:
        """Enough bars have come for a value."""

    @property
    def bars(self) -> int:
        """Bars taken, without leading ones that were NaN."""

    @property
    def out_range(self) -> OutRange:
        """(begidx, nbelement), as TA-Lib's batch functions report it."""

    def advance(self) -> None:
        """Count a bar that isn't fed: only `out_range` changes."""

    def copy(self) -> Self:
        """Return an independent stream at the same bar."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: Any, /) -> Self: ...

class sma(Stream):
    """Simple Moving Average."""

    @overload
    def __new__(cls, x: _History, period: SupportsIndex) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...
