"""What the doctor makes of hosts that this one isn't: the kernel's files and other programs are handed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pyhft import doctor
from pyhft.errors import HostError


def test_every_finding_says_why_and_what_is_wrong_says_how_it_is_mended() -> None:
    findings = doctor.examine()
    assert len({finding.subject for finding in findings}) == len(findings)
    for finding in findings:
        assert finding.level in ("ok", "warn", "fail")
        assert finding.seen
        assert finding.why
        assert finding.level == "ok" or finding.remedy, finding.subject
        assert finding.to_dict()["level"] == finding.level
        assert (finding.why in str(finding)) == (finding.level != "ok")


def test_one_failure_makes_a_host_unfit() -> None:
    ok, warn, fail = (doctor.Finding("x", level, "y", "z", "w") for level in ("ok", "warn", "fail"))
    assert doctor.is_fit([ok, warn])
    assert not doctor.is_fit([ok, fail, warn])


def host(monkeypatch: pytest.MonkeyPatch, root: Path, files: dict[str, str]) -> None:
    """Have the doctor read these files, and none of this host's."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(doctor, "_CPU", root / "cpu")
    monkeypatch.setattr(doctor, "_IRQ", root / "irq")
    monkeypatch.setattr(doctor, "_read", lambda path: _text(root, path))


def _text(root: Path, path: Path | str) -> str | None:
    place = Path(path) if str(path).startswith(str(root)) else root / str(path).lstrip("/")
    return place.read_text().strip() if place.is_file() else None


