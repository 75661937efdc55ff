// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in extremes.cpp, in the same order.

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "simd.hpp"

#include "average_code.hpp"
#include "kernel_table.hpp"
#include "pyhft/kernels/extremes.hpp"
#include "pyhft/kernels/stochastic.hpp"

#include "state_code.inl"
#include "window_body.inl"

#include "past_caches.inl"

#include "block_body.inl"

#include "extremes_window.inl"

#include "extremes_places.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD size_t period_of(const double* p) { return static_cast<size_t>(p[0]); }

template <typename Order>
void best_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const size_t period = period_of(p);
  sliding_best<Order> best(in[0], period, scratch);
  chunked_result result(out[0], bars, 1);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) {
    best.next(result.at(bar), now);
    result.done(bar, now);
  });
}

template <typename Order>
size_t best_scratch(size_t, const double* p) {
  return sliding_best<Order>::scratch_doubles(period_of(p));
}

// out[i] = f(in[i]...) for the vectors of [0, bars); the incomplete one at the end through copies.
template <typename F, typename... Inputs>
PYHFT_SIMD void each_vector(size_t bars, F f, double* out, const Inputs*... in) {
  size_t i = 0;
  for (; i + f64v::width <= bars; i += f64v::width) store(out + i, f(load(in + i)...));
  const auto rest_of = [&](const double* from) __attribute__((always_inline)) {
    double copy[f64v::width] = {};
    for (size_t k = 0; i + k < bars; ++k) copy[k] = from[i + k];
    return load(copy);
  };
  if (i == bars) return;
  double last[f64v::width];
  store(last, f(rest_of(in)...));
  for (size_t k = 0; i + k < bars; ++k) out[i + k] = last[k];
}

// The lowest and the highest of windows, chunk by chunk.
class sliding_range {
 public:
  static size_t scratch_doubles(size_t period) { return 2 * sliding_best<highest>::scratch_doubles(period); }

  sliding_range(const double* high, const double* low, size_t period, double* scratch)
      : low_(low, period, scratch), high_(high, period, scratch + sliding_best<lowest>::scratch_doubles(period)) {}

  void next(double* low, double* high, size_t bars) {
    low_.next(low, bars);
    high_.next(high, bars);
  }

 private:
  sliding_best<lowest> low_;
  sliding_best<highest> high_;
};

size_t range_scratch(size_t, const double* p) { return sliding_range::scratch_doubles(period_of(p)); }

void minmax_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const size_t period = period_of(p);
  sliding_range range(in[0], in[0], period, scratch);
  chunked_result low(out[0], bars, 2);
  chunked_result high(out[1], bars, 2);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) {
    range.next(low.at(bar), high.at(bar), now);
    low.done(bar, now);
    high.done(bar, now);
  });
}

void middle(const double* high, const double* low, size_t bars, const double* p, double* out, double* scratch) {
  const size_t period = period_of(p);
  sliding_range range(high, low, period, scratch);
  chunked_result result(out, bars, 1);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) {
    double lows[chunk_bars];
    double highs[chunk_bars];
    range.next(lows, highs, now);
    const auto mean = [](f64v a, f64v b) __attribute__((always_inline)) { return (a + b) / broadcast(2.0); };
    each_vector(now, mean, result.at(bar), highs, lows);
    result.done(bar, now);
  });
}

void midpoint_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  middle(in[0], in[0], bars, p, out[0], scratch);
}

void midprice_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  middle(in[0], in[1], bars, p, out[0], scratch);
}

// percent_of_range::of, lane by lane.
PYHFT_SIMD f64v percents_of_range(f64v distance, f64v high, f64v low, f64v whole) {
  const f64v range = high - low;
  const f64v error = broadcast(percent_of_range::flat) * (absolute(high) + absolute(low));
  return choose(error >= absolute(range), broadcast(0.0), distance / range * whole);
}

void willr_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const size_t period = period_of(p);
  sliding_range range(in[0], in[1], period, scratch);
  chunked_result result(out[0], bars, 1);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) {
    double lows[chunk_bars];
    double highs[chunk_bars];
    range.next(lows, highs, now);
    const auto percents = [](f64v high, f64v low, f64v close) __attribute__((always_inline)) {
      const f64v percent = percents_of_range(high - close, high, low, broadcast(-100.0));
      return larger(broadcast(-100.0), smaller(broadcast(0.0), percent));
    };
    each_vector(now, percents, result.at(bar), highs, lows, in[2] + bar);
    result.done(bar, now);
  });
}

template <typename Order>
void index_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const size_t period = period_of(p);
  sliding_place<Order, tie::earliest> place(in[0], period, scratch);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) { place.next(out[0] + bar, now); });
}

template <typename Order>
size_t index_scratch(size_t, const double* p) {
  return sliding_place<Order, tie::earliest>::scratch_doubles(period_of(p));
}

