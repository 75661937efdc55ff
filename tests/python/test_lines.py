"""Two lines of one feed, what both lost asked for again, and the feed's health: captures, and sockets on this host."""

from __future__ import annotations

import gzip
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.captures import FOLDER, needs_captures
from support.lines import UDP_HEADERS, Retransmitter, blocks_of, capture
from support.packets import add, delete, frame, moldudp64, raw, read_pcap

import pyhft as ph

LAG_NS = 20_000
Frames = list[tuple[int, bytes]]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    path = tmp_path_factory.mktemp("day") / "day.pcap"
    ph.generate.synthetic_day(path, seed=11, messages=20_000, symbols=12)
    return read_pcap(path.read_bytes())


@pytest.fixture(scope="module")
def lossless(day: Frames, tmp_path_factory: pytest.TempPathFactory) -> ph.Report:
    path = tmp_path_factory.mktemp("lossless") / "day.pcap"
    path.write_bytes(capture(day))
    return ph.Engine(path, log=None).run(digests=True)


def written(folder: Path, **lines: Frames) -> list[Path]:
    paths = []
    for name, frames in lines.items():
        (folder / f"{name}.pcap").write_bytes(capture(frames))
        paths.append(folder / f"{name}.pcap")
    return paths


def without(frames: Frames, lost: set[int], lag_ns: int = 0) -> Frames:
    return [(at + lag_ns, bytes_) for number, (at, bytes_) in enumerate(frames) if number not in lost]


def signals_of(report: ph.Report, *more: str) -> list[Any]:
    return np.asarray(report.signal_log[["price", "shares", "locate", "side", *more]]).tolist()


