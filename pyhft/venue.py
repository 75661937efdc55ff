"""The publishing side of an exchange, simulated: a day over real sockets, and what goes wrong on its way."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from numbers import Real
from types import TracebackType
from typing import Any, Self

from pyhft import generate
from pyhft._core import sim as _sim
from pyhft.config import ipv4_address, whole_number
from pyhft.errors import ArgumentError, ArgumentTypeError
from pyhft.ports import FilePort, as_port
from pyhft.udp_port import UdpPort

__all__ = ["Venue"]

DEFAULT_PACKETS_PER_SECOND = 20_000.0
MOST_LINES = 2
_MOST_BYTES = 65_507
_LONGEST_SECONDS = 86_400.0
_DAY = ("seed", "messages", "symbols")

_Each = float | Sequence[float]


class Venue:
    """Publishes a day as MoldUDP64 on one or two UDP destinations, and answers requests for what was missed.

    For trying a receiver over real sockets: losses, copies, late and swapped packets are made to measure, and the same
    seed makes the same ones. It runs on a thread of its own, from `start`, or the beginning of a ``with`` block, to the
    end of the day or `stop`, or the end of the block.

    Line A, the first one, leads: the pace is that of its packets, and line B follows, in packets of its own. What line
    A has published can be asked for, also when it was lost on both lines. docs/venue.md has more.

    Parameters
    ----------
    day : path, FilePort or mapping, optional
        A capture of ITCH over MoldUDP64, or a file of length-prefixed ITCH 5.0 messages, ``.gz`` too; or the arguments
        ``seed``, ``messages`` and ``symbols`` of `pyhft.generate.synthetic_day`. By default its synthetic day.
    lines : sequence of str or UdpPort
        One or two destinations: ``"udp:IP:PORT"`` of a host or a multicast group, ``"udp:GROUP:PORT@INTERFACE"`` where
        the routes don't say by which interface.
    requests : str, optional
        ``"udp:IP:PORT"`` of this host where requests are answered, ``"udp:*:PORT"`` on all its addresses; port 0 is any
        that is free. By default none are answered.
    packets_per_second : float
        Of line A, 0.001 to 1e9; ``math.inf`` is as fast as can be. By default 20 000, unless there is a speed.
    speed : float
        Instead of packets_per_second: at the captured times, so many times as fast, 0.001 to 1e9.
    loss, duplicates, reordered : float or sequence of float
        Share of the packets, 0 to 1, that never arrive, arrive twice, or are held back until others have passed them.
        One number for all lines, or one for each; as with all that follow up to packet_bytes.
    loss_burst : float or sequence of float
        How many packets in a row are lost, on average, 1 to 1e6.
    reorder_depth : int or sequence of int
        How many packets pass one that is held back, at most, 1 to 1000.
    delay : float or sequence of float
        Seconds until a packet leaves, 0 to 86 400, such as ``(0, 0.002)`` for a line B that lags behind.
    packet_messages : int or sequence of int
        A packet has 1 to so many messages, as the seed says; 1 to 65 534.
    packet_bytes : int or sequence of int
        Of a packet with its header, at most 65 507.
    heartbeat : float
        Seconds without a packet before there is a heartbeat, and between two packets that tell the end; from 0.001.
    pre_open : float
        Seconds of nothing but heartbeats before the first message.
    end_of_session : float
        Seconds for which the end of the session is told, while requests are still answered.
    session : str
        The session's name, ten characters of ASCII.
    seed : int
        Of packing, losses and all the rest, 0 to 2**64 - 1.
    answer_bytes : int
        Of an answer with its header, at most 65 507.
    answers_per_second : int
        How many are given at most, 1 to 1e9.
    request_loss, answer_loss : float
        Share of the requests that get lost, and of the answers.
    udp_port : int, optional
        Of a capture only datagrams to this port.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        For a value outside its limits, or of the wrong kind.
    InputError
        For a day that can't be read.
    HostError
        For what this host refuses, such as a port for requests that is taken.

    Examples
    --------
    >>> import pyhft as ph
    >>> lines = ["udp:127.0.0.1:26497", "udp:127.0.0.1:26498"]
    >>> day = {"messages": 1_000, "symbols": 10}
    >>> with ph.Venue(day, lines=lines, requests="udp:127.0.0.1:0", loss=[0.01, 0.02], end_of_session=0) as venue:
    ...     over = venue.wait(timeout=60)
    >>> over, venue.counters()["published"]
    (True, 1000)
    """

    def __init__(
        self,
        day: str | os.PathLike[str] | FilePort | Mapping[str, int] | None = None,
        *,
        lines: Sequence[str | UdpPort],
        requests: str | None = None,
        packets_per_second: float | None = None,
        speed: float | None = None,
        loss: _Each = 0.0,
        loss_burst: _Each = 1.0,
        duplicates: _Each = 0.0,
        reordered: _Each = 0.0,
        reorder_depth: int | Sequence[int] = 3,
        delay: _Each = 0.0,
        packet_messages: int | Sequence[int] = 16,
        packet_bytes: int | Sequence[int] = 1400,
        heartbeat: float = 1.0,
        pre_open: float = 0.0,
        end_of_session: float = 5.0,
        session: str = "SIMVENUE01",
        seed: int = 1,
        answer_bytes: int = 1400,
        answers_per_second: int = 100_000,
        request_loss: float = 0.0,
        answer_loss: float = 0.0,
        udp_port: int | None = None,
    ) -> None:
        if isinstance(lines, str | UdpPort) or not isinstance(lines, Sequence):
            raise ArgumentTypeError(f"lines is {lines!r}; give a list of one or two, such as ['udp:127.0.0.1:26400'].")
        if not 1 <= len(lines) <= MOST_LINES:
            raise ArgumentError(f"lines has {len(lines)}; give one or two, such as ['udp:127.0.0.1:26400'].")
        destinations = [_destination("lines", one) for one in lines]
        count = len(destinations)
        shares = {"loss": loss, "duplicates": duplicates, "reordered": reordered}
        settings = _sim.VenueSettings()
        each: list[dict[str, Any]] = [{} for _ in destinations]
        for name, given in shares.items():
            for one, value in zip(each, _for_each(name, given, count), strict=True):
                one[name] = _share(name, value)
        for one, value in zip(each, _for_each("loss_burst", loss_burst, count), strict=True):
            one["loss_burst"] = _number("loss_burst", value, 1.0, 1e6, "how many packets are lost in a row")
        for one, value in zip(each, _for_each("delay", delay, count), strict=True):
            one["delay_ns"] = _nanoseconds("delay", value)
        for name, numbers, highest, what in (
            ("reorder_depth", reorder_depth, 1_000, "how many packets may pass one"),
            ("packet_messages", packet_messages, 65_534, "the most messages of a packet"),
            ("packet_bytes", packet_bytes, _MOST_BYTES, "the most bytes of a packet"),
        ):
            for one, value in zip(each, _for_each(name, numbers, count), strict=True):
                one[name] = whole_number(name, value, 1, highest, what)
        for (address, port, interface), values in zip(destinations, each, strict=True):
            line = _sim.LineSettings()
            for name, value in values.items():
                setattr(line, name, value)
            settings.add_line(address, port, interface, line)
        if requests is not None:
            address, port, interface = _destination("requests", requests, lowest_port=0)
            if interface:
                raise ArgumentError(f"requests is {requests!r}; name an address of this host and no interface.")
            settings.answer_requests(address, port)
        settings.pace, settings.rate = _pace(packets_per_second, speed)
        settings.heartbeat_ns = _nanoseconds("heartbeat", heartbeat, 0.001)
        settings.pre_open_ns = _nanoseconds("pre_open", pre_open)
        settings.end_of_session_ns = _nanoseconds("end_of_session", end_of_session)
        if not isinstance(session, str) or not re.fullmatch("[ -~]{10}", session):
            raise ArgumentError(f"session is {session!r}; give ten characters of ASCII, such as 'SIMVENUE01'.")
        settings.session = session
        settings.seed = whole_number("seed", seed, 0, 2**64 - 1, "the seed of what goes wrong")
        settings.answer_bytes = whole_number(
            "answer_bytes", answer_bytes, 1, _MOST_BYTES, "the most bytes of an answer"
        )
        settings.answers_per_second = whole_number(
            "answers_per_second", answers_per_second, 1, 10**9, "the most answers a second"
        )
        settings.request_loss = _share("request_loss", request_loss)
        settings.answer_loss = _share("answer_loss", answer_loss)
        if udp_port is not None:
            udp_port = whole_number("udp_port", udp_port, 1, 65_535, "the UDP port of the feed in the capture")
        self._lines = [_name(*one) for one in destinations]
        self._request_address = None if requests is None else address
        self._session = session
        self._core, self._warnings = _open(day, udp_port, settings)

    def start(self) -> Self:
        """Begin the day, once.

        Returns
        -------
        Venue
            The venue itself.

        Raises
        ------
        ArgumentError
            When it was begun before: make another venue to play a day again.
        """
        self._core.start()
        return self

    def stop(self) -> None:
        """End the day wherever it is; nothing is sent or answered after that."""
        self._core.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end of the day, with the time for which its end is told.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most; without an end by default.

        Returns
        -------
        bool
            Whether it is over, or was stopped.

        Raises
        ------
        ArgumentError
            Before `start`.
        """
        return self._core.wait(timeout)

    def counters(self) -> dict[str, Any]:
        """Tell what was counted so far.

        Returns
        -------
        dict
            ``published``: messages that can be asked for. ``lines``, for each one a dict: ``packets`` and ``messages``
            sent, ``bytes``, ``heartbeats``, ``ends_of_session``, ``lost_packets``, ``lost_messages``,
            ``lost_heartbeats``, ``duplicates``, ``reordered``, ``send_errors``. ``requests``, where they are answered,
            a dict of ``requests`` and what became of them: ``answers``, ``malformed``, ``other_sessions``,
            ``unpublished``, ``empty``, ``over_rate``, ``lost_requests``, ``lost_answers``; ``messages`` in answers and
            ``send_errors``.
        """
        return self._core.counters()

    @property
    def addresses(self) -> dict[str, Any]:
        """The names of the ``lines``, and of the ``requests`` with the port that it really has, None without."""
        requests = None
        if self._request_address is not None:
            requests = _name(self._request_address, self._core.request_port, "")
        return {"lines": list(self._lines), "requests": requests}

    @property
    def messages(self) -> int:
        """Messages of the whole day."""
        return self._core.messages

    @property
    def session(self) -> str:
        """The session's name."""
        return self._session

    @property
    def warnings(self) -> list[str]:
        """What its user should know of the day, in whole sentences."""
        return self._warnings + self._core.warnings

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Venue of {self.messages:,} messages on {', '.join(self._lines)}>"


