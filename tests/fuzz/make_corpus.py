#!/usr/bin/env python3
"""Make the seeds of the fuzz targets, tests/fuzz/corpus, anew: written from the specifications, byte by byte.

The same bytes every time; tests/python/test_fuzz_corpus.py holds what is committed against it. Nothing of it is from a
capture. Inputs that were found by fuzzing lie in tests/fuzz/found and are left alone.
"""

from __future__ import annotations

import random
import shutil
import struct
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "python"))

from support import packets  # noqa: E402

# What comes behind the eleven bytes that all messages begin with.
ITCH = {
    "S": (">c", b"Q"),
    "R": (">8sccIcc2scccccIc", b"ABCD", b"Q", b"N", 100, b"N", b"C", b"Z ", b"P", b"N", b"N", b"1", b"N", 0, b"N"),
    "H": (">8scc4s", b"ABCD", b"T", b" ", b"IPO1"),
    "Y": (">8sc", b"ABCD", b"1"),
    "L": (">4s8sccc", b"MPID", b"ABCD", b"Y", b"N", b"A"),
    "V": (">QQQ", 380_000_000_000, 360_000_000_000, 330_000_000_000),
    "W": (">c", b"1"),
    "K": (">8sIcI", b"ABCD", 36_000, b"A", 100_000),
    "J": (">8sIIII", b"ABCD", 100_000, 110_000, 90_000, 1),
    "h": (">8scc", b"ABCD", b"Q", b"H"),
    "A": (">QcI8sI", 1, b"B", 100, b"ABCD", 100_000),
    "F": (">QcI8sI4s", 2, b"S", 200, b"ABCD", 100_100, b"MPID"),
    "E": (">QIQ", 1, 30, 7),
    "C": (">QIQcI", 1, 30, 8, b"Y", 99_900),
    "X": (">QI", 1, 10),
    "D": (">Q", 1),
    "U": (">QQII", 2, 3, 50, 100_200),
    "P": (">QcI8sIQ", 0, b"B", 100, b"ABCD", 100_000, 9),
    "Q": (">Q8sIQc", 1_000, b"ABCD", 100_000, 10, b"O"),
    "B": (">Q", 9),
    "I": (">QQc8sIIIcc", 1_000, 500, b"B", b"ABCD", 100_000, 100_100, 100_050, b"C", b"L"),
    "N": (">8sc", b"ABCD", b"B"),
    "O": (">8scIIIQII", b"ABCD", b"Y", 90_000, 110_000, 100_000, 36_000, 95_000, 105_000),
}
# The byte behind the type, and what comes behind the symbol.
IEX = {
    "D": (0x20, "<IqB", 100, 1_000_000, 1),
    "H": (ord("T"), "4s", b"NA  "),
    "I": (ord("A"), ""),
    "O": (ord("N"), ""),
    "P": (1, "c", b"A"),
    "E": (ord("O"), ""),
    "T": (0x20, "<Iqq", 100, 1_000_000, 7),
    "B": (0x20, "<Iqq", 100, 1_000_000, 7),
    "X": (ord("Q"), "<q", 1_000_000),
    "A": (ord("O"), "<IqqIcBIqqqq", 100, 1_000_000, 1_000_100, 50, b"B", 0, 1_700_000_000, 1, 2, 3, 4),
}


def itch(code: str) -> bytes:
    layout, *fields = ITCH[code]
    blank = [field.ljust(8) if field == b"ABCD" else field for field in fields]
    return code.encode() + struct.pack(">HH", 7, 0) + (34_200 * 10**9).to_bytes(6, "big") + struct.pack(layout, *blank)


def iex(code: str) -> bytes:
    second, layout, *fields = IEX[code]
    return packets.iex_message(code, second, "ABCD", struct.pack(layout, *fields))


IEX_EVENT = struct.pack("<ccq", b"S", b"C", 1)
RAW = packets.raw("ABCD", 1_000_000, 500, 0)


def piece(kind: int, content: bytes) -> bytes:
    """A byte that says what it is, two of length, the bytes."""
    return struct.pack("<BH", kind, len(content)) + content


def messages() -> dict[str, dict[str, bytes]]:
    administrative = {code: iex(code) for code in IEX} | {"S": IEX_EVENT}
    deep = {
        "buy": packets.deep_level("B", "ABCD", 100, 1_000_000),
        "sell": packets.deep_level("S", "ABCD", 0, 1_000_100, 0),
    }
    return {
        "itch50": {(f"lower_{code}" if code == "h" else code): itch(code) for code in ITCH},
        "deep10": administrative | deep,
        "tops": administrative | {"quote": packets.tops_quote("ABCD", 100, 1_000_000, 1_000_100, 200)},
        "raw": {"one": RAW, "three": RAW * 3, "cut": RAW + RAW[:11]},
    }


