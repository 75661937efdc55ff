// SPDX-License-Identifier: MIT
#pragma once

// The moving averages that a parameter may choose between, numbered as TA-Lib numbers them.
//
// Included by the objects of every instruction set: C headers only.

#include <stdint.h>

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

}  // namespace pyhft::kernels
