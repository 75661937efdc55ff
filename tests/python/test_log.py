"""The asynchronous log from Python: loggers, the handler of `logging`, and the command that decodes binary logs."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import pyhft as ph
from pyhft import cli
from pyhft.log import decode

LINE = re.compile(r"\[(\d+)\] ([A-Z]+): (.*)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trading.log"


def texts(path: Path) -> list[str]:
    return [line.split("] ", 1)[1] for line in path.read_text().splitlines()]


def test_a_line_has_its_time_level_and_text(path: Path) -> None:
    before = time.time_ns()
    with ph.Logger(path) as log:
        log.info("order {} filled at {}", 7, 185.23)
        log.error("plain {text} isn't a format")
    after = time.time_ns()
    lines = [LINE.fullmatch(line) for line in path.read_text().splitlines()]
    assert [line and line.groups()[1:] for line in lines] == [
        ("INFO", "order 7 filled at 185.23"),
        ("ERROR", "plain {text} isn't a format"),
    ]
    assert all(line and before - 10**6 <= int(line[1]) <= after + 10**6 for line in lines)
    assert log.statistics == {
        "written": 2, "dropped": 0, "write_errors": 0, "last_error": "", "out_of_order": 0, "rotations": 0
    }  # fmt: skip


def test_values_of_every_kind_are_written_as_they_are(path: Path) -> None:
    with ph.Logger(path) as log:
        log.info("{} {} {} {} {}", True, -(2**63), 2**64 - 1, 2**70, 0.1)
        log.info("{} {} {}", np.int32(-5), np.float64(2.5), np.float32(0.25))
        log.info("{} {} {}", None, Path("a"), [1, 2])
        log.info("{} {}", "Zürich\n\x1b[2J", "\ud800")
        log.info("{{}} {}", 1)
        log.info("{}", "x" * 600)
        log.info("y" * 9000)
    assert texts(path) == [
        "INFO: True -9223372036854775808 18446744073709551615 1180591620717411303424 0.1".replace("True", "true"),
        "INFO: -5 2.5 0.25",
        "INFO: None a [1, 2]",
        "INFO: Zürich\\n\\x1b[2J \\ud800",
        "INFO: {} 1",
        "INFO: " + "x" * 512 + "...",
        "INFO: " + "y" * 8192 + "...",
    ]


def test_levels_are_names_or_numbers_of_logging(path: Path) -> None:
    with ph.Logger(path, level="WARNING") as log:
        log.info("no")
        log.warning("one")
        log.level = logging.DEBUG
        assert log.level == "debug"
        log.trace("no")
        log.debug("two")
        log.log(25, "three")
        log.log("critical", "four")
        log.log(5, "no")
        log.level = "off"
        log.critical("no")
    assert texts(path) == ["WARNING: one", "DEBUG: two", "INFO: three", "CRITICAL: four"]


def test_a_stamp_can_be_handed_in(path: Path) -> None:
    clock = ph.TscClock()
    with ph.Logger(path) as log:
        stamp = clock.read()
        time.sleep(0.01)
        log.log("info", "then {}", 1, at=stamp)
    match = LINE.match(path.read_text())
    assert match is not None
    assert abs(int(match[1]) - clock.to_epoch_ns(stamp)) < 10**6


def test_thousands_of_formats_are_written_all_the_same(path: Path) -> None:
    with ph.Logger(path, when_full="grow") as log:
        for i in range(5000):
            log.info(f"number {i} is {{}}", i)
    assert texts(path) == [f"INFO: number {i} is {i}" for i in range(5000)]


def test_wrong_arguments_are_named(path: Path) -> None:
    with ph.Logger(path) as log:
        for call, error, words in (
            (lambda: log.info("{} {}", 1), ph.ArgumentError, "2 placeholders and gets 1 arguments"),
            (lambda: log.info("{}", 1, 2), ph.ArgumentError, "1 placeholders and gets 2"),
            (lambda: log.info("{:5}", 1), ph.ArgumentError, "brace at 0"),
            (lambda: log.info("\n{}", 1), ph.ArgumentError, "control character at 0"),
            (lambda: log.info("{}" * 17, *range(17)), ph.ArgumentError, "at most 16"),
            (lambda: log.info(7), ph.ArgumentTypeError, "int"),  # type: ignore[arg-type]
            (lambda: log.log("loud", "x"), ph.ArgumentError, "'loud'"),
            (lambda: log.log(None, "x"), ph.ArgumentTypeError, "NoneType"),  # type: ignore[arg-type]
            (lambda: ph.Logger(path, sink="xml"), ph.ArgumentError, "'xml'.*'text', 'json' or 'binary'"),
            (lambda: ph.Logger(path, sink=1), ph.ArgumentTypeError, "sink is 1"),  # type: ignore[arg-type]
            (lambda: ph.Logger(path, when_full="panic"), ph.ArgumentError, "'panic'"),
            (lambda: ph.Logger(path, rotate_bytes=0), ph.ArgumentError, "rotate_bytes is 0"),
            (lambda: ph.Logger(path, rotate_bytes="1 MB"), ph.ArgumentTypeError, "1 MB"),  # type: ignore[arg-type]
            (lambda: ph.Logger(path, ring_bytes=1000), ph.ArgumentError, "1000"),
            (lambda: ph.Logger(path, when_full="grow", grow_to_bytes=100), ph.ArgumentError, "100"),
            (lambda: ph.Logger(path, name="x" * 65), ph.ArgumentError, "65"),
            (lambda: ph.Logger(path, name="\ud800"), ph.ArgumentError, "name is .* isn't UTF-8"),
            (lambda: ph.Logger(path, sink="\ud800"), ph.ArgumentError, "sink is .* isn't UTF-8"),
            (lambda: ph.Logger(path, level="\ud800"), ph.ArgumentError, "level is"),
            (lambda: ph.Logger("\ud800"), ph.ArgumentError, "isn't UTF-8"),
            (lambda: ph.Logger(path, ring_bytes=2**40), ph.HostError, "ring|memory"),
            (lambda: ph.Logger(path, level="loud"), ph.ArgumentError, "'loud'"),
            (lambda: ph.Logger(path, sink="json"), ph.ArgumentError, "another form"),
            (lambda: ph.Logger(path, rotate_daily=1), ph.ArgumentTypeError, "rotate_daily"),  # type: ignore[arg-type]
            (lambda: ph.Logger(3), ph.ArgumentTypeError, "3"),  # type: ignore[arg-type]
            (lambda: ph.Logger(path.parent / "no" / "such"), ph.HostError, "No such file"),
            (lambda: ph.Logger(path.parent / "other", core=9999), ph.Error, "9999"),
        ):
            with pytest.raises(error, match=words):
                call()
    with pytest.raises(ph.ArgumentError, match="closed"):
        log.info("late")
    log.close()
    assert log.closed
    assert not log.flush()


def test_loggers_of_one_file_and_the_module_logging_write_one_ordered_log(path: Path) -> None:
    handler = ph.LogHandler(path)
    strategy = logging.getLogger("pyhft.test.strategy")
    strategy.propagate = False
    strategy.setLevel(logging.DEBUG)
    strategy.addHandler(handler)
    with ph.Logger(path, name="orders") as log:
        for i in range(100):
            log.info("{}", 2 * i)
            strategy.info("%d", 2 * i + 1)
        try:
            raise ValueError("bad")
        except ValueError:
            strategy.exception("it failed")
        handler.flush()
        assert texts(path)[:200] == [f"INFO: {i}" for i in range(200)]
        assert texts(path)[200].startswith("ERROR: it failed\\nTraceback")
    strategy.removeHandler(handler)
    handler.close()
    assert len(texts(path)) == 201


def test_a_handler_may_use_a_logger_and_leaves_it_open(path: Path) -> None:
    with ph.Logger(path) as log:
        handler = ph.LogHandler(log, level=logging.WARNING)
        handler.handle(logging.LogRecord("x", logging.WARNING, "", 0, "a %s", ("b",), None))
        handler.close()
        log.info("c")
    assert texts(path) == ["WARNING: a b", "INFO: c"]


@pytest.mark.parametrize("when_full", ["drop", "block", "grow"])
def test_calls_are_lines_and_counted_drops_whatever_the_policy(path: Path, when_full: str) -> None:
    threads, calls = 4, 2000
    with ph.Logger(path, when_full=when_full, ring_bytes=1024, grow_to_bytes=4096) as log:

        def work(who: int) -> None:
            for i in range(calls):
                log.info("{} {}", who, i)

        workers = [threading.Thread(target=work, args=(who,)) for who in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    end = log.statistics
    assert end["written"] + end["dropped"] == threads * calls
    lines = texts(path)
    assert len(lines) == end["written"]
    if when_full == "block":
        assert end["dropped"] == 0
    for who in range(threads):
        numbers = [int(line.split()[2]) for line in lines if line.split()[1] == str(who)]
        assert numbers == sorted(set(numbers))


def test_statistics_may_be_asked_for_while_another_thread_closes(path: Path) -> None:
    for _ in range(20):
        log = ph.Logger(path)
        log.info("x")
        closing = threading.Thread(target=log.close)
        closing.start()
        while closing.is_alive():
            assert log.statistics["last_error"] == ""
        closing.join()
        assert log.statistics["written"] == 1


def test_json_is_json(path: Path) -> None:
    with ph.Logger(path, sink="json", name='a "name"') as log:
        log.warning("{} {}", 'quote " backslash \\ end\n', 1.5)
        log.prepare()
    line = json.loads(path.read_text())
    assert list(line) == ["ns", "seq", "level", "logger", "thread", "text"]
    assert (line["seq"], line["level"], line["logger"]) == (1, "WARNING", 'a "name"')
    assert line["text"] == 'quote " backslash \\ end\\n 1.5'
    assert line["thread"] == threading.get_native_id()


def test_files_are_put_aside_by_size(path: Path) -> None:
    with ph.Logger(path, rotate_bytes=10_000) as log:
        for i in range(1000):
            log.info("line {}", i)
    files = sorted(path.parent.iterdir())
    assert len(files) == log.statistics["rotations"] + 1 > 3
    assert all(file.stat().st_size <= 10_000 for file in files)
    assert sum(len(texts(file)) for file in files) == 1000


def _binary(path: Path) -> bytes:
    with ph.Logger(path, sink="binary", name="orders") as log:
        for i in range(100):
            log.info("order {} filled at {} {}", i, 100 + i / 4, "x" * (i % 7))
            log.error("bad {}", i)
    return path.read_bytes()


def test_the_command_decodes_a_binary_log(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _binary(path)
    assert cli.main(["log", str(path)]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert (len(lines), err) == (200, "")
    assert lines[2].endswith("] INFO: order 1 filled at 100.25 x")
    assert cli.main(["log", str(path), "--json", "--level", "error"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["text"] for row in rows] == [f"bad {i}" for i in range(100)]
    assert {row["logger"] for row in rows} == {"orders"}


def test_nothing_is_missing_in_a_file_after_one_put_aside(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ph.Logger(path, sink="binary", rotate_bytes=5000) as log:
        for i in range(300):
            log.info("line {}", i)
    files = list(path.parent.iterdir())
    assert len(files) > 2
    lines = 0
    for file in files:
        assert cli.main(["log", str(file)]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        lines += len(out.splitlines())
    assert lines == 300


def test_the_command_passes_over_what_is_damaged(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = _binary(path)
    path.write_bytes(whole[:-5])
    assert cli.main(["log", str(path)]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 199
    assert re.search(r"bytes at [\d,]+ are damaged \(the file ends inside a frame\)", err)
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * 8 + whole[len(whole) // 2 + 8 :])
    assert cli.main(["log", str(path)]) == 1
    out, err = capsys.readouterr()
    assert 197 <= len(out.splitlines()) <= 199
    assert "missing" in err


def test_the_command_refuses_what_is_no_binary_log(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text("[1] INFO: text\n")
    assert cli.main(["log", str(path)]) == 2
    assert "not a binary log" in capsys.readouterr().err
    assert cli.main(["log", str(path.parent / "none")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert cli.main(["log", str(path.parent)]) == 2
    path.write_bytes(b"")
    assert cli.main(["log", str(path)]) == 0
    pieces: list[bytes] = []
    assert decode(path, pieces.append)["records"] == 0


def _run(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False
    )


def test_what_is_queued_at_the_end_of_the_process_is_written(path: Path) -> None:
    code = """
