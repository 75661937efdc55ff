"""Streams: one bar at a time gives what exact=True gives over the whole series, however the series is divided."""

from __future__ import annotations

import copy
import pickle
import weakref
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.indicators import KINDS, NATIVE, OF_TALIB, Array, bars, parameters, required

import pyhft as ph
from pyhft.talib import stream as talib_stream

STREAMS = sorted(name for name, about in NATIVE.items() if about["streams"])
TALIB_STREAMS = sorted(name for name, about in OF_TALIB.items() if about["streams"])

examples = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rows(result: Any) -> Array:
    """(T, outputs), whatever the number of outputs."""
    return np.column_stack(result if isinstance(result, tuple) else (result,))


def row(value: Any) -> list[float]:
    return list(value) if isinstance(value, tuple) else [value]


def assert_row(value: Any, wanted: Array) -> None:
    np.testing.assert_array_equal(np.array(row(value)), wanted)


@pytest.mark.parametrize("name", STREAMS)
def test_any_split_gives_the_whole(name: str) -> None:
    about = NATIVE[name]
    function, kind = getattr(ph, name), getattr(ph.stream, name)

    @examples
    @given(
        parameters(about, longest=30), st.sampled_from(KINDS), st.integers(0, 120), st.floats(0, 1), st.integers(0, 99)
    )
    def check(values: dict[str, Any], what: str, n: int, share: float, seed: int) -> None:
        inputs = bars(what, n, seed).inputs_of(about)
        try:
            whole = rows(function(*inputs, **values, exact=True))
        except ph.ArgumentError:
            with pytest.raises(ph.ArgumentError):
                kind(**values)
            return
        split = int(share * n)
        history = [one[:split] for one in inputs]
        filled = (
            kind.open_and_fill(*history, **values)
            if split
            else (kind(**values), function(*history, **values, exact=True))
        )
        stream, series = filled
        np.testing.assert_array_equal(rows(series), whole[:split])
        if split:
            assert_row(stream.value, whole[split - 1])
            assert_row(kind(*history, **values).value, whole[split - 1])
        for t in range(split, n):
            bar = [float(one[t]) for one in inputs]
            before = row(stream.value)
            assert_row(stream.peek(*bar), whole[t])
            np.testing.assert_array_equal(row(stream.value), before)
            assert_row(stream.update(*bar), whole[t])
            assert_row(stream.value, whole[t])
        first = ph.lookback(name, **values)
        assert stream.ready == (stream.bars > first)

    check()


@pytest.mark.parametrize("name", STREAMS)
def test_a_copy_goes_its_own_way(name: str) -> None:
    about = NATIVE[name]
    inputs, other = (bars("walk", 300, seed).inputs_of(about) for seed in (1, 2))
    values = required(about)
    stream = getattr(ph.stream, name)(*(one[:150] for one in inputs), **values)
    fork = copy.copy(stream)
    for t in range(150, 300):
        fork.update(*(float(one[t]) for one in other))
    for t in range(150, 300):
        stream.update(*(float(one[t]) for one in inputs))
    mixed = [np.concatenate([one[:150], two[150:]]) for one, two in zip(inputs, other, strict=True)]
    function = getattr(ph, name)
    assert_row(stream.value, rows(function(*inputs, **values, exact=True))[-1])
    assert_row(fork.value, rows(function(*mixed, **values, exact=True))[-1])
    assert_row(copy.deepcopy(fork).value, np.array(row(fork.value)))


@pytest.mark.parametrize("name", STREAMS)
def test_results_are_those_of_the_function(name: str) -> None:
    about = NATIVE[name]
    values = required(about)
    stream = getattr(ph.stream, name)(**values)
    bar = [1.0 + i for i in range(len(about["inputs"]))]
    result = stream.update(*bar)
    named = stream.peek(**{one[0]: value for one, value in zip(about["inputs"], bar, strict=True)})
    if len(about["outputs"]) > 1:
        assert type(result) is type(named) is getattr(ph, name.upper())
        assert result._fields == tuple(one[0] for one in about["outputs"])
    else:
        assert type(result) is (int if about["outputs"][0][3] else float)


# TA-Lib's streams


