"""Records as updates of books, by columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pyhft import reader
from pyhft._core import book as _book
from pyhft.errors import ArgumentError

__all__ = ["Columns", "columns_of", "kind_of"]

_MOST_SHARES = 2**32 - 1

# update_kind of the core.
_NONE, _ADD, _EXECUTE, _EXECUTE_AT_PRICE, _REDUCE, _REMOVE, _REPLACE, _SET_LEVEL, _SET_LEVEL_IN_EVENT, _SET_QUOTE = (
    range(10)
)
_BEGIN_ANEW = 10


class _Update(NamedTuple):
    """What a record of a type updates, and the names of the fields that tell."""

    kind: int
    shares: str = "shares"
    price: str = "price"
    reference: str = "reference"
    new_reference: str = ""


_NO_UPDATE = _Update(_NONE, "", "", "", "")
_UPDATES = {
    "itch50": {
        "A": _Update(_ADD),
        "F": _Update(_ADD),
        "E": _Update(_EXECUTE, shares="executed"),
        "C": _Update(_EXECUTE_AT_PRICE, shares="executed"),
        "X": _Update(_REDUCE, shares="canceled"),
        "D": _Update(_REMOVE),
        "U": _Update(_REPLACE, new_reference="new_reference"),
    },
    "deep10": {"8": _Update(_SET_LEVEL), "5": _Update(_SET_LEVEL)},
    "tops": {"Q": _Update(_SET_QUOTE, "bid_shares", "bid", "ask", "ask_shares")},
    "raw": {"raw": _Update(_SET_LEVEL)},
}


class Columns(NamedTuple):
    """What the core takes, and how many orders or levels it may add."""

    columns: tuple[NDArray[Any], ...]
    most_new: int


def kind_of(feed: str, records: NDArray[Any]) -> str:
    """Find the message type that an array holds records of; raises ArgumentError for an array of anything else."""
    for captured in (False, True):
        for kind, dtype in reader.record_dtypes(feed, captured).items():
            if records.dtype.names == dtype.names and records.ndim == 1:
                _check_fields(kind, records.dtype, dtype)
                return kind
    raise ArgumentError(
        f"message is an array of dtype {records.dtype} and shape {records.shape}, which holds no records of feed "
        f"{feed}; give a table of read_itch or read_capture."
    )


def _check_fields(kind: str, given: np.dtype[Any], wanted: np.dtype[Any]) -> None:
    """Refuse fields whose values could be others as those of a record: text of another kind, fractions, signs."""
    for name in wanted.names or ():
        if given[name].shape or not np.can_cast(given[name], wanted[name], "safe"):
            raise ArgumentError(
                f"message is an array of records of type {kind!r} whose field {name!r} is {given[name]}, and must be "
                f"{wanted[name]}: bring it to the dtype of a table of read_itch or read_capture, as by astype()."
            )


def columns_of(
    core: _book.BookReplay, feed: str, tables: Mapping[str, NDArray[Any]], new_sessions: Sequence[int]
) -> Columns | None:
    """Bring the records of all types into the order of their numbers; None where there are none.

    Names that records tell are given to `core`. Before the messages of `new_sessions` the books begin anew.
    """
    parts = [_columns(core, feed, kind, table) for kind, table in tables.items() if len(table)]
    if not parts:
        return None
    if not _book.is_by_symbol(feed):
        _name(core, tables)
    if new_sessions:
        # They come first, so that a stable sort leaves them before the messages of the same numbers.
        anew = [np.zeros(len(new_sessions), column.dtype) for column in parts[0]]
        anew[0][:], anew[1][:] = new_sessions, _BEGIN_ANEW
        parts.insert(0, anew)
    columns = [np.concatenate(one) for one in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    kinds, *rest = (column[order] for column in columns[1:])
    # A replaced order may leave others behind at its old level and need a new one.
    new = np.isin(kinds, (_ADD, _REPLACE, _SET_LEVEL, _SET_LEVEL_IN_EVENT)).sum() + 2 * (kinds == _SET_QUOTE).sum()
    return Columns((kinds, *rest), int(new))


def _name(core: _book.BookReplay, tables: Mapping[str, NDArray[Any]]) -> None:
    """Tell the names of instruments in the order of the messages: the first one that a number is given stays."""
    told = []
    for table in tables.values():
        if "stock" in (table.dtype.names or ()):
            numbers, first = np.unique(table["locate"], return_index=True)
            told += [
                (int(table["n"][at]), int(number), bytes(table["stock"][at]))
                for number, at in zip(numbers, first, strict=True)
            ]
    for _, number, name in sorted(told):
        core.name(number, name)


def _columns(core: _book.BookReplay, feed: str, kind: str, table: NDArray[Any]) -> list[NDArray[Any]]:
    update = _UPDATES.get(feed, {}).get(kind, _NO_UPDATE)
    names = table.dtype.names or ()
    size = len(table)

    def column(name: str, dtype: type) -> NDArray[Any]:
        return table[name].astype(dtype) if name in names else np.zeros(size, dtype)

    for name in {update.shares, "ask_shares"}.intersection(names):
        if len(wrong := table[name][(table[name] < 0) | (table[name] > _MOST_SHARES)]):
            raise ArgumentError(f"message holds an update of {wrong[0]} shares; they must be from 0 to {_MOST_SHARES}.")
    kinds = np.full(size, update.kind, np.uint8)
    if "event_complete" in names:
        kinds[~table["event_complete"]] = _SET_LEVEL_IN_EVENT
    sells = np.zeros(size, bool)
    if "side" in names:
        sides = table["side"]
        sells = sides == b"S" if sides.dtype.kind == "S" else sides != 0
        if update.kind != _NONE and sides.dtype.kind == "S" and len(wrong := sides[~sells & (sides != b"B")]):
            raise ArgumentError(f"message holds an order of side {bytes(wrong[0])!r}; it must be b'B' or b'S'.")
    if not _book.is_by_symbol(feed):
        numbers = table["locate"].astype(np.uint32)
    elif "symbol" in names:
        texts, places = np.unique(table["symbol"], return_inverse=True)
        numbers = np.array([core.number_of(bytes(text)) for text in texts], np.uint32)[places]
    else:
        numbers = np.zeros(size, np.uint32)  # of no instrument
    return [
        table["n"].astype(np.int64),
        kinds,
        sells,
        numbers,
        table["timestamp"].astype(np.int64),
        column(update.reference, np.uint64),
        column(update.new_reference, np.uint64),
        column(update.shares, np.uint64),
        column(update.price, np.int64),
    ]
