"""Settings of all Python tests."""

import os

from hypothesis import settings

# The same examples in every run, so that a failure comes from a change; PYHFT_RANDOM_EXAMPLES=1 looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random")
settings.load_profile("random" if os.environ.get("PYHFT_RANDOM_EXAMPLES") else "repeatable")
