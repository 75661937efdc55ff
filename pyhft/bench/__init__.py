"""Side-by-side measurements on the reader's own machine.

A suite is a module of this package with a function ``cases()`` that yields `Case` objects: one piece of work, done by
pyhft and by whichever peers are installed. `run` measures suites, prints a table and writes the rows as JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json as json_format
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from pyhft.bench.harness import Case, Peer, Row, header, machine, measure, pinned
from pyhft.errors import ArgumentError, InputError

__all__ = ["SUITES", "Case", "Peer", "Row", "run"]

SUITES = ("kernels",)


def _cases(suites: list[str]) -> Iterator[Case]:
    for suite in suites:
        yield from importlib.import_module(f"pyhft.bench.{suite}").cases()


def _opened(path: str) -> contextlib.AbstractContextManager[TextIO]:
    """Open the file before anything is measured, so that a bad name costs no time."""
    if path == "-":
        return contextlib.nullcontext(sys.stdout)
    try:
        return Path(path).open("w", encoding="utf-8")
    except OSError as caught:
        raise InputError(
            f"bench: {path} can't be written ({caught.strerror}): name a file in a folder that is there and writable."
        ) from caught


def run(suites: list[str] | None = None, json: str | None = None, *, seconds_per_case: float = 1.5) -> int:
    """Measure suites and print a table.

    Parameters
    ----------
    suites : list of str, optional
        Names out of `SUITES`; all of them if left out.
    json : str, optional
        File for the rows; '-' is standard output, and the table goes to standard error then.
    seconds_per_case : float
        How long the implementations of one case are measured in all.

    Returns
    -------
    int
        0, the exit code of a command that ran to its end.

    Raises
    ------
    ArgumentError
        If there is no suite of that name.
    InputError
        If the file can't be written.
    """
    for suite in suites or ():
        if suite not in SUITES:
            raise ArgumentError(f"bench: there is no suite '{suite}'; name one of {', '.join(SUITES)}.")
    table: TextIO = sys.stderr if json == "-" else sys.stdout
    rows: list[Row] = []
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(_opened(json)) if json is not None else None
        about = machine(stack.enter_context(pinned()))
        print(header(about), file=table)
        print(Row.titles(), file=table, flush=True)
        absent: set[str] = set()
        for case in _cases(list(suites or SUITES)):
            for peer in case.peers:
                if peer.missing and peer.name not in absent:
                    absent.add(peer.name)
                    print(f"# no rows of {peer.name}: {peer.missing}", file=table)
            for row in measure(case, seconds_per_case):
                rows.append(row)
                print(row, file=table, flush=True)
        if target is not None:
            json_format.dump({"machine": about, "rows": [row.to_dict() for row in rows]}, target, indent=1)
            target.write("\n")
    return 0
