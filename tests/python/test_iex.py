"""The engine on IEX's feeds, DEEP 1.0 and TOPS 1.5 and 1.6: real captures, and packets made here."""

import struct
from pathlib import Path

import pytest
from support import packets
from support.captures import FOLDER, needs_captures

import pyhft as ph
from pyhft.cli import main

DEEP_MESSAGES = {"P": 11594, "O": 11317, "H": 11311, "I": 11309, "8": 1526, "5": 1226, "T": 37, "D": 3, "S": 2}
DEEP = "iex/deep_20231002_5k_packets.pcap.gz"
TOPS_PACKETS = "iex/iex_packets/Tops.IexTp.v1.5"


def run(path: Path | str, *, digests: bool = False, **settings: object) -> ph.Report:
    return ph.Engine(path, log=None, **settings).run(digests=digests)  # type: ignore[arg-type]


def written(folder: Path, payloads: list[bytes], name: str = "input.pcap") -> Path:
    path = folder / name
    path.write_bytes(packets.pcap([packets.frame(each) for each in payloads]))
    return path


def stream(parts: list[list[bytes]], protocol: int = 0x8004, session: int = 1286602752) -> list[bytes]:
    """Packets of one session, one after the other."""
    result, sequence, offset = [], 1, 0
    for messages in parts:
        result.append(packets.iex_tp(messages, sequence, offset, protocol, session))
        sequence += len(messages)
        offset += sum(2 + len(message) for message in messages)
    return result


@needs_captures
class TestRealCaptures:
    def test_five_thousand_packets_of_deep_give_the_known_day(self) -> None:
        report = run(FOLDER / DEEP, digests=True)
        assert report.settings["feed"] == "deep10"
        assert report.packets == 5000
        assert report.messages == dict(sorted(DEEP_MESSAGES.items()))
        assert sum(report.messages.values()) == 48_325
        assert (report.malformed, report.gaps, report.unknown_refs, report.warnings) == ({}, 0, 0, [])
        assert report.counters["heartbeats"] == 1264
        assert (report.counters["duplicates"], report.counters["late"]) == (0, 0)
        assert report.feed == {
            "transport": "iex_tp",
            "sessions": [{"name": "1286602752", "joined_at": 1, "next": 48_326, "ended": False}],
        }
        levels = [book.bid_levels + book.ask_levels for book in report.books.values()]
        assert (sum(levels), sum(1 for count in levels if count)) == (838, 200)
        assert not [name for name, book in report.books.items() if book.bid[1] and book.ask[1] and book.bid >= book.ask]
        acxp = report.books["ACXP"]
        assert (acxp.bid, acxp.ask, acxp.orders) == ((17700, 200), (17900, 200), 0)
        assert all(book.bbo_trace_sha256 and book.depth_sha256 for book in report.books.values())

    def test_a_real_packet_of_every_type_of_tops(self) -> None:
        total: dict[str, int] = {}
        for path in sorted((FOLDER / TOPS_PACKETS).glob("*.pcap")):
            report = run(path)
            assert (report.settings["feed"], report.malformed, report.packets) == ("tops", {}, 1)
            for code, count in report.messages.items():
                total[code] = total.get(code, 0) + count
        # Most of them are in the packet of the directory.
        assert total == {"A": 1, "D": 2, "H": 14, "O": 14, "P": 14, "Q": 14, "S": 2, "T": 1, "X": 1}
        report = run(FOLDER / TOPS_PACKETS / "QuoteUpdateMessage.pcap")
        (book,) = report.books.values()
        assert (book.bid, book.ask, book.bid_levels, book.ask_levels) == ((241900, 18773), (242500, 60677), 1, 1)
        assert list(report.books) == ["ATSG"]
        (warning,) = report.warnings
        assert warning == (
            "session '1150681088' was joined at message 49821: levels that were added before are not in the books"
        )

    def test_real_packets_of_deep(self) -> None:
        folder = FOLDER / "iex/iex_packets/Deep.IexTp.v1.0"
        assert run(folder / "PriceLevelBuyUpdateMessage.pcap").books["V"].bid == (2027700, 190)
        assert run(folder / "PriceLevelSellUpdateMessage.pcap").books["UNH"].ask == (3441400, 82)
        beat = run(folder / "Heartbeat.pcap")
        assert (beat.settings["feed"], beat.messages, beat.counters["heartbeats"]) == ("deep10", {}, 1)

    def test_one_feed_of_iex_is_not_the_other(self) -> None:
        with pytest.raises(ph.InputError, match="feed 'tops'"):
            run(FOLDER / DEEP, feed="tops")
        with pytest.raises(ph.InputError, match="feed 'deep10'"):
            run(FOLDER / TOPS_PACKETS / "QuoteUpdateMessage.pcap", feed="deep10")


