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
    "AROON",
    "BBANDS",
    "MACD",
    "MACDEXT",
    "MACDFIX",
    "MAMA",
    "MINMAX",
    "MINMAXINDEX",
    "STOCH",
    "STOCHF",
    "STOCHRSI",
    "ad",
    "adosc",
    "adx",
    "adxr",
    "apo",
    "aroon",
    "aroonosc",
    "atr",
    "available_isas",
    "avgprice",
    "bbands",
    "beta",
    "bop",
    "cci",
    "cmo",
    "correl",
    "cumsum",
    "decayed_ema",
    "dema",
    "dx",
    "ema",
    "ewm_mean",
    "ewm_variance",
    "ewm_zscore",
    "hma",
    "isa",
    "kama",
    "linearreg",
    "linearreg_angle",
    "linearreg_intercept",
    "linearreg_slope",
    "lookback",
    "ma",
    "macd",
    "macdext",
    "macdfix",
    "mama",
    "mavp",
    "max",
    "maxindex",
    "medprice",
    "mfi",
    "microprice",
    "midpoint",
    "midprice",
    "min",
    "minindex",
    "minmax",
    "minmaxindex",
    "minus_di",
    "minus_dm",
    "mom",
    "natr",
    "obv",
    "order_book_imbalance",
    "order_flow_imbalance",
    "plus_di",
    "plus_dm",
    "ppo",
    "realised_volatility",
    "rma",
    "roc",
    "rocp",
    "rocr",
    "rocr100",
    "rolling_quantile",
    "rolling_vwap",
    "rsi",
    "sar",
    "session_vwap",
    "sma",
    "stddev",
    "stoch",
    "stochf",
    "stochrsi",
    "sum",
    "t3",
    "tema",
    "trange",
    "trima",
    "trix",
    "tsf",
    "twap",
    "typprice",
    "ultosc",
    "var",
    "vwap",
    "wclprice",
    "willr",
    "wma",
    "zlema",
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

class AROON(NamedTuple, Generic[_T]):
    """What `aroon` returns."""

    down: _T
    up: _T

class BBANDS(NamedTuple, Generic[_T]):
    """What `bbands` returns."""

    upper: _T
    middle: _T
    lower: _T

class MACD(NamedTuple, Generic[_T]):
    """What `macd` returns."""

    macd: _T
    signal: _T
    histogram: _T

class MACDEXT(NamedTuple, Generic[_T]):
    """What `macdext` returns."""

    macd: _T
    signal: _T
    histogram: _T

class MACDFIX(NamedTuple, Generic[_T]):
    """What `macdfix` returns."""

    macd: _T
    signal: _T
    histogram: _T

class MAMA(NamedTuple, Generic[_T]):
    """What `mama` returns."""

    mama: _T
    fama: _T

class MINMAX(NamedTuple, Generic[_T]):
    """What `minmax` returns."""

    min: _T
    max: _T

class MINMAXINDEX(NamedTuple, Generic[_T]):
    """What `minmaxindex` returns."""

    min_index: _T
    max_index: _T

class STOCH(NamedTuple, Generic[_T]):
    """What `stoch` returns."""

    slow_k: _T
    slow_d: _T

class STOCHF(NamedTuple, Generic[_T]):
    """What `stochf` returns."""

    fast_k: _T
    fast_d: _T

class STOCHRSI(NamedTuple, Generic[_T]):
    """What `stochrsi` returns."""

    fast_k: _T
    fast_d: _T