import atexit, logging, sys
import pyhft as ph
log = ph.Logger(sys.argv[1])
logging.getLogger().addHandler(ph.LogHandler(sys.argv[1]))
atexit.register(lambda: log.info("at exit"))
for i in range(1000):
    log.info("{}", i)
logging.warning("by logging")
"""
    done = _run(code, path)
    assert (done.returncode, done.stderr) == (0, "")
    assert texts(path) == [*(f"INFO: {i}" for i in range(1000)), "WARNING: by logging", "INFO: at exit"]


def test_what_is_queued_at_a_crash_is_written(path: Path) -> None:
    code = """
import faulthandler, os, signal, sys
import pyhft as ph
from pyhft.log import install_crash_handler
faulthandler.enable()
install_crash_handler()
log = ph.Logger(sys.argv[1])
for i in range(1000):
    log.info("{}", i)
os.kill(os.getpid(), signal.SIGSEGV)
"""
    done = _run(code, path)
    assert done.returncode == -signal.SIGSEGV
    assert "Segmentation fault" in done.stderr  # faulthandler had its turn
    assert texts(path) == [f"INFO: {i}" for i in range(1000)]


def test_loggers_of_a_relative_path_that_is_new_share_its_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with ph.Logger(path.name) as one, ph.Logger(path) as other:
        one.info("one")
        other.info("other")
        other.flush()
        assert one.statistics["written"] == other.statistics["written"] == 2


def test_a_file_is_opened_and_closed_by_several_threads_at_once(path: Path) -> None:
    errors: list[ph.Error] = []

    def work(name: str) -> None:
        for i in range(50):
            try:
                with ph.Logger(path) as log:
                    log.info("{} {}", name, i)
            except ph.Error as error:
                errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(texts(path)) == sorted(f"INFO: {name} {i}" for name in "ab" for i in range(50))


def test_others_run_while_a_logger_waits_for_its_stuck_file(path: Path) -> None:
    code = """
