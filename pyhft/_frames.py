"""Series and tables of pandas, polars and pyarrow: arrays on the way into a kernel, their own type on the way out.

None of the three is imported: an object of theirs brings its library along. What comes back:

- of a series, a series with its name and index; of a table, a table with its columns and index;
- of several outputs, a named tuple of these; there the series are named as the fields are;
- of a series and a list of periods, a table whose columns are the periods.

`pyhft.talib` gives series without a name, as TA-Lib does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyhft.errors import ArgumentError, ArgumentTypeError

_LIBRARIES = ("pandas", "polars", "pyarrow")


def _library_of(value: object) -> str | None:
    """Which of the libraries has the type of `value`, or a type that it is derived from."""
    roots = (kind.__module__.partition(".")[0] for kind in type(value).__mro__)
    return next((root for root in roots if root in _LIBRARIES), None)


def _name_of(value: object) -> str:
    return f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}"


def _is_table(value: Any) -> bool:
    return bool(getattr(value, "ndim", 2 if hasattr(value, "columns") else 1) == 2)


def is_frame(value: object) -> bool:
    """Whether `value` is an object of one of the libraries, or offers itself by the Arrow protocol."""
    if isinstance(value, np.ndarray | np.generic):
        return False
    return _library_of(value) is not None or hasattr(value, "__arrow_c_array__") or hasattr(value, "__arrow_c_stream__")


def array_of(value: Any, as_float: bool = False) -> NDArray[Any]:
    """Values of a series, shape (T,), or of a table, shape (T, S); missing ones are NaN.

    float32 stays, unless `as_float` asks for float64. Raises ArgumentTypeError for an object that is no series or table
    and for values that are no numbers.
    """
    library = _library_of(value)
    if library == "pandas":
        is_known = hasattr(value, "to_numpy") and (hasattr(value, "dtype") or hasattr(value, "dtypes"))
    else:
        is_known = hasattr(value, "to_numpy") or (library == "pyarrow" and _is_table(value))
    if library is None or not is_known:
        raise ArgumentTypeError(
            f"an input is of type {_name_of(value)}; of the types that are no arrays, series and tables of pandas, "
            "polars and pyarrow are taken: give one of these, or numpy.asarray(x)."
        )
    try:
        if library == "pandas":
            array = _array_of_pandas(value)
        elif library == "pyarrow":
            array = _array_of_pyarrow(value)
        else:
            array = value.to_numpy()
            if array.ndim != (2 if _is_table(value) else 1) or array.dtype.names:
                raise TypeError(f"of dtype {getattr(value, 'dtype', array.dtype)}")
        if array.dtype == object:
            array = _floats_of_objects(array)
        return array.astype(np.float64, copy=False) if as_float else array
    except Exception as error:  # of a library, or of an object that was asked for its number
        raise ArgumentTypeError(
            f"an input of type {_name_of(value)} holds values that are no numbers ({error}): convert it first."
        ) from error


def _array_of_pandas(value: Any) -> NDArray[Any]:
    dtypes = list(value.dtypes) if value.ndim == 2 else [value.dtype]
    if all(isinstance(dtype, np.dtype) for dtype in dtypes):
        return np.asarray(value.to_numpy())
    # Types of pandas' own and of Arrow, which may have missing values.
    other = next((dtype for dtype in dtypes if dtype.kind not in "iuf" and str(dtype) != "object"), None)
    if other is not None:
        raise TypeError(f"of dtype {other}")
    # Those of sparse values don't say how large they are.
    is_single = all(dtype.kind == "f" and getattr(dtype, "itemsize", 8) == 4 for dtype in dtypes)
    return np.asarray(value.to_numpy(dtype=np.float32 if is_single else np.float64, na_value=np.nan))


def _array_of_pyarrow(value: Any) -> NDArray[Any]:
    if not _is_table(value):
        # A chunked array is copied into one anyway and takes no such argument.
        return np.asarray(value.to_numpy() if hasattr(value, "chunks") else value.to_numpy(zero_copy_only=False))
    columns = [_array_of_pyarrow(column) for column in value.columns]
    return np.column_stack(columns) if columns else np.empty((value.num_rows, 0))


def _floats_of_objects(array: NDArray[Any]) -> NDArray[Any]:
    """Decimals, fractions and the like; what stands for a missing value in pandas and polars becomes NaN."""

    def number(value: Any) -> float:
        if isinstance(value, str | bytes):
            raise TypeError("text")
        return np.nan if value is None or type(value).__name__ in ("NAType", "NaTType") else float(value)

    return np.array([number(value) for value in array.ravel()], dtype=np.float64).reshape(array.shape)


def like(original: Any, result: Any, keep_names: bool = True, columns: Sequence[object] | None = None) -> Any:
    """Turn `result`, an array or a tuple of arrays, into the type of `original`, with its index and names.

    `columns` names those of a table that comes from a series.
    """
    if isinstance(result, tuple):
        fields = getattr(result, "_fields", (None,) * len(result))
        made = [
            _like(original, array, field if keep_names else None, None)
            for field, array in zip(fields, result, strict=True)
        ]
        return type(result)(*made) if hasattr(result, "_fields") else tuple(made)
    return _like(original, result, getattr(original, "name", None) if keep_names else None, columns)


def _like(original: Any, result: NDArray[Any], name: object, columns: Sequence[object] | None) -> Any:
    found = _library_of(original)
    library: Any = sys.modules[str(found)]
    if found == "pandas":
        if not hasattr(original, "index"):  # an array of pandas
            return result
        if result.ndim == 1:
            return library.Series(result, index=original.index, name=name)
        return library.DataFrame(result, index=original.index, columns=original.columns if columns is None else columns)
    if found == "polars":
        if result.ndim == 1:
            return library.Series(name, result)
        return library.DataFrame(result, schema=[str(one) for one in columns or original.columns])
    if result.ndim == 1:
        return library.chunked_array([result]) if hasattr(original, "chunks") else library.array(result)
    names = [str(one) for one in (original.schema.names if columns is None else columns)]
    is_batch = isinstance(original, library.RecordBatch | library.Array)
    kind = library.RecordBatch if is_batch else library.Table
    return kind.from_arrays([library.array(np.ascontiguousarray(result[:, i])) for i in range(len(names))], names=names)


def _refuse_other_index(frames: Sequence[Any]) -> None:
    """Refuse series of pandas whose bars have other labels: they are computed in order, so the result means nothing."""
    indexes = [frame.index for frame in frames if hasattr(frame, "index") and hasattr(frame, "dtypes")]
    for other in indexes[1:]:
        if len(other) == len(indexes[0]) and not other.equals(indexes[0]):
            raise ArgumentError(
                "the inputs have different indexes; bars are taken in order, whatever their labels: align them first "
                "(`a, b = a.align(b, join='inner')`), or give arrays (`b.to_numpy()`)."
            )


def _refuse_other_order(frames: Sequence[Any]) -> None:
    """Refuse tables that have the same columns in different orders: columns are taken by place."""
    tables = [frame for frame in frames if _is_table(frame)]
    names = [list(table.column_names if hasattr(table, "column_names") else table.columns) for table in tables]
    for other in names[1:]:
        if other != names[0] and len(other) == len(names[0]) and set(other) == set(names[0]):
            raise ArgumentError(
                f"the inputs have the same columns in different orders, {names[0]} and {other}; columns are taken by "
                "place: put them in one order (`b[list(a.columns)]`, for pyarrow `b.select(a.column_names)`)."
            )


def check(frames: Sequence[Any], of_talib: bool) -> None:
    """Refuse inputs that don't belong together. `of_talib`: as in `call`."""
    if len(frames) <= 1:
        return
    libraries = {str(_library_of(value)) for value in frames}
    if len(libraries) > 1:
        raise ArgumentTypeError(
            f"Cannot mix {' and '.join(sorted(libraries, reverse=True))}: convert one to the other."
        )
    if of_talib:
        return
    _refuse_other_order(frames)
    if libraries == {"pandas"}:
        _refuse_other_index(frames)


def call(function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any], of_talib: bool) -> Any:
    """Call `function` with arrays in the place of frames; the result is like the first of them.

    `of_talib`: with TA-Lib's habits, that is float64, no names, and indexes that may differ.
    """
    frames = [value for value in args if is_frame(value)]
    frames += [value for name, value in named.items() if name != "out" and is_frame(value)]
    check(frames, of_talib)
    result = function(
        *(array_of(value, of_talib) if is_frame(value) else value for value in args),
        **{
            name: array_of(value, of_talib) if name != "out" and is_frame(value) else value
            for name, value in named.items()
        },
    )
    if named.get("out") is not None:
        return result
    periods = None
    if isinstance(result, np.ndarray) and result.ndim == 2 and not _is_table(frames[0]):
        # The only other argument of such a call that isn't a number.
        periods = list(
            args[1] if len(args) > 1 else next(v for v in named.values() if v is not frames[0] and np.ndim(v))
        )
    return like(frames[0], result, not of_talib, periods)
