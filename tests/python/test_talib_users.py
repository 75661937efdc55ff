"""What programs written for TA-Lib rely on, beyond the numbers: names, ways to call, state, errors."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pickle
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyhft as ph
from pyhft import talib
from pyhft._core import talib as compiled
from pyhft.talib import abstract

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-talib.md"


def day(n: int = 60, seed: int = 1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    close = 100 + np.cumsum(rng.normal(0, 1, n))
    return {
        "open": close + 0.1,
        "high": close + rng.uniform(0.2, 1, n),
        "low": close - rng.uniform(0.2, 1, n),
        "close": close,
        "volume": rng.uniform(1, 100, n),
    }


# The module


def test_functions_are_the_compiled_ones() -> None:
    for name in talib.get_functions():
        assert getattr(talib, name) is getattr(talib.func, name) is getattr(compiled, name)
        assert getattr(talib, name).__name__ == name
    assert pickle.loads(pickle.dumps(talib.SMA)) is talib.SMA
    assert (talib.SMA.__module__, talib.SMA.__doc__.splitlines()[2]) == ("pyhft.talib", "Simple Moving Average.")


def test_first_lines_of_help_are_signatures() -> None:
    """As TA-Lib's are, from which programs read the parameters; inspect has them, too."""

    def arguments(documented: Any) -> list[str]:
        line = documented.__doc__.splitlines()[0]
        return [one.strip() for one in line[line.index("(") + 1 : line.rindex(")")].split(",") if one.strip() != "self"]

    for name in talib.get_functions():
        stream, function = getattr(talib.stream, name), getattr(talib, name)
        signature = [str(one) for one in inspect.signature(function).parameters.values()]
        assert arguments(function) == arguments(stream) == arguments(stream.open_and_fill) == signature
        bar = [one for one in signature if "=" not in one]
        assert arguments(stream.update) == arguments(stream.peek) == bar
        assert list(inspect.signature(stream.update).parameters) == ["self", *bar]
        assert stream.__doc__.splitlines()[2].startswith(f"Stream of `{name}`")
    assert list(inspect.signature(ph.stream.atr.peek).parameters) == ["self", "high", "low", "close"]
    assert ph.stream.atr.peek.__doc__.startswith("What `update` would return")


