# Room clock: which counter this process reads.

def counter_source() -> str:
    """What is read: 'rdtsc', 'cntvct_el0' or 'clock_gettime'."""

def counter_warning() -> str:
    """Why that is a fallback; empty where the counter is sound."""
