"""The port over DPDK at one end of a cable (af_packet, af_xdp), and at a tap, with tcpreplay and tcpdump as peers.

Each engine is a process of its own, for DPDK starts once in one. Who may not make namespaces, or has no DPDK, skips
them; with CI=true that is a failure.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.captures import needs_captures, unpacked_moldudp64
from support.damage import damaged_frames, sequence_of_adds
from support.dpdk import needs_dpdk
from support.network import (
    HERE,
    INTERFACE,
    THERE,
    Cable,
    Capture,
    LiveEngine,
    LivePort,
    Namespace,
    assert_well_formed,
    until,
)
from support.packets import frame, pcap, read_pcap, wire_frame

import pyhft as ph

pytestmark = needs_dpdk
RISK = {"position": 1_000_000}
NONE_SENT = {"kill_switch": True}
DESTINATION = f"{THERE}:26400"


@dataclass(frozen=True)
class Kind:
    """A device of DPDK's, and what is to be known of it."""

    name: str
    port: str
    interface: str = INTERFACE
    replayed_a_second: int = 5_000


# With rings that hold a good part of a second, for nothing here has a core to itself.
AF_PACKET = Kind("af_packet", f"dpdk:net_af_packet0,iface={INTERFACE},framecnt=16384", replayed_a_second=20_000)
AF_XDP = Kind("af_xdp", f"dpdk:rx_ring=2048,net_af_xdp0,iface={INTERFACE}")
TAP = Kind("tap", "dpdk:net_tap0,iface=tap0", "tap0")
UDP = Kind("udp", f"udp:233.54.12.111:26477@{INTERFACE}", replayed_a_second=20_000)


@pytest.fixture
def cable() -> Iterator[Cable]:
    with Cable() as made:
        yield made


def outer_end(kind: Kind, cable: Cable) -> Namespace:
    """Where the peers of a device stand: the other end of the cable, or the kernel's end of the tap."""
    return cable.here if kind is TAP else cable.there


def without_stamps(frames: list[bytes]) -> list[bytes]:
    """Leave out the time at which the packet came that caused an order, and the checksum that it is in."""
    return [frame[:40] + frame[42:-8] for frame in frames]


def assert_no_mbuf_lost(kind: Kind, port: dict[str, Any]) -> None:
    """The pool is as full as at the start, apart from what af_xdp has sent and takes back when it sends again."""
    assert port["held"] == 0
    on_the_way = port["mbufs_free_at_start"] - port["mbufs_free"]
    assert 0 <= on_the_way <= (32 if kind is AF_XDP else 0)


