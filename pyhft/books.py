"""Order books without an engine: replay files or apply messages, and ask."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from pyhft import reader
from pyhft._core import book as _book
from pyhft._past import Cursor, Source
from pyhft._progress import Progress, shown
from pyhft._snapshots import packed, unpacked
from pyhft._symbol_book import Quote, SymbolBook
from pyhft._updates import columns_of, kind_of
from pyhft.config import printable, whole_number
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
_UPDATES_AT_ONCE = 1 << 20
_MOST_SOURCES = 256


class Order(NamedTuple):
    """A live order and its place in the queue of its level."""

    reference: int
    locate: int
    side: str
    price: int
    shares: int
    orders_ahead: int
    shares_ahead: int


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
    milliseconds. What changes books is refused within the progress function of a replay of the same books.

    A copy, by `copy` or `pickle`, is what `restore` makes of a `snapshot`, with the same limits and kinds of events: a
    past state becomes one that takes messages.

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
        self._lock = threading.RLock()  # one thread at a time changes books, or what at() goes by
        self._busy_with = ""  # the call that holds it

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
            Where this is a past state, and within the progress function of a replay of the same books: they can be
            asked there, and changed once it has returned.

        Warns
        -----
        InputWarning
            Where the file is cut, messages are missing, or something found no room: see `counts`.

        Notes
        -----
        The file stays open for `at`, as long as the book lives and no more than 256 files were replayed; of a ``.gz``
        that is its unpacked copy. One that is cut
        short by others while it is read is an InputError; what came before is in the books.
        """
        with (
            self._changing("replay"),
            shown("replaying", path, progress) as told,
            reader.opened(path, self.feed, udp_port, told) as file,
        ):
            source = _book.FeedReader(file.container, file.feed, file.path, file.name, udp_port)
            self._make_room(Path(file.path).stat().st_size // BYTES_AN_ADDITION + 1)
            lost_before = self._core.counts()["lost_to_full_books"]
            before = self.messages
            try:
                self._core.replay(source, _ALL, file.tell)
                file.tell(source.counters()["messages"], 1.0)
            finally:
                self._remember(Source(source, self.messages - before, file.name))
            warnings = file.warnings + source.warnings()
            source.rewind()  # which gives its buffer back
            if lost := self._core.counts()["lost_to_full_books"] - lost_before:
                warnings.append(
                    f"{lost:,} orders or levels of '{file.name}' found no room, and these books are wrong since: raise "
                    f"max_orders ({self._max_orders:,}) or max_levels ({self._max_levels:,})."
                )
            self._warnings += warnings
        reader.warn(warnings)
        return self

    def _remember(self, source: Source) -> None:
        """Keep a file open for at(), as long as there aren't too many of them."""
        if len(self._sources) == _MOST_SOURCES:
            self._only_replayed = False
            self._sources = []
            self._cursor = None
        if self._only_replayed:
            self._sources.append(source)

    def apply(self, message: bytes | NDArray[Any] | reader.Records) -> None:
        """Apply one message, or records.

        Parameters
        ----------
        message : bytes, numpy.ndarray or Records
            One message as it is on the wire, without the length before it; or a record array of one type, as
            `read_itch` gives it; or all `Records` of a file, in its order. Messages and record arrays by themselves
            tell no sessions: where another one begins, `clear` the books. `Records` know where sessions began anew
            (`Records.new_sessions`), and the books are emptied there as by `replay`.

        Raises
        ------
        ArgumentError
            For bytes that are no message of the feed (they are counted in `malformed`, and nothing changes), for arrays
            that are no records of it, for shares or locates out of range, where this is a past state, and within the
            progress function of a replay of these books.
        ArgumentTypeError
            For what is neither bytes nor records.

        Notes
        -----
        Messages that are missing from a capture are told when it is read, or replayed: what was added or taken out by
        them isn't known, and the books go on without. Records don't have malformed messages, so that `messages` counts
        fewer than after a `replay`.
        """
        if isinstance(message, bytes | bytearray | memoryview):
            given = _bytes_of("message", message)
            with self._changing("apply"):
                self._make_room(2)  # a quote can add two levels
                self._only_replayed = False
                known = self._core.apply(given)
            if not known:
                raise ArgumentError(
                    f"message is {len(given)} bytes that begin with {given[:1]!r}, which is no message of "
                    f"feed {self.feed}: give one whole message without the length before it."
                )
        elif isinstance(message, reader.Records):
            if message.feed != self.feed:
                raise ArgumentError(f"message is records of {message.feed}; these are books of {self.feed}.")
            self._apply_records(dict(message), message.new_sessions)
        elif isinstance(message, np.ndarray):
            self._apply_records({kind_of(self.feed, message): message}, [])
        else:
            raise ArgumentTypeError(
                f"message is of type {type(message).__name__}; give the bytes of one message, or records as read_itch "
                "gives them."
            )

    def _apply_records(self, tables: Mapping[str, NDArray[Any]], new_sessions: Sequence[int]) -> None:
        with self._changing("apply"):
            columns = columns_of(self._core, self.feed, tables, new_sessions)
            if columns is None:
                return
            self._make_room(columns.most_new)
            self._only_replayed = False
            for at in range(0, len(columns.columns[0]), _UPDATES_AT_ONCE):  # Ctrl-C has its turn between them
                self._core.apply_updates(*(column[at : at + _UPDATES_AT_ONCE] for column in columns.columns))

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
        return SymbolBook(self, whole_number("locate", symbol, 0, _book.max_books - 1, "a symbol or a stock locate"))

    def __contains__(self, symbol: object) -> bool:
        return symbol in self.symbols

    def __iter__(self) -> Iterator[str]:
        """Go through the symbols."""
        return iter(self.symbols)

    def _which(self) -> str:
        names = sorted(self.symbols)
        few = 5
        if not names:
            return "no instrument was named yet; replay a file, or apply its messages"
        more = f" and {len(names) - few:,} more" if len(names) > few else ""
        return f"there are {', '.join(map(printable, names[:few]))}{more}; name one, as in book[{names[0]!r}]"

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
        with self._changing("at"):
            if not self._only_replayed:
                raise ArgumentError(
                    "at() goes back to messages of files only, and here messages were applied, books cleared, a "
                    f"snapshot restored or more than {_MOST_SOURCES} files replayed: that is not kept. Take a "
                    "snapshot() where you want to return to."
                )
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
        past.__dict__.update(
            self.__dict__, _core=core, _past=True, _events=(), _sources=[], _cursor=None, _warnings=self.warnings
        )
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
        if not isinstance(snapshot, bytes | bytearray | memoryview):
            raise ArgumentTypeError(f"snapshot is of type {type(snapshot).__name__}; give the bytes of snapshot().")
        with self._changing("restore"):
            messages, names, books = unpacked(_bytes_of("snapshot", snapshot), self.feed)
            self._make_room(len(books) // 16 + 1)  # the two words of an order, or of a level
            self._core.restore(books, names, messages)
            self._only_replayed = False
            self._cursor = None
            self._sources = []

    def clear(self) -> None:
        """Take out all orders and levels of all books; raises ArgumentError for a past state."""
        self._clear(None)

    def _clear(self, number: int | None) -> None:
        with self._changing("clear"):
            self._only_replayed = False
            self._core.clear(number)

    @contextlib.contextmanager
    def _changing(self, call: str) -> Iterator[None]:
        """Wait for the changes of other threads; refuse one within another of the same thread, and past states."""
        if self._past:
            raise ArgumentError(f"{call}() was called on a past state of books, which at() gave: it can only be asked.")
        with self._lock:
            if self._busy_with:
                raise ArgumentError(
                    f"{call}() was called within {self._busy_with}() of the same books, as by its progress function: "
                    f"call it once {self._busy_with}() has returned; the books can be asked meanwhile."
                )
            self._busy_with = call
            try:
                yield
            finally:
                self._busy_with = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy, and pickle, by a snapshot."""
        with self._lock:
            return _copy_of, (type(self), self.feed, self._events, self._max_orders, self._max_levels, self.snapshot())

    def __repr__(self) -> str:
        counts = f"{len(self.symbols):,} symbols, {self.orders:,} orders, {self.messages:,} messages"
        return f"<OrderBook of {self.feed}: {counts}>"


def _bytes_of(what: str, given: bytes | bytearray | memoryview) -> bytes:
    try:
        return bytes(given)
    except ValueError as cause:
        raise ArgumentError(f"{what} is a memoryview that can't be read: {cause}.") from None


def _copy_of(
    kind: type[OrderBook], feed: str, events: Sequence[str], max_orders: int, max_levels: int, snapshot: bytes
) -> OrderBook:
    made = kind.__new__(kind)
    OrderBook.__init__(made, feed, events=events, max_orders=max_orders, max_levels=max_levels)
    made.restore(snapshot)
    return made
