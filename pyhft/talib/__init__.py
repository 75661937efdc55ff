"""TA-Lib's function API on this package's kernels: ``from pyhft import talib`` in the place of ``import talib``.

Names, parameters, defaults and types of results are those of the TA-Lib wrapper 0.8.2. The functions are the compiled
ones; arrays of numpy go in and come out, or series of pandas or polars. `abstract` and `stream` are TA-Lib's two other
interfaces. docs/coming-from-talib.md tells what differs.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from pyhft._core.talib import *  # noqa: F403
from pyhft.talib import func as func
from pyhft.talib import stream as stream
from pyhft.talib._names import FUNCTIONS, GROUPS, missing
from pyhft.talib._names import UnknownNameError as UnknownNameError
from pyhft.talib._settings import MA_Type as MA_Type
from pyhft.talib._settings import SettingInUseError as SettingInUseError
from pyhft.talib._settings import get_compatibility as get_compatibility
from pyhft.talib._settings import get_exact as get_exact
from pyhft.talib._settings import get_unstable_period as get_unstable_period
from pyhft.talib._settings import set_compatibility as set_compatibility
from pyhft.talib._settings import set_exact as set_exact
from pyhft.talib._settings import set_unstable_period as set_unstable_period

__version__ = "0.8.2"  # of the wrapper whose interface this is
__ta_version__ = b"0.8.1 (pyhft)"  # of the C library whose results these are


__TA_FUNCTION_NAMES__ = list(FUNCTIONS)
__function_groups__ = GROUPS


def get_functions() -> list[str]:
    """Names of all functions, in TA-Lib's order."""
    return list(FUNCTIONS)


def get_function_groups() -> dict[str, list[str]]:
    """TA-Lib's groups with the names of their functions."""
    return {group: list(names) for group, names in GROUPS.items()}


if not TYPE_CHECKING:
    __all__ = [
        "InsufficientHistory",  # noqa: F405
        "MA_Type",
        "NumberTooLarge",  # noqa: F405
        "SettingInUseError",
        "UnknownNameError",
        "get_compatibility",
        "get_exact",
        "get_function_groups",
        "get_functions",
        "get_unstable_period",
        "set_compatibility",
        "set_exact",
        "set_unstable_period",
        "stream",
        *FUNCTIONS,
    ]

    def __getattr__(name: str) -> ModuleType:
        if name == "abstract":
            return importlib.import_module("pyhft.talib.abstract")
        raise missing(__name__, name)
