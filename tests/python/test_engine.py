"""The engine's main job on real captures, and on packets made here."""

import gzip
import json
import os
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from support import packets
from support.captures import FOLDER, needs_captures

import pyhft as ph

AAPL_MESSAGES = {"A": 4758, "D": 4083, "E": 849, "P": 240, "L": 52, "U": 7, "X": 6, "F": 2, "H": 1, "R": 1, "Y": 1}
ARL_MESSAGES = {"U": 1531, "A": 1384, "D": 1371, "P": 35, "E": 11, "R": 1, "S": 1}
AAPL = ph.Book(
    locate=13, bid=(3201400, 25), ask=(3203000, 100), bid_levels=79, ask_levels=63, orders=215, bbo_changes=2793,
    bbo_trace_sha256="4033c713baa1a0bab82fe916f18ce8977193b204d8dfc1ef5af5531fad8c8b05",
    depth_sha256="4dff246f51fea4439678639b3b045cb36454e5471850dab41e4c29338557db9a",
)  # fmt: skip
ARL = ph.Book(
    locate=1108, bid=(98500, 400), ask=(162500, 60), bid_levels=3, ask_levels=3, orders=6, bbo_changes=819,
    bbo_trace_sha256="57c0108effdff5c24d1c66cb80fe997a4f73b8c266f53a022c01899129bd631d",
    depth_sha256="97306fb63da927ad95ebfa65a1bca23475526b29ab5c885f83fab18a514282fa",
)  # fmt: skip


def run(path: Path | str, *, digests: bool = False, **settings: object) -> ph.Report:
    return ph.Engine(path, log=None, **settings).run(digests=digests)  # type: ignore[arg-type]


