from collections.abc import Callable
from typing import Any, Final, TypedDict

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

class LineSettings:
    """Of one line of a venue; line_settings in C++ has the defaults."""

    def __init__(self) -> None: ...
    packet_messages: int
    packet_bytes: int
    loss: float
    loss_burst: float
    duplicates: float
    reordered: float
    reorder_depth: int
    delay_ns: int

class VenueSettings:
    """Of a venue; venue_settings in C++ has the defaults."""

    def __init__(self) -> None: ...
    def add_line(self, address: tuple[int, int, int, int], port: int, interface: str, settings: LineSettings) -> None:
        """One more line, and where it is sent."""

    def answer_requests(self, address: tuple[int, int, int, int], port: int) -> None:
        """Where requests are received; port 0 is any that is free."""

    @property
    def session(self) -> bytes: ...
    @session.setter
    def session(self, arg1: str) -> None: ...
    pace: str
    rate: float
    pre_open_ns: int
    seed: int
    heartbeat_ns: int
    end_of_session_ns: int
    answer_bytes: int
    answers_per_second: int
    request_loss: float
    answer_loss: float

class Venue:
    """Publishes a day and answers requests, on a thread of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    @staticmethod
    def of_file(path: str, name: str, udp_port: int | None, settings: VenueSettings) -> Venue:
        """Plays the messages of a capture or a message file."""

    @staticmethod
    def of_synthetic_day(seed: int, messages: int, symbols: int, settings: VenueSettings) -> Venue:
        """Plays a synthetic day."""

    def start(self) -> None:
        """The day begins, once."""

    def stop(self) -> None:
        """Ends it wherever it is."""

    def wait(self, timeout: float | None) -> bool:
        """Whether the day is over within so many seconds; None waits without an end."""

    def counters(self) -> dict[str, Any]:
        """What was counted so far."""

    @property
    def has_started(self) -> bool:
        """Whether start() was called."""

    @property
    def messages(self) -> int:
        """Of the whole day."""

    @property
    def request_port(self) -> int:
        """0 where no requests are answered."""

    @property
    def warnings(self) -> list[str]:
        """What its user should know of the day, in whole sentences."""
