"""Averages and the oscillators made of them: beside TA-Lib, beside twins in long double, and at their edges."""

from __future__ import annotations

import itertools
import json
import os
import platform
import subprocess
import sys
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
Long = np.longdouble
X86 = platform.machine() in ("x86_64", "AMD64")
needs_long_double = pytest.mark.skipif(np.finfo(Long).nmant <= 52, reason="long double is double here")

PLAIN = ("ema", "rma", "dema", "tema", "zlema", "kama", "trix", "t3")
SMOOTH = ("ema", "rma", "dema", "tema", "zlema", "t3")
LENGTHS = [*range(1, 20), 28, 31, 32, 33, 40, 41, 47, 48, 49, 100, 1000, 1023, 1024, 1025, 1038, 1039, 1040, 2100]
KINDS = range(14)


def walk(n: int, seed: int = 1, around: float = 100.0) -> Array:
    return around * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 1e-3, n)))


def telling() -> dict[str, Array]:
    rng = np.random.default_rng(7)
    hole, blown, early = walk(400), walk(400), walk(400)
    hole[200] = np.nan
    blown[200] = np.inf
    early[4] = np.nan
    return {
        "walk": walk(400),
        "wild": np.exp(rng.normal(0, 4, 400)) * rng.choice([-1.0, 1.0], 400),
        "zeros": np.where(rng.random(400) < 0.5, 0.0, rng.normal(0, 1, 400)),
        "still": np.concatenate([walk(60), np.full(120, 101.5), np.zeros(60), walk(160)]),
        "constant": np.full(400, 3.3),
        "hole": hole,
        "blown": blown,
        "early": early,
        "leading": np.concatenate([np.full(9, np.nan), walk(391)]),
    }


TELLING = telling()


def as_tuple(result: Any) -> tuple[Array, ...]:
    return tuple(result) if isinstance(result, tuple) else (result,)


def assert_same(got: Any, expected: Any, what: object = "") -> None:
    for a, b in zip(as_tuple(got), as_tuple(expected), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=str(what))


def assert_near(got: Any, expected: Any, bound: float, what: object = "") -> None:
    """NaN and infinities in the same places, the rest within an absolute bound."""
    for a, b in zip(as_tuple(got), as_tuple(expected), strict=True):
        np.testing.assert_array_equal(np.isnan(a), np.isnan(b), err_msg=str(what))
        known = np.isfinite(b)
        np.testing.assert_array_equal(a[~known], b[~known], err_msg=str(what))
        if known.any():
            assert np.abs(a[known] - b[known]).max() <= bound, what


# Exact: the bits of TA-Lib


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("period", [1, 2, 3, 4, 7, 30])
def test_exact_has_the_bits_of_talib(name: str, period: int) -> None:
    for series, x in TELLING.items():
        assert_same(getattr(ph, name)(x, period, exact=True), getattr(talib, name.upper())(x, period), series)


@pytest.mark.parametrize("volume_factor", [0.0, 0.3, 0.618, 1.0])
def test_exact_t3_has_the_bits_of_talib_at_any_volume_factor(volume_factor: float) -> None:
    for series, x in TELLING.items():
        assert_same(ph.t3(x, 5, volume_factor, exact=True), talib.T3(x, 5, volume_factor), series)


@pytest.mark.parametrize("limits", [(0.5, 0.05), (0.1, 0.4), (0.99, 0.01)])
def test_exact_mama_has_the_bits_of_talib(limits: tuple[float, float]) -> None:
    for series, x in TELLING.items():
        assert_same(ph.mama(x, *limits, exact=True), talib.MAMA(x, *limits), series)


@pytest.mark.parametrize("kind", KINDS)
def test_exact_averages_of_choice_have_the_bits_of_talib(kind: int) -> None:
    for series, x in TELLING.items():
        for period in (1, 2, 8, 15):
            assert_same(ph.ma(x, period, kind, exact=True), talib.MA(x, period, kind), series)
        for fast, slow in ((12, 26), (26, 12), (5, 5)):
            assert_same(ph.apo(x, fast, slow, kind, exact=True), talib.APO(x, fast, slow, kind), series)
            assert_same(ph.ppo(x, fast, slow, kind, exact=True), talib.PPO(x, fast, slow, kind), series)
        for p in (
            (12, kind, 26, kind, 9, kind),
            (26, kind, 12, 1, 9, 0),
            (5, 7, 20, kind, 3, 6),
            (5, kind, 20, 8, 1, 0),
        ):
            assert_same(ph.macdext(x, *p, exact=True), talib.MACDEXT(x, *p), series)


