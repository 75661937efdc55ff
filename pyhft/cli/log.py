"""``pyhft log``: a binary log as text."""

from __future__ import annotations

import argparse
import sys

from pyhft.cli.arguments import Parser
from pyhft.log import LEVELS, decode


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
    read = commands.add_parser(
        "log",
        help="decode a binary log",
        description="Decode a log that was written with the binary sink, to standard output. What is damaged or cut "
        "off is passed over and said on standard error; exit status 1 then.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    read.add_argument("file", metavar="FILE", help="the log")
    read.add_argument("--json", action="store_true", help="an object a line instead of text")
    read.add_argument("--level", choices=LEVELS, default="trace", help="only this level and those above")
    read.set_defaults(run=_log)


def _log(options: argparse.Namespace) -> int:
    found = decode(options.file, sys.stdout.buffer.write, json=options.json, level=options.level)
    sys.stdout.flush()
    for offset, size, reason in found["damages"]:
        print(
            f"pyhft log: {size:,} bytes at {offset:,} are damaged ({reason}); they were passed over.", file=sys.stderr
        )
    if found["undefined_records"]:
        print(
            f"pyhft log: {found['undefined_records']:,} records are whole, but their formats are in a damaged part.",
            file=sys.stderr,
        )
    if found["missing"]:
        print(f"pyhft log: {found['missing']:,} records are missing: dropped, or in a damaged part.", file=sys.stderr)
    return 1 if found["damages"] or found["undefined_records"] else 0
