"""Extremes of a window: TA-Lib's bits, the default beside them, long windows, NaN, quantiles, streams, every ISA."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

import pyhft as ph
from pyhft import talib as drop_in
from pyhft._core import stream as streams

Array = np.ndarray

# Inputs by name, from one series: bars around it, wide enough that the lowest and the highest aren't those of one bar.
INPUTS: dict[str, Callable[[Array], tuple[Array, ...]]] = {
    "max": lambda x: (x,),
    "min": lambda x: (x,),
    "minmax": lambda x: (x,),
    "maxindex": lambda x: (x,),
    "minindex": lambda x: (x,),
    "minmaxindex": lambda x: (x,),
    "midpoint": lambda x: (x,),
    "midprice": lambda x: (x, x[::-1] - 1.0),
    "willr": lambda x: (x, x - 1.0, x - 0.25),
    "aroon": lambda x: (x, x[::-1] - 1.0),
    "aroonosc": lambda x: (x, x[::-1] - 1.0),
}
ALL = list(INPUTS)
INDEXES = ["maxindex", "minindex", "minmaxindex"]

rng = np.random.default_rng(17)


@pytest.fixture(autouse=True)
def same_data_whatever_ran_before() -> None:
    global rng
    rng = np.random.default_rng(17)


def walk(n: int) -> Array:
    return 100 + np.cumsum(rng.standard_normal(n)) * 0.05


def some(x: Array, share: float, value: float) -> Array:
    x = x.copy()
    x[rng.random(len(x)) < share] = value
    return x


SERIES: dict[str, Callable[[int], Array]] = {
    "walk": walk,
    "ticks": lambda n: np.round(walk(n), 1),
    "few values": lambda n: rng.integers(-2, 3, n).astype(float),
    "constant": lambda n: np.full(n, 3.5),
    "rising": lambda n: np.arange(n, dtype=float),
    "falling": lambda n: -np.arange(n, dtype=float),
    "zeros of both signs": lambda n: np.where(rng.random(n) < 0.5, 0.0, -0.0),
    "huge": lambda n: (rng.random(n) - 0.5) * 1e308,
    "tiny": lambda n: (rng.random(n) - 0.5) * 1e-307,
    "infinities": lambda n: some(some(walk(n), 0.05, np.inf), 0.05, -np.inf),
    "a NaN": lambda n: some(walk(n), 1.5 / n, np.nan),
    "many NaN": lambda n: some(np.round(walk(n), 1), 0.2, np.nan),
    "NaN first": lambda n: np.concatenate([np.full(min(n, 3), np.nan), walk(max(n - 3, 0))]),
}


def tuple_of(result: Array | tuple[Array, ...]) -> tuple[Array, ...]:
    return tuple(result) if isinstance(result, tuple) else (result,)


def ours(name: str, inputs: tuple[Array, ...], period: int, **options: bool) -> tuple[Array, ...]:
    return tuple_of(getattr(ph, name)(*inputs, period, **options))


def theirs(name: str, inputs: tuple[Array, ...], period: int) -> tuple[Array, ...]:
    return tuple_of(getattr(talib, name.upper())(*inputs, period))


def assert_same_bits(got: Array, expected: Array) -> None:
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    known = ~np.isnan(expected)
    np.testing.assert_array_equal(got[known].view(np.int64), expected[known].view(np.int64))


@pytest.mark.parametrize("kind", SERIES)
@pytest.mark.parametrize("name", ALL)
def test_exact_gives_talibs_bits_and_the_default_its_values(name: str, kind: str) -> None:
    for period in (2, 3, 5, 8, 14, 30, 33, 64, 127, 128, 129, 300):
        for n in (period, period + 1, period + 7, 3 * period + 2, 2500 if period in (14, 129) else 400):
            with np.errstate(all="ignore"):
                inputs = INPUTS[name](SERIES[kind](n))
            expected = theirs(name, inputs, period)
            for got, want in zip(ours(name, inputs, period, exact=True), expected, strict=True):
                assert_same_bits(got, want)
            for got, want in zip(ours(name, inputs, period), expected, strict=True):
                np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", ALL)
def test_short_series(name: str) -> None:
    for n in range(12):
        inputs = INPUTS[name](walk(n))
        for exact in (False, True):
            for got in ours(name, inputs, 5, exact=exact):
                lookback = 5 if name.startswith("aroon") else 4
                missing = got == 0 if name in INDEXES else np.isnan(got)
                assert len(got) == n
                assert missing[:lookback].all()
                assert not missing[lookback:].any() or name in INDEXES


@pytest.mark.parametrize("name", ALL)
def test_a_period_beyond_the_series_gives_nothing(name: str) -> None:
    inputs = INPUTS[name](walk(50))
    for period in (51, 1_000_000_000):
        for got in ours(name, inputs, period):
            assert (got == 0).all() if name in INDEXES else np.isnan(got).all()


@pytest.mark.parametrize("name", ALL)
def test_the_limits_of_talib_are_those_of_the_drop_in(name: str) -> None:
    function = getattr(drop_in, name.upper())
    inputs = INPUTS[name](walk(50))
    for period in (1, 100_001):
        with pytest.raises(ph.ArgumentError, match="period is"):
            function(*inputs, period)
    for got, want in zip(tuple_of(function(*inputs)), tuple_of(getattr(talib, name.upper())(*inputs)), strict=True):
        np.testing.assert_array_equal(got, want)
        assert got.dtype == want.dtype


def test_windows_longer_than_talib_allows() -> None:
    n, period = 250_000, 120_001
    x = np.round(walk(n), 3)
    highest, lowest = ph.max(x, period), ph.min(x, period)
    at = np.asarray(ph.maxindex(x, period))
    for t in (period - 1, period, n // 2, n - 2, n - 1):
        window = x[t - period + 1 : t + 1]
        assert highest[t] == window.max()
        assert lowest[t] == window.min()
        assert x[at[t]] == window.max()
        assert t - period < at[t] <= t
    assert np.isnan(highest[: period - 1]).all()
    np.testing.assert_array_equal(highest, ph.max(x, period, exact=True))
    np.testing.assert_array_equal(at, ph.maxindex(x, period, exact=True))


@pytest.mark.parametrize("period", [2, 7, 16, 31, 100, 128, 129, 200, 1023])
def test_values_against_numpy(period: int) -> None:
    x = walk(3 * 1024 + period)
    windows = sliding_window_view(x, period)
    np.testing.assert_array_equal(ph.max(x, period)[period - 1 :], windows.max(axis=1))
    np.testing.assert_array_equal(ph.min(x, period)[period - 1 :], windows.min(axis=1))
    np.testing.assert_array_equal(
        ph.maxindex(x, period)[period - 1 :], windows.argmax(axis=1) + np.arange(len(windows))
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([-1.0, -0.0, 0.0, 1.0, 2.0, np.inf, -np.inf, np.nan]), min_size=1, max_size=60),
    st.integers(2, 12),
    st.sampled_from(ALL),
)
def test_any_series(values: list[float], period: int, name: str) -> None:
    with np.errstate(all="ignore"):
        inputs = INPUTS[name](np.array(values))
    expected = theirs(name, inputs, period)
    for got, want in zip(ours(name, inputs, period, exact=True), expected, strict=True):
        assert_same_bits(got, want)
    for got, want in zip(ours(name, inputs, period), expected, strict=True):
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", ALL)
def test_a_nan_reaches_only_the_windows_that_hold_it(name: str) -> None:
    period, hole = 20, 1500
    x = walk(4000)
    broken = x.copy()
    broken[hole] = np.nan
    clean, holed = INPUTS[name](x), list(INPUTS[name](x))
    holed[0] = broken
    far = np.r_[0:hole, hole + 2 * period + 2 : len(x)]
    for exact in (False, True):
        for a, b in zip(
            ours(name, clean, period, exact=exact), ours(name, tuple(holed), period, exact=exact), strict=True
        ):
            np.testing.assert_array_equal(a[far], b[far])


def test_skipping_nan_leaves_them_out() -> None:
    x = some(walk(3000), 0.1, np.nan)
    known = np.flatnonzero(~np.isnan(x))
    expected = np.full(len(x), np.nan)
    expected[known] = ph.max(x[known], 14)
    np.testing.assert_array_equal(ph.max(x, 14, nan="skip"), expected)


# Stochastics.

KINDS = ["walk", "ticks", "few values", "constant", "rising", "falling", "zeros of both signs", "NaN first", "many NaN"]


KAMA = 6  # in TA-Lib's numbering of the moving averages


def stochastics(x: Array) -> list[tuple[str, tuple[Array, ...], tuple[int, ...]]]:
    bars = (x + 0.5, x - 0.25, x)
    calls: list[tuple[str, tuple[Array, ...], tuple[int, ...]]] = [
        ("stoch", bars, ()),
        ("stochf", bars, ()),
        ("stochrsi", (x,), ()),
        ("stoch", bars, (1, 1, 0, 1, 0)),
        ("stoch", bars, (3, 2, 1, 4, 11)),
        ("stochrsi", (x,), (5, 7, 1, 2)),
        ("stochf", bars, (140, 5, 0)),
    ]
    calls += [("stochf", bars, (4, 3, kind)) for kind in range(14)]
    calls += [("stoch", bars, (4, 3, kind, 2, 13 - kind)) for kind in range(14)]
    return calls


@pytest.mark.parametrize("kind", KINDS)
def test_exact_stochastics_have_talibs_bits(kind: str) -> None:
    for n in (0, 1, 7, 8, 9, 60, 300):
        for name, inputs, parameters in stochastics(SERIES[kind](n)):
            expected = getattr(talib, name.upper())(*inputs, *parameters)
            for got, want in zip(getattr(ph, name)(*inputs, *parameters, exact=True), expected, strict=True):
                assert_same_bits(got, want)


@pytest.mark.parametrize("kind", KINDS[:-1])
def test_default_stochastics_have_talibs_values(kind: str) -> None:
    for n in (0, 1, 7, 8, 9, 60, 3000):
        x = SERIES[kind](n)
        for name, inputs, parameters in stochastics(x):
            k, d = getattr(ph, name)(*inputs, *parameters)
            expected_k, expected_d = getattr(talib, name.upper())(*inputs, *parameters)
            if kind == "ticks" and KAMA in parameters[2::2]:
                continue  # where a window has no move TA-Lib's KAMA divides by what its running sum has left over
            if name != "stoch":
                np.testing.assert_array_equal(k, expected_k)
            np.testing.assert_allclose(k, expected_k, rtol=0, atol=1e-8)
            np.testing.assert_allclose(d, expected_d, rtol=0, atol=1e-8)


def test_the_position_in_a_range_that_is_all_but_flat_is_0() -> None:
    def positions(size: float) -> tuple[float, float]:
        high, low = np.full(6, 1.0 + size), np.full(6, 1.0)
        return ph.stochf(high, low, high, 5, 1)[0][-1], ph.willr(high, low, low, 5)[-1]

    assert positions(1.9e-14) == (0.0, 0.0)
    assert positions(2.2e-14) == (100.0, -100.0)


def test_a_close_outside_of_its_range() -> None:
    high, low = np.full(6, 2.0), np.full(6, 1.0)
    assert ph.willr(high, low, high + 1, 5)[-1] == 0.0
    assert ph.willr(high, low, low - 1, 5)[-1] == -100.0
    assert ph.stochf(high, low, high + 1, 5, 1)[0][-1] == 200.0


@pytest.mark.parametrize("kind", ["a NaN", "many NaN", "infinities"])
def test_fast_k_beside_nan_is_talibs(kind: str) -> None:
    for period in (1, 2, 5, 40, 200):
        x = SERIES[kind](1500)
        with np.errstate(all="ignore"):
            bars = (x + 0.5, walk(1500) - 3, x[::-1])
        expected = talib.STOCHF(*bars, period, 1)[0]
        np.testing.assert_array_equal(ph.stochf(*bars, period, 1)[0], expected)
        assert_same_bits(ph.stochf(*bars, period, 1, exact=True)[0], expected)


@pytest.mark.parametrize("kind", ["walk", "few values", "many NaN"])
def test_streams_of_stochastics(kind: str) -> None:
    for name, inputs, parameters in stochastics(SERIES[kind](80))[:20]:
        expected = getattr(ph, name)(*inputs, *parameters, exact=True)
        stream = getattr(streams, name)(*[i[:0] for i in inputs], *parameters)
        for t in range(80):
            bar = [float(i[t]) for i in inputs]
            stream.peek(*[value + 5.0 for value in bar])
            peek = stream.peek(*bar)
            now = stream.update(*bar)
            assert_same_bits(np.array(now), np.array([e[t] for e in expected]))
            assert_same_bits(np.array(peek), np.array(now))


# Quantiles.


def quantiles(x: Array, period: int, quantile: float) -> Array:
    result = np.full(len(x), np.nan)
    if len(x) >= period:
        result[period - 1 :] = np.quantile(sliding_window_view(x, period), quantile, axis=1)
    return result


@pytest.mark.parametrize("quantile", [0.0, 0.01, 0.25, 1 / 3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("kind", ["walk", "ticks", "few values", "constant", "rising", "falling", "tiny"])
def test_quantiles_are_numpys(kind: str, quantile: float) -> None:
    for period in (1, 2, 3, 4, 7, 20, 101):
        for n in (0, 1, period - 1, period, period + 1, 500):
            x = SERIES[kind](n)
            np.testing.assert_array_equal(ph.rolling_quantile(x, period, quantile), quantiles(x, period, quantile))


def test_a_quantile_is_missing_while_a_nan_is_in_the_window() -> None:
    x = walk(400)
    x[[100, 103, 250]] = np.nan
    got = ph.rolling_quantile(x, 20, 0.3)
    np.testing.assert_array_equal(got, quantiles(x, 20, 0.3))
    assert np.isnan(got[100:123]).all()
    assert np.isfinite(got[123:250]).all()


def test_quantiles_of_infinities() -> None:
    x = np.array([1.0, 2.0, np.inf, 3.0, -np.inf, 4.0, 5.0])
    np.testing.assert_array_equal(ph.rolling_quantile(x, 3, 0.5), [np.nan, np.nan, 2, 3, 3, 3, 4])
    np.testing.assert_array_equal(ph.rolling_quantile(x, 3, 1.0), [np.nan, np.nan, np.inf, np.inf, np.inf, 4, 5])
    np.testing.assert_array_equal(ph.rolling_quantile(x, 3, 0.75)[2:], [np.inf, np.inf, np.inf, 3.5, 4.5])
    np.testing.assert_array_equal(ph.rolling_quantile(x, 3, 0.3)[4:], [-np.inf, -np.inf, -np.inf])
    assert np.isnan(ph.rolling_quantile(np.array([-np.inf, np.inf]), 2, 0.5)[1])
    assert ph.rolling_quantile(np.array([-1.5e308, 1.5e308]), 2, 0.75)[1] == 0.75e308


def test_a_long_window_of_quantiles() -> None:
    x = walk(6000)
    got = ph.rolling_quantile(x, 5000, 0.05)
    for t in (4999, 5000, 5500, 5999):
        assert got[t] == np.quantile(x[t - 4999 : t + 1], 0.05)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 7.0, np.nan]), min_size=1, max_size=50),
    st.integers(1, 9),
    st.sampled_from([0.0, 0.2, 0.5, 0.77, 1.0]),
)
def test_any_quantile(values: list[float], period: int, quantile: float) -> None:
    x = np.array(values)
    first = int(np.argmax(~np.isnan(x))) if not np.isnan(x).all() else len(x)
    expected = np.full(len(x), np.nan)
    expected[first:] = quantiles(x[first:], period, quantile)
    np.testing.assert_array_equal(ph.rolling_quantile(x, period, quantile), expected)


# Streams.


@pytest.mark.parametrize("kind", ["walk", "few values", "falling", "many NaN", "NaN first"])
@pytest.mark.parametrize("name", [*ALL, "rolling_quantile"])
def test_a_stream_gives_the_exact_form_and_peek_changes_nothing(name: str, kind: str) -> None:
    x = SERIES[kind](200)
    for period in (2, 3, 10):
        inputs = INPUTS.get(name, lambda x: (x,))(x)
        parameters = (period, 0.4) if name == "rolling_quantile" else (period,)
        expected = tuple_of(getattr(ph, name)(*inputs, *parameters, exact=True))
        stream = getattr(streams, name)(*[i[:0] for i in inputs], *parameters)
        for t in range(len(x)):
            bar = [float(i[t]) for i in inputs]
            other = [value + 5.0 for value in bar]
            # What a peek leaves behind would show in the update, in the next peek or, at the latest, a window later.
            peeks = [stream.peek(*bar), stream.peek(*other), stream.peek(*bar)]
            now = tuple_of(stream.update(*bar))
            assert_same_bits(np.array(now), np.array([e[t] for e in expected]))
            for peek in (peeks[0], peeks[2]):
                assert_same_bits(np.array(tuple_of(peek)), np.array(now))


# The instruction sets.

RESULTS = """
import hashlib, json
import numpy as np, pyhft as ph

