#!/usr/bin/env python3
"""Run the fuzz targets: every seed and every input once found, then new ones for a while.

What is learnt stays in build/fuzz/corpus. `make fuzz` calls it after the build; for some targets only:
`tests/fuzz/run.py --seconds 600 l3_books`.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "fuzz"
PROGRAMS = BUILD / "tests" / "fuzz"


def targets() -> list[str]:
    """Give the names of all that are built."""
    return sorted(path.name.removeprefix("fuzz_") for path in PROGRAMS.glob("fuzz_*") if os.access(path, os.X_OK))


def run(target: str, seconds: int, seed: int) -> tuple[bool, str]:
    """Fuzz one target; whether nothing was found, and a line or the whole output."""
    grown = BUILD / "corpus" / target
    crashes = BUILD / "crashes" / target
    for folder in (grown, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    seeds = [folder for kind in ("corpus", "found") if (folder := HERE / kind / target).is_dir()]
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        "-timeout=120",
        "-report_slow_units=120",
        "-max_len=4096",
        "-print_final_stats=1",
    ]
    command = [str(PROGRAMS / f"fuzz_{target}"), *options, f"-artifact_prefix={crashes}/", str(grown), *map(str, seeds)]
    # binutils' program tells the lines of a report: llvm's own is a large package more.
    environment = {"ASAN_OPTIONS": f"external_symbolizer_path={shutil.which('addr2line') or ''}", **os.environ}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        again = "\n".join(f"  {shlex.join([command[0], str(path)])}" for path in sorted(crashes.iterdir()))
        report = re.sub(r"^#\d+\s.*\n", "", done.stderr, flags=re.MULTILINE)  # without the tale of its progress
        return False, f"{report}\n{target}: something was found. To see it again:\n{again}"
    last = re.findall(r"#\d+\s+DONE.*", done.stderr)[-1]
    facts = dict(re.findall(r"(cov|ft|corp): (\S+)", last))
    executions = int(re.findall(r"number_of_executed_units: (\d+)", done.stderr)[-1])
    return True, f"{target:13} {executions:>12,} inputs, {facts['cov']:>5} edges, corpus {facts['corp']}"


def main() -> int:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for each target (600)")
    parser.add_argument(
        "--seed", type=int, default=0, help="the same one tries much the same inputs (0: another each time)"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at a time (one a core)")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all, where none is named")
    wanted = parser.parse_args()
    chosen = wanted.targets or targets()
    if unknown := set(chosen) - set(targets()):
        parser.error(f"no such target is built: {', '.join(sorted(unknown))}; there are {', '.join(targets())}")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(wanted.jobs) as pool:
        for fine, text in pool.map(lambda name: run(name, wanted.seconds, wanted.seed), chosen):
            print(text, flush=True)
            failed += not fine
    print(f"{len(chosen) - failed} fuzz targets found nothing, {failed} found something")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
