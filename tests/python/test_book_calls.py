"""What can be asked of order books, what is refused, and what threads and callbacks may do with them."""

from __future__ import annotations

import copy
import pickle
import threading
from pathlib import Path

import numpy as np
import pytest
from support import packets

import pyhft as ph

LEVEL = ("bid", "bid_shares", "bid_orders", "ask", "ask_shares", "ask_orders")


def test_of_several_instruments_one_must_be_named(day: Path) -> None:
    book = ph.OrderBook()
    assert book.bid == (0, 0)
    assert book.depth(3).tolist() == [(0,) * 6] * 3
    book.replay(day)
    assert book.symbols == {"AAA": 7, "BBB": 8}
    assert (book["AAA"].bid, book[7].bid, book["AAA"].ask) == ((50, 100), (50, 100), (0, 0))
    assert (book["AAA"].symbol, book[9].symbol, book["BBB"].locate) == ("AAA", "", 8)
    for ask in (lambda: book.bid, lambda: book.depth(), lambda: book["CCC"], lambda: book.queue("B", 5)):
        with pytest.raises(ph.ArgumentError, match=r"AAA, BBB; name one, as in book\['AAA'\]"):
            ask()
    assert repr(book) == "<OrderBook of itch50: 2 symbols, 1 orders, 6 messages>"
    assert repr(book["AAA"]) == "<SymbolBook AAA: bid (50, 100), ask (0, 0)>"
    assert book.malformed == {"unknown_type": 1}


def test_what_can_not_be_asked_or_applied_is_refused_by_name(day: Path) -> None:
    book = ph.OrderBook().replay(day)
    one = book["AAA"]
    for call, reason in (
        (lambda: book.at(-1), "message_index is -1; it must be from 0 to 6"),
        (lambda: book.at(7), "message_index is 7"),
        (lambda: book[65_536], "locate is 65536"),
        (lambda: book[-1], "locate is -1"),
        (lambda: one.depth(0), "levels is 0"),
        (lambda: one.view(10_001), "levels is 10001"),
        (lambda: one.level("bid", 5), "side is 'bid'"),
        (lambda: one.queue("B", 2**63), "price is"),
        (lambda: book.order(-1), "reference is -1"),
        (lambda: book.order(2**64), "reference is"),
        (lambda: book.apply(b""), "0 bytes that begin with b''"),
        (lambda: book.apply(packets.add(1, "B", 1, 1)[:-1]), r"35 bytes that begin with b'A'"),
        (lambda: book.apply(np.zeros(3)), "holds no records of feed itch50"),
        (lambda: ph.OrderBook("morse"), "feed is 'morse'"),
        (lambda: ph.OrderBook(events=["gaps"]), "name some of quotes, trades, levels"),
        (lambda: ph.OrderBook(events="quotes"), "in a list"),
        (lambda: ph.OrderBook(max_orders=0), "max_orders is 0"),
        (lambda: ph.OrderBook(max_levels=2**30 + 1), "max_levels is 1073741825"),
    ):
        with pytest.raises(ph.ArgumentError, match=reason):
            call()
    for call in (lambda: book[1.5], lambda: book[None], lambda: book.apply("A"), lambda: book.restore("x")):  # type: ignore[index,arg-type]
        with pytest.raises(ph.ArgumentTypeError):
            call()
    with pytest.raises(ph.InputError, match="can't be read as feed 'raw'"):
        ph.OrderBook("raw").replay(day)
    assert book.counts["lost_to_full_books"] == 0


def test_clear_takes_out_one_book_or_all(day: Path) -> None:
    book = ph.OrderBook().replay(day)
    book.apply(packets.add(4, "S", 1, 9, 8, "BBB"))
    view = book["AAA"].view(1)
    book["AAA"].clear()
    assert view.tolist() == [(0,) * 6]
    assert (book.orders, book["BBB"].ask) == (1, (9, 1))
    book.apply(packets.add(1, "B", 1, 1, 7, "AAA"))
    assert view.tolist() == [(1, 1, 1, 0, 0, 0)]
    book.clear()
    assert (book.orders, view.tolist()) == (0, [(0,) * 6])


