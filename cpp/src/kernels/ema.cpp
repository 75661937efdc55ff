// SPDX-License-Identifier: MIT
#include "pyhft/kernels/ema.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "batch.hpp"

namespace pyhft::kernels {
namespace {

void check(std::int64_t period, ema_seed seed) {
  check_period("ema", "period", period, "bars to average over");
  if (seed.how == ema_seed::kind::value && !std::isfinite(seed.value))
    throw argument_error("ema: seed is " + std::to_string(seed.value) +
                         "; it must be finite: give the average before the first bar, or 'sma' or 'first'.");
}

struct start {
  std::size_t bar;  // the first one that the recursion still has to do
  double e;         // the average before it
};

// Writes everything up to the bar where the recursion takes over.
template <typename T>
start warm_up(series_view<const T> x, std::size_t period, series_view<T> out, ema_seed seed, summation how) {
  const std::size_t first = leading_nans(x);
  const std::size_t bars = x.size - first;
  const std::size_t needed = seed.how == ema_seed::kind::sma ? period : 1;
  if (bars < needed) {
    fill_nan(out, 0, x.size);
    return {x.size, nan_value};
  }
  if (seed.how == ema_seed::kind::value) {
    fill_nan(out, 0, first);
    return {first, seed.value};
  }
  const std::size_t seeded = first + needed - 1;
  const double e = mean(x, first, seeded + 1, how);
  fill_nan(out, 0, seeded);
  out[seeded] = static_cast<T>(e);
  return {seeded + 1, e};
}

// A series with gaps between its values goes through a buffer, block by block.
template <typename T>
void run_strided(series_view<const T> x, series_view<T> out, const ema_factors& factors, start from) {
  std::array<T, block_bars> values;
  std::array<T, block_bars> averages;
  for (std::size_t at = from.bar; at < x.size; at += block_bars) {
    const std::size_t bars = std::min(block_bars, x.size - at);
    for (std::size_t i = 0; i < bars; ++i) values[i] = x[at + i];
    from.e = active_kernels<T>().ema_run(values.data(), averages.data(), bars, factors, from.e);
    for (std::size_t i = 0; i < bars; ++i) out[at + i] = averages[i];
  }
}

template <typename T>
void ema_of_series(series_view<const T> x, std::int64_t period, series_view<T> out, ema_seed seed) {
  check(period, seed);
  check_size("ema", x.size, out.size);
  if (period == 1) {
    for (std::size_t i = 0; i < x.size; ++i) out[i] = x[i];
    return;
  }
  const start from = warm_up(x, static_cast<std::size_t>(period), out, seed, summation::compensated);
  if (from.bar == x.size) return;
  const ema_factors factors = factors_of(period);
  if (x.stride == 1 && out.stride == 1)
    active_kernels<T>().ema_run(x.data + from.bar, out.data + from.bar, x.size - from.bar, factors, from.e);
  else
    run_strided(x, out, factors, from);
}

// Neighbouring series in lanes. One that has no average yet runs along as NaN, which is what it has to show, until its
// seed is complete; series may begin at different bars.
template <typename T>
void ema_of_rows(table_view<const T> x, std::size_t period, table_view<T> out, ema_seed seed, double k) {
  struct waiting {
    double sum;
    std::uint32_t bars;
    std::uint32_t lane;
  };
  std::array<double, lanes_at_once> e;
  std::array<waiting, lanes_at_once> queue;
  std::size_t queued = x.series;
  for (std::size_t i = 0; i < queued; ++i) {
    e[i] = nan_value;
    queue[i] = {0.0, 0, static_cast<std::uint32_t>(i)};
  }
  const std::size_t needed = seed.how == ema_seed::kind::sma ? period : 1;
  std::size_t row = 0;
  for (; row < x.rows && queued != 0; ++row) {
    active_kernels<T>().ema_rows(part(x, row, 0), part(out, row, 0), 1, x.series, k, e.data());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < queued; ++i) {
      waiting w = queue[i];
      const auto value = static_cast<double>(*x.at(row, w.lane));
      if (w.bars != 0 || !std::isnan(value)) {
        w.sum += value;
        ++w.bars;
      }
      if (w.bars != needed) {
        queue[kept++] = w;
        continue;
      }
      e[w.lane] = seed.how == ema_seed::kind::value ? std::fma(value - seed.value, k, seed.value)
                                                    : w.sum / static_cast<double>(needed);
      *out.at(row, w.lane) = static_cast<T>(e[w.lane]);
    }
    queued = kept;
  }
  active_kernels<T>().ema_rows(part(x, row, 0), part(out, row, 0), x.rows - row, x.series, k, e.data());
}

// A few series at any strides. Those that begin earlier run alone up to the bar where the last one begins.
template <typename T>
void ema_of_columns(table_view<const T> x, std::size_t period, table_view<T> out, ema_seed seed, double k) {
  const auto& kernels = active_kernels<T>();
  std::array<start, columns_at_once> starts;
  std::array<double, columns_at_once> e;
  std::size_t together = 0;
  for (std::size_t i = 0; i < x.series; ++i) {
    starts[i] = warm_up(x.column(i), period, out.column(i), seed, summation::plain);
    e[i] = starts[i].e;
    // One without an average has nothing but NaN to show and may run along from anywhere.
    if (!std::isnan(e[i])) together = std::max(together, starts[i].bar);
  }
  for (std::size_t i = 0; i < x.series; ++i) {
    const std::size_t bar = starts[i].bar;
    if (bar < together) kernels.ema_columns(part(x, bar, i), part(out, bar, i), together - bar, 1, k, &e[i]);
  }
  kernels.ema_columns(part(x, together, 0), part(out, together, 0), x.rows - together, x.series, k, e.data());
}

template <typename T>
void ema_of_table(table_view<const T> x, std::int64_t period, table_view<T> out, ema_seed seed) {
  check(period, seed);
  check_shape("ema", x, out);
  if (period == 1) {
    for (std::size_t row = 0; row < x.rows; ++row)
      for (std::size_t i = 0; i < x.series; ++i) *out.at(row, i) = *x.at(row, i);
    return;
  }
  const double k = factors_of(period).k;
  const bool rows = side_by_side(x, out);
  const std::size_t step = rows ? lanes_at_once : columns_at_once;
  for (std::size_t i = 0; i < x.series; i += step) {
    const std::size_t count = std::min(step, x.series - i);
    const auto size = static_cast<std::size_t>(period);
    if (rows)
      ema_of_rows(columns(x, i, count), size, columns(out, i, count), seed, k);
    else
      ema_of_columns(columns(x, i, count), size, columns(out, i, count), seed, k);
  }
}

}  // namespace

