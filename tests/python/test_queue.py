"""Queues of records and bytes: within a process, between threads, between processes; what is refused and how."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import pyhft as ph

TICK = np.dtype([("number", "i8"), ("price", "f8"), ("symbol", "S8")])


def ticks(first: int, n: int) -> np.ndarray:
    result = np.zeros(n, TICK)
    result["number"] = np.arange(first, first + n)
    result["price"] = result["number"] * 0.5
    result["symbol"] = b"AAPL"
    return result


@pytest.fixture
def name() -> Iterator[str]:
    """Give a shared queue's name that is gone afterwards."""
    result = f"test-{os.getpid()}-{time.monotonic_ns()}"
    yield result
    ph.SpscQueue.unlink(result)


def run_python(code: str, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), *args], stdout=subprocess.PIPE, text=True)


def test_records_come_back_in_order_singly_and_in_rows() -> None:
    queue = ph.SpscQueue(TICK, 64)
    assert queue.try_push((1, 0.5, b"AAPL")) == 1
    assert queue.try_push(ticks(2, 3)) == 3
    assert queue.push(ticks(5, 1)[0]) == 1
    assert queue.push([(6, 3.0, b"AAPL"), (7, 3.5, b"AAPL")]) == 2
    assert len(queue) == 7
    first = queue.try_pop()
    assert (first["number"], first["symbol"]) == (1, b"AAPL")
    rest = queue.drain()
    assert rest.dtype == TICK
    np.testing.assert_array_equal(rest, ticks(2, 6))
    assert len(queue) == 0
    assert queue.try_pop() is None
    assert queue.drain().shape == (0,)


@pytest.mark.parametrize(
    "dtype", ["u1", "<f4", "f8", "S3", "datetime64[ns]", "c16", [("a", "i2", (3,)), ("b", "f8")], "V200"]
)
def test_every_dtype_without_objects_comes_back_bit_for_bit(dtype: object) -> None:
    queue = ph.SpscQueue(dtype, 32)  # type: ignore[arg-type]
    random = np.random.default_rng(5)
    sent = np.frombuffer(random.bytes(queue.dtype.itemsize * 1000), queue.dtype)
    got = []
    for start in range(0, 1000, 7):
        assert queue.try_push(sent[start : start + 7]) == len(sent[start : start + 7])
        got.append(queue.drain())
    assert np.concatenate(got).tobytes() == sent.tobytes()


def test_a_full_queue_takes_what_fits_and_never_less_than_its_capacity() -> None:
    queue = ph.SpscQueue("i8", 64)
    assert queue.capacity == 64
    held = queue.try_push(np.arange(200))
    assert 64 <= held < 200
    assert queue.try_push(1) == 0
    assert queue.push(1, timeout=0.01) == 0
    np.testing.assert_array_equal(queue.drain(), np.arange(held))
    assert queue.try_push(np.arange(64)) == 64


def test_drain_fills_an_array_of_the_callers() -> None:
    queue = ph.SpscQueue(TICK, 64)
    out = np.zeros(4, TICK)
    queue.push(ticks(0, 6))
    assert queue.drain(out).base is None
    np.testing.assert_array_equal(out, ticks(0, 4))
    rest = queue.drain(out=out)
    assert np.shares_memory(rest, out)
    np.testing.assert_array_equal(rest, ticks(4, 2))
    np.testing.assert_array_equal(out[2:], ticks(2, 2))


def test_strided_rows_are_pushed_as_they_read() -> None:
    queue = ph.SpscQueue("f8", 64)
    queue.push(np.arange(20.0)[::-3])
    np.testing.assert_array_equal(queue.drain(), np.arange(20.0)[::-3])


def test_two_threads_pass_every_record_in_order() -> None:
    queue = ph.SpscQueue("i8", 256)
    n = 20_000

    def produce() -> None:
        for start in range(0, n, 50):
            assert queue.push(np.arange(start, start + 50)) == 50

    got = []
    with ThreadPoolExecutor() as pool:
        done = pool.submit(produce)
        while sum(map(len, got)) < n:
            got.append(queue.drain(timeout=10))
        done.result()
    np.testing.assert_array_equal(np.concatenate(got), np.arange(n))


