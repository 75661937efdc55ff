"""The synthetic trading day from Python: the same bytes, whole files only, and the family's errors."""

import hashlib
import os
import signal
import struct
import threading
from collections import Counter
from pathlib import Path

import pytest

import pyhft
from pyhft.generate import SyntheticDay, synthetic_day

SMALL = {"seed": 7, "messages": 5_000, "symbols": 20}


def frames(path):
    data = path.read_bytes()
    assert struct.unpack_from("<IHHiIII", data) == (0xA1B23C4D, 2, 4, 0, 0, 262_144, 1)
    at = 24
    while at < len(data):
        _, _, captured, length = struct.unpack_from("<IIII", data, at)
        assert captured == length
        yield data[at + 16 : at + 16 + captured]
        at += 16 + captured
    assert at == len(data)


def messages(path):
    """Ethernet, IPv4, UDP, MoldUDP64, one struct at a time."""
    for frame in frames(path):
        assert frame[12:14] == b"\x08\x00"
        assert frame[23] == 17
        sequence_and_count = struct.unpack_from(">QH", frame, 42 + 10)
        count = sequence_and_count[1]
        at = 42 + 20
        for _ in range(0 if count == 0xFFFF else count):
            (length,) = struct.unpack_from(">H", frame, at)
            yield frame[at + 2 : at + 2 + length]
            at += 2 + length
        assert at == len(frame)


def test_a_day_has_the_messages_asked_for_and_a_summary_of_what_is_in_the_file(tmp_path):
    path = tmp_path / "day.pcap"
    day = synthetic_day(path, **SMALL)
    assert isinstance(day, SyntheticDay)
    assert day.path == path
    assert day.file_bytes == path.stat().st_size
    assert day.packets == len(list(frames(path)))
    counted = Counter(chr(message[0]) for message in messages(path))
    assert day.messages_by_type == counted
    assert day.messages == counted.total() == 5_000
    assert list(day.messages_by_type) == sorted(day.messages_by_type)
    assert "5,000 messages" in str(day)
    assert "R 20" in str(day)


def test_the_same_seed_gives_the_same_file_and_another_seed_another_one(tmp_path):
    def digest(**changed):
        synthetic_day(tmp_path / "day.pcap", **SMALL | changed)
        return hashlib.sha256((tmp_path / "day.pcap").read_bytes()).hexdigest()

    assert digest() == digest()
    assert digest() != digest(seed=8)
    assert digest(seed=0) != digest(seed=2**64 - 1)


def test_the_default_day_has_a_million_messages_of_300_symbols(tmp_path):
    day = synthetic_day(tmp_path / "day.pcap")
    assert day.messages == 1_000_000
    assert day.messages_by_type["R"] == 300


def test_a_day_replaces_a_file_and_follows_a_link(tmp_path):
    path = tmp_path / "day.pcap"
    path.write_bytes(b"old")
    link = tmp_path / "link.pcap"
    link.symlink_to(path)
    day = synthetic_day(str(link), **SMALL)
    assert link.is_symlink()
    assert path.stat().st_size == day.file_bytes
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["day.pcap", "link.pcap"]


def test_a_name_that_is_no_utf_8_is_written(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/day\xff.pcap"))
    assert synthetic_day(path, **SMALL).file_bytes == path.stat().st_size


def test_a_device_is_written_and_stays_a_device():
    synthetic_day("/dev/null", **SMALL)
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("old", [None, b"old"])
def test_a_call_that_is_interrupted_leaves_what_was_there_before_and_nothing_else(tmp_path, old):
    path = tmp_path / "day.pcap"
    if old is not None:
        path.write_bytes(old)
    seen = []

    def stop(so_far):
        seen.append((so_far, len(list(tmp_path.iterdir()))))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthetic_day(path, messages=1_000_000, progress=stop)
    assert len(seen) == 1
    assert 0 < seen[0][0] < 1_000_000
    assert seen[0][1] == (1 if old is None else 2)
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == ([] if old is None else [old])


def test_control_c_stops_a_long_day(tmp_path):
    class InterruptedByTestError(Exception):
        pass

    def handler(number, frame):
        raise InterruptedByTestError

    old = signal.signal(signal.SIGUSR1, handler)
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
    try:
        timer.start()
        # 2 GB, were it to be finished.
        with pytest.raises(InterruptedByTestError):
            synthetic_day(tmp_path / "day.pcap", messages=40_000_000)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, old)
    assert list(tmp_path.iterdir()) == []


def test_another_thread_runs_while_a_day_is_written(tmp_path):
    entered = threading.Event()
    may_go_on = threading.Event()
    turns = []

    def other():
        entered.wait()
        turns.append("other")
        may_go_on.set()

    def progress(so_far):
        entered.set()
        assert may_go_on.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    synthetic_day(tmp_path / "day.pcap", messages=400_000, progress=progress)
    thread.join()
    assert turns == ["other"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"messages": 980, "symbols": 300}, "messages = 980 is not within 981 and 1000000000"),
        ({"messages": -1}, "messages = -1 is not within 1 and 1000000000"),
        ({"messages": 10**30}, "is not within 1 and 1000000000"),
        ({"symbols": 0}, "symbols = 0 is not within 1 and 8000"),
        ({"symbols": 8_001}, "symbols = 8001 is not within 1 and 8000"),
        ({"seed": -1}, "seed = -1 is not within 0 and 18446744073709551615"),
        ({"seed": 2**64}, "seed = 18446744073709551616 is not within"),
    ],
)
def test_a_value_outside_its_limits_is_an_argument_error_and_touches_no_file(tmp_path, wrong, text):
    path = tmp_path / "day.pcap"
    path.write_bytes(b"precious")
    with pytest.raises(pyhft.ArgumentError, match=text):
        synthetic_day(path, **SMALL | wrong)
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == [b"precious"]


@pytest.mark.parametrize("name", ["seed", "messages", "symbols"])
@pytest.mark.parametrize("value", [1.5, "7", None])
def test_a_value_that_is_no_integer_is_an_argument_type_error(tmp_path, name, value):
    with pytest.raises(pyhft.ArgumentTypeError, match=rf"{name} = .*{type(value).__name__}.* integer"):
        synthetic_day(tmp_path / "day.pcap", **SMALL | {name: value})


def test_a_path_that_cannot_be_written_is_an_input_error_that_names_it(tmp_path):
    nowhere = tmp_path / "no" / "such" / "folder.pcap"
    with pytest.raises(pyhft.InputError, match=r"no/such/folder\.pcap': No such file or directory; give"):
        synthetic_day(nowhere, **SMALL)
    with pytest.raises(pyhft.InputError, match="it is a folder"):
        synthetic_day(tmp_path, **SMALL)


def test_a_full_disk_is_an_input_error_that_names_the_path():
    with pytest.raises(pyhft.InputError, match=r"'/dev/full': No space left on device"):
        synthetic_day("/dev/full", **SMALL)
