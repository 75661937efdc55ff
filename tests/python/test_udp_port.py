"""The port over UDP sockets: its names, and the engine on it, with the kernel's own sockets at the other end."""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.captures import FOLDER, needs_captures
from support.packets import add, datagrams, moldudp64, raw

import pyhft as ph
from pyhft.engine import _Ends


@pytest.fixture
def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


# Names


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("udp:127.0.0.1:26400", ph.UdpPort("127.0.0.1:26400")),
        ("udp:*:26400", ph.UdpPort("*:26400")),
        ("udp:239.1.1.1:26400@eth1", ph.UdpPort("239.1.1.1:26400", interface="eth1")),
        (
            "udp:239.1.1.1:1@eth1,source=10.0.0.1,max_datagram_bytes=9000,buffers=512,busy_poll_us=50,stamps=device",
            ph.UdpPort("239.1.1.1:1", "eth1", "10.0.0.1", 9000, 512, busy_poll_us=50, stamps="device"),
        ),
    ],
)
def test_a_name_is_a_port_and_a_port_has_its_name(spec: str, expected: ph.UdpPort) -> None:
    assert ph.open_port(spec) == expected
    assert str(expected) == spec
    assert list(ph.UdpPort("*:5").settings().address) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("udp:", "give an IPv4 address and a port"),
        ("udp:exchange:26400", "give an IPv4 address and a port"),
        ("udp:127.0.0.1", "give an IPv4 address and a port"),
        ("udp:127.0.0.1:0", "port is 0; it must be from 1 to 65535"),
        ("udp:127.0.0.1:65536", "port is 65536"),
        ("udp:127.0.0.1:5@", "interface is ''"),
        ("udp:127.0.0.1:5@lo@lo", "interface is 'lo@lo'"),
        ("udp:127.0.0.1:5,buffers=64,buffers=65", "buffers twice"),
        ("udp:127.0.0.1:5,buffers=" + "9" * 5000, "give how many datagrams"),
        ("udp:127.0.0.1:٣", "give an IPv4 address and a port"),
        ("udp:127.0.0.1:5,speed=9", "no setting 'speed=9'; write NAME=VALUE with a name out of source"),
        ("udp:127.0.0.1:5,buffers", "no setting 'buffers'"),
        ("udp:127.0.0.1:5,buffers=many", "buffers is 'many'; give how many datagrams"),
        ("udp:127.0.0.1:5,buffers=0", "buffers is 0; it must be from 1 to 65536"),
        ("udp:127.0.0.1:5,stamps=atomic", "stamps is 'atomic'; name one of none, kernel, device"),
        ("udp:127.0.0.1:5,source=10.0.0.1", "127.0.0.1:5 is no multicast group"),
        ("udp:239.1.1.1:5,source=here", "source is 'here'; give an IPv4 address"),
    ],
)
def test_a_wrong_name_is_refused_with_the_remedy(spec: str, words: str) -> None:
    with pytest.raises(ph.ArgumentError, match=re.escape(words)):
        ph.open_port(spec)


def test_what_is_about_files_and_what_a_network_needs() -> None:
    port = ph.UdpPort("127.0.0.1:5")
    for options, words in (
        ({}, "name the feed"),
        ({"feed": "raw"}, "give order_destination"),
        ({"feed": "raw", "order_destination": "127.0.0.1:9", "orders": "orders.pcap"}, "orders is about files"),
        ({"feed": "raw", "order_destination": "127.0.0.1:9", "udp_port": 5}, "udp_port is about whole frames"),
    ):
        with pytest.raises(ph.ArgumentError, match=words):
            ph.Engine(port, log=None, **options)  # type: ignore[arg-type]
    engine = ph.Engine(port, feed="raw", log=None, risk={"kill_switch": True})
    with pytest.raises(ph.ArgumentError, match="digests are those of a whole file"):
        engine.run(digests=True)
    for limits, words in (
        ({"packets": 0}, "packets is 0"), ({"seconds": 0}, "seconds is 0"), ({"idle": -1.0}, "idle is -1"),
        ({"idle": float("nan")}, "idle is nan"),
    ):  # fmt: skip
        with pytest.raises(ph.ArgumentError, match=words):
            engine.run(**limits)  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentTypeError, match="seconds is 'ten'"):
        engine.run(seconds="ten")  # type: ignore[arg-type]


