# Room threads: where threads may run.

def allowed_cores() -> list[int]:
    """The cores that this thread may run on, ascending; cpusets, containers and taskset are respected."""

def check_placement(core: int, name: str) -> None:
    """Raises HostError for a core outside the allowed set and ArgumentError for a name of more than 15 characters."""
