// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after its simd_<isa>.hpp. The recursive filter s = z + b * s[-1] without its chain
// of dependent steps: with b2 = b*b and so on,
//   y1 = z  + b  * z[-1]     covers 2 bars
//   y2 = y1 + b2 * y1[-2]    covers 4
//   y4 = y2 + b4 * y2[-4]    covers 8
//   s  = y4 + b8 * s[-8]     covers all
// so that only the last line depends on what it computed before, 8 bars ago. For a long period b8 is so near 1 that
// rounding it would take more away than the period's whole step can bear: then its rounding error goes along, by way of
// the value of 16 bars ago, which is near enough for so small a part. Where the product would be rounded too, the line is
//   s  = s[-8] + (y4 - (1 - b8) * s[-8])

namespace pyhft::kernels {
namespace {

constexpr int window_bars = 16;
constexpr int vector_bars = static_cast<int>(f64v::width);
constexpr int window_vectors = window_bars / vector_bars;

// 16 consecutive bars.
struct window {
  f64v part[window_vectors];
};

template <typename T>
PYHFT_SIMD window load_window(const T* from) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) result.part[i] = load(from + i * vector_bars);
  return result;
}

template <typename T>
PYHFT_SIMD void store_window(T* to, const window& w) {
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) store(to + i * vector_bars, w.part[i]);
}

// The first bars of a window, with zeros behind them; and to memory, with nothing written behind them.
template <typename T>
PYHFT_SIMD window load_first_bars(const T* from, size_t bars) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i)
    result.part[i] =
        load_first(from + i * vector_bars, static_cast<ptrdiff_t>(bars) - static_cast<ptrdiff_t>(i) * vector_bars);
  return result;
}

template <typename T>
PYHFT_SIMD void store_first_bars(T* to, const window& w, size_t bars) {
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i)
    store_first(to + i * vector_bars, w.part[i],
                static_cast<ptrdiff_t>(bars) - static_cast<ptrdiff_t>(i) * vector_bars);
}

PYHFT_SIMD double lane(const window& w, size_t i) {
  double lanes[window_bars];
  store_window(lanes, w);
  return lanes[i];
}

// The sum of the lanes, pairwise, in the same order on every instruction set.
PYHFT_SIMD double across(const window& w) {
  double lanes[window_bars];
  store_window(lanes, w);
  for (int half = window_bars / 2; half != 0; half /= 2)
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  return lanes[0];
}

PYHFT_SIMD window operator+(const window& a, const window& b) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) result.part[i] = a.part[i] + b.part[i];
  return result;
}

PYHFT_SIMD window operator-(const window& a, f64v b) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) result.part[i] = a.part[i] - b;
  return result;
}

PYHFT_SIMD window operator-(const window& a, const window& b) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) result.part[i] = a.part[i] - b.part[i];
  return result;
}

// a * b + c
PYHFT_SIMD window multiply_add(const window& a, f64v b, f64v c) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) result.part[i] = multiply_add(a.part[i], b, c);
  return result;
}

PYHFT_SIMD window multiply_add(const window& a, f64v b, const window& c) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) result.part[i] = multiply_add(a.part[i], b, c.part[i]);
  return result;
}

// now + factor * (the same, `Bars` bars ago)
template <int Bars>
PYHFT_SIMD window doubled(const window& before, const window& now, f64v factor) {
  constexpr int vectors = Bars / vector_bars;
  constexpr int lanes = Bars % vector_bars;
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) {
    const int at = i - vectors;
    const f64v late = at >= 0 ? now.part[at] : before.part[at + window_vectors];
    if constexpr (lanes == 0) {
      result.part[i] = multiply_add(factor, late, now.part[i]);
    } else {
      const f64v early = at >= 1 ? now.part[at - 1] : before.part[at - 1 + window_vectors];
      result.part[i] = multiply_add(factor, slide<lanes>(early, late), now.part[i]);
    }
  }
  return result;
}

// The filter and what it remembers of the previous 16 bars. `Long` where factors.rest isn't 0.
template <bool Long>
class window_filter {
 public:
  // `s` is the filter's value before the first bar: as if it had been the only bar so far.
  PYHFT_SIMD window_filter starting_from(double s, const ema_factors& factors) {
    double lanes[window_bars] = {};
    lanes[window_bars - 1] = s;
    const window history = load_window(lanes);
    window_filter result;
    result.z_ = result.y1_ = result.y2_ = result.s_ = history;
    for (int i = 0; i < 4; ++i) result.decay_[i] = broadcast(factors.decay[i]);
    result.rest_ = broadcast(factors.rest);
    result.minus_loss_ = broadcast(-factors.loss);
    return result;
  }

  [[gnu::always_inline]] const window& advance(const window& z) {
    constexpr int half = window_vectors / 2;
    const window y1 = doubled<1>(z_, z, decay_[0]);
    const window y2 = doubled<2>(y1_, y1, decay_[1]);
    const window y4 = doubled<4>(y2_, y2, decay_[2]);
    window s;
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      const f64v before = i < half ? s_.part[i + half] : s.part[i - half];
      if constexpr (!Long)
        s.part[i] = multiply_add(decay_[3], before, y4.part[i]);
      else if constexpr (multiply_add_is_fused)
        s.part[i] = multiply_add(decay_[3], before, multiply_add(rest_, s_.part[i], y4.part[i]));
      else
        s.part[i] = before + multiply_add(minus_loss_, before, y4.part[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      z_.part[i] = z.part[i];
      y1_.part[i] = y1.part[i];
      y2_.part[i] = y2.part[i];
      s_.part[i] = s.part[i];
    }
    return s_;
  }

  [[gnu::always_inline]] const window& value() const { return s_; }

 private:
  window z_, y1_, y2_, s_;
  f64v decay_[4];
  f64v rest_;
  f64v minus_loss_;
};

PYHFT_SIMD bool is_finite(double x) { return x - x == 0.0; }
PYHFT_SIMD bool is_nan(double x) { return x != x; }

}  // namespace
}  // namespace pyhft::kernels