@pytest.mark.parametrize(
    ("look", "files", "level", "words"),
    [
        (doctor._isolated, {"cpu/isolated": "2-3"}, "ok", "2-3"),
        (doctor._isolated, {"cpu/isolated": ""}, "warn", "isolcpus"),
        (doctor._tickless, {"cpu/nohz_full": "(null)"}, "warn", "nohz_full"),
        (doctor._governor, {"cpu/cpu0/cpufreq/scaling_governor": "powersave"}, "warn", "performance"),
        (doctor._governor, {"cpu/cpu0/cpufreq/scaling_governor": "performance"}, "ok", "performance"),
        (doctor._siblings, {"cpu/cpu0/topology/thread_siblings_list": "0,4"}, "warn", "0\\+4"),
        (doctor._siblings, {"cpu/cpu0/topology/thread_siblings_list": "0"}, "ok", "none"),
        (doctor._sleep_states, {"cpu/cpu0/cpuidle/state3/latency": "200"}, "warn", "200 us"),
        (doctor._sleep_states, {"cpu/cpu0/cpuidle/state3/latency": "200",
                                "cpu/cpu0/cpuidle/state3/disable": "1"}, "ok", "0 us"),
        (doctor._transparent_huge_pages,
         {"sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never"}, "warn", "madvise"),
        (doctor._huge_pages, {"sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "8",
                              "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages": "3"}, "ok", "3 free of 8"),
        (doctor._huge_pages, {}, "warn", "nr_hugepages"),
        (doctor._realtime_limit, {"proc/sys/kernel/sched_rt_runtime_us": "-1"}, "ok", "off"),
        (doctor._realtime_limit, {"proc/sys/kernel/sched_rt_runtime_us": "950000",
                                  "proc/sys/kernel/sched_rt_period_us": "1000000"}, "warn", "950000 us in 1000000"),
        (doctor._interrupts, {"cpu/isolated": "3", "irq/24/effective_affinity_list": "0-2"}, "ok", "none on the iso"),
        (doctor._interrupts, {"cpu/isolated": "3", "irq/24/effective_affinity_list": "3",
                              "irq/25/effective_affinity_list": "2-3", "irq/9/effective_affinity_list": "1"},
         "warn", "^24-25 on the isolated"),
        (doctor._interrupts, {"irq/7/effective_affinity_list": "0"}, "warn", "^7 on core 0"),
        (doctor._cores, {"cpu/online": "0-3"}, "fail", "^0, of 0-3"),
    ],
)  # fmt: skip
def test_the_kernel_s_settings(
    look: Callable[[], doctor.Finding], files: dict[str, str], level: str, words: str,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    host(monkeypatch, tmp_path, files)
    monkeypatch.setattr(doctor.threads, "allowed_cores", lambda: [0])
    finding = look()
    assert finding.level == level
    assert re.search(words, f"{finding.seen} {finding.remedy}")


CHRONY = "A29FC87B,ntp.example,3,1700000000.0,{offset},0.0,0.0,0.0,0.0,0.0,0.0,0.0,64.0,{state}"


PTP = """sending: GET TIME_STATUS_NP
    001122.fffe.334455-0 seq 0 RESPONSE MANAGEMENT TIME_STATUS_NP
        master_offset              {offset}
        ingress_time               1700000000000000000
        gmPresent                  {present}
        gmIdentity                 00aabb.fffe.ccddee"""
TIMESYNCD = """       Server: 192.0.2.1 (ntp.example)
Poll interval: 34min 8s (min: 32s; max 34min 8s)
       Offset: {offset}
        Delay: 10.5ms"""


@pytest.mark.parametrize(
    ("said", "kept", "level", "words"),
    [
        ({"pmc": PTP.format(offset=-37, present="true")}, None, "ok", "PTP follows 00aabb.fffe.ccddee, -0.037 us"),
        ({"pmc": PTP.format(offset=0, present="false")}, "kept", "fail", "no grandmaster"),
        ({"pmc": PTP.format(offset=5_000_000, present="true"), "chronyc": ""}, "kept", "fail", "+5000.000 us"),
        ({"chronyc": CHRONY.format(offset="0.000012", state="Normal")}, None, "ok", "ntp.example, +12.0 us"),
        ({"chronyc": CHRONY.format(offset="-0.2", state="Normal")}, "kept", "fail", "-200000.0 us"),
        ({"chronyc": CHRONY.format(offset="0.0", state="Not synchronised")}, "kept", "fail", "chrony"),
        ({"chronyc": "506 Cannot talk to daemon"}, "kept", "ok", "kept"),
        ({"timedatectl": TIMESYNCD.format(offset="+312us")}, "kept", "ok", "(ntp.example), +312.0 us"),
        ({"timedatectl": TIMESYNCD.format(offset="-1.5ms")}, "kept", "fail", "-1500.0 us"),
        ({}, "kept", "ok", "kept"),
        ({}, None, "fail", "nobody"),
    ],
)
def test_the_discipline_of_the_clock(
    said: dict[str, str], kept: str | None, level: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_said", lambda *command: said.get(command[0]))
    monkeypatch.setattr(doctor, "_kept_by_the_kernel", lambda: kept)
    finding = doctor._synchronisation()
    assert finding.level == level
    assert words in finding.seen
    assert bool(finding.remedy) == (level == "fail")


@pytest.mark.parametrize(
    ("release", "runtime", "level", "words"),
    [
        ("6.1.0-13-amd64", None, "ok", "not in this kernel"),
        ("6.12.0", "50000000", "warn", "50000 us"),
        ("7.0.1", None, "warn", "can't be read"),
        ("6.18.44", "0", "ok", "off"),
    ],
)
def test_the_fair_server(
    release: str, runtime: str | None, level: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = "sys/kernel/debug/sched/fair_server/cpu0/runtime"
    host(monkeypatch, tmp_path, {} if runtime is None else {file: runtime})
    monkeypatch.setattr(doctor.threads, "allowed_cores", lambda: [0])
    monkeypatch.setattr(doctor.os, "uname", lambda: SimpleNamespace(release=release))
    finding = doctor._fair_server()
    assert (finding.level, words in finding.seen) == (level, True)


def test_the_kernel_says_how_far_off_its_clock_is() -> None:
    kept = doctor._kept_by_the_kernel()
    assert kept is None or re.search(r"[+-]\d+\.\d us off, at most \d+ us", kept)


def test_a_list_of_the_kernel_is_its_numbers() -> None:
    assert doctor._numbers("0-2,5,7-8") == {0, 1, 2, 5, 7, 8}
    assert doctor._numbers("") == set()
    assert doctor._in_words([7, 0, 1, 2, 5, 8]) == "0-2,5,7-8"
    assert doctor._in_words([]) == ""


def card(root: Path, address: str, driver: str, group: str = "") -> None:
    """Make one as /sys shows it."""
    place = root / "pci" / address
    place.mkdir(parents=True)
    (place / "class").write_text("0x020000")
    for link, target in (("driver", driver), ("iommu_group", group)):
        if target:
            (root / link / target).mkdir(parents=True, exist_ok=True)
            (place / link).symlink_to(root / link / target)


def test_the_doctor_says_what_dpdk_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host(monkeypatch, tmp_path, {"pci/0000:00:01.0/class": "0x030000", "vfio/7": ""})
    monkeypatch.setattr(doctor, "_PCI", tmp_path / "pci")
    monkeypatch.setattr(doctor, "_VFIO", tmp_path / "vfio")
    for refusal in ("pyhft was built without DPDK: `apt-get install dpdk`.", "another version (libx: no): `pip x`."):

        def refuse(why: str = refusal) -> None:
            raise HostError(why)

        monkeypatch.setattr(doctor, "core_module", refuse)
        finding = doctor._dpdk()
        assert finding.level == "warn"
        assert f"{finding.seen}: {finding.remedy}" == refusal
        assert finding.remedy.startswith("`")
    monkeypatch.setattr(doctor, "core_module", lambda: SimpleNamespace(version=lambda: "22.11.11"))
    assert doctor._dpdk().level == "ok"
    card(tmp_path, "0000:03:00.0", "ixgbe")
    card(tmp_path, "0000:03:00.1", "")
    finding = doctor._dpdk()
    assert finding.seen == "22.11.11, the kernel has all network cards: 0000:03:00.0 (ixgbe), 0000:03:00.1 (no driver)"
    assert "dpdk-devbind.py --bind=vfio-pci" in finding.remedy
    card(tmp_path, "0000:03:00.2", "vfio-pci", "7")
    finding = doctor._dpdk()
    assert (finding.level, finding.seen) == ("ok", "22.11.11, bound to it: 0000:03:00.2")
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    finding = doctor._dpdk()
    assert finding.level == "warn"
    assert "0000:03:00.2 is bound to vfio-pci, and this user may not open" in finding.seen
    assert finding.remedy == f"sudo chown $USER {tmp_path / 'vfio' / '7'}"


@pytest.mark.parametrize(
    ("text", "seen", "remedy"),
    [
        ("dpdk port: 'x' is no device: give y: z.", "dpdk port: 'x' is no device", "give y: z."),
        ("DPDK can't open 'x' (No such) (DPDK: EAL: no): see to it.",
         "DPDK can't open 'x' (No such) (DPDK: EAL: no)", "see to it."),
        ("dpdk port: burst is 0; it must be 1.", "dpdk port: burst is 0; it must be 1.", ""),
    ],
)  # fmt: skip
def test_a_refusal_is_parted_into_what_was_seen_and_what_mends_it(text: str, seen: str, remedy: str) -> None:
    assert doctor._cause_and_remedy(text) == (seen, remedy)
