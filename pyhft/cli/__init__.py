"""The command ``pyhft``, with a module for each of its commands.

What it can't do ends with one sentence on standard error and exit status 2.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import pyhft
from pyhft.cli import bench, convert, doctor, generate, log, run, venue
from pyhft.cli.arguments import REFUSED, Parser
from pyhft.cli.run import INTERRUPTED
from pyhft.errors import Error

__all__ = ["REFUSED", "main"]


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
        work: Callable[[argparse.Namespace], int] = options.run
        status = work(options)
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


def _parser() -> Parser:
    parser = Parser(prog="pyhft", description=pyhft.__doc__)
    parser.add_argument("--version", action="version", version=f"pyhft {pyhft.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for command in (run, generate, bench, doctor, log, convert, venue):
        command.add_command(commands)
    return parser


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
