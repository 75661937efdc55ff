"""The port over DPDK on devices that need no card: its names, and its use from Python without an engine."""

from __future__ import annotations

import copy
import importlib
import pickle
import re
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from support import packets
from support.dpdk import assert_pool_is_full, needs_dpdk, python

import pyhft as ph

QUIET: dict[str, Any] = {"risk": {"kill_switch": True}, "log": None}


# Names


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("dpdk:0000:03:00.0", ph.DpdkPort("0000:03:00.0")),
        ("dpdk:net_ring0", ph.DpdkPort("net_ring0")),
        ("dpdk:net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap", ph.DpdkPort("net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap")),
        (
            (
                "dpdk:mbufs=4095,queues=2,promiscuous=no,macs=02:00:00:00:00:01+02:00:00:00:00:02,link_wait=0.5,"
                "huge_pages=never,eal_arguments=--log-level=debug,net_virtio_user0,path=/run/x.sock,queues=4"
            ),
            ph.DpdkPort(
                "net_virtio_user0,path=/run/x.sock,queues=4", mbufs=4095, queues=2, promiscuous=False,
                macs=("02:00:00:00:00:01", "02:00:00:00:00:02"), link_wait=0.5, huge_pages="never",
                eal_arguments=("--log-level=debug",),
            ),
        ),
    ],
)  # fmt: skip
def test_a_name_is_a_port_and_a_port_has_its_name(spec: str, expected: ph.DpdkPort) -> None:
    assert ph.open_port(spec) == expected
    assert str(expected) == spec
    assert not expected.is_open


def test_a_port_goes_to_another_process_as_its_settings() -> None:
    port = ph.DpdkPort("net_ring0", mbufs=1023, macs=["02:00:00:00:00:01"])
    for other in (pickle.loads(pickle.dumps(port)), copy.deepcopy(port), copy.copy(port)):
        assert other == port
        assert other._opened is not port._opened
    pair = ph.DpdkPort("net_ring0", queues=2)
    assert str(pickle.loads(pickle.dumps(pair.queue(1)))) == str(pair.queue(1))


def test_what_can_be_read_only_once_is_read_once() -> None:
    assert ph.DpdkPort("net_ring0", macs=(mac for mac in ["02:00:00:00:00:01"])).macs == ("02:00:00:00:00:01",)


@pytest.mark.parametrize(
    ("device", "settings", "words"),
    [
        ("net_pcap0,rx_pcap=\udcff", {}, "device is 'net_pcap0,rx_pcap=.udcff', which can't be said in UTF-8"),
        ("net_ring0", {"offloads": ["\udcff"]}, "offloads has '.udcff', which can't be said in UTF-8"),
        ("net_ring0", {"huge_pages": np.array(["try", "never"])}, "huge_pages is array"),
        ("net_ring0", {"mbufs": 10**5000}, "mbufs is a number of more than 64 bits; it must be from 1"),
        ("net_ring0", {"link_wait": 10**5000}, "link_wait is a number of more than 64 bits; it must be from 0"),
    ],
)
def test_what_can_hardly_be_said_is_refused(device: str, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ph.ArgumentError, match=words):
        ph.DpdkPort(device, **settings)


@needs_dpdk
def test_a_port_is_not_closed_under_a_run_that_begins() -> None:
    port = ph.DpdkPort("net_ring0")
    with port.for_a_run():
        with pytest.raises(ph.ArgumentError, match="in use by a running engine: wait for its end"):
            port.close()
        assert port.is_open
    assert not port.is_open


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("dpdk:", "device is ''"),
        ("dpdk:mbufs=5", "names no device; end with one"),
        ("dpdk:speed=5,net_ring0", "no setting 'speed'; before the device stand mbufs"),
        ("dpdk:mbufs=5,mbufs=6,net_ring0", "has mbufs twice"),
        ("dpdk:mbufs=many,net_ring0", "mbufs is 'many'; give how many packets"),
        ("dpdk:mbufs=" + "9" * 5000 + ",net_ring0", "give how many packets"),
        ("dpdk:mbufs=0,net_ring0", "mbufs is 0; it must be from 1 to 4194304"),
        ("dpdk:rss=maybe,net_ring0", "rss is 'maybe'; give yes or no"),
        ("dpdk:link_wait=soon,net_ring0", "link_wait is 'soon'; give a number"),
        ("dpdk:link_wait=nan,net_ring0", "link_wait is nan; it must be from 0 to 600"),
        ("dpdk:huge_pages=many,net_ring0", "huge_pages is 'many'; give try, never, always"),
        ("dpdk:macs=02:00,net_ring0", "mac is '02:00'; give one such as"),
        ("dpdk:groups=here,net_ring0", "group is 'here'; give an IPv4 address"),
        ("dpdk:address=here,net_ring0", "address is 'here'; give an IPv4 address"),
        ("dpdk:igmp=1,net_ring0", "igmp is 1; give 2, 3, or 0"),
        ("dpdk:source=here,igmp=3,net_ring0", "source is 'here'; give an IPv4 address"),
        ("dpdk:source=10.0.0.9,igmp=3,net_ring0", "source is '10.0.0.9', which is for multicast groups"),
        ("dpdk:source=10.0.0.9,groups=239.1.1.1,net_ring0", "give groups and igmp=3, or leave it out"),
        ("dpdk:igmp=4,net_ring0", "igmp is 4; it must be from 0 to 3"),
        ("dpdk:igmp_interval=0,net_ring0", "igmp_interval is 0.0; it must be from 0.1 to 600 seconds"),
    ],
)
def test_a_wrong_name_is_refused_with_the_remedy(spec: str, words: str) -> None:
    with pytest.raises(ph.ArgumentError, match=re.escape(words)):
        ph.open_port(spec)


