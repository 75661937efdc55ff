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

constexpr bool multiply_add_is_fused = true;
PYHFT_SIMD f64v multiply_add(f64v a, f64v b, f64v c) { return fused(a, b, c); }

// Lane i of the result stands `Lanes` places before lane i of `now`; 0 < Lanes < width.
template <int Lanes>
PYHFT_SIMD f64v slide(f64v before, f64v now) {
  static_assert(0 < Lanes && Lanes < 4);
  const __m256d middle = _mm256_permute2f128_pd(before.v, now.v, 0x21);
  if constexpr (Lanes == 2) return {middle};
  if constexpr (Lanes == 3) return {_mm256_shuffle_pd(before.v, middle, 0b0101)};
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

// Roots and rounding.

PYHFT_SIMD f64v square_root(f64v a) { return {_mm256_sqrt_pd(a.v)}; }
PYHFT_SIMD f64v rounded_down(f64v a) { return {_mm256_floor_pd(a.v)}; }
PYHFT_SIMD f64v rounded_up(f64v a) { return {_mm256_ceil_pd(a.v)}; }

// Past the caches, to a multiple of the vector's size; to be ended by finish_stores().
PYHFT_SIMD void store_past_caches(double* to, f64v x) { _mm256_stream_pd(to, x.v); }
PYHFT_SIMD void finish_stores() { _mm_sfence(); }

// The bits of the doubles.

struct i64v {
  __m256i v;
};

PYHFT_SIMD i64v broadcast_bits(long long x) { return {_mm256_set1_epi64x(x)}; }
PYHFT_SIMD i64v bits_of(f64v a) { return {_mm256_castpd_si256(a.v)}; }
PYHFT_SIMD f64v doubles_of(i64v a) { return {_mm256_castsi256_pd(a.v)}; }

PYHFT_SIMD i64v operator+(i64v a, i64v b) { return {_mm256_add_epi64(a.v, b.v)}; }
PYHFT_SIMD i64v operator&(i64v a, i64v b) { return {_mm256_and_si256(a.v, b.v)}; }
PYHFT_SIMD i64v operator|(i64v a, i64v b) { return {_mm256_or_si256(a.v, b.v)}; }
PYHFT_SIMD i64v operator^(i64v a, i64v b) { return {_mm256_xor_si256(a.v, b.v)}; }
template <int Bits>
PYHFT_SIMD i64v shifted_left(i64v a) {
  return {_mm256_slli_epi64(a.v, Bits)};
}
template <int Bits>
PYHFT_SIMD i64v shifted_right(i64v a) {
  return {_mm256_srli_epi64(a.v, Bits)};
}
// The lanes whose highest bit is set.
PYHFT_SIMD mask64v highest_bits(i64v a) {
  return {_mm256_castsi256_pd(_mm256_cmpgt_epi64(_mm256_setzero_si256(), a.v))};
}

// 2 to the power k; k integral, from -1022 to 1023.
PYHFT_SIMD f64v power_of_two(f64v k) {
  const i64v biased = bits_of(k + broadcast(0x1.8p52 + 1023.0));
  return doubles_of(shifted_left<52>(biased));
}
// a * 2 to the power k, rounded once; k integral, from -2000 to 2000; a * 2 to the power k / 2 neither under- nor overflows.
PYHFT_SIMD f64v scaled(f64v a, f64v k) {
  const f64v half = rounded_down(k * broadcast(0.5));
  return a * power_of_two(half) * power_of_two(k - half);
}
// Windows and scans.

PYHFT_SIMD mask64v operator>=(f64v a, f64v b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_GE_OQ)}; }
PYHFT_SIMD bool any(mask64v m) { return _mm256_movemask_pd(m.v) != 0; }

// One lane in all of them.
PYHFT_SIMD f64v first_lane(f64v a) { return {_mm256_broadcastsd_pd(_mm256_castpd256_pd128(a.v))}; }
PYHFT_SIMD f64v last_lane(f64v a) { return {_mm256_permute4x64_pd(a.v, 0b11111111)}; }

// The first `count` lanes from memory, 0 in the others; and to memory, with nothing written behind them. count may be
// anything: none at or below 0, all from the width on.
PYHFT_SIMD __m256i first_lanes(ptrdiff_t count) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}
PYHFT_SIMD __m128i first_lanes_of_floats(ptrdiff_t count) {
  const int lanes = count < 0 ? 0 : count > 4 ? 4 : static_cast<int>(count);
  return _mm_cmpgt_epi32(_mm_set1_epi32(lanes), _mm_setr_epi32(0, 1, 2, 3));
}
PYHFT_SIMD f64v load_first(const double* from, ptrdiff_t count) {
  return {_mm256_maskload_pd(from, first_lanes(count))};
}
PYHFT_SIMD f64v load_first(const float* from, ptrdiff_t count) {
  return {_mm256_cvtps_pd(_mm_maskload_ps(from, first_lanes_of_floats(count)))};
}
PYHFT_SIMD void store_first(double* to, f64v x, ptrdiff_t count) { _mm256_maskstore_pd(to, first_lanes(count), x.v); }
PYHFT_SIMD void store_first(float* to, f64v x, ptrdiff_t count) {
  _mm_maskstore_ps(to, first_lanes_of_floats(count), _mm256_cvtpd_ps(x.v));
}

}  // namespace
}  // namespace pyhft::kernels
