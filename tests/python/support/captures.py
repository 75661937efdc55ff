"""Where the real captures lie, which are not part of this repository: beside it, or where PYHFT_CAPTURES says."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("PYHFT_CAPTURES", Path(__file__).parents[4] / "shared" / "data"))

needs_captures = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no real captures in {FOLDER}; PYHFT_CAPTURES names their folder"
)
