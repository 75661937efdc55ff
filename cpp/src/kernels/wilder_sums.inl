// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after window_body.inl. Wilder's smoothing as a sum that loses one `period`th of
// itself with every bar, s = z + b * s[-1] with b = 1 - 1/period: the filter of window_body.inl, carried on by
//   s = y8 + b16 * s[-16]
// with b16 in two parts. Nothing cancels here: sums of values that aren't negative are right to a few units in the last
// place whatever their size, so that ratios of two of them are too, after however long a time without a change.
// Non-finite values only ever look back: bars before one of them are untouched, and none after it is finite.

namespace pyhft::kernels {
namespace {

struct decay_factors {
  double once;      // 1 / period
  double decay[4];  // b to the powers 1, 2, 4, 8, each rounded once
  double b16;
  double b16_error;
};

PYHFT_SIMD decay_factors decay_of(double period) {
  decay_factors result;
  // What is lost over 2, 4, 8, 16 bars follows from what is lost over half of them, without a digit less for long
  // periods.
  long double loss = 1.0L / static_cast<long double>(period);
  result.once = static_cast<double>(loss);
  for (double& decay : result.decay) {
    decay = static_cast<double>(1.0L - loss);
    loss *= 2.0L - loss;
  }
  result.b16 = static_cast<double>(1.0L - loss);
  result.b16_error = static_cast<double>((1.0L - static_cast<long double>(result.b16)) - loss);
  return result;
}

class decaying_sum {
 public:
  PYHFT_SIMD decaying_sum starting_from(double s, const decay_factors& factors) {
    double lanes[window_bars] = {};
    lanes[window_bars - 1] = s;
    decaying_sum result;
    result.z_ = result.y1_ = result.y2_ = result.y4_ = result.s_ = load_window(lanes);
    for (int i = 0; i < 4; ++i) result.decay_[i] = broadcast(factors.decay[i]);
    result.b16_ = broadcast(factors.b16);
    result.b16_error_ = broadcast(factors.b16_error);
    return result;
  }

  [[gnu::always_inline]] const window& advance(const window& z) {
    const window y1 = doubled<1>(z_, z, decay_[0]);
    const window y2 = doubled<2>(y1_, y1, decay_[1]);
    const window y4 = doubled<4>(y2_, y2, decay_[2]);
    const window y8 = doubled<8>(y4_, y4, decay_[3]);
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      s_.part[i] = multiply_add(b16_, s_.part[i], multiply_add(b16_error_, s_.part[i], y8.part[i]));
      // Vector by vector: windows as a whole the compiler copies through memory.
      z_.part[i] = z.part[i];
      y1_.part[i] = y1.part[i];
      y2_.part[i] = y2.part[i];
      y4_.part[i] = y4.part[i];
    }
    return s_;
  }

  [[gnu::always_inline]] const window& value() const { return s_; }

 private:
  window z_, y1_, y2_, y4_, s_;
  f64v decay_[4];
  f64v b16_, b16_error_;
};

// A method over whole windows of bars says
//   inputs, sums                             how many
//   void terms(const double* const* at, window* z) const
//                                            what the sums add up; at[i][-1] is the bar before
//   window result(const double* const* at, const window* s) const
// Each of its windows begins at `at`, the incomplete last one on the side.
template <typename Method>
struct side_buffers {
  double in[Method::inputs][1 + window_bars] = {};
  double out[window_bars];

  // The `bars` < window_bars bars from `from` on, and the one before.
  PYHFT_SIMD side_buffers of(const double* const* in, size_t from, size_t bars) {
    side_buffers result;
    for (int i = 0; i < Method::inputs; ++i)
      for (size_t bar = 0; bar <= bars; ++bar) result.in[i][bar] = in[i][from + bar - 1];
    return result;
  }
};

template <typename Method>
struct window_pointers {
  const double* at[Method::inputs];

