# Room threads: where threads may run.

def allowed_cores() -> list[int]:
    """The cores that this thread may run on, ascending; cpusets, containers and taskset are respected."""
