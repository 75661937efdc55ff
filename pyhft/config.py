"""What a run is configured with: frozen values, checked once, with the limits that the core will hold them to."""

from __future__ import annotations

import ipaddress
import operator
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

from pyhft._core import threads
from pyhft.errors import ArgumentError, ArgumentTypeError, HostError

__all__ = ["Arenas", "Cores", "Hold", "Log", "Macd", "Recovery", "Risk"]

HOT_THREAD = "market_data_hot"
BACKGROUND_THREAD = "async_logger"


def whole_number(name: str, value: Any, lowest: int, highest: int, what: str) -> int:
    """Take an integer of any kind within limits; `what` is the remedy's object, such as 'a UDP port'."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise ArgumentTypeError(f"{name} is {value!r}; give {what} as a whole number.")
    if not lowest <= number <= highest:
        raise ArgumentError(f"{name} is {shown(number)}; it must be from {lowest} to {highest}: give {what}.")
    return number


def shown(number: int) -> str:
    """Say an integer; Python refuses to say those of thousands of digits."""
    return str(number) if abs(number) < 2**64 else "a number of more than 64 bits"


def printable(name: str) -> str:
    """Say a name from the wire, where every byte is possible, to a terminal."""
    return name if name.isprintable() else repr(name)[1:-1]


def ipv4_address(name: str, given: Any) -> tuple[int, int, int, int]:
    """Take the text of an IPv4 address."""
    try:
        a, b, c, d = ipaddress.IPv4Address(str(given)).packed
    except ValueError:
        raise ArgumentError(f"{name} is {given!r}; give an IPv4 address, such as 10.0.0.2.") from None
    return a, b, c, d


def ipv4_endpoint(name: str, given: Any) -> tuple[tuple[int, int, int, int], int]:
    """Take ``"IP:PORT"``."""
    host, _, port = str(given).rpartition(":")
    try:
        address = ipv4_address(name, host) if re.fullmatch("[0-9]{1,9}", port) else None
    except ArgumentError:
        address = None
    if address is None:
        raise ArgumentError(f"{name} is {given!r}; give an IPv4 address and a port, such as 10.0.0.2:26400.")
    return address, whole_number(f"{name}'s port", int(port), 1, 65_535, "a UDP port")


def given_path(what: str, given: object) -> str:
    """Take the text of a path; refuse what can't name a file."""
    path = os.fspath(given) if isinstance(given, str | os.PathLike) else None
    if not isinstance(path, str):
        raise ArgumentTypeError(f"{what} is {given!r}; give the path of a file.")
    if not path or "\0" in path:
        raise ArgumentError(f"{what} is {path!r}, which can't name a file; give a path.")
    try:
        path.encode()
    except UnicodeEncodeError:
        raise ArgumentError(f"{what} is {path!r}, which isn't UTF-8; rename the file.") from None
    return path


class _Settings:
    """What the groups of settings share: they can be given as a mapping with the same names."""

    _of: ClassVar[str] = ""  # stands before the name of a setting that says too little by itself

    @classmethod
    def of(cls, given: Self | Mapping[str, Any] | None) -> Self:
        """Take an instance as it is, a mapping by its names, nothing as the defaults."""
        if isinstance(given, cls):
            return given
        if given is None:
            return cls()
        if not isinstance(given, Mapping):
            raise ArgumentTypeError(
                f"{cls.__name__.lower()} is {given!r}; give a pyhft.{cls.__name__} or a mapping of its settings."
            )
        known = [setting.name for setting in fields(cls)]  # type: ignore[arg-type]
        for name in given:
            if name not in known:
                raise ArgumentError(
                    f"{cls.__name__.lower()} has no setting {name!r}; its settings are {', '.join(known)}."
                )
        return cls(**given)

    def _check_whole(self, name: str, lowest: int, highest: int, what: str) -> None:
        object.__setattr__(self, name, whole_number(self._of + name, getattr(self, name), lowest, highest, what))


