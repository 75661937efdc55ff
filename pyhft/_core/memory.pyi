# Room memory: an arena whose slots are records of a numpy dtype.

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

_Integer: TypeAlias = int | np.integer[Any]

class Arena:
    """Slots of one dtype on one block of memory, taken once and touched before it is used."""

    def __init__(
        self, dtype: DTypeLike, capacity: _Integer, huge_pages: Literal["try", "never", "always"] = "try"
    ) -> None: ...
    def allocate(self, count: _Integer = 1) -> NDArray[Any] | None:
        """The next count slots as a record array, a view; None where there are fewer left, which is counted."""

    def reset(self) -> None:
        """Take all slots back. Refused (ArgumentError) while a view of them is alive."""

    @property
    def allocated(self) -> NDArray[Any]:
        """All slots handed out since the last reset, in order: a record array, a view."""

    @property
    def used(self) -> int:
        """Slots handed out since the last reset."""

    @property
    def capacity(self) -> int:
        """Slots in all."""

    @property
    def exhausted(self) -> int:
        """Calls that found too few slots left, ever."""

    @property
    def views(self) -> int:
        """Views that are alive, each with all that was cut from it."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of a slot."""

    @property
    def nbytes(self) -> int:
        """Of the block, in whole pages."""

    @property
    def huge_bytes(self) -> int:
        """How much of it stands on huge pages."""

    @property
    def pages(self) -> str:
        """What it stands on, in words: '8 MiB on reserved huge pages of 2 MiB'."""

    def __len__(self) -> int: ...
