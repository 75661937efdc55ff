"""The ten named indicators over one series, beside every peer, with a new result and with one that is there already.

TA-Lib and most others have no ``out=``: beside our call with one stands their usual call, with a new result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pyhft.bench import libraries
from pyhft.bench.harness import Case, Peer, calling
from pyhft.bench.market import market
from pyhft.bench.peers import WAYS
from pyhft.bench.registry import described, label, native, native_parameters, talib_peers

__all__ = ["NAMED", "SMALL", "cases", "outputs_like", "small_cases"]

# TA-Lib's positional parameters, by their names there.
NAMED: dict[str, dict[str, float]] = {
    "EMA": {"timeperiod": 12},
    "MACD": {"fastperiod": 12, "slowperiod": 26, "signalperiod": 9},
    "SMA": {"timeperiod": 20},
    "MAX": {"timeperiod": 20},
    "MIN": {"timeperiod": 20},
    "RSI": {"timeperiod": 14},
    "STDDEV": {"timeperiod": 20},
    "BBANDS": {"timeperiod": 20, "nbdevup": 2.0, "nbdevdn": 2.0},
    "ATR": {"timeperiod": 14},
    "VWAP": {},
}

SMALL = 100  # bars of the cases that are about the cost of a call
_CALLS = 100  # that are made by one step of the harness there


def outputs_like(name: str, shape: tuple[int, ...]) -> Any:
    """Give result arrays for ``out=``: one, or a tuple; their pages are there."""
    arrays = tuple(np.full(shape, np.nan) for _ in described()[name]["outputs"])
    return arrays if len(arrays) > 1 else arrays[0]


def _ours(name: str, n: int, into: bool, times: int = 1) -> Peer:
    inputs = [market(n).series(one) for _, one in described()[name]["inputs"]]
    named = {"out": outputs_like(name, (n,))} if into else {}
    call = calling(native(name), *inputs, *native_parameters(name, NAMED[name]), times=times, **named)
    return Peer("pyhft", call)


def _talib(name: str, n: int, chosen: frozenset[str], times: int = 1) -> list[Peer]:
    inputs = [market(n).series(one) for _, one in described()[name]["inputs"]]
    return talib_peers(name, inputs, NAMED[name], chosen, times=times)


def _others(name: str, n: int, into: bool, chosen: frozenset[str]) -> Iterator[Peer]:
    for way in WAYS.get(name, ()):
        if way.peer not in chosen or way.into != into:
            continue
        module = libraries.imported(way.peer)
        if module is None:
            yield Peer(way.peer, missing=libraries.missing(way.peer))
        elif n > way.start:
            yield Peer(way.peer, way.prepare(module, market(n)), check=way.check())


def cases(sizes: tuple[int, ...], chosen: frozenset[str], only: frozenset[str] | None = None) -> Iterator[Case]:
    """Give the named indicators that pyhft has, at every size."""
    for n in sizes:
        for name, parameters in NAMED.items():
            if name not in described() or (only is not None and name not in only):
                continue
            for into in (False, True):

                def make(name: str = name, n: int = n, into: bool = into) -> list[Peer]:
                    others = _others(name, n, into, chosen)
                    return [_ours(name, n, into), *_talib(name, n, chosen), *others]

                yield Case(label(name, parameters) + " out=" * into, "ns/bar", n, make)


def small_cases(chosen: frozenset[str], only: frozenset[str] | None = None) -> Iterator[Case]:
    """Give the same over a hundred bars, per call: there the cost of a call is most of it."""
    for name, parameters in NAMED.items():
        if name not in described() or (only is not None and name not in only):
            continue
        for into in (False, True):

            def make(name: str = name, into: bool = into) -> list[Peer]:
                return [_ours(name, SMALL, into, _CALLS), *_talib(name, SMALL, chosen, _CALLS)]

            yield Case(f"{label(name, parameters)}, a call" + " out=" * into, "ns/call", SMALL, make, items=_CALLS)