@pytest.mark.parametrize("kind", KINDS)
def test_exact_average_of_changing_period_has_the_bits_of_talib(kind: int) -> None:
    asked = np.random.default_rng(3).integers(-2, 25, 400) + 0.9
    asked[50:60] = np.nan
    for series, x in TELLING.items():
        for least, most in ((2, 15), (1, 9), (6, 6)):
            expected = talib.MAVP(x, asked, least, most, kind)
            assert_same(ph.mavp(x, asked, least, most, kind, exact=True), expected, series)


@pytest.mark.parametrize("periods", [(12, 26, 9), (26, 12, 9), (5, 5, 3), (2, 10, 1)])
def test_exact_macd_has_the_bits_of_talib(periods: tuple[int, int, int]) -> None:
    for series, x in TELLING.items():
        assert_same(ph.macd(x, *periods, exact=True), talib.MACD(x, *periods), series)
        assert_same(ph.macdfix(x, periods[2], exact=True), talib.MACDFIX(x, periods[2]), series)


# The default form beside the exact one, which is TA-Lib


def calls(period: int, x: Array) -> dict[str, Callable[..., Any]]:
    asked = np.random.default_rng(3).integers(1, period + 3, len(x)).astype(float)
    slow = 2 * period + 1
    return {
        **{name: lambda name=name, **k: getattr(ph, name)(x, period, **k) for name in PLAIN},
        "mama": lambda **k: ph.mama(x, **k),
        "macd": lambda **k: ph.macd(x, period + 1, slow, 9, **k),
        "macdfix": lambda **k: ph.macdfix(x, period, **k),
        "apo": lambda **k: ph.apo(x, period + 1, slow, **k),
        "ppo": lambda **k: ph.ppo(x, period + 1, slow, **k),
        "mavp": lambda **k: ph.mavp(x, asked, 1, period, **k),
        "ewm_mean": lambda **k: ph.ewm_mean(x, float(period), **k),
        **{f"ma {kind}": lambda kind=kind, **k: ph.ma(x, period, kind, **k) for kind in KINDS},
        **{
            f"macdext {kind}": lambda kind=kind, **k: ph.macdext(x, period + 1, kind, slow, 1, 4, kind, **k)
            for kind in KINDS
        },
        **{f"ppo {kind}": lambda kind=kind, **k: ph.ppo(x, period + 1, slow, kind, **k) for kind in (0, 2, 6, 8)},
        **{f"mavp {kind}": lambda kind=kind, **k: ph.mavp(x, asked, 1, period, kind, **k) for kind in (1, 2, 4, 6)},
    }


# Of these the default form loses a NaN with its window, and TA-Lib's running sums don't.
WINDOWED = {"mavp", "mavp 2", "ppo 0", "ppo 2"}
WINDOWED |= {f"{name} {kind}" for name in ("ma", "macdext") for kind in (0, 2, 5, 9, 11)}


@pytest.mark.parametrize("period", [1, 2, 5, 12])
def test_every_length_is_talib_within_the_bound(period: int) -> None:
    for n in LENGTHS:
        x = walk(n)
        for name, call in calls(period, x).items():
            assert_near(call(), call(exact=True), 2e-10, (name, n))  # what a running sum drifts


@pytest.mark.parametrize("period", [20, 200, 1500, 5000])
def test_long_periods_are_talib_within_the_bound(period: int) -> None:
    x = walk(4000)
    for name, call in calls(period, x).items():
        if name.startswith(("mavp", "macdext", "ppo ")):
            continue
        assert_near(call(), call(exact=True), 1e-10, (name, period))


