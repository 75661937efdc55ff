"""The exception family: every error of pyhft is an `Error`, and also the builtin type that fits."""

from pyhft._core import ArgumentError, ArgumentTypeError, Error, HostError, InputError

__all__ = ["ArgumentError", "ArgumentTypeError", "Error", "HostError", "InputError", "InputWarning"]


class InputWarning(UserWarning):
    """A file that was read as far as it goes: it is cut, or messages are missing from it."""
