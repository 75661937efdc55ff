"""ema and macd from Python: beside TA-Lib, beside a twin in long double, and at the edges of their arguments."""

from __future__ import annotations

import contextlib
import doctest
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import pyhft as ph

talib = pytest.importorskip("talib", reason="needs the TA-Lib wheel")

Array = NDArray[Any]
BOUND = 1e-15  # of the largest price: what the docstrings promise of one series
LENGTHS = [0, 1, 2, 11, 12, 13, 27, 28, 29, 33, 34, 35, 100, 1000, 1035, 1036, 1037, 5000]


def walk(n: int, seed: int = 1, around: float = 100.0) -> Array:
    return around * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 1e-3, n)))


def assert_same(got: Array, expected: Array) -> None:
    """Bit for bit; NaN where NaN is expected."""
    assert got.dtype == expected.dtype
    np.testing.assert_array_equal(got, expected)


def assert_near(got: Array, expected: Array, bound: float) -> None:
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(got[~finite], expected[~finite].astype(got.dtype))
    assert np.abs(got[finite] - expected[finite]).max(initial=0) <= bound


def talib_macd(x: Array, *periods: int) -> tuple[Array, Array, Array]:
    # TA-Lib refuses an empty array; ours is empty then.
    return talib.MACD(x, *periods) if x.size else (x, x, x)  # type: ignore[no-any-return]


# Beside TA-Lib


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("period", [1, 2, 3, 12, 100])
def test_ema_of_a_table_is_talib_bit_for_bit(n: int, period: int) -> None:
    columns = [walk(n, seed) for seed in range(9)]
    for table in (np.column_stack(columns), np.column_stack(columns[:3]), np.asfortranarray(np.column_stack(columns))):
        got = ph.ema(table, period)
        for i in range(table.shape[1]):
            expected = talib.EMA(columns[i], period) if n else columns[i]
            assert_same(got[:, i], expected)


@pytest.mark.parametrize("n", LENGTHS)
def test_macd_of_a_table_is_talib_bit_for_bit(n: int) -> None:
    columns = [walk(n, seed) for seed in range(9)]
    for table in (np.column_stack(columns), np.column_stack(columns[:3]), np.asfortranarray(np.column_stack(columns))):
        got = ph.macd(table)
        for i in range(table.shape[1]):
            for ours, theirs in zip(got, talib_macd(columns[i]), strict=True):
                assert_same(ours[:, i], theirs)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("around", [1e-4, 100.0, 1e6])
def test_one_series_is_talib_within_the_bound(n: int, around: float) -> None:
    x = walk(n, around=around)
    bound = 2 * BOUND * around * 1.2  # theirs and ours
    assert_near(ph.ema(x, 12), talib.EMA(x, 12) if n else x, bound)
    for periods in ((12, 26, 9), (5, 34, 5), (2, 3, 1)):
        for ours, theirs in zip(ph.macd(x, *periods), talib_macd(x, *periods), strict=True):
            assert_near(ours, theirs, bound)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("at", [0, 1, 11, 12, 27, 28, 40, 1100])
def test_what_is_not_finite_spreads_as_in_talib(value: float, at: int) -> None:
    x = walk(1200)
    x[at] = value
    assert_near(ph.ema(x, 12), talib.EMA(x, 12), 4e-13)
    assert_same(ph.ema(x[:, None], 12)[:, 0], talib.EMA(x, 12))
    for ours, exact, theirs in zip(ph.macd(x), ph.macd(x[:, None]), talib.MACD(x), strict=True):
        assert_near(ours, theirs, 4e-13)
        assert_same(exact[:, 0], theirs)


def test_leading_nans_shift_everything_as_in_talib() -> None:
    x = np.concatenate([np.full(17, np.nan), walk(100)])
    assert_near(ph.ema(x, 12), talib.EMA(x, 12), 4e-13)
    for ours, theirs in zip(ph.macd(x), talib.MACD(x), strict=True):
        assert_near(ours, theirs, 4e-13)


# Beside a twin


