"""Packets in, orders out, from Python: a synthetic trading day through feed, books, MACD alpha and risk gate."""

import tempfile
from pathlib import Path

import pyhft as ph

with tempfile.TemporaryDirectory() as folder:
    day = Path(folder) / "day.pcap"
    ph.generate.synthetic_day(day, seed=7, messages=100_000)

    report = ph.Engine(
        port=day,
        strategy=ph.Macd(fast=12, slow=26, signal=9, shares=100),
        risk=ph.Risk(position=200),
        orders=Path(folder) / "orders.pcap",
        log=Path(folder) / "trading.log",
    ).run()

print(report)
busiest = max(report.books, key=lambda name: report.books[name].bbo_changes)
print(f"\n{busiest} ended at {report.books[busiest].bid} / {report.books[busiest].ask}")
