"""Order books from Python: against a dict of lists, and against books that others made of real messages."""

from __future__ import annotations

import csv
import gzip
import hashlib
import struct
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import packets
from support.captures import FOLDER, needs_captures

import pyhft as ph
from pyhft import _core

AAPL = FOLDER / "itch" / "aapl_20200130_premarket_10k.itch"
ARL = FOLDER / "itch" / "arl_20250717.itch.gz"
LEVEL = ("bid", "bid_shares", "bid_orders", "ask", "ask_shares", "ask_orders")


# Messages, by the specification.


def head(kind: str, locate: int) -> bytes:
    return kind.encode() + struct.pack(">HH", locate, 0) + (5).to_bytes(6, "big")


def replaced(old: int, new: int, shares: int, price: int, locate: int = 7) -> bytes:
    return head("U", locate) + struct.pack(">QQII", old, new, shares, price)


def canceled(reference: int, shares: int, locate: int = 7) -> bytes:
    return head("X", locate) + struct.pack(">QI", reference, shares)


def executed_at(reference: int, shares: int, price: int, locate: int = 7) -> bytes:
    return head("C", locate) + struct.pack(">QIQcI", reference, shares, 1, b"Y", price)


class SlowBooks:
    """A dict of orders, in the order in which they stand; all else is found by looking at every one."""

    def __init__(self) -> None:
        self.orders: dict[int, list[int | str]] = {}  # locate, side, price, shares
        self.refused = dict.fromkeys(("unknown_refs", "duplicate_refs", "over_executions", "empty_orders"), 0)

    def add(self, locate: int, reference: int, side: str, shares: int, price: int) -> None:
        if shares == 0:
            self.refused["empty_orders"] += 1
        elif reference in self.orders:
            self.refused["duplicate_refs"] += 1
        else:
            self.orders[reference] = [locate, side, price, shares]

    def reduce(self, reference: int, shares: int) -> None:
        order = self.orders.get(reference)
        if order is None:
            self.refused["unknown_refs"] += 1
            return
        self.refused["over_executions"] += shares > order[3]
        order[3] -= shares  # type: ignore[operator]
        if order[3] <= 0:  # type: ignore[operator]
            del self.orders[reference]

    def remove(self, reference: int) -> None:
        if self.orders.pop(reference, None) is None:
            self.refused["unknown_refs"] += 1

    def replace(self, old: int, new: int, shares: int, price: int) -> None:
        order = self.orders.pop(old, None)
        if order is None:
            self.refused["unknown_refs"] += 1
        else:
            self.add(order[0], new, order[1], shares, price)  # type: ignore[arg-type]

    def queue(self, locate: int, side: str, price: int) -> list[tuple[int, int]]:
        return [(ref, o[3]) for ref, o in self.orders.items() if o[:3] == [locate, side, price]]  # type: ignore[misc]

    def depth(self, locate: int, levels: int) -> list[tuple[int, ...]]:
        sides = []
        for side, best_first in (("B", True), ("S", False)):
            prices = sorted({o[2] for o in self.orders.values() if o[:2] == [locate, side]}, reverse=best_first)
            rows = []
            for price in prices[:levels]:
                there = self.queue(locate, side, price)  # type: ignore[arg-type]
                rows.append((price, sum(shares for _, shares in there), len(there)))
            sides.append(rows + [(0, 0, 0)] * (levels - len(rows)))
        return [bid + ask for bid, ask in zip(*sides, strict=True)]  # type: ignore[operator]


locates = st.sampled_from([7, 8, 65_535])
references = st.one_of(st.integers(1, 12), st.sampled_from([0, 2**64 - 1, 2**63]))
shares_ = st.one_of(st.integers(0, 300), st.sampled_from([0, 1, 2**32 - 1]))
prices = st.one_of(st.integers(100, 106), st.sampled_from([0, 2**32 - 1]))
sides = st.sampled_from(["B", "S"])
actions = st.one_of(
    st.tuples(st.just("add"), locates, references, sides, shares_, prices),
    st.tuples(st.just("add"), locates, references, sides, shares_, prices),
    st.tuples(st.just("reduce"), references, shares_, st.sampled_from(["E", "C", "X"])),
    st.tuples(st.just("remove"), references),
    st.tuples(st.just("replace"), references, references, shares_, prices),
)