def two_losses(day: Frames, seed: int) -> tuple[set[int], set[int]]:
    """Packets that A and that B lost: never one beside another, nor the same."""
    chosen = random.Random(seed).sample(range(0, len(day), 4), len(day) // 20)
    return set(chosen[::2]), set(chosen[1::2])


class TestCaptures:
    def test_what_one_line_loses_is_seen_nowhere_but_with_the_line(
        self, day: Frames, lossless: ph.Report, tmp_path: Path
    ) -> None:
        lost_by_a, lost_by_b = two_losses(day, 1)
        lines = written(tmp_path, a=without(day, lost_by_a), b=without(day, lost_by_b, LAG_NS))
        report = ph.Engine(lines, log=None).run(digests=True)
        assert report.books == lossless.books
        assert report.messages == lossless.messages
        assert signals_of(report, "order_id", "outcome") == signals_of(lossless, "order_id", "outcome")
        assert (report.orders, report.gaps, report.rejected) == (lossless.orders, 0, lossless.rejected)
        assert report.warnings == []
        assert report.health is not None
        a, b = report.health.lines
        assert (a.packets, b.packets) == (len(day) - len(lost_by_a), len(day) - len(lost_by_b))
        assert a.firsts + b.firsts == sum(lossless.messages.values())
        assert a.messages + b.messages == a.firsts + b.firsts + report.counters["duplicates"]
        assert (a.state, b.state) == ("ended", "ended")
        assert a.missing > 0
        assert b.missing > 0
        assert b.firsts == a.missing  # it brought what the other lost, and nothing else first
        assert b.behind_ns["p50"] == pytest.approx(LAG_NS, rel=0.002)
        assert report.health.held.holes > 0
        assert report.health.held.now == report.health.held.declared == 0
        assert report.health.recovery is None

    def test_the_order_in_which_the_lines_are_given_changes_nothing(
        self, day: Frames, lossless: ph.Report, tmp_path: Path
    ) -> None:
        lost_by_a, lost_by_b = two_losses(day, 2)
        lines = written(tmp_path, b=without(day, lost_by_b, LAG_NS), a=without(day, lost_by_a))
        assert ph.Engine(lines, log=None).run(digests=True).books == lossless.books

    def test_what_both_lose_is_a_gap_and_stops_the_orders(
        self, day: Frames, lossless: ph.Report, tmp_path: Path
    ) -> None:
        lost = next(n for n in range(len(day) // 2, len(day)) if blocks_of(day[n][1][UDP_HEADERS:]))
        lines = written(tmp_path, a=without(day, {lost}), b=without(day, {lost}, LAG_NS))
        report = ph.Engine(lines, log=None, hold={"ns": 50_000}).run()
        number = int.from_bytes(day[lost][1][UDP_HEADERS + 10 : UDP_HEADERS + 18], "big")
        assert report.gaps > 0
        assert report.health is not None
        assert report.health.held.declared == 1
        assert report.health.books_stale == ph.health.BookHealth(True, "gap", number)
        assert {(book.stale, book.stale_since) for book in report.books.values()} == {("gap", number)}
        before = int((lossless.signal_log["time_ns"] < day[lost][0]).sum())
        assert report.orders == before
        assert report.rejected["stale_book"] == report.signals - before > 0
        assert any("no book is trusted" in warning for warning in report.warnings)
        assert "stale" in str(report)

    def test_while_a_hole_is_half_filled_no_order_goes_out(
        self, day: Frames, lossless: ph.Report, tmp_path: Path
    ) -> None:
        """A loses the packet of an order and the one behind it, which B brings when A has long gone on."""
        at = int(lossless.signal_log["time_ns"][5])
        lost = next(number for number, (stamp, _) in enumerate(day) if stamp == at)
        behind = next(number for number in range(lost + 1, len(day)) if blocks_of(day[number][1][UDP_HEADERS:]))
        lag_ns = day[behind + 1][0] + 1_000 - at  # by then A has sent the next one
        lines = written(tmp_path, a=without(day, {lost, behind}), b=without(day, set(), lag_ns))
        report = ph.Engine(lines, log=None, hold={"ns": 60 * 10**9}).run(digests=True)
        assert report.books == lossless.books
        outcomes = report.signal_log["outcome"].tolist()
        assert outcomes[5] == b"stale_book"
        assert outcomes.count(b"stale_book") == int((lossless.signal_log["time_ns"] == at).sum())
        assert report.gaps == 0

    @needs_captures
    def test_real_packets_of_iex_tp(self, tmp_path: Path) -> None:
        path = FOLDER / "iex/deep_20231002_5k_packets.pcap.gz"
        frames = read_pcap(gzip.decompress(path.read_bytes()))
        lost_by_a, lost_by_b = two_losses(frames, 4)
        lines = written(tmp_path, a=without(frames, lost_by_a), b=without(frames, lost_by_b, LAG_NS))
        whole, report = ph.Engine(path, log=None).run(digests=True), ph.Engine(lines, log=None).run(digests=True)
        assert report.books == whole.books
        assert (report.messages, report.gaps) == (whole.messages, 0)
        assert report.health is not None
        assert all(line.missing > 100 for line in report.health.lines)

    def test_lines_of_a_feed_without_numbers_are_refused(self, tmp_path: Path) -> None:
        of_raw = [(1, frame(raw("ABC", 1_000_000, 5, 0), 26400))]
        lines = written(tmp_path, a=of_raw, b=of_raw)
        with pytest.raises(ph.ArgumentError, match="'raw' doesn't number its messages"):
            ph.Engine(lines, log=None, feed="raw").run()

    def test_the_command_takes_lines(self, day: Frames, lossless: ph.Report, tmp_path: Path) -> None:
        lost_by_a, lost_by_b = two_losses(day, 3)
        a, b = written(tmp_path, a=without(day, lost_by_a), b=without(day, lost_by_b, LAG_NS))
        command = [sys.executable, "-m", "pyhft", "run", str(a), "--line", str(b), "--log", "none", "--json", "-"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        report = json.loads(done.stdout)
        assert report["input"]["gaps"] == 0
        assert report["orders"] == lossless.orders
        assert [line["firsts"] > 0 for line in report["feed"]["health"]["lines"]] == [True, True]
        assert re.search(r"held back +0 packets now", done.stderr)
        alone = subprocess.run([*command[:4], "--line", str(b)], capture_output=True, text=True, check=False)
        assert (alone.returncode, "name the first line" in alone.stderr) == (2, True)
        no_server = subprocess.run([*command, "--recovery-from-start"], capture_output=True, text=True, check=False)
        assert (no_server.returncode, "given without --recovery" in no_server.stderr) == (2, True)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"port": []}, "port is a list of 0; give 1 to 4 lines"),
        ({"port": ["udp:127.0.0.1:5"] * 2}, "is given as two lines"),
        ({"port": ["udp:127.0.0.1:5", "pyproject.toml"]}, "'pyproject.toml' is a file and udp:127.0.0.1:5 a port"),
        ({"port": ["pyproject.toml"] * 2}, "give each a file of its own"),
        ({"recovery": "udp:127.0.0.1:5"}, "a file doesn't wait for it"),
        ({"recovery": "tcp:127.0.0.1:5"}, "name it as 'udp:IP:PORT'"),
        ({"recovery": {"server": "udp:127.0.0.1:5", "tries": 0}}, "tries is 0; it must be from 1 to 1000"),
        ({"recovery": {"server": "udp:127.0.0.1:5", "timeout_ns": 5}}, "timeout_ns is 5"),
        ({"hold": {"ns": -1}}, "ns is -1; it must be from 0"),
        ({"hold": {"packets": 0}}, "packets is 0; it must be from 1"),
    ],
)
def test_what_cant_be_is_refused_with_the_remedy(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ph.ArgumentError, match=re.escape(words)):
        ph.Engine(**{"feed": "itch50", "risk": {"kill_switch": True}, **settings})


