"""Series and tables of pandas, polars and pyarrow: numpy arrays on the way into a kernel, their own type on the way out.

None of the three is imported: an object of theirs brings its library along.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyhft.errors import ArgumentTypeError

_LIBRARIES = ("pandas", "polars", "pyarrow")


def _library_of(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def is_frame(value: object) -> bool:
    """Whether `value` is a series or table of one of the libraries, or offers itself by the Arrow protocol."""
    if isinstance(value, np.ndarray):
        return False
    known = _library_of(value) in _LIBRARIES and (hasattr(value, "to_numpy") or hasattr(value, "column_names"))
    return known or hasattr(value, "__arrow_c_array__") or hasattr(value, "__arrow_c_stream__")


def array_of(value: Any, as_float: bool = False) -> NDArray[Any]:
    """Values of a series, shape (T,), or of a table, shape (T, S); missing ones are NaN.

    float32 stays, unless `as_float` asks for float64. Raises ArgumentTypeError for an object of a library that isn't
    known and for values that are no numbers.
    """
    library = _library_of(value)
    if library not in _LIBRARIES:
        raise ArgumentTypeError(
            f"an input is of type {type(value).__module__}.{type(value).__name__}; of the types that speak Arrow those of "
            "pandas, polars and pyarrow come back as themselves: give one of these, or numpy.asarray(x)."
        )
    try:
        if library == "pandas":
            array = _array_of_pandas(value)
        elif library == "polars":
            array = value.to_numpy()
        elif hasattr(value, "column_names") or hasattr(value, "schema"):
            columns = [value.column(i).to_numpy(zero_copy_only=False) for i in range(value.num_columns)]
            array = np.column_stack(columns) if columns else np.empty((value.num_rows, 0))
        elif hasattr(value, "num_chunks"):
            array = value.to_numpy()
        else:
            array = value.to_numpy(zero_copy_only=False)
        return np.asarray(array, dtype=float) if as_float or array.dtype == object else array
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(
            f"an input of type {library}.{type(value).__name__} holds values that are no numbers ({error}): convert it first."
        ) from error


def _array_of_pandas(value: Any) -> NDArray[Any]:
    dtypes = list(value.dtypes) if value.ndim == 2 else [value.dtype]
    if all(isinstance(dtype, np.dtype) for dtype in dtypes):
        return np.asarray(value.to_numpy())
    return np.asarray(value.to_numpy(dtype=float, na_value=np.nan))


def like(original: Any, result: Any, columns: Sequence[object] | None = None) -> Any:
    """`result`, an array or a tuple of arrays, as the type of `original`, with its index and names.

    `columns` names those of a table that comes from a series.
    """
    if isinstance(result, tuple):
        made = [like(original, array) for array in result]
        return type(result)(*made) if hasattr(result, "_fields") else tuple(made)
    library = sys.modules[_library_of(original)]
    if library.__name__ == "pandas":
        if result.ndim == 1:
            return library.Series(result, index=original.index, name=original.name)
        return library.DataFrame(result, index=original.index, columns=columns or original.columns)
    if library.__name__ == "polars":
        if result.ndim == 1:
            return library.Series(original.name, result)
        return library.DataFrame(result, schema=[str(name) for name in columns or original.columns])
    if result.ndim == 1:
        return library.chunked_array([result]) if hasattr(original, "num_chunks") else library.array(result)
    names = [str(name) for name in columns or original.schema.names]
    kind = library.RecordBatch if isinstance(original, library.RecordBatch) else library.Table
    return kind.from_arrays([library.array(np.ascontiguousarray(result[:, i])) for i in range(len(names))], names=names)


def call(
    function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any], as_float: bool
) -> Any:
    """`function` with arrays in the place of frames, its result like the first of them."""
    frames = [value for value in (*args, *named.values()) if is_frame(value)]
    libraries = {_library_of(value) for value in frames}
    if len(libraries) > 1:
        raise ArgumentTypeError(f"Cannot mix {' and '.join(sorted(libraries, reverse=True))}: convert one to the other.")
    result = function(
        *(array_of(value, as_float) if is_frame(value) else value for value in args),
        **{name: array_of(value, as_float) if is_frame(value) else value for name, value in named.items()},
    )
    if named.get("out") is not None:
        return result
    periods = next((value for value in (*args[1:], *named.values()) if isinstance(value, list | tuple)), None)
    return like(frames[0], result, periods)
