"""A program: a port used directly, without an engine.

Its argument is a job as JSON: the name of a `port`, a capture to `send` (or none), how many frames to `receive`, and a capture
`to` write them to. It says "ready" when the port is open and begins when told so by a line; at the end it says as JSON
what the port counted, before and after it was closed.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from packets import pcap, read_pcap

import pyhft as ph

BURST = 32
PATIENCE_S = 10.0


def exchange(port: Any, out: list[bytes], expected: int) -> list[bytes]:
    """Send in bursts, take what comes in between, and wait for the rest; in pieces that every ring has room for."""
    came: list[bytes] = []
    sent = 0
    quiet_since = time.monotonic()
    while (sent < len(out) or len(came) < expected) and time.monotonic() - quiet_since < PATIENCE_S:
        some = port.send(out[sent : sent + BURST]) if sent < len(out) else 0
        sent += some
        with port.rx_burst() as frames:
            came += [bytes(frames[i]) for i in range(len(frames))]
            some += len(frames)
        if some:
            quiet_since = time.monotonic()
        time.sleep(0.0003)
    assert sent == len(out), f"{sent} of {len(out)} were sent"
    return came


def main() -> None:
    job = json.loads(sys.argv[1])
    out = [frame for _, frame in read_pcap(Path(job["send"]).read_bytes())] if job.get("send") else []
    with ph.open_port(job["port"]) as port:
        print("ready", flush=True)
        sys.stdin.readline()
        came = exchange(port, out, job["receive"])
        before = {"stats": port.stats(), "info": port.info(), "warnings": port.warnings()}
    Path(job["to"]).write_bytes(pcap(came))
    print(json.dumps({**before, "closed": port.stats()}))


main()
