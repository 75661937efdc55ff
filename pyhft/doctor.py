"""What this host gives the engine: each finding with why it matters and the command that mends it."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pyhft import kernels
from pyhft._core import clock, threads
from pyhft.dpdk_port import core_module
from pyhft.errors import Error, HostError
from pyhft.network_port import NetworkPort
from pyhft.ports import FilePort, as_port

__all__ = ["Finding", "examine", "examine_port", "is_fit"]

Level = Literal["ok", "warn", "fail"]

_CPU = Path("/sys/devices/system/cpu")
_IRQ = Path("/proc/irq")
_PCI = Path("/sys/bus/pci/devices")
_VFIO = Path("/dev/vfio")
_GIVEN_TO_DPDK = ("vfio-pci", "uio_pci_generic", "igb_uio")


@dataclass(frozen=True)
class Finding:
    """One look at the host.

    Attributes
    ----------
    subject : str
        What was looked at.
    level : {'ok', 'warn', 'fail'}
        As it should be; slower or less steady than it could be; not fit for live trading.
    seen : str
        What was found.
    why : str
        Why it matters, in one line.
    remedy : str
        The command that mends it; empty where nothing needs doing.
    """

    subject: str
    level: Level
    seen: str
    why: str = ""
    remedy: str = ""

    def to_dict(self) -> dict[str, object]:
        """Give the finding as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"{self.level:<4} {self.subject:<18} {self.seen}"]
        if self.level != "ok":
            lines += [f"     {'':<18} {part}" for part in (self.why, self.remedy and f"-> {self.remedy}") if part]
        return "\n".join(lines)


def _read(path: Path | str) -> str | None:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None


def _number(path: Path | str) -> int | None:
    text = _read(path)
    return int(text) if text is not None and text.lstrip("-").isdigit() else None


def _said(*command: str) -> str | None:
    """Give what a program prints; None where it isn't installed or fails."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=5)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _numbers(listed: str) -> set[int]:
    """Give the numbers of a kernel's list, such as 0-3,6."""
    numbers: set[int] = set()
    for part in filter(None, listed.split(",")):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def _in_words(numbers: Iterable[int]) -> str:
    """Write numbers as the kernel lists them, such as 0-3,6."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _chosen(text: str | None) -> str | None:
    """Give the word that a kernel's choice has in brackets."""
    return text.partition("[")[2].partition("]")[0] if text and "[" in text else text


def _kernels() -> Finding:
    why = "indicators are computed eight doubles at a time with AVX-512, four with AVX2, one without"
    try:
        isa = kernels.isa()
    except Error as refused:
        return Finding("kernels", "fail", "none", why, str(refused))
    seen = f"{isa} of {', '.join(kernels.available_isas())}"
    return Finding("kernels", "warn" if isa == "scalar" else "ok", seen, why)


def _counter() -> Finding:
    why = "every stamp of the hot path is a reading of the time stamp counter"
    warning = clock.counter_warning()
    return Finding("clock", "fail" if warning else "ok", clock.counter_source(), why, warning)


def _cores() -> Finding:
    allowed = threads.allowed_cores()
    there = _numbers(_read(_CPU / "online") or "")
    seen = f"{_in_words(allowed)}, of {_in_words(there)} (the rest is kept from us by a cpuset or taskset)"
    if set(allowed) >= there:
        seen = f"{len(allowed)}: {_in_words(allowed)}"
    why = "the hot thread spins: with a single core it fights with the log, the workers and Python"
    wanted = 2
    if len(allowed) >= wanted:
        return Finding("cores", "ok", seen, why)
    return Finding("cores", "fail", seen, why, "allow a second one (taskset, cpuset, a larger machine)")


def _boot_setting(subject: str, path: Path, why: str, remedy: str) -> Finding:
    cores = _read(path)
    if cores and cores != "(null)":
        return Finding(subject, "ok", cores, why)
    return Finding(subject, "warn", "none", why, remedy)


