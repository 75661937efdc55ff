"""Indicators on numpy arrays.

The functions are the compiled ones, with nothing of Python in between: a call on a hundred bars takes a tenth of a
microsecond. They are also names of the package itself: ``import pyhft as ph; ph.ema(prices, 12)``. What they share is
in docs/kernels.md; `explain` tells what is particular to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhft._core import kernels as _kernels
from pyhft._core.bank import bank as bank
from pyhft._core.kernels import *  # noqa: F403

# Not for type checkers, which follow the imports: they don't read a list that grows.
if not TYPE_CHECKING:
    __all__ = ["bank", "explain", "indicators"]
    __all__ += _kernels.__all__


def indicators() -> list[str]:
    """Names of all indicators that are functions of this package."""
    return [name for name in _kernels.names() if not name.isupper()]


def explain(name: str) -> str:
    """Tell what an indicator computes: formula, seeding, warm-up, what NaN do, accuracy and source.

    Raises ArgumentError if there is no such indicator.
    """
    about = _kernels.describe(name)
    parameters = ", ".join(
        one["name"] if one["required"] else f"{one['name']}={one['default']}"
        for one in about["parameters"]
        if one["kind"] not in ("seed", "seed_value")
    )
    inputs = ", ".join(one[0] for one in about["inputs"])
    lines = [f"{about['name']}({', '.join(filter(None, [inputs, parameters]))}): {about['title']}"]
    for title, key in (
        ("formula", "formula"),
        ("seeding", "seeding"),
        ("warm-up", "warm_up"),
        ("NaN", "nan"),
        ("accuracy", "accuracy"),
        ("source", "source"),
    ):
        if about[key]:
            lines.append(f"  {title:9} {about[key]}")
    return "\n".join(lines)
