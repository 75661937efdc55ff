"""Books as a dict of lists, messages of ITCH 5.0 for them, and a strategy of what may come."""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import strategies as st

import pyhft as ph
from support import packets


def head(kind: str, locate: int) -> bytes:
    return kind.encode() + struct.pack(">HH", locate, 0) + (5).to_bytes(6, "big")


def replaced(old: int, new: int, shares: int, price: int, locate: int = 7) -> bytes:
    return head("U", locate) + struct.pack(">QQII", old, new, shares, price)


def canceled(reference: int, shares: int, locate: int = 7) -> bytes:
    return head("X", locate) + struct.pack(">QI", reference, shares)


def executed_at(reference: int, shares: int, price: int, locate: int = 7) -> bytes:
    return head("C", locate) + struct.pack(">QIQcI", reference, shares, 1, b"Y", price)


class SlowBooks:
    """A dict of orders, in the order in which they stand; all else is found by looking at every one."""

    def __init__(self) -> None:
        self.orders: dict[int, list[int | str]] = {}  # locate, side, price, shares
        self.refused = dict.fromkeys(("unknown_refs", "duplicate_refs", "over_executions", "empty_orders"), 0)

    def add(self, locate: int, reference: int, side: str, shares: int, price: int) -> None:
        if shares == 0:
            self.refused["empty_orders"] += 1
        elif reference in self.orders:
            self.refused["duplicate_refs"] += 1
        else:
            self.orders[reference] = [locate, side, price, shares]

    def reduce(self, reference: int, shares: int) -> None:
        order = self.orders.get(reference)
        if order is None:
            self.refused["unknown_refs"] += 1
            return
        self.refused["over_executions"] += shares > order[3]
        order[3] -= shares  # type: ignore[operator]
        if order[3] <= 0:  # type: ignore[operator]
            del self.orders[reference]

    def remove(self, reference: int) -> None:
        if self.orders.pop(reference, None) is None:
            self.refused["unknown_refs"] += 1

    def replace(self, old: int, new: int, shares: int, price: int) -> None:
        order = self.orders.pop(old, None)
        if order is None:
            self.refused["unknown_refs"] += 1
        else:
            self.add(order[0], new, order[1], shares, price)  # type: ignore[arg-type]

    def queue(self, locate: int, side: str, price: int) -> list[tuple[int, int]]:
        return [(ref, o[3]) for ref, o in self.orders.items() if o[:3] == [locate, side, price]]  # type: ignore[misc]

    def depth(self, locate: int, levels: int) -> list[tuple[int, ...]]:
        sides = []
        for side, best_first in (("B", True), ("S", False)):
            prices = sorted({o[2] for o in self.orders.values() if o[:2] == [locate, side]}, reverse=best_first)
            rows = []
            for price in prices[:levels]:
                there = self.queue(locate, side, price)  # type: ignore[arg-type]
                rows.append((price, sum(shares for _, shares in there), len(there)))
            sides.append(rows + [(0, 0, 0)] * (levels - len(rows)))
        return [bid + ask for bid, ask in zip(*sides, strict=True)]  # type: ignore[operator]


locates = st.sampled_from([7, 8, 65_535])


references = st.one_of(st.integers(1, 12), st.sampled_from([0, 2**64 - 1, 2**63]))


shares_ = st.one_of(st.integers(0, 300), st.sampled_from([0, 1, 2**32 - 1]))


prices = st.one_of(st.integers(100, 106), st.sampled_from([0, 2**32 - 1]))


sides = st.sampled_from(["B", "S"])


actions = st.one_of(
    st.tuples(st.just("add"), locates, references, sides, shares_, prices),
    st.tuples(st.just("add"), locates, references, sides, shares_, prices),
    st.tuples(st.just("reduce"), references, shares_, st.sampled_from(["E", "C", "X"])),
    st.tuples(st.just("remove"), references),
    st.tuples(st.just("replace"), references, references, shares_, prices),
)


def message_of(action: tuple[Any, ...]) -> bytes:
    kind, *rest = action
    if kind == "add":
        locate, reference, side, shares, price = rest
        return packets.add(reference, side, shares, price, locate, f"SYM{locate}")
    if kind == "reduce":
        reference, shares, of = rest
        if of == "E":
            return packets.executed(reference, shares)
        return canceled(reference, shares) if of == "X" else executed_at(reference, shares, 55)
    return packets.delete(*rest) if kind == "remove" else replaced(*rest)


def apply_slowly(slow: SlowBooks, action: tuple[Any, ...]) -> None:
    getattr(slow, action[0])(*(action[1:3] if action[0] == "reduce" else action[1:]))


def same(book: ph.OrderBook, slow: SlowBooks) -> None:
    assert {name: book.counts[name] for name in slow.refused} == slow.refused
    assert book.orders == len(slow.orders)
    for locate in (7, 8, 65_535):
        one = book[locate]
        assert one.depth(5).tolist() == slow.depth(locate, 5)
        best = slow.depth(locate, 1)[0]
        assert (*one.bid, *one.ask) == (*best[:2], *best[3:5])
    for reference, (locate, side, price, shares) in slow.orders.items():
        found = book.order(reference)
        assert found is not None
        there = slow.queue(locate, side, price)  # type: ignore[arg-type]
        place = [ref for ref, _ in there].index(reference)
        ahead = there[:place]
        assert found == (reference, locate, side, price, shares, len(ahead), sum(s for _, s in ahead))
        assert book[locate].queue(side, price).tolist() == there  # type: ignore[index,arg-type]
        assert book[locate].level(side, price) == (sum(s for _, s in there), len(there))  # type: ignore[index,arg-type]
