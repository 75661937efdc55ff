"""Records of files: against the bytes decoded slowly, and real captures; Arrow and Parquet."""

from __future__ import annotations

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from support import packets
from support.captures import FOLDER, needs_captures

import pyhft as ph
from pyhft import cli, reader

# A message of every type of ITCH 5.0 by the specification: format of what follows the header, names of the fields.
_SPECIFICATION = {
    "S": (">c", "event_code"),
    "R": (
        ">8sccIcc2scccccIc",
        """stock market_category financial_status round_lot_size round_lots_only issue_classification issue_subtype
        authenticity short_sale_threshold ipo_flag luld_tier etp_flag etp_leverage inverse""",
    ),
    "H": (">8scx4s", "stock trading_state reason"),
    "Y": (">8sc", "stock action"),
    "L": (">4s8sccc", "mpid stock primary_market_maker market_maker_mode participant_state"),
    "V": (">QQQ", "level1_e8 level2_e8 level3_e8"),
    "W": (">c", "breached_level"),
    "K": (">8sIcI", "stock release_time_seconds release_qualifier ipo_price"),
    "J": (">8sIIII", "stock reference_price upper_price lower_price extension"),
    "h": (">8scc", "stock market action"),
    "A": (">QcI8sI", "reference side shares stock price"),
    "F": (">QcI8sI4s", "reference side shares stock price attribution"),
    "E": (">QIQ", "reference executed match_number"),
    "C": (">QIQcI", "reference executed match_number printable price"),
    "X": (">QI", "reference canceled"),
    "D": (">Q", "reference"),
    "U": (">QQII", "reference new_reference shares price"),
    "P": (">QcI8sIQ", "reference side shares stock price match_number"),
    "Q": (">Q8sIQc", "shares stock price match_number cross_type"),
    "B": (">Q", "match_number"),
    "I": (
        ">QQc8sIIIcc",
        """paired_shares imbalance_shares direction stock far_price near_price reference_price cross_type
        price_variation""",
    ),
    "N": (">8sc", "stock interest"),
    "O": (
        ">8scIIIQII",
        """stock open_eligibility minimum_price maximum_price near_execution_price near_execution_time lower_collar
        upper_collar""",
    ),
}


def any_message(kind: str, random: np.random.Generator) -> bytes:
    """A message of random fields; sides are sides, and texts are letters with blanks at their ends."""
    layout, names = _SPECIFICATION[kind]
    size = struct.calcsize(layout)
    values = []
    for name, value in zip(names.split(), struct.unpack(layout, random.bytes(size)), strict=True):
        if isinstance(value, bytes):
            letters = b"BS" if name == "side" else b"ABXYZ19"
            text = bytes(random.choice(list(letters), random.integers(1, len(value) + 1)).tolist())
            values.append(text.ljust(len(value)))
        else:
            values.append(value & (2**63 - 1))
    head = kind.encode() + struct.pack(">HH", random.integers(2**16), random.integers(2**16))
    return head + random.bytes(6) + struct.pack(layout, *values)


def slowly(message: bytes) -> dict[str, object]:
    """Decode one message by the table above."""
    layout, names = _SPECIFICATION[chr(message[0])]
    values = [
        value.rstrip(b" ") if isinstance(value, bytes) else value for value in struct.unpack(layout, message[11:])
    ]
    locate, tracking = struct.unpack(">HH", message[1:5])
    head = {"timestamp": int.from_bytes(message[5:11], "big"), "locate": locate, "tracking_number": tracking}
    return head | dict(zip(names.split(), values, strict=True))


@pytest.fixture(scope="module")
def messages() -> list[bytes]:
    random = np.random.default_rng(5)
    return [any_message(str(kind), random) for kind in random.choice(list(_SPECIFICATION), 5_000)]


def written(folder: Path, messages: list[bytes], name: str = "day.itch") -> Path:
    path = folder / name
    path.write_bytes(packets.length_prefixed(messages))
    return path


def test_every_field_of_every_type_is_what_the_bytes_say(messages: list[bytes], tmp_path: Path) -> None:
    records = ph.read_itch(written(tmp_path, messages))
    assert set(records) == set(_SPECIFICATION)
    assert records.messages == sum(map(len, records.values())) == len(messages)
    for kind in _SPECIFICATION:
        expected = [(n, slowly(one)) for n, one in enumerate(messages, 1) if chr(one[0]) == kind]
        table = records[kind]
        assert table["n"].tolist() == [n for n, _ in expected]
        assert set(table.dtype.names or ()) == {"n", *expected[0][1]}
        for name in expected[0][1]:
            assert table[name].tolist() == [fields[name] for _, fields in expected], (kind, name)