def written(folder: Path, data: bytes, name: str = "input") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@needs_captures
class TestRealCaptures:
    @pytest.mark.parametrize(
        ("name", "packet_count", "messages", "symbol", "book"),
        [
            ("itch/aapl_20200130_premarket_10k.itch", 0, AAPL_MESSAGES, "AAPL", AAPL),
            ("moldudp64/aapl_20200130_premarket_10k.moldudp64.pcap.gz", 9645, AAPL_MESSAGES, "AAPL", AAPL),
            ("itch/arl_20250717.itch.gz", 0, ARL_MESSAGES, "ARL", ARL),
            ("moldudp64/arl_20250717.moldudp64.pcap.gz", 4141, ARL_MESSAGES, "ARL", ARL),
        ],
    )
    def test_a_day_gives_the_published_book(
        self, name: str, packet_count: int, messages: dict[str, int], symbol: str, book: ph.Book
    ) -> None:
        report = run(FOLDER / name, digests=True)
        assert report.packets == packet_count
        assert report.messages == dict(sorted(messages.items()))
        assert (report.malformed, report.gaps, report.unknown_refs) == ({}, 0, 0)
        assert report.books == {symbol: book}
        assert report.signals == report.orders + sum(report.rejected.values())
        assert report.tick_to_trade.n == report.orders > 0

    @pytest.mark.parametrize(
        ("name", "after", "bid", "ask"),
        [
            ("itch/aapl_20200130_premarket_10k.itch", 1001, (3215000, 60), (3216700, 4)),
            ("itch/aapl_20200130_premarket_10k.itch", 5000, (3208000, 30), (3214000, 100)),
            ("itch/arl_20250717.itch.gz", 1000, (130400, 2), (136100, 15)),
            ("itch/arl_20250717.itch.gz", 2000, (131100, 100), (137900, 2)),
            ("itch/arl_20250717.itch.gz", 3000, (124800, 2), (132500, 50)),
            ("itch/arl_20250717.itch.gz", 4000, (122600, 2), (127000, 30)),
        ],
    )
    def test_the_first_messages_of_a_day(
        self, name: str, after: int, bid: tuple[int, int], ask: tuple[int, int], tmp_path: Path
    ) -> None:
        data = (FOLDER / name).read_bytes()
        data = gzip.decompress(data) if name.endswith(".gz") else data
        at = 0
        for _ in range(after):
            at += 2 + struct.unpack_from(">H", data, at)[0]
        (book,) = run(written(tmp_path, data[:at])).books.values()
        assert (book.bid, book.ask) == (bid, ask)

    def test_the_directory_of_a_day(self) -> None:
        report = run(FOLDER / "itch/directory_20191230_1k.itch")
        assert report.messages == {"H": 3, "R": 993, "S": 1, "Y": 3}
        assert [report.books[name].locate for name in ("A", "AA", "AAAU")] == [1, 2, 3]
        assert len(report.books) == 993

    def test_a_file_cut_mid_message_gives_its_whole_ones_and_one_warning(self) -> None:
        report = run(FOLDER / "itch/directory_cut_mid_message.itch")
        assert report.messages == {"H": 1, "R": 98, "S": 1, "Y": 1}
        (warning,) = report.warnings
        assert "15 stray bytes at offset 4081" in warning

    def test_artificial_messages_decode(self) -> None:
        report = run(FOLDER / "itch/ritch_20101224_reframed.itch.gz")
        expected = {"P": 5000, "A": 4997, "D": 1745, "E": 198, "X": 45, "U": 12, "S": 6, "F": 3, "H": 3, "R": 3}
        assert report.messages == dict(sorted(expected.items()))
        assert report.malformed == {}

    def test_real_exchange_packets(self) -> None:
        total: dict[str, int] = {}
        packet_count = 0
        for path in sorted((FOLDER / "moldudp64/nasdaq_packets/Nasdaq.Equities.TotalView.Itch.v5.0").glob("*.pcap")):
            report = run(path)
            assert report.malformed == {}
            packet_count += report.packets
            for code, count in report.messages.items():
                total[code] = total.get(code, 0) + count
        assert packet_count == 9
        assert total == {"A": 37, "D": 2, "F": 2, "E": 1, "H": 1, "I": 1, "L": 1, "U": 1}

    def test_real_messages_under_blanked_sessions(self) -> None:
        total: dict[str, int] = {}
        folder = FOLDER / "moldudp64/nasdaq_packets/Nasdaq.Equities.TotalView.Itch.v5.0.20230822"
        for path in sorted(folder.glob("*.pcap")):
            report = run(path)
            assert (report.malformed, report.gaps, report.counters["duplicates"]) == ({}, 0, 0)
            for code, count in report.messages.items():
                total[code] = total.get(code, 0) + count
        assert total == {**dict.fromkeys("ACDEFHIJLPQUXY", 5), "S": 1}

    def test_another_exchanges_packets_are_no_feed_of_ours(self) -> None:
        with pytest.raises(ph.InputError, match="100 packets, 99 UDP datagrams"):
            run(FOLDER / "cme/mdp3_a_b_lines.pcap")
        with pytest.raises(ph.InputError, match="feed 'itch50'"):
            run(FOLDER / "iex/deep_20231002_5k_packets.pcap.gz", feed="itch50")
        with pytest.raises(ph.InputError, match="feed 'raw'"):
            run(FOLDER / "moldudp64/aapl_20200130_premarket_10k.moldudp64.pcap.gz", feed="raw")


