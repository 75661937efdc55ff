"""``pyhft bench queue`` and its kind: what is made of what the C++ programs say.

The program is a double here, so that every answer that one can give is met with; the true ones are asked for their
cases where they are built.
"""

from __future__ import annotations

import json
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pyhft as ph
from pyhft import bench
from pyhft.bench import Row, components, native, techniques
from pyhft.cli import main

ROOT = Path(__file__).parents[2]

Place = Callable[[str, str], None]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Put programs into a build tree of this test's own, by subject and text."""
    monkeypatch.setattr(native, "__file__", str(tmp_path / "pyhft" / "bench" / "native.py"))
    folder = tmp_path / "build" / "release" / "bench" / "cpp"
    folder.mkdir(parents=True)

    def put(subject: str, text: str) -> None:
        path = folder / f"bench_{subject}"
        path.write_text(f"#!{sys.executable}\n{text}")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return put


# Our time rises from round to round and boost's is twice ours in each: 1, 2, 3 rounds.
QUEUE = """import json, pathlib, re, sys
names = ["round trip 8 B/pyhft/manual_time", "round trip 8 B/boost/manual_time", "round trip 8 B/rigtorp/manual_time"]
names += ["there and back/pyhft", "there and back/recv"]
names += [f"bursts of 32 x 8 B, 1 K slots/{impl}/iterations:1/real_time" for impl in ("pyhft", "boost", "rte_ring")]
if sys.argv[1] == "--benchmark_list_tests=true":
    print(*names, sep=chr(10))
    sys.exit()
counter = pathlib.Path(__file__ + ".rounds")
turn = len(counter.read_text()) + 1 if counter.exists() else 1
counter.write_text("x" * turn)
assert "--benchmark_enable_random_interleaving=true" in sys.argv
chosen = [name for name in names if re.search(sys.argv[1].partition("=")[2], name)]
runs = [{"run_type": "aggregate", "name": "round trip 8 B/pyhft/manual_time_mean", "items_per_second": 1.0}]
for name in chosen:
    run = {"run_type": "iteration", "name": name, "items_per_second": 1e9 / 99}
    if name.startswith("round"):
        run |= {"p50": 10.0 * turn * (2 if "boost" in name else 1), "p99": 500.0, "p99.9": 900.0}
    if "rigtorp" in name:
        run |= {"error_occurred": True, "error_message": "not installed: give PYHFT_RIGTORP_DIR"}
    if "there" in name:
        run |= {"error_occurred": True, "error_message": "not possible here: run as root"}
    if "rte_ring" in name:
        run |= {"error_occurred": True, "error_message": "record 7 came as 8"}
    runs.append(run)
print(json.dumps({"benchmarks": runs}))
"""


