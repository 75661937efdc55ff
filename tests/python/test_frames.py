"""Series and tables of pandas, polars and pyarrow: in as they are, out as they were."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import pyhft as ph
from pyhft import talib

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

X = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
SMA2 = np.array([np.nan, 1.5, 3.0, 6.0, 12.0])
LATE = [None, 1.0, 2.0, 4.0]
LATE2 = np.array([np.nan, np.nan, 1.5, 3.0])
DAYS = pd.date_range("2026-01-01", periods=5)


def values_of(series: Any) -> Any:
    return series.to_numpy(zero_copy_only=False) if isinstance(series, pa.Array) else series.to_numpy()


# One series


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (pd.Series(X), SMA2),
        (pd.Series(X.astype(int)), SMA2),
        (pd.Series(X.astype(np.float32)), SMA2.astype(np.float32)),
        (pd.Series(LATE), LATE2),
        (pd.Series(LATE, dtype="Float64"), LATE2),
        (pd.Series(LATE, dtype="Int64"), LATE2),
        (pd.Series(LATE, dtype="Float32"), LATE2.astype(np.float32)),
        (pd.Series(LATE, dtype="double[pyarrow]"), LATE2),
        (pd.Series(LATE, dtype="float[pyarrow]"), LATE2.astype(np.float32)),
        (pd.Series(LATE, dtype=object), LATE2),
        (pd.Series([pd.NA, Decimal(1), 2, 4.0], dtype=object), LATE2),
        (pd.Series(X)[::2], np.array([np.nan, 2.5, 10.0])),
        (pl.Series(X), SMA2),
        (pl.Series(X.astype(int)), SMA2),
        (pl.Series(X.astype(np.float32)), SMA2.astype(np.float32)),
        (pl.Series(LATE), LATE2),
        (pl.Series([None, 1, 2, 4]), LATE2),
        (pl.Series(LATE, dtype=pl.Float32), LATE2.astype(np.float32)),
        (pl.Series([None, Decimal(1), Decimal(2), Decimal(4)]), LATE2),
        (pa.array(X), SMA2),
        (pa.array(X.astype(np.float32)), SMA2.astype(np.float32)),
        (pa.array([None, 1, 2, 4]), LATE2),
        (pa.chunked_array([LATE[:2], LATE[2:]]), LATE2),
    ],
    ids=lambda one: f"{type(one).__module__.partition('.')[0]}-{getattr(one, 'dtype', getattr(one, 'type', ''))}",
)
def test_a_series_comes_back_as_one(series: Any, expected: Any) -> None:
    result = ph.sma(series, 2)
    assert type(result) is type(series) or isinstance(series, pa.Array)
    assert values_of(result).dtype == expected.dtype
    np.testing.assert_array_equal(values_of(result), expected)
    named = ph.sma(period=2, x=series)
    np.testing.assert_array_equal(values_of(named), expected)


def test_index_and_name_stay() -> None:
    close = pd.Series(X, index=DAYS, name="close")
    pd.testing.assert_series_equal(ph.sma(close, 2), pd.Series(SMA2, index=DAYS, name="close"))
    assert ph.sma(pl.Series("close", X), 2).name == "close"
    several = pd.MultiIndex.from_product([["a"], range(5)])
    assert ph.sma(pd.Series(X, index=several), 2).index.equals(several)


def test_several_outputs_are_series_with_names() -> None:
    close = pd.Series(X, index=DAYS, name="close")
    bands = ph.bbands(close, 2)
    assert type(bands) is ph.BBANDS
    for name, got, expected in zip(bands._fields, bands, ph.bbands(X, 2), strict=True):
        pd.testing.assert_series_equal(got, pd.Series(expected, index=DAYS, name=name))
    assert list(pd.concat(bands, axis=1).columns) == list(bands._fields)
    table = pl.DataFrame({"close": X})
    assert table.with_columns(*ph.bbands(table["close"], 2)).columns == ["close", *bands._fields]
    assert all(isinstance(one, pa.Array) for one in ph.bbands(pa.array(X), 2))


def test_a_list_of_periods_gives_a_table() -> None:
    expected = ph.sma(X, [2, 3])
    for periods in ([2, 3], (2, 3), np.array([2, 3]), pd.Series([2, 3])):
        table = ph.sma(pd.Series(X, index=DAYS, name="close"), periods)
        pd.testing.assert_frame_equal(
            table, pd.DataFrame(expected, index=DAYS, columns=[2, 3]), check_column_type=False
        )
    pd.testing.assert_frame_equal(
        ph.sma(period=[2, 3], x=pd.Series(X)), pd.DataFrame(expected, columns=[2, 3]), check_column_type=False
    )
    table = ph.sma(pl.Series(X), [2, 3])
    assert table.columns == ["2", "3"]
    np.testing.assert_array_equal(table.to_numpy(), expected)
    assert ph.sma(pa.array(X), [2, 3]).schema.names == ["2", "3"]
    assert isinstance(ph.sma(pa.chunked_array([X]), [2, 3]), pa.Table)


# Tables


def test_a_table_comes_back_as_one() -> None:
    columns = {"a": X, "b": 2 * X}
    frame = pd.DataFrame(columns, index=DAYS)
    pd.testing.assert_frame_equal(ph.sma(frame, 2), pd.DataFrame({"a": SMA2, "b": 2 * SMA2}, index=DAYS))
    for name, bands in zip(ph.BBANDS._fields, ph.bbands(frame, 2), strict=True):
        assert list(bands.columns) == ["a", "b"]
        np.testing.assert_array_equal(bands["a"], getattr(ph.bbands(X, 2), name))
    table = ph.sma(pl.DataFrame(columns), 2)
    assert (type(table), table.columns) == (pl.DataFrame, ["a", "b"])
    np.testing.assert_array_equal(table["b"].to_numpy(), 2 * SMA2)
    for kind in (pa.table, pa.record_batch):
        arrow = ph.sma(kind(columns), 2)
        assert (type(arrow), arrow.schema.names) == (type(kind(columns)), ["a", "b"])
        np.testing.assert_array_equal(arrow.column("b").to_numpy(), 2 * SMA2)


def test_columns_of_several_types() -> None:
    single = X.astype(np.float32)
    assert (ph.sma(pd.DataFrame({"a": single, "b": single}), 2).dtypes == np.float32).all()
    assert (ph.sma(pd.DataFrame({"a": single, "b": X}), 2).dtypes == np.float64).all()
    assert (ph.sma(pd.DataFrame({"a": single}).astype("Float32"), 2).dtypes == np.float32).all()
    mixed = pd.DataFrame({"a": pd.array([1, None, 3], dtype="Int64"), "b": [1.0, 2.0, 3.0]})
    np.testing.assert_array_equal(ph.sma(mixed, 2), [[np.nan, np.nan], [np.nan, 1.5], [np.nan, 2.5]])
    assert ph.sma(pl.DataFrame({"a": single, "b": single}), 2).dtypes == [pl.Float32, pl.Float32]
    assert ph.sma(pa.table({"a": single, "b": single}), 2).schema.types == [pa.float32(), pa.float32()]
    np.testing.assert_array_equal(
        ph.sma(pl.DataFrame({"a": [None, 1, 3], "b": [1, 2, 4]}), 2)["a"], [np.nan, np.nan, 2]
    )


def test_empty_ones() -> None:
    assert ph.sma(pd.Series([], dtype=float), 2).shape == (0,)
    assert ph.sma(pd.DataFrame({"a": X}).iloc[:0], 2).shape == (0, 1)
    assert ph.sma(pl.Series([], dtype=pl.Float64), 2).shape == (0,)
    assert len(ph.sma(pa.array([], pa.float64()), 2)) == 0


# Several inputs


def test_several_inputs() -> None:
    low, high = pd.Series(X, index=DAYS, name="low"), pd.Series(2 * X, index=DAYS, name="high")
    for result in (ph.medprice(high, low), ph.medprice(high, low=low), ph.medprice(high, low.to_numpy())):
        pd.testing.assert_series_equal(result, pd.Series(1.5 * X, index=DAYS, name="high"))
    for result in (ph.medprice(high.to_numpy(), low), ph.medprice(low=low, high=high)):
        pd.testing.assert_series_equal(result, pd.Series(1.5 * X, index=DAYS, name="low"))


@pytest.mark.parametrize(("library", "function"), [(ph, "medprice"), (talib, "MEDPRICE")])
def test_mixtures_are_refused(library: Any, function: str) -> None:
    with pytest.raises(ph.ArgumentTypeError, match="Cannot mix polars and pandas"):
        getattr(library, function)(pd.Series(X), pl.Series(X))


def test_other_labels_are_refused() -> None:
    high, low = pd.Series(2 * X, index=DAYS), pd.Series(X, index=DAYS.shift(1))
    with pytest.raises(ph.ArgumentError, match=r"different indexes; .* align them first"):
        ph.medprice(high, low)
    with pytest.raises(ph.ArgumentError, match="one shape"):
        ph.medprice(high, low[:4])
    # TA-Lib doesn't look at them.
    assert talib.MEDPRICE(high, low).index.equals(DAYS)


def test_out_is_an_array() -> None:
    out = np.empty(5)
    assert ph.sma(pd.Series(X), 2, out=out) is out
    np.testing.assert_array_equal(out, SMA2)
    with pytest.raises(ph.ArgumentTypeError, match="out is of type Series"):
        ph.sma(pd.Series(X), 2, out=pd.Series(X))


def test_errors_of_the_kernel_come_through() -> None:
    with pytest.raises(ph.ArgumentError, match="period is 0"):
        ph.sma(pd.Series(X), 0)
    with pytest.raises(ph.ArgumentTypeError, match="'period' is missing"):
        ph.sma(pd.Series(X))


# pyhft.talib


def test_talib_gives_float64_without_a_name() -> None:
    close = pd.Series(X.astype(np.float32), index=DAYS, name="close")
    pd.testing.assert_series_equal(talib.SMA(close, 2), pd.Series(SMA2, index=DAYS))
    pd.testing.assert_series_equal(talib.SMA(timeperiod=2, real=close), pd.Series(SMA2, index=DAYS))
    bands = talib.BBANDS(close, 2)
    assert type(bands) is tuple
    assert [one.name for one in bands] == [None] * 3
    assert talib.SMA(pl.Series("close", [1, 2, 4]), 2).name == ""
    highest = talib.MAXINDEX(close, 2)
    assert (highest.dtype, list(highest)) == (np.int32, [0, 1, 2, 3, 4])


# What is refused


class Unwilling:
    """A number by type that won't be one."""

    def __float__(self) -> float:
        raise RuntimeError("not now")