class TestPackets:
    """One datagram, packed in every way that a capture and a network have."""

    MESSAGES = (packets.add(1, "B", 100, 999_900), packets.add(2, "S", 200, 1_000_100))

    def check(self, path: Path, **settings: object) -> ph.Report:
        report = run(path, **settings)
        assert report.messages == {"A": 2}
        book = report.books["TEST"]
        assert (book.bid, book.ask, book.locate) == ((999_900, 100), (1_000_100, 200), 7)
        return report

    @pytest.mark.parametrize("order", ["<", ">"])
    @pytest.mark.parametrize("nanoseconds", [True, False])
    def test_classic_captures(self, order: str, nanoseconds: bool, tmp_path: Path) -> None:
        data = packets.pcap([packets.frame(packets.moldudp64([*self.MESSAGES], 1))], order, nanoseconds)
        self.check(written(tmp_path, data))
        self.check(written(tmp_path, gzip.compress(data), "input.gz"))

    @pytest.mark.parametrize("order", ["<", ">"])
    def test_pcapng_captures(self, order: str, tmp_path: Path) -> None:
        data = packets.pcapng([packets.frame(packets.moldudp64([*self.MESSAGES], 1))], order)
        self.check(written(tmp_path, data))
        self.check(written(tmp_path, gzip.compress(data), "input.gz"))

    @pytest.mark.parametrize("tags", [[(0x8100, 141)], [(0x88A8, 5), (0x8100, 141)], [(0x8100, 1), (0x8100, 2)]])
    def test_vlan_tags(self, tags: list[tuple[int, int]], tmp_path: Path) -> None:
        datagram = packets.ipv4(packets.udp(packets.moldudp64([*self.MESSAGES], 1)))
        self.check(written(tmp_path, packets.pcap([packets.ethernet(datagram, tags=tags)])))

    def test_options_of_ip_and_a_trailer_behind_it(self, tmp_path: Path) -> None:
        datagram = packets.ipv4(
            packets.udp(packets.moldudp64([*self.MESSAGES], 1)), options=b"\x94\x04\0\0" + b"\x01" * 4
        )
        self.check(written(tmp_path, packets.pcap([packets.ethernet(datagram) + b"\xff" * 11])))

    def test_a_file_of_messages_and_its_end_marks(self, tmp_path: Path) -> None:
        self.check(written(tmp_path, packets.length_prefixed([*self.MESSAGES, b""])))

    def test_what_is_no_datagram_is_counted_by_cause(self, tmp_path: Path) -> None:
        datagram = packets.udp(packets.moldudp64([*self.MESSAGES], 1))
        whole = packets.ethernet(packets.ipv4(datagram))
        frames = [
            whole,
            packets.ethernet(packets.ipv4(datagram, fragment=0x2000)),
            packets.ethernet(packets.ipv4(datagram, fragment=0x0010)),
            packets.ethernet(packets.ipv4(datagram, protocol=6)),
            packets.ethernet(b"\0" * 40, ether_type=0x0806),
            whole[:-1],
            whole[:10],
        ]
        report = self.check(written(tmp_path, packets.pcap(frames)))
        assert report.packets == 7
        assert report.malformed == {"truncated": 2, "not_ipv4": 1, "fragment": 2, "not_udp": 1}

    def test_gaps_duplicates_heartbeats_and_the_end_of_the_session(self, tmp_path: Path) -> None:
        first, second = self.MESSAGES
        mold = packets.moldudp64
        sequence = [
            mold([first], 1), mold([first], 1), mold([], 2, count=0), mold([second], 2), mold([first, second], 1),
            mold([], 5, count=0), mold([packets.delete(99)], 5), mold([], 6, count=0xFFFF),
        ]  # fmt: skip
        report = run(written(tmp_path, packets.pcap([packets.frame(each) for each in sequence])))
        assert report.messages == {"A": 2, "D": 1}
        assert (report.gaps, report.unknown_refs) == (2, 1)
        assert report.counters["duplicates"] == 3
        assert report.counters["heartbeats"] == 2
        assert report.counters["ends_of_session"] == 1

    def test_malformed_messages_are_counted_and_passed_over(self, tmp_path: Path) -> None:
        first, second = self.MESSAGES
        bad = [b"", b"z" + first[1:], first + b"\0", first[:-1], first[:19] + b"Q" + first[20:]]
        report = self.check(
            written(tmp_path, packets.pcap([packets.frame(packets.moldudp64([first, *bad, second], 1))]))
        )
        assert report.malformed == {"empty_message": 1, "unknown_type": 1, "bad_length": 2, "bad_side": 1}

    def test_the_raw_feed_by_its_port_and_by_its_name(self, tmp_path: Path) -> None:
        first = packets.raw("ABC", 1_000_000, 5, 0) + packets.raw("ABC", 1_000_200, 7, 1) + packets.raw("DEF", 10, 3, 1)
        second = (
            packets.raw("DEF", 10, 0, 1) + packets.raw("ABC", 999_900, 9, 0) + packets.raw("ABC", 1, 1, 2) + b"rest"
        )
        frames = [packets.frame(first, 26400), packets.frame(second, 26400)]
        for report in (
            run(written(tmp_path, packets.pcap(frames))),
            run(written(tmp_path, packets.pcap([packets.frame(first, 99), packets.frame(second, 99)])), feed="raw"),
        ):
            assert report.messages == {"raw": 5}
            assert report.malformed == {"bad_side": 1, "trailing_bytes": 1}
            book = report.books["ABC"]
            assert (book.bid, book.ask, book.bid_levels, book.ask_levels) == ((1_000_000, 5), (1_000_200, 7), 2, 1)
            assert report.books["DEF"].ask == (0, 0)
        with pytest.raises(ph.InputError, match="name the feed"):
            run(written(tmp_path, packets.pcap([packets.frame(first, 99)])))

    def test_only_datagrams_to_the_named_port_are_the_feeds(self, tmp_path: Path) -> None:
        other = packets.frame(packets.moldudp64([packets.add(3, "B", 1, 5)], 1, b"SESSION002"), port=99)
        path = written(tmp_path, packets.pcap([packets.frame(packets.moldudp64([*self.MESSAGES], 1)), other]))
        assert self.check(path, udp_port=packets.FEED_PORT).counters["other_ports"] == 1
        assert run(path).messages == {"A": 3}

    def test_other_traffic_beside_the_feed_is_counted_and_changes_nothing(self, tmp_path: Path) -> None:
        first, second = self.MESSAGES
        syslog = packets.frame(b"<134>Jan 1 08:00:00 host service: something happened here", port=514)
        dns = packets.frame(bytes.fromhex("ff9801000001000000000000") + b"\x03www\x03abc\0\0\1\0\1", port=53)
        far = packets.frame(packets.moldudp64([packets.delete(1)], 2**63))
        frames = [packets.frame(packets.moldudp64([first], 1)), syslog, dns, syslog, far]
        report = self.check(written(tmp_path, packets.pcap([*frames, packets.frame(packets.moldudp64([second], 2))])))
        assert report.malformed == {"moldudp64_foreign": 3, "moldudp64_bad_sequence": 1}
        assert (report.gaps, report.counters["duplicates"], report.warnings) == (0, 0, [])

    def test_names_that_cant_be_printed_are_shown_by_their_bytes(self, tmp_path: Path) -> None:
        strange = packets.add(3, "B", 1, 5, locate=9)[:24] + b"\x1b[3\xff    " + (5).to_bytes(4, "big")
        report = run(written(tmp_path, packets.length_prefixed([strange])))
        assert list(report.books) == [r"\x1b[3\xff"]
        json.dumps(report.to_dict())

    def test_heartbeats_alone_are_a_feed_without_messages(self, tmp_path: Path) -> None:
        beat = packets.frame(packets.moldudp64([], 5, count=0))
        report = run(written(tmp_path, packets.pcap([beat, beat])))
        assert (report.messages, report.counters["heartbeats"]) == ({}, 2)
        assert report.warnings[0] == "the input held no message."
        raw = packets.frame(packets.raw("ABC", 100, 1, 0), 26400)
        assert run(written(tmp_path, packets.pcap([beat, raw]))).messages == {"raw": 1}


