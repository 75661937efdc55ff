"""A whole generated day replayed into order books in this process, and the memory that it took at its most.

The day is written to a temporary file and read as a user's would be, by `OrderBook.replay`, through a buffer of a
megabyte: the process holds its books and nothing of the file, however long that is.
"""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pyhft import generate
from pyhft._progress import shown
from pyhft.books import OrderBook

__all__ = ["MESSAGES", "SYMBOLS", "Day", "replay"]

MESSAGES = 50_000_000
SYMBOLS = 8_000
_MIB = 1 << 20
_FIELD = re.compile(r"^(VmHWM|VmRSS|HugetlbPages):\s+(\d+) kB$", re.MULTILINE)


@dataclass
class _Memory:
    """The most that was seen, in bytes."""

    own: int = 0
    resident: int = 0

    def look(self) -> Self:
        """Ask the kernel."""
        fields = {name: int(kib) << 10 for name, kib in _FIELD.findall(Path("/proc/self/status").read_text())}
        # Reserved huge pages are no part of what the kernel calls resident.
        self.own = max(self.own, fields.get("VmRSS", 0) + fields.get("HugetlbPages", 0))
        self.resident = fields.get("VmHWM", 0)
        return self


@dataclass(frozen=True)
class Day:
    """What came of it.

    Attributes
    ----------
    messages, symbols, file_bytes
        Of the day.
    seconds, cpu_seconds
        That the replay took, the reading of the file included, by the clock on the wall and by that of the thread.
    book_bytes
        The memory of the books.
    own_bytes, peak_rss_bytes
        The most memory of the process in bytes, reserved huge pages included, and what the kernel calls its peak
        (`VmHWM`), which has none of these.
    """

    messages: int
    symbols: int
    file_bytes: int
    seconds: float
    cpu_seconds: float
    book_bytes: int
    own_bytes: int
    peak_rss_bytes: int

    def __str__(self) -> str:
        books, own, peak, file = (
            f"{size / _MIB:,.0f} MiB"
            for size in (self.book_bytes, self.own_bytes, self.peak_rss_bytes, self.file_bytes)
        )
        return (
            f"a day of {self.messages:,} messages, {self.symbols:,} symbols, {file}: replayed in {self.seconds:.1f} s, "
            f"{self.cpu_seconds / self.messages * 1e9:.0f} ns of the processor's a message\n"
            f"memory: books {books}; process at most {own}, reserved huge pages included; peak RSS {peak} without them"
        )


def replay(messages: int = MESSAGES, symbols: int = SYMBOLS) -> Day:
    """Write a day, replay it, and measure.

    Parameters
    ----------
    messages, symbols
        Of the day, as `synthetic_day` takes them.

    Raises
    ------
    ArgumentError
        As `synthetic_day` does.
    InputError
        Where the temporary folder has no room: about 60 bytes a message.
    """
    with tempfile.TemporaryDirectory(prefix="pyhft-day-") as folder:
        path = Path(folder) / "day.pcap"
        written = generate.synthetic_day(path, messages=messages, symbols=symbols)
        memory = _Memory()
        book = OrderBook("itch50")
        with shown("replaying", path, None) as tell:

            def looking(so_far: int, share: float) -> None:
                memory.look()
                tell(so_far, share)

            started, started_cpu = time.perf_counter(), time.thread_time()
            book.replay(path, progress=looking)
            seconds, cpu_seconds = time.perf_counter() - started, time.thread_time() - started_cpu
        memory.look()
        return Day(
            messages=book.messages,
            symbols=symbols,
            file_bytes=written.file_bytes,
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            book_bytes=book.memory_bytes,
            own_bytes=memory.own,
            peak_rss_bytes=memory.resident,
        )
