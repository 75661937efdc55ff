"""The simulated venue over the loopback interface: its lines and its answers, read by plain sockets."""

from __future__ import annotations

import gzip
import json
import math
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.packets import add, datagrams, length_prefixed

import pyhft as ph
from pyhft.cli import main


class Receiver:
    """A socket for each line and one for requests; what came by the numbers of the messages."""

    def __init__(self) -> None:
        self.sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
        for each in self.sockets:
            each.bind(("127.0.0.1", 0))
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
            each.setblocking(False)
        self.messages: dict[int, bytes] = {}
        self.next = 1
        self.ended: set[int] = set()

    @property
    def lines(self) -> list[str]:
        return [f"udp:127.0.0.1:{each.getsockname()[1]}" for each in self.sockets[:2]]

    def close(self) -> None:
        for each in self.sockets:
            each.close()

    def read(self) -> None:
        for number, each in enumerate(self.sockets):
            while True:
                try:
                    packet = each.recv(65_536)
                except BlockingIOError:
                    break
                session, first, count = struct.unpack_from(">10sQH", packet)
                assert session == b"SIMVENUE01"
                at = 20
                if count == 0xFFFF:
                    self.ended.add(number)
                    count = 0
                for message in range(first, first + count):
                    (length,) = struct.unpack_from(">H", packet, at)
                    body = packet[at + 2 : at + 2 + length]
                    assert self.messages.setdefault(message, body) == body
                    at += 2 + length
                assert at == len(packet)
                self.next = max(self.next, first + count)

    def ask(self, port: int, first: int, count: int, session: bytes = b"SIMVENUE01") -> None:
        self.sockets[2].sendto(struct.pack(">10sQH", session, first, count), ("127.0.0.1", port))

    def follow(self, venue: ph.Venue) -> None:
        """Until all has come, asking for what is missing."""
        port = int(venue.addresses["requests"].rpartition(":")[2])
        patience = time.monotonic() + 30
        while len(self.messages) < venue.messages or len(self.ended) < len(venue.addresses["lines"]):
            assert time.monotonic() < patience, len(self.messages)
            self.read()
            for first in [n for n in range(1, self.next) if n not in self.messages][:50]:
                self.ask(port, first, 1)
            time.sleep(0.002)


@pytest.fixture
def there() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("venue") / "day.pcap"
    ph.generate.synthetic_day(path, messages=2_000, symbols=10)
    return path


def messages_of(capture: Path) -> list[bytes]:
    found = []
    for packet in datagrams(capture.read_bytes()):
        at = 20
        while at < len(packet):
            (length,) = struct.unpack_from(">H", packet, at)
            found.append(packet[at + 2 : at + 2 + length])
            at += 2 + length
    return found


QUICK: dict[str, Any] = {"heartbeat": 0.02, "end_of_session": 60}


def test_a_day_comes_whole_over_two_lines_and_by_requests(there: Receiver, capture: Path) -> None:
    with ph.Venue(
        capture, lines=there.lines, requests="udp:127.0.0.1:0", packets_per_second=5_000, loss=[0.2, 0.1],
        loss_burst=[3, 1], duplicates=0.1, reordered=0.1, delay=(0, 0.002), packet_messages=[20, 5],
        request_loss=0.1, answer_loss=0.1, **QUICK,
    ) as venue:  # fmt: skip
        assert venue.messages == 2_000
        there.follow(venue)
    assert [there.messages[number] for number in range(1, 2_001)] == messages_of(capture)
    counters = venue.counters()
    assert counters["published"] == 2_000
    for line in counters["lines"]:
        assert line["messages"] + line["lost_messages"] == 2_000
        assert min(line["lost_packets"], line["duplicates"], line["reordered"], line["ends_of_session"]) > 0
    assert counters["lines"][0]["packets"] < counters["lines"][1]["packets"]
    asked = counters["requests"]
    assert asked["requests"] == sum(asked[name] for name in asked if name not in ("requests", "messages"))
    assert min(asked["answers"], asked["lost_requests"], asked["lost_answers"]) > 0