class TestBooks:
    def test_deep_by_its_name_and_by_its_content(self, tmp_path: Path) -> None:
        level = packets.deep_level
        parts = [
            [packets.iex_message("H", ord("T"), "ABC", b"    "), level("B", "ABC", 100, 999_900)],
            [level("S", "ABC", 50, 1_000_100), level("S", "ABC", 70, 1_000_200), level("B", "DEF", 5, 10)],
            [level("S", "ABC", 0, 1_000_100), level("B", "DEF", 0, 10), packets.iex_trade("ABC", 50, 1_000_100)],
        ]
        for settings in ({}, {"feed": "deep10"}):
            report = run(written(tmp_path, stream(parts)), **settings)
            assert report.messages == {"5": 3, "8": 3, "H": 1, "T": 1}
            abc = report.books["ABC"]
            assert (abc.bid, abc.ask, abc.ask_levels) == ((999_900, 100), (1_000_200, 70), 1)
            assert report.books["DEF"].bid == (0, 0)

    @pytest.mark.parametrize("protocol", [0x8002, 0x8003])
    def test_tops_of_both_versions(self, protocol: int, tmp_path: Path) -> None:
        quote = packets.tops_quote
        parts = [[quote("ABC", 0, 0, 0, 0), quote("ABC", 100, 999_900, 1_000_100, 50)], [quote("ABC", 7, 9, 0, 0)]]
        report = run(written(tmp_path, stream(parts, protocol)))
        assert (report.settings["feed"], report.messages) == ("tops", {"Q": 3})
        book = report.books["ABC"]
        assert (book.bid, book.ask, book.bid_levels, book.ask_levels, book.bbo_changes) == ((9, 7), (0, 0), 1, 0, 3)

    def test_there_is_room_for_both_sides_of_every_quote(self, tmp_path: Path) -> None:
        quotes = [packets.tops_quote(f"S{number}", 100, 999_900, 1_000_100, 50) for number in range(3_000)]
        report = run(written(tmp_path, stream([quotes[at : at + 30] for at in range(0, 3_000, 30)], 0x8003)))
        assert report.counters["lost_to_full_books"] == 0
        assert sum(book.bid_levels + book.ask_levels for book in report.books.values()) == 6_000

    def test_nothing_is_decided_in_the_middle_of_an_event(self, tmp_path: Path) -> None:
        level = packets.deep_level
        event = [level("B", "ABC", 0, 100, flags=0), level("S", "ABC", 9, 90, flags=0), level("B", "ABC", 8, 80)]
        report = run(written(tmp_path, stream([[level("B", "ABC", 5, 100), level("S", "ABC", 5, 110)], event])))
        assert report.books["ABC"].bbo_changes == 3
        quotes = [(int(each["bid"]), int(each["ask"])) for each in report.quote_log]
        assert quotes == [(100, 0), (100, 110), (80, 90)]

    def test_the_alpha_trades_on_deep_and_on_tops_as_on_any_feed(self, tmp_path: Path) -> None:
        """One path of mids as raw, DEEP and TOPS messages gives the same orders."""
        raw, deep, tops = packets.zigzag("ABC", 400), [], []
        bid: tuple[int, int] = (0, 0)
        for message in raw:
            _, price, shares, side, _ = struct.unpack("<8sQIBQ", message)
            deep.append(packets.deep_level("S" if side else "B", "ABC", shares, price))
            if shares and not side:
                bid = (shares, price)
            elif shares:
                tops.append(packets.tops_quote("ABC", *bid, price, shares))
        sent = []
        feeds = {
            "raw": raw,
            "deep": stream([[each] for each in deep]),
            "tops": stream([[each] for each in tops], 0x8003),
        }
        for name, payloads in feeds.items():
            orders = tmp_path / f"{name}.orders"
            path = tmp_path / f"{name}.pcap"
            path.write_bytes(packets.pcap([packets.frame(each, 26400) for each in payloads]))
            assert run(path, orders=orders).orders > 5
            frames = [frame[42:] for _, frame in packets.read_pcap(orders.read_bytes())]
            sent.append([struct.unpack("<8sQIBQQ", each)[:4] for each in frames])
        assert sent[0] == sent[1] == sent[2]


