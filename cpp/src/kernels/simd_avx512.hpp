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

// Arithmetic and comparison.

PYHFT_SIMD f64v operator*(f64v a, f64v b) { return {_mm512_mul_pd(a.v, b.v)}; }
PYHFT_SIMD f64v operator/(f64v a, f64v b) { return {_mm512_div_pd(a.v, b.v)}; }

PYHFT_SIMD f64v absolute(f64v a) { return {_mm512_abs_pd(a.v)}; }
// a > b ? a : b, and a < b ? a : b: b if one of them is NaN.
PYHFT_SIMD f64v larger(f64v a, f64v b) { return {_mm512_max_pd(a.v, b.v)}; }
PYHFT_SIMD f64v smaller(f64v a, f64v b) { return {_mm512_min_pd(a.v, b.v)}; }

// A yes or no per lane. A comparison with NaN is no.
struct mask64v {
  __mmask8 v;
};

PYHFT_SIMD mask64v operator>(f64v a, f64v b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_GT_OQ)}; }
PYHFT_SIMD mask64v operator==(f64v a, f64v b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_EQ_OQ)}; }
PYHFT_SIMD mask64v operator&(mask64v a, mask64v b) { return {_kand_mask8(a.v, b.v)}; }
PYHFT_SIMD bool every(mask64v m) { return m.v == 0xff; }

PYHFT_SIMD f64v choose(mask64v m, f64v yes, f64v no) { return {_mm512_mask_mov_pd(no.v, m.v, yes.v)}; }
// 0 in the other lanes.
PYHFT_SIMD f64v only(mask64v m, f64v yes) { return {_mm512_maskz_mov_pd(m.v, yes.v)}; }

}  // namespace
}  // namespace pyhft::kernels
