"""``pyhft bench``: that it looks at answers before it times them, what it writes, and what it refuses."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyhft as ph
import pyhft.bench.harness
from pyhft import bench, talib
from pyhft.bench import (
    Case,
    Disagreement,
    Peer,
    Row,
    answers,
    goals,
    kernels,
    libraries,
    native,
    numba_loops,
    peers,
    surface,
)
from pyhft.bench.answers import agreement
from pyhft.bench.harness import Outcome, calling, measure, pinned
from pyhft.bench.market import market, symbols
from pyhft.bench.registry import described
from pyhft.bench.series import NAMED

ROOT = Path(__file__).parents[2]
ROW = ["case", "impl", "unit", "n", "p25", "p50", "p75", "p99", "p99.9", "ratio"]
PAIRED = ["paired_p25", "paired_p50", "paired_p75"]
ALL = frozenset(libraries.LIBRARIES)


def row(case: str, impl: str, n: int, p50: float, paired: float | None = None) -> Row:
    return Row(case, impl, "ns/bar", n, p50, p50, p50, None, None, paired, paired, paired, paired)


def bench_sma(path: Path | str | None = None, **options: Any) -> int:
    path = None if path is None else str(path)
    return bench.run(["kernels"], path, **{"only": ["sma"], "sizes": [64], "seconds_per_case": 0.02} | options)


# Answers


def test_equal_answers_agree_whatever_holds_them() -> None:
    x = np.array([np.nan, 1.0, np.inf, -3.0])
    agreement(0.0)(x, x.copy())
    agreement(0.0)((x, x), [x.copy(), x.copy()])
    agreement()(np.array([0, 7], dtype=np.int64), np.array([0, 7], dtype=np.int32))

    class Frame:
        def to_numpy(self) -> Any:
            return x

    agreement(0.0)(x, Frame())


def test_a_difference_is_measured_by_the_largest_value() -> None:
    x = np.array([1000.0, 1.0])
    agreement(1e-10)(x, x + np.array([0, 0.99e-7]))
    with pytest.raises(Disagreement, match=r"at bar 1 pyhft has .*1\.0.* and it .*; 1e-10 of 1000 is allowed"):
        agreement(1e-10)(x, x + np.array([0, 1.01e-7]))
    with pytest.raises(Disagreement):
        agreement(0.0)(x, np.nextafter(x, 2000.0))


@pytest.mark.parametrize("theirs", [[np.nan, 2.0], [1.0, np.nan], [1.0, np.inf]])
def test_a_nan_or_an_infinity_at_another_bar_is_a_difference(theirs: list[float]) -> None:
    with pytest.raises(Disagreement):
        agreement(1.0)(np.array([1.0, 2.0]), np.array(theirs))
    with pytest.raises(Disagreement):
        agreement(1.0)(np.array(theirs), np.array([1.0, 2.0]))


def test_bars_before_the_start_are_not_compared_and_may_be_missing() -> None:
    x = np.arange(10.0)
    other = np.where(x < 4, -1.0, x)
    agreement(0.0, start=4)(x, other)
    agreement(0.0, start=4)(x, other[3:])
    with pytest.raises(Disagreement, match="at bar 3 "):
        agreement(0.0, start=3)(x, other)
    with pytest.raises(Disagreement, match=r"shape \(10,\) of pyhft stands beside \(5,\)"):
        agreement(0.0, start=4)(x, x[5:])
    with pytest.raises(Disagreement, match="10 bars, and the first that can be compared is number 10"):
        agreement(0.0, start=10)(x, x)


def test_shapes_and_numbers_of_outputs_must_be_equal() -> None:
    x = np.zeros((4, 2))
    with pytest.raises(Disagreement, match="shape"):
        agreement()(x, x.T)
    with pytest.raises(Disagreement, match="2 outputs of pyhft stand beside 1"):
        agreement()((x, x), x)
    with pytest.raises(Disagreement, match="output 2: at bar 0 "):
        agreement()((x, x), (x, x + 1))


def test_a_difference_past_the_first_chunk_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_CHUNK", 4)
    x = np.arange(11.0)
    agreement(0.0)(x, x.copy())
    with pytest.raises(Disagreement, match="at bar 10 "):
        agreement(0.0)(x, np.where(x == 10, 0, x))
    agreement(0.1)(x, x + 1)  # the largest value is in the last chunk


# Measuring


def looked_at(case: Case) -> Outcome:
    """Compare the answers without timing anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyhft.bench.harness, "_timed", lambda calls, items, seconds: [{0: 1.0, 1: 1.0}] * len(calls))
        return measure(case, 0.0)