def test_a_case_is_run_in_rounds_and_compared_within_them(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place("queue", QUEUE)
    target = tmp_path / "rows.json"
    status = bench.run(["queue"], str(target), quick=True, goals=True)
    assert status == bench.DISAGREED
    content = json.loads(target.read_text())
    rows = {(one["case"], one["impl"]): one for one in content["rows"]}
    assert set(rows) == {
        ("round trip 8 B", "pyhft"), ("round trip 8 B", "boost"),
        ("bursts of 32 x 8 B, 1 K slots", "pyhft"), ("bursts of 32 x 8 B, 1 K slots", "boost"),
    }  # fmt: skip
    trip = rows["round trip 8 B", "boost"]
    assert (trip["p25"], trip["p50"], trip["p75"], trip["p99"], trip["p99.9"]) == (30.0, 40.0, 50.0, 500.0, 900.0)
    assert (trip["ratio"], trip["paired_p50"], trip["unit"], trip["n"]) == (2.0, 2.0, "ns", 1)
    assert rows["bursts of 32 x 8 B, 1 K slots", "pyhft"]["p50"] == pytest.approx(99.0)
    assert rows["bursts of 32 x 8 B, 1 K slots", "pyhft"]["p99"] is None
    assert content["refused"] == [
        {"case": "bursts of 32 x 8 B, 1 K slots", "impl": "rte_ring", "n": 1, "why": "record 7 came as 8"}
    ]
    held = {(one["goal"], one["peer"]): one["status"] for one in content["goals"]}
    assert held["round trip 8 B", "boost"] == "met"
    assert held["round trip 8 B", "rigtorp"] == "not measured"
    assert held["bursts of 32 x 8 B, 1 K slots", "boost rte_ring"] == "not measured"
    assert not any(goal.startswith("caller") for goal, _ in held)
    shown = capsys.readouterr().out
    assert shown.count("# no rows of rigtorp: not installed: give PYHFT_RIGTORP_DIR") == 1
    assert shown.count("# no rows of recv: there and back: not possible here: run as root") == 1
    assert "rte_ring has no row, its answer differs: record 7 came as 8" in shown


def test_only_the_peers_asked_for_are_run(place: Place, tmp_path: Path) -> None:
    place("queue", QUEUE)
    target = tmp_path / "rows.json"
    assert bench.run(["queue"], str(target), peers=["boost"], quick=True) == 0
    assert {one["impl"] for one in json.loads(target.read_text())["rows"]} == {"pyhft", "boost"}
    with pytest.raises(
        ph.ArgumentError, match="there is no peer 'weather'; name some of boost, recv, rigtorp, rte_ring"
    ):
        bench.run(["queue"], peers=["weather"])


def test_a_technique_is_a_case_beside_what_it_replaces(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place("queue", QUEUE)
    trip = techniques.Technique("a spinning queue", "queue", "round trip 8 B", "boost", 2.5)
    monkeypatch.setattr(techniques, "TECHNIQUES", (trip,))
    target = tmp_path / "rows.json"
    assert bench.run(["techniques"], str(target), goals=True) == 0
    content = json.loads(target.read_text())
    assert {(one["case"], one["impl"]) for one in content["rows"]} == {
        ("a spinning queue", "pyhft"), ("a spinning queue", "boost")
    }  # fmt: skip
    (held,) = content["goals"]
    assert (held["goal"], held["measured"], held["limit"], held["status"]) == ("a spinning queue", 2.0, 2.5, "missed")
    with pytest.raises(ph.ArgumentError, match="leave peers out"):
        bench.run(["techniques"], peers=["boost"])


def test_what_is_about_the_kernels_is_refused(place: Place) -> None:
    place("queue", QUEUE)
    for options in ({"only": ["ema"]}, {"sizes": [1000]}, {"cpp": ""}):
        with pytest.raises(ph.ArgumentError, match=f"{next(iter(options))} is about the kernels, not about queue"):
            bench.run(["queue"], **options)  # type: ignore[arg-type]
    with pytest.raises(ph.ArgumentError, match="name one kind of suites"):
        bench.run(["kernels", "queue"], peers=["talib"])


def test_a_program_that_is_not_built_is_named_with_the_command(place: Place) -> None:
    with pytest.raises(ph.InputError, match=r"bench_log isn't built: cmake .* --target bench_log.*make bench"):
        bench.run(["log"])


def row(case: str, impl: str, p50: float, paired: float, p99: float | None = None) -> Row:
    return Row(case, impl, "ns", 1, p50, p50, p50, p99, None, paired, paired, paired, paired)


def status(rows: list[Row], case: str, peer: str) -> str:
    held = components.results(rows, {case})
    return next(one.status for one in held if one.goal.peer == peer)


def test_goals_are_held_against_the_peer_the_better_peer_or_a_percentile() -> None:
    ours = row("bursts of 32 x 8 B, 1 K slots", "pyhft", 10.0, 1.0)
    slow, fast = row(ours.case, "boost", 40.0, 4.0), row(ours.case, "rte_ring", 14.0, 1.4)
    assert status([ours, slow, fast], ours.case, "boost rte_ring") == "missed"
    assert status([ours, slow, row(ours.case, "rte_ring", 16.0, 1.6)], ours.case, "boost rte_ring") == "met"
    paced = "caller, paced 3 us"
    for p99, expected in ((150.0, "met"), (151.0, "missed"), (None, "not measured")):
        rows = [row(paced, "pyhft", 20.0, 1.0, p99), row(paced, "fmtlog", 20.0, 1.0, 100.0)]
        assert status(rows, paced, "fmtlog") == expected
    record = "histogram record"
    assert status([row(record, "pyhft", 3.1, 1.0)], record, "pyhft") == "missed"
    assert status([row(record, "pyhft", 2.9, 1.0)], record, "pyhft") == "met"
    assert status([], record, "pyhft") == "not measured"
    parse = "receive and parse"
    for ours_ns, expected in ((19.9, "met"), (20.1, "missed")):
        rows = [row(parse, "pyhft", ours_ns, 1.0), row(parse, "dpdk", 15.0, 15.0 / ours_ns)]
        assert status(rows, parse, "dpdk") == expected
    single = "one message, 500 symbols"
    assert status([row(single, "pyhft", 90.0, 1.0, 341.0)], single, "pyhft") == "missed"
    assert status([row(single, "pyhft", 90.0, 1.0, 339.0)], single, "pyhft") == "met"


@pytest.mark.parametrize("subject", components.SUITES)
def test_every_goal_is_about_a_case_that_its_program_has(subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ROOT / "build" / "dev" / "bench" / "cpp" / f"bench_{subject}"
    if not path.is_file():
        pytest.skip(f"{path.name} isn't built")
    monkeypatch.setattr(native, "built", lambda subject: native.Program(path, subject))
    suite = components.Suite(subject)
    assert all(components.OURS in suite._names[case] for case in suite.cases)
    mine = [goal for goal in components.goals() if goal.case in suite.cases]
    assert mine
    optional = {"rigtorp", "quill", "fmtlog", "charles-cooper", "itchcpp"}  # in no registry
    for goal in mine:
        assert set(goal.peer.split()) - optional <= set(suite._names[goal.case]), goal
    for one in techniques.TECHNIQUES:
        assert one.subject != subject or {components.OURS, one.replaced} <= set(suite._names[one.case]), one


def test_a_whole_day_is_replayed_and_its_memory_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["bench", "book", "--day", "30000", "--json", "-"]) == 0
    day = json.loads(capsys.readouterr().out)
    assert (day["messages"], day["symbols"]) == (30_000, 8_000)
    assert day["file_bytes"] > 30_000 * 30
    assert 0 < day["book_bytes"] < day["own_bytes"]
    assert day["seconds"] > 0
    assert 0 < day["peak_rss_bytes"] <= day["own_bytes"] + (64 << 20)
    assert list(tmp_path.iterdir()) == []

    assert main(["bench", "--day", "30000"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"30,000 messages.* a message\nmemory: .* MiB, reserved .*; peak RSS [\d,]+ MiB", told)


@pytest.mark.parametrize(
    ("given", "told"), [(["queue", "--day"], "leave other suites out"), (["--day", "5"], "a day of 8000 symbols")]
)
def test_a_day_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str], given: list[str], told: str) -> None:
    assert main(["bench", *given]) == 2
    assert told in capsys.readouterr().err
