"""The best quotes of one instrument over a whole file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pyhft import reader
from pyhft._core import book as _book
from pyhft._progress import Progress, shown
from pyhft.books import BYTES_AN_ADDITION, MAX_LEVELS, MAX_ORDERS
from pyhft.config import printable, whole_number
from pyhft.errors import ArgumentError, ArgumentTypeError, InputError

__all__ = ["best_quotes"]

_SYMBOL_BYTES = 8


def best_quotes(
    path: reader.Path_,
    symbol: str | int,
    *,
    every_message: bool = False,
    feed: str | None = None,
    udp_port: int | None = None,
    progress: Progress | bool | None = None,
) -> NDArray[Any]:
    """Give the best quotes of one instrument over a whole file.

    Parameters
    ----------
    path : path
        A capture, or a file of length-prefixed ITCH 5.0 messages; ``.gz`` too.
    symbol : str or int
        Its name, or its stock locate (``itch50`` only).
    every_message : bool
        A row after every message of the instrument, instead of after each that changes the quote. The first message
        counts as a change. Where several messages can be one event (``deep10``), the quote changes with its last one.
    feed, udp_port
        As for `read_capture`.
    progress : callable or bool, optional
        As for `read_itch`.

    Returns
    -------
    numpy.ndarray
        Record array with the fields n (the number of the message in the file, from 1), time (the feed's, ns), bid,
        bid_shares, ask, ask_shares (int64; prices in 1/10 000; 0 and 0 for an empty side) and locate.

    Raises
    ------
    InputError
        Where the file is missing or empty, or has no message of the instrument.
    ArgumentError, ArgumentTypeError
        For a symbol or locate that can't be.

    Warns
    -----
    InputWarning
        Where the file is cut, messages are missing, or something found no room.
    """
    name, locate = _wanted(symbol)
    if not isinstance(every_message, bool):
        raise ArgumentTypeError(f"every_message is {every_message!r}; give True or False.")
    with shown("reading", path, progress) as told, reader.opened(path, feed, udp_port, told) as file:
        tell: Progress = file.tell
        source = _book.FeedReader(file.container, file.feed, file.path, file.name, udp_port)
        if locate is None or _book.is_by_symbol(file.feed):
            if name is None:
                raise ArgumentError(f"symbol is {symbol!r}, and feed {file.feed} knows names only; give a name.")
            search = _Searching(tell)
            number, met = _book.find_name(source, name, search)
            if number is None:
                raise InputError(f"no message of '{file.name}' names the symbol {symbol!r}; {_some(met)}.")
            locate, tell = number, search.behind_it
        size = Path(file.path).stat().st_size // BYTES_AN_ADDITION + 1
        rows, lost, any_message = _book.quotes_of(
            source, locate, name or b"", every_message, min(size, MAX_ORDERS), min(size, MAX_LEVELS), tell
        )
        tell(source.counters()["messages"], 1.0)
        warnings = file.warnings + source.warnings()
    if not any_message:
        raise InputError(f"no message of '{file.name}' is of stock locate {locate}; give the symbol's name.")
    if lost:
        warnings.append(f"{lost:,} orders of {symbol!r} in '{file.name}' found no room: the quotes are wrong since.")
    reader.warn(warnings)
    return rows


class _Searching:
    """Half of the work at most; what comes behind it goes on from where it ended."""

    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._share = 0.0

    def __call__(self, messages: int, share: float) -> None:
        self._share = share / 2
        self._tell(messages, self._share)

    def behind_it(self, messages: int, share: float) -> None:
        self._tell(messages, self._share + (1 - self._share) * share)


def _wanted(symbol: str | int) -> tuple[bytes | None, int | None]:
    if isinstance(symbol, str):
        text = symbol.encode("latin-1", "replace")
        if not text.strip() or len(text) > _SYMBOL_BYTES or text.decode("latin-1") != symbol:
            raise ArgumentError(f"symbol is {symbol!r}; a name has 1 to {_SYMBOL_BYTES} characters of one byte each.")
        return text, None
    return None, whole_number("symbol", symbol, 0, _book.max_books - 1, "a name or a stock locate")


def _some(names: list[bytes]) -> str:
    if not names:
        return "it names none at all"
    few = 5
    shown_names = ", ".join(sorted(printable(name.decode("latin-1")) for name in names)[:few])
    return f"it has {shown_names}" + (f" and {len(names) - few:,} more" if len(names) > few else "")