def test_a_capture_gives_the_same_records_and_when_they_were_captured(messages: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "day.pcap"
    cut = [messages[i : i + 7] for i in range(0, len(messages), 7)]
    frames = [packets.frame(packets.moldudp64(some, 1 + 7 * i)) for i, some in enumerate(cut)]
    path.write_bytes(packets.pcap(frames + frames[:3]))
    captured = ph.read_capture(path)
    plain = ph.read_itch(written(tmp_path, messages))
    assert (captured.feed, captured.messages, captured.duplicates, captured.gaps) == ("itch50", 5_000, 21, 0)
    assert captured.packets == len(frames) + 3
    for kind, table in plain.items():
        assert captured[kind].dtype.names == ("n", "captured", *(table.dtype.names or ())[1:])
        for name in table.dtype.names or ():
            assert np.array_equal(captured[kind][name], table[name])
    assert (np.diff(captured["A"]["captured"]) >= 0).all()
    assert np.array_equal(ph.read_itch(path)["D"], captured["D"])


def test_records_of_the_raw_feed(tmp_path: Path) -> None:
    updates = [("AAA", 5, 7, 0, 11), ("BB", 2**62 - 1, 2**32 - 1, 1, 2**63 - 1), ("AAA", 0, 0, 1, 12)]
    path = tmp_path / "raw.pcap"
    bodies = [packets.raw(*one) for one in updates]
    path.write_bytes(
        packets.pcap([packets.frame(bodies[0] + bodies[1], 26400), packets.frame(bodies[2] + b"??", 26400)])
    )
    records = ph.read_capture(path)
    assert records.feed == "raw"
    table = records["raw"]
    assert table[["symbol", "price", "shares", "side", "timestamp"]].tolist() == [
        (symbol.encode(), price, shares, side, at) for symbol, price, shares, side, at in updates
    ]
    assert table["n"].tolist() == [1, 2, 3]
    assert records.malformed == {"trailing_bytes": 1}
    assert records.messages == 4


def test_what_is_malformed_is_counted_by_cause_and_numbered(tmp_path: Path) -> None:
    good = packets.add(1, "B", 100, 50)
    path = written(tmp_path, [good, b"Z" * 20, good[:-1], packets.add(2, "?", 1, 1), good])
    records = ph.read_itch(path)
    assert records.malformed == {"unknown_type": 1, "bad_length": 1, "bad_side": 1}
    assert records["A"]["n"].tolist() == [1, 5]
    assert records.messages == 5


def test_a_file_that_was_cut_gives_its_whole_messages_and_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, [packets.add(1, "B", 100, 50), packets.add(2, "B", 100, 50)])
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.warns(ph.InputWarning, match=r"is cut in the middle of a message: 35 stray bytes at offset 38"):
        records = ph.read_itch(path)
    assert records["A"]["reference"].tolist() == [1]
    assert len(records.warnings) == 1
    packed = tmp_path / "day.itch.gz"
    packed.write_bytes(gzip.compress(packets.length_prefixed([packets.add(1, "B", 100, 50)] * 50))[:-9])
    with pytest.warns(ph.InputWarning, match="cut in the middle of its gzip data"):
        assert len(ph.read_itch(packed)["A"]) > 0


def test_missing_messages_of_a_capture_are_told(tmp_path: Path) -> None:
    path = tmp_path / "gap.pcap"
    good = [packets.add(1, "B", 100, 50)]
    path.write_bytes(packets.pcap([packets.frame(packets.moldudp64(good, n)) for n in (1, 5)]))
    with pytest.warns(ph.InputWarning, match="3 messages are missing"):
        records = ph.read_capture(path, udp_port=packets.FEED_PORT)
    assert (records.gaps, records.messages) == (3, 2)


def test_types_that_do_not_occur_are_empty_and_unknown_ones_refused(tmp_path: Path) -> None:
    records = ph.read_itch(written(tmp_path, [packets.add(1, "B", 100, 50)]))
    assert len(records["D"]) == 0
    assert records["D"].dtype.names is not None
    assert list(records) == ["A"]
    assert "A" in records
    assert "D" not in records
    assert 5 not in records
    assert records.get("D") is None
    assert repr(records) == "<Records of itch50, 1 messages: A: 1>"
    for kind in ("AA", "", 5, []):
        with pytest.raises(ph.ArgumentError, match="has no message type"):
            records[kind]  # type: ignore[index]


