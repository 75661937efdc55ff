"""A program: a port used directly, without an engine.

Its argument is a job as JSON: the name of a `port`, a capture to `send` (or none), whether its frames `come_back`, how
many frames to `receive` in each round, and a capture `to` write those of the last round to. It says "ready" when the
port is open; a line begins a round, and "done" ends it. At the end it says as JSON what the port counted, before and
after it was closed.
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
WINDOW = 128  # frames on the way to a peer that returns them; every ring holds more
PATIENCE_S = 5.0


def is_igmp(frame: bytes) -> bool:
    """Whether it is a switch that asks for groups, which it does whenever it likes."""
    return frame[12:14] == b"\x08\x00" and frame[23:24] == b"\x02"


def exchange(port: Any, out: list[bytes], expected: int, come_back: bool) -> list[bytes]:
    """Send in bursts, take what comes in between, and wait for the rest; nowhere is more on the way than has room."""
    came: list[bytes] = []
    sent = 0
    quiet_since = time.monotonic()
    while (sent < len(out) or len(came) < expected) and time.monotonic() - quiet_since < PATIENCE_S:
        most = min(BURST, WINDOW - (sent - len(came))) if come_back else BURST // 4
        some = port.send(out[sent : sent + most])
        sent += some
        with port.rx_burst() as frames:
            fresh = [frame for frame in map(bytes, frames) if not is_igmp(frame)]
        came += fresh
        some += len(fresh)
        if some:
            quiet_since = time.monotonic()
        if not come_back:
            time.sleep(0.001)
    assert sent == len(out), f"{sent} of {len(out)} were sent"
    return came


def wait_until_it_comes_back(port: Any) -> None:
    """Send until a peer that was away returns what it gets, and take all of it."""
    begin = time.monotonic()
    while time.monotonic() - begin < PATIENCE_S:
        port.send(b"\2" * 60)
        time.sleep(0.05)
        with port.rx_burst() as frames:
            if len(frames):
                break
    quiet = 0
    while quiet < 10:
        time.sleep(0.02)
        with port.rx_burst() as frames:
            quiet = 0 if len(frames) else quiet + 1


def main() -> None:
    job = json.loads(sys.argv[1])
    out = [frame for _, frame in read_pcap(Path(job["send"]).read_bytes())] if job["send"] else []
    came: list[bytes] = []
    with ph.open_port(job["port"]) as port:
        print("ready", flush=True)
        for number, expected in enumerate(job["receive"]):
            sys.stdin.readline()
            if number:
                wait_until_it_comes_back(port)
            came = exchange(port, out, expected, job["come_back"])
            print("done", flush=True)
        before = {"stats": port.stats(), "info": port.info(), "warnings": port.warnings()}
    Path(job["to"]).write_bytes(pcap(came))
    print(json.dumps({**before, "closed": port.stats()}))


main()