def message_of(action: tuple[Any, ...]) -> bytes:
    kind, *rest = action
    if kind == "add":
        locate, reference, side, shares, price = rest
        return packets.add(reference, side, shares, price, locate, f"SYM{locate}")
    if kind == "reduce":
        reference, shares, of = rest
        if of == "E":
            return packets.executed(reference, shares)
        return canceled(reference, shares) if of == "X" else executed_at(reference, shares, 55)
    return packets.delete(*rest) if kind == "remove" else replaced(*rest)


def apply_slowly(slow: SlowBooks, action: tuple[Any, ...]) -> None:
    getattr(slow, action[0])(*(action[1:3] if action[0] == "reduce" else action[1:]))


def same(book: ph.OrderBook, slow: SlowBooks) -> None:
    assert {name: book.counts[name] for name in slow.refused} == slow.refused
    assert book.orders == len(slow.orders)
    for locate in (7, 8, 65_535):
        one = book[locate]
        assert one.depth(5).tolist() == slow.depth(locate, 5)
        best = slow.depth(locate, 1)[0]
        assert (*one.bid, *one.ask) == (*best[:2], *best[3:5])
    for reference, (locate, side, price, shares) in slow.orders.items():
        found = book.order(reference)
        assert found is not None
        there = slow.queue(locate, side, price)  # type: ignore[arg-type]
        place = [ref for ref, _ in there].index(reference)
        ahead = there[:place]
        assert found == (reference, locate, side, price, shares, len(ahead), sum(s for _, s in ahead))
        assert book[locate].queue(side, price).tolist() == there  # type: ignore[index,arg-type]
        assert book[locate].level(side, price) == (sum(s for _, s in there), len(there))  # type: ignore[index,arg-type]


@settings(deadline=None, max_examples=60)
@given(st.lists(actions, max_size=60))
def test_books_equal_their_slow_twin_after_every_message(some: list[tuple[Any, ...]]) -> None:
    book, slow = ph.OrderBook("itch50", max_orders=64, max_levels=128), SlowBooks()
    view = book[7].view(5)
    for action in some:
        apply_slowly(slow, action)
        book.apply(message_of(action))
        same(book, slow)
        assert view.tolist() == slow.depth(7, 5)
    assert book.messages == len(some)
    again = ph.OrderBook("itch50")
    again.restore(book.snapshot())
    assert again.snapshot() == book.snapshot()
    assert (again.messages, again.symbols) == (book.messages, book.symbols)