def _open(day: Any, udp_port: int | None, settings: _sim.VenueSettings) -> tuple[_sim.Venue, list[str]]:
    if day is None or isinstance(day, Mapping):
        if udp_port is not None:
            raise ArgumentError("udp_port is about captures: leave it out where the day is synthetic.")
        given = dict(day or {})
        if unknown := [name for name in given if name not in _DAY]:
            raise ArgumentError(f"day has no {unknown[0]!r}; its arguments are {', '.join(_DAY)}.")
        defaults = (generate.DEFAULT_SEED, generate.DEFAULT_MESSAGES, generate.DEFAULT_SYMBOLS)
        limits = ((0, 2**64 - 1), (1, _sim.max_messages), (1, _sim.max_symbols))
        seed, messages, symbols = (
            whole_number(f"day's {name}", given.get(name, default), *within, f"the {name} of a synthetic day")
            for name, default, within in zip(_DAY, defaults, limits, strict=True)
        )
        return _sim.Venue.of_synthetic_day(seed, messages, symbols, settings), []
    port = as_port(day)
    if not isinstance(port, FilePort):
        raise ArgumentError(f"day is {day!r}, which has no messages yet; give a capture or a message file.")
    with port.unpacked() as file:
        return _sim.Venue.of_file(file.path, file.name, udp_port, settings), file.warnings


