"""The exception family: every error of pyhft is an `Error`, and also the builtin type that fits."""

from pyhft._core import ArgumentError, ArgumentTypeError, Error, HostError, InputError

__all__ = ["ArgumentError", "ArgumentTypeError", "Error", "HostError", "InputError"]
