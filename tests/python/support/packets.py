"""Frames, packets and captures, written down from the specifications, byte by byte and slowly."""

import socket
import struct
from collections.abc import Iterable

FEED_PORT = 26477


def ethernet(payload: bytes, ether_type: int = 0x0800, tags: Iterable[tuple[int, int]] = ()) -> bytes:
    """`tags` are (tag protocol, vlan) from the outside in."""
    header = bytes.fromhex("01005e000001020000000001")
    for protocol, vlan in tags:
        header += struct.pack(">HH", protocol, vlan)
    return header + struct.pack(">H", ether_type) + payload


def ipv4(payload: bytes, protocol: int = 17, options: bytes = b"", fragment: int = 0x4000) -> bytes:
    words = 5 + len(options) // 4
    length = words * 4 + len(payload)
    header = struct.pack(
        ">BBHHHBBH4s4s", 0x40 | words, 0, length, 1, fragment, 64, protocol, 0, b"\x0a\0\0\x01", b"\xe0\0\0\x01"
    )
    return header + options + payload


def udp(payload: bytes, port: int = FEED_PORT) -> bytes:
    return struct.pack(">HHHH", 30000, port, 8 + len(payload), 0) + payload


def frame(payload: bytes, port: int = FEED_PORT) -> bytes:
    return ethernet(ipv4(udp(payload, port)))


