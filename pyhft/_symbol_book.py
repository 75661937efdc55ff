"""The book of one instrument, as one asks for it in an OrderBook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from numpy.typing import NDArray

from pyhft._core import book as _book
from pyhft.config import printable, whole_number
from pyhft.errors import ArgumentError

if TYPE_CHECKING:
    from pyhft.books import OrderBook

__all__ = ["Quote", "SymbolBook"]

_LEAST_PRICE, _MOST_PRICE = -(2**63), 2**63 - 1


class Quote(NamedTuple):
    """A side of a best quote; (0, 0) where there is none."""

    price: int
    shares: int


class SymbolBook:
    """The book of one instrument of an `OrderBook`; always as the whole stands now."""

    def __init__(self, whole: OrderBook, locate: int) -> None:
        self._whole = whole
        self.locate = locate

    @property
    def symbol(self) -> str:
        """Its name; empty where no message has told it yet."""
        return self._whole._core.name_of(self.locate).decode("latin-1")

    @property
    def bid(self) -> Quote:
        """The best bid: price in 1/10 000 and shares."""
        return Quote(*self._whole._core.best(self.locate)[:2])

    @property
    def ask(self) -> Quote:
        """The best ask: price in 1/10 000 and shares."""
        return Quote(*self._whole._core.best(self.locate)[2:])

    def depth(self, levels: int = 10) -> NDArray[Any]:
        """Give the best levels of both sides.

        Parameters
        ----------
        levels : int
            Rows of the result, 1 to 10 000.

        Returns
        -------
        numpy.ndarray
            Shape (levels,), with the fields bid, bid_shares, bid_orders, ask, ask_shares, ask_orders, all int64. Row 0
            is the best quote; where a side has no more levels there are zeros. Orders are 0 where the feed doesn't
            tell.
        """
        return self._whole._core.depth(self.locate, _level_count(levels))

    def view(self, levels: int = 10) -> NDArray[Any]:
        """Give the table of `depth` as one that stays up to date.

        Returns
        -------
        numpy.ndarray
            As that of `depth`, read-only: memory of the book, written anew at the end of every call that changes books
            (`OrderBook.apply`, `replay`, `clear`, `restore`; within a replay after every few thousand messages). It
            stays valid as long as the array lives, whatever becomes of the book. Another thread may see it half
            written.
        """
        return self._whole._core.view(self.locate, _level_count(levels))

    def level(self, side: str, price: int) -> tuple[int, int]:
        """Give the shares and the orders at a price; (0, 0) where nothing stands there."""
        return self._whole._core.level(self.locate, _is_sell(side), _price(price))

    def queue(self, side: str, price: int) -> NDArray[Any]:
        """Give the orders at a price, first to be executed first.

        Returns
        -------
        numpy.ndarray
            With the fields reference (uint64) and shares (int64); empty where nothing stands there, and for feeds by
            level.
        """
        return self._whole._core.queue(self.locate, _is_sell(side), _price(price))

    @property
    def levels(self) -> tuple[int, int]:
        """The numbers of price levels, of the bid and of the ask side."""
        return self._whole._core.size_of_book(self.locate)[:2]

    @property
    def orders(self) -> int:
        """The number of live orders; 0 for feeds by level."""
        return self._whole._core.size_of_book(self.locate)[2]

    @property
    def memory_bytes(self) -> int:
        """What this book has of the memory of all."""
        return self._whole._core.size_of_book(self.locate)[3]

    def clear(self) -> None:
        """Take out all its orders and levels; raises ArgumentError for a past state."""
        self._whole._clear(self.locate)

    def __repr__(self) -> str:
        return (
            f"<SymbolBook {printable(self.symbol) or f'#{self.locate}'}: bid {tuple(self.bid)}, ask {tuple(self.ask)}>"
        )


def _is_sell(side: str) -> bool:
    if side not in ("B", "S"):
        raise ArgumentError(f"side is {side!r}; give 'B' for the bid or 'S' for the ask.")
    return side == "S"


def _price(price: int) -> int:
    return whole_number("price", price, _LEAST_PRICE, _MOST_PRICE, "a price in 1/10 000")


def _level_count(levels: int) -> int:
    return whole_number("levels", levels, 1, _book.max_levels_a_side, "the levels to show")