def sessions() -> dict[str, dict[str, bytes]]:
    two = [b"ab", b"C"]
    mold = [
        packets.moldudp64(two, 1),
        packets.moldudp64(two, 9),
        packets.moldudp64([], 11),
        packets.moldudp64([], 11, count=0xFFFF),
    ]
    tp = [packets.iex_tp(two, 1, 0), packets.iex_tp(two, 9, 60), packets.iex_tp([], 11, 70)]
    # In few bytes: kind, session, where its number is and by how much, how many blocks, the length and bytes of each.
    said = {
        "in_order": b"".join(bytes([7, 2, 5, 2, 1, 65, 2, 65, 66]) for _ in range(4)),
        "gap_and_late": bytes([7, 2, 5, 1, 1, 65, 7, 2, 0, 9, 1, 1, 65, 7, 2, 1, 4, 2, 1, 65, 0]),
        "many_gaps": b"".join(bytes([7, 2, 0, 3, 1, 1, 65]) for _ in range(20)) + bytes([7, 2, 1, 70, 3, 0, 0, 0]),
        "end_and_again": bytes([7, 2, 5, 1, 1, 67, 7, 2, 2, 1, 1, 65, 2, 2, 5, 0, 7, 3, 2, 1, 1, 65]),
        "many_sessions": b"".join(bytes([7, session, 5, 1, 1, 65]) for session in range(11)),
        "copies": bytes([7, 2, 5, 1, 1, 65, 0xFF, 2, 2, 1, 1, 65]),
        "cut_and_long": bytes([3, 2, 5, 2, 1, 65, 1, 66, 1, 17, 2, 5, 1, 1, 65, 9, 0]),
        "far_ahead": bytes([7, 2, 5, 1, 1, 65, 7, 2, 4]) + b"\xff" * 8 + bytes([1, 1, 65]),
        "without_numbers": bytes([7, 2, 3, 0, 1, 1, 65]),
    }
    return {
        "moldudp64": said | {"packets": b"".join(piece(0, each) for each in mold)},
        "iex_tp": said | {"packets": b"".join(piece(0, each) for each in tp)},
    }


def lines() -> dict[str, bytes]:
    """What lines bring: settings (lines, wishes, room), then a byte an event: what, which line, how many messages."""
    two, recovering, by_four = bytes([1, 4, 23]), bytes([0, 5, 23]), bytes([3, 0, 3])
    send, lose, heartbeat, end, long, again = 13, 6, 8, 9, 11, 12
    line_b = 16
    lose_four = lose | 0xC0
    return {
        "copies": two + bytes([send, send | line_b] * 5 + [heartbeat, heartbeat | line_b]),
        "each_loses_another": two + bytes([send, lose, send, *[send | line_b] * 2, lose | line_b, send | line_b]),
        "both_lose": two + bytes([send, send | line_b, lose, lose | line_b, send, send | line_b, 0, 90, 0, 90]),
        "recovered": recovering + bytes([send, lose_four, send, 0, 5, 2, 0, 0, 0, 5, 0, 200]),
        "in_pieces": recovering + bytes([send, *[lose_four] * 9, send, 0, 5, 2, 0, 6, 3, 0, 5, 2, 1, 0, 2, 0, 0, 0, 5]),
        "given_up": recovering + bytes([send, lose, send, *[1, 255] * 9]),
        "no_room": by_four + bytes([send, lose, send, lose, send, lose, send, lose, send, lose, send]),
        "too_long": two + bytes([send, lose, send, lose, long, send | line_b, again | line_b]),
        "next_day": two + bytes([send, end, 4, 1, send, 4, 0, send | line_b, end | line_b, 4, 1, send | line_b]),
        "begins_again": two + bytes([send, send, lose, send, end, 5, 0, send, send, 5 | line_b, 0, send | line_b]),
        "cut": two + bytes([send, 10, 3, 0, 5, send | line_b, send | line_b]),
        "far": two + bytes([send, 7, 2]) + b"\xff" * 8 + bytes([7, 0, 9, send]),
        "many_sessions": two + b"".join(bytes([4, session, send]) for session in range(10)),
    }


def frames() -> dict[str, bytes]:
    datagram = packets.ipv4(packets.udp(b"payload"))
    return {
        "plain": packets.ethernet(datagram),
        "padded": packets.ethernet(packets.ipv4(packets.udp(b""))) + bytes(18),
        "vlan": packets.ethernet(datagram, tags=[(0x8100, 5)]),
        "qinq": packets.ethernet(datagram, tags=[(0x88A8, 5), (0x8100, 6), (0x9100, 7)]),
        "options": packets.ethernet(packets.ipv4(packets.udp(b"payload"), options=bytes(8))),
        "fragment": packets.ethernet(packets.ipv4(packets.udp(b"payload"), fragment=0x2000)),
        "tcp": packets.ethernet(packets.ipv4(bytes(20), protocol=6)),
        "ipv6": packets.ethernet(b"\x60" + bytes(59), 0x86DD),
        "arp": packets.ethernet(bytes(28), 0x0806),
        "wire": packets.wire_frame(b"payload", "239.1.1.1"),
    }