@settings(deadline=None, max_examples=60)
@given(st.lists(actions, max_size=40), st.data())
def test_files_records_and_past_states_lead_to_the_same_books(
    tmp_path_factory: pytest.TempPathFactory, some: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("day") / "day.itch"
    messages = [packets.delete(1), *map(message_of, some)]
    path.write_bytes(packets.length_prefixed(messages))
    book = ph.OrderBook("itch50", max_orders=64, max_levels=128).replay(path)
    by_records = ph.OrderBook("itch50", max_orders=64, max_levels=128)
    by_records.apply(ph.read_itch(path))
    assert by_records.snapshot() == book.snapshot()
    assert (by_records.counts, by_records.symbols) == (book.counts, book.symbols)
    for n in data.draw(st.lists(st.integers(0, len(messages)), max_size=5)):
        slow = SlowBooks()
        for action in [("remove", 1), *some][:n]:
            apply_slowly(slow, action)
        past = book.at(n)
        assert past.messages == n
        same(past, slow)


@settings(deadline=None, max_examples=60)
@given(st.lists(actions, max_size=60))
def test_events_say_what_the_books_say(some: list[tuple[Any, ...]]) -> None:
    book = ph.OrderBook("itch50", events=["levels", "quotes", "trades"], max_orders=64, max_levels=128)
    levels: dict[tuple[int, bytes, int], tuple[int, int]] = {}
    quotes: dict[int, tuple[int, ...]] = {}
    for n, action in enumerate(some, 1):
        before = {locate: (*book[locate].bid, *book[locate].ask) for locate in (7, 8, 65_535)}
        order = book.order(action[1]) if action[0] == "reduce" else None
        book.apply(message_of(action))
        events = book.take_events()
        assert all((table["n"] == n).all() and (table["time"] <= 5).all() for table in events.values())
        for event in events["levels"]:
            key = (int(event["locate"]), bytes(event["side"]), int(event["price"]))
            levels[key] = (int(event["shares"]), int(event["orders"]))
        for event in events["quotes"]:
            quotes[int(event["locate"])] = tuple(event[["bid", "bid_shares", "ask", "ask_shares"]].item())
        changed = [x for x in before if before[x] != (*book[x].bid, *book[x].ask)]
        assert events["quotes"]["locate"].tolist() == changed
        trades = []
        if order is not None and action[3] != "X" and action[2] != 0:
            price = 55 if action[3] == "C" else order.price
            trades = [(price, min(action[2], order.shares), order.reference, order.side.encode())]
        assert events["trades"][["price", "shares", "reference", "side"]].tolist() == trades
    for (locate, side, price), standing in levels.items():
        assert book[locate].level(side.decode(), price) == standing
    for locate, quote in quotes.items():
        assert (*book[locate].bid, *book[locate].ask) == quote
    assert all(len(table) == 0 for table in book.take_events().values())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 4), st.integers(0, 3), st.integers(0, 1)), max_size=40))
def test_books_by_level_equal_a_dict(
    tmp_path_factory: pytest.TempPathFactory, some: list[tuple[str, int, int, int]]
) -> None:
    book = ph.OrderBook("raw", max_levels=64)
    levels: dict[tuple[str, int], dict[int, int]] = {}
    for symbol, price, shares, side in some:
        book.apply(packets.raw(symbol, price, shares, side))
        there = levels.setdefault((symbol, side), {})
        there[price] = shares
        if shares == 0:
            del there[price]
        bids = sorted(levels.get((symbol, 0), {}).items(), reverse=True)
        asks = sorted(levels.get((symbol, 1), {}).items())
        depth = book[symbol].depth(6)
        assert depth[["bid", "bid_shares"]].tolist() == bids + [(0, 0)] * (6 - len(bids))
        assert depth[["ask", "ask_shares"]].tolist() == asks + [(0, 0)] * (6 - len(asks))
        assert not depth["bid_orders"].any()
    if some:
        path = tmp_path_factory.mktemp("raw") / "day.pcap"
        path.write_bytes(packets.pcap([packets.frame(packets.raw(*one), 26400) for one in some]))
        replayed = ph.OrderBook("raw").replay(path)
        assert replayed.snapshot() == book.snapshot()
        by_records = ph.OrderBook("raw")
        by_records.apply(ph.read_capture(path))
        # The numbers of books are given out by name there, and by appearance here.
        for symbol in book.symbols:
            assert np.array_equal(by_records[symbol].depth(6), book[symbol].depth(6))
        series = ph.best_quotes(path, some[0][0], every_message=True)
        assert series["n"].tolist() == [n for n, one in enumerate(some, 1) if one[0] == some[0][0]]
        last = book[some[0][0]]
        assert series[-1][["bid", "bid_shares", "ask", "ask_shares"]].item() == (*last.bid, *last.ask)


# What is particular.


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.itch"
    path.write_bytes(
        packets.length_prefixed(
            [
                packets.add(1, "B", 100, 50, 7, "AAA"),
                packets.add(2, "S", 200, 60, 8, "BBB"),
                packets.add(3, "B", 5, 51, 7, "AAA"),
                packets.executed(3, 5, 7),
                b"Z",
                packets.delete(2, 8),
            ]
        )
    )
    return path