def test_what_can_not_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ph.InputError, match=r"missing\.itch'.*No such file"):
        ph.read_itch(tmp_path / "missing.itch")
    with pytest.raises(ph.InputError, match="folder"):
        ph.read_itch(tmp_path)
    (tmp_path / "text").write_text("no messages at all" * 9)
    with pytest.raises(ph.InputError, match="neither a pcap"):
        ph.read_itch(tmp_path / "text")
    good = written(tmp_path, [packets.add(1, "B", 100, 50)])
    with pytest.raises(ph.ArgumentError, match="feed is 'morse'"):
        ph.read_capture(good, "morse")
    with pytest.raises(ph.InputError, match="can't be read as feed 'raw'"):
        ph.read_capture(good, "raw")
    with pytest.raises(ph.ArgumentError, match="udp_port is 0"):
        ph.read_capture(good, udp_port=0)
    with pytest.raises(ph.ArgumentTypeError, match="path is 5"):
        ph.read_itch(5)  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentTypeError, match="progress is 'loud'"):
        ph.read_itch(good, progress="loud")  # type: ignore[arg-type]


def test_progress_is_told_and_its_exception_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "long.itch"
    path.write_bytes(packets.length_prefixed([packets.add(1, "B", 100, 50)] * 1_000) * 1_500)
    told: list[tuple[int, float]] = []
    assert len(ph.read_itch(path, progress=lambda messages, share: told.append((messages, share)))["A"]) == 1_500_000
    assert told
    assert all(0.0 <= share <= 1.0 for _, share in told)
    assert [share for _, share in told] == sorted(share for _, share in told)

    class EnoughError(Exception):
        pass

    def stop(messages: int, share: float) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        ph.read_itch(path, progress=stop)
    with pytest.raises(EnoughError):
        ph.OrderBook().replay(path, progress=stop)
    with pytest.raises(EnoughError):
        ph.best_quotes(path, "TEST", progress=stop)


def test_a_bar_is_drawn_on_a_terminal_alone_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyhft import _progress

    class Terminal:
        def __init__(self, is_one: bool) -> None:
            self.text, self._is_one = "", is_one

        def isatty(self) -> bool:
            return self._is_one

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            pass

    for is_one, given in ((True, None), (True, False), (False, None)):
        out = Terminal(is_one)
        monkeypatch.setattr(sys, "stderr", out)
        clock = iter([0.0, 0.5, 1.5])
        monkeypatch.setattr(_progress.time, "monotonic", lambda clock=clock: next(clock))
        with _progress.shown("reading", "day.itch", given) as tell:
            tell(10, 0.25)
            tell(20, 0.5)
        assert (" 50%  20 messages" in out.text) == (is_one and given is None)
        assert "25%" not in out.text
        assert out.text in ("", out.text.removesuffix("\r\033[K") + "\r\033[K")


def test_an_arrow_table_has_the_same_rows_as_the_records(messages: list[bytes], tmp_path: Path) -> None:
    records = ph.read_itch(written(tmp_path, messages))
    one = records.to_arrow("F")
    assert one.column_names == list(records["F"].dtype.names or ())
    for name in one.column_names:
        expected = records["F"][name].tolist()
        got = one[name].to_pylist()
        assert got == [value.decode() if isinstance(value, bytes) else value for value in expected]
    whole = records.to_arrow()
    assert whole["n"].to_pylist() == list(range(1, len(messages) + 1))
    assert whole["type"].to_pylist() == [chr(message[0]) for message in messages]
    rows = whole.to_pylist()
    for row, message in zip(rows, messages, strict=True):
        expected_row = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in slowly(message).items()
        }
        assert {
            name: value for name, value in row.items() if value is not None and name not in ("n", "type")
        } == expected_row


def test_text_that_is_not_ascii_is_marked(tmp_path: Path) -> None:
    records = ph.read_itch(written(tmp_path, [packets.add(1, "B", 1, 1).replace(b"TEST", b"T\xffST")]))
    assert records["A"]["stock"].tolist() == [b"T\xffST"]
    assert records.to_arrow("A")["stock"].to_pylist() == ["T?ST"]


