// SPDX-License-Identifier: MIT
#pragma once

// The vocabulary of vectors for the instruction set that this object is compiled for. PYHFT_ISA is its name, a namespace
// of the functions that its objects share.

#if defined(PYHFT_ISA_AVX512)
#include "simd_avx512.hpp"
#define PYHFT_ISA avx512
#elif defined(PYHFT_ISA_AVX2)
#include "simd_avx2.hpp"
#define PYHFT_ISA avx2
#else
#include "simd_scalar.hpp"
#define PYHFT_ISA scalar
#endif
