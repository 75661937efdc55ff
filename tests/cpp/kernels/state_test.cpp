// SPDX-License-Identifier: MIT
// The streaming states of ema.hpp and macd.hpp, which the engine's hot loop runs.

#include <gtest/gtest.h>

#include "kernels/twins.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/macd.hpp"

namespace pyhft::kernels {
namespace {

// Plain, with leading NaN, with a hole, with an infinity.
std::vector<std::vector<double>> telling_series() {
  auto shifted = prices(300), hole = prices(300), blown = prices(300);
  for (std::size_t i = 0; i < 9; ++i) shifted[i] = nan;
  hole[120] = nan;
  blown[150] = infinity;
  return {prices(300), shifted, hole, blown, prices(20)};
}

TEST(ema_state, gives_the_bits_of_the_recursion_one_bar_at_a_time) {
  for (const auto& x : telling_series())
    for (const std::size_t period : sizes({1, 2, 12, 26})) {
      const auto expected = ema_twin<double>(x, period);
      ema_state state(static_cast<std::int64_t>(period));
      for (std::size_t i = 0; i < x.size(); ++i) {
        ASSERT_TRUE(same(state.update(x[i]), expected[i])) << "period " << period << ", bar " << i;
        ASSERT_TRUE(same(state.value(), expected[i]));
        EXPECT_EQ(state.ready(), i + 1 >= first_number(x) + period) << "period " << period << ", bar " << i;
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
      const auto warm = first_number(x) + static_cast<std::size_t>(p.slow + p.signal) - 1;
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

TEST(states, a_period_out_of_range_is_refused_at_construction) {
  EXPECT_THROW(ema_state(0), argument_error);
  EXPECT_THROW(ema_state(-1), argument_error);
  EXPECT_THROW(ema_state(max_period + 1), argument_error);
  EXPECT_THROW(macd_state({26, 26, 9}), argument_error);
  EXPECT_THROW(macd_state({12, 26, 0}), argument_error);
}

}  // namespace
}  // namespace pyhft::kernels
