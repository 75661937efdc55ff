"""Networks of the tests' own: a pair of namespaces with a cable between them, and programs that nobody here wrote.

The engine's end is `here`, the exchange's is `there`; the interface is called veth0 in both. No interface of the host
is touched. Whatever was started is ended with the network.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Self

from support.packets import read_pcap
from support.required import need, need_namespaces

INTERFACE = "veth0"
HERE = "10.77.0.1"
THERE = "10.77.0.2"
HERE_MAC = "02:00:00:77:00:01"
THERE_MAC = "02:00:00:77:00:02"
FILTER = "not igmp and not arp and not dst host 233.54.12.111"  # all that the engine sends, and nothing of the feed
_CLONE_NEWNET = 0x40000000
_NUMBERS = itertools.count()


def until(true: Callable[[], Any], what: str, seconds: float = 20.0) -> Any:
    """Wait for something that another program does, and give what it was."""
    patience = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < patience, f"{what}: not within {seconds} s"
        time.sleep(0.01)
    return value


class Namespace:
    """One end of a cable: programs are run in it, and sockets of this process made in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._started: list[subprocess.Popen[Any]] = []
        run("ip", "netns", "add", name)

    def run(self, *command: object, timeout: float = 60) -> str:
        return run("ip", "netns", "exec", self.name, *command, timeout=timeout)

    def start(self, *command: object, **options: Any) -> subprocess.Popen[Any]:
        """Start a program that is killed at the end if it still runs then."""
        started = subprocess.Popen(["ip", "netns", "exec", self.name, *map(str, command)], **options)
        self._started.append(started)
        return started

    def socket(self, family: int = socket.AF_INET, kind: int = socket.SOCK_DGRAM, protocol: int = 0) -> socket.socket:
        """Make a socket of this namespace, for any thread: it stays where it was made."""
        made: list[socket.socket | OSError] = []

        def make() -> None:  # in a thread of its own, which alone moves
            try:
                with (Path("/run/netns") / self.name).open() as file:
                    if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), _CLONE_NEWNET) != 0:
                        raise OSError(ctypes.get_errno(), f"setns to {self.name}")
                made.append(socket.socket(family, kind, protocol))
            except OSError as caught:
                made.append(caught)

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        if isinstance(made[0], OSError):
            raise made[0]
        return made[0]

    def send_frames(self, frames: Iterable[bytes], interface: str = INTERFACE, pause_s: float = 0.001) -> int:
        """Put whole frames on the cable, in small pieces so that a slow reader keeps up; gives how many."""
        pause_every = 64
        count = 0
        with self.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
            out.bind((interface, 0))
            for frame in frames:
                out.send(frame)
                count += 1
                if count % pause_every == 0:
                    time.sleep(pause_s)
        return count

    def replay(self, capture: Path, packets_a_second: int, interface: str = INTERFACE) -> None:
        """Let tcpreplay send a capture."""
        need("tcpreplay")
        said = self.run("tcpreplay", "-i", interface, f"--pps={packets_a_second}", "--preload-pcap", capture)
        assert "Failed packets:            0" in said, said

    def close(self) -> None:
        for program in self._started:
            end(program)
        run("ip", "netns", "del", self.name)


def remove_left_behind() -> None:
    """Remove what a test run that was killed couldn't."""
    for made in Path("/run/netns").glob("pyhft*"):
        owner = re.match(r"pyhft(\d+)", made.name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            subprocess.run(["ip", "netns", "del", made.name], check=False)


class Cable:
    """Two namespaces and a veth pair between them."""

    def __init__(self) -> None:
        need_namespaces()
        remove_left_behind()
        name = f"pyhft{os.getpid()}n{next(_NUMBERS)}"
        with contextlib.ExitStack() as stack:
            self.here = Namespace(name + "h")
            stack.callback(self.here.close)
            self.there = Namespace(name + "t")
            stack.callback(self.there.close)
            run("ip", "link", "add", INTERFACE, "address", HERE_MAC, "netns", self.here.name, "type", "veth",
                "peer", "name", INTERFACE, "address", THERE_MAC, "netns", self.there.name)  # fmt: skip
            for end_, address in ((self.here, HERE), (self.there, THERE)):
                # No packets but the tests' own, and checksums that are written by who sends.
                end_.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                         "net.ipv6.conf.default.disable_ipv6=1", "net.ipv4.conf.all.rp_filter=0",
                         f"net.ipv4.conf.{INTERFACE}.rp_filter=0")  # fmt: skip
                end_.run("ethtool", "-K", INTERFACE, "tx", "off")
                end_.run("ip", "address", "add", f"{address}/24", "dev", INTERFACE)
                end_.run("ip", "link", "set", "lo", "up")
                end_.run("ip", "link", "set", INTERFACE, "up")
            for end_, address, mac in ((self.here, THERE, THERE_MAC), (self.there, HERE, HERE_MAC)):
                end_.run("ip", "neighbour", "replace", address, "lladdr", mac, "dev", INTERFACE)
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def huge_pages_free(at_least: int = 100) -> bool:
    """Tell whether DPDK finds huge pages; without, its programs are run on ordinary ones."""
    path = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages")
    return path.exists() and int(path.read_text()) >= at_least