def case_of(*implementations: Peer, items: int = 0) -> Case:
    return Case("sum", "ns", 4, lambda: list(implementations), items)


def test_a_wrong_answer_is_not_timed() -> None:
    times = {"right": 0, "wrong": 0}

    def counted(name: str, value: float) -> Any:
        times[name] += 1
        return np.array([value])

    outcome = measure(
        case_of(
            Peer("pyhft", lambda: np.array([1.0])),
            Peer("right", lambda: counted("right", 1.0)),
            Peer("wrong", lambda: counted("wrong", 2.0)),
            Peer("absent", missing="it isn't installed"),
        ),
        0.01,
    )
    assert [one.impl for one in outcome.rows] == ["pyhft", "right"]
    assert outcome.missing == {"absent": "it isn't installed"}
    assert list(outcome.refused) == ["wrong"]
    assert times["wrong"] == 1
    assert times["right"] > 7


def test_an_answer_of_its_own_is_compared_in_the_place_of_what_is_timed() -> None:
    ours = Peer("pyhft", lambda: None, answer=lambda: np.array([1.0]))
    assert not measure(case_of(ours, Peer("one", lambda: None, answer=lambda: np.array([1.0]))), 0.01).refused
    assert measure(case_of(ours, Peer("two", lambda: None, answer=lambda: np.array([2.0]))), 0.01).refused


def test_percentiles_that_too_few_samples_say_are_left_open() -> None:
    (only,) = measure(case_of(Peer("pyhft", lambda: 1)), 0.0).rows
    assert only.p99 is None
    assert only.p99_9 is None
    assert only.to_dict()["p99.9"] is None
    assert only.ratio == only.paired_p50 == 1


def test_a_slow_peer_leaves_the_later_rounds_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    durations = {"pyhft": 1_000_000, "first": 3_000_000, "slow": 40_000_000}
    taken = dict.fromkeys(durations, 0)

    def sample(call: Any, calls: int) -> int:
        taken[call()] += 1
        return durations[call()] * calls

    monkeypatch.setattr(pyhft.bench.harness, "_sample", sample)
    monkeypatch.setattr(pyhft.bench.harness, "_calls_per_sample", lambda call: 1)
    rows = measure(
        case_of(*(Peer(name, lambda name=name: name, answer=lambda: 0.0) for name in durations), items=1), 0.1
    ).rows
    assert taken["slow"] == 3
    assert taken["pyhft"] == taken["first"] > 7
    assert [one.p50 for one in rows] == list(durations.values())
    assert [one.paired_p50 for one in rows] == [1, 3, 40]


def test_a_call_is_made_as_it_is_written() -> None:
    seen: list[Any] = []

    def function(*args: Any, **named: Any) -> int:
        seen.append((args, named))
        return len(seen)

    assert calling(function, 1, "two", out=3)() == 1
    assert seen == [((1, "two"), {"out": 3})]
    assert calling(function, times=5)() == 6
    assert seen[1:] == [((), {})] * 5


def test_pinning_ends_with_its_block() -> None:
    before = os.sched_getaffinity(0)
    with pinned([max(before)]) as done:
        assert done
        assert os.sched_getaffinity(0) == {max(before)}
    assert os.sched_getaffinity(0) == before


# Cases


def test_every_named_case_agrees_with_every_peer_that_is_here() -> None:
    pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    names = set()
    for case in kernels.cases((700,), ALL, None, 1, quick=True):
        names.add(case.name)
        assert not looked_at(case).refused, case.name
    assert {"sma 20", "sma 20 out=", "sma 20, a call", "sma 20, a call out=", "sma 20, an update"} <= names
    assert {f"ema 12, 1000 x 100 {form}" for form in ("out=", "new", "by symbol out=", "exact out=")} <= names


def test_two_threads_are_measured_where_there_are_two_cores() -> None:
    with_two = {case.name: case for case in kernels.cases((64,), ALL, None, 2, quick=False)}
    with_one = {case.name for case in kernels.cases((64,), ALL, None, 1, quick=False)}
    assert with_two.keys() - with_one == {f"{name}, 1000 x 10000 threads=2 out=" for name in ("ema 12", "macd 12 26 9")}
    assert {case.cores for name, case in with_two.items() if name not in with_one} == {2}