@pytest.mark.parametrize("wake", [False, True])
def test_a_waiting_pop_is_woken_by_a_push_and_leaves_the_gil_alone(wake: bool) -> None:
    queue = ph.SpscQueue("i8", 16, wake=wake)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(queue.pop)
        time.sleep(0.02)  # runs only if the waiting thread let go of the GIL
        queue.push(7)
        assert waiting.result(10) == 7
    assert queue.pop(timeout=0.01) is None
    assert queue.drain(timeout=0.01).shape == (0,)


def test_a_second_thread_on_a_side_is_refused() -> None:
    queue = ph.SpscQueue("i8", 16)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(queue.pop)
        time.sleep(0.02)
        with pytest.raises(ph.ArgumentError, match="another thread is in a call of the same side"):
            queue.try_pop()
        with pytest.raises(ph.ArgumentError, match="another thread"):
            queue.close()
        queue.push(1)
        assert waiting.result(10) == 1


def test_threads_that_misuse_a_queue_get_exceptions_and_no_crash() -> None:
    queue = ph.SpscQueue(TICK, 64)
    stop = threading.Event()
    refused = []

    def misuse(seed: int) -> None:
        while not stop.is_set():
            try:
                if seed % 2:
                    queue.push(ticks(0, 40), timeout=0.002)
                else:
                    queue.drain(timeout=0.002)
            except ph.ArgumentError as error:
                refused.append(error)

    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(misuse, seed) for seed in range(6)]
        time.sleep(0.3)
        stop.set()
        for job in jobs:
            job.result()
    assert refused
    assert set(queue.drain()["symbol"]) <= {b"AAPL"}


def test_processes_pass_every_record_in_order(name: str) -> None:
    with ph.SpscQueue(TICK, 1024, shared=name, create=True, side="consumer") as queue:
        assert queue.shared == name
        assert not queue.producer_present
        producer = run_python(
            """
            import sys, numpy as np, pyhft as ph
            tick = np.dtype([("number", "i8"), ("price", "f8"), ("symbol", "S8")])
            with ph.SpscQueue(tick, shared=sys.argv[1], side="producer") as queue:
                for start in range(0, 50_000, 500):
                    rows = np.zeros(500, tick)
                    rows["number"] = np.arange(start, start + 500)
                    rows["price"] = rows["number"] * 0.5
                    rows["symbol"] = b"AAPL"
                    assert queue.push(rows) == 500
                print(queue.consumer_present, queue.capacity)
            """,
            name,
        )
        got = []
        while sum(map(len, got)) < 50_000:
            got.append(queue.drain(timeout=30))
            assert len(got[-1])
        assert producer.communicate()[0] == "True 1024\n"
        np.testing.assert_array_equal(np.concatenate(got), ticks(0, 50_000))
        assert not queue.producer_present


def test_a_killed_producer_is_seen_and_replaced(name: str) -> None:
    queue = ph.SpscQueue("i8", 64, shared=name, create=True, side="consumer")
    producer = run_python(
        """
        import sys, time, pyhft as ph
        queue = ph.SpscQueue("i8", shared=sys.argv[1], side="producer")
        queue.push(1)
        time.sleep(60)
        """,
        name,
    )
    assert queue.pop(timeout=30) == 1
    assert queue.producer_present
    producer.kill()
    producer.communicate()
    assert not queue.producer_present
    with ph.SpscQueue("i8", 64, shared=name, side="producer") as successor:
        assert queue.producer_present
        successor.push(2)
    assert queue.pop() == 2


def test_a_producer_killed_inside_a_push_loses_its_successor_no_record(name: str) -> None:
    queue = ph.SpscQueue("i8", 64, shared=name, create=True, side="consumer")
    with (
        Path(f"/dev/shm/pyhft-{name}").open("r+b", buffering=0) as segment,
        ph.SpscQueue("i8", shared=name, side="producer") as producer,
    ):
        producer.push(1)
        tail = os.pread(segment.fileno(), 8, 4096)
        producer.push(2)
        os.pwrite(segment.fileno(), tail, 4096)  # the last word that a push writes
    assert queue.drain().tolist() == [1, 2]
    with ph.SpscQueue("i8", shared=name, side="producer") as successor:
        successor.push(3)
        assert queue.drain().tolist() == [3]


