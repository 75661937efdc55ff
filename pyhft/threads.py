"""Threads that stand on their core, under their name, before their work begins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from pyhft._core import threads
from pyhft.config import whole_number
from pyhft.errors import ArgumentError, ArgumentTypeError, HostError

__all__ = ["PinnedThread", "spawn_pinned"]


class PinnedThread(threading.Thread):
    """A running thread in its place; `spawn_pinned` makes one.

    Attributes
    ----------
    notes : tuple of str
        What could not be done, or was done with a danger, one sentence each.
    """

    notes: tuple[str, ...] = ()

    def __init__(
        self, core: int, name: str, work: Callable[[], object], priority: int | None, required: list[str]
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._core, self._work, self._priority, self._required = core, work, priority, required
        self._allowed = threads.allowed_cores()
        self._placed = threading.Event()
        self._failure: BaseException | None = None
        self._refused = False

    def run(self) -> None:
        """Take the place, then do the work."""
        # Whatever is raised is for the creator, or for who joins.
        try:
            place = (self._core, self.name, self._priority, self._allowed, self._required)
            self.notes = tuple(threads.place_new_thread(*place))
        except BaseException as refused:  # noqa: BLE001
            self._failure, self._refused = refused, True
            return
        finally:
            self._placed.set()
        try:
            self._work()
        except BaseException as failure:  # noqa: BLE001
            self._failure = failure

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end of the work; raises what it raised, once."""
        super().join(timeout)
        if not self.is_alive() and self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure


def spawn_pinned(
    core: int, name: str, fn: Callable[[], object], priority: int | None = None, *, require: Collection[str] = ()
) -> PinnedThread:
    """Start a thread on a core of its own and return when it stands there.

    The thread's affinity is set and its name, which `top -H` shows; the core's governor becomes `performance` and the
    memory of the process is locked where that is allowed. What could not be done is in `notes` of the thread.

    Parameters
    ----------
    core : int
        One of those that this process may use.
    name : str
        Up to 15 characters.
    fn : callable
        The work, called without arguments.
    priority : int, optional
        SCHED_FIFO, 1 to 99. Under the kernel's default real-time limit, and its fair server, a thread that never
        sleeps is then stopped for tens of milliseconds in every second; `notes` says so.
    require : collection of {'core', 'name', 'priority', 'governor', 'memory'}
        What must not be missed.

    Returns
    -------
    PinnedThread

    Raises
    ------
    HostError
        If the core isn't allowed, or something required could not be done.
    ArgumentError
        If the name is too long, the priority out of range, or `require` names something else.
    ArgumentTypeError
        If fn can't be called, or an argument is of the wrong type.

    Examples
    --------
    >>> import pyhft as ph
    >>> thread = ph.spawn_pinned(0, "worker", lambda: None)
    >>> thread.join()
    """
    if not callable(fn):
        raise ArgumentTypeError(f"spawn_pinned: fn is of type {type(fn).__name__}; it must be a function.")
    core = whole_number("spawn_pinned: core", core, -(2**31), 2**31 - 1, "the number of a core")
    if priority is not None:
        priority = whole_number("spawn_pinned: priority", priority, -(2**31), 2**31 - 1, "1 to 99, or None")
    if not isinstance(name, str):
        raise ArgumentTypeError(f"spawn_pinned: name is of type {type(name).__name__}; it must be a string.")
    if not name.isprintable():
        raise ArgumentError(f"spawn_pinned: name is {name!r}; give characters that `top` can show.")
    if not isinstance(require, Collection):
        raise ArgumentTypeError(
            f"spawn_pinned: require is of type {type(require).__name__}; give names in a list or a set."
        )
    required = [require] if isinstance(require, str) else list(require)
    for wish in required:
        if wish not in threads.placement_parts:
            parts = ", ".join(map(repr, threads.placement_parts))
            raise ArgumentError(f"spawn_pinned: require names {wish!r}; it may name {parts}.")
    if core < 0:
        raise HostError(f"spawn_pinned: core is {core}; the allowed ones are {threads.allowed_cores()}.")
    threads.check_placement(core, name, priority)
    thread = PinnedThread(core, name, fn, priority, required)
    thread.start()
    thread._placed.wait()
    if thread._refused:
        thread.join()
    return thread