def _isolated() -> Finding:
    return _boot_setting(
        "isolated cores", _CPU / "isolated",
        "the scheduler puts other threads on the core of the hot thread",
        "boot with isolcpus=N and run with --hot-core N",
    )  # fmt: skip


def _tickless() -> Finding:
    return _boot_setting(
        "tickless cores", _CPU / "nohz_full",
        "the timer tick takes microseconds, hundreds of times a second",
        "boot with nohz_full=N rcu_nocbs=N (the kernel must be built with NO_HZ_FULL)",
    )  # fmt: skip


def _governor() -> Finding:
    why = "a core that slows down when idle is slow for the first packet after a pause"
    governors = {text for core in threads.allowed_cores()
                 if (text := _read(_CPU / f"cpu{core}/cpufreq/scaling_governor")) is not None}  # fmt: skip
    if not governors:
        return Finding("governor", "ok", "none to set (a virtual machine, or frequencies are the firmware's)", why)
    seen = ", ".join(sorted(governors))
    if governors == {"performance"}:
        return Finding("governor", "ok", seen, why)
    return Finding("governor", "warn", seen, why, "cpupower frequency-set -g performance")


def _siblings() -> Finding:
    why = "two threads on one physical core share its caches and execution units"
    allowed = set(threads.allowed_cores())
    pairs = {
        tuple(sorted(_numbers(listed)))
        for core in allowed
        if (listed := _read(_CPU / f"cpu{core}/topology/thread_siblings_list")) is not None
    }
    shared = sorted(pair for pair in pairs if len(pair) > 1)
    if not shared:
        return Finding("SMT siblings", "ok", "none", why)
    seen = "; ".join("+".join(map(str, pair)) for pair in shared)
    return Finding("SMT siblings", "warn", seen, why, "leave the sibling of the hot core idle, or boot with nosmt")


def _sleep_states() -> Finding:
    why = "waking a core from a deep sleep state takes up to hundreds of microseconds"
    deepest = 0
    for core in threads.allowed_cores():
        for state in _CPU.glob(f"cpu{core}/cpuidle/state*"):
            if _read(state / "disable") != "1":
                deepest = max(deepest, _number(state / "latency") or 0)
    seen = f"the deepest takes {deepest} us to leave"
    tolerable = 10
    if deepest <= tolerable:
        return Finding("sleep states", "ok", seen, why)
    return Finding("sleep states", "warn", seen, why, f"cpupower idle-set -D {tolerable}")


def _huge_pages() -> Finding:
    why = "books, arenas and DPDK's packet pools on large pages take fewer misses of the address cache"
    total = _number("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages") or 0
    free = _number("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages") or 0
    seen = f"{free} free of {total} of 2 MiB"
    return Finding("huge pages", "ok" if free else "warn", seen, why, "" if free else "sysctl -w vm.nr_hugepages=256")


def _transparent_huge_pages() -> Finding:
    why = "'always' joins pages behind the program's back, which stops it for the time of the copy"
    chosen = _chosen(_read("/sys/kernel/mm/transparent_hugepage/enabled"))
    if chosen != "always":
        return Finding("transparent pages", "ok", chosen or "not in this kernel", why)
    remedy = "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"
    return Finding("transparent pages", "warn", chosen, why, remedy)


def _memory_lock() -> Finding:
    why = "memory that isn't locked may be swapped out under the hot thread"
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    enough = 1 << 30
    unlimited = limit == resource.RLIM_INFINITY
    seen = "unlimited" if unlimited else f"{limit >> 10} KiB"
    if os.geteuid() == 0 or unlimited or limit >= enough:
        return Finding("memory lock", "ok", seen if os.geteuid() else f"{seen}, which doesn't bind root", why)
    remedy = "add '* - memlock unlimited' to /etc/security/limits.conf and log in again"
    return Finding("memory lock", "warn", seen, why, remedy)