def test_a_shared_queue_is_refused_where_it_cannot_be_right(name: str) -> None:
    with pytest.raises(ph.InputError, match="doesn't exist"):
        ph.SpscQueue("i8", shared=name, side="producer")
    queue = ph.SpscQueue("i8", 64, shared=name, create=True, side="both")
    with pytest.raises(ph.ArgumentError, match="exists already"):
        ph.SpscQueue("i8", 64, shared=name, create=True, side="both")
    with pytest.raises(ph.HostError, match="has a producer already"):
        ph.SpscQueue("i8", shared=name, side="producer")
    queue.close()
    with pytest.raises(ph.InputError, match="records of type <i8, not <f8"):
        ph.SpscQueue("f8", shared=name, side="producer")
    with pytest.raises(ph.InputError, match=r"records of 8 bytes .*, not of 32 bytes"):
        ph.SpscQueue("V32", shared=name, side="producer")
    with pytest.raises(ph.ArgumentError, match=r"capacity is 128, but .* was made with 64"):
        ph.SpscQueue("i8", 128, shared=name, side="producer")
    producer = ph.SpscQueue("i8", shared=name, side="producer")
    with pytest.raises(ph.ArgumentError, match="only the producer"):
        producer.try_pop()
    producer.close()
    with Path(f"/dev/shm/pyhft-{name}").open("r+b") as segment:
        segment.truncate(5000)
    with pytest.raises(ph.InputError, match="cut or changed"):
        ph.SpscQueue("i8", shared=name, side="producer")
    with Path(f"/dev/shm/pyhft-{name}").open("r+b") as segment:
        segment.seek(72)  # the name of the records
        segment.write(b"\xff\xfe\0")
    with pytest.raises(ph.InputError, match=r"records of type \\xff\\xfe, not <i8"):
        ph.SpscQueue("i8", shared=name, side="producer")
    with Path(f"/dev/shm/pyhft-{name}").open("r+b") as segment:
        segment.write(b"something else entirely")
    with pytest.raises(ph.InputError, match="a file of something else"):
        ph.SpscQueue("i8", shared=name, side="producer")
    assert ph.SpscQueue.unlink(name)
    assert not ph.SpscQueue.unlink(name)


@pytest.mark.parametrize("capacity", [0, -1, 3, 1000, 2**62])
def test_a_capacity_that_is_no_power_of_two_is_refused(capacity: int) -> None:
    with pytest.raises(ph.ArgumentError, match="power of two"):
        ph.SpscQueue("f8", capacity)
    with pytest.raises((ph.ArgumentError, ph.HostError), match=r"power of two|ask for less"):
        ph.BytesQueue(capacity)


@pytest.mark.parametrize(
    ("dtype", "error", "text"),
    [
        ("O", ph.ArgumentTypeError, "holds Python objects"),
        ([("a", "i4"), ("b", "O")], ph.ArgumentTypeError, "holds Python objects"),
        ("no such", ph.ArgumentTypeError, "can't be made a numpy dtype"),
        ("V0", ph.ArgumentError, "no bytes"),
        (("f8", (3,)), ph.ArgumentError, "is an array and no record"),
    ],
)
def test_a_dtype_that_is_no_record_is_refused(dtype: object, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        ph.SpscQueue(dtype, 64)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "records",
    [np.zeros(3, "f4"), np.zeros(3, "i8"), 1j, "text", object(), [1.0, None], np.ma.masked_array([1.0], [True])],
)
def test_records_of_another_type_are_refused(records: object) -> None:
    queue = ph.SpscQueue("f8", 64)
    with pytest.raises(ph.ArgumentTypeError, match="records"):
        queue.try_push(records)  # type: ignore[arg-type]
    assert len(queue) == 0