def test_of_several_instruments_one_must_be_named(day: Path) -> None:
    book = ph.OrderBook()
    assert book.bid == (0, 0)
    assert book.depth(3).tolist() == [(0,) * 6] * 3
    book.replay(day)
    assert book.symbols == {"AAA": 7, "BBB": 8}
    assert (book["AAA"].bid, book[7].bid, book["AAA"].ask) == ((50, 100), (50, 100), (0, 0))
    assert (book["AAA"].symbol, book[9].symbol, book["BBB"].locate) == ("AAA", "", 8)
    for ask in (lambda: book.bid, lambda: book.depth(), lambda: book["CCC"], lambda: book.queue("B", 5)):
        with pytest.raises(ph.ArgumentError, match=r"AAA, BBB; name one, as in book\['AAA'\]"):
            ask()
    assert repr(book) == "<OrderBook of itch50: 2 symbols, 1 orders, 6 messages>"
    assert repr(book["AAA"]) == "<SymbolBook AAA: bid (50, 100), ask (0, 0)>"
    assert book.malformed == {"unknown_type": 1}


def test_what_can_not_be_asked_or_applied_is_refused_by_name(day: Path) -> None:
    book = ph.OrderBook().replay(day)
    one = book["AAA"]
    for call, reason in (
        (lambda: book.at(-1), "message_index is -1; it must be from 0 to 6"),
        (lambda: book.at(7), "message_index is 7"),
        (lambda: book[65_536], "locate is 65536"),
        (lambda: book[-1], "locate is -1"),
        (lambda: one.depth(0), "levels is 0"),
        (lambda: one.view(10_001), "levels is 10001"),
        (lambda: one.level("bid", 5), "side is 'bid'"),
        (lambda: one.queue("B", 2**63), "price is"),
        (lambda: book.order(-1), "reference is -1"),
        (lambda: book.order(2**64), "reference is"),
        (lambda: book.apply(b""), "0 bytes that begin with b''"),
        (lambda: book.apply(packets.add(1, "B", 1, 1)[:-1]), r"35 bytes that begin with b'A'"),
        (lambda: book.apply(np.zeros(3)), "holds no records of feed itch50"),
        (lambda: ph.OrderBook("morse"), "feed is 'morse'"),
        (lambda: ph.OrderBook(events=["gaps"]), "name some of quotes, trades, levels"),
        (lambda: ph.OrderBook(events="quotes"), "in a list"),
        (lambda: ph.OrderBook(max_orders=0), "max_orders is 0"),
        (lambda: ph.OrderBook(max_levels=2**30 + 1), "max_levels is 1073741825"),
    ):
        with pytest.raises(ph.ArgumentError, match=reason):
            call()
    for call in (lambda: book[1.5], lambda: book[None], lambda: book.apply("A"), lambda: book.restore("x")):  # type: ignore[index,arg-type]
        with pytest.raises(ph.ArgumentTypeError):
            call()
    with pytest.raises(ph.InputError, match="can't be read as feed 'raw'"):
        ph.OrderBook("raw").replay(day)
    assert book.counts["lost_to_full_books"] == 0


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


def test_clear_takes_out_one_book_or_all(day: Path) -> None:
    book = ph.OrderBook().replay(day)
    book.apply(packets.add(4, "S", 1, 9, 8, "BBB"))
    view = book["AAA"].view(1)
    book["AAA"].clear()
    assert view.tolist() == [(0,) * 6]
    assert (book.orders, book["BBB"].ask) == (1, (9, 1))
    book.apply(packets.add(1, "B", 1, 1, 7, "AAA"))
    assert view.tolist() == [(1, 1, 1, 0, 0, 0)]
    book.clear()
    assert (book.orders, view.tolist()) == (0, [(0,) * 6])


