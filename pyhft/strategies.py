"""Strategies that are built in, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyhft.config import Macd
from pyhft.errors import ArgumentError, ArgumentTypeError

__all__ = ["strategy_of"]

BUILT_IN: Mapping[str, type[Macd]] = {"macd": Macd}


def strategy_of(given: str | Macd | Mapping[str, Any] | None) -> Macd:
    """Take a strategy by name, with its default parameters, or by its parameters.

    Raises
    ------
    ArgumentError
        For a name that no strategy has.
    ArgumentTypeError
        For anything that names no strategy.
    """
    if isinstance(given, str):
        if given not in BUILT_IN:
            raise ArgumentError(f"strategy '{given}' is unknown; the built-in ones are: {', '.join(BUILT_IN)}.")
        return BUILT_IN[given]()
    if given is None or isinstance(given, (Macd, Mapping)):
        return Macd.of(given)
    raise ArgumentTypeError(f"strategy is {given!r}; give the name of a built-in one or a pyhft.Macd.")