def test_the_surface_is_every_function_and_all_agree() -> None:
    pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    every = list(surface.cases((300,), ALL))
    assert [case.name.removeprefix("talib.") for case in every] == talib.get_functions()
    for case in every:
        outcome = looked_at(case)
        assert not outcome.refused, case.name
        assert [one.impl for one in outcome.rows] == ["pyhft", "talib"]


def test_peers_that_begin_from_another_seed_are_left_out_of_short_series() -> None:
    for case in kernels.cases((100,), ALL, frozenset({"EMA"}), 1, quick=True):
        if case.name == "ema 12":
            assert not {peer.name for peer in case.make() if peer.call} & {"pandas", "polars", "tulip"}


@pytest.mark.parametrize("name", sorted(peers.WAYS))
def test_the_loops_compute_what_talib_computes(name: str) -> None:
    theirs = pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    loop = {"MAX": "maximum", "MIN": "minimum"}.get(name, name.lower())
    given = [market(300).series(one) for _, one in described()[name]["inputs"]]
    expected = getattr(theirs, name)(*given, *NAMED[name].values())
    many = expected if isinstance(expected, tuple) else (expected,)
    results = [np.zeros(300) for _ in many]
    parameters = list(NAMED[name].values())[:2] if name == "BBANDS" else list(NAMED[name].values())
    getattr(numba_loops, loop)(*given, *parameters, *results)
    agreement(1e-10)(tuple(results), many)


@pytest.mark.parametrize("name", ["ema", "macd"])
def test_the_loops_over_rows_are_the_loop_of_each(name: str) -> None:
    one = getattr(numba_loops, name)
    parameters = list(NAMED[name.upper()].values())
    x = symbols(3, 80)
    whole = [np.zeros(x.shape) for _ in range(1 if name == "ema" else 3)]
    getattr(numba_loops, f"{name}_rows")(one)(x, *parameters, *whole)
    for i, series in enumerate(x):
        rows = [np.zeros(80) for _ in whole]
        one(series, *parameters, *rows)
        for table, expected in zip(whole, rows, strict=True):
            np.testing.assert_array_equal(table[i], expected)


