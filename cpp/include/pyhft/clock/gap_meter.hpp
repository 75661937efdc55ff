// SPDX-License-Identifier: MIT
#pragma once

// What the host takes from a busy loop: the times between two looks at the counter that are longer than the loop itself
// needs. Timer ticks, interrupts, other threads and the host of a virtual machine show up as gaps. Run it on a thread
// pinned to the core in question. Nothing here allocates.

#include <algorithm>
#include <cstdint>

#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"

namespace pyhft::clock {

struct gap_summary {
  double watched_ns{};
  double lost_ns{};  // the sum of the gaps
};

// Looks for `duration`, or until stop() says so, which is asked now and then; gaps of `least` and longer are recorded
// in ns.
template <typename Stop>
gap_summary watch_gaps(const tsc_clock& clock, nanoseconds duration, nanoseconds least, histogram& gaps, Stop stop) {
  constexpr std::uint64_t looks_between_questions = 1 << 16;
  const auto cycles_of = [&](nanoseconds time) {
    return static_cast<std::uint64_t>(static_cast<double>(std::max(time.count, std::int64_t{0})) /
                                      clock.ns_per_cycle());
  };
  const std::uint64_t least_cycles = cycles_of(least);
  const std::uint64_t duration_cycles = cycles_of(duration);
  const std::uint64_t begin = clock.read();
  std::uint64_t lost = 0;
  std::uint64_t last = begin;
  for (std::uint64_t looks = 1; last - begin < duration_cycles; ++looks) {
    const std::uint64_t now = clock.read();
    const std::uint64_t gap = now - last;
    if (gap >= least_cycles) [[unlikely]] {
      gaps.record(static_cast<std::uint64_t>(clock.to_ns(gap)));
      lost += gap;
    }
    last = now;
    if (looks % looks_between_questions == 0 && stop()) break;
  }
  return {clock.to_ns(last - begin), clock.to_ns(lost)};
}

}  // namespace pyhft::clock