class TestOrders:
    def zigzag(self, folder: Path, count: int = 400) -> Path:
        messages = packets.zigzag("ABC", count)
        frames = [packets.frame(b"".join(messages[i : i + 4]), 26400) for i in range(0, len(messages), 4)]
        return written(folder, packets.pcap(frames), "zigzag.pcap")

    def test_the_orders_are_those_of_talibs_macd(self, tmp_path: Path) -> None:
        """The alpha in a few lines of numpy: mids, MACD, sign changes, far touch."""
        talib = pytest.importorskip("talib")
        count = 400
        orders = tmp_path / "orders.pcap"
        report = run(self.zigzag(tmp_path, count), orders=orders)

        quotes: dict[int, tuple[int, int]] = {}
        bids, asks, mids = set(), set(), []
        for message in packets.zigzag("ABC", count):
            _, price, quantity, side, _ = struct.unpack("<8sQIBQ", message)
            levels = asks if side else bids
            (levels.add if quantity else levels.discard)(price)
            if bids and asks and max(bids) < min(asks):
                mid = (max(bids) + min(asks)) / 2
                if not mids or mids[-1] != mid:
                    mids.append(mid)
                    quotes[len(mids) - 1] = (max(bids), min(asks))
        histogram = talib.MACD(np.array(mids), 12, 26, 9)[2]
        expected, sign = [], 0
        for i, value in enumerate(histogram):
            new = int(np.sign(value)) if np.isfinite(value) else 0
            if new and sign and new != sign:
                expected.append((new < 0, quotes[i][1] if new > 0 else quotes[i][0]))
            sign = new or sign
        assert len(expected) > 5

        sent = [struct.unpack("<8sQIBQQ", frame[42:]) for _, frame in packets.read_pcap(orders.read_bytes())]
        assert [(bool(side), price) for _, price, _, side, _, _ in sent] == expected
        assert all(symbol == b"ABC     " and shares == 100 for symbol, _, shares, *_ in sent)
        assert [number for *_, number, _ in sent] == list(range(1, len(expected) + 1))
        assert report.orders == report.signals == len(expected)
        assert report.tick_to_trade.n == report.burst_to_trade.n == len(expected)
        assert 0 < report.tick_to_trade.min <= report.tick_to_trade.p50 <= report.tick_to_trade.max
        assert report.burst_to_trade.max >= report.tick_to_trade.max

    def test_lengths_and_checksums_are_right_for_tshark(self, tmp_path: Path) -> None:
        orders = tmp_path / "orders.pcap"
        report = run(self.zigzag(tmp_path), orders=orders, order_destination="192.168.7.9:4000")
        shown = subprocess.run(
            ["tshark", "-r", orders, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields",
             "-e", "frame.len", "-e", "ip.checksum.status", "-e", "udp.checksum.status", "-e", "ip.dst",
             "-e", "udp.dstport", "-e", "_ws.expert", "-e", "_ws.malformed"],
            check=True, capture_output=True, text=True,
        ).stdout.splitlines()  # fmt: skip
        assert shown == ["79\t1\t1\t192.168.7.9\t4000\t\t"] * report.orders

    @pytest.mark.parametrize("isa", ph.available_isas())
    def test_two_runs_give_the_same_orders_on_every_instruction_set(self, isa: str, tmp_path: Path) -> None:
        path = self.zigzag(tmp_path)
        run(path, orders=tmp_path / "here.pcap")
        subprocess.run(
            [sys.executable, "-m", "pyhft", "run", path, "--orders", tmp_path / "there.pcap", "--log", "none"],
            check=True, capture_output=True, env={**os.environ, "PYHFT_ISA": isa}, cwd=tmp_path,
        )  # fmt: skip
        here = (tmp_path / "here.pcap").read_bytes()
        assert len(here) > 24 + 5 * 95
        assert here == (tmp_path / "there.pcap").read_bytes()

    @pytest.mark.parametrize(
        ("risk", "rule"),
        [
            ({"order_size": 99}, "order_size"),
            ({"position": 99}, "position"),
            ({"kill_switch": True}, "kill_switch"),
        ],
    )
    def test_a_rule_refuses_and_is_counted(self, risk: dict[str, object], rule: str, tmp_path: Path) -> None:
        report = run(self.zigzag(tmp_path), risk=risk)
        assert report.orders == 0
        assert report.rejected[rule] == report.signals > 5
        assert sum(report.rejected.values()) == report.signals

    def test_the_price_collar_refuses_a_far_touch(self, tmp_path: Path) -> None:
        messages = packets.zigzag("ABC", 200, base=10_000)  # a spread of 200 at 10 000 is 1 % to either side of the mid
        path = written(tmp_path, packets.pcap([packets.frame(each, 26400) for each in messages]))
        assert run(path, risk={"price_collar_bps": 100}).rejected["price_collar"] == 0
        report = run(path, risk={"price_collar_bps": 60})
        assert report.rejected["price_collar"] > 0

    def test_after_a_gap_no_order_goes_out(self, tmp_path: Path) -> None:
        def day(skip: bool) -> list[bytes]:
            result, sequence = [], 1 + skip
            for step in range(300):
                mid = 1_000_000 + 100 * (step % 80 if step % 80 < 40 else 80 - step % 80)
                batch = [packets.add(2 * step + 1, "B", 10, mid - 50), packets.add(2 * step + 2, "S", 10, mid + 50)]
                if step:
                    batch = [packets.delete(2 * step - 1), packets.delete(2 * step), *batch]
                result.append(packets.frame(packets.moldudp64(batch, sequence)))
                sequence += len(batch) + (skip and step == 0)
            return result

        whole = run(written(tmp_path, packets.pcap(day(skip=False))))
        assert whole.orders == whole.signals > 2
        gapped = run(written(tmp_path, packets.pcap(day(skip=True))))
        assert gapped.gaps == 1
        assert (gapped.orders, gapped.rejected["stale_book"]) == (0, whole.signals)
        assert any(warning.startswith("1 messages were missed") for warning in gapped.warnings)


