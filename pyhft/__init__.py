"""SIMD indicator kernels and a tick-to-trade engine with a Python face."""

from pyhft.errors import ArgumentError, ArgumentTypeError, Error, HostError, InputError
from pyhft.kernels import MACD, available_isas, ema, isa, macd

__version__ = "0.1.0"

__all__ = [
    "MACD",
    "ArgumentError",
    "ArgumentTypeError",
    "Error",
    "HostError",
    "InputError",
    "available_isas",
    "ema",
    "isa",
    "macd",
]
