"""The cases of ``pyhft bench kernels`` under Google Benchmark: pyhft and TA-Lib, one after the other.

    pip install --group bench
    taskset -c 1 python bench/python/bench_kernels.py --benchmark_filter='ema 12/'

Google Benchmark finishes one implementation before it begins the next: for ratios, take `pyhft bench`, which lets them
take turns; for repetitions, aggregates and comparisons of two builds, this. Names are those of the C++ program,
bench/cpp/bench_kernels.cpp, with the implementation at their end.
"""

import functools
import os
import sys

try:
    import google_benchmark as benchmark
except ImportError:
    sys.exit(
        "bench_kernels.py needs the package google-benchmark: pip install --group bench, or google-benchmark alone."
    )

from pyhft.bench import SIZES, kernels
from pyhft.bench.answers import Disagreement
from pyhft.bench.harness import Case, Peer, settle_heap

IMPLEMENTATIONS = ("pyhft", "talib")


@functools.lru_cache(maxsize=1)
def peers_of(case: Case) -> dict[str, Peer]:
    return {peer.name: peer for peer in case.make()}


def measured(case: Case, implementation: str, state: benchmark.State) -> None:
    peers = peers_of(case)
    peer = peers.get(implementation)
    if peer is None or peer.call is None:
        state.skip_with_error(f"{implementation} isn't installed" if peer is None else peer.missing)
        return
    ours = peers["pyhft"]
    try:
        peer.check((ours.answer or ours.call)(), (peer.answer or peer.call)())
    except Disagreement as why:
        state.skip_with_error(f"its answer differs: {why}")
        return
    call = peer.call
    while state:
        call()
    state.items_processed = state.iterations * case.divisor


def main() -> None:
    cores = len(os.sched_getaffinity(0))
    for case in kernels.cases(SIZES, frozenset({"talib"}), None, cores, quick=False):
        for implementation in IMPLEMENTATIONS:
            benchmark.register(
                functools.partial(measured, case, implementation), name=f"{case.name}/{case.n}/{implementation}"
            )
    settle_heap()
    benchmark.main()


if __name__ == "__main__":
    main()
