"""What the commands write: JSON, and how far a long one has come."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Self, TextIO

from pyhft.errors import InputError


def refuse_unwritable_json(path: str | None) -> None:
    """Refuse, before work is done for it, a path where no file can be."""
    if path in (None, "-"):
        return
    if Path(path).is_dir():
        raise InputError(f"can't write '{path}': it is a folder; give the path of a file in it.")
    if not Path(path).parent.is_dir():
        raise InputError(f"can't write '{path}': there is no such folder; give another path.")


def write_json(path: str, value: object) -> None:
    """Write a value to a file, or where the path is '-' to standard output."""
    text = json.dumps(value, indent=2) + "\n"
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as cause:
        raise InputError(f"can't write '{path}': {cause.strerror}; give another path.") from None


class Progress:
    """A bar on a terminal, a count where there is no end; elsewhere a plain line every other second.

    Of work that stands still, one line is enough: what ends may still wait for something.
    """

    _BAR = 40
    _SECONDS_BETWEEN_LINES = 2.0

    def __init__(self, out: TextIO, *, live: bool = False) -> None:
        self._out = out
        self._live = live
        self._bar = out.isatty()
        self._started = self._last_line = time.monotonic()
        self._drawn = False
        self._last: tuple[int, float] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            self._out.write("\r\033[K")
            self._out.flush()

    def __call__(self, messages: int, share: float) -> None:
        """Tell that so many messages, and this share of the work, are done."""
        now = time.monotonic()
        if self._bar:
            done = int(share * self._BAR)
            bar = "" if self._live else f"[{'#' * done}{'.' * (self._BAR - done)}] {share:4.0%}  "
            self._out.write(f"\r{bar}{messages:,} messages")
            self._drawn = True
        elif now - self._last_line >= self._SECONDS_BETWEEN_LINES:
            self._last_line = now
            if not self._live and self._last == (messages, share):
                return
            self._last = (messages, share)
            part = "" if self._live else f"{share:.0%} "
            self._out.write(f"{part}after {now - self._started:.0f} s, {messages:,} messages\n")
        self._out.flush()