def test_what_else_cannot_be_is_refused() -> None:
    queue = ph.SpscQueue(TICK, 64)
    with pytest.raises(ph.ArgumentTypeError, match="records has dtype"):
        queue.push(np.zeros(3, [("number", "i8")]))
    with pytest.raises(ph.ArgumentTypeError, match="records can't be made"):
        queue.push((1, 2))
    with pytest.raises(ph.ArgumentError, match="more than one dimension"):
        queue.push(np.zeros((2, 2), TICK))
    with pytest.raises(ph.ArgumentTypeError, match="records"):
        ph.SpscQueue("i8", 64).push(1.5)
    for out in (np.zeros(3), [1]):
        with pytest.raises(ph.ArgumentTypeError, match="out is"):
            queue.drain(out)  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentError, match="out must be"):
        queue.drain(np.zeros(8, TICK)[::2])
    for timeout in (-1.0, float("nan")):
        with pytest.raises(ph.ArgumentError, match="timeout"):
            queue.pop(timeout)
    with pytest.raises(ph.ArgumentTypeError, match="timeout"):
        queue.pop("soon")  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentError, match="capacity is None"):
        ph.SpscQueue("i8")
    with pytest.raises(ph.ArgumentError, match="shared='name'"):
        ph.SpscQueue("i8", 64, create=True)
    with pytest.raises(ph.ArgumentError, match="side"):
        ph.SpscQueue("i8", 64, shared="a", create=True)
    with pytest.raises(ph.ArgumentError, match="can't be named"):
        ph.SpscQueue("i8", 64, shared="a/b", create=True, side="both")
    queue.close()
    assert queue.closed
    queue.close()
    for call in (queue.try_pop, queue.drain, lambda: queue.push((1, 1.0, b"")), lambda: len(queue)):
        with pytest.raises(ph.ArgumentError, match="closed"):
            call()


def test_bytes_come_back_whole_and_in_order() -> None:
    queue = ph.BytesQueue(1 << 12)
    sent = [bytes([n % 256]) * (n % 300) for n in range(400)]
    got: list[bytes] = []
    for data in sent:
        if not queue.try_push(data):
            got += queue.drain()
            assert queue.used == 0
            assert queue.push(bytearray(data), timeout=1)
    assert queue.pop() == sent[len(got)]
    got += [sent[len(got)], *queue.drain()]
    assert got == sent
    assert queue.try_pop() is None
    assert queue.pop(timeout=0.01) is None
    assert queue.drain(timeout=0.01) == []
    assert queue.capacity == 1 << 12


def test_bytes_pass_between_threads() -> None:
    queue = ph.BytesQueue(1 << 10)
    with ThreadPoolExecutor() as pool:
        done = pool.submit(lambda: [queue.push(b"%d" % n) for n in range(3000)])
        got = [queue.pop(timeout=10) for _ in range(3000)]
        done.result()
    assert got == [b"%d" % n for n in range(3000)]


def test_bytes_that_cannot_be_are_refused() -> None:
    queue = ph.BytesQueue(64)
    assert queue.max_record == 24
    with pytest.raises(ph.ArgumentError, match="data has 25 bytes; a record has at most 24"):
        queue.try_push(b"x" * 25)
    with pytest.raises(ph.ArgumentTypeError, match="encode a string first"):
        queue.push("text")  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentTypeError, match="contiguous"):
        queue.push(np.zeros((4, 4), "u1")[:, ::2])


def test_the_documents_python_runs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "queue.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for code in blocks
    ]
    assert said == ["101.5 102 400\n[b'order 7 filled']\n", "101.5 True\nFalse\n"]


@pytest.mark.parametrize(
    ("dtype", "kept", "refused"),
    [
        ("u4", [5, [1, 2], np.int64(7), 2**32 - 1], [-1, 2**32, np.uint64(2**40), [1, 2**40], np.int64(-1)]),
        ("i4", [-5, np.int64(7), [1, -2]], [2**31, np.int64(2**40), [np.int64(2**40)]]),
        ("f4", [0.1, 3, np.inf, np.nan, [1, 2.5]], [1e300, [1.0, -1e300]]),
        ("S2", [b"ab", b"", [b"a", b"bc"]], [b"abc", [b"a", b"bcd"]]),
        ("U2", ["ab", "é", ["a"]], ["abc"]),
        (
            "M8[s]",
            [np.datetime64("2026-11-28T05:00:00"), np.datetime64("NaT")],
            [np.datetime64("2026-11-28T05:00:00.5")],
        ),
        ("?", [True, [False, True]], [2]),
    ],
)
def test_what_goes_in_is_what_was_given(dtype: str, kept: list[object], refused: list[object]) -> None:
    queue = ph.SpscQueue(dtype, 16)
    for value in kept:
        count = queue.try_push(value)
        expected = np.atleast_1d(np.asarray(value, dtype))
        assert count == len(expected)
        np.testing.assert_array_equal(queue.drain(), expected)
    for value in refused:
        with pytest.raises((ph.ArgumentError, ph.ArgumentTypeError), match="records"):
            queue.try_push(value)
        assert len(queue) == 0


