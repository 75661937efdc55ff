"""``pyhft doctor``: the host, or a port, looked over."""

from __future__ import annotations

import argparse

from pyhft import doctor, jitter
from pyhft._core import threads
from pyhft.cli.arguments import Parser
from pyhft.cli.output import refuse_unwritable_json, write_json
from pyhft.errors import ArgumentError


def add_command(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to those of the parser."""
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


def _doctor(options: argparse.Namespace) -> int:
    refuse_unwritable_json(options.json)
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
        write_json(options.json, report)
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
        write_json(options.json, {"fit": fit, "findings": [finding.to_dict() for finding in findings]})
    if options.json != "-":
        print("\n".join(map(str, findings)))
    return 0 if fit else 1


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    longest = 3600.0
    if not 0.0 < seconds <= longest:
        raise argparse.ArgumentTypeError(f"'{text}' must be a number of seconds, above 0 and at most 3600")
    return seconds