def run(*command: object, timeout: float = 60) -> str:
    """Run a program to its end and give what it said; an assertion where it failed."""
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}"
    return done.stdout


def end(program: subprocess.Popen[Any]) -> None:
    """Kill what still runs, and forget it."""
    if program.poll() is None:
        program.kill()
    program.wait()
    for pipe in (program.stdin, program.stdout, program.stderr):
        if pipe is not None:
            pipe.close()


def first_line(program: subprocess.Popen[str], expected: str) -> None:
    """Wait for a line of it; anything else is told with what it said as it ended."""
    assert program.stdout is not None
    line = program.stdout.readline()
    if line != expected + "\n":
        assert program.stderr is not None
        program.kill()
        raise AssertionError(f"it didn't say {expected}: {line}{program.stdout.read()}{program.stderr.read()}")


def the_json_of(program: subprocess.Popen[str], patience_s: float = 60) -> Any:
    """Wait for the end of a program that succeeds, complains of nothing and says nothing but JSON from here on."""
    assert program.stdout is not None
    assert program.stderr is not None
    watchdog = threading.Timer(patience_s, program.kill)
    watchdog.start()
    said, errors = program.stdout.read(), program.stderr.read()
    assert (program.wait(), errors) == (0, "")
    watchdog.cancel()
    return json.loads(said)