def test_days_of_every_kind_are_the_same_day(there: Receiver, capture: Path, tmp_path: Path) -> None:
    messages = messages_of(capture)
    packed = tmp_path / "day.itch.gz"
    packed.write_bytes(gzip.compress(length_prefixed(messages)))
    cut = tmp_path / "cut.itch"
    cut.write_bytes(length_prefixed(messages) + b"\0\x24A")
    at_once: dict[str, Any] = {"lines": there.lines[:1], "packets_per_second": math.inf, "end_of_session": 0}
    made = {"seed": 7, "messages": 2_000, "symbols": 10}
    counted = []
    for day in (capture, ph.FilePort(packed), cut, made):
        venue = ph.Venue(day, **at_once)
        assert venue.start().wait(30)
        counted.append({name: venue.counters()["lines"][0][name] for name in ("packets", "messages", "bytes")})
        told = [f"'{cut}' is cut in the middle of a message: 3 stray bytes at offset {cut.stat().st_size - 3}"]
        assert venue.warnings == (told if day == cut else [])
    assert counted == [counted[0]] * 4
    assert counted[0]["messages"] == 2_000


def test_a_seed_is_a_fate(there: Receiver) -> None:
    def fate(seed: int) -> Any:
        with ph.Venue(
            {"messages": 2_000, "symbols": 10}, lines=there.lines, packets_per_second=math.inf, end_of_session=0,
            loss=0.1, seed=seed,
        ) as venue:  # fmt: skip
            assert venue.wait(30)
        return [(line["packets"], line["lost_messages"]) for line in venue.counters()["lines"]]

    assert fate(5) == fate(5) != fate(6)


def test_captured_times_are_a_pace_and_moments_make_packets(there: Receiver, tmp_path: Path) -> None:
    day = tmp_path / "day.itch"
    times = [moment * 1_000_000 + step for moment in range(1, 31) for step in (0, 19_999)]
    day.write_bytes(length_prefixed([add(number, "B", 100, 1, at=time) for number, time in enumerate(times, 1)]))
    with ph.Venue(day, lines=there.lines[:1], speed=1e6, end_of_session=0, packet_messages=65_534) as venue:
        assert venue.wait(30)
    line = venue.counters()["lines"][0]
    assert 30 <= line["packets"] < line["messages"] == 60


def test_requests_that_cant_be_answered_are_counted_and_never_end_it(there: Receiver) -> None:
    with ph.Venue(
        {"messages": 500, "symbols": 5}, lines=there.lines[:1], requests="udp:127.0.0.1:0", pre_open=60, **QUICK
    ) as venue:
        name = venue.addresses["requests"]
        assert re.fullmatch(r"udp:127\.0\.0\.1:[1-9][0-9]*", name)
        port = int(name.rpartition(":")[2])
        there.ask(port, 1, 1)
        there.ask(port, 0, 1)
        there.ask(port, 2**64 - 1, 0xFFFF)
        there.ask(port, 1, 0)
        there.ask(port, 1, 1, b"ANOTHER001")
        for garbage in (b"", b"x", b"\xff" * 19, b"\0" * 21, b"\xff" * 60_000):
            there.sockets[2].sendto(garbage, ("127.0.0.1", port))
        patience = time.monotonic() + 30
        while venue.counters()["requests"]["requests"] < 10:
            assert time.monotonic() < patience
            time.sleep(0.005)
        there.read()
    asked = venue.counters()["requests"]
    expected = {"requests": 10, "malformed": 6, "unpublished": 2, "empty": 1, "other_sessions": 1}
    assert {name: count for name, count in asked.items() if count} == expected
    assert there.messages == {}
    assert venue.counters()["lines"][0]["heartbeats"] > 0


