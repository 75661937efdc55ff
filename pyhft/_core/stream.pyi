# Room stream: a class per indicator that takes one bar at a time. Written by tools/write-stubs.

from collections.abc import Callable, Sequence
from typing import Any, Self, SupportsFloat, SupportsIndex, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import disjoint_base

from pyhft._core.kernels import (
    AROON,
    BBANDS,
    MACD,
    MACDEXT,
    MACDFIX,
    MAMA,
    MINMAX,
    MINMAXINDEX,
    STOCH,
    STOCHF,
    STOCHRSI,
    _Average,
    _Frame,
    _Series,
)
from pyhft.talib.stream import OutRange

__all__ = [
    "Stream",
    "ad",
    "adosc",
    "adx",
    "adxr",
    "apo",
    "aroon",
    "aroonosc",
    "atr",
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
    "kama",
    "linearreg",
    "linearreg_angle",
    "linearreg_intercept",
    "linearreg_slope",
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

_History: TypeAlias = NDArray[Any] | Sequence[float]

@disjoint_base
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

class ad(Stream):
    """Chaikin A/D Line."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        volume: _History | _Series,
    ) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        volume: _History,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, volume: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class adosc(Stream):
    """Chaikin A/D Oscillator."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        volume: _History | _Series,
        fast: SupportsIndex = 3,
        slow: SupportsIndex = 10,
    ) -> Self: ...
    @overload
    def __new__(cls, *, fast: SupportsIndex = 3, slow: SupportsIndex = 10) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        volume: _History,
        fast: SupportsIndex = 3,
        slow: SupportsIndex = 10,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        volume: _Frame,
        fast: SupportsIndex = 3,
        slow: SupportsIndex = 10,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class adx(Stream):
    """Average Directional Movement Index."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class adxr(Stream):
    """Average Directional Movement Index Rating."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class apo(Stream):
    """Absolute Price Oscillator."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        average: _Average = 1,
    ) -> Self: ...
    @overload
    def __new__(cls, *, fast: SupportsIndex = 12, slow: SupportsIndex = 26, average: _Average = 1) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        average: _Average = 1,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        average: _Average = 1,
    ) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class aroon(Stream):
    """Aroon."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, AROON[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, period: SupportsIndex = 14) -> tuple[Self, AROON[_Frame]]: ...
    def update(self, high: float, low: float) -> AROON[float]: ...
    def peek(self, high: float, low: float) -> AROON[float]: ...
    @property
    def value(self) -> AROON[float]: ...

class aroonosc(Stream):
    """Aroon Oscillator."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class atr(Stream):
    """Average True Range."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class avgprice(Stream):
    """Average Price."""

    @overload
    def __new__(
        cls,
        open: _History | _Series,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
    ) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        open: _History,
        high: _History,
        low: _History,
        close: _History,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, open: _Frame, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, open: float, high: float, low: float, close: float) -> float: ...
    def peek(self, open: float, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class bbands(Stream):
    """Bollinger Bands."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        period: SupportsIndex = 20,
        multiplier_up: SupportsFloat = 2.0,
        multiplier_down: SupportsFloat = 2.0,
        average: _Average = 0,
    ) -> Self: ...
    @overload
    def __new__(
        cls,
        *,
        period: SupportsIndex = 20,
        multiplier_up: SupportsFloat = 2.0,
        multiplier_down: SupportsFloat = 2.0,
        average: _Average = 0,
    ) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        period: SupportsIndex = 20,
        multiplier_up: SupportsFloat = 2.0,
        multiplier_down: SupportsFloat = 2.0,
        average: _Average = 0,
    ) -> tuple[Self, BBANDS[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        period: SupportsIndex = 20,
        multiplier_up: SupportsFloat = 2.0,
        multiplier_down: SupportsFloat = 2.0,
        average: _Average = 0,
    ) -> tuple[Self, BBANDS[_Frame]]: ...
    def update(self, x: float) -> BBANDS[float]: ...
    def peek(self, x: float) -> BBANDS[float]: ...
    @property
    def value(self) -> BBANDS[float]: ...

class beta(Stream):
    """Beta."""

    @overload
    def __new__(cls, x: _History | _Series, y: _History | _Series, period: SupportsIndex = 5) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 5) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, y: _History, period: SupportsIndex = 5) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, y: _Frame, period: SupportsIndex = 5) -> tuple[Self, _Frame]: ...
    def update(self, x: float, y: float) -> float: ...
    def peek(self, x: float, y: float) -> float: ...
    @property
    def value(self) -> float: ...

class bop(Stream):
    """Balance Of Power."""

    @overload
    def __new__(
        cls,
        open: _History | _Series,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
    ) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        open: _History,
        high: _History,
        low: _History,
        close: _History,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, open: _Frame, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, open: float, high: float, low: float, close: float) -> float: ...
    def peek(self, open: float, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class cci(Stream):
    """Commodity Channel Index."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class cmo(Stream):
    """Chande Momentum Oscillator."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class correl(Stream):
    """Pearson's Correlation Coefficient (r)."""

    @overload
    def __new__(cls, x: _History | _Series, y: _History | _Series, period: SupportsIndex) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, y: _History, period: SupportsIndex) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, y: _Frame, period: SupportsIndex) -> tuple[Self, _Frame]: ...
    def update(self, x: float, y: float) -> float: ...
    def peek(self, x: float, y: float) -> float: ...
    @property
    def value(self) -> float: ...