@dataclass(frozen=True)
class Risk(_Settings):
    """Limits of the risk gate, which every order passes on the hot path.

    Parameters
    ----------
    order_size : int
        Rule ``order_size``: shares of one order, 1 to 2**32 - 1.
    position : int
        Rule ``position``: shares held or owed of one instrument, counting every sent order as filled, 1 to 2**53.
    price_collar_bps : int
        Rule ``price_collar``: how far from the mid an order may be, in 1/10 000 of the mid, 1 to 10 000.
    kill_switch : bool
        Rule ``kill_switch``: thrown from the start, so that nothing is sent.

    Raises
    ------
    ArgumentError
        For a value outside its limits.
    ArgumentTypeError
        For a value that is no whole number (or no bool).
    """

    order_size: int = field(default=1_000, metadata={"help": "most shares of one order"})
    position: int = field(default=1_000, metadata={"help": "most shares held or owed of one instrument"})
    price_collar_bps: int = field(default=500, metadata={"help": "furthest from the mid, in 1/10 000 of it"})
    kill_switch: bool = field(default=False, metadata={"help": "send no order at all"})

    def __post_init__(self) -> None:
        self._check_whole("order_size", 1, 2**32 - 1, "the most shares that one order may have")
        self._check_whole("position", 1, 2**53, "the most shares to be held or owed of one instrument")
        self._check_whole("price_collar_bps", 1, 10_000, "how far from the mid an order may be, in 1/10 000 of the mid")
        if not isinstance(self.kill_switch, bool):
            raise ArgumentTypeError(f"kill_switch is {self.kill_switch!r}; give True or False.")


@dataclass(frozen=True)
class Macd(_Settings):
    """Parameters of the built-in alpha: MACD of the mid price, per instrument.

    When the histogram changes sign, it sends an order in that direction at the far touch.

    Parameters
    ----------
    fast, slow, signal : int
        Periods in changes of the mid; 1 <= fast < slow <= 1 000 000 000 and 1 <= signal <= 1 000 000 000.
    shares : int
        Shares of one order, 1 to 2**32 - 1.

    Raises
    ------
    ArgumentError
        For a value outside its limits.
    ArgumentTypeError
        For a value that is no whole number.
    """

    fast: int = field(default=12, metadata={"help": "shorter period, in changes of the mid"})
    slow: int = field(default=26, metadata={"help": "longer period, in changes of the mid"})
    signal: int = field(default=9, metadata={"help": "period of the signal line, in changes of the mid"})
    shares: int = field(default=100, metadata={"help": "shares of one order"})

    def __post_init__(self) -> None:
        longest = 1_000_000_000
        self._check_whole("fast", 1, longest, "the shorter period, in changes of the mid")
        self._check_whole("slow", 1, longest, "the longer period, in changes of the mid")
        self._check_whole("signal", 1, longest, "the period of the signal line, in changes of the mid")
        self._check_whole("shares", 1, 2**32 - 1, "the shares of one order")
        if self.fast >= self.slow:
            raise ArgumentError(
                f"fast is {self.fast} and slow is {self.slow}; fast must be below slow: "
                "give the shorter period first, such as 12 and 26."
            )


