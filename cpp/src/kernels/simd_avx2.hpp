// SPDX-License-Identifier: MIT
#pragma once

// The vocabulary of vectors for AVX2 with FMA: four doubles.

#include <immintrin.h>
#include <stddef.h>

#define PYHFT_SIMD [[gnu::always_inline]] static inline

namespace pyhft::kernels {
namespace {

struct f64v {
  static constexpr size_t width = 4;
  __m256d v;
};

PYHFT_SIMD f64v broadcast(double x) { return {_mm256_set1_pd(x)}; }

PYHFT_SIMD f64v load(const double* from) { return {_mm256_loadu_pd(from)}; }
PYHFT_SIMD f64v load(const float* from) { return {_mm256_cvtps_pd(_mm_loadu_ps(from))}; }

PYHFT_SIMD void store(double* to, f64v x) { _mm256_storeu_pd(to, x.v); }
PYHFT_SIMD void store(float* to, f64v x) { _mm_storeu_ps(to, _mm256_cvtpd_ps(x.v)); }

PYHFT_SIMD f64v operator+(f64v a, f64v b) { return {_mm256_add_pd(a.v, b.v)}; }
PYHFT_SIMD f64v operator-(f64v a, f64v b) { return {_mm256_sub_pd(a.v, b.v)}; }

PYHFT_SIMD double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }
PYHFT_SIMD f64v fused(f64v a, f64v b, f64v c) { return {_mm256_fmadd_pd(a.v, b.v, c.v)}; }

PYHFT_SIMD f64v multiply_add(f64v a, f64v b, f64v c) { return fused(a, b, c); }

// Lane i of the result stands `Lanes` places before lane i of `now`; 0 < Lanes < width.
template <int Lanes>
PYHFT_SIMD f64v slide(f64v before, f64v now) {
  static_assert(Lanes == 1 || Lanes == 2);
  const __m256d middle = _mm256_permute2f128_pd(before.v, now.v, 0x21);
  if constexpr (Lanes == 2) return {middle};
  return {_mm256_shuffle_pd(middle, now.v, 0b0101)};
}

}  // namespace
}  // namespace pyhft::kernels