def test_the_market_is_the_same_at_every_run() -> None:
    first = market(50)
    again = market.__wrapped__(50)
    for name in ("open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(first.series(name), again.series(name))
    assert (first.low <= np.minimum(first.open, first.close)).all()
    assert (first.high >= np.maximum(first.open, first.close)).all()
    assert np.abs(first.series("real", "ASIN")).max() <= 1


# The command


def test_a_file_has_the_machine_and_a_row_for_each_case_and_implementation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    target = tmp_path / "rows.json"
    assert bench_sma(target, peers=["talib"]) == 0
    content = json.loads(target.read_text())
    assert list(content) == ["machine", "rows", "peers", "frames", "refused", "surface", "goals"]
    assert list(content["machine"]) == ["cpu", "cores", "governor", "isa", "kernel", "compiler", "commit", "pinned"]
    assert content["machine"]["isa"] == ph.isa()
    assert list(content["peers"]) == ["talib"]
    rows = content["rows"]
    assert {one["case"] for one in rows} == {
        "sma 20", "sma 20 out=", "sma 20, a call", "sma 20, a call out=", "sma 20, an update",
    }  # fmt: skip
    for one in rows:
        assert list(one) == ROW + PAIRED
        assert 0 < one["p25"] <= one["p50"] <= one["p75"]
        ours = next(other for other in rows if other["case"] == one["case"] and other["impl"] == "pyhft")
        assert one["ratio"] == pytest.approx(one["p50"] / ours["p50"])
        assert one["paired_p25"] <= one["paired_p50"] <= one["paired_p75"]
    assert {"pyhft", "talib"} <= {one["impl"] for one in rows} <= {"pyhft", "talib", "talib bare"}
    table = capsys.readouterr().out.splitlines()
    assert len([line for line in table if not line.startswith("#")]) == 1 + len(rows)
    assert any("can be imported" in line for line in table)


def test_rows_on_standard_output_leave_the_table_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_sma("-") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["rows"]
    assert "sma 20" in shown.err


def test_a_peer_with_a_wrong_answer_is_named_and_has_no_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = pytest.importorskip("talib", reason="needs the TA-Lib wheel")
    right = theirs.SMA
    monkeypatch.setattr(theirs, "SMA", lambda x, period: right(x, period) * (1 + 1e-9))
    target = tmp_path / "rows.json"
    assert bench_sma(target, peers=["talib"]) == bench.DISAGREED
    content = json.loads(target.read_text())
    assert ("sma 20", "talib") not in {(one["case"], one["impl"]) for one in content["rows"]}
    assert {one["case"] for one in content["refused"]} == {
        "sma 20",
        "sma 20 out=",
        "sma 20, a call",
        "sma 20, a call out=",
    }
    assert "sma 20, n=64: talib has no row, its answer differs: at bar " in capsys.readouterr().out


def test_a_peer_that_is_not_installed_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(libraries, "imported", lambda name: None)
    assert bench_sma() == 0
    shown = capsys.readouterr().out
    assert shown.count("# no rows of talib: it isn't installed (pip install TA-Lib)") == 1
    assert "# peers: none" in shown
    assert "sma 20" in shown
    with pytest.raises(ph.ArgumentError, match=r"peer 'numba' can't be measured: .*pip install numba"):
        bench_sma(peers=["numba"])


def test_what_cannot_be_measured_is_refused_before_anything_is(tmp_path: Path) -> None:
    with pytest.raises(ph.ArgumentError, match="there is no suite 'weather'; name one of kernels, surface, queue, log"):
        bench.run(["weather"])
    with pytest.raises(ph.ArgumentError, match="there is no indicator 'weather'; name some of"):
        bench.run(only=["sma", "weather"])
    with pytest.raises(ph.ArgumentError, match="there is no peer 'weather'; name some of talib, numba"):
        bench.run(peers=["weather"])
    with pytest.raises(ph.ArgumentError, match="a size is 1; it must be from 2 to 100000000 bars"):
        bench.run(sizes=[1000, 1])
    with pytest.raises(ph.InputError, match=r"can't be written \(No such file or directory\)"):
        bench_sma(tmp_path / "no" / "file.json")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--sizes", "1000,many"], "'1000,many' must be whole numbers with commas between them"),
        (["--only", "sma,,ema"], "'sma,,ema' must be names with commas between them"),
        (["--sizes", "0"], "a size is 0"),
        (["--peers", "weather"], "there is no peer 'weather'"),
        (["--cpp", "kernels"], "(suites are named before --cpp)"),
    ],
)
def test_the_command_refuses_options_in_one_sentence(options: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pyhft", "bench", *options], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


# The goals and the surface


def test_the_surface_is_summed_up_by_the_geometric_mean() -> None:
    rows = [
        row("talib.A", "talib", 10, 1, 2.0),
        row("talib.B", "talib", 10, 1, 8.0),
        row("ema 12", "talib", 10, 1, 99.0),
    ]
    (summary,) = surface.summaries([*rows, row("talib.A", "pyhft", 10, 1, 1.0)])
    assert (summary.n, summary.functions, summary.slowest, summary.slowest_speedup) == (10, 2, "A", 2.0)
    assert summary.geometric_mean == pytest.approx(4.0)
    assert "slowest A: 2.00 times, which is 0.50 of TA-Lib's time" in str(summary)


def result_of(rows: list[Row], case: str, n: int, peer: str = "talib") -> goals.Result:
    every = goals.results(rows, frozenset({"talib"}))
    return next(one for one in every if (one.goal.case, one.goal.n, one.goal.peer) == (case, n, peer))


def test_a_goal_is_met_at_its_limit_and_missed_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goals.kernels, "isa", lambda: "avx512")
    assert result_of([], "ema 12", 1000).status == "not measured"
    assert result_of([row("ema 12", "talib", 1000, 1, 1 / 0.119)], "ema 12", 1000).status == "met"
    assert result_of([row("ema 12", "talib", 1000, 1, 1 / 0.121)], "ema 12", 1000).status == "missed"
    assert result_of([row("ema 12, a call", "pyhft", 100, 201.0)], "ema 12, a call", 100, "pyhft").status == "missed"
    assert result_of([row("ema 12, a call", "pyhft", 100, 199.0)], "ema 12, a call", 100, "pyhft").status == "met"
    mean = "all functions, geometric mean"
    assert result_of([row("talib.A", "talib", 1000, 1, 3.9)], mean, 1000).status == "missed"
    assert result_of([row("talib.A", "talib", 1000, 1, 4.1)], mean, 1000).status == "met"
    assert result_of([row("talib.A", "talib", 1000, 1, 0.9)], "all functions, slowest", 1000).status == "missed"


def test_avx2_alone_is_allowed_a_quarter_more(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row("ema 12", "talib", 1000, 1, 1 / 0.14)]
    monkeypatch.setattr(goals.kernels, "isa", lambda: "avx512")
    assert result_of(rows, "ema 12", 1000).status == "missed"
    monkeypatch.setattr(goals.kernels, "isa", lambda: "avx2")
    assert result_of(rows, "ema 12", 1000).status == "met"


