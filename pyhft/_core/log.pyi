# Room log: the asynchronous log, from Python.

from collections.abc import Callable
from typing import Any

from typing_extensions import Buffer

LEVELS: tuple[str, ...]

class Logger:
    """What pyhft.Logger stands on; that one checks and says more."""

    def __init__(
        self,
        file: str,
        name: str,
        level: str | int,
        sink: str,
        when_full: str,
        ring_bytes: int,
        grow_to_bytes: int,
        rotate_bytes: int | None,
        rotate_daily: bool,
        core: int | None,
    ) -> None: ...
    def log(self, level: str | int, format: str, *args: object, at: int | None = None) -> None:
        """Log a format with a {} for each argument; without arguments the text as it is. Text in an argument is cut at
        512 bytes, one that is the whole message at 8192, and marked with '...'. `at` is a stamp of TscClock.read; the
        default is now. ArgumentError: another number of arguments than placeholders."""

    def trace(self, format: str, *args: object) -> None:
        """log() at the level 'trace'."""

    def debug(self, format: str, *args: object) -> None:
        """log() at the level 'debug'."""

    def info(self, format: str, *args: object) -> None:
        """log() at the level 'info'."""

    def warning(self, format: str, *args: object) -> None:
        """log() at the level 'warning'."""

    def error(self, format: str, *args: object) -> None:
        """log() at the level 'error'."""

    def critical(self, format: str, *args: object) -> None:
        """log() at the level 'critical'."""

    def flush(self, timeout: float | None = None) -> bool:
        """Return when all that was logged before is in the file; False: a write failed, or timeout seconds were not
        enough.
        """

    def close(self) -> None:
        """Write what is queued and end; the last logger of a file closes it."""

    def prepare(self) -> None:
        """Make the calling thread's queue now instead of at its first call."""

    @property
    def level(self) -> str:
        """Calls below are ignored."""

    @level.setter
    def level(self, arg1: str | int, /) -> None: ...
    @property
    def name(self) -> str:
        """As it was given."""

    @property
    def closed(self) -> bool:
        """Whether close() was called, or this is a child by fork() of the process that made it."""

    @property
    def statistics(self) -> dict[str, Any]:
        """Of the file: written, dropped, write_errors, last_error, out_of_order and rotations. At the end written +
        dropped are the calls. Of a parent process's, nothing."""

def install_crash_handler() -> None:
    """On SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT write what is queued in every open log, then let whoever had the
    signal before have it."""

def remove_crash_handler() -> None:
    """Give the signals back."""

def decode(file: Buffer, json: bool, least: str | int, write: Callable[[bytes], object]) -> dict[str, Any]:
    """Decode a binary log: pieces of whole lines go to write(bytes). A dict of records, lines, sessions,
    undefined_records, missing and damages, the last a list of (offset, bytes, reason)."""