def test_modules_that_arent_public_in_talib_either() -> None:
    code = """
import sys
import pyhft.talib
sys.modules["talib"] = pyhft.talib
import numpy as np
from talib import _ta_lib, deprecated, stream
from talib._ta_lib import RSI, SMA_Stream, Function, MA_Type, _ta_initialize, _ta_shutdown
from talib.deprecated import MA_T3, MA_RMA
assert RSI is pyhft.talib.RSI and SMA_Stream is stream.SMA
assert (MA_T3, MA_RMA) == (MA_Type.T3, MA_Type.RMA)
_ta_initialize()
_ta_shutdown()
_ta_lib._ta_set_unstable_period("EMA", 2)
assert pyhft.talib.get_unstable_period("EMA") == _ta_lib._ta_get_unstable_period("EMA") == 2
assert _ta_lib.__TA_FUNCTION_NAMES__ == pyhft.talib.abstract.__TA_FUNCTION_NAMES__ == stream.__TA_FUNCTION_NAMES__
follow = SMA_Stream(np.arange(40.0))
try:
    _ta_shutdown()
except RuntimeError:
    _ta_shutdown(True)
else:
    raise AssertionError
try:
    from talib._ta_lib import CDLDOJI
except ImportError as missing:
    assert "isn't implemented" in str(missing)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_everything_is_exported() -> None:
    names: dict[str, Any] = {}
    exec("from pyhft.talib import *", names)
    assert set(talib.get_functions()) <= set(names)
    assert {"get_functions", "get_function_groups", "InsufficientHistory", "stream", "MA_Type"} <= set(names)
    for module in (talib.func, abstract, talib.stream):
        exec(f"from {module.__name__} import *", names)


def test_groups_are_copies() -> None:
    talib.get_function_groups()["Math Operators"].clear()
    talib.get_functions().clear()
    assert "SUM" in talib.get_function_groups()["Math Operators"]
    assert "SUM" in talib.get_functions()
    assert talib.get_function_groups()["Pattern Recognition"] == []


def test_versions() -> None:
    assert talib.__version__ == "0.8.2"
    assert talib.__ta_version__.startswith(b"0.8.1")


def test_moving_averages_by_number() -> None:
    theirs = pytest.importorskip("talib", reason="needs the TA-Lib wheel").MA_Type
    names = [name for name in dir(theirs) if name.isupper()] + ["T3"]
    assert len(names) >= 14
    for name in names:
        number = getattr(theirs, name)
        assert getattr(talib.MA_Type, name) == number
        assert talib.MA_Type[number] == theirs[number]
    for wrong in (-1, 14, "EMA"):
        with pytest.raises(KeyError):
            talib.MA_Type[wrong]


def test_settings_of_the_process() -> None:
    assert talib.get_unstable_period("EMA") == talib.get_unstable_period("ALL") == talib.get_compatibility() == 0
    x = np.arange(10.0)
    try:
        talib.set_unstable_period("EMA", 5)
        assert talib.get_unstable_period("EMA") == 5
        np.testing.assert_array_equal(talib.EMA(x, 3), [np.nan] * 7 + [6.0, 7.0, 8.0])
    finally:
        talib.set_unstable_period("ALL", 0)
    talib.set_compatibility(1)
    np.testing.assert_array_equal(talib.EMA(x, 3), [np.nan] * 2 + list(x[1:-1]))
    with pytest.raises(ph.ArgumentError, match=r"the period is 100000001; it must be from 0 to 100000000: give"):
        talib.set_unstable_period("EMA", 100_000_001)
    for function in (talib.get_unstable_period, lambda name: talib.set_unstable_period(name, 0)):
        for name in ("SAM", ["EMA"]):
            with pytest.raises(KeyError, match=r"there is no unstable period .*; there are ADX, ATR") as refused:
                function(name)
            assert isinstance(refused.value, talib.UnknownNameError)


def test_settings_of_open_streams() -> None:
    x = np.arange(40.0)
    with pytest.raises(talib.InsufficientHistory):
        talib.stream.SMA(x[:3])
    talib.set_unstable_period("ALL", 0)
    streams = [talib.stream.SMA(x), talib.stream.MEDPRICE.open_and_fill(x, x)[0]]
    streams.append(streams[0].copy())
    native = ph.stream.sma(x, 5)
    while streams:
        for change in (lambda: talib.set_unstable_period("EMA", 3), lambda: talib.set_compatibility(0)):
            with pytest.raises(talib.SettingInUseError, match=rf"are active: .*, {len(streams)}; delete"):
                change()
        streams.pop()
    talib.set_compatibility(0)
    assert issubclass(talib.SettingInUseError, RuntimeError)
    assert issubclass(talib.SettingInUseError, ph.Error)
    assert native.value == 37.0
    assert talib.get_unstable_period("EMA") == 0


def test_exact_is_a_setting() -> None:
    x = day(500)["close"]
    assert not talib.get_exact()
    expected = ph.stddev(x, 5, exact=True)
    assert not np.array_equal(talib.STDDEV(x, 5), expected, equal_nan=True), "the fast form has the same bits"
    holes = np.where(np.arange(500) == 250, np.nan, x)
    try:
        talib.set_exact(True)
        assert talib.get_exact()
        np.testing.assert_array_equal(talib.STDDEV(x, 5), expected)
        np.testing.assert_array_equal(talib.SMA(holes, 5), ph.sma(holes, 5, exact=True))
        assert not np.array_equal(ph.stddev(x, 5), expected, equal_nan=True), "native functions know nothing of it"
    finally:
        talib.set_exact(False)
    with pytest.raises(ph.ArgumentTypeError, match="exact is of type int; it must be True or False"):
        talib.set_exact(1)


def test_up_to_256_bars_the_bits_are_talibs() -> None:
    x = day(257)["close"]
    np.testing.assert_array_equal(talib.STDDEV(x[:256], 5), ph.stddev(x[:256], 5, exact=True))
    exact = ph.stddev(x, 5, exact=True)
    assert not np.array_equal(talib.STDDEV(x, 5), exact, equal_nan=True)
    np.testing.assert_allclose(talib.STDDEV(x, 5), exact, rtol=1e-12)
    # No memory is set aside for averages that have no value yet.
    assert np.isnan(talib.MAVP(x[:200], np.linspace(2, 100_000, 200), maxperiod=100_000)).all()


# What isn't there


@pytest.mark.parametrize("module", ["pyhft.talib", "pyhft.talib.func", "pyhft.talib.abstract", "pyhft.talib.stream"])
def test_functions_that_are_missing_say_so(module: str) -> None:
    room = importlib.import_module(module)
    for name in ("CDLDOJI", "HT_SINE", "SUPERTREND"):
        assert not hasattr(room, name)
        with pytest.raises(AttributeError, match=f"{name} of TA-Lib isn't implemented in pyhft.talib"):
            getattr(room, name)
        with pytest.raises(ImportError, match=f"{name} of TA-Lib isn't implemented in pyhft.talib"):
            exec(f"from {module} import {name}")
    with pytest.raises(AttributeError, match="has no attribute 'SMMA'"):
        _ = room.SMMA
    with pytest.raises(ImportError, match="cannot import name 'SMMA'"):
        exec(f"from {module} import SMMA")


def test_abstract_functions_that_are_missing_say_so() -> None:
    with pytest.raises(ph.ArgumentError, match="CDLDOJI of TA-Lib isn't implemented"):
        abstract.Function("cdldoji")
    with pytest.raises(ph.ArgumentError, match=r"SMMA not supported by TA-LIB\."):
        abstract.Function("smma")


def test_every_name_of_talib_is_known() -> None:
    theirs = pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    for name in theirs.get_functions():
        if not hasattr(talib, name):
            with pytest.raises(AttributeError, match="isn't implemented"):
                getattr(talib, name)


# Calls


def test_arguments_as_talib_takes_them() -> None:
    x = day()["close"]
    expected = talib.SMA(x, 10)
    for got in (
        talib.SMA(x, timeperiod=10),
        talib.SMA(real=x, timeperiod=10),
        talib.SMA(x, 10.7),
        talib.SMA(x, np.int64(10)),
        talib.SMA(np.repeat(x, 2)[::2], 10),
    ):
        np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(talib.SMA(x, -(2**31)), talib.SMA(x))
    np.testing.assert_array_equal(talib.BBANDS(x, nbdevup=-4e37), talib.BBANDS(x, nbdevup=2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda x: talib.SMA(list(x)),
            TypeError,
            "Argument 'real' has incorrect type (expected numpy.ndarray, got list)",
        ),
        (lambda x: talib.SMA(None), TypeError, "Argument 'real' has incorrect type"),
        (lambda x: talib.SMA(x.astype(np.float32)), Exception, "input array type is not double"),
        (lambda x: talib.SMA(x.astype(int)), Exception, "input array type is not double"),
        (lambda x: talib.SMA(x.reshape(6, 10)), Exception, "input array has wrong dimensions"),
        (lambda x: talib.BOP(x, x, x, x[:3]), Exception, "input array lengths are different"),
        (
            lambda x: talib.SMA(x, 0),
            Exception,
            "TA_SMA function failed with error code 2: Bad Parameter (TA_BAD_PARAM)",
        ),
        (lambda x: talib.SMA(x, 100_001), Exception, "TA_BAD_PARAM"),
        (lambda x: talib.SMA(x, "10"), TypeError, "timeperiod"),
        (lambda x: talib.SMA(x, 1, 2), TypeError, "3 arguments"),
        (lambda x: talib.SMA(x, period=3), TypeError, "'period'"),
        (lambda x: talib.SMA(), TypeError, "'real' is missing"),
    ],
)
def test_errors_are_talibs(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)) as refused:
        call(day()["close"])
    assert isinstance(refused.value, ph.Error)


def test_an_alias_in_the_place_of_talib() -> None:
    code = """
