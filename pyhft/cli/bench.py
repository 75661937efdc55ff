"""``pyhft bench``: measurements on this machine."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from pyhft.cli.arguments import Parser, whole_numbers, words
from pyhft.cli.output import refuse_unwritable_json, write_json
from pyhft.errors import ArgumentError


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
    measure = commands.add_parser(
        "bench",
        help="measure on this machine, beside peers",
        description="Measures the indicators beside whichever peers are installed, after comparing the answers. "
        "Suites: kernels (the default), surface (every function of pyhft.talib beside TA-Lib's), and the engine's "
        "parts: queue, log, arena, clock, network, book; techniques holds what was claimed of kernel bypass, logging "
        "and pre-allocation against them. Exit status 1 says that a peer's answer differed.",
    )
    measure.add_argument("suite", nargs="*", metavar="SUITE", help="what to measure: kernels, surface, queue, log ...")
    measure.add_argument("--all", action="store_true", help="all suites")
    measure.add_argument("--only", type=words, metavar="NAME,...", help="only these indicators")
    measure.add_argument("--sizes", type=whole_numbers, metavar="N,...", help="bars (default: 1000,100000,10000000)")
    measure.add_argument("--peers", type=words, metavar="NAME,...", help="only beside these (default: all installed)")
    measure.add_argument("--quick", action="store_true", help="smaller and fewer: a first look in a minute or two")
    measure.add_argument("--goals", action="store_true", help="hold the figures against the project's goals")
    measure.add_argument(
        "--cpp", nargs="?", const="", metavar="PATH", help="add a column without Python, from the built bench_kernels"
    )
    measure.add_argument(
        "--day",
        nargs="?",
        type=int,
        const=50_000_000,
        metavar="MESSAGES",
        help="instead, replay a whole generated day into books (default: 50000000), and tell the memory that it took",
    )
    measure.add_argument("--json", metavar="FILE", help="write the rows as JSON; '-' is standard output")
    measure.set_defaults(run=_bench)


def _bench(options: argparse.Namespace) -> int:
    from pyhft import bench  # what it measures with is not needed by any other command

    if options.day is not None:
        return _bench_day(options)
    return bench.run(
        bench.SUITES if options.all else options.suite or None,
        options.json,
        only=options.only,
        sizes=options.sizes,
        peers=options.peers,
        quick=options.quick,
        goals=options.goals,
        cpp=options.cpp,
    )


def _bench_day(options: argparse.Namespace) -> int:
    from pyhft.bench import day

    if options.all or set(options.suite) - {"book"}:
        raise ArgumentError("--day is a measurement of books by itself: leave other suites out.")
    refuse_unwritable_json(options.json)
    replayed = day.replay(options.day)
    if options.json is not None:
        write_json(options.json, asdict(replayed))
    if options.json != "-":
        print(replayed)
    return 0
