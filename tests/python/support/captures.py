"""Where the real captures lie, which are not part of this repository: beside it, or where PYHFT_CAPTURES says."""

import gzip
import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("PYHFT_CAPTURES", Path(__file__).parents[4] / "shared" / "data"))

needs_captures = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no real captures in {FOLDER}; PYHFT_CAPTURES names their folder"
)


def unpacked_moldudp64(name: str, folder: Path) -> Path:
    """Write one of the MoldUDP64 captures unpacked, as programs that know no gzip want it."""
    path = folder / f"{name}.pcap"
    path.write_bytes(gzip.decompress((FOLDER / "moldudp64" / f"{name}.moldudp64.pcap.gz").read_bytes()))
    return path