import os, sys, threading
import pyhft as ph
os.mkfifo(sys.argv[1])
end = os.open(sys.argv[1], os.O_RDWR)
log = ph.Logger(sys.argv[1])
for i in range(3000):
    log.info("{}", "x" * 50)  # more than the pipe holds
threading.Timer(0.3, os._exit, [7]).start()
if sys.argv[2] == "statistics":
    while True:
        log.statistics
del log
"""
    for waits in ("statistics", "end"):
        done = subprocess.run([sys.executable, "-c", code, str(path), waits], timeout=60, check=False)
        assert done.returncode == 7
        path.unlink()


def test_what_logging_hands_to_a_closed_handler_is_ignored(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handler = ph.LogHandler(path)
    handler.handle(logging.makeLogRecord({"msg": "before", "levelno": logging.INFO}))
    handler.close()
    handler.handle(logging.makeLogRecord({"msg": "after", "levelno": logging.INFO}))
    assert capsys.readouterr().err == ""
    assert len(texts(path)) == 1


def test_the_command_reads_a_pipe_to_its_end(path: Path) -> None:
    content = _binary(path)
    done = subprocess.run(
        [sys.executable, "-m", "pyhft", "log", "/dev/stdin"],
        input=content,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, b"", 200)


def test_a_logger_is_closed_in_a_child_by_fork(path: Path) -> None:
    code = """
