// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after wilder_methods.inl: running sums over price and volume, by blocks.

namespace pyhft::kernels {
namespace {

template <typename Method>
PYHFT_SIMD void accumulate_all(const Method& method, const double* const* in, size_t from, size_t bars, double* out,
                               exact_total* totals) {
  for (size_t bar = from; bar < bars; bar += block_bars)
    accumulate(method, in, bar, bars - bar < block_bars ? bars : bar + block_bars, out + bar, totals);
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
    z[0] = each_vector([&](int i) __attribute__((always_inline)) {
      return only(now.part[i] > last.part[i], volumes.part[i]) - only(last.part[i] > now.part[i], volumes.part[i]);
    });
  }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
};

// The same rules as money_flow() of volume.hpp.
struct ad_method {
  static constexpr int inputs = 4;
  static constexpr int before = 0;
  static constexpr int sums = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const window highs = load_window(at[high]);
    const window lows = load_window(at[low]);
    const window closes = load_window(at[close]);
    const window volumes = load_window(at[volume]);
    z[0] = each_vector([&](int i) __attribute__((always_inline)) {
      const f64v range = highs.part[i] - lows.part[i];
      const f64v place = (closes.part[i] - lows.part[i]) - (highs.part[i] - closes.part[i]);
      return only(range > zero(), place / range * volumes.part[i]);
    });
  }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
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
    return each_vector([&](int i) __attribute__((always_inline)) {
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
  for (size_t bar = 0; bar < bars; bar += block_bars) {
    const size_t now = bars - bar < block_bars ? bars - bar : block_bars;
    double* mean = out[0] + bar;
    accumulate(vwap_method{}, in, bar, bar + now, mean, totals);
    if (!all_finite(mean, now))
      for (size_t i = 0; i < now; ++i) last = mean[i] = is_nan(mean[i]) ? last : mean[i];
    last = mean[now - 1];
  }
}

// Both averages of the line of AD, as distances from the slow one before the block.
class adosc_run {
 public:
  PYHFT_SIMD adosc_run of(const double* const* in, const double* p) {
    adosc_run result;
    result.in_ = in;
    result.fast_factors_ = ema_decay(p[0]);
    result.slow_factors_ = ema_decay(p[1]);
    accumulate(ad_method{}, in, 0, 1, &result.slow_, &result.total_);
    result.fast_ = result.slow_;
    return result;
  }

  // Of the next `bars` <= block_bars bars, from bar 1 on.
  void advance(double* out, size_t bars) {
    auto line = running_sum::starting_from(total_.error);
    auto fast = decaying_sum::starting_from((fast_ - slow_) / fast_factors_.once, fast_factors_);
    auto slow = decaying_sum::starting_from(0.0, slow_factors_);
    const double level = total_.sum - slow_;
    const f64v fast_k = broadcast(fast_factors_.once);
    const f64v slow_k = broadcast(slow_factors_.once);
    over_windows<4, 0>(in_, next_, next_ + bars, out, [&](const double* const* at) __attribute__((always_inline)) {
      window z;
      ad_method{}.terms(at, &z);
      const window& added = line.advance(z);
      z = raised(added, level);
      const window& f = fast.advance(z);
      const window& s = slow.advance(z);
      return each_vector(
          [&](int i) __attribute__((always_inline)) { return f.part[i] * fast_k - s.part[i] * slow_k; });
    });
    const size_t last = (bars - 1) % window_bars;
    fast_ = slow_ + lane(fast.value(), last) * fast_factors_.once;
    slow_ += lane(slow.value(), last) * slow_factors_.once;
    total_.absorb(lane(line.value(), last));
    next_ += bars;
  }

 private:
  const double* const* in_;
  decay_factors fast_factors_;
  decay_factors slow_factors_;
  exact_total total_;
  double fast_;
  double slow_;
  size_t next_ = 1;
};

void adosc_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const auto first = static_cast<size_t>(p[0] > p[1] ? p[0] : p[1]) - 1;
  auto run = adosc_run::of(in, p);
  double unused[block_bars];
  for (size_t bar = 1; bar < first; bar += block_bars)
    run.advance(unused, first - bar < block_bars ? first - bar : block_bars);
  for (size_t bar = first; bar < bars; bar += block_bars)
    run.advance(out[0] + bar, bars - bar < block_bars ? bars - bar : block_bars);
}

}  // namespace
}  // namespace pyhft::kernels
