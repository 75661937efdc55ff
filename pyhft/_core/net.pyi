# Room net: ports to networks.

receive_stamps: list[str]

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
