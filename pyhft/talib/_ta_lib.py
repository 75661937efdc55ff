"""What is in TA-Lib's extension module, from which programs import, too: ``from talib._ta_lib import RSI``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from pyhft._core.talib import *  # noqa: F403
from pyhft.talib import _settings
from pyhft.talib import stream as _stream
from pyhft.talib._names import FUNCTIONS, missing
from pyhft.talib._settings import MA_Type as MA_Type
from pyhft.talib.abstract import TA_FUNC_FLAGS as TA_FUNC_FLAGS
from pyhft.talib.abstract import TA_INPUT_FLAGS as TA_INPUT_FLAGS
from pyhft.talib.abstract import TA_OUTPUT_FLAGS as TA_OUTPUT_FLAGS
from pyhft.talib.abstract import Function as Function
from pyhft.talib.abstract import _get_defaults_and_docs as _get_defaults_and_docs
from pyhft.talib.stream import OutRange as OutRange
from pyhft.talib.stream import Stream as Stream

_ta_get_compatibility = _settings.get_compatibility
_ta_get_unstable_period = _settings.get_unstable_period
_ta_set_compatibility = _settings.set_compatibility
_ta_set_unstable_period = _settings.set_unstable_period


def _ta_initialize() -> None:
    """Do nothing: there is no library to be set up."""


def _ta_shutdown(at_exit: bool = False) -> None:
    """Do nothing: there is no library to be torn down.

    Raises SettingInUseError while there are streams, as TA-Lib refuses it, unless `at_exit`.
    """
    if not at_exit:
        _settings.refuse_in_use()


if not TYPE_CHECKING:
    __TA_FUNCTION_NAMES__ = list(FUNCTIONS)
    globals().update({f"{name}_Stream": getattr(_stream, name) for name in FUNCTIONS})

    def __getattr__(name: str) -> NoReturn:
        raise missing(__name__, name)
