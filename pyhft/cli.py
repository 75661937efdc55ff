"""The command ``pyhft``. What it can't do ends with one sentence on standard error and exit status 2."""

from __future__ import annotations

import argparse
import contextlib
import inspect
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self, TextIO

import pyhft
from pyhft import doctor, generate, jitter
from pyhft._core import threads
from pyhft.config import Arenas, Hold, Macd, Recovery, Risk
from pyhft.engine import Engine, input_files, refuse_one_file_twice
from pyhft.errors import ArgumentError, Error, InputError
from pyhft.log import LEVELS, decode
from pyhft.network_port import NetworkPort
from pyhft.ports import FEEDS, as_port
from pyhft.venue import Venue

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = ["main"]

REFUSED = 2
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """One sentence instead of a page of usage where an argument is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"{self.prog}: {message}; see '{self.prog} --help'.\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Help and version are written, or that they can't be is said: argparse's own says nothing."""
        if file is None:
            super()._print_message(message, file)  # standard error, or no output at all
        else:
            file.write(message)
            sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status: 0, 2 where something was refused, 130 where the user broke in."""
    who = "pyhft"
    try:
        options = _parser().parse_args(arguments)
        who = f"pyhft {options.command}"
        if sys.stdout is None:
            print(f"{who}: standard output is closed; open it, or redirect it to a file.", file=sys.stderr)
            return REFUSED
        signal.signal(signal.SIGTERM, _interrupt)
        if options.command != "doctor":
            pyhft.isa()  # an impossible PYHFT_ISA is refused before anything starts
        run: Callable[[argparse.Namespace], int] = options.run
        status = run(options)
        sys.stdout.flush()  # what can't be written is told here, and not by Python at its exit
        return status
    except Error as refused:
        print(f"{who}: {refused}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(f"{who}: stopped by the user.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell. Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as cause:  # what we print can't be written
        with contextlib.suppress(OSError, ValueError):
            print(f"{who}: can't write what it has to say: {cause.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return REFUSED


def _parser() -> _Parser:
    parser = _Parser(prog="pyhft", description=pyhft.__doc__)
    parser.add_argument("--version", action="version", version=f"pyhft {pyhft.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

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
    _add_settings(run.add_argument_group("lines of a feed"), Hold, "hold-")
    recovery = run.add_argument_group("recovery of gaps")
    recovery.add_argument("--recovery", metavar="udp:IP:PORT", help="ask this server for what no line brought")
    _add_settings(recovery, Recovery, "recovery-")
    _add_settings(run.add_argument_group("strategy macd"), Macd)
    _add_settings(run.add_argument_group("risk gate"), Risk)
    _add_settings(run.add_argument_group("arenas, in slots"), Arenas, "arena-")
    run.set_defaults(run=_run)

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

    measure = commands.add_parser(
        "bench",
        help="measure on this machine, beside peers",
        description="Measures the indicators beside whichever peers are installed, after comparing the answers. "
        "Suites: kernels (the default), surface (every function of pyhft.talib beside TA-Lib's), and the engine's "
        "parts: queue, log, arena, clock, network, book. Exit status 1 says that a peer's answer differed.",
    )
    measure.add_argument("suite", nargs="*", metavar="SUITE", help="what to measure: kernels, surface, queue, log ...")
    measure.add_argument("--all", action="store_true", help="all suites")
    measure.add_argument("--only", type=_words, metavar="NAME,...", help="only these indicators")
    measure.add_argument("--sizes", type=_whole_numbers, metavar="N,...", help="bars (default: 1000,100000,10000000)")
    measure.add_argument("--peers", type=_words, metavar="NAME,...", help="only beside these (default: all installed)")
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

    check = commands.add_parser(
        "doctor",
        help="look over this host and say what would mend it",
        description="What this host gives the engine. Exit status 1 says that it isn't fit for live trading.",
    )
    check.add_argument(
        "subject",
        nargs="*",
        metavar="port NAME",
        help="try this port instead: open it, listen for a second, and tell what is seen",
    )
    check.add_argument(
        "--jitter",
        type=_seconds,
        metavar="S",
        help="spin on every core for S seconds and show when it was taken away",
    )
    check.add_argument(
        "--priority", type=int, metavar="P", help="spin once more under SCHED_FIFO, 1 to 99, and show the difference"
    )
    check.add_argument("--json", metavar="FILE", help="write the findings as JSON; '-' is standard output")
    check.set_defaults(run=_doctor)
    _add_log_command(commands)
    _add_convert_command(commands)
    _add_venue_command(commands)
    return parser


def _add_log_command(commands: argparse._SubParsersAction[_Parser]) -> None:
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


def _add_convert_command(commands: argparse._SubParsersAction[_Parser]) -> None:
    convert = commands.add_parser(
        "convert",
        help="write the messages of a capture to Parquet",
        description="Write the messages of a file to Parquet, a million at a time; needs the extra pyhft[arrow]. "
        "OUTPUT is one table of all messages in the order of the file, with null where a message has no such field; "
        "of one type where --type names one. A folder, or a name that ends with '/', gets a file for each type.",
    )
    convert.add_argument("input", metavar="INPUT", help="a pcap, pcapng or ITCH file, .gz too")
    convert.add_argument("output", metavar="OUTPUT", help="the Parquet file, or a folder")
    convert.add_argument("--type", type=_words, metavar="T,...", help="only messages of these types, such as A,F")
    convert.add_argument("--feed", choices=FEEDS, help="the feed; found from the content where it is not named")
    convert.add_argument("--udp-port", type=int, metavar="N", help="only datagrams to this port are the feed's")
    convert.set_defaults(run=_convert)


def _add_venue_command(commands: argparse._SubParsersAction[_Parser]) -> None:
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
    with _Progress(sys.stderr) as progress, contextlib.suppress(KeyboardInterrupt), venue:
        while not venue.wait(seconds_between_looks):
            published = venue.counters()["published"]
            progress(published, published / venue.messages)
    counters = venue.counters()
    if options.json is not None:
        _write_json(options.json, {"addresses": venue.addresses, "messages": venue.messages, **counters})
    if options.json != "-":
        print(f"published    {counters['published']:,} of {venue.messages:,} messages")
        named = [(f"line {letter}", of) for letter, of in zip("AB", counters["lines"], strict=False)]
        for title, of in [*named, ("requests", counters.get("requests", {}))]:
            if of:
                print(f"{title:<12} " + ", ".join(f"{name} {count:,}" for name, count in of.items()))
    return 0


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


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    longest = 3600.0
    if not 0.0 < seconds <= longest:
        raise argparse.ArgumentTypeError(f"'{text}' must be a number of seconds, above 0 and at most 3600")
    return seconds


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if not all(words):
        raise argparse.ArgumentTypeError(f"'{text}' must be names with commas between them")
    return words


def _whole_numbers(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' must be whole numbers with commas between them") from None


def _one_or_each(text: str) -> float | list[float]:
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' must be a number, or numbers with commas between them") from None
    return numbers[0] if len(numbers) == 1 else numbers


def _one_whole_or_each(text: str) -> int | list[int]:
    numbers = _whole_numbers(text)
    return numbers[0] if len(numbers) == 1 else numbers


# What the command has of the settings of a venue; the limits are checked there.
_VENUE_SETTINGS: dict[str, tuple[Callable[[str], Any], str, str]] = {
    "packets_per_second": (float, "N", "of line A; inf is as fast as can be (20,000 where neither is given)"),
    "speed": (float, "X", "at the captured times instead, so many times as fast"),
    "loss": (_one_or_each, "V", "share of the packets that are lost"),
    "loss_burst": (_one_or_each, "V", "how many in a row, on average"),
    "duplicates": (_one_or_each, "V", "share of the packets that come twice"),
    "reordered": (_one_or_each, "V", "share of the packets that others pass"),
    "reorder_depth": (_one_whole_or_each, "V", "how many pass one, at most"),
    "delay": (_one_or_each, "V", "seconds until a packet leaves"),
    "packet_messages": (_one_whole_or_each, "V", "a packet has 1 to so many messages"),
    "packet_bytes": (_one_whole_or_each, "V", "of a packet, at most"),
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


def _add_settings(
    parser: argparse._ArgumentGroup, group: type[Hold | Macd | Recovery | Risk | Arenas], prefix: str = ""
) -> None:
    """Give every setting of a group an option of the same name; values are checked where the group checks them."""
    for setting in fields(group):
        if not setting.metadata:  # it has an option of another name
            continue
        name = "--" + prefix + setting.name.replace("_", "-")
        if setting.default is False:
            parser.add_argument(name, action="store_true", help=setting.metadata["help"])
        elif "choices" in setting.metadata:
            parser.add_argument(name, default=setting.default, **setting.metadata)
        else:
            parser.add_argument(name, type=int, default=setting.default, metavar="N", help=setting.metadata["help"])


def _settings_of(
    options: argparse.Namespace, group: type[Hold | Macd | Recovery | Risk | Arenas], prefix: str = ""
) -> dict[str, Any]:
    return {setting.name: getattr(options, prefix + setting.name) for setting in fields(group) if setting.metadata}


def _run(options: argparse.Namespace) -> int:
    # Named first, so that an unknown name is refused as one.
    strategy = options.strategy if options.strategy != "macd" else Macd(**_settings_of(options, Macd))
    if options.line and options.input is None:
        raise ArgumentError("--line is given without INPUT; name the first line there.")
    lines = [as_port(name) for name in (options.input, *options.line) if name is not None]
    recovery = _settings_of(options, Recovery, "recovery_")
    if options.recovery is None:
        for setting in fields(Recovery):
            if setting.metadata and recovery[setting.name] != setting.default:
                option = f"--recovery-{setting.name.replace('_', '-')}"
                raise ArgumentError(f"{option} is given without --recovery; name the server there.")
    engine = Engine(
        lines or None,
        feed=options.feed,
        strategy=strategy,
        risk=_settings_of(options, Risk),
        arenas=_settings_of(options, Arenas, "arena_"),
        orders=options.orders,
        cores={"hot": options.hot_core, "log": options.log_core},
        log=None if options.log == "none" else options.log,
        udp_port=options.udp_port,
        hold=_settings_of(options, Hold, "hold_"),
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
    if options.json not in (None, "-") and not Path(options.json).parent.is_dir():
        raise InputError(f"can't write '{options.json}': there is no such folder; give another path.")
    out = sys.stderr if options.json == "-" else sys.stdout
    print(f"pyhft {pyhft.__version__}: {options.input or 'a synthetic trading day'} ...", file=sys.stderr, flush=True)
    with _Progress(sys.stderr, live=bool(lines) and isinstance(lines[0], NetworkPort)) as progress:
        report = engine.run(
            digests=options.digests,
            progress=progress,
            packets=options.packets,
            seconds=options.seconds,
            idle=options.idle,
        )
    print(report, file=out, flush=True)
    if options.json is not None:
        _write_json(options.json, report.to_dict())
    return INTERRUPTED if any(w.startswith("stopped by the user") for w in report.warnings) else 0


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _generate(options: argparse.Namespace) -> int:
    day = generate.synthetic_day(options.output, seed=options.seed, messages=options.messages, symbols=options.symbols)
    print(day)
    return 0


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
    replayed = day.replay(options.day)
    if options.json is not None:
        _write_json(options.json, asdict(replayed))
    if options.json != "-":
        print(replayed)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    if options.subject:
        return _doctor_port(options)
    if options.priority is not None and options.jitter is None:
        raise ArgumentError("--priority is that of the jitter meter: give --jitter, too.")
    if options.priority is not None:
        threads.check_placement(threads.allowed_cores()[0], "gap_meter", options.priority)  # before anything takes time
    findings = doctor.examine()
    fit = doctor.is_fit(findings)
    ordinary = [] if options.jitter is None else jitter.watch_gaps(options.jitter)
    urgent = [] if options.priority is None else jitter.watch_gaps(options.jitter, priority=options.priority)
    gaps = [*ordinary, *urgent]
    if options.json is not None:
        report = {"fit": fit, "findings": [finding.to_dict() for finding in findings]}
        if gaps:
            report["jitter"] = [core.to_dict() for core in gaps]
        _write_json(options.json, report)
    if options.json != "-":
        print("\n".join(map(str, [*findings, *gaps, *map(jitter.difference, ordinary, urgent)])))
        print("Fit for live trading." if fit else "Not fit for live trading: see what failed.")
    return 0 if fit else 1


def _doctor_port(options: argparse.Namespace) -> int:
    subject, *names = options.subject
    if subject != "port" or len(names) != 1:
        raise ArgumentError(
            f"'{' '.join(options.subject)}' is nothing to look at; write 'port NAME', such as port dpdk:net_ring0."
        )
    if options.jitter is not None or options.priority is not None:
        raise ArgumentError("--jitter and --priority are about the host: leave them out where a port is tried.")
    findings = doctor.examine_port(names[0])
    fit = doctor.is_fit(findings)
    if options.json is not None:
        _write_json(options.json, {"fit": fit, "findings": [finding.to_dict() for finding in findings]})
    if options.json != "-":
        print("\n".join(map(str, findings)))
    return 0 if fit else 1


def _write_json(path: str, value: object) -> None:
    text = json.dumps(value, indent=2) + "\n"
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as cause:
        raise InputError(f"can't write '{path}': {cause.strerror}; give another path.") from None


class _Progress:
    """A bar on a terminal, a count where there is no end; elsewhere a plain line every other second."""

    _BAR = 40
    _SECONDS_BETWEEN_LINES = 2.0

    def __init__(self, out: TextIO, *, live: bool = False) -> None:
        self._out = out
        self._live = live
        self._bar = out.isatty()
        self._started = self._last_line = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            self._out.write("\r\033[K")
            self._out.flush()

    def __call__(self, messages: int, share: float) -> None:
        now = time.monotonic()
        if self._bar:
            done = int(share * self._BAR)
            bar = "" if self._live else f"[{'#' * done}{'.' * (self._BAR - done)}] {share:4.0%}  "
            self._out.write(f"\r{bar}{messages:,} messages")
            self._drawn = True
        elif now - self._last_line >= self._SECONDS_BETWEEN_LINES:
            self._last_line = now
            part = "" if self._live else f"{share:.0%} "
            self._out.write(f"{part}after {now - self._started:.0f} s, {messages:,} messages\n")
        self._out.flush()
