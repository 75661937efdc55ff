"""The jitter meter on this host's own cores."""

from __future__ import annotations

import dataclasses

import pytest

import pyhft as ph
from pyhft import jitter
from pyhft._core import threads


def test_gaps_are_those_of_the_core_asked_for() -> None:
    core = threads.allowed_cores()[-1]
    (seen,) = jitter.watch_gaps(0.05, cores=[core])
    assert seen.core == core
    assert str(seen).startswith(f"core {core}: ")
    assert seen.to_dict()["priority"] is None
    assert seen.gaps.count == 0 or seen.gaps.min >= 999
    with pytest.raises(ph.HostError, match="100000"):
        jitter.watch_gaps(0.05, cores=[100_000])
    with pytest.raises(ph.ArgumentError, match="seconds is 0"):
        jitter.watch_gaps(0.0)
    with pytest.raises(ph.ArgumentError, match="120"):
        jitter.watch_gaps(0.05, priority=120)


def test_the_difference_that_a_priority_makes_is_said_in_a_line() -> None:
    core = threads.allowed_cores()[-1]
    (ordinary,) = jitter.watch_gaps(0.02, cores=[core])
    (urgent,) = jitter.watch_gaps(0.02, cores=[core], priority=5)
    assert str(urgent).startswith(f"core {core} under SCHED_FIFO 5: ")
    short, long = ph.Histogram(), ph.Histogram()
    short.record(2_000)
    long.record(50_000_000)
    calm, stopped = dataclasses.replace(ordinary, gaps=short), dataclasses.replace(urgent, gaps=long)
    assert jitter.difference(calm, stopped).endswith("2.0 us at the ordinary priority: no better")
    steady = dataclasses.replace(urgent, gaps=short)
    assert jitter.difference(dataclasses.replace(ordinary, gaps=long), steady).endswith(": better")