import logging, os, sys
import pyhft as ph
log = ph.Logger(sys.argv[1], when_full="block", ring_bytes=1024)
handler = ph.LogHandler(log)
log.info("parent")
if os.fork() == 0:
    assert log.closed
    for call in (lambda: log.info("child"), lambda: log.log("info", "{}", 1), log.prepare):
        try:
            call()
        except ph.ArgumentError as error:
            assert "of the parent process: make another" in str(error)
        else:
            sys.exit(1)
    handler.handle(logging.makeLogRecord({"msg": "child", "levelno": logging.INFO}))
    assert not log.flush() and log.statistics["written"] == 0
    handler.close()
    log.close()
    sys.exit(0)
assert os.wait()[1] == 0
"""
    done = _run(code, path)
    assert (done.returncode, done.stderr) == (0, "")
    assert texts(path) == ["INFO: parent"]


def test_a_child_opens_a_log_though_its_parent_forked_in_the_middle_of_it(path: Path) -> None:
    code = """
import os, signal, sys, threading, time
import pyhft as ph
stop = False
def work():
    while not stop:
        ph.Logger(sys.argv[1]).close()
thread = threading.Thread(target=work)
thread.start()
ends = []
for i in range(8):
    time.sleep(0.005)
    if (child := os.fork()) == 0:
        signal.alarm(20)
        with ph.Logger(sys.argv[1] + ".child") as own:
            own.info("{}", i)
        os._exit(0)
    ends.append(os.waitpid(child, 0)[1])
stop = True
thread.join()
assert ends == [0] * 8, ends
"""
    done = _run(code, path)
    assert (done.returncode, done.stderr) == (0, "")
    assert texts(Path(f"{path}.child")) == [f"INFO: {i}" for i in range(8)]


def test_a_child_by_fork_may_open_its_parents_file_anew(path: Path) -> None:
    code = """
import os, sys
import pyhft as ph
log = ph.Logger(sys.argv[1])
log.info("parent")
log.flush()
if os.fork() == 0:
    with ph.Logger(sys.argv[1]) as own:
        own.info("child")
    del log
    sys.exit(0)
assert os.wait()[1] == 0
log.info("after")
"""
    done = _run(code, path)
    assert (done.returncode, done.stderr) == (0, "")
    assert texts(path) == ["INFO: parent", "INFO: child", "INFO: after"]


def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "log.md").read_text()
    code = page.split("```python\n")[1].split("```")[0]
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert texts(tmp_path / "trading.log") == [
        "INFO: order 7 filled at 185.23",
        "WARNING: plain text is written as it is: {}",
        "WARNING: the module logging writes into the same file, in the order of time",
    ]


def test_a_full_disk_is_told_once_and_counted() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    code = """
import sys
import pyhft as ph
log = ph.Logger("/dev/full")
for _ in range(3):
    log.info("x")
    assert not log.flush()
log.close()
print(log.statistics["dropped"], log.statistics["write_errors"] >= 3)
"""
    done = _run(code, Path(os.devnull))
    assert done.stdout == "3 True\n"
    assert done.stderr.count("can't be written (No space left on device)") == 1
