"""The indicators on one series of float64, beside TA-Lib.

TA-Lib has no ``out=``: its row is its usual call, with a new result. Its Python wrapper costs a microsecond more a call
when pandas or polars can be imported.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

import pyhft.kernels as ph
from pyhft.bench.harness import Case, Peer

__all__ = ["SIZES", "cases"]

SIZES = (1_000, 100_000, 1_000_000, 10_000_000)


def _walk(n: int) -> NDArray[np.float64]:
    """Make a random walk of prices near 100."""
    steps = np.random.default_rng(7).normal(0.0, 1e-3, n) * min(1.0, (1e5 / n) ** 0.5)
    walk: NDArray[np.float64] = 100.0 * np.exp(np.cumsum(steps))
    return walk


def _agree(ours: Any, theirs: Any) -> None:
    for a, b in zip(np.atleast_2d(ours), np.atleast_2d(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


def cases(sizes: tuple[int, ...] = SIZES) -> Iterator[Case]:
    """Give EMA and MACD at every size, with a new result and with one that is there already."""
    talib: Any = None
    missing = ""
    try:
        talib = importlib.import_module("talib")
    except ImportError:
        missing = "it isn't installed (pip install TA-Lib)"

    for n in sizes:
        x = _walk(n)
        out = np.empty_like(x)
        three = (np.empty_like(x), np.empty_like(x), np.empty_like(x))

        # The values of this turn of the loop are bound as defaults: a case is measured before the next one is made.
        def ema_new(x: Any = x) -> Any:
            return ph.ema(x, 12)

        def ema_out(x: Any = x, out: Any = out) -> Any:
            return ph.ema(x, 12, out=out)

        def ema_talib(x: Any = x) -> Any:
            return talib.EMA(x, 12)

        def macd_new(x: Any = x) -> Any:
            return ph.macd(x)

        def macd_out(x: Any = x, three: Any = three) -> Any:
            return ph.macd(x, out=three)

        def macd_talib(x: Any = x) -> Any:
            return talib.MACD(x)

        for name, call, theirs in (
            ("ema 12", ema_new, ema_talib),
            ("ema 12 out=", ema_out, ema_talib),
            ("macd 12 26 9", macd_new, macd_talib),
            ("macd 12 26 9 out=", macd_out, macd_talib),
        ):
            peer = Peer("talib", None if talib is None else theirs, missing)
            yield Case(name, "ns/bar", n, (Peer("pyhft", call), peer), _agree)
