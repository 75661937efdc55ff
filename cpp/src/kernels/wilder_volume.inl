// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after wilder_methods.inl: running sums over price and volume, by blocks.

namespace pyhft::kernels {
namespace {

template <typename Method>
PYHFT_SIMD void accumulate_all(const Method& method, const double* const* in, size_t from, size_t bars, double* out,
                               exact_total* totals) {
  by_blocks(from, bars, [&](size_t bar, size_t end) __attribute__((always_inline)) {
    accumulate(method, in, bar, end, out + bar, totals);
  });
}

struct cumsum_method {
  static constexpr int inputs = 1;
  static constexpr int before = 0;
  static constexpr int sums = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const { z[0] = load_window(at[0]); }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
};

struct obv_method {
  static constexpr int inputs = 2;
  static constexpr int before = 1;
  static constexpr int sums = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const window now = load_window(at[0]);
    const window last = load_window(at[0] - 1);
    const window volumes = load_window(at[1]);
    z[0] = window_of([&](int i) __attribute__((always_inline)) {
      return only(now.part[i] > last.part[i], volumes.part[i]) - only(last.part[i] > now.part[i], volumes.part[i]);
    });
  }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
};

// The same rules as money_flow() of volume.hpp.
PYHFT_SIMD window money_flows(const double* const* at) {
  const window highs = load_window(at[high]);
  const window lows = load_window(at[low]);
  const window closes = load_window(at[close]);
  const window volumes = load_window(at[volume]);
  return window_of([&](int i) __attribute__((always_inline)) {
    const f64v range = highs.part[i] - lows.part[i];
    const f64v place = (closes.part[i] - lows.part[i]) - (highs.part[i] - closes.part[i]);
    return only(range > zero(), place / range * volumes.part[i]);
  });
}

struct ad_method {
  static constexpr int inputs = 4;
  static constexpr int before = 0;
  static constexpr int sums = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const { z[0] = money_flows(at); }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
};

// An average e of the line of AD is distant from it by d = b * (d[-1] + flow), so that the line itself, with its errors,
// isn't needed: the sums are d / b of the fast average and of the slow one.
struct adosc_method {
  static constexpr int inputs = 4;
  static constexpr int before = 0;
  static constexpr int sums = 2;
  static constexpr int decays = 2;

  double fast_b;
  double slow_b;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const { z[0] = z[1] = money_flows(at); }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    return window_of([&](int i) __attribute__((always_inline)) {
      return s[1].part[i] * broadcast(slow_b) - s[0].part[i] * broadcast(fast_b);
    });
  }
};

// Three times the typical price, so that there is one division per bar.
struct vwap_method {
  static constexpr int inputs = 4;
  static constexpr int before = 0;
  static constexpr int sums = 2;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const window highs = load_window(at[high]);
    const window lows = load_window(at[low]);
    const window closes = load_window(at[close]);
    const window volumes = load_window(at[volume]);
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      const f64v prices = highs.part[i] + lows.part[i] + closes.part[i];
      // x - x is NaN where x isn't finite.
      const mask64v counts = (prices - prices) + (volumes.part[i] - volumes.part[i]) == zero();
      z[0].part[i] = only(counts, prices * volumes.part[i]);
      z[1].part[i] = only(counts, volumes.part[i]);
    }
  }
  // NaN in the place of a mean over no volume.
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    return window_of([&](int i) __attribute__((always_inline)) {
      return choose(s[1].part[i] > zero(), s[0].part[i] / (broadcast(3.0) * s[1].part[i]),
                    broadcast(__builtin_nan("")));
    });
  }
};

PYHFT_SIMD bool all_finite(const double* x, size_t bars) {
  f64v sum = zero();
  size_t bar = 0;
  for (; bar + f64v::width <= bars; bar += f64v::width) sum = sum + (load(x + bar) - load(x + bar));
  bool finite = every(sum == zero());
  for (; bar < bars; ++bar) finite = finite && is_finite(x[bar]);
  return finite;
}

void cumsum_batch(const double* const* in, size_t bars, const double*, double* const* out, double*) {
  exact_total total;
  accumulate_all(cumsum_method{}, in, 0, bars, out[0], &total);
}

void obv_batch(const double* const* in, size_t bars, const double*, double* const* out, double*) {
  exact_total total;
  out[0][0] = total.sum = in[1][0];
  accumulate_all(obv_method{}, in, 1, bars, out[0], &total);
}

void ad_batch(const double* const* in, size_t bars, const double*, double* const* out, double*) {
  exact_total total;
  accumulate_all(ad_method{}, in, 0, bars, out[0], &total);
}

void vwap_batch(const double* const* in, size_t bars, const double*, double* const* out, double*) {
  exact_total totals[vwap_method::sums];
  double last = 0.0;
  by_blocks(0, bars, [&](size_t bar, size_t end) __attribute__((always_inline)) {
    double* mean = out[0] + bar;
    const size_t now = end - bar;
    accumulate(vwap_method{}, in, bar, end, mean, totals);
    if (!all_finite(mean, now))
      for (size_t i = 0; i < now; ++i) last = mean[i] = is_nan(mean[i]) ? last : mean[i];
    last = mean[now - 1];
  });
}

void adosc_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const decay_factors factors[] = {ema_decay(p[0]), ema_decay(p[1])};
  const adosc_method method{factors[0].decay[0], factors[1].decay[0]};
  const auto first = static_cast<size_t>(p[0] > p[1] ? p[0] : p[1]) - 1;
  double sums[adosc_method::sums] = {};
  double unused[block_bars];
  by_blocks(1, first, [&](size_t bar, size_t end) __attribute__((always_inline)) {
    carry_on(method, in, bar, end, unused, factors, sums);
  });
  carry_on(method, in, first, bars, out[0] + first, factors, sums);
}

}  // namespace
}  // namespace pyhft::kernels
