// SPDX-License-Identifier: MIT
// The indicators without Python around them: what `pyhft bench kernels` measures, plus tables and streaming states.
// Time per item is per bar (per bar and series for tables). PYHFT_ISA chooses the instruction set.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/isa.hpp"
#include "pyhft/kernels/macd.hpp"

namespace pyhft::kernels {
namespace {

std::vector<double> walk(std::size_t n) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> step(0.0, 1e-3);
  std::vector<double> x(n);
  double price = 100.0;
  for (double& value : x) value = price *= std::exp(step(random));
  return x;
}

void finish(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
  state.SetLabel(std::string(active_isa()));
}

void ema_series(benchmark::State& state) {
  const auto x = walk(static_cast<std::size_t>(state.range(0)));
  std::vector<double> out(x.size());
  for (auto _ : state) {
    ema(series_view<const double>(x), 12, series_view<double>(out));
    benchmark::ClobberMemory();
  }
  finish(state, x.size());
}
BENCHMARK(ema_series)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);

void macd_series(benchmark::State& state) {
  const auto x = walk(static_cast<std::size_t>(state.range(0)));
  std::vector<double> macd_out(x.size()), signal(x.size()), histogram(x.size());
  for (auto _ : state) {
    macd(series_view<const double>(x), {}, {macd_out, signal, histogram});
    benchmark::ClobberMemory();
  }
  finish(state, x.size());
}
BENCHMARK(macd_series)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);

// A thousand series as columns: neighbours in memory are series (argument 1) or bars (0).
void ema_table(benchmark::State& state) {
  constexpr std::size_t rows = 1'000, series = 1'000;
  const auto x = walk(rows * series);
  std::vector<double> out(x.size());
  const std::ptrdiff_t row = state.range(0) != 0 ? series : 1;
  const std::ptrdiff_t column = state.range(0) != 0 ? 1 : rows;
  for (auto _ : state) {
    ema(table_view<const double>{x.data(), rows, series, row, column}, 12,
        table_view<double>{out.data(), rows, series, row, column});
    benchmark::ClobberMemory();
  }
  finish(state, x.size());
}
BENCHMARK(ema_table)->ArgName("series_together")->Arg(1)->Arg(0);

// The time from one bar to its value: each bar waits for the one before, as in the hot loop.
void ema_update(benchmark::State& state) {
  ema_state average(12);
  for (const double value : walk(100)) average.update(value);
  double value = 100.0;
  for (auto _ : state) benchmark::DoNotOptimize(value = average.update(value));
  finish(state, 1);
}
BENCHMARK(ema_update);

void macd_update(benchmark::State& state) {
  macd_state indicator;
  for (const double value : walk(100)) indicator.update(value);
  double value = 100.0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(indicator.update(value).histogram);
    value = value == 100.0 ? 100.25 : 100.0;
  }
  finish(state, 1);
}
BENCHMARK(macd_update);

}  // namespace
}  // namespace pyhft::kernels
