"""The arenas of a run: what they hold afterwards, and that trading goes on without them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import pyhft as ph


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("day") / "day.pcap"
    ph.generate.synthetic_day(path, seed=3, messages=60_000, symbols=20)
    return path


def run(day: Path, **settings: object) -> ph.Report:
    return ph.Engine(day, log=None, **settings).run()  # type: ignore[arg-type]


def test_the_quote_log_has_every_change_of_every_best_quote(day: Path) -> None:
    report = run(day)
    quotes = report.quote_log
    assert (np.diff(quotes["time_ns"]) >= 0).all()
    for book in report.books.values():
        own = quotes[quotes["locate"] == book.locate]
        assert len(own) == book.bbo_changes
        last = own[-1]
        assert ((last["bid"], last["bid_shares"]), (last["ask"], last["ask_shares"])) == (book.bid, book.ask)
        again = [[row[name].item() for name in ("bid", "bid_shares", "ask", "ask_shares")] for row in own]
        assert all(before != after for before, after in pairwise(again))
    # Messages about the whole market have locate 0, of which there is no book.
    assert len(quotes) == sum(book.bbo_changes for book in report.books.values()) + (quotes["locate"] == 0).sum()
    used = report.arenas["quotes"]
    assert (used["used"], used["capacity"], used["exhausted"]) == (len(quotes), 1_000_000, 0)


def test_the_signal_log_has_every_signal_with_its_outcome(day: Path) -> None:
    report = run(day, risk=ph.Risk(price_collar_bps=3))
    signals = report.signal_log
    assert len(signals) == report.signals == report.arenas["signals"]["used"]
    names, counts = np.unique(signals["outcome"], return_counts=True)
    outcomes = {name.decode(): int(count) for name, count in zip(names, counts, strict=True)}
    assert outcomes.pop("sent") == report.orders > 0
    assert outcomes == {rule: count for rule, count in report.rejected.items() if count}
    assert outcomes["price_collar"] > 0
    sent = signals[signals["outcome"] == b"sent"]
    assert list(sent["order_id"]) == list(range(1, report.orders + 1))
    assert not signals[signals["outcome"] != b"sent"]["order_id"].any()
    assert set(signals["side"]) == {0, 1}
    assert (signals["shares"] == 100).all()
    locates = {book.locate for book in report.books.values()}
    assert set(signals["locate"]) <= locates


def test_full_arenas_count_and_change_no_order(day: Path, tmp_path: Path) -> None:
    whole = run(day, orders=tmp_path / "whole.pcap")
    little = run(day, orders=tmp_path / "little.pcap", arenas=ph.Arenas(quotes=10, signals=3))
    none = run(day, orders=tmp_path / "none.pcap", arenas={"quotes": 0, "signals": 0, "huge_pages": "never"})
    sent = [(tmp_path / f"{name}.pcap").read_bytes() for name in ("whole", "little", "none")]
    assert sent[0] == sent[1] == sent[2]
    assert np.array_equal(little.quote_log, whole.quote_log[:10])
    assert np.array_equal(little.signal_log, whole.signal_log[:3])
    assert little.arenas["quotes"]["exhausted"] == len(whole.quote_log) - 10
    assert little.arenas["signals"]["exhausted"] == whole.signals - 3
    assert (len(none.quote_log), len(none.signal_log), set(none.arenas)) == (0, 0, {"orders"})
    assert "huge" not in none.arenas["orders"]["pages"]
    assert f"quotes 10 of 10 ({len(whole.quote_log) - 10:,} found no slot)" in str(little)
    assert little.to_dict()["arenas"] == little.arenas
    assert little.settings["arenas"] == {"orders": 100_000, "quotes": 10, "signals": 3, "huge_pages": "try"}


def test_orders_without_a_slot_are_unsent_and_counted(day: Path) -> None:
    report = run(day, arenas=ph.Arenas(orders=1))
    lost = report.arenas["orders"]["exhausted"]
    assert lost == report.counters["unsent"] == report.signals - report.orders > 0
    assert report.arenas["orders"]["used"] == report.arenas["orders"]["capacity"] == 1
    assert (report.signal_log["outcome"] == b"unsent").sum() == lost


def test_a_log_outlives_its_run_and_its_report(day: Path) -> None:
    quotes = run(day).quote_log
    checksum = int(quotes["bid"].sum())
    run(day)
    assert int(quotes["bid"].sum()) == checksum
    assert quotes.flags.owndata


def test_wrong_arenas_are_named(day: Path) -> None:
    for settings, error, words in (
        ({"orders": 0}, ph.ArgumentError, "orders is 0"),
        ({"quotes": -1}, ph.ArgumentError, "quotes is -1"),
        ({"signals": 1.5}, ph.ArgumentTypeError, r"signals is 1\.5"),
        ({"huge_pages": "maybe"}, ph.ArgumentError, "'maybe'"),
        ({"trades": 1}, ph.ArgumentError, "'trades'"),
        ({"quotes": 2**32}, ph.HostError, "more than this host's memory"),
    ):
        with pytest.raises(error, match=words):
            run(day, arenas=settings)