def test_a_view_is_read_only_and_outlives_its_book(day: Path) -> None:
    book = ph.OrderBook()
    view = book[7].view(2)
    assert view.dtype.names == LEVEL
    book.replay(day)
    assert view["bid"].tolist() == [50, 0]
    with pytest.raises(ValueError, match="read-only"):
        view["bid"] = 5
    del book
    assert view["bid_shares"].tolist() == [100, 0]


def test_memory_is_bounded_and_told(tmp_path: Path) -> None:
    path = tmp_path / "many.itch"
    path.write_bytes(packets.length_prefixed(packets.add(n, "B", 1, n) for n in range(1, 3_001)))
    book = ph.OrderBook(max_orders=2_000, max_levels=9_000)
    with pytest.warns(ph.InputWarning, match=r"1,000 orders or levels .* raise max_orders \(2,000\)"):
        book.replay(path)
    assert (book.orders, book.counts["lost_to_full_books"]) == (2_000, 1_000)
    assert book.warnings
    assert book["TEST"].levels == (2_000, 0)
    assert 2_000 * 60 < book["TEST"].memory_bytes < book.memory_bytes
    small = ph.OrderBook()
    before = small.memory_bytes
    for n in range(5_000):
        small.apply(packets.add(n, "B", 1, 1))
    assert small.orders == 5_000
    assert before < small.memory_bytes < before + 5_000 * 200


def test_a_snapshot_that_was_cut_or_changed_is_refused_and_nothing_changes(day: Path) -> None:
    book = ph.OrderBook().replay(day)
    good = book.snapshot()
    for cut in range(0, len(good), 7):
        with pytest.raises(ph.InputError):
            book.restore(good[:cut])
        with pytest.raises(ph.InputError):
            book.restore(good[:cut] + bytes([good[cut] ^ 4]) + good[cut + 1 :])
    with pytest.raises(ph.InputError, match="of books of 'itch50', and these are of 'raw'"):
        ph.OrderBook("raw").restore(good)
    many = ph.OrderBook()
    for n in range(20):
        many.apply(packets.add(n, "B", 1, 1))
    with pytest.raises(ph.InputError, match="more orders than there is room for"):
        ph.OrderBook(max_orders=10).restore(many.snapshot())
    assert book.snapshot() == good


def test_several_threads_share_one_book(tmp_path: Path) -> None:
    path = tmp_path / "long.itch"
    one = [packets.add(n, "B", 1, 100 + n % 50) for n in range(100)] + [packets.delete(n) for n in range(100)]
    path.write_bytes(packets.length_prefixed(one) * 2_000)
    book = ph.OrderBook()
    done = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not done.is_set():
            depth = book[7].depth(60)
            if int(depth["bid_orders"].sum()) > 100 or book.orders > 100:
                wrong.append(depth)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    book.replay(path)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert (book.messages, book.orders) == (400_000, 0)


@pytest.mark.parametrize(
    ("field", "dtype", "value"),
    [
        ("side", "U1", "B"),
        ("side", "O", b"B"),
        ("side", "S1", b"Q"),
        ("price", "f8", np.nan),
        ("price", "O", 2**80),
        ("locate", "i8", 2**32 + 7),
        ("reference", "i8", -1),
        ("shares", "f8", 1.5),
        ("stock", "U8", "TEST"),
        ("n", "(2,)i8", 1),
    ],
)
def test_records_of_other_fields_are_refused(field: str, dtype: str, value: object, day: Path) -> None:
    table = ph.read_itch(day)["A"]
    other = np.empty(1, [(name, dtype if name == field else table.dtype[name]) for name in table.dtype.names or ()])
    for name in set(other.dtype.names or ()) - {field}:
        other[name] = table[name][:1]
    other[field] = value
    book = ph.OrderBook("itch50")
    with pytest.raises(ph.ArgumentError, match=field if field != "side" else "side|order of"):
        book.apply(other)
    assert (book.orders, book.messages, book.symbols) == (0, 0, {})
    book.apply(table[:1].astype(table.dtype.newbyteorder(">")))
    assert book.orders == 1


def test_events_are_given_in_a_list() -> None:
    with pytest.raises(ph.ArgumentTypeError, match="in a list"):
        ph.OrderBook(events=7)  # type: ignore[arg-type]


