// SPDX-License-Identifier: MIT
#pragma once

// Which instruction set the batch kernels run on. Every variant is in the binary; the best one that this processor and
// operating system allow is taken at the first call, or the one that the environment variable PYHFT_ISA names. The
// choice holds for the life of the process. Any thread may call; nothing is allocated on the way to a kernel.
//
// Tables and streaming states give the same bits on all of them; of one series ema.hpp says what may differ.

#include <string_view>
#include <vector>

namespace pyhft::kernels {

// "scalar" (the baseline of the architecture), "avx2" (with FMA) or "avx512" (F, BW, DQ and VL).
// Throws argument_error if PYHFT_ISA names none of these, host_error if it names one that isn't available here.
std::string_view active_isa();

// What PYHFT_ISA may name on this machine, slowest first; "scalar" is always there.
std::vector<std::string_view> available_isas();

}  // namespace pyhft::kernels