def ema_twin(x: Array, period: int) -> Array:
    """The definition, in long double."""
    wide = x.astype(np.longdouble)
    out = np.full(x.shape, np.nan, np.longdouble)
    first = int(np.argmax(~np.isnan(x))) if (~np.isnan(x)).any() else len(x)
    start = first + period - 1
    if start >= len(x):
        return out
    e = wide[first : start + 1].sum() / period
    out[start] = e
    for i in range(start + 1, len(x)):
        e += (wide[i] - e) * 2 / (period + 1)
        out[i] = e
    return out


prices = st.lists(st.floats(-1e9, 1e9), max_size=80)


@given(values=prices, leading=st.integers(0, 5), period=st.integers(1, 40))
@settings(deadline=None, max_examples=200)
def test_any_series_is_its_twin_within_the_bound(values: list[float], leading: int, period: int) -> None:
    x = np.array([np.nan] * leading + values, dtype=float)
    bound = BOUND * np.abs(x).max(initial=0, where=~np.isnan(x)) + 1e-320
    twin = ema_twin(x, period)
    for got in (ph.ema(x, period), ph.ema(x[::-1].copy()[::-1], period)):
        assert_near(got.astype(np.longdouble), twin, bound)
    assert_near(ph.ema(x[:, None], period)[:, 0].astype(np.longdouble), twin, 20 * bound)


@given(values=prices, fast=st.integers(2, 10), more=st.integers(1, 20), signal=st.integers(1, 12))
@settings(deadline=None, max_examples=200)
def test_macd_ties_in_with_itself_and_with_the_table(values: list[float], fast: int, more: int, signal: int) -> None:
    x = np.array(values, dtype=float)
    one = ph.macd(x, fast, fast + more, signal)
    exact = ph.macd(x[:, None], fast, fast + more, signal)
    bound = 40 * BOUND * np.abs(x).max(initial=0) + 1e-320
    for ours, table in zip(one, exact, strict=True):
        assert_near(ours, table[:, 0], bound)
        assert np.isnan(ours[: fast + more + signal - 2]).all()
    np.testing.assert_array_equal(one.histogram, one.macd - one.signal)


def test_macd_takes_the_shorter_period_for_the_fast_one_as_talib_does() -> None:
    x = walk(100)
    for swapped, sorted_ in zip(ph.macd(x, 26, 12), ph.macd(x, 12, 26), strict=True):
        assert_same(swapped, sorted_)


def test_seeds() -> None:
    x = walk(50)
    k = 2 / 13
    first, value = [x[0]], [90 + k * (x[0] - 90)]
    for price in x[1:]:
        first.append(first[-1] + k * (price - first[-1]))
        value.append(value[-1] + k * (price - value[-1]))
    np.testing.assert_allclose(ph.ema(x, 12, seed="first"), first, rtol=1e-14)
    np.testing.assert_allclose(ph.ema(x, 12, seed=90), value, rtol=1e-14)
    np.testing.assert_allclose(ph.ema(x[:, None], 12, seed=np.float32(90))[:, 0], value, rtol=1e-14)
    assert_same(ph.ema(x, 12, seed="sma"), ph.ema(x, 12))
    half = ph.ema(x, 12)
    np.testing.assert_allclose(ph.ema(x[25:], 12, seed=half[24]), half[25:], rtol=1e-14)


# Types and layouts


@pytest.mark.parametrize("periods", [[5], [5, 10, 20], [20, 5, 20, 1, 7], [100, 3], [60, 61], list(range(1, 40))])
@pytest.mark.parametrize("leading", [0, 4])
def test_a_list_of_periods_gives_one_column_each(periods: list[int], leading: int) -> None:
    x = np.concatenate([np.full(leading, np.nan), walk(60)])
    sweep = ph.ema(x, periods)
    assert sweep.shape == (len(x), len(periods))
    for column, period in zip(sweep.T, periods, strict=True):
        assert_same(column, ph.ema(x, period, exact=True))
    for several in (ph.ema(x[::2], tuple(periods)), ph.ema(x.astype(np.float32), np.array(periods), nan="skip")):
        assert several.shape[1] == len(periods)
    out = np.empty((len(x), len(periods)), order="F")
    assert ph.ema(x, periods, out=out, threads=2) is out
    assert_same(out, sweep)
    first = ph.ema(x, periods, seed="first")
    assert_same(first[:, 0], ph.ema(x, periods[0], seed="first"))
    means = ph.sma(x, periods)
    for column, period in zip(means.T, periods, strict=True):
        assert_same(column, ph.sma(x, period))


