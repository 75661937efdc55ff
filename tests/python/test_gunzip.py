"""Gzipped inputs of any members, padding and damage, in pieces of any size, beside what they were packed from."""

import gzip
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pyhft.errors import InputError
from pyhft.ports import _gunzip

NAME = Path("day.gz")


class Pieces(io.BytesIO):
    """A file that gives few bytes at a time, so that members and padding end anywhere in a piece."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self.most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.most)


def unpack(packed: bytes, most: int) -> tuple[bytes, list[str]]:
    unpacked = io.BytesIO()
    warnings = _gunzip(Pieces(packed, most), unpacked, NAME, lambda _share: None)
    return unpacked.getvalue(), warnings


members = st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 20)), min_size=1, max_size=3)


@given(members=members, most=st.integers(1, 64))
def test_members_and_padding_are_one_file_however_they_are_read(members: list[tuple[bytes, int]], most: int) -> None:
    packed = b"".join(gzip.compress(content, mtime=0) + bytes(padding) for content, padding in members)
    assert unpack(packed, most) == (b"".join(content for content, _ in members), [])


@given(content=st.binary(min_size=1, max_size=200), cut=st.integers(1, 400), most=st.integers(1, 64))
def test_a_cut_keeps_what_comes_before_it(content: bytes, cut: int, most: int) -> None:
    packed = gzip.compress(content, mtime=0)
    kept, warnings = unpack(packed[: -min(cut, len(packed) - 1)], most)
    assert content.startswith(kept)
    (warning,) = warnings
    assert f"the {len(kept)} bytes before that were read" in warning


@given(content=st.binary(max_size=40), behind=st.binary(min_size=1, max_size=40), most=st.integers(1, 64))
def test_what_is_no_member_is_passed_over(content: bytes, behind: bytes, most: int) -> None:
    packed = gzip.compress(content, mtime=0)
    kept, warnings = unpack(packed + b"\0" + b"x" + behind, most)
    assert kept == content
    (warning,) = warnings
    assert "behind its gzip data" in warning


@given(content=st.binary(max_size=40), at=st.integers(0, 60), flip=st.integers(1, 255), most=st.integers(1, 64))
def test_damage_is_refused_or_told_and_never_crashes(content: bytes, at: int, flip: int, most: int) -> None:
    packed = bytearray(gzip.compress(content, mtime=0))
    packed[at % len(packed)] ^= flip
    try:
        kept, warnings = unpack(bytes(packed), most)
    except InputError as refused:
        assert "day.gz" in str(refused)  # noqa: PT017
        return
    # What doesn't change the content (the name's flags, the time) may go unnoticed.
    assert warnings or kept == content


def test_padding_past_the_end_of_a_piece_is_no_damage() -> None:
    piece = 1 << 20
    size = piece
    while len(packed := gzip.compress(bytes(size), compresslevel=0, mtime=0)) > piece - 10:
        size -= len(packed) - (piece - 10)
    assert piece - 20 < len(packed) <= piece - 10
    unpacked = io.BytesIO()
    assert _gunzip(io.BytesIO(packed + bytes(512)), unpacked, NAME, lambda _share: None) == []
    assert len(unpacked.getvalue()) == size
