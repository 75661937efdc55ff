"""Records as updates of books, by columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pyhft import reader
from pyhft._core import book as _book
from pyhft.errors import ArgumentError

__all__ = ["Columns", "columns_of", "kind_of"]

_MOST_SHARES = 2**32 - 1

# update_kind of the core.
_NONE, _ADD, _EXECUTE, _EXECUTE_AT_PRICE, _REDUCE, _REMOVE, _REPLACE, _SET_LEVEL = range(8)
# Of what a record of each type updates: kind, the field of its shares, that of its new reference.
_UPDATES = {
    "A": (_ADD, "shares", None),
    "F": (_ADD, "shares", None),
    "E": (_EXECUTE, "executed", None),
    "C": (_EXECUTE_AT_PRICE, "executed", None),
    "X": (_REDUCE, "canceled", None),
    "D": (_REMOVE, None, None),
    "U": (_REPLACE, "shares", "new_reference"),
    "raw": (_SET_LEVEL, "shares", None),
}


class Columns(NamedTuple):
    """What the core takes, and how many orders or levels it may add."""

    columns: tuple[NDArray[Any], ...]
    most_new: int


def kind_of(feed: str, records: NDArray[Any]) -> str:
    """Find the message type that an array holds records of."""
    for captured in (False, True):
        for kind, dtype in reader.record_dtypes(feed, captured).items():
            if records.dtype.names == dtype.names and records.ndim == 1:
                return kind
    raise ArgumentError(
        f"message is an array of dtype {records.dtype} and shape {records.shape}, which holds no records of feed "
        f"{feed}; give a table of read_itch or read_capture."
    )


def columns_of(core: _book.BookReplay, feed: str, tables: Mapping[str, NDArray[Any]]) -> Columns | None:
    """Bring the records of all types into the order of their numbers; None where there are none.

    Names that records tell are given to `core`.
    """
    parts = [_columns(core, feed, kind, table) for kind, table in tables.items() if len(table)]
    if not parts:
        return None
    columns = [np.concatenate(one) for one in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    kinds, *rest = (column[order] for column in columns[1:])
    return Columns((kinds, *rest), int(np.isin(kinds, (_ADD, _SET_LEVEL)).sum()))


def _columns(core: _book.BookReplay, feed: str, kind: str, table: NDArray[Any]) -> list[NDArray[Any]]:
    update, shares, new_reference = _UPDATES.get(kind, (_NONE, None, None))
    names = table.dtype.names or ()
    size = len(table)

    def column(name: str | None, dtype: type) -> NDArray[Any]:
        return table[name].astype(dtype) if name in names and update != _NONE else np.zeros(size, dtype)

    count = column(shares, np.int64)
    if len(wrong := count[(count < 0) | (count > _MOST_SHARES)]):
        raise ArgumentError(f"message holds an update of {wrong[0]} shares; they must be from 0 to {_MOST_SHARES}.")
    if feed == "raw":
        texts, places = np.unique(table["symbol"], return_inverse=True)
        numbers = np.array([core.number_of(bytes(text)) for text in texts], np.uint32)[places]
        sells = table["side"] != 0
    else:
        numbers = table["locate"].astype(np.uint32)
        sells = table["side"] == b"S" if "side" in names else np.zeros(size, bool)
        if "stock" in names:
            _, first = np.unique(numbers, return_index=True)
            for at in first:
                core.name(int(numbers[at]), bytes(table["stock"][at]))
    return [
        table["n"].astype(np.int64),
        np.full(size, update, np.uint8),
        sells,
        numbers,
        table["timestamp"].astype(np.int64),
        column("reference", np.uint64),
        column(new_reference, np.uint64),
        count.astype(np.uint64),
        column("price", np.int64),
    ]