def test_float32_stays_float32_and_is_rounded_once() -> None:
    for x in (walk(3000).astype(np.float32), walk(3000).astype(np.float32).reshape(-1, 10)):
        assert_same(ph.ema(x, 12), ph.ema(x.astype(float), 12).astype(np.float32))
        for ours, wide in zip(ph.macd(x), ph.macd(x.astype(float)), strict=True):
            assert_same(ours, wide.astype(np.float32))


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i4"])
def test_integers_become_float64(dtype: str) -> None:
    x = np.arange(100).astype(dtype)
    assert_same(ph.ema(x, 12), ph.ema(np.arange(100.0), 12))


def misaligned(x: Array) -> Array:
    buffer = np.zeros(x.nbytes + 1, np.uint8)
    view = buffer[1:].view(x.dtype).reshape(x.shape)
    view[...] = x
    assert not view.flags.aligned
    return view


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_any_layout_gives_the_same_bits(dtype: type[np.floating[Any]]) -> None:
    series = walk(3000).astype(dtype)
    table = walk(3000).astype(dtype).reshape(-1, 20)
    record = np.zeros(3000, [("time", "u8"), ("price", dtype)])
    record["price"] = series
    for x, others in (
        (series, [series.repeat(3)[::3], series[::-1].copy()[::-1], misaligned(series), record["price"]]),
        (
            table,
            [np.asfortranarray(table), table.repeat(2, axis=1)[:, ::2], misaligned(table), table[::-1].copy()[::-1]],
        ),
    ):
        for other in [*others, x.astype(x.dtype.newbyteorder("S"))]:
            assert_same(ph.ema(other, 12), ph.ema(x, 12))
            for a, b in zip(ph.macd(other), ph.macd(x), strict=True):
                assert_same(a, b)


def test_sequences_go_through_numpy() -> None:
    assert_same(ph.ema([1, 2, 3, 4], 2), np.array([np.nan, 1.5, 2.5, 3.5]))
    assert ph.ema([], 3).shape == (0,)
    assert ph.ema(((1.0, 2.0), (3.0, 4.0)), 1).shape == (2, 2)


def test_empty_tables_keep_their_shape() -> None:
    for shape in ((0, 5), (5, 0), (0, 0)):
        assert ph.ema(np.zeros(shape), 3).shape == shape
        assert ph.macd(np.zeros(shape)).signal.shape == shape


def test_the_result_of_a_table_is_laid_out_like_it() -> None:
    assert ph.ema(np.zeros((30, 4)), 3).flags.c_contiguous
    assert ph.ema(np.zeros((30, 4), order="F"), 3).flags.f_contiguous


# out=


def test_out_is_filled_and_returned() -> None:
    x = walk(2000)
    out = np.empty_like(x)
    assert ph.ema(x, 12, out=out) is out
    assert_same(out, ph.ema(x, 12))
    three = tuple(np.empty_like(x) for _ in range(3))
    got = ph.macd(x, out=three)
    for returned, given_, expected in zip(got, three, ph.macd(x), strict=True):
        assert returned is given_
        assert_same(returned, expected)


def test_out_may_be_strided_and_leaves_the_rest_alone() -> None:
    table = np.full((500, 3), -7.0)
    table[:, 0] = walk(500)
    expected = ph.ema(table[:, 0].copy(), 12)
    ph.ema(table[:, 0], 12, out=table[:, 1])
    assert_same(table[:, 1], expected)
    assert (table[:, 2] == -7).all()


