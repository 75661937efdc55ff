"""Many symbols at once: a table for us, a loop over the symbols for TA-Lib, one thread unless the case says otherwise.

TA-Lib and numba have every symbol's prices side by side, which suits them best, and write into a table that is there.
Our tables are (bars, symbols); with ``by symbol`` in the name of the case it is the transpose of an array like theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pyhft.bench import libraries
from pyhft.bench.answers import agreement
from pyhft.bench.harness import Case, Peer, calling
from pyhft.bench.market import Doubles, symbols
from pyhft.bench.peers import compiled
from pyhft.bench.registry import described, label, native, native_parameters
from pyhft.bench.series import NAMED

__all__ = ["cases"]

_INDICATORS = ("EMA", "MACD")
_SHAPES = ((1_000, 10_000), (1_000, 100))


def _looped(function: Callable[..., Any], prices: Doubles, parameters: list[float], results: list[Doubles]) -> Any:
    """Call a function of one series symbol by symbol, into the rows of the results."""
    if len(results) == 1:

        def one(out: Doubles = results[0]) -> Doubles:
            for i, row in enumerate(prices):
                out[i] = function(row, *parameters)
            return out.T

        return one

    def several() -> list[Doubles]:
        for i, row in enumerate(prices):
            for out, values in zip(results, function(row, *parameters), strict=True):
                out[i] = values
        return [out.T for out in results]

    return several


def _peers(name: str, prices: Doubles, chosen: frozenset[str], tolerance: float) -> Iterator[Peer]:
    check = agreement(tolerance)
    parameters = list(NAMED[name].values())
    results = [np.full(prices.shape, np.nan) for _ in described()[name]["outputs"]]
    if "talib" in chosen:
        module = libraries.imported("talib")
        if module is None:
            yield Peer("talib", missing=libraries.missing("talib"))
        else:
            yield Peer("talib", _looped(getattr(module, name), prices, parameters, results), check=check)
    if "numba" in chosen and tolerance > 0.0:
        if libraries.imported("numba") is None:
            yield Peer("numba", missing=libraries.missing("numba"))
        else:
            rows = compiled(f"{name.lower()}_rows")
            yield Peer(
                "numba",
                calling(rows, prices, *parameters, *results),
                check=check,
                answer=lambda: (rows(prices, *parameters, *results), [out.T for out in results])[1],
            )


def _case(name: str, count: int, bars: int, form: str, chosen: frozenset[str]) -> Case:
    """Give one case; `form` is the words that its name ends with."""
    threads = 2 if "threads=2" in form else 1
    exact = "exact" in form

    def make() -> list[Peer]:
        prices = symbols(count, bars)
        by_symbol = "by symbol" in form
        x = prices.T if by_symbol else np.ascontiguousarray(prices.T)
        named: dict[str, Any] = {}
        if "out=" in form:
            made = [np.full((count, bars), np.nan).T if by_symbol else np.full((bars, count), np.nan)
                    for _ in described()[name]["outputs"]]  # fmt: skip
            named["out"] = tuple(made) if len(made) > 1 else made[0]
        if exact:
            named["exact"] = True
        if threads > 1:
            named["threads"] = threads
        ours = Peer("pyhft", calling(native(name), x, *native_parameters(name, NAMED[name]), **named))
        return [ours, *_peers(name, prices, chosen, 0.0 if exact else 1e-10)]

    title = f"{label(name, NAMED[name])}, {count} x {bars} {form}".strip()
    return Case(title, "ns/bar", bars, make, items=count * bars, cores=threads)


def cases(chosen: frozenset[str], only: frozenset[str] | None, cores: int, *, quick: bool) -> Iterator[Case]:
    """Give the tables; cases of two threads only where there are two cores."""
    for count, bars in _SHAPES[1:] if quick else _SHAPES:
        for name in _INDICATORS:
            if name not in described() or (only is not None and name not in only):
                continue
            forms = ["out=", "new", "by symbol out=", "exact out="]
            if cores > 1 and bars > 100:  # two threads are no help to a tenth of a millisecond
                forms.append("threads=2 out=")
            for form in forms:
                yield _case(name, count, bars, form, chosen)
