"""What this host gives the engine: each finding with what would mend it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from pyhft import kernels
from pyhft._core import clock, threads
from pyhft.errors import Error

__all__ = ["Finding", "examine"]


@dataclass(frozen=True)
class Finding:
    """One look at the host.

    Attributes
    ----------
    subject : str
        What was looked at.
    good : bool
        Whether it serves the engine as it is.
    seen : str
        What was found.
    remedy : str
        What to do about it; empty where nothing needs doing.
    """

    subject: str
    good: bool
    seen: str
    remedy: str = ""

    def to_dict(self) -> dict[str, object]:
        """Give the finding as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        line = f"{'ok ' if self.good else '-- '} {self.subject:<16} {self.seen}"
        return f"{line}\n    {'':<16} {self.remedy}" if self.remedy else line


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None


def _kernels() -> Finding:
    try:
        kernels.isa()
    except Error as refused:
        return Finding("kernels", False, "none", str(refused))
    return Finding("kernels", True, f"{kernels.isa()} of {', '.join(kernels.available_isas())}")


def _counter() -> Finding:
    warning = clock.counter_warning()
    return Finding("clock", not warning, clock.counter_source(), warning)


def _cores() -> Finding:
    allowed = threads.allowed_cores()
    seen = f"{len(allowed)} allowed: {', '.join(map(str, allowed))}"
    wanted = 2
    if len(allowed) >= wanted:
        return Finding("cores", True, seen)
    return Finding(
        "cores", False, seen, "the hot thread shares its core with the log; allow a second (taskset, cpuset)."
    )


def _isolated() -> Finding:
    isolated = _read("/sys/devices/system/cpu/isolated")
    if isolated:
        return Finding("isolated cores", True, isolated)
    return Finding(
        "isolated cores", False, "none", "boot with isolcpus=N nohz_full=N rcu_nocbs=N and run with --hot-core N."
    )


def _governor() -> Finding:
    governor = _read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    if governor is None:
        return Finding("governor", True, "none to set (a virtual machine, or frequencies are the firmware's)")
    if governor == "performance":
        return Finding("governor", True, governor)
    return Finding("governor", False, governor, "cpupower frequency-set -g performance")


def _huge_pages() -> Finding:
    reserved = _read("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages")
    if reserved not in (None, "0"):
        return Finding("huge pages", True, f"{reserved} free of 2 MiB")
    return Finding("huge pages", False, "none reserved of 2 MiB", "sysctl vm.nr_hugepages=256")


def _realtime() -> Finding:
    runtime = _read("/proc/sys/kernel/sched_rt_runtime_us")
    if runtime is None or runtime == "-1":
        return Finding("real-time limit", True, "off")
    return Finding(
        "real-time limit",
        True,
        f"{runtime} us in every second",
        "matters for SCHED_FIFO only, which is never used unasked: sysctl kernel.sched_rt_runtime_us=-1",
    )


def _privileges() -> Finding:
    return Finding("privileges", True, "root" if os.geteuid() == 0 else "ordinary user")


_LOOKS: tuple[Callable[[], Finding], ...] = (
    _kernels, _counter, _cores, _isolated, _governor, _huge_pages, _realtime, _privileges,
)  # fmt: skip


def examine() -> list[Finding]:
    """Look over the host; nothing is changed.

    Returns
    -------
    list of Finding
    """
    return [look() for look in _LOOKS]
