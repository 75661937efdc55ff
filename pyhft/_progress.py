"""Progress of long readings: a bar on a terminal once one takes longer than a second, or a function of the caller's."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator

from pyhft.config import given_path
from pyhft.errors import ArgumentTypeError

__all__ = ["Progress", "shown"]

Progress = Callable[[int, float], None]

_SECONDS_BEFORE = 1.0
_BAR = 40


class _Bar:
    """Draws on standard error, and wipes what it drew."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._started = time.monotonic()
        self._drawn = False

    def __call__(self, messages: int, share: float) -> None:
        if time.monotonic() - self._started < _SECONDS_BEFORE:
            return
        done = int(share * _BAR)
        counted = f"  {messages:,} messages" if messages else ""  # none yet while a file is unpacked
        sys.stderr.write(f"\r{self._what} [{'#' * done}{'.' * (_BAR - done)}] {share:4.0%}{counted}\033[K")
        sys.stderr.flush()
        self._drawn = True

    def wipe(self) -> None:
        if self._drawn:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


@contextlib.contextmanager
def shown(what: str, path: str | os.PathLike[str], given: Progress | bool | None) -> Iterator[Progress]:
    """Give the function to tell: the caller's own, a bar where standard error is a terminal, or one that does nothing.

    `what` is done to the file at `path`. `given` is a function of the messages so far and the share of the work from 0
    to 1, False for no bar, None or True for a bar on a terminal.
    """
    if callable(given):
        yield given
    elif given is not None and not isinstance(given, bool):
        raise ArgumentTypeError(f"progress is {given!r}; give a function of (messages, share), True or False.")
    elif given is not False and sys.stderr is not None and sys.stderr.isatty():
        bar = _Bar(f"{what} {given_path('path', path)}")
        try:
            yield bar
        finally:
            bar.wipe()
    else:
        yield lambda _messages, _share: None