class Capture:
    """Let tcpdump write down what crosses an interface, from when this is made."""

    def __init__(self, where: Namespace, file: Path, interface: str = INTERFACE, only: str = FILTER) -> None:
        need("tcpdump")
        self._file = file
        self._program = where.start(
            "tcpdump", "-i", interface, "-w", file, "-U", "--immediate-mode", "-Q", "in", "-B", 16_384, "-s", 2_048,
            "-Z", "root", "--time-stamp-precision=nano", only, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._program.stderr is not None
        assert "listening on" in self._program.stderr.readline()

    def wait_for(self, count: int) -> None:
        """Wait until it has seen so many frames."""
        until(lambda: len(self._seen()) >= count, f"{count} frames")

    def frames(self, count: int) -> list[bytes]:
        """End it once it has seen so many frames, and give all of them."""
        with contextlib.suppress(AssertionError):
            until(lambda: len(self._seen()) >= count, "frames", 10)
        self._program.send_signal(signal.SIGINT)
        _, said = self._program.communicate(timeout=20)
        seen = self._seen()
        assert len(seen) >= count, f"{len(seen)} frames of {count} were captured; tcpdump: {said}"
        return seen

    def _seen(self) -> list[bytes]:
        data = self._file.read_bytes() if self._file.exists() else b""
        return [frame for _, frame in read_pcap(data)] if len(data) >= 24 else []


def assert_well_formed(capture: Path, count: int, destination: str, port: int) -> None:
    """Let tshark look at every frame of a capture: all are datagrams to there, with right lengths and checksums."""
    need("tshark")
    fields = ("frame.len", "frame.cap_len", "ip.len", "udp.length", "ip.checksum.status", "udp.checksum.status",
              "ip.dst", "udp.dstport", "_ws.malformed", "_ws.expert.severity")  # fmt: skip
    shown = subprocess.run(
        ["tshark", "-r", capture, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields",
         *itertools.chain.from_iterable(("-e", field) for field in fields)],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    assert len(shown) == count
    for line in shown:
        length, captured, ip_length, udp_length, *rest, severity = line.split("\t")
        assert length == captured
        assert int(length) == int(ip_length) + 14 == int(udp_length) + 34
        assert rest == ["1", "1", destination, str(port), ""], line
        remark = 0x400000  # that of a guess, such as that a port is one of traceroute's
        assert all(int(each) <= remark for each in severity.split(",") if each), line


class Testpmd:
    """DPDK's own forwarder as a second process, over vhost-user.

    With one socket, whatever comes in goes back with its addresses swapped; with two, it goes out at the other. Both of
    its threads stand on one core, so that the other is for who talks to it.
    """

    __test__ = False  # its name makes pytest curious

    def __init__(self, *sockets: Path, client: bool = False) -> None:
        need("dpdk-testpmd")
        core = min(os.sched_getaffinity(0))
        number = next(_NUMBERS)
        devices = []
        for one in sockets:
            if not client:
                one.unlink(missing_ok=True)  # that of one that was killed
            devices += ["--vdev", f"net_vhost{len(devices) // 2},iface={one}" + (",client=1" if client else "")]
        memory = ["--in-memory", "--single-file-segments"] if huge_pages_free() else ["--no-huge", "--no-shconf"]
        self._output: IO[str] = sockets[0].with_suffix(f".testpmd{number}").open("w+")
        # What a full ring doesn't take is offered again, up to a second long: nothing is lost where somebody is slow.
        commands = sockets[0].with_suffix(".commands")
        mode = "macswap" if len(sockets) == 1 else "io"
        commands.write_text(f"set fwd {mode} retry\nset burst tx delay 100 retry 10000\n")
        self._program = subprocess.Popen(
            ["dpdk-testpmd", "--lcores", f"0@{core},1@{core}", "--no-pci", "--no-telemetry", *memory, "-m", "64",
             "--file-prefix", f"pyhft{os.getpid()}n{number}", *devices, "--",
             f"--cmdline-file={commands}", "--auto-start", "--total-num-mbufs=4096", "--stats-period", "60"],
            stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        until(self._ready, "testpmd is ready")

    def _ready(self) -> bool:
        assert self._program.poll() is None, self._said()
        return "start packet forwarding" in self._said()

    def _said(self) -> str:
        self._output.flush()
        return Path(self._output.name).read_text(errors="replace")

    def kill(self) -> None:
        """End it as a crash would: its socket stays behind."""
        end(self._program)

    def totals(self) -> tuple[int, int]:
        """End it, and give the packets that it received and sent, over all its ports."""
        self._program.send_signal(signal.SIGINT)
        self._program.wait(timeout=20)
        total = self._said().rpartition("Accumulated forward statistics")[2].split()
        return int(total[total.index("RX-packets:") + 1]), int(total[total.index("TX-packets:") + 1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._program)
        self._output.close()


class LiveEngine:
    """An engine in a process of its own, in a namespace or not: it is there to be sent to, and told when to end."""

    def __init__(
        self,
        port: str,
        limits: dict[str, Any],
        *,
        where: Namespace | None = None,
        program: str = "live_engine.py",
        **settings: Any,
    ) -> None:
        command = (
            sys.executable,
            str(Path(__file__).with_name(program)),
            port,
            json.dumps(limits),
            json.dumps(settings),
        )
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self._program = where.start(*command, **pipes) if where else subprocess.Popen(command, **pipes)
        first_line(self._program, "ready")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep it from running for a while, so that what comes has to wait."""
        self._program.send_signal(signal.SIGSTOP)
        threads = Path(f"/proc/{self._program.pid}/task")
        until(lambda: all(") T " in (one / "stat").read_text() for one in threads.iterdir()), "it has stopped")
        try:
            yield
        finally:
            self._program.send_signal(signal.SIGCONT)

    def report(self) -> dict[str, Any]:
        """Wait for its end and give its report."""
        result: dict[str, Any] = self._said()
        return result

    def reports(self) -> list[dict[str, Any]]:
        """Wait for its end and give the reports of all its engines."""
        result: list[dict[str, Any]] = self._said()
        return result

    def _said(self) -> Any:
        return the_json_of(self._program)

    def close(self) -> None:
        end(self._program)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LivePort:
    """A port used directly by a process of its own: it sends a capture and writes down what it receives."""

    def __init__(
        self,
        port: str,
        to: Path,
        receive: list[int],
        send: Path | None = None,
        *,
        come_back: bool = True,
        ready: bool = True,
        where: Namespace | None = None,
    ) -> None:
        sent = str(send) if send else None
        job = {"port": port, "send": sent, "come_back": come_back, "receive": receive, "to": str(to)}
        command = (sys.executable, str(Path(__file__).with_name("live_port.py")), json.dumps(job))
        names = ("stdin", "stdout", "stderr")
        pipes: dict[str, Any] = {"text": True, **dict.fromkeys(names, subprocess.PIPE)}
        self._program = where.start(*command, **pipes) if where else subprocess.Popen(command, **pipes)
        if ready:
            self.wait_for("ready")

    def wait_for(self, word: str) -> None:
        first_line(self._program, word)

    def go(self) -> None:
        """Let it begin a round."""
        assert self._program.stdin is not None
        self._program.stdin.write("go\n")
        self._program.stdin.flush()

    def result(self) -> dict[str, Any]:
        """Wait for its end, and give what it says of the port."""
        result: dict[str, Any] = the_json_of(self._program)
        return result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._program)
