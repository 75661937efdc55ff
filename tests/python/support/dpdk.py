"""Whether the port over DPDK can be tested: it was built, and its libraries are there."""

import importlib
import os

import pytest


def _why_not() -> str:
    try:
        importlib.import_module("pyhft._dpdk")
    except ImportError as cause:
        return f"no DPDK ({cause}): apt-get install dpdk dpdk-dev libdpdk-dev pkg-config, then build anew"
    return ""


WHY_NO_DPDK = _why_not()

# In continuous integration it has to be there: the tests run, and fail where it isn't.
needs_dpdk = pytest.mark.skipif(bool(WHY_NO_DPDK) and os.environ.get("CI") != "true", reason=WHY_NO_DPDK)