@pytest.mark.parametrize("name", TALIB_STREAMS)
def test_streams_are_talibs(name: str) -> None:
    """Values, the range, and what is too short to open, beside TA-Lib's own."""
    theirs = pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    kind, other_kind = getattr(talib_stream, name), getattr(theirs.stream, name)
    about = OF_TALIB[name]

    @examples
    @given(
        parameters(about, native=False, longest=20),
        st.sampled_from(KINDS[:-1]),
        st.integers(1, 100),
        st.integers(0, 99),
    )
    def check(values: dict[str, Any], what: str, split: int, seed: int) -> None:
        inputs = bars(what, split + 12, seed).inputs_of(about)
        history = [one[:split] for one in inputs]
        if np.isnan(sum(history)).all():
            with pytest.raises((ph.talib.InsufficientHistory, ph.ArgumentError)):
                kind(*history, **values)
            return  # TA-Lib opens functions without a lookback on nothing but NaN
        try:
            other = other_kind(*history, **values)
        except theirs.InsufficientHistory:
            with pytest.raises(ph.talib.InsufficientHistory):
                kind(*history, **values)
            return
        except Exception:  # noqa: BLE001 - TA-Lib raises no other
            with pytest.raises(ph.ArgumentError):
                kind(*history, **values)
            return
        mine, series = kind.open_and_fill(*history, **values)
        _, other_series = other_kind.open_and_fill(*history, **values)
        np.testing.assert_array_equal(rows(series), rows(other_series))
        for t in range(split, split + 12):
            bar = [float(one[t]) for one in inputs]
            if not all(map(np.isfinite, bar)):
                continue
            assert_row(mine.peek(*bar), np.array(row(other.peek(*bar))))
            value = mine.update(*bar)
            assert_row(value, np.array(row(other.update(*bar))))
            assert type(value) is type(other.value)
            assert_row(mine.value, np.array(row(value)))
            if t % 5 == 0:
                mine.advance()
                other.advance()
            assert tuple(mine.out_range) == tuple(other.out_range)

    check()


def test_what_talib_refuses() -> None:
    stream = talib_stream.SMA(np.arange(5.0), 3)
    for bar in (np.nan, np.inf):
        with pytest.raises(ph.ArgumentError, match=r"TA_SMA_Update function failed .* advance\(\)"):
            stream.update(bar)
        with pytest.raises(ph.ArgumentError, match="TA_SMA_Peek"):
            stream.peek(bar)
    assert (stream.value, stream.out_range) == (3.0, (2, 3))
    for period in (3, 0):
        with pytest.raises(ph.talib.InsufficientHistory, match="no history: the input array is empty"):
            talib_stream.SMA(np.array([]), period)
    with pytest.raises(ph.ArgumentError, match="TA_SMA_Open function failed with error code 2: Bad Parameter"):
        talib_stream.SMA(np.arange(5.0), 0)
    with pytest.raises(ph.ArgumentTypeError, match="'low' is missing: a stream is opened on the history of high, low"):
        talib_stream.MEDPRICE(np.arange(5.0))
    with pytest.raises(
        ph.ArgumentTypeError, match=r"'low' is missing: .* or with its parameters by name and without any"
    ):
        ph.stream.medprice(np.arange(5.0))
    for history in (np.arange(2.0), np.array([np.nan, np.nan, 1.0, 2.0])):
        with pytest.raises(ph.talib.InsufficientHistory, match="at least 3 needed"):
            talib_stream.SMA(history, 3)
    with pytest.raises(ph.ArgumentTypeError, match="must be a numpy array or a pandas or polars Series, not list"):
        talib_stream.SMA([1.0, 2.0, 3.0], 3)
    with pytest.raises(ph.ArgumentTypeError, match="not double"):
        talib_stream.SMA(np.arange(5), 3)
    with pytest.raises(ph.ArgumentError, match="wrong dimensions"):
        talib_stream.SMA(np.ones((5, 2)), 3)
    with pytest.raises(ph.ArgumentError, match="lengths are different"):
        talib_stream.MEDPRICE(np.ones(5), np.ones(4))


# What a stream is