def test_what_the_host_refuses_names_the_remedy(free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", free_port))
        engine = ph.Engine(f"udp:127.0.0.1:{free_port}", feed="raw", log=None, risk={"kill_switch": True})
        with pytest.raises(ph.HostError, match="another program has it"):
            engine.run(seconds=1)
    unknown = ph.Engine("udp:239.1.1.1:5@nowhere0", feed="raw", log=None, risk={"kill_switch": True})
    with pytest.raises(ph.HostError, match="There is no interface 'nowhere0' on this host: name one of"):
        unknown.run(seconds=1)


# The engine


def send_while(datagrams: Iterable[bytes], to: int, ready: threading.Event) -> None:
    """Send once the engine listens, in small pieces so that nothing is dropped on the way."""
    ready.wait(20)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for number, datagram in enumerate(datagrams):
            out.sendto(datagram, ("127.0.0.1", to))
            if number % 64 == 0:
                time.sleep(0.0005)


def live(to: int, datagrams: Iterable[bytes], limits: dict[str, Any], **options: Any) -> ph.Report:
    ready = threading.Event()
    sender = threading.Thread(target=send_while, args=(datagrams, to, ready))
    sender.start()
    try:
        engine = ph.Engine(f"udp:127.0.0.1:{to}", log=None, **options)
        return engine.run(progress=lambda messages, share: ready.set(), **limits)
    finally:
        ready.set()
        sender.join()


def zigzag(updates: int) -> Iterator[bytes]:
    """A market whose mid goes up and down, so that the alpha trades."""
    for i in range(updates):
        height = i % 80 if i % 80 < 40 else 80 - i % 80
        price = 100_0000 + 100 * height
        yield raw("ZIG", price - 100, 500, 0) + raw("ZIG", price + 100, 500, 1)
        yield raw("ZIG", price - 100, 0, 0) + raw("ZIG", price + 100, 0, 1)


def test_datagrams_become_books_and_orders_and_the_orders_arrive(free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as exchange:
        exchange.bind(("127.0.0.1", 0))
        exchange.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        exchange.settimeout(5)
        there = exchange.getsockname()[1]
        sent = list(zigzag(600))
        report = live(
            free_port, sent, {"packets": len(sent)}, feed="raw", order_destination=f"127.0.0.1:{there}",
            risk={"position": 100_000},
        )  # fmt: skip
        assert report.packets == len(sent)
        assert report.messages == {"raw": 2 * len(sent)}
        assert report.orders > 0
        assert report.port["received"] == len(sent)
        assert report.port["sent"] == report.orders
        assert report.port["kernel_drops"] == 0
        for number in range(report.orders):
            order = exchange.recv(2048)
            assert len(order) == 37
            assert order.startswith(b"ZIG     ")
            assert int.from_bytes(order[21:29], "little") == number + 1
        assert "udp:127.0.0.1" in report.settings["input"]
        assert "port         received 1,200" in str(report)


def test_a_view_whose_dimensions_were_taken_away_outlives_its_burst(free_port: int) -> None:
    with (
        ph.UdpPort(f"127.0.0.1:{free_port}") as port,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        sender.sendto(b"q", ("127.0.0.1", free_port))
        burst = port.rx_burst()
        while len(burst) == 0:
            burst = port.rx_burst()
        view = burst[0]
        view.shape = ()
        burst.release()
        assert view.item() == ord("q")


def test_a_run_ends_when_it_is_told_to(free_port: int) -> None:
    quiet = {"feed": "raw", "risk": {"kill_switch": True}}
    for limits in ({"seconds": 0.2}, {"idle": 0.2}, {"idle": 60, "seconds": 0.2}):
        report = live(free_port, [], limits, **quiet)
        assert report.packets == 0
        assert report.warnings == ["the input held no message."]
    sent = [raw("A", 100, 1, 0)] * 300
    assert live(free_port, sent, {"packets": 200, "seconds": 60}, **quiet).packets == 200
    assert live(free_port, sent, {"idle": 2}, **quiet).packets == 300


def test_time_is_over_when_it_is_up_or_when_nothing_has_come_for_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    over = _Ends.of(None, 10.0, 3.0).watch()
    for at, packets, expected in (
        (102.9, 0, False), (103.0, 0, True), (103.1, 1, False), (106.0, 1, False), (106.1, 1, True), (106.2, 5, False),
        (109.0, 6, False), (110.0, 7, True),
    ):  # fmt: skip
        now = at
        assert over(packets) == expected, at
    assert not _Ends().watch()(0)


def test_a_file_ends_after_so_many_packets_too(tmp_path: Path) -> None:
    day = tmp_path / "day.pcap"
    ph.generate.synthetic_day(day, messages=2_000)
    assert ph.Engine(day, log=None).run(packets=7).packets == 7


def test_what_was_lost_on_the_way_is_a_gap(free_port: int) -> None:
    messages = [add(reference, "B", 100, 10_000) for reference in range(1, 11)]
    sent = [moldudp64([message], sequence) for sequence, message in enumerate(messages, 1) if sequence != 5]
    report = live(free_port, sent, {"packets": 9}, feed="itch50", risk={"kill_switch": True})
    assert (report.packets, report.gaps) == (9, 1)


def test_the_command_runs_until_it_is_interrupted(free_port: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pyhft", "run", f"udp:127.0.0.1:{free_port}", "--feed", "raw", "--kill-switch"]
    for sign in (signal.SIGINT, signal.SIGTERM):
        run = subprocess.Popen(
            [*command, "--log", "none", "--json", "-"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        patience = time.monotonic() + 20
        while f"0100007F:{free_port:04X}" not in Path("/proc/net/udp").read_text() and time.monotonic() < patience:
            time.sleep(0.02)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(raw("A", 100, 1, 0), ("127.0.0.1", free_port))
        assert run.stderr is not None
        while not re.search(rb", 1 messages", run.stderr.readline()):  # until it says that it has come
            assert time.monotonic() < patience
        run.send_signal(sign)
        said, _ = run.communicate(timeout=30)
        assert run.returncode == 0
        assert json.loads(said)["port"]["received"] == 1


@needs_captures
@pytest.mark.parametrize("name", ["aapl_20200130_premarket_10k", "arl_20250717"])
def test_a_real_capture_gives_the_same_books_over_a_socket_as_from_its_file(name: str, free_port: int) -> None:
    path = FOLDER / "moldudp64" / f"{name}.moldudp64.pcap.gz"
    none_sent = {"risk": {"kill_switch": True}}
    from_file = ph.Engine(path, log=None, **none_sent).run()
    sent = datagrams(gzip.decompress(path.read_bytes()))
    report = live(free_port, sent, {"packets": len(sent), "seconds": 60}, feed="itch50", **none_sent)
    assert report.port["kernel_drops"] == 0
    assert report.messages == from_file.messages
    assert report.gaps == from_file.gaps == 0
    assert report.books == from_file.books