class cumsum(Stream):
    """Cumulative Sum."""

    @overload
    def __new__(cls, x: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class decayed_ema(Stream):
    """Exponential average over irregular time."""

    @overload
    def __new__(cls, x: _History | _Series, time: _History | _Series, half_life: SupportsFloat) -> Self: ...
    @overload
    def __new__(cls, *, half_life: SupportsFloat) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        time: _History,
        half_life: SupportsFloat,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, time: _Frame, half_life: SupportsFloat) -> tuple[Self, _Frame]: ...
    def update(self, x: float, time: float) -> float: ...
    def peek(self, x: float, time: float) -> float: ...
    @property
    def value(self) -> float: ...

class dema(Stream):
    """Double Exponential Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class dx(Stream):
    """Directional Movement Index."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class ema(Stream):
    """Exponential Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class ewm_mean(Stream):
    """Exponentially weighted mean."""

    @overload
    def __new__(cls, x: _History | _Series, half_life: SupportsFloat) -> Self: ...
    @overload
    def __new__(cls, *, half_life: SupportsFloat) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, half_life: SupportsFloat) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, half_life: SupportsFloat) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class ewm_variance(Stream):
    """Exponentially weighted variance."""

    @overload
    def __new__(cls, x: _History | _Series, half_life: SupportsFloat) -> Self: ...
    @overload
    def __new__(cls, *, half_life: SupportsFloat) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, half_life: SupportsFloat) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, half_life: SupportsFloat) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class ewm_zscore(Stream):
    """Exponentially weighted z-score."""

    @overload
    def __new__(cls, x: _History | _Series, half_life: SupportsFloat) -> Self: ...
    @overload
    def __new__(cls, *, half_life: SupportsFloat) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, half_life: SupportsFloat) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, half_life: SupportsFloat) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class hma(Stream):
    """Hull Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class kama(Stream):
    """Kaufman Adaptive Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class linearreg(Stream):
    """Linear Regression."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class linearreg_angle(Stream):
    """Linear Regression Angle."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class linearreg_intercept(Stream):
    """Linear Regression Intercept."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class linearreg_slope(Stream):
    """Linear Regression Slope."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class ma(Stream):
    """Moving average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex, average: _Average = 0) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex, average: _Average = 0) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        period: SupportsIndex,
        average: _Average = 0,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex, average: _Average = 0) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class macd(Stream):
    """Moving Average Convergence/Divergence."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        signal: SupportsIndex = 9,
    ) -> Self: ...
    @overload
    def __new__(cls, *, fast: SupportsIndex = 12, slow: SupportsIndex = 26, signal: SupportsIndex = 9) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        signal: SupportsIndex = 9,
    ) -> tuple[Self, MACD[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        signal: SupportsIndex = 9,
    ) -> tuple[Self, MACD[_Frame]]: ...
    def update(self, x: float) -> MACD[float]: ...
    def peek(self, x: float) -> MACD[float]: ...
    @property
    def value(self) -> MACD[float]: ...

class macdext(Stream):
    """MACD with controllable MA type."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        fast: SupportsIndex = 12,
        fast_average: _Average = 0,
        slow: SupportsIndex = 26,
        slow_average: _Average = 0,
        signal: SupportsIndex = 9,
        signal_average: _Average = 0,
    ) -> Self: ...
    @overload
    def __new__(
        cls,
        *,
        fast: SupportsIndex = 12,
        fast_average: _Average = 0,
        slow: SupportsIndex = 26,
        slow_average: _Average = 0,
        signal: SupportsIndex = 9,
        signal_average: _Average = 0,
    ) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        fast: SupportsIndex = 12,
        fast_average: _Average = 0,
        slow: SupportsIndex = 26,
        slow_average: _Average = 0,
        signal: SupportsIndex = 9,
        signal_average: _Average = 0,
    ) -> tuple[Self, MACDEXT[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        fast: SupportsIndex = 12,
        fast_average: _Average = 0,
        slow: SupportsIndex = 26,
        slow_average: _Average = 0,
        signal: SupportsIndex = 9,
        signal_average: _Average = 0,
    ) -> tuple[Self, MACDEXT[_Frame]]: ...
    def update(self, x: float) -> MACDEXT[float]: ...
    def peek(self, x: float) -> MACDEXT[float]: ...
    @property
    def value(self) -> MACDEXT[float]: ...

class macdfix(Stream):
    """Moving Average Convergence/Divergence Fix 12/26."""

    @overload
    def __new__(cls, x: _History | _Series, signal: SupportsIndex = 9) -> Self: ...
    @overload
    def __new__(cls, *, signal: SupportsIndex = 9) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, signal: SupportsIndex = 9) -> tuple[Self, MACDFIX[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, signal: SupportsIndex = 9) -> tuple[Self, MACDFIX[_Frame]]: ...
    def update(self, x: float) -> MACDFIX[float]: ...
    def peek(self, x: float) -> MACDFIX[float]: ...
    @property
    def value(self) -> MACDFIX[float]: ...

class mama(Stream):
    """MESA Adaptive Moving Average."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        fast_limit: SupportsFloat = 0.5,
        slow_limit: SupportsFloat = 0.05,
    ) -> Self: ...
    @overload
    def __new__(cls, *, fast_limit: SupportsFloat = 0.5, slow_limit: SupportsFloat = 0.05) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        fast_limit: SupportsFloat = 0.5,
        slow_limit: SupportsFloat = 0.05,
    ) -> tuple[Self, MAMA[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        fast_limit: SupportsFloat = 0.5,
        slow_limit: SupportsFloat = 0.05,
    ) -> tuple[Self, MAMA[_Frame]]: ...
    def update(self, x: float) -> MAMA[float]: ...
    def peek(self, x: float) -> MAMA[float]: ...
    @property
    def value(self) -> MAMA[float]: ...

class mavp(Stream):
    """Moving average with variable period."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        periods: _History | _Series,
        min_period: SupportsIndex = 2,
        max_period: SupportsIndex = 30,
        average: _Average = 0,
    ) -> Self: ...
    @overload
    def __new__(
        cls,
        *,
        min_period: SupportsIndex = 2,
        max_period: SupportsIndex = 30,
        average: _Average = 0,
    ) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        periods: _History,
        min_period: SupportsIndex = 2,
        max_period: SupportsIndex = 30,
        average: _Average = 0,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        periods: _Frame,
        min_period: SupportsIndex = 2,
        max_period: SupportsIndex = 30,
        average: _Average = 0,
    ) -> tuple[Self, _Frame]: ...
    def update(self, x: float, periods: float) -> float: ...
    def peek(self, x: float, periods: float) -> float: ...
    @property
    def value(self) -> float: ...

