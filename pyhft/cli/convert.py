"""``pyhft convert``: the messages of a file as Parquet."""

from __future__ import annotations

import argparse
import sys

from pyhft.cli.arguments import Parser, words
from pyhft.ports import FEEDS


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
    convert = commands.add_parser(
        "convert",
        help="write the messages of a capture to Parquet",
        description="Write the messages of a file to Parquet, a million at a time; needs the extra pyhft[arrow]. "
        "OUTPUT is one table of all messages in the order of the file, with null where a message has no such field; "
        "of one type where --type names one. A folder, or a name that ends with '/', gets a file for each type.",
    )
    convert.add_argument("input", metavar="INPUT", help="a pcap, pcapng or ITCH file, .gz too")
    convert.add_argument("output", metavar="OUTPUT", help="the Parquet file, or a folder")
    convert.add_argument("--type", type=words, metavar="T,...", help="only messages of these types, such as A,F")
    convert.add_argument("--feed", choices=FEEDS, help="the feed; found from the content where it is not named")
    convert.add_argument("--udp-port", type=int, metavar="N", help="only datagrams to this port are the feed's")
    convert.set_defaults(run=_convert)


def _convert(options: argparse.Namespace) -> int:
    from pyhft import arrow  # needs pyarrow, which no other command does

    rows, warnings = arrow.convert(
        options.input, options.output, types=options.type, feed=options.feed, udp_port=options.udp_port
    )
    for text in warnings:
        print(f"pyhft convert: {text}", file=sys.stderr)
    for path, count in rows.items():
        print(f"{path}: {count:,} rows")
    return 0