class TestSessions:
    def test_gaps_late_packets_duplicates_and_heartbeats(self, tmp_path: Path) -> None:
        level = packets.deep_level
        whole = stream([[level("B", "ABC", 1 + i, 100 + i)] for i in range(5)])
        beat = packets.iex_tp([], 6, 5 * 32)
        payloads = [whole[0], whole[0], whole[3], whole[2], whole[2], whole[4], beat]
        report = run(written(tmp_path, payloads))
        assert report.messages == {"8": 3}
        assert (report.gaps, report.counters["late"], report.counters["duplicates"]) == (2, 1, 2)
        assert report.counters["heartbeats"] == 1
        assert report.books["ABC"].bid_levels == 3
        (warning,) = report.warnings
        assert warning.startswith("2 messages were missed: since the first of them no book is trusted")

    def test_late_messages_of_moldudp64_are_counted_apart_from_duplicates(self, tmp_path: Path) -> None:
        messages = [packets.add(1 + i, "B", 10, 100 + i) for i in range(4)]
        payloads = [packets.moldudp64([messages[i]], 1 + i) for i in (0, 3, 1, 1, 2, 0)]
        report = run(written(tmp_path, payloads))
        assert report.messages == {"A": 2}
        assert (report.gaps, report.counters["late"], report.counters["duplicates"]) == (2, 2, 2)
        assert report.feed == {
            "transport": "moldudp64",
            "sessions": [{"name": "SESSION001", "joined_at": 1, "next": 5, "ended": False}],
        }

    def test_a_new_session_after_the_last_message_begins_with_empty_books(self, tmp_path: Path) -> None:
        level = packets.deep_level
        end = struct.pack("<cBq", b"S", ord("C"), 1)
        monday = stream([[level("B", "ABC", 1, 100)], [level("S", "ABC", 1, 110), end]])
        tuesday = stream([[level("S", "ABC", 2, 105)]], session=2)
        report = run(written(tmp_path, [*monday, *tuesday]))
        book = report.books["ABC"]
        assert (book.bid, book.ask, report.warnings) == ((0, 0), (105, 2), [])
        assert report.counters["session_changes"] == 1
        assert [(each["name"], each["ended"]) for each in report.feed["sessions"]] == [
            ("1286602752", True), ("2", False),
        ]  # fmt: skip

    def test_sessions_beside_each_other_are_warned_of_and_not_traded_on(self, tmp_path: Path) -> None:
        level = packets.deep_level
        first = stream([[level("B", "ABC", 1, 100)], [level("B", "ABC", 2, 100)]])
        second = stream([[level("S", "ABC", 2, 105)]], session=2)
        report = run(written(tmp_path, [first[0], second[0], first[1]]))
        assert report.counters["overlapping_sessions"] == 1
        (warning,) = report.warnings
        assert "1 sessions began beside others that had not ended" in warning
        raw = [packets.deep_level("SB"[step % 2], "ABC", 5, 100) for step in range(2)]
        assert run(written(tmp_path, stream([raw]))).counters["overlapping_sessions"] == 0

    def test_a_session_that_begins_again_after_its_end(self, tmp_path: Path) -> None:
        first = packets.moldudp64([packets.add(1, "B", 10, 100)], 1)
        end = packets.moldudp64([], 2, count=0xFFFF)
        again = packets.moldudp64([packets.add(1, "B", 7, 90)], 1)
        report = run(written(tmp_path, [first, end, again]))
        assert report.counters["sequence_resets"] == 1
        assert report.counters["ends_of_session"] == 1
        book = report.books["TEST"]
        assert (book.bid, book.orders, report.warnings) == ((90, 7), 1, [])

    def test_a_stream_of_bytes_that_breaks_off_is_a_gap(self, tmp_path: Path) -> None:
        level = packets.deep_level
        first = packets.iex_tp([level("B", "ABC", 1, 100)], 1, 0)
        second = packets.iex_tp([level("B", "ABC", 2, 101)], 2, 33)
        report = run(written(tmp_path, [first, second]))
        assert report.malformed == {"iex_tp_bad_offset": 1}
        (warning,) = report.warnings
        assert warning.startswith("the stream of bytes broke off 1 times")

    def test_what_is_wrong_with_a_packet_or_a_message_is_counted_by_cause(self, tmp_path: Path) -> None:
        good = packets.deep_level("B", "ABC", 1, 100)
        bad = [b"", b"?" + good[1:], good[:-1], packets.deep_level("B", "ABC", 1, -1), good + b"grown"]
        whole = stream([[good, *bad], [good]])
        other = packets.iex_tp([good], 1, 0, protocol=0x8005, session=3)
        far = packets.iex_tp([good], 2**60, 0)
        report = run(written(tmp_path, [whole[0], whole[0][:20], other, far, whole[1] + b"??", whole[1][:50]]))
        assert report.messages == {"8": 3}
        assert report.malformed == {
            "empty_message": 1, "unknown_type": 1, "bad_length": 1, "bad_price": 1, "iex_tp_short": 1,
            "iex_tp_foreign": 1, "iex_tp_bad_sequence": 1, "iex_tp_trailing_bytes": 1, "iex_tp_truncated": 1,
        }  # fmt: skip
        assert report.gaps == 0


