"""SIMD indicator kernels and a tick-to-trade engine with a Python face."""

from pyhft import generate
from pyhft.config import Cores, Macd, Risk
from pyhft.engine import Engine
from pyhft.errors import ArgumentError, ArgumentTypeError, Error, HostError, InputError
from pyhft.kernels import MACD, available_isas, ema, isa, macd
from pyhft.ports import FilePort, open_port
from pyhft.report import Book, Latency, Report

__version__ = "0.1.0"

__all__ = [
    "MACD",
    "ArgumentError",
    "ArgumentTypeError",
    "Book",
    "Cores",
    "Engine",
    "Error",
    "FilePort",
    "HostError",
    "InputError",
    "Latency",
    "Macd",
    "Report",
    "Risk",
    "available_isas",
    "ema",
    "generate",
    "isa",
    "macd",
    "open_port",
]