def read_only(x: Array) -> Array:
    x.flags.writeable = False
    return x


X = walk(40)


@pytest.mark.parametrize(
    ("out", "error", "text"),
    [
        (np.empty(39), ph.ArgumentError, r"out has shape \(39,\) where the result has \(40,\)"),
        (np.empty((40, 1)), ph.ArgumentError, "out has shape"),
        (np.empty(40, np.float32), ph.ArgumentTypeError, "out has dtype float32 where the result has float64"),
        (read_only(np.empty(40)), ph.ArgumentError, "out is read-only"),
        (X, ph.ArgumentError, "out shares memory with x"),
        (misaligned(np.zeros(40)), ph.ArgumentError, "out is misaligned"),
        (np.empty(40, ">f8"), ph.ArgumentError, "byte-swapped"),
        (np.lib.stride_tricks.as_strided(np.zeros(1), (40,), (0,)), ph.ArgumentError, "one element at several places"),
        ([0.0] * 40, ph.ArgumentTypeError, "out is of type list"),
        (np.ma.zeros(40), ph.ArgumentTypeError, "out is a masked array, whose mask would say nothing"),
    ],
)
def test_an_output_that_does_not_fit_is_refused(out: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        ph.ema(X, 3, out=out)
    with pytest.raises(error, match=text.replace("out", r"out\[1\]")):
        ph.macd(X, out=(np.empty(40), out, np.empty(40)))


def test_outputs_of_macd_must_be_three_and_apart() -> None:
    a, b = np.empty(40), np.empty(40)
    with pytest.raises(ph.ArgumentError, match=r"out\[2\] shares memory with out\[0\]"):
        ph.macd(X, out=(a, b, a))
    with pytest.raises(ph.ArgumentTypeError, match="tuple and length 2; it must be a tuple of three arrays"):
        ph.macd(X, out=(a, b))
    with pytest.raises(ph.ArgumentTypeError, match="must be a tuple of three arrays"):
        ph.macd(X, out=a)  # type: ignore[arg-type]


# Errors


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: ph.ema(X, -3),
            ph.ArgumentError,
            "ema: period is -3; it must be from 1 to 1000000000: give the number of bars to average over.",
        ),
        (lambda: ph.ema(X, 10**30), ph.ArgumentError, "period is 1000000000000000000000000000000; it must fit 64 bits"),
        (lambda: ph.ema(X, 2**40), ph.ArgumentError, "period is 1099511627776; it must be from 1 to 1000000000"),
        (lambda: ph.ema(X, 3, seed=10**400), ph.ArgumentError, "seed is larger than any float"),
        (lambda: ph.ema(X, 3, seed=np.array([1.0])), ph.ArgumentTypeError, "seed is of type numpy.ndarray"),
        (lambda: ph.ema(np.ma.masked_invalid(X), 3), ph.ArgumentTypeError, "x is a masked array"),
        (lambda: ph.ema(X, 12.0), ph.ArgumentTypeError, "period is of type float; it must be an integer"),
        (lambda: ph.ema(X, True), ph.ArgumentTypeError, "period is of type bool"),
        (lambda: ph.ema(X, 3, seed="last"), ph.ArgumentError, "seed is 'last'; it must be 'sma', 'first' or a number"),
        (lambda: ph.ema(X, 3, seed=np.nan), ph.ArgumentError, "seed is nan; it must be finite"),
        (lambda: ph.ema(X, 3, seed=None), ph.ArgumentTypeError, "seed is of type NoneType"),
        (lambda: ph.macd(X, 1, 12), ph.ArgumentError, "fast is 1; it must be from 2 to 1000000000"),
        (lambda: ph.macd(X, nan="drop"), ph.ArgumentError, "nan is 'drop'; it must be 'propagate', 'skip' or 'raise'"),
        (lambda: ph.macd(X, exact=1), ph.ArgumentTypeError, "exact is of type int; it must be True or False"),
        (lambda: ph.macd(X, threads=0), ph.ArgumentError, "threads is 0; it must be from 1 to 1024"),
        (lambda: ph.ema(X, []), ph.ArgumentError, "period is an empty list"),
        (lambda: ph.ema(X[:, None], [3, 4]), ph.ArgumentError, "x has 2 dimensions and period is a list"),
        (lambda: ph.macd(X, 12, 26, 0), ph.ArgumentError, "signal is 0; it must be from 1"),
        (lambda: ph.ema(X.astype(complex), 3), ph.ArgumentTypeError, "x has dtype complex128; it must be float64"),
        (lambda: ph.ema(X > 3, 3), ph.ArgumentTypeError, "x has dtype bool"),
        (lambda: ph.ema(np.array(["a"]), 3), ph.ArgumentTypeError, "x has dtype <U1"),
        (lambda: ph.ema(X.astype(object), 3), ph.ArgumentTypeError, "x has dtype object"),
        (lambda: ph.ema(X.astype("M8[ns]"), 3), ph.ArgumentTypeError, "x has dtype datetime64"),
        (lambda: ph.ema(X.astype(np.longdouble), 3), ph.ArgumentTypeError, "x has dtype (float128|longdouble)"),
        (
            lambda: ph.ema([[1.0], [1.0, 2.0]], 3),
            ph.ArgumentTypeError,
            "x is of type list, which numpy makes no array of",
        ),
        (lambda: ph.ema(None, 3), ph.ArgumentTypeError, "x has dtype object"),
        (lambda: ph.ema(np.float64(3), 3), ph.ArgumentError, "x has 0 dimensions; it must have 1"),
        (lambda: ph.ema(X.reshape(2, 2, 10), 3), ph.ArgumentError, "x has 3 dimensions"),
        (lambda: ph.ema(X), ph.ArgumentTypeError, "'period' is missing: give the number of bars to average"),
        (lambda: ph.lookback("ema"), ph.ArgumentTypeError, "'period' is missing: give the number of bars to average"),
        (lambda: ph.ema(X, 10**5000), ph.ArgumentError, "period is a value of type int without a text; it must fit 64"),
        (lambda: ph.ema(X, 3, nan="\ud800"), ph.ArgumentError, r"nan is '\\ud800'; it must be 'propagate'"),
        (lambda: ph.ema(X, **{"\ud800": 3}), ph.ArgumentTypeError, r"there is no argument '\\ud800'"),
        (lambda: ph.ema(X, 3, None), ph.ArgumentTypeError, "3 arguments were given by position and at most 2"),
        (lambda: ph.ema(X, 3, period=3), ph.ArgumentTypeError, "'period' was given twice"),
        (lambda: ph.ema(X, 3, perod=3), ph.ArgumentTypeError, "there is no argument 'perod'"),
        (lambda: ph.macd(), ph.ArgumentTypeError, "'x' is missing"),
    ],
)
def test_a_refusal_is_one_sentence_with_value_limit_and_remedy(
    call: Callable[[], object], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text) as caught:
        call()
    message = str(caught.value)
    assert message.startswith(("ema: ", "macd: "))
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: ph.lookback("sma", 5, 6),
            "lookback: 2 were given by position; it takes the parameters of sma",
        ),
        (lambda: ph.lookback("sma", 5, out=X), "lookback: 'out' was given; it takes the parameters of sma"),
        (
            lambda: ph.lookback("sma", 5, x=X),
            "'x' was given; it takes .*, which are period: leave out",
        ),
        (lambda: ph.sma(X, np.array(2.5)), "sma: period is of type numpy.ndarray; it must be an integer"),
        (lambda: ph.rolling_quantile(X, 5), "rolling_quantile: 'quantile' is missing: give the fraction of the window"),
    ],
)
def test_arguments_that_arent_taken_or_left_out(call: Callable[[], object], text: str) -> None:
    with pytest.raises(ph.ArgumentTypeError, match=text):
        call()