@pytest.mark.parametrize(
    "thing",
    [
        pd.Series(["1", "2"]),
        pd.Series(["1", "2"], dtype=object),
        pd.Series([True, False]),
        pd.Series([True, None], dtype="boolean"),
        pd.Series([1.0, 2.0], dtype="category"),
        pd.Series(DAYS),
        pd.DataFrame({"a": X, "b": list("vwxyz")}),
        pd.Timestamp(0),
        pl.Series(["1", "2"]),
        pl.Series([True, False]),
        pl.DataFrame({"a": X}).lazy(),
        pl.col("a"),
        pl.Series([[1.0, 2.0]] * 5, dtype=pl.Array(pl.Float64, 2)),
        pl.Series([[1.0]] * 5),
        pl.Series([{"a": 1.0, "b": 2.0}] * 5),
        pl.DataFrame({"a": [{"b": 1.0}] * 5}),
        pd.DataFrame({"a": X, "b": X}).groupby("a"),
        pd.DataFrame({"a": X, "b": X}).groupby("a")["b"],
        pd.Series(X).rolling(2),
        pd.Series([Unwilling()] * 5),
        pa.array(["1", "2"]),
        pa.scalar(1.0),
        pa.schema([]),
    ],
    ids=lambda one: f"{type(one).__module__.partition('.')[0]}.{type(one).__name__}",
)
def test_what_is_no_numbers(thing: Any) -> None:
    with pytest.raises(ph.ArgumentTypeError):
        ph.sma(thing, 2)


