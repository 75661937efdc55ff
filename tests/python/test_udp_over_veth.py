"""The port over UDP sockets at one end of a cable; tcpreplay, the kernel's sockets and tcpdump at the other.

Who may not make network namespaces skips them; with CI=true that is a failure.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.captures import needs_captures, unpacked_moldudp64
from support.network import HERE, INTERFACE, THERE, Cable, Capture, LiveEngine, assert_well_formed, until
from support.packets import add, datagrams, moldudp64, read_pcap, wire_frame

import pyhft as ph

GROUP = "233.54.12.111:26477"  # that of the captures
RISK = {"position": 1_000_000}
NONE_SENT = {"kill_switch": True}


@pytest.fixture(scope="module")
def cable() -> Iterator[Cable]:
    with Cable() as made:
        yield made


def sequence_of_adds(count: int) -> list[bytes]:
    """Datagrams of one message each, so that every lost datagram is a gap of one."""
    return [moldudp64([add(number, "B", 100, 10_000)], number) for number in range(1, count + 1)]


@needs_captures
@pytest.mark.parametrize("name", ["aapl_20200130_premarket_10k", "arl_20250717"])
def test_a_group_that_tcpreplay_sends_gives_the_books_and_orders_of_the_file(
    name: str, cable: Cable, tmp_path: Path
) -> None:
    path = unpacked_moldudp64(name, tmp_path)
    from_file = ph.Engine(path, log=None, risk=RISK, orders=tmp_path / "file.pcap").run()
    capture = Capture(cable.there, tmp_path / "wire.pcap")
    with LiveEngine(
        f"udp:{GROUP}@{INTERFACE}", {"packets": from_file.packets, "seconds": 60}, where=cable.here, feed="itch50",
        risk=RISK, order_destination=f"{THERE}:26400",
    ) as engine:  # fmt: skip
        cable.there.replay(path, packets_a_second=20_000)
        report = engine.report()
    assert report["port"]["kernel_drops"] == 0
    assert report["input"] == from_file.to_dict()["input"]
    assert report["books"] == from_file.to_dict()["books"]
    assert report["orders"] == from_file.orders == report["port"]["sent"] > 0
    on_the_wire = capture.frames(from_file.orders)
    in_the_file = [sent for _, sent in read_pcap((tmp_path / "file.pcap").read_bytes())]
    # The last eight bytes are the time at which the packet came that caused the order.
    assert [sent[42:-8] for sent in on_the_wire] == [sent[42:-8] for sent in in_the_file]
    assert_well_formed(tmp_path / "wire.pcap", from_file.orders, THERE, 26400)


@needs_captures
def test_the_command_in_a_namespace_takes_what_the_kernels_sockets_send(cable: Cable, tmp_path: Path) -> None:
    path = unpacked_moldudp64("arl_20250717", tmp_path)
    from_file = ph.Engine(path, log=None, risk=NONE_SENT).run()
    command = cable.here.start(
        sys.executable, "-m", "pyhft", "run", f"udp:{HERE}:5000@{INTERFACE}", "--feed", "itch50", "--kill-switch",
        "--log", "none", "--json", "-", cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until(lambda: ":1388 " in cable.here.run("cat", "/proc/net/udp"), "the command listens")
    sent = datagrams(path.read_bytes())
    with cable.there.socket() as out:
        for number, datagram in enumerate(sent):
            out.sendto(datagram, (HERE, 5000))
            if number % 64 == 0:
                time.sleep(0.0005)
    until(lambda: "00000000:00000000" in cable.here.run("grep", ":1388 ", "/proc/net/udp"), "it has read all")
    command.send_signal(signal.SIGINT)
    said, _ = command.communicate(timeout=20)
    report = json.loads(said)
    assert command.returncode == 0
    assert report["port"]["received"] == len(sent)
    assert report["input"] == from_file.to_dict()["input"]
    assert report["books"] == from_file.to_dict()["books"]


def test_what_the_kernel_had_no_room_for_is_counted_and_is_a_gap(cable: Cable) -> None:
    sent = sequence_of_adds(1_000)
    with LiveEngine(
        f"udp:{HERE}:5001,receive_buffer_bytes=8192", {"idle": 0.5}, where=cable.here, feed="itch50", risk=NONE_SENT
    ) as engine, cable.there.socket() as out:  # fmt: skip
        with engine.held():
            for datagram in sent[:-1]:
                out.sendto(datagram, (HERE, 5001))
        until(lambda: "00000000:00000000" in cable.here.run("grep", ":1389 ", "/proc/net/udp"), "it has read all")
        out.sendto(sent[-1], (HERE, 5001))
        report = engine.report()
    drops = report["port"]["kernel_drops"]
    assert drops > 500
    assert report["port"]["received"] == report["input"]["packets"] == len(sent) - drops
    assert report["input"]["gaps"] == drops
    assert any(str(drops) in warning.replace(",", "") for warning in report["warnings"])


def test_only_the_named_sender_of_a_group_is_heard(cable: Cable) -> None:
    other = "10.77.0.3"
    cable.there.run("ip", "address", "replace", f"{other}/24", "dev", INTERFACE)
    sent = sequence_of_adds(20)
    with LiveEngine(
        f"udp:239.1.1.1:5002@{INTERFACE},source={THERE}", {"packets": len(sent), "seconds": 10}, where=cable.here,
        feed="itch50", risk=NONE_SENT,
    ) as engine:  # fmt: skip
        for sender in (other, THERE):
            with cable.there.socket() as out:
                out.bind((sender, 0))
                out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(sender))
                for datagram in sent:
                    out.sendto(datagram, ("239.1.1.1", 5002))
        report = engine.report()
    assert report["port"]["received"] == len(sent)
    assert (report["input"]["gaps"], report["counters"]["duplicates"]) == (0, 0)


def test_what_is_damaged_or_too_long_never_reaches_the_feed_and_is_counted(cable: Cable) -> None:
    first, *lost, last = [add(number, "B", 100, 10_000) for number in range(1, 6)]
    frames = [
        wire_frame(moldudp64(messages, sequence), HERE, 5003)
        for messages, sequence in (([first], 1), (lost, 2), ([last], 5))
    ]
    # One bit of the payload, which its checksum tells. The kernel counts it for us where it is longer than 76 bytes; a
    # shorter one it drops before it looks whose it is.
    frames[1] = frames[1][:-1] + bytes([frames[1][-1] ^ 1])
    with LiveEngine(f"udp:{HERE}:5003", {"idle": 0.5}, where=cable.here, feed="itch50", risk=NONE_SENT) as engine:
        cable.there.send_frames([*frames[:2], frames[1][:40]])
        with cable.there.socket() as out:  # three fragments on the cable, and one datagram again over here
            out.sendto(b"x" * 4000, (HERE, 5003))
        cable.there.send_frames(frames[2:])
        report = engine.report()
    assert report["input"]["packets"] == report["port"]["received"] == 2
    assert (report["port"]["kernel_drops"], report["port"]["truncated"]) == (1, 1)
    assert report["input"]["gaps"] == len(lost)
