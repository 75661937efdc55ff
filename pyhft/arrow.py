"""Records as Arrow tables and Parquet files; needs pyarrow, the extra ``pyhft[arrow]``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyhft import reader
from pyhft._progress import Progress
from pyhft.config import given_path
from pyhft.errors import ArgumentError, HostError, InputError

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    raise HostError("this needs pyarrow, which isn't installed: pip install 'pyhft[arrow]'.") from None

__all__ = ["convert", "table_of"]

Tables = Mapping[str, NDArray[Any]]

# So many messages are in memory at once, and become one row group of a Parquet file.
_MESSAGES_AT_ONCE = 1 << 20
_ASCII = 0x80


def _text(values: NDArray[Any]) -> NDArray[Any]:
    """Replace bytes that are not ASCII, which no feed should have."""
    raw = values.copy().view(np.uint8)
    raw[raw >= _ASCII] = ord("?")
    return raw.view(values.dtype)


def _column(values: NDArray[Any], missing: NDArray[np.bool_] | None) -> pyarrow.Array:
    if values.dtype.kind != "S":
        return pyarrow.array(values, mask=missing)
    unique, places = np.unique(values, return_inverse=True)
    texts = pyarrow.array([one.decode() for one in _text(unique)], pyarrow.string())
    return texts.take(pyarrow.array(places, mask=missing))


def _fields(tables: Tables) -> dict[str, np.dtype[Any]]:
    """Give the fields of all types in order of appearance; text of several lengths has the longest."""
    fields: dict[str, np.dtype[Any]] = {}
    for table in tables.values():
        for name in table.dtype.names or ():
            kind = table.dtype[name]
            fields[name] = max(fields.get(name, kind), kind, key=lambda one: one.itemsize)
    return fields


def _merged(tables: Tables) -> pyarrow.Table:
    """Bring the records of all types into one table in the order of the file."""
    numbers = np.concatenate([table["n"] for table in tables.values()])
    order = np.argsort(numbers, kind="stable")
    rows = np.empty(len(order), np.int64)
    rows[order] = np.arange(len(order))
    places = np.split(rows, np.cumsum([len(table) for table in tables.values()])[:-1])
    kinds = np.repeat(np.arange(len(tables)), [len(table) for table in tables.values()])[order]
    columns: dict[str, pyarrow.Array] = {}
    for name, dtype in _fields(tables).items():
        values = np.zeros(len(order), dtype)
        missing = np.ones(len(order), bool)
        for table, place in zip(tables.values(), places, strict=True):
            if name in (table.dtype.names or ()):
                values[place] = table[name]
                missing[place] = False
        columns[name] = _column(values, missing)
        if name == "n":
            columns["type"] = pyarrow.array(list(tables), pyarrow.string()).take(pyarrow.array(kinds))
    return pyarrow.table(columns)


def table_of(tables: Tables, *, merged: bool) -> pyarrow.Table:
    """Give the records of one type as a table, or those of all types as one."""
    if merged:
        return _merged(tables)
    (table,) = tables.values()
    return pyarrow.table({name: _column(table[name], None) for name in table.dtype.names or ()})


def _why(cause: OSError) -> str:
    """Give the system's word for it: pyarrow's names the file under which a table is being written."""
    return os.strerror(cause.errno) if cause.errno else str(cause)


class _Files:
    """The Parquet files that are being written, which appear under their names at the end."""

    def __init__(self) -> None:
        self._open: dict[Path, tuple[Path, pyarrow.parquet.ParquetWriter]] = {}
        self.rows: dict[Path, int] = {}

    def write(self, path: Path, table: pyarrow.Table) -> None:
        if path not in self._open:
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            try:
                self._open[path] = part, pyarrow.parquet.ParquetWriter(part, table.schema)
            except OSError as cause:
                raise InputError(f"can't write '{path}': {_why(cause)}; give another path.") from None
        self._open[path][1].write_table(table)
        self.rows[path] = self.rows.get(path, 0) + table.num_rows

    def finish(self) -> None:
        for path, (part, writer) in self._open.items():
            writer.close()
            part.replace(path)
        self._open.clear()

    def discard(self) -> None:
        for part, writer in self._open.values():
            writer.close()
            part.unlink(missing_ok=True)
        self._open.clear()


def _pieces(file: reader.Reading, tell: Progress) -> Iterator[dict[str, NDArray[Any]]]:
    first = True
    while True:
        before = file.counts["messages"]
        tables = file.next(_MESSAGES_AT_ONCE, tell)
        if file.counts["messages"] == before and not first:
            return
        yield tables  # the first even where it is empty, for its columns
        first = False


def convert(
    path: reader.Path_,
    to: reader.Path_,
    *,
    types: list[str] | None = None,
    feed: str | None = None,
    udp_port: int | None = None,
    progress: Progress | bool | None = None,
) -> tuple[dict[Path, int], list[str]]:
    """Write the messages of a file to Parquet.

    Parameters
    ----------
    path : path
        A capture, or a file of length-prefixed ITCH 5.0 messages; ``.gz`` too.
    to : path
        The file to write: a table of all messages in the order of the file, with a column ``type``, and every field of
        any type as a column that is null where a message has no such field. With one type, a table of its fields alone.
        A folder, or a name that ends with ``/``: a file for each type that occurs, such as ``A.parquet``.
    types : list of str, optional
        Only messages of these types.
    feed, udp_port, progress
        As for `pyhft.read_capture`.

    Returns
    -------
    rows : dict[Path, int]
        The rows of each file that was written.
    warnings : list[str]
        What is to be known of the input.

    Raises
    ------
    ArgumentError
        For a type that the feed doesn't have.
    InputError
        Where the input can't be read or the output not be written.
    """
    target = Path(given_path("to", to))
    by_type = os.fspath(to).endswith("/") or target.is_dir()
    if target.exists() and Path(given_path("path", path)).exists() and target.samefile(path):
        raise InputError(f"'{target}' is the input itself, and writing there would destroy it; give another path.")
    if by_type:
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise InputError(f"can't make the folder '{target}': {cause.strerror}; give another path.") from None
    files = _Files()
    try:
        with reader.reading(path, feed, udp_port, "converting", progress) as (file, tell):
            wanted = _wanted(types, file)
            for tables in _pieces(file, tell):
                chosen = {kind: tables[kind] for kind in wanted}
                if by_type:
                    for kind, table in chosen.items():
                        if len(table):
                            files.write(target / f"{kind}.parquet", table_of({kind: table}, merged=False))
                else:
                    files.write(target, table_of(chosen, merged=len(wanted) > 1))
            tell(file.counts["messages"], 1.0)
            told = file.warnings
            if malformed := file.counts["malformed"]:
                causes = ", ".join(f"{count:,} {cause}" for cause, count in malformed.items())
                told.append(f"malformed, and not in the output: {causes}.")
        files.finish()
        return files.rows, told
    except OSError as cause:
        if isinstance(cause, InputError):
            raise
        raise InputError(f"can't write '{target}': {_why(cause)}; make room or give another path.") from None
    finally:
        files.discard()


def _wanted(types: list[str] | None, file: reader.Reading) -> list[str]:
    for kind in types or ():
        if kind not in file.dtypes:
            raise ArgumentError(
                f"feed {file.feed} has no message type {kind!r}; its types are {', '.join(file.dtypes)}."
            )
    return [kind for kind in file.dtypes if types is None or kind in types]