def test_names_that_are_no_unicode() -> None:
    for call in (ph.explain, ph.lookback, lambda name: ph.bank(name, 3)):
        with pytest.raises(ph.ArgumentError, match=r"there is no indicator '\\ud800'"):
            call("\ud800")


def test_the_error_family_is_also_the_builtin_one() -> None:
    for error, builtin in (
        (ph.ArgumentError, ValueError),
        (ph.ArgumentTypeError, TypeError),
        (ph.InputError, OSError),
        (ph.HostError, RuntimeError),
    ):
        assert issubclass(error, ph.Error)
        assert issubclass(error, builtin)
        assert error.__module__ == "pyhft"


def test_keywords_need_not_be_interned() -> None:
    name = "".join(["per", "iod"])
    assert_same(ph.ema(X, **{name: 3}), ph.ema(X, 3))  # type: ignore[call-overload]
    assert_same(ph.ema(X, np.int16(3)), ph.ema(X, 3))


# The rest of the contract


def test_the_result_is_a_named_tuple() -> None:
    result = ph.macd(X)
    assert isinstance(result, ph.MACD)
    assert isinstance(result, tuple)
    assert result._fields == ("macd", "signal", "histogram")
    macd, signal, histogram = result
    assert macd is result.macd
    assert signal is result[1]
    assert histogram is result.histogram
    copy = pickle.loads(pickle.dumps(result))
    assert isinstance(copy, ph.MACD)
    assert_same(copy.macd, macd)
    assert pickle.loads(pickle.dumps(ph.ema)) is ph.ema