class TestNames:
    def test_the_table_of_feeds_is_what_everything_names(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        names = ("itch50", "deep10", "tops", "raw")
        with pytest.raises(ph.ArgumentError, match=r"feed is 'fix'; name one of: itch50, deep10, tops, raw\."):
            ph.Engine(feed="fix")
        with pytest.raises(SystemExit):
            main(["run", "--help"])
        assert f"--feed {{{','.join(names)}}}" in capsys.readouterr().out
        strange = written(tmp_path, [b"nothing that anybody knows"])
        with pytest.raises(
            ph.InputError,
            match="itch50, deep10 and tops are known by their content, raw by UDP port 26400; name the feed if it is",
        ):
            run(strange)

    def test_every_named_feed_is_held_against_the_content(self, tmp_path: Path) -> None:
        quote = written(tmp_path, stream([[packets.tops_quote("ABC", 1, 2, 3, 4)]], 0x8003))
        for feed in ("itch50", "deep10", "raw"):
            with pytest.raises(ph.InputError, match=f"feed '{feed}'"):
                run(quote, feed=feed)
        itch = tmp_path / "messages.itch"
        itch.write_bytes(packets.length_prefixed([packets.add(1, "B", 1, 1)]))
        for feed in ("deep10", "tops", "raw"):
            with pytest.raises(ph.InputError, match=rf"ITCH 5\.0 messages, which can't be read as feed '{feed}'"):
                run(itch, feed=feed)
