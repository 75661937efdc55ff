"""Past states of order books: the files that were replayed, and books that go forward through them once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pyhft._core import book as _book
from pyhft.errors import InputError

__all__ = ["Cursor", "Source"]


class Source(NamedTuple):
    """A file that was replayed, and stays open."""

    reader: _book.FeedReader
    messages: int
    name: str

    def check(self) -> None:
        """Refuse a file that was written to; one that was taken away, renamed or replaced by another is as it was."""
        if self.reader.was_written_to():
            raise InputError(
                f"'{self.name}' was written to since it was replayed, and past states are made from it: replay it into "
                "a new OrderBook."
            )


class Cursor:
    """Books of the past that go forward through files that were replayed."""

    def __init__(self, feed: str, sources: Sequence[Source]) -> None:
        self._feed = feed
        self._sources = sources
        self._next = 0
        self._reader: _book.FeedReader | None = None
        self._left = 0
        self._core: _book.BookReplay | None = None
        self.messages = 0

    def state_at(self, wanted: int, counts: dict[str, Any]) -> _book.BookReplay:
        """Give the books as they stood after so many messages; `counts` tells the room of those of today."""
        room = (_book.max_books, counts["max_orders"], counts["max_levels"])
        if self._core is None:
            self._core = _book.BookReplay(self._feed, *room, False, False, False)
        mine = self._core.counts()
        if counts["max_orders"] > mine["max_orders"] or counts["max_levels"] > mine["max_levels"]:
            self._core.grow(*room)
        while self.messages < wanted:
            if self._left == 0:
                source = self._sources[self._next]
                self._next += 1
                self._left = source.messages
                self._reader = source.reader.copy()
                self._reader.rewind()
                continue
            step = min(self._left, wanted - self.messages)
            assert self._reader is not None
            self._core.replay(self._reader, step, lambda _messages, _share: None)
            self._left -= step
            self.messages += step
        return self._core.copy()
