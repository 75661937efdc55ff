# Room engine: one run, its configuration and what it reports.

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyhft._core.net import Port

def find_feed(path: str, name: str, feed: str | None, udp_port: int | None) -> tuple[str, str]:
    """The container ('capture' or 'message_file') and the feed (one of feed_names()) of a file, from its content.

    Raises InputError where they can't be found or belie the feed that was named.
    """

def open_input(container: str, path: str, name: str, orders_path: str) -> Port:
    """The port over a file of a container; name is what messages call it.

    orders_path takes what is sent, or is ''.
    """

def feed_names() -> list[str]:
    """The names of the feeds that can be read."""

class Config:
    """What a run is configured with; engine_config in C++ has the defaults."""

    def __init__(self) -> None: ...
    feed: str
    udp_port: int | None
    max_orders: int
    max_levels: int
    order_size: int
    position: int
    price_collar_bps: int
    kill_switch: bool
    fast: int
    slow: int
    signal: int
    shares: int
    order_destination: tuple[tuple[int, int, int, int], int]
    order_arena: int
    most_packets: int
    quote_arena: int
    signal_arena: int
    arena_huge_pages: str
    log_path: str
    hold_ns: int
    hold_packets: int
    is_replay: bool
    recovery_server: tuple[tuple[int, int, int, int], int] | None
    recovery_timeout_ns: int
    recovery_tries: int
    recover_from_start: bool
    def set_log_form(self, sink: str, when_full: str, rotate_bytes: int | None, rotate_daily: bool) -> None:
        """The log beyond its path."""

    def set_watch(self, names: Sequence[bytes], levels: int) -> None:
        """The books that depth() shows, and how deep."""

class Engine:
    """One run over a port, or the ports of several lines. Two threads enter it and stay until the end."""

    def __init__(self, config: Config, lines: Sequence[Port]) -> None: ...
    def run_hot(self, core: int, thread_name: str) -> None:
        """The packet's path, in the calling thread, until the input has ended or stop() was called."""

    def run_background(self, core: int, thread_name: str) -> None:
        """Log and order file, in the calling thread, until run_hot() has ended and all is written."""

    def stop(self) -> None: ...
    def throw_kill_switch(self) -> None: ...
    def progress(self) -> tuple[int, int, int, int]:
        """Messages and packets so far, bytes of the input so far and in all (0: no end)."""

    def health(self) -> dict[str, Any]:
        """How the feed is doing, at any time."""

    def depth(self, name: bytes, levels: int) -> NDArray[np.void]:
        """A consistent copy of the best levels of a watched book; zeros before its first message."""

    def report(self) -> dict[str, Any]:
        """What happened, by name; after both threads have left."""

    def quotes(self) -> NDArray[np.void]:
        """Changes of a best quote, as many as found a slot: a record array; after both threads have left."""

    def signals(self) -> NDArray[np.void]:
        """Signals, as many as found a slot: a record array; after both threads have left."""

    def trace_quotes(self, sink: Callable[[int, bool, bytes], None]) -> None:
        """Reads the input again; calls sink(locate, is_depth, text) piece by piece."""
