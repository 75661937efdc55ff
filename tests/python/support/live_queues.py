"""A program: two engines, one on each of the two queues of a port. Arguments and output are those of live_engine.py."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

import pyhft as ph


def main() -> None:
    name, limits, settings = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
    polling = threading.Barrier(2, action=lambda: print("ready", flush=True))
    reports: list[Any] = [None, None]

    def run(number: int, port: Any) -> None:
        told = False

        def progress(messages: int, share: float) -> None:
            nonlocal told
            if not told:
                told = True
                polling.wait(20)

        reports[number] = ph.Engine(port, log=None, **settings).run(progress=progress, **limits).to_dict()

    with ph.open_port(name) as port:
        threads = [threading.Thread(target=run, args=(number, port.queue(number))) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(json.dumps(reports))


main()
