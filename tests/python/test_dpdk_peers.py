"""The port over DPDK through devices that need no network: captures, a ring, and virtio-user with dpdk-testpmd as peer.

Whoever opens a port is a process of its own, for DPDK starts once in one. Without DPDK they are skipped; with CI=true
that is a failure.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from support.captures import needs_captures, unpacked_moldudp64
from support.damage import sequence_of_adds
from support.dpdk import needs_dpdk
from support.network import Cable, LiveEngine, LivePort, Testpmd
from support.packets import frame, pcap, raw, read_pcap

import pyhft as ph

NAMES = ("aapl_20200130_premarket_10k", "arl_20250717")
RISK = {"position": 1_000_000}
NONE_SENT = {"kill_switch": True}
DESTINATION = "10.0.0.2:26400"


pytestmark = needs_dpdk


def frames_of(path: Path) -> list[bytes]:
    return [each for _, each in read_pcap(path.read_bytes())]


def books_with_digests(path: Path) -> dict[str, ph.Book]:
    return ph.Engine(path, feed="itch50", log=None, risk=NONE_SENT).run(digests=True).books


def run_of_the_file(path: Path, orders: Path) -> ph.Report:
    return ph.Engine(path, log=None, risk=RISK, orders=orders, order_destination=DESTINATION).run()


def without_stamps(frames: list[bytes]) -> list[bytes]:
    """Leave out the time at which the packet came that caused an order, and the checksum that it is in."""
    return [each[:40] + each[42:-8] for each in frames]


def with_addresses_swapped(each: bytes) -> bytes:
    return each[6:12] + each[:6] + each[12:]


def assert_pool_is_full(result: dict[str, Any]) -> None:
    assert result["closed"]["held"] == 0
    assert result["closed"]["mbufs_free"] == result["closed"]["mbufs"]


@needs_captures
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["pcap", "ring", "virtio-user"])
def test_frames_come_through_byte_for_byte_with_the_digests_of_the_file(kind: str, name: str, tmp_path: Path) -> None:
    path = unpacked_moldudp64(name, tmp_path)
    frames = frames_of(path)
    came = tmp_path / "came.pcap"
    if kind == "virtio-user":
        with Testpmd(tmp_path / "s") as peer:
            with LivePort(f"dpdk:net_virtio_user0,path={tmp_path / 's'}", came, [len(frames)], path) as live:
                live.go()
                live.wait_for("done")
                result = live.result()
            assert peer.totals() == (len(frames), len(frames))
        assert frames_of(came) == [with_addresses_swapped(each) for each in frames]
    else:
        port = "net_ring0" if kind == "ring" else f"net_pcap0,rx_pcap={path}"
        with LivePort(f"dpdk:{port}", came, [len(frames)], path if kind == "ring" else None) as live:
            live.go()
            live.wait_for("done")
            result = live.result()
        assert frames_of(came) == frames
    assert result["stats"]["received"] == len(frames)
    assert [warning for warning in result["warnings"] if "ordinary pages" not in warning] == []
    assert_pool_is_full(result)
    assert books_with_digests(came) == books_with_digests(path)


@needs_captures
@pytest.mark.parametrize("name", NAMES)
def test_an_engine_behind_testpmd_has_the_books_and_sends_the_orders_of_the_file(name: str, tmp_path: Path) -> None:
    path = unpacked_moldudp64(name, tmp_path)
    from_file = run_of_the_file(path, tmp_path / "file.pcap")
    exchange, trader = tmp_path / "exchange", tmp_path / "trader"
    with (
        Testpmd(exchange, trader) as peer,
        LivePort(
            f"dpdk:net_virtio_user0,path={exchange}", tmp_path / "came.pcap", [from_file.orders], path, come_back=False
        ) as live,
        LiveEngine(
            f"dpdk:net_virtio_user0,path={trader}", {"packets": from_file.packets, "seconds": 30}, feed="itch50",
            risk=RISK, order_destination=DESTINATION, cores=sorted(os.sched_getaffinity(0))[::-1][:2],
        ) as engine,
    ):  # fmt: skip
        live.go()
        report = engine.report()
        live.wait_for("done")
        result = live.result()
        assert peer.totals() == (from_file.packets + from_file.orders,) * 2
    assert report["input"] == from_file.to_dict()["input"]
    assert report["books"] == from_file.to_dict()["books"]
    assert report["orders"] == from_file.orders == report["port"]["sent"] > 0
    assert without_stamps(frames_of(tmp_path / "came.pcap")) == without_stamps(frames_of(tmp_path / "file.pcap"))
    assert_pool_is_full(result)


def test_a_peer_that_is_killed_and_comes_back_is_talked_to_again(tmp_path: Path) -> None:
    path, came, socket = tmp_path / "sent.pcap", tmp_path / "came.pcap", tmp_path / "s"
    frames = sequence_of_adds(range(1, 2_001))
    path.write_bytes(pcap(frames))
    port = f"dpdk:net_virtio_user0,path={socket},server=1"
    with LivePort(port, came, [len(frames)] * 3, path, ready=False) as live:  # which waits for its first peer
        peer = Testpmd(socket, client=True)
        live.wait_for("ready")
        live.go()
        live.wait_for("done")
        for _ in range(2):
            with peer:
                peer.kill()
                live.go()  # into the void at first
            peer = Testpmd(socket, client=True)
            live.wait_for("done")
        with peer:
            result = live.result()
    assert frames_of(came) == [with_addresses_swapped(each) for each in frames]
    assert result["stats"]["link_changes"] >= 4
    assert_pool_is_full(result)


def test_two_queues_feed_two_engines(tmp_path: Path) -> None:
    flows, updates = 32, 50
    with Cable() as cable, LiveEngine(
        "dpdk:queues=2,net_af_packet0,iface=veth0,qpairs=2,framecnt=4096", {"idle": 0.7, "seconds": 20},
        where=cable.here, program="live_queues.py", feed="raw", risk=NONE_SENT,
    ) as engines:  # fmt: skip
        cable.there.send_frames(
            frame_of_flow(flow, raw(f"S{flow}", 1_000_000 + update, 100, 0)) for update in range(updates)
            for flow in range(flows)
        )  # fmt: skip
        reports = engines.reports()
    packets = [report["input"]["packets"] for report in reports]
    assert sum(packets) == flows * updates
    assert min(packets) > 0
    books = [report["books"] for report in reports]
    assert not books[0].keys() & books[1].keys()  # a flow stays on its queue
    assert {name: book["bid"] for each in books for name, book in each.items()} == {
        f"S{flow}": [1_000_000 + updates - 1, 100] for flow in range(flows)
    }
    for report in reports:
        assert report["port"]["held"] == 0


def frame_of_flow(number: int, payload: bytes) -> bytes:
    """Give a frame whose sender's port tells the flow."""
    made = bytearray(frame(payload, 26400))
    made[34:36] = (40_000 + number).to_bytes(2, "big")
    return bytes(made)
