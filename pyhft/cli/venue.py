"""``pyhft venue``: a day published as an exchange does."""

from __future__ import annotations

import argparse
import contextlib
import inspect
import sys
from collections.abc import Callable
from typing import Any

from pyhft import generate
from pyhft.cli.arguments import Parser, one_or_each, one_whole_or_each
from pyhft.cli.output import Progress, refuse_unwritable_json, write_json
from pyhft.errors import ArgumentError
from pyhft.venue import Venue

# What the command has of the settings of a venue; the limits are checked there.
_VENUE_SETTINGS: dict[str, tuple[Callable[[str], Any], str, str]] = {
    "packets_per_second": (float, "N", "of line A; inf is as fast as can be (20,000 where neither is given)"),
    "speed": (float, "X", "at the captured times instead, so many times as fast"),
    "loss": (one_or_each, "V", "share of the packets that are lost"),
    "loss_burst": (one_or_each, "V", "how many in a row, on average"),
    "duplicates": (one_or_each, "V", "share of the packets that come twice"),
    "reordered": (one_or_each, "V", "share of the packets that others pass"),
    "reorder_depth": (one_whole_or_each, "V", "how many pass one, at most"),
    "delay": (one_or_each, "V", "seconds until a packet leaves"),
    "packet_messages": (one_whole_or_each, "V", "a packet has 1 to so many messages"),
    "packet_bytes": (one_whole_or_each, "V", "of a packet, at most"),
    "heartbeat": (float, "S", "seconds without a packet before a heartbeat"),
    "pre_open": (float, "S", "seconds of heartbeats before the first message"),
    "end_of_session": (float, "S", "seconds for which the end is told and requests are answered"),
    "session": (str, "NAME", "ten characters"),
    "seed": (int, "N", "of packing, losses and all the rest"),
    "answer_bytes": (int, "N", "of an answer, at most"),
    "answers_per_second": (int, "N", "at most"),
    "request_loss": (float, "F", "share of the requests that are lost"),
    "answer_loss": (float, "F", "share of the answers that are lost"),
    "udp_port": (int, "N", "of a capture only datagrams to this port"),
}


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
    play = commands.add_parser(
        "venue",
        help="publish a day over UDP, as an exchange does, and answer requests",
        description="Publishes the messages of a file, or of a synthetic day, as MoldUDP64 on one or two lines, with "
        "what goes wrong on their way, and answers requests for what was missed; until the day is over, or Ctrl-C. "
        "V is one value for both lines, or one for each, such as 0.01,0.02.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    play.add_argument("day", nargs="?", metavar="INPUT", help="a pcap, pcapng or ITCH file, .gz too")
    play.add_argument(
        "--line", action="append", default=[], metavar="udp:IP:PORT[@IF]", help="where a line is sent; twice for two"
    )
    play.add_argument("--requests", metavar="udp:IP:PORT", help="where requests are answered; port 0: any that is free")
    defaults = inspect.signature(Venue).parameters
    for name, (kind, metavar, text) in _VENUE_SETTINGS.items():
        option = "--" + name.replace("_", "-")
        play.add_argument(option, type=kind, default=defaults[name].default, metavar=metavar, help=text)
    play.add_argument("--day-seed", type=int, default=generate.DEFAULT_SEED, metavar="N", help="of a synthetic day")
    play.add_argument("--messages", type=int, default=generate.DEFAULT_MESSAGES, metavar="N", help="in a synthetic day")
    play.add_argument("--symbols", type=int, default=generate.DEFAULT_SYMBOLS, metavar="N", help="of a synthetic day")
    play.add_argument("--json", metavar="FILE", help="write the counters as JSON; '-' is standard output")
    play.set_defaults(run=_venue)


def _venue(options: argparse.Namespace) -> int:
    if not options.line:
        raise ArgumentError("no line is named; give --line udp:IP:PORT, once or twice.")
    refuse_unwritable_json(options.json)
    synthetic = {"seed": options.day_seed, "messages": options.messages, "symbols": options.symbols}
    venue = Venue(
        synthetic if options.day is None else options.day,
        lines=options.line,
        requests=options.requests,
        **{name: getattr(options, name) for name in _VENUE_SETTINGS},
    )
    for text in venue.warnings:
        print(f"pyhft venue: {text}", file=sys.stderr)
    places = [f"line {letter} to {name}" for letter, name in zip("AB", venue.addresses["lines"], strict=False)]
    if options.requests is not None:
        places.append(f"requests at {venue.addresses['requests']}")
    print(f"pyhft venue: {venue.messages:,} messages; {', '.join(places)} ...", file=sys.stderr, flush=True)
    seconds_between_looks = 0.1
    with Progress(sys.stderr) as progress, contextlib.suppress(KeyboardInterrupt), venue:
        while not venue.wait(seconds_between_looks):
            published = venue.counters()["published"]
            progress(published, published / venue.messages)
    counters = venue.counters()
    if options.json is not None:
        write_json(options.json, {"addresses": venue.addresses, "messages": venue.messages, **counters})
    if options.json != "-":
        print(f"published    {counters['published']:,} of {venue.messages:,} messages")
        named = [(f"line {letter}", of) for letter, of in zip("AB", counters["lines"], strict=False)]
        for title, of in [*named, ("requests", counters.get("requests", {}))]:
            if of:
                print(f"{title:<12} " + ", ".join(f"{name} {count:,}" for name, count in of.items()))
    return 0