@overload
def ad(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    volume: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Chaikin A/D Line."""

@overload
def ad(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    volume: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def ad(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    volume: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def adosc(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    volume: _Floats,
    fast: SupportsIndex = 3,
    slow: SupportsIndex = 10,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Chaikin A/D Oscillator."""

@overload
def adosc(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    volume: _Doubles | _Floats,
    fast: SupportsIndex = 3,
    slow: SupportsIndex = 10,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def adosc(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    volume: _Frame,
    fast: SupportsIndex = 3,
    slow: SupportsIndex = 10,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def adx(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Average Directional Movement Index."""

@overload
def adx(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def adx(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def adxr(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Average Directional Movement Index Rating."""

@overload
def adxr(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def adxr(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def apo(  # type: ignore[overload-overlap]
    x: _Floats,
    fast: SupportsIndex | _Periods = 12,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Absolute Price Oscillator."""

@overload
def apo(
    x: _Doubles,
    fast: SupportsIndex | _Periods = 12,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def apo(
    x: _Frame,
    fast: SupportsIndex = 12,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def apo(
    x: _Series,
    fast: _Periods,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def aroon(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    period: SupportsIndex = 14,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> AROON[NDArray[np.float32]]:
    """Aroon."""

@overload
def aroon(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> AROON[NDArray[np.float64]]: ...
@overload
def aroon(
    high: _Frame,
    low: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> AROON[_Frame]: ...
@overload
def aroonosc(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Aroon Oscillator."""

@overload
def aroonosc(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def aroonosc(
    high: _Frame,
    low: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def atr(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Average True Range."""

@overload
def atr(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def atr(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def avgprice(  # type: ignore[overload-overlap]
    open: _Floats,
    high: _Floats,
    low: _Floats,
    close: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Average Price."""

@overload
def avgprice(
    open: _Doubles | _Floats,
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def avgprice(
    open: _Frame,
    high: _Frame,
    low: _Frame,
    close: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def bbands(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex = 20,
    multiplier_up: SupportsFloat = 2.0,
    multiplier_down: SupportsFloat = 2.0,
    average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> BBANDS[NDArray[np.float32]]:
    """Bollinger Bands."""

@overload
def bbands(
    x: _Doubles,
    period: SupportsIndex = 20,
    multiplier_up: SupportsFloat = 2.0,
    multiplier_down: SupportsFloat = 2.0,
    average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> BBANDS[NDArray[np.float64]]: ...
@overload
def bbands(
    x: _Frame,
    period: SupportsIndex = 20,
    multiplier_up: SupportsFloat = 2.0,
    multiplier_down: SupportsFloat = 2.0,
    average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> BBANDS[_Frame]: ...
@overload
def beta(  # type: ignore[overload-overlap]
    x: _Floats,
    y: _Floats,
    period: SupportsIndex = 5,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Beta."""

@overload
def beta(
    x: _Doubles | _Floats,
    y: _Doubles | _Floats,
    period: SupportsIndex = 5,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def beta(
    x: _Frame,
    y: _Frame,
    period: SupportsIndex = 5,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def bop(  # type: ignore[overload-overlap]
    open: _Floats,
    high: _Floats,
    low: _Floats,
    close: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Balance Of Power."""

@overload
def bop(
    open: _Doubles | _Floats,
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def bop(
    open: _Frame,
    high: _Frame,
    low: _Frame,
    close: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def cci(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Commodity Channel Index."""

@overload
def cci(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def cci(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def cmo(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Chande Momentum Oscillator."""

@overload
def cmo(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def cmo(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def cmo(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def correl(  # type: ignore[overload-overlap]
    x: _Floats,
    y: _Floats,
    period: SupportsIndex,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Pearson's Correlation Coefficient (r)."""

@overload
def correl(
    x: _Doubles | _Floats,
    y: _Doubles | _Floats,
    period: SupportsIndex,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def correl(
    x: _Frame,
    y: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def cumsum(  # type: ignore[overload-overlap]
    x: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Cumulative Sum."""

@overload
def cumsum(
    x: _Doubles,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def cumsum(
    x: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def decayed_ema(  # type: ignore[overload-overlap]
    x: _Floats,
    time: _Floats,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Exponential average over irregular time."""

@overload
def decayed_ema(
    x: _Doubles | _Floats,
    time: _Doubles | _Floats,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def decayed_ema(
    x: _Frame,
    time: _Frame,
    half_life: SupportsFloat,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def dema(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Double Exponential Moving Average."""

@overload
def dema(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def dema(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def dema(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def dx(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Directional Movement Index."""

@overload
def dx(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def dx(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def ema(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
    seed: _Seed = "sma",
) -> NDArray[np.float32]:
    """Exponential Moving Average."""

@overload
def ema(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
    seed: _Seed = "sma",
) -> NDArray[np.float64]: ...
@overload
def ema(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
    seed: _Seed = "sma",
) -> _Frame: ...
@overload
def ema(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
    seed: _Seed = "sma",
) -> Any: ...
@overload
def ewm_mean(  # type: ignore[overload-overlap]
    x: _Floats,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Exponentially weighted mean."""

@overload
def ewm_mean(
    x: _Doubles,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def ewm_mean(
    x: _Frame,
    half_life: SupportsFloat,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def ewm_variance(  # type: ignore[overload-overlap]
    x: _Floats,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Exponentially weighted variance."""

@overload
def ewm_variance(
    x: _Doubles,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def ewm_variance(
    x: _Frame,
    half_life: SupportsFloat,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def ewm_zscore(  # type: ignore[overload-overlap]
    x: _Floats,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Exponentially weighted z-score."""

@overload
def ewm_zscore(
    x: _Doubles,
    half_life: SupportsFloat,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def ewm_zscore(
    x: _Frame,
    half_life: SupportsFloat,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def hma(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Hull Moving Average."""

@overload
def hma(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def hma(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def hma(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def kama(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Kaufman Adaptive Moving Average."""

@overload
def kama(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def kama(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def kama(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def linearreg(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Linear Regression."""

@overload
def linearreg(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def linearreg(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def linearreg(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def linearreg_angle(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Linear Regression Angle."""

@overload
def linearreg_angle(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def linearreg_angle(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def linearreg_angle(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def linearreg_intercept(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Linear Regression Intercept."""

@overload
def linearreg_intercept(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def linearreg_intercept(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def linearreg_intercept(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def linearreg_slope(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Linear Regression Slope."""

@overload
def linearreg_slope(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def linearreg_slope(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def linearreg_slope(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def ma(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    average: _Average = 0,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Moving average."""

@overload
def ma(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    average: _Average = 0,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def ma(
    x: _Frame,
    period: SupportsIndex,
    average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def ma(
    x: _Series,
    period: _Periods,
    average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def macd(  # type: ignore[overload-overlap]
    x: _Floats,
    fast: SupportsIndex = 12,
    slow: SupportsIndex = 26,
    signal: SupportsIndex = 9,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACD[NDArray[np.float32]]:
    """Moving Average Convergence/Divergence."""

@overload
def macd(
    x: _Doubles,
    fast: SupportsIndex = 12,
    slow: SupportsIndex = 26,
    signal: SupportsIndex = 9,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACD[NDArray[np.float64]]: ...
@overload
def macd(
    x: _Frame,
    fast: SupportsIndex = 12,
    slow: SupportsIndex = 26,
    signal: SupportsIndex = 9,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACD[_Frame]: ...
@overload
def macdext(  # type: ignore[overload-overlap]
    x: _Floats,
    fast: SupportsIndex = 12,
    fast_average: _Average = 0,
    slow: SupportsIndex = 26,
    slow_average: _Average = 0,
    signal: SupportsIndex = 9,
    signal_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACDEXT[NDArray[np.float32]]:
    """MACD with controllable MA type."""

@overload
def macdext(
    x: _Doubles,
    fast: SupportsIndex = 12,
    fast_average: _Average = 0,
    slow: SupportsIndex = 26,
    slow_average: _Average = 0,
    signal: SupportsIndex = 9,
    signal_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACDEXT[NDArray[np.float64]]: ...
@overload
def macdext(
    x: _Frame,
    fast: SupportsIndex = 12,
    fast_average: _Average = 0,
    slow: SupportsIndex = 26,
    slow_average: _Average = 0,
    signal: SupportsIndex = 9,
    signal_average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACDEXT[_Frame]: ...
@overload
def macdfix(  # type: ignore[overload-overlap]
    x: _Floats,
    signal: SupportsIndex = 9,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACDFIX[NDArray[np.float32]]:
    """Moving Average Convergence/Divergence Fix 12/26."""

@overload
def macdfix(
    x: _Doubles,
    signal: SupportsIndex = 9,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACDFIX[NDArray[np.float64]]: ...
@overload
def macdfix(
    x: _Frame,
    signal: SupportsIndex = 9,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MACDFIX[_Frame]: ...
@overload
def mama(  # type: ignore[overload-overlap]
    x: _Floats,
    fast_limit: SupportsFloat = 0.5,
    slow_limit: SupportsFloat = 0.05,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MAMA[NDArray[np.float32]]:
    """MESA Adaptive Moving Average."""

@overload
def mama(
    x: _Doubles,
    fast_limit: SupportsFloat = 0.5,
    slow_limit: SupportsFloat = 0.05,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MAMA[NDArray[np.float64]]: ...
@overload
def mama(
    x: _Frame,
    fast_limit: SupportsFloat = 0.5,
    slow_limit: SupportsFloat = 0.05,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MAMA[_Frame]: ...
@overload
def mavp(  # type: ignore[overload-overlap]
    x: _Floats,
    periods: _Floats,
    min_period: SupportsIndex = 2,
    max_period: SupportsIndex = 30,
    average: _Average = 0,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Moving average with variable period."""

@overload
def mavp(
    x: _Doubles | _Floats,
    periods: _Doubles | _Floats,
    min_period: SupportsIndex = 2,
    max_period: SupportsIndex = 30,
    average: _Average = 0,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def mavp(
    x: _Frame,
    periods: _Frame,
    min_period: SupportsIndex = 2,
    max_period: SupportsIndex = 30,
    average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def max(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Highest value over a specified period."""

@overload
def max(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def max(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def max(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def maxindex(
    x: _Doubles | _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.int64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.int64]:
    """Index of highest value over a specified period."""

@overload
def maxindex(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def maxindex(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def medprice(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Median Price."""

@overload
def medprice(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def medprice(
    high: _Frame,
    low: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def mfi(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    volume: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Money Flow Index."""

@overload
def mfi(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    volume: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def mfi(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    volume: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def microprice(  # type: ignore[overload-overlap]
    bid: _Floats,
    ask: _Floats,
    bid_size: _Floats,
    ask_size: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Microprice."""

@overload
def microprice(
    bid: _Doubles | _Floats,
    ask: _Doubles | _Floats,
    bid_size: _Doubles | _Floats,
    ask_size: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def microprice(
    bid: _Frame,
    ask: _Frame,
    bid_size: _Frame,
    ask_size: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def midpoint(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """MidPoint over period."""

@overload
def midpoint(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def midpoint(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def midpoint(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def midprice(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Midpoint Price over period."""

@overload
def midprice(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def midprice(
    high: _Frame,
    low: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def min(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Lowest value over a specified period."""

@overload
def min(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def min(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def min(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def minindex(
    x: _Doubles | _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.int64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.int64]:
    """Index of lowest value over a specified period."""

@overload
def minindex(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def minindex(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def minmax(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MINMAX[NDArray[np.float32]]:
    """Lowest and highest values over a specified period."""

@overload
def minmax(
    x: _Doubles,
    period: SupportsIndex,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MINMAX[NDArray[np.float64]]: ...
@overload
def minmax(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MINMAX[_Frame]: ...
@overload
def minmaxindex(
    x: _Doubles | _Floats,
    period: SupportsIndex,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MINMAXINDEX[NDArray[np.int64]]:
    """Indexes of lowest and highest values over a specified period."""

@overload
def minmaxindex(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> MINMAXINDEX[_Frame]: ...
@overload
def minus_di(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Minus Directional Indicator."""

@overload
def minus_di(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def minus_di(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def minus_dm(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Minus Directional Movement."""

@overload
def minus_dm(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def minus_dm(
    high: _Frame,
    low: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def mom(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Momentum."""

@overload
def mom(
    x: _Doubles,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def mom(
    x: _Frame,
    period: SupportsIndex = 10,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def mom(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def natr(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Normalized Average True Range."""

@overload
def natr(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def natr(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def obv(  # type: ignore[overload-overlap]
    x: _Floats,
    volume: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """On Balance Volume."""

@overload
def obv(
    x: _Doubles | _Floats,
    volume: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def obv(
    x: _Frame,
    volume: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def order_book_imbalance(  # type: ignore[overload-overlap]
    bid_size: _Floats,
    ask_size: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Order Book Imbalance."""

@overload
def order_book_imbalance(
    bid_size: _Doubles | _Floats,
    ask_size: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def order_book_imbalance(
    bid_size: _Frame,
    ask_size: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def order_flow_imbalance(  # type: ignore[overload-overlap]
    bid: _Floats,
    bid_size: _Floats,
    ask: _Floats,
    ask_size: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Order Flow Imbalance."""

@overload
def order_flow_imbalance(
    bid: _Doubles | _Floats,
    bid_size: _Doubles | _Floats,
    ask: _Doubles | _Floats,
    ask_size: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def order_flow_imbalance(
    bid: _Frame,
    bid_size: _Frame,
    ask: _Frame,
    ask_size: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def plus_di(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Plus Directional Indicator."""

@overload
def plus_di(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def plus_di(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def plus_dm(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Plus Directional Movement."""

@overload
def plus_dm(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def plus_dm(
    high: _Frame,
    low: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def ppo(  # type: ignore[overload-overlap]
    x: _Floats,
    fast: SupportsIndex | _Periods = 12,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Percentage Price Oscillator."""

@overload
def ppo(
    x: _Doubles,
    fast: SupportsIndex | _Periods = 12,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def ppo(
    x: _Frame,
    fast: SupportsIndex = 12,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def ppo(
    x: _Series,
    fast: _Periods,
    slow: SupportsIndex = 26,
    average: _Average = 1,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def realised_volatility(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Realised Volatility."""

@overload
def realised_volatility(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def realised_volatility(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def realised_volatility(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def rma(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Wilder's Smoothed Moving Average."""

@overload
def rma(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def rma(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def rma(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def roc(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Rate of change : ((price/prevPrice)-1)*100."""

@overload
def roc(
    x: _Doubles,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def roc(
    x: _Frame,
    period: SupportsIndex = 10,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def roc(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def rocp(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Rate of change Percentage: (price-prevPrice)/prevPrice."""

@overload
def rocp(
    x: _Doubles,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def rocp(
    x: _Frame,
    period: SupportsIndex = 10,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def rocp(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def rocr(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Rate of change ratio: (price/prevPrice)."""

@overload
def rocr(
    x: _Doubles,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def rocr(
    x: _Frame,
    period: SupportsIndex = 10,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def rocr(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def rocr100(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Rate of change ratio 100 scale: (price/prevPrice)*100."""

@overload
def rocr100(
    x: _Doubles,
    period: SupportsIndex | _Periods = 10,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def rocr100(
    x: _Frame,
    period: SupportsIndex = 10,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def rocr100(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def rolling_quantile(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    quantile: SupportsFloat,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Quantile over a specified period."""

@overload
def rolling_quantile(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    quantile: SupportsFloat,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def rolling_quantile(
    x: _Frame,
    period: SupportsIndex,
    quantile: SupportsFloat,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def rolling_quantile(
    x: _Series,
    period: _Periods,
    quantile: SupportsFloat,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def rolling_vwap(  # type: ignore[overload-overlap]
    price: _Floats,
    volume: _Floats,
    period: SupportsIndex,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Volume-Weighted Average Price over a Window."""

@overload
def rolling_vwap(
    price: _Doubles | _Floats,
    volume: _Doubles | _Floats,
    period: SupportsIndex,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def rolling_vwap(
    price: _Frame,
    volume: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def rsi(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Relative Strength Index."""

@overload
def rsi(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def rsi(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def rsi(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def sar(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    acceleration: SupportsFloat = 0.02,
    maximum: SupportsFloat = 0.2,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Parabolic SAR."""

@overload
def sar(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    acceleration: SupportsFloat = 0.02,
    maximum: SupportsFloat = 0.2,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def sar(
    high: _Frame,
    low: _Frame,
    acceleration: SupportsFloat = 0.02,
    maximum: SupportsFloat = 0.2,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def session_vwap(  # type: ignore[overload-overlap]
    price: _Floats,
    volume: _Floats,
    session: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Volume Weighted Average Price of the Session."""

@overload
def session_vwap(
    price: _Doubles | _Floats,
    volume: _Doubles | _Floats,
    session: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def session_vwap(
    price: _Frame,
    volume: _Frame,
    session: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
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
@overload
def stddev(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    multiplier: SupportsFloat = 1.0,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Standard Deviation."""

@overload
def stddev(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    multiplier: SupportsFloat = 1.0,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def stddev(
    x: _Frame,
    period: SupportsIndex,
    multiplier: SupportsFloat = 1.0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def stddev(
    x: _Series,
    period: _Periods,
    multiplier: SupportsFloat = 1.0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def stoch(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    fast_k: SupportsIndex = 5,
    slow_k: SupportsIndex = 3,
    slow_k_average: _Average = 0,
    slow_d: SupportsIndex = 3,
    slow_d_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCH[NDArray[np.float32]]:
    """Stochastic."""

@overload
def stoch(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    fast_k: SupportsIndex = 5,
    slow_k: SupportsIndex = 3,
    slow_k_average: _Average = 0,
    slow_d: SupportsIndex = 3,
    slow_d_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCH[NDArray[np.float64]]: ...
@overload
def stoch(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    fast_k: SupportsIndex = 5,
    slow_k: SupportsIndex = 3,
    slow_k_average: _Average = 0,
    slow_d: SupportsIndex = 3,
    slow_d_average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCH[_Frame]: ...
@overload
def stochf(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    fast_k: SupportsIndex = 5,
    fast_d: SupportsIndex = 3,
    fast_d_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCHF[NDArray[np.float32]]:
    """Stochastic Fast."""

@overload
def stochf(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    fast_k: SupportsIndex = 5,
    fast_d: SupportsIndex = 3,
    fast_d_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCHF[NDArray[np.float64]]: ...
@overload
def stochf(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    fast_k: SupportsIndex = 5,
    fast_d: SupportsIndex = 3,
    fast_d_average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCHF[_Frame]: ...
@overload
def stochrsi(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex = 14,
    fast_k: SupportsIndex = 5,
    fast_d: SupportsIndex = 3,
    fast_d_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCHRSI[NDArray[np.float32]]:
    """Stochastic Relative Strength Index."""

@overload
def stochrsi(
    x: _Doubles,
    period: SupportsIndex = 14,
    fast_k: SupportsIndex = 5,
    fast_d: SupportsIndex = 3,
    fast_d_average: _Average = 0,
    *,
    out: Sequence[NDArray[Any]] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCHRSI[NDArray[np.float64]]: ...
@overload
def stochrsi(
    x: _Frame,
    period: SupportsIndex = 14,
    fast_k: SupportsIndex = 5,
    fast_d: SupportsIndex = 3,
    fast_d_average: _Average = 0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> STOCHRSI[_Frame]: ...
@overload
def sum(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Summation."""

@overload
def sum(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def sum(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def sum(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def t3(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    volume_factor: SupportsFloat = 0.7,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Triple Exponential Moving Average (T3)."""

@overload
def t3(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    volume_factor: SupportsFloat = 0.7,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def t3(
    x: _Frame,
    period: SupportsIndex,
    volume_factor: SupportsFloat = 0.7,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def t3(
    x: _Series,
    period: _Periods,
    volume_factor: SupportsFloat = 0.7,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def tema(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Triple Exponential Moving Average."""

@overload
def tema(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def tema(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def tema(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def trange(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """True Range."""

@overload
def trange(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def trange(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def trima(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Triangular Moving Average."""

@overload
def trima(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def trima(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def trima(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def trix(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 30,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """1-day Rate-Of-Change (ROC) of a Triple Smooth EMA."""

@overload
def trix(
    x: _Doubles,
    period: SupportsIndex | _Periods = 30,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def trix(
    x: _Frame,
    period: SupportsIndex = 30,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def trix(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def tsf(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Time Series Forecast."""

@overload
def tsf(
    x: _Doubles,
    period: SupportsIndex | _Periods = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def tsf(
    x: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def tsf(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def twap(  # type: ignore[overload-overlap]
    x: _Floats,
    time: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Time Weighted Average Price."""

@overload
def twap(
    x: _Doubles | _Floats,
    time: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def twap(
    x: _Frame,
    time: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def typprice(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Typical Price."""

@overload
def typprice(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def typprice(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def ultosc(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    first: SupportsIndex = 7,
    second: SupportsIndex = 14,
    third: SupportsIndex = 28,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Ultimate Oscillator."""

@overload
def ultosc(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    first: SupportsIndex = 7,
    second: SupportsIndex = 14,
    third: SupportsIndex = 28,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def ultosc(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    first: SupportsIndex = 7,
    second: SupportsIndex = 14,
    third: SupportsIndex = 28,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def var(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    multiplier: SupportsFloat = 1.0,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Variance."""

@overload
def var(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    multiplier: SupportsFloat = 1.0,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def var(
    x: _Frame,
    period: SupportsIndex,
    multiplier: SupportsFloat = 1.0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def var(
    x: _Series,
    period: _Periods,
    multiplier: SupportsFloat = 1.0,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def vwap(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    volume: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Volume Weighted Average Price."""

@overload
def vwap(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    volume: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def vwap(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    volume: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def wclprice(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Weighted Close Price."""

@overload
def wclprice(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def wclprice(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def willr(  # type: ignore[overload-overlap]
    high: _Floats,
    low: _Floats,
    close: _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Williams' %R."""

@overload
def willr(
    high: _Doubles | _Floats,
    low: _Doubles | _Floats,
    close: _Doubles | _Floats,
    period: SupportsIndex = 14,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def willr(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    period: SupportsIndex = 14,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def wma(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Weighted Moving Average."""

@overload
def wma(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def wma(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def wma(
    x: _Series,
    period: _Periods,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> Any: ...
@overload
def zlema(  # type: ignore[overload-overlap]
    x: _Floats,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float32] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float32]:
    """Zero-Lag Exponential Moving Average."""

@overload
def zlema(
    x: _Doubles,
    period: SupportsIndex | _Periods,
    *,
    out: NDArray[np.float64] | None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> NDArray[np.float64]: ...
@overload
def zlema(
    x: _Frame,
    period: SupportsIndex,
    *,
    out: None = None,
    nan: _Nan = "propagate",
    exact: bool = False,
    threads: SupportsIndex = 1,
) -> _Frame: ...
@overload
def zlema(
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