@dataclass(frozen=True)
class Arenas(_Settings):
    """Memory that a run takes before it begins, in slots: of what is kept while it runs, and looked at afterwards.

    A full arena keeps what it has and counts the rest; trading goes on, except that an order without a slot isn't sent.

    Parameters
    ----------
    orders : int
        Orders on their way at once, in one burst of packets, 1 to 2**32.
    quotes : int
        Changes of a best quote, which `Report.quote_log` has, 0 (none) to 2**32.
    signals : int
        Signals of the strategy, which `Report.signal_log` has, 0 (none) to 2**32.
    huge_pages : {"try", "never", "always"}
        Whether they stand on huge pages of 2 MiB; ``"always"`` refuses to run without.

    Raises
    ------
    ArgumentError
        For a value outside its limits.
    ArgumentTypeError
        For a number of slots that is no whole number.
    """

    _of: ClassVar[str] = "arenas "

    orders: int = field(default=100_000, metadata={"help": "orders on their way at once"})
    quotes: int = field(default=1_000_000, metadata={"help": "changes of a best quote that are kept"})
    signals: int = field(default=10_000, metadata={"help": "signals of the strategy that are kept"})
    huge_pages: str = field(
        default="try", metadata={"help": "whether they stand on huge pages", "choices": ("try", "never", "always")}
    )

    def __post_init__(self) -> None:
        most = 2**32
        self._check_whole("orders", 1, most, "the most orders that are on their way at once")
        self._check_whole("quotes", 0, most, "the most changes of a best quote to keep, or 0 for none")
        self._check_whole("signals", 0, most, "the most signals to keep, or 0 for none")
        if self.huge_pages not in ("try", "never", "always"):
            raise ArgumentError(f"huge_pages is {self.huge_pages!r}; give 'try', 'never' or 'always'.")


@dataclass(frozen=True)
class Hold(_Settings):
    """How long, and how much of, what is ahead of its turn is held back, where a feed comes by several lines.

    While anything is missing, nothing behind it reaches the books and no order goes out on them. When the wait is over
    the missing messages are asked for, where there is a recovery server, or else count as a gap: the books are stale.

    Parameters
    ----------
    ns : int
        How long the other lines are waited for, 0 to 60 s; of captures by their time stamps.
    packets : int
        Packets that can be held at once, 1 to 1 000 000, of 2 KiB each.

    Raises
    ------
    ArgumentError
        For a value outside its limits.
    ArgumentTypeError
        For a value that is no whole number.
    """

    _of: ClassVar[str] = "hold "

    ns: int = field(default=10_000_000, metadata={"help": "how long the other lines are waited for, in ns"})
    packets: int = field(default=4_096, metadata={"help": "packets that can be held at once"})

    def __post_init__(self) -> None:
        self._check_whole("ns", 0, 60_000_000_000, "how long to wait for the other lines, in ns")
        self._check_whole("packets", 1, 1_000_000, "how many packets to hold at most")


@dataclass(frozen=True)
class Recovery(_Settings):
    """Where and how messages that no line brought are asked for: MoldUDP64's retransmission.

    Requests leave from the hot thread, through a socket of their own, and only while something is missing. What is
    behind it is held back, and no order goes out, until it has come or the server has been given up.

    Parameters
    ----------
    server : str
        ``"udp:IP:PORT"`` of the server.
    timeout_ns : int
        After which a request is made again, 1 us to 60 s.
    tries : int
        Requests for the same message before it is given up, 1 to 1 000.
    from_start : bool
        Whether a session that is joined late is recovered from its first message.

    Raises
    ------
    ArgumentError
        For a value outside its limits, or a server that isn't named by an IPv4 address and a port.
    ArgumentTypeError
        For a value of the wrong kind.
    """

    server: str
    timeout_ns: int = field(default=50_000_000, metadata={"help": "after which a request is made again, in ns"})
    tries: int = field(default=5, metadata={"help": "requests for a message before it is given up"})
    from_start: bool = field(default=False, metadata={"help": "recover a session that is joined late from message 1"})

    @classmethod
    def of(cls, given: Self | Mapping[str, Any] | str | None) -> Self:
        """Take the server's name alone, too."""
        return cls(given) if isinstance(given, str) else super().of(given)

    def __post_init__(self) -> None:
        if not isinstance(self.server, str):
            raise ArgumentTypeError(f"recovery: server is {self.server!r}; give text, such as 'udp:10.0.0.2:26500'.")
        self.endpoint()
        self._check_whole("timeout_ns", 1_000, 60_000_000_000, "how long to wait for an answer, in ns")
        self._check_whole("tries", 1, 1_000, "how often to ask for a message")
        if not isinstance(self.from_start, bool):
            raise ArgumentTypeError(f"from_start is {self.from_start!r}; give True or False.")

    def endpoint(self) -> tuple[tuple[int, int, int, int], int]:
        """Give the server's address and port."""
        kind, colon, rest = self.server.partition(":")
        if kind != "udp" or not colon:
            raise ArgumentError(f"recovery server is {self.server!r}; name it as 'udp:IP:PORT'.")
        return ipv4_endpoint("recovery server", rest)


