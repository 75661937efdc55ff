"""Order books without an engine: replay files or apply messages, and ask."""

from __future__ import annotations

import operator
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from pyhft import reader
from pyhft._core import book as _book
from pyhft._past import Cursor, Source
from pyhft._progress import Progress, shown
from pyhft._snapshots import packed, unpacked
from pyhft._updates import columns_of, kind_of
from pyhft.config import whole_number
from pyhft.errors import ArgumentError, ArgumentTypeError
from pyhft.ports import FEEDS

__all__ = ["Order", "OrderBook", "Quote", "SymbolBook"]

EVENTS = ("quotes", "trades", "levels")

MAX_ORDERS = 1 << 22
MAX_LEVELS = 1 << 21
_FEWEST = 1 << 10
# No file adds more orders or levels than it has room for: 44 bytes of a quote update add two levels, others fewer.
BYTES_AN_ADDITION = 22
_MOST_LIMIT = 1 << 30
_SYMBOL_BYTES = 8
_ALL = 2**63 - 1
_LEAST_PRICE, _MOST_PRICE = -(2**63), 2**63 - 1


class Quote(NamedTuple):
    """A side of a best quote; (0, 0) where there is none."""

    price: int
    shares: int


class Order(NamedTuple):
    """A live order and its place in the queue of its level."""

    reference: int
    locate: int
    side: str
    price: int
    shares: int
    orders_ahead: int
    shares_ahead: int


class SymbolBook:
    """The book of one instrument of an `OrderBook`; always as the whole stands now."""

    def __init__(self, whole: OrderBook, locate: int) -> None:
        self._whole = whole
        self.locate = locate

    @property
    def symbol(self) -> str:
        """Its name; empty where no message has told it yet."""
        return next((name for name, locate in self._whole.symbols.items() if locate == self.locate), "")

    @property
    def bid(self) -> Quote:
        """The best bid: price in 1/10 000 and shares."""
        return Quote(*self._whole._core.best(self.locate)[:2])

    @property
    def ask(self) -> Quote:
        """The best ask: price in 1/10 000 and shares."""
        return Quote(*self._whole._core.best(self.locate)[2:])

    def depth(self, levels: int = 10) -> NDArray[Any]:
        """Give the best levels of both sides.

        Parameters
        ----------
        levels : int
            Rows of the result, 1 to 10 000.

        Returns
        -------
        numpy.ndarray
            Shape (levels,), with the fields bid, bid_shares, bid_orders, ask, ask_shares, ask_orders, all int64. Row 0
            is the best quote; where a side has no more levels there are zeros. Orders are 0 where the feed doesn't
            tell.
        """
        return self._whole._core.depth(self.locate, _level_count(levels))

    def view(self, levels: int = 10) -> NDArray[Any]:
        """Give the table of `depth` as one that stays up to date.

        Returns
        -------
        numpy.ndarray
            As that of `depth`, read-only: memory of the book, written anew at the end of every call that changes books
            (`OrderBook.apply`, `replay`, `clear`, `restore`; within a replay after every few thousand messages). It
            stays valid as long as the array lives, whatever becomes of the book. Another thread may see it half
            written.
        """
        return self._whole._core.view(self.locate, _level_count(levels))

    def level(self, side: str, price: int) -> tuple[int, int]:
        """Give the shares and the orders at a price; (0, 0) where nothing stands there."""
        return self._whole._core.level(self.locate, _is_sell(side), _price(price))

    def queue(self, side: str, price: int) -> NDArray[Any]:
        """Give the orders at a price, first to be executed first.

        Returns
        -------
        numpy.ndarray
            With the fields reference (uint64) and shares (int64); empty where nothing stands there, and for feeds by
            level.
        """
        return self._whole._core.queue(self.locate, _is_sell(side), _price(price))

    @property
    def levels(self) -> tuple[int, int]:
        """The numbers of price levels, of the bid and of the ask side."""
        return self._whole._core.size_of_book(self.locate)[:2]

    @property
    def orders(self) -> int:
        """The number of live orders; 0 for feeds by level."""
        return self._whole._core.size_of_book(self.locate)[2]

    @property
    def memory_bytes(self) -> int:
        """What this book has of the memory of all."""
        return self._whole._core.size_of_book(self.locate)[3]

    def clear(self) -> None:
        """Take out all its orders and levels; raises ArgumentError for a past state."""
        self._whole._refuse_past("clear")
        self._whole._only_replayed = False
        self._whole._core.clear(self.locate)

    def __repr__(self) -> str:
        return f"<SymbolBook {self.symbol or f'#{self.locate}'}: bid {tuple(self.bid)}, ask {tuple(self.ask)}>"


