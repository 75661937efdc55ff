"""What a run came to: figures as attributes, as a dict for JSON, and as text to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyhft.health import FeedHealth, book_name, health_lines

__all__ = ["Book", "Latency", "Report"]


@dataclass(frozen=True)
class Book:
    """The end state of one instrument's book; prices in wire integers of 1/10 000, an empty side is (0, 0).

    `stale` is None, or why the book can't be trusted: ``"gap"``, ``"session"`` or ``"full"``, since message
    `stale_since` (see `BookHealth`).
    """

    locate: int
    bid: tuple[int, int]
    ask: tuple[int, int]
    bid_levels: int
    ask_levels: int
    orders: int
    bbo_changes: int
    bbo_trace_sha256: str | None = None
    depth_sha256: str | None = None
    stale: str | None = None
    stale_since: int | None = None


@dataclass(frozen=True)
class Latency:
    """A distribution of latencies in ns; all zero where n is 0."""

    n: int
    min: float
    p50: float
    p90: float
    p99: float
    p99_9: float
    max: float

    def to_dict(self) -> dict[str, float]:
        """Give the figures by the names that the JSON has."""
        return {name.replace("p99_9", "p99.9"): value for name, value in asdict(self).items()}

    @staticmethod
    def of(figures: Mapping[str, float]) -> Latency:
        """Make one from the figures by the names that the JSON has, rounded to a tenth of a ns."""
        rounded = {name: round(value, 1) for name, value in figures.items() if name not in ("n", "p99.9")}
        return Latency(n=int(figures["n"]), p99_9=round(figures["p99.9"], 1), **rounded)


@dataclass(frozen=True)
class Report:
    """What a run came to.

    Attributes
    ----------
    packets : int
        Frames that came in; 0 for a file of bare messages.
    messages : dict[str, int]
        Well-formed messages by type.
    malformed : dict[str, int]
        What was passed over, by cause; causes that didn't occur are left out.
    gaps : int
        Missing messages, from the sequence numbers.
    unknown_refs : int
        Messages about orders that were never added or are gone.
    books : dict[str, Book]
        By symbol; ``#locate`` where no message named it.
    signals, orders : int
        What the strategy wanted, and what was sent.
    rejected : dict[str, int]
        Orders that the risk gate refused, by rule.
    tick_to_trade, burst_to_trade : Latency
        From taking up the frame, and from the return of rx_burst, to the call of tx_burst; in ns, one entry an order.
    messages_per_s, elapsed_s : float
        Over the time of the hot loop, and that time.
    log_written, log_dropped : int
        Records of the asynchronous log.
    counters : dict[str, int]
        What else was counted: duplicates, late, heartbeats, ends_of_session, session_changes, overlapping_sessions,
        sequence_resets, other_ports, duplicate_refs, over_executions, empty_orders, lost_to_full_books, unsent,
        dropped_requests, book_memory_bytes.
    feed : dict[str, Any]
        The ``transport`` (``"moldudp64"``, ``"iex_tp"`` or ``None``), and the ``sessions`` that were followed at the
        end: name, joined_at (the number of the first message seen), next (the number that would come now), ended.
    health : FeedHealth
        How the feed was at the end: lines, what was held back and recovered, books.
    port : dict[str, int]
        What a port to a network counted: datagrams received, dropped by the kernel, sent and so on; empty for files.
    arenas : dict[str, dict[str, Any]]
        Of ``orders``, ``quotes`` and ``signals``: slots used (of orders: the most at once) and capacity, what found no
        slot (exhausted), and the pages it stands on, in words.
    quote_log : numpy.ndarray
        Every change of a best quote that found a slot, in order: records of time_ns, bid, bid_shares, ask, ask_shares
        and locate (0: of messages about the whole market); prices in wire integers of 1/10 000, empty sides are 0.
    signal_log : numpy.ndarray
        Every signal that found a slot, in the order in which it was decided on: records of time_ns, price, shares,
        order_id (0 where there was no order), locate, side (0 buy, 1 sell) and outcome: ``b"sent"``, ``b"unsent"`` or
        the rule that refused it.
    settings : dict[str, Any]
        What the run was configured with.
    warnings : list[str]
        What the user should know, in whole sentences.
    """

    packets: int
    messages: dict[str, int]
    malformed: dict[str, int]
    gaps: int
    unknown_refs: int
    books: dict[str, Book]
    signals: int
    orders: int
    rejected: dict[str, int]
    tick_to_trade: Latency
    burst_to_trade: Latency
    messages_per_s: float
    elapsed_s: float
    log_written: int
    log_dropped: int
    counters: dict[str, int] = field(default_factory=dict)
    feed: dict[str, Any] = field(default_factory=dict)
    health: FeedHealth | None = None
    port: dict[str, int] = field(default_factory=dict)
    arenas: dict[str, dict[str, Any]] = field(default_factory=dict)
    quote_log: NDArray[np.void] = field(default_factory=lambda: np.empty(0, "V1"), repr=False, compare=False)
    signal_log: NDArray[np.void] = field(default_factory=lambda: np.empty(0, "V1"), repr=False, compare=False)
    settings: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the logs as plain values, in the shape that ``pyhft run --json`` writes."""
        return {
            "input": {
                "packets": self.packets,
                "messages": self.messages,
                "malformed": self.malformed,
                "gaps": self.gaps,
                "unknown_refs": self.unknown_refs,
            },
            "books": {
                name: {**asdict(book), "bid": list(book.bid), "ask": list(book.ask)}
                for name, book in self.books.items()
            },
            "signals": self.signals,
            "orders": self.orders,
            "rejected": self.rejected,
            "latency_ns": {
                "tick_to_trade": self.tick_to_trade.to_dict(),
                "burst_to_trade": self.burst_to_trade.to_dict(),
            },
            "throughput": {"messages_per_s": self.messages_per_s, "elapsed_s": self.elapsed_s},
            "log": {"written": self.log_written, "dropped": self.log_dropped},
            "counters": self.counters,
            "feed": {**self.feed, "health": None if self.health is None else self._health_by_line()},
            "port": self.port,
            "arenas": self.arenas,
            "settings": self.settings,
            "warnings": self.warnings,
        }

    def _health_by_line(self) -> dict[str, Any]:
        """Give the health without the books, which have it themselves."""
        assert self.health is not None
        return {name: value for name, value in self.health.to_dict().items() if name != "books"}

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def report_of(
    core: Mapping[str, Any],
    quotes: NDArray[np.void],
    signals: NDArray[np.void],
    digests: Mapping[int, tuple[str, str]],
    settings: dict[str, Any],
    warnings: list[str],
) -> Report:
    """Shape what the core reports; ``digests`` gives the two of an instrument by its locate."""
    messages = {("raw" if code == 0 else chr(code)): count for code, count in sorted(core["messages_by_type"].items())}
    books: dict[str, Book] = {}
    for one in core["books"]:
        locate = one["locate"]
        trace, depth = digests.get(locate, (None, None))
        stale, since = one["stale"]
        figures = {key: value for key, value in one.items() if key not in ("name", "stale")}
        books[book_name(books, one["name"], locate)] = Book(
            **figures, bbo_trace_sha256=trace, depth_sha256=depth, stale=stale, stale_since=since
        )
    if core["lost_to_full_books"]:
        warnings = [
            *warnings,
            f"{core['lost_to_full_books']:,} orders or levels found no room in the books, which are stale since then.",
        ]
    if core["messages"] == 0:
        warnings = [*warnings, "the input held no message."]
    counters = (
        "duplicates", "late", "heartbeats", "ends_of_session", "session_changes", "overlapping_sessions",
        "sequence_resets", "other_ports", "duplicate_refs", "over_executions", "empty_orders", "lost_to_full_books",
        "unsent", "dropped_requests", "book_memory_bytes",
    )  # fmt: skip
    return Report(
        packets=core["packets"],
        messages=messages,
        malformed={cause: count for cause, count in core["malformed"].items() if count},
        gaps=core["gaps"],
        unknown_refs=core["unknown_refs"],
        books=books,
        signals=core["signals"],
        orders=core["orders"],
        rejected=dict(core["rejected"]),
        tick_to_trade=Latency.of(core["tick_to_trade_ns"]),
        burst_to_trade=Latency.of(core["burst_to_trade_ns"]),
        messages_per_s=round(core["messages"] / core["elapsed_s"], 1) if core["elapsed_s"] else 0.0,
        elapsed_s=core["elapsed_s"],
        log_written=core["log_written"],
        log_dropped=core["log_dropped"],
        counters={name: core[name] for name in counters},
        feed={"transport": core["transport"] or None, "sessions": list(core["sessions"])},
        health=FeedHealth.of(core["health"]),
        port=dict(core["port"]),
        arenas=dict(core["arenas"]),
        quote_log=quotes,
        signal_log=signals,
        settings=settings,
        warnings=[*warnings, *core["warnings"]],
    )