# Sockets


class Lines:
    """Sends on two lines; an engine listens."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ports = []
        probes = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
            self.ports.append(probe.getsockname()[1])
        for probe in probes:
            probe.close()
        self.names = [f"udp:127.0.0.1:{port}" for port in self.ports]

    def send(self, line: int, packet: bytes) -> None:
        self._socket.sendto(packet, ("127.0.0.1", self.ports[line]))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def lines() -> Iterator[Lines]:
    both = Lines()
    yield both
    both.close()


def test_a_feed_that_isnt_asked_by_requests_has_no_recovery(lines: Lines) -> None:
    engine = ph.Engine(lines.names, feed="tops", risk={"kill_switch": True}, log=None, recovery="udp:127.0.0.1:5")
    with pytest.raises(ph.ArgumentError, match="'tops' comes by iex_tp, which is recovered otherwise"):
        engine.run()


class Running:
    """An engine in a thread of its own."""

    def __init__(self, engine: ph.Engine, **limits: Any) -> None:
        self.engine = engine
        self.report: ph.Report | None = None
        started = threading.Event()

        def run() -> None:
            self.report = engine.run(progress=lambda *_: started.set(), **limits)

        self._thread = threading.Thread(target=run)
        self._thread.start()
        assert started.wait(30)

    def until(self, holds: Callable[[ph.FeedHealth], bool]) -> ph.FeedHealth:
        end = time.monotonic() + 30
        while not holds(health := self.engine.feed.health):
            assert time.monotonic() < end, health
            time.sleep(0.002)
        return health

    def ended(self) -> ph.Report:
        self.engine.stop()
        self._thread.join()
        assert self.report is not None
        return self.report


def live_engine(lines: Lines, **settings: Any) -> ph.Engine:
    return ph.Engine(
        lines.names, feed="itch50", log=None, order_destination="127.0.0.1:9",
        hold={"ns": 5_000_000}, **settings,
    )  # fmt: skip


def test_two_lossy_lines_and_a_server_give_the_books_and_signals_of_one_without_loss(
    day: Frames, lossless: ph.Report, lines: Lines
) -> None:
    packets = [bytes_[UDP_HEADERS:] for _, bytes_ in day]
    choice = random.Random(5)
    lost = [{n for n in range(1, len(packets)) if choice.random() < 0.1} for _ in range(2)]
    both = lost[0] & lost[1] - {len(packets) - 1}
    assert both
    with Retransmitter(packets, deaf=2) as server:
        run = Running(live_engine(lines, recovery={"server": server.name, "timeout_ns": 20_000_000}))
        for number, packet in enumerate(packets):
            for line in (0, 1):
                if number not in lost[line] or number == len(packets) - 1:
                    lines.send(line, packet)
            if number % 20 == 0:
                time.sleep(0.001)
        total = sum(lossless.messages.values())
        health = run.until(lambda now: sum(line.firsts for line in now.lines) + now_recovered(now) >= total)
        health = run.until(lambda now: now.held.now == 0 and now.recovery is not None and not now.recovery.asking)
        assert not health.books_stale.stale
        report = run.ended()
    assert {name: replace(book, bbo_trace_sha256=None, depth_sha256=None) for name, book in lossless.books.items()} == (
        report.books
    )
    assert report.messages == lossless.messages
    assert signals_of(report) == signals_of(lossless)
    assert report.gaps == 0
    assert not any(book.stale for book in report.books.values())
    assert report.health is not None
    assert (seen := report.health.recovery) is not None
    assert seen.messages > 0
    assert seen.timeouts >= 2
    assert (seen.given_up, seen.unsent) == (0, 0)
    assert seen.requests == len(server.requests)
    assert report.orders + report.rejected["stale_book"] == report.signals


def now_recovered(health: ph.FeedHealth) -> int:
    return 0 if health.recovery is None else health.recovery.messages


MESSAGES = [add(1, "B", 100, 999_900), add(2, "S", 200, 1_000_100), add(3, "B", 5, 1_000_000), delete(1)]


def test_health_tells_of_a_hole_while_it_is_open_and_that_books_are_trusted_once_it_is_filled(lines: Lines) -> None:
    packets = [moldudp64([message], number) for number, message in enumerate(MESSAGES, 1)]
    with Retransmitter(packets, deaf=10**9) as server:
        engine = live_engine(lines, recovery={"server": server.name, "timeout_ns": 2_000_000, "tries": 1_000})
        with pytest.raises(ph.ArgumentError, match="has not run"):
            _ = engine.feed.health
        run = Running(engine)
        health = engine.feed.health
        assert [line.state for line in health.lines] == ["waiting", "waiting"]
        assert health.books == {}
        for line in (0, 1):
            lines.send(line, packets[0])
        run.until(lambda now: sum(line.duplicates for line in now.lines) == 1)
        lines.send(0, packets[3])
        health = run.until(lambda now: now.recovery is not None and now.recovery.timeouts > 2)
        assert [line.state for line in health.lines] == ["live", "live"]
        assert (health.held.now, health.held.holes, health.lines[0].missing) == (1, 1, 2)
        assert health.recovery is not None
        assert health.recovery.asking
        assert health.recovery.replies == 0
        assert health.books == {"TEST": ph.health.BookHealth()}
        server.hear()
        health = run.until(lambda now: now.held.now == 0)
        report = run.ended()
    assert report.messages == {"A": 3, "D": 1}
    assert report.books["TEST"].bid == (1_000_000, 5)
    assert (report.gaps, report.books["TEST"].stale) == (0, None)
    assert (2, 2) in server.requests
    assert engine.feed.health == report.health


def test_a_server_that_is_given_up_leaves_a_gap(lines: Lines) -> None:
    with Retransmitter([], deaf=0) as server:
        run = Running(live_engine(lines, recovery={"server": server.name, "timeout_ns": 1_000_000, "tries": 3}))
        lines.send(0, moldudp64([MESSAGES[0]], 1))
        lines.send(1, moldudp64([MESSAGES[1]], 4))
        health = run.until(lambda now: now.books_stale.stale)
        assert health.books_stale == ph.health.BookHealth(True, "gap", 2)
        assert health.recovery is not None
        assert (health.recovery.given_up, health.recovery.timeouts, health.recovery.asking) == (1, 3, False)
        report = run.ended()
    assert report.gaps == 2
    assert server.requests == [(2, 2)] * 3


def test_a_session_that_is_joined_late_is_recovered_from_its_start(lines: Lines) -> None:
    packets = [moldudp64([message], number) for number, message in enumerate(MESSAGES, 1)]
    with Retransmitter(packets) as server:
        run = Running(live_engine(lines, recovery={"server": server.name, "from_start": True}))
        lines.send(1, packets[3])
        run.until(lambda now: now.lines[1].packets == 1 and now.held.now == 0)
        report = run.ended()
    assert report.messages == {"A": 3, "D": 1}
    assert report.feed["sessions"][0]["joined_at"] == 1
    assert report.warnings == []


def test_one_port_can_recover_too_and_takes_answers_of_the_server_alone(lines: Lines) -> None:
    packets = [moldudp64([message], number) for number, message in enumerate(MESSAGES, 1)]
    with Retransmitter(packets, lie=add(9, "B", 100, 1_234_500)) as server:
        lines.names.pop()
        run = Running(live_engine(lines, recovery=server.name))
        for number in (0, 3):
            lines.send(0, packets[number])
        health = run.until(lambda now: now.recovery is not None and now.recovery.messages == 2 and now.held.now == 0)
        report = run.ended()
    assert (report.messages, report.gaps) == ({"A": 3, "D": 1}, 0)
    assert report.books["TEST"].bid == (1_000_000, 5)
    assert health.recovery is not None
    assert (health.recovery.replies, health.recovery.ignored) == (1, 0)


def test_a_line_that_never_comes_waits_and_misses_all(lines: Lines) -> None:
    run = Running(live_engine(lines))
    for number, message in enumerate(MESSAGES, 1):
        lines.send(1, moldudp64([message], number))
    lines.send(1, moldudp64([], 5, count=0xFFFF))
    health = run.until(lambda now: now.lines[1].state == "ended")
    report = run.ended()
    assert (report.messages, report.gaps) == ({"A": 3, "D": 1}, 0)
    assert report.health is not None
    assert [line.state for line in health.lines] == [line.state for line in report.health.lines] == ["waiting", "ended"]
    assert [line.missing for line in report.health.lines] == [4, 0]


def test_the_health_of_one_line(tmp_path: Path) -> None:
    """What an engine without lines and recovery tells: the same shape, and why books are stale."""
    first, second, third, _ = MESSAGES
    other = moldudp64([third], 7, b"OTHER".ljust(10))
    frames = [moldudp64([first], 1), moldudp64([first], 1), moldudp64([second], 2), other, moldudp64([third], 5)]
    (path,) = written(tmp_path, a=[(number + 1, frame(packet)) for number, packet in enumerate(frames)])
    engine = ph.Engine(path, log=None)
    report = engine.run()
    health = engine.feed.health
    (line,) = health.lines
    assert (line.packets, line.messages, line.firsts, line.duplicates, line.missing) == (5, 5, 4, 1, 2)
    assert (line.state, line.last_packet_ns) == ("ended", 5)
    assert health.books_stale == ph.health.BookHealth(True, "session", 7)
    assert report.books["TEST"].stale == "session"
    assert (health.recovery, health.held.most) == (None, 0)


def test_the_venues_lines_and_its_server_give_the_books_and_signals_of_the_day(lines: Lines, tmp_path: Path) -> None:
    day = {"seed": 4, "messages": 20_000, "symbols": 20}
    path = tmp_path / "day.pcap"
    ph.generate.synthetic_day(path, **day)
    whole = ph.Engine(path, log=None).run()
    venue = ph.Venue(
        day, lines=lines.names, requests="udp:127.0.0.1:0", loss=[0.05, 0.1], loss_burst=3, duplicates=0.02,
        reordered=0.02, delay=[0, 0.0005], packet_messages=[6, 9], packets_per_second=8_000, answer_loss=0.1,
        pre_open=0.2, end_of_session=1, heartbeat=0.1, seed=9,
    )  # fmt: skip
    with venue:
        recovery = {"server": venue.addresses["requests"], "timeout_ns": 20_000_000, "tries": 20}
        run = Running(live_engine(lines, recovery=recovery))
        health = run.until(
            lambda now: [line.state for line in now.lines] == ["ended"] * 2 and now.held.now == 0 and not asks(now)
        )
        report = run.ended()
    assert not health.books_stale.stale
    assert report.books == whole.books
    assert report.messages == whole.messages
    assert signals_of(report) == signals_of(whole)
    assert (report.gaps, report.warnings) == (0, [])
    assert report.health is not None
    assert (seen := report.health.recovery) is not None
    assert seen.messages > 0
    assert seen.given_up == 0
    assert all(line.missing > 0 for line in report.health.lines)


def asks(health: ph.FeedHealth) -> bool:
    return health.recovery is not None and health.recovery.asking