def test_a_bar_has_one_value_per_input() -> None:
    stream = ph.stream.medprice()
    assert stream.update(3.0, 1.0) == stream.update(low=1.0, high=3) == stream.update(3.0, low=1.0) == 2.0
    for args, named in (((), {}), ((1.0,), {}), ((1.0, 2.0, 3.0), {}), ((1.0,), {"high": 2.0})):
        with pytest.raises(ph.ArgumentTypeError):
            stream.update(*args, **named)
    with pytest.raises(ph.ArgumentTypeError, match="2 values were given and a bar has 1"):
        ph.stream.sma(period=5).update(1.0, period=3)
    with pytest.raises(ph.ArgumentTypeError, match="high is of type str"):
        stream.peek("1", 2.0)
    assert stream.value == 2.0


def test_a_stream_has_no_options() -> None:
    with pytest.raises(ph.ArgumentTypeError, match="no options"):
        ph.stream.sma(period=3, exact=True)
    with pytest.raises(ph.ArgumentTypeError, match="'period' is missing"):
        ph.stream.sma()
    with pytest.raises(ph.ArgumentError, match="period is 0"):
        ph.stream.sma(period=0)
    with pytest.raises(ph.ArgumentTypeError, match="the base of the streams"):
        ph.stream.Stream()


def test_streams_are_objects_like_others() -> None:
    class Average(ph.stream.sma):
        """With a note."""

    average = Average([1.0, 2.0, 3.0], 3)
    average.note = "mine"
    assert (average.value, average.update(4), type(average.copy())) == (2.0, 3.0, Average)
    assert isinstance(average, ph.stream.Stream)
    plain = ph.stream.sma(period=3)
    assert weakref.ref(plain)() is plain
    assert not plain.ready
    assert (plain.bars, plain.out_range) == (0, (2, 0))
    assert np.isnan(plain.value)
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(plain)
    assert ph.stream.sma.__module__ == "pyhft.stream"
    assert talib_stream.SMA.__module__ == "pyhft.talib.stream"


def test_all_streams_are_listed() -> None:
    assert ph.stream.__all__ == sorted([*STREAMS, "Stream"])
    assert set(TALIB_STREAMS) < set(talib_stream.__all__)


def test_native_streams_take_nan_and_lists() -> None:
    stream = ph.stream.max([1.0, 5.0, 2.0], 2)
    assert_row(stream.update(np.nan), ph.max([1.0, 5.0, 2.0, np.nan], 2, exact=True)[-1:])
    late = ph.stream.sma(period=2)
    assert [late.update(x) for x in (np.nan, 1.0, 3.0)][-1] == 2.0
    assert (late.bars, late.out_range) == (2, (2, 1))


def test_history_as_a_series() -> None:
    pandas = pytest.importorskip("pandas")
    prices = pandas.Series([1.0, 2.0, 3.0], index=list("abc"), name="close")
    stream, series = ph.stream.sma.open_and_fill(prices, 2)
    pandas.testing.assert_series_equal(series, pandas.Series([np.nan, 1.5, 2.5], index=list("abc"), name="close"))
    assert stream.update(4.0) == 3.5
    _, series = talib_stream.SMA.open_and_fill(real=prices, timeperiod=2)
    assert (series.name, list(series.index)) == (None, list("abc"))
    _, bands = ph.stream.bbands.open_and_fill(x=prices, period=2)
    assert [one.name for one in bands] == list(bands._fields)


@pytest.mark.parametrize("own", [5, len, lambda self: None])
def test_a_subclass_that_hides_what_its_base_needs_is_refused(own: object) -> None:
    broken = type("broken", (ph.stream.ema,), {"_function": own})
    with pytest.raises(ph.ArgumentTypeError, match="_function"):
        broken(np.arange(9.0), 3)


def test_frames_that_don_t_belong_together_are_refused() -> None:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    x = np.arange(60.0)
    with pytest.raises(ph.ArgumentTypeError, match="mix"):
        ph.stream.atr(pandas.Series(x), polars.Series(x), x, 5)
    with pytest.raises(ph.ArgumentError, match="index"):
        ph.stream.atr(pandas.Series(x), pandas.Series(x, index=np.arange(60) + 5), x, 5)
