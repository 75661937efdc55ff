// SPDX-License-Identifier: MIT
#pragma once

// Any moving average over a whole series, as other families call it, one copy per instruction set. The rules of
// batch_function hold: `in` begins at its first value, there are more bars than lookback_of_average() says, and `out`,
// which doesn't overlap `in`, is written from there on. `scratch` holds what average_scratch() asks for.
// average_of() turns a parameter into a kind. The rules of kernel_table.hpp apply.

#include <stddef.h>
#include <stdint.h>

#include "pyhft/kernels/average_kind.hpp"

namespace pyhft::kernels {

#define PYHFT_ANY_AVERAGE(isa)                                                                                 \
  namespace isa {                                                                                              \
  void run_average(average kind, int64_t period, const double* in, size_t bars, double* out, double* scratch); \
  size_t average_scratch(average kind, int64_t period, size_t bars);                                           \
  }
PYHFT_ANY_AVERAGE(scalar)
PYHFT_ANY_AVERAGE(avx2)
PYHFT_ANY_AVERAGE(avx512)
#undef PYHFT_ANY_AVERAGE

}  // namespace pyhft::kernels
