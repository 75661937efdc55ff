"""pyhft.talib beside the TA-Lib wheel, function by function: names, descriptions, results, exact=True bit for bit."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.indicators import ABOUT, KINDS, OF_TALIB, About, Array, Bars, bars, parameters

import pyhft as ph
from pyhft import talib as ours
from pyhft.talib import abstract

theirs = pytest.importorskip("talib", reason="needs the TA-Lib wheel")
their_abstract = pytest.importorskip("talib.abstract")

NAMES = sorted(OF_TALIB)

# How far the default form may be from TA-Lib: (scale, bound), |ours - theirs| <= bound * scale.
#
# `price`  the largest input: sums over windows, here without a running sum and there with one, which gathers an error
#          of its own of 1e-16 of the price per bar; averages of averages and MACD's differences keep the scale of the
#          price.
# `cent`   100: ratios of two such values, in percent or between -1 and 1, where the divisor is no smaller than about
#          a thousandth of the price.
# `square` the square of the largest input.
# `summed` the sum of all |inputs|, which is what a cumulative sum's additions are rounded against.
# `traded` the sum of the volumes.
# `itself` the result, element by element: vector versions of the C library's functions, within 2 units in the last
#          place of theirs, 1 for each.
# A bound of 0 is the same bits: a choice among the inputs, or the same roundings in the same order.
PRICE, CENT = ("price", 1e-12), ("cent", 1e-11)
# What may be smoothed by TRIMA, whose sums of odd periods drift in TA-Lib by 2e-15 of the price per bar.
TRIANGLES, TRIANGLES_CENT = ("price", 2e-11), ("cent", 1e-9)
SAME = ("price", 0.0)
UNITS = ("itself", 3 * 2.0**-52)


def each(names: str, tolerance: tuple[str, float]) -> dict[str, tuple[str, float]]:
    return dict.fromkeys(names.split(), tolerance)


TOLERANCE = {
    **each("ADD SUB MULT DIV CEIL FLOOR SQRT AVGPRICE MEDPRICE TYPPRICE WCLPRICE MOM TRANGE", SAME),
    **each("MAX MIN MINMAX MAXINDEX MININDEX MINMAXINDEX MIDPOINT MIDPRICE AROON AROONOSC SAR", SAME),
    **each("ACOS ASIN ATAN COS COSH EXP LN LOG10 SIN SINH TAN TANH", UNITS),
    **each("SMA EMA WMA DEMA TEMA KAMA T3 MAMA HMA ZLEMA RMA VWAP", PRICE),
    **each("MACD MACDFIX ATR", PRICE),
    # TA-Lib's weighted running sum drifts by parts in 1e12 of the price; ours is within 1e-14 of the line.
    **each("LINEARREG LINEARREG_INTERCEPT LINEARREG_SLOPE TSF", ("price", 1e-10)),
    **each("TRIMA MA MAVP MACDEXT APO", TRIANGLES),
    **each("PPO STOCH STOCHF STOCHRSI", TRIANGLES_CENT),
    # Deviations of prices that move by a hundredth: the digits that the root of a small variance has left.
    "STDDEV": ("price", 1e-11),
    "BBANDS": TRIANGLES,
    "VAR": ("square", 1e-12),
    # Degrees: the arc tangent of a slope, at its steepest at 0.
    "LINEARREG_ANGLE": ("price", 60e-10),
    # Sums of up to `period` moves, each a part of the price.
    "PLUS_DM": ("price", 1e-11),
    "MINUS_DM": ("price", 1e-11),
    "SUM": ("summed", 1e-14),
    "CUMSUM": ("summed", 1e-13),
    **each("AD ADOSC OBV", ("traded", 1e-13)),
    **each("ROC ROCP ROCR ROCR100 BOP WILLR TRIX NATR", CENT),
    **each("RSI CMO ADX ADXR DX PLUS_DI MINUS_DI MFI ULTOSC", CENT),
    "CCI": ("cent", 1e-10),  # divides by the mean distance from the mean, which may be small beside the price
    "CORREL": ("cent", 1e-10),  # divides by the root of a product of two variances
    "BETA": ("cent", 1e-10),  # divides by a variance of returns
}

# Where exact=True isn't TA-Lib's bits, and why.
NOT_EXACT: dict[str, str] = {}

# Inputs whose results are noise divided by noise, on either side: by the name, and for windows shorter than a number.
ILL_CONDITIONED = {
    "constant": {"CCI", "CORREL", "BETA"},
    "trend": {"CORREL", "BETA"},
}
SHORT = {"CORREL": 5, "BETA": 5}
# KAMA of a window without a move has nothing to divide by; TA-Lib divides by what its running sum has left over.
STANDING_STILL = {"ticks", "coarse"}
BOUNDED = {"STOCH", "STOCHF", "STOCHRSI"}  # what they smooth stands still at 0 and 100


def is_noise(name: str, kind: str, values: dict[str, Any]) -> bool:
    is_kama = name == "KAMA" or any(
        value == ours.MA_Type.KAMA for key, value in values.items() if key.endswith("matype")
    )
    return (
        name in ILL_CONDITIONED.get(kind, ())
        or values.get("timeperiod", 5) < SHORT.get(name, 0)
        or (is_kama and (name in BOUNDED or kind in STANDING_STILL))
    )


def outputs(result: Any) -> tuple[Array, ...]:
    return result if isinstance(result, tuple) else (result,)


def allowed(name: str, inputs: list[Array], bar: Bars, result: Array) -> Any:
    scale, bound = TOLERANCE[name]
    sizes = [np.abs(one[np.isfinite(one)]) for one in inputs]
    largest = max((one.max(initial=0.0) for one in sizes), default=0.0)
    return (
        bound
        * {
            "price": largest,
            "cent": 100.0,
            "square": largest**2,
            "summed": sum(one.sum() for one in sizes),
            "traded": bar.columns["volume"][np.isfinite(bar.columns["volume"])].sum(),
            "itself": np.abs(result),
        }[scale]
    )


def assert_near(got: Array, want: Array, tolerance: Any) -> None:
    """NaN and infinities where they are wanted, the rest within the tolerance."""
    assert got.dtype == want.dtype
    np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
    finite = np.isfinite(want)
    np.testing.assert_array_equal(got[~finite], want[~finite])
    far = np.abs(got[finite] - want[finite]) - np.broadcast_to(tolerance, want.shape)[finite]
    assert far.max(initial=0.0) <= 0.0, (int(np.flatnonzero(finite)[far.argmax()]), got, want)


def lookback(about: About, values: dict[str, Any]) -> int:
    if not about["name"]:
        return 0
    native = {one["name"]: values[one["talib_name"]] for one in about["parameters"] if one["talib_name"]}
    return ph.lookback(about["name"], **native)


cases = st.tuples(
    st.sampled_from(KINDS[:-1]),
    st.sampled_from(["around", "some", "many"]),
    st.integers(-2, 2),
    st.integers(0, 300),
    st.integers(0, 1000),
)


def bars_of(case: tuple[str, str, int, int, int], first: int) -> Bars:
    """Around the bar `first` of the first value, where things go wrong, some hundred bars, or some thousand."""
    kind, length, off, some, seed = case
    return bars(kind, {"around": max(first + off, 0), "some": some, "many": 1500 + some}[length], seed)


examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", NAMES)
def test_results_are_talibs(name: str) -> None:
    about = OF_TALIB[name]

    @examples
    @given(parameters(about, native=False), cases)
    def check(values: dict[str, Any], case: tuple[str, str, int, int, int]) -> None:
        try:
            bar = bars_of(case, lookback(about, values))
        except ph.ArgumentError:
            bar = bars("walk", 50, case[-1])  # TA-Lib looks at no parameter where there is no bar
        inputs = bar.inputs_of(about)
        try:
            want = getattr(theirs, name)(*inputs, **values)
        except Exception:  # noqa: BLE001 - TA-Lib raises no other
            with pytest.raises(ph.ArgumentError):
                getattr(ours, name)(*inputs, **values)
            return
        got = getattr(ours, name)(*inputs, **values)
        assert type(got) is type(want)
        if len(inputs[0]) and np.isnan(np.sum(inputs, axis=0)).all():
            return  # the rule for these: test_nothing_but_nan
        for mine, other in zip(outputs(got), outputs(want), strict=True):
            if not is_noise(name, bar.kind, values):
                assert_near(mine, other, allowed(name, inputs, bar, other))
        if not about["name"] or name in NOT_EXACT:
            return
        native = {one["name"]: values[one["talib_name"]] for one in about["parameters"] if one["talib_name"]}
        exact = getattr(ph, about["name"])(*inputs, **native, exact=True)
        for mine, other in zip(outputs(exact), outputs(want), strict=True):
            np.testing.assert_array_equal(mine, other)

    check()


@pytest.mark.parametrize("name", NAMES)
def test_bits_are_talibs_where_they_are_wanted(name: str) -> None:
    about = OF_TALIB[name]

    @settings(examples, max_examples=4)
    @given(parameters(about, native=False), cases)
    def check(values: dict[str, Any], case: tuple[str, str, int, int, int]) -> None:
        first = abstract.Function(name, **values).lookback
        if first < 0:
            return
        inputs = bars_of(case, first).inputs_of(about)
        got = getattr(ours, name)(*inputs, **values)
        for mine, other in zip(outputs(got), outputs(getattr(theirs, name)(*inputs, **values)), strict=True):
            np.testing.assert_array_equal(mine, other)

    ours.set_exact(True)
    try:
        check()
    finally:
        ours.set_exact(False)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_nan(name: str) -> None:
    """Where no bar is complete, the last one is computed none the less: AD is 0 there, OBV the volume."""
    series = bars("missing", 200, 1).inputs_of(OF_TALIB[name])
    for alone in (None, *range(len(series))):
        inputs = [x if alone in (None, i) else np.linspace(1.0, 2.0, 200) + i for i, x in enumerate(series)]
        for got, expected in zip(
            outputs(getattr(ours, name)(*inputs)), outputs(getattr(theirs, name)(*inputs)), strict=True
        ):
            np.testing.assert_array_equal(got, expected)


def test_native_functions_take_nothing_but_nan_for_no_bar() -> None:
    none = np.full(20, np.nan)
    assert np.isnan(ph.ad(none, none, none, np.ones(20))).all()
    assert np.isnan(ph.obv(none, np.ones(20))).all()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_series_is_looked_at_no_further(name: str) -> None:
    none = [np.array([])] * len(OF_TALIB[name]["inputs"])
    parameters = [one["talib_name"] for one in OF_TALIB[name]["parameters"] if one["talib_name"]]
    for p in ({}, dict.fromkeys(parameters, -7)):
        for got, expected in zip(
            outputs(getattr(ours, name)(*none, **p)), outputs(getattr(theirs, name)(*none, **p)), strict=True
        ):
            assert (got.size, got.dtype) == (expected.size, expected.dtype) == (0, expected.dtype)


@pytest.mark.parametrize(
    "value",
    [2**31, -(2**31) - 1, 2**63, 10**400, np.int64(2**40), 3e9, np.float32(3e9), np.inf, np.nan, "ema", None, 1j],
)
@pytest.mark.parametrize("n", [0, 40])
def test_numbers_that_talibs_integers_have_no_room_for(n: int, value: Any) -> None:
    x = np.arange(float(n))
    for call in (
        lambda module: module.SMA(x, value), lambda module: module.MA(x, 5, value),
        lambda module: module.stream.MA(np.arange(40.0), matype=value),
    ):  # fmt: skip
        with pytest.raises((OverflowError, ValueError, TypeError)) as expected:
            call(theirs)
        with pytest.raises(expected.type) as got:
            call(ours)
        assert isinstance(got.value, ph.Error)


def test_numbers_that_talibs_floats_have_no_room_for() -> None:
    for module in (theirs, ours):
        with pytest.raises(OverflowError):
            module.STDDEV(np.arange(9.0), 5, 10**400)
    with pytest.raises(ph.ArgumentError, match=r"multiplier is 1e\+40; it must be from -3e\+37 to 3e\+37: give a"):
        ours.STDDEV(np.arange(9.0), 5, 1e40)


@pytest.mark.parametrize("name", NAMES)
def test_descriptions_are_talibs(name: str) -> None:
    mine, other = abstract.Function(name), their_abstract.Function(name)
    assert mine.info == other.info
    assert list(mine.info) == list(other.info)
    assert list(mine.parameters.items()) == list(other.parameters.items())
    for mapping in ("parameters", "input_names", "output_flags"):
        assert repr(getattr(mine, mapping)) == repr(getattr(other, mapping))
    assert repr(mine) == repr(other)
    assert [type(value) for value in mine.parameters.values()] == [type(value) for value in other.parameters.values()]
    assert str(mine) == str(other)
    assert mine.lookback == other.lookback
    assert list(inspect.signature(getattr(ours, name)).parameters) == list(
        inspect.signature(getattr(theirs, name)).parameters
    )


@pytest.mark.parametrize("name", [name for name in NAMES if OF_TALIB[name]["parameters"]])
def test_lookbacks_are_talibs(name: str) -> None:
    @settings(max_examples=20, deadline=None)
    @given(parameters(OF_TALIB[name], native=False))
    def check(values: dict[str, Any]) -> None:
        other = their_abstract.Function(name, **values).lookback
        if other < 0:
            with pytest.raises(ph.ArgumentError):
                getattr(ours, name)(*bars("walk", 5, 0).inputs_of(OF_TALIB[name]), **values)
        else:
            assert abstract.Function(name, **values).lookback == other

    check()


def test_all_names_are_talibs() -> None:
    assert set(NAMES) == set(ours.get_functions())
    assert ours.get_functions() == [name for name in theirs.get_functions() if name in OF_TALIB]
    assert ours.get_function_groups() == {
        group: [name for name in names if name in OF_TALIB] for group, names in theirs.get_function_groups().items()
    }


def test_every_function_has_a_tolerance() -> None:
    assert set(NAMES) <= set(TOLERANCE)
    assert set(NOT_EXACT) <= set(NAMES)


def test_the_table_is_read_in_full() -> None:
    assert len(ABOUT) >= len(NAMES) > 0


def test_numbers_are_taken_as_talib_takes_them() -> None:
    x = np.random.default_rng(3).standard_normal(60).cumsum() + 50
    for call in (
        lambda m: m.MA(x, 5, matype=1.0), lambda m: m.MA(x, 5.9, matype=np.float64(2.0)), lambda m: m.MOM(x, True),
        lambda m: m.STDDEV(x, 5, True), lambda m: m.BBANDS(x, 5, matype=True), lambda m: m.MA(x, 5, matype=-(2**31)),
        lambda m: m.SMA(x, np.float32(5.9)), lambda m: m.SMA(x, Decimal("5.9")), lambda m: m.SMA(x, Fraction(59, 10)),
        lambda m: m.STDDEV(x, 5, Fraction(3, 2)), lambda m: m.stream.SMA(x, np.float32(5)).value,
        lambda m: m.stream.SMA(x, 5).update(True), lambda m: m.stream.SMA(x, 5).update(np.float32(0.1)),
        lambda m: m.stream.SMA(np.ma.masked_array(x, x > 50), 5).value, lambda m: m.SMA(np.ma.masked_array(x, x > 50)),
    ):  # fmt: skip
        assert np.allclose(call(ours), call(theirs), rtol=1e-9, equal_nan=True)
    with pytest.raises(ours.NumberTooLarge):
        ours.stream.SMA(x, 5).update(10**400)


def test_lookback_of_parameters_that_are_refused_or_left_out() -> None:
    for name, values in (
        ("SMA", [{"timeperiod": v} for v in (1, 2, 100_000, 100_001, 200_000, -(2**31), 0, -5)]),
        ("BBANDS", [{"nbdevup": -4e37}, {"matype": 14}, {"matype": -(2**31)}, {"timeperiod": 1}]),
        ("MA", [{"matype": 14}, {"matype": 8}]),
    ):
        for one in values:
            assert abstract.Function(name, **one).lookback == their_abstract.Function(name, **one).lookback, (name, one)


# Settings of the process

UNSTABLE = [
    "ADX", "ATR", "CMO", "DX", "EMA", "KAMA", "MAMA", "MINUS_DI", "MINUS_DM", "NATR", "PLUS_DI", "PLUS_DM", "RMA",
    "RSI", "T3", "HA", "HT_SINE", "RVI", "ALL",
]  # fmt: skip
unstable_periods = st.dictionaries(st.sampled_from(UNSTABLE), st.integers(0, 40), min_size=1, max_size=4)


@contextlib.contextmanager
def unstable(periods: dict[str, int]) -> Iterator[None]:
    """Set both sides, and set them back: TA-Lib refuses that while one of its streams lives."""
    try:
        for name, period in periods.items():
            for module in (theirs, ours):
                module.set_unstable_period(name, period)
        yield
    finally:
        for module in (theirs, ours):
            module.set_unstable_period("ALL", 0)


# The functions of which some value depends on an unstable period; the others needn't many examples.
RECURSIVE = [
    "EMA", "DEMA", "TEMA", "KAMA", "T3", "MAMA", "ZLEMA", "RMA", "MA", "MAVP", "BBANDS", "MACD", "MACDEXT", "MACDFIX",
    "RSI", "STOCHRSI", "STOCH", "STOCHF", "CMO", "ADX", "ADXR", "DX", "PLUS_DI", "MINUS_DI", "PLUS_DM", "MINUS_DM",
    "APO", "PPO", "TRIX", "ADOSC", "ATR", "NATR",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_unstable_periods_are_talibs(name: str) -> None:
    about = OF_TALIB[name]

    @settings(examples, max_examples=20 if name in RECURSIVE else 2)
    @given(parameters(about, native=False, longest=20), unstable_periods, cases)
    def check(values: dict[str, Any], periods: dict[str, int], case: tuple[str, str, int, int, int]) -> None:
        with unstable(periods):
            first = abstract.Function(name, **values).lookback
            assert first == their_abstract.Function(name, **values).lookback
            bar = bars_of(case, max(first, 0))
            inputs = bar.inputs_of(about)
            try:
                want = getattr(theirs, name)(*inputs, **values)
            except Exception:  # noqa: BLE001 - TA-Lib raises no other
                with pytest.raises(ph.ArgumentError):
                    getattr(ours, name)(*inputs, **values)
                return
            got = getattr(ours, name)(*inputs, **values)
        for mine, other in zip(outputs(got), outputs(want), strict=True):
            if not is_noise(name, bar.kind, values):
                assert_near(mine, other, allowed(name, inputs, bar, other))

    check()


@pytest.mark.parametrize("name", RECURSIVE)
def test_unstable_periods_of_streams_are_talibs(name: str) -> None:
    about = OF_TALIB[name]

    @settings(examples, max_examples=8)
    @given(parameters(about, native=False, longest=12), unstable_periods, st.integers(-1, 30), st.integers(0, 1000))
    def check(values: dict[str, Any], periods: dict[str, int], more: int, seed: int) -> None:
        with unstable(periods):
            first = abstract.Function(name, **values).lookback
            if first < 0:
                return
            opened = max(first + 1 + more, 1)
            inputs = bars("walk", opened + 60, seed).inputs_of(about)
            history = [one[:opened] for one in inputs]
            if more < 0 <= first - 1:
                for module in (theirs, ours):
                    with pytest.raises(module.InsufficientHistory, match=f" {first + 1} needed"):
                        getattr(module.stream, name)(*history, **values)
                return
            steps: list[list[Any]] = []
            for module in (theirs, ours):
                stream, filled = getattr(module.stream, name).open_and_fill(*history, **values)
                steps.append([outputs(stream.value), outputs(filled), tuple(stream.out_range)])
                for t in range(opened, opened + 60):
                    steps[-1].append(outputs(stream.update(*(float(one[t]) for one in inputs))))
                del stream
        for other, mine in zip(*steps, strict=True):
            np.testing.assert_array_equal(mine, other)

    check()


def test_native_functions_know_no_unstable_period() -> None:
    x = bars("walk", 100, 1).columns["x"]
    average, stream = ph.dema(x, 5), ph.stream.dema(period=5)
    with unstable({"EMA": 7}):
        assert ph.lookback("dema", 5) == 8
        np.testing.assert_array_equal(ph.dema(x, 5), average)
        np.testing.assert_array_equal(ph.dema(x, 5, exact=True), [stream.update(one) for one in x])
        assert np.isnan(ours.DEMA(x, 5)[:22]).all()
        assert np.isfinite(ours.DEMA(x, 5)[22:]).all()


def test_settings_are_refused_while_a_stream_lives() -> None:
    x = bars("walk", 100, 1).columns["x"]
    for module in (theirs, ours):
        stream = module.stream.EMA(x[:20], 5)
        words = "cannot change TA-Lib settings or lifecycle while calls or streams are active"
        for change in (lambda m=module: m.set_unstable_period("EMA", 7), lambda m=module: m.set_compatibility(0)):
            with pytest.raises(RuntimeError, match=words):
                change()
        del stream
        module.set_unstable_period("EMA", 0)


@pytest.mark.parametrize("name", [*theirs.__TA_FUNCTION_NAMES__, "ALL", "ema", "", 3, b"EMA", None])
def test_names_of_unstable_periods_are_talibs(name: Any) -> None:
    for call in (lambda m: m.get_unstable_period(name), lambda m: m.set_unstable_period(name, 0)):
        results: list[Any] = []
        for module in (theirs, ours):
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                try:
                    results.append((call(module), [(str(one.message), one.category) for one in warned]))
                except Exception as error:  # noqa: BLE001 - whatever TA-Lib raises
                    results.append(error)
        if isinstance(results[0], Exception):
            assert isinstance(results[1], type(results[0]))
            assert isinstance(results[1], ph.Error)
        else:
            assert results[0] == results[1]


NUMBERS = [-1, -0.5, 2.9, True, np.int64(3), np.float64(2.9), 100_000_000, 100_000_001, 2**31, 2**32, -(2**31), 10**400]
NO_NUMBERS = ["3", b"3", None, 1j, np.nan, np.inf, [1], np.array([1, 2])]


@pytest.mark.parametrize("value", NUMBERS + NO_NUMBERS)
def test_numbers_in_settings_are_taken_as_talib_takes_them(value: Any) -> None:
    def of_average(module: Any) -> int:
        module.set_unstable_period("EMA", value)
        return int(module.get_unstable_period("EMA"))

    def of_formulas(module: Any) -> int:
        module.set_compatibility(value)
        return int(module.get_compatibility())

    for call in (of_average, of_formulas):
        with unstable({}):
            try:
                expected = call(theirs)
            except Exception as error:  # noqa: BLE001 - TA-Lib raises no other for a bad parameter
                with pytest.raises(type(error)) as got:
                    call(ours)
                assert isinstance(got.value, ph.Error)
            else:
                assert call(ours) == expected


def test_all_unstable_periods_at_once() -> None:
    with unstable({"EMA": 3, "ALL": 5, "RSI": 2}):
        for name in (*UNSTABLE, "HA"):
            assert ours.get_unstable_period(name) == theirs.get_unstable_period(name)