def test_settings_of_the_wrong_kind_are_refused() -> None:
    for settings, words in (
        ({"device": 5}, "device is 5; give text"), ({"mbufs": "many"}, "mbufs is 'many'"), ({"rss": 1}, "rss is 1"),
        ({"macs": "02:00:00:00:00:01"}, "give a sequence"), ({"macs": 5}, "give a sequence"),
        ({"link_wait": "1"}, "link_wait is '1'"), ({"offloads": [5]}, "give a sequence"),
    ):  # fmt: skip
        with pytest.raises(ph.ArgumentTypeError, match=words):
            ph.DpdkPort(**{"device": "net_ring0", **settings})  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentError, match="queue is 2; it must be from 0 to 1"):
        ph.DpdkPort("net_ring0", queues=2).queue(2)


def test_an_engine_needs_a_destination_only_where_orders_leave_the_process() -> None:
    for inside in ("net_ring0", "net_null0", "net_pcap0,rx_pcap=in.pcap"):
        ph.Engine(f"dpdk:{inside}", feed="raw", log=None)
    for outside in ("0000:03:00.0", "net_af_packet0,iface=veth0", "net_pcap0,iface=veth0", "net_tap0"):
        with pytest.raises(ph.ArgumentError, match="give order_destination"):
            ph.Engine(f"dpdk:{outside}", feed="raw", log=None)
    ph.Engine("dpdk:net_ring0", feed="itch50", udp_port=26_400, log=None)  # filters what comes in
    with pytest.raises(ph.ArgumentError, match="orders is about files"):
        ph.Engine("dpdk:net_ring0", feed="raw", orders="orders.pcap", log=None)


# Without DPDK


def test_a_package_without_the_module_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyhft._dpdk", None)
    with pytest.raises(ph.HostError, match=r"built without DPDK: `apt-get install dpdk libdpdk-dev pkg-config`"):
        ph.open_port("dpdk:net_ring0").open()  # type: ignore[union-attr]


def test_another_version_of_dpdk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError("librte_eal.so.23: cannot open shared object file")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ph.HostError, match=r"another version of DPDK .*librte_eal\.so\.23.*: `apt-get install"):
        ph.DpdkPort("net_ring0").open()


def test_importing_pyhft_loads_nothing_of_dpdk() -> None:
    said, _ = python("""
        import sys, pyhft
        print("pyhft._dpdk" in sys.modules, "librte" in open("/proc/self/maps").read())
    """)
    assert said == "False False\n"


# Frames


def frames_of(count: int, size: int = 60) -> list[bytes]:
    return [bytes([number % 256]) * size for number in range(count)]


@needs_dpdk
def test_frames_are_sent_and_received_as_views() -> None:
    sent = frames_of(40)
    with ph.DpdkPort("net_ring0") as port:
        assert port.send(sent) == 40
        assert port.send(b"\x07" * 100) == 1
        assert port.send(np.full(80, 9, np.uint8)) == 1
        with port.rx_burst(40) as frames:
            assert len(frames) == 32  # the port's own burst
            assert [frame.tobytes() for frame in frames] == sent[:32]
            assert frames[-1].tobytes() == sent[31]
            assert frames[0].dtype == np.uint8
            assert not frames[0].flags.writeable
            assert not frames[0].flags.owndata
            assert frames.timestamps.dtype == np.int64
            assert frames.timestamps.tolist() == [0] * 32
            with pytest.raises(IndexError):
                frames[32]
            with pytest.raises(ValueError, match="read-only"):
                frames[0][0] = 1
        with port.rx_burst() as frames:
            assert [frame.size for frame in frames] == [60] * 8 + [100, 80]
        with port.rx_burst() as none:
            assert len(none) == 0
            assert none.timestamps.size == 0
        assert_pool_is_full(port)
        assert port.stats()["received"] == port.stats()["sent"] == 42
        assert port.info()["driver"] == "net_ring"
    assert port.stats()["received"] == 42  # as it was when it was closed


