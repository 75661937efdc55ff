"""One bar at a time: a stream of ours, TA-Lib's handle and a class in plain Python; then a thousand of them at once.

A step of the harness is a plain ``for`` loop over a thousand bars: the loop is in every figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

import pyhft
from pyhft import _core
from pyhft.bench import libraries
from pyhft.bench.answers import agreement
from pyhft.bench.harness import Case, Peer
from pyhft.bench.market import Doubles, market, symbols
from pyhft.bench.registry import described, label, native_parameters
from pyhft.bench.series import NAMED

__all__ = ["cases"]

_HISTORY = 1_000
_FEED = 1_000
_SYMBOLS = 1_000


class _Ema:
    __slots__ = ("average", "k")

    def __init__(self, history: list[float], period: int) -> None:
        self.k = 2.0 / (period + 1)
        self.average = sum(history[:period]) / period
        for x in history[period:]:
            self.update(x)

    def update(self, x: float) -> float:
        self.average += self.k * (x - self.average)
        return self.average


class _Macd:
    __slots__ = ("fast", "k_fast", "k_signal", "k_slow", "signal", "slow")

    def __init__(self, history: list[float], fast: int, slow: int, signal: int) -> None:
        self.k_fast, self.k_slow, self.k_signal = 2.0 / (fast + 1), 2.0 / (slow + 1), 2.0 / (signal + 1)
        self.fast = sum(history[slow - fast : slow]) / fast
        self.slow = sum(history[:slow]) / slow
        self.signal = 0.0
        lines = [self.fast - self.slow] + [self.update(x)[0] for x in history[slow : slow + signal - 1]]
        self.signal = sum(lines) / signal
        for x in history[slow + signal - 1 :]:
            self.update(x)

    def update(self, x: float) -> tuple[float, float, float]:
        self.fast += self.k_fast * (x - self.fast)
        self.slow += self.k_slow * (x - self.slow)
        line = self.fast - self.slow
        self.signal += self.k_signal * (line - self.signal)
        return line, self.signal, line - self.signal


class _Rsi:
    __slots__ = ("before", "gain", "loss", "period")

    def __init__(self, history: list[float], period: int) -> None:
        changes = [b - a for a, b in pairwise(history[: period + 1])]
        self.period = period
        self.gain = sum(max(change, 0.0) for change in changes) / period
        self.loss = sum(max(-change, 0.0) for change in changes) / period
        self.before = history[period]
        for x in history[period + 1 :]:
            self.update(x)

    def update(self, x: float) -> float:
        change = x - self.before
        self.before = x
        self.gain = (self.gain * (self.period - 1) + (change if change > 0.0 else 0.0)) / self.period
        self.loss = (self.loss * (self.period - 1) - (change if change < 0.0 else 0.0)) / self.period
        total = self.gain + self.loss
        return 100.0 * self.gain / total if total else 0.0


_PLAIN: dict[str, Callable[..., Any]] = {"EMA": _Ema, "MACD": _Macd, "RSI": _Rsi}


def _fed(update: Callable[..., Any], bars: list[Any]) -> Callable[[], None]:
    """Loop over the bars; a bar of several values is a tuple of them."""
    if isinstance(bars[0], float):

        def one(update: Callable[..., Any] = update, bars: list[Any] = bars) -> None:
            for x in bars:
                update(x)

        return one

    def several(update: Callable[..., Any] = update, bars: list[Any] = bars) -> None:
        for bar in bars:
            update(*bar)

    return several


def _series(open_one: Callable[[], Any], bars: list[Any]) -> Callable[[], Any]:
    """Open a new stream and give what it says of the bars, to be compared."""

    def answer() -> tuple[Any, ...]:
        update = open_one().update
        values = [update(x) if isinstance(x, float) else update(*x) for x in bars]
        return tuple(np.array(values, dtype=np.float64).reshape(len(values), -1).T)

    return answer


def _update_case(name: str, chosen: frozenset[str]) -> Case:
    def make() -> list[Peer]:
        whole = market(_HISTORY + _FEED)
        series = [whole.series(one) for _, one in described()[name]["inputs"]]
        history = [one[:_HISTORY].copy() for one in series]
        feeds = [one[_HISTORY:].tolist() for one in series]
        bars: list[Any] = feeds[0] if len(feeds) == 1 else list(zip(*feeds, strict=True))
        parameters = list(NAMED[name].values())

        def peer(called: str, open_one: Callable[[], Any]) -> Peer:
            answer = _series(open_one, bars)
            return Peer(called, _fed(open_one().update, bars), check=agreement(), answer=answer)

        stream = getattr(_core.stream, described()[name]["name"])
        everyone = [peer("pyhft", lambda: stream(*history, *native_parameters(name, NAMED[name])))]
        if "talib" in chosen:
            module = libraries.imported("talib")
            if module is None:
                everyone.append(Peer("talib", missing=libraries.missing("talib")))
            else:
                handle = getattr(module.stream, name)
                everyone.append(peer("talib", lambda: handle(*history, *parameters)))
        if name in _PLAIN:
            everyone.append(peer("python", lambda: _PLAIN[name](history[0].tolist(), *parameters)))
        return everyone

    return Case(f"{label(name, NAMED[name])}, an update", "ns/update", _FEED, make)


def _bank_case(name: str, chosen: frozenset[str]) -> Case:
    """One bar of every symbol: a bank of ours, a loop over TA-Lib's handles."""

    def make() -> list[Peer]:
        table: Doubles = np.ascontiguousarray(symbols(_SYMBOLS, 200).T)
        about = described()[name]
        native = [one["name"] for one in about["parameters"] if one["talib_name"] in NAMED[name]]
        values = dict(zip(native, NAMED[name].values(), strict=True))

        def ours() -> Any:
            made = getattr(pyhft, "bank")(about["name"], symbols=_SYMBOLS, **values)  # noqa: B009
            for row in table[:-1]:
                made.update(row)
            return made

        last, bank = table[-1], ours()
        everyone = [Peer("pyhft", lambda: bank.update(last), answer=lambda: ours().update(last))]
        module = libraries.imported("talib") if "talib" in chosen else None
        if module is None:
            return everyone + [Peer("talib", missing=libraries.missing("talib"))] * ("talib" in chosen)
        handle = getattr(module.stream, name)

        def opened() -> list[Any]:
            return [handle(column[:-1].copy(), *NAMED[name].values()).update for column in table.T]

        def answer() -> tuple[Any, ...]:
            made = [update(x) for update, x in zip(opened(), last.tolist(), strict=True)]
            return tuple(np.array(made).reshape(_SYMBOLS, -1).T)

        updates, ticks = opened(), last.tolist()

        def each() -> None:
            for update, x in zip(updates, ticks):  # noqa: B905 - the loop that is measured
                update(x)

        return [*everyone, Peer("talib", each, answer=answer)]

    return Case(f"{label(name, NAMED[name])}, a bank of {_SYMBOLS}", "ns/symbol", _SYMBOLS, make)


def cases(chosen: frozenset[str], only: frozenset[str] | None = None) -> Iterator[Case]:
    """Give the updates of the named indicators that have a streaming form, and the banks."""
    there = [name for name in NAMED if name in described() and (only is None or name in only)]
    for name in there:
        if described()[name]["streams"]:
            yield _update_case(name, chosen)
    if hasattr(pyhft, "bank"):
        for name in ("EMA", "MACD"):
            if name in there:
                yield _bank_case(name, chosen)
