"""Sums, moments and regressions over a window: TA-Lib's bits one bar after the other, and over whole series the errors
of their own windows only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

import pyhft as ph

Floats = NDArray[np.float64]
Longs = NDArray[np.longdouble]
Inputs = tuple[Floats, ...]
L = np.longdouble

ONE_SERIES = (
    "sma", "sum", "wma", "trima", "hma", "stddev", "var", "bbands",
    "linearreg", "linearreg_slope", "linearreg_angle", "linearreg_intercept", "tsf",
)  # fmt: skip
OF_TALIB = (*ONE_SERIES, "beta", "correl", "cci", "ultosc", "mfi")
ALL = (*OF_TALIB, "rolling_vwap", "realised_volatility")
# Around the vectors of every instruction set, their multiples, and the lengths at which the method changes.
PERIODS = (
    1, 2, 3, 4, 5, 7, 8, 9, 14, 15, 16, 17, 20, 28, 30, 31, 32, 33, 55, 56, 57, 60, 63, 64, 65, 71, 128, 200, 513,
)  # fmt: skip
FROM_TWO = (
    "sum", "stddev", "bbands", "linearreg", "linearreg_slope", "linearreg_angle", "linearreg_intercept", "tsf", "cci",
    "mfi",
)  # fmt: skip


def allowed(name: str, period: int) -> bool:
    return period >= (2 if name in FROM_TWO else 1)


def market(bars: int, seed: int = 7, price: float = 100.0) -> dict[str, Floats]:
    rng = np.random.default_rng(seed)
    close = price + np.cumsum(rng.standard_normal(bars)) * 0.1
    opened = close + rng.standard_normal(bars) * 0.1
    high = np.maximum(close, opened) + rng.random(bars) * 0.1
    low = np.minimum(close, opened) - rng.random(bars) * 0.1
    volume = np.floor(rng.random(bars) * 999)
    return {"x": close, "y": opened, "high": high, "low": low, "close": close, "volume": volume}


def inputs_of(name: str, data: dict[str, Floats]) -> Inputs:
    if name in ("beta", "correl"):
        return data["x"], data["y"]
    if name in ("cci", "ultosc"):
        return data["high"], data["low"], data["close"]
    if name == "mfi":
        return data["high"], data["low"], data["close"], data["volume"]
    if name == "rolling_vwap":
        return data["close"], data["volume"]
    return (data["x"],)


def arguments(name: str, period: int) -> tuple[int, ...]:
    return (period, 2 * period, 4 * period) if name == "ultosc" else (period,)


def outputs(result: object) -> list[Floats]:
    return [np.asarray(one) for one in result] if isinstance(result, tuple) else [np.asarray(result)]


def same(a: Floats, b: Floats) -> bool:
    return np.array_equal(a, b, equal_nan=True)


# ---- the bits of TA-Lib


@pytest.mark.parametrize("name", OF_TALIB)
def test_exact_gives_the_bits_of_talib(name: str) -> None:
    function, peer = getattr(ph, name), getattr(talib, name.upper())
    for period in PERIODS:
        if not allowed(name, period):
            continue
        for bars in (period, period + 1, period + 8, 5 * period + 3, 1500):
            series = inputs_of(name, market(bars))
            expected = outputs(peer(*series, *arguments(name, period)))
            for ours, theirs in zip(
                outputs(function(*series, *arguments(name, period), exact=True)), expected, strict=True
            ):
                assert same(ours, theirs), (period, bars)
            for ours, theirs in zip(outputs(function(*series, *arguments(name, period))), expected, strict=True):
                assert same(np.isnan(ours), np.isnan(theirs)), (period, bars)


def nasty(bars: int) -> dict[str, Floats]:
    """Series at which TA-Lib rebuilds its sums: outliers, flat stretches, jumps, ticks, zeros."""
    rng = np.random.default_rng(11)
    walk = 100 + np.cumsum(rng.standard_normal(bars)) * 0.05
    return {
        "outliers": np.where(rng.random(bars) < 0.01, 1e9, walk),
        "flat": np.full(bars, 100.1),
        "flat, then not": np.r_[np.full(bars // 2, 1e6 + 0.1), walk[bars // 2 :]],
        "jump": np.r_[walk[: bars // 3] * 1e6, walk[bars // 3 :]],
        "ticks": np.round(walk, 1),
        "around zero": rng.standard_normal(bars),
        "zeros": np.where(rng.random(bars) < 0.2, 0.0, walk),
        "all zero": np.zeros(bars),
        "huge": walk * 1e150,
        "tiny": walk * 1e-150,
        "ramp": np.arange(bars) + 1.0,
    }


@pytest.mark.parametrize("name", OF_TALIB)
def test_exact_rebuilds_its_sums_where_talib_does(name: str) -> None:
    function, peer = getattr(ph, name), getattr(talib, name.upper())
    for kind, x in nasty(900).items():
        data = {"x": x, "y": x[::-1].copy(), "high": x + 0.5, "low": x - 0.25, "close": x, "volume": np.abs(x) + 1}
        series = inputs_of(name, data)
        for period in (2, 5, 14, 30):
            for ours, theirs in zip(
                outputs(function(*series, *arguments(name, period), exact=True)),
                outputs(peer(*series, *arguments(name, period))),
                strict=True,
            ):
                assert same(ours, theirs), (kind, period)


def test_bands_around_every_average_give_the_bits_of_talib() -> None:
    x = market(700)["x"]
    for average in range(14):
        for period in (2, 5, 20, 34, 40):
            expected = outputs(talib.BBANDS(x, period, 2.0, 1.5, average))
            exact = outputs(ph.bbands(x, period, 2.0, 1.5, average, exact=True))
            default = outputs(ph.bbands(x, period, 2.0, 1.5, average))
            for ours, near, theirs in zip(exact, default, expected, strict=True):
                assert same(ours, theirs), (average, period)
                np.testing.assert_allclose(near, theirs, rtol=1e-10)


# ---- slow and obvious twins, in extended precision


def windows(x: Longs, period: int) -> Longs:
    return sliding_window_view(x, period)


def twin_line(w: Longs, at: float | None) -> Longs:
    period = w.shape[1]
    pivot = w[:, :1]
    distance = w - pivot
    weights = np.arange(period, dtype=L) - L(period - 1) / 2
    slope = (distance * weights).sum(1) / (L(period) * (L(period) * period - 1) / 12)
    return slope if at is None else pivot[:, 0] + distance.mean(1) + slope * (L(at) - L(period - 1) / 2)


def twin_wma(x: Longs, period: int) -> Longs:
    return (windows(x, period) * np.arange(1, period + 1, dtype=L)).sum(1) / (L(period) * (period + 1) / 2)


def twin_var(w: Longs) -> Longs:
    return ((w - w.mean(1)[:, None]) ** 2).mean(1)


def centred(x: Longs, period: int) -> Longs:
    w = windows(x, period)
    return w - w.mean(1)[:, None]


def twin_correl(x: Longs, y: Longs, period: int) -> Longs:
    dx, dy = centred(x, period), centred(y, period)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (dx * dy).sum(1) / np.sqrt((dx * dx).sum(1) * (dy * dy).sum(1))


def twin_beta(x: Longs, y: Longs, period: int) -> Longs:
    dx, dy = centred(np.diff(x) / x[:-1], period), centred(np.diff(y) / y[:-1], period)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (dx * dy).sum(1) / (dx * dx).sum(1)


def twin_cci(high: Longs, low: Longs, close: Longs, period: int) -> Longs:
    w = windows((high + low + close) / 3, period)
    mean = w.mean(1)
    return (w[:, -1] - mean) / (L(0.015) * np.abs(w - mean[:, None]).mean(1))


def twin_ultosc(high: Longs, low: Longs, close: Longs, *periods: int) -> Longs:
    before = close[:-1]
    gain = close[1:] - np.minimum(low[1:], before)
    span = np.maximum(high[1:], before) - np.minimum(low[1:], before)
    parts = [windows(gain, p).sum(1) / windows(span, p).sum(1) for p in sorted(periods)]
    bars = parts[-1].size
    return L(100) * (4 * parts[0][-bars:] + 2 * parts[1][-bars:] + parts[2]) / 7


def twin_mfi(high: Longs, low: Longs, close: Longs, volume: Longs, period: int) -> Longs:
    price = (high + low + close) / 3
    change = np.diff(price)
    flow = price[1:] * volume[1:]
    rising = np.where(np.isnan(change), np.nan, np.where(change > 0, flow, 0))
    return L(100) * windows(rising, period).sum(1) / windows(flow, period).sum(1)


Twin = Callable[..., Longs]
TWINS: dict[str, Twin] = {
    "sma": lambda x, p: windows(x, p).mean(1),
    "sum": lambda x, p: windows(x, p).sum(1),
    "wma": twin_wma,
    "trima": lambda x, p: windows(windows(x, (p + 1) // 2).mean(1), p // 2 + 1).mean(1),
    "hma": lambda x, p: twin_wma(
        2 * twin_wma(x, max(p // 2, 1))[p - max(p // 2, 1) :] - twin_wma(x, p), int(np.sqrt(p))
    ),
    "stddev": lambda x, p: np.sqrt(twin_var(windows(x, p))),
    "var": lambda x, p: twin_var(windows(x, p)),
    "linearreg": lambda x, p: twin_line(windows(x, p), p - 1),
    "linearreg_slope": lambda x, p: twin_line(windows(x, p), None),
    "linearreg_angle": lambda x, p: np.degrees(np.arctan(twin_line(windows(x, p), None))),
    "linearreg_intercept": lambda x, p: twin_line(windows(x, p), 0),
    "tsf": lambda x, p: twin_line(windows(x, p), p),
    "beta": twin_beta,
    "correl": twin_correl,
    "cci": twin_cci,
    "ultosc": twin_ultosc,
    "mfi": twin_mfi,
    "rolling_vwap": lambda price, volume, p: windows(price * volume, p).sum(1) / windows(volume, p).sum(1),
    "realised_volatility": lambda x, p: np.sqrt(windows(np.log(x[1:] / x[:-1]) ** 2, p).sum(1)),
}


def twin_of(name: str, series: Inputs, period: int) -> Longs:
    return TWINS[name](*(one.astype(L) for one in series), *arguments(name, period))


@pytest.mark.parametrize("name", [name for name in ALL if name != "bbands"])
def test_default_agrees_with_its_formula_at_every_length(name: str) -> None:
    function = getattr(ph, name)
    for period in (*PERIODS, 1000):
        if not allowed(name, period):
            continue
        longest = 4 * period if name == "ultosc" else period
        for bars in (longest + 40, longest + 1100):
            data = market(bars, seed=bars)
            data["volume"] += 1
            series = inputs_of(name, data)
            expected = twin_of(name, series, period)
            got = function(*series, *arguments(name, period))[-expected.size :]
            scale = np.nanmax(np.abs(expected), initial=1e-12)
            if name in ("beta", "correl", "linearreg_angle", "linearreg_slope"):
                scale = max(scale, L(1))
            if period == 1 and name in ("beta", "correl", "var"):
                continue  # nothing varies: 0 by definition
            assert np.abs(got - expected).max() <= 2e-10 * scale, (period, bars)


HARD: dict[str, Floats] = {
    **nasty(2500),
    "far from zero": 1e9 + np.random.default_rng(3).standard_normal(2500),
    "first is an outlier": np.r_[1e15, market(2499)["x"]],
    "two regimes": np.r_[1e9 + np.random.default_rng(4).standard_normal(1250), market(1250)["x"] * 1e-5],
}


@pytest.mark.parametrize("name", ["sma", "sum", "wma", "trima", "hma", "linearreg", "linearreg_intercept", "tsf"])
@pytest.mark.parametrize("kind", HARD)
def test_averages_and_lines_have_the_errors_of_their_own_windows(name: str, kind: str) -> None:
    x = HARD[kind]
    for period in (5, 20, 64, 700):
        expected = twin_of(name, (x,), period)
        got = getattr(ph, name)(x, period)[-expected.size :]
        reach = x.size - expected.size + 1
        largest = windows(np.abs(x).astype(L), reach).max(1)
        bound = {"sum": 2e-15 * period, "hma": 5e-15, "tsf": 5e-15, "linearreg": 4e-15, "linearreg_intercept": 4e-15}
        assert (np.abs(got - expected) <= bound.get(name, 2e-15) * largest).all(), period


@pytest.mark.parametrize("kind", HARD)
def test_deviations_keep_eleven_digits(kind: str) -> None:
    x = HARD[kind]
    for period in (2, 5, 16, 17, 20, 64, 700):
        expected = twin_of("stddev", (x,), period)
        # Rounding of the prices themselves, which no method can undo.
        floor = windows(np.abs(x).astype(L), period).max(1) * 3e-16 if kind in ("huge", "tiny") else 0
        for name, got in (
            ("stddev", ph.stddev(x, period)),
            ("var", np.sqrt(ph.var(x, period))),
            ("bbands", (ph.bbands(x, period).upper - ph.bbands(x, period).middle) / 2),
        ):
            error = np.abs(got[period - 1 :] - expected)
            slack = windows(np.abs(x).astype(L), period).max(1) * 5e-16 if name == "bbands" else floor
            assert (error <= 1e-11 * expected + slack).all(), (name, period)


def test_deviation_of_a_flat_window_is_nothing() -> None:
    x = np.repeat(np.array([100.1, 3.3, 1e6 + 0.7, 0.0, -5.5]), 300)
    for period in (2, 5, 16, 17, 40, 100):
        for start in range(0, x.size, 300):
            inside = slice(start + period - 1, start + 300)
            assert (ph.stddev(x, period)[inside] == 0).all()
            assert (ph.var(x, period)[inside] == 0).all()
            assert same(ph.bbands(x, period).upper[inside], ph.bbands(x, period).lower[inside])


def test_nothing_drifts_over_ten_million_bars() -> None:
    x = 1e9 + np.random.default_rng(9).standard_normal(10_000_000)
    tail = x[-3000:]
    for period in (20, 300):
        for name in ("sma", "wma", "stddev", "linearreg"):
            got = getattr(ph, name)(x, period)[-2000:]
            expected = twin_of(name, (tail,), period)[-2000:]
            limit = 1e-11 * expected if name == "stddev" else 2e-15 * 1e9
            assert (np.abs(got - expected) <= limit).all(), (name, period)


def test_a_period_of_a_million() -> None:
    period, bars = 1_000_000, 1_200_003
    x = 100 + np.cumsum(np.random.default_rng(2).standard_normal(bars)) * 0.01
    long = (x - 100).astype(L)
    sums = np.r_[L(0), np.cumsum(long)]
    mean = (sums[period:] - sums[:-period]) / period
    assert np.abs(ph.sma(x, period)[period - 1 :] - (100 + mean)).max() <= 1e-14 * 100
    squares = np.r_[L(0), np.cumsum(long * long)]
    variance = (squares[period:] - squares[:-period]) / period - mean * mean
    np.testing.assert_allclose(ph.var(x, period)[period - 1 :], variance.astype(np.float64), rtol=1e-9)
    assert np.isfinite(ph.linearreg(x, period)[period - 1 :]).all()


# ---- what isn't finite


@pytest.mark.parametrize("name", [name for name in ALL if name != "bbands"])
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_leaves_with_its_window(name: str, hole: float) -> None:
    data = market(900)
    data["volume"] += 1
    clean = inputs_of(name, data)
    for period in (2, 7, 20, 70):
        want = getattr(ph, name)(*clean, *arguments(name, period))
        reach = int(np.isnan(want).sum())
        for place in (300, 301, 444, 607):
            broken = tuple(one.copy() for one in clean)
            for one in broken:
                one[place] = hole
            got = getattr(ph, name)(*broken, *arguments(name, period))
            apart = np.r_[0:place, place + reach + 1 : want.size]
            np.testing.assert_allclose(got[apart], want[apart], rtol=1e-9, atol=1e-10, err_msg=str((period, place)))
            if np.isnan(hole):
                inside = got[place : place + period]
                assert np.isnan(inside).all(), (period, place)


@pytest.mark.parametrize("name", ["rolling_vwap", "realised_volatility"])
def test_streams_of_our_own_lose_what_is_not_finite_and_do_not_drift(name: str) -> None:
    data = market(6000)
    data["volume"] += 1
    series = tuple(one.copy() for one in inputs_of(name, data))
    series[0][[700, 2500]] = np.nan
    got = getattr(ph, name)(*series, 20, exact=True)
    np.testing.assert_allclose(got, getattr(ph, name)(*series, 20), rtol=1e-10)


# ---- of one series and of all


@settings(max_examples=60, deadline=None)
@given(
    x=st.lists(st.floats(-1e12, 1e12, allow_subnormal=False), min_size=1, max_size=80),
    period=st.integers(1, 40),
)
def test_any_series(x: list[float], period: int) -> None:
    array = np.array(x)
    for name in ("sma", "wma", "trima"):
        got = getattr(ph, name)(array, period)
        if array.size < period:
            assert np.isnan(got).all()
            continue
        expected = twin_of(name, (array,), period)
        largest = windows(np.abs(array).astype(L), period).max(1)
        assert np.isnan(got[: period - 1]).all()
        assert (np.abs(got[period - 1 :] - expected) <= 2e-15 * largest).all()


def test_correlation_stays_between_its_limits() -> None:
    x = market(3000)["x"]
    for period in (2, 5, 16, 17, 30, 100):
        for y, sign in ((3 * x + 5, 1), (-x, -1)):
            got = ph.correl(x, y, period)[period - 1 :]
            assert (np.abs(got) <= 1).all()
            np.testing.assert_allclose(got, sign, rtol=1e-6)
        assert (ph.correl(x, np.full(x.size, 3.7), period)[period - 1 :] == 0).all()


def pairs() -> dict[str, tuple[Floats, Floats]]:
    """Series whose windows stand still, jump, or hold next to nothing of what was before."""
    rng = np.random.default_rng(8)
    walk, other = 1e6 + rng.standard_normal((2, 3000)).cumsum(1)
    stairs = 100 + np.repeat(rng.integers(-5, 5, 60), 50) * 0.1
    spikes = rng.standard_normal(3000)
    spikes[::97] *= 1e9
    return {
        "walks": (walk, other),
        "stairs": (stairs, np.roll(stairs, 17)),
        "one stands still": (walk, stairs),
        "spikes": (spikes, rng.standard_normal(3000)),
        "fading": (np.tile(0.7 ** np.arange(300), 10), other),
    }


@pytest.mark.parametrize("kind", pairs())
def test_correlations_have_the_errors_of_their_own_windows(kind: str) -> None:
    x, y = pairs()[kind]
    for period in (9, 17, 30, 64, 255, 256, 700):
        spread = [(w - w.mean(1, keepdims=True)) ** 2 for w in (windows(one.astype(L), period) for one in (x, y))]
        varies = np.minimum(*(one.sum(1) for one in spread)) > 0
        expected = np.where(varies, np.nan_to_num(twin_of("correl", (x, y), period)), 0)
        # Rounding of the prices themselves, which no method can undo.
        floor = sum(
            1e-15 * np.abs(one).max() / np.sqrt(np.where(varies, each.sum(1), 1))
            for one, each in zip((x, y), spread, strict=True)
        )
        assert (np.abs(ph.correl(x, y, period)[period - 1 :] - expected) <= 2e-11 + floor).all(), period


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_correlations_lose_what_is_not_finite_with_its_window(value: float) -> None:
    x, y = pairs()["walks"]
    for period in (17, 30, 300):
        hurt = x.copy(), y.copy()
        hurt[0][[5, 700, 701, 1500]] = value
        hurt[1][[1510, 2999]] = value
        bad = windows(~np.isfinite(hurt[0]) | ~np.isfinite(hurt[1]), period).any(1)
        got = ph.correl(*hurt, period)[period - 1 :]
        assert same(np.isnan(got), bad)
        np.testing.assert_allclose(got[~bad], ph.correl(x, y, period)[period - 1 :][~bad], atol=2e-11)


def test_a_window_of_one_bar_shows_what_is_not_finite() -> None:
    x = np.array([1.0, np.nan, 2.0, np.inf, 3.0])
    for got in (ph.var(x, 1), ph.bbands(np.repeat(x, 2), 2).upper[1::2]):
        assert same(np.isnan(got), ~np.isfinite(x))


def test_windows_without_movement_or_volume() -> None:
    flat = np.full(300, 12.3)
    none = np.zeros(300)
    assert (ph.cci(flat, flat, flat, 14)[13:] == 0).all()
    assert (ph.ultosc(flat, flat, flat)[28:] == 0).all()
    assert (ph.mfi(flat, flat, flat, flat, 14)[14:] == 0).all()
    assert (ph.mfi(flat + np.arange(300), flat, flat, none, 14)[14:] == 0).all()
    assert (ph.beta(flat, flat)[5:] == 0).all()
    assert np.isnan(ph.rolling_vwap(flat, none, 20)).all()
    assert (ph.realised_volatility(flat, 20)[20:] == 0).all()


# ---- the instruction sets

SCRIPT = """
import sys
import numpy as np, pyhft as ph
sys.path.insert(0, sys.argv[1])
import test_windows as t
data = t.market(1700)
np.savez(sys.argv[2], **{
    f"{name} {period} {i}": one
    for name in t.ALL for period in (2, 5, 14, 20, 33, 64, 300)
    for i, one in enumerate(t.outputs(getattr(ph, name)(*t.inputs_of(name, data), *t.arguments(name, period))))
})
"""


def test_the_instruction_sets_agree(tmp_path: Path) -> None:
    results = {}
    for isa in ph.available_isas():
        file = tmp_path / f"{isa}.npz"
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(Path(__file__).parent), str(file)],
            env={**os.environ, "PYHFT_ISA": isa},
            check=True,
        )
        results[isa] = np.load(file)
    first = next(iter(results.values()))
    for isa, result in results.items():
        assert set(result) == set(first)
        for key in first:
            assert same(np.isnan(result[key]), np.isnan(first[key])), (isa, key)
            scale = np.nanmax(np.abs(first[key]), initial=0)
            assert np.nanmax(np.abs(result[key] - first[key]), initial=0) <= 1e-9 * scale, (isa, key)
