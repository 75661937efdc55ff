"""The command as a user meets it: another process, its exit status, and what it prints."""

import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import packets

import pyhft as ph
from pyhft.cli.output import Progress


def pyhft(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pyhft", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment}, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "input.pcap"
    messages = packets.zigzag("ABC", 200)
    path.write_bytes(packets.pcap([packets.frame(each, 26400) for each in messages]))
    return path


def test_a_run_prints_its_report_and_logs_to_the_default_file(capture: Path, tmp_path: Path) -> None:
    done = pyhft("run", capture, cwd=tmp_path)
    assert done.returncode == 0
    assert "tick_to_trade" in done.stdout
    assert "ABC" in done.stdout
    assert (tmp_path / "trading.log").stat().st_size > 0


def test_json_goes_to_a_file_or_alone_to_standard_output(capture: Path, tmp_path: Path) -> None:
    assert pyhft("run", capture, "--json", "r.json", "--log", "none", cwd=tmp_path).returncode == 0
    done = pyhft("run", capture, "--json", "-", "--log", "none", "--digests", cwd=tmp_path)
    here, there = json.loads((tmp_path / "r.json").read_text()), json.loads(done.stdout)
    assert here["input"] == there["input"]
    assert here["books"]["ABC"]["depth_sha256"] is None
    assert there["books"]["ABC"]["depth_sha256"] is not None
    assert "tick_to_trade" in done.stderr
    assert not (tmp_path / "trading.log").exists()


def test_settings_reach_the_engine(capture: Path, tmp_path: Path) -> None:
    options = ["--shares", 7, "--order-size", 6, "--fast", 3, "--slow", 10, "--signal", 4]
    done = pyhft("run", capture, "--json", "-", "--log", "none", *options, cwd=tmp_path)
    report = json.loads(done.stdout)
    assert report["rejected"]["order_size"] == report["signals"] > 0
    assert report["settings"]["strategy"] == {"name": "macd", "fast": 3, "slow": 10, "signal": 4, "shares": 7}


def test_without_input_it_runs_over_the_synthetic_day(tmp_path: Path) -> None:
    done = pyhft("run", "--json", "-", "--log", "none", cwd=tmp_path)
    assert sum(json.loads(done.stdout)["input"]["messages"].values()) == 1_000_000


def test_generate_writes_a_day_that_run_reads(tmp_path: Path) -> None:
    done = pyhft("generate", "--seed", 7, "--messages", 20_000, "day.pcap", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "20,000 messages" in done.stdout
    done = pyhft("run", "day.pcap", "--json", "-", "--log", "none", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert sum(report["input"]["messages"].values()) == 20_000
    assert (report["input"]["gaps"], report["input"]["unknown_refs"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "absent.pcap"], ["absent.pcap", "No such file"]),
        (["run", "empty"], ["empty", "0 bytes"]),
        (["run", "empty.gz"], ["empty.gz", "0 bytes"]),
        (["run", "text"], ["text", "neither"]),
        (["run", "."], ["'.'", "folder"]),
        (["run", ""], ["can't name a file"]),
        (["run", "fifo"], ["fifo", "no regular file"]),
        (["run", "input.pcap", "--log", "input.pcap"], ["log", "the input"]),
        (["run", "input.pcap", "--json", "./input.pcap"], ["json", "the input"]),
        (["run", "input.pcap", "--orders", "x", "--json", "x"], ["json", "orders"]),
        (["run", "input.pcap", "--log-core", "99999999999999"], ["99999999999999"]),
        (["run", "wifi.pcap"], ["link type 105", "Ethernet (1)"]),
        (["run", "wifi.pcapng"], ["link type 105", "Ethernet (1)"]),
        (["run", "input.pcap", "--feed", "itch50"], ["itch50", "input.pcap"]),
        (["run", "messages", "--feed", "raw"], ["raw", "itch50"]),
        (["run", "input.pcap", "--udp-port", "5"], ["port 5"]),
        (["run", "input.pcap", "--udp-port", "70000"], ["70000", "65535"]),
        (["run", "cut.gz"], ["cut.gz", "damaged"]),
        (["run", "input.pcap", "--hot-core", "4096"], ["4096", "0"]),
        (["run", "input.pcap", "--log-core", "-5"], ["-5"]),
        (["run", "input.pcap", "--fast", "-3"], ["fast is -3", "from 1"]),
        (["run", "input.pcap", "--fast", "26", "--slow", "26"], ["fast is 26", "slow is 26", "below"]),
        (["run", "input.pcap", "--shares", "0"], ["shares is 0"]),
        (["run", "input.pcap", "--price-collar-bps", "10001"], ["10001", "10000"]),
        (["run", "input.pcap", "--strategy", "magic"], ["magic", "macd"]),
        (["run", "input.pcap", "--orders", "absent/o.pcap"], ["absent/o.pcap", "No such file"]),
        (["run", "input.pcap", "--log", "absent/log"], ["absent/log"]),
        (["run", "input.pcap", "--json", "absent/r.json"], ["absent/r.json"]),
        (["run", "input.pcap", "--order-destination", "here"], ["here", "10.0.0.2:26400"]),
        (["run", "input.pcap", "--feed", "fix"], ["fix", "itch50"]),
        (["run", "loopback:x"], ["loopback", "pcap:PATH"]),
        (["run", "--what"], ["--what"]),
        (["generate", "day.pcap", "--messages", "3"], ["3"]),
        (["generate", "absent/day.pcap"], ["absent/day.pcap"]),
        (["bench", "nothing"], ["nothing"]),
        (["fly"], ["fly"]),
        ([], ["COMMAND"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_clear_sentence(arguments: list[str], said: list[str], capture: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "empty.gz").write_bytes(gzip.compress(b""))
    (tmp_path / "text").write_text("The quick brown fox jumps over the lazy dog.\n" * 10)
    (tmp_path / "wifi.pcap").write_bytes(packets.pcap([b"\0" * 60], link_type=105))
    (tmp_path / "wifi.pcapng").write_bytes(packets.pcapng([b"\0" * 60], link_type=105))
    (tmp_path / "messages").write_bytes(packets.length_prefixed([packets.add(1, "B", 1, 1)]))
    packed = bytearray(gzip.compress(capture.read_bytes()))
    packed[len(packed) // 2] ^= 0xFF
    (tmp_path / "cut.gz").write_bytes(packed)
    done = pyhft(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    sentence = done.stderr.strip().splitlines()[-1]
    assert sentence.startswith("pyhft")
    for word in said:
        assert word in sentence
    assert done.stdout == ""


def test_an_instruction_set_that_cant_be_had_is_one_clear_sentence(capture: Path, tmp_path: Path) -> None:
    done = pyhft("run", capture, cwd=tmp_path, PYHFT_ISA="sse9")
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = done.stderr.strip().splitlines()
    assert "sse9" in sentence
    assert ph.available_isas()[0] in sentence


def test_a_cut_gzip_file_is_read_as_far_as_it_goes(capture: Path, tmp_path: Path) -> None:
    packed = gzip.compress(capture.read_bytes())
    (tmp_path / "cut.pcap.gz").write_bytes(packed[: len(packed) // 2])
    done = pyhft("run", "cut.pcap.gz", "--json", "-", "--log", "none", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert 0 < report["input"]["messages"]["raw"] < 798
    assert any("cut in the middle of its gzip data" in warning for warning in report["warnings"])


def test_gzip_members_one_after_the_other_are_one_file(capture: Path, tmp_path: Path) -> None:
    data = capture.read_bytes()
    (tmp_path / "two.gz").write_bytes(gzip.compress(data[:1000]) + gzip.compress(data[1000:]) + b"\0" * 512)
    done = pyhft("run", "two.gz", "--json", "-", "--log", "none", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert report["input"]["messages"]["raw"] == 798
    assert report["warnings"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_with_its_report(number: signal.Signals, tmp_path: Path) -> None:
    day = tmp_path / "day.pcap"
    ph.generate.synthetic_day(day, seed=1, messages=4_000_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "pyhft", "run", str(day), "--log", "none"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert process.stderr is not None
    process.stderr.readline()  # it has begun
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    # It may have been too early for a report or too late to stop anything; it never dies of it.
    assert process.returncode in (0, 130)
    assert "Traceback" not in err


def test_doctor_tells_of_this_host(tmp_path: Path) -> None:
    done = pyhft("doctor", "--json", "-", cwd=tmp_path)
    report = json.loads(done.stdout)
    findings = {finding["subject"]: finding for finding in report["findings"]}
    assert ph.isa() in findings["kernels"]["seen"]
    assert findings["clock"]["seen"] in ("rdtsc", "cntvct_el0", "clock_gettime")
    assert report["fit"] == all(finding["level"] != "fail" for finding in report["findings"])
    assert done.returncode == (0 if report["fit"] else 1)
    assert "jitter" not in report
    shown = pyhft("doctor", cwd=tmp_path).stdout
    assert all(subject in shown for subject in findings)


def test_the_jitter_meter_shows_every_core(tmp_path: Path) -> None:
    done = pyhft("doctor", "--jitter", "0.2", "--json", "-", cwd=tmp_path)
    cores = json.loads(done.stdout)["jitter"]
    assert [core["core"] for core in cores] == sorted(os.sched_getaffinity(0))
    for core in cores:
        assert core["watched_s"] > 0.0
        assert sum(count for _, _, count in core["buckets"]) == core["count"]
        assert 0.0 <= core["lost_share"] <= 1.0
    assert "core 0:" in pyhft("doctor", "--jitter", "0.1", cwd=tmp_path).stdout or 0 not in os.sched_getaffinity(0)
    both = pyhft("doctor", "--jitter", "0.05", "--priority", "3", cwd=tmp_path).stdout
    line = r"core \d+: longest gap .* under SCHED_FIFO 3, .* at the ordinary priority"
    assert len(re.findall(line, both)) == len(cores)
    for wrong in (["--jitter", "0"], ["--jitter", "x"], ["--priority", "5"], ["--jitter", "0.1", "--priority", "100"]):
        refused = pyhft("doctor", *wrong, cwd=tmp_path)
        assert refused.returncode == 2
        assert wrong[-1] in refused.stderr or "--jitter" in refused.stderr


def test_output_that_cant_be_written_is_one_sentence(capture: Path, tmp_path: Path) -> None:
    commands: list[list[object]] = [
        ["doctor"],
        ["run", capture, "--log", "none"],
        ["run", capture, "--log", "none", "--json", "-"],
        ["--help"],
        ["--version"],
        ["run", "--help"],
    ]
    for command in commands:
        for unbuffered in ("", "1") if command[-1] in ("--help", "--version") else ("",):
            with Path("/dev/full").open("w") as full:
                done = subprocess.run(
                    [sys.executable, "-m", "pyhft", *map(str, command)],
                    env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
                    stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False,
                )  # fmt: skip
            assert done.returncode == 2
            assert done.stderr.startswith("pyhft")
            assert "Traceback" not in done.stderr
            assert "No space left" in done.stderr


def test_a_closed_standard_output_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m pyhft doctor >&-"],
        stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "pyhft doctor: standard output is closed; open it, or redirect it to a file.\n"


def test_version_and_help(tmp_path: Path) -> None:
    assert pyhft("--version", cwd=tmp_path).stdout == f"pyhft {ph.__version__}\n"
    for command in ([], ["run"], ["generate"], ["bench"], ["doctor"]):
        done = pyhft(*command, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert "usage: pyhft" in done.stdout


@pytest.mark.parametrize("live", [False, True])
def test_work_that_stands_still_is_told_once_where_it_has_an_end(live: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    out = io.StringIO()
    with Progress(out, live=live) as progress:
        for messages in (5, 10, 10, 10):
            now += 2.5
            progress(messages, messages / 10)
    lines = out.getvalue().splitlines()
    if live:
        assert lines[1:] == [f"after {s} s, 10 messages" for s in (5, 8, 10)]
    else:
        assert lines == ["50% after 2 s, 5 messages", "100% after 5 s, 10 messages"]