def _priority_limit() -> Finding:
    why = "a real-time priority, where one is asked for, needs the right to it"
    limit = resource.getrlimit(resource.RLIMIT_RTPRIO)[0]
    if os.geteuid() == 0 or limit > 0:
        return Finding("real-time priority", "ok", "root may set it" if os.geteuid() == 0 else f"up to {limit}", why)
    remedy = "add '* - rtprio 90' to /etc/security/limits.conf and log in again"
    return Finding("real-time priority", "warn", "not allowed", why, remedy)


def _realtime_limit() -> Finding:
    why = "it stops a SCHED_FIFO thread that spins for tens of milliseconds in every second; it leaves others alone"
    runtime = _number("/proc/sys/kernel/sched_rt_runtime_us")
    if runtime is None or runtime == -1:
        return Finding("real-time limit", "ok", "off", why)
    seen = f"{runtime} us in {_number('/proc/sys/kernel/sched_rt_period_us')} us"
    return Finding(
        "real-time limit", "warn", seen, why, "sysctl -w kernel.sched_rt_runtime_us=-1, or ask for no priority"
    )


def _fair_server() -> Finding:
    why = "it lends the core of a SCHED_FIFO thread to ordinary ones that wait on it, by default for 50 ms in a second"
    subject = "fair server"
    first_with_one = (6, 12)
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    if release is None or (int(release[1]), int(release[2])) < first_with_one:
        return Finding(subject, "ok", "not in this kernel", why)
    folder = Path("/sys/kernel/debug/sched/fair_server")
    runtimes = {core: _number(folder / f"cpu{core}/runtime") for core in threads.allowed_cores()}
    if all(runtime == 0 for runtime in runtimes.values()):
        return Finding(subject, "ok", "off", why)
    known = sorted({runtime for runtime in runtimes.values() if runtime})
    seen = f"{' or '.join(str(ns // 1000) for ns in known)} us" if known else "there; its setting can't be read"
    remedy = f"echo 0 > {folder}/cpuN/runtime (debugfs, as root), or isolcpus=N, or ask for no priority"
    return Finding(subject, "warn", seen, why, remedy)


def _interrupts() -> Finding:
    why = "an interrupt on the hot core takes it away for microseconds"
    isolated = _numbers(_read(_CPU / "isolated") or "")
    hot = isolated or {threads.allowed_cores()[0]}
    where = "the isolated cores" if isolated else f"core {min(hot)}, the first allowed"
    there = sorted(
        int(irq.name)
        for irq in _IRQ.glob("[0-9]*")
        if (listed := _read(irq / "effective_affinity_list")) and _numbers(listed) & hot
    )
    if not there:
        return Finding("interrupts", "ok", f"none on {where}", why)
    return Finding(
        "interrupts", "warn", f"{_in_words(there)} on {where}", why,
        "echo OTHER_CORES > /proc/irq/N/smp_affinity_list, and stop irqbalance; or another --hot-core",
    )  # fmt: skip


def _memory_nodes() -> Finding:
    why = "memory of another node takes half as long again"
    nodes = sorted(int(node.name[4:]) for node in Path("/sys/devices/system/node").glob("node[0-9]*"))
    if len(nodes) <= 1:
        return Finding("memory nodes", "ok", "one", why)
    remedy = "keep the cores of the engine and the network card on one: numactl --cpunodebind=N --membind=N pyhft run"
    return Finding("memory nodes", "warn", f"{len(nodes)}", why, remedy)


