# The compiled module, one stub per room. tests/python/test_stubs.py compares them with what was built.

compiler: str  # that built it, with its version

class Error(Exception):
    """What every error of pyhft is."""

class ArgumentError(Error, ValueError):
    """A value outside what a parameter allows."""

class ArgumentTypeError(Error, TypeError):
    """A value of the wrong kind."""

class InputError(Error, OSError):
    """A file, capture or stream that isn't what it was said to be."""

class HostError(Error, RuntimeError):
    """Something that this host can't give: a core, memory, a privilege."""
