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

// Arithmetic and comparison.

PYHFT_SIMD f64v operator*(f64v a, f64v b) { return {_mm256_mul_pd(a.v, b.v)}; }
PYHFT_SIMD f64v operator/(f64v a, f64v b) { return {_mm256_div_pd(a.v, b.v)}; }

PYHFT_SIMD f64v absolute(f64v a) { return {_mm256_andnot_pd(_mm256_set1_pd(-0.0), a.v)}; }
// a > b ? a : b, and a < b ? a : b: b if one of them is NaN.
PYHFT_SIMD f64v larger(f64v a, f64v b) { return {_mm256_max_pd(a.v, b.v)}; }
PYHFT_SIMD f64v smaller(f64v a, f64v b) { return {_mm256_min_pd(a.v, b.v)}; }

// A yes or no per lane. A comparison with NaN is no.
struct mask64v {
  __m256d v;
};

PYHFT_SIMD mask64v operator>(f64v a, f64v b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_GT_OQ)}; }
PYHFT_SIMD mask64v operator==(f64v a, f64v b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_EQ_OQ)}; }
PYHFT_SIMD mask64v operator&(mask64v a, mask64v b) { return {_mm256_and_pd(a.v, b.v)}; }
PYHFT_SIMD bool every(mask64v m) { return _mm256_movemask_pd(m.v) == 0xf; }

PYHFT_SIMD f64v choose(mask64v m, f64v yes, f64v no) { return {_mm256_blendv_pd(no.v, yes.v, m.v)}; }
// 0 in the other lanes.
PYHFT_SIMD f64v only(mask64v m, f64v yes) { return {_mm256_and_pd(m.v, yes.v)}; }

}  // namespace
}  // namespace pyhft::kernels