@needs_dpdk
def test_a_released_burst_can_not_be_used_and_its_views_are_empty() -> None:
    with ph.DpdkPort("net_ring0") as port:
        port.send(frames_of(3))
        burst = port.rx_burst()
        view, times = burst[1], burst.timestamps
        burst.release()
        burst.release()
        for use in (lambda: burst[0], lambda: len(burst), lambda: list(burst), lambda: burst.timestamps):
            with pytest.raises(ph.ArgumentError, match="was released"):
                use()
        assert view.size == times.size == 0
        with pytest.raises(IndexError):
            view[0]
        del view
        assert_pool_is_full(port)


@needs_dpdk
def test_what_was_cut_from_a_view_keeps_the_buffer_from_being_used_again() -> None:
    with ph.DpdkPort("net_ring0", mbufs=15, mbuf_cache=0) as port:
        port.send(frames_of(3))
        with port.rx_burst() as frames:
            cut = frames[1][10:20]
            seen = memoryview(frames[2])
        assert port.stats()["held"] == 2
        for _ in range(20):  # every buffer that there is
            port.send([b"\xff" * 60] * 8)
            with port.rx_burst() as others:
                assert len(others) == 8
        assert cut.tolist() == [1] * 10
        assert bytes(seen) == bytes([2]) * 60
        del cut, seen, frames
        assert_pool_is_full(port)


@needs_dpdk
def test_a_burst_that_outlives_its_port_keeps_what_it_looks_at() -> None:
    port = ph.DpdkPort("net_ring0").open()
    port.send(frames_of(5))
    burst = port.rx_burst()
    view = burst[4]
    port.close()
    assert view.tolist() == [4] * 60
    with ph.DpdkPort("net_ring0") as other:
        other.send([b"\xff" * 60] * 64)
        assert view.tolist() == [4] * 60
    burst.release()


@needs_dpdk
def test_a_burst_that_is_dropped_leaves_its_frames_with_those_who_look_at_them() -> None:
    with ph.DpdkPort("net_ring0") as port:
        port.send(frames_of(5))
        assert [frame.tolist() for frame in port.rx_burst()] == [[i] * 60 for i in range(5)]
        assert_pool_is_full(port)
        port.send(frames_of(2))
        last = port.rx_burst()[1]
        assert port.stats()["held"] == 1
        assert last.tolist() == [1] * 60
        del last
        assert_pool_is_full(port)


@needs_dpdk
def test_what_a_sequence_makes_when_it_is_asked_is_what_is_sent() -> None:
    class Made(Sequence[bytes]):
        def __len__(self) -> int:
            return 20

        def __getitem__(self, number: Any) -> Any:
            if number >= 20:
                raise IndexError
            return bytes([number]) * (60 + number)

    with ph.DpdkPort("net_ring0") as port:
        assert port.send(Made()) == 20
        with port.rx_burst() as frames:
            assert [bytes(frame) for frame in frames] == list(Made())


@needs_dpdk
def test_sending_takes_what_fits_and_refuses_what_has_no_bytes() -> None:
    with ph.DpdkPort("net_ring0", mbufs=31, mbuf_cache=0) as port:
        assert port.send(frames_of(40)) == 31
        assert port.stats()["no_buffers"] > 0
        while len(port.rx_burst()) > 0:
            pass
        assert port.send([]) == 0
        assert port.send([b""]) == 1  # taken and counted
        assert port.stats()["send_refused"] == 1
        with pytest.raises(ph.ArgumentError, match="frame 1 has 3000 bytes; the port takes 2048"):
            port.send([bytes(60), bytes(3000)])
        for wrong in (5, "text", None, [5], [bytes(60), "text"]):
            with pytest.raises(ph.ArgumentTypeError, match="give bytes"):
                port.send(wrong)  # type: ignore[arg-type]
        for most in (0, 65):
            with pytest.raises(ph.ArgumentError, match=f"most is {most}; it must be from 1 to 64"):
                port.rx_burst(most)
        assert_pool_is_full(port)


@needs_dpdk
def test_a_port_opens_at_its_first_use_and_after_its_close() -> None:
    port = ph.DpdkPort("net_ring0")
    assert port.stats() == {}
    assert port.send(bytes(60)) == 1
    assert port.is_open
    port.close()
    port.close()
    assert not port.is_open
    assert port.stats()["sent"] == 1
    assert len(port.rx_burst()) == 0
    assert port.stats()["sent"] == 0
    port.close()


@needs_dpdk
def test_udp_ports_have_the_same_calls() -> None:
    with ph.UdpPort("127.0.0.1:26491") as port:
        to_itself = packets.ethernet(packets.ipv4(packets.udp(b"hello", 26491)))
        to_itself = to_itself[:30] + bytes([127, 0, 0, 1]) + to_itself[34:]
        assert port.send(to_itself) == 1
        patience = time.monotonic() + 5
        got: list[bytes] = []
        while not got and time.monotonic() < patience:
            with port.rx_burst() as frames:
                got = [frame.tobytes() for frame in frames]
                if got:
                    assert abs(frames.timestamps[0] - time.time_ns()) < 10e9
        assert got == [b"hello"]
        assert port.info()["address"] == "127.0.0.1:26491"
        assert port.stats()["received"] == 1