class OrderBook:
    """The order books of a feed: of all its instruments, order by order where the feed tells orders.

    Messages come in by `replay` of a file and by `apply`. ``book["AAPL"]``, or ``book[13]`` by stock locate, is the
    `SymbolBook` of one instrument. `bid`, `ask`, `depth` and the other questions about one book can be asked directly
    while there is only one instrument.

    Parameters
    ----------
    feed : {"itch50", "deep10", "tops", "raw"}
        Books order by order (``itch50``), by level (``deep10``, ``raw``), or of the best quotes alone (``tops``).
    events : sequence of {"quotes", "trades", "levels"}
        What `take_events` gives. Memory for events grows until they are taken.
    max_orders, max_levels : int
        The most live orders and price levels over all books, 1 to 2**30: about 32 and 100 bytes each. Memory is set
        aside as files need it, up to these. What finds no room is counted as ``lost_to_full_books``.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        For an unknown feed or event, and for limits out of range.

    Notes
    -----
    Unknown references, duplicates, executions of more than an order has and orders of 0 shares change what they can and
    are counted (`counts`); the books stay sound. A session of a capture that begins when all before it have ended
    finds empty books.

    Several threads may use one OrderBook: calls wait for each other, and a replay lets others ask every few
    milliseconds.

    Examples
    --------
    >>> import struct
    >>> book = OrderBook("itch50")
    >>> book.apply(struct.pack(">cHHHIQcI8sI", b"A", 7, 0, 0, 1, 42, b"B", 100, b"TEST    ", 1_000_000))
    >>> book.bid
    Quote(price=1000000, shares=100)
    """

    def __init__(
        self,
        feed: str = "itch50",
        *,
        events: Sequence[str] = (),
        max_orders: int = MAX_ORDERS,
        max_levels: int = MAX_LEVELS,
    ) -> None:
        if feed not in FEEDS:
            raise ArgumentError(f"feed is {feed!r}; name one of: {', '.join(FEEDS)}.")
        if not isinstance(events, Sequence):
            raise ArgumentTypeError(f"events is {events!r}; name some of {', '.join(EVENTS)}, in a list.")
        if isinstance(events, str) or any(one not in EVENTS for one in events):
            raise ArgumentError(f"events is {events!r}; name some of {', '.join(EVENTS)}, in a list.")
        self.feed = feed
        self._max_orders = whole_number("max_orders", max_orders, 1, _MOST_LIMIT, "the most live orders")
        self._max_levels = whole_number("max_levels", max_levels, 1, _MOST_LIMIT, "the most price levels")
        self._events = tuple(one for one in EVENTS if one in events)
        self._core = _book.BookReplay(
            feed,
            _book.max_books,
            min(_FEWEST, self._max_orders),
            min(_FEWEST, self._max_levels),
            *(one in events for one in EVENTS),
        )
        self._past = False
        self._warnings: list[str] = []
        self._only_replayed = True
        self._sources: list[Source] = []
        self._cursor: Cursor | None = None
        self._lock = threading.RLock()  # of what at() goes by, and of the room for what comes in: one giver at a time

    # Messages in

    def replay(
        self, path: reader.Path_, *, udp_port: int | None = None, progress: Progress | bool | None = None
    ) -> Self:
        """Apply all messages of a file.

        Parameters
        ----------
        path : path
            A capture, or a file of length-prefixed ITCH 5.0 messages; ``.gz`` too.
        udp_port : int, optional
            Only datagrams of a capture to this port are the feed's.
        progress : callable or bool, optional
            A function of the messages so far and the share of the file from 0 to 1. By default a bar on a terminal,
            where the replay takes longer than a second; False for none.

        Returns
        -------
        OrderBook
            Itself.

        Raises
        ------
        InputError
            Where the file is missing or empty, or holds nothing of the feed.
        ArgumentError
            Where this is a past state.

        Warns
        -----
        InputWarning
            Where the file is cut, messages are missing, or something found no room: see `counts`.

        Notes
        -----
        The file stays mapped for `at`, as long as the book lives; of a ``.gz`` that is its unpacked copy.
        Whoever makes a file anew meanwhile should write beside it and rename: one that is cut short while it is read
        ends the process (SIGBUS), as with any mapped file.
        """
        self._refuse_past("replay")
        with (
            self._lock,
            reader.opened(path, self.feed, udp_port) as (container, feed, mapped, name, told),
            shown(f"replaying {os.fspath(path)}", progress) as tell,
        ):
            source = _book.FeedReader(container, feed, mapped, name, udp_port)
            seen = Path(mapped).absolute(), Path(mapped).stat()
            self._make_room(Path(mapped).stat().st_size // BYTES_AN_ADDITION + 1)
            lost_before = self._core.counts()["lost_to_full_books"]
            before = self.messages
            try:
                self._core.replay(source, _ALL, tell)
            finally:
                self._sources.append(Source(source, self.messages - before, name, *seen))
        told += source.warnings()
        if lost := self._core.counts()["lost_to_full_books"] - lost_before:
            told.append(
                f"{lost:,} orders or levels of '{name}' found no room, and these books are wrong since: raise "
                f"max_orders ({self._max_orders:,}) or max_levels ({self._max_levels:,})."
            )
        self._warnings += told
        reader.warn(told)
        return self

    def apply(self, message: bytes | NDArray[Any] | reader.Records) -> None:
        """Apply one message, or records.

        Parameters
        ----------
        message : bytes, numpy.ndarray or Records
            One message as it is on the wire, without the length before it; or a record array of one type, as
            `read_itch` gives it; or all `Records` of a file, in its order.

        Raises
        ------
        ArgumentError
            For bytes that are no message of the feed (they are counted in `malformed`, and nothing changes), for arrays
            that are no records of it, for shares or locates out of range, and where this is a past state.
        ArgumentTypeError
            For what is neither bytes nor records.
        """
        self._refuse_past("apply")
        self._only_replayed = False
        if isinstance(message, bytes | bytearray | memoryview):
            with self._lock:
                self._make_room(2)  # a quote can add two levels
                known = self._core.apply(bytes(message))
            if not known:
                raise ArgumentError(
                    f"message is {len(message)} bytes that begin with {bytes(message[:1])!r}, which is no message of "
                    f"feed {self.feed}: give one whole message without the length before it."
                )
        elif isinstance(message, reader.Records):
            if message.feed != self.feed:
                raise ArgumentError(f"message is records of {message.feed}; these are books of {self.feed}.")
            self._apply_records(dict(message))
        elif isinstance(message, np.ndarray):
            self._apply_records({kind_of(self.feed, message): message})
        else:
            raise ArgumentTypeError(
                f"message is of type {type(message).__name__}; give the bytes of one message, or records as read_itch "
                "gives them."
            )

    def _apply_records(self, tables: Mapping[str, NDArray[Any]]) -> None:
        columns = columns_of(self._core, self.feed, tables)
        if columns is not None:
            with self._lock:
                self._make_room(columns.most_new)
                self._core.apply_updates(*columns.columns)

    def _make_room(self, new: int) -> None:
        """Set room aside for so many orders and levels more, up to the limits, and twice as much as is needed now."""
        counts = self._core.counts()
        wanted = {}
        for name, used, most in (
            ("max_orders", counts["orders"], self._max_orders),
            ("max_levels", counts["levels"], self._max_levels),
        ):
            wanted[name] = counts[name] if used + new <= counts[name] else min(2 * (used + new), most)
        if any(wanted[name] > counts[name] for name in wanted):
            self._core.grow(_book.max_books, wanted["max_orders"], wanted["max_levels"])

    # Questions

    def __getitem__(self, symbol: str | int) -> SymbolBook:
        if isinstance(symbol, str):
            text = symbol.encode("latin-1", "replace")
            locate = self._core.find(text) if len(text) <= _SYMBOL_BYTES and text.decode("latin-1") == symbol else None
            if locate is None:
                raise ArgumentError(f"no message has named the symbol {symbol!r}: {self._which()}.")
            return SymbolBook(self, locate)
        try:
            locate = operator.index(symbol)
        except TypeError:
            raise ArgumentTypeError(f"a book is asked for by {symbol!r}; give a symbol or a stock locate.") from None
        return SymbolBook(self, whole_number("locate", locate, 0, _book.max_books - 1, "a stock locate"))

    def _which(self) -> str:
        names = sorted(self.symbols)
        few = 5
        if not names:
            return "no instrument was named yet; replay a file, or apply its messages"
        more = f" and {len(names) - few:,} more" if len(names) > few else ""
        return f"there are {', '.join(names[:few])}{more}; name one, as in book[{names[0]!r}]"

    def _only(self) -> SymbolBook:
        symbols = self.symbols
        if len(symbols) == 1:
            return SymbolBook(self, next(iter(symbols.values())))
        if not symbols and self._core.used_numbers() == 0:
            return SymbolBook(self, 0)  # nothing was applied yet: empty
        raise ArgumentError(f"these are the books of several instruments: {self._which()}.")

    @property
    def symbols(self) -> dict[str, int]:
        """The instruments that messages have named, and their stock locates, or numbers by appearance."""
        return {name.decode("latin-1"): number for number, name in self._core.names()}

    @property
    def bid(self) -> Quote:
        """The best bid of the only instrument."""
        return self._only().bid

    @property
    def ask(self) -> Quote:
        """The best ask of the only instrument."""
        return self._only().ask

    def depth(self, levels: int = 10) -> NDArray[Any]:
        """Give the best levels of the only instrument; see `SymbolBook.depth`."""
        return self._only().depth(levels)

    def view(self, levels: int = 10) -> NDArray[Any]:
        """Give the best levels of the only instrument as a table that stays up to date; see `SymbolBook.view`."""
        return self._only().view(levels)

    def level(self, side: str, price: int) -> tuple[int, int]:
        """Give the shares and the orders at a price of the only instrument."""
        return self._only().level(side, price)

    def queue(self, side: str, price: int) -> NDArray[Any]:
        """Give the orders at a price of the only instrument; see `SymbolBook.queue`."""
        return self._only().queue(side, price)

    @property
    def levels(self) -> tuple[int, int]:
        """The numbers of bid and ask levels of the only instrument."""
        return self._only().levels

    @property
    def orders(self) -> int:
        """The number of live orders of all books."""
        return int(self._core.counts()["orders"])

    def order(self, reference: int) -> Order | None:
        """Give a live order of any book and its place in the queue; None where the reference isn't live."""
        reference = whole_number("reference", reference, 0, 2**64 - 1, "an order reference")
        found = self._core.order(reference)
        if found is None:
            return None
        locate, sells, price, shares, orders_ahead, shares_ahead = found
        return Order(reference, locate, "S" if sells else "B", price, shares, orders_ahead, shares_ahead)

    @property
    def messages(self) -> int:
        """Messages so far, malformed ones too."""
        return int(self._core.counts()["messages"])

    @property
    def malformed(self) -> dict[str, int]:
        """What was passed over, by cause; causes that didn't occur are left out."""
        return dict(self._core.counts()["malformed"])

    @property
    def counts(self) -> dict[str, int]:
        """What couldn't be what the exchange meant, and what found no room.

        unknown_refs, duplicate_refs, over_executions, empty_orders; lost_to_full_books.
        """
        counts = self._core.counts()
        names = ("unknown_refs", "duplicate_refs", "over_executions", "empty_orders", "lost_to_full_books")
        return {name: counts[name] for name in names}

    @property
    def memory_bytes(self) -> int:
        """Memory that is set aside for all books."""
        return int(self._core.counts()["memory_bytes"])

    @property
    def warnings(self) -> list[str]:
        """What replays had to tell."""
        return list(self._warnings)

    def take_events(self) -> dict[str, NDArray[Any]]:
        """Give the events since the last call, of the kinds that were asked for, and forget them.

        Returns
        -------
        dict[str, numpy.ndarray]
            ``"quotes"``: n, time, bid, bid_shares, ask, ask_shares, locate, after each change of a best quote (where
            several messages can be one event, ``deep10``: with its last one).
            ``"trades"``: n, time, price, shares, reference, locate, side, of executions of orders in a book, with its
            side. ``"levels"``: n, time, price, shares, orders, locate, side, what stands at a price after an update of
            it; 0 shares where the level is gone. ``n`` is the number of the message, ``time`` the feed's.
        """
        take = {"quotes": self._core.take_quotes, "trades": self._core.take_trades, "levels": self._core.take_levels}
        return {name: take[name]() for name in self._events}

    # Past states, snapshots

    def at(self, message_index: int) -> OrderBook:
        """Give the books as they stood after so many messages.

        Parameters
        ----------
        message_index : int
            0 to `messages`; 0 is before the first.

        Returns
        -------
        OrderBook
            A past state: it can be asked, but takes no messages.

        Raises
        ------
        ArgumentError
            For an index out of range, and where not all messages came from files: what was applied isn't kept.
        InputError
            Where a file was written to since.

        Notes
        -----
        The files are replayed once more up to that message. Asked for in ascending order, each call goes on from where
        the last one ended.
        """
        self._refuse_past("at")
        if not self._only_replayed:
            raise ArgumentError(
                "at() goes back to messages of files only, and here messages were applied, books cleared or a snapshot "
                "restored: that is not kept. Take a snapshot() where you want to return to."
            )
        with self._lock:
            for source in self._sources:
                source.check()
            last = sum(source.messages for source in self._sources)
            wanted = whole_number("message_index", message_index, 0, last, "the number of a message so far")
            if self._cursor is None or self._cursor.messages > wanted:
                self._cursor = Cursor(self.feed, self._sources)
            try:
                core = self._cursor.state_at(wanted, self._core.counts())
            except BaseException:
                self._cursor = None  # called away, as by Ctrl-C, it doesn't know how far it came
                raise
        past = OrderBook.__new__(OrderBook)
        past.__dict__.update(self.__dict__, _core=core, _past=True, _events=(), _sources=[], _cursor=None)
        return past

    def snapshot(self) -> bytes:
        """Give all books, the symbols and the number of messages as bytes, for `restore` in any process."""
        return packed(self.feed, *self._core.snapshot())

    def restore(self, snapshot: bytes) -> None:
        """Put what a snapshot tells in place of everything; counts begin at 0, and events that wait are kept.

        Raises
        ------
        ArgumentTypeError
            For what isn't bytes.
        InputError
            For bytes that no `snapshot` of the same feed gave, or that don't fit into this book's limits. Nothing has
            changed then.
        ArgumentError
            Where this is a past state.
        """
        self._refuse_past("restore")
        if not isinstance(snapshot, bytes | bytearray | memoryview):
            raise ArgumentTypeError(f"snapshot is of type {type(snapshot).__name__}; give the bytes of snapshot().")
        given = bytes(snapshot)
        messages, names, books = unpacked(given, self.feed)
        with self._lock:
            self._make_room(len(books) // 16 + 1)  # the two words of an order, or of a level
            self._core.restore(books, names, messages)
            self._only_replayed = False
            self._cursor = None
            self._sources = []

    def clear(self) -> None:
        """Take out all orders and levels of all books; raises ArgumentError for a past state."""
        self._refuse_past("clear")
        self._only_replayed = False
        self._core.clear(None)

    def _refuse_past(self, call: str) -> None:
        if self._past:
            raise ArgumentError(f"{call}() was called on a past state of books, which at() gave: it can only be asked.")

    def __repr__(self) -> str:
        counts = f"{len(self.symbols):,} symbols, {self.orders:,} orders, {self.messages:,} messages"
        return f"<OrderBook of {self.feed}: {counts}>"


def _is_sell(side: str) -> bool:
    if side not in ("B", "S"):
        raise ArgumentError(f"side is {side!r}; give 'B' for the bid or 'S' for the ask.")
    return side == "S"


def _price(price: int) -> int:
    return whole_number("price", price, _LEAST_PRICE, _MOST_PRICE, "a price in 1/10 000")


def _level_count(levels: int) -> int:
    return whole_number("levels", levels, 1, _book.max_levels_a_side, "the levels to show")
