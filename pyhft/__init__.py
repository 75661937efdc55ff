"""SIMD indicator kernels and a tick-to-trade engine with a Python face."""

from pyhft.errors import ArgumentError, ArgumentTypeError, Error, HostError, InputError

__version__ = "0.1.0"

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "Error",
    "HostError",
    "InputError",
]
