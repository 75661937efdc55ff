"""The asynchronous log: `Logger`, a handler for the module logging, and the reader of binary logs.

C++, strategies and Python that name the same file write one log, in the order of time.
"""

from __future__ import annotations

import logging
import mmap
import os
import stat
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pyhft._core import log as _log
from pyhft._core.log import install_crash_handler, remove_crash_handler
from pyhft.config import given_path, whole_number
from pyhft.errors import ArgumentError, ArgumentTypeError, InputError

__all__ = ["LogHandler", "Logger", "decode", "install_crash_handler", "remove_crash_handler"]

LEVELS = _log.LEVELS[:-1]  # those that a record may have: not 'off'

_LARGEST = 2**40


class Logger(_log.Logger):
    """A way into an asynchronous log: calls are queued, a thread of its own writes them.

    Loggers of one process that name the same file write one log in the order of time, whether C++ or Python made them;
    sink and rotation must then be the same. Every thread has a queue of its own, and a call makes no system call; at
    the process's end what is queued is written.

    Parameters
    ----------
    file : path
        Appended to.
    name : str
        In JSON and binary files, at most 64 bytes.
    level : str or int
        Calls below are ignored: 'trace', 'debug', 'info', 'warning', 'error', 'critical', 'off', or a number of
        `logging`.
    sink : {'text', 'json', 'binary'}
        ``[ns since 1970] LEVEL: text``; an object a line; or the form that ``pyhft log`` decodes.
    when_full : {'drop', 'block', 'grow'}
        What a call does that finds its thread's queue full: drop and count, wait for room, or take a larger queue of
        up to `grow_to_bytes`, then drop and count.
    ring_bytes, grow_to_bytes : int
        Of a thread's queue, in bytes, powers of two from 64.
    rotate_bytes : int, optional
        A file that would become longer than so many bytes is put aside first, as NAME.DATE.NUMBER.EXTENSION.
    rotate_daily : bool
        The same at the end of a day of UTC.
    core : int, optional
        Of the writing thread; only the first logger of a file says.

    Raises
    ------
    ArgumentError
        For a value that can't be, or a file that is open with another sink or rotation.
    ArgumentTypeError
        For a value of the wrong kind.
    HostError
        If the file can't be opened, the core isn't allowed, or there is no memory for the calling thread's queue,
        which is made here.

    Notes
    -----
    In a child by ``fork()`` the loggers of its parent are closed: calls raise ArgumentError, and it makes its own.

    Examples
    --------
    >>> import pyhft as ph
    >>> with ph.Logger("/dev/null", name="orders") as log:
    ...     log.info("order {} filled at {}", 7, 185.23)
    """

    def __init__(
        self,
        file: str | os.PathLike[str] = "trading.log",
        *,
        name: str = "python",
        level: str | int = "trace",
        sink: str = "text",
        when_full: str = "drop",
        ring_bytes: int = 2**20,
        grow_to_bytes: int = 2**26,
        rotate_bytes: int | None = None,
        rotate_daily: bool = False,
        core: int | None = None,
    ) -> None:
        for what, text in (("name", name), ("sink", sink), ("when_full", when_full)):
            if not isinstance(text, str):
                raise ArgumentTypeError(f"Logger: {what} is {text!r}; it must be a str.")
            try:
                text.encode()
            except UnicodeEncodeError:
                raise ArgumentError(f"Logger: {what} is {text!r}, which isn't UTF-8; give another.") from None
        if not isinstance(rotate_daily, bool):
            raise ArgumentTypeError(f"Logger: rotate_daily is {rotate_daily!r}; give True or False.")
        if rotate_bytes is not None:
            rotate_bytes = whole_number("rotate_bytes", rotate_bytes, 1, 2**62, "a size in bytes, such as 100_000_000")
        if core is not None:
            core = whole_number("core", core, 0, 2**20, "the number of a core")
        super().__init__(
            given_path("file", file),
            name,
            level,
            sink,
            when_full,
            whole_number("ring_bytes", ring_bytes, 64, _LARGEST, "a power of two, such as 2**20"),
            whole_number("grow_to_bytes", grow_to_bytes, 64, _LARGEST, "a power of two, such as 2**26"),
            rotate_bytes,
            rotate_daily,
            core,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class LogHandler(logging.Handler):
    r"""Writes what the module `logging` is given into an asynchronous log.

    Messages become one line each (line ends are written as ``\n``), of at most 8192 bytes; a longer one is cut and
    marked. The time is that of the call. What comes when the logger is closed, as after ``logging.shutdown()`` and in
    a child by ``fork()`` of the process that made it, is ignored.

    Parameters
    ----------
    log : Logger or path
        A logger, or the file of one that this handler makes, with the name 'logging', and closes.
    level : int or str
        Of the handler, as `logging` has it.

    Examples
    --------
    >>> import logging
    >>> import pyhft as ph
    >>> handler = ph.LogHandler("/dev/null")
    >>> logging.getLogger("strategy").addHandler(handler)
    >>> logging.getLogger("strategy").warning("spread is %d", 7)
    >>> logging.getLogger("strategy").removeHandler(handler)
    >>> handler.close()
    """

    def __init__(self, log: Logger | str | os.PathLike[str] = "trading.log", level: int | str = logging.NOTSET) -> None:
        super().__init__(level)
        self._own = not isinstance(log, Logger)
        self.log = log if isinstance(log, Logger) else Logger(log, name="logging")

    def emit(self, record: logging.LogRecord) -> None:
        """Queue one record."""
        try:
            self.log.log(record.levelno, self.format(record))
        except Exception:  # noqa: BLE001 - a handler never raises into the code that logs
            if not self.log.closed:
                self.handleError(record)

    def flush(self) -> None:
        """Return when all that was logged before is in the file."""
        self.log.flush()

    def close(self) -> None:
        """Write what is queued; ends the logger if this handler made it."""
        if self._own:
            self.log.close()
        else:
            self.log.flush()
        super().close()


def decode(
    file: str | os.PathLike[str], write: Callable[[bytes], object], *, json: bool = False, level: str | int = "trace"
) -> dict[str, Any]:
    """Decode a log that was written with the sink 'binary' into the lines that 'text' or 'json' would have.

    Parameters
    ----------
    file : path
        A pipe is read to its end, into memory.
    write : callable
        Is given the lines, UTF-8, in pieces of some tens of kilobytes.
    json : bool
        JSON instead of text.
    level : str or int
        Only this level and those above.

    Returns
    -------
    dict
        ``records`` in the file; ``lines`` given to `write`; ``sessions``, how often it was opened; ``missing``, the
        numbers left out between its records, which were dropped or lie in damaged parts (it says nothing of what was
        dropped before a session's first record); ``damages``, a list of (offset, bytes, reason) of what was passed
        over; ``undefined_records``, whose format lies in such a part.

    Raises
    ------
    InputError
        If the file can't be read or is no binary log.
    """
    path = Path(given_path("file", file))
    try:
        with path.open("rb") as opened:
            what = os.fstat(opened.fileno())
            mapped = stat.S_ISREG(what.st_mode) and what.st_size != 0  # a pipe is read to its end
            content = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if mapped else opened.read()
    except (OSError, ValueError) as cause:
        raise InputError(f"can't read '{path}': {getattr(cause, 'strerror', None) or cause}; give another.") from None
    try:
        return _log.decode(content, json, level, write)
    except InputError as refused:
        raise InputError(f"can't decode '{path}': {refused}") from None
