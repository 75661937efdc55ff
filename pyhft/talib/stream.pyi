# TA-Lib's streaming interface. Written by tools/write-stubs.

from typing import NamedTuple, Self, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pyhft._core.kernels import _Frame, _Series
from pyhft._core.stream import Stream as Stream
from pyhft._core.talib import InsufficientHistory as InsufficientHistory

__all__ = [
    "ACOS",
    "AD",
    "ADD",
    "ADOSC",
    "ADX",
    "ADXR",
    "APO",
    "AROON",
    "AROONOSC",
    "ASIN",
    "ATAN",
    "ATR",
    "AVGPRICE",
    "BBANDS",
    "BETA",
    "BOP",
    "CCI",
    "CEIL",
    "CMO",
    "CORREL",
    "COS",
    "COSH",
    "CUMSUM",
    "DEMA",
    "DIV",
    "DX",
    "EMA",
    "EXP",
    "FLOOR",
    "HMA",
    "KAMA",
    "LINEARREG",
    "LINEARREG_ANGLE",
    "LINEARREG_INTERCEPT",
    "LINEARREG_SLOPE",
    "LN",
    "LOG10",
    "MA",
    "MACD",
    "MACDEXT",
    "MACDFIX",
    "MAMA",
    "MAVP",
    "MAX",
    "MAXINDEX",
    "MEDPRICE",
    "MFI",
    "MIDPOINT",
    "MIDPRICE",
    "MIN",
    "MININDEX",
    "MINMAX",
    "MINMAXINDEX",
    "MINUS_DI",
    "MINUS_DM",
    "MOM",
    "MULT",
    "NATR",
    "OBV",
    "PLUS_DI",
    "PLUS_DM",
    "PPO",
    "RMA",
    "ROC",
    "ROCP",
    "ROCR",
    "ROCR100",
    "RSI",
    "SAR",
    "SIN",
    "SINH",
    "SMA",
    "SQRT",
    "STDDEV",
    "STOCH",
    "STOCHF",
    "STOCHRSI",
    "SUB",
    "SUM",
    "T3",
    "TAN",
    "TANH",
    "TEMA",
    "TRANGE",
    "TRIMA",
    "TRIX",
    "TSF",
    "TYPPRICE",
    "ULTOSC",
    "VAR",
    "VWAP",
    "WCLPRICE",
    "WILLR",
    "WMA",
    "ZLEMA",
    "InsufficientHistory",
    "OutRange",
    "Stream",
]

_Array: TypeAlias = NDArray[np.float64]

class OutRange(NamedTuple):
    """The first bar with a value, and how many bars have one."""

    begidx: int
    nbelement: int

class ACOS(Stream):
    """Vector Trigonometric ACos."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class AD(Stream):
    """Chaikin A/D Line."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        volume: _Array | _Series,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        volume: _Array,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, volume: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class ADD(Stream):
    """Vector Arithmetic Add."""

    def __init__(self, real0: _Array | _Series, real1: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Array, real1: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Frame, real1: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real0: float, real1: float) -> float: ...
    def peek(self, real0: float, real1: float) -> float: ...
    @property
    def value(self) -> float: ...

class ADOSC(Stream):
    """Chaikin A/D Oscillator."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        volume: _Array | _Series,
        fastperiod: int = 3,
        slowperiod: int = 10,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        volume: _Array,
        fastperiod: int = 3,
        slowperiod: int = 10,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        volume: _Frame,
        fastperiod: int = 3,
        slowperiod: int = 10,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class ADX(Stream):
    """Average Directional Movement Index."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class ADXR(Stream):
    """Average Directional Movement Index Rating."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class APO(Stream):
    """Absolute Price Oscillator."""

    def __init__(self, real: _Array | _Series, fastperiod: int = 12, slowperiod: int = 26, matype: int = 1) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        fastperiod: int = 12,
        slowperiod: int = 26,
        matype: int = 1,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        fastperiod: int = 12,
        slowperiod: int = 26,
        matype: int = 1,
    ) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class AROON(Stream):
    """Aroon."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, timeperiod: int = 14) -> tuple[Self, tuple[_Frame, _Frame]]: ...
    def update(self, high: float, low: float) -> tuple[float, float]: ...
    def peek(self, high: float, low: float) -> tuple[float, float]: ...
    @property
    def value(self) -> tuple[float, float]: ...

