# Room queue: queues between one producer and one consumer.

from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from typing_extensions import Buffer

class SpscQueue:
    """A bounded queue of records between one producer and one consumer: threads, or processes that share its name."""

    def __init__(
        self,
        dtype: DTypeLike,
        capacity: int | None = None,
        *,
        shared: str | None = None,
        create: bool = False,
        side: Literal["producer", "consumer", "both"] | None = None,
        wake: bool = False,
    ) -> None: ...
    def try_push(self, records: ArrayLike) -> int:
        """Push a record (a tuple, a number, a numpy record) or a row of them (an array of the queue's dtype, a list);
        how many went in: the first so many."""

    def push(self, records: ArrayLike, timeout: float | None = None) -> int:
        """As try_push, but wait for room, without the GIL, at most timeout seconds; how many went in."""

    def try_pop(self) -> Any:
        """The oldest record, or None."""

    def pop(self, timeout: float | None = None) -> Any:
        """The oldest record; wait for one, without the GIL, at most timeout seconds, then None."""

    def drain(self, out: NDArray[Any] | None = None, timeout: float | None = 0.0) -> NDArray[Any]:
        """All records that wait, as an array; into the front of `out` where that is given, and no more than fit it.
        With a timeout wait for the first, without the GIL."""

    def close(self) -> None:
        """Give the memory and the sides back. Calls after that raise."""

    @staticmethod
    def unlink(name: str) -> bool:
        """Take a shared queue's name away; who has it open keeps it. False where there was none."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def __len__(self) -> int: ...
    @property
    def capacity(self) -> int:
        """In records."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of a record."""

    @property
    def shared(self) -> str | None:
        """The name of a shared queue, else None."""

    @property
    def closed(self) -> bool:
        """Whether close() was called."""

    @property
    def producer_present(self) -> bool:
        """Whether a living process holds the producer's side; True for a queue of this process alone."""

    @property
    def consumer_present(self) -> bool:
        """Whether a living process holds the consumer's side; True for a queue of this process alone."""

class BytesQueue:
    """A bounded queue of byte records of any length between one producer and one consumer: threads, or processes that
    share its name."""

    def __init__(
        self,
        capacity: int | None = None,
        *,
        shared: str | None = None,
        create: bool = False,
        side: Literal["producer", "consumer", "both"] | None = None,
        wake: bool = False,
    ) -> None: ...
    def try_push(self, data: Buffer) -> bool:
        """Push bytes, or any contiguous buffer's; False when there is no room."""

    def push(self, data: Buffer, timeout: float | None = None) -> bool:
        """As try_push, but wait for room, without the GIL, at most timeout seconds."""

    def try_pop(self) -> bytes | None:
        """The oldest record as bytes, or None."""

    def pop(self, timeout: float | None = None) -> bytes | None:
        """The oldest record; wait for one, without the GIL, at most timeout seconds, then None."""

    def drain(self, timeout: float | None = 0.0) -> list[bytes]:
        """A list of all records that wait. With a timeout wait for the first, without the GIL."""

    def close(self) -> None:
        """Give the memory and the sides back. Calls after that raise."""

    @staticmethod
    def unlink(name: str) -> bool:
        """Take a shared queue's name away; who has it open keeps it. False where there was none."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    @property
    def capacity(self) -> int:
        """In bytes."""

    @property
    def max_record(self) -> int:
        """The longest record, in bytes."""

    @property
    def used(self) -> int:
        """Bytes in use, those that records cost with them."""

    @property
    def shared(self) -> str | None:
        """The name of a shared queue, else None."""

    @property
    def closed(self) -> bool:
        """Whether close() was called."""

    @property
    def producer_present(self) -> bool:
        """Whether a living process holds the producer's side; True for a queue of this process alone."""

    @property
    def consumer_present(self) -> bool:
        """Whether a living process holds the consumer's side; True for a queue of this process alone."""
