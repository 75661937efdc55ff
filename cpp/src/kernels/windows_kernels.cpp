// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in windows.cpp, in the same order.

#include <stdint.h>
#include <string.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/windows.hpp"
#include "windows_code.hpp"

#include "state_code.inl"
#include "windows_engine.inl"
#include "windows_averages.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD sma_state make_sma(const double* p) { return sma_state(whole(p[0])); }
PYHFT_SIMD wma_state make_wma(const double* p) { return wma_state(whole(p[0])); }
PYHFT_SIMD trima_state make_trima(const double* p) { return trima_state(whole(p[0])); }
PYHFT_SIMD hma_state make_hma(const double* p) { return hma_state(whole(p[0])); }

constexpr indicator_code codes[] = {
    {"sma", PYHFT_ISA::sma_batch, PYHFT_ISA::sma_scratch, state_of<make_sma>()},
    {"wma", PYHFT_ISA::wma_batch, PYHFT_ISA::wma_scratch, state_of<make_wma>()},
    {"trima", PYHFT_ISA::trima_batch, PYHFT_ISA::trima_scratch, state_of<make_trima>()},
    {"hma", PYHFT_ISA::hma_batch, PYHFT_ISA::hma_scratch, state_of<make_hma>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::windows{codes, sizeof codes / sizeof codes[0]};

}  // namespace pyhft::kernels
