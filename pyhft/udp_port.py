"""The kernel's way to a network: a port over UDP sockets."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from pyhft._core import net as _net
from pyhft.config import ipv4_address, ipv4_endpoint, whole_number
from pyhft.errors import ArgumentError, ArgumentTypeError
from pyhft.network_port import NetworkPort

__all__ = ["UdpPort"]

_LIMITS = {
    "max_datagram_bytes": (64, 65_536, "the longest payload of a datagram, in bytes"),
    "buffers": (1, 65_536, "how many datagrams may be held at once"),
    "receive_buffer_bytes": (4_096, 1 << 29, "the size of the kernel's buffer, in bytes"),
    "busy_poll_us": (0, 1_000_000, "how long the kernel looks at the card itself, in us"),
}


@dataclass(frozen=True)
class UdpPort(NetworkPort):
    """A feed out of UDP sockets, and orders into them: unicast or multicast, on any machine.

    The hot thread polls the socket. Orders go out as datagrams to the engine's ``order_destination``. `NetworkPort` has
    what can be done with it without an engine.

    Parameters
    ----------
    address : str
        ``"IP:PORT"`` of a multicast group or of this host; ``"*:PORT"`` for every address of this host.
    interface : str, optional
        By which a group is joined, and sent to; for an address of this host, the only one that is listened on.
    source : str, optional
        The IP of the sender of a multicast group; what others send to the group is not received.
    max_datagram_bytes : int
        Longest payload, 64 to 65 536; what is longer is dropped and counted.
    buffers : int
        Datagrams that may be held at once, 1 to 65 536.
    receive_buffer_bytes : int
        Of the kernel's buffer, 4096 to 2**29; without privileges ``net.core.rmem_max`` is its limit, and the report
        says so.
    busy_poll_us : int
        How long the kernel looks at the network card itself before it says that nothing has come, 0 to 1 000 000.
    stamps : {"kernel", "device", "none"}
        Who says when a datagram came. A card that can't, or may not, is named in the report; the kernel does it then.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        For a setting outside its limits, or of the wrong kind. What the host refuses (an unknown interface, an address
        that is taken) is a HostError when the port is opened.

    Examples
    --------
    >>> import pyhft as ph
    >>> ph.open_port("udp:239.1.1.1:26400@eth1,busy_poll_us=50")
    UdpPort(address='239.1.1.1:26400', interface='eth1', source=None, max_datagram_bytes=2048, ...)
    """

    kind: ClassVar[str] = "udp"

    address: str
    interface: str | None = None
    source: str | None = None
    max_datagram_bytes: int = 2048
    buffers: int = 256
    receive_buffer_bytes: int = 16 << 20
    busy_poll_us: int = 0
    stamps: str = "kernel"

    def __post_init__(self) -> None:
        if not isinstance(self.address, str):
            raise ArgumentTypeError(f"udp port: address is {self.address!r}; give text, such as '239.1.1.1:26400'.")
        ip, _ = ipv4_endpoint("udp port: address", self._plain_address())
        if self.interface is not None and not isinstance(self.interface, str):
            raise ArgumentTypeError(f"udp port: interface is {self.interface!r}; give its name, such as 'eth1'.")
        if self.interface is not None and not re.fullmatch(r"[!-.0-?A-~]{1,15}", self.interface):
            raise ArgumentError(
                f"udp port: interface is {self.interface!r}, which names none; give one such as 'eth1'."
            )
        if self.source is not None:
            ipv4_address("udp port: source", self.source)
            first_of_groups, last_of_groups = 224, 239
            if not first_of_groups <= ip[0] <= last_of_groups:
                raise ArgumentError(
                    f"udp port: source is {self.source!r}, but {self.address} is no multicast group (224.0.0.0 to "
                    "239.255.255.255): leave it out."
                )
        for name, (lowest, highest, what) in _LIMITS.items():
            number = whole_number(f"udp port: {name}", getattr(self, name), lowest, highest, what)
            object.__setattr__(self, name, number)
        if self.stamps not in _net.receive_stamps:
            raise ArgumentError(f"udp port: stamps is {self.stamps!r}; name one of {', '.join(_net.receive_stamps)}.")
        self._begin()

    def __str__(self) -> str:
        interface = f"@{self.interface}" if self.interface else ""
        others = "".join(
            f",{setting.name}={getattr(self, setting.name)}"
            for setting in fields(self)[2:]
            if getattr(self, setting.name) != setting.default
        )
        return f"udp:{self.address}{interface}{others}"

    @staticmethod
    def named(spec: str) -> UdpPort:
        """Read ``ADDRESS:PORT[@INTERFACE][,SETTING=VALUE ...]``."""
        head, *others = spec.split(",")
        address, at, interface = head.partition("@")
        settings: dict[str, Any] = {"interface": interface} if at else {}
        known = [setting.name for setting in fields(UdpPort)[2:]]
        for one in others:
            name, equals, value = one.partition("=")
            if name in settings:
                raise ArgumentError(f"port 'udp:{spec}' has {name} twice; give it once.")
            if not equals or name not in known:
                raise ArgumentError(
                    f"port 'udp:{spec}' has no setting {one!r}; write NAME=VALUE with a name out of {', '.join(known)}."
                )
            if name in _LIMITS:
                if not re.fullmatch("[0-9]{1,18}", value):
                    raise ArgumentError(f"port 'udp:{spec}': {name} is {value!r}; give {_LIMITS[name][2]}.")
                settings[name] = int(value)
            else:
                settings[name] = value
        return UdpPort(address, **settings)

    def settings(self) -> _net.UdpSettings:
        """Give the settings as the core takes them."""
        core = _net.UdpSettings()
        core.address, core.port = ipv4_endpoint("udp port: address", self._plain_address())
        core.interface = self.interface or ""
        core.source = None if self.source is None else ipv4_address("udp port: source", self.source)
        for name in (*_LIMITS, "stamps"):
            setattr(core, name, getattr(self, name))
        return core

    def _open_core(self) -> _net.UdpPort:
        return _net.UdpPort(self.settings())

    def _ports(self, core: _net.UdpPort) -> list[_net.Port]:
        return [core]

    def _plain_address(self) -> str:
        if self.address.startswith(("*:", ":")):
            return "0.0.0.0:" + self.address.rpartition(":")[2]
        return self.address
