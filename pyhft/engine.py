"""The orchestrator: configures a run, starts and watches its threads, and reports."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pyhft import generate
from pyhft._core import engine as _engine
from pyhft.config import (
    BACKGROUND_THREAD,
    HOT_THREAD,
    Arenas,
    Cores,
    Hold,
    Log,
    Macd,
    Recovery,
    Risk,
    given_path,
    ipv4_endpoint,
    whole_number,
)
from pyhft.errors import ArgumentError, ArgumentTypeError, InputError
from pyhft.health import Feed
from pyhft.network_port import NetworkPort
from pyhft.ports import FEEDS, FilePort, as_port
from pyhft.report import Report, report_of
from pyhft.strategies import strategy_of

__all__ = ["Engine"]

Progress = Callable[[int, float], None]

# No file adds more orders or levels than it has room for: the shortest message that adds one has 29 bytes, and a quote
# of 42 bytes adds two levels. And no venue has had more than a few million alive at once.
_BYTES_AN_ORDER = 29
_BYTES_A_LEVEL = 21
_MOST_ORDERS = 1 << 22
_MOST_LEVELS = 1 << 21
_FEWEST = 1 << 10
_WATCH_SECONDS = 0.1
_LONGEST_SECONDS = 7 * 86_400
_MOST_LINES = 4
_FILES_ORDER_DESTINATION = "10.0.0.2:26400"
_MOST_WATCHED = 64
_MOST_WATCH_LEVELS = 100
_SYMBOL_BYTES = 8


@dataclass(frozen=True)
class _Ends:
    """When a run ends by itself; None leaves it to the input, or to the user."""

    packets: int | None = None
    seconds: float | None = None
    idle: float | None = None

    @classmethod
    def of(cls, packets: int | None, seconds: float | None, idle: float | None) -> _Ends:
        if packets is not None:
            packets = whole_number("packets", packets, 1, 2**63 - 1, "the packets after which the run ends")
        for name, given in (("seconds", seconds), ("idle", idle)):
            if given is None:
                continue
            if isinstance(given, bool) or not isinstance(given, int | float):
                raise ArgumentTypeError(f"{name} is {given!r}; give a number of seconds.")
            if not 0.0 < given <= _LONGEST_SECONDS:
                raise ArgumentError(f"{name} is {given}; it must be above 0 and at most {_LONGEST_SECONDS} seconds.")
        return cls(packets, seconds, idle)

    def watch(self) -> Callable[[int], bool]:
        """Begin now; the function is told the packets so far and says whether the time has come."""
        started = time.monotonic()
        seen, seen_at = 0, started

        def over(packets: int) -> bool:
            nonlocal seen, seen_at
            now = time.monotonic()
            if packets != seen:
                seen, seen_at = packets, now
            late = self.seconds is not None and now - started >= self.seconds
            return late or (self.idle is not None and now - seen_at >= self.idle)

        return over


class Engine:
    """One run: port, feed, books, strategy, risk gate, orders.

    Parameters
    ----------
    port : path, str, FilePort, UdpPort, DpdkPort or a sequence of them, optional
        A capture or message file (``.gz`` too), or a port or the name of one (see `open_port`). By default a synthetic
        trading day of a million messages, the same at every run. Up to four are the lines of one feed: each message
        is taken from the line that brings it first. Lines are captures, which are read together in the order of their
        time stamps, or ports to networks, which are asked in turn; orders go out by the first.
    feed : {"itch50", "deep10", "tops", "raw"}, optional
        Of a file it is found from the content by default, and a named one is held against the content. A port to a
        network needs it.
    strategy : str, Macd or mapping
        ``"macd"`` for the built-in alpha with its defaults, or its parameters.
    risk : Risk or mapping, optional
        Limits of the risk gate.
    orders : path, optional
        A pcap to which the frames of the orders go; by default they are counted and dropped. For files: a port to a
        network sends them.
    cores : Cores, mapping or sequence of int, optional
        Where the threads stand: ``{"hot": 0, "log": 1}`` or ``[0, 1]``.
    log : path, Log or mapping, optional
        The log, appended to, by its path or with its form and rotation; None for no log.
    arenas : Arenas or mapping, optional
        Memory for orders, and for the quotes and signals that the report keeps.
    udp_port : int, optional
        Only datagrams to this port are the feed's, 1 to 65 535: of a capture, or of what a DPDK port receives.
    hold : Hold or mapping, optional
        How long what is ahead of its turn waits for the other lines.
    recovery : Recovery, str or mapping, optional
        Where messages that no line brought are asked for: ``"udp:IP:PORT"`` of a server of MoldUDP64's retransmission.
        For ports to networks.
    order_destination : str, optional
        ``"IP:PORT"`` of the frames that orders go out in; 10.0.0.2:26400 for a file. A port to a network needs it,
        unless the kill switch is thrown or nothing leaves the process (DPDK's rings and captures).

    watch : sequence of str, optional
        Symbols, 64 at most, whose books `depth` shows while the engine runs.
    watch_levels : int
        The most levels that it shows, 1 to 100.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        For a setting outside its limits, or of the wrong kind.
    InputError
        For a file that is missing, empty or not what it was said to be.
    HostError
        For a core that this process may not run on.

    Examples
    --------
    >>> import pyhft as ph
    >>> report = ph.Engine(log=None).run()
    >>> sum(report.messages.values())
    1000000
    """

    def __init__(
        self,
        port: FilePort
        | NetworkPort
        | str
        | os.PathLike[str]
        | Sequence[FilePort | NetworkPort | str | os.PathLike[str]]
        | None = None,
        *,
        feed: str | None = None,
        strategy: str | Macd | Mapping[str, Any] = "macd",
        risk: Risk | Mapping[str, Any] | None = None,
        orders: str | os.PathLike[str] | None = None,
        cores: Cores | Mapping[str, Any] | list[int] | tuple[int, ...] | None = None,
        log: str | os.PathLike[str] | Log | Mapping[str, Any] | None = "trading.log",
        arenas: Arenas | Mapping[str, Any] | None = None,
        udp_port: int | None = None,
        hold: Hold | Mapping[str, Any] | None = None,
        recovery: Recovery | Mapping[str, Any] | str | None = None,
        order_destination: str | None = None,
        watch: Sequence[str] = (),
        watch_levels: int = 10,
    ) -> None:
        if feed is not None and feed not in FEEDS:
            raise ArgumentError(f"feed is {feed!r}; name one of: {', '.join(FEEDS)}.")
        self._lines = _lines_of(port)
        self._live = bool(self._lines) and isinstance(self._lines[0], NetworkPort)
        self._feed = feed
        self._strategy = strategy_of(strategy)
        self._risk = Risk.of(risk)
        self._cores = Cores.of(cores)
        self._arenas = Arenas.of(arenas)
        self._orders = "" if orders is None else given_path("orders", orders)
        self._log_settings = None if log is None else Log.of(log if isinstance(log, Log | Mapping) else {"file": log})
        self._log = "" if self._log_settings is None else str(self._log_settings.file)
        self._hold = Hold.of(hold)
        self._recovery = None if recovery is None else Recovery.of(recovery)
        refuse_one_file_twice({**input_files(self._lines), "orders": self._orders, "log": self._log})
        for line in self._lines:
            if isinstance(line, NetworkPort):
                self._check_live(line, udp_port, order_destination)
        if self._recovery is not None and not self._live:
            raise ArgumentError(f"recovery is {self._recovery.server!r}, but a file doesn't wait for it: leave it out.")
        self._udp_port = None if udp_port is None else whole_number("udp_port", udp_port, 1, 65_535, "a UDP port")
        self._order_destination = ipv4_endpoint("order_destination", order_destination or _FILES_ORDER_DESTINATION)
        self._watched = _watched(watch)
        self._watch_levels = whole_number("watch_levels", watch_levels, 1, _MOST_WATCH_LEVELS, "the levels to show")
        self._lock = threading.Lock()
        self._active = False
        self._running: _engine.Engine | None = None
        self._stop_asked = False
        self._last_health: dict[str, Any] | None = None

    @property
    def feed(self) -> Feed:
        """The feed, of which ``feed.health`` tells how it is doing while the engine runs, and afterwards."""
        return Feed(self._health)

    def _health(self) -> dict[str, Any] | None:
        with self._lock:
            return self._last_health if self._running is None else self._running.health()

    def run(
        self,
        *,
        digests: bool = False,
        progress: Progress | None = None,
        packets: int | None = None,
        seconds: float | None = None,
        idle: float | None = None,
    ) -> Report:
        """Run to the end of the input, or until `stop`, and report.

        Parameters
        ----------
        digests : bool
            Read the input once more, after the run, for the digests of every book's best-quote trace and depth. For
            whole files only.
        progress : callable, optional
            Called ten times a second in this thread, and once behind the end, with the messages so far and the share of
            the input, 0 to 1; a port to a network has no end, and the share is 0.
        packets : int, optional
            End after so many packets.
        seconds : float, optional
            End after so long.
        idle : float, optional
            End when nothing was received for so many seconds.

        Returns
        -------
        Report

        Raises
        ------
        InputError
            Where no feed is found in the input, or not the one that was named.
        ArgumentError
            Where this engine is running already, or a limit is out of range.
        HostError
            Where the host refuses the port.

        Notes
        -----
        The hot thread and the background thread leave Python before they begin and come back when they have ended; this
        thread only waits, with the GIL free for others. Ctrl-C stops the run and reports what was done so far.
        """
        ends = _Ends.of(packets, seconds, idle)
        live = self._live
        if digests and (live or ends != _Ends()):
            raise ArgumentError("digests are those of a whole file: run over one, without packets, seconds and idle.")
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._as_the_only_run())
            core, settings, warnings = self._opened(stack, ends)
            with self._lock:
                self._running = core
                if self._stop_asked:
                    core.stop()
            stopped = self._watch(core, progress, ends) or self._stop_asked
            if stopped and not live:  # a port to a network has no other end
                warnings.append(f"stopped by the user after {core.progress()[0]:,} messages.")
                if digests:
                    warnings.append("there are no digests: they are those of a whole input.")
            digest_of = {} if stopped or not digests else _digests(core)
            told = core.report()
            with self._lock:
                self._last_health = told["health"]
            return report_of(told, core.quotes(), core.signals(), digest_of, settings, warnings)

    def stop(self) -> None:
        """End the run that is going on soon, from any thread; `run` reports what was done so far."""
        with self._lock:
            self._stop_asked = self._active
            if self._running is not None:
                self._running.stop()

    def throw_kill_switch(self) -> None:
        """Refuse every further order of the run, from any thread; the books go on."""
        with self._lock:
            if self._running is None:
                raise ArgumentError("the kill switch was thrown on an engine that is not running; call run() first.")
            self._running.throw_kill_switch()

    def depth(self, symbol: str, levels: int | None = None) -> NDArray[Any]:
        """Give the best levels of a watched book of the run that is going on, from any thread.

        Parameters
        ----------
        symbol : str
            One of `watch`.
        levels : int, optional
            Rows of the result, 1 to `watch_levels`, which is the default.

        Returns
        -------
        numpy.ndarray
            As `SymbolBook.depth` gives it: shape (levels,), a copy of one moment, after the last burst of packets.
            Zeros before the first message that names the symbol, or comes after its name. The hot thread doesn't wait.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            For a symbol that isn't watched, levels out of range, and where no run is going on.
        """
        rows = self._watch_levels
        if levels is not None:
            rows = whole_number("levels", levels, 1, self._watch_levels, "the levels to show, watch_levels at most")
        if not isinstance(symbol, str) or (name := symbol.encode("latin-1", "replace").rstrip()) not in self._watched:
            raise ArgumentError(f"symbol is {symbol!r}, which isn't watched: name it in watch=, before the run.")
        with self._lock:
            if self._running is None:
                raise ArgumentError("depth() shows books of a run, and none is going on; call run() first.")
            return self._running.depth(name, rows)

    @contextlib.contextmanager
    def _as_the_only_run(self) -> Iterator[None]:
        with self._lock:
            if self._active:
                raise ArgumentError("this engine is running already; wait for its end or make another.")
            self._active = True
            self._stop_asked = False
        try:
            yield
        finally:
            with self._lock:
                self._active = False
                self._running = None

    def _check_live(self, port: NetworkPort, udp_port: int | None, order_destination: str | None) -> None:
        """Refuse what is only for files, and what a port to a network can't do without."""
        if self._orders:
            raise ArgumentError(f"orders is about files, and {port} is a port to a network: leave it out.")
        if udp_port is not None and port.kind == "udp":
            raise ArgumentError(f"udp_port is about whole frames, and {port} gives one port's datagrams: leave it out.")
        if self._feed is None:
            raise ArgumentError(f"{port} is a port to a network: name the feed that comes in, {' or '.join(FEEDS)}.")
        if order_destination is None and port.reaches_network and not self._risk.kill_switch:
            raise ArgumentError(
                f"{port} is a port to a network, where orders go out: give order_destination, such as 10.0.0.2:26400, "
                "or throw the kill switch so that none does."
            )

    def _opened(self, stack: contextlib.ExitStack, ends: _Ends) -> tuple[_engine.Engine, dict[str, Any], list[str]]:
        """Make the core on the port; the run's settings and what is to be warned of come with it."""
        live = [line for line in self._lines if isinstance(line, NetworkPort)]
        if live:
            assert self._feed is not None
            opened = [stack.enter_context(line.for_a_run()) for line in live]
            core = _engine.Engine(self._config(self._feed, ends), opened)
            return core, self._settings([str(line) for line in live], self._feed, live[0].kind), []
        given = [line for line in self._lines if isinstance(line, FilePort)]
        ports = given or [FilePort(stack.enter_context(_synthetic_day()))]
        files = [stack.enter_context(port.unpacked()) for port in ports]
        kinds = [file.kind(self._feed, self._udp_port) for file in files]
        container, feed = kinds[0]
        for file, kind in zip(files, kinds, strict=True):
            if kind != kinds[0]:
                raise InputError(
                    f"'{files[0].name}' is a {container} of {feed} and '{file.name}' a {kind[0]} of {kind[1]}: give "
                    "captures of the lines of one feed."
                )
        size_bytes = max(file.size_bytes for file in files)
        config = self._config(feed, ends)
        config.is_replay = True
        config.max_orders = min(max(_FEWEST, size_bytes // _BYTES_AN_ORDER + 1), _MOST_ORDERS)
        config.max_levels = min(max(_FEWEST, size_bytes // _BYTES_A_LEVEL + 1), _MOST_LEVELS)
        orders = [self._orders, *[""] * len(files)]  # the first line's port sends them
        inputs = [
            _engine.open_input(container, file.path, file.name, to) for file, to in zip(files, orders, strict=False)
        ]
        core = _engine.Engine(config, inputs)
        names = [str(port.path) for port in given] or ["synthetic day"]
        return core, self._settings(names, feed, container), [text for file in files for text in file.warnings]

    def _config(self, feed: str, ends: _Ends) -> _engine.Config:
        config = _engine.Config()
        config.feed = feed
        config.udp_port = self._udp_port
        if ends.packets is not None:
            config.most_packets = ends.packets
        for name, value in {**asdict(self._risk), **asdict(self._strategy)}.items():
            setattr(config, name, value)
        config.order_arena = self._arenas.orders
        config.quote_arena = self._arenas.quotes
        config.signal_arena = self._arenas.signals
        config.arena_huge_pages = self._arenas.huge_pages
        config.order_destination = self._order_destination
        config.hold_ns = self._hold.ns
        config.hold_packets = self._hold.packets
        if (recovery := self._recovery) is not None:
            config.recovery_server = recovery.endpoint()
            config.recovery_timeout_ns = recovery.timeout_ns
            config.recovery_tries = recovery.tries
            config.recover_from_start = recovery.from_start
        config.set_watch(self._watched, self._watch_levels)
        config.log_path = self._log
        if (log := self._log_settings) is not None:
            config.set_log_form(log.sink, log.when_full, log.rotate_bytes, log.rotate_daily)
        return config

    def _settings(self, names: list[str], feed: str, container: str) -> dict[str, Any]:
        hot, log = self._cores.hot, self._cores.log
        return {
            "input": names[0],
            "lines": names,
            "hold": asdict(self._hold),
            "recovery": None if self._recovery is None else asdict(self._recovery),
            "container": container,
            "feed": feed,
            "strategy": {"name": "macd", **asdict(self._strategy)},
            "risk": asdict(self._risk),
            "arenas": asdict(self._arenas),
            "threads": {HOT_THREAD: f"core {hot}", BACKGROUND_THREAD: f"core {log}"},
            "log": self._log or None,
            "orders": self._orders or None,
        }

    def _watch(self, core: _engine.Engine, progress: Progress | None, ends: _Ends) -> bool:
        """Start both threads and wait for their end; True where the user broke in."""
        failures: list[BaseException] = []

        def inside(enter: Callable[[int, str], None], where: int | None, name: str) -> None:
            assert where is not None  # Cores has filled it in
            try:
                enter(where, name)
            except BaseException as failure:  # noqa: BLE001 - carried over to the caller's thread
                failures.append(failure)

        threads = [
            threading.Thread(target=inside, args=(core.run_background, self._cores.log, BACKGROUND_THREAD)),
            threading.Thread(target=inside, args=(core.run_hot, self._cores.hot, HOT_THREAD)),
        ]
        background, hot = threads
        interrupted = False
        try:
            for thread in threads:
                thread.start()
            over = ends.watch()
            runs = True
            while runs:
                try:
                    hot.join(_WATCH_SECONDS)
                    runs = hot.is_alive()  # before the look at its progress, of which the last one shows the end
                    messages, packets, position, size = core.progress()
                    if progress is not None:
                        progress(messages, position / size if size else 0.0)
                    if over(packets):
                        core.stop()
                except KeyboardInterrupt:
                    interrupted = True
                    core.stop()
        finally:
            # Whatever went wrong in this thread, no order leaves behind its back.
            core.stop()
            if hot.ident is None:  # it couldn't be started: the other one waits for its end
                inside(core.run_hot, self._cores.hot, HOT_THREAD)
            for thread in (hot, background):
                while thread.ident is not None and thread.is_alive():
                    with contextlib.suppress(KeyboardInterrupt):
                        thread.join(_WATCH_SECONDS)
        if failures:
            raise failures[0]
        return interrupted


def _watched(symbols: Sequence[str]) -> list[bytes]:
    if isinstance(symbols, str) or not isinstance(symbols, Sequence):
        raise ArgumentTypeError(f"watch is {symbols!r}; give symbols in a list, such as ['AAPL'].")
    names = []
    for one in symbols:
        if not isinstance(one, str):
            raise ArgumentTypeError(f"watch holds {one!r}; give symbols as text.")
        name = one.encode("latin-1", "replace").rstrip()
        if not 1 <= len(name) <= _SYMBOL_BYTES or name.decode("latin-1") != one.rstrip():
            raise ArgumentError(f"watch holds {one!r}; a symbol has 1 to {_SYMBOL_BYTES} characters of one byte each.")
        names.append(name)
    if len(set(names)) > _MOST_WATCHED:
        raise ArgumentError(f"watch holds {len(set(names))} symbols; {_MOST_WATCHED} at most can be watched.")
    return list(dict.fromkeys(names))


@contextlib.contextmanager
def _synthetic_day() -> Any:
    with tempfile.TemporaryDirectory(prefix="pyhft-") as folder:
        path = Path(folder) / "synthetic.pcap"
        generate.synthetic_day(path)
        yield path


def _digests(core: _engine.Engine) -> dict[int, tuple[str, str]]:
    traces: dict[int, Any] = {}
    depths: dict[int, Any] = {}

    def take(locate: int, is_depth: bool, text: bytes) -> None:
        (depths if is_depth else traces).setdefault(locate, hashlib.sha256()).update(text)

    core.trace_quotes(take)
    return {locate: (traces[locate].hexdigest(), depths[locate].hexdigest()) for locate in traces}


def _lines_of(given: Any) -> list[FilePort | NetworkPort]:
    """Take a port, or the ports of several lines; none for the synthetic day."""
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        return [as_port(given)]
    if not 1 <= len(given) <= _MOST_LINES:
        raise ArgumentError(f"port is a list of {len(given)}; give 1 to {_MOST_LINES} lines of one feed.")
    lines = [as_port(one) for one in given]
    files = [line for line in lines if isinstance(line, FilePort)]
    live = [line for line in lines if isinstance(line, NetworkPort)]
    if files and live:
        raise ArgumentError(f"'{files[0].path}' is a file and {live[0]} a port to a network: give lines of one kind.")
    for number, line in enumerate(lines):
        if isinstance(line, NetworkPort) and any(line.is_same_port(other) for other in lines[:number]):
            raise ArgumentError(f"{line} is given as two lines; name each line's own port.")
    return lines


def input_files(lines: Sequence[FilePort | NetworkPort]) -> dict[str, Path]:
    """Give the files that are read, by what messages call them."""
    files = [line.path for line in lines if isinstance(line, FilePort)]
    return {("the input" if number == 0 else f"line {number}"): path for number, path in enumerate(files)}


def refuse_one_file_twice(files: Mapping[str, str | os.PathLike[str]]) -> None:
    """Refuse to write to a file that is read, or to one file from two sides; what has no path is left out."""
    seen: dict[str, str] = {}
    for what, path in files.items():
        if not path or (Path(path).exists() and not Path(path).is_file()):  # a device can take two
            continue
        real = os.path.realpath(path)
        if real in seen:
            raise ArgumentError(f"{what} is '{path}', which is {seen[real]} too; give each a file of its own.")
        seen[real] = what
