# Room threads: where threads may run.

from collections.abc import Sequence

placement_parts: list[str]

def allowed_cores() -> list[int]:
    """The cores that this thread may run on, ascending; cpusets, containers and taskset are respected."""

def check_placement(core: int, name: str, priority: int | None = None) -> None:
    """Raise what is impossible about a placement; nothing is changed."""

def place_new_thread(
    core: int, name: str, priority: int | None, allowed: Sequence[int], required: Sequence[str]
) -> list[str]:
    """In a new thread: take this place and no other, have the core's governor be `performance` and the memory locked;
    what could not be done, or was done with a danger, one sentence each. `required` names parts, out of
    `placement_parts`, that are errors where they can't be had."""
