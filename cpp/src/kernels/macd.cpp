// SPDX-License-Identifier: MIT
#include "pyhft/kernels/macd.hpp"

#include "batch.hpp"

namespace pyhft::kernels {
namespace {

void check(macd_periods periods) {
  check_period("macd", "fast", periods.fast, "bars of the fast average");
  check_period("macd", "slow", periods.slow, "bars of the slow average");
  check_period("macd", "signal", periods.signal, "values that the signal averages over");
}

macd_factors factors_of(macd_periods periods) {
  return {kernels::factors_of(periods.fast), kernels::factors_of(periods.slow), kernels::factors_of(periods.signal)};
}

template <typename View>
void store(const macd_outputs<View>& out, std::size_t i, macd_value value) {
  using T = std::remove_cvref_t<decltype(out.macd[i])>;
  out.macd[i] = static_cast<T>(value.macd);
  out.signal[i] = static_cast<T>(value.signal);
  out.histogram[i] = static_cast<T>(value.histogram);
}

template <typename T>
void fill_nan(const macd_outputs<series_view<T>>& out, std::size_t to) {
  kernels::fill_nan(out.macd, 0, to);
  kernels::fill_nan(out.signal, 0, to);
  kernels::fill_nan(out.histogram, 0, to);
}

struct start {
  std::size_t bar;  // the first one that the recursion still has to do
  macd_averages averages;
};

constexpr macd_averages no_averages{nan_value, nan_value, nan_value};

// Writes everything up to the bar where the recursion takes over.
template <typename T>
start warm_up(series_view<const T> x, macd_periods periods, const macd_factors& factors,
              const macd_outputs<series_view<T>>& out, summation how) {
  const auto fast = static_cast<std::size_t>(periods.fast);
  const auto slow = static_cast<std::size_t>(periods.slow);
  const auto signal = static_cast<std::size_t>(periods.signal);
  const std::size_t first = leading_nans(x);
  if (x.size - first < slow + signal - 1) {
    fill_nan(out, x.size);
    return {x.size, no_averages};
  }
  std::size_t bar = first + slow;
  macd_averages averages{mean(x, bar - fast, bar, how), mean(x, first, bar, how), 0.0};
  double line = averages.fast - averages.slow;
  double sum = line;
  for (std::size_t i = 1; i < signal; ++i, ++bar) {
    const auto value = static_cast<double>(x[bar]);
    averages.fast = std::fma(value - averages.fast, factors.fast.k, averages.fast);
    averages.slow = std::fma(value - averages.slow, factors.slow.k, averages.slow);
    line = averages.fast - averages.slow;
    sum += line;
  }
  averages.signal = sum / static_cast<double>(signal);
  fill_nan(out, bar - 1);
  store(out, bar - 1, {line, averages.signal, line - averages.signal});
  return {bar, averages};
}

template <typename T>
void run(series_view<const T> x, const macd_outputs<series_view<T>>& out, const macd_factors& factors, start from) {
  active_kernels<T>().macd_run(x.data + from.bar, out.macd.data + from.bar, out.signal.data + from.bar,
                               out.histogram.data + from.bar, x.size - from.bar, factors, from.averages);
}

// A series with gaps between its values goes through buffers, block by block.
template <typename T>
void run_strided(series_view<const T> x, const macd_outputs<series_view<T>>& out, const macd_factors& factors,
                 start from) {
  std::array<T, block_bars> values, macd, signal, histogram;
  for (std::size_t at = from.bar; at < x.size; at += block_bars) {
    const std::size_t bars = std::min(block_bars, x.size - at);
    for (std::size_t i = 0; i < bars; ++i) values[i] = x[at + i];
    active_kernels<T>().macd_run(values.data(), macd.data(), signal.data(), histogram.data(), bars, factors,
                                 from.averages);
    for (std::size_t i = 0; i < bars; ++i) {
      out.macd[at + i] = macd[i];
      out.signal[at + i] = signal[i];
      out.histogram[at + i] = histogram[i];
    }
  }
}

template <typename T>
void macd_of_series(series_view<const T> x, macd_periods periods, macd_outputs<series_view<T>> out) {
  check(periods);
  periods = in_order(periods);
  for (const auto& view : {out.macd, out.signal, out.histogram}) check_size("macd", x.size, view.size);
  const macd_factors factors = factors_of(periods);
  const start from = warm_up(x, periods, factors, out, summation::compensated);
  if (from.bar == x.size) return;
  if (x.stride == 1 && out.macd.stride == 1 && out.signal.stride == 1 && out.histogram.stride == 1)
    run(x, out, factors, from);
  else
    run_strided(x, out, factors, from);
}

template <typename T>
macd_strided<T> part(const macd_outputs<table_view<T>>& out, std::size_t row, std::size_t column) {
  return {kernels::part(out.macd, row, column), kernels::part(out.signal, row, column),
          kernels::part(out.histogram, row, column)};
}

template <typename T>
macd_outputs<table_view<T>> columns(const macd_outputs<table_view<T>>& out, std::size_t first, std::size_t count) {
  return {kernels::columns(out.macd, first, count), kernels::columns(out.signal, first, count),
          kernels::columns(out.histogram, first, count)};
}

template <typename T>
macd_outputs<series_view<T>> column(const macd_outputs<table_view<T>>& out, std::size_t i) {
  return {out.macd.column(i), out.signal.column(i), out.histogram.column(i)};
}

// Neighbouring series in lanes, as ema_of_rows does it: a lane without averages runs along as NaN.
template <typename T>
void macd_of_rows(table_view<const T> x, macd_periods periods, const macd_factors& factors,
                  const macd_outputs<table_view<T>>& out) {
  struct waiting {
    double fast_sum, slow_sum, signal_sum;
    std::int64_t bars;
    std::size_t lane;
  };
  std::array<double, lanes_at_once> fast, slow, signal;
  std::array<waiting, lanes_at_once> queue;
  const macd_lanes averages{fast.data(), slow.data(), signal.data()};
  std::size_t queued = x.series;
  for (std::size_t i = 0; i < queued; ++i) {
    fast[i] = slow[i] = signal[i] = nan_value;
    queue[i] = {0.0, 0.0, 0.0, 0, i};
  }
  std::size_t row = 0;
  for (; row < x.rows && queued != 0; ++row) {
    active_kernels<T>().macd_rows(kernels::part(x, row, 0), part(out, row, 0), 1, x.series, factors, averages);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < queued; ++i) {
      waiting w = queue[i];
      const std::size_t lane = w.lane;
      const auto value = static_cast<double>(*x.at(row, lane));
      if (w.bars != 0 || !std::isnan(value)) ++w.bars;
      if (w.bars != 0 && w.bars <= periods.slow) {
        w.slow_sum += value;
        if (w.bars > periods.slow - periods.fast) w.fast_sum += value;
      }
      if (w.bars == periods.slow) {
        slow[lane] = w.slow_sum / static_cast<double>(periods.slow);
        fast[lane] = w.fast_sum / static_cast<double>(periods.fast);
      }
      const double line = fast[lane] - slow[lane];
      if (w.bars >= periods.slow) w.signal_sum += line;
      const auto show = [&](macd_value shown) {
        *out.macd.at(row, lane) = static_cast<T>(shown.macd);
        *out.signal.at(row, lane) = static_cast<T>(shown.signal);
        *out.histogram.at(row, lane) = static_cast<T>(shown.histogram);
      };
      if (w.bars == periods.slow + periods.signal - 1) {
        signal[lane] = w.signal_sum / static_cast<double>(periods.signal);
        show({line, signal[lane], line - signal[lane]});
      } else {
        show({nan_value, nan_value, nan_value});
        queue[kept++] = w;
      }
    }
    queued = kept;
  }
  active_kernels<T>().macd_rows(kernels::part(x, row, 0), part(out, row, 0), x.rows - row, x.series, factors, averages);
}

// A few series at any strides, as ema_of_columns does it.
template <typename T>
void macd_of_columns(table_view<const T> x, macd_periods periods, const macd_factors& factors,
                     const macd_outputs<table_view<T>>& out) {
  const auto& kernels = active_kernels<T>();
  std::array<std::size_t, columns_at_once> bars;
  std::array<double, columns_at_once> fast, slow, signal;
  std::size_t together = 0;
  for (std::size_t i = 0; i < x.series; ++i) {
    const start from = warm_up(x.column(i), periods, factors, column(out, i), summation::plain);
    bars[i] = from.bar;
    fast[i] = from.averages.fast;
    slow[i] = from.averages.slow;
    signal[i] = from.averages.signal;
    const bool nothing = std::isnan(fast[i]) && std::isnan(slow[i]) && std::isnan(signal[i]);
    if (!nothing) together = std::max(together, from.bar);
  }
  for (std::size_t i = 0; i < x.series; ++i)
    if (bars[i] < together)
      kernels.macd_columns(kernels::part(x, bars[i], i), part(out, bars[i], i), together - bars[i], 1, factors,
                           {&fast[i], &slow[i], &signal[i]});
  kernels.macd_columns(kernels::part(x, together, 0), part(out, together, 0), x.rows - together, x.series, factors,
                       {fast.data(), slow.data(), signal.data()});
}

template <typename T>
void macd_of_table(table_view<const T> x, macd_periods periods, macd_outputs<table_view<T>> out) {
  check(periods);
  periods = in_order(periods);
  for (const auto& view : {out.macd, out.signal, out.histogram}) check_shape("macd", x, view);
  const macd_factors factors = factors_of(periods);
  const bool rows = side_by_side(x, out.macd, out.signal, out.histogram);
  const std::size_t step = rows ? lanes_at_once : columns_at_once;
  for (std::size_t i = 0; i < x.series; i += step) {
    const std::size_t count = std::min(step, x.series - i);
    const auto in = kernels::columns(x, i, count);
    if (rows)
      macd_of_rows(in, periods, factors, columns(out, i, count));
    else
      macd_of_columns(in, periods, factors, columns(out, i, count));
  }
}

}  // namespace

void macd(series_view<const double> x, macd_periods periods, macd_outputs<series_view<double>> out) {
  macd_of_series(x, periods, out);
}
void macd(series_view<const float> x, macd_periods periods, macd_outputs<series_view<float>> out) {
  macd_of_series(x, periods, out);
}
void macd(table_view<const double> x, macd_periods periods, macd_outputs<table_view<double>> out) {
  macd_of_table(x, periods, out);
}
void macd(table_view<const float> x, macd_periods periods, macd_outputs<table_view<float>> out) {
  macd_of_table(x, periods, out);
}

}  // namespace pyhft::kernels