class max(Stream):
    """Highest value over a specified period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class maxindex(Stream):
    """Index of highest value over a specified period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex) -> tuple[Self, NDArray[np.int64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> int: ...
    def peek(self, x: float) -> int: ...
    @property
    def value(self) -> int: ...

class medprice(Stream):
    """Median Price."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _History, low: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class mfi(Stream):
    """Money Flow Index."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        volume: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        volume: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        volume: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class microprice(Stream):
    """Microprice."""

    @overload
    def __new__(
        cls,
        bid: _History | _Series,
        ask: _History | _Series,
        bid_size: _History | _Series,
        ask_size: _History | _Series,
    ) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        bid: _History,
        ask: _History,
        bid_size: _History,
        ask_size: _History,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, bid: _Frame, ask: _Frame, bid_size: _Frame, ask_size: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, bid: float, ask: float, bid_size: float, ask_size: float) -> float: ...
    def peek(self, bid: float, ask: float, bid_size: float, ask_size: float) -> float: ...
    @property
    def value(self) -> float: ...

class midpoint(Stream):
    """MidPoint over period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class midprice(Stream):
    """Midpoint Price over period."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class min(Stream):
    """Lowest value over a specified period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class minindex(Stream):
    """Index of lowest value over a specified period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex) -> tuple[Self, NDArray[np.int64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> int: ...
    def peek(self, x: float) -> int: ...
    @property
    def value(self) -> int: ...

class minmax(Stream):
    """Lowest and highest values over a specified period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex) -> tuple[Self, MINMAX[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex) -> tuple[Self, MINMAX[_Frame]]: ...
    def update(self, x: float) -> MINMAX[float]: ...
    def peek(self, x: float) -> MINMAX[float]: ...
    @property
    def value(self) -> MINMAX[float]: ...

class minmaxindex(Stream):
    """Indexes of lowest and highest values over a specified period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex) -> tuple[Self, MINMAXINDEX[NDArray[np.int64]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex) -> tuple[Self, MINMAXINDEX[_Frame]]: ...
    def update(self, x: float) -> MINMAXINDEX[int]: ...
    def peek(self, x: float) -> MINMAXINDEX[int]: ...
    @property
    def value(self) -> MINMAXINDEX[int]: ...

class minus_di(Stream):
    """Minus Directional Indicator."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class minus_dm(Stream):
    """Minus Directional Movement."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class mom(Stream):
    """Momentum."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 10) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 10) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 10) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class natr(Stream):
    """Normalized Average True Range."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class obv(Stream):
    """On Balance Volume."""

    @overload
    def __new__(cls, x: _History | _Series, volume: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, volume: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, volume: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, x: float, volume: float) -> float: ...
    def peek(self, x: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class order_book_imbalance(Stream):
    """Order Book Imbalance."""

    @overload
    def __new__(cls, bid_size: _History | _Series, ask_size: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, bid_size: _History, ask_size: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, bid_size: _Frame, ask_size: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, bid_size: float, ask_size: float) -> float: ...
    def peek(self, bid_size: float, ask_size: float) -> float: ...
    @property
    def value(self) -> float: ...

class order_flow_imbalance(Stream):
    """Order Flow Imbalance."""

    @overload
    def __new__(
        cls,
        bid: _History | _Series,
        bid_size: _History | _Series,
        ask: _History | _Series,
        ask_size: _History | _Series,
    ) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        bid: _History,
        bid_size: _History,
        ask: _History,
        ask_size: _History,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, bid: _Frame, bid_size: _Frame, ask: _Frame, ask_size: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, bid: float, bid_size: float, ask: float, ask_size: float) -> float: ...
    def peek(self, bid: float, bid_size: float, ask: float, ask_size: float) -> float: ...
    @property
    def value(self) -> float: ...

class plus_di(Stream):
    """Plus Directional Indicator."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class plus_dm(Stream):
    """Plus Directional Movement."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class ppo(Stream):
    """Percentage Price Oscillator."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        average: _Average = 1,
    ) -> Self: ...
    @overload
    def __new__(cls, *, fast: SupportsIndex = 12, slow: SupportsIndex = 26, average: _Average = 1) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        average: _Average = 1,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        fast: SupportsIndex = 12,
        slow: SupportsIndex = 26,
        average: _Average = 1,
    ) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class realised_volatility(Stream):
    """Realised Volatility."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class rma(Stream):
    """Wilder's Smoothed Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class roc(Stream):
    """Rate of change : ((price/prevPrice)-1)*100."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 10) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 10) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 10) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class rocp(Stream):
    """Rate of change Percentage: (price-prevPrice)/prevPrice."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 10) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 10) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 10) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class rocr(Stream):
    """Rate of change ratio: (price/prevPrice)."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 10) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 10) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 10) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class rocr100(Stream):
    """Rate of change ratio 100 scale: (price/prevPrice)*100."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 10) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 10) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 10) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class rolling_quantile(Stream):
    """Quantile over a specified period."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex, quantile: SupportsFloat) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex, quantile: SupportsFloat) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        period: SupportsIndex,
        quantile: SupportsFloat,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex, quantile: SupportsFloat) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class rolling_vwap(Stream):
    """Volume-Weighted Average Price over a Window."""

    @overload
    def __new__(cls, price: _History | _Series, volume: _History | _Series, period: SupportsIndex) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        price: _History,
        volume: _History,
        period: SupportsIndex,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, price: _Frame, volume: _Frame, period: SupportsIndex) -> tuple[Self, _Frame]: ...
    def update(self, price: float, volume: float) -> float: ...
    def peek(self, price: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class rsi(Stream):
    """Relative Strength Index."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class sar(Stream):
    """Parabolic SAR."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        acceleration: SupportsFloat = 0.02,
        maximum: SupportsFloat = 0.2,
    ) -> Self: ...
    @overload
    def __new__(cls, *, acceleration: SupportsFloat = 0.02, maximum: SupportsFloat = 0.2) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        acceleration: SupportsFloat = 0.02,
        maximum: SupportsFloat = 0.2,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        acceleration: SupportsFloat = 0.02,
        maximum: SupportsFloat = 0.2,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class session_vwap(Stream):
    """Volume Weighted Average Price of the Session."""

    @overload
    def __new__(cls, price: _History | _Series, volume: _History | _Series, session: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        price: _History,
        volume: _History,
        session: _History,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, price: _Frame, volume: _Frame, session: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, price: float, volume: float, session: float) -> float: ...
    def peek(self, price: float, volume: float, session: float) -> float: ...
    @property
    def value(self) -> float: ...

