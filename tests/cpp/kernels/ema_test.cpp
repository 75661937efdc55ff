// SPDX-License-Identifier: MIT
#include "pyhft/kernels/ema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "kernels/per_isa.hpp"
#include "kernels/twins.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::kernels {
namespace {

constexpr double price_bound = 1e-15;  // of the largest price, as ema.hpp promises

std::vector<double> ema_of(const std::vector<double>& x, std::int64_t period, ema_seed seed = {}) {
  std::vector<double> out(x.size(), -7.0);
  ema(series_view<const double>(x), period, series_view<double>(out), seed);
  return out;
}

double largest(const std::vector<double>& x) {
  double result = 0.0;
  for (const double value : x)
    if (std::isfinite(value)) result = std::max(result, std::abs(value));
  return result;
}

TEST(ema, one_series_keeps_its_error_bound_at_every_length) {
  for (const std::size_t n : telling_lengths()) {
    const auto x = prices(n);
    for (const std::size_t period : sizes({1, 2, 3, 12, 26, 64}))
      EXPECT_TRUE(near(ema_of(x, static_cast<std::int64_t>(period)), ema_twin<long double>(x, period),
                       price_bound * largest(x)))
          << n << " bars, period " << period;
  }
}

TEST(ema, long_periods_and_wild_series_keep_the_error_bound_too) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> anything(-1.0, 1.0);
  std::vector<double> noise(30'000), trend(30'000), jumps(30'000);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = anything(random);
    trend[i] = 1e6 + static_cast<double>(i);
    jumps[i] = i % 5'000 < 2'500 ? 1e-3 : 1e6;
  }
  for (const auto& x : {noise, trend, jumps})
    for (const std::size_t period : sizes({2, 10, 100, 1'000, 10'000}))
      EXPECT_TRUE(near(ema_of(x, static_cast<std::int64_t>(period)), ema_twin<long double>(x, period),
                       price_bound * largest(x)))
          << "period " << period;
}

