// SPDX-License-Identifier: MIT
// Compiled once per instruction set.

#include "simd.hpp"

#include "kernel_table.hpp"

const pyhft::kernels::indicator_codes pyhft::kernels::PYHFT_ISA::pointwise{nullptr, 0};
