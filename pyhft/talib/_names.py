"""The names of TA-Lib 0.8, and what to say of those that aren't there."""

from __future__ import annotations

import dis
import sys
from typing import Any

from pyhft._core import ArgumentError
from pyhft._core import kernels as _kernels
from pyhft._core import talib as _talib
from pyhft.config import printable

# All functions of TA-Lib, group by group, in its order.
_GROUPS = {
    "Cycle Indicators": "HT_DCPERIOD HT_DCPHASE HT_PHASOR HT_SINE HT_TRENDMODE",
    "Math Operators": "ADD CUMSUM DIV MAX MAXINDEX MIN MININDEX MINMAX MINMAXINDEX MULT SUB SUM",
    "Math Transform": "ACOS ASIN ATAN CEIL COS COSH EXP FLOOR LN LOG10 SIN SINH SQRT TAN TANH",
    "Momentum Indicators": """
        AC ADX ADXR AO APO AROON AROONOSC BOP CCI CMO CMOU COPPOCK DPO DX ER ERI FOSC FRACTAL IMI KDJ MACD MACDEXT
        MACDFIX MFI MINUS_DI MINUS_DM MOM PLUS_DI PLUS_DM PPO QSTICK ROC ROCP ROCR ROCR100 RSI SMI STOCH STOCHF
        STOCHRSI TRIX TSI ULTOSC VHF VORTEX WAD WILLR""",
    "Overlap Studies": """
        ACCBANDS BBANDS DEMA DONCHIAN EMA HMA HT_TRENDLINE KAMA KC MA MAMA MAVP MIDPOINT MIDPRICE RMA SAR SAREXT SMA
        SUPERTREND T3 TEMA TRIMA VWMA WMA ZLEMA""",
    "Pattern Recognition": """
        CDL2CROWS CDL3BLACKCROWS CDL3INSIDE CDL3LINESTRIKE CDL3OUTSIDE CDL3STARSINSOUTH CDL3WHITESOLDIERS
        CDLABANDONEDBABY CDLADVANCEBLOCK CDLBELTHOLD CDLBREAKAWAY CDLCLOSINGMARUBOZU CDLCONCEALBABYSWALL
        CDLCOUNTERATTACK CDLDARKCLOUDCOVER CDLDOJI CDLDOJISTAR CDLDRAGONFLYDOJI CDLENGULFING CDLEVENINGDOJISTAR
        CDLEVENINGSTAR CDLGAPSIDESIDEWHITE CDLGRAVESTONEDOJI CDLHAMMER CDLHANGINGMAN CDLHARAMI CDLHARAMICROSS
        CDLHIGHWAVE CDLHIKKAKE CDLHIKKAKEMOD CDLHOMINGPIGEON CDLIDENTICAL3CROWS CDLINNECK CDLINVERTEDHAMMER CDLKICKING
        CDLKICKINGBYLENGTH CDLLADDERBOTTOM CDLLONGLEGGEDDOJI CDLLONGLINE CDLMARUBOZU CDLMATCHINGLOW CDLMATHOLD
        CDLMORNINGDOJISTAR CDLMORNINGSTAR CDLONNECK CDLPIERCING CDLRICKSHAWMAN CDLRISEFALL3METHODS CDLSEPARATINGLINES
        CDLSHOOTINGSTAR CDLSHORTLINE CDLSPINNINGTOP CDLSTALLEDPATTERN CDLSTICKSANDWICH CDLTAKURI CDLTASUKIGAP
        CDLTHRUSTING CDLTRISTAR CDLUNIQUE3RIVER CDLUPSIDEGAP2CROWS CDLXSIDEGAP3METHODS""",
    "Price Transform": "AVGDEV AVGPRICE HA MEDPRICE TYPPRICE WCLPRICE",
    "Statistic Functions": """
        BETA CORREL LINEARREG LINEARREG_ANGLE LINEARREG_INTERCEPT LINEARREG_SLOPE PERCENTILE PERCENTRANK STDDEV TSF
        VAR""",
    "Volatility Indicators": "ADR ATR CVI MASSI NATR RVI TRANGE",
    "Volume Indicators": "AD ADOSC CMF EFI MARKETFI NVI OBV PVI PVO PVT RVOL VWAP",
}  # fmt: skip

ALL = frozenset(name for names in _GROUPS.values() for name in names.split())
ABOUT = {about["talib_name"]: about for about in map(_kernels.describe, _kernels.names()) if about["talib_name"]}
GROUPS = {group: [name for name in names.split() if name in ABOUT] for group, names in _GROUPS.items()}
FUNCTIONS = {name: getattr(_talib, name) for names in GROUPS.values() for name in names}


def _refusal(name: str) -> str:
    return (
        f"{name} of TA-Lib isn't implemented in pyhft.talib; get_functions() lists what is, and for {name} TA-Lib "
        "itself can be installed beside it."
    )


class UnknownNameError(ArgumentError, KeyError):
    """A name that isn't there, for which TA-Lib raises a KeyError."""

    __module__ = "pyhft.talib"
    __str__ = Exception.__str__  # that of KeyError quotes the sentence


def about(name: str) -> dict[str, Any]:
    """All that is known of a function. Raises ArgumentError if there is none of that name."""
    if name not in ABOUT:
        raise ArgumentError(_refusal(name) if name in ALL else f"{printable(name)} not supported by TA-LIB.")
    return ABOUT[name]


def missing(module: str, name: str) -> Exception:
    """Make what a module's ``__getattr__`` is to raise for an attribute that isn't there."""
    if name not in ALL:
        return AttributeError(f"module {module!r} has no attribute {name!r}", name=name)
    # `from pyhft.talib import CDLDOJI` turns an AttributeError into an ImportError that doesn't say why.
    caller = sys._getframe(2)
    is_import = caller.f_code.co_code[caller.f_lasti] == dis.opmap["IMPORT_FROM"]
    return ImportError(_refusal(name), name=name) if is_import else AttributeError(_refusal(name), name=name)