class sma(Stream):
    """Simple Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class stddev(Stream):
    """Standard Deviation."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex, multiplier: SupportsFloat = 1.0) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex, multiplier: SupportsFloat = 1.0) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        period: SupportsIndex,
        multiplier: SupportsFloat = 1.0,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        period: SupportsIndex,
        multiplier: SupportsFloat = 1.0,
    ) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class stoch(Stream):
    """Stochastic."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        fast_k: SupportsIndex = 5,
        slow_k: SupportsIndex = 3,
        slow_k_average: _Average = 0,
        slow_d: SupportsIndex = 3,
        slow_d_average: _Average = 0,
    ) -> Self: ...
    @overload
    def __new__(
        cls,
        *,
        fast_k: SupportsIndex = 5,
        slow_k: SupportsIndex = 3,
        slow_k_average: _Average = 0,
        slow_d: SupportsIndex = 3,
        slow_d_average: _Average = 0,
    ) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        fast_k: SupportsIndex = 5,
        slow_k: SupportsIndex = 3,
        slow_k_average: _Average = 0,
        slow_d: SupportsIndex = 3,
        slow_d_average: _Average = 0,
    ) -> tuple[Self, STOCH[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        fast_k: SupportsIndex = 5,
        slow_k: SupportsIndex = 3,
        slow_k_average: _Average = 0,
        slow_d: SupportsIndex = 3,
        slow_d_average: _Average = 0,
    ) -> tuple[Self, STOCH[_Frame]]: ...
    def update(self, high: float, low: float, close: float) -> STOCH[float]: ...
    def peek(self, high: float, low: float, close: float) -> STOCH[float]: ...
    @property
    def value(self) -> STOCH[float]: ...

class stochf(Stream):
    """Stochastic Fast."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        fast_k: SupportsIndex = 5,
        fast_d: SupportsIndex = 3,
        fast_d_average: _Average = 0,
    ) -> Self: ...
    @overload
    def __new__(cls, *, fast_k: SupportsIndex = 5, fast_d: SupportsIndex = 3, fast_d_average: _Average = 0) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        fast_k: SupportsIndex = 5,
        fast_d: SupportsIndex = 3,
        fast_d_average: _Average = 0,
    ) -> tuple[Self, STOCHF[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        fast_k: SupportsIndex = 5,
        fast_d: SupportsIndex = 3,
        fast_d_average: _Average = 0,
    ) -> tuple[Self, STOCHF[_Frame]]: ...
    def update(self, high: float, low: float, close: float) -> STOCHF[float]: ...
    def peek(self, high: float, low: float, close: float) -> STOCHF[float]: ...
    @property
    def value(self) -> STOCHF[float]: ...

class stochrsi(Stream):
    """Stochastic Relative Strength Index."""

    @overload
    def __new__(
        cls,
        x: _History | _Series,
        period: SupportsIndex = 14,
        fast_k: SupportsIndex = 5,
        fast_d: SupportsIndex = 3,
        fast_d_average: _Average = 0,
    ) -> Self: ...
    @overload
    def __new__(
        cls,
        *,
        period: SupportsIndex = 14,
        fast_k: SupportsIndex = 5,
        fast_d: SupportsIndex = 3,
        fast_d_average: _Average = 0,
    ) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        period: SupportsIndex = 14,
        fast_k: SupportsIndex = 5,
        fast_d: SupportsIndex = 3,
        fast_d_average: _Average = 0,
    ) -> tuple[Self, STOCHRSI[NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        period: SupportsIndex = 14,
        fast_k: SupportsIndex = 5,
        fast_d: SupportsIndex = 3,
        fast_d_average: _Average = 0,
    ) -> tuple[Self, STOCHRSI[_Frame]]: ...
    def update(self, x: float) -> STOCHRSI[float]: ...
    def peek(self, x: float) -> STOCHRSI[float]: ...
    @property
    def value(self) -> STOCHRSI[float]: ...

class sum(Stream):
    """Summation."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class t3(Stream):
    """Triple Exponential Moving Average (T3)."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex, volume_factor: SupportsFloat = 0.7) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex, volume_factor: SupportsFloat = 0.7) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        period: SupportsIndex,
        volume_factor: SupportsFloat = 0.7,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        period: SupportsIndex,
        volume_factor: SupportsFloat = 0.7,
    ) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class tema(Stream):
    """Triple Exponential Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class trange(Stream):
    """True Range."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, close: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _History, low: _History, close: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class trima(Stream):
    """Triangular Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class trix(Stream):
    """1-day Rate-Of-Change (ROC) of a Triple Smooth EMA."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 30) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 30) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 30) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 30) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class tsf(Stream):
    """Time Series Forecast."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex = 14) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, period: SupportsIndex = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, period: SupportsIndex = 14) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class twap(Stream):
    """Time Weighted Average Price."""

    @overload
    def __new__(cls, x: _History | _Series, time: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _History, time: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, x: _Frame, time: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, x: float, time: float) -> float: ...
    def peek(self, x: float, time: float) -> float: ...
    @property
    def value(self) -> float: ...

class typprice(Stream):
    """Typical Price."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, close: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _History, low: _History, close: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class ultosc(Stream):
    """Ultimate Oscillator."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        first: SupportsIndex = 7,
        second: SupportsIndex = 14,
        third: SupportsIndex = 28,
    ) -> Self: ...
    @overload
    def __new__(cls, *, first: SupportsIndex = 7, second: SupportsIndex = 14, third: SupportsIndex = 28) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        first: SupportsIndex = 7,
        second: SupportsIndex = 14,
        third: SupportsIndex = 28,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        first: SupportsIndex = 7,
        second: SupportsIndex = 14,
        third: SupportsIndex = 28,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class var(Stream):
    """Variance."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex, multiplier: SupportsFloat = 1.0) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex, multiplier: SupportsFloat = 1.0) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _History,
        period: SupportsIndex,
        multiplier: SupportsFloat = 1.0,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        x: _Frame,
        period: SupportsIndex,
        multiplier: SupportsFloat = 1.0,
    ) -> tuple[Self, _Frame]: ...
    def update(self, x: float) -> float: ...
    def peek(self, x: float) -> float: ...
    @property
    def value(self) -> float: ...

class vwap(Stream):
    """Volume Weighted Average Price."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        volume: _History | _Series,
    ) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        volume: _History,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, volume: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class wclprice(Stream):
    """Weighted Close Price."""

    @overload
    def __new__(cls, high: _History | _Series, low: _History | _Series, close: _History | _Series) -> Self: ...
    @overload
    def __new__(cls) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _History, low: _History, close: _History) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class willr(Stream):
    """Williams' %R."""

    @overload
    def __new__(
        cls,
        high: _History | _Series,
        low: _History | _Series,
        close: _History | _Series,
        period: SupportsIndex = 14,
    ) -> Self: ...
    @overload
    def __new__(cls, *, period: SupportsIndex = 14) -> Self: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _History,
        low: _History,
        close: _History,
        period: SupportsIndex = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        period: SupportsIndex = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class wma(Stream):
    """Weighted Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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

class zlema(Stream):
    """Zero-Lag Exponential Moving Average."""

    @overload
    def __new__(cls, x: _History | _Series, period: SupportsIndex) -> Self: ...
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
