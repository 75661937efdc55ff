"""``pyhft bench``: measurements on this machine."""

from __future__ import annotations

import argparse

from pyhft.cli.arguments import Parser, whole_numbers, words


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
    measure = commands.add_parser(
        "bench",
        help="measure on this machine, beside peers",
        description="Measures the indicators beside whichever peers are installed, after comparing the answers. "
        "Suites: kernels (the default), surface (every function of pyhft.talib beside TA-Lib's), and the engine's "
        "parts: queue, log, arena, clock, network, book. Exit status 1 says that a peer's answer differed.",
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
    measure.add_argument("--json", metavar="FILE", help="write the rows as JSON; '-' is standard output")
    measure.set_defaults(run=_bench)


def _bench(options: argparse.Namespace) -> int:
    from pyhft import bench  # what it measures with is not needed by any other command

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
