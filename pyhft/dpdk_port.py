"""Kernel bypass: a port over a device of DPDK's, by the module pyhft._dpdk where it was built."""

from __future__ import annotations

import atexit
import importlib
import re
from dataclasses import Field, dataclass, fields
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pyhft.config import ipv4_address, shown, whole_number
from pyhft.errors import ArgumentError, ArgumentTypeError, HostError
from pyhft.network_port import NetworkPort

if TYPE_CHECKING:
    from pyhft import _dpdk
    from pyhft._core import net as _net

__all__ = ["DpdkPort"]

_LIMITS = {
    "mbufs": (1, 1 << 22, "how many packets the pool has room for"),
    "mbuf_cache": (0, 512, "how many mbufs a thread keeps at hand"),
    "rx_ring": (1, 32_768, "how many packets a receive queue holds"),
    "tx_ring": (1, 32_768, "how many packets a send queue holds"),
    "burst": (1, 64, "how many packets are asked for at once"),
    "queues": (1, 64, "how many queues the device is to have"),
    "igmp": (0, 3, "the version of IGMP by which groups are joined, or 0"),
    "mtu": (0, 16_000, "the longest packet behind the Ethernet header, in bytes, or 0"),
    "numa_node": (-1, 63, "the node of the pool's memory, or -1"),
    "memory_mb": (0, 1 << 20, "the memory of DPDK on ordinary pages, in MB, or 0"),
}
_FLAGS = ("rss", "promiscuous", "stamps")
_LISTS = {
    "macs": "02:00:00:00:00:01",
    "groups": "239.1.1.1",
    "offloads": "udp_cksum",
    "eal_arguments": "--iova-mode=va",
}
_HUGE_PAGES = ("try", "never", "always")
_SECONDS = {"link_wait": (0.0, 600.0), "igmp_interval": (0.1, 600.0)}
_MOST_GROUPS = 1024
_IGMP_WITH_SOURCES = 3
_INSIDE_THE_PROCESS = re.compile(r"net_(ring|null|pcap)[0-9]+(?!.*iface)")
_MEND_MODULE = (
    "`apt-get install dpdk libdpdk-dev pkg-config`, then `pip install --no-binary pyhft --force-reinstall pyhft`"
)


def core_module() -> ModuleType:
    """Import pyhft._dpdk, or say why that can't be."""
    try:
        module = importlib.import_module("pyhft._dpdk")
    except ModuleNotFoundError:
        raise HostError(f"pyhft was built without DPDK: {_MEND_MODULE}.") from None
    except ImportError as cause:
        raise HostError(
            f"pyhft's DPDK port was built for another version of DPDK than this host's ({cause}): {_MEND_MODULE}."
        ) from None
    atexit.unregister(module.shut_down)
    atexit.register(module.shut_down)  # after the threads of runs have ended
    return module


