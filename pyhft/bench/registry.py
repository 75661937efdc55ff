"""The indicators that pyhft has, by TA-Lib's names, and how to call them beside TA-Lib."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from pyhft import _core, kernels, talib
from pyhft.bench import libraries
from pyhft.bench.answers import TOLERANCE, agreement
from pyhft.bench.harness import Peer, calling
from pyhft.bench.market import Doubles
from pyhft.errors import ArgumentError

__all__ = ["described", "label", "native", "native_parameters", "selected", "talib_peers"]

Parameters = Mapping[str, float]


@functools.cache
def described() -> dict[str, dict[str, Any]]:
    """Describe every function of pyhft.talib, by its name."""
    every = (_core.kernels.describe(name) for name in _core.kernels.names())
    return {about["talib_name"]: about for about in every if about["talib_name"]}


def selected(only: list[str] | None) -> frozenset[str] | None:
    """Give TA-Lib's names of the indicators asked for by either name; None for all of them."""
    if only is None:
        return None
    by_name = {about["name"]: name for name, about in described().items() if about["name"]}
    unknown = [name for name in only if name.upper() not in described() and name.lower() not in by_name]
    if unknown:
        raise ArgumentError(f"there is no indicator '{unknown[0]}'; name some of {', '.join(talib.get_functions())}.")
    return frozenset(name.upper() if name.upper() in described() else by_name[name.lower()] for name in only)


def label(name: str, parameters: Parameters) -> str:
    """Name a case: 'macd 12 26 9'."""
    return " ".join([name.lower(), *(f"{value:g}" for value in parameters.values())])


def native(name: str) -> Callable[..., Any]:
    """Give the function of pyhft that computes what TA-Lib calls `name`."""
    function: Callable[..., Any] = getattr(kernels, described()[name]["name"])
    return function


def native_parameters(name: str, parameters: Parameters) -> list[float]:
    """Put parameters under TA-Lib's names into the order of ours."""
    every = described()[name]["parameters"]
    given = [parameters.get(one["talib_name"], one["default"]) for one in every if one["talib_name"]]
    return given[: 1 + max((i for i, one in enumerate(every) if one["talib_name"] in parameters), default=-1)]


def talib_peers(
    name: str,
    inputs: list[Doubles],
    parameters: Parameters,
    chosen: frozenset[str],
    *,
    tolerance: float = TOLERANCE,
    times: int = 1,
) -> list[Peer]:
    """TA-Lib, and TA-Lib without its wrapper where that costs something."""
    if "talib" not in chosen:
        return []
    module = libraries.imported("talib")
    if module is None:
        return [Peer("talib", missing=libraries.missing("talib"))]
    function = getattr(module, name)
    check = agreement(tolerance)
    peers = [Peer("talib", calling(function, *inputs, *parameters.values(), times=times), check=check)]
    bare = libraries.bare(function)
    if bare is not None and len(inputs[0]) <= 1000:
        call = calling(bare, *inputs, *parameters.values(), times=times)
        peers.append(Peer("talib bare", call, check=check))
    return peers
