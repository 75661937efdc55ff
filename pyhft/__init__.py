"""SIMD indicator kernels and a tick-to-trade engine with a Python face."""

from typing import TYPE_CHECKING

from pyhft import generate as generate
from pyhft import kernels as kernels
from pyhft import stream as stream
from pyhft._core.clock import Histogram as Histogram
from pyhft._core.clock import TscClock as TscClock
from pyhft._core.memory import Arena as Arena
from pyhft._core.queue import BytesQueue as BytesQueue
from pyhft._core.queue import SpscQueue as SpscQueue
from pyhft.books import Order as Order
from pyhft.books import OrderBook as OrderBook
from pyhft.books import Quote as Quote
from pyhft.books import SymbolBook as SymbolBook
from pyhft.config import Arenas as Arenas
from pyhft.config import Cores as Cores
from pyhft.config import Hold as Hold
from pyhft.config import Log as Log
from pyhft.config import Macd as Macd
from pyhft.config import Recovery as Recovery
from pyhft.config import Risk as Risk
from pyhft.dpdk_port import DpdkPort as DpdkPort
from pyhft.engine import Engine as Engine
from pyhft.errors import ArgumentError as ArgumentError
from pyhft.errors import ArgumentTypeError as ArgumentTypeError
from pyhft.errors import Error as Error
from pyhft.errors import HostError as HostError
from pyhft.errors import InputError as InputError
from pyhft.errors import InputWarning as InputWarning
from pyhft.health import FeedHealth as FeedHealth
from pyhft.kernels import *  # noqa: F403
from pyhft.log import Logger as Logger
from pyhft.log import LogHandler as LogHandler
from pyhft.network_port import NetworkPort as NetworkPort
from pyhft.ports import FilePort as FilePort
from pyhft.ports import open_port as open_port
from pyhft.quote_series import best_quotes as best_quotes
from pyhft.reader import Records as Records
from pyhft.reader import read_capture as read_capture
from pyhft.reader import read_itch as read_itch
from pyhft.report import Book as Book
from pyhft.report import Latency as Latency
from pyhft.report import Report as Report
from pyhft.threads import PinnedThread as PinnedThread
from pyhft.threads import spawn_pinned as spawn_pinned
from pyhft.udp_port import UdpPort as UdpPort
from pyhft.venue import Venue as Venue

__version__ = "0.1.0"

# Not for type checkers, which follow the imports: they don't read a list that grows.
if not TYPE_CHECKING:
    __all__ = [
        "Arena",
        "Arenas",
        "ArgumentError",
        "ArgumentTypeError",
        "Book",
        "BytesQueue",
        "Cores",
        "DpdkPort",
        "Engine",
        "Error",
        "FeedHealth",
        "FilePort",
        "Histogram",
        "Hold",
        "HostError",
        "InputError",
        "InputWarning",
        "Latency",
        "Log",
        "LogHandler",
        "Logger",
        "Macd",
        "NetworkPort",
        "Order",
        "OrderBook",
        "PinnedThread",
        "Quote",
        "Records",
        "Recovery",
        "Report",
        "Risk",
        "SpscQueue",
        "SymbolBook",
        "TscClock",
        "UdpPort",
        "Venue",
        "best_quotes",
        "generate",
        "open_port",
        "read_capture",
        "read_itch",
        "spawn_pinned",
        "stream",
    ]
    # A star import leaves Python's own functions alone.
    __all__ += [name for name in kernels.__all__ if name not in ("max", "min", "sum")]