def blocks(order: str) -> bytes:
    """A pcapng of what packets.pcapng() has not: sections, interfaces, options, simple and obsolete packets."""

    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)

    section = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    options = struct.pack(order + "HHBxxx", 9, 1, 0x8A) + struct.pack(order + "HHq", 14, 8, -5) + bytes(4)
    frame = packets.frame(b"payload")
    return (
        section
        + block(1, struct.pack(order + "HHI", 1, 0, 40) + options)
        + block(1, struct.pack(order + "HHI", 113, 0, 0))
        + block(3, struct.pack(order + "I", len(frame)) + frame[:40])
        + block(6, struct.pack(order + "IIIII", 1, 0, 5, 3, 3) + b"abc")
        + block(5, bytes(8))
        + section
        + block(1, struct.pack(order + "HHI", 1, 0, 0))
        + block(2, struct.pack(order + "HHIIII", 0, 0, 0, 9, len(frame), len(frame)) + frame)
    )


def captures() -> dict[str, bytes]:
    some = list(frames().values())[:3]
    result = {"blocks_little": blocks("<"), "blocks_big": blocks(">")}
    for name, order in (("little", "<"), ("big", ">")):
        result[f"pcap_us_{name}"] = packets.pcap(some, order, nanoseconds=False)
        result[f"pcap_ns_{name}"] = packets.pcap(some, order)
        result[f"pcapng_{name}"] = packets.pcapng(some, order)
    result["pcap_cut"] = packets.pcap(some)[:-5]
    return result


def feeds() -> dict[str, list[bytes]]:
    """The datagrams of a little of each feed."""
    first = [packets.add(1, "B", 100, 10_000), packets.add(2, "S", 50, 10_100), packets.executed(1, 30), itch("R")]
    second = [itch("U"), packets.delete(1), packets.add(9, "B", 1, 9_000, 8, "OTHER"), itch("P")]
    deep = [
        [packets.deep_level("B", "ABCD", 100, 1_000_000, 0), packets.deep_level("B", "ABCD", 0, 1_000_000)],
        [iex("T"), IEX_EVENT],
    ]
    tops = [[packets.tops_quote("ABCD", 100, 1_000_000, 1_000_100, 200)], [packets.iex_trade("ABCD", 10, 1_000_050)]]
    result = {
        "itch50": [
            packets.moldudp64(first, 1),
            packets.moldudp64(second, 6),
            packets.moldudp64([], 10, count=0xFFFF),
            packets.moldudp64(first, 1, b"SESSION002"),
        ],
        "raw": [RAW, packets.raw("ABCD", 1_000_100, 300, 1) + packets.raw("OTHER", 5, 0, 0)],
    }
    for name, protocol, parts in (("deep10", 0x8004, deep), ("tops", 0x8003, tops)):
        result[name] = [packets.iex_tp(part, 1 + 2 * i, 100 * i, protocol) for i, part in enumerate(parts)]
        result[name].append(packets.iex_tp(parts[0], 1, 0, protocol, session=2))
    return result


def files() -> dict[str, dict[str, bytes]]:
    itch_file = packets.length_prefixed(
        [packets.add(1, "B", 100, 10_000), *map(itch, ITCH), packets.delete(1)]
    ) + bytes(2)
    through = {"itch50_messages": b"\x07" + itch_file, "itch50_cut": b"\x00" + itch_file[:-30]}
    for name, datagrams in feeds().items():
        port = 26_400 if name == "raw" else packets.FEED_PORT
        through[f"{name}_pcap"] = b"\xff" + packets.pcap([packets.frame(each, port) for each in datagrams])
    through["itch50_pcapng"] = b"\x04" + packets.pcapng([packets.frame(each) for each in feeds()["itch50"]], ">")
    return {
        "message_file": {"whole": b"\x03" + itch_file, "cut": b"\x00" + itch_file[:-30], "empty": bytes(7)},
        "feed_file": through,
    }


def market() -> dict[str, bytes]:
    """Frames, datagrams and, of ITCH, bare messages."""
    result = {}
    for place, name in enumerate(("itch50", "deep10", "tops", "raw")):
        datagrams = feeds()[name]
        result[f"{name}_frames"] = bytes([place]) + b"".join(piece(0, packets.frame(each)) for each in datagrams)
        result[f"{name}_datagrams"] = bytes([0x80 | place]) + b"".join(piece(1, each) for each in datagrams)
    result["itch50_messages"] = bytes([0x80]) + b"".join(piece(2, itch(code)) for code in ITCH)
    return result