def test_processes_pass_bytes_in_order(name: str) -> None:
    with ph.BytesQueue(1024, shared=name, create=True, side="consumer", wake=True) as queue:
        assert (queue.shared, queue.closed, queue.capacity, queue.used) == (name, False, 1024, 0)
        assert not queue.producer_present
        producer = run_python(
            """
            import sys, pyhft as ph
            with ph.BytesQueue(shared=sys.argv[1], side="producer") as queue:
                for n in range(5000):
                    assert queue.push(b"%d" % n * (n % 20))
                print(queue.consumer_present, queue.capacity, queue.max_record)
            """,
            name,
        )
        for n in range(5000):
            assert queue.pop(timeout=30) == b"%d" % n * (n % 20)
        assert producer.communicate()[0] == "True 1024 504\n"
        assert not queue.producer_present
    assert queue.closed


def test_a_killed_side_of_a_queue_of_bytes_is_seen_and_replaced(name: str) -> None:
    queue = ph.BytesQueue(1024, shared=name, create=True, side="consumer")
    producer = run_python(
        """
        import sys, time, pyhft as ph
        queue = ph.BytesQueue(shared=sys.argv[1], side="producer")
        queue.push(b"one")
        queue.push(b"two")
        time.sleep(60)
        """,
        name,
    )
    assert queue.pop(timeout=30) == b"one"
    assert queue.producer_present
    with pytest.raises(ph.HostError, match="has a producer already"):
        ph.BytesQueue(shared=name, side="producer")
    producer.kill()
    producer.communicate()
    assert not queue.producer_present
    queue.close()
    with ph.BytesQueue(1024, shared=name, side="both") as successor:
        successor.push(b"three")
        assert successor.drain() == [b"two", b"three"]


def test_a_shared_queue_of_bytes_is_refused_where_it_cannot_be_right(name: str) -> None:
    with pytest.raises(ph.InputError, match="doesn't exist"):
        ph.BytesQueue(shared=name, side="producer")
    ph.SpscQueue("i8", 64, shared=name, create=True, side="both").close()
    with pytest.raises(ph.InputError, match=r"has records of 8 bytes .*, not of any length \(a queue of bytes\)"):
        ph.BytesQueue(shared=name, side="producer")
    assert ph.BytesQueue.unlink(name)
    queue = ph.BytesQueue(64, shared=name, create=True, side="producer")
    with pytest.raises(ph.InputError, match=r"has records of any length \(a queue of bytes\), not of 8 bytes"):
        ph.SpscQueue("i8", shared=name, side="consumer")
    with pytest.raises(ph.ArgumentError, match=r"capacity is 128, but .* was made with 64"):
        ph.BytesQueue(128, shared=name, side="consumer")
    with pytest.raises(ph.ArgumentError, match="only the producer"):
        queue.try_pop()
    queue.push(b"record")
    with Path(f"/dev/shm/pyhft-{name}").open("r+b") as segment:
        segment.seek(4096 + 3 * 128)
        segment.write(b"\x19")  # the record's length: longer than one can be
    with pytest.raises(ph.InputError, match="positions lead nowhere"):
        ph.BytesQueue(shared=name, side="consumer")
    queue.close()
    queue.close()
    for call in (queue.try_pop, queue.drain, lambda: queue.push(b""), lambda: queue.used, lambda: queue.capacity):
        with pytest.raises(ph.ArgumentError, match="closed"):
            call()
    with pytest.raises(ph.ArgumentError, match="capacity is None"):
        ph.BytesQueue()
    with pytest.raises(ph.ArgumentError, match="power of two"):
        ph.BytesQueue(100, shared="a", create=True, side="both")
    with pytest.raises(ph.ArgumentError, match="shared='name'"):
        ph.BytesQueue(64, side="both")