def digest(result):
    arrays = result if isinstance(result, tuple) else (result,)
    return hashlib.sha256(b"".join((np.where(np.isnan(a), 7.0, a) + 0.0).tobytes() for a in arrays)).hexdigest()

x = 100 + np.cumsum(np.random.default_rng(3).integers(-10, 11, 5000)) / 128
low, close = x - 1.5, x - 0.25
hole = x.copy(); hole[3000] = np.nan
results = []
for period in (2, 3, 4, 7, 9, 14, 16, 31, 32, 40, 100, 128, 129, 500):
    for high in (x, hole):
        for function in (ph.max, ph.min, ph.minmax, ph.maxindex, ph.minindex, ph.minmaxindex, ph.midpoint):
            results.append(digest(function(high, period)))
        for function in (ph.midprice, ph.aroon, ph.aroonosc):
            results.append(digest(function(high, low, period)))
        results.append(digest(ph.willr(high, low, close, period)))
        results.append(digest(ph.stochf(high, low, close, period, 1)))
        results.append(digest(ph.rolling_quantile(high, period, 0.3)))
print(json.dumps({"isa": ph.isa(), "results": results}))
"""


def test_every_instruction_set_gives_the_same_values() -> None:
    found = {}
    for isa in ph.available_isas():
        environment = {**os.environ, "PYHFT_ISA": isa}
        done = subprocess.run(
            [sys.executable, "-c", RESULTS], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert answer["isa"] == isa
        found[isa] = answer["results"]
    assert all(results == found["scalar"] for results in found.values())
    assert len(set(found["scalar"])) > 0.5 * len(found["scalar"]), "too many calls give the same"
