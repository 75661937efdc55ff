# The module of the port over DPDK, where it was built.

from typing import Any

from pyhft._core.net import Port

def version() -> str:
    """DPDK's, such as '22.11.11'."""

def shut_down() -> None:
    """For the end of the process: close the devices that no thread uses, and DPDK. None can be opened then."""

class DpdkSettings:
    """Of a device of DPDK's; dpdk_settings in C++ has the defaults."""

    def __init__(self) -> None: ...
    device: str
    mbufs: int
    mbuf_cache: int
    rx_ring: int
    tx_ring: int
    burst: int
    queues: int
    rss: bool
    promiscuous: bool
    macs: list[tuple[int, int, int, int, int, int]]
    groups: list[tuple[int, int, int, int]]
    source: tuple[int, int, int, int]
    igmp: int
    address: tuple[int, int, int, int]
    igmp_interval_ms: int
    mtu: int
    offloads: list[str]
    stamps: bool
    link_wait_ms: int
    numa_node: int
    huge_pages: str
    memory_mb: int
    eal_arguments: list[str]

class DpdkQueue(Port):
    """One queue of a device, a port."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    @property
    def held(self) -> int:
        """Frames that were given out and not given back."""

class DpdkDevice:
    """A device of DPDK's, open. It starts DPDK in this process if need be."""

    def __init__(self, settings: DpdkSettings) -> None: ...
    def queue(self, number: int) -> DpdkQueue:
        """The port over one of its queues, counted from 0."""

    @staticmethod
    def demand_own_process() -> None:
        """HostError in a process that was forked from one in which DPDK runs."""

    def close(self) -> None:
        """Give it back. Refused (ArgumentError) while an engine runs on one of its queues."""

    @property
    def is_open(self) -> bool: ...
    @property
    def name(self) -> str:
        """As DPDK knows it: numbered on where the name was taken."""

    @property
    def mbufs(self) -> int:
        """Of its pool."""

    @property
    def mbufs_free(self) -> int:
        """Those that are free."""
