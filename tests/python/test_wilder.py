"""Wilder's indicators and the sums over volume: beside TA-Lib, beside twins in long double, and at their edges."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import pyhft as ph

talib = pytest.importorskip("talib", reason="needs the TA-Lib wheel")

Array = NDArray[Any]
Long = np.longdouble
X86 = platform.machine() in ("x86_64", "AMD64")
needs_long_double = pytest.mark.skipif(np.finfo(Long).nmant <= 52, reason="long double is double here")

# What each takes, out of high, low, close, volume.
INPUTS = {
    "rsi": "c",
    "cmo": "c",
    "trange": "hlc",
    "atr": "hlc",
    "natr": "hlc",
    "plus_dm": "hl",
    "minus_dm": "hl",
    "plus_di": "hlc",
    "minus_di": "hlc",
    "dx": "hlc",
    "adx": "hlc",
    "adxr": "hlc",
    "sar": "hl",
    "cumsum": "c",
    "obv": "cv",
    "ad": "hlcv",
    "adosc": "hlcv",
    "vwap": "hlcv",
}
WITH_PERIOD = [name for name in INPUTS if name not in ("trange", "sar", "cumsum", "obv", "ad", "adosc", "vwap")]
FROM_1 = ("atr", "natr", "plus_dm", "minus_dm", "plus_di", "minus_di")
LENGTHS = [*range(1, 20), 28, 31, 32, 33, 40, 41, 47, 48, 49, 100, 1000, 1023, 1024, 1025, 1038, 1039, 1040, 2100]


def market(n: int, seed: int = 1, around: float = 100.0, ticks: bool = False) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    close = around + np.cumsum(rng.normal(0, 0.05, n))
    start = close + rng.normal(0, 0.05, n)
    bars = {
        "h": np.maximum(close, start) + rng.random(n) * 0.1,
        "l": np.minimum(close, start) - rng.random(n) * 0.1,
        "c": close,
        "v": np.floor(rng.random(n) * 1000) + 1,
    }
    if ticks:
        bars = {key: np.round(values * 8) / 8 for key, values in bars.items()}
    return bars


def inputs_of(name: str, bars: dict[str, Array]) -> list[Array]:
    return [bars[key] for key in INPUTS[name]]


def parameters_of(name: str) -> list[tuple[float, ...]]:
    if name == "sar":
        return [(0.02, 0.2), (0.5, 0.2), (0.0, 0.2), (0.1, 1.0)]
    if name == "adosc":
        return [(3, 10), (10, 3), (2, 2), (12, 26)]
    if name in WITH_PERIOD:
        return [(period,) for period in ((1,) if name in FROM_1 else ()) + (2, 3, 5, 14, 16, 33, 200)]
    return [()]


def both(name: str, bars: dict[str, Array], p: tuple[float, ...], **how: Any) -> tuple[Array, Array]:
    inputs = inputs_of(name, bars)
    return getattr(ph, name)(*inputs, *p, **how), getattr(talib, name.upper())(*inputs, *p)


def spoilt(bars: dict[str, Array], seed: int, values: list[float]) -> list[dict[str, Array]]:
    """One copy per series, in which a few bars of that series are something else."""
    rng = np.random.default_rng(seed)
    copies = []
    for key in bars:
        copy = dict(bars)
        copy[key] = bars[key].copy()
        copy[key][rng.integers(len(bars[key]) // 4, len(bars[key]), 3)] = rng.choice(values, 3)
        copies.append(copy)
    return copies


def scaled(bars: dict[str, Array], by: float) -> dict[str, Array]:
    return {key: values if key == "v" else values * by for key, values in bars.items()}


def flat_in_between(bars: dict[str, Array]) -> dict[str, Array]:
    copy = {key: values.copy() for key, values in bars.items()}
    for key in "hlc":
        copy[key][300:700] = copy["c"][300]
    return copy


def hardly_any_movement() -> dict[str, Array]:
    """Movements of 1e-16 of the range and less: DX and ADX leave such bars out."""
    rng = np.random.default_rng(5)
    high = 1e3 + np.cumsum(rng.random(1500) * 1e-13 * rng.integers(0, 2, 1500))
    return {"h": high, "l": np.full(1500, -1e3), "c": np.zeros(1500), "v": np.ones(1500)}


MARKETS = {
    "prices": [market(1500)],
    "ticks": [market(1500, 2, ticks=True)],
    "constant": [dict.fromkeys("hlcv", np.full(500, 7.0))],
    "flat": [flat_in_between(market(1500, 3))],
    "tiny": [scaled(market(1500, 4), 1e-150)],
    "huge": [scaled(market(1500, 4), 1e150)],
    "still": [hardly_any_movement()],
    "falling": [{key: values[::-1].copy() for key, values in market(1500, 6).items()}],
    "nan": spoilt(market(1500, 7), 1, [np.nan]),
    "inf": spoilt(market(1500, 8), 2, [np.inf, -np.inf]),
}


@pytest.mark.parametrize("kind", MARKETS)
@pytest.mark.parametrize("name", INPUTS)
def test_exact_gives_talibs_bits(name: str, kind: str) -> None:
    for bars in MARKETS[kind]:
        for p in parameters_of(name):
            np.testing.assert_array_equal(*both(name, bars, p, exact=True), err_msg=f"{p}")


@pytest.mark.parametrize("name", INPUTS)
def test_exact_gives_talibs_bits_at_every_length(name: str) -> None:
    for n in LENGTHS:
        for p in parameters_of(name)[:4]:
            np.testing.assert_array_equal(*both(name, market(n, n), p, exact=True), err_msg=f"{n} {p}")


@pytest.mark.parametrize("name", INPUTS)
def test_default_agrees_with_talib_at_every_length(name: str) -> None:
    for n in LENGTHS:
        for p in parameters_of(name):
            got, expected = both(name, market(n, n), p)
            np.testing.assert_array_equal(np.isnan(got), np.isnan(expected), err_msg=f"{n} {p}")
            largest = np.nanmax(np.abs(expected), initial=0.0)
            np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12 * largest, err_msg=f"{n} {p}")


@pytest.mark.parametrize("kind", ["ticks", "constant", "flat", "tiny", "huge", "still", "falling"])
@pytest.mark.parametrize("name", INPUTS)
def test_default_agrees_with_talib(name: str, kind: str) -> None:
    for p in parameters_of(name):
        got, expected = both(name, MARKETS[kind][0], p)
        largest = np.nanmax(np.abs(expected), initial=0.0)
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-11 * largest, err_msg=f"{p}")


def test_an_empty_series_gives_an_empty_one() -> None:
    for name in INPUTS:
        assert getattr(ph, name)(*[np.empty(0)] * len(INPUTS[name])).shape == (0,)


# Twins in long double: the formulas as their texts have them, one bar after the other.


def true_ranges(h: Array, low: Array, c: Array) -> Array:
    return np.maximum(h[1:] - low[1:], np.maximum(np.abs(c[:-1] - h[1:]), np.abs(c[:-1] - low[1:])))


def decaying(terms: Array, period: int, seed: int) -> Array:
    """From the sum of the first `seed` terms on; the first result belongs to term `seed` - 1."""
    s = terms[:seed].sum()
    sums = [s]
    for term in terms[seed:]:
        s = s - s / period + term
        sums.append(s)
    return np.array(sums, dtype=Long)


def changes(c: Array) -> tuple[Array, Array]:
    change = np.diff(c)
    return np.maximum(change, 0), np.maximum(-change, 0)


def movements(h: Array, low: Array) -> tuple[Array, Array]:
    up, down = np.diff(h), -np.diff(low)
    return np.where((up > down) & (up > 0), up, 0), np.where((down > up) & (down > 0), down, 0)


def twin_rsi(c: Array, period: int) -> Array:
    gain, loss = (decaying(x, period, period) for x in changes(c))
    return 100 * gain / (gain + loss)


def twin_cmo(c: Array, period: int) -> Array:
    return 2 * twin_rsi(c, period) - 100


def twin_atr(h: Array, low: Array, c: Array, period: int) -> Array:
    return decaying(true_ranges(h, low, c), period, period) / period


def twin_natr(h: Array, low: Array, c: Array, period: int) -> Array:
    return 100 * twin_atr(h, low, c, period) / c[period:]


def twin_plus_dm(h: Array, low: Array, period: int) -> Array:
    return decaying(movements(h, low)[0], period, period - 1)


def twin_minus_dm(h: Array, low: Array, period: int) -> Array:
    return decaying(movements(h, low)[1], period, period - 1)


def sums_of(h: Array, low: Array, c: Array, period: int) -> list[Array]:
    return [decaying(x, period, period - 1)[1:] for x in (*movements(h, low), true_ranges(h, low, c))]


def twin_plus_di(h: Array, low: Array, c: Array, period: int) -> Array:
    plus, _, ranges = sums_of(h, low, c, period)
    return 100 * plus / ranges


def twin_minus_di(h: Array, low: Array, c: Array, period: int) -> Array:
    _, minus, ranges = sums_of(h, low, c, period)
    return 100 * minus / ranges


def twin_dx(h: Array, low: Array, c: Array, period: int) -> Array:
    plus, minus, _ = sums_of(h, low, c, period)
    return 100 * np.abs(plus - minus) / (plus + minus)


def twin_adx(h: Array, low: Array, c: Array, period: int) -> Array:
    return decaying(twin_dx(h, low, c, period), period, period) / period


def twin_adxr(h: Array, low: Array, c: Array, period: int) -> Array:
    adx = twin_adx(h, low, c, period)
    return (adx[period - 1 :] + adx[: len(adx) - period + 1]) / 2


# The bound that the text of each promises: absolute, or relative to the result.
ABSOLUTE = {"rsi": 1e-13, "cmo": 2e-13, "dx": 2e-13, "adx": 2e-13, "adxr": 2e-13}
RELATIVE = dict.fromkeys(("atr", "natr", "plus_dm", "minus_dm", "plus_di", "minus_di"), 1e-14)


@needs_long_double
@pytest.mark.parametrize("around", [100.0, 1e6, 1e9])
@pytest.mark.parametrize("name", [*ABSOLUTE, *RELATIVE])
def test_errors_stay_within_what_is_promised(name: str, around: float) -> None:
    for period in (2, 14, 100, 1000):
        inputs = inputs_of(name, market(6000, period, around))
        twin: Callable[..., Array] = globals()[f"twin_{name}"]
        exact = twin(*[x.astype(Long) for x in inputs], period)
        got = getattr(ph, name)(*inputs, period)[-len(exact) :]
        bound = ABSOLUTE[name] if name in ABSOLUTE else RELATIVE[name] * np.abs(exact)
        assert (np.abs(got - exact) <= bound).all(), f"{period}: {np.max(np.abs(got - exact))}"


@needs_long_double
@pytest.mark.parametrize("name", ["rsi", "atr"])
def test_errors_stay_within_what_is_promised_for_long_periods(name: str) -> None:
    inputs = inputs_of(name, market(60_000, 3, 1e6))
    exact = globals()[f"twin_{name}"](*[x.astype(Long) for x in inputs], 10_000)
    got = getattr(ph, name)(*inputs, 10_000)[-len(exact) :]
    bound = ABSOLUTE[name] if name in ABSOLUTE else RELATIVE[name] * np.abs(exact)
    assert (np.abs(got - exact) <= bound).all()


@needs_long_double
def test_running_sums_do_not_lose_digits_with_length() -> None:
    x = 1e9 + np.random.default_rng(1).normal(0, 1, 2_000_000)
    exact = np.cumsum(x, dtype=Long)
    assert (np.abs(ph.cumsum(x) - exact) <= 1e-15 * exact + 8e-15 * 1024 * 1e9).all()
    # A walk in steps of both signs, whose sum stays small beside its terms.
    x = np.random.default_rng(2).normal(0, 1, 2_000_000)
    exact = np.cumsum(x, dtype=Long)
    assert (np.abs(ph.cumsum(x) - exact) <= 1e-15 * np.abs(exact) + 8e-15 * 1024 * 5).all()


@needs_long_double
def test_vwap_does_not_lose_digits_with_length() -> None:
    bars = market(2_000_000, 1, 1e6)
    h, low, c, v = (bars[key].astype(Long) for key in "hlcv")
    exact = np.cumsum((h + low + c) / 3 * v) / np.cumsum(v)
    got = ph.vwap(*inputs_of("vwap", bars))
    assert (np.abs(got - exact) <= 2e-15 * exact).all()


@needs_long_double
def test_adosc_does_not_lose_digits_with_length() -> None:
    bars = market(300_000)
    h, low, c, v = (bars[key].astype(Long) for key in "hlcv")
    flow = ((c - low) - (h - c)) / (h - low) * v
    # The distance of AD from its averages, 200 bars from the end, by which time the beginning is forgotten.
    fast = slow = Long(0)
    exact = []
    for one in flow[-1200:]:
        fast = (fast + one) * (Long(1) - Long(2) / Long(4))
        slow = (slow + one) * (Long(1) - Long(2) / Long(11))
        exact.append(slow - fast)
    got = ph.adosc(*inputs_of("adosc", bars), 3, 10)
    assert np.abs(got[-200:] - np.array(exact[-200:])).max() <= 1e-14 * 1000


def test_sums_of_integers_are_exact() -> None:
    rng = np.random.default_rng(4)
    x = np.cumsum(rng.integers(-1, 2, 300_000)).astype(float)
    volume = rng.integers(0, 2**33, 300_000)
    signs = np.concatenate([[1], np.sign(np.diff(x))]).astype(np.int64)
    sums = np.cumsum(signs * volume)
    assert np.abs(sums).max() < 2**53
    np.testing.assert_array_equal(ph.obv(x, volume.astype(float)), sums.astype(float))
    np.testing.assert_array_equal(ph.cumsum(volume.astype(float)), np.cumsum(volume).astype(float))


@pytest.mark.parametrize("name", WITH_PERIOD)
def test_a_long_series_ends_as_its_last_bars_alone(name: str) -> None:
    bars = market(1_000_000, 2, 1e9)
    last = {key: values[-3000:] for key, values in bars.items()}
    got = getattr(ph, name)(*inputs_of(name, bars), 14)[-500:]
    np.testing.assert_allclose(got, getattr(ph, name)(*inputs_of(name, last), 14)[-500:], rtol=1e-12, atol=1e-12)


def test_rsi_stands_still_while_prices_do() -> None:
    bars = market(100, 3)["c"]
    x = np.concatenate([bars, np.full(6000, bars[-1])])
    for period in (3, 14, 50):
        rsi = ph.rsi(x, period)
        still = 500 * period  # until the averages are too small for a double
        np.testing.assert_allclose(rsi[100 : 100 + still], rsi[99], rtol=1e-13)
        di = ph.dx(x + 1, x - 1, x, period)
        np.testing.assert_allclose(di[100 : 100 + still // 30], di[99], rtol=1e-13)


RATIOS = ("rsi", "cmo", "plus_di", "minus_di", "dx", "adx", "adxr")


def standing_still(bars: int, still: int, goes_on: int) -> dict[str, Array]:
    """A market that stops for `still` bars, in the middle of a block, and goes on."""
    whole = market(bars + goes_on, 11)
    return {
        key: np.concatenate([values[:bars], np.full(still, whole["c"][bars - 1]), values[bars:]])
        for key, values in whole.items()
    }


@pytest.mark.parametrize("period", [2, 3, 4, 5, 14])
@pytest.mark.parametrize("name", RATIOS)
def test_a_series_may_stand_still_for_any_time(name: str, period: int) -> None:
    bars = standing_still(777, 1200 * period, 500)
    inputs = inputs_of(name, bars)
    ours, theirs = both(name, bars, (period,))
    exact = getattr(ph, name)(*inputs, period, exact=True)
    np.testing.assert_array_equal(exact, theirs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)
    # Where averages have lost digits, the recursion's own are needed to the last bit.
    late = slice(777 + 700 * period, 777 + 1200 * period)
    np.testing.assert_array_equal(ours[late], exact[late])
    # What comes later changes nothing.
    np.testing.assert_array_equal(getattr(ph, name)(*(x[:900] for x in inputs), period), ours[:900])


@pytest.mark.parametrize("name", RATIOS)
def test_a_nan_after_a_long_stand_still_goes_on_to_the_end(name: str) -> None:
    bars = standing_still(100, 2500, 100)
    for values in bars.values():
        values[2650] = np.nan
    ours = getattr(ph, name)(*inputs_of(name, bars), 2)
    assert not np.isnan(ours[10:2650]).any()
    assert np.isnan(ours[2650:]).all()


@pytest.mark.parametrize("name", RATIOS)
def test_tiny_values_between_ordinary_ones(name: str) -> None:
    """Sums that begin with a term too small to lose digits from."""
    bars = market(900, 12)
    for key in "hlc":
        bars[key][:300] = (bars[key][:300] - 99.0) * 1e-300
        bars[key][300:500] = bars[key][299]
    ours, theirs = both(name, bars, (2,))
    np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", WITH_PERIOD)
def test_periods_beyond_the_series_give_nan(name: str) -> None:
    bars = market(50)
    for period in (51, 1000, 10**9):
        assert np.isnan(getattr(ph, name)(*inputs_of(name, bars), period)).all()


@pytest.mark.parametrize("name", WITH_PERIOD)
def test_long_periods(name: str) -> None:
    bars = market(30_000, 6)
    for period in (1023, 1024, 1025, 5000, 9999):
        got, expected = both(name, bars, (period,))
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", WITH_PERIOD)
def test_periods_beyond_talibs(name: str) -> None:
    inputs = inputs_of(name, market(1_000_000, 6))
    for period in (250_000, 333_000):
        got = getattr(ph, name)(*inputs, period)
        exact = getattr(ph, name)(*inputs, period, exact=True)
        np.testing.assert_allclose(got, exact, rtol=1e-9, atol=1e-9)
        assert np.isfinite(got[-1])


# What isn't a number. Bars before it are as if it weren't there.


def hit(name: str, key: str, value: float, n: int = 400, at: int = 250) -> tuple[Array, Array, int]:
    bars = market(n, 9)
    clean = getattr(ph, name)(*inputs_of(name, bars))
    bars[key] = bars[key].copy()
    bars[key][at] = value
    return getattr(ph, name)(*inputs_of(name, bars)), clean, at


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("at", [239, 240, 241, 255, 256])
def test_recursions_carry_what_is_not_finite_to_the_end(value: float, at: int) -> None:
    for name in ("rsi", "cmo", "plus_di", "minus_di", "dx", "adx", "adxr"):
        for key in "hl" if INPUTS[name] != "c" else "c":
            got, clean, at = hit(name, key, value, at=at)
            np.testing.assert_array_equal(got[:at], clean[:at], err_msg=name)
            assert np.isnan(got[at + 1 :]).all(), name
    for key in "hl":
        got, clean, at = hit("atr", key, value, at=at)
        np.testing.assert_array_equal(got[:at], clean[:at])
        assert not np.isfinite(got[at:]).any()


@pytest.mark.parametrize("name", ["trange", "plus_dm", "minus_dm", "sar", "obv", "ad", "vwap", "cumsum"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_others_do_what_talib_does(name: str, value: float) -> None:
    for key in INPUTS[name]:
        for at in (1, 100, 255, 256, 399):
            bars = market(400, 9)
            bars[key] = bars[key].copy()
            bars[key][at] = value
            got, expected = both(name, bars, ())
            finite = np.isfinite(expected)
            np.testing.assert_array_equal(np.isfinite(got), finite, err_msg=f"{key} {at}")
            np.testing.assert_allclose(got[finite], expected[finite], rtol=1e-11, atol=1e-9, err_msg=f"{key} {at}")


def test_a_close_that_is_nan_is_left_out_of_ranges() -> None:
    bars = market(400, 9)
    bars["c"] = bars["c"].copy()
    bars["c"][250] = np.nan
    for name in ("atr", "natr", "plus_di", "adx"):
        got, expected = both(name, bars, (14,))
        np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
        np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_no_volume_is_no_weight() -> None:
    bars = market(3000, 9)
    for none in (slice(0, 1100), slice(500, 2500), slice(0, 3000)):
        bars["v"] = market(3000, 9)["v"]
        bars["v"][none] = 0.0
        np.testing.assert_allclose(*both("vwap", bars, ()), rtol=1e-13)


# Those that TA-Lib doesn't have.


def test_session_vwap_is_the_vwap_of_every_session() -> None:
    rng = np.random.default_rng(1)
    price = market(2000)["c"]
    volume = np.floor(rng.random(2000) * 10)
    session = np.repeat([5.0, 7.0, 6.0, -1.0], 500)
    got = ph.session_vwap(price, volume, session)
    for first in range(0, 2000, 500):
        part = slice(first, first + 500)
        with np.errstate(invalid="ignore"):
            expected = np.cumsum(price[part] * volume[part]) / np.cumsum(volume[part])
        np.testing.assert_allclose(got[part], expected, rtol=1e-13)


def test_session_vwap_before_any_volume_and_after_a_bar_that_is_not_finite() -> None:
    price = np.array([10.0, 11, 12, np.nan, 14, 20, 21, 22])
    volume = np.array([0.0, 1, 1, 5, 2, 0, 3, np.inf])
    session = np.array([1.0, 1, 1, 1, 1, 2, 2, 2])
    expected = [np.nan, 11.0, 11.5, 11.5, 12.75, np.nan, 21.0, 21.0]
    # Leading bars without a price would be skipped; these have one.
    np.testing.assert_array_equal(ph.session_vwap(price, volume, session), expected)


def test_twap_weighs_with_the_time_that_a_value_stood() -> None:
    rng = np.random.default_rng(1)
    x = market(1000)["c"]
    time = np.cumsum(rng.integers(0, 5, 1000)).astype(float)
    time[:3] = time[0]
    got = ph.twap(x, time)
    np.testing.assert_array_equal(got[:3], x[:3])
    passed = time - time[0]
    weighted = np.concatenate([[0.0], np.cumsum(x[:-1] * np.diff(time))])
    later = passed > 0
    np.testing.assert_allclose(got[later], weighted[later] / passed[later], rtol=1e-13)


def test_twap_far_from_zero() -> None:
    x = 1e9 + np.random.default_rng(1).normal(0, 1, 500_000)
    time = np.arange(500_000.0) * 1000
    got = ph.twap(x, time)
    assert abs(got[-1] - (1e9 + np.mean(x[:-1] - 1e9))) <= 1e-15 * 1e9 * np.sqrt(500_000)


# Whatever comes: the default is near the exact form and missing in the same places.
step = st.integers(-3, 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(step, step, step), min_size=1, max_size=90), st.integers(2, 20), st.sampled_from(WITH_PERIOD))
def test_small_series_of_ticks(steps: list[tuple[int, int, int]], period: int, name: str) -> None:
    close = 50.0 + np.cumsum([a for a, _, _ in steps])
    bars = {"c": close, "h": close + [abs(b) for _, b, _ in steps], "l": close - [abs(c) for _, _, c in steps]}
    inputs = [bars[key] for key in INPUTS[name]]
    got = getattr(ph, name)(*inputs, period)
    exact = getattr(ph, name)(*inputs, period, exact=True)
    np.testing.assert_allclose(got, exact, rtol=1e-11, atol=1e-11)


RESULTS = """
import json, sys
import numpy as np, pyhft as ph
sys.path.insert(0, {folder!r})
import test_wilder as t
bars = t.market(3000, 11, ticks=True)
print(json.dumps({{name: getattr(ph, name)(*t.inputs_of(name, bars)).tolist() for name in t.INPUTS}}))
"""


def test_instruction_sets_agree() -> None:
    results: dict[str, dict[str, Array]] = {}
    for isa in ph.available_isas():
        code = RESULTS.format(folder=str(Path(__file__).parent))
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYHFT_ISA": isa},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        results[isa] = {name: np.array(values) for name, values in json.loads(done.stdout).items()}
    fused = [isa for isa in results if not (X86 and isa == "scalar")]
    for name in INPUTS:
        for isa in results:
            got, expected = results[isa][name], results[fused[-1] if fused else isa][name]
            if isa in fused:
                np.testing.assert_array_equal(got, expected, err_msg=f"{isa} {name}")
            else:
                largest = np.nanmax(np.abs(expected))
                np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13 * largest, err_msg=f"{isa} {name}")


@pytest.mark.parametrize("seed", range(40))
def test_sar_of_any_bars_has_the_bits_of_its_stream(seed: int) -> None:
    """The series has a loop of its own: few prices, so that they meet; zeros of both signs; what is no number."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 80))
    high, low = (np.round(rng.normal(size=n) * 1.5) for _ in range(2))
    if seed % 2:
        high = rng.normal(size=n).cumsum()
        low = high - np.abs(rng.normal(size=n))
    for prices in (high, low):
        odd = rng.random(n) < 0.05 * (seed % 4)
        odd[0] = False
        prices[odd] = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], odd.sum())
    for acceleration, maximum in ((0.02, 0.2), (0.5, 0.2), (1.0, 1.0), (2.0, 3.0), (0.0, 0.0)):
        got = ph.sar(high, low, acceleration, maximum)
        want = ph.sar(high, low, acceleration, maximum, exact=True)
        np.testing.assert_array_equal(got, want)
        np.testing.assert_array_equal(np.signbit(got[~np.isnan(got)]), np.signbit(want[~np.isnan(want)]))
