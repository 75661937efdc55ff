"""Files that others change while they are read, and files that are none: told in words, nothing ends."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import packets

import pyhft as ph
from pyhft import arrow

Progress = Callable[[int, float], None]
READINGS: dict[str, Callable[[Path, Progress], Any]] = {
    "read_itch": lambda path, tell: ph.read_itch(path, progress=tell),
    "read_capture": lambda path, tell: ph.read_capture(path, progress=tell),
    "replay": lambda path, tell: ph.OrderBook().replay(path, progress=tell),
    "best_quotes": lambda path, tell: ph.best_quotes(path, "TEST", progress=tell),
    "convert": lambda path, tell: arrow.convert(path, path.with_name("out.parquet"), progress=tell),
}
BLOCK = packets.length_prefixed([packets.add(1, "B", 100, 50), packets.delete(1)] * 500)


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """Make a file that takes more than one piece of any reading."""
    path = tmp_path / "long.itch"
    path.write_bytes(BLOCK * (12_000_000 // len(BLOCK)))
    return path


@pytest.fixture
def long_capture(tmp_path: Path) -> Path:
    path = tmp_path / "long.pcap"
    messages = [packets.add(1, "B", 100, 50), packets.delete(1)] * 20
    one = packets.pcap([packets.frame(packets.moldudp64(messages, 0))])
    path.write_bytes(one[:24] + one[24:] * (12_000_000 // (len(one) - 24)))
    return path


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("kind", ["long_file", "long_capture"])
def test_a_file_that_is_cut_while_it_is_read_is_an_error(
    reading: str, kind: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(kind)

    def cut(_messages: int, _share: float) -> None:
        os.truncate(path, 50_000)

    with pytest.raises(ph.InputError, match=r"was cut to 50000 bytes while it was read"):
        READINGS[reading](path, cut)
    assert not list(path.parent.glob("*.part"))


@pytest.mark.parametrize("reading", ["read_itch", "replay"])
def test_a_file_that_grows_while_it_is_read_is_told(reading: str, long_file: Path) -> None:
    size = long_file.stat().st_size

    def add(_messages: int, _share: float) -> None:
        with long_file.open("ab") as file:
            file.write(BLOCK)

    with pytest.warns(ph.InputWarning, match="was written to while it was read"):
        read = READINGS[reading](long_file, add)
    assert read.messages == size // len(BLOCK) * 1_000


def test_records_of_a_file_that_became_another_between_the_passes_are_no_records(long_file: Path) -> None:
    size = long_file.stat().st_size
    deletes = packets.length_prefixed([packets.delete(1)])

    def other(_messages: int, share: float) -> None:
        if share < 0.5:
            with long_file.open("r+b") as file:
                file.write(deletes * (size // len(deletes)))

    with pytest.raises(ph.InputError, match="other messages than a moment ago"):
        ph.read_itch(long_file, progress=other)


def test_a_past_state_of_a_file_that_was_cut_is_refused(long_file: Path) -> None:
    book = ph.OrderBook().replay(long_file)
    os.truncate(long_file, 50_000)
    with pytest.raises(ph.InputError, match="was written to since"):
        book.at(100_000)


def test_what_can_not_be_opened_or_read_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "zeros").open("wb") as file:
        file.truncate(5_000_000_000)  # a hole
    for path, reason in (
        (tmp_path / ("x" * 5_000), "File name too long"),
        (tmp_path / "loop", "symbolic links"),
        (tmp_path / "pipe", "no regular file"),
        (tmp_path / "zeros", "neither a pcap"),
        (Path("/dev/zero"), "no regular file"),
        (Path("/proc/self/mem"), "can't read"),
        (Path("/proc/version"), "is empty"),
    ):
        with pytest.raises(ph.InputError, match=reason):
            ph.read_itch(path)


def test_a_packed_file_that_unpacks_to_a_thousand_times_its_size_is_unpacked_piece_by_piece(tmp_path: Path) -> None:
    path, told = tmp_path / "day.itch.gz", []
    path.write_bytes(gzip.compress(BLOCK * 1_600))
    records = ph.read_itch(path, progress=lambda messages, share: told.append((messages, share)))
    assert records.messages == 1_600_000
    assert told[0][0] == 0
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (told[-1], shares[0] <= 0.5) == ((1_600_000, 1.0), True)
    with pytest.raises(KeyError):
        ph.OrderBook().replay(path, progress=lambda _messages, _share: {}["stop"])


def test_the_last_word_of_progress_is_that_all_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "day.itch"
    path.write_bytes(BLOCK)
    monkeypatch.setattr(arrow, "_MESSAGES_AT_ONCE", 300)
    for name, reading in READINGS.items():
        told: list[tuple[int, float]] = []
        reading(path, lambda messages, share, told=told: told.append((messages, share)))
        assert told[-1] == (1_000, 1.0), name
        shares = [share for _, share in told]
        assert shares == sorted(shares), name