def test_it_plays_once_and_ends_where_it_is_told_to(there: Receiver) -> None:
    venue = ph.Venue({"messages": 2_000, "symbols": 10}, lines=there.lines, packets_per_second=1)
    with pytest.raises(ph.ArgumentError, match="has not started"):
        venue.wait(0)
    venue.stop()
    with venue:
        assert not venue.wait(timeout=0.05)
        with pytest.raises(ph.ArgumentTypeError, match="timeout is of type str"):
            venue.wait("long")  # type: ignore[arg-type]
    assert venue.wait()
    assert venue.counters()["published"] < 100
    with pytest.raises(ph.ArgumentError, match="make another one to play it again"):
        venue.start()
    day = {"messages": 100, "symbols": 1}
    with ph.Venue(day, lines=there.lines, requests="udp:127.0.0.1:0") as asked:
        pass
    with ph.Venue(day, lines=there.lines, requests=asked.addresses["requests"]):
        pass  # the port of one that is over is free
    assert "requests" not in venue.counters()
    assert venue.addresses == {"lines": there.lines, "requests": None}
    assert repr(venue) == f"<Venue of 2,000 messages on {', '.join(there.lines)}>"
    assert venue.session == "SIMVENUE01"


def test_a_line_is_named_as_a_port_is() -> None:
    day = {"messages": 100, "symbols": 1}
    lines: list[str | ph.UdpPort] = [ph.UdpPort("239.1.1.1:26400", interface="lo"), "10.9.9.9:5"]
    venue = ph.Venue(day, lines=lines, loss=np.float32(0.5), seed=np.int64(3))  # type: ignore[arg-type]
    assert venue.addresses["lines"] == ["udp:239.1.1.1:26400@lo", "udp:10.9.9.9:5"]
    everywhere = ph.Venue(day, lines=["127.0.0.1:5"], requests="udp:*:0")
    assert re.fullmatch(r"udp:0\.0\.0\.0:[1-9][0-9]*", everywhere.addresses["requests"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lines": []}, "lines has 0; give one or two"),
        ({"lines": ["udp:127.0.0.1:1"] * 3}, "lines has 3"),
        ({"lines": "udp:127.0.0.1:1"}, "give a list of one or two"),
        ({"lines": [5]}, "lines has 5; give text"),
        ({"lines": ["exchange"]}, "lines has 'exchange'; give 'udp:IP:PORT'"),
        ({"lines": ["udp:exchange:1"]}, "lines: the address is 'exchange'; give an IPv4 address"),
        ({"lines": ["udp:*:1"]}, "lines: the address is '*'"),
        ({"lines": ["udp:127.0.0.1:0"]}, "lines: the port is 0; it must be from 1 to 65535"),
        ({"lines": ["udp:127.0.0.1:1,buffers=5"]}, "give 'udp:IP:PORT'"),
        ({"lines": ["udp:239.1.1.1:1@nowhere0"]}, "There is no interface 'nowhere0'"),
        ({"requests": "udp:239.1.1.1:1@lo"}, "name an address of this host and no interface"),
        ({"requests": "udp:203.0.113.9:9"}, "203.0.113.9:9 can't be listened to"),
        ({"requests": 5}, "requests has 5"),
        ({"loss": 1.5}, "loss is 1.5; it must be from 0 to 1: give a share"),
        ({"loss": math.nan}, "loss is nan"),
        ({"loss": "0.1"}, "loss is '0.1'; give a share as a number"),
        ({"loss": [0.1, 0.2]}, "loss has 2 values for 1 line; give one, or one for each line"),
        ({"loss": [0.1], "lines": ["udp:127.0.0.1:1", "udp:127.0.0.1:2"]}, "loss has 1 value for 2 lines"),
        ({"duplicates": -1}, "duplicates is -1"),
        ({"reordered": None}, "reordered is None"),
        ({"loss_burst": 0.5}, "loss_burst is 0.5; it must be from 1 to 1e+06"),
        ({"reorder_depth": 0}, "reorder_depth is 0"),
        ({"delay": 10**400}, "delay is inf; it must be from 0 to 86400: give seconds"),
        ({"packet_messages": 65_535}, "packet_messages is 65535; it must be from 1 to 65534"),
        ({"packet_bytes": 50}, "packet_bytes is 50; it must be from 66 to 65507: the header and"),
        ({"answer_bytes": 65_508}, "answer_bytes is 65508"),
        ({"answers_per_second": 0}, "answers_per_second is 0"),
        ({"heartbeat": 0}, "heartbeat is 0; it must be from 0.001"),
        ({"packets_per_second": 0}, "packets_per_second is 0"),
        ({"speed": 0}, "speed is 0; it must be from 0.001"),
        ({"speed": 1, "packets_per_second": 1}, "two paces"),
        ({"session": "short"}, "session is 'short'; give ten characters"),
        ({"session": "NINECHARSé"}, "give ten characters of ASCII"),
        ({"seed": -1}, "seed is -1"),
        ({"request_loss": 2}, "request_loss is 2"),
        ({"udp_port": 5}, "leave it out where the day is synthetic"),
        ({"day": {"days": 5}}, "day has no 'days'; its arguments are seed, messages, symbols"),
        ({"day": {"messages": 5}}, "messages = 5 is not within"),
        ({"day": {"symbols": 0}}, "day's symbols is 0"),
        ({"day": "absent.pcap"}, "can't open 'absent.pcap'"),
        ({"day": "udp:127.0.0.1:5"}, "has no messages yet"),
        ({"day": __file__}, "is neither a pcap or pcapng capture nor a file of length-prefixed ITCH 5.0 messages"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_what_cannot_be_is_refused_with_the_remedy(wrong: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"day": {"messages": 100, "symbols": 1}, "lines": ["udp:127.0.0.1:9"]}
    with pytest.raises(ph.Error, match=re.escape(words)):
        ph.Venue(**(given | wrong))


@pytest.fixture
def no_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # the command is run in this process


@pytest.mark.usefixtures("no_handlers")
def test_the_command_plays_a_day_and_prints_its_counters(
    there: Receiver, capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "venue", str(capture), "--line", there.lines[0], "--line", there.lines[1], "--requests", "udp:127.0.0.1:0",
        "--loss", "0.1,0.2", "--packets-per-second", "inf", "--packet-messages", "9,3", "--end-of-session", "0",
    ]  # fmt: skip
    assert main([*command, "--json", "-"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["published"] == report["messages"] == 2_000
    assert report["addresses"]["lines"] == there.lines
    assert [line["messages"] + line["lost_messages"] for line in report["lines"]] == [2_000, 2_000]
    assert re.search(r"2,000 messages; line A to .*, line B to .*, requests at udp:127.0.0.1:\d+ \.\.\.", said.err)
    assert main(command) == 0
    a, b = ("".join(f", {name} {count:,}" for name, count in line.items())[2:] for line in report["lines"])
    out = capsys.readouterr().out.splitlines()
    assert out[:3] == ["published    2,000 of 2,000 messages", f"line A       {a}", f"line B       {b}"]
    assert out[3].startswith("requests     requests 0, answers 0, ")
    with pytest.raises(SystemExit, match="0"):
        main(["venue", "--help"])
    assert "--loss-burst V" in capsys.readouterr().out


def test_the_command_ends_by_a_signal_with_its_counters(there: Receiver) -> None:
    settings = ["--line", there.lines[0], "--messages", "2000", "--symbols", "10", "--packets-per-second", "50"]
    play = [sys.executable, "-m", "pyhft", "venue", *settings]
    # A shell leaves SIGINT ignored in what it starts in the background, and what is ignored stays so in children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(play, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as venue:
        signal.signal(signal.SIGINT, before)
        patience = time.monotonic() + 30
        while not there.messages:  # until it is at it
            assert time.monotonic() < patience
            there.read()
            time.sleep(0.005)
        venue.send_signal(signal.SIGINT)
        said, complaints = venue.communicate(timeout=30)
    assert venue.returncode == 0, complaints
    assert re.search(r"^published    \d+ of 2,000 messages\nline A       packets \d+, messages \d+, ", said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no line is named; give --line udp:IP:PORT"),
        (["--line", "udp:127.0.0.1:5", "--loss", "much"], "'much' must be a number"),
        (["--line", "udp:127.0.0.1:5", "--messages", "3"], "messages = 3 is not within"),
    ],
)
@pytest.mark.usefixtures("no_handlers")
def test_a_wrong_command_is_one_sentence(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["venue", *arguments])
    except SystemExit as refused:  # by the parser
        status = int(refused.code or 0)
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert said.err.startswith("pyhft venue: ")
    assert words in said.err
