# Room threads: where threads may run.

from collections.abc import Sequence

def allowed_cores() -> list[int]:
    """The cores that this thread may run on, ascending; cpusets, containers and taskset are respected."""

def check_placement(core: int, name: str, priority: int | None = None) -> None:
    """Raise what is impossible about a placement; nothing is changed."""

def place_this_thread(core: int = -1, name: str = "", priority: int | None = None) -> list[str]:
    """Put the calling thread on a core, under a name, at a SCHED_FIFO priority; what could not be done, or was done
    with a danger, one sentence each."""

def begin_afresh(cores: Sequence[int]) -> None:
    """In a new thread: allow these cores and take the ordinary policy, whatever its creator had."""

def lock_memory() -> str:
    """Keep all memory of the process from being swapped out; what stood in the way, or ''."""

def set_performance_governor(core: int) -> str:
    """Keep a core at its full frequency; what stood in the way, or ''."""