def test_what_is_not_finite_is_never_made_finite_by_a_recursion() -> None:
    for at, value in itertools.product([3, 40, 1030, 1100], [np.nan, np.inf, -np.inf]):
        x = walk(1200)
        x[at] = value
        for name, call in calls(6, x).items():
            for got, exact in zip(as_tuple(call()), as_tuple(call(exact=True)), strict=True):
                np.testing.assert_allclose(got[:at], exact[:at], rtol=0, atol=1e-10, err_msg=str((name, at)))
                if name not in WINDOWED:
                    assert not (np.isfinite(got) & np.isnan(exact)).any(), (name, at, value)


def test_a_window_forgets_what_is_not_finite() -> None:
    x = walk(300)
    x[100] = np.nan
    asked = np.full(300, 10.0)
    assert_near(ph.mavp(x, asked, 2, 20)[110:], talib.SMA(walk(300), 10)[110:], 1e-12)


# Beside twins in long double


def ema_twin(x: Array, k: Any, period: int, first: int = 0) -> Array:
    """From bar `first` of x on; NaN before its seed is complete."""
    out = np.full(len(x), np.nan, Long)
    if len(x) - first < period:
        return out
    value = np.sum(x[first : first + period].astype(Long)) / period
    out[first + period - 1] = value
    for i in range(first + period, len(x)):
        value += k * (Long(x[i]) - value)
        out[i] = value
    return out


def twin(name: str, x: Array, period: int) -> Array:
    k = Long(1) / period if name == "rma" else Long(2) / (period + 1)
    if name == "zlema":
        lag = (period - 1) // 2
        ahead = 2 * x.astype(Long) - np.concatenate([np.zeros(lag, Long), x[: len(x) - lag].astype(Long)])
        return ema_twin(ahead, k, period, lag)
    stages, source = [], x.astype(Long)
    for i in range({"dema": 2, "tema": 3, "trix": 3, "t3": 6}.get(name, 1)):
        source = ema_twin(source, k, period, i * (period - 1))
        stages.append(source)
    if name == "dema":
        return 2 * stages[0] - stages[1]
    if name == "tema":
        return 3 * stages[0] - 3 * stages[1] + stages[2]
    if name == "t3":
        v = Long(7) / 10
        weights = (1 + 3 * v + v**3 + 3 * v**2, -6 * v**2 - 3 * (v + v**3), 3 * (v**2 + v**3), -(v**3))
        return np.asarray(sum(w * stage for w, stage in zip(weights, stages[2:], strict=True)))
    if name == "trix":
        return np.concatenate([[np.nan], 100 * (source[1:] / source[:-1] - 1)])
    return source


BOUNDS = {"ema": 1e-15, "rma": 1e-15, "dema": 4e-15, "tema": 8e-15, "t3": 2e-14, "zlema": 3e-15}


@needs_long_double
@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("period", [2, 12, 100, 1000])
def test_the_bounds_of_explain_hold_on_walks_noise_trends_and_jumps(name: str, period: int) -> None:
    n = 6 * period + 3000
    rng = np.random.default_rng(2)
    for x in (
        walk(n),
        rng.uniform(-1, 1, n),
        1e6 + np.arange(n, dtype=float),
        np.where(np.arange(n) % 700 < 350, 1e-3, 1e6),
        1e9 + rng.normal(0, 1, n),
    ):
        assert_near(getattr(ph, name)(x, period), twin(name, x, period), BOUNDS[name] * np.abs(x).max(), period)


@needs_long_double
@pytest.mark.parametrize("period", [2, 14, 100])
def test_trix_keeps_the_digits_of_small_changes(period: int) -> None:
    x = walk(4000, around=1e6)
    assert_near(ph.trix(x, period), twin("trix", x, period), 2e-13, period)


@needs_long_double
@pytest.mark.parametrize("kind", ["apo", "ppo"])
def test_oscillators_keep_the_digits_of_small_differences(kind: str) -> None:
    x = walk(4000, around=1e6)
    fast, slow = twin("ema", x, 12), twin("ema", x, 26)
    expected, bound = (fast - slow, 2e-15 * 1.1e6) if kind == "apo" else (100 * (fast - slow) / slow, 4e-13)
    assert_near(getattr(ph, kind)(x), expected, bound)


