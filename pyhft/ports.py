"""Where frames come from: names of ports, and files of every packing made ready for the core to map."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pyhft._core import engine as _engine
from pyhft.config import given_path
from pyhft.dpdk_port import DpdkPort
from pyhft.errors import ArgumentError, ArgumentTypeError, InputError
from pyhft.network_port import NetworkPort
from pyhft.udp_port import UdpPort

__all__ = ["FilePort", "open_port"]

FEEDS = tuple(_engine.feed_names())
_GZIP_MAGIC = b"\x1f\x8b"
_FILE_KINDS = ("pcap", "itch")
_NETWORK_KINDS = {"udp": UdpPort.named, "dpdk": DpdkPort.named}
_LATER_KINDS = ("loopback",)
_NAMES = "'pcap:PATH', 'itch:PATH', 'udp:IP:PORT' or 'dpdk:DEVICE'"


@dataclass(frozen=True)
class FilePort:
    """A capture or message file as a port.

    Parameters
    ----------
    path : Path
        A pcap or pcapng capture of Ethernet frames, or a file of length-prefixed ITCH 5.0 messages; gzipped or not.

    Raises
    ------
    InputError
        Where the file is missing, unreadable or empty.
    """

    path: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(given_path("port", self.path)))
        with self._opened() as file:
            if not self._first_bytes(file):
                raise InputError(f"'{self.path}' is empty (0 bytes); give a file that holds packets or messages.")

    def _opened(self) -> IO[bytes]:
        try:
            if stat.S_ISREG(self.path.stat().st_mode):
                return self.path.open("rb")
            kind = "a folder" if self.path.is_dir() else "no regular file"
        except OSError as cause:
            raise InputError(
                f"can't open '{self.path}': {cause.strerror}; give the path of a capture or message file."
            ) from None
        raise InputError(f"'{self.path}' is {kind}; give the path of a capture or message file.")

    def _first_bytes(self, file: IO[bytes]) -> bytes:
        try:
            return file.read(len(_GZIP_MAGIC))
        except OSError as cause:
            raise InputError(f"can't read '{self.path}': {cause.strerror}; give a file that can be read.") from None

    @contextlib.contextmanager
    def unpacked(self, progress: Callable[[float], None] = lambda _share: None) -> Iterator[UnpackedFile]:
        """Give the file as one that can be mapped: itself, or an unpacked copy that is removed at the end.

        `progress` is told the share that is unpacked.
        """
        with self._opened() as file:
            packed = self._first_bytes(file) == _GZIP_MAGIC
            if not packed:
                yield UnpackedFile(str(self.path), str(self.path), os.fstat(file.fileno()).st_size)
                return
            file.seek(0)
            with tempfile.NamedTemporaryFile(prefix="pyhft-") as copy:
                warnings = _gunzip(file, copy, self.path, progress)
                copy.flush()
                if copy.tell() == 0:
                    raise InputError(f"'{self.path}' holds 0 bytes once unpacked; give a file of packets or messages.")
                yield UnpackedFile(copy.name, str(self.path), copy.tell(), warnings)


@dataclass(frozen=True)
class UnpackedFile:
    """A file that can be mapped, and what its user calls it."""

    path: str
    name: str
    size_bytes: int
    warnings: list[str] = field(default_factory=list)

    def kind(self, feed: str | None, udp_port: int | None) -> tuple[str, str]:
        """Find the container and the feed from the content, or hold the named feed against it."""
        return _engine.find_feed(self.path, self.name, feed, udp_port)


def _gunzip(packed: IO[bytes], unpacked: IO[bytes], name: Path, progress: Callable[[float], None]) -> list[str]:
    """Unpack all members of a gzip file; what was packed before the file was cut is kept, with a warning."""
    chunk_bytes = 1 << 20
    most_at_once = 1 << 24  # a thousandth of this can be packed into a file
    gzip_window = 31
    size = packed.seek(0, os.SEEK_END)
    packed.seek(0)
    unpacker = zlib.decompressobj(gzip_window)
    started = False
    members = 0
    try:
        while chunk := packed.read(chunk_bytes):
            progress(min(packed.tell() / size, 1.0) if size else 0.0)
            while chunk:
                if members and not started:
                    chunk = chunk.lstrip(b"\0")  # padding that some tools leave behind
                    if not chunk.startswith(_GZIP_MAGIC[: len(chunk)]):
                        return [f"'{name}' has {len(chunk)} or more bytes behind its gzip data that were passed over."]
                    if not chunk:
                        break
                unpacked.write(unpacker.decompress(chunk, most_at_once))
                started = True
                chunk = unpacker.unconsumed_tail
                if unpacker.eof:
                    chunk = unpacker.unused_data
                    unpacker = zlib.decompressobj(gzip_window)
                    started = False
                    members += 1
        if started:
            unpacked.write(unpacker.flush())  # what was read and not yet unpacked
            started = not unpacker.eof
    except zlib.error as cause:
        raise InputError(
            f"'{name}' is damaged: its gzip data can't be unpacked ({cause}); fetch or pack it again."
        ) from None
    except OSError as cause:
        free = shutil.disk_usage(tempfile.gettempdir()).free
        raise InputError(
            f"can't unpack '{name}' to {tempfile.gettempdir()}: {cause.strerror} ({free} bytes are free); "
            "set TMPDIR to a folder with room."
        ) from None
    if started:
        return [f"'{name}' is cut in the middle of its gzip data; the {unpacked.tell()} bytes before that were read."]
    return []


def open_port(spec: str) -> FilePort | NetworkPort:
    """Open a port by its name.

    Parameters
    ----------
    spec : str
        ``"pcap:PATH"`` for a capture, ``"itch:PATH"`` for a file of length-prefixed ITCH 5.0 messages; what the file
        really is is found from its content either way. ``"udp:IP:PORT[@INTERFACE][,SETTING=VALUE ...]"`` for a
        multicast group or an address of this host, with the settings of `UdpPort`.
        ``"dpdk:[SETTING=VALUE,...]DEVICE[,ARGUMENT ...]"`` for a device of DPDK's: a card by its address
        (``"dpdk:0000:03:00.0"``) or a virtual one (``"dpdk:net_ring0"``), with the settings of `DpdkPort` before it and
        the driver's own arguments behind it.

    Returns
    -------
    FilePort, UdpPort or DpdkPort
        A port to a network opens at its first use, or by its ``open()``.

    Raises
    ------
    ArgumentError
        For a kind of port that doesn't exist in this version, or settings that can't be.
    InputError
        For a file that is missing, unreadable or empty.
    """
    if not isinstance(spec, str):
        raise ArgumentTypeError(f"port is {spec!r}; give its name as text, such as 'pcap:day.pcap'.")
    kind, colon, rest = spec.partition(":")
    if colon and kind in _FILE_KINDS:
        return FilePort(Path(given_path("port", rest)))
    if colon and kind in _NETWORK_KINDS:
        return _NETWORK_KINDS[kind](rest)
    if colon and kind in _LATER_KINDS:
        raise ArgumentError(f"port '{spec}': '{kind}' is not part of this version; give {_NAMES}.")
    raise ArgumentError(f"port '{spec}' has no known kind; give {_NAMES}.")


def as_port(given: FilePort | NetworkPort | str | os.PathLike[str]) -> FilePort | NetworkPort:
    """Take a port as it is, text that starts with a kind as its name, and anything else as a path."""
    if isinstance(given, FilePort | NetworkPort):
        return given
    if (
        isinstance(given, str)
        and given.partition(":")[0] in (*_FILE_KINDS, *_NETWORK_KINDS, *_LATER_KINDS)
        and ":" in given
    ):
        return open_port(given)
    if isinstance(given, (str, os.PathLike)):
        return FilePort(Path(given_path("port", given)))
    raise ArgumentTypeError(f"port is {given!r}; give a path, a name such as 'pcap:day.pcap' or an opened port.")
