"""TA-Lib's abstract interface: functions that know their inputs by name and keep parameters.

>>> import numpy as np
>>> from pyhft.talib import abstract
>>> bars = {"close": np.array([1.0, 2.0, 3.0, 4.0]), "open": np.array([2.0, 2.0, 3.0, 3.0])}
>>> abstract.SMA(bars, timeperiod=2)
array([nan, 1.5, 2.5, 3.5])
>>> abstract.SMA(bars, timeperiod=2, price="open")
array([nan, 2. , 2.5, 3. ])

There is an instance of `Function` for each function, under its name.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pyhft import _frames
from pyhft._core import ArgumentError, ArgumentTypeError
from pyhft._core import talib as _talib
from pyhft.config import printable
from pyhft.talib import _names
from pyhft.talib._settings import MA_Type

TA_FUNC_FLAGS = {
    1: "A period of 1 performs no smoothing",
    16777216: "Output scale same as input",
    33554432: "Function has a streaming API",
    67108864: "Output is over volume",
    134217728: "Function has an unstable period",
    268435456: "Output is a candlestick",
    536870912: "Output is path-dependent",
    1073741824: "Output can be NaN or infinite",
}

TA_INPUT_FLAGS = {1: "open", 2: "high", 4: "low", 8: "close", 16: "volume", 32: "openInterest", 64: "timeStamp"}

TA_OUTPUT_FLAGS = {
    1: "Line",
    2: "Dotted Line",
    4: "Dashed Line",
    8: "Dot",
    16: "Histogram",
    32: "Pattern (Bool)",
    64: "Bull/Bear Pattern (Bearish < 0, Neutral = 0, Bullish > 0)",
    128: "Strength Pattern ([-200..-100] = Bearish, [-100..0] = Getting Bearish, 0 = Neutral, "
    "[0..100] = Getting Bullish, [100-200] = Bullish)",
    256: "Output can be positive",
    512: "Output can be negative",
    1024: "Output can be zero",
    2048: "Values represent an upper limit",
    4096: "Values represent a lower limit",
    8192: "Output is optional (nullable)",
}

# What an input that may be any series is called, and where it comes from unless somebody says otherwise. The others are
# columns of their own names.
_SERIES = {
    "real": ("price", "close"),
    "real0": ("price0", "high"),
    "real1": ("price1", "low"),
    "periods": ("periods", "periods"),
}

_Names = dict[str, str | list[str]]
_Number = int | float


@dataclass(frozen=True)
class _About:
    """What the table of indicators says of a function, in the words of this interface."""

    name: str
    native_name: str
    group: str
    title: str
    flags: list[str] | None
    input_names: _Names
    parameters: dict[str, _Number]  # with their defaults
    output_flags: dict[str, list[str]]

    @staticmethod
    def of(name: str) -> _About:
        about = _names.about(name)
        inputs: _Names = {}
        for _, one in about["inputs"]:
            if one in _SERIES:
                inputs[_SERIES[one][0]] = _SERIES[one][1]
            else:
                prices = inputs.setdefault("prices", [])
                assert isinstance(prices, list)
                prices.append(one)
        parameters = [one for one in about["parameters"] if one["talib_name"]]
        return _About(
            name,
            about["name"],
            about["group"],
            about["title"],
            about["flags"].split(";") if about["flags"] else None,
            inputs,
            {one["talib_name"]: one["default"] for one in parameters},
            {talib_name: flag.split(";") for _, talib_name, flag, _ in about["outputs"]},
        )


class _State(threading.local):
    """What one thread has set."""

    def __init__(self, about: _About) -> None:
        self.input_arrays: Any = {}
        self.input_names: _Names = {
            name: list(series) if isinstance(series, list) else series for name, series in about.input_names.items()
        }
        self.values: dict[str, _Number] = {}  # of parameters that aren't at their defaults
        self.outputs: list[NDArray[Any]] | None = None  # of these inputs and parameters, once they are computed

    def series_names(self) -> list[str]:
        return [
            name for series in self.input_names.values() for name in (series if isinstance(series, list) else [series])
        ]


def _is_a(value: object, library: str, kind: str) -> bool:
    """Whether `value` is of a type of a library that may not even be imported."""
    module = sys.modules.get(library)
    return module is not None and isinstance(value, getattr(module, kind))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or _is_a(value, "pandas", "DataFrame") or _is_a(value, "polars", "DataFrame")


def _items(argument: str, mapping: Any) -> Iterable[tuple[Any, Any]]:
    if not isinstance(mapping, Mapping):
        raise ArgumentTypeError(f"{argument} is of type {type(mapping).__name__}; it must be a dict: give one.")
    return mapping.items()


def _is_series(value: object) -> bool:
    return isinstance(value, np.ndarray) or _is_a(value, "pandas", "Series") or _is_a(value, "polars", "Series")


class Function:
    """A function with the inputs, their names and the parameters that were set; every thread has its own.

    ``Function("sma", bars, 10).outputs``, ``Function("sma", 10)(bars)`` and ``abstract.SMA(bars, 10)`` are ways to the
    same result. `bars` is a dict of arrays or a DataFrame of pandas or polars; a DataFrame gives a Series, or a
    DataFrame of several outputs, a dict gives an array, or a list of them. Instead of `bars` the series themselves may
    be given, as the plain functions take them.

    Raises ArgumentError if there is no such function.
    """

    def __init__(self, function_name: str, *args: Any, **kwargs: Any) -> None:
        if not isinstance(function_name, str):
            raise ArgumentTypeError(
                f"Function: function_name is of type {type(function_name).__name__}; it must be the name of a function."
            )
        self._about = _About.of(function_name.upper())
        self._state = _State(self._about)
        self.func_object = _names.FUNCTIONS[self._about.name]
        self.set_function_args(*args, **kwargs)

    @property
    def info(self) -> dict[str, Any]:
        """Name, group, title, flags, inputs, parameters and outputs."""
        return {
            "name": self._about.name,
            "group": self._about.group,
            "display_name": self._about.title,
            "function_flags": self.function_flags,
            "input_names": self.input_names,
            "parameters": self.parameters,
            "output_flags": self.output_flags,
            "output_names": self.output_names,
        }

    @property
    def function_flags(self) -> list[str] | None:
        """What is to be known about the function, in words of `TA_FUNC_FLAGS`."""
        return None if self._about.flags is None else list(self._about.flags)

    @property
    def output_flags(self) -> OrderedDict[str, list[str]]:
        """How each output is drawn, in words of `TA_OUTPUT_FLAGS`."""
        return OrderedDict((name, list(flags)) for name, flags in self._about.output_flags.items())

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs, in order."""
        return list(self._about.output_flags)

    @property
    def lookback(self) -> int:
        """Bars before the first value, with the parameters that are set; -1 if the function refuses them."""
        if not self._about.native_name:
            return 0
        values: list[_Number] = []
        for name, value in self.parameters.items():
            if isinstance(value, int) and not -(2**31) <= value < 2**31:
                raise _talib.NumberTooLarge(
                    f"{self._about.name}: {name} is {value}; it must fit 32 bits: give a smaller number."
                )
            left_out = value in (-(2**31), -4e37)  # TA-Lib's marks of it
            values.append(self._about.parameters[name] if left_out else value)
        return _talib.lookback(self._about.name, values)

    def get_input_names(self) -> OrderedDict[str, str | list[str]]:
        """Which series of the input arrays the function takes."""
        return OrderedDict(self._state.input_names)

    def set_input_names(self, input_names: Mapping[str, str | list[str]]) -> None:
        """Take other series: ``{"price": "open"}``, ``{"prices": ["high", "low", "open"]}``.

        Raises UnknownNameError, a KeyError, if the function has no such input.
        """
        for name, series in _items("input_names", input_names):
            if name not in self._state.input_names:
                raise self._unknown("input", name, self._state.input_names)
            self._set_input_name(name, series)
        self._state.outputs = None

    input_names = property(get_input_names, set_input_names)

    def get_input_arrays(self) -> Any:
        """Return a copy of the input arrays."""
        arrays = self._state.input_arrays
        return arrays.clone() if _is_a(arrays, "polars", "DataFrame") else arrays.copy()

    def set_input_arrays(self, input_arrays: Any) -> bool:
        """Take these inputs; False if `input_arrays` is no dict or DataFrame.

        Raises ArgumentError if a series is missing.
        """
        if not _is_table(input_arrays):
            return False
        known = input_arrays.columns if _is_a(input_arrays, "polars", "DataFrame") else input_arrays
        missing = [name for name in self._state.series_names() if name not in known]
        if missing:
            keys = "keys" if len(missing) > 1 else "key"
            named = ", ".join(printable(str(name)) for name in missing)
            raise ArgumentError(f"input_arrays parameter missing required data {keys}: {named}")
        self._state.input_arrays = input_arrays
        self._state.outputs = None
        return True

    @property
    def input_arrays(self) -> Any:
        """The input arrays; to be set to a dict or DataFrame."""
        return self.get_input_arrays()

    @input_arrays.setter
    def input_arrays(self, input_arrays: Any) -> None:
        self.set_input_arrays(input_arrays)

    def get_parameters(self) -> OrderedDict[str, _Number]:
        """Return the parameters with their values."""
        return OrderedDict(self._about.parameters | self._state.values)

    def set_parameters(self, parameters: Mapping[str, _Number | None] | None = None, **kwargs: _Number | None) -> None:
        """Set parameters; None leaves one as it is.

        Raises UnknownNameError, a KeyError, if there is no such parameter and ArgumentTypeError for a value that is not
        of its type.
        """
        for name, value in (*_items("parameters", parameters or {}), *kwargs.items()):
            self._set_parameter(name, value)
        self._state.outputs = None

    parameters = property(get_parameters, set_parameters)

    def set_function_args(self, *args: Any, **kwargs: Any) -> None:
        """Take input arrays, then parameters by position, and parameters and names of inputs by name.

        What the function doesn't have is ignored, as TA-Lib ignores it.
        """
        for name, value in kwargs.items():
            if name in self._about.parameters:
                self._set_parameter(name, value)
            elif name in self._state.input_names:
                self._set_input_name(name, value)
        values = args[1:] if args and self.set_input_arrays(args[0]) else args
        for name, value in zip(self._about.parameters, values, strict=False):
            self._set_parameter(name, value)
        if args or kwargs:
            self._state.outputs = None

    @property
    def outputs(self) -> Any:
        """The results for the inputs and parameters that are set, computed if need be."""
        state = self._state
        if state.outputs is None:
            self._compute()
        assert state.outputs is not None
        results, arrays = state.outputs, state.input_arrays
        if _is_a(arrays, "pandas", "DataFrame"):
            pandas = sys.modules["pandas"]
            if len(results) == 1:
                return pandas.Series(results[0], index=arrays.index)
            return pandas.DataFrame(np.column_stack(results), index=arrays.index, columns=self.output_names)
        if _is_a(arrays, "polars", "DataFrame"):
            polars = sys.modules["polars"]
            if len(results) == 1:
                return polars.Series(results[0])
            return polars.DataFrame(np.column_stack(results), schema=self.output_names)
        return results[0] if len(results) == 1 else list(results)

    def run(self, input_arrays: Any = None) -> Any:
        """Take these inputs, if any, compute, and return the outputs."""
        if input_arrays is not None:
            self.set_input_arrays(input_arrays)
        self._compute()
        return self.outputs

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the outputs for the arguments of `set_function_args`; parameters and names hold for this call only.

        In the place of input arrays the series may be given one by one. Raises ArgumentTypeError if one is missing.
        """
        state = self._state
        names = state.series_names()
        number = next((i for i, value in enumerate(args) if not _is_series(value)), len(args))
        if number > len(names):
            raise ArgumentTypeError(f"Too many price arguments: expected {len(names)} ({', '.join(names)})")
        has_table = bool(args) and _is_table(args[0])
        # Series that go by one name can't be given one by one.
        different = len(set(names[:number]))
        if different != len(names) and (number or not (has_table or len(state.input_arrays))):
            raise ArgumentTypeError(f"Not enough price arguments: expected {len(names)} ({', '.join(names)})")
        if number:
            self.set_input_arrays(dict(zip(names, args, strict=False)))
        before = dict(state.values), dict(state.input_names)
        try:
            self.set_function_args(*args[number:], **kwargs)
            self._compute()
        finally:
            state.values, state.input_names = before
        return self.outputs

    def __repr__(self) -> str:
        return repr(self.info)

    def __str__(self) -> str:
        return _get_defaults_and_docs(self.info)[1]

    def _unknown(self, what: str, name: object, known: Iterable[object]) -> _names.UnknownNameError:
        there = ", ".join(printable(str(one)) for one in known) or "none"
        return _names.UnknownNameError(f"{self._about.name} has no {what} {name!r}; there is {there}.")

    def _set_input_name(self, name: str, series: Any) -> None:
        for one in series if isinstance(series, list) else [series]:
            try:
                hash(one)
            except TypeError:
                raise ArgumentTypeError(
                    f"{self._about.name}: {name} is of type {type(one).__name__}; it must be the name of a series of "
                    "the input arrays: series themselves are given by position, or in a dict."
                ) from None
        self._state.input_names[name] = series

    def _set_parameter(self, name: str, value: _Number | None) -> None:
        if name not in self._about.parameters:
            raise self._unknown("parameter", name, self._about.parameters)
        kind = type(self._about.parameters[name])
        if value is None:
            return
        if not isinstance(value, kind):
            raise ArgumentTypeError(
                f"Invalid parameter value for {name} (expected {kind.__name__}, got {type(value).__name__})"
            )
        self._state.values[name] = value

    def _compute(self) -> None:
        state = self._state
        series = []
        for name in state.series_names():
            try:
                series.append(state.input_arrays[name])
            except KeyError:
                raise _names.UnknownNameError(
                    f"{self._about.name}: the input arrays have no {name!r}: give a dict or DataFrame that has, to "
                    "set_input_arrays, run or the call."
                ) from None
        arrays = [_frames.array_of(one, as_float=True) if _frames.is_frame(one) else one for one in series]
        result = self.func_object(*arrays, *self.parameters.values())
        state.outputs = list(result) if isinstance(result, tuple) else [result]


def _get_defaults_and_docs(func_info: dict[str, Any]) -> tuple[dict[str, _Number], str]:
    """Defaults of the parameters, and a description, from `Function.info`."""
    defaults = dict(func_info["parameters"])
    arguments = ["[input_arrays]", *(f"[{name}={value}]" for name, value in defaults.items())]
    lines = [f"{func_info['name']}({', '.join(arguments)})", "", f"{func_info['display_name']} ({func_info['group']})"]
    lines += ["", "Inputs:"]
    for name, series in func_info["input_names"].items():
        lines.append(f"    {name}: {series if isinstance(series, list) else '(any ndarray)'}")
    if defaults:
        lines.append("Parameters:")
    for name, value in defaults.items():
        average = f" ({MA_Type[int(value)]})" if name.endswith("matype") else ""
        lines.append(f"    {name}: {value}{average}")
    return defaults, "\n".join([*lines, "Outputs:", *(f"    {name}" for name in func_info["output_names"])])


globals().update({name: Function(name) for name in _names.FUNCTIONS})

__TA_FUNCTION_NAMES__ = list(_names.FUNCTIONS)
__all__ = ["Function", "_get_defaults_and_docs", *_names.FUNCTIONS]

if TYPE_CHECKING:

    def __getattr__(name: str) -> Function: ...

else:

    def __getattr__(name):
        raise _names.missing(__name__, name)
