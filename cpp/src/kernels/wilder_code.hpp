// SPDX-License-Identifier: MIT
#pragma once

// What the family `wilder` shares with other families of the same instruction set.

#include <stddef.h>

namespace pyhft::kernels {

// A batch_function: RSI of in[0] with the period p[0], from 2; writes [period, bars). It needs no scratch memory.
#define PYHFT_RSI_BATCH(isa)                                                                          \
  namespace isa {                                                                                     \
  void rsi_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*); \
  }
PYHFT_RSI_BATCH(scalar)
PYHFT_RSI_BATCH(avx2)
PYHFT_RSI_BATCH(avx512)
#undef PYHFT_RSI_BATCH

}  // namespace pyhft::kernels
