"""The arena from Python: views that can't dangle, in whatever order things are let go of."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

import pyhft as ph

ORDER = np.dtype([("id", "u8"), ("price", "i8"), ("shares", "u4"), ("symbol", "S8")])


def test_slots_are_handed_out_in_order_and_lie_side_by_side() -> None:
    arena = ph.Arena(ORDER, 10)
    first, more = arena.allocate(), arena.allocate(3)
    assert first is not None
    assert more is not None
    assert (first.shape, more.shape, first.dtype) == ((1,), (3,), ORDER)
    first["id"], more["id"] = 1, [2, 3, 4]
    more[1]["symbol"] = b"AAPL"
    assert list(arena.allocated["id"]) == [1, 2, 3, 4]
    assert arena.allocated[2]["symbol"] == b"AAPL"
    assert more.ctypes.data - first.ctypes.data == ORDER.itemsize
    assert (len(arena), arena.used, arena.capacity, arena.exhausted) == (4, 4, 10, 0)
    assert np.shares_memory(arena.allocated, more)
    assert not np.shares_memory(first, more)


def test_a_full_arena_gives_none_and_counts_and_keeps_what_is_left() -> None:
    arena = ph.Arena("f8", 5)
    assert arena.allocate(4) is not None
    assert arena.allocate(2) is None
    assert arena.allocate(10**18) is None
    assert arena.allocate() is not None
    assert arena.allocate() is None
    assert (arena.used, arena.exhausted) == (5, 3)
    assert "used=5, capacity=5, exhausted=3, pages='4 KiB" in repr(arena)


def test_a_view_outlives_its_arena() -> None:
    arena = ph.Arena(ORDER, 100_000)
    view = arena.allocate(100_000)
    assert view is not None
    view["price"] = np.arange(100_000)
    kept = weakref.ref(arena)
    part, record, column = view[5:7], view[99], view["price"]
    del arena, view
    gc.collect()
    assert kept() is None
    others = [ph.Arena(ORDER, 100_000) for _ in range(3)]  # memory given back would be taken by one of these
    for other in others:
        other.allocate(100_000)["price"] = -1  # type: ignore[index]
    assert list(part["price"]) == [5, 6]
    assert record["price"] == 99
    assert column.sum() == sum(range(100_000))
    del part, column
    assert record["price"] == 99


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def test_the_memory_goes_with_the_last_that_holds_it() -> None:
    before = _resident_mib()
    arena = ph.Arena("u1", 64 << 20, huge_pages="never")  # reserved huge pages are in nobody's resident memory
    view = arena.allocate(10)
    assert _resident_mib() > before + 60
    del arena
    gc.collect()
    assert _resident_mib() > before + 60
    del view
    assert _resident_mib() < before + 30


@pytest.mark.parametrize("cut", [lambda v: v[:1], lambda v: v[0], lambda v: v["id"], memoryview, np.asarray, iter])
def test_no_reset_while_a_view_or_anything_cut_from_it_is_alive(cut) -> None:  # type: ignore[no-untyped-def]
    arena = ph.Arena(ORDER, 10)
    kept = cut(arena.allocate(3))
    gc.collect()
    assert arena.views == 1
    with pytest.raises(ph.ArgumentError, match="1 views of its slots are alive"):
        arena.reset()
    assert arena.used == 3
    del kept
    arena.reset()
    assert (arena.used, arena.views) == (0, 0)


def test_a_view_in_a_cycle_keeps_its_slots_until_it_is_collected() -> None:
    gc.disable()
    try:
        arena = ph.Arena(ORDER, 10)
        cycle: list[object] = [arena.allocate(), arena]
        cycle.append(cycle)
        del cycle
        with pytest.raises(ph.ArgumentError, match="in a cycle"):
            arena.reset()
        gc.collect()
        arena.reset()
    finally:
        gc.enable()


def test_slots_come_again_after_a_reset_with_what_their_last_user_left() -> None:
    arena = ph.Arena([("price", "i8")], 3)
    arena.allocate(3)["price"] = [1, 2, 3]  # type: ignore[index]
    arena.allocate()
    arena.reset()
    again = arena.allocate(2)
    assert again is not None
    assert list(again["price"]) == [1, 2]
    assert (arena.used, arena.exhausted) == (2, 1)


def test_copies_are_no_views() -> None:
    arena = ph.Arena(ORDER, 3)
    copy = arena.allocated.copy()
    scalar = arena.allocate()["id"][0]  # type: ignore[index]
    assert arena.views == 0
    arena.reset()
    assert (copy.size, scalar) == (0, 0)


@pytest.mark.parametrize(
    "dtype", ["f8", ">i4", "M8[ns]", "?", "U3", [("a", "u1"), ("b", "f8")], np.dtype("u1,f8", align=True), ORDER]
)
def test_slots_are_of_any_dtype_without_objects_and_zero_at_first(dtype: object) -> None:
    arena = ph.Arena(dtype, 7)  # type: ignore[arg-type]
    slots = arena.allocate(7)
    assert slots is not None
    assert slots.dtype == arena.dtype == np.dtype(dtype)  # type: ignore[call-overload]
    assert slots.tobytes() == bytes(7 * slots.itemsize)
    assert slots.flags.writeable
    assert slots.flags.aligned


def test_huge_pages_are_said_in_the_result() -> None:
    never = ph.Arena("u1", 4 << 20, huge_pages="never")
    assert (never.huge_bytes, never.pages) == (0, "4 MiB on pages of 4 KiB")
    tried = ph.Arena("u1", 4 << 20)
    assert tried.nbytes == 4 << 20
    assert ("huge" in tried.pages) == (tried.huge_bytes > 0)
    try:
        always = ph.Arena("u1", 4 << 20, huge_pages="always")
    except ph.HostError as refused:
        assert "sysctl -w vm.nr_hugepages=" in str(refused)  # noqa: PT017
    else:
        assert always.pages == "4 MiB on reserved huge pages of 2 MiB"


def test_wrong_arguments_are_named() -> None:
    arena = ph.Arena("f8", 3)
    for call, error, words in (
        (lambda: ph.Arena("f8", 0), ph.ArgumentError, "capacity of 0 slots"),
        (lambda: ph.Arena("f8", -1), ph.ArgumentError, "capacity is -1"),
        (lambda: ph.Arena("f8", 2**62), ph.ArgumentError, str(2**62)),
        (lambda: ph.Arena("f8", 2**64), ph.ArgumentError, str(2**64)),
        (lambda: ph.Arena("f8", 2**50), ph.HostError, "more than this host's memory"),
        (lambda: ph.Arena("f8", 2.0), ph.ArgumentTypeError, "capacity is of type float"),
        (lambda: ph.Arena("f8", True), ph.ArgumentTypeError, "bool"),
        (lambda: ph.Arena("f8", 3, "maybe"), ph.ArgumentError, "'maybe'"),
        (lambda: ph.Arena("f8", 3, None), ph.ArgumentError, "None"),
        (lambda: ph.Arena(object, 3), ph.ArgumentTypeError, "holds Python objects"),
        (lambda: ph.Arena([("a", "f8"), ("b", "O")], 3), ph.ArgumentTypeError, "holds Python objects"),
        (lambda: ph.Arena("nonsense", 3), ph.ArgumentTypeError, "nonsense"),
        (lambda: ph.Arena(3.5, 3), ph.ArgumentTypeError, "3.5"),
        (lambda: ph.Arena("S", 3), ph.ArgumentError, "no bytes"),
        (lambda: ph.Arena("(3,)f8", 3), ph.ArgumentError, "is an array"),
        (lambda: arena.allocate(0), ph.ArgumentError, "count is 0"),
        (lambda: arena.allocate(-1), ph.ArgumentError, "count is -1"),
        (lambda: arena.allocate(2**70), ph.ArgumentError, str(2**70)),
        (lambda: arena.allocate("1"), ph.ArgumentTypeError, "str"),
    ):
        with pytest.raises(error, match=words):
            call()
    assert (arena.used, arena.exhausted) == (0, 0)


def test_threads_share_it_without_a_slot_given_twice() -> None:
    arena = ph.Arena("u8", 20_000)

    def work(number: int) -> None:
        while (slot := arena.allocate()) is not None:
            slot[0] += number

    threads = [threading.Thread(target=work, args=(10**i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    values, counts = np.unique(arena.allocated, return_counts=True)
    assert set(values) <= {1, 10, 100, 1000}
    assert counts.sum() == arena.used == 20_000
    assert arena.exhausted == 4
    arena.reset()


def test_the_pages_python_runs(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "memory-and-clock.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    assert len(blocks) == 4
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "11 11 0\n65\n" in done.stdout
