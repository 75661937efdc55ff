"""The messages of files as numpy record arrays, without an engine."""

from __future__ import annotations

import contextlib
import functools
import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pyhft._core import feed as _feed
from pyhft._progress import Progress, shown
from pyhft.config import given_path, whole_number
from pyhft.errors import ArgumentError, HostError, InputWarning
from pyhft.ports import FEEDS, FilePort

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Records", "read_capture", "read_itch"]

Path_ = str | os.PathLike[str]
_ALL = 2**63 - 1


@functools.cache
def record_dtypes(feed: str, captured: bool) -> dict[str, np.dtype[Any]]:
    """Give the dtype of the records of every message type of a feed, in the order of the core's tables."""
    layouts: list[tuple[str, Any]] = _feed.layouts(feed, captured)
    return {kind: np.dtype(layout) for kind, layout in layouts}


class Records(Mapping[str, NDArray[Any]]):
    """The messages of a file: for each message type one record array, of all its messages in the order of the file.

    ``records["A"]`` is a structured array; a type that the feed has and the file doesn't is an empty one. Iteration,
    ``len`` and ``in`` are about the types that occur. Of every record, ``n`` is the number of its message in the file,
    from 1, malformed ones counted too; captures have ``captured``, the time of capture in ns since the epoch. The other
    fields are those of the feed's specification: prices int64 in 1/10 000, shares int64, references and match numbers
    uint64, ``timestamp`` int64 in ns (ITCH: since midnight), flags of IEX bool, text as bytes without the blanks at its
    end.

    Attributes
    ----------
    feed : str
        ``"itch50"``, ``"deep10"``, ``"tops"`` or ``"raw"``.
    messages : int
        All messages of the file, malformed ones too.
    malformed : dict[str, int]
        What was passed over, by cause; causes that didn't occur are left out.
    packets, gaps, duplicates, heartbeats, other_ports : int
        Of a capture: its packets; messages that are missing by their sequence numbers, or came twice and were taken
        once; heartbeats; datagrams to other UDP ports than the one asked for.
    new_sessions : list[int]
        Of a capture: the numbers of the messages with which a session began when all before it had ended. What was told
        before one of them, of orders and levels, is no longer so.
    warnings : list[str]
        What the reader should know: a file that was cut, messages that are missing.
    """

    def __init__(
        self,
        feed: str,
        tables: dict[str, NDArray[Any]],
        counts: dict[str, Any],
        told: list[str],
        new_sessions: list[int] | None = None,
    ) -> None:
        self.feed = feed
        self._tables = tables
        self.new_sessions = new_sessions or []
        self.messages: int = counts["messages"]
        self.malformed: dict[str, int] = counts["malformed"]
        self.packets: int = counts["packets"]
        self.gaps: int = counts["gaps"]
        self.duplicates: int = counts["duplicates"]
        self.heartbeats: int = counts["heartbeats"]
        self.other_ports: int = counts["other_ports"]
        self.warnings = told

    def __getitem__(self, kind: str) -> NDArray[Any]:
        try:
            return self._tables[kind]
        except (KeyError, TypeError):
            raise ArgumentError(
                f"feed {self.feed} has no message type {kind!r}; its types are {', '.join(self._tables)}."
            ) from None

    def __contains__(self, kind: object) -> bool:
        return isinstance(kind, str) and len(self._tables.get(kind, ())) > 0

    def __iter__(self) -> Iterator[str]:
        return (kind for kind, table in self._tables.items() if len(table))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def get(self, kind: str, default: Any = None) -> Any:
        """Give the records of a type that occurs, else `default`."""
        return self._tables[kind] if kind in self else default

    __eq__ = object.__eq__  # that of a mapping would ask for the truth of arrays
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind}: {len(table):,}" for kind, table in self.items())
        return f"<Records of {self.feed}, {self.messages:,} messages: {counts or 'none'}>"

    def to_arrow(self, kind: str | None = None) -> pyarrow.Table:
        """Give the records of one type as an Arrow table, or of all; needs the extra pyhft[arrow].

        Parameters
        ----------
        kind : str, optional
            A message type. By default all messages in the order of the file: a column ``type``, and every field of any
            type as a column that is null where a message has no such field.

        Returns
        -------
        pyarrow.Table
            Text as strings; bytes of text that are not ASCII become ``?``.

        Raises
        ------
        HostError
            Where pyarrow isn't installed.
        """
        from pyhft import arrow

        return arrow.table_of({kind: self[kind]} if kind is not None else dict(self._tables), merged=kind is None)


class Reading:
    """A file that is open for reading its records, once or piece by piece."""

    def __init__(self, core: _feed.RecordReader, feed: str, captured: bool, told: list[str]) -> None:
        self.dtypes = record_dtypes(feed, captured)
        self.feed = feed
        self.new_sessions: list[int] = []  # in what next() gave
        self._share = 0.0  # of the file that is read
        self._core = core
        self._told = told

    def next(self, most: int, tell: Progress) -> dict[str, NDArray[Any]]:
        """Read the records of the next messages, at most so many."""
        counted = filled = self._share

        def counting(messages: int, share: float) -> None:
            nonlocal counted
            counted = max(counted, share)
            tell(messages, (filled + counted) / 2)

        def filling(messages: int, share: float) -> None:
            nonlocal filled
            filled = max(filled, share)
            tell(messages, (filled + counted) / 2)

        counts = self._core.count(most, counting)
        try:
            tables = {
                kind: np.empty(count, dtype) for (kind, dtype), count in zip(self.dtypes.items(), counts, strict=True)
            }
        except MemoryError:
            need = sum(count * dtype.itemsize for dtype, count in zip(self.dtypes.values(), counts, strict=True))
            raise HostError(
                f"the records of {sum(counts):,} messages need {need:,} bytes, which this host can't give; "
                "read them piece by piece, as pyhft convert does, or make a smaller file."
            ) from None
        used, self.new_sessions = self._core.fill(most, list(tables.values()), filling)
        self._share = counted
        return {kind: table[:count] for (kind, table), count in zip(tables.items(), used, strict=True)}

    @property
    def counts(self) -> dict[str, Any]:
        """What was read so far."""
        return self._core.counters()

    @property
    def warnings(self) -> list[str]:
        """What is to be told at the end."""
        return self._told + self._core.warnings()


