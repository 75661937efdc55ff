// SPDX-License-Identifier: MIT
#pragma once

// How long a stress test runs: the number it names, times PYHFT_STRESS (1 where that isn't set). The default takes a
// second or so; PYHFT_STRESS=1000 is for a night.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace pyhft::support {

inline std::uint64_t stress_count(std::uint64_t short_count) {
  const char* factor = std::getenv("PYHFT_STRESS");
  return short_count * (factor == nullptr ? 1 : std::max(1ull, std::strtoull(factor, nullptr, 10)));
}

}  // namespace pyhft::support
