"""Functions of single bars, of a bar and an earlier one, and of quotes: TA-Lib's bits, or within one unit in the last
place of the exact value, on every instruction set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

import pyhft as ph
import pyhft.talib
from pyhft._core import talib_stream

Array = npt.NDArray[np.float64]

needs_long_double = pytest.mark.skipif(
    np.finfo(np.longdouble).nmant < 63, reason="needs a long double that is more exact than double"
)

# numpy's function of long double, and the ranges that it is tried on.
ELEMENTARY: dict[str, tuple[Any, list[tuple[float, float]]]] = {
    "EXP": (np.exp, [(-1, 1), (-745, 709.7)]),
    "LN": (np.log, [(0.5, 2), (0.99, 1.01), (1e-300, 1e300)]),
    "LOG10": (np.log10, [(0.5, 2), (0.99, 1.01), (1e-300, 1e300)]),
    "SIN": (np.sin, [(-4, 4), (-1e4, 1e4), (-(2.0**29), 2.0**29)]),
    "COS": (np.cos, [(-4, 4), (-1e4, 1e4), (-(2.0**29), 2.0**29)]),
    "TAN": (np.tan, [(-4, 4), (-1e4, 1e4), (-(2.0**29), 2.0**29)]),
    "ASIN": (np.arcsin, [(-1, 1), (0.45, 0.55), (0.999, 1)]),
    "ACOS": (np.arccos, [(-1, 1), (-0.55, -0.45), (0.999, 1)]),
    "ATAN": (np.arctan, [(-4, 4), (0.4, 0.6), (-1e18, 1e18)]),
    "SINH": (np.sinh, [(-2, 2), (-25, 25), (-710, 710)]),
    "COSH": (np.cosh, [(-2, 2), (-25, 25), (-710, 710)]),
    "TANH": (np.tanh, [(-2, 2), (-25, 25)]),
}

TINY = 5e-324
LARGEST = 1.7976931348623157e308
SPECIAL = np.array(
    [
        *(sign * x for x in (0.0, TINY, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-20, 1e-8, 0.5, 1.0, 1.5, 2.0, 3.0)
          for sign in (1, -1)),
        *(sign * x for x in (10, 22.0, 100, 708.5, 709.782712893384, 709.7827128933841, 710.4758600739439,
                             710.47586007394398, 745.1332191019411, 745.1332191019412, 800, 1e5, 2.0**28, 1e10, 1e22,
                             1e300, LARGEST, np.inf) for sign in (1, -1)),
        1 - 2.0**-53, -1 + 2.0**-53, 1 + 2.0**-52, -1 - 2.0**-52, 0.5 + 2.0**-53, np.nan,
        # Of all doubles the nearest to a multiple of pi / 2.
        6381956970095103.0 * 2.0**797,
    ]
)  # fmt: skip


def ulp(exact: npt.NDArray[np.longdouble]) -> npt.NDArray[np.longdouble]:
    return np.spacing(np.abs(exact).astype(np.float64)).astype(np.longdouble)


def worst_error(result: Array, exact: npt.NDArray[np.longdouble]) -> float:
    """In units in the last place of the exact value."""
    return float(np.max(np.abs(result.astype(np.longdouble) - exact) / ulp(exact)))


def same_bits(a: Array, b: Array) -> bool:
    nan = np.isnan(a)
    return np.array_equal(nan, np.isnan(b)) and np.array_equal(a[~nan].view(np.int64), b[~nan].view(np.int64))


def points(low: float, high: float, count: int, seed: int) -> Array:
    """Some evenly between the limits, and those of all magnitudes that lie between them."""
    random = np.random.default_rng(seed)
    largest = np.log2(max(abs(low), abs(high)))
    magnitudes = np.exp2(random.uniform(largest - 40, largest, count)) * random.choice([1.0, -1.0], count)
    between = (magnitudes >= low) & (magnitudes <= high)
    return np.concatenate([random.uniform(low, high, count), magnitudes[between]])


@needs_long_double
@pytest.mark.parametrize("name", ELEMENTARY)
def test_an_elementary_function_is_within_one_unit_in_the_last_place(name: str) -> None:
    exact, ranges = ELEMENTARY[name]
    for seed, (low, high) in enumerate(ranges):
        x = points(low, high, 40_000, seed)
        if ph.isa() == "scalar":  # the C library, whose functions are held to less
            assert worst_error(getattr(pyhft.talib, name)(x), exact(x.astype(np.longdouble))) < 2.5
        else:
            assert worst_error(getattr(pyhft.talib, name)(x), exact(x.astype(np.longdouble))) < 1.0


@needs_long_double
@pytest.mark.parametrize("name", ["SIN", "COS", "TAN"])
def test_angles_next_to_multiples_of_half_pi_lose_nothing(name: str) -> None:
    n = np.unique(np.concatenate([np.arange(1, 3000), np.geomspace(3000, 1.7e8, 3000).astype(np.int64)]))
    half_pi = np.longdouble("1.57079632679489661923132169163975144")
    nearest = (n.astype(np.longdouble) * half_pi).astype(np.float64)
    x = np.concatenate([nearest, np.nextafter(nearest, 0), np.nextafter(nearest, np.inf)])
    exact = ELEMENTARY[name][0](x.astype(np.longdouble))
    assert worst_error(getattr(pyhft.talib, name)(x), exact) < 1.0


@pytest.mark.parametrize("name", ELEMENTARY)
def test_special_values_are_the_c_librarys(name: str) -> None:
    # Each alone in a vector, and among others.
    ordinary = 0.75
    x = np.full(SPECIAL.size * 8, ordinary)
    x[::8] = SPECIAL
    for series in (np.concatenate([[ordinary], SPECIAL]), np.concatenate([[ordinary], x])):
        result, library = getattr(pyhft.talib, name)(series), getattr(talib, name)(series)
        assert np.array_equal(np.isnan(result), np.isnan(library))
        extreme = np.isinf(library) | (library == 0) | np.isnan(library)
        assert same_bits(result[extreme], library[extreme])
        rest = library[~extreme]
        assert np.all(np.abs(result[~extreme] - rest) <= 2 * np.spacing(np.abs(rest)))


def test_logarithms_of_powers_of_ten_are_integers() -> None:
    powers = np.arange(23.0)
    assert np.array_equal(pyhft.talib.LOG10(np.array([float(10**k) for k in range(23)])), powers)


@pytest.mark.parametrize("name", [*ELEMENTARY, "CEIL", "FLOOR", "SQRT"])
def test_a_stream_gives_the_c_librarys_bits(name: str) -> None:
    x = np.concatenate([[0.5], SPECIAL[np.isfinite(SPECIAL)], points(-3, 3, 100, 5)])
    stream = getattr(talib_stream, name)(x[:1])
    assert same_bits(np.array([stream.update(value) for value in x[1:].tolist()]), getattr(talib, name)(x)[1:])


# Those that give TA-Lib's bits: how many series they take, and whether they take a period.
BITS: dict[str, tuple[int, bool]] = {
    "ADD": (2, False), "SUB": (2, False), "MULT": (2, False), "DIV": (2, False),
    "CEIL": (1, False), "FLOOR": (1, False), "SQRT": (1, False),
    "AVGPRICE": (4, False), "MEDPRICE": (2, False), "TYPPRICE": (3, False), "WCLPRICE": (3, False),
    "MOM": (1, True), "ROC": (1, True), "ROCP": (1, True), "ROCR": (1, True), "ROCR100": (1, True),
    "BOP": (4, False),
}  # fmt: skip
NUMPYS = ["ADD", "SUB", "MULT", "DIV", "CEIL", "FLOOR", "SQRT"]
NATIVE = [name for name in BITS if name not in NUMPYS]


def prices(bars: int, count: int, seed: int) -> list[Array]:
    """Series with equal neighbours, zeros of both signs, subnormals, infinities and NaN.

    Doubled, the largest are finite: on processors with a fused multiply-add, 2 * close never overflows in TA-Lib.
    """
    random = np.random.default_rng(seed)
    series = []
    for _ in range(count):
        x = np.round(random.standard_normal(bars), 1) * 10.0 ** random.integers(-2, 3, bars)
        odd = random.random(bars) < 0.1
        x[odd] = random.choice([0.0, -0.0, TINY, -1e-310, 8e307, -8e307, np.inf, -np.inf, np.nan], odd.sum())
        series.append(x)
    return series


@pytest.mark.parametrize("name", BITS)
def test_the_bits_are_talibs(name: str) -> None:
    count, lagged = BITS[name]
    function, library = getattr(pyhft.talib, name), getattr(talib, name)
    for bars in [*range(1, 45), 127, 128, 1000, 4099]:
        for start in (0, 1, 3):
            series = [x[start:] for x in prices(bars + start, count, bars)]
            for period in (1, 2, 7, bars - 1, bars, bars + 1) if lagged else (None,):
                if period == 0:
                    continue
                p = () if period is None else (period,)
                assert same_bits(function(*series, *p), library(*series, *p)), (bars, start, period)


@pytest.mark.parametrize("name", NATIVE)
def test_exact_and_default_are_the_same_bits(name: str) -> None:
    count, lagged = BITS[name]
    series = prices(3000, count, 7)
    for p in ((1,), (10,), (2999,), (3000,), (1_000_000_000,)) if lagged else ((),):
        function = getattr(ph, name.lower())
        assert same_bits(function(*series, *p, exact=True), function(*series, *p))


@pytest.mark.parametrize("name", ["ADD", "SQRT", "WCLPRICE", "BOP", "MOM", "ROC", "EXP", "SIN"])
def test_series_beyond_the_caches_are_done_to_the_last_bar(name: str) -> None:
    bars = 2**21 + 13
    count, _ = BITS.get(name, (1, False))
    series = [np.random.default_rng(i).random(bars) for i in range(count)]
    for start in (0, 1, 7):
        cut = [x[start:] for x in series]
        result = getattr(pyhft.talib, name)(*cut)
        if name in BITS:
            assert same_bits(result, getattr(talib, name)(*cut))
        else:  # bar by bar what a short series gives
            parts = [getattr(pyhft.talib, name)(cut[0][i : i + 4099]) for i in range(0, bars - start, 4099)]
            assert same_bits(result, np.concatenate(parts))


@given(st.integers(0, 60), st.integers(0, 7), st.integers(1, 20))
@settings(max_examples=200, deadline=None)
def test_nothing_is_written_beside_the_output(bars: int, start: int, period: int) -> None:
    x = np.arange(1.0, bars + 1)
    memory = np.full(bars + start + 9, -7.0)
    ph.roc(x, period, out=memory[start : start + bars])
    assert np.all(memory[:start] == -7.0)
    assert np.all(memory[start + bars :] == -7.0)
    assert np.all(np.isnan(memory[start : start + min(period, bars)]))
    assert not np.any(memory[start + period : start + bars] == -7.0)


@pytest.mark.parametrize("name", [*ELEMENTARY, *BITS])
def test_a_nan_stays_where_it_belongs(name: str) -> None:
    count, lagged = BITS.get(name, (1, False))
    series = [np.linspace(0.1 + i, 0.9 + i, 50) for i in range(count)]
    function = getattr(pyhft.talib, name)
    clean = function(*series)
    series[0] = series[0].copy()
    series[0][20] = np.nan
    touched = np.isnan(function(*series)) & ~np.isnan(clean)
    assert np.flatnonzero(touched).tolist() == ([20, 30] if lagged else [20] if name != "BOP" else [])
    others = ~touched & ~np.isnan(clean)
    assert same_bits(function(*series)[others], clean[others])


# Quotes.


def quotes(bars: int, seed: int) -> tuple[Array, Array, Array, Array]:
    random = np.random.default_rng(seed)
    bid = 100 + np.cumsum(random.integers(-1, 2, bars)) / 100
    ask = bid + random.integers(1, 4, bars) / 100
    return bid, ask, random.integers(0, 500, bars).astype(float), random.integers(1, 500, bars).astype(float)


def test_microprice_is_the_mean_weighted_by_the_other_side() -> None:
    bid, ask, bid_size, ask_size = quotes(2000, 1)
    for scale in (1.0, 1e6, 1e-6):
        result = ph.microprice(bid * scale, ask * scale, bid_size, ask_size)
        assert np.all((result >= bid * scale) & (result <= ask * scale))
        for i in range(0, 2000, 7):
            b, a = Fraction(bid[i] * scale), Fraction(ask[i] * scale)
            p, q = Fraction(bid_size[i]), Fraction(ask_size[i])
            exact = (b * q + a * p) / (p + q)
            assert abs(Fraction(result[i]) - exact) <= Fraction(4e-16) * (b + a)
    assert same_bits(ph.microprice(bid, bid, bid_size, ask_size), bid)


def test_order_book_imbalance_is_between_minus_one_and_one() -> None:
    _, _, bid_size, ask_size = quotes(2000, 2)
    result = ph.order_book_imbalance(bid_size, ask_size)
    assert same_bits(result, (bid_size - ask_size) / (bid_size + ask_size))
    only = np.array([5.0, 0.0])
    assert ph.order_book_imbalance(only, only[::-1].copy()).tolist() == [1.0, -1.0]


def test_empty_quotes_have_neither_microprice_nor_imbalance() -> None:
    one, none = np.array([1.0, 1.0, 1.0]), np.array([1.0, 0.0, 1.0])
    assert np.isnan(ph.microprice(one, one, none, none)).tolist() == [False, True, False]
    assert np.isnan(ph.order_book_imbalance(none, none)).tolist() == [False, True, False]


def flow_twin(bid: Array, bid_size: Array, ask: Array, ask_size: Array) -> list[float]:
    """The four terms as Cont, Kukanov and Stoikov write them."""
    result = [float("nan")]
    for i in range(1, len(bid)):
        e = 0.0
        if bid[i] >= bid[i - 1]:
            e += bid_size[i]
        if bid[i] <= bid[i - 1]:
            e -= bid_size[i - 1]
        if ask[i] <= ask[i - 1]:
            e -= ask_size[i]
        if ask[i] >= ask[i - 1]:
            e += ask_size[i - 1]
        result.append(e)
    return result[: len(bid)]


@given(st.integers(0, 70), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_order_flow_imbalance_is_the_sum_of_its_four_terms(bars: int, seed: int) -> None:
    bid, ask, bid_size, ask_size = quotes(bars, seed)
    series = (bid, bid_size, ask, ask_size)
    expected = np.array(flow_twin(*series)) + 0.0
    for exact in (False, True):
        assert same_bits(ph.order_flow_imbalance(*series, exact=exact) + 0.0, expected)


@given(st.integers(1, 70), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_quotes_of_any_value_give_the_same_bits_exact_or_not(bars: int, seed: int) -> None:
    a, b, c, d = prices(bars, 4, seed)
    for function, series in (
        (ph.microprice, (a, b, c, d)),
        (ph.order_book_imbalance, (a, b)),
        (ph.order_flow_imbalance, (a, b, c, d)),
    ):
        assert same_bits(function(*series), function(*series, exact=True))


def test_order_flow_is_not_a_number_where_a_price_isnt() -> None:
    bid, ask, bid_size, ask_size = quotes(40, 3)
    bid[20] = ask[30] = np.nan
    result = ph.order_flow_imbalance(bid, bid_size, ask, ask_size)
    assert np.flatnonzero(np.isnan(result)).tolist() == [0, 20, 21, 30, 31]


# Every instruction set.

RESULTS = """
import hashlib, json
import numpy as np, pyhft as ph, pyhft.talib, talib

