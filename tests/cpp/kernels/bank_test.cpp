// SPDX-License-Identifier: MIT
#include "pyhft/kernels/bank.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "kernels/bars.hpp"
#include "kernels/per_isa.hpp"
#include "pyhft/base/error.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::kernels {
namespace {

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

class every_bank : public ::testing::TestWithParam<const indicator*> {};

std::string test_name(const ::testing::TestParamInfo<const indicator*>& tested) {
  return std::string(tested.param->name.empty() ? tested.param->talib_name : tested.param->name);
}

INSTANTIATE_TEST_SUITE_P(all, every_bank, ::testing::ValuesIn(indicator::all().begin(), indicator::all().end()),
                         test_name);

// Symbols begin at different bars, one is updated alone in between, and each is the stream of its own bars.
TEST_P(every_bank, follows_each_symbol_as_a_stream_would) {
  const indicator& what = *GetParam();
  const auto p = what.parameters_of({});
  constexpr std::size_t symbols = 11;  // a whole vector of the widest registers, and some
  const auto n = static_cast<std::size_t>(what.lookback(p.data())) + 40;
  std::vector<std::vector<std::vector<double>>> in;
  std::vector<stream> streams;
  for (std::size_t s = 0; s < symbols; ++s) {
    in.push_back(bars_for(what, n, static_cast<std::uint32_t>(s)));
    for (std::size_t t = 0; t < s; ++t) in[s][s % what.inputs.size()][t] = std::nan("");
    streams.emplace_back(what, p);
  }
  bank all(what, symbols, p);
  std::vector<std::vector<double>> rows(what.inputs.size(), std::vector<double>(symbols));
  std::vector<std::vector<double>> results(what.outputs.size(), std::vector<double>(symbols));
  const double* row[max_inputs];
  double* result[max_outputs];
  for (std::size_t i = 0; i < rows.size(); ++i) row[i] = rows[i].data();
  for (std::size_t i = 0; i < results.size(); ++i) result[i] = results[i].data();
  std::array<double, max_inputs> bar;
  std::array<double, max_outputs> one;
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t s = 0; s < symbols; ++s)
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i][s] = in[s][i][t];
    {
      const support::allocation_counter allocations;
      all.update(row, result);
      ASSERT_EQ(allocations.calls(), 0U);
    }
    for (std::size_t s = 0; s < symbols; ++s) {
      for (std::size_t i = 0; i < rows.size(); ++i) bar[i] = in[s][i][t];
      const double* expected = streams[s].update(bar.data());
      for (std::size_t i = 0; i < results.size(); ++i)
        ASSERT_TRUE(same_bits(results[i][s], expected[i])) << "symbol " << s << ", bar " << t << ", output " << i;
      EXPECT_EQ(all.ready(s), streams[s].ready());
    }
    if (t % 10 == 9) {
      for (std::size_t i = 0; i < rows.size(); ++i) bar[i] = in[2][i][t];
      all.update_one(2, bar.data(), one.data());
      const double* expected = streams[2].update(bar.data());
      for (std::size_t i = 0; i < results.size(); ++i) ASSERT_TRUE(same_bits(one[i], expected[i]));
      bank copied = all;
      copied.update(row, result);
    }
  }
}

// Periods of 1 are the identity, and what isn't finite goes the same way, also where symbols are lanes.
TEST(bank, follows_a_stream_at_period_1_and_through_nan_and_infinity) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr std::array x{0.1, 0.7, 0.3, -infinity, 1e300, 0.2, std::numeric_limits<double>::quiet_NaN(), 3.0, 0.1};
  const auto& ema = indicator::named("ema");
  const auto& macd = indicator::named("macd");
  const auto& rsi = indicator::named("rsi");
  const std::pair<const indicator*, parameter_values> cases[] = {{&ema, ema.parameters_of({1})},
                                                                 {&ema, ema.parameters_of({2})},
                                                                 {&macd, macd.parameters_of({2, 3, 1})},
                                                                 {&macd, macd.parameters_of({3, 2, 2})},
                                                                 {&rsi, rsi.parameters_of({2})}};
  for (const auto& [what, p] : cases) {
    bank all(*what, 9, p);
    stream one(*what, p);
    std::array<std::array<double, 9>, max_outputs> results;
    double* const out[] = {results[0].data(), results[1].data(), results[2].data()};
    for (const double value : x) {
      std::array<double, 9> row;
      row.fill(value);
      const double* const in[] = {row.data()};
      all.update(in, out);
      const double* expected = one.update(&value);
      for (std::size_t i = 0; i < what->outputs.size(); ++i)
        for (const double result : results[i]) EXPECT_TRUE(same_bits(result, expected[i])) << what->name;
    }
  }
}

TEST(bank, leaves_symbols_without_a_tick_as_they_are) {
  const auto& sma = indicator::named("sma");
  bank means(sma, 2, sma.parameters_of({2}));
  const double rows[3][2] = {{1.0, 10.0}, {std::nan(""), 20.0}, {3.0, std::nan("")}};
  double out[2];
  double* outputs[] = {out};
  for (const auto& values : rows) {
    const double* row[] = {values};
    means.update_present(row, outputs);
  }
  EXPECT_EQ(out[0], 2.0);
  EXPECT_TRUE(std::isnan(out[1]));
  double next;
  const double x = 40.0;
  means.update_one(1, &x, &next);
  EXPECT_EQ(next, 30.0);
}

TEST(bank, refuses_no_symbols_and_too_many) {
  const auto& sma = indicator::named("sma");
  EXPECT_THROW(bank(sma, 0, sma.parameters_of({2})), argument_error);
  EXPECT_THROW(bank(sma, bank::max_symbols + 1, sma.parameters_of({2})), argument_error);
}

}  // namespace
}  // namespace pyhft::kernels
