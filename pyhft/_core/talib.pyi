# Room talib: the functions under TA-Lib's names. Written by tools/write-stubs.

from collections.abc import Sequence
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pyhft._core import ArgumentError
from pyhft._core.kernels import _Frame

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
    "NumberTooLarge",
]

_Array: TypeAlias = NDArray[np.float64]

class InsufficientHistory(ArgumentError):
    """Too few bars to open a stream."""

class NumberTooLarge(ArgumentError, OverflowError):
    """A number that a parameter has no room for."""

@overload
def ACOS(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric ACos."""

@overload
def ACOS(real: _Frame) -> _Frame: ...
@overload
def AD(high: _Array, low: _Array, close: _Array, volume: _Array) -> NDArray[np.float64]:
    """Chaikin A/D Line."""

@overload
def AD(high: _Frame, low: _Frame, close: _Frame, volume: _Frame) -> _Frame: ...
@overload
def ADD(real0: _Array, real1: _Array) -> NDArray[np.float64]:
    """Vector Arithmetic Add."""

@overload
def ADD(real0: _Frame, real1: _Frame) -> _Frame: ...
@overload
def ADOSC(
    high: _Array,
    low: _Array,
    close: _Array,
    volume: _Array,
    fastperiod: int = 3,
    slowperiod: int = 10,
) -> NDArray[np.float64]:
    """Chaikin A/D Oscillator."""

@overload
def ADOSC(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    volume: _Frame,
    fastperiod: int = 3,
    slowperiod: int = 10,
) -> _Frame: ...
@overload
def ADX(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Average Directional Movement Index."""

@overload
def ADX(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def ADXR(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Average Directional Movement Index Rating."""

@overload
def ADXR(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def APO(real: _Array, fastperiod: int = 12, slowperiod: int = 26, matype: int = 1) -> NDArray[np.float64]:
    """Absolute Price Oscillator."""

@overload
def APO(real: _Frame, fastperiod: int = 12, slowperiod: int = 26, matype: int = 1) -> _Frame: ...
@overload
def AROON(high: _Array, low: _Array, timeperiod: int = 14) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Aroon."""

@overload
def AROON(high: _Frame, low: _Frame, timeperiod: int = 14) -> tuple[_Frame, _Frame]: ...
@overload
def AROONOSC(high: _Array, low: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Aroon Oscillator."""

@overload
def AROONOSC(high: _Frame, low: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def ASIN(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric ASin."""

@overload
def ASIN(real: _Frame) -> _Frame: ...
@overload
def ATAN(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric ATan."""

@overload
def ATAN(real: _Frame) -> _Frame: ...
@overload
def ATR(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Average True Range."""

@overload
def ATR(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def AVGPRICE(open: _Array, high: _Array, low: _Array, close: _Array) -> NDArray[np.float64]:
    """Average Price."""

@overload
def AVGPRICE(open: _Frame, high: _Frame, low: _Frame, close: _Frame) -> _Frame: ...
@overload
def BBANDS(
    real: _Array,
    timeperiod: int = 20,
    nbdevup: float = 2.0,
    nbdevdn: float = 2.0,
    matype: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Bollinger Bands."""

@overload
def BBANDS(
    real: _Frame,
    timeperiod: int = 20,
    nbdevup: float = 2.0,
    nbdevdn: float = 2.0,
    matype: int = 0,
) -> tuple[_Frame, _Frame, _Frame]: ...
@overload
def BETA(real0: _Array, real1: _Array, timeperiod: int = 5) -> NDArray[np.float64]:
    """Beta."""

@overload
def BETA(real0: _Frame, real1: _Frame, timeperiod: int = 5) -> _Frame: ...
@overload
def BOP(open: _Array, high: _Array, low: _Array, close: _Array) -> NDArray[np.float64]:
    """Balance Of Power."""

@overload
def BOP(open: _Frame, high: _Frame, low: _Frame, close: _Frame) -> _Frame: ...
@overload
def CCI(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Commodity Channel Index."""

@overload
def CCI(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def CEIL(real: _Array) -> NDArray[np.float64]:
    """Vector Ceil."""

@overload
def CEIL(real: _Frame) -> _Frame: ...
@overload
def CMO(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Chande Momentum Oscillator."""

@overload
def CMO(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def CORREL(real0: _Array, real1: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Pearson's Correlation Coefficient (r)."""

@overload
def CORREL(real0: _Frame, real1: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def COS(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric Cos."""

@overload
def COS(real: _Frame) -> _Frame: ...
@overload
def COSH(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric Cosh."""

@overload
def COSH(real: _Frame) -> _Frame: ...
@overload
def CUMSUM(real: _Array) -> NDArray[np.float64]:
    """Cumulative Sum."""

@overload
def CUMSUM(real: _Frame) -> _Frame: ...
@overload
def DEMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Double Exponential Moving Average."""

@overload
def DEMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def DIV(real0: _Array, real1: _Array) -> NDArray[np.float64]:
    """Vector Arithmetic Div."""

@overload
def DIV(real0: _Frame, real1: _Frame) -> _Frame: ...
@overload
def DX(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Directional Movement Index."""

@overload
def DX(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def EMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Exponential Moving Average."""

@overload
def EMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def EXP(real: _Array) -> NDArray[np.float64]:
    """Vector Arithmetic Exp."""

@overload
def EXP(real: _Frame) -> _Frame: ...
@overload
def FLOOR(real: _Array) -> NDArray[np.float64]:
    """Vector Floor."""

@overload
def FLOOR(real: _Frame) -> _Frame: ...
@overload
def HMA(real: _Array, timeperiod: int = 20) -> NDArray[np.float64]:
    """Hull Moving Average."""

@overload
def HMA(real: _Frame, timeperiod: int = 20) -> _Frame: ...
@overload
def KAMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Kaufman Adaptive Moving Average."""

@overload
def KAMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def LINEARREG(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Linear Regression."""

@overload
def LINEARREG(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def LINEARREG_ANGLE(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Linear Regression Angle."""

@overload
def LINEARREG_ANGLE(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def LINEARREG_INTERCEPT(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Linear Regression Intercept."""

@overload
def LINEARREG_INTERCEPT(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def LINEARREG_SLOPE(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Linear Regression Slope."""

@overload
def LINEARREG_SLOPE(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def LN(real: _Array) -> NDArray[np.float64]:
    """Vector Log Natural."""

@overload
def LN(real: _Frame) -> _Frame: ...
@overload
def LOG10(real: _Array) -> NDArray[np.float64]:
    """Vector Log10."""

@overload
def LOG10(real: _Frame) -> _Frame: ...
@overload
def MA(real: _Array, timeperiod: int = 30, matype: int = 0) -> NDArray[np.float64]:
    """Moving average."""

@overload
def MA(real: _Frame, timeperiod: int = 30, matype: int = 0) -> _Frame: ...
@overload
def MACD(
    real: _Array,
    fastperiod: int = 12,
    slowperiod: int = 26,
    signalperiod: int = 9,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Moving Average Convergence/Divergence."""

@overload
def MACD(
    real: _Frame,
    fastperiod: int = 12,
    slowperiod: int = 26,
    signalperiod: int = 9,
) -> tuple[_Frame, _Frame, _Frame]: ...
@overload
def MACDEXT(
    real: _Array,
    fastperiod: int = 12,
    fastmatype: int = 0,
    slowperiod: int = 26,
    slowmatype: int = 0,
    signalperiod: int = 9,
    signalmatype: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """MACD with controllable MA type."""

@overload
def MACDEXT(
    real: _Frame,
    fastperiod: int = 12,
    fastmatype: int = 0,
    slowperiod: int = 26,
    slowmatype: int = 0,
    signalperiod: int = 9,
    signalmatype: int = 0,
) -> tuple[_Frame, _Frame, _Frame]: ...
@overload
def MACDFIX(
    real: _Array,
    signalperiod: int = 9,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Moving Average Convergence/Divergence Fix 12/26."""

@overload
def MACDFIX(real: _Frame, signalperiod: int = 9) -> tuple[_Frame, _Frame, _Frame]: ...
@overload
def MAMA(
    real: _Array,
    fastlimit: float = 0.5,
    slowlimit: float = 0.05,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """MESA Adaptive Moving Average."""

@overload
def MAMA(real: _Frame, fastlimit: float = 0.5, slowlimit: float = 0.05) -> tuple[_Frame, _Frame]: ...
@overload
def MAVP(
    real: _Array,
    periods: _Array,
    minperiod: int = 2,
    maxperiod: int = 30,
    matype: int = 0,
) -> NDArray[np.float64]:
    """Moving average with variable period."""

@overload
def MAVP(real: _Frame, periods: _Frame, minperiod: int = 2, maxperiod: int = 30, matype: int = 0) -> _Frame: ...
@overload
def MAX(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Highest value over a specified period."""

@overload
def MAX(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def MAXINDEX(real: _Array, timeperiod: int = 30) -> NDArray[np.int32]:
    """Index of highest value over a specified period."""

@overload
def MAXINDEX(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def MEDPRICE(high: _Array, low: _Array) -> NDArray[np.float64]:
    """Median Price."""

@overload
def MEDPRICE(high: _Frame, low: _Frame) -> _Frame: ...
@overload
def MFI(high: _Array, low: _Array, close: _Array, volume: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Money Flow Index."""

@overload
def MFI(high: _Frame, low: _Frame, close: _Frame, volume: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def MIDPOINT(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """MidPoint over period."""

@overload
def MIDPOINT(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def MIDPRICE(high: _Array, low: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Midpoint Price over period."""

@overload
def MIDPRICE(high: _Frame, low: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def MIN(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Lowest value over a specified period."""

@overload
def MIN(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def MININDEX(real: _Array, timeperiod: int = 30) -> NDArray[np.int32]:
    """Index of lowest value over a specified period."""

@overload
def MININDEX(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def MINMAX(real: _Array, timeperiod: int = 30) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest values over a specified period."""

@overload
def MINMAX(real: _Frame, timeperiod: int = 30) -> tuple[_Frame, _Frame]: ...
@overload
def MINMAXINDEX(real: _Array, timeperiod: int = 30) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Indexes of lowest and highest values over a specified period."""

@overload
def MINMAXINDEX(real: _Frame, timeperiod: int = 30) -> tuple[_Frame, _Frame]: ...
@overload
def MINUS_DI(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Minus Directional Indicator."""

@overload
def MINUS_DI(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def MINUS_DM(high: _Array, low: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Minus Directional Movement."""

@overload
def MINUS_DM(high: _Frame, low: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def MOM(real: _Array, timeperiod: int = 10) -> NDArray[np.float64]:
    """Momentum."""

@overload
def MOM(real: _Frame, timeperiod: int = 10) -> _Frame: ...
@overload
def MULT(real0: _Array, real1: _Array) -> NDArray[np.float64]:
    """Vector Arithmetic Mult."""

@overload
def MULT(real0: _Frame, real1: _Frame) -> _Frame: ...
@overload
def NATR(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Normalized Average True Range."""

@overload
def NATR(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def OBV(real: _Array, volume: _Array) -> NDArray[np.float64]:
    """On Balance Volume."""

@overload
def OBV(real: _Frame, volume: _Frame) -> _Frame: ...
@overload
def PLUS_DI(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Plus Directional Indicator."""

@overload
def PLUS_DI(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def PLUS_DM(high: _Array, low: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Plus Directional Movement."""

@overload
def PLUS_DM(high: _Frame, low: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def PPO(real: _Array, fastperiod: int = 12, slowperiod: int = 26, matype: int = 1) -> NDArray[np.float64]:
    """Percentage Price Oscillator."""

@overload
def PPO(real: _Frame, fastperiod: int = 12, slowperiod: int = 26, matype: int = 1) -> _Frame: ...
@overload
def RMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Wilder's Smoothed Moving Average."""

@overload
def RMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def ROC(real: _Array, timeperiod: int = 10) -> NDArray[np.float64]:
    """Rate of change : ((price/prevPrice)-1)*100."""

@overload
def ROC(real: _Frame, timeperiod: int = 10) -> _Frame: ...
@overload
def ROCP(real: _Array, timeperiod: int = 10) -> NDArray[np.float64]:
    """Rate of change Percentage: (price-prevPrice)/prevPrice."""

@overload
def ROCP(real: _Frame, timeperiod: int = 10) -> _Frame: ...
@overload
def ROCR(real: _Array, timeperiod: int = 10) -> NDArray[np.float64]:
    """Rate of change ratio: (price/prevPrice)."""

@overload
def ROCR(real: _Frame, timeperiod: int = 10) -> _Frame: ...
@overload
def ROCR100(real: _Array, timeperiod: int = 10) -> NDArray[np.float64]:
    """Rate of change ratio 100 scale: (price/prevPrice)*100."""

@overload
def ROCR100(real: _Frame, timeperiod: int = 10) -> _Frame: ...
@overload
def RSI(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Relative Strength Index."""

@overload
def RSI(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def SAR(high: _Array, low: _Array, acceleration: float = 0.02, maximum: float = 0.2) -> NDArray[np.float64]:
    """Parabolic SAR."""

@overload
def SAR(high: _Frame, low: _Frame, acceleration: float = 0.02, maximum: float = 0.2) -> _Frame: ...
@overload
def SIN(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric Sin."""

@overload
def SIN(real: _Frame) -> _Frame: ...
@overload
def SINH(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric Sinh."""

@overload
def SINH(real: _Frame) -> _Frame: ...
@overload
def SMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Simple Moving Average."""

@overload
def SMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def SQRT(real: _Array) -> NDArray[np.float64]:
    """Vector Square Root."""

@overload
def SQRT(real: _Frame) -> _Frame: ...
@overload
def STDDEV(real: _Array, timeperiod: int = 5, nbdev: float = 1.0) -> NDArray[np.float64]:
    """Standard Deviation."""

@overload
def STDDEV(real: _Frame, timeperiod: int = 5, nbdev: float = 1.0) -> _Frame: ...
@overload
def STOCH(
    high: _Array,
    low: _Array,
    close: _Array,
    fastk_period: int = 5,
    slowk_period: int = 3,
    slowk_matype: int = 0,
    slowd_period: int = 3,
    slowd_matype: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stochastic."""

@overload
def STOCH(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    fastk_period: int = 5,
    slowk_period: int = 3,
    slowk_matype: int = 0,
    slowd_period: int = 3,
    slowd_matype: int = 0,
) -> tuple[_Frame, _Frame]: ...
@overload
def STOCHF(
    high: _Array,
    low: _Array,
    close: _Array,
    fastk_period: int = 5,
    fastd_period: int = 3,
    fastd_matype: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stochastic Fast."""

@overload
def STOCHF(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    fastk_period: int = 5,
    fastd_period: int = 3,
    fastd_matype: int = 0,
) -> tuple[_Frame, _Frame]: ...
@overload
def STOCHRSI(
    real: _Array,
    timeperiod: int = 14,
    fastk_period: int = 5,
    fastd_period: int = 3,
    fastd_matype: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stochastic Relative Strength Index."""

@overload
def STOCHRSI(
    real: _Frame,
    timeperiod: int = 14,
    fastk_period: int = 5,
    fastd_period: int = 3,
    fastd_matype: int = 0,
) -> tuple[_Frame, _Frame]: ...
@overload
def SUB(real0: _Array, real1: _Array) -> NDArray[np.float64]:
    """Vector Arithmetic Subtraction."""

@overload
def SUB(real0: _Frame, real1: _Frame) -> _Frame: ...
@overload
def SUM(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Summation."""

@overload
def SUM(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def T3(real: _Array, timeperiod: int = 5, vfactor: float = 0.7) -> NDArray[np.float64]:
    """Triple Exponential Moving Average (T3)."""

@overload
def T3(real: _Frame, timeperiod: int = 5, vfactor: float = 0.7) -> _Frame: ...
@overload
def TAN(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric Tan."""

@overload
def TAN(real: _Frame) -> _Frame: ...
@overload
def TANH(real: _Array) -> NDArray[np.float64]:
    """Vector Trigonometric Tanh."""

@overload
def TANH(real: _Frame) -> _Frame: ...
@overload
def TEMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Triple Exponential Moving Average."""

@overload
def TEMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def TRANGE(high: _Array, low: _Array, close: _Array) -> NDArray[np.float64]:
    """True Range."""

@overload
def TRANGE(high: _Frame, low: _Frame, close: _Frame) -> _Frame: ...
@overload
def TRIMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Triangular Moving Average."""

@overload
def TRIMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def TRIX(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """1-day Rate-Of-Change (ROC) of a Triple Smooth EMA."""

@overload
def TRIX(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def TSF(real: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Time Series Forecast."""

@overload
def TSF(real: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def TYPPRICE(high: _Array, low: _Array, close: _Array) -> NDArray[np.float64]:
    """Typical Price."""

@overload
def TYPPRICE(high: _Frame, low: _Frame, close: _Frame) -> _Frame: ...
@overload
def ULTOSC(
    high: _Array,
    low: _Array,
    close: _Array,
    timeperiod1: int = 7,
    timeperiod2: int = 14,
    timeperiod3: int = 28,
) -> NDArray[np.float64]:
    """Ultimate Oscillator."""

@overload
def ULTOSC(
    high: _Frame,
    low: _Frame,
    close: _Frame,
    timeperiod1: int = 7,
    timeperiod2: int = 14,
    timeperiod3: int = 28,
) -> _Frame: ...
@overload
def VAR(real: _Array, timeperiod: int = 5, nbdev: float = 1.0) -> NDArray[np.float64]:
    """Variance."""

@overload
def VAR(real: _Frame, timeperiod: int = 5, nbdev: float = 1.0) -> _Frame: ...
@overload
def VWAP(high: _Array, low: _Array, close: _Array, volume: _Array) -> NDArray[np.float64]:
    """Volume Weighted Average Price."""

@overload
def VWAP(high: _Frame, low: _Frame, close: _Frame, volume: _Frame) -> _Frame: ...
@overload
def WCLPRICE(high: _Array, low: _Array, close: _Array) -> NDArray[np.float64]:
    """Weighted Close Price."""

@overload
def WCLPRICE(high: _Frame, low: _Frame, close: _Frame) -> _Frame: ...
@overload
def WILLR(high: _Array, low: _Array, close: _Array, timeperiod: int = 14) -> NDArray[np.float64]:
    """Williams' %R."""

@overload
def WILLR(high: _Frame, low: _Frame, close: _Frame, timeperiod: int = 14) -> _Frame: ...
@overload
def WMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Weighted Moving Average."""

@overload
def WMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
@overload
def ZLEMA(real: _Array, timeperiod: int = 30) -> NDArray[np.float64]:
    """Zero-Lag Exponential Moving Average."""

@overload
def ZLEMA(real: _Frame, timeperiod: int = 30) -> _Frame: ...
def lookback(name: str, parameters: Sequence[float]) -> int:
    """Bars before a function's first value, the unstable periods included; -1 for parameters that it refuses."""

def set_unstable_period(name: str, bars: int) -> None:
    """Set the unstable period of a function and of those that it is inside of."""

def set_exact(exact: bool) -> None:
    """Give TA-Lib's bits from now on, or the fast form."""

def get_exact() -> bool:
    """Whether calls give TA-Lib's bits."""

def open_streams() -> int:
    """How many streams of pyhft.talib there are."""