TEST(ema, a_series_may_start_at_any_address_and_have_any_stride) {
  const auto x = prices(2'100);
  const auto expected = ema_of(x, 12);
  for (const std::ptrdiff_t stride : {2, 3, -1, -2}) {
    const auto step = static_cast<std::size_t>(std::abs(stride));
    std::vector<double> spread(x.size() * step, nan), out(x.size() * step, -7.0);
    const std::size_t origin = stride > 0 ? 0 : (x.size() - 1) * step;
    const series_view<const double> in{spread.data() + origin, x.size(), stride};
    const series_view<double> result{out.data() + origin, x.size(), stride};
    for (std::size_t i = 0; i < x.size(); ++i) spread[origin + i * static_cast<std::size_t>(stride)] = x[i];
    ema(in, 12, result);
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_TRUE(same(result[i], expected[i])) << stride << " at " << i;
    const auto untouched = std::count(out.begin(), out.end(), -7.0);
    EXPECT_EQ(static_cast<std::size_t>(untouched), out.size() - x.size()) << "values between were written";
  }
  for (std::size_t shift = 1; shift < 8; ++shift) {
    std::vector<double> moved(shift + x.size()), out(shift + x.size() + 1, -7.0);
    std::copy(x.begin(), x.end(), moved.begin() + static_cast<std::ptrdiff_t>(shift));
    ema(series_view<const double>(moved.data() + shift, x.size()), 12,
        series_view<double>(out.data() + shift, x.size()));
    EXPECT_EQ(out.back(), -7.0);
    EXPECT_TRUE(same(std::vector<double>(out.begin() + static_cast<std::ptrdiff_t>(shift), out.end() - 1), expected));
  }
}

TEST(ema, float_is_the_double_result_rounded_once) {
  for (const std::size_t n : telling_lengths()) {
    const auto exact = prices(n);
    const std::vector<float> x(exact.begin(), exact.end());
    const auto expected = ema_of(std::vector<double>(x.begin(), x.end()), 12);
    std::vector<float> out(n);
    ema(series_view<const float>(x), 12, series_view<float>(out));
    EXPECT_TRUE(same(out, std::vector<float>(expected.begin(), expected.end()))) << n;
  }
}

TEST(ema, a_nan_anywhere_makes_the_rest_nan_and_leaves_what_came_before) {
  for (const std::size_t at : sizes({0, 1, 2, 10, 11, 12, 13, 27, 28, 29, 500, 1034, 1035, 1036, 1100})) {
    auto x = prices(1'101);
    x[at] = nan;
    EXPECT_TRUE(near(ema_of(x, 12), ema_twin<long double>(x, 12), price_bound * largest(x))) << at;
  }
}

TEST(ema, an_infinity_shows_once_and_is_followed_by_nan) {
  for (const std::size_t at : sizes({0, 5, 11, 12, 20, 27, 500, 1035, 1036, 1100}))
    for (const double value : {infinity, -infinity}) {
      auto x = prices(1'101);
      x[at] = value;
      EXPECT_TRUE(near(ema_of(x, 12), ema_twin<long double>(x, 12), price_bound * largest(x))) << at;
    }
}

TEST(ema, leading_nans_shift_everything) {
  const auto x = prices(100);
  for (const std::size_t count : sizes({1, 7, 88, 89, 100, 150})) {
    std::vector<double> later(count, nan);
    later.insert(later.end(), x.begin(), x.end());
    const auto shifted = ema_of(later, 12);
    EXPECT_TRUE(
        same(std::vector<double>(shifted.begin() + static_cast<std::ptrdiff_t>(count), shifted.end()), ema_of(x, 12)));
    for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(std::isnan(shifted[i]));
  }
  EXPECT_TRUE(same(ema_of(std::vector<double>(50, nan), 12), std::vector<double>(50, nan)));
}

TEST(ema, huge_tiny_and_constant_series) {
  auto x = prices(1'500);
  for (const double scale : {1e305, 1e-300, 1e-309}) {
    auto scaled = x;
    for (double& value : scaled) value *= scale;
    const double bound = std::max(price_bound * largest(scaled), 4 * std::numeric_limits<double>::denorm_min());
    EXPECT_TRUE(near(ema_of(scaled, 12), ema_twin<long double>(scaled, 12), bound)) << scale;
  }
  const std::vector<double> constant(3'000, 100.25);
  const auto averages = ema_of(constant, 20);
  for (std::size_t i = 19; i < averages.size(); ++i) ASSERT_EQ(averages[i], 100.25) << i;
}

TEST(ema, a_step_that_overflows_from_the_pivot_is_done_as_the_recursion_does_it) {
  std::vector<double> x(60, 1.5e308);
  x[1] = x[30] = -1.5e308;
  EXPECT_TRUE(same(ema_of(x, 2, {ema_seed::kind::first, 0.0})[1], -infinity));
  EXPECT_TRUE(std::isnan(ema_of(x, 2, {ema_seed::kind::first, 0.0})[2]));
}

TEST(ema, period_one_is_the_identity_whatever_the_values) {
  const std::vector<double> x{nan, 1e300, 1e-300, infinity, 3.0, nan, 5.0};
  EXPECT_TRUE(same(ema_of(x, 1), x));
}

TEST(ema, seeds_start_at_the_first_bar) {
  auto x = prices(200);
  x[0] = x[1] = nan;
  std::vector<long double> from_first(200, nan), from_value(200, nan);
  from_first[2] = static_cast<long double>(x[2]);
  from_value[2] = step<long double>(x[2], 2.0L / 13, 90.0L);
  for (std::size_t i = 3; i < x.size(); ++i) {
    from_first[i] = step<long double>(x[i], 2.0L / 13, from_first[i - 1]);
    from_value[i] = step<long double>(x[i], 2.0L / 13, from_value[i - 1]);
  }
  EXPECT_TRUE(near(ema_of(x, 12, {ema_seed::kind::first, 0.0}), from_first, price_bound * largest(x)));
  EXPECT_TRUE(near(ema_of(x, 12, {ema_seed::kind::value, 90.0}), from_value, price_bound * largest(x)));
}

struct layout {
  bool series_together;  // neighbours in memory are series, as in a C array; else bars
  std::size_t gap;       // unused values between two neighbours
};

class table {
 public:
  table(std::size_t rows, std::size_t series, layout l) : rows_(rows), series_(series) {
    const std::size_t inner = l.gap + 1;
    row_ = static_cast<std::ptrdiff_t>(l.series_together ? series * inner : inner);
    column_ = static_cast<std::ptrdiff_t>(l.series_together ? inner : rows * inner);
    values_.assign(rows * series * inner + 1, -7.0);
  }
  template <typename T>
  table_view<T> view() {
    return {values_.data(), rows_, series_, row_, column_};
  }
  std::vector<double> column(std::size_t i) {
    std::vector<double> result(rows_);
    for (std::size_t row = 0; row < rows_; ++row) result[row] = *view<double>().at(row, i);
    return result;
  }

 private:
  std::size_t rows_, series_;
  std::ptrdiff_t row_, column_;
  std::vector<double> values_;
};

TEST(ema, every_column_of_a_table_is_the_recursion_bit_for_bit) {
  for (const layout l : {layout{true, 0}, layout{false, 0}, layout{true, 1}, layout{false, 2}})
    for (const std::size_t series : sizes({0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 33, 511, 2047, 2048, 2049}))
      for (const std::size_t rows : sizes({0, 1, 11, 12, 13, 60})) {
        table x(rows, series, l), out(rows, series, l);
        for (std::size_t i = 0; i < series; ++i) {
          auto column = prices(rows, static_cast<std::uint32_t>(i));
          // Series begin at different bars, one never does, one has a hole, one an infinity.
          for (std::size_t row = 0; row < rows; ++row) {
            if (row < i % 5 || i % 11 == 10) column[row] = nan;
            if (i % 7 == 3 && row == 40) column[row] = nan;
            if (i % 7 == 5 && row == 30) column[row] = infinity;
            *x.view<double>().at(row, i) = column[row];
          }
        }
        ema(x.view<const double>(), 12, out.view<double>());
        for (std::size_t i = 0; i < series; ++i)
          ASSERT_TRUE(same(out.column(i), ema_twin<double>(x.column(i), 12)))
              << rows << " x " << series << ", series " << i << ", gap " << l.gap << ", " << l.series_together;
      }
}

TEST(ema, a_table_takes_the_other_seeds_and_period_one) {
  for (const layout l : {layout{true, 0}, layout{false, 0}}) {
    table x(40, 19, l), out(40, 19, l);
    for (std::size_t i = 0; i < 19; ++i)
      for (std::size_t row = 0; row < 40; ++row)
        *x.view<double>().at(row, i) = row < i % 3 ? nan : prices(40, static_cast<std::uint32_t>(i))[row];
    const double k = 2.0 / 13;
    for (const auto how : {ema_seed::kind::first, ema_seed::kind::value}) {
      ema(x.view<const double>(), 12, out.view<double>(), {how, 90.0});
      for (std::size_t i = 0; i < 19; ++i) {
        const auto in = x.column(i);
        std::vector<double> expected(40, nan);
        double e = how == ema_seed::kind::first ? in[i % 3] : 90.0;
        for (std::size_t row = i % 3; row < 40; ++row) expected[row] = e = step(in[row], k, e);
        ASSERT_TRUE(same(out.column(i), expected)) << i;
      }
    }
    ema(x.view<const double>(), 1, out.view<double>());
    for (std::size_t i = 0; i < 19; ++i) ASSERT_TRUE(same(out.column(i), x.column(i)));
  }
}

TEST(ema, a_table_of_floats_is_the_double_result_rounded_once) {
  for (const std::size_t series : sizes({3, 21})) {
    std::vector<float> x(50 * series), out(50 * series);
    std::vector<double> wide(50 * series), expected(50 * series);
    const auto values = prices(50 * series);
    for (std::size_t i = 0; i < x.size(); ++i) wide[i] = static_cast<double>(x[i] = static_cast<float>(values[i]));
    const auto stride = static_cast<std::ptrdiff_t>(series);
    ema(table_view<const float>{x.data(), 50, series, stride}, 12, table_view<float>{out.data(), 50, series, stride});
    ema(table_view<const double>{wide.data(), 50, series, stride}, 12,
        table_view<double>{expected.data(), 50, series, stride});
    EXPECT_TRUE(same(out, std::vector<float>(expected.begin(), expected.end())));
  }
}

TEST(ema, several_periods_side_by_side_are_the_recursion_bit_for_bit) {
  for (const layout l : {layout{true, 0}, layout{false, 0}, layout{true, 1}})
    for (const std::size_t count : sizes({0, 1, 3, 8, 9, 17, 33, 40}))
      for (const std::size_t rows : sizes({0, 1, 11, 12, 60, 200})) {
        auto x = prices(rows);
        for (std::size_t i = 0; i < std::min<std::size_t>(rows, 2); ++i) x[i] = nan;
        if (rows > 150) x[150] = infinity;
        std::vector<std::int64_t> periods;
        for (std::size_t i = 0; i < count; ++i) periods.push_back(static_cast<std::int64_t>((i * 7) % 41 + 1));
        table out(rows, count, l);
        ema_of_periods(series_view<const double>(x), periods, out.view<double>());
        for (std::size_t i = 0; i < count; ++i)
          ASSERT_TRUE(same(out.column(i), ema_twin<double>(x, static_cast<std::size_t>(periods[i]))))
              << rows << " bars, period " << periods[i];
      }
  std::vector<double> x(5, 1.0), out(9);
  EXPECT_THROW(ema_of_periods(series_view<const double>(x), std::vector<std::int64_t>{2, 3}, {out.data(), 5, 1, 1, 1}),
               argument_error);
  EXPECT_THROW(ema_of_periods(series_view<const double>(x), std::vector<std::int64_t>{0}, {out.data(), 5, 1, 1, 1}),
               argument_error);
}

template <typename Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const argument_error& caught) {
    return caught.what();
  }
  return "nothing was refused";
}

TEST(ema, a_refusal_names_value_limit_and_remedy) {
  const std::vector<double> x(5, 1.0);
  EXPECT_EQ(refusal([&] { ema_of(x, -3); }),
            "ema: period is -3; it must be from 1 to 1000000000: give the number of bars to average over.");
  EXPECT_EQ(refusal([&] { ema_of(x, 0); }),
            "ema: period is 0; it must be from 1 to 1000000000: give the number of bars to average over.");
  EXPECT_NE(refusal([&] { ema_of(x, max_period + 1); }), "nothing was refused");
  EXPECT_EQ(refusal([&] { ema_of(x, max_period); }), "nothing was refused");
  std::vector<double> short_out(4);
  EXPECT_EQ(refusal([&] { ema(series_view<const double>(x), 2, series_view<double>(short_out)); }),
            "ema: an output has 4 bars where x has 5; give one of the same length.");
  EXPECT_NE(refusal([&] { ema_of(x, 2, {ema_seed::kind::value, nan}); }), "nothing was refused");
  EXPECT_NE(refusal([&] {
              ema(table_view<const double>{x.data(), 5, 1, 1}, 2, table_view<double>{short_out.data(), 4, 1, 1});
            }),
            "nothing was refused");
}

}  // namespace
}  // namespace pyhft::kernels