class AROONOSC(Stream):
    """Aroon Oscillator."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class ASIN(Stream):
    """Vector Trigonometric ASin."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class ATAN(Stream):
    """Vector Trigonometric ATan."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class ATR(Stream):
    """Average True Range."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class AVGPRICE(Stream):
    """Average Price."""

    def __init__(
        self,
        open: _Array | _Series,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        open: _Array,
        high: _Array,
        low: _Array,
        close: _Array,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, open: _Frame, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, open: float, high: float, low: float, close: float) -> float: ...
    def peek(self, open: float, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class BBANDS(Stream):
    """Bollinger Bands."""

    def __init__(
        self,
        real: _Array | _Series,
        timeperiod: int = 20,
        nbdevup: float = 2.0,
        nbdevdn: float = 2.0,
        matype: int = 0,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        timeperiod: int = 20,
        nbdevup: float = 2.0,
        nbdevdn: float = 2.0,
        matype: int = 0,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        timeperiod: int = 20,
        nbdevup: float = 2.0,
        nbdevdn: float = 2.0,
        matype: int = 0,
    ) -> tuple[Self, tuple[_Frame, _Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[float, float, float]: ...
    def peek(self, real: float) -> tuple[float, float, float]: ...
    @property
    def value(self) -> tuple[float, float, float]: ...

class BETA(Stream):
    """Beta."""

    def __init__(self, real0: _Array | _Series, real1: _Array | _Series, timeperiod: int = 5) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Array, real1: _Array, timeperiod: int = 5) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Frame, real1: _Frame, timeperiod: int = 5) -> tuple[Self, _Frame]: ...
    def update(self, real0: float, real1: float) -> float: ...
    def peek(self, real0: float, real1: float) -> float: ...
    @property
    def value(self) -> float: ...

class BOP(Stream):
    """Balance Of Power."""

    def __init__(
        self,
        open: _Array | _Series,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        open: _Array,
        high: _Array,
        low: _Array,
        close: _Array,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, open: _Frame, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, open: float, high: float, low: float, close: float) -> float: ...
    def peek(self, open: float, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class CCI(Stream):
    """Commodity Channel Index."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class CEIL(Stream):
    """Vector Ceil."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class CMO(Stream):
    """Chande Momentum Oscillator."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class CORREL(Stream):
    """Pearson's Correlation Coefficient (r)."""

    def __init__(self, real0: _Array | _Series, real1: _Array | _Series, timeperiod: int = 30) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Array, real1: _Array, timeperiod: int = 30) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Frame, real1: _Frame, timeperiod: int = 30) -> tuple[Self, _Frame]: ...
    def update(self, real0: float, real1: float) -> float: ...
    def peek(self, real0: float, real1: float) -> float: ...
    @property
    def value(self) -> float: ...

class COS(Stream):
    """Vector Trigonometric Cos."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class COSH(Stream):
    """Vector Trigonometric Cosh."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class CUMSUM(Stream):
    """Cumulative Sum."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class DEMA(Stream):
    """Double Exponential Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class DIV(Stream):
    """Vector Arithmetic Div."""

    def __init__(self, real0: _Array | _Series, real1: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Array, real1: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Frame, real1: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real0: float, real1: float) -> float: ...
    def peek(self, real0: float, real1: float) -> float: ...
    @property
    def value(self) -> float: ...