def checksum(data: bytes) -> int:
    """Give the Internet checksum (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def wire_frame(
    payload: bytes, to: str, port: int = FEED_PORT, to_mac: str = "02:00:00:77:00:01", sender: str = "10.77.0.2"
) -> bytes:
    """Give a frame that a kernel takes: every length and checksum is right."""
    addresses = socket.inet_aton(sender) + socket.inet_aton(to)
    length = 8 + len(payload)
    ports = struct.pack(">HHH", 30000, port, length)
    right = checksum(addresses + struct.pack(">HH", 17, length) + ports + b"\0\0" + payload)
    head = struct.pack(">BBHHHBB", 0x45, 0, 20 + length, 0, 0x4000, 64, 17)
    head += struct.pack(">H", checksum(head + b"\0\0" + addresses)) + addresses
    macs = bytes.fromhex(to_mac.replace(":", "")) + bytes.fromhex("020000770002")
    return macs + b"\x08\x00" + head + ports + struct.pack(">H", right or 0xFFFF) + payload


def moldudp64(messages: list[bytes], sequence: int, session: bytes = b"SESSION001", count: int | None = None) -> bytes:
    blocks = b"".join(struct.pack(">H", len(message)) + message for message in messages)
    return session + struct.pack(">QH", sequence, len(messages) if count is None else count) + blocks


def add(reference: int, side: str, shares: int, price: int, locate: int = 7, stock: str = "TEST", at: int = 1) -> bytes:
    head = b"A" + struct.pack(">HH", locate, 0) + at.to_bytes(6, "big")
    return head + struct.pack(">QcI8sI", reference, side.encode(), shares, stock.ljust(8).encode(), price)


def delete(reference: int, locate: int = 7, at: int = 1) -> bytes:
    return b"D" + struct.pack(">HH", locate, 0) + at.to_bytes(6, "big") + struct.pack(">Q", reference)


def executed(reference: int, shares: int, locate: int = 7, at: int = 1) -> bytes:
    head = b"E" + struct.pack(">HH", locate, 0) + at.to_bytes(6, "big")
    return head + struct.pack(">QIQ", reference, shares, 1)


def raw(symbol: str, price: int, quantity: int, side: int, timestamp: int = 1) -> bytes:
    return struct.pack("<8sQIBQ", symbol.ljust(8).encode(), price, quantity, side, timestamp)


def length_prefixed(messages: Iterable[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(message)) + message for message in messages)


def pcap(frames: Iterable[bytes], order: str = "<", nanoseconds: bool = True, link_type: int = 1) -> bytes:
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    result = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link_type)
    for number, each in enumerate(frames):
        result += struct.pack(order + "IIII", 1_700_000_000, number, len(each), len(each)) + each
    return result


def pcapng(frames: Iterable[bytes], order: str = "<", link_type: int = 1) -> bytes:
    def block(kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)

    result = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    resolution_ns = struct.pack(order + "HHBxxx", 9, 1, 9) + struct.pack(order + "HH", 0, 0)
    result += block(1, struct.pack(order + "HHI", link_type, 0, 0) + resolution_ns)
    for number, each in enumerate(frames):
        at = 1_700_000_000 * 10**9 + number
        head = struct.pack(order + "IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(each), len(each))
        result += block(6, head + each)
    return result


def read_pcap(data: bytes) -> list[tuple[int, bytes]]:
    """The frames of a little-endian capture with their times in ns."""
    unit_ns = {0xA1B23C4D: 1, 0xA1B2C3D4: 1_000}[struct.unpack_from("<I", data)[0]]
    at, result = 24, []
    while at < len(data):
        seconds, fraction, length, _ = struct.unpack_from("<IIII", data, at)
        result.append((seconds * 10**9 + fraction * unit_ns, data[at + 16 : at + 16 + length]))
        at += 16 + length
    return result


def zigzag(symbol: str, count: int, base: int = 1_000_000, period: int = 80) -> list[bytes]:
    """Raw messages of a book whose mid runs up and down in straight lines: MACD must change its mind."""
    result = []
    old = None
    for step in range(count):
        phase = step % period
        mid = base + 100 * (phase if phase < period // 2 else period - phase)
        if old is not None:
            result += [raw(symbol, old - 100, 0, 0, step), raw(symbol, old + 100, 0, 1, step)]
        result += [raw(symbol, mid - 100, 500, 0, step), raw(symbol, mid + 100, 500, 1, step)]
        old = mid
    return result


def datagrams(capture: bytes) -> list[bytes]:
    """Give the UDP payloads of a pcap of Ethernet frames in either byte order, tagged or not."""
    order = "<" if capture[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    payloads = []
    at = 24
    while at < len(capture):
        (length,) = struct.unpack(order + "I", capture[at + 8 : at + 12])
        packet = capture[at + 16 : at + 16 + length]
        at += 16 + length
        network = 14
        while packet[network - 2 : network] == b"\x81\x00":
            network += 4
        transport = network + 4 * (packet[network] & 0x0F)
        (whole,) = struct.unpack(">H", packet[transport + 4 : transport + 6])
        payloads.append(packet[transport + 8 : transport + whole])
    return payloads


def iex_tp(
    messages: list[bytes], sequence: int, offset: int, protocol: int = 0x8004, session: int = 1286602752
) -> bytes:
    """`offset` is that of the first byte in the stream of messages, each with its two bytes of length."""
    blocks = b"".join(struct.pack("<H", len(message)) + message for message in messages)
    return (
        struct.pack("<BBHIIHHQQq", 1, 0, protocol, 1, session, len(blocks), len(messages), offset, sequence, 1) + blocks
    )


def iex_message(code: str, second: int, symbol: str, rest: bytes = b"", at: int = 1) -> bytes:
    """`second` is the byte of flags or state that all of them have."""
    return struct.pack("<cBq8s", code.encode(), second, at, symbol.ljust(8).encode()) + rest


def deep_level(side: str, symbol: str, shares: int, price: int, flags: int = 1) -> bytes:
    return iex_message("8" if side == "B" else "5", flags, symbol, struct.pack("<Iq", shares, price))


def tops_quote(symbol: str, bid_shares: int, bid: int, ask: int, ask_shares: int) -> bytes:
    return iex_message("Q", 0, symbol, struct.pack("<IqqI", bid_shares, bid, ask, ask_shares))


def iex_trade(symbol: str, shares: int, price: int) -> bytes:
    return iex_message("T", 0, symbol, struct.pack("<Iqq", shares, price, 1))
