// SPDX-License-Identifier: MIT
#pragma once

// A stamp that is ordered with the instructions around it. A plain one isn't: where the processor has guessed that a
// wait is over, it reads the counter before the load that proves it has come back from another core's cache.

#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "pyhft/clock/tsc_clock.hpp"

namespace pyhft::bench {

inline std::uint64_t fenced_cycles() {
#if defined(__x86_64__)
  unsigned core;
  const std::uint64_t cycles = __rdtscp(&core);
  _mm_lfence();
  return cycles;
#else
  return clock::read_cycles();
#endif
}

}  // namespace pyhft::bench
