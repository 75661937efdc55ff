"""The bytes of a snapshot of an OrderBook: a mark, a checksum, messages, feed and symbols, and those of the core."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from pyhft._core import book as _book
from pyhft.errors import InputError

__all__ = ["packed", "unpacked"]

_MAGIC = b"pyhftOB1"
_SYMBOL_BYTES = 8
_MOST_MESSAGES = 2**63 - 1


def packed(feed: str, messages: int, symbols: Sequence[bytes], books: bytes) -> bytes:
    """Put a snapshot together; symbols stand at their numbers."""
    name = feed.encode()
    texts = b"".join(symbol.ljust(_SYMBOL_BYTES) for symbol in symbols)
    rest = struct.pack("<QII", messages, len(name), len(symbols)) + name + texts + books
    return _MAGIC + struct.pack("<I", zlib.crc32(rest)) + rest


def unpacked(given: bytes, feed_here: str) -> tuple[int, list[bytes], bytes]:
    """Take one apart: messages, symbols, and the bytes of the core. Raises InputError for what isn't one."""
    remedy = "give the bytes that snapshot() gave"
    head = len(_MAGIC) + 4
    if given[: len(_MAGIC)] != _MAGIC or len(given) < head + 16:
        raise InputError(f"the {len(given)} bytes are no snapshot of an OrderBook; {remedy}.")
    (crc,) = struct.unpack_from("<I", given, len(_MAGIC))
    rest = given[head:]
    if zlib.crc32(rest) != crc:
        raise InputError(f"the snapshot of {len(given)} bytes was cut or changed; {remedy}.")
    messages, feed_bytes, used = struct.unpack_from("<QII", rest)
    feed = rest[16 : 16 + feed_bytes].decode("latin-1")
    if feed != feed_here:
        raise InputError(f"the snapshot is of books of {feed!r}, and these are of {feed_here!r}; {remedy}.")
    names_end = 16 + feed_bytes + used * _SYMBOL_BYTES
    if used > _book.max_books or names_end > len(rest) or messages > _MOST_MESSAGES:
        raise InputError(f"the snapshot of {len(given)} bytes is no whole one; {remedy}.")
    text = rest[16 + feed_bytes : names_end]
    names = [text[at : at + _SYMBOL_BYTES] for at in range(0, len(text), _SYMBOL_BYTES)]
    return messages, names, rest[names_end:]
