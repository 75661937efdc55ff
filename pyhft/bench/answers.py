"""Whether two implementations gave the same answer: looked at before anything is timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["TOLERANCE", "Disagreement", "agreement"]

# Of the largest value of each output. Methods that cancel, such as sums of squares, are held to what they can do.
TOLERANCE = 1e-10

_CHUNK = 1 << 20  # bars looked at together: a comparison of ten million needs no memory to speak of


class Disagreement(Exception):  # noqa: N818 - what it is, not that it is an error of ours
    """Two implementations of one piece of work gave different answers."""


def _outputs(result: Any) -> list[Any]:
    many = result if isinstance(result, (tuple, list)) else (result,)
    return [one.to_numpy() if hasattr(one, "to_numpy") else np.atleast_1d(one) for one in many]


def agreement(tolerance: float = TOLERANCE, start: int = 0) -> Callable[[Any, Any], None]:
    """Give a check that raises `Disagreement` where two answers differ.

    Parameters
    ----------
    tolerance : float
        The greatest difference allowed, relative to the largest value of the output; 0 asks for the same bits.
    start : int
        The first bar compared, for peers that begin from another seed. A result that is shorter than ours holds the
        last bars; it must reach back to `start`.
    """

    def check(ours: Any, theirs: Any) -> None:
        left, right = _outputs(ours), _outputs(theirs)
        if len(left) != len(right):
            raise Disagreement(f"{len(left)} outputs of pyhft stand beside {len(right)}")
        for number, (a, b) in enumerate(zip(left, right, strict=True)):
            which = f"output {number + 1}: " if len(left) > 1 else ""
            missing = len(a) - len(b)
            if missing < 0 or missing > start or a.shape[1:] != b.shape[1:]:
                raise Disagreement(f"{which}shape {a.shape} of pyhft stands beside {b.shape}")
            if len(a) <= start:
                raise Disagreement(f"{which}{len(a)} bars, and the first that can be compared is number {start}")
            _compare(a[start:], b[start - missing :], tolerance, start, which)

    return check


def _compare(a: Any, b: Any, tolerance: float, start: int, which: str) -> None:
    chunks = [slice(at, at + _CHUNK) for at in range(0, len(a), _CHUNK)]
    largest = 0.0
    for chunk in chunks:
        finite = np.abs(a[chunk][np.isfinite(a[chunk])])
        largest = max(largest, float(finite.max(initial=0.0)))
    for chunk in chunks:
        x, y = a[chunk].astype(np.float64, copy=False), b[chunk].astype(np.float64, copy=False)
        with np.errstate(invalid="ignore"):
            same = (x == y) | (np.isnan(x) & np.isnan(y)) | (np.abs(x - y) <= tolerance * largest)
        if not same.all():
            at = tuple(int(i) for i in np.argwhere(~same)[0])
            bar = start + chunk.start + at[0]
            raise Disagreement(
                f"{which}at bar {bar} pyhft has {x[at]!r} and it {y[at]!r}; "
                f"{tolerance:g} of {largest:g} is allowed ({int((~same).sum())} differ)"
            )