import sys
import pyhft.talib
sys.modules["talib"] = pyhft.talib
import numpy as np
import talib
import talib.abstract as ta
from talib import MA_Type, SMA, stream
from talib.abstract import Function
assert talib is pyhft.talib
x = np.arange(30.0)
assert ta.SMA({"close": x}, timeperiod=3)[-1] == SMA(x, 3)[-1] == stream.SMA(x, 3).value == 28
assert Function("sma", 3)(x)[-1] == 28
try:
    from talib import CDLDOJI
except ImportError as missing:
    assert "isn't implemented" in str(missing)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# The abstract interface


def test_ways_to_the_same_result() -> None:
    bars = day()
    expected = talib.SMA(bars["open"], 10)
    for got in (
        abstract.Function("sma", bars, 10, price="open").outputs,
        abstract.Function("SMA")(bars, 10, price="open"),
        abstract.Function("sma", 10, price="open")(bars),
        abstract.Function("sma", timeperiod=10).run(bars | {"close": bars["open"]}),
        abstract.SMA(bars, timeperiod=10, price="open"),
        abstract.SMA(bars["open"], 10),
        abstract.SMA({"mine": bars["open"]}, 10, price="mine"),
    ):
        np.testing.assert_array_equal(got, expected)
    lower = abstract.BBANDS(bars, timeperiod=20, nbdevup=2.0, nbdevdn=2.0)
    assert isinstance(lower, list)
    np.testing.assert_array_equal(lower[2], talib.BBANDS(bars["close"], 20)[2])
    middle = abstract.MEDPRICE(bars, prices=["open", "close"])
    np.testing.assert_array_equal(middle, talib.MEDPRICE(bars["open"], bars["close"]))


