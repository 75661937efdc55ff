"""Pinned threads from Python, on whatever cores and privileges this host gives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import pyhft as ph
from pyhft._core import threads


def test_a_pinned_thread_stands_in_its_place_before_its_work_begins() -> None:
    core = threads.allowed_cores()[-1]
    seen: list[object] = []

    def work() -> None:
        task = Path(f"/proc/self/task/{threading.get_native_id()}/comm")
        seen.extend([os.sched_getaffinity(0), task.read_text().strip(), threading.current_thread().name])

    before = os.sched_getaffinity(0)
    thread = ph.spawn_pinned(core, "py_worker", work)
    thread.join()
    assert seen == [{core}, "py_worker", "py_worker"]
    assert os.sched_getaffinity(0) == before
    assert all(isinstance(note, str) and note.endswith(".") for note in thread.notes)


def test_the_work_s_exception_is_raised_once_by_join() -> None:
    def work() -> None:
        raise KeyError("mine")

    thread = ph.spawn_pinned(threads.allowed_cores()[0], "failing", work)
    with pytest.raises(KeyError, match="mine"):
        thread.join()
    thread.join()


def test_a_pinned_thread_may_start_one_elsewhere() -> None:
    cores = threads.allowed_cores()
    seen: list[set[int]] = []

    def outer() -> None:
        ph.spawn_pinned(cores[-1], "inner", lambda: seen.append(os.sched_getaffinity(0))).join()
        seen.append(os.sched_getaffinity(0))

    ph.spawn_pinned(cores[0], "outer", outer, priority=1).join()
    assert seen == [{cores[-1]}, {cores[0]}]


def test_a_priority_is_granted_or_refused_in_words() -> None:
    policies: list[int] = []
    thread = ph.spawn_pinned(
        threads.allowed_cores()[0], "urgent", lambda: policies.append(os.sched_getscheduler(0)), priority=1
    )
    thread.join()
    limit = Path("/proc/sys/kernel/sched_rt_runtime_us")
    runtime = int(limit.read_text()) if limit.is_file() else -1
    granted = policies == [os.SCHED_FIFO]
    assert any("SCHED_FIFO" in note for note in thread.notes) == (not granted or runtime >= 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not")
def test_what_is_required_and_can_t_be_done_is_an_error() -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgid(65534)
            os.setuid(65534)
            core = threads.allowed_cores()[0]
            thread = ph.spawn_pinned(core, "humble", lambda: None, priority=5)
            told = any("ulimit" in note for note in thread.notes)
            try:
                ph.spawn_pinned(core, "humble", lambda: None, priority=5, require={"priority"})
            except ph.HostError as refused:
                code = 0 if told and "SCHED_FIFO priority 5 was refused" in str(refused) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_program_ends_as_it_should_while_threads_wait_or_compute(tmp_path: Path) -> None:
    code = """if True:
        import time
        import numpy as np, pyhft as ph
        core = ph._core.threads.allowed_cores()[0]
        queue, log, series = ph.SpscQueue("f8", 16), ph.Logger("a.log"), np.ones(1 << 20)

        def compute():
            while True:
                ph.sma(series, 9)

        for work in (queue.pop, compute, lambda: ph.SpscQueue("f8", 16).drain(timeout=None)):
            ph.spawn_pinned(core, "waiting", work)
        for i in range(1000):
            log.info("line {}", i)
        """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len((tmp_path / "a.log").read_text().splitlines()) == 1000


def test_wrong_arguments_are_named() -> None:
    core = threads.allowed_cores()[0]
    for call, error, words in (
        (lambda: ph.spawn_pinned(100_000, "x", print), ph.HostError, "Core 100000"),
        (lambda: ph.spawn_pinned(-1, "x", print), ph.HostError, "-1"),
        (lambda: ph.spawn_pinned(core, "x" * 16, print), ph.ArgumentError, "16"),
        (lambda: ph.spawn_pinned(core, "x", print, priority=100), ph.ArgumentError, "100"),
        (lambda: ph.spawn_pinned(core, "x", print, require=["luck"]), ph.ArgumentError, "'luck'"),
        (lambda: ph.spawn_pinned(core, "x", 5), ph.ArgumentTypeError, "int"),
        (lambda: ph.spawn_pinned("x", "x", print), ph.ArgumentTypeError, "core is 'x'"),  # type: ignore[arg-type]
        (lambda: ph.spawn_pinned(True, "x", print), ph.ArgumentTypeError, "core is True"),
        (lambda: ph.spawn_pinned(2**31, "x", print), ph.ArgumentError, "core is 2147483648"),
        (lambda: ph.spawn_pinned(core, 5, print), ph.ArgumentTypeError, "name is of type int"),  # type: ignore[arg-type]
        (lambda: ph.spawn_pinned(core, "a\0b", print), ph.ArgumentError, "name is"),
        (lambda: ph.spawn_pinned(core, "\ud800", print), ph.ArgumentError, "name is"),
        (lambda: ph.spawn_pinned(core, "x", print, priority=1.5), ph.ArgumentTypeError, "priority is 1.5"),  # type: ignore[arg-type]
        (lambda: ph.spawn_pinned(core, "x", print, require=5), ph.ArgumentTypeError, "require is of type int"),  # type: ignore[arg-type]
    ):
        with pytest.raises(error, match=words):
            call()


def test_an_engine_that_has_ended_before_anybody_looks_tells_its_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = tmp_path / "day.pcap"
    ph.generate.synthetic_day(day, messages=1_000, symbols=5)
    told: list[tuple[int, float]] = []
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def start_and_wait(thread: threading.Thread) -> None:
        start(thread)
        started.append(thread)
        if len(started) == 2:  # that of the packets
            thread.join()

    monkeypatch.setattr(threading.Thread, "start", start_and_wait)
    ph.Engine(day, log=None).run(progress=lambda messages, share: told.append((messages, share)))
    assert told == [(1_000, 1.0)]
