# Room kernels: indicators on numpy arrays.

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, SupportsFloat, SupportsIndex, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

# Shape (T,) or (T, S): axis 0 is time, a column is a series. Integers are computed as float64.
_Doubles: TypeAlias = NDArray[np.float64] | NDArray[np.integer[Any]] | Sequence[float] | Sequence[Sequence[float]]
_Floats: TypeAlias = NDArray[np.float32]
_Seed: TypeAlias = Literal["sma", "first"] | SupportsFloat

class MACD(NamedTuple):
    """The three series that `macd` returns, each of the shape of its input."""

    macd: NDArray[Any]
    signal: NDArray[Any]
    histogram: NDArray[Any]

# No array is both, but mypy can imagine a subclass that is.
@overload
def ema(  # type: ignore[overload-overlap]
    x: _Floats, period: SupportsIndex, *, out: NDArray[np.float32] | None = None, seed: _Seed = "sma"
) -> NDArray[np.float32]:
    """Exponential moving average: ``e += k * (x - e)`` with ``k = 2 / (period + 1)``."""

@overload
def ema(
    x: _Doubles, period: SupportsIndex, *, out: NDArray[np.float64] | None = None, seed: _Seed = "sma"
) -> NDArray[np.float64]: ...
def macd(
    x: _Doubles | _Floats,
    fast: SupportsIndex = 12,
    slow: SupportsIndex = 26,
    signal: SupportsIndex = 9,
    *,
    out: Sequence[NDArray[Any]] | None = None,
) -> MACD:
    """Moving average convergence/divergence: ``EMA(fast) - EMA(slow)``, its EMA, and the difference of the two."""

def isa() -> str:
    """Instruction set that the kernels run on: 'scalar', 'avx2' or 'avx512'."""

def available_isas() -> tuple[str, ...]:
    """Instruction sets that PYHFT_ISA may name on this machine, slowest first."""
