"""The engine on the port over DPDK, on devices that need no card, and the commands that take one."""

from __future__ import annotations

import gzip
import json
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from support import packets
from support.captures import FOLDER, needs_captures
from support.dpdk import assert_pool_is_full, needs_dpdk

import pyhft as ph
from pyhft import doctor

QUIET: dict[str, Any] = {"risk": {"kill_switch": True}, "log": None}


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
        for use in (port.rx_burst, lambda: port.send(bytes(60)), port.close, other.close):
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
@pytest.mark.parametrize("kind", ["dpdk", "udp"])
def test_what_a_port_counts_is_told_while_an_engine_runs_on_it(kind: str, tmp_path: Path) -> None:
    updates = packets.zigzag("ZIG", 100)
    (tmp_path / "in.pcap").write_bytes(packets.pcap(packets.frame(one) for one in updates))
    capture = ph.DpdkPort(f"net_pcap0,rx_pcap={tmp_path / 'in.pcap'}")
    port: ph.NetworkPort = capture if kind == "dpdk" else ph.UdpPort("127.0.0.1:26493")
    port.open()
    engine = ph.Engine(port, feed="raw", **QUIET)
    reports: list[ph.Report] = []
    run = threading.Thread(target=lambda: reports.append(engine.run(seconds=60)))
    run.start()
    try:
        if kind == "udp":
            frames = [packets.ethernet(packets.ipv4(packets.udp(one, 26493))) for one in updates]
            with ph.UdpPort("127.0.0.1:26494") as sender:
                sender.send([one[:30] + bytes([127, 0, 0, 1]) + one[34:] for one in frames])
        patience = time.monotonic() + 20
        while port.stats()["received"] < len(updates) and time.monotonic() < patience:
            assert port.info()
            assert all("ordinary pages" in one or "rmem_max" in one for one in port.warnings())
        assert run.is_alive()
        assert port.stats()["received"] == len(updates)
        assert port.stats()["received_bytes"] > 20 * len(updates)
    finally:
        engine.stop()
        run.join()
    assert reports[0].packets == len(updates)
    port.close()


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
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_has_no_end_is_ended_with_its_full_report(sign: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pyhft", "run", "dpdk:net_ring0", "--feed", "raw", "--log", "none", "--json", "-"]
    run = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    patience = threading.Timer(30, run.kill)
    patience.start()
    assert run.stderr is not None
    while b" 0 messages" not in (line := run.stderr.readline()):  # until it says how far it is
        assert line, "it ended too soon"
    run.send_signal(sign)
    said, errors = run.communicate()
    patience.cancel()
    assert run.returncode == 0, errors
    port = json.loads(said)["port"]
    assert (port["received"], port["held"], port["mbufs_free"]) == (0, 0, port["mbufs"])


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