class _Timex(ctypes.Structure):
    """The beginning of struct timex of adjtimex(2), and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("rest", ctypes.c_byte * 256),
    )  # fmt: skip


def _kept_by_the_kernel() -> str | None:
    """Say how far off the kernel takes its own clock to be; None where nobody keeps it."""
    clock_unsynchronised, status_unsynchronised, status_nanoseconds = 5, 0x40, 0x2000
    timex = _Timex()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    if state < 0 or state == clock_unsynchronised or timex.status & status_unsynchronised:
        return None
    offset_us = timex.offset / 1000 if timex.status & status_nanoseconds else timex.offset
    return f"the kernel's clock is kept, {offset_us:+.1f} us off, at most {timex.maxerror} us"


_TOLERABLE_OFFSET_S = 1e-3
_Synchronised = tuple[str, bool]  # what was seen, and whether it will do


def _ptp() -> _Synchronised | None:
    """Ask linuxptp's ptp4l: its management client, as root."""
    said = _said("pmc", "-u", "-b", "0", "GET TIME_STATUS_NP")
    fields = dict(re.findall(r"^\s+(\w+)\s+(\S+)$", said or "", flags=re.MULTILINE))
    if "master_offset" not in fields:
        return None
    offset_s = int(fields["master_offset"]) / 1e9
    synchronised = fields.get("gmPresent") == "true"
    source = f"PTP follows {fields.get('gmIdentity', '?')}" if synchronised else "PTP has no grandmaster"
    return f"{source}, {offset_s * 1e6:+.3f} us off", synchronised and abs(offset_s) <= _TOLERABLE_OFFSET_S


def _chrony() -> _Synchronised | None:
    said = _said("chronyc", "-c", "tracking")
    fields = said.split(",") if said else []
    try:
        source, offset_s = fields[1] or fields[0], float(fields[4])
    except (IndexError, ValueError):
        return None
    synchronised = fields[-1] != "Not synchronised"
    return f"chrony follows {source}, {offset_s * 1e6:+.1f} us off", (
        synchronised and abs(offset_s) <= _TOLERABLE_OFFSET_S
    )