def test_a_view_is_read_only_and_outlives_its_book(day: Path) -> None:
    book = ph.OrderBook()
    view = book[7].view(2)
    assert view.dtype.names == LEVEL
    book.replay(day)
    assert view["bid"].tolist() == [50, 0]
    with pytest.raises(ValueError, match="read-only"):
        view["bid"] = 5
    del book
    assert view["bid_shares"].tolist() == [100, 0]


def test_memory_is_bounded_and_told(tmp_path: Path) -> None:
    path = tmp_path / "many.itch"
    path.write_bytes(packets.length_prefixed(packets.add(n, "B", 1, n) for n in range(1, 3_001)))
    book = ph.OrderBook(max_orders=2_000, max_levels=9_000)
    with pytest.warns(ph.InputWarning, match=r"1,000 orders or levels .* raise max_orders \(2,000\)"):
        book.replay(path)
    assert (book.orders, book.counts["lost_to_full_books"]) == (2_000, 1_000)
    assert book.warnings
    assert book["TEST"].levels == (2_000, 0)
    assert 2_000 * 60 < book["TEST"].memory_bytes < book.memory_bytes
    small = ph.OrderBook()
    before = small.memory_bytes
    for n in range(5_000):
        small.apply(packets.add(n, "B", 1, 1))
    assert small.orders == 5_000
    assert before < small.memory_bytes < before + 5_000 * 200


def test_a_snapshot_that_was_cut_or_changed_is_refused_and_nothing_changes(day: Path) -> None:
    book = ph.OrderBook().replay(day)
    good = book.snapshot()
    for cut in range(0, len(good), 7):
        with pytest.raises(ph.InputError):
            book.restore(good[:cut])
        with pytest.raises(ph.InputError):
            book.restore(good[:cut] + bytes([good[cut] ^ 4]) + good[cut + 1 :])
    with pytest.raises(ph.InputError, match="of books of 'itch50', and these are of 'raw'"):
        ph.OrderBook("raw").restore(good)
    many = ph.OrderBook()
    for n in range(20):
        many.apply(packets.add(n, "B", 1, 1))
    with pytest.raises(ph.InputError, match="more orders than there is room for"):
        ph.OrderBook(max_orders=10).restore(many.snapshot())
    assert book.snapshot() == good


def test_several_threads_share_one_book(tmp_path: Path) -> None:
    path = tmp_path / "long.itch"
    one = [packets.add(n, "B", 1, 100 + n % 50) for n in range(100)] + [packets.delete(n) for n in range(100)]
    path.write_bytes(packets.length_prefixed(one) * 2_000)
    book = ph.OrderBook()
    done = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not done.is_set():
            depth = book[7].depth(60)
            if int(depth["bid_orders"].sum()) > 100 or book.orders > 100:
                wrong.append(depth)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    book.replay(path)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert (book.messages, book.orders) == (400_000, 0)


def test_best_quotes_of_an_unknown_instrument_are_refused_with_those_there_are(day: Path) -> None:
    with pytest.raises(ph.InputError, match="names the symbol 'CCC'; it has AAA, BBB"):
        ph.best_quotes(day, "CCC")
    with pytest.raises(ph.InputError, match="is of stock locate 9"):
        ph.best_quotes(day, 9)
    for symbol in ("", "  ", "NINELONGS"):
        with pytest.raises(ph.ArgumentError, match="a name has 1 to 8 characters"):
            ph.best_quotes(day, symbol)
    with pytest.raises(ph.ArgumentTypeError):
        ph.best_quotes(day, 1.5)  # type: ignore[arg-type]
    assert ph.best_quotes(day, "AAA").tolist() == [
        (1, 1, 50, 100, 0, 0, 7),
        (3, 1, 51, 5, 0, 0, 7),
        (4, 1, 50, 100, 0, 0, 7),
    ]
    assert len(ph.best_quotes(day, 8, every_message=True)) == 2


# Books that others made.


