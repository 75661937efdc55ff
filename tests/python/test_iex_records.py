"""Records and books of IEX's feeds without an engine: against the bytes decoded slowly, dicts, and real captures."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import packets
from support.captures import FOLDER, needs_captures

import pyhft as ph

DEEP = FOLDER / "iex" / "deep_20231002_5k_packets.pcap.gz"
TOPS_PACKETS = FOLDER / "iex" / "iex_packets" / "Tops.IexTp.v1.5"

TRADE_FLAGS = {
    "intermarket_sweep": 0x80,
    "extended_hours": 0x40,
    "odd_lot": 0x20,
    "trade_through_exempt": 0x10,
    "single_price_cross": 0x08,
}
# By the specifications: what the second byte is (the name of a letter, or bits by their names), then what follows the
# symbol: format and names.
SPECIFICATION: dict[str, tuple[str | dict[str, int], str, str]] = {
    "S": ("event_code", "", ""),
    "D": (
        {"test_security": 0x80, "when_issued": 0x40, "etp": 0x20},
        "<IqB",
        "round_lot_size adjusted_previous_close luld_tier",
    ),
    "H": ("status", "<4s", "reason"),
    "I": ("indicator", "", ""),
    "O": ("status", "", ""),
    "P": ({"in_effect": 0xFF}, "<c", "detail"),
    "E": ("event_code", "", ""),
    "T": (TRADE_FLAGS, "<IqQ", "shares price trade_id"),
    "B": (TRADE_FLAGS, "<IqQ", "shares price trade_id"),
    "X": ("price_type", "<q", "price"),
    "A": (
        "auction_type",
        "<IqqIcBIqqqq",
        """paired_shares reference_price indicative_clearing_price imbalance_shares imbalance_side extension_number
        scheduled_time_seconds book_clearing_price collar_reference_price lower_collar upper_collar""",
    ),
    "8": ({"event_complete": 0x01}, "<Iq", "shares price"),
    "5": ({"event_complete": 0x01}, "<Iq", "shares price"),
    "Q": ({"halted": 0x80, "extended_hours": 0x40}, "<IqqI", "bid_shares bid ask ask_shares"),
}
TYPES = {"deep10": set(SPECIFICATION) - {"Q"}, "tops": set(SPECIFICATION) - {"8", "5"}}
PROTOCOL = {"deep10": 0x8004, "tops": 0x8003}


def any_message(kind: str, random: np.random.Generator) -> bytes:
    """A message of random fields."""
    second, layout, _ = SPECIFICATION[kind]

    def text(size: int) -> bytes:
        return bytes(random.choice(list(b"ABXYZ19"), random.integers(0, size + 1)).tolist()).ljust(size)

    values: list[object] = []
    for value in struct.unpack(layout, random.bytes(struct.calcsize(layout))):
        values.append(text(len(value)) if isinstance(value, bytes) else value & (2**62 - 1))
    byte = int(random.integers(256)) if isinstance(second, dict) else text(1)[0]
    head = struct.pack("<cBq", kind.encode(), byte, int(random.integers(2**62)))
    return head + (b"" if kind == "S" else text(8)) + struct.pack(layout, *values)


def slowly(message: bytes) -> dict[str, object]:
    """Decode one message by the table above."""
    kind = chr(message[0])
    second, layout, names = SPECIFICATION[kind]
    fields: dict[str, object] = {"timestamp": int.from_bytes(message[2:10], "little")}
    if kind != "S":
        fields["symbol"] = message[10:18].rstrip(b" ")
    if isinstance(second, str):
        fields[second] = message[1:2].rstrip(b" ")
    else:
        fields |= {name: message[1] & bits != 0 for name, bits in second.items()}
    if kind in "85":
        fields["side"] = b"B" if kind == "8" else b"S"
    values = struct.unpack(layout, message[18:])
    return fields | {
        name: value.rstrip(b" ") if isinstance(value, bytes) else value
        for name, value in zip(names.split(), values, strict=True)
    }


def written(path: Path, messages: list[bytes], feed: str) -> Path:
    """A capture of one session, a few messages a packet."""
    frames, offset = [], 0
    for at in range(0, len(messages), 3):
        some = messages[at : at + 3]
        frames.append(packets.frame(packets.iex_tp(some, 1 + at, offset, PROTOCOL[feed])))
        offset += sum(2 + len(one) for one in some)
    path.write_bytes(packets.pcap(frames))
    return path


@pytest.mark.parametrize("feed", ["deep10", "tops"])
def test_every_field_of_every_type_is_what_the_bytes_say(feed: str, tmp_path: Path) -> None:
    random = np.random.default_rng(11)
    messages = [any_message(str(kind), random) for kind in random.choice(sorted(TYPES[feed]), 3_000)]
    records = ph.read_capture(written(tmp_path / "day.pcap", messages, feed))
    assert (records.feed, set(records), records.malformed) == (feed, TYPES[feed], {})
    for kind, table in records.items():
        expected = [(n, slowly(one)) for n, one in enumerate(messages, 1) if chr(one[0]) == kind]
        assert table["n"].tolist() == [n for n, _ in expected]
        assert set(table.dtype.names or ()) == {"n", "captured", *expected[0][1]}
        for name in expected[0][1]:
            assert table[name].tolist() == [fields[name] for _, fields in expected], (kind, name)
    table = records.to_arrow()
    assert table["n"].to_pylist() == list(range(1, len(messages) + 1))


Levels = dict[str, dict[int, int]]


def quote_of(levels: Levels) -> tuple[int, int, int, int]:
    bids, asks = levels["B"], levels["S"]
    bid, ask = max(bids, default=0), min(asks, default=0)
    return bid, bids.get(bid, 0), ask, asks.get(ask, 0)


def set_level(levels: dict[int, int], price: int, shares: int) -> None:
    levels[price] = shares
    if shares == 0:
        del levels[price]


class Twin:
    """Books of dicts, and the quotes that an observer is told: after each complete event that changed one."""

    def __init__(self) -> None:
        self.books: dict[str, Levels] = {}
        self.told: list[tuple[int, int, int, int, int]] = []
        self._last: dict[str, tuple[int, int, int, int]] = {}

    def complete(self, n: int, symbol: str) -> None:
        now = quote_of(self.books[symbol])
        if now != self._last.get(symbol, (0, 0, 0, 0)):
            self.told.append((n, *now))
            self._last[symbol] = now

    def of(self, symbol: str) -> Levels:
        return self.books.setdefault(symbol, {"B": {}, "S": {}})


def quotes_in(book: ph.OrderBook) -> list[tuple[int, ...]]:
    return book.take_events()["quotes"][["n", "bid", "bid_shares", "ask", "ask_shares"]].tolist()


def check(messages: list[bytes], feed: str, twin: Twin, folder: Path) -> None:
    """Messages one by one, as a file and as records give the twin's books and quotes."""
    path = written(folder / "day.pcap", messages, feed)
    one_by_one, replayed, by_records = (ph.OrderBook(feed, events=["quotes"]) for _ in range(3))
    for message in messages:
        one_by_one.apply(message)
    replayed.replay(path)
    by_records.apply(ph.read_capture(path))
    assert one_by_one.snapshot() == replayed.snapshot()
    for book in (one_by_one, replayed, by_records):
        assert set(book.symbols) == set(twin.books)
        for symbol, levels in twin.books.items():
            depth = book[symbol].depth(12)
            for side, name, rows in (
                ("bid", "B", sorted(levels["B"].items(), reverse=True)),
                ("ask", "S", sorted(levels["S"].items())),
            ):
                assert depth[[side, f"{side}_shares"]].tolist()[: len(rows)] == rows
                assert book[symbol].levels["BS".index(name)] == len(rows)
        assert quotes_in(book) == twin.told
    for symbol in twin.books:
        rows = ph.best_quotes(path, symbol)
        last = quote_of(twin.books[symbol])
        assert rows[["bid", "bid_shares", "ask", "ask_shares"]].tolist()[-1:] == [last] or not twin.told