def test_a_call_leaves_the_settings_alone() -> None:
    bars = day()
    sma = abstract.Function("SMA", timeperiod=10)
    np.testing.assert_array_equal(sma(bars, timeperiod=20, price="open"), talib.SMA(bars["open"], 20))
    assert (sma.parameters, sma.input_names) == ({"timeperiod": 10}, {"price": "close"})
    with pytest.raises(ph.ArgumentError):
        sma(bars, timeperiod=0, price="open")
    np.testing.assert_array_equal(sma(bars), talib.SMA(bars["close"], 10))
    sma.parameters = {"timeperiod": 3}
    sma.input_names = {"price": "low"}
    np.testing.assert_array_equal(sma.outputs, talib.SMA(bars["low"], 3))
    assert sma.lookback == 2
    assert sma.info["parameters"] == {"timeperiod": 3}


def test_input_arrays() -> None:
    bars = day()
    function = abstract.Function("MEDPRICE")
    assert function.input_arrays == {}
    assert function.set_input_arrays({"high": bars["high"], "low": bars["low"], "note": "ignored"})
    assert not function.set_input_arrays(bars["high"])
    with pytest.raises(ph.ArgumentError, match="input_arrays parameter missing required data keys: high, low"):
        function.set_input_arrays({"close": bars["close"]})
    with pytest.raises(ph.ArgumentError, match="required data key: low"):
        function.input_arrays = {"high": bars["high"]}
    assert set(function.input_arrays) == {"high", "low", "note"}
    with pytest.raises(talib.UnknownNameError, match=r"MEDPRICE has no input 'price'; there is prices\."):
        function.input_names = {"price": "open"}
    with pytest.raises(ph.ArgumentTypeError, match="input_names is of type list; it must be a dict"):
        function.set_input_names(["high"])
    for call in (lambda: abstract.Function("SMA").outputs, lambda: abstract.Function("SMA").run(bars["close"])):
        with pytest.raises(KeyError, match=r"^SMA: the input arrays have no 'close': give a dict or DataFrame"):
            call()
    with pytest.raises(ph.ArgumentError, match=r"required data key: \('high', 'low'\)"):
        abstract.MEDPRICE(bars, prices=("high", "low"))
    with pytest.raises(ph.ArgumentTypeError, match="SMA: price is of type ndarray; it must be the name of a series"):
        abstract.SMA(bars, price=bars["close"])


def test_errors_of_the_abstract_interface() -> None:
    bars = day()
    for call in (
        lambda: abstract.Function("SMA", timeperiod=3.5),
        lambda: abstract.SMA(bars["close"], 3.5),
        lambda: abstract.Function("SMA").set_parameters(timeperiod=3.5),
    ):
        with pytest.raises(TypeError, match=r"Invalid parameter value for timeperiod \(expected int, got float\)"):
            call()
    with pytest.raises(TypeError, match=r"nbdevup \(expected float, got int\)"):
        abstract.BBANDS(bars, nbdevup=2)
    with pytest.raises(talib.UnknownNameError, match="SMA has no parameter 'period'; there is timeperiod"):
        abstract.Function("SMA").set_parameters(period=3)
    with pytest.raises(ph.ArgumentTypeError, match="parameters is of type str; it must be a dict"):
        abstract.Function("SMA").set_parameters("timeperiod")
    with pytest.raises(ph.ArgumentTypeError, match="function_name is of type int"):
        abstract.Function(3)
    with pytest.raises(ph.ArgumentError, match=r"^\\ud800 not supported"):
        abstract.Function("\ud800")
    with pytest.raises(TypeError, match=re.escape("Too many price arguments: expected 2 (high, low)")):
        abstract.MEDPRICE(bars["high"], bars["low"], bars["close"])
    with pytest.raises(TypeError, match=re.escape("Not enough price arguments: expected 2 (high, low)")):
        abstract.MEDPRICE(bars["high"])
    for args in ((), (10,)):
        with pytest.raises(TypeError, match="Not enough price arguments"):
            abstract.Function("SMA")(*args)


def test_series_that_go_by_one_name() -> None:
    bars = day()
    for module in (abstract, pytest.importorskip("talib.abstract", reason="needs the TA-Lib wheel")):
        twice = module.Function("ADD")
        twice.set_input_names({"price0": "close", "price1": "close"})
        np.testing.assert_array_equal(twice(bars), 2 * bars["close"])
        with pytest.raises(TypeError, match=r"Not enough price arguments: expected 2 \(close, close\)"):
            twice(bars["close"], bars["open"])


