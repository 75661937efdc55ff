from collections.abc import Callable
from typing import Final, TypedDict

class _Summary(TypedDict):
    packets: int
    messages: int
    messages_by_type: dict[str, int]
    file_bytes: int

max_messages: Final[int]
max_symbols: Final[int]

def write_synthetic_day(
    path: str | bytes,
    *,
    seed: int,
    messages: int,
    symbols: int,
    progress: Callable[[int], None] | None = None,
) -> _Summary:
    """Write the day as a capture and return its summary; the GIL is released but for `progress(messages_so_far)`."""
