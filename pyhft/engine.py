"""The orchestrator: configures a run, starts and watches its threads, and reports."""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pyhft import generate
from pyhft._core import engine as _engine
from pyhft.config import BACKGROUND_THREAD, HOT_THREAD, Cores, Log, Macd, Risk, whole_number
from pyhft.errors import ArgumentError
from pyhft.ports import FEEDS, FilePort, UnpackedFile, as_port, given_path
from pyhft.report import Report, report_of
from pyhft.strategies import strategy_of

__all__ = ["Engine"]

Progress = Callable[[int, float], None]

# No file adds more orders or levels than it has room for: the shortest message that adds one has 29 bytes. And no venue
# has had more than a few million alive at once.
_BYTES_AN_ORDER = 29
_MOST_ORDERS = 1 << 22
_MOST_LEVELS = 1 << 21
_FEWEST = 1 << 10
_WATCH_SECONDS = 0.1


class Engine:
    """One run: port, feed, books, strategy, risk gate, orders.

    Parameters
    ----------
    port : path, str or FilePort, optional
        A capture or message file (``.gz`` too), or the name of a port (see `open_port`). By default a synthetic trading
        day of a million messages, the same at every run.
    feed : {"itch50", "raw"}, optional
        Found from the content by default; a named feed is held against the content.
    strategy : str, Macd or mapping
        ``"macd"`` for the built-in alpha with its defaults, or its parameters.
    risk : Risk or mapping, optional
        Limits of the risk gate.
    orders : path, optional
        A pcap to which the frames of the orders go; by default they are counted and dropped.
    cores : Cores, mapping or sequence of int, optional
        Where the threads stand: ``{"hot": 0, "log": 1}`` or ``[0, 1]``.
    log : path, Log or mapping, optional
        The log, appended to, by its path or with its form and rotation; None for no log.
    udp_port : int, optional
        Only datagrams to this port are the feed's, 1 to 65 535.
    order_destination : str
        ``"IP:PORT"`` of the frames that orders go out in.

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
        port: FilePort | str | os.PathLike[str] | None = None,
        *,
        feed: str | None = None,
        strategy: str | Macd | Mapping[str, Any] = "macd",
        risk: Risk | Mapping[str, Any] | None = None,
        orders: str | os.PathLike[str] | None = None,
        cores: Cores | Mapping[str, Any] | list[int] | tuple[int, ...] | None = None,
        log: str | os.PathLike[str] | Log | Mapping[str, Any] | None = "trading.log",
        udp_port: int | None = None,
        order_destination: str = "10.0.0.2:26400",
    ) -> None:
        if feed is not None and feed not in FEEDS:
            raise ArgumentError(f"feed is {feed!r}; name one of: {', '.join(FEEDS)}.")
        self._port = None if port is None else as_port(port)
        self._feed = feed
        self._strategy = strategy_of(strategy)
        self._risk = Risk.of(risk)
        self._cores = Cores.of(cores)
        self._orders = "" if orders is None else given_path("orders", orders)
        self._log_settings = None if log is None else Log.of(log if isinstance(log, Log | Mapping) else {"file": log})
        self._log = "" if self._log_settings is None else str(self._log_settings.file)
        refuse_one_file_twice(
            {"the input": self._port.path if self._port else "", "orders": self._orders, "log": self._log}
        )
        self._udp_port = None if udp_port is None else whole_number("udp_port", udp_port, 1, 65_535, "a UDP port")
        self._order_destination = _endpoint(order_destination)
        self._lock = threading.Lock()
        self._active = False
        self._running: _engine.Engine | None = None
        self._stop_asked = False

    def run(self, *, digests: bool = False, progress: Progress | None = None) -> Report:
        """Run to the end of the input, or until `stop`, and report.

        Parameters
        ----------
        digests : bool
            Read the input once more, after the run, for the digests of every book's best-quote trace and depth.
        progress : callable, optional
            Called ten times a second in this thread with the messages so far and the share of the input, 0 to 1.

        Returns
        -------
        Report

        Raises
        ------
        InputError
            Where no feed is found in the input, or not the one that was named.
        ArgumentError
            Where this engine is running already.

        Notes
        -----
        The hot thread and the background thread leave Python before they begin and come back when they have ended; this
        thread only waits, with the GIL free for others. Ctrl-C stops the run and reports what was done so far.
        """
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._as_the_only_run())
            port = self._port or FilePort(stack.enter_context(_synthetic_day()))
            file = stack.enter_context(port.unpacked())
            container, feed = file.kind(self._feed, self._udp_port)
            core = _engine.Engine(self._config(feed, file), container, file.path, file.name, self._orders)
            with self._lock:
                self._running = core
                if self._stop_asked:
                    core.stop()
            interrupted = self._watch(core, progress)
            warnings = list(file.warnings)
            if interrupted or self._stop_asked:
                warnings.append(f"stopped by the user after {core.progress()[0]:,} messages.")
                if digests:
                    warnings.append("there are no digests: they are those of a whole input.")
            digest_of = {} if interrupted or self._stop_asked or not digests else _digests(core)
            return report_of(core.report(), digest_of, self._settings(feed, container), warnings)

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

    def _config(self, feed: str, file: UnpackedFile) -> _engine.Config:
        config = _engine.Config()
        config.feed = feed
        config.udp_port = self._udp_port
        most = max(_FEWEST, file.size_bytes // _BYTES_AN_ORDER + 1)
        config.max_orders = min(most, _MOST_ORDERS)
        config.max_levels = min(most, _MOST_LEVELS)
        for name, value in {**asdict(self._risk), **asdict(self._strategy)}.items():
            setattr(config, name, value)
        config.order_destination = self._order_destination
        config.log_path = self._log
        if (log := self._log_settings) is not None:
            config.set_log_form(log.sink, log.when_full, log.rotate_bytes, log.rotate_daily)
        return config

    def _settings(self, feed: str, container: str) -> dict[str, Any]:
        hot, log = self._cores.hot, self._cores.log
        return {
            "input": str(self._port.path) if self._port else "synthetic day",
            "container": container,
            "feed": feed,
            "strategy": {"name": "macd", **asdict(self._strategy)},
            "risk": asdict(self._risk),
            "threads": {HOT_THREAD: f"core {hot}", BACKGROUND_THREAD: f"core {log}"},
            "log": self._log or None,
            "orders": self._orders or None,
        }

    def _watch(self, core: _engine.Engine, progress: Progress | None) -> bool:
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
            while hot.is_alive():
                try:
                    hot.join(_WATCH_SECONDS)
                    if progress is not None:
                        messages, position, size = core.progress()
                        progress(messages, position / size if size else 0.0)
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


def _endpoint(given: str) -> tuple[tuple[int, int, int, int], int]:
    host, _, port = str(given).rpartition(":")
    try:
        a, b, c, d = ipaddress.IPv4Address(host).packed
        number = int(port)
    except ValueError:
        raise ArgumentError(
            f"order_destination is {given!r}; give an IPv4 address and a port, such as 10.0.0.2:26400."
        ) from None
    return (a, b, c, d), whole_number("order_destination's port", number, 1, 65_535, "a UDP port")
