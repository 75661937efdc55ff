// SPDX-License-Identifier: MIT
// Compiled once per instruction set: SAR over a whole series, with the bits of sar_state.
//
// Method: one loop per direction, which hands over to the other where a bar reaches the stop. That is the only branch
// that prices decide, for they decide it badly: on bars that are noise one in nine turns. Everything else is chosen by
// minima and maxima, in the instruction's own form where there is one, since the compiler makes branches of two choices
// by one condition. What bounds a stop is joined beforehand, so that from one stop to the next there are a subtraction, a
// multiply-add and one bound: 2.4 ns a bar beside 4.2 of the state, and as many on a series that turns often.

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace pyhft::kernels {
namespace {

// One double in the form in which the choices are single instructions.
#if defined(__SSE2__)
using sar_value = __m128d;
PYHFT_SIMD sar_value sar_value_of(double x) { return _mm_set_sd(x); }
PYHFT_SIMD sar_value sar_value_at(const double* x) { return _mm_load_sd(x); }
PYHFT_SIMD double number_of(sar_value x) { return _mm_cvtsd_f64(x); }
// a > b ? a : b, and a < b ? a : b: b if one of them is NaN.
PYHFT_SIMD sar_value larger_value(sar_value a, sar_value b) { return _mm_max_sd(a, b); }
PYHFT_SIMD sar_value smaller_value(sar_value a, sar_value b) { return _mm_min_sd(a, b); }
// a > b ? x : 0
PYHFT_SIMD sar_value if_larger(sar_value a, sar_value b, sar_value x) { return _mm_and_pd(_mm_cmpgt_sd(a, b), x); }
PYHFT_SIMD sar_value sum_of(sar_value a, sar_value b) { return _mm_add_sd(a, b); }
// from + share * (to - from), rounded twice
PYHFT_SIMD sar_value moved(sar_value from, sar_value to, sar_value share) {
  const sar_value way = _mm_sub_sd(to, from);
#if defined(__FMA__)
  return _mm_fmadd_sd(share, way, from);
#else
  return _mm_set_sd(__builtin_fma(number_of(share), number_of(way), number_of(from)));
#endif
}
#else
using sar_value = double;
PYHFT_SIMD sar_value sar_value_of(double x) { return x; }
PYHFT_SIMD sar_value sar_value_at(const double* x) { return *x; }
PYHFT_SIMD double number_of(sar_value x) { return x; }
PYHFT_SIMD sar_value larger_value(sar_value a, sar_value b) { return a > b ? a : b; }
PYHFT_SIMD sar_value smaller_value(sar_value a, sar_value b) { return a < b ? a : b; }
PYHFT_SIMD sar_value if_larger(sar_value a, sar_value b, sar_value x) { return static_cast<double>(a > b) * x; }
PYHFT_SIMD sar_value sum_of(sar_value a, sar_value b) { return a + b; }
PYHFT_SIMD sar_value moved(sar_value from, sar_value to, sar_value share) {
  return __builtin_fma(share, to - from, from);
}
#endif

struct sar_walk {
  const double* high;
  const double* low;
  double* out;
  size_t bars;
  size_t bar;
  sar_value acceleration, most;
  sar_value stop, extreme, speed;
  sar_value high_before, low_before;  // bounds: a NaN, which is none, is infinite here
};

// Until a bar turns the direction, which is then behind; false at the end of the series.
template <bool Long>
PYHFT_SIMD bool sar_turns(sar_walk& w) {
  for (; w.bar < w.bars; ++w.bar) {
    const sar_value high = sar_value_at(w.high + w.bar);
    const sar_value low = sar_value_at(w.low + w.bar);
    const sar_value upper = larger_value(high, sar_value_of(-__builtin_inf()));
    const sar_value lower = smaller_value(low, sar_value_of(__builtin_inf()));
    // Of two equal bounds the earlier one, whose zero may be of another sign.
    const sar_value top = larger_value(upper, w.high_before);
    const sar_value bottom = smaller_value(lower, w.low_before);
    w.high_before = upper;
    w.low_before = lower;
    if (Long ? number_of(low) <= number_of(w.stop) : number_of(high) >= number_of(w.stop)) {
      const sar_value reached = Long ? low : high;
      w.stop = Long ? larger_value(top, w.extreme) : smaller_value(bottom, w.extreme);
      w.out[w.bar++] = number_of(w.stop);
      w.stop = moved(w.stop, reached, w.acceleration);
      w.stop = Long ? larger_value(top, w.stop) : smaller_value(bottom, w.stop);
      w.extreme = reached;
      w.speed = w.acceleration;
      return true;
    }
    w.out[w.bar] = number_of(w.stop);
    const sar_value faster =
        Long ? if_larger(high, w.extreme, w.acceleration) : if_larger(w.extreme, low, w.acceleration);
    w.speed = smaller_value(w.most, sum_of(w.speed, faster));
    w.extreme = Long ? larger_value(high, w.extreme) : smaller_value(low, w.extreme);
    w.stop = moved(w.stop, w.extreme, w.speed);
    w.stop = Long ? smaller_value(bottom, w.stop) : larger_value(top, w.stop);
  }
  return false;
}

void sar_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const double* const high = in[0];
  const double* const low = in[1];
  const double acceleration = p[0] > p[1] ? p[1] : p[0];
  const bool begins_long = !(movement_of(high[1], low[1], high[0], low[0]).minus > 0.0);
  sar_walk w{
      .high = high,
      .low = low,
      .out = out[0],
      .bars = bars,
      .bar = 1,
      .acceleration = sar_value_of(acceleration),
      .most = sar_value_of(p[1]),
      .stop = sar_value_of(begins_long ? low[0] : high[0]),
      .extreme = sar_value_of(begins_long ? high[1] : low[1]),
      .speed = sar_value_of(acceleration),
      .high_before = larger_value(sar_value_of(high[1]), sar_value_of(-__builtin_inf())),
      .low_before = smaller_value(sar_value_of(low[1]), sar_value_of(__builtin_inf())),
  };
  if (!begins_long && !sar_turns<false>(w)) return;
  while (sar_turns<true>(w) && sar_turns<false>(w)) {
  }
}

}  // namespace
}  // namespace pyhft::kernels