def test_names_padded_with_zero_bytes_are_those_padded_with_blanks(tmp_path: Path) -> None:
    path = tmp_path / "day.pcap"
    message = packets.raw("AB\0\0\0\0\0\0", 1_000, 5, 0)
    path.write_bytes(packets.pcap([packets.frame(message, 26400)]))
    book = ph.OrderBook("raw").replay(path)
    restored = ph.OrderBook("raw")
    restored.restore(book.snapshot())
    for one in (book, restored):
        one.apply(ph.read_capture(path))
        one.apply(packets.raw("AB", 1_000, 7, 0))
        assert (one.symbols, one.bid) == ({"AB": 1}, (1_000, 7))
    assert ph.best_quotes(path, "AB")["bid_shares"].tolist() == [5]


def test_the_first_name_stays_whatever_type_of_record_tells_it(tmp_path: Path) -> None:
    path = tmp_path / "day.itch"
    second = packets.add(2, "B", 1, 1_000, stock="SECOND")
    first = b"F" + packets.add(1, "B", 1, 1_000, stock="FIRST")[1:] + b"MPID"
    path.write_bytes(packets.length_prefixed([first, second]))
    book = ph.OrderBook("itch50")
    book.apply(ph.read_itch(path))
    assert book.symbols == ph.OrderBook("itch50").replay(path).symbols == {"FIRST": 7}