def digest(a):
    return hashlib.sha256(np.where(np.isnan(a), 0, a).tobytes() + np.isnan(a).tobytes()).hexdigest()

# No function of numpy's, which may give other bits on another processor.
random = np.random.default_rng(4)
x = (random.integers(-2**53, 2**53, 20011) / 2**53) * 2.0 ** random.integers(-40, 11, 20011)
x[:: 997] = np.nan
x[0] = 0.5
y = np.abs(x[::-1]) + 1.0
y[np.isnan(y)] = 1.0
ratio = x % 1.0
inputs = {"LN": [y], "LOG10": [y], "ASIN": [ratio], "ACOS": [ratio]}
elementary = ELEMENTARY
bits = BITS
library = {name: digest(getattr(talib, name)(*inputs.get(name, [x]))) for name in elementary}
print(json.dumps({
    "isa": ph.isa(),
    "elementary": {name: digest(getattr(pyhft.talib, name)(*inputs.get(name, [x]))) for name in elementary},
    "library": library,
    "bits": {name: digest(getattr(pyhft.talib, name)(*[x, y, x, y][:count])) for name, count in bits.items()},
    "quotes": [digest(ph.microprice(x, y, y, x)), digest(ph.order_book_imbalance(x, y)),
               digest(ph.order_flow_imbalance(x, y, y, x))],
}))
"""


def results(isa: str) -> dict[str, Any]:
    code = RESULTS.replace("ELEMENTARY", repr(list(ELEMENTARY))).replace(
        "BITS", repr({name: count for name, (count, _) in BITS.items()})
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYHFT_ISA": isa}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_every_instruction_set_gives_the_same_bits() -> None:
    of_isa = {isa: results(isa) for isa in ph.available_isas()}
    assert all(of_isa[isa]["isa"] == isa for isa in of_isa)
    first, *others = of_isa.values()
    for other in others:
        assert other["bits"] == first["bits"]
        assert other["quotes"] == first["quotes"]
    assert of_isa["scalar"]["elementary"] == of_isa["scalar"]["library"]
    vectors = [one["elementary"] for isa, one in of_isa.items() if isa != "scalar"]
    assert all(one == vectors[0] for one in vectors)


# Those that only TA-Lib's namespace has.


@pytest.mark.parametrize("name", [*ELEMENTARY, *NUMPYS])
def test_numpys_functions_have_no_second_name(name: str) -> None:
    assert not hasattr(ph, name.lower())
    function: Callable[..., Array] = getattr(pyhft.talib, name)
    count, _ = BITS.get(name, (1, False))
    assert function(*[np.empty(0)] * count).size == 0