level_updates = st.tuples(
    st.sampled_from(["ABC", "DEF"]), st.sampled_from("BS"), st.integers(1, 5), st.integers(0, 2), st.booleans()
)


@settings(deadline=None, max_examples=15)
@given(st.lists(level_updates, min_size=1, max_size=40))
def test_books_of_deep_equal_dicts_and_quotes_change_with_events(
    tmp_path_factory: pytest.TempPathFactory, updates: list[tuple[str, str, int, int, bool]]
) -> None:
    twin, messages = Twin(), []
    # The last one of each instrument completes its event: what stands then is what an observer knows.
    updates = [*updates, *((symbol, "B", 1, 1, True) for symbol in sorted({one[0] for one in updates}))]
    for n, (symbol, side, price, shares, complete) in enumerate(updates, 1):
        messages.append(packets.deep_level(side, symbol, shares, price, flags=int(complete)))
        set_level(twin.of(symbol)[side], price, shares)
        if complete:
            twin.complete(n, symbol)
    check(messages, "deep10", twin, tmp_path_factory.mktemp("deep"))


quote_updates = st.tuples(
    st.sampled_from(["ABC", "DEF"]), st.integers(0, 2), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2)
)


@settings(deadline=None, max_examples=15)
@given(st.lists(quote_updates, min_size=1, max_size=30))
def test_books_of_tops_have_one_level_a_side(
    tmp_path_factory: pytest.TempPathFactory, updates: list[tuple[str, int, int, int, int]]
) -> None:
    twin, messages = Twin(), []
    for n, (symbol, bid_shares, bid, ask, ask_shares) in enumerate(updates, 1):
        messages.append(packets.tops_quote(symbol, bid_shares, bid, ask, ask_shares))
        twin.of(symbol).update(B={bid: bid_shares} if bid_shares else {}, S={ask: ask_shares} if ask_shares else {})
        twin.complete(n, symbol)
    check(messages, "tops", twin, tmp_path_factory.mktemp("tops"))


