// SPDX-License-Identifier: MIT
// The indicators without Python around them, under the names of the cases of `pyhft bench kernels --cpp`, which sets the
// two beside each other: single series, a hundred bars, tables, one bar at a time, banks. A name ends with the number of
// bars; a case whose indicator isn't in the table is left out. Time per item is what the Python side gives: per bar, per
// call, per update or per symbol. Results are arrays that are there already. PYHFT_ISA chooses the instruction set.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pyhft/kernels/bank.hpp"
#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/indicator.hpp"
#include "pyhft/kernels/isa.hpp"
#include "pyhft/kernels/macd.hpp"

namespace pyhft::kernels {
namespace {

struct named_case {
  std::string_view label;
  std::string_view talib_name;
  std::vector<std::pair<std::string_view, double>> parameters;  // under TA-Lib's names
};

const std::array named_cases{
    named_case{"ema 12", "EMA", {{"timeperiod", 12}}},
    named_case{"macd 12 26 9", "MACD", {{"fastperiod", 12}, {"slowperiod", 26}, {"signalperiod", 9}}},
    named_case{"sma 20", "SMA", {{"timeperiod", 20}}},
    named_case{"max 20", "MAX", {{"timeperiod", 20}}},
    named_case{"min 20", "MIN", {{"timeperiod", 20}}},
    named_case{"rsi 14", "RSI", {{"timeperiod", 14}}},
    named_case{"stddev 20", "STDDEV", {{"timeperiod", 20}}},
    named_case{"bbands 20 2 2", "BBANDS", {{"timeperiod", 20}, {"nbdevup", 2}, {"nbdevdn", 2}}},
    named_case{"atr 14", "ATR", {{"timeperiod", 14}}},
    named_case{"vwap", "VWAP", {}},
};

constexpr std::int64_t sizes[] = {1'000, 100'000, 10'000'000};
constexpr std::int64_t small = 100;
constexpr std::size_t symbols = 1'000;
constexpr std::int64_t table_bars[] = {10'000, 100};

struct market {
  std::vector<double> high, low, close, volume;
};

// The last one asked for is kept: ten million bars take longer to make than to measure.
const market& market_of(std::size_t n) {
  static market made;
  if (made.close.size() == n) return made;
  std::mt19937_64 random(7);
  std::normal_distribution<double> step(0.0, 1e-3 * std::min(1.0, std::sqrt(1e5 / static_cast<double>(n))));
  std::uniform_real_distribution<double> part(0.0, 1.0);
  for (auto* series : {&made.high, &made.low, &made.close, &made.volume}) series->assign(n, 0.0);
  double price = 100.0;
  for (std::size_t i = 0; i < n; ++i) {
    made.close[i] = price *= std::exp(step(random));
    made.high[i] = price * (1.0 + 5e-4 * part(random));
    made.low[i] = price * (1.0 - 5e-4 * part(random));
    made.volume[i] = std::floor(1000.0 * part(random)) + 1.0;
  }
  return made;
}

const std::vector<double>& series_of(const market& bars, std::string_view input) {
  if (input == "high") return bars.high;
  if (input == "low") return bars.low;
  if (input == "volume") return bars.volume;
  return bars.close;
}

const indicator* by_talib_name(std::string_view name) {
  const auto every = indicator::all();
  const auto found = std::find_if(every.begin(), every.end(), [&](const auto* one) { return one->talib_name == name; });
  return found == every.end() ? nullptr : *found;
}

parameter_values values_of(const indicator& what, const named_case& chosen) {
  auto values = what.parameters_of({});
  for (const auto& [name, value] : chosen.parameters)
    for (std::size_t i = 0; i < what.parameters.size(); ++i)
      if (what.parameters[i].talib_name == name) values[i] = value;
  return values;
}

void finish(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
  state.SetLabel(std::string(active_isa()));
}

// Memory of index outputs, too: an element is eight bytes either way.
std::vector<std::vector<double>> results_of(const indicator& what, std::size_t n) {
  return {what.outputs.size(), std::vector<double>(n)};
}

array_ref result_ref(const indicator& what, std::size_t output, array_ref ref) {
  if (what.outputs[output].index) ref.type = array_ref::element::i64;
  return ref;
}

void series(benchmark::State& state, const indicator& what, const parameter_values& p, bool per_call) {
  const auto& bars = market_of(static_cast<std::size_t>(state.range(0)));
  std::vector<array_ref> in, out;
  for (const auto& one : what.inputs) in.emplace_back(series_view<const double>(series_of(bars, one.talib_name)));
  auto results = results_of(what, bars.close.size());
  for (std::size_t i = 0; i < results.size(); ++i)
    out.push_back(result_ref(what, i, array_ref(series_view<double>(results[i]))));
  for (auto _ : state) {
    compute(what, in, out, p);
    benchmark::ClobberMemory();
  }
  finish(state, per_call ? 1 : bars.close.size());
}

void ema_typed(benchmark::State& state) {
  const auto& x = market_of(static_cast<std::size_t>(state.range(0))).close;
  std::vector<double> out(x.size());
  for (auto _ : state) {
    ema(series_view<const double>(x), 12, series_view<double>(out));
    benchmark::ClobberMemory();
  }
  finish(state, x.size());
}

void macd_typed(benchmark::State& state) {
  const auto& x = market_of(static_cast<std::size_t>(state.range(0))).close;
  std::vector<double> line(x.size()), signal(x.size()), histogram(x.size());
  for (auto _ : state) {
    macd(series_view<const double>(x), {}, {line, signal, histogram});
    benchmark::ClobberMemory();
  }
  finish(state, x.size());
}

struct table_form {
  std::string_view words;
  bool by_symbol;  // neighbours in memory are bars of one symbol
  compute_options options;
};

const std::array table_forms{
    table_form{"out=", false, {}},
    table_form{"by symbol out=", true, {}},
    table_form{"exact out=", false, {.exact = true}},
    table_form{"threads=2 out=", false, {.threads = 2}},
};

void table(benchmark::State& state, const indicator& what, const parameter_values& p, const table_form& form) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto& x = market_of(rows * symbols).close;
  const auto ref = [&](double* data) {
    array_ref made(series_view<double>(data, rows));
    made.series = symbols;
    made.row_stride = form.by_symbol ? 1 : static_cast<std::ptrdiff_t>(symbols);
    made.series_stride = form.by_symbol ? static_cast<std::ptrdiff_t>(rows) : 1;
    return made;
  };
  const std::array in{ref(const_cast<double*>(x.data()))};
  auto results = results_of(what, x.size());
  std::vector<array_ref> out;
  for (std::size_t i = 0; i < results.size(); ++i) out.push_back(result_ref(what, i, ref(results[i].data())));
  for (auto _ : state) {
    compute(what, in, out, p, form.options);
    benchmark::ClobberMemory();
  }
  finish(state, x.size());
}

void update(benchmark::State& state, const indicator& what, const parameter_values& p) {
  const auto bars = static_cast<std::size_t>(state.range(0));
  const auto& whole = market_of(2 * bars);
  std::array<const double*, max_inputs> in{};
  for (std::size_t i = 0; i < what.inputs.size(); ++i) in[i] = series_of(whole, what.inputs[i].talib_name).data();
  const auto bar = [&](std::size_t t) {
    std::array<double, max_inputs> values{};
    for (std::size_t i = 0; i < what.inputs.size(); ++i) values[i] = in[i][t];
    return values;
  };
  stream one(what, p);
  for (std::size_t t = 0; t < bars; ++t) one.update(bar(t).data());
  for (auto _ : state)
    for (std::size_t t = bars; t < 2 * bars; ++t) benchmark::DoNotOptimize(one.update(bar(t).data())[0]);
  finish(state, bars);
}

void bank_update(benchmark::State& state, const indicator& what, const parameter_values& p) {
  constexpr std::size_t history = 200;
  const auto& x = market_of(symbols * history).close;
  bank every(what, symbols, p);
  auto results = results_of(what, symbols);
  std::array<double*, max_outputs> out{};
  for (std::size_t i = 0; i < results.size(); ++i) out[i] = results[i].data();
  const double* in = x.data();
  for (std::size_t t = 0; t < history; ++t, in += symbols) every.update(&in, out.data());
  in = x.data();
  for (auto _ : state) {
    every.update(&in, out.data());
    benchmark::ClobberMemory();
  }
  finish(state, symbols);
}

template <typename Function>
benchmark::internal::Benchmark* add(std::string_view label, std::string_view words, Function function) {
  return benchmark::RegisterBenchmark((std::string(label) + std::string(words)).c_str(), function);
}

void add_all() {
  for (const auto& chosen : named_cases) {
    const auto* what = by_talib_name(chosen.talib_name);
    if (what == nullptr) continue;
    const auto p = values_of(*what, chosen);
    const auto over = [what, p](bool per_call) {
      return [what, p, per_call](benchmark::State& state) { series(state, *what, p, per_call); };
    };
    add(chosen.label, ", a call out=", over(true))->Arg(small);
    auto* const one = add(chosen.label, " out=", over(false));
    for (const auto n : sizes) one->Arg(n);
    if (what->has_state())
      add(chosen.label, ", an update", [what, p](benchmark::State& state) { update(state, *what, p); })->Arg(1'000);
    if (chosen.talib_name != "EMA" && chosen.talib_name != "MACD") continue;
    auto* const typed = add(chosen.label, " typed out=", chosen.talib_name == "EMA" ? ema_typed : macd_typed);
    for (const auto n : sizes) typed->Arg(n);
    for (const auto bars : table_bars)
      for (const auto& form : table_forms) {
        const auto words = ", " + std::to_string(symbols) + " x " + std::to_string(bars) + " ";
        add(chosen.label, words + std::string(form.words), [what, p, &form](benchmark::State& state) {
          table(state, *what, p, form);
        })->Arg(bars);
      }
    add(chosen.label, ", a bank of " + std::to_string(symbols), [what, p](benchmark::State& state) {
      bank_update(state, *what, p);
    })->Arg(static_cast<std::int64_t>(symbols));
  }
}

}  // namespace
}  // namespace pyhft::kernels

int main(int count, char** arguments) {
  pyhft::kernels::add_all();
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
