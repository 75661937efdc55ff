// SPDX-License-Identifier: MIT
#pragma once

// The averages over a window as other families call them: batch_function and the scratch memory that each needs, one
// copy per instruction set. `p[0]` is the period. The rules of kernel_table.hpp apply.

#include "indicator_code.hpp"

namespace pyhft::kernels {

#define PYHFT_WINDOW_AVERAGE(name)                                                                               \
  void name##_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch); \
  size_t name##_scratch(size_t bars, const double* p);
#define PYHFT_WINDOW_AVERAGES(isa) \
  namespace isa {                  \
  PYHFT_WINDOW_AVERAGE(sma)        \
  PYHFT_WINDOW_AVERAGE(wma)        \
  PYHFT_WINDOW_AVERAGE(trima)      \
  PYHFT_WINDOW_AVERAGE(hma)        \
  }
PYHFT_WINDOW_AVERAGES(scalar)
PYHFT_WINDOW_AVERAGES(avx2)
PYHFT_WINDOW_AVERAGES(avx512)
#undef PYHFT_WINDOW_AVERAGES
#undef PYHFT_WINDOW_AVERAGE

}  // namespace pyhft::kernels