class DX(Stream):
    """Directional Movement Index."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class EMA(Stream):
    """Exponential Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class EXP(Stream):
    """Vector Arithmetic Exp."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class FLOOR(Stream):
    """Vector Floor."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class HMA(Stream):
    """Hull Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 20) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 20) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 20) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class KAMA(Stream):
    """Kaufman Adaptive Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class LINEARREG(Stream):
    """Linear Regression."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class LINEARREG_ANGLE(Stream):
    """Linear Regression Angle."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class LINEARREG_INTERCEPT(Stream):
    """Linear Regression Intercept."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class LINEARREG_SLOPE(Stream):
    """Linear Regression Slope."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class LN(Stream):
    """Vector Log Natural."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class LOG10(Stream):
    """Vector Log10."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class MA(Stream):
    """Moving average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30, matype: int = 0) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 30, matype: int = 0) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 30, matype: int = 0) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class MACD(Stream):
    """Moving Average Convergence/Divergence."""

    def __init__(
        self,
        real: _Array | _Series,
        fastperiod: int = 12,
        slowperiod: int = 26,
        signalperiod: int = 9,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        fastperiod: int = 12,
        slowperiod: int = 26,
        signalperiod: int = 9,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        fastperiod: int = 12,
        slowperiod: int = 26,
        signalperiod: int = 9,
    ) -> tuple[Self, tuple[_Frame, _Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[float, float, float]: ...
    def peek(self, real: float) -> tuple[float, float, float]: ...
    @property
    def value(self) -> tuple[float, float, float]: ...

class MACDEXT(Stream):
    """MACD with controllable MA type."""

    def __init__(
        self,
        real: _Array | _Series,
        fastperiod: int = 12,
        fastmatype: int = 0,
        slowperiod: int = 26,
        slowmatype: int = 0,
        signalperiod: int = 9,
        signalmatype: int = 0,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        fastperiod: int = 12,
        fastmatype: int = 0,
        slowperiod: int = 26,
        slowmatype: int = 0,
        signalperiod: int = 9,
        signalmatype: int = 0,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        fastperiod: int = 12,
        fastmatype: int = 0,
        slowperiod: int = 26,
        slowmatype: int = 0,
        signalperiod: int = 9,
        signalmatype: int = 0,
    ) -> tuple[Self, tuple[_Frame, _Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[float, float, float]: ...
    def peek(self, real: float) -> tuple[float, float, float]: ...
    @property
    def value(self) -> tuple[float, float, float]: ...

class MACDFIX(Stream):
    """Moving Average Convergence/Divergence Fix 12/26."""

    def __init__(self, real: _Array | _Series, signalperiod: int = 9) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        signalperiod: int = 9,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, signalperiod: int = 9) -> tuple[Self, tuple[_Frame, _Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[float, float, float]: ...
    def peek(self, real: float) -> tuple[float, float, float]: ...
    @property
    def value(self) -> tuple[float, float, float]: ...

class MAMA(Stream):
    """MESA Adaptive Moving Average."""

    def __init__(self, real: _Array | _Series, fastlimit: float = 0.5, slowlimit: float = 0.05) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        fastlimit: float = 0.5,
        slowlimit: float = 0.05,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        fastlimit: float = 0.5,
        slowlimit: float = 0.05,
    ) -> tuple[Self, tuple[_Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[float, float]: ...
    def peek(self, real: float) -> tuple[float, float]: ...
    @property
    def value(self) -> tuple[float, float]: ...

class MAVP(Stream):
    """Moving average with variable period."""

    def __init__(
        self,
        real: _Array | _Series,
        periods: _Array | _Series,
        minperiod: int = 2,
        maxperiod: int = 30,
        matype: int = 0,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        periods: _Array,
        minperiod: int = 2,
        maxperiod: int = 30,
        matype: int = 0,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        periods: _Frame,
        minperiod: int = 2,
        maxperiod: int = 30,
        matype: int = 0,
    ) -> tuple[Self, _Frame]: ...
    def update(self, real: float, periods: float) -> float: ...
    def peek(self, real: float, periods: float) -> float: ...
    @property
    def value(self) -> float: ...

class MAX(Stream):
    """Highest value over a specified period."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class MAXINDEX(Stream):
    """Index of highest value over a specified period."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 30) -> tuple[Self, NDArray[np.int32]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 30) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> int: ...
    def peek(self, real: float) -> int: ...
    @property
    def value(self) -> int: ...

class MEDPRICE(Stream):
    """Median Price."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class MFI(Stream):
    """Money Flow Index."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        volume: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        volume: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        volume: _Frame,
        timeperiod: int = 14,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class MIDPOINT(Stream):
    """MidPoint over period."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class MIDPRICE(Stream):
    """Midpoint Price over period."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class MIN(Stream):
    """Lowest value over a specified period."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class MININDEX(Stream):
    """Index of lowest value over a specified period."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 30) -> tuple[Self, NDArray[np.int32]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 30) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> int: ...
    def peek(self, real: float) -> int: ...
    @property
    def value(self) -> int: ...

class MINMAX(Stream):
    """Lowest and highest values over a specified period."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        timeperiod: int = 30,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 30) -> tuple[Self, tuple[_Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[float, float]: ...
    def peek(self, real: float) -> tuple[float, float]: ...
    @property
    def value(self) -> tuple[float, float]: ...