def test_best_quotes_after_every_message_do_not_move_within_an_event(tmp_path: Path) -> None:
    level = packets.deep_level
    messages = [
        level("B", "ABC", 5, 100),
        level("B", "ABC", 0, 100, flags=0),
        packets.iex_trade("ABC", 5, 100),
        level("B", "DEF", 1, 1),
        level("B", "ABC", 8, 80),
    ]
    rows = ph.best_quotes(written(tmp_path / "day.pcap", messages, "deep10"), "ABC", every_message=True)
    assert rows[["n", "bid", "bid_shares"]].tolist() == [(1, 100, 5), (2, 100, 5), (3, 100, 5), (5, 80, 8)]
    with pytest.raises(ph.ArgumentError, match="feed deep10 knows names only"):
        ph.best_quotes(tmp_path / "day.pcap", 1)
    with pytest.raises(ph.InputError, match="names the symbol 'XYZ'; it has ABC, DEF"):
        ph.best_quotes(tmp_path / "day.pcap", "XYZ")


def test_a_session_after_the_end_of_the_last_begins_with_empty_books(tmp_path: Path) -> None:
    level, tp = packets.deep_level, packets.iex_tp
    end = struct.pack("<cBq", b"S", ord("C"), 1)
    first = tp([level("B", "ABC", 1, 100)], 1, 0)
    second_day = tp([level("S", "ABC", 2, 105)], 1, 0, session=2)
    payloads = [first, first, tp([end], 2, 32), tp([], 3, 44), second_day, first[:20]]
    path = tmp_path / "days.pcap"
    path.write_bytes(packets.pcap([packets.frame(one) for one in payloads]))
    book = ph.OrderBook("deep10", events=["quotes"]).replay(path)
    assert (book.bid, book.ask, book.messages, book.warnings) == ((0, 0), (105, 2), 3, [])
    assert book.malformed == {"iex_tp_short": 1}
    assert quotes_in(book) == [(1, 100, 1, 0, 0), (3, 0, 0, 0, 0), (3, 0, 0, 105, 2)]
    assert [book.at(n).bid for n in range(4)] == [(0, 0), (100, 1), (100, 1), (0, 0)]
    records = ph.read_capture(path)
    assert (records.duplicates, records.heartbeats, records.malformed) == (1, 1, {"iex_tp_short": 1})
    rows = ph.best_quotes(path, "ABC")
    assert rows[["n", "bid", "ask"]].tolist() == [(1, 100, 0), (3, 0, 105)]