@dataclass(frozen=True)
class DpdkPort(NetworkPort):
    """Frames straight from a network card, or from one of DPDK's virtual devices, past the kernel.

    DPDK starts in this process with the first port that is opened and stays until its end. `NetworkPort` has what can
    be done with the port without an engine.

    Parameters
    ----------
    device : str
        A card that is bound to vfio-pci, ``"0000:03:00.0"``, or a virtual device with its driver's arguments:
        ``"net_ring0"``, ``"net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap"``, ``"net_af_packet0,iface=veth0"``,
        ``"net_af_xdp0,iface=veth0"``, ``"net_tap0"``, ``"net_virtio_user0,path=/run/x.sock"``. A number that is taken
        in this process is counted on.
    mbufs, mbuf_cache : int
        Packets that the pool has room for, 1 to 4 194 304, and how many of them a thread keeps at hand, 0 to 512.
    rx_ring, tx_ring : int
        Packets that a queue holds, 1 to 32 768; the device may round them.
    burst : int
        Packets that are asked for at once, 1 to 64.
    queues : int
        Pairs of a receive and a send queue, 1 to 64; `queue` gives the port over each, for a thread of its own.
    rss : bool
        Whether several queues are fed by a hash of each flow, where the device can; else that is the device's business.
    promiscuous : bool
        Whether everything is received, or only what is for the device's address, `macs` and `groups`.
    macs : sequence of str
        Further addresses that the device is to receive, ``"02:00:00:00:00:01"``.
    groups : sequence of str
        Multicast groups that the device is to let in, ``"239.1.1.1"``, up to 1024. Routers and switches are told of
        them when the port is opened, when they ask and every `igmp_interval` seconds while it is asked for frames, and
        when it is closed.
    source : str, optional
        The IP of the groups' sender: the network is asked for what comes from there alone, by IGMP 3 (``igmp=3``). What
        others send to the groups and the network delivers all the same is received.
    igmp : {2, 3, 0}
        Version of IGMP in which they are told; 0 for not at all.
    address : str
        Sender of that: the address of this host on the network there. Some routers listen to none else.
    igmp_interval : float
        0.1 to 600 seconds. A switch that hears nothing for some four minutes sends a group's datagrams no longer.
    mtu : int
        Longest packet behind the Ethernet header in bytes, 68 to 16 000; 0 leaves the device's. Mbufs have room for it.
    offloads : sequence of str
        What the device is to do with what it receives, by DPDK's names: ``"ipv4_cksum"``, ``"udp_cksum"``,
        ``"vlan_strip"``. Where it looks at checksums, frames with wrong ones are dropped and counted.
    stamps : bool
        Whether frames carry the device's time of receiving, where it has one.
    link_wait : float
        How long opening waits for the link, 0 to 600 seconds; a link that is down is then among the `warnings`.
    numa_node : int
        Of the pool's memory; -1 for the device's.
    huge_pages : {"try", "never", "always"}
        Whether DPDK is to stand on huge pages of 2 MB.
    memory_mb : int
        DPDK's memory on ordinary pages, in MB, which can't grow later; 0 for what the first port needs.
    eal_arguments : sequence of str
        Further arguments of DPDK's EAL.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        For a setting outside its limits, or of the wrong kind. What the host refuses (no such device, no rights, no
        huge pages, no DPDK) is an error when the port is opened, with the command that mends it.

    Examples
    --------
    >>> import pyhft as ph
    >>> ph.open_port("dpdk:mbufs=4095,queues=2,net_af_packet0,iface=veth0,qpairs=2")
    DpdkPort(device='net_af_packet0,iface=veth0,qpairs=2', mbufs=4095, ..., queues=2, ...)
    """

    kind: ClassVar[str] = "dpdk"

    device: str
    mbufs: int = 8191
    mbuf_cache: int = 256
    rx_ring: int = 512
    tx_ring: int = 512
    burst: int = 32
    queues: int = 1
    rss: bool = True
    promiscuous: bool = True
    macs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    source: str | None = None
    igmp: int = 2
    address: str = "0.0.0.0"
    igmp_interval: float = 30.0
    mtu: int = 0
    offloads: tuple[str, ...] = ()
    stamps: bool = True
    link_wait: float = 5.0
    numa_node: int = -1
    huge_pages: str = "try"
    memory_mb: int = 0
    eal_arguments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.device, str):
            raise ArgumentTypeError(f"dpdk port: device is {self.device!r}; give text, such as 'net_ring0'.")
        if not self.device or "\0" in self.device:
            raise ArgumentError(
                f"dpdk port: device is {self.device!r}; give one such as '0000:03:00.0' or 'net_ring0'."
            )
        _demand_utf8("device is", self.device)
        for name, (lowest, highest, what) in _LIMITS.items():
            number = whole_number(f"dpdk port: {name}", getattr(self, name), lowest, highest, what)
            object.__setattr__(self, name, number)
        for name in _FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise ArgumentTypeError(f"dpdk port: {name} is {getattr(self, name)!r}; give True or False.")
        for name, example in _LISTS.items():
            given = getattr(self, name)
            items = () if isinstance(given, str) else _items(given)
            if isinstance(given, str) or not all(isinstance(one, str) for one in items):
                raise ArgumentTypeError(
                    f"dpdk port: {name} is {given!r}; give a sequence of text, such as [{example!r}]."
                )
            for one in items:
                _demand_utf8(f"{name} has", one)
            object.__setattr__(self, name, items)
        for mac in self.macs:
            _mac(mac)
        for group in self.groups:
            ipv4_address("dpdk port: group", group)
        if not isinstance(self.address, str):
            raise ArgumentTypeError(f"dpdk port: address is {self.address!r}; give text, such as '10.0.0.5'.")
        ipv4_address("dpdk port: address", self.address)
        if self.igmp == 1:
            raise ArgumentError("dpdk port: igmp is 1; give 2, 3, or 0 for none.")
        if self.source is not None:
            ipv4_address("dpdk port: source", self.source)
            if not self.groups or self.igmp != _IGMP_WITH_SOURCES:
                raise ArgumentError(
                    f"dpdk port: source is {self.source!r}, which is for multicast groups and can be asked for in IGMP "
                    "3 only: give groups and igmp=3, or leave it out."
                )
        for name, (shortest, longest) in _SECONDS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ArgumentTypeError(f"dpdk port: {name} is {value!r}; give a number of seconds.")
            if not shortest <= value <= longest:
                given = shown(value) if isinstance(value, int) else value
                raise ArgumentError(
                    f"dpdk port: {name} is {given}; it must be from {shortest:g} to {longest:g} seconds."
                )
        if len(self.groups) > _MOST_GROUPS:
            raise ArgumentError(f"dpdk port: groups are {len(self.groups)}; give {_MOST_GROUPS} at most.")
        if not isinstance(self.huge_pages, str) or self.huge_pages not in _HUGE_PAGES:
            raise ArgumentError(f"dpdk port: huge_pages is {self.huge_pages!r}; give {', '.join(_HUGE_PAGES)}.")
        self._begin()

    def __str__(self) -> str:
        others = "".join(
            f"{setting.name}={_in_words(getattr(self, setting.name))},"
            for setting in _settings()
            if getattr(self, setting.name) != setting.default
        )
        return f"dpdk:{others}{self.device}" + (f" queue {self._queue}" if self._queue else "")

    @staticmethod
    def named(spec: str) -> DpdkPort:
        """Read ``[SETTING=VALUE,...]DEVICE[,ARGUMENT ...]``: up to the device the words are ours, then the driver's."""
        settings: dict[str, Any] = {}
        words = spec.split(",")
        known = {setting.name: setting for setting in _settings()}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            if name in settings:
                raise ArgumentError(f"port 'dpdk:{spec}' has {name} twice; give it once.")
            if name not in known:
                raise ArgumentError(
                    f"port 'dpdk:{spec}' has no setting {name!r}; before the device stand {', '.join(known)}, and "
                    "behind it the driver's own arguments."
                )
            settings[name] = _from_words(spec, name, value)
            if not words:
                raise ArgumentError(f"port 'dpdk:{spec}' names no device; end with one, such as net_ring0.")
        return DpdkPort(",".join(words), **settings)

    @property
    def reaches_network(self) -> bool:
        """Whether what is sent can leave this process other than into a file."""
        return _INSIDE_THE_PROCESS.match(self.device) is None

    def queue(self, number: int) -> Self:
        """Give the port over one queue of this port's device, which all of them share.

        Parameters
        ----------
        number : int
            Counted from 0; this port itself is that of queue 0.

        Returns
        -------
        DpdkPort
            Closing it closes the device.

        Raises
        ------
        ArgumentError
            For a number that isn't below `queues`.
        """
        number = whole_number(
            "dpdk port: queue", number, 0, self.queues - 1, "one of the port's queues, as it asks for"
        )
        other = object.__new__(type(self))
        for name, value in vars(self).items():
            object.__setattr__(other, name, value)
        object.__setattr__(other, "_queue", number)
        return other

    def settings(self) -> _dpdk.DpdkSettings:
        """Give the settings as the core takes them."""
        core: _dpdk.DpdkSettings = core_module().DpdkSettings()
        for name in ("device", *_LIMITS, *_FLAGS, "offloads", "huge_pages", "eal_arguments"):
            value = getattr(self, name)
            setattr(core, name, list(value) if isinstance(value, tuple) else value)
        core.macs = [_mac(mac) for mac in self.macs]
        core.groups = [ipv4_address("dpdk port: group", group) for group in self.groups]
        if self.source is not None:
            core.source = ipv4_address("dpdk port: source", self.source)
        core.address = ipv4_address("dpdk port: address", self.address)
        for name in _SECONDS:
            setattr(core, f"{name}_ms", round(getattr(self, name) * 1000))
        return core

    def _open_core(self) -> _dpdk.DpdkDevice:
        device: _dpdk.DpdkDevice = core_module().DpdkDevice(self.settings())
        return device

    def _ports(self, core: _dpdk.DpdkDevice) -> list[_net.Port]:
        return [core.queue(number) for number in range(self.queues)]

    def _port(self) -> _net.Port:
        with self._opened.lock:
            port = super()._port()
            self._opened.core.demand_own_process()
        return port

    def _close_core(self, core: _dpdk.DpdkDevice) -> None:
        core.close()