def books() -> dict[str, dict[str, bytes]]:
    """Limits, then updates at random: what they are is the targets' affair."""
    result: dict[str, dict[str, bytes]] = {"l2_books": {}, "l3_books": {}}
    for seed in range(6):
        generator = random.Random(seed)
        limits = bytes([seed % 3, 60 if seed % 2 else 199, 59 if seed < 4 else 3])
        for updates in result.values():
            updates[f"random_{seed}"] = limits + generator.randbytes(100 << seed % 4)
    return result


def binary_log(*, in_pieces: bool = False) -> bytes:
    """A log as it is in a file, or as pieces from which the target makes the frames."""

    def framed(kind: int, body: bytes) -> bytes:
        if in_pieces:
            return piece(kind - 1, body)
        head = ord("P") | kind << 8 | len(body) // 8 << 16
        odd = 0x9E3779B97F4A7C15
        total = head * odd & (2**64 - 1)
        for (word,) in struct.iter_unpack("<Q", body):
            total = (total ^ word) * odd & (2**64 - 1)
            total ^= total >> 32
        return struct.pack("<II", head, (total ^ total >> 29) & 0xFFFFFFFF) + body

    def padded(text: bytes) -> bytes:
        return text + bytes(-len(text) % 8)

    def site(number: int, level: int, kinds: list[int], text: bytes) -> bytes:
        head = struct.pack("<IBBHII16s", number, level, len(kinds), len(text), 5, 12, bytes(kinds))
        return framed(2, head + padded(text) + padded(b"a.cpp"))

    def record(sequence: int, number: int, arguments: bytes) -> bytes:
        return framed(4, struct.pack("<qQII", 1_700_000_000 * 10**9 + sequence, sequence, number, 1) + arguments)

    every_kind = (
        struct.pack("<qQdQQ", -5, 5, 1.25, 1, ord("c")) + struct.pack("<Q", 6 | 1 << 32) + padded(b'a"\\\n\xc3\xa9')
    )
    every_kind += struct.pack("<8sqQ", b"ABCD    ", 1_852_300, 1)
    return (
        framed(1, struct.pack("<QQ", 0x474F4C5446485950, 1))
        + site(1, 2, [], b"plain {{text}}")
        + site(2, 4, list(range(9)), b"{} {} {} {} {} {} {} {} {}")
        + framed(3, struct.pack("<IIQ", 1, 77, 6) + padded(b"engine"))
        + record(1, 1, b"")
        + framed(3, struct.pack("<IIQ", 1, 77, 64) + b"\x01" * 64)
        + record(2, 2, every_kind)
        + (b"" if in_pieces else bytes(16))
        + record(5, 2, every_kind)
        + record(6, 9, b"")
    )


def histograms() -> dict[str, bytes]:
    # Zeros as their negative number, counts, of each a zigzag of seven bits a byte.
    counts = bytes([0x06, 0x02, 0xCF, 0x0F, 0x0A, 0x01, 0x80, 0x01])
    head = struct.pack(">IIIIQQd", 0x1C849313, len(counts), 0, 3, 1, 60_000_000_000, 1.0)
    values = b"".join(struct.pack("<QB", value, 0) for value in (0, 1, 2_047, 2_048, 99_999, 10**12))
    return {
        "encoded": b"\x00" + head + counts,
        "counts": b"\x01" + struct.pack("<QB", 2**63, 20) + counts,
        "largest_counts": b"\x01" + struct.pack("<QB", 2**63, 0) + b"\xfe" + b"\xff" * 8 + b"\x02",
        "values": b"\x02" + struct.pack("<QB", 2**63, 10) + values,
    }


def corpus() -> dict[str, dict[str, bytes]]:
    """By target and name."""
    return {
        **messages(),
        **sessions(),
        "line_arbiter": lines(),
        "headers": frames(),
        "capture": captures(),
        **files(),
        **books(),
        "market": market(),
        "log_decoder": {
            "whole": b"\x01" + binary_log(),
            "cut": b"\x04" + binary_log()[:-9],
            "pieces": b"\x02" + binary_log(in_pieces=True),
        },
        "histogram": histograms(),
    }


def main() -> None:
    folder = HERE / "corpus"
    shutil.rmtree(folder, ignore_errors=True)
    for target, inputs in corpus().items():
        (folder / target).mkdir(parents=True)
        for name, content in inputs.items():
            (folder / target / name).write_bytes(content)


if __name__ == "__main__":
    main()