@pytest.fixture(scope="module")
def long_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a file whose replay tells its progress more than once."""
    path = tmp_path_factory.mktemp("long") / "day.itch"
    some = [packets.add(n, "B", 1, 100 + n % 50) for n in range(100)] + [packets.delete(n) for n in range(99)]
    path.write_bytes(packets.length_prefixed(some) * 500)
    return path


def test_books_are_not_changed_within_the_progress_function_of_their_replay(long_day: Path, day: Path) -> None:
    book = ph.OrderBook(events=["quotes"]).replay(day)
    before = book.messages
    good = book.snapshot()
    message = packets.add(7, "B", 1, 1)
    records = ph.read_itch(day)
    calls = {
        "replay": lambda: book.replay(day),
        "apply": lambda: book.apply(message),
        "apply ": lambda: book.apply(records["A"]),
        "apply  ": lambda: book.apply(records),
        "clear": book.clear,
        "clear ": book["AAA"].clear,
        "restore": lambda: book.restore(good),
        "at": lambda: book.at(1),
    }
    refused: list[str] = []
    asked: list[int] = []

    def meddle(_messages: int, _share: float) -> None:
        for name, call in calls.items():
            with pytest.raises(
                ph.ArgumentError, match=rf"^{name.strip()}\(\) was called within replay\(\) of the same"
            ):
                call()
            refused.append(name)
        asked.append(book.messages)
        assert book.snapshot()
        assert book[7].depth(5)["bid_orders"].max() <= 100
        ph.OrderBook().replay(day)  # another one may

    book.replay(long_day, progress=meddle)
    assert set(refused) == set(calls)
    assert asked == sorted(asked)
    undisturbed = ph.OrderBook(events=["quotes"]).replay(day).replay(long_day)
    assert book.snapshot() == undisturbed.snapshot()
    assert np.array_equal(book.take_events()["quotes"], undisturbed.take_events()["quotes"])
    assert book.at(before + 5).snapshot() == undisturbed.at(before + 5).snapshot()
    book.clear()
    assert book.orders == 0


def test_a_replay_that_its_progress_function_ends_leaves_books_that_go_on(long_day: Path) -> None:
    book = ph.OrderBook()

    def stop(_messages: int, _share: float) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError):
        book.replay(long_day, progress=stop)
    done = book.messages
    assert 0 < done < 500 * 199
    assert book.at(done).snapshot() == book.snapshot()
    book.apply(packets.add(1_000, "B", 1, 1))
    assert book.messages == done + 1


def test_changes_of_another_thread_wait_for_a_replay(long_day: Path) -> None:
    book = ph.OrderBook()
    late: list[threading.Thread] = []

    def begin(_messages: int, _share: float) -> None:
        if not late:
            late.append(threading.Thread(target=book.clear))
            late[0].start()

    book.replay(long_day, progress=begin)
    late[0].join()
    assert (book.messages, book.orders) == (500 * 199, 0)


def test_a_call_that_was_refused_is_not_remembered(day: Path) -> None:
    book = ph.OrderBook().replay(day)
    for call in (lambda: book.apply("A"), lambda: book.apply(np.zeros(3)), lambda: book.restore(b"x")):  # type: ignore[arg-type]
        with pytest.raises(ph.Error):
            call()
    assert book.at(1).orders == 1


def test_a_copy_is_books_by_themselves(day: Path) -> None:
    book = ph.OrderBook(events=["quotes"], max_orders=10).replay(day)
    past = book.at(1)
    for other in (copy.copy(book), copy.deepcopy(book), pickle.loads(pickle.dumps(book))):
        assert other.snapshot() == book.snapshot()
        other.apply(packets.add(50, "B", 1, 49, 7, "AAA"))
        assert (other.orders, book.orders) == (2, 1)
        assert len(other.take_events()["quotes"]) == 0
        with pytest.warns(ph.InputWarning, match=r"raise max_orders \(10\)"):
            other.replay(many(day))
    again = copy.copy(past)
    again.apply(packets.delete(1))
    assert (again.orders, past.orders) == (0, 1)
    one = pickle.loads(pickle.dumps(book["AAA"]))
    assert (one.bid, one.symbol) == (book["AAA"].bid, "AAA")

    class Mine(ph.OrderBook):
        pass

    assert type(copy.copy(Mine().replay(day))) is Mine


def test_names_that_a_terminal_would_obey_are_shown_escaped(tmp_path: Path) -> None:
    path = tmp_path / "day.itch"
    odd = packets.add(1, "B", 1, 100, 7, "ODD").replace(b"ODD  ", b"\x1b[31m")
    path.write_bytes(packets.length_prefixed([odd, packets.add(2, "B", 1, 100, 8, "EVEN")]))
    book = ph.OrderBook().replay(path)
    assert (book["\x1b[31m"].bid, list(book), "EVEN" in book) == ((100, 1), ["\x1b[31m", "EVEN"], True)
    assert r"SymbolBook \x1b[31m:" in repr(book[7])
    with pytest.raises(ph.ArgumentError, match=r"there are \\x1b\[31m, EVEN") as caught:
        _ = book.bid
    with pytest.raises(ph.InputError, match=r"it has EVEN, \\x1b\[31m|it has \\x1b\[31m, EVEN"):
        ph.best_quotes(path, "NONE")
    assert "\x1b" not in str(caught.value)


def many(day: Path) -> Path:
    path = day.with_name("many.itch")
    path.write_bytes(packets.length_prefixed(packets.add(n, "B", 1, n) for n in range(100, 120)))
    return path


def test_books_begin_anew_with_a_session_whether_replayed_or_applied(tmp_path: Path) -> None:
    path = tmp_path / "two.pcap"
    first = [packets.add(1, "B", 100, 50, 7, "AAA"), packets.add(2, "S", 10, 60, 8, "BBB")]
    second = [packets.add(3, "B", 7, 40, 7, "AAA")]
    path.write_bytes(
        packets.pcap(
            [
                packets.frame(packets.moldudp64(first, 1, b"MONDAY0001")),
                packets.frame(packets.moldudp64([], 3, b"MONDAY0001", 0xFFFF)),
                packets.frame(packets.moldudp64(second, 1, b"TUESDAY001")),
            ]
        )
    )
    kinds = ["quotes", "levels"]
    replayed = ph.OrderBook(events=kinds).replay(path)
    records = ph.read_capture(path)
    assert records.new_sessions == [3]
    applied = ph.OrderBook(events=kinds)
    applied.apply(records)
    assert applied.snapshot() == replayed.snapshot()
    assert (applied.orders, applied["AAA"].bid, applied["BBB"].ask) == (1, (40, 7), (0, 0))
    for events in (replayed.take_events(), applied.take_events()):
        assert events["quotes"][["n", "locate", "bid", "ask"]].tolist() == [
            (1, 7, 50, 0), (2, 8, 0, 60), (3, 7, 0, 0), (3, 8, 0, 0), (3, 7, 40, 0),
        ]  # fmt: skip
        assert events["levels"][["n", "locate", "price", "shares", "orders"]].tolist() == [
            (1, 7, 50, 100, 1), (2, 8, 60, 10, 1), (3, 7, 50, 0, 0), (3, 8, 60, 0, 0), (3, 7, 40, 7, 1),
        ]  # fmt: skip
    assert ph.read_itch(tmp_path / "two.pcap").new_sessions == [3]