FIELDS = np.dtype(
    [
        ("number", "i4"),
        ("small", "f4"),
        ("symbol", "S4"),
        ("text", "U3"),
        ("is_buy", "?"),
        ("time", "M8[s]"),
        ("levels", "u1", (2,)),
        ("inner", [("x", "i2"), ("y", "f8")]),
        ("inners", [("x", "u1"), ("s", "S2")], (2,)),
    ]
)
FITTING = (1, 0.1, "AAPL", "é", True, np.datetime64("2026-11-28"), [1, 255], (-5, 2), [(1, b"a"), (2, "bc")])


def test_fields_hold_what_their_tuples_gave() -> None:
    queue = ph.SpscQueue(FIELDS, 16)
    others = [
        (np.int64(-7), np.nan, b"", "", np.True_, np.datetime64("NaT"), np.array([3, 4]), FITTING[7], FITTING[8]),
        (2, np.inf, "", "abc", 0, np.datetime64("2026-11-28T05:00"), (3, 4), (np.int8(1), np.float32(0.1)), FITTING[8]),
    ]
    rows = [FITTING, *others, np.array(FITTING, FIELDS)[()], np.array(FITTING, FIELDS)]
    for row in rows[:-1]:
        assert queue.push(row) == 1
        assert queue.pop().tobytes() == np.array(row, FIELDS).tobytes()
    assert queue.push(rows) == len(rows)
    assert queue.drain().tobytes() == np.array(rows, FIELDS).tobytes()
    assert queue.push([]) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("number", wrong) for wrong in (2.7, np.float64(2.7), 2**31, np.int64(2**40), None, "5", b"5", 1j, np.nan)),
        *(("small", wrong) for wrong in (1e300, np.float64(1e300), -(10**300), None, "0.5", 1j)),
        *(("symbol", wrong) for wrong in ("AAPLX", b"AAPLX", 5, "é", None)),
        *(("text", wrong) for wrong in ("abcd", 5, b"abc", None)),
        *(("is_buy", wrong) for wrong in (2, "no", 0.5, None)),
        *(("time", wrong) for wrong in (np.datetime64("2026-11-28T05:00:00.5"), 7.5)),
        *(("levels", wrong) for wrong in ([1, 256], [1], 1, [1, 2, 3], np.array([1, 300]), [0.5, 1])),
        *(("inner", wrong) for wrong in ((40000, 1.0), (1.5, 1.0), 5, (np.int64(2**20), 1.0), (1, "2"))),
        *(("inners", wrong) for wrong in ([(1, b"abc"), (1, b"")], [(256, b""), (1, b"")], (1, b""), [(0.5, b"")] * 2)),
    ],
)
def test_a_field_that_would_be_changed_is_refused(field: str, value: object) -> None:
    queue = ph.SpscQueue(FIELDS, 16)
    row = list(FITTING)
    row[FIELDS.names.index(field)] = value  # type: ignore[union-attr]
    for records in (tuple(row), [FITTING, tuple(row)]):
        with pytest.raises((ph.ArgumentError, ph.ArgumentTypeError), match="records"):
            queue.try_push(records)
    assert len(queue) == 0


def test_what_is_no_tuple_is_no_record_of_fields() -> None:
    queue = ph.SpscQueue([("a", "i4"), ("b", "f8")], 16)
    for wrong in (5, [1, 2], [(1, 2.0), 3], "text", [[1, 2]], {1: 2}):
        with pytest.raises((ph.ArgumentError, ph.ArgumentTypeError), match="records"):
            queue.try_push(wrong)  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentError, match=r"field 'b' of records .* float64 hasn't"):
        queue.push((1, np.longdouble("1e400")))
    with pytest.raises(ph.ArgumentTypeError, match=r"field 'a' of records has dtype float64; .* int32"):
        queue.push((2.5, 1))
    assert len(queue) == 0
