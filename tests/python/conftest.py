"""Settings of all Python tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from support import packets

# The same examples in every run, so that a failure comes from a change; PYHFT_RANDOM_EXAMPLES=1 looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random")
settings.load_profile("random" if os.environ.get("PYHFT_RANDOM_EXAMPLES") else "repeatable")


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """Make a file of six messages on two instruments; the fifth is malformed."""
    path = tmp_path / "day.itch"
    path.write_bytes(
        packets.length_prefixed(
            [
                packets.add(1, "B", 100, 50, 7, "AAA"),
                packets.add(2, "S", 200, 60, 8, "BBB"),
                packets.add(3, "B", 5, 51, 7, "AAA"),
                packets.executed(3, 5, 7),
                b"Z",
                packets.delete(2, 8),
            ]
        )
    )
    return path