def test_mavp_takes_any_range_of_periods() -> None:
    x = walk(3000)
    periods = np.where(np.arange(3000) % 2 == 0, 3.0, 2000.0)
    got = ph.mavp(x, periods, 2, 2500)
    wide = ph.mavp(
        np.concatenate([np.full(100_000, x[0]), x]), np.concatenate([np.full(100_000, 2.0), periods]), 2, 100_000
    )
    np.testing.assert_allclose(wide[-500:], got[-500:], rtol=1e-14)


def test_kama_on_windows_without_a_move_is_talibs() -> None:
    talib = pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    x = np.round(walk(3000), 2)
    for first, bars in ((0, 40), (300, 15), (700, 5), (1100, 900)):
        x[first : first + bars] = x[first]
    for period in (2, 5, 10, 30):
        np.testing.assert_allclose(ph.kama(x, period), talib.KAMA(x, period), rtol=1e-12)


@needs_long_double
@pytest.mark.parametrize("period", [2, 10, 100])
def test_kama_keeps_its_bound_after_jumps_and_standstills(period: int) -> None:
    rng = np.random.default_rng(6)
    x = np.concatenate(
        [walk(500), np.full(200, 1e6), walk(500, around=1e6), walk(500, seed=2), rng.uniform(-1, 1, 500)]
    )
    long = x.astype(Long)
    moves = np.abs(np.diff(long))
    value, expected = long[period - 1], np.full(len(x), np.nan, Long)
    for i in range(period, len(x)):
        gross, net = moves[i - period : i].sum(), long[i] - long[i - period]
        efficiency = Long(1) if gross <= net or gross == 0 else abs(net / gross)
        gain = (efficiency * (Long(2) / 3 - Long(2) / 31) + Long(2) / 31) ** 2
        expected[i] = value = value + gain * (long[i] - value)
    assert_near(ph.kama(x, period), expected, 1e-14 * 1.1e6)


@needs_long_double
def test_nothing_drifts_over_a_long_time_on_a_high_level() -> None:
    n = 1_000_000
    x = 1e9 + np.random.default_rng(4).normal(0, 1, n)
    tail = slice(n - 5000, n)
    for name in SMOOTH:
        got = getattr(ph, name)(x, 20)[tail]
        expected = getattr(ph, name)(x[tail], 20)  # begins anew: the same after some hundred bars
        assert np.abs(got[2000:] - expected[2000:]).max() <= BOUNDS[name] * 1.1e9
    for got, expected in zip(ph.macd(x), ph.macd(x[tail]), strict=True):
        assert np.abs(got[tail][2000:] - expected[2000:]).max() <= 2e-15 * 1.1e9


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80),
    st.integers(1, 12),
    st.sampled_from(["ema", "rma", "dema", "tema", "zlema", "t3"]),
)
def test_any_series_is_talib_within_the_bound(values: list[float], period: int, name: str) -> None:
    x = np.array(values)
    assert_near(
        getattr(ph, name)(x, period), getattr(talib, name.upper())(x, period), 1e-13 * max(1.0, np.abs(x).max())
    )


# Seeds, moments, time


def test_seeds_are_the_same_in_every_form() -> None:
    x = walk(1500)
    for seed in ("first", 90.0):
        expected = np.empty_like(x)
        value = x[0] if seed == "first" else 90.0
        for i, price in enumerate(x):
            value = price if seed == "first" and i == 0 else value + 2 / 13 * (price - value)
            expected[i] = value
        assert_near(ph.ema(x, 12, seed=seed), expected, 1e-12)
        assert_near(ph.ema(x, 12, seed=seed, exact=True), expected, 1e-12)
        assert_near(ph.ema(np.column_stack([x, x]), 12, seed=seed)[:, 1], expected, 1e-12)


def test_exponential_moments_are_those_of_their_weights() -> None:
    x = walk(300)
    half_life = 7.0
    b = 2.0 ** (-1 / half_life)
    for i in (0, 1, 2, 50, 299):
        weights = (1 - b) * b ** np.arange(i, -1, -1)
        weights[0] = b**i
        mean = np.sum(weights * x[: i + 1])
        variance = np.sum(weights * (x[: i + 1] - mean) ** 2)
        for exact in (False, True):
            assert ph.ewm_mean(x, half_life, exact=exact)[i] == pytest.approx(mean, rel=1e-14)
            assert ph.ewm_variance(x, half_life, exact=exact)[i] == pytest.approx(variance, rel=1e-9, abs=1e-20)
        score = (x[i] - mean) / np.sqrt(variance) if i else 0.0
        assert ph.ewm_zscore(x, half_life)[i] == pytest.approx(score, rel=1e-9)
    assert not ph.ewm_zscore(np.full(9, 3.3), 2.0).any()