class TestRun:
    def test_the_gil_is_free_while_the_engine_runs(self, tmp_path: Path) -> None:
        path = tmp_path / "day.pcap"
        ph.generate.synthetic_day(path, seed=3, messages=400_000)
        engine = ph.Engine(path, log=None)
        ended = threading.Event()
        steps = 0

        def count() -> None:
            nonlocal steps
            while not ended.is_set():
                steps += 1

        seen: list[tuple[int, int]] = []
        counter = threading.Thread(target=count)
        counter.start()
        report = engine.run(progress=lambda messages, share: seen.append((messages, steps)))
        ended.set()
        counter.join()
        assert report.tick_to_trade.n == report.orders
        # Between two looks of the watching thread, a tenth of a second apart, both went on.
        assert seen[-1][0] == 400_000
        assert steps > 10_000

    def test_stop_ends_a_run_early_and_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "day.pcap"
        ph.generate.synthetic_day(path, seed=3, messages=200_000)
        engine = ph.Engine(path, log=None)
        engine.stop()  # nothing is running: the next run isn't meant
        report = engine.run(digests=True)
        assert sum(report.messages.values()) == 200_000
        assert report.warnings == []
        stopper = threading.Thread(target=lambda: [engine.stop() for _ in range(200) if not time.sleep(0.001)])
        stopper.start()
        report = engine.run(digests=True)
        stopper.join()
        assert sum(report.messages.values()) < 200_000
        assert any("stopped by the user" in warning for warning in report.warnings)
        assert all(book.depth_sha256 is None for book in report.books.values())

    def test_what_progress_raises_ends_the_run_and_reaches_the_caller(self, tmp_path: Path) -> None:
        path = TestOrders().zigzag(tmp_path)

        def fail(messages: int, share: float) -> None:
            raise LookupError("mine")

        before = threading.active_count()
        with pytest.raises(LookupError, match="mine"):
            ph.Engine(path, log=None).run(progress=fail)
        assert threading.active_count() == before

    def test_one_run_at_a_time(self, tmp_path: Path) -> None:
        engine = ph.Engine(TestOrders().zigzag(tmp_path), log=None)
        refused: list[ph.Error] = []

        def again(messages: int, share: float) -> None:
            try:
                engine.run()
            except ph.ArgumentError as error:
                refused.append(error)

        engine.run(progress=again)
        assert "running already" in str(refused[0])
        assert engine.run().packets == 400

    def test_the_kill_switch_needs_a_run(self) -> None:
        with pytest.raises(ph.ArgumentError, match="not running"):
            ph.Engine(log=None).throw_kill_switch()

    def test_the_embedded_default_is_a_day_of_a_million_messages(self) -> None:
        report = ph.Engine(log=None).run()
        assert sum(report.messages.values()) == 1_000_000
        assert (report.malformed, report.gaps, report.unknown_refs) == ({}, 0, 0)
        assert len(report.books) > 200
        assert all(book.bid[0] < book.ask[0] or not book.bid[1] or not book.ask[1] for book in report.books.values())
        assert report.orders > 1000

    def test_the_log_tells_of_every_order(self, tmp_path: Path) -> None:
        path = TestOrders().zigzag(tmp_path)
        report = ph.Engine(path, log=tmp_path / "trading.log").run()
        lines = (tmp_path / "trading.log").read_text().splitlines()
        assert report.log_written == len(lines) == report.orders > 5
        assert report.log_dropped == 0
        assert all("INFO: order " in line and "ABC @ " in line for line in lines)

    def test_the_log_may_have_another_form_and_be_put_aside(self, tmp_path: Path) -> None:
        path = TestOrders().zigzag(tmp_path)
        folder = tmp_path / "logs"
        folder.mkdir()
        log = ph.Log(folder / "trading.log", sink="json", when_full="grow", rotate_bytes=1000)
        report = ph.Engine(path, log=log).run()
        lines = [json.loads(line) for file in folder.iterdir() for line in file.read_text().splitlines()]
        assert len(lines) == report.log_written == report.orders
        assert {line["logger"] for line in lines} == {"market_data_hot"}
        assert len(list(folder.iterdir())) > 1

    def test_another_form_than_that_of_the_open_log_is_refused(self, tmp_path: Path) -> None:
        path = TestOrders().zigzag(tmp_path)
        file = tmp_path / "trading.log"
        with ph.Logger(file):
            for settings in ({"sink": "binary"}, {"rotate_bytes": 1000}, {"rotate_daily": True}):
                with pytest.raises(ph.ArgumentError, match="another form or rotation"):
                    ph.Engine(path, log=ph.Log(file, **settings)).run()  # type: ignore[arg-type]
        with ph.Logger(file, sink="json", rotate_bytes=10**6):
            same = ph.Engine(path, log=ph.Log(file, sink="json", rotate_bytes=10**6)).run()
            by_path = ph.Engine(path, log=file).run()
        lines = file.read_text().splitlines()
        assert len(lines) == same.log_written + by_path.log_written == 2 * same.orders > 0

    def test_the_engine_writes_into_the_log_that_python_has_open(self, tmp_path: Path) -> None:
        path = TestOrders().zigzag(tmp_path)
        file = tmp_path / "trading.log"
        with ph.Logger(file) as log:
            log.info("before")
            log.flush()
            report = ph.Engine(path, log=file).run()
            log.info("after")
        lines = [line.split("] ")[1] for line in file.read_text().splitlines()]
        assert (lines[0], lines[-1]) == ("INFO: before", "INFO: after")
        assert report.log_written == report.orders == len(lines) - 2
        assert report.log_dropped == 0

    def test_the_threads_carry_their_names_and_stand_on_their_cores(self, tmp_path: Path) -> None:
        path = tmp_path / "day.pcap"
        ph.generate.synthetic_day(path, seed=3, messages=1_000_000)
        cores = ph.Cores()
        seen: dict[str, str] = {}

        ended = threading.Event()

        def look() -> None:
            while not ended.wait(0.001):
                for task in Path("/proc/self/task").iterdir():
                    try:
                        status = (task / "status").read_text()
                    except (FileNotFoundError, ProcessLookupError):
                        continue
                    values = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
                    seen.setdefault(values["Name"], values["Cpus_allowed_list"])

        engine = ph.Engine(path, log=tmp_path / "log")
        watcher = threading.Thread(target=look)
        watcher.start()
        engine.run()
        ended.set()
        watcher.join()
        assert seen["market_data_hot"] == str(cores.hot)
        assert seen["async_logger"] == str(cores.log)

    def test_the_report_reads_and_serialises(self, tmp_path: Path) -> None:
        report = run(TestOrders().zigzag(tmp_path), digests=True)
        shape = json.loads(json.dumps(report.to_dict()))
        assert shape["input"] == {
            "packets": 400, "messages": report.messages, "malformed": {}, "gaps": 0, "unknown_refs": 0,
        }  # fmt: skip
        assert set(shape["books"]["ABC"]) == {
            "locate", "bid", "ask", "bid_levels", "ask_levels", "orders", "bbo_changes",
            "bbo_trace_sha256", "depth_sha256", "stale", "stale_since",
        }  # fmt: skip
        assert len(shape["books"]["ABC"]["depth_sha256"]) == 64
        assert set(shape["latency_ns"]) == {"tick_to_trade", "burst_to_trade"}
        assert list(shape["latency_ns"]["tick_to_trade"]) == ["n", "min", "p50", "p90", "p99", "p99.9", "max"]
        assert shape["throughput"]["messages_per_s"] > 0
        assert shape["log"] == {"written": 0, "dropped": 0}
        text = str(report)
        for word in ("ABC", "tick_to_trade", "price_collar", "order_size 1000", "messages/s"):
            assert word in text