def trace_digest(rows: np.ndarray[Any, Any]) -> str:
    lines = (f"{n}|{bid}|{bs}|{ask}|{as_}\n" for n, _, bid, bs, ask, as_, _ in rows.tolist())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def depth_digest(one: ph.SymbolBook) -> str:
    text = ""
    for letter, side, levels in zip("BS", ("bid", "ask"), one.levels, strict=True):
        rows = one.depth(max(levels, 1))[[side, f"{side}_shares", f"{side}_orders"]][:levels]
        text += "".join(f"{letter}|{price}|{shares}|{orders}\n" for price, shares, orders in rows.tolist())
    return hashlib.sha256(text.encode()).hexdigest()


@needs_captures
@pytest.mark.parametrize("path", [AAPL, FOLDER / "moldudp64" / "aapl_20200130_premarket_10k.moldudp64.pcap.gz"])
def test_the_books_of_aapl(path: Path) -> None:
    book = ph.OrderBook("itch50").replay(path)
    assert (book.bid, book.ask, book.orders, book.levels) == ((3201400, 25), (3203000, 100), 215, (79, 63))
    assert set(book.counts.values()) == {0}
    assert (book.at(1_001).bid, book.at(1_001).ask) == ((3215000, 60), (3216700, 4))
    assert (book.at(5_000).bid, book.at(5_000).ask) == ((3208000, 30), (3214000, 100))
    assert depth_digest(book[13]) == "4dff246f51fea4439678639b3b045cb36454e5471850dab41e4c29338557db9a"
    whole = ph.best_quotes(path, "AAPL", every_message=True)
    assert trace_digest(whole) == "4033c713baa1a0bab82fe916f18ce8977193b204d8dfc1ef5af5531fad8c8b05"
    assert len(ph.best_quotes(path, 13)) == 2_793


@needs_captures
@pytest.mark.parametrize("path", [ARL, FOLDER / "moldudp64" / "arl_20250717.moldudp64.pcap.gz"])
def test_the_books_of_arl(path: Path) -> None:
    book = ph.OrderBook("itch50").replay(path)
    assert (book.bid, book.ask, book.orders, book.levels) == ((98500, 400), (162500, 60), 6, (3, 3))
    quotes = {
        1: (130400, 2, 136100, 15),
        2: (131100, 100, 137900, 2),
        3: (124800, 2, 132500, 50),
        4: (122600, 2, 127000, 30),
    }
    for thousands, quote in quotes.items():
        past = book.at(1_000 * thousands)
        assert (*past.bid, *past.ask) == quote
    assert depth_digest(book["ARL"]) == "97306fb63da927ad95ebfa65a1bca23475526b29ab5c885f83fab18a514282fa"
    whole = ph.best_quotes(path, "ARL", every_message=True)
    assert trace_digest(whole) == "57c0108effdff5c24d1c66cb80fe997a4f73b8c266f53a022c01899129bd631d"
    assert len(ph.best_quotes(path, 1108)) == 819


@needs_captures
def test_ten_levels_are_the_vendors_at_every_sequence_number() -> None:
    with gzip.open(FOLDER / "databento" / "arl_20250717.itch.seq.gz", "rt") as lines:
        last_message = {int(sequence): n for n, sequence in enumerate(lines, 1)}
    with gzip.open(FOLDER / "databento" / "arl_20250717.mbp10.csv.gz", "rt") as lines:
        rows = {int(row["sequence"]): row for row in csv.DictReader(lines)}  # the last of each sequence number
    book = ph.OrderBook().replay(ARL)
    for sequence, row in rows.items():
        levels = []
        for i in range(10):
            for side in ("bid", "ask"):
                price = row[f"{side}_px_{i:02}"]
                levels += [
                    round(float(price) * 10_000) if price else 0,
                    int(row[f"{side}_sz_{i:02}"]),
                    int(row[f"{side}_ct_{i:02}"]),
                ]
        assert [value for level in book.at(last_message[sequence]).depth(10).tolist() for value in level] == levels, (
            sequence
        )
    assert len(rows) == 3_360


