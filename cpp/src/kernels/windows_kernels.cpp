// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in windows.cpp, in the same order.

#include <string.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/windows.hpp"

#include "state_code.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD sma_state make_sma(const double* p) { return sma_state(whole(p[0])); }

constexpr indicator_code all[] = {
    {"sma", nullptr, nullptr, state_of<make_sma>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::windows{all, sizeof all / sizeof all[0]};

}  // namespace pyhft::kernels
