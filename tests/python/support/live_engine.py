"""A program: one engine run on a port; it says "ready" once the hot thread is there, and then its report as JSON.

Arguments: the name of the port, the limits of the run and the settings of the engine, both as JSON.
"""

from __future__ import annotations

import json
import sys

import pyhft as ph


def main() -> None:
    port, limits, settings = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
    told = False

    def ready(messages: int, share: float) -> None:
        nonlocal told
        if not told:
            print("ready", flush=True)
            told = True

    report = ph.Engine(port, log=None, **settings).run(progress=ready, **limits)
    print(json.dumps(report.to_dict()))


main()
