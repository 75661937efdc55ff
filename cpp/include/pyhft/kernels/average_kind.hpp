// SPDX-License-Identifier: MIT
#pragma once

// The moving averages that a parameter may choose between, numbered as TA-Lib numbers them.
//
// Included by the objects of every instruction set: C headers only.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

enum class average : uint8_t {
  sma = 0,
  ema = 1,
  wma = 2,
  dema = 3,
  tema = 4,
  trima = 5,
  kama = 6,
  mama = 7,
  t3 = 8,
  hma = 9,
  disabled = 10,  // the price itself
  fallback = 11,  // the one that the function takes by default
  zlema = 12,
  rma = 13,
};

// TA-Lib's unstable periods: bars for which a recursive average is let run from its seed before its values are taken. What
// is made of such values, an average of them, say, begins that much later and so from another seed. They belong to a
// process of TA-Lib's; of this library only pyhft.talib has them, and hands them over behind an indicator's own parameters.
struct unstable_periods {
  int64_t ema = 0;
  int64_t kama = 0;
  int64_t mama = 0;
  int64_t t3 = 0;
  int64_t rma = 0;
  int64_t own = 0;  // of the function itself, where that is no average
};
inline constexpr int unstable_at = 8;  // the place of the first of them
inline constexpr int unstable_count = 6;

PYHFT_STATE unstable_periods unstable_of(const double* p) noexcept {
  p += unstable_at;
  return {static_cast<int64_t>(p[0]), static_cast<int64_t>(p[1]), static_cast<int64_t>(p[2]),
          static_cast<int64_t>(p[3]), static_cast<int64_t>(p[4]), static_cast<int64_t>(p[5])};
}
PYHFT_STATE bool any_unstable(const double* p) noexcept {
  for (int i = 0; i < unstable_count; ++i)
    if (p[unstable_at + i] != 0.0) return true;
  return false;
}

}  // namespace pyhft::kernels
