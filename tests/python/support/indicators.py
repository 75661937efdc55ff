"""Inputs and parameters for every indicator of the table, for tests that go through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from pyhft._core import kernels

Array = NDArray[Any]
About = dict[str, Any]

ABOUT: dict[str, About] = {name: kernels.describe(name) for name in kernels.names()}
NATIVE = {name: about for name, about in ABOUT.items() if about["name"]}
OF_TALIB = {about["talib_name"]: about for about in ABOUT.values() if about["talib_name"]}

KINDS = ("walk", "ticks", "coarse", "trend", "constant", "tiny", "huge", "late", "missing")


@dataclass(frozen=True)
class Bars:
    """One series of each sort, of one length; `scale` is the size of a price."""

    kind: str
    columns: dict[str, Array]
    scale: float

    def inputs_of(self, about: About) -> list[Array]:
        return [self.columns.get(native, self.columns["x"]) for native, _ in about["inputs"]]


def bars(kind: str, n: int, seed: int) -> Bars:
    """Open, high, low, close, volume and what else indicators take; `kind` says how prices behave."""
    rng = np.random.default_rng(seed)
    scale = {"tiny": 1e-8, "huge": 1e9}.get(kind, 100.0)
    close = np.exp(np.cumsum(rng.normal(0, 0.01, n)))
    if kind == "trend":
        close = 1 + np.arange(n) / 100
    elif kind == "constant":
        close = np.ones(n)
    open_ = close * (1 + rng.normal(0, 0.003, n))
    high = np.maximum(open_, close) * (1 + rng.uniform(0, 0.005, n))
    low = np.minimum(open_, close) * (1 - rng.uniform(0, 0.005, n))
    if kind == "constant":
        open_ = high = low = close
    prices = [scale * one for one in (open_, high, low, close)]
    if kind == "ticks":
        prices = [np.round(one, 2) for one in prices]
    elif kind == "coarse":  # the same price for some bars, whole windows without a move
        prices = [np.round(scale + (one - scale) / 100, 2) for one in prices]
    volume = np.round(rng.uniform(1, 1e5, n))
    open_, high, low, close = prices
    columns = {
        "open": open_,
        "high": high,
        "low": low,
        "close": close,
        "volume": volume,
        "x": close,
        "y": np.roll(close, 1) if kind == "ticks" else open_,
        "periods": rng.integers(1, 40, n).astype(float),
        "price": close,
        "session": np.floor(np.arange(n) / 50),
        "time": np.cumsum(rng.integers(1, 10**9, n)).astype(float),
        "bid": low,
        "ask": high,
        "bid_size": volume,
        "ask_size": np.roll(volume, 1),
    }
    columns = {name: column.copy() for name, column in columns.items()}
    if kind == "late":
        for name, column in columns.items():
            column[: min(n, 3 + len(name) % 3)] = np.nan
    elif kind == "missing":
        for column in columns.values():
            column[:] = np.nan
    return Bars(kind, columns, scale)


def parameter_values(one: About, longest: int) -> st.SearchStrategy[Any]:
    """Values of a parameter within its limits, periods up to `longest`."""
    least, most = one["least"], one["most"]
    if one["kind"] == "average":
        return st.integers(least, most)
    if one["kind"] == "real":
        return st.just(one["default"]) | st.floats(max(least, -3.0), min(most, 3.0), allow_subnormal=False).map(
            lambda value: round(value, 6)
        ).filter(lambda value: least <= value <= most)
    return st.just(one["default"]) | st.integers(least, max(least, min(most, longest)))


def required(about: About) -> dict[str, Any]:
    """The parameters that have no default, by name, at something that is within their limits."""
    return {
        one["name"]: max(one["default"], one["least"], min(5, one["most"]))
        for one in about["parameters"]
        if one["required"]
    }


def parameters(about: About, native: bool = True, longest: int = 60) -> st.SearchStrategy[dict[str, Any]]:
    """All parameters of an indicator, by name."""
    key = "name" if native else "talib_name"
    taken = [one for one in about["parameters"] if one[key] and one["kind"] not in ("seed", "seed_value")]
    return st.fixed_dictionaries({one[key]: parameter_values(one, longest) for one in taken})
