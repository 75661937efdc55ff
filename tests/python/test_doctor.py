"""What the doctor makes of hosts that this one isn't: the kernel's files and other programs are handed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import pyhft as ph
from pyhft import doctor


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
        (doctor._interrupts, {"cpu/isolated": ""}, "ok", "no core"),
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


@pytest.mark.parametrize(
    ("said", "disciplined", "level", "words"),
    [
        (CHRONY.format(offset="0.000012", state="Normal"), False, "ok", "ntp.example, +12.0 us"),
        (CHRONY.format(offset="-0.2", state="Normal"), True, "fail", "-200000.0 us"),
        (CHRONY.format(offset="0.0", state="Not synchronised"), True, "fail", "chrony"),
        (None, True, "ok", "is kept"),
        (None, False, "fail", "nobody"),
    ],
)
def test_the_discipline_of_the_clock(
    said: str | None, disciplined: bool, level: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_said", lambda *command: said)
    monkeypatch.setattr(doctor, "_is_disciplined", lambda: disciplined)
    finding = doctor._synchronisation()
    assert finding.level == level
    assert words in finding.seen


def test_a_list_of_the_kernel_is_its_numbers() -> None:
    assert doctor._numbers("0-2,5,7-8") == {0, 1, 2, 5, 7, 8}
    assert doctor._numbers("") == set()


def test_gaps_are_those_of_the_core_asked_for() -> None:
    core = doctor.threads.allowed_cores()[-1]
    (seen,) = doctor.watch_gaps(0.05, cores=[core])
    assert seen.core == core
    assert f"core {core}:" in str(seen)
    assert seen.gaps.count == 0 or seen.gaps.min >= 999
    with pytest.raises(ph.HostError, match="100000"):
        doctor.watch_gaps(0.05, cores=[100_000])
    with pytest.raises(ph.ArgumentError, match="seconds is 0"):
        doctor.watch_gaps(0.0)
    with pytest.raises(ph.ArgumentError, match="120"):
        doctor.watch_gaps(0.05, priority=120)