@needs_captures
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (AF_PACKET, "aapl_20200130_premarket_10k"), (AF_PACKET, "arl_20250717"),
        (AF_XDP, "aapl_20200130_premarket_10k"), (AF_XDP, "arl_20250717"), (TAP, "arl_20250717"),
    ],
    ids=lambda one: one.name if isinstance(one, Kind) else one.partition("_")[0],
)  # fmt: skip
def test_a_capture_that_tcpreplay_sends_gives_the_books_and_orders_of_the_file(
    kind: Kind, name: str, cable: Cable, tmp_path: Path
) -> None:
    path = unpacked_moldudp64(name, tmp_path)
    settings: dict[str, Any] = {"feed": "itch50", "risk": RISK, "order_destination": DESTINATION}
    from_file = ph.Engine(
        path, log=None, risk=RISK, orders=tmp_path / "file.pcap", order_destination=DESTINATION
    ).run()  # fmt: skip
    outside = outer_end(kind, cable)
    for slower in (1, 4, 16):  # until a busy machine's kernel loses nothing, which it would tell
        limits = {"packets": from_file.packets, "idle": 2.0}
        with LiveEngine(kind.port, limits, where=cable.here, **settings) as engine:
            outside.run("ip", "link", "set", kind.interface, "txqueuelen", 10_000)
            capture = Capture(outside, tmp_path / "wire.pcap", kind.interface)
            outside.replay(path, kind.replayed_a_second // slower, kind.interface)
            report = engine.report()
        if report["input"]["packets"] == from_file.packets:
            break
        assert report["input"]["gaps"] > 0
        capture.frames(0)
    assert report["input"] == from_file.to_dict()["input"]
    assert report["books"] == from_file.to_dict()["books"]
    assert report["orders"] == from_file.orders == report["port"]["sent"] > 0
    assert_no_mbuf_lost(kind, report["port"])
    on_the_wire = capture.frames(from_file.orders)
    in_the_file = [sent for _, sent in read_pcap((tmp_path / "file.pcap").read_bytes())]
    assert without_stamps(on_the_wire) == without_stamps(in_the_file)
    assert_well_formed(tmp_path / "wire.pcap", from_file.orders, THERE, 26400)


@needs_captures
@pytest.mark.parametrize("kind", [AF_PACKET, AF_XDP, TAP, UDP], ids=lambda kind: kind.name)
def test_what_is_received_without_an_engine_has_the_digests_of_the_file(
    kind: Kind, cable: Cable, tmp_path: Path
) -> None:
    path = unpacked_moldudp64("arl_20250717", tmp_path)
    sent = [each for _, each in read_pcap(path.read_bytes())]
    expected = [each[42:] for each in sent] if kind is UDP else sent
    came = tmp_path / "came.pcap"
    outside = outer_end(kind, cable)
    for slower in (1, 4, 16):
        with LivePort(kind.port, came, [len(sent)], come_back=False, where=cable.here) as live:
            outside.run("ip", "link", "set", kind.interface, "txqueuelen", 10_000)
            live.go()
            outside.replay(path, kind.replayed_a_second // slower, kind.interface)
            live.wait_for("done")
            result = live.result()
        received = [each for _, each in read_pcap(came.read_bytes())]
        if len(received) == len(sent):
            break
    assert received == expected
    if kind is UDP:
        came.write_bytes(pcap(frame(each) for each in received))
    else:
        assert result["closed"]["held"] == 0
        assert result["closed"]["mbufs_free"] == result["closed"]["mbufs"] - (2048 if kind is AF_XDP else 0)
    both = [ph.Engine(each, log=None, risk=NONE_SENT).run(digests=True).books for each in (came, path)]
    assert both[0] == both[1]


@pytest.mark.parametrize("kind", [AF_PACKET, AF_XDP], ids=lambda kind: kind.name)
def test_what_the_kernel_lost_in_silence_is_a_gap(kind: Kind, cable: Cable) -> None:
    sent, again = 6_000, 4
    frames = sequence_of_adds(range(1, sent + 1))
    small = kind.port.replace(",framecnt=16384", "")
    with LiveEngine(small, {"idle": 0.5, "seconds": 30}, where=cable.here, feed="itch50", risk=NONE_SENT) as engine:
        cable.there.send_frames(frames[:1])
        with engine.held():
            cable.there.send_frames(frames[1:-1], pause_s=0)
        for _ in range(again):  # the last, until there is room again
            time.sleep(0.1)
            cable.there.send_frames(frames[-1:])
        report = engine.report()
    received = report["input"]["packets"]
    assert 1 < received < sent
    assert report["port"]["received"] == received
    assert report["input"]["gaps"] == sent - (received - report["counters"]["duplicates"])
    if kind is AF_XDP:
        said = cable.here.run("ethtool", "-S", INTERFACE)
        assert re.search(rf"rx_queue_0_drops: {sent - 1 + again - received}\b", said), said
    assert_no_mbuf_lost(kind, report["port"])


@pytest.mark.parametrize("kind", [AF_PACKET, AF_XDP], ids=lambda kind: kind.name)
def test_damaged_frames_are_counted_as_from_a_file(kind: Kind, cable: Cable, tmp_path: Path) -> None:
    frames = [*sequence_of_adds(range(1, 2)), *damaged_frames(2_000), *sequence_of_adds(range(2, 4))]
    (tmp_path / "damaged.pcap").write_bytes(pcap(frames))
    from_file = ph.Engine(tmp_path / "damaged.pcap", feed="itch50", log=None, risk=NONE_SENT).run()
    with LiveEngine(
        kind.port, {"idle": 0.5, "seconds": 20}, where=cable.here, feed="itch50", risk=NONE_SENT
    ) as engine:  # fmt: skip
        cable.there.send_frames(frames, pause_s=0.005)
        report = engine.report()
    seen, expected = report["input"], from_file.to_dict()["input"]
    if kind is AF_PACKET:  # the kernel puts fragments together before its fan-out, and keeps those that lack others
        fragments = report["port"]["kernel_fragments"]
        assert fragments == expected["malformed"]["fragment"] - seen["malformed"].get("fragment", 0) > 0
        assert report["port"]["kernel_reassembled"] == 0
        assert any(one.startswith(f"{fragments} IP fragments went to the kernel") for one in report["warnings"])
        swallowed = expected["malformed"]["fragment"] - seen["malformed"].pop("fragment", 0)
        expected["packets"] -= swallowed
        del expected["malformed"]["fragment"]
    assert seen == expected
    assert report["books"] == from_file.to_dict()["books"]
    assert len(seen["malformed"]) > 3
    assert_no_mbuf_lost(kind, report["port"])


@pytest.mark.parametrize(("version", "source"), [(2, None), (3, None), (3, "10.0.0.77")])
def test_a_switch_sends_the_datagrams_of_a_group_from_when_the_port_opens_until_it_closes(
    version: int, source: str | None, cable: Cable, tmp_path: Path
) -> None:
    switch = cable.there  # the kernel's bridge looks at IGMP as switches do, and asks who is there, here every second
    switch.run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", 1, "mcast_igmp_version", version,
               "mcast_query_interval", 100, "mcast_startup_query_interval", 100,
               "mcast_query_response_interval", 10)  # fmt: skip
    switch.run("ip", "link", "set", "br0", "type", "bridge", "mcast_querier", 1)  # it floods for that interval from now
    switch.run("ip", "link", "set", INTERFACE, "master", "br0")
    switch.run("bridge", "link", "set", "dev", INTERFACE, "fastleave", "on")
    switch.run("ip", "link", "set", "br0", "up")
    capture = Capture(switch, tmp_path / "igmp.pcap", only="igmp")
    alone = f"source={source}," if source else ""
    port = f"dpdk:groups=233.54.12.111,{alone}igmp={version},igmp_interval=600,address={HERE},"
    with LivePort(f"{port}net_af_packet0,iface={INTERFACE}", tmp_path / "came.pcap", [1], come_back=False,
                  where=cable.here) as live:  # fmt: skip
        until(lambda: "233.54.12.111" in switch.run("bridge", "mdb", "show"), "the switch knows of the group")
        live.go()
        joined, other, stranger = (
            wire_frame(b"to a group", f"233.54.12.{group}", to_mac=f"01:00:5e:36:0c:{group:02x}", sender=sender)
            for group, sender in ((111, "10.0.0.77"), (112, "10.0.0.77"), (111, "10.0.0.78"))
        )
        capture.wait_for(3)  # when it was opened, a second later, and to a question
        switch.send_frames([other] * 5 + [stranger] * (5 if source else 0) + [joined], interface="br0")
        live.wait_for("done")
        result = live.result()
    assert result["closed"]["group_reports"] >= 3
    assert result["closed"]["group_queries"] >= 1
    assert result["closed"]["held"] == 0
    came = [each for _, each in read_pcap((tmp_path / "came.pcap").read_bytes())]
    assert came == [joined]
    until(lambda: "233.54.12.111" not in switch.run("bridge", "mdb", "show"), "the switch knows that it was left")
    capture.frames(4)
    shown = subprocess.run(
        ["tshark", "-r", tmp_path / "igmp.pcap", "-o", "ip.check_checksum:TRUE", "-T", "fields", "-e", "ip.src",
         "-e", "ip.checksum.status", "-e", "igmp.checksum.status", "-e", "_ws.malformed"],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    assert set(shown) == {f"{HERE}\t1\t1\t"}