void minmaxindex_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  index_batch<lowest>(in, bars, p, out, scratch);
  index_batch<highest>(in, bars, p, out + 1, scratch);
}

// f(bar, bars, places of the lowest lows, places of the highest highs) for chunks of the windows of period + 1 bars.
template <typename F>
PYHFT_SIMD void each_aroon_chunk(const double* const* in, size_t bars, size_t period, double* scratch, F f) {
  sliding_place<lowest, tie::latest> low(in[1], period + 1, scratch);
  sliding_place<highest, tie::latest> high(in[0], period + 1, scratch + low.scratch_doubles(period + 1));
  each_chunk(period, bars, [&](size_t bar, size_t now) {
    double lows[chunk_bars];
    double highs[chunk_bars];
    low.next(lows, now);
    high.next(highs, now);
    f(bar, now, lows, highs);
  });
}

size_t aroon_scratch(size_t, const double* p) {
  return 2 * sliding_place<lowest, tie::latest>::scratch_doubles(period_of(p) + 1);
}

void aroon_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const double factor = 100.0 / p[0];
  each_aroon_chunk(in, bars, period_of(p), scratch,
                   [&](size_t bar, size_t now, const double* lows, const double* highs) {
                     for (size_t i = 0; i < now; ++i) {
                       const auto number = static_cast<double>(bar + i);
                       out[0][bar + i] = factor * (p[0] - (number - lows[i]));
                       out[1][bar + i] = factor * (p[0] - (number - highs[i]));
                     }
                   });
}

void aroonosc_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const double factor = 100.0 / p[0];
  each_aroon_chunk(in, bars, period_of(p), scratch,
                   [&](size_t bar, size_t now, const double* lows, const double* highs) {
                     for (size_t i = 0; i < now; ++i) out[0][bar + i] = factor * (highs[i] - lows[i]);
                   });
}

bool has_nan(const double* x, size_t bars) {
  size_t i = 0;
  for (; i + 4 * f64v::width <= bars; i += 4 * f64v::width) {
    const auto known = [&](size_t k) __attribute__((always_inline)) {
      const f64v bar = load(x + i + k * f64v::width);
      return bar == bar;
    };
    if (!every((known(0) & known(1)) & (known(2) & known(3)))) return true;
  }
  for (; i < bars; ++i)
    if (x[i] != x[i]) return true;
  return false;
}

// The two searches of fast_k_state.
size_t fast_k_scratch(size_t period) { return 4 * period; }

// 100 * (close - L) / (H - L) from bar period - 1 on. What TA-Lib's search makes of NaN is left to the state.
void fast_k(const double* high, const double* low, const double* close, size_t bars, size_t period, double* out,
            double* scratch) {
  if (has_nan(high, bars) || (low != high && has_nan(low, bars))) {
    fast_k_state state(static_cast<int64_t>(period));
    bind_rings(state, scratch);
    for (size_t i = 0; i < bars; ++i) {
      const double k = state.update(high[i], low[i], close[i]);
      if (i + 1 >= period) out[i] = k;
    }
    return;
  }
  sliding_range range(high, low, period, scratch);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) {
    double lows[chunk_bars];
    double highs[chunk_bars];
    range.next(lows, highs, now);
    const auto percents = [](f64v highest_high, f64v lowest_low, f64v last) __attribute__((always_inline)) {
      return percents_of_range(last - lowest_low, highest_high, lowest_low, broadcast(100.0));
    };
    each_vector(now, percents, out + bar, highs, lows, close + bar);
  });
}

PYHFT_SIMD size_t larger_of(size_t a, size_t b) { return a > b ? a : b; }

// An average as the parameters describe it.
struct chosen_average {
  average kind;
  int64_t period;

  PYHFT_SIMD chosen_average of(double period, double kind) { return {average_of(kind, average::sma), whole(period)}; }
  size_t lookback() const { return static_cast<size_t>(lookback_of_average(kind, period)); }
  size_t scratch_doubles(size_t bars) const { return PYHFT_ISA::average_scratch(kind, period, bars); }
  // Of in[first, bars); writes from bar first + lookback() on.
  void run(const double* in, size_t first, size_t bars, double* out, double* scratch) const {
    PYHFT_ISA::run_average(kind, period, in + first, bars - first, out + first, scratch);
  }
};

void stochf(const double* high, const double* low, const double* close, size_t bars, size_t period, chosen_average d,
            double* k_out, double* d_out, double* scratch) {
  fast_k(high, low, close, bars, period, k_out, scratch);
  d.run(k_out, period - 1, bars, d_out, scratch);
}

void stochf_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  stochf(in[0], in[1], in[2], bars, period_of(p), chosen_average::of(p[1], p[2]), out[0], out[1], scratch);
}

size_t stochf_scratch(size_t bars, const double* p) {
  return larger_of(fast_k_scratch(period_of(p)), chosen_average::of(p[1], p[2]).scratch_doubles(bars));
}

