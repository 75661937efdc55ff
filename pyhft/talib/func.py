"""The functions alone, as ``talib.func`` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from pyhft._core.talib import *  # noqa: F403
from pyhft.talib._names import FUNCTIONS, missing

if not TYPE_CHECKING:
    __all__ = list(FUNCTIONS)

    def __getattr__(name: str) -> NoReturn:
        raise missing(__name__, name)