def test_more_arguments_than_there_are_parameters_are_ignored() -> None:
    bars = day()
    np.testing.assert_array_equal(abstract.SMA(bars, 10, 0, 3), abstract.SMA(bars, 10, matype=3))
    np.testing.assert_array_equal(abstract.SMA(bars, timeperiod=None), talib.SMA(bars["close"]))


def test_every_thread_has_its_own_settings() -> None:
    bars = day()
    sma = abstract.Function("SMA", bars, 10)
    seen: list[Any] = []

    def other() -> None:
        seen.append((sma.parameters["timeperiod"], sma.get_input_arrays()))
        sma.parameters = {"timeperiod": 5}
        seen.append(sma(bars))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen[0] == (30, {})
    np.testing.assert_array_equal(seen[1], talib.SMA(bars["close"], 5))
    np.testing.assert_array_equal(sma.outputs, talib.SMA(bars["close"], 10))


def test_subclasses_that_take_other_inputs() -> None:
    class Ticks:
        def __init__(self, close: Any) -> None:
            self.close = close

    class OfTicks(abstract.Function):
        def set_input_arrays(self, input_arrays: Any) -> bool:
            if isinstance(input_arrays, Ticks):
                input_arrays = {"close": input_arrays.close}
            return super().set_input_arrays(input_arrays)

    close = day()["close"]
    np.testing.assert_array_equal(OfTicks("sma", Ticks(close), 10).outputs, talib.SMA(close, 10))


def test_programs_that_read_the_descriptions() -> None:
    """As backtesting packages do, to make classes of their own of every function."""
    assert {text: bit for bit, text in abstract.TA_FUNC_FLAGS.items()}["Output scale same as input"] == 16777216
    inputs = {"open", "high", "low", "close", "volume", "periods"}
    for name in talib.get_functions():
        info = abstract.Function(name).info
        taken: list[str] = []
        for series in info["input_names"].values():
            taken += series if isinstance(series, list) else [series]
        assert set(taken) <= inputs
        assert set(info["function_flags"]) <= set(abstract.TA_FUNC_FLAGS.values())
        assert all(set(flags) <= set(abstract.TA_OUTPUT_FLAGS.values()) for flags in info["output_flags"].values())
        bars = day() | {"periods": np.full(60, 5.0)}
        results = getattr(talib, name)(*(bars[one] for one in taken), *info["parameters"].values())
        assert len(results if isinstance(results, tuple) else (results,)) == len(info["output_names"])
        assert repr(abstract.Function(name)) == repr(info)


def test_data_frames() -> None:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    bars = day()
    frame = pandas.DataFrame(bars, index=pandas.date_range("2026-01-01", periods=60))
    average = abstract.SMA(frame, timeperiod=10)
    pandas.testing.assert_series_equal(average, pandas.Series(talib.SMA(bars["close"], 10), index=frame.index))
    bands = abstract.BBANDS(frame, timeperiod=10)
    assert list(bands.columns) == ["upperband", "middleband", "lowerband"]
    np.testing.assert_array_equal(bands["lowerband"], talib.BBANDS(bars["close"], 10)[2])
    frame["average"] = abstract.SMA(frame["close"].astype(np.float32), 10)
    assert isinstance(abstract.SMA(frame["close"], 10), np.ndarray)
    assert abstract.Function("sma").run(frame).index.equals(frame.index)
    assert abstract.Function("sma", frame).get_input_arrays().equals(frame)

    table = polars.DataFrame(bars)
    average = abstract.SMA(table, timeperiod=10)
    np.testing.assert_array_equal(average.to_numpy(), talib.SMA(bars["close"], 10))
    assert abstract.BBANDS(table, timeperiod=10).columns == ["upperband", "middleband", "lowerband"]
    assert abstract.Function("sma", table).input_arrays.equals(table)
    with pytest.raises(ph.ArgumentError, match="required data key: close"):
        abstract.SMA(table.drop("close"))


# The page for those who come from there, and the examples in the modules


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    for library in ("pandas", "polars"):
        pytest.importorskip(library)
    return {}


@pytest.mark.parametrize("number", range(len(blocks())))
def test_the_page_tells_the_truth(number: int, names: dict[str, Any]) -> None:
    """Blocks build upon those before them."""
    text = blocks()[number]
    example = doctest.DocTestParser().get_doctest(text, names, f"block {number}", str(PAGE), None)
    assert example.examples, "a block without an example"
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(example, out=report.append, clear_globs=False)
    assert runner.failures == 0, "".join(report)
    names.update(example.globs)


@pytest.mark.parametrize("module", ["pyhft.stream", "pyhft.talib.stream", "pyhft.talib.abstract"])
def test_examples_in_modules(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
