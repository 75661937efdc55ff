"""TA-Lib's function API on this package's kernels: ``from pyhft import talib`` in the place of ``import talib``."""

from pyhft._core import talib as _talib

globals().update({name: getattr(_talib, name) for name in dir(_talib) if not name.startswith("_")})


def get_functions() -> list[str]:
    """Names of all functions."""
    return [name for name in dir(_talib) if name.isupper()]
