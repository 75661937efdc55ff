// SPDX-License-Identifier: MIT
#pragma once

// The vocabulary of vectors for AVX-512: eight doubles.

#include <immintrin.h>
#include <stddef.h>

#define PYHFT_SIMD [[gnu::always_inline]] static inline

namespace pyhft::kernels {
namespace {

struct f64v {
  static constexpr size_t width = 8;
  __m512d v;
};

PYHFT_SIMD f64v broadcast(double x) { return {_mm512_set1_pd(x)}; }

PYHFT_SIMD f64v load(const double* from) { return {_mm512_loadu_pd(from)}; }
PYHFT_SIMD f64v load(const float* from) { return {_mm512_cvtps_pd(_mm256_loadu_ps(from))}; }

PYHFT_SIMD void store(double* to, f64v x) { _mm512_storeu_pd(to, x.v); }
PYHFT_SIMD void store(float* to, f64v x) { _mm256_storeu_ps(to, _mm512_cvtpd_ps(x.v)); }

PYHFT_SIMD f64v operator+(f64v a, f64v b) { return {_mm512_add_pd(a.v, b.v)}; }
PYHFT_SIMD f64v operator-(f64v a, f64v b) { return {_mm512_sub_pd(a.v, b.v)}; }

PYHFT_SIMD double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }
PYHFT_SIMD f64v fused(f64v a, f64v b, f64v c) { return {_mm512_fmadd_pd(a.v, b.v, c.v)}; }

PYHFT_SIMD f64v multiply_add(f64v a, f64v b, f64v c) { return fused(a, b, c); }

// Lane i of the result stands `Lanes` places before lane i of `now`; 0 < Lanes < width.
template <int Lanes>
PYHFT_SIMD f64v slide(f64v before, f64v now) {
  return {
      _mm512_castsi512_pd(_mm512_alignr_epi64(_mm512_castpd_si512(now.v), _mm512_castpd_si512(before.v), 8 - Lanes))};
}

}  // namespace
}  // namespace pyhft::kernels