  PYHFT_SIMD window_pointers inside(const double* const* in, size_t bar) {
    window_pointers result;
    for (int i = 0; i < Method::inputs; ++i) result.at[i] = in[i] + bar;
    return result;
  }
  PYHFT_SIMD window_pointers aside(const side_buffers<Method>& side) {
    window_pointers result;
    for (int i = 0; i < Method::inputs; ++i) result.at[i] = side.in[i] + 1;
    return result;
  }
};

// Adds the terms of the bars [from, to) to `sums`.
template <typename Method>
void add_terms(const Method& method, const double* const* in, size_t from, size_t to, double* sums) {
  const size_t rest = (to - from) % window_bars;
  const size_t whole = to - rest;
  window z[Method::sums];
  if (whole != from) {
    window total[Method::sums];
    for (int k = 0; k < Method::sums; ++k)
      for (int i = 0; i < window_vectors; ++i) total[k].part[i] = broadcast(0.0);
    for (size_t bar = from; bar < whole; bar += window_bars) {
      method.terms(window_pointers<Method>::inside(in, bar).at, z);
      for (int k = 0; k < Method::sums; ++k)
        for (int i = 0; i < window_vectors; ++i) total[k].part[i] = total[k].part[i] + z[k].part[i];
    }
    for (int k = 0; k < Method::sums; ++k) {
      double lanes[window_bars];
      store_window(lanes, total[k]);
      for (const double one : lanes) sums[k] += one;
    }
  }
  if (rest == 0) return;
  const auto side = side_buffers<Method>::of(in, whole, rest);
  method.terms(window_pointers<Method>::aside(side).at, z);
  for (int k = 0; k < Method::sums; ++k) {
    double lanes[window_bars];
    store_window(lanes, z[k]);
    for (size_t i = 0; i < rest; ++i) sums[k] += lanes[i];
  }
}

// The result of one bar from given sums.
template <typename Method>
double result_at(const Method& method, const double* const* in, size_t bar, const double* sums) {
  const auto side = side_buffers<Method>::of(in, bar, 1);
  window s[Method::sums];
  for (int k = 0; k < Method::sums; ++k)
    for (int i = 0; i < window_vectors; ++i) s[k].part[i] = broadcast(sums[k]);
  return lane(method.result(window_pointers<Method>::aside(side).at, s), 0);
}

// Carries `sums` on over the bars [from, to), of which there is at least one, and leaves the new ones behind. out[0] is
// the result of bar `from`. The incomplete window takes its turn in the same loop: with a second copy of the loop's
// body the compiler keeps the sums in memory.
template <typename Method>
void carry_on(const Method& method, const double* const* in, size_t from, size_t to, double* out,
              const decay_factors& factors, double* sums) {
  const size_t bars = to - from;
  const size_t rest = bars % window_bars;
  const size_t whole = bars - rest;
  auto side = side_buffers<Method>::of(in, from + whole, rest);
  decaying_sum sum[Method::sums];
  for (int k = 0; k < Method::sums; ++k) sum[k] = decaying_sum::starting_from(sums[k], factors);
  for (size_t bar = 0; bar < bars; bar += window_bars) {
    const bool inside = bar < whole;
    const auto pointers =
        inside ? window_pointers<Method>::inside(in, from + bar) : window_pointers<Method>::aside(side);
    window z[Method::sums];
    window s[Method::sums];
    method.terms(pointers.at, z);
    s[0] = sum[0].advance(z[0]);
    if constexpr (Method::sums > 1) s[1] = sum[1].advance(z[1]);
    if constexpr (Method::sums > 2) s[2] = sum[2].advance(z[2]);
    store_window(inside ? out + bar : side.out, method.result(pointers.at, s));
  }
  for (size_t i = 0; i < rest; ++i) out[whole + i] = side.out[i];
  for (int k = 0; k < Method::sums; ++k) sums[k] = lane(sum[k].value(), (bars - 1) % window_bars);
}

// Sums of the first `seed` bars from bar 1 on, whose result stands at bar `seed`, and from there to the end.
template <typename Method>
void smoothed(const Method& method, const double* const* in, size_t bars, size_t seed, double* out,
              const decay_factors& factors) {
  double sums[Method::sums] = {};
  add_terms(method, in, 1, seed + 1, sums);
  out[seed] = result_at(method, in, seed, sums);
  if (seed + 1 < bars) carry_on(method, in, seed + 1, bars, out + seed + 1, factors, sums);
}

struct gains_and_losses {
  static constexpr int inputs = 1;
  static constexpr int sums = 2;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const window change = load_window(at[0]) - load_window(at[0] - 1);
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      z[0].part[i] = larger(change.part[i], broadcast(0.0));
      z[1].part[i] = z[0].part[i] - change.part[i];
    }
  }
};

struct rsi_method : gains_and_losses {
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    window result;
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      const f64v total = s[0].part[i] + s[1].part[i];
      result.part[i] =
          choose(total == broadcast(0.0), broadcast(0.0), broadcast(100.0) * s[0].part[i] / total);
    }
    return result;
  }
};

struct cmo_method : gains_and_losses {
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    window result;
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      const f64v total = s[0].part[i] + s[1].part[i];
      result.part[i] = choose(total == broadcast(0.0), broadcast(0.0),
                              broadcast(100.0) * (s[0].part[i] - s[1].part[i]) / total);
    }
    return result;
  }
};

}  // namespace

void PYHFT_ISA::rsi_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  smoothed(rsi_method{}, in, bars, static_cast<size_t>(p[0]), out[0], decay_of(p[0]));
}

}  // namespace pyhft::kernels
