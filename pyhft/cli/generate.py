"""``pyhft generate``: a synthetic day as a capture."""

from __future__ import annotations

import argparse

from pyhft import generate
from pyhft.cli.arguments import Parser


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
    make = commands.add_parser(
        "generate",
        help="write a synthetic trading day",
        description="A seeded trading day of ITCH 5.0 in MoldUDP64 as a capture; the same seed gives the same bytes.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    make.add_argument("output", metavar="FILE", help="the capture to write")
    make.add_argument("--seed", type=int, default=generate.DEFAULT_SEED, metavar="N", help="of the day")
    make.add_argument("--messages", type=int, default=generate.DEFAULT_MESSAGES, metavar="N", help="in the whole day")
    make.add_argument("--symbols", type=int, default=generate.DEFAULT_SYMBOLS, metavar="N", help="that are traded")
    make.set_defaults(run=_generate)


def _generate(options: argparse.Namespace) -> int:
    day = generate.synthetic_day(options.output, seed=options.seed, messages=options.messages, symbols=options.symbols)
    print(day)
    return 0
