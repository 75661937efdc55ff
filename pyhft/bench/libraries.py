"""The libraries that pyhft is measured beside: which of them are here, and in which versions.

TA-Lib's Python wrapper looks at every argument where pandas or polars can be imported, which costs about a microsecond
a call. Where that is so, its functions without the wrapper, as they are on a machine without the two, are the peer
``talib bare``.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import os
from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any

from pyhft.errors import ArgumentError

__all__ = ["LIBRARIES", "bare", "chosen", "frames", "imported", "missing", "versions"]

# Name of the peer -> the module, and the distribution to install.
LIBRARIES = {
    "talib": ("talib", "TA-Lib"),
    "numba": ("numba", "numba"),
    "bottleneck": ("bottleneck", "bottleneck"),
    "tulip": ("tulipy", "newtulipy"),
    "pandas": ("pandas", "pandas"),
    "polars": ("polars", "polars"),
    "numpy": ("numpy", "numpy"),
}

# One thread each: read when the library is imported, and taken from here unless the user says otherwise.
_ONE_THREAD = ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS")


@functools.cache
def imported(name: str) -> ModuleType | None:
    """Import a peer; None where it can't be."""
    for variable in _ONE_THREAD:
        os.environ.setdefault(variable, "1")
    try:
        return importlib.import_module(LIBRARIES[name][0])
    except ImportError:
        return None


def missing(name: str) -> str:
    """Say why a peer is not there."""
    return f"it isn't installed (pip install {LIBRARIES[name][1]})"


def chosen(names: Collection[str] | None) -> frozenset[str]:
    """Give the peers to measure beside: those named, else all; raises ArgumentError for one that can't be had."""
    if names is None:
        return frozenset(LIBRARIES)
    for name in names:
        if name not in LIBRARIES:
            raise ArgumentError(f"there is no peer '{name}'; name some of {', '.join(LIBRARIES)}.")
        if imported(name) is None:
            raise ArgumentError(f"the peer '{name}' can't be measured: {missing(name)}.")
    return frozenset(names)


def versions(names: Collection[str]) -> dict[str, str | None]:
    """Give the version of every peer, None for those that are not there."""
    known: dict[str, str | None] = {}
    for name, (_, distribution) in LIBRARIES.items():
        if name in names:
            known[name] = importlib.metadata.version(distribution) if imported(name) is not None else None
    return known


def frames() -> list[str]:
    """Name the libraries whose presence makes TA-Lib's wrapper look at every argument."""
    return [name for name in ("pandas", "polars") if imported(name) is not None]


def bare(function: Any) -> Callable[..., Any] | None:
    """Give a function of TA-Lib without what its wrapper adds, or None where it adds nothing."""
    return getattr(function, "__wrapped__", None)