@dataclass(frozen=True)
class Log(_Settings):
    """The log of a run.

    Where a `Logger` of this process has the same file open, the engine's lines go into that log, in the order of time.
    What differs from the defaults in `sink`, `rotate_bytes` and `rotate_daily` must then be as that logger has it: the
    run is refused with an ArgumentError otherwise.

    Parameters
    ----------
    file : path
        Appended to.
    sink : {'text', 'json', 'binary'}
        Its form; ``pyhft log`` decodes the binary one.
    when_full : {'drop', 'block', 'grow'}
        What the hot thread does when it has logged faster than can be written: drop and count, wait, take more memory.
    rotate_bytes : int, optional
        A file that would become longer than so many bytes is put aside first.
    rotate_daily : bool
        The same at the end of a day of UTC.

    Raises
    ------
    ArgumentError
        For a value outside its limits.
    ArgumentTypeError
        For a value of the wrong kind.
    """

    file: str | os.PathLike[str] = "trading.log"
    sink: str = "text"
    when_full: str = "drop"
    rotate_bytes: int | None = None
    rotate_daily: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "file", given_path("log", self.file))
        for name, known in (("sink", ("text", "json", "binary")), ("when_full", ("drop", "block", "grow"))):
            if getattr(self, name) not in known:
                raise ArgumentError(f"{name} is {getattr(self, name)!r}; give one of {', '.join(map(repr, known))}.")
        if self.rotate_bytes is not None:
            self._check_whole("rotate_bytes", 1, 2**62, "a size in bytes, such as 100_000_000")
        if not isinstance(self.rotate_daily, bool):
            raise ArgumentTypeError(f"rotate_daily is {self.rotate_daily!r}; give True or False.")


@dataclass(frozen=True)
class Cores(_Settings):
    """Where the threads of a run stand.

    Parameters
    ----------
    hot : int, optional
        Core of the thread ``market_data_hot``; the first allowed core by default.
    log : int, optional
        Core of the thread ``async_logger``; the second allowed core by default, or the first where there is only one.

    Raises
    ------
    HostError
        For a core that this process may not run on; the text names the allowed ones.
    ArgumentTypeError
        For a core that is no whole number.
    """

    hot: int | None = None
    log: int | None = None

    @classmethod
    def of(cls, given: Self | Mapping[str, Any] | list[int] | tuple[int, ...] | None) -> Self:
        """Take the cores also as a sequence: of the hot thread, of the log thread."""
        if isinstance(given, list | tuple):
            names = [setting.name for setting in fields(cls)]
            if len(given) > len(names):
                raise ArgumentError(f"cores is {given!r}; give at most {len(names)}: {', '.join(names)}.")
            return cls(*given)
        return super().of(given)

    def __post_init__(self) -> None:
        allowed = threads.allowed_cores()
        for name, default in (("hot", allowed[0]), ("log", allowed[min(1, len(allowed) - 1)])):
            given = getattr(self, name)
            try:
                core = default if given is None else operator.index(given)
            except TypeError:
                raise ArgumentTypeError(f"core {name} is {given!r}; give the number of a core.") from None
            if core not in allowed:
                raise HostError(
                    f"core {name} is {core}, but this process may run on {', '.join(map(str, allowed))} only; "
                    "give one of these, or widen the set (taskset, cpuset)."
                )
            object.__setattr__(self, name, core)