def test_replaced_orders_find_room_for_their_levels(tmp_path: Path) -> None:
    count, path = 3_000, tmp_path / "day.itch"
    added = [packets.add(number, "B", 1, 1_000) for number in range(count)]
    moved = [replaced(number, count + number, 1, 1_000 + number) for number in range(count)]
    path.write_bytes(packets.length_prefixed(added + moved))
    records, book = ph.read_itch(path), ph.OrderBook("itch50")
    for at in range(0, count, 500):
        book.apply(records["A"][at : at + 500])
    book.apply(records["U"])
    assert (book.orders, book.levels, book.counts["lost_to_full_books"]) == (count, (count, 0), 0)


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


@pytest.mark.parametrize(
    ("field", "dtype", "value"),
    [
        ("side", "U1", "B"),
        ("side", "O", b"B"),
        ("side", "S1", b"Q"),
        ("price", "f8", np.nan),
        ("price", "O", 2**80),
        ("locate", "i8", 2**32 + 7),
        ("reference", "i8", -1),
        ("shares", "f8", 1.5),
        ("stock", "U8", "TEST"),
        ("n", "(2,)i8", 1),
    ],
)
def test_records_of_other_fields_are_refused(field: str, dtype: str, value: object, day: Path) -> None:
    table = ph.read_itch(day)["A"]
    other = np.empty(1, [(name, dtype if name == field else table.dtype[name]) for name in table.dtype.names or ()])
    for name in set(other.dtype.names or ()) - {field}:
        other[name] = table[name][:1]
    other[field] = value
    book = ph.OrderBook("itch50")
    with pytest.raises(ph.ArgumentError, match=field if field != "side" else "side|order of"):
        book.apply(other)
    assert (book.orders, book.messages, book.symbols) == (0, 0, {})
    book.apply(table[:1].astype(table.dtype.newbyteorder(">")))
    assert book.orders == 1


def test_events_are_given_in_a_list() -> None:
    with pytest.raises(ph.ArgumentTypeError, match="in a list"):
        ph.OrderBook(events=7)  # type: ignore[arg-type]


def test_names_padded_with_zero_bytes_are_those_padded_with_blanks(tmp_path: Path) -> None:
    path = tmp_path / "day.pcap"
    message = packets.raw("AB\0\0\0\0\0\0", 1_000, 5, 0)
    path.write_bytes(packets.pcap([packets.frame(message, 26400)]))
    book = ph.OrderBook("raw").replay(path)
    restored = ph.OrderBook("raw")
    restored.restore(book.snapshot())
    for one in (book, restored):
        one.apply(ph.read_capture(path))
        one.apply(packets.raw("AB", 1_000, 7, 0))
        assert (one.symbols, one.bid) == ({"AB": 1}, (1_000, 7))
    assert ph.best_quotes(path, "AB")["bid_shares"].tolist() == [5]


def test_a_symbol_of_no_bytes_is_not_taken_for_another(tmp_path: Path) -> None:
    path = tmp_path / "day.itch"
    path.write_bytes(packets.length_prefixed([packets.add(1, "B", 1, 1_000, stock="?")]))
    assert len(ph.best_quotes(path, "?")) == 1
    with pytest.raises(ph.ArgumentError, match="of one byte each"):
        ph.best_quotes(path, "€")


def test_the_first_name_stays_whatever_type_of_record_tells_it(tmp_path: Path) -> None:
    path = tmp_path / "day.itch"
    second = packets.add(2, "B", 1, 1_000, stock="SECOND")
    first = b"F" + packets.add(1, "B", 1, 1_000, stock="FIRST")[1:] + b"MPID"
    path.write_bytes(packets.length_prefixed([first, second]))
    book = ph.OrderBook("itch50")
    book.apply(ph.read_itch(path))
    assert book.symbols == ph.OrderBook("itch50").replay(path).symbols == {"FIRST": 7}


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
