// SPDX-License-Identifier: MIT
#pragma once

// The vocabulary of vectors for any 64-bit processor: pairs of doubles, which the compiler turns into what its baseline
// has (SSE2, NEON) or into scalar code. fma is the C library's, correctly rounded everywhere.

#include <math.h>
#include <stddef.h>
#include <string.h>

#define PYHFT_SIMD [[gnu::always_inline]] static inline

namespace pyhft::kernels {
namespace {

struct f64v {
  static constexpr size_t width = 2;
  double v __attribute__((vector_size(16)));
};

PYHFT_SIMD f64v pair(double first, double second) {
  f64v result;
  result.v[0] = first;
  result.v[1] = second;
  return result;
}

PYHFT_SIMD f64v broadcast(double x) { return pair(x, x); }

PYHFT_SIMD f64v load(const double* from) {
  f64v result;
  memcpy(&result.v, from, sizeof result.v);
  return result;
}
PYHFT_SIMD f64v load(const float* from) { return pair(static_cast<double>(from[0]), static_cast<double>(from[1])); }

PYHFT_SIMD void store(double* to, f64v x) { memcpy(to, &x.v, sizeof x.v); }
PYHFT_SIMD void store(float* to, f64v x) {
  to[0] = static_cast<float>(x.v[0]);
  to[1] = static_cast<float>(x.v[1]);
}

PYHFT_SIMD f64v operator+(f64v a, f64v b) { return {a.v + b.v}; }
PYHFT_SIMD f64v operator-(f64v a, f64v b) { return {a.v - b.v}; }
PYHFT_SIMD f64v operator*(f64v a, f64v b) { return {a.v * b.v}; }

PYHFT_SIMD double fused(double a, double b, double c) { return fma(a, b, c); }
PYHFT_SIMD f64v fused(f64v a, f64v b, f64v c) { return pair(fma(a.v[0], b.v[0], c.v[0]), fma(a.v[1], b.v[1], c.v[1])); }

// a * b + c as exactly as is cheap here: the baseline of x86-64 has no fused form, and the library's would cost more
// than all the rest. Where the processor has one, as on every other instruction set of ours, it is fused.
#ifdef __FP_FAST_FMA
constexpr bool multiply_add_is_fused = true;
PYHFT_SIMD f64v multiply_add(f64v a, f64v b, f64v c) { return fused(a, b, c); }
#else
constexpr bool multiply_add_is_fused = false;
PYHFT_SIMD f64v multiply_add(f64v a, f64v b, f64v c) { return a * b + c; }
#endif

// Lane i of the result stands `Lanes` places before lane i of `now`; 0 < Lanes < width.
template <int Lanes>
PYHFT_SIMD f64v slide(f64v before, f64v now) {
  return pair(before.v[1], now.v[0]);
}

// Arithmetic and comparison.

PYHFT_SIMD f64v operator/(f64v a, f64v b) { return {a.v / b.v}; }

PYHFT_SIMD f64v absolute(f64v a) { return pair(__builtin_fabs(a.v[0]), __builtin_fabs(a.v[1])); }
// a > b ? a : b, and a < b ? a : b: b if one of them is NaN.
PYHFT_SIMD f64v larger(f64v a, f64v b) { return {a.v > b.v ? a.v : b.v}; }
PYHFT_SIMD f64v smaller(f64v a, f64v b) { return {a.v < b.v ? a.v : b.v}; }

// A yes or no per lane. A comparison with NaN is no.
struct mask64v {
  long long v __attribute__((vector_size(16)));
};

PYHFT_SIMD mask64v operator>(f64v a, f64v b) { return {a.v > b.v}; }
PYHFT_SIMD mask64v operator==(f64v a, f64v b) { return {a.v == b.v}; }
PYHFT_SIMD mask64v operator&(mask64v a, mask64v b) { return {a.v & b.v}; }
PYHFT_SIMD bool every(mask64v m) { return (m.v[0] & m.v[1]) != 0; }

PYHFT_SIMD f64v choose(mask64v m, f64v yes, f64v no) { return {m.v ? yes.v : no.v}; }
// 0 in the other lanes.
PYHFT_SIMD f64v only(mask64v m, f64v yes) { return choose(m, yes, broadcast(0.0)); }

// Roots and rounding.

PYHFT_SIMD f64v square_root(f64v a) { return pair(__builtin_sqrt(a.v[0]), __builtin_sqrt(a.v[1])); }
PYHFT_SIMD f64v rounded_down(f64v a) { return pair(__builtin_floor(a.v[0]), __builtin_floor(a.v[1])); }
PYHFT_SIMD f64v rounded_up(f64v a) { return pair(__builtin_ceil(a.v[0]), __builtin_ceil(a.v[1])); }

// Past the caches where the instruction set can do that, to a multiple of the vector's size; to be ended by
// finish_stores().
PYHFT_SIMD void store_past_caches(double* to, f64v x) { store(to, x); }
PYHFT_SIMD void finish_stores() {}
// Windows and scans.

PYHFT_SIMD mask64v operator>=(f64v a, f64v b) { return {a.v >= b.v}; }
PYHFT_SIMD bool any(mask64v m) { return (m.v[0] | m.v[1]) != 0; }

// One lane in all of them.
PYHFT_SIMD f64v first_lane(f64v a) { return broadcast(a.v[0]); }
PYHFT_SIMD f64v last_lane(f64v a) { return broadcast(a.v[1]); }

// The first `count` lanes from memory, 0 in the others; and to memory, with nothing written behind them. count may be
// anything: none at or below 0, all from the width on.
PYHFT_SIMD f64v load_first(const double* from, ptrdiff_t count) {
  return count >= 2 ? load(from) : pair(count > 0 ? from[0] : 0.0, 0.0);
}
PYHFT_SIMD f64v load_first(const float* from, ptrdiff_t count) {
  return count >= 2 ? load(from) : pair(count > 0 ? static_cast<double>(from[0]) : 0.0, 0.0);
}
template <typename T>
PYHFT_SIMD void store_first(T* to, f64v x, ptrdiff_t count) {
  if (count > 0) to[0] = static_cast<T>(x.v[0]);
  if (count > 1) to[1] = static_cast<T>(x.v[1]);
}

}  // namespace
}  // namespace pyhft::kernels
