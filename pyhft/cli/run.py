"""``pyhft run``: the engine over a file, a network or a synthetic day."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields

import pyhft
from pyhft.cli.arguments import Parser, add_settings, settings_of
from pyhft.cli.output import Progress, refuse_unwritable_json, write_json
from pyhft.config import Arenas, Hold, Macd, Recovery, Risk
from pyhft.engine import Engine, input_files, refuse_one_file_twice
from pyhft.errors import ArgumentError
from pyhft.network_port import NetworkPort
from pyhft.ports import FEEDS, as_port

INTERRUPTED = 130


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
    run = commands.add_parser(
        "run",
        help="run the engine over a file, a network, or a synthetic day",
        description="Packets in, orders out: port, feed, books, strategy, risk gate. Without INPUT it runs over a "
        "synthetic trading day of a million messages.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    run.add_argument(
        "input",
        nargs="?",
        metavar="INPUT",
        help="a pcap, pcapng or ITCH file, .gz too; udp:IP:PORT[@INTERFACE]; dpdk:DEVICE",
    )
    run.add_argument(
        "--line", action="append", default=[], metavar="PORT", help="another line of the same feed; may be repeated"
    )
    run.add_argument("--feed", choices=FEEDS, help="the feed; found from the content where it is not named")
    run.add_argument("--udp-port", type=int, metavar="N", help="only datagrams to this port are the feed's")
    run.add_argument("--orders", metavar="FILE", help="write the frames of the orders to this pcap")
    run.add_argument("--order-destination", metavar="IP:PORT", help="where orders go (a file's: to 10.0.0.2:26400)")
    run.add_argument("--packets", type=int, metavar="N", help="end after so many packets")
    run.add_argument("--seconds", type=float, metavar="S", help="end after so long")
    run.add_argument("--idle", type=float, metavar="S", help="end when nothing was received for so long")
    run.add_argument("--log", default="trading.log", metavar="FILE", help="the log, appended to; 'none' for none")
    run.add_argument("--json", metavar="FILE", help="write the report as JSON; '-' is standard output")
    run.add_argument("--digests", action="store_true", help="add the digests of every book; reads the input twice")
    run.add_argument("--hot-core", type=int, metavar="N", help="core of the hot thread (default: the first allowed)")
    run.add_argument("--log-core", type=int, metavar="N", help="core of the log thread (default: the second allowed)")
    run.add_argument("--strategy", default="macd", help="a built-in strategy by name")
    add_settings(run.add_argument_group("lines of a feed"), Hold, "hold-")
    recovery = run.add_argument_group("recovery of gaps")
    recovery.add_argument("--recovery", metavar="udp:IP:PORT", help="ask this server for what no line brought")
    add_settings(recovery, Recovery, "recovery-")
    add_settings(run.add_argument_group("strategy macd"), Macd)
    add_settings(run.add_argument_group("risk gate"), Risk)
    add_settings(run.add_argument_group("arenas, in slots"), Arenas, "arena-")
    run.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Named first, so that an unknown name is refused as one.
    strategy = options.strategy if options.strategy != "macd" else Macd(**settings_of(options, Macd))
    if options.line and options.input is None:
        raise ArgumentError("--line is given without INPUT; name the first line there.")
    lines = [as_port(name) for name in (options.input, *options.line) if name is not None]
    recovery = settings_of(options, Recovery, "recovery_")
    if options.recovery is None:
        for setting in fields(Recovery):
            if setting.metadata and recovery[setting.name] != setting.default:
                option = f"--recovery-{setting.name.replace('_', '-')}"
                raise ArgumentError(f"{option} is given without --recovery; name the server there.")
    engine = Engine(
        lines or None,
        feed=options.feed,
        strategy=strategy,
        risk=settings_of(options, Risk),
        arenas=settings_of(options, Arenas, "arena_"),
        orders=options.orders,
        cores={"hot": options.hot_core, "log": options.log_core},
        log=None if options.log == "none" else options.log,
        udp_port=options.udp_port,
        hold=settings_of(options, Hold, "hold_"),
        recovery=None if options.recovery is None else {"server": options.recovery, **recovery},
        order_destination=options.order_destination,
    )
    refuse_one_file_twice(
        {
            **input_files(lines),
            "orders": options.orders or "",
            "log": options.log,
            "json": options.json or "",
        }
    )
    refuse_unwritable_json(options.json)
    out = sys.stderr if options.json == "-" else sys.stdout
    print(f"pyhft {pyhft.__version__}: {options.input or 'a synthetic trading day'} ...", file=sys.stderr, flush=True)
    with Progress(sys.stderr, live=bool(lines) and isinstance(lines[0], NetworkPort)) as progress:
        report = engine.run(
            digests=options.digests,
            progress=progress,
            packets=options.packets,
            seconds=options.seconds,
            idle=options.idle,
        )
    print(report, file=out, flush=True)
    if options.json is not None:
        write_json(options.json, report.to_dict())
    return INTERRUPTED if any(w.startswith("stopped by the user") for w in report.warnings) else 0
