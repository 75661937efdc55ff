"""A trading day that never was, as a capture: seeded, and the same bytes for the same arguments on every machine."""

from __future__ import annotations

import contextlib
import operator
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyhft._core import sim
from pyhft.errors import ArgumentError, ArgumentTypeError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["SyntheticDay", "synthetic_day"]


DEFAULT_SEED = 7
DEFAULT_MESSAGES = 1_000_000
DEFAULT_SYMBOLS = 300


@dataclass(frozen=True, slots=True)
class SyntheticDay:
    """What was written.

    Attributes
    ----------
    path
        The capture: nanosecond pcap of Ethernet, IPv4, UDP, MoldUDP64, ITCH 5.0.
    packets
        Frames in it, with heartbeats and the end of the session.
    messages
        ITCH messages in it.
    messages_by_type
        The same by the character of their type, in the order of the alphabet; types that don't occur are left out.
    file_bytes
        Its size.
    """

    path: Path
    packets: int
    messages: int
    messages_by_type: dict[str, int]
    file_bytes: int

    def __str__(self) -> str:
        by_type = ", ".join(f"{kind} {count:,}" for kind, count in self.messages_by_type.items())
        head = f"{self.path}: {self.messages:,} messages ({by_type})"
        return f"{head} in {self.packets:,} packets, {self.file_bytes:,} bytes"


def synthetic_day(
    path: str | os.PathLike[str],
    *,
    seed: int = DEFAULT_SEED,
    messages: int = DEFAULT_MESSAGES,
    symbols: int = DEFAULT_SYMBOLS,
    progress: Callable[[int], None] | None = None,
) -> SyntheticDay:
    """Write a synthetic trading day to `path`.

    The file appears under its name when it is whole; an interrupted call leaves nothing, and what stood there before
    stays. A pipe or a device is written as it is.

    Parameters
    ----------
    path
        The capture to write; an existing file is replaced.
    seed
        0 to 2**64 - 1. Another seed is another day.
    messages
        ITCH messages of the whole day, exactly. The start and the end of a day take about 3.25 for each symbol.
    symbols
        1 to 8,000; how busy they are follows Zipf's law.
    progress
        Called now and then with the messages written so far.

    Returns
    -------
    SyntheticDay
        The path and the counts.

    Raises
    ------
    ArgumentError
        A seed, number of messages or number of symbols outside its limits.
    ArgumentTypeError
        One of them that is no integer.
    InputError
        A path that can't be written.

    Notes
    -----
    A million messages take about 0.2 s and 50 MB. The GIL is released while they are written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     day = synthetic_day(f"{folder}/day.pcap", seed=7, messages=1_000, symbols=10)
    >>> day.messages, day.messages_by_type["R"]
    (1000, 10)
    """
    arguments = {
        "seed": _within("seed", seed, 0, 2**64 - 1),
        "messages": _within("messages", messages, 1, sim.max_messages),
        "symbols": _within("symbols", symbols, 1, sim.max_symbols),
    }
    target = Path(os.path.realpath(path))
    with _made_whole(target) as place:
        try:
            summary = sim.write_synthetic_day(os.fsencode(place), progress=progress, **arguments)
        except InputError as error:
            # The user knows the file by the name that was asked for.
            raise InputError(str(error).replace(str(place), str(target))) from None
    return SyntheticDay(path=Path(path), **summary)


def _within(name: str, value: Any, lowest: int, highest: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise ArgumentTypeError(
            f"{name} = {value!r} is of type {type(value).__name__}, not an integer; "
            f"give a whole number from {lowest} to {highest}"
        ) from None
    if not lowest <= number <= highest:
        raise ArgumentError(
            f"{name} = {number} is not within {lowest} and {highest}; give a whole number between these limits"
        )
    return number


@contextlib.contextmanager
def _made_whole(target: Path) -> Iterator[Path]:
    """Give a name beside `target` to write to, which becomes `target` at the end, or vanishes if there is none."""
    if target.is_dir():
        raise InputError(f"can't write '{target}': it is a folder; give the path of a file in it")
    if target.exists() and not target.is_file():
        yield target  # renaming over a pipe or a device would destroy it
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.touch(exist_ok=False)
    except OSError as error:
        raise InputError(
            f"can't write '{target}': {error.strerror}; "
            "give a path in a folder that exists, may be written and has room"
        ) from None
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
