# Room kernels: indicators on numpy arrays. Written by tools/write-stubs.

from collections.abc import Sequence
from typing import (
    Any,
    Generic,
    Literal,
    NamedTuple,
    Protocol,
    SupportsFloat,
    SupportsIndex,
    TypeAlias,
    TypeVar,
    overload,
)

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "available_isas",
    "isa",
    "lookback",
    "sma",
]

# Shape (T,) or (T, S): axis 0 is time, a column is a series. Integers are computed as float64.
_Doubles: TypeAlias = NDArray[np.float64] | NDArray[np.integer[Any]] | Sequence[float] | Sequence[Sequence[float]]
_Floats: TypeAlias = NDArray[np.float32]
_Periods: TypeAlias = Sequence[int] | NDArray[np.integer[Any]]
_Nan: TypeAlias = Literal["propagate", "skip", "raise"]
_Seed: TypeAlias = Literal["sma", "first"] | SupportsFloat
_Average: TypeAlias = (
    Literal["sma", "ema", "wma", "dema", "tema", "trima", "kama", "mama", "t3", "hma", "zlema", "rma"] | SupportsIndex
)

# What pandas, polars and pyarrow have in common: a series or table of theirs comes back as one.
class _Series(Protocol):
    def to_numpy(self, *args: Any, **kwargs: Any) -> Any: ...

class _ArrowTable(Protocol):
    def to_pydict(self, *args: Any, **kwargs: Any) -> Any: ...

_Frame = TypeVar("_Frame", bound=_Series | _ArrowTable)
_T = TypeVar("_T")

@overload
def sma(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Simple Moving Average."""

@overload
def sma(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def sma(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def sma(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...

def lookback(name: str, *parameters: Any, **named_parameters: Any) -> int:
    """Bars before an indicator's first value."""

def describe(name: str, /) -> dict[str, Any]:
    """All that the table of indicators holds about one, as a dict."""

def names() -> list[str]:
    """Names of all indicators, those that only pyhft.talib has in capitals."""

def isa() -> str:
    """Instruction set that the kernels run on: 'scalar', 'avx2' or 'avx512'."""

def available_isas() -> tuple[str, ...]:
    """Instruction sets that PYHFT_ISA may name on this machine, slowest first."""