class MINMAXINDEX(Stream):
    """Indexes of lowest and highest values over a specified period."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        timeperiod: int = 30,
    ) -> tuple[Self, tuple[NDArray[np.int32], NDArray[np.int32]]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 30) -> tuple[Self, tuple[_Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[int, int]: ...
    def peek(self, real: float) -> tuple[int, int]: ...
    @property
    def value(self) -> tuple[int, int]: ...

class MINUS_DI(Stream):
    """Minus Directional Indicator."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class MINUS_DM(Stream):
    """Minus Directional Movement."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class MOM(Stream):
    """Momentum."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 10) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 10) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class MULT(Stream):
    """Vector Arithmetic Mult."""

    def __init__(self, real0: _Array | _Series, real1: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Array, real1: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Frame, real1: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real0: float, real1: float) -> float: ...
    def peek(self, real0: float, real1: float) -> float: ...
    @property
    def value(self) -> float: ...

class NATR(Stream):
    """Normalized Average True Range."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class OBV(Stream):
    """On Balance Volume."""

    def __init__(self, real: _Array | _Series, volume: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, volume: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, volume: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float, volume: float) -> float: ...
    def peek(self, real: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class PLUS_DI(Stream):
    """Plus Directional Indicator."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class PLUS_DM(Stream):
    """Plus Directional Movement."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class PPO(Stream):
    """Percentage Price Oscillator."""

    def __init__(self, real: _Array | _Series, fastperiod: int = 12, slowperiod: int = 26, matype: int = 1) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        fastperiod: int = 12,
        slowperiod: int = 26,
        matype: int = 1,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        fastperiod: int = 12,
        slowperiod: int = 26,
        matype: int = 1,
    ) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class RMA(Stream):
    """Wilder's Smoothed Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class ROC(Stream):
    """Rate of change : ((price/prevPrice)-1)*100."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 10) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 10) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class ROCP(Stream):
    """Rate of change Percentage: (price-prevPrice)/prevPrice."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 10) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 10) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class ROCR(Stream):
    """Rate of change ratio: (price/prevPrice)."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 10) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 10) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class ROCR100(Stream):
    """Rate of change ratio 100 scale: (price/prevPrice)*100."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 10) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 10) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 10) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class RSI(Stream):
    """Relative Strength Index."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class SAR(Stream):
    """Parabolic SAR."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        acceleration: float = 0.02,
        maximum: float = 0.2,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        acceleration: float = 0.02,
        maximum: float = 0.2,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        acceleration: float = 0.02,
        maximum: float = 0.2,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float) -> float: ...
    def peek(self, high: float, low: float) -> float: ...
    @property
    def value(self) -> float: ...

class SIN(Stream):
    """Vector Trigonometric Sin."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class SINH(Stream):
    """Vector Trigonometric Sinh."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class SMA(Stream):
    """Simple Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class SQRT(Stream):
    """Vector Square Root."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class STDDEV(Stream):
    """Standard Deviation."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 5, nbdev: float = 1.0) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        timeperiod: int = 5,
        nbdev: float = 1.0,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 5, nbdev: float = 1.0) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class STOCH(Stream):
    """Stochastic."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        fastk_period: int = 5,
        slowk_period: int = 3,
        slowk_matype: int = 0,
        slowd_period: int = 3,
        slowd_matype: int = 0,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        fastk_period: int = 5,
        slowk_period: int = 3,
        slowk_matype: int = 0,
        slowd_period: int = 3,
        slowd_matype: int = 0,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        fastk_period: int = 5,
        slowk_period: int = 3,
        slowk_matype: int = 0,
        slowd_period: int = 3,
        slowd_matype: int = 0,
    ) -> tuple[Self, tuple[_Frame, _Frame]]: ...
    def update(self, high: float, low: float, close: float) -> tuple[float, float]: ...
    def peek(self, high: float, low: float, close: float) -> tuple[float, float]: ...
    @property
    def value(self) -> tuple[float, float]: ...