def test_an_average_over_irregular_time_weighs_by_the_time_that_passed() -> None:
    rng = np.random.default_rng(9)
    x, time = walk(500), np.cumsum(rng.integers(0, 3_000, 500)).astype(float)
    half_life = 5_000.0
    expected, value = np.empty(500), x[0]
    for i in range(500):
        if i:
            kept = 2.0 ** (-(time[i] - time[i - 1]) / half_life)
            value = kept * value + (1 - kept) * x[i]
        expected[i] = value
    np.testing.assert_allclose(ph.decayed_ema(x, time, half_life), expected, rtol=1e-13)
    regular = ph.decayed_ema(x, np.arange(500) * 1e9, 7e9)
    np.testing.assert_allclose(regular, ph.ewm_mean(x, 7.0), rtol=1e-13)
    backwards = ph.decayed_ema(np.array([1.0, 2.0, 3.0]), np.array([10.0, 5.0, 10.0]), 1.0)
    np.testing.assert_array_equal(backwards, [1.0, 1.0, 1.0])


# Refusals


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: ph.mavp(walk(9), walk(9), 9, 3), "min_period is 9 and max_period is 3; min_period must not be above"),
        (lambda: ph.mavp(walk(9), walk(9), 1, 100_000_000, exact=True), "too many for a stream, a bank or exact=True"),
        (lambda: ph.stream.mavp(min_period=1, max_period=100_000_000), "too many for a stream"),
        (lambda: ph.bank("mavp", 2, 1, 100_000_000), "too many for a stream"),
        (lambda: ph.macd(walk(9), 1, 26, 9), "fast is 1; it must be from 2"),
        (lambda: ph.ewm_mean(walk(9), 0.0), "half_life is 0"),
        (lambda: ph.ma(walk(9), 5, 14), "average"),
    ],
)
def test_a_refusal_names_value_and_limit(call: Callable[[], object], text: str) -> None:
    with pytest.raises(ph.ArgumentError, match=text):
        call()


# Instruction sets

RESULTS = """
import hashlib, json
import numpy as np, pyhft as ph

x = 100 + np.cumsum(np.random.default_rng(3).integers(-10, 11, 3000)) / 128
calls = {
    **{name: getattr(ph, name)(x, 14) for name in ("ema", "rma", "dema", "tema", "zlema", "trix", "t3", "kama")},
    "macd": np.concatenate(ph.macd(x)), "macdfix": np.concatenate(ph.macdfix(x)), "apo": ph.apo(x), "ppo": ph.ppo(x),
    "mavp": ph.mavp(x, np.arange(3000.0) % 40), "long": ph.dema(x, 700),
    "exact": np.concatenate([getattr(ph, name)(x, 14, exact=True) for name in ("t3", "kama", "trix")]),
}
print(json.dumps({
    name: [hashlib.sha256(np.nan_to_num(y).tobytes()).hexdigest(), float(np.nansum(y)), y[-1]]
    for name, y in calls.items()
}))
"""
SAME_WITH_FUSED = ("ema", "rma", "dema", "tema", "zlema", "t3", "macd", "macdfix", "apo", "long", "mavp")


def results(isa: str) -> dict[str, list[Any]]:
    environment = {**os.environ, "PYHFT_ISA": isa}
    done = subprocess.run([sys.executable, "-c", RESULTS], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_instruction_sets_agree() -> None:
    of = {isa: results(isa) for isa in ph.available_isas()}
    for name in next(iter(of.values())):
        last = np.array([result[name][2] for result in of.values()])
        assert np.abs(last - last[0]).max() <= 1e-12, name
        if name == "exact":
            assert len({result[name][0] for result in of.values()}) == 1, name
    fused = [isa for isa in of if not (X86 and isa == "scalar")]
    for name in SAME_WITH_FUSED:
        assert len({of[isa][name][0] for isa in fused}) <= 1, name
