"""Waits of a log from Python: ended by Ctrl-C or their time, and calls that race with the end, counted."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import pyhft as ph


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trading.log"


# A file system that hangs: a pipe that nobody reads.
_STUCK = """
import os, signal, sys, threading, time
import pyhft as ph
os.mkfifo(sys.argv[1])
end = os.open(sys.argv[1], os.O_RDWR)
log = ph.Logger(sys.argv[1], when_full=sys.argv[2], ring_bytes=1 << (16 if sys.argv[2] == "block" else 20))
calls = 0
def fill():
    global calls
    while True:
        calls += 1
        log.info("{}", "x" * 200)
def interrupt(when=0.1):
    threading.Timer(when, os.kill, (os.getpid(), signal.SIGINT)).start()
def expect_interrupted(work):
    interrupt()
    try:
        work()
    except KeyboardInterrupt:
        return
    sys.exit(3)
"""


def _run_stuck(path: Path, when_full: str, code: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", _STUCK + code, str(path), when_full],
        timeout=60,
        check=False,
        capture_output=True,
        text=True,
    )
    path.unlink()
    return done.returncode, done.stdout + done.stderr


def test_waits_for_a_stuck_file_end_by_ctrl_c_or_their_time(path: Path) -> None:
    code = """
for i in range(3000):
    log.info("{}", "x" * 50)  # more than the pipe holds
assert not log.flush(timeout=0.2)
assert not log.flush(timeout=0)
expect_interrupted(lambda: log.flush(timeout=10**400))
expect_interrupted(log.flush)
expect_interrupted(lambda: log.statistics)
expect_interrupted(log.close)
assert log.closed and not log.flush()
"""
    assert _run_stuck(path, "drop", code + "os._exit(7)") == (7, "")
    assert _run_stuck(path, "drop", code) == (0, "")  # the exit doesn't hang either


def test_a_call_that_waits_for_room_ends_by_ctrl_c_and_is_counted(path: Path) -> None:
    code = """
expect_interrupted(fill)
expect_interrupted(lambda: log.warning("a text"))
calls += 1
def read():
    while data := os.read(end, 1 << 16):
        lines.append(data.count(b"x\\n"))
lines = []
threading.Thread(target=read, daemon=True).start()
assert log.flush()
log.close()
assert log.statistics["written"] + log.statistics["dropped"] == calls
assert log.statistics["dropped"] == 2
while sum(lines) < calls - 2:
    time.sleep(0.01)
os._exit(7)
"""
    assert _run_stuck(path, "block", code) == (7, "")


def test_opening_a_pipe_that_nobody_reads_ends_by_ctrl_c(path: Path) -> None:
    code = """
os.mkfifo(sys.argv[1] + "2")
expect_interrupted(lambda: ph.Logger(sys.argv[1] + "2"))
os._exit(7)
"""
    assert _run_stuck(path, "drop", code) == (7, "")


def test_calls_that_race_with_close_are_counted(path: Path) -> None:
    for _ in range(10):
        log = ph.Logger(path, ring_bytes=4096)
        calls = [0, 0]

        def produce(who: int, log: ph.Logger = log, calls: list[int] = calls) -> None:
            with contextlib.suppress(ph.errors.ArgumentError):
                while True:
                    log.info("{}", who)
                    calls[who] += 1

        threads = [threading.Thread(target=produce, args=(who,)) for who in range(2)]
        for thread in threads:
            thread.start()
        while sum(calls) < 1000:
            time.sleep(0.0001)
        log.close()
        for thread in threads:
            thread.join()
        end = log.statistics
        assert end["written"] + end["dropped"] == sum(calls)
        assert len(path.read_text().splitlines()) == end["written"]
        path.unlink()
