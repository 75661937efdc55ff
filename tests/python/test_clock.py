"""The clock and the histogram from Python: the histogram beside the hdrhistogram package."""

from __future__ import annotations

import base64
import struct
import time
import zlib

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, settings
from hypothesis import strategies as st

import pyhft as ph

PERCENTILES = [0.0, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 100_000_000_000), st.integers(1, 5)), max_size=60),
    st.integers(2, 100_000_000_000),
)
def test_hdrhistogram_reads_back_the_same_percentiles(values: list[tuple[int, int]], highest: int) -> None:
    ours = ph.Histogram(highest)
    for value, times in values:
        ours.record(value, times)
    theirs = HdrHistogram.decode(ours.encode())
    assert theirs.get_total_count() == ours.count == sum(times for _, times in values)
    if values:
        assert [theirs.get_value_at_percentile(p) for p in PERCENTILES[1:]] == list(ours.percentile(PERCENTILES[1:]))
    again = ph.Histogram.decode(theirs.encode())
    assert again.encode() == ours.encode()
    assert list(again.percentile(PERCENTILES)) == list(ours.percentile(PERCENTILES))


def test_many_values_are_recorded_as_one_by_one() -> None:
    values = np.random.default_rng(1).exponential(1000, (50, 20)).astype(np.int64)
    one, many = ph.Histogram(), ph.Histogram()
    for value in values.ravel():
        one.record(value)
    for part in (values[:10], values[10:30].astype(np.uint16), values[30:, ::-1], [], np.array([], dtype=float)):
        many.record_many(part)
    assert np.array_equal(one.buckets(), many.buckets())
    assert (many.count, many.min, many.max, len(many)) == (1000, values.min(), values.max(), 1000)
    assert many.mean == pytest.approx(values.mean(), rel=1e-3)
    assert many.buckets()["count"].sum() == 1000
    assert (many.buckets()["lowest"] <= many.buckets()["highest"]).all()


def test_counts_are_merged_copied_and_begun_anew() -> None:
    a, b = ph.Histogram(1000), ph.Histogram()
    a.record(10)
    b.record_many([20, 5000])
    kept = a.copy()
    a.merge(b)
    a.merge(a)
    assert (a.count, a.saturated, a.max, kept.count) == (6, 2, 1000, 1)
    a.reset()
    assert (a.count, a.min, a.max, a.mean, a.percentile(50), repr(a)) == (
        0, 0, 0, 0.0, 0, "Histogram(count=0, p50=0, p99=0, max=0)"
    )  # fmt: skip


def test_wrong_arguments_of_a_histogram_are_named() -> None:
    histogram = ph.Histogram()
    for call, error, words in (
        (lambda: ph.Histogram(1), ph.ArgumentError, "1"),
        (lambda: ph.Histogram(-5), ph.ArgumentError, "-5"),
        (lambda: ph.Histogram(2.5), ph.ArgumentTypeError, "float"),
        (lambda: histogram.record(-1), ph.ArgumentError, "-1"),
        (lambda: histogram.record(1, -1), ph.ArgumentError, "times is -1"),
        (lambda: histogram.record("1"), ph.ArgumentTypeError, "str"),
        (lambda: histogram.record(2**64), ph.ArgumentError, str(2**64)),
        (lambda: histogram.record_many([1, -7]), ph.ArgumentError, "-7"),
        (lambda: histogram.record_many([1.5]), ph.ArgumentTypeError, "float64"),
        (lambda: histogram.percentile(100.1), ph.ArgumentError, "100.1"),
        (lambda: histogram.percentile([50, float("nan")]), ph.ArgumentError, "nan"),
        (lambda: histogram.percentile("x"), ph.ArgumentTypeError, "str"),
    ):
        with pytest.raises(error, match=words):
            call()
    assert histogram.count == 0


def _packed(payload: bytes) -> bytes:
    deflated = zlib.compress(payload)
    return base64.b64encode(struct.pack(">II", 0x1C849314, len(deflated)) + deflated)


def test_what_is_no_histogram_is_refused() -> None:
    whole = ph.Histogram(10_000)
    whole.record_many([1, 500, 9999])
    payload = zlib.decompress(base64.b64decode(whole.encode())[8:])
    assert ph.Histogram.decode(_packed(payload)).count == 3
    header = 40
    broken = [
        b"", b"!!", b"AAAA", base64.b64encode(b"\x1c\x84\x93\x14\0\0\0\x04abcd"), whole.encode()[:-8],
        *(_packed(payload[:n]) for n in (0, header - 1, header, len(payload) - 1)),
        _packed(payload + b"\x02"),
        *(_packed(payload[:at] + b"\x7f" + payload[at + 1 :]) for at in (0, 3, 7, 11, 15, 23)),
        _packed(payload[:4] + struct.pack(">I", 20) + payload[8:header] + b"\xff" * 9 + b"\x01" * 11),
        _packed(payload[:4] + struct.pack(">I", 1) + payload[8:header] + b"\xff"),
        _packed(payload[:4] + struct.pack(">I", 27) + payload[8:header] + (b"\xfe" + b"\xff" * 8) * 3),
    ]  # fmt: skip
    for text in broken:
        with pytest.raises(ph.ArgumentError):
            ph.Histogram.decode(text)


@given(st.data())
def test_damage_to_a_histogram_is_refused_or_harmless(data: st.DataObject) -> None:
    whole = ph.Histogram(100_000)
    whole.record_many(data.draw(st.lists(st.integers(0, 100_000), max_size=20)))
    payload = bytearray(zlib.decompress(base64.b64decode(whole.encode())[8:]))
    at = data.draw(st.integers(0, len(payload) - 1))
    payload[at] ^= data.draw(st.integers(1, 255))
    try:
        read = ph.Histogram.decode(_packed(bytes(payload)))
    except ph.ArgumentError:
        return
    assert read.count == sum(int(n) for n in read.buckets()["count"])


def test_the_clock_agrees_with_the_system() -> None:
    clock = ph.TscClock()
    before, system_before = clock.read(), time.time_ns()
    time.sleep(0.02)
    clock.recalibrate()
    after, system_after = clock.read(), time.time_ns()
    assert clock.source in ("rdtsc", "cntvct_el0", "clock_gettime")
    assert (clock.source == "clock_gettime") == bool(clock.warning)
    assert clock.to_ns(after - before) == pytest.approx(system_after - system_before, rel=0.2)
    assert clock.to_ns(before - after) == -clock.to_ns(after - before)
    stamps = np.array([before, after], dtype=np.uint64)
    assert list(clock.to_epoch_ns(stamps)) == [clock.to_epoch_ns(before), clock.to_epoch_ns(after)]
    assert abs(clock.to_epoch_ns(after) - system_after) < 50_000_000
    assert clock.to_epoch_ns(stamps).view("datetime64[ns]").dtype == "datetime64[ns]"
    assert list(clock.to_ns(np.array([1, -1]))) == [clock.ns_per_cycle, -clock.ns_per_cycle]


def test_wrong_arguments_of_the_clock_are_named() -> None:
    clock = ph.TscClock()
    for call, error, words in (
        (lambda: ph.TscClock(5), ph.ArgumentError, "5 ns"),
        (lambda: ph.TscClock(1.5), ph.ArgumentTypeError, "float"),
        (lambda: clock.to_ns([0.5]), ph.ArgumentTypeError, "float64"),
        (lambda: clock.to_epoch_ns(-1), ph.ArgumentError, "-1"),
    ):
        with pytest.raises(error, match=words):
            call()
