"""The lines of a feed with their losses, and a server that is asked for what was lost, slow and plain."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterable
from typing import Self

UDP_HEADERS = 42  # of a frame without tags and options


def capture(frames: Iterable[tuple[int, bytes]]) -> bytes:
    """Write frames with their times in ns."""
    result = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
    for at, frame in frames:
        result += struct.pack("<IIII", *divmod(at, 10**9), len(frame), len(frame)) + frame
    return result


def blocks_of(packet: bytes) -> dict[int, bytes]:
    """Give the messages of a packet of MoldUDP64 by their numbers."""
    number, count = struct.unpack_from(">QH", packet, 10)
    at, result = 20, {}
    for i in range(0 if count == 0xFFFF else count):
        length = struct.unpack_from(">H", packet, at)[0]
        result[number + i] = packet[at + 2 : at + 2 + length]
        at += 2 + length
    return result


class Retransmitter:
    """Answers requests, each with as many messages as fit in a datagram; the first `deaf` requests it doesn't hear.

    With a `lie` somebody else, at another port, is always faster and has that for each message.
    """

    MOST_BYTES = 1400

    def __init__(self, packets: Iterable[bytes], deaf: int = 0, lie: bytes = b"") -> None:
        self._messages = {
            (packet[:10], number): block for packet in packets for number, block in blocks_of(packet).items()
        }
        self._deaf = deaf
        self._lie = lie
        self.requests: list[tuple[int, int]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.name = f"udp:127.0.0.1:{self._socket.getsockname()[1]}"
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self._socket.close()

    def hear(self) -> None:
        """Answer from now on."""
        self._deaf = 0

    def _serve(self) -> None:
        while not self._end.is_set():
            try:
                request, sender = self._socket.recvfrom(64)
            except TimeoutError:
                continue
            session, (first, count) = request[:10], struct.unpack(">QH", request[10:])
            self.requests.append((first, count))
            if self._deaf > 0:
                self._deaf -= 1
                continue
            blocks = b""
            sent = 0
            while sent < count and (message := self._messages.get((session, first + sent))) is not None:
                if len(blocks) + 2 + len(message) > self.MOST_BYTES:
                    break
                blocks += struct.pack(">H", len(message)) + message
                sent += 1
            if sent and self._lie:
                lies = (struct.pack(">H", len(self._lie)) + self._lie) * sent
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as liar:
                    liar.sendto(session + struct.pack(">QH", first, sent) + lies, sender)
            if sent:
                self._socket.sendto(session + struct.pack(">QH", first, sent) + blocks, sender)