void ema(series_view<const double> x, std::int64_t period, series_view<double> out, ema_seed seed) {
  ema_of_series(x, period, out, seed);
}
void ema(series_view<const float> x, std::int64_t period, series_view<float> out, ema_seed seed) {
  ema_of_series(x, period, out, seed);
}
void ema(table_view<const double> x, std::int64_t period, table_view<double> out, ema_seed seed) {
  ema_of_table(x, period, out, seed);
}
void ema(table_view<const float> x, std::int64_t period, table_view<float> out, ema_seed seed) {
  ema_of_table(x, period, out, seed);
}

void ema_of_periods(series_view<const double> x, std::span<const std::int64_t> periods, table_view<double> out) {
  for (const auto period : periods) check(period, {});
  if (out.rows != x.size || out.series != periods.size())
    throw argument_error("ema: an output has shape " + std::to_string(out.rows) + " x " + std::to_string(out.series) +
                         " where x has " + std::to_string(x.size) + " bars and there are " +
                         std::to_string(periods.size()) + " periods; give one of that shape.");
  const table_view<const double> as_table{x.data, x.size, 1, x.stride, 1};
  if (x.stride != 1 || out.series_stride != 1) {
    for (std::size_t i = 0; i < periods.size(); ++i) ema(as_table, periods[i], columns(out, i, 1));
    return;
  }
  // The averages begin one after the other, in the order of their periods; before that they run along as NaN. All seeds
  // are sums from the first bar on.
  std::vector<std::size_t> order(periods.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return periods[i]; });
  std::vector<double> k(periods.size()), e(periods.size(), nan_value);
  for (std::size_t i = 0; i < periods.size(); ++i) k[i] = ema_gain(periods[i]);
  const std::size_t first = leading_nans(x);
  const auto run = [&](std::size_t from, std::size_t to) {
    active_table().ema_periods(x.data + from, part(out, from, 0), to - from, periods.size(), k.data(), e.data());
  };
  std::size_t done = 0;
  std::size_t summed = first;
  double sum = 0.0;
  for (const std::size_t i : order) {
    const auto period = static_cast<std::size_t>(periods[i]);
    if (x.size - first < period) break;
    const std::size_t seeded = first + period - 1;
    for (; summed <= seeded; ++summed) sum += x[summed];
    if (done <= seeded) run(done, seeded + 1);
    done = seeded + 1;
    *out.at(seeded, i) = e[i] = sum / static_cast<double>(period);
  }
  run(done, x.size);
  for (std::size_t i = 0; i < periods.size(); ++i)
    if (periods[i] == 1)
      for (std::size_t row = 0; row < x.size; ++row) *out.at(row, i) = x[row];
}

}  // namespace pyhft::kernels
