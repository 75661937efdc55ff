# Room net: ports to networks.

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

receive_stamps: list[str]

class Burst:
    """Frames that a port received, as they lie in its buffers.

    A sequence of read-only uint8 arrays of shape (length,). They are views: when the burst is released, at the end of
    its `with` block, they become empty (an element is an IndexError), and the burst refuses every use. What was made of
    a view (`frame[42:]`, `memoryview(frame)`) keeps that frame's buffer away from the port for as long as it lives, so
    that nothing is ever read that isn't there any more; copy what you want to keep. A burst that is dropped without
    being released does the same with every view: after `for frame in port.rx_burst():` all that nobody kept is the
    port's again.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: object) -> None: ...
    def __len__(self) -> int: ...
    def __getitem__(self, number: int) -> NDArray[np.uint8]: ...
    def __iter__(self) -> Iterator[NDArray[np.uint8]]: ...
    @property
    def timestamps(self) -> NDArray[np.int64]:
        """When each was received, int64 in ns since the epoch, 0 where nobody knows."""

    def release(self) -> None:
        """Give the frames back to the port. Once is enough."""

class Port:
    """Where frames come from and go to. One thread at a time may use it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def rx_burst(self, most: int) -> Burst:
        """What has come, at most so many frames, as a Burst. Never waits."""

    def send(self, frames: Any) -> int:
        """Send whole frames, from the Ethernet header on; how many the port took, in order."""

    def stats(self) -> dict[str, int]:
        """What was counted so far, by name; while an engine runs on the port, too."""

    def info(self) -> dict[str, bool | int | str]:
        """What the port stands on, by name."""

    def warnings(self) -> list[str]:
        """What its user should know, in whole sentences."""

class UdpSettings:
    """Of a port over UDP sockets; udp_settings in C++ has the defaults."""

    def __init__(self) -> None: ...
    address: tuple[int, int, int, int]
    port: int
    interface: str
    source: tuple[int, int, int, int] | None
    max_datagram_bytes: int
    buffers: int
    receive_buffer_bytes: int
    busy_poll_us: int
    stamps: str

class UdpPort(Port):
    """A port over UDP sockets."""

    def __init__(self, settings: UdpSettings) -> None: ...