def test_sparse_values_are_taken() -> None:
    whole = np.array([0.0, 0.0, 3.0, 0.0, 5.0])
    sparse = pd.Series(pd.arrays.SparseArray(whole, fill_value=0.0), name="close")
    pd.testing.assert_series_equal(ph.sma(sparse, 2), ph.sma(pd.Series(whole, name="close"), 2))
    table = pd.DataFrame({"a": sparse, "b": whole})
    assert ph.sma(table, 2).equals(ph.sma(table.astype(float), 2))
    assert talib.SMA(sparse, 2).equals(talib.SMA(pd.Series(whole), 2))


def test_derived_types_are_known() -> None:
    class Prices(pd.Series):
        """Somebody's own."""

    assert list(ph.sma(Prices(X, index=DAYS), 2).index) == list(DAYS)


def test_arrays_of_pandas_give_arrays() -> None:
    np.testing.assert_array_equal(ph.sma(pd.array([1, None, 3], dtype="Int64"), 1), [1, np.nan, 3])
    np.testing.assert_array_equal(ph.sma(pd.Index([1.0, 3.0]), 2), [np.nan, 2])


WITHOUT = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pandas", "polars", "pyarrow"):
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocker())
import numpy as np
import pyhft as ph
from pyhft import talib
from pyhft.talib import abstract

x = np.arange(5.0)
assert ph.sma(x, 2)[-1] == talib.SMA(x, 2)[-1] == abstract.SMA({"close": x}, 2)[-1] == 3.5
assert ph.stream.sma(x, 2).value == talib.stream.SMA(x, 2).value == 3.5

class Column:
    def __arrow_c_array__(self, schema=None): ...

try:
    ph.sma(Column(), 2)
except ph.ArgumentTypeError as refused:
    assert "__main__.Column" in str(refused) and "pandas, polars and pyarrow" in str(refused)
else:
    raise AssertionError
"""


def test_none_of_them_is_needed() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT], check=True)


def test_none_of_them_is_imported() -> None:
    code = "import sys, pyhft.talib.abstract; assert not {'pandas', 'polars', 'pyarrow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_the_same_columns_in_another_order_are_refused(library: str) -> None:
    module = pytest.importorskip(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    x = np.arange(60.0) % 7
    a, b = make({"A": x, "B": -x}), make({"B": -x, "A": x})
    with pytest.raises(ph.ArgumentError, match="order"):
        ph.correl(a, b, 5)
    ph.correl(a, make({"C": -x, "D": x}), 5)
    ph.correl(a, a, 5)