def _settings() -> tuple[Field[Any], ...]:
    return fields(DpdkPort)[1:]


def _items(given: Any) -> tuple[Any, ...]:
    try:
        return tuple(given)
    except TypeError:
        return (None,)


def _demand_utf8(which: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ArgumentError(
            f"dpdk port: {which} {text!r}, which can't be said in UTF-8: give other text, or the file another name."
        ) from None


def _mac(text: str) -> tuple[int, int, int, int, int, int]:
    if not re.fullmatch("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}", text):
        raise ArgumentError(f"dpdk port: mac is {text!r}; give one such as 02:00:00:00:00:01.")
    a, b, c, d, e, f = bytes.fromhex(text.replace(":", ""))
    return a, b, c, d, e, f


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "+".join(value) if isinstance(value, tuple) else str(value)


def _from_words(spec: str, name: str, text: str) -> Any:
    if name in _LIMITS:
        if not re.fullmatch("-?[0-9]{1,18}", text):
            raise ArgumentError(f"port 'dpdk:{spec}': {name} is {text!r}; give {_LIMITS[name][2]}.")
        return int(text)
    if name in _FLAGS:
        if text not in ("yes", "no"):
            raise ArgumentError(f"port 'dpdk:{spec}': {name} is {text!r}; give yes or no.")
        return text == "yes"
    if name in _SECONDS:
        try:
            return float(text)
        except ValueError:
            raise ArgumentError(f"port 'dpdk:{spec}': {name} is {text!r}; give a number of seconds.") from None
    return tuple(text.split("+")) if name in _LISTS else text
