"""What ports to networks have in common: they are opened when they are first used, and closed."""

from __future__ import annotations

import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import fields
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from numpy.typing import NDArray

from pyhft.config import whole_number
from pyhft.errors import ArgumentError

if TYPE_CHECKING:
    from pyhft._core import net as _net

_MOST_FRAMES = 64

Bytes = bytes | bytearray | memoryview | NDArray[Any]


class Opened:
    """What is open of a port; the queues of one device share it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.core: Any = None
        self.kept = False  # until it is closed, rather than until the last run on it ends
        self.runs: set[object] = set()  # those that have it
        self.last: dict[int, dict[str, int]] = {}  # what each queue had counted when it was closed


class NetworkPort(ABC):
    """A port to a network.

    It is opened by `open`, by a ``with`` block, by its first use or by an engine, and closed by `close`, at the end of
    the block, or by an engine that has found it closed. An engine has it alone for as long as it runs.
    """

    kind: ClassVar[str]
    _opened: Opened
    _queue: int

    def _begin(self) -> None:
        object.__setattr__(self, "_opened", Opened())
        object.__setattr__(self, "_queue", 0)

    def __reduce__(self) -> tuple[Any, ...]:
        # To another process, and into a copy, go the settings: what is open stays where it is.
        settings = {setting.name: getattr(self, setting.name) for setting in fields(cast("Any", self))}
        return _made_anew, (type(self), settings, self._queue)

    @abstractmethod
    def _open_core(self) -> Any:
        """Open what the settings say."""

    @abstractmethod
    def _ports(self, core: Any) -> list[_net.Port]:
        """Give the port of every queue."""

    def _close_core(self, core: Any) -> None:  # noqa: B027 # a core may go by itself
        """Give the core back; may refuse."""

    @property
    def reaches_network(self) -> bool:
        """Whether what is sent can leave this process."""
        return True

    def is_same_port(self, other: object) -> bool:
        """Whether another one has the same settings and is the same queue."""
        return self == other and isinstance(other, NetworkPort) and self._queue == other._queue

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        return self._opened.core is not None

    def open(self) -> Self:
        """Open the port, unless it is open.

        Returns
        -------
        the port itself

        Raises
        ------
        HostError, InputError, ArgumentError
            Where the host refuses it, or its settings can't be; the text names the remedy.
        """
        with self._opened.lock:
            self._port()
        return self

    def close(self) -> None:
        """Close the port, unless it is closed; what it counted is kept.

        Raises
        ------
        ArgumentError
            While an engine runs on it.
        """
        with self._opened.lock:
            core = self._opened.core
            if core is None:
                return
            if self._opened.runs:
                raise ArgumentError(f"{self} is in use by a running engine: wait for its end before you close it.")
            ports = self._ports(core)
            self._close_core(core)
            self._opened.core = None
            self._opened.kept = False
            self._opened.last = {number: port.stats() for number, port in enumerate(ports)}

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def rx_burst(self, most: int = 32) -> _net.Burst:
        """Receive what has come, without waiting.

        Parameters
        ----------
        most : int
            Frames at most, 1 to 64.

        Returns
        -------
        Burst
            A sequence of read-only uint8 arrays of shape (length,), views of the port's own buffers, and
            ``timestamps``, int64 in ns. For a ``with`` block, at whose end they can't be used any more. At a UDP port a
            frame is the payload of a datagram, at a DPDK port it begins with the Ethernet header.

        Raises
        ------
        ArgumentError
            For a number out of range, or while an engine runs on the port.

        Examples
        --------
        >>> import pyhft as ph
        >>> with ph.UdpPort("127.0.0.1:26499") as port, port.rx_burst() as frames:
        ...     lengths = [frame.size for frame in frames]
        >>> lengths
        []
        """
        most = whole_number("rx_burst: most", most, 1, _MOST_FRAMES, "how many frames to take at most")
        return self._port().rx_burst(most)

    def send(self, frames: Bytes | Sequence[Bytes]) -> int:
        """Send whole frames, from the Ethernet header on.

        Parameters
        ----------
        frames : bytes-like or sequence of bytes-like
            One frame, or several; they are copied into buffers of the port.

        Returns
        -------
        int
            How many the port took, in order; it takes no more where its send ring is full.

        Raises
        ------
        ArgumentError
            For a frame that is longer than a buffer of the port, or while an engine runs on it.
        ArgumentTypeError
            For anything without bytes.
        """
        return self._port().send(frames)

    def stats(self) -> dict[str, int]:
        """Tell what was counted since the port was opened, by name; of a closed one, when it had been closed."""
        with self._opened.lock:
            if self._opened.core is None:
                return dict(self._opened.last.get(self._queue, {}))
            return self._port().stats()

    def info(self) -> dict[str, bool | int | str]:
        """Tell what the port stands on, by name; opens it."""
        return self._port().info()

    def warnings(self) -> list[str]:
        """Tell what its user should know, in whole sentences; opens it."""
        return self._port().warnings()

    def _port(self) -> _net.Port:
        with self._opened.lock:
            self._opened.kept = True
            return self._ports(self._core())[self._queue]

    def _core(self) -> Any:
        if self._opened.core is None:
            try:
                self._opened.core = self._open_core()
            except BaseException:
                self._opened.kept = False
                raise
            self._opened.last = {}
        return self._opened.core

    @contextlib.contextmanager
    def for_a_run(self) -> Iterator[_net.Port]:
        """Give the core's port to a run, open for as long as it lasts."""
        run = object()
        try:
            with self._opened.lock:
                port = self._ports(self._core())[self._queue]
                self._opened.runs.add(run)
            yield port
        finally:  # wherever Ctrl-C came in between
            with self._opened.lock:
                self._opened.runs.discard(run)
                if not self._opened.runs and not self._opened.kept:
                    self.close()


def _made_anew(kind: Any, settings: dict[str, Any], queue: int) -> NetworkPort:
    port: NetworkPort = kind(**settings)
    object.__setattr__(port, "_queue", queue)
    return port
