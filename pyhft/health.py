"""How a feed is doing: its lines, what is held back, what is recovered, and whose books can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pyhft.errors import ArgumentError

__all__ = ["BookHealth", "Feed", "FeedHealth", "HoldHealth", "LineHealth", "RecoveryHealth"]


@dataclass(frozen=True)
class BookHealth:
    """Whether a book can be trusted.

    Attributes
    ----------
    stale : bool
        Whether it can't: no order goes out on it.
    cause : {"gap", "session", "full"} or None
        Why: messages were missed; a session began beside another; an order or a level found no room.
    since : int or None
        The number of the message that it is stale since: in its session, or among all messages of an input without
        numbers.
    """

    stale: bool = False
    cause: str | None = None
    since: int | None = None

    @staticmethod
    def of(why: tuple[str | None, int | None]) -> BookHealth:
        """Shape what the core tells."""
        return BookHealth(why[0] is not None, *why)


@dataclass(frozen=True)
class LineHealth:
    """One line of the feed.

    Attributes
    ----------
    state : {"waiting", "live", "silent", "ended"}
        Waiting for its first packet; silent for more than three seconds, in which a feed sends heartbeats; ended with
        its file, or with the end of all sessions.
    silent_s : float
        Since its last packet, while the engine runs.
    packets, messages : int
        That came by it.
    firsts : int
        Messages that it brought before any other line.
    duplicates : int
        Messages that had come before, by another line or by this one.
    missing : int
        Messages that it didn't bring: lost on this line, whether or not another one had them. Those behind its last
        packet are counted when the run ends.
    last_packet_ns : int
        When its last packet came, by the packet's own stamp, in ns since the epoch; 0 without stamps.
    behind_ns : dict[str, float or None]
        By how much its copies came behind the first ones, in ns, by the packets' stamps: ``n``, ``mean``, ``max``, and
        after the run ``p50`` and ``p99``. It is measured of packets that end with the same message as the first ones.
    port : dict[str, int]
        What its port counted, after the run, where there are several lines.
    """

    state: str
    silent_s: float
    packets: int
    messages: int
    firsts: int
    duplicates: int
    missing: int
    last_packet_ns: int
    behind_ns: dict[str, float | None]
    port: dict[str, int]


@dataclass(frozen=True)
class HoldHealth:
    """What is held back until what comes before it has come.

    Attributes
    ----------
    now, most : int
        Packets, and the most at once.
    holes : int
        How often something began to be held.
    declared : int
        How many of the holes became gaps.
    overflows : int
        Packets that found no room, or were too long; a recovery asks for them, else the wait ended there.
    """

    now: int
    most: int
    holes: int
    declared: int
    overflows: int


@dataclass(frozen=True)
class RecoveryHealth:
    """What was asked for.

    Attributes
    ----------
    asking : bool
        Whether something is asked for at this moment.
    requests, unsent : int
        Requests that were sent, and that the network didn't take.
    timeouts, given_up : int
        Requests without an answer, and holes that were given up.
    replies, ignored : int
        Packets that came from the server, and those of them that nobody had asked for.
    messages : int
        Messages that came in replies.
    """

    asking: bool
    requests: int
    unsent: int
    timeouts: int
    given_up: int
    replies: int
    ignored: int
    messages: int


@dataclass(frozen=True)
class FeedHealth:
    """A feed at one moment.

    Attributes
    ----------
    books_stale : BookHealth
        What goes for all books.
    lines : list[LineHealth]
        In the order in which they were given.
    held : HoldHealth
        What is held back.
    recovery : RecoveryHealth or None
        None without a recovery server.
    books : dict[str, BookHealth]
        By symbol; ``#locate`` where no message named it.
    """

    books_stale: BookHealth
    lines: list[LineHealth]
    held: HoldHealth
    recovery: RecoveryHealth | None
    books: dict[str, BookHealth]

    @staticmethod
    def of(core: Mapping[str, Any]) -> FeedHealth:
        """Shape what the core tells."""
        books: dict[str, BookHealth] = {}
        for locate, symbol, why in core["books"]:
            books[book_name(books, symbol, locate)] = BookHealth.of(why)
        return FeedHealth(
            books_stale=BookHealth.of(core["stale"]),
            lines=[LineHealth(**line) for line in core["lines"]],
            held=HoldHealth(**core["held"]),
            recovery=None if core["recovery"] is None else RecoveryHealth(**core["recovery"]),
            books=books,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values."""
        return asdict(self)


class Feed:
    """The feed of an engine."""

    def __init__(self, health: Callable[[], Mapping[str, Any] | None]) -> None:
        self._health = health

    @property
    def health(self) -> FeedHealth:
        """How the feed is doing now, from any thread; after a run, how it was at its end.

        Each figure is of the moment in which it was read: the hot thread goes on meanwhile, and is not held up.

        Raises
        ------
        ArgumentError
            Before the first run.
        """
        core = self._health()
        if core is None:
            raise ArgumentError("feed.health was asked of an engine that has not run; call run() first.")
        return FeedHealth.of(core)


def book_name(known: Mapping[str, Any], symbol: str, locate: int) -> str:
    """Name a book by its symbol; two locates that were given one name are told apart."""
    name = symbol or f"#{locate}"
    return f"{name}#{locate}" if name in known else name


def health_lines(health: FeedHealth) -> list[str]:
    """Give the lines of a text report; none where there is nothing beyond what other parts of it say."""
    lines: list[str] = []
    if len(health.lines) > 1 or health.recovery is not None:
        lines.append(
            f"  {'line':<6}{'state':<8}{'packets':>11}{'messages':>12}{'first':>12}{'duplicate':>12}{'missing':>9}"
            f"{'behind, ns: p50':>17}{'p99':>11}{'max':>12}"
        )
        for number, line in enumerate(health.lines):
            p50, p99, most = (line.behind_ns[name] or 0.0 for name in ("p50", "p99", "max"))
            lines.append(
                f"  {number:<6}{line.state:<8}{line.packets:>11,}{line.messages:>12,}{line.firsts:>12,}"
                f"{line.duplicates:>12,}{line.missing:>9,}{p50:>17,.0f}{p99:>11,.0f}{most:>12,.0f}"
            )
        held = health.held
        lines.append(
            f"  held back    {held.now:,} packets now, {held.most:,} at most; {held.holes:,} holes, of which "
            f"{held.declared:,} became gaps; {held.overflows:,} found no room"
        )
    if (asked := health.recovery) is not None:
        lines.append(
            f"  recovery     {asked.messages:,} messages by {asked.replies:,} replies to {asked.requests:,} requests; "
            f"{asked.timeouts:,} timeouts, {asked.given_up:,} given up, {asked.ignored:,} replies ignored, "
            f"{asked.unsent:,} unsent"
        )
    stale = [name for name, book in health.books.items() if book.stale]
    if stale:
        cause, since = health.books[stale[0]].cause, health.books[stale[0]].since
        what = f"{len(stale):,} books" if len(stale) > 1 else stale[0]
        lines.append(f"  stale        {what}: {cause}, since message {since:,}")
    return lines
