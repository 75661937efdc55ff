# Room clock: the counter that stamps packets, and histograms of latencies.

from collections.abc import Sequence
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

_Integer: TypeAlias = int | np.integer[Any]
_Integers: TypeAlias = NDArray[np.integer[Any]] | Sequence[int]

def counter_source() -> str:
    """What is read: 'rdtsc', 'cntvct_el0' or 'clock_gettime'."""

def counter_warning() -> str:
    """Why that is a fallback; empty where the counter is sound."""

def watch_gaps(
    cores: Sequence[int], seconds: float, least_ns: int = 1000, priority: int | None = None
) -> list[dict[str, Any]]:
    """The gaps of a busy loop on each of the cores at once, those of least_ns and more: a list of dicts of core, gaps
    (a Histogram in ns), watched_ns, lost_ns and notes (what could not be done)."""

class TscClock:
    """The processor's time stamp counter, calibrated against the system clock."""

    def __init__(self, calibration_ns: _Integer = 10_000_000) -> None: ...
    def read(self) -> int:
        """The counter now, in cycles."""

    def recalibrate(self) -> None:
        """Take the rate and the epoch anew: about 10 us."""

    @overload
    def to_ns(self, cycles: _Integer) -> float: ...
    @overload
    def to_ns(self, cycles: _Integers) -> NDArray[np.float64]: ...
    @overload
    def to_epoch_ns(self, cycles: _Integer) -> int: ...
    @overload
    def to_epoch_ns(self, cycles: _Integers) -> NDArray[np.int64]: ...
    @property
    def ns_per_cycle(self) -> float:
        """Of the last calibration."""

    @property
    def source(self) -> str:
        """What is read: 'rdtsc', 'cntvct_el0' or 'clock_gettime'."""

    @property
    def warning(self) -> str:
        """Why that is a fallback; empty where the counter is sound."""

class Histogram:
    """A histogram of latencies in the HDR layout, with three significant digits."""

    def __init__(self, highest_trackable: _Integer = ...) -> None: ...
    def record(self, value: _Integer, times: _Integer = 1) -> None:
        """Count a value, `times` times."""

    def record_many(self, values: _Integers) -> None:
        """Count every value of an array of integers, of any shape."""

    def merge(self, other: Histogram) -> None:
        """Add the counts of another."""

    def reset(self) -> None:
        """Begin anew."""

    def copy(self) -> Histogram:
        """An independent one with the same counts."""

    @overload
    def percentile(self, percentiles: _Integer | float) -> int: ...
    @overload
    def percentile(self, percentiles: NDArray[Any] | Sequence[float]) -> NDArray[np.uint64]: ...
    def buckets(self) -> NDArray[np.void]:
        """The buckets that aren't empty: a record array of lowest, highest and count, ascending."""

    def encode(self) -> bytes:
        """Base64 of HdrHistogram's compressed V2 encoding, which its implementations read back."""

    @staticmethod
    def decode(text: bytes | str) -> Histogram:
        """The histogram of what `encode` gave, or another implementation with lowest value 1 and three digits."""

    @property
    def count(self) -> int:
        """Values counted."""

    @property
    def saturated(self) -> int:
        """Those of them above the highest trackable value."""

    @property
    def highest_trackable(self) -> int:
        """The largest value told apart."""

    @property
    def min(self) -> int:
        """The smallest value; 0 while empty."""

    @property
    def max(self) -> int:
        """The largest value; 0 while empty."""

    @property
    def mean(self) -> float:
        """Of the buckets' middles; 0.0 while empty."""

    def __len__(self) -> int: ...
