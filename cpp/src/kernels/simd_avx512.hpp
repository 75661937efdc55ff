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

constexpr bool multiply_add_is_fused = true;
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

// Roots and rounding.

PYHFT_SIMD f64v square_root(f64v a) { return {_mm512_sqrt_pd(a.v)}; }
PYHFT_SIMD f64v rounded_down(f64v a) { return {_mm512_floor_pd(a.v)}; }
PYHFT_SIMD f64v rounded_up(f64v a) { return {_mm512_ceil_pd(a.v)}; }

// Past the caches, to a multiple of the vector's size; to be ended by finish_stores().
PYHFT_SIMD void store_past_caches(double* to, f64v x) { _mm512_stream_pd(to, x.v); }
PYHFT_SIMD void finish_stores() { _mm_sfence(); }

// The bits of the doubles.

struct i64v {
  __m512i v;
};

PYHFT_SIMD i64v broadcast_bits(long long x) { return {_mm512_set1_epi64(x)}; }
PYHFT_SIMD i64v bits_of(f64v a) { return {_mm512_castpd_si512(a.v)}; }
PYHFT_SIMD f64v doubles_of(i64v a) { return {_mm512_castsi512_pd(a.v)}; }

PYHFT_SIMD i64v operator+(i64v a, i64v b) { return {_mm512_add_epi64(a.v, b.v)}; }
PYHFT_SIMD i64v operator&(i64v a, i64v b) { return {_mm512_and_si512(a.v, b.v)}; }
PYHFT_SIMD i64v operator|(i64v a, i64v b) { return {_mm512_or_si512(a.v, b.v)}; }
PYHFT_SIMD i64v operator^(i64v a, i64v b) { return {_mm512_xor_si512(a.v, b.v)}; }
template <int Bits>
PYHFT_SIMD i64v shifted_left(i64v a) {
  return {_mm512_slli_epi64(a.v, Bits)};
}
template <int Bits>
PYHFT_SIMD i64v shifted_right(i64v a) {
  return {_mm512_srli_epi64(a.v, Bits)};
}
// The lanes whose highest bit is set.
PYHFT_SIMD mask64v highest_bits(i64v a) { return {_mm512_movepi64_mask(a.v)}; }

// 2 to the power k; k integral, from -1022 to 1023.
PYHFT_SIMD f64v power_of_two(f64v k) { return {_mm512_scalef_pd(_mm512_set1_pd(1.0), k.v)}; }
// a * 2 to the power k, rounded once; k integral, from -2000 to 2000; a * 2 to the power k / 2 neither under- nor overflows.
PYHFT_SIMD f64v scaled(f64v a, f64v k) { return {_mm512_scalef_pd(a.v, k.v)}; }
// Windows and scans.

PYHFT_SIMD mask64v operator>=(f64v a, f64v b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_GE_OQ)}; }
PYHFT_SIMD bool any(mask64v m) { return m.v != 0; }

// One lane in all of them.
PYHFT_SIMD f64v first_lane(f64v a) { return {_mm512_broadcastsd_pd(_mm512_castpd512_pd128(a.v))}; }
PYHFT_SIMD f64v last_lane(f64v a) { return {_mm512_permutexvar_pd(_mm512_set1_epi64(7), a.v)}; }

// The first `count` lanes from memory, 0 in the others; and to memory, with nothing written behind them. count may be
// anything: none at or below 0, all from the width on.
PYHFT_SIMD __mmask8 first_lanes(ptrdiff_t count) {
  return static_cast<__mmask8>(count <= 0 ? 0 : count >= 8 ? 0xff : (1 << count) - 1);
}
PYHFT_SIMD f64v load_first(const double* from, ptrdiff_t count) {
  return {_mm512_maskz_loadu_pd(first_lanes(count), from)};
}
PYHFT_SIMD f64v load_first(const float* from, ptrdiff_t count) {
  return {_mm512_cvtps_pd(_mm256_maskz_loadu_ps(first_lanes(count), from))};
}
PYHFT_SIMD void store_first(double* to, f64v x, ptrdiff_t count) { _mm512_mask_storeu_pd(to, first_lanes(count), x.v); }
PYHFT_SIMD void store_first(float* to, f64v x, ptrdiff_t count) {
  _mm256_mask_storeu_ps(to, first_lanes(count), _mm512_cvtpd_ps(x.v));
}

}  // namespace
}  // namespace pyhft::kernels