def _timesyncd() -> _Synchronised | None:
    said = _said("timedatectl", "timesync-status")
    fields = dict(re.findall(r"^\s*(\w[\w ]*): (.+)$", said or "", flags=re.MULTILINE))
    offset = re.fullmatch(r"([+-]?[\d.]+)(us|ms|s|min)", fields.get("Offset", ""))
    if offset is None:
        return None
    offset_s = float(offset[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}[offset[2]]
    seen = f"timesyncd follows {fields.get('Server', '?')}, {offset_s * 1e6:+.1f} us off"
    return seen, abs(offset_s) <= _TOLERABLE_OFFSET_S


def _synchronisation() -> Finding:
    why = "stamps of orders must agree with the exchange's, and regulators ask for it"
    subject = "clock discipline"
    devices = sorted(path.name for path in Path("/sys/class/ptp").glob("ptp*"))
    hardware = f"; PTP devices: {', '.join(devices)}" if devices else ""
    for ask, remedy in (
        (_ptp, "look at the log of ptp4l, then at pmc -u -b 0 'GET PORT_DATA_SET'"),
        (_chrony, "chronyc waitsync, then look at chronyc sources"),
        (_timesyncd, "apt-get install chrony"),
    ):
        answer = ask()
        if answer is not None:
            seen, good = answer
            return Finding(subject, "ok" if good else "fail", seen + hardware, why, "" if good else remedy)
    kept = _kept_by_the_kernel()
    if kept is not None:
        return Finding(subject, "ok", kept + hardware, why)
    remedy = "apt-get install linuxptp, then phc2sys; or chrony" if devices else "apt-get install chrony"
    return Finding(subject, "fail", "nobody keeps the kernel's clock" + hardware, why, remedy)


def _cards() -> Iterable[tuple[Path, str]]:
    """Give every network card on PCI and the driver that has it, "" where none has."""
    for card in sorted(_PCI.glob("*")):
        if (_read(card / "class") or "").startswith("0x02"):
            driver = card / "driver"
            yield card, driver.resolve().name if driver.exists() else ""


def _dpdk() -> Finding:
    why = "packets reach the engine without a system call through DPDK only; files and sockets need none of it"
    subject = "DPDK"
    try:
        version = core_module().version()
    except HostError as refused:
        seen, remedy = _cause_and_remedy(str(refused))
        return Finding(subject, "warn", seen, why, remedy)
    given, others = [], []
    for card, driver in _cards():
        if driver not in _GIVEN_TO_DPDK:
            others.append(f"{card.name} ({driver or 'no driver'})")
            continue
        given.append(card.name)
        group = _VFIO / (card / "iommu_group").resolve().name
        if group.exists() and not os.access(group, os.R_OK | os.W_OK):
            seen = f"{version}, {card.name} is bound to {driver}, and this user may not open {group}"
            return Finding(subject, "warn", seen, why, f"sudo chown $USER {group}")
    if given:
        return Finding(subject, "ok", f"{version}, bound to it: {', '.join(given)}", why)
    if not others:
        return Finding(subject, "ok", f"{version}, no network card is here; its virtual devices are", why)
    remedy = "dpdk-devbind.py --bind=vfio-pci ADDRESS, as root, and not of the card that you are logged in by"
    return Finding(subject, "warn", f"{version}, the kernel has all network cards: {', '.join(others)}", why, remedy)


def _privileges() -> Finding:
    why = "priorities, governors and devices ask for them"
    return Finding("privileges", "ok", "root" if os.geteuid() == 0 else "ordinary user", why)


_LOOKS: tuple[Callable[[], Finding], ...] = (
    _kernels, _counter, _cores, _isolated, _tickless, _governor, _siblings, _sleep_states, _interrupts, _memory_nodes,
    _huge_pages, _transparent_huge_pages, _memory_lock, _priority_limit, _realtime_limit, _fair_server,
    _synchronisation, _dpdk, _privileges,
)  # fmt: skip


def examine() -> list[Finding]:
    """Look over the host; nothing is changed.

    Returns
    -------
    list of Finding
    """
    return [look() for look in _LOOKS]


def examine_port(given: FilePort | NetworkPort | str, seconds: float = 1.0) -> list[Finding]:
    """Try a port: open it, listen for a while, close it. What is received meanwhile is thrown away.

    Parameters
    ----------
    given : str or port
        Its name, such as ``"dpdk:net_ring0"`` or ``"udp:239.1.1.1:26400@eth1"``, or a path.
    seconds : float
        How long to listen to a network.

    Returns
    -------
    list of Finding
        One that failed, with what would mend it, where the port can't be opened.
    """
    why = "an engine opens it in the same way"
    try:
        port = as_port(given)
        if isinstance(port, FilePort):
            with port.unpacked() as file:
                container, feed = file.kind(None, None)
            return [Finding("port", "ok", f"{port.path}: {container} of {feed}, {file.size_bytes:,} bytes", why)]
        with port:
            return _seen_of(port, seconds)
    except Error as refused:
        seen, remedy = _cause_and_remedy(str(refused))
        return [Finding("port", "fail", seen, why, remedy)]


def _cause_and_remedy(text: str) -> tuple[str, str]:
    """Part an error's sentence at the first colon behind the name of a port and outside of brackets."""
    depth = 0
    begin = next((len(name) for name in ("dpdk port: ", "udp port: ") if text.startswith(name)), 0)
    for at in range(begin, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0 and text.startswith(": ", at):
            return text[:at], text[at + 2 :]
    return text, ""


def _seen_of(port: NetworkPort, seconds: float) -> list[Finding]:
    facts = ", ".join(f"{name} {fact}" for name, fact in port.info().items() if fact != "")
    findings = [Finding("port", "ok", f"{port}: {facts}")]
    frames = size = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with port.rx_burst(64) as burst:
            frames += len(burst)
            size += sum(frame.size for frame in burst)
    heard = f"{frames:,} frames, {size:,} bytes in {seconds:g} s"
    why = "a feed that is on the wire is heard here"
    remedy = "see that the sender sends, the cable is in, and the multicast group is joined"
    findings.append(Finding("received", "ok" if frames else "warn", heard, why, "" if frames else remedy))
    counted = ", ".join(f"{name} {count:,}" for name, count in port.stats().items() if count)
    findings.append(Finding("counted", "ok", counted or "nothing"))
    findings += [Finding("port", "warn", warning) for warning in port.warnings()]
    return findings


def is_fit(findings: Iterable[Finding]) -> bool:
    """Tell whether the host is fit for live trading: nothing failed."""
    return all(finding.level != "fail" for finding in findings)
