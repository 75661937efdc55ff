"""What the host takes from a thread that spins on a core: the jitter meter of ``pyhft doctor``."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyhft._core import clock, threads

__all__ = ["Gaps", "difference", "watch_gaps"]


@dataclass(frozen=True)
class Gaps:
    """What a busy loop on a core missed.

    Attributes
    ----------
    core : int
    priority : int or None
        Of SCHED_FIFO, as it was asked for.
    gaps : pyhft.Histogram
        Of the times in ns that were taken away, each a microsecond or more.
    watched_s : float
        How long was watched.
    lost_share : float
        The share of that which the gaps took.
    notes : tuple of str
        What could not be done, or was done with a danger.
    """

    core: int
    priority: int | None
    gaps: clock.Histogram
    watched_s: float
    lost_share: float
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain values; the histogram as its buckets (lowest, highest, count)."""
        return {
            "core": self.core, "priority": self.priority, "watched_s": self.watched_s, "lost_share": self.lost_share,
            "notes": list(self.notes),
            "count": self.gaps.count, "p50_ns": self.gaps.percentile(50), "p99_ns": self.gaps.percentile(99),
            "max_ns": self.gaps.max, "buckets": self.gaps.buckets().tolist(),
        }  # fmt: skip

    def __str__(self) -> str:
        rate = self.gaps.count / max(self.watched_s, 1e-9)
        largest_us = self.gaps.max / 1000
        how = "" if self.priority is None else f" under SCHED_FIFO {self.priority}"
        lost = f"{self.lost_share:.2%} lost, longest {largest_us:.1f} us"
        lines = [f"core {self.core}{how}: {rate:.0f} gaps/s from 1 us on, {lost}"]
        buckets = self.gaps.buckets()
        for low, high in itertools.pairwise(_STEPS_NS):
            within = (buckets["lowest"] >= low) & (buckets["lowest"] < high)
            count = int(buckets["count"][within].sum())
            if count:
                bar = "#" * max(1, round(40 * count / self.gaps.count))
                lines.append(f"  {low // 1000:>9,} us and more  {count:>9,}  {bar}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


# Of gaps, in ns: 1, 2, 5, 10 us and so on.
_STEPS_NS = [step * 10**power for power in range(3, 12) for step in (1, 2, 5)]


def watch_gaps(seconds: float, *, cores: Iterable[int] | None = None, priority: int | None = None) -> list[Gaps]:
    """Spin on every core and record when it was taken away.

    Parameters
    ----------
    seconds : float
        How long, up to an hour.
    cores : iterable of int, optional
        Which; all that are allowed otherwise.
    priority : int, optional
        Under SCHED_FIFO with this priority, 1 to 99, where that is allowed: shows what the kernel's real-time limit
        does to a thread that spins.

    Returns
    -------
    list of Gaps

    Raises
    ------
    ArgumentError
        If seconds or priority is out of range.
    HostError
        If a core doesn't exist or isn't allowed.
    """
    chosen = threads.allowed_cores() if cores is None else list(cores)
    return [
        Gaps(seen["core"], priority, seen["gaps"], seen["watched_ns"] / 1e9,
             seen["lost_ns"] / max(seen["watched_ns"], 1.0), tuple(seen["notes"]))
        for seen in clock.watch_gaps(chosen, float(seconds), priority=priority)
    ]  # fmt: skip


def difference(ordinary: Gaps, urgent: Gaps) -> str:
    """Say in one line what the priority did to the longest gap of a core."""
    before_us, after_us = ordinary.gaps.max / 1000, urgent.gaps.max / 1000
    verdict = "better" if after_us < before_us else "no better"
    return (
        f"core {urgent.core}: longest gap {after_us:,.1f} us under SCHED_FIFO {urgent.priority}, "
        f"{before_us:,.1f} us at the ordinary priority: {verdict}"
    )