def _pace(packets_per_second: float | None, speed: float | None) -> tuple[str, float]:
    if speed is not None:
        if packets_per_second is not None:
            raise ArgumentError("packets_per_second and speed are two paces: give one of them.")
        return "captured_time", _number("speed", speed, 1e-3, 1e9, "how many times as fast as it was captured")
    if packets_per_second is None:
        return "packets_per_second", DEFAULT_PACKETS_PER_SECOND
    if packets_per_second == math.inf:
        return "unlimited", 1.0
    what = "the packets a second of line A, or math.inf"
    return "packets_per_second", _number("packets_per_second", packets_per_second, 1e-3, 1e9, what)


def _destination(what: str, given: str | UdpPort, lowest_port: int = 1) -> tuple[tuple[int, int, int, int], int, str]:
    """Take ``"udp:IP:PORT[@INTERFACE]"``."""
    if isinstance(given, UdpPort):
        given = f"udp:{given.address}" + (f"@{given.interface}" if given.interface else "")
    if not isinstance(given, str):
        raise ArgumentTypeError(f"{what} has {given!r}; give text, such as 'udp:127.0.0.1:26400'.")
    found = re.fullmatch(r"(?:udp:)?([^:@,]+):([0-9]{1,9})(?:@([!-.0-?A-~]{1,15}))?", given)
    if found is None:
        raise ArgumentError(f"{what} has {given!r}; give 'udp:IP:PORT', such as 'udp:127.0.0.1:26400'.")
    host, number, interface = found.groups()
    listens = lowest_port == 0
    address = ipv4_address(f"{what}: the address", "0.0.0.0" if host == "*" and listens else host)
    port = whole_number(f"{what}: the port", int(number), lowest_port, 65_535, "a UDP port")
    return address, port, interface or ""


def _name(address: tuple[int, int, int, int], port: int, interface: str) -> str:
    return f"udp:{'.'.join(map(str, address))}:{port}" + (f"@{interface}" if interface else "")


def _for_each(name: str, given: Any, count: int) -> list[Any]:
    """Take one value for all lines, or one for each."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        return [given] * count
    if len(given) != count:
        values = f"{len(given)} value{'' if len(given) == 1 else 's'}"
        lines = f"{count} line{'' if count == 1 else 's'}"
        raise ArgumentError(f"{name} has {values} for {lines}; give one, or one for each line.")
    return list(given)


def _number(name: str, given: Any, lowest: float, highest: float, what: str) -> float:
    if isinstance(given, bool) or not isinstance(given, Real):
        raise ArgumentTypeError(f"{name} is {given!r}; give {what} as a number.")
    try:
        number = float(given)
    except OverflowError:  # an integer beyond all doubles
        number = math.inf
    if not lowest <= number <= highest:
        raise ArgumentError(f"{name} is {number:g}; it must be from {lowest:g} to {highest:g}: give {what}.")
    return number


def _share(name: str, given: Any) -> float:
    return _number(name, given, 0.0, 1.0, "a share")


def _nanoseconds(name: str, given: Any, lowest: float = 0.0) -> int:
    return round(_number(name, given, lowest, _LONGEST_SECONDS, "seconds") * 1e9)
