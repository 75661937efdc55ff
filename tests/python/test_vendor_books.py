"""Order books against books that others made of real messages."""

from __future__ import annotations

import copy
import csv
import gzip
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.captures import FOLDER, needs_captures

import pyhft as ph

AAPL = FOLDER / "itch" / "aapl_20200130_premarket_10k.itch"


ARL = FOLDER / "itch" / "arl_20250717.itch.gz"


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


def levels_of(row: dict[str, str]) -> list[tuple[int, ...]]:
    """Take the ten levels of a row of the vendor's as those of `depth`."""
    return [
        tuple(
            value
            for side in ("bid", "ask")
            for value in (
                round(float(row[f"{side}_px_{i:02}"] or 0) * 10_000),
                int(row[f"{side}_sz_{i:02}"]),
                int(row[f"{side}_ct_{i:02}"]),
            )
        )
        for i in range(10)
    ]


@needs_captures
def test_ten_levels_are_the_vendors_in_every_row() -> None:
    """The file has 3,928 rows of 3,360 sequence numbers: 568 replaced orders have two rows under one number.

    The first of the two is the book without the order, the second the book with what came in its place. (Whoever counts
    the different values of the column with its heading comes to 3,361.)
    """
    with gzip.open(FOLDER / "databento" / "arl_20250717.itch.seq.gz", "rt") as lines:
        sequences = [int(line) for line in lines]
    rows: dict[int, list[dict[str, str]]] = {}
    with gzip.open(FOLDER / "databento" / "arl_20250717.mbp10.csv.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            rows.setdefault(int(row["sequence"]), []).append(row)
    assert (len(rows), sum(map(len, rows.values()))) == (3_360, 3_928)
    with gzip.open(ARL) as file:
        data = file.read()
    whole, by_message = ph.OrderBook().replay(ARL), ph.OrderBook()
    compared, at = 0, 0
    for n, sequence in enumerate(sequences, 1):
        message = data[at + 2 : at + 2 + int.from_bytes(data[at : at + 2], "big")]
        at += 2 + len(message)
        told = rows.get(sequence, [])
        if len(told) > 1:
            assert message[:1] == b"U"
            assert [row["action"] for row in told] == ["C", "A"]
            without = copy.copy(by_message)
            without.apply(b"D" + message[1:19])
            assert without.depth(10).tolist() == levels_of(told[0]), sequence
            compared += 1
        by_message.apply(message)
        if told and (n == len(sequences) or sequences[n] != sequence):
            assert by_message.depth(10).tolist() == levels_of(told[-1]), sequence
            compared += 1
            if n % 16 == 0:
                assert whole.at(n).depth(10).tolist() == levels_of(told[-1]), sequence
    assert compared == 3_928
