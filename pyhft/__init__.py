"""SIMD indicator kernels and a tick-to-trade engine with a Python face."""

from pyhft import generate, kernels
from pyhft.config import Cores, Macd, Risk
from pyhft.engine import Engine
from pyhft.errors import ArgumentError, ArgumentTypeError, Error, HostError, InputError
from pyhft.kernels import *  # noqa: F403
from pyhft.ports import FilePort, open_port
from pyhft.report import Book, Latency, Report

__version__ = "0.1.0"

__all__ = [
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
    "generate",
    "open_port",
]
__all__ += kernels.__all__
