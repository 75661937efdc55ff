// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in extremes.cpp, in the same order.

#include <string.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/extremes.hpp"

#include "state_code.inl"

#include "extremes_window.inl"

#include "extremes_places.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD size_t period_of(const double* p) { return static_cast<size_t>(p[0]); }

template <typename Order>
void best_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const size_t period = period_of(p);
  sliding_best<Order> best(in[0], period, scratch);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) { best.next(out[0] + bar, now); });
}

template <typename Order>
size_t best_scratch(size_t, const double* p) {
  return sliding_best<Order>::scratch_doubles(period_of(p));
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
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) { range.next(out[0] + bar, out[1] + bar, now); });
}

void middle(const double* high, const double* low, size_t bars, const double* p, double* out, double* scratch) {
  const size_t period = period_of(p);
  sliding_range range(high, low, period, scratch);
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) {
    double lows[chunk_bars];
    double highs[chunk_bars];
    range.next(lows, highs, now);
    const f64v two = broadcast(2.0);
    size_t i = 0;
    for (; i + f64v::width <= now; i += f64v::width) store(out + bar + i, (load(highs + i) + load(lows + i)) / two);
    for (; i < now; ++i) out[bar + i] = (highs[i] + lows[i]) / 2.0;
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
  const double* closes = in[2];
  each_chunk(period - 1, bars, [&](size_t bar, size_t now) {
    double lows[chunk_bars];
    double highs[chunk_bars];
    range.next(lows, highs, now);
    const double* close = closes + bar;
    double* to = out[0] + bar;
    size_t i = 0;
    for (; i + f64v::width <= now; i += f64v::width) {
      const f64v high = load(highs + i);
      store(to + i, percents_of_range(high - load(close + i), high, load(lows + i), broadcast(-100.0)));
    }
    for (; i < now; ++i) to[i] = percent_of_range::of(highs[i] - close[i], highs[i], lows[i], -100.0);
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
    {"rolling_quantile", nullptr, nullptr, state_of<make_rolling_quantile>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::extremes{all, sizeof all / sizeof all[0]};

}  // namespace pyhft::kernels