def test_the_examples_of_the_docstrings_hold() -> None:
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner()
    for function in (ph.ema, ph.macd, ph.isa, ph.available_isas):
        examples = finder.find(function, function.__name__, globs={})
        assert sum(len(test.examples) for test in examples) > 0, function
        for test in examples:
            assert runner.run(test).failed == 0, test.name


def test_calls_neither_leak_nor_lose_references() -> None:
    x, out = walk(64), np.empty(64)
    period, three = 12, tuple(np.empty(64) for _ in range(3))
    counted = [x, out, three, *three, np.dtype(float), ph.MACD]
    before = [sys.getrefcount(thing) for thing in counted]
    for _ in range(1000):
        ph.ema(x, period)
        ph.ema(x, period, out=out)
        ph.macd(x)
        ph.macd(x, out=three)
        for refused in (lambda: ph.ema(x, 0), lambda: ph.macd(x, out=(x, out, out))):
            with contextlib.suppress(ph.ArgumentError):
                refused()
    after = [sys.getrefcount(thing) for thing in counted]
    assert all(abs(b - a) < 100 for a, b in zip(before, after, strict=True)), (before, after)


def test_the_gil_is_released_for_large_arrays() -> None:
    x = walk(4_000_000)
    out = np.empty_like(x)
    ticks = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # so that the other thread runs only while the kernel has let go
    other = threading.Thread(target=count)
    try:
        other.start()
        deadline = time.monotonic() + 20
        progressed = 0
        while progressed < 5 and time.monotonic() < deadline:
            seen = ticks
            ph.ema(x, 12, out=out)
            progressed += ticks > seen
    finally:
        stop.set()
        sys.setswitchinterval(interval)
        other.join()
    assert progressed == 5


def test_many_threads_get_what_one_gets() -> None:
    x = walk(50_000)
    expected = ph.macd(x).histogram
    wrong: list[int] = []

    def work(i: int) -> None:
        for _ in range(20):
            if not np.array_equal(ph.macd(x).histogram, expected, equal_nan=True):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_importing_needs_only_numpy() -> None:
    code = (
        "import sys; import pyhft; roots = {name.partition('.')[0] for name in sys.modules}; "
        "print(sorted(roots & {'pandas', 'polars', 'pyarrow', 'talib', 'numba', 'scipy', 'hypothesis', 'pytest'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_signal_over_one_bar_is_the_line() -> None:
    x = walk(3000)
    for series in (x, x.astype(np.float32), np.stack([x] * 9, 1)):
        result = ph.macd(series, 12, 26, 1)
        np.testing.assert_array_equal(result.signal, result.macd)
        assert (result.histogram[25:] == 0).all()