def checked_feed(feed: str | None) -> str | None:
    """Take the name of a feed, or None."""
    if feed is not None and feed not in FEEDS:
        raise ArgumentError(f"feed is {feed!r}; name one of: {', '.join(FEEDS)}.")
    return feed


class Opened(NamedTuple):
    """A file whose messages can be read."""

    container: str
    feed: str
    path: str
    name: str
    warnings: list[str]
    tell: Progress


@contextlib.contextmanager
def opened(path: Path_, feed: str | None, udp_port: int | None, tell: Progress) -> Iterator[Opened]:
    """Open a file, unpacked where it is packed; whoever reads it tells its progress by the `tell` of the result."""
    checked_feed(feed)
    if udp_port is not None:
        udp_port = whole_number("udp_port", udp_port, 1, 65_535, "a UDP port")

    def unpacking(share: float) -> None:
        tell(0, share / 2)

    def behind_it(messages: int, share: float) -> None:
        tell(messages, (1 + share) / 2)

    with FilePort(Path(given_path("path", path))).unpacked(unpacking) as file:
        container, found = file.kind(feed, udp_port)
        yield Opened(
            container, found, file.path, file.name, list(file.warnings), behind_it if file.path != file.name else tell
        )


@contextlib.contextmanager
def reading(
    path: Path_, feed: str | None, udp_port: int | None, what: str, progress: Progress | bool | None
) -> Iterator[tuple[Reading, Progress]]:
    """Open a file for reading its records; `what` is done to it, as a bar says."""
    with shown(what, path, progress) as told, opened(path, feed, udp_port, told) as file:
        core = _feed.RecordReader(file.container, file.feed, file.path, file.name, udp_port)
        yield Reading(core, file.feed, file.container == "capture", file.warnings), file.tell


def warn(told: list[str], stacklevel: int = 3) -> None:
    """Tell the caller of the function that called this."""
    for text in told:
        warnings.warn(text, InputWarning, stacklevel=stacklevel)


def _read(path: Path_, feed: str | None, udp_port: int | None, progress: Progress | bool | None) -> Records:
    with reading(path, feed, udp_port, "reading", progress) as (file, tell):
        tables = file.next(_ALL, tell)
        tell(file.counts["messages"], 1.0)
        return Records(file.feed, tables, file.counts, file.warnings, file.new_sessions)


def read_itch(path: Path_, *, progress: Progress | bool | None = None) -> Records:
    """Read the messages of a file of ITCH 5.0 as record arrays by message type.

    Parameters
    ----------
    path : path
        A file of length-prefixed messages, as NASDAQ publishes whole days, or a capture of MoldUDP64; ``.gz`` too.
    progress : callable or bool, optional
        A function of the messages so far and the share of the work from 0 to 1. By default a bar on a terminal, where
        the reading takes longer than a second; False for none.

    Returns
    -------
    Records
        By message type, one character: ``read_itch(path)["A"]["price"]``.

    Raises
    ------
    InputError
        Where the file is missing, empty, none of ITCH 5.0, or cut short by others while it is read.
    HostError
        Where the records don't fit into memory.

    Warns
    -----
    InputWarning
        Where the file is cut, messages are missing, or the file was written to meanwhile: what was there is read.

    Notes
    -----
    Two passes over the file: one counts, one writes the fields straight into the arrays; the GIL is released.
    """
    records = _read(path, "itch50", None, progress)
    warn(records.warnings)
    return records


def read_capture(
    path: Path_,
    feed: str | None = None,
    udp_port: int | None = None,
    *,
    progress: Progress | bool | None = None,
) -> Records:
    """Read the messages of a capture as record arrays by message type.

    Parameters
    ----------
    path : path
        A pcap or pcapng capture of Ethernet frames; ``.gz`` too.
    feed : {"itch50", "deep10", "tops", "raw"}, optional
        Found from the content by default; a named one is held against it.
    udp_port : int, optional
        Only datagrams to this port are the feed's, 1 to 65 535.
    progress : callable or bool, optional
        As for `read_itch`.

    Returns
    -------
    Records
        By message type; the messages of ``raw`` are all of type ``"raw"``. Every message once and in order: what came
        twice is counted, and so is what is missing.

    Raises
    ------
    ArgumentError
        For an unknown feed or an impossible port.
    InputError
        Where the file is missing or empty, holds nothing of the feed, or is cut short by others while it is read.
    HostError
        Where the records don't fit into memory.

    Warns
    -----
    InputWarning
        Where the capture is cut or messages are missing: what was there is read.
    """
    records = _read(path, feed, udp_port, progress)
    warn(records.warnings)
    return records
