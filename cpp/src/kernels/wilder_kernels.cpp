// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in wilder.cpp, in the same order.

#include <string.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/wilder.hpp"
#include "wilder_code.hpp"

#include "state_code.inl"

#include "window_body.inl"

#include "wilder_sums.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD rsi_state make_rsi(const double* p) { return rsi_state(whole(p[0])); }
PYHFT_SIMD cmo_state make_cmo(const double* p) { return cmo_state(whole(p[0])); }

void cmo_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  smoothed(cmo_method{}, in, bars, static_cast<size_t>(p[0]), out[0], decay_of(p[0]));
}

constexpr indicator_code all[] = {
    {"rsi", PYHFT_ISA::rsi_batch, nullptr, state_of<make_rsi>()},
    {"cmo", cmo_batch, nullptr, state_of<make_cmo>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::wilder{all, sizeof all / sizeof all[0]};

}  // namespace pyhft::kernels
