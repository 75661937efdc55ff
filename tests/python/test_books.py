"""Order books from Python against a dict of lists, after every message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import packets
from support.slow_books import SlowBooks, actions, apply_slowly, message_of, replaced, same

import pyhft as ph


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
