"""Past states of order books."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import packets

import pyhft as ph
from pyhft import _core, books


def test_a_past_state_is_by_itself_and_takes_no_messages(day: Path) -> None:
    book = ph.OrderBook(events=["quotes"]).replay(day).replay(day)
    assert book.messages == 12
    first, third = book.at(1), book.at(3)
    assert (first.messages, first["AAA"].bid, first.symbols) == (1, (50, 100), {"AAA": 7})
    assert (third["AAA"].bid, third["BBB"].ask, third[9_999].bid) == ((51, 5), (60, 200), (0, 0))
    assert book.at(9).counts == {**third.counts, "duplicate_refs": 1}
    assert book.at(0).orders == 0
    assert book.at(12).snapshot() == book.snapshot()
    assert first["AAA"].bid == (50, 100)
    for call in (lambda: first.apply(b""), lambda: first.replay(day), lambda: first.clear(), lambda: first.at(0),
                 lambda: first["AAA"].clear(), lambda: first.restore(b"")):  # fmt: skip
        with pytest.raises(ph.ArgumentError, match="was called on a past state"):
            call()
    book.apply(packets.add(9, "B", 1, 1))
    with pytest.raises(ph.ArgumentError, match="that is not kept"):
        book.at(1)


def test_more_files_than_a_process_may_have_open_can_be_replayed(day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "_MOST_SOURCES", 3)
    book = ph.OrderBook("itch50")
    for _ in range(3):
        book.replay(day)
    assert book.at(13).messages == 13
    held = len(list(Path("/proc/self/fd").iterdir()))
    book.replay(day).replay(day)
    assert len(list(Path("/proc/self/fd").iterdir())) < held
    assert book.messages == 30
    with pytest.raises(ph.ArgumentError, match="more than 3 files replayed"):
        book.at(1)


def test_a_past_state_that_was_called_away_is_not_gone_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "day.itch"
    path.write_bytes(packets.length_prefixed(packets.add(number, "B", 1, 1_000) for number in range(9)))
    book = ph.OrderBook("itch50").replay(path)
    assert book.at(2).orders == 2
    replay = _core.book.BookReplay.replay

    def called_away(*given: Any) -> bool:
        replay(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(_core.book.BookReplay, "replay", called_away)
        with pytest.raises(KeyboardInterrupt):
            book.at(5)
    past = book.at(4)
    assert (past.orders, past.messages) == (4, 4)


def test_no_past_state_is_made_from_a_file_that_was_written_to(day: Path) -> None:
    book = ph.OrderBook("itch50").replay(day)
    bytes_then = day.read_bytes()
    asked = book.at(1).snapshot()
    renamed = day.rename(day.with_name("renamed.itch"))
    assert book.at(1).snapshot() == asked
    day.write_bytes(b"another file")
    assert book.at(1).snapshot() == asked
    renamed.replace(day)
    day.write_bytes(bytes_then[: len(bytes_then) // 2])
    with pytest.raises(ph.InputError, match="was written to since"):
        book.at(1)