void stoch_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const size_t period = period_of(p);
  const auto k = chosen_average::of(p[1], p[2]);
  const auto d = chosen_average::of(p[3], p[4]);
  fast_k(in[0], in[1], in[2], bars, period, out[1], scratch);
  k.run(out[1], period - 1, bars, out[0], scratch);
  d.run(out[0], period - 1 + k.lookback(), bars, out[1], scratch);
}

size_t stoch_scratch(size_t bars, const double* p) {
  const size_t averages = larger_of(chosen_average::of(p[1], p[2]).scratch_doubles(bars),
                                    chosen_average::of(p[3], p[4]).scratch_doubles(bars));
  return larger_of(fast_k_scratch(period_of(p)), averages);
}

// A window in which the RSI hardly moves makes much of its last bits, so it takes those of TA-Lib.
void stochrsi_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const size_t first = period_of(p);
  rsi_state state(static_cast<int64_t>(first));
  for (size_t i = 0; i < bars; ++i) out[1][i] = state.update(in[0][i]);
  double* rsi = out[1] + first;
  stochf(rsi, rsi, rsi, bars - first, period_of(p + 1), chosen_average::of(p[2], p[3]), out[0] + first, rsi, scratch);
}

size_t stochrsi_scratch(size_t bars, const double* p) { return stochf_scratch(bars, p + 1); }

PYHFT_SIMD max_state make_max(const double* p) { return max_state(whole(p[0])); }
PYHFT_SIMD min_state make_min(const double* p) { return min_state(whole(p[0])); }
PYHFT_SIMD minmax_state make_minmax(const double* p) { return minmax_state(whole(p[0])); }
PYHFT_SIMD midpoint_state make_midpoint(const double* p) { return midpoint_state(whole(p[0])); }
PYHFT_SIMD midprice_state make_midprice(const double* p) { return midprice_state(whole(p[0])); }
PYHFT_SIMD willr_state make_willr(const double* p) { return willr_state(whole(p[0])); }
PYHFT_SIMD maxindex_state make_maxindex(const double* p) { return maxindex_state(whole(p[0])); }
PYHFT_SIMD minindex_state make_minindex(const double* p) { return minindex_state(whole(p[0])); }
PYHFT_SIMD minmaxindex_state make_minmaxindex(const double* p) { return minmaxindex_state(whole(p[0])); }
PYHFT_SIMD aroon_state make_aroon(const double* p) { return aroon_state(whole(p[0])); }
PYHFT_SIMD aroonosc_state make_aroonosc(const double* p) { return aroonosc_state(whole(p[0])); }
PYHFT_SIMD stochf_state make_stochf(const double* p) {
  return stochf_state(whole(p[0]), average_of(p[2], average::sma), whole(p[1]), unstable_of(p));
}
PYHFT_SIMD stoch_state make_stoch(const double* p) {
  return stoch_state(whole(p[0]), average_of(p[2], average::sma), whole(p[1]), average_of(p[4], average::sma),
                     whole(p[3]), unstable_of(p));
}
PYHFT_SIMD stochrsi_state make_stochrsi(const double* p) {
  return stochrsi_state(whole(p[0]), whole(p[1]), average_of(p[3], average::sma), whole(p[2]), unstable_of(p));
}
PYHFT_SIMD rolling_quantile_state make_rolling_quantile(const double* p) {
  return rolling_quantile_state(whole(p[0]), p[1]);
}

constexpr indicator_code all[] = {
    {"max", best_batch<highest>, best_scratch<highest>, state_of<make_max>()},
    {"min", best_batch<lowest>, best_scratch<lowest>, state_of<make_min>()},
    {"minmax", minmax_batch, range_scratch, state_of<make_minmax>()},
    {"maxindex", index_batch<highest>, index_scratch<highest>, state_of<make_maxindex>()},
    {"minindex", index_batch<lowest>, index_scratch<lowest>, state_of<make_minindex>()},
    {"minmaxindex", minmaxindex_batch, index_scratch<lowest>, state_of<make_minmaxindex>()},
    {"midpoint", midpoint_batch, range_scratch, state_of<make_midpoint>()},
    {"midprice", midprice_batch, range_scratch, state_of<make_midprice>()},
    {"willr", willr_batch, range_scratch, state_of<make_willr>()},
    {"aroon", aroon_batch, aroon_scratch, state_of<make_aroon>()},
    {"aroonosc", aroonosc_batch, aroon_scratch, state_of<make_aroonosc>()},
    {"stoch", stoch_batch, stoch_scratch, state_of<make_stoch>()},
    {"stochf", stochf_batch, stochf_scratch, state_of<make_stochf>()},
    {"stochrsi", stochrsi_batch, stochrsi_scratch, state_of<make_stochrsi>()},
    {"rolling_quantile", nullptr, nullptr, state_of<make_rolling_quantile>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::extremes{all, sizeof all / sizeof all[0]};

}  // namespace pyhft::kernels
