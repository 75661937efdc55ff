"""What the port over DPDK does to its process: memory, users, the wait for a link, forks, and how it ends.

Each test is a process of its own, for DPDK starts once in one.
"""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path

import pytest
from support.dpdk import needs_dpdk, python

import pyhft as ph


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
        try:
            ph.DpdkPort("net_ring0", mbufs=200_000).open()
        except ph.HostError as refused:
            print("A pool of 200000 mbufs can't be had" in str(refused), "memory_mb=" in str(refused))
        with ph.DpdkPort("net_ring0") as port:  # which the refusal hasn't spoilt
            print(port.stats()["mbufs_free"])
    """)
    assert said == "ordinary pages 1 1 []\nTrue\nTrue\nTrue\nTrue True\n8191\n"


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
def test_a_wait_for_a_peer_ends_by_ctrl_c_and_holds_up_nobody_who_has_the_gil(tmp_path: Path) -> None:
    said, _ = python(f"""
        import os, signal, threading, time
        import pyhft as ph
        socket = "{tmp_path}/nobody.sock"
        ring = ph.DpdkPort("net_ring0").open()
        port = ph.DpdkPort("net_virtio_user0,server=1,path=" + socket)
        def others():
            global ring
            while not os.path.exists(socket):
                time.sleep(0.01)
            print(ring.stats()["received"], ring.info()["driver"], flush=True)
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            del ring  # closes it, as soon as nobody else is at DPDK
        beside = threading.Thread(target=others)
        beside.start()
        try:
            port.open()
        except KeyboardInterrupt:
            beside.join()
            print("interrupted", port.is_open)
    """)
    assert said == "0 net_ring\ninterrupted False\n"


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
