"""Frames of a feed, and frames that came to harm."""

from __future__ import annotations

import random
from collections.abc import Iterator

from support.packets import add, ethernet, ipv4, moldudp64, wire_frame


def sequence_of_adds(numbers: range) -> list[bytes]:
    """Frames of one message each, so that every lost frame is a gap of one."""
    return [wire_frame(moldudp64([add(number, "B", 100, 10_000)], number), "233.54.12.111") for number in numbers]


def damaged_frames(count: int) -> Iterator[bytes]:
    """Frames of every kind of damage: cut, with bits turned, of noise, of other protocols."""
    generator = random.Random(5)
    good = sequence_of_adds(range(1, 4))
    yield ethernet(b"\x60" + b"\0" * 59, 0x86DD)
    yield ethernet(b"", 0x0806)
    yield ethernet(ipv4(b"\0" * 8, protocol=6))
    yield ethernet(ipv4(b"\0" * 8, fragment=0x2000))
    for _ in range(count):
        frame = bytearray(generator.choice(good))
        match generator.randrange(3):
            case 0:
                del frame[generator.randrange(14, len(frame)) :]
            case 1:
                for _ in range(generator.randrange(1, 8)):
                    frame[generator.randrange(14, len(frame))] = generator.randrange(256)
            case _:
                frame[14:] = generator.randbytes(generator.randrange(1486))
        yield bytes(frame)