def test_the_bare_goal_is_about_the_function_without_the_wrapper(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = [row("ema 12", "talib bare", 1000, 1, 1 / 0.15)]
    plain = [row("ema 12", "talib", 1000, 1, 1 / 0.15)]
    monkeypatch.setattr(libraries, "frames", lambda: ["pandas"])
    assert result_of(bare, "ema 12", 1000, "talib bare").status == "met"
    assert result_of(plain, "ema 12", 1000, "talib bare").status == "not measured"
    monkeypatch.setattr(libraries, "frames", list)
    assert result_of(plain, "ema 12", 1000, "talib bare").status == "met"


def test_every_goal_is_about_a_case_that_there_is() -> None:
    there = {(case.name, case.n) for case in kernels.cases(bench.SIZES, ALL, None, 2, quick=False)}
    for goal in goals.goals():
        if not goal.case.startswith("all functions") and "error at price" not in goal.case:
            name = goal.case.split()[0].rstrip(",").upper()
            assert (goal.case, goal.n) in there or name not in described(), goal


def test_goals_are_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "rows.json"
    bench_sma(target, goals=True)
    held = json.loads(target.read_text())["goals"]
    assert len(held) == len(goals.goals())
    assert {one["status"] for one in held} <= set(goals.STATUSES)
    assert f"# {len(held)} goals: " in capsys.readouterr().out


# The C++ program


def program(path: Path, text: str) -> str:
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_program_stands_beside_the_cases_that_it_has(tmp_path: Path) -> None:
    runs = [
        # Two items per iteration of 20 ns: a disturbance of 10 ns is not among them.
        {"run_type": "iteration", "real_time": 30.0, "cpu_time": 20.0, "items_per_second": 1e8},
        {"run_type": "aggregate", "real_time": 1.0, "cpu_time": 1.0, "items_per_second": 1.0},
        {"run_type": "iteration", "real_time": 32.0, "cpu_time": 20.0, "items_per_second": 1e8},
    ]
    asked = tmp_path / "asked"
    made = program(
        tmp_path / "bench_kernels",
        f"""import json, sys
if sys.argv[1] == "--benchmark_list_tests=true":
    print("sma 20 out=/64")
else:
    open({str(asked)!r}, "a").write(sys.argv[1] + chr(10))
    print(json.dumps({{"benchmarks": {runs!r}}}))
""",
    )
    target = tmp_path / "rows.json"
    bench_sma(target, cpp=made)
    assert asked.read_text() == "--benchmark_filter=^(sma 20 out=/64)$\n"
    (found,) = (one for one in json.loads(target.read_text())["rows"] if one["impl"] == "c++")
    assert (found["case"], found["n"], found["unit"]) == ("sma 20 out=", 64, "ns/bar")
    assert found["p50"] == pytest.approx(10.0)
    assert found["paired_p50"] is None


def test_several_threads_are_timed_by_the_wall_clock() -> None:
    run = {"run_type": "iteration", "real_time": 30.0, "cpu_time": 20.0, "items_per_second": 1e8}
    assert list(native._nanoseconds([run], 2)) == pytest.approx([15.0])
    assert list(native._nanoseconds([run], 1)) == pytest.approx([10.0])


def test_a_program_that_is_not_there_or_does_not_run_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ph.InputError, match=r"there is no such program: give the path .*or build it: cmake"):
        bench_sma(cpp=str(tmp_path / "none"))
    monkeypatch.setattr("pyhft.bench.native.__file__", str(tmp_path / "a" / "b" / "native.py"))
    with pytest.raises(ph.InputError, match=r"bench_kernels isn't built: cmake .*; make bench does it"):
        bench_sma(cpp="")
    with pytest.raises(ph.InputError, match=r"ended with status 3 \(no good\); build it anew"):
        bench_sma(cpp=program(tmp_path / "broken", "import sys\nsys.exit((print('no good', file=sys.stderr), 3)[1])"))
    (tmp_path / "plain").write_text("not a program")
    with pytest.raises(ph.InputError, match=r"can't be run \(Permission denied\); build it"):
        bench_sma(cpp=str(tmp_path / "plain"))


def test_the_google_benchmark_script_says_what_it_lacks() -> None:
    block = "import sys, runpy; sys.modules['google_benchmark'] = None; runpy.run_path(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", block, str(ROOT / "bench" / "python" / "bench_kernels.py")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "bench_kernels.py needs the package google-benchmark: pip install --group bench, or google-benchmark alone."
    )