def test_what_a_capture_lacks_is_told(tmp_path: Path) -> None:
    level, tp = packets.deep_level, packets.iex_tp
    one = [level("B", "ABC", 1, 100)]
    for payloads, told in (
        ([tp(one, 1, 0), tp(one, 4, 96)], "2 messages are missing"),
        ([tp(one, 1, 0), tp(one, 2, 33)], "the stream of bytes in .* broke off 1 times"),
        ([tp(one, 1, 0), tp(one, 1, 0, session=2)], "1 sessions of .* began beside others"),
    ):
        path = tmp_path / "day.pcap"
        path.write_bytes(packets.pcap([packets.frame(payload) for payload in payloads]))
        with pytest.warns(ph.InputWarning, match=told):
            assert ph.read_capture(path).messages == 2


@pytest.mark.parametrize("feed", ["deep10", "tops", "raw"])
def test_room_for_levels_grows_with_messages(feed: str) -> None:
    book, count = ph.OrderBook(feed), 1_500
    for number in range(count):
        name = f"S{number}"
        book.apply(
            {
                "deep10": packets.deep_level("B", name, 1, 5),
                "tops": packets.tops_quote(name, 1, 5, 6, 1),
                "raw": packets.raw(name, 5, 1, 0),
            }[feed]
        )
    assert book.counts["lost_to_full_books"] == 0
    assert sum(sum(book[number].levels) for number in range(count + 1)) == (2 * count if feed == "tops" else count)


def test_shares_that_no_wire_can_carry_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "day.pcap", [packets.tops_quote("ABC", 1, 2, 3, 4)], "tops")
    for field in ("bid_shares", "ask_shares"):
        table = ph.read_capture(path)["Q"].copy()
        table[field] = 2**32
        with pytest.raises(ph.ArgumentError, match=f"an update of {2**32} shares"):
            ph.OrderBook("tops").apply(table)


@needs_captures
def test_the_records_and_books_of_five_thousand_packets_of_deep() -> None:
    records = ph.read_capture(DEEP)
    assert {kind: len(table) for kind, table in records.items()} == {
        "P": 11594, "O": 11317, "H": 11311, "I": 11309, "8": 1526, "5": 1226, "T": 37, "D": 3, "S": 2,
    }  # fmt: skip
    assert (records.feed, records.messages, records.packets, records.heartbeats) == ("deep10", 48_325, 5000, 1264)
    assert (records.gaps, records.duplicates, records.malformed, records.warnings) == (0, 0, {}, [])
    trades = records["T"]
    assert (int(trades["shares"].sum()), len(set(trades["symbol"].tolist()))) == (2_947, 15)
    assert int(trades["shares"][trades["symbol"] == b"ACXP"].sum()) == 1_100
    replayed = ph.OrderBook("deep10", events=["quotes"]).replay(DEEP)
    by_records = ph.OrderBook("deep10", events=["quotes"])
    by_records.apply(records)
    for book in (replayed, by_records):
        levels = [sum(book[symbol].levels) for symbol in book.symbols]
        assert (sum(levels), sum(1 for count in levels if count)) == (838, 200)
        assert (book["ACXP"].bid, book["ACXP"].ask) == ((17700, 200), (17900, 200))
        assert set(book.counts.values()) == {0}
    quotes = ph.Engine(DEEP, log=None).run().quote_log
    fields = ["bid", "bid_shares", "ask", "ask_shares"]
    of_engine = quotes[quotes["locate"] == replayed.symbols["ACXP"]][fields].tolist()
    assert ph.best_quotes(DEEP, "ACXP")[fields].tolist() == of_engine
    assert len(of_engine) == 33


@needs_captures
def test_the_records_and_books_of_real_packets_of_tops() -> None:
    total: dict[str, int] = {}
    for path in sorted(TOPS_PACKETS.glob("*.pcap")):
        for kind, table in ph.read_capture(path).items():
            total[kind] = total.get(kind, 0) + len(table)
    assert total == {"A": 1, "D": 2, "H": 14, "O": 14, "P": 14, "Q": 14, "S": 2, "T": 1, "X": 1}
    path = TOPS_PACKETS / "QuoteUpdateMessage.pcap"
    book = ph.OrderBook("tops").replay(path)
    assert (book["ATSG"].bid, book["ATSG"].ask) == ((241900, 18773), (242500, 60677))
    quote = ph.read_capture(path)["Q"][0]
    assert quote[["symbol", "bid", "bid_shares", "ask", "ask_shares"]].item() == (
        b"ATSG", 241900, 18773, 242500, 60677,
    )  # fmt: skip
