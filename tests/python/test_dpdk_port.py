"""The port over DPDK on devices that need no card: its names, its use from Python, and the engine on it."""

from __future__ import annotations

import copy
import gzip
import importlib
import json
import os
import pickle
import random
import re
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import packets
from support.captures import FOLDER, needs_captures
from support.dpdk import needs_dpdk

import pyhft as ph
from pyhft import doctor

QUIET: dict[str, Any] = {"risk": {"kill_switch": True}, "log": None}


def python(code: str, *, status: int = 0, **environment: str) -> tuple[str, str]:
    """Run in a process of its own: DPDK starts once in each."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout, done.stderr


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


def assert_pool_is_full(port: ph.NetworkPort) -> None:
    stats = port.stats()
    assert stats["held"] == 0
    assert stats["mbufs_free"] == stats["mbufs"]


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


# The engine


def same(left: ph.Report, right: ph.Report) -> None:
    for name in ("packets", "messages", "malformed", "gaps", "unknown_refs", "books", "signals", "orders", "rejected"):
        assert getattr(left, name) == getattr(right, name), name


@needs_dpdk
@needs_captures
@pytest.mark.parametrize("name", ["aapl_20200130_premarket_10k", "arl_20250717"])
def test_a_real_capture_gives_the_same_through_dpdk_as_from_its_file(name: str, tmp_path: Path) -> None:
    plain = tmp_path / "day.pcap"
    plain.write_bytes(gzip.decompress((FOLDER / "moldudp64" / f"{name}.moldudp64.pcap.gz").read_bytes()))
    from_file = ph.Engine(plain, orders=tmp_path / "file.pcap", log=None).run()
    port = ph.DpdkPort(f"net_pcap0,rx_pcap={plain},tx_pcap={tmp_path / 'dpdk.pcap'}")
    with port:
        report = ph.Engine(port, feed="itch50", log=None).run(packets=from_file.packets, seconds=60)
        same(report, from_file)
        assert_pool_is_full(port)
        assert port.stats() == report.port
    assert report.port["received"] == from_file.packets
    assert report.port["device_sent"] == from_file.orders > 0
    sent = [packets.read_pcap((tmp_path / f"{kind}.pcap").read_bytes()) for kind in ("file", "dpdk")]
    # The time in an order is that of the packet behind it, of which net_pcap keeps the microseconds.
    timeless = [[frame[:40] + frame[42:-8] for _, frame in one] for one in sent]
    assert timeless[0] == timeless[1]
    times = [[int.from_bytes(frame[-8:], "little") // 1000 for _, frame in one] for one in sent]
    assert times[0] == times[1]
    assert report.settings["container"] == "dpdk"


@needs_dpdk
def test_a_ring_gives_the_same_as_a_file() -> None:
    day = [packets.frame(raw) for raw in packets.zigzag("ZIG", 300)]
    with ph.DpdkPort("net_ring0") as port:
        assert port.send(day[:1000]) == 1000
        # Orders come back on the ring: they are no raw updates, but whole messages of another length.
        report = ph.Engine(port, feed="raw", log=None, order_destination="10.0.0.2:26400").run(packets=1000, seconds=60)
        assert report.messages["raw"] >= 1000 - report.orders
        assert report.orders > 0
        assert port.stats()["sent"] == 1000 + report.orders
        while len(port.rx_burst()) > 0:
            pass
        assert_pool_is_full(port)


@needs_dpdk
def test_fuzzed_and_cut_frames_are_counted_as_from_a_file(tmp_path: Path) -> None:
    dice = random.Random(5)
    messages = [packets.add(reference, "B", 100, 10_000) for reference in range(1, 400)]
    whole = [packets.frame(packets.moldudp64([one], number)) for number, one in enumerate(messages, 1)]
    frames = []
    for one in whole:
        spoilt = bytearray(one)
        for _ in range(dice.choice([0, 0, 1, 4])):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        frames += [bytes(spoilt[: dice.choice([len(spoilt), len(spoilt), dice.randrange(len(spoilt))])])]
    frames += [b"", b"\0", bytes(13), bytes(2048)]
    capture = tmp_path / "fuzzed.pcap"
    capture.write_bytes(packets.pcap(frames))
    from_file = ph.Engine(capture, feed="itch50", **QUIET).run()
    long = tmp_path / "long.pcap"
    long.write_bytes(packets.pcap([*frames[:200], bytes(65_535), bytes(9_000), *frames[200:]]))
    with ph.DpdkPort(f"net_pcap0,rx_pcap={long}") as port:
        report = ph.Engine(port, feed="itch50", **QUIET).run(idle=0.3)
        same(report, from_file)
        assert sum(report.malformed.values()) > 20
        assert report.port["segmented"] == 2
        assert any("2 frames were longer than an mbuf" in warning for warning in report.warnings)
        assert_pool_is_full(port)


@needs_dpdk
def test_an_engine_has_its_port_alone_and_gives_it_back() -> None:
    port = ph.DpdkPort("net_ring0", queues=2).open()
    other = port.queue(1)
    engine = ph.Engine(port, feed="raw", **QUIET)
    running = threading.Event()
    reports: list[ph.Report] = []
    run = threading.Thread(target=lambda: reports.append(engine.run(progress=lambda *_: running.set())))
    run.start()
    assert running.wait(20)
    try:
        for use in (port.rx_burst, port.stats, port.info, lambda: port.send(bytes(60)), port.close, other.close):
            with pytest.raises(ph.ArgumentError, match="in use by a running engine"):
                use()
        with pytest.raises(ph.ArgumentError, match="in use by a running engine"):
            ph.Engine(port, feed="raw", **QUIET).run(seconds=5)
        beside = ph.Engine(other, feed="raw", **QUIET).run(seconds=0.2)  # another queue is another port
        assert beside.packets == 0
    finally:
        engine.stop()
        run.join()
    assert reports[0].packets == 0
    with port.rx_burst(), pytest.raises(ph.ArgumentError, match="haven't ended: release them"):
        ph.Engine(port, feed="raw", **QUIET).run(seconds=5)
    assert port.is_open
    port.close()
    assert not other.is_open


@needs_dpdk
def test_an_engine_that_opens_its_port_closes_it() -> None:
    port = ph.DpdkPort("net_ring0")
    ph.Engine(port, feed="raw", **QUIET).run(seconds=0.1)
    assert not port.is_open
    assert port.stats()["received"] == 0
    with pytest.raises(ph.HostError, match="no interface 'nowhere0'"):
        ph.Engine("dpdk:net_af_packet0,iface=nowhere0", feed="raw", **QUIET).run(seconds=5)


@needs_dpdk
def test_the_command_runs_a_capture_through_dpdk_and_the_doctor_tries_it(tmp_path: Path) -> None:
    (tmp_path / "in.pcap").write_bytes(packets.pcap([packets.frame(one) for one in packets.zigzag("ZIG", 100)]))
    device = "dpdk:net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap"
    command = [sys.executable, "-m", "pyhft"]
    done = subprocess.run(
        [*command, "run", device, "--feed", "raw", "--idle", "0.3", "--log", "none", "--json", "r.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["port"]["received"] == report["input"]["packets"] == 398
    assert report["port"]["device_sent"] == report["orders"] > 0
    assert len(packets.read_pcap((tmp_path / "out.pcap").read_bytes())) == report["orders"]
    tried = subprocess.run(
        [*command, "doctor", "port", device], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stderr
    assert "driver net_pcap" in tried.stdout
    assert "398 frames" in tried.stdout


@needs_dpdk
def test_the_doctor_names_what_is_wrong_with_a_port(tmp_path: Path) -> None:
    capture = tmp_path / "in.pcap"
    capture.write_bytes(packets.pcap([packets.frame(packets.moldudp64([packets.add(1, "B", 1, 1)], 1))]))
    (finding,) = doctor.examine_port("dpdk:net_af_packet0,iface=nowhere0")
    assert finding.level == "fail"
    assert finding.seen == "There is no interface 'nowhere0' on this host"
    assert finding.remedy.startswith("name one of ")
    assert [one.level for one in doctor.examine_port("udp:127.0.0.1:26492", seconds=0.05)] == ["ok", "warn", "ok"]
    (file,) = doctor.examine_port(str(capture))
    assert "capture of itch50" in file.seen
    said = subprocess.run(
        [sys.executable, "-m", "pyhft", "doctor", "ports"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert "write 'port NAME'" in said.stderr


# The host. Each in a process of its own, for DPDK starts once.


@needs_dpdk
def test_without_huge_pages_it_runs_on_ordinary_ones_and_says_so() -> None:
    said, _ = python("""
        import pyhft as ph
        with ph.DpdkPort("net_ring0", huge_pages="never") as port:
            print(port.info()["memory"], port.send(bytes(60)), len(port.rx_burst()), port.warnings())
        for other in ({"huge_pages": "always"}, {"memory_mb": 4096}, {"eal_arguments": ["--iova-mode=va"]}):
            try:
                ph.DpdkPort("net_ring0", **other).open()
            except ph.ArgumentError as refused:
                print("DPDK starts once per process" in str(refused))
    """)
    assert said == "ordinary pages 1 1 []\nTrue\nTrue\nTrue\n"


@needs_dpdk
def test_too_few_huge_pages_are_named_before_dpdk_is_asked() -> None:
    said, _ = python("""
        import pyhft as ph
        try:
            ph.DpdkPort("net_ring0", huge_pages="always", mbufs=1 << 22).open()
        except ph.HostError as refused:
            print(refused)
        with ph.DpdkPort("net_ring0", huge_pages="never") as port:  # which the refusal hasn't spoilt
            print(port.is_open)
    """)
    assert re.match(r"The port needs \d+ huge pages of 2 MB and \d+ are free: `sysctl -w vm\.nr_hugepages=\d+`", said)
    assert said.endswith("True\n")


@needs_dpdk
def test_a_wait_for_the_link_ends_by_ctrl_c(tmp_path: Path) -> None:
    said, _ = python(f"""
        import os, signal, threading, time
        import pyhft as ph
        port = ph.DpdkPort("net_vhost0,iface={tmp_path}/nobody.sock", link_wait=50)  # up when a peer comes
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        try:
            port.open()
        except KeyboardInterrupt:
            print(0.9 < time.monotonic() - began < 20, port.is_open)
    """)
    assert said == "True False\n"


@needs_dpdk
def test_a_device_that_is_no_network_card_is_refused_and_let_go() -> None:
    said, _ = python("""
        import pyhft as ph
        for _ in range(2):
            try:
                ph.DpdkPort("crypto_null0").open()
            except ph.HostError as refused:
                print(refused)
    """)
    refusal = "'crypto_null0' is a device of DPDK's, but none for packets: give a network card, or a net_... device."
    assert said.splitlines() == [refusal, refusal]


@needs_dpdk
def test_an_unknown_argument_of_dpdk_is_refused_and_another_start_works() -> None:
    said, _ = python("""
        import pyhft as ph
        try:
            ph.DpdkPort("net_ring0", eal_arguments=["-n", "4", "--nonsense=5"]).open()
        except ph.ArgumentError as refused:
            print("refused:", refused)
        try:
            ph.DpdkPort("net_ring0", eal_arguments=["--iova-mode=nowhere"]).open()
        except ph.HostError as refused:
            print("refused:", refused)
        with ph.DpdkPort("net_ring0") as port:
            print(port.is_open)
    """)
    assert "'--nonsense=5' among eal_arguments is none of --base-virtaddr" in said
    assert "see that eal_arguments, '--iova-mode=nowhere', are options of EAL." in said
    assert "True" in said.splitlines()


@needs_dpdk
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_has_rings_and_is_told_what_the_rest_needs() -> None:
    said, _ = python("""
        import os, pyhft as ph, pyhft._dpdk
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        with ph.DpdkPort("net_ring0") as port:
            print(port.send(bytes(60)), len(port.rx_burst()))
        for device in ("net_af_packet0,iface=lo", "net_tap0"):
            try:
                ph.DpdkPort(device).open()
            except ph.HostError as refused:
                print(refused)
    """)
    first, packet, tap = said.splitlines()
    assert first == "1 1"
    assert "'net_af_packet0' needs the right CAP_NET_RAW: run as root, or `setcap" in packet
    assert "'net_tap0' needs the right CAP_NET_ADMIN" in tap


# How a process ends


@needs_dpdk
@pytest.mark.parametrize(
    ("ending", "status", "said"),
    [
        ("", 0, ""),
        ("port.close()", 0, ""),
        ("burst = port.rx_burst(); kept = burst[0]", 0, ""),
        ("raise ValueError('by the user')", 1, "ValueError: by the user"),
        ("sys.exit(3)", 3, ""),
        ("other = ph.DpdkPort('net_ring0').open(); del port", 0, ""),
        ("engine.run(seconds=0.1)", 0, ""),
        ("threading.Thread(target=engine.run, kwargs={'seconds': 0.5}).start()", 0, ""),
        ("threading.Thread(target=poll, daemon=True).start(); time.sleep(0.1)", 0, ""),
        ("threading.Thread(target=engine.run, daemon=True).start(); time.sleep(0.3)", 0, ""),
    ],
)  # fmt: skip
def test_a_process_ends_cleanly_however_it_ends(ending: str, status: int, said: str) -> None:
    code = f"""
        import sys, threading, time
        import pyhft as ph
        def poll():
            while True:
                port.rx_burst().release()
        port = ph.DpdkPort("net_ring0").open()
        port.send([bytes(60)] * 10)
        engine = ph.Engine(port, feed="raw", log=None)
        {ending}
    """
    _, errors = python(code, status=status)
    assert errors.strip().splitlines()[-1:] == ([said] if said else []), errors
    assert "EAL" not in errors


@needs_dpdk
def test_a_forked_child_harms_nothing_and_is_told_that_it_has_no_dpdk() -> None:
    said, errors = python("""
        import os, sys, warnings
        warnings.simplefilter("ignore")  # Python's about forking with threads
        import pyhft as ph
        port = ph.DpdkPort("net_ring0").open()
        port.send([bytes(60)] * 5)
        if (child := os.fork()) == 0:
            try:
                ph.DpdkPort("net_ring0").open()
            except ph.HostError as refused:
                print("forked from" in str(refused), flush=True)
            sys.exit(0)  # with all that Python does at its end
        print(os.waitpid(child, 0)[1], len(port.rx_burst()), port.send(bytes(60)), len(port.rx_burst()))
    """)
    assert said == "True\n0 5 1 1\n"
    assert errors == ""


@needs_dpdk
def test_a_forked_child_takes_nothing_from_its_parent() -> None:
    said, errors = python("""
        import os, warnings
        warnings.simplefilter("ignore")  # Python's about forking with threads
        import pyhft as ph
        port = ph.DpdkPort("net_ring0", mbufs=255, mbuf_cache=0).open()
        port.send([bytes([7]) * 60] * 4)
        port.send([bytes([8]) * 60] * 4)
        burst = port.rx_burst(4)
        views = list(burst)
        if (child := os.fork()) == 0:
            burst.release()
            del views
            for use in (port.rx_burst, lambda: port.send(bytes(60)), port.info, port.open):
                try:
                    use()
                except ph.HostError as refused:
                    print("forked from" in str(refused), flush=True)
            port.close()
            os._exit(0)
        print(os.waitpid(child, 0)[1], port.stats()["held"], port.stats()["mbufs_free"])
        with port.rx_burst() as others:
            print(len(others), {f[0] for f in others} == {8}, {f[59] for f in views} == {7})
        burst.release()
        del views
        print(port.stats()["mbufs_free"], flush=True)
    """)
    assert said == "True\n" * 4 + "0 4 247\n4 True True\n255\n"
    assert errors == ""


@needs_dpdk
def test_no_class_of_the_module_can_be_used_unmade() -> None:
    _dpdk = importlib.import_module("pyhft._dpdk")
    for made in (_dpdk.DpdkDevice, _dpdk.DpdkSettings, _dpdk.DpdkQueue):
        thing = made.__new__(made)
        with pytest.raises(ph.ArgumentTypeError, match="made by __new__ alone"):
            thing.name if made is _dpdk.DpdkDevice else thing.mbufs if made is _dpdk.DpdkSettings else thing.stats()
