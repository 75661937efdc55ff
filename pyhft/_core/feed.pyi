# Room engine: the messages of files as tables of records. What pyhft.reader stands on.

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from numpy.typing import NDArray

_Progress: TypeAlias = Callable[[int, float], None]

def layouts(feed: str, captured: bool) -> list[tuple[str, dict[str, Any]]]:
    """The message types of a feed and the dtypes of their records, as numpy takes them."""

class RecordReader:
    """The messages of a file as records, in two passes."""

    def __init__(self, container: str, feed: str, path: str, name: str, udp_port: int | None) -> None: ...
    def count(self, most: int, progress: _Progress) -> list[int]:
        """How many records of each type the next messages give at most, in the order of layouts(); doesn't move on."""

    def fill(self, most: int, arrays: Sequence[NDArray[Any]], progress: _Progress) -> tuple[list[int], list[int]]:
        """Writes them into arrays, one a type in the order of layouts(), and moves on. How many each has got, and the
        messages with which sessions began anew."""

    def counters(self) -> dict[str, Any]:
        """What was read so far: packets, messages, malformed by cause, and what the session layer saw."""

    def warnings(self) -> list[str]: ...
