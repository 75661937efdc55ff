"""What this host gives the engine: each finding with why it matters and the command that mends it."""

from __future__ import annotations

import ctypes
import itertools
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pyhft import kernels
from pyhft._core import clock, threads
from pyhft.errors import Error

__all__ = ["Finding", "Gaps", "examine", "is_fit", "watch_gaps"]

Level = Literal["ok", "warn", "fail"]

_CPU = Path("/sys/devices/system/cpu")


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
    seen = f"{len(allowed)} allowed: {', '.join(map(str, allowed))}"
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
    for state in _CPU.glob("cpu0/cpuidle/state*"):
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


def _interrupts() -> Finding:
    why = "an interrupt on the hot core takes it away for microseconds"
    isolated = _numbers(_read(_CPU / "isolated") or "")
    if not isolated:
        return Finding("interrupts", "ok", "no core is isolated from them", why)
    there = sorted(
        int(irq.name)
        for irq in Path("/proc/irq").glob("[0-9]*")
        if (listed := _read(irq / "effective_affinity_list")) and _numbers(listed) & isolated
    )
    if not there:
        return Finding("interrupts", "ok", "none on the isolated cores", why)
    seen = f"{len(there)} on isolated cores: {', '.join(map(str, there[:8]))}{' ...' if there[8:] else ''}"
    return Finding(
        "interrupts", "warn", seen, why, "echo OTHER_CORES > /proc/irq/N/smp_affinity_list, and stop irqbalance"
    )


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


def _is_disciplined() -> bool:
    """Ask the kernel whether anybody keeps its clock right."""
    clock_unsynchronised, status_unsynchronised = 5, 0x40
    timex = _Timex()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return False
    return 0 <= state != clock_unsynchronised and not timex.status & status_unsynchronised


def _synchronisation() -> Finding:
    why = "stamps of orders must agree with the exchange's, and regulators ask for it"
    subject = "clock discipline"
    chrony = _said("chronyc", "-c", "tracking")
    if chrony:
        fields = chrony.split(",")
        source, offset_s = fields[1] or fields[0], float(fields[4])
        seen = f"chrony follows {source}, {offset_s * 1e6:+.1f} us off"
        tolerable_s = 1e-3
        if fields[-1] == "Not synchronised" or abs(offset_s) > tolerable_s:
            return Finding(subject, "fail", seen, why, "chronyc waitsync, then look at chronyc sources")
        return Finding(subject, "ok", seen, why)
    ptp = [path.name for path in Path("/sys/class/ptp").glob("ptp*")]
    if _is_disciplined():
        return Finding(
            subject, "ok", "the kernel's clock is kept" + (f"; devices {', '.join(ptp)}" if ptp else ""), why
        )
    remedy = "apt-get install chrony" if not ptp else "apt-get install linuxptp, then phc2sys; or chrony"
    return Finding(subject, "fail", "nobody keeps the kernel's clock", why, remedy)


def _dpdk() -> Finding:
    why = "packets reach the engine without a system call through DPDK only; files and sockets need none of it"
    version = _said("pkg-config", "--modversion", "libdpdk")
    if version is None:
        return Finding("DPDK", "warn", "not installed", why, "apt-get install dpdk libdpdk-dev pkg-config")
    bound = sorted(
        device.name
        for driver in ("vfio-pci", "uio_pci_generic", "igb_uio")
        for device in Path(f"/sys/bus/pci/drivers/{driver}").glob("*:*")
    )
    devices = f"devices {', '.join(bound)}" if bound else "no device is bound to it"
    return Finding("DPDK", "ok", f"{version}, {devices}", why)


def _privileges() -> Finding:
    why = "priorities, governors and devices ask for them"
    return Finding("privileges", "ok", "root" if os.geteuid() == 0 else "ordinary user", why)


_LOOKS: tuple[Callable[[], Finding], ...] = (
    _kernels, _counter, _cores, _isolated, _tickless, _governor, _siblings, _sleep_states, _interrupts, _memory_nodes,
    _huge_pages, _transparent_huge_pages, _memory_lock, _priority_limit, _realtime_limit, _synchronisation, _dpdk,
    _privileges,
)  # fmt: skip


def examine() -> list[Finding]:
    """Look over the host; nothing is changed.

    Returns
    -------
    list of Finding
    """
    return [look() for look in _LOOKS]


def is_fit(findings: Iterable[Finding]) -> bool:
    """Tell whether the host is fit for live trading: nothing failed."""
    return all(finding.level != "fail" for finding in findings)


@dataclass(frozen=True)
class Gaps:
    """What a busy loop on a core missed.

    Attributes
    ----------
    core : int
    gaps : pyhft.Histogram
        Of the times in ns that were taken away, each a microsecond or more.
    watched_s : float
        How long was watched.
    lost_share : float
        The share of that which the gaps took.
    notes : tuple of str
        What could not be done, or was done with a danger.
    """

    core: int
    gaps: clock.Histogram
    watched_s: float
    lost_share: float
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain values; the histogram as its buckets (lowest, highest, count)."""
        return {
            "core": self.core, "watched_s": self.watched_s, "lost_share": self.lost_share, "notes": list(self.notes),
            "count": self.gaps.count, "p50_ns": self.gaps.percentile(50), "p99_ns": self.gaps.percentile(99),
            "max_ns": self.gaps.max, "buckets": self.gaps.buckets().tolist(),
        }  # fmt: skip

    def __str__(self) -> str:
        rate = self.gaps.count / max(self.watched_s, 1e-9)
        largest_us = self.gaps.max / 1000
        lines = [
            f"core {self.core}: {rate:.0f} gaps/s from 1 us on, {self.lost_share:.2%} lost, longest {largest_us:.1f} us"
        ]
        buckets = self.gaps.buckets()
        for low, high in itertools.pairwise(_STEPS_NS):
            within = (buckets["lowest"] >= low) & (buckets["lowest"] < high)
            count = int(buckets["count"][within].sum())
            if count:
                bar = "#" * max(1, round(40 * count / self.gaps.count))
                lines.append(f"  {low // 1000:>9,} us and more  {count:>9,}  {bar}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


# Of gaps, in ns: 1, 2, 5, 10 us and so on.
_STEPS_NS = [step * 10**power for power in range(3, 12) for step in (1, 2, 5)]


def watch_gaps(seconds: float, *, cores: Iterable[int] | None = None, priority: int | None = None) -> list[Gaps]:
    """Spin on every core and record when it was taken away.

    Parameters
    ----------
    seconds : float
        How long, up to an hour.
    cores : iterable of int, optional
        Which; all that are allowed otherwise.
    priority : int, optional
        Under SCHED_FIFO with this priority, 1 to 99, where that is allowed: shows what the kernel's real-time limit
        does to a thread that spins.

    Returns
    -------
    list of Gaps

    Raises
    ------
    ArgumentError
        If seconds or priority is out of range.
    HostError
        If a core doesn't exist or isn't allowed.
    """
    chosen = threads.allowed_cores() if cores is None else list(cores)
    return [
        Gaps(seen["core"], seen["gaps"], seen["watched_ns"] / 1e9, seen["lost_ns"] / max(seen["watched_ns"], 1.0),
             tuple(seen["notes"]))
        for seen in clock.watch_gaps(chosen, float(seconds), priority=priority)
    ]  # fmt: skip
