"""Depths of a run that is going on: consistent copies, and at the end those of the books."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyhft as ph


def test_the_depth_of_a_running_engine_is_of_one_moment(tmp_path: Path) -> None:
    day = tmp_path / "day.pcap"
    ph.generate.synthetic_day(day, seed=3, messages=100_000, symbols=20)
    book = ph.OrderBook().replay(day)
    names = list(book)[:3]
    engine = ph.Engine(day, log=None, watch=[*names, "NEVER"], watch_levels=20)
    seen: list[tuple[int, dict[str, Any]]] = []

    def look(messages: int, _share: float) -> None:
        seen.append((messages, {name: engine.depth(name) for name in names}))
        assert not engine.depth("NEVER", 1)["bid"].any()
        assert len(engine.depth(names[0], 2)) == 2

    for _ in range(50):  # a run may be over before anybody looks at its end
        engine.run(progress=look)
        if seen and seen[-1][0] == book.messages:
            break
    for _, depths in seen:
        for depth in depths.values():
            assert depth.shape == (20,)
            for side, better in (("bid", -1), ("ask", 1)):
                prices = depth[side][depth[f"{side}_shares"] != 0]
                assert (np.diff(prices) * better > 0).all()
                assert (depth[f"{side}_orders"][: len(prices)] > 0).all()
    for name in names:
        assert np.array_equal(seen[-1][1][name], book[name].depth(20))


def test_what_can_not_be_watched_is_refused(tmp_path: Path) -> None:
    day = tmp_path / "day.pcap"
    ph.generate.synthetic_day(day, seed=3, messages=1_000, symbols=2)
    engine = ph.Engine(day, log=None, watch=["AAPL"])
    with pytest.raises(ph.ArgumentError, match="none is going on"):
        engine.depth("AAPL")
    for symbol in ("MSFT", 5, ""):
        with pytest.raises(ph.ArgumentError, match="isn't watched"):
            engine.depth(symbol)  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentError, match="levels is 11; it must be from 1 to 10"):
        engine.depth("AAPL", 11)
    for watch, reason in (("AAPL", "in a list"), ([5], "as text"), (7, "in a list")):
        with pytest.raises(ph.ArgumentTypeError, match=reason):
            ph.Engine(day, log=None, watch=watch)  # type: ignore[arg-type]
    for watch, reason in (
        ([""], "1 to 8 characters"),
        (["NINELONGS"], "1 to 8"),
        ([f"S{n}" for n in range(65)], "64 at"),
    ):
        with pytest.raises(ph.ArgumentError, match=reason):
            ph.Engine(day, log=None, watch=watch)
    with pytest.raises(ph.ArgumentError, match="watch_levels is 101"):
        ph.Engine(day, log=None, watch_levels=101)
