// SPDX-License-Identifier: MIT
// Compiled once per instruction set: the kernels of EMA and MACD, and the table of all that the instruction set has.

#include <stdint.h>
#include <sys/mman.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/averages.hpp"

#include "window_body.inl"

#include "past_caches.inl"

#include "block_body.inl"

#include "ema_body.inl"

#include "macd_body.inl"

namespace pyhft::kernels {
namespace {

template <typename T>
constexpr element_kernels<T> kernels_of() {
  return {ema_run<T>, macd_run<T>, ema_rows<T>, macd_rows<T>, ema_columns<T>, macd_columns<T>};
}

}  // namespace

#define PYHFT_NAME_OF(isa) #isa
#define PYHFT_NAME(isa) PYHFT_NAME_OF(isa)

const kernel_table PYHFT_ISA::table{
    PYHFT_NAME(PYHFT_ISA),
    kernels_of<double>(),
    kernels_of<float>(),
    ema_periods,
    {&PYHFT_ISA::averages, &PYHFT_ISA::windows, &PYHFT_ISA::extremes, &PYHFT_ISA::wilder, &PYHFT_ISA::pointwise},
};

}  // namespace pyhft::kernels
