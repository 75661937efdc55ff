// SPDX-License-Identifier: MIT
// The streaming states of ema.hpp and macd.hpp, which the engine's hot loop runs.

#include <gtest/gtest.h>

#include "kernels/twins.hpp"
#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/indicator.hpp"
#include "pyhft/kernels/macd.hpp"

namespace pyhft::kernels {
namespace {

// Plain, with a hole, with an infinity. Leading NaN are for the owner of a state to skip.
std::vector<std::vector<double>> telling_series() {
  auto hole = prices(300), blown = prices(300);
  hole[120] = nan;
  blown[150] = infinity;
  return {prices(300), hole, blown, prices(20)};
}

TEST(ema_state, gives_the_bits_of_the_recursion_one_bar_at_a_time) {
  for (const auto& x : telling_series())
    for (const std::size_t period : sizes({1, 2, 12, 26})) {
      const auto expected = ema_twin<double>(x, period);
      ema_state state(static_cast<std::int64_t>(period));
      for (std::size_t i = 0; i < x.size(); ++i) {
        ASSERT_TRUE(same(state.update(x[i]), expected[i])) << "period " << period << ", bar " << i;
        ASSERT_TRUE(same(state.value(), expected[i]));
        EXPECT_EQ(state.ready(), i + 1 >= period) << "period " << period << ", bar " << i;
      }
    }
}

TEST(macd_state, gives_the_bits_of_the_recursion_one_bar_at_a_time) {
  for (const auto& x : telling_series())
    for (const macd_periods p :
         {macd_periods{}, macd_periods{1, 2, 1}, macd_periods{5, 34, 5}, macd_periods{2, 3, 40}}) {
      const auto expected = macd_twin<double>(x, static_cast<std::size_t>(p.fast), static_cast<std::size_t>(p.slow),
                                              static_cast<std::size_t>(p.signal));
      macd_state state(p);
      const auto warm = static_cast<std::size_t>(p.slow + p.signal) - 1;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const macd_value got = state.update(x[i]);
        ASSERT_TRUE(same(got.macd, expected.macd[i])) << "slow " << p.slow << ", bar " << i;
        ASSERT_TRUE(same(got.signal, expected.signal[i])) << "slow " << p.slow << ", bar " << i;
        ASSERT_TRUE(same(got.histogram, expected.histogram[i])) << "slow " << p.slow << ", bar " << i;
        ASSERT_TRUE(same(state.value().histogram, expected.histogram[i]));
        EXPECT_EQ(state.ready(), i + 1 >= warm) << "slow " << p.slow << ", bar " << i;
      }
    }
}

TEST(states, a_copy_goes_its_own_way) {
  macd_state one;
  for (const double x : prices(60)) one.update(x);
  macd_state other = one;
  EXPECT_TRUE(same(one.update(101.0).macd, other.update(101.0).macd));
  one.update(150.0);
  EXPECT_NE(one.value().macd, other.value().macd);
}

TEST(ema_state, starts_where_it_is_told_to) {
  const auto x = prices(50);
  ema_state from_first(12, {ema_seed::kind::first, 0.0}), from_value(12, {ema_seed::kind::value, 90.0});
  double first = x[0], value = 90.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i != 0) first = step(x[i], 2.0 / 13, first);
    value = step(x[i], 2.0 / 13, value);
    ASSERT_TRUE(same(from_first.update(x[i]), first)) << i;
    ASSERT_TRUE(same(from_value.update(x[i]), value)) << i;
    EXPECT_TRUE(from_first.ready());
  }
}

// What is made of an average's values begins after its unstable period: put together here from single averages.
TEST(unstable_periods, put_off_what_is_made_of_an_average) {
  const auto x = prices(200);
  constexpr std::size_t period = 5, skipped = 7, ready = period - 1 + skipped;
  const auto average_from = [](const std::vector<double>& of, std::size_t first) {
    std::vector<double> tail(of.begin() + static_cast<std::ptrdiff_t>(first), of.end());
    auto result = ema_twin<double>(tail, period);
    result.insert(result.begin(), first, nan);
    return result;
  };
  const auto once = average_from(x, 0), twice = average_from(once, ready), thrice = average_from(twice, 2 * ready);
  const auto exactly = [&x](const char* name, std::initializer_list<double> parameters) {
    const auto& what = indicator::named(name);
    auto p = what.parameters_of(parameters);
    p[unstable_at] = skipped;
    EXPECT_TRUE(what.unstable_inside(p.data()));
    std::vector<std::vector<double>> out(what.outputs.size(), std::vector<double>(x.size()));
    std::vector<array_ref> refs;
    for (auto& one : out) refs.emplace_back(series_view<double>(one.data(), one.size()));
    const array_ref in{series_view<const double>(x.data(), x.size())};
    compute(what, {&in, 1}, refs, p, {.exact = true});
    return out;
  };
  const auto dema = exactly("dema", {period})[0], tema = exactly("tema", {period})[0],
             trix = exactly("trix", {period})[0];
  const auto macd = exactly("macd", {3, period, period});
  const auto signal = average_from(macd_twin<double>(x, 3, period, 1).macd, ready);
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_TRUE(same(dema[i], i < 2 * ready ? nan : 2.0 * once[i] - twice[i])) << i;
    ASSERT_TRUE(same(tema[i], i < 3 * ready ? nan : thrice[i] + (3.0 * once[i] - 3.0 * twice[i]))) << i;
    ASSERT_TRUE(same(trix[i], i <= 3 * ready ? nan : (thrice[i] / thrice[i - 1] - 1.0) * 100.0)) << i;
    ASSERT_TRUE(same(macd[1][i], i < 2 * ready ? nan : signal[i])) << i;
  }
}

}  // namespace
}  // namespace pyhft::kernels