_MOST_BOOKS_SHOWN = 10


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"


def _lines(report: Report) -> list[str]:
    total = sum(report.messages.values())
    lines = ["Input"]
    lines.append(f"  packets      {report.packets:,}")
    lines.append(f"  messages     {total:,} ({_counted(report.messages)})")
    lines.append(f"  malformed    {_counted(report.malformed)}")
    lines.append(f"  gaps         {report.gaps:,} missing messages")
    lines.append(f"  unknown refs {report.unknown_refs:,}")
    others = {name: count for name, count in report.counters.items() if count and name != "book_memory_bytes"}
    if others:
        lines.append(f"  also         {_counted(others)}")
    if report.port:
        lines.append(f"  port         {_counted({name: count for name, count in report.port.items() if count})}")

    if report.health is not None and (of_feed := health_lines(report.health)):
        lines += ["", "Feed", *of_feed]

    shown = sorted(report.books.items(), key=lambda item: -item[1].bbo_changes)[:_MOST_BOOKS_SHOWN]
    lines += ["", f"Books ({len(report.books):,}; the {len(shown)} with the most changes of the best quote)"]
    if shown:
        lines.append(
            f"  {'symbol':<10}{'bid':>12} {'shares':>9}{'ask':>12} {'shares':>9}"
            f"{'levels':>12}{'orders':>9}{'changes':>10}"
        )
    for name, book in shown:
        levels = f"{book.bid_levels}/{book.ask_levels}"
        lines.append(
            f"  {name:<10}{_price(book.bid)} {book.bid[1]:>9,}{_price(book.ask)} {book.ask[1]:>9,}"
            f"{levels:>12}{book.orders:>9,}{book.bbo_changes:>10,}"
        )

    lines += ["", "Trading"]
    lines.append(f"  signals      {report.signals:,}")
    lines.append(f"  orders       {report.orders:,}")
    lines.append(f"  rejected     {_counted(report.rejected)}")
    for group in ("strategy", "risk", "threads"):
        if group in report.settings:
            described = ", ".join(f"{name} {value}" for name, value in report.settings[group].items())
            lines.append(f"  {group:<12} {described}")

    lines += ["", f"Latency, ns   {'n':>9}{'min':>9}{'p50':>9}{'p90':>9}{'p99':>9}{'p99.9':>11}{'max':>12}"]
    for label, latency in (("tick_to_trade", report.tick_to_trade), ("burst_to_trade", report.burst_to_trade)):
        lines.append(
            f"  {label:<14}{latency.n:>7,}{latency.min:>9,.0f}{latency.p50:>9,.0f}{latency.p90:>9,.0f}"
            f"{latency.p99:>9,.0f}{latency.p99_9:>11,.0f}{latency.max:>12,.0f}"
        )

    lines += ["", f"Throughput    {report.messages_per_s:,.0f} messages/s ({report.elapsed_s:.3f} s in the hot loop)"]
    used = [
        f"{name} {arena['used']:,} of {arena['capacity']:,}"
        + (f" ({arena['exhausted']:,} found no slot)" if arena["exhausted"] else "")
        for name, arena in report.arenas.items()
    ]
    lines.append(f"Arenas        {', '.join(used)}")
    lines.append(f"Log           {report.log_written:,} records written, {report.log_dropped:,} dropped")
    lines += [f"Warning       {warning}" for warning in report.warnings]
    return lines


def _price(quote: tuple[int, int]) -> str:
    return f"{quote[0] / 10_000:>12,.4f}" if quote[1] else f"{'-':>12}"