def test_convert_writes_one_table_or_one_a_type_in_bounded_pieces(
    messages: list[bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyhft import arrow

    monkeypatch.setattr(arrow, "_MESSAGES_AT_ONCE", 512)
    day = written(tmp_path, messages)
    out = tmp_path / "day.parquet"
    assert cli.main(["convert", str(day), str(out)]) == 0
    assert f"{out}: 5,000 rows" in capsys.readouterr().out
    file = pyarrow.parquet.ParquetFile(out)
    assert file.num_row_groups == 10
    assert file.read().equals(ph.read_itch(day).to_arrow())
    assert cli.main(["convert", str(day), str(tmp_path / "A.parquet"), "--type", "A"]) == 0
    assert pyarrow.parquet.read_table(tmp_path / "A.parquet").equals(ph.read_itch(day).to_arrow("A"))
    assert cli.main(["convert", str(day), f"{tmp_path}/folder/"]) == 0
    assert {path.stem for path in (tmp_path / "folder").iterdir()} == set(_SPECIFICATION)
    table = pyarrow.parquet.ParquetFile(tmp_path / "folder" / "U.parquet").read()
    assert table.equals(ph.read_itch(day).to_arrow("U"))
    assert not list(tmp_path.glob(".*.part"))


def test_convert_tells_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = written(tmp_path, [packets.add(1, "B", 100, 50), b"Z"])
    day.write_bytes(day.read_bytes() + b"\0\x09")
    assert cli.main(["convert", str(day), str(tmp_path / "x.parquet")]) == 0
    told = capsys.readouterr().err
    assert "2 stray bytes" in told
    assert "1 unknown_type" in told
    for arguments, reason in (
        ([str(day), str(day)], "is the input itself"),
        ([str(day), str(tmp_path / "no" / "x.parquet")], "can't write"),
        ([str(day), str(tmp_path / "x.parquet"), "--type", "AB"], "has no message type 'AB'"),
        ([str(tmp_path / "none"), str(tmp_path / "x.parquet")], "No such file"),
    ):
        assert cli.main(["convert", *arguments]) == cli.REFUSED
        assert reason in capsys.readouterr().err
    assert not list(tmp_path.glob(".*.part"))


def test_without_pyarrow_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = ph.read_itch(written(tmp_path, [packets.add(1, "B", 100, 50)]))
    monkeypatch.delitem(sys.modules, "pyhft.arrow", raising=False)
    monkeypatch.delattr(ph, "arrow", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ph.HostError, match=r"pip install 'pyhft\[arrow\]'"):
        records.to_arrow()


def test_fields_of_one_name_are_of_one_kind() -> None:
    for feed in ph.ports.FEEDS:
        kinds: dict[str, set[str]] = {}
        for dtype in reader.record_dtypes(feed, captured=True).values():
            for name in dtype.names or ():
                kinds.setdefault(name, set()).add(dtype[name].kind + str(dtype[name].itemsize))
        assert all(len(kind) == 1 for kind in kinds.values()), kinds


@needs_captures
def test_real_messages_by_type() -> None:
    aapl = ph.read_itch(FOLDER / "itch" / "aapl_20200130_premarket_10k.itch")
    assert {kind: len(table) for kind, table in aapl.items()} == {
        "A": 4758, "D": 4083, "E": 849, "P": 240, "L": 52, "U": 7, "X": 6, "F": 2, "H": 1, "R": 1, "Y": 1,
    }  # fmt: skip
    assert int(aapl["E"]["executed"].sum()) == 56_086
    assert int(aapl["P"]["shares"].sum()) == 25_470
    wrapped = ph.read_capture(FOLDER / "moldudp64" / "aapl_20200130_premarket_10k.moldudp64.pcap.gz")
    assert (wrapped.packets, wrapped.malformed, wrapped.gaps) == (9_645, {}, 0)
    for kind, table in aapl.items():
        assert np.array_equal(wrapped[kind][list(table.dtype.names or ())], table)
    directory = ph.read_itch(FOLDER / "itch" / "directory_20191230_1k.itch")
    assert {kind: len(table) for kind, table in directory.items()} == {"R": 993, "H": 3, "Y": 3, "S": 1}
    assert directory["R"]["stock"][:3].tolist() == [b"A", b"AA", b"AAAU"]
    with pytest.warns(ph.InputWarning, match="15 stray bytes at offset 4081"):
        cut = ph.read_itch(FOLDER / "itch" / "directory_cut_mid_message.itch")
    assert {kind: len(table) for kind, table in cut.items()} == {"R": 98, "H": 1, "S": 1, "Y": 1}
    ritch = ph.read_itch(FOLDER / "itch" / "ritch_20101224_reframed.itch.gz")
    assert {kind: len(table) for kind, table in ritch.items()} == {
        "P": 5000, "A": 4997, "D": 1745, "E": 198, "X": 45, "U": 12, "S": 6, "F": 3, "H": 3, "R": 3,
    }  # fmt: skip
