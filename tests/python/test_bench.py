"""The harness of ``pyhft bench``: what it writes, and that it looks at answers before it times them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import pyhft as ph
import pyhft.bench.kernels
from pyhft import bench
from pyhft.bench import Case, Peer
from pyhft.bench.harness import measure

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = pyhft.bench.kernels.cases
    monkeypatch.setattr(pyhft.bench.kernels, "cases", lambda: everything(sizes=(1000,)))


def test_a_file_has_the_machine_and_a_row_for_each_case_and_implementation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    target = tmp_path / "rows.json"
    assert bench.run(["kernels"], str(target), seconds_per_case=0.05) == 0
    content = json.loads(target.read_text())
    assert list(content["machine"]) == ["cpu", "cores", "governor", "isa", "kernel", "compiler", "commit", "pinned"]
    assert content["machine"]["isa"] == ph.isa()
    rows = content["rows"]
    assert {row["case"] for row in rows} == {"ema 12", "ema 12 out=", "macd 12 26 9", "macd 12 26 9 out="}
    assert [row["impl"] for row in rows] == ["pyhft", "talib"] * 4
    for row in rows:
        assert list(row) == ["case", "impl", "unit", "n", "p25", "p50", "p75", "p99", "p99.9", "ratio"]
        assert 0 < row["p25"] <= row["p50"] <= row["p75"]
    for ours, theirs in zip(rows[::2], rows[1::2], strict=True):
        assert ours["ratio"] == 1
        assert theirs["ratio"] == pytest.approx(theirs["p50"] / ours["p50"])
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 2 + len(rows)


def test_rows_on_standard_output_leave_the_table_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.run(None, "-", seconds_per_case=0.02) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["rows"]
    assert "ema 12" in shown.err


def test_a_peer_that_is_not_installed_is_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("pyhft.bench.kernels.importlib.import_module", lambda name: absent(name))
    cases = list(pyhft.bench.kernels.cases())
    monkeypatch.undo()
    monkeypatch.setattr(pyhft.bench.kernels, "cases", lambda: iter(cases))
    bench.run(None, None, seconds_per_case=0.02)
    shown = capsys.readouterr().out
    assert shown.count("# no rows of talib: it isn't installed (pip install TA-Lib)") == 1
    assert "ema 12" in shown


def test_a_wrong_answer_is_not_timed() -> None:
    def differ(ours: Any, theirs: Any) -> None:
        assert ours == theirs

    case = Case("sum", "ns", 1, (Peer("pyhft", lambda: 1), Peer("other", lambda: 2)), differ)
    with pytest.raises(AssertionError):
        measure(case, 0.01)


def test_percentiles_that_too_few_samples_say_are_left_open() -> None:
    rows = measure(Case("pass", "ns", 1, (Peer("pyhft", lambda: None),), lambda a, b: None), 0.0)
    assert rows[0].p99 is None
    assert rows[0].p99_9 is None
    assert rows[0].to_dict()["p99.9"] is None


def test_an_unknown_suite_and_an_unwritable_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ph.ArgumentError, match="there is no suite 'weather'; name one of kernels"):
        bench.run(["weather"])
    with pytest.raises(ph.InputError, match=r"can't be written \(No such file or directory\)"):
        bench.run(["kernels"], str(tmp_path / "no" / "file.json"), seconds_per_case=0.02)