class TestSettings:
    def test_cores_come_as_a_mapping_a_sequence_or_by_themselves(self) -> None:
        core = ph.Cores().hot
        assert ph.Cores.of([core, core]) == ph.Cores.of({"hot": core, "log": core}) == ph.Cores(core, core)
        assert ph.Cores.of((core,)).hot == core
        with pytest.raises(ph.ArgumentError, match="at most 2"):
            ph.Engine(log=None, cores=[core, core, core])

    @pytest.mark.parametrize(
        ("settings", "error", "said"),
        [
            ({"risk": {"order_size": 0}}, ph.ArgumentError, "order_size is 0; it must be from 1"),
            ({"risk": {"size": 1}}, ph.ArgumentError, "no setting 'size'"),
            ({"risk": 5}, ph.ArgumentTypeError, "risk is 5"),
            ({"risk": {"position": 1.5}}, ph.ArgumentTypeError, "whole number"),
            ({"risk": {"kill_switch": "no"}}, ph.ArgumentTypeError, "True or False"),
            ({"strategy": "magic"}, ph.ArgumentError, "'magic' is unknown"),
            ({"strategy": 7}, ph.ArgumentTypeError, "strategy is 7"),
            ({"strategy": {"fast": -1}}, ph.ArgumentError, "fast is -1"),
            ({"strategy": {"fast": 9, "slow": 9}}, ph.ArgumentError, "must be below slow"),
            ({"cores": {"hot": 4096}}, ph.HostError, "4096"),
            ({"cores": {"hot": "a"}}, ph.ArgumentTypeError, "'a'"),
            ({"feed": "fix"}, ph.ArgumentError, "'fix'"),
            ({"udp_port": 0}, ph.ArgumentError, "udp_port is 0"),
            ({"udp_port": "x"}, ph.ArgumentTypeError, "'x'"),
            ({"order_destination": "1.2.3:4"}, ph.ArgumentError, "10.0.0.2:26400"),
            ({"orders": ""}, ph.ArgumentError, "orders"),
            ({"orders": 4}, ph.ArgumentTypeError, "orders is 4"),
            ({"orders": "a\0b"}, ph.ArgumentError, "can't name a file"),
            ({"orders": "a\ud800b"}, ph.ArgumentError, "isn't UTF-8"),
            ({"orders": "one.out", "log": "./one.out"}, ph.ArgumentError, "which is orders too"),
            ({"log": {"file": "x", "sink": "xml"}}, ph.ArgumentError, "sink is 'xml'"),
            ({"log": {"when_full": "panic"}}, ph.ArgumentError, "when_full is 'panic'"),
            ({"log": {"rotate_bytes": 0}}, ph.ArgumentError, "rotate_bytes is 0"),
            ({"log": {"rotate_daily": 1}}, ph.ArgumentTypeError, "rotate_daily is 1"),
            ({"log": {"colour": 1}}, ph.ArgumentError, "no setting 'colour'"),
            ({"log": 3}, ph.ArgumentTypeError, "log is 3"),
            ({"cores": {"hot": -1}}, ph.HostError, "core hot is -1"),
            ({"port": 3}, ph.ArgumentTypeError, "port is 3"),
            ({"port": "loopback:x"}, ph.ArgumentError, "not part of this version"),
        ],
        ids=str,
    )
    def test_a_wrong_one_is_refused_in_words(
        self, settings: dict[str, object], error: type[ph.Error], said: str
    ) -> None:
        with pytest.raises(error, match=said):
            ph.Engine(**{"log": None, **settings})  # type: ignore[arg-type]

    def test_integers_of_numpy_are_integers(self) -> None:
        assert ph.Risk(order_size=np.int64(5)).order_size == 5