class STOCHF(Stream):
    """Stochastic Fast."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        fastk_period: int = 5,
        fastd_period: int = 3,
        fastd_matype: int = 0,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        fastk_period: int = 5,
        fastd_period: int = 3,
        fastd_matype: int = 0,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        fastk_period: int = 5,
        fastd_period: int = 3,
        fastd_matype: int = 0,
    ) -> tuple[Self, tuple[_Frame, _Frame]]: ...
    def update(self, high: float, low: float, close: float) -> tuple[float, float]: ...
    def peek(self, high: float, low: float, close: float) -> tuple[float, float]: ...
    @property
    def value(self) -> tuple[float, float]: ...

class STOCHRSI(Stream):
    """Stochastic Relative Strength Index."""

    def __init__(
        self,
        real: _Array | _Series,
        timeperiod: int = 14,
        fastk_period: int = 5,
        fastd_period: int = 3,
        fastd_matype: int = 0,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        timeperiod: int = 14,
        fastk_period: int = 5,
        fastd_period: int = 3,
        fastd_matype: int = 0,
    ) -> tuple[Self, tuple[NDArray[np.float64], NDArray[np.float64]]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Frame,
        timeperiod: int = 14,
        fastk_period: int = 5,
        fastd_period: int = 3,
        fastd_matype: int = 0,
    ) -> tuple[Self, tuple[_Frame, _Frame]]: ...
    def update(self, real: float) -> tuple[float, float]: ...
    def peek(self, real: float) -> tuple[float, float]: ...
    @property
    def value(self) -> tuple[float, float]: ...

class SUB(Stream):
    """Vector Arithmetic Subtraction."""

    def __init__(self, real0: _Array | _Series, real1: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Array, real1: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real0: _Frame, real1: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real0: float, real1: float) -> float: ...
    def peek(self, real0: float, real1: float) -> float: ...
    @property
    def value(self) -> float: ...

class SUM(Stream):
    """Summation."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class T3(Stream):
    """Triple Exponential Moving Average (T3)."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 5, vfactor: float = 0.7) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        timeperiod: int = 5,
        vfactor: float = 0.7,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 5, vfactor: float = 0.7) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class TAN(Stream):
    """Vector Trigonometric Tan."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class TANH(Stream):
    """Vector Trigonometric Tanh."""

    def __init__(self, real: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class TEMA(Stream):
    """Triple Exponential Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class TRANGE(Stream):
    """True Range."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, close: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array, close: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class TRIMA(Stream):
    """Triangular Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class TRIX(Stream):
    """1-day Rate-Of-Change (ROC) of a Triple Smooth EMA."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class TSF(Stream):
    """Time Series Forecast."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 14) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Array, timeperiod: int = 14) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class TYPPRICE(Stream):
    """Typical Price."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, close: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array, close: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class ULTOSC(Stream):
    """Ultimate Oscillator."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod1: int = 7,
        timeperiod2: int = 14,
        timeperiod3: int = 28,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod1: int = 7,
        timeperiod2: int = 14,
        timeperiod3: int = 28,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Frame,
        low: _Frame,
        close: _Frame,
        timeperiod1: int = 7,
        timeperiod2: int = 14,
        timeperiod3: int = 28,
    ) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class VAR(Stream):
    """Variance."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 5, nbdev: float = 1.0) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        real: _Array,
        timeperiod: int = 5,
        nbdev: float = 1.0,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, real: _Frame, timeperiod: int = 5, nbdev: float = 1.0) -> tuple[Self, _Frame]: ...
    def update(self, real: float) -> float: ...
    def peek(self, real: float) -> float: ...
    @property
    def value(self) -> float: ...

class VWAP(Stream):
    """Volume Weighted Average Price."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        volume: _Array | _Series,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        volume: _Array,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, volume: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float, volume: float) -> float: ...
    def peek(self, high: float, low: float, close: float, volume: float) -> float: ...
    @property
    def value(self) -> float: ...

class WCLPRICE(Stream):
    """Weighted Close Price."""

    def __init__(self, high: _Array | _Series, low: _Array | _Series, close: _Array | _Series) -> None: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Array, low: _Array, close: _Array) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class WILLR(Stream):
    """Williams' %R."""

    def __init__(
        self,
        high: _Array | _Series,
        low: _Array | _Series,
        close: _Array | _Series,
        timeperiod: int = 14,
    ) -> None: ...
    @overload
    @classmethod
    def open_and_fill(
        cls,
        high: _Array,
        low: _Array,
        close: _Array,
        timeperiod: int = 14,
    ) -> tuple[Self, NDArray[np.float64]]: ...
    @overload
    @classmethod
    def open_and_fill(cls, high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> tuple[Self, _Frame]: ...
    def update(self, high: float, low: float, close: float) -> float: ...
    def peek(self, high: float, low: float, close: float) -> float: ...
    @property
    def value(self) -> float: ...

class WMA(Stream):
    """Weighted Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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

class ZLEMA(Stream):
    """Zero-Lag Exponential Moving Average."""

    def __init__(self, real: _Array | _Series, timeperiod: int = 30) -> None: ...
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
