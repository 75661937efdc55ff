// SPDX-License-Identifier: MIT
#include "pyhft/kernels/macd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "kernels/per_isa.hpp"
#include "kernels/twins.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::kernels {
namespace {

constexpr double price_bound = 1e-15;  // of the largest price, as macd.hpp promises

struct periods_case {
  std::size_t fast, slow, signal;
  macd_periods given() const {
    return {static_cast<std::int64_t>(fast), static_cast<std::int64_t>(slow), static_cast<std::int64_t>(signal)};
  }
};

constexpr periods_case all_periods[] = {{12, 26, 9}, {1, 2, 1}, {2, 3, 1}, {5, 34, 5}, {1, 40, 20}, {19, 20, 2}};

template <typename T>
struct results {
  std::vector<T> macd, signal, histogram;
};

template <typename T>
results<T> macd_of(const std::vector<T>& x, macd_periods periods = {}) {
  const std::vector<T> blank(x.size(), T{-7});
  results<T> out{blank, blank, blank};
  macd(series_view<const T>(x), periods, {out.macd, out.signal, out.histogram});
  return out;
}

double largest(const std::vector<double>& x) {
  double result = 0.0;
  for (const double value : x)
    if (std::isfinite(value)) result = std::max(result, std::abs(value));
  return result;
}

void expect_near_truth(const std::vector<double>& x, const periods_case& p, const std::string& what) {
  const auto got = macd_of(x, p.given());
  const auto truth = macd_twin<long double>(x, p.fast, p.slow, p.signal);
  const double bound = price_bound * largest(x);
  EXPECT_TRUE(near(got.macd, truth.macd, bound)) << "macd, " << what;
  EXPECT_TRUE(near(got.signal, truth.signal, bound)) << "signal, " << what;
  EXPECT_TRUE(near(got.histogram, truth.histogram, bound)) << "histogram, " << what;
}

TEST(macd, one_series_keeps_its_error_bound_at_every_length) {
  for (const std::size_t n : telling_lengths())
    for (const auto& p : all_periods)
      expect_near_truth(prices(n), p, std::to_string(n) + " bars, slow " + std::to_string(p.slow));
}

TEST(macd, long_periods_and_wild_series_keep_the_error_bound_too) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> anything(-1.0, 1.0);
  std::vector<double> noise(30'000), jumps(30'000);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = anything(random);
    jumps[i] = i % 5'000 < 2'500 ? 1e-3 : 1e6;
  }
  for (const auto& x : {noise, jumps})
    for (const periods_case& p : {periods_case{2, 10'000, 500}, periods_case{3'000, 3'001, 2}, periods_case{12, 26, 9}})
      expect_near_truth(x, p, "slow " + std::to_string(p.slow));
}

TEST(macd, a_value_that_is_not_finite_spreads_as_in_the_recursion) {
  for (const std::size_t at : sizes({0, 1, 13, 14, 25, 26, 33, 34, 35, 49, 50, 600, 1057, 1058, 1059, 1199}))
    for (const double value : {nan, infinity, -infinity}) {
      auto x = prices(1'200);
      x[at] = value;
      expect_near_truth(x, {12, 26, 9}, "at " + std::to_string(at));
    }
}

TEST(macd, leading_nans_shift_everything) {
  const auto x = prices(100);
  std::vector<double> later(13, nan);
  later.insert(later.end(), x.begin(), x.end());
  const auto shifted = macd_of(later).histogram;
  EXPECT_TRUE(same(std::vector<double>(shifted.begin() + 13, shifted.end()), macd_of(x).histogram));
}

TEST(macd, a_constant_series_has_no_macd) {
  const auto got = macd_of(std::vector<double>(3'000, 100.25));
  for (std::size_t i = 33; i < 3'000; ++i) {
    ASSERT_EQ(got.macd[i], 0.0) << i;
    ASSERT_EQ(got.histogram[i], 0.0) << i;
  }
}

TEST(macd, the_histogram_is_the_difference_of_the_two_others) {
  const auto got = macd_of(prices(3'000));
  for (std::size_t i = 33; i < 3'000; ++i) ASSERT_EQ(got.histogram[i], got.macd[i] - got.signal[i]) << i;
}

TEST(macd, strided_arrays_give_the_same_bits) {
  const auto x = prices(2'200);
  const auto expected = macd_of(x);
  std::vector<double> in(x.size() * 2), out(x.size() * 3, -7.0);
  for (std::size_t i = 0; i < x.size(); ++i) in[2 * i] = x[x.size() - 1 - i];
  const series_view<const double> backwards{in.data() + 2 * (x.size() - 1), x.size(), -2};
  const auto output = [&](std::size_t i) { return series_view<double>{out.data() + i, x.size(), 3}; };
  macd(backwards, {}, {output(0), output(1), output(2)});
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_TRUE(same(out[3 * i], expected.macd[i])) << i;
    ASSERT_TRUE(same(out[3 * i + 1], expected.signal[i])) << i;
    ASSERT_TRUE(same(out[3 * i + 2], expected.histogram[i])) << i;
  }
}

TEST(macd, float_is_the_double_result_rounded_once) {
  for (const std::size_t n : telling_lengths()) {
    const auto exact = prices(n);
    const std::vector<float> x(exact.begin(), exact.end());
    const auto got = macd_of(x);
    const auto expected = macd_of(std::vector<double>(x.begin(), x.end()));
    EXPECT_TRUE(same(got.macd, std::vector<float>(expected.macd.begin(), expected.macd.end()))) << n;
    EXPECT_TRUE(same(got.signal, std::vector<float>(expected.signal.begin(), expected.signal.end()))) << n;
    EXPECT_TRUE(same(got.histogram, std::vector<float>(expected.histogram.begin(), expected.histogram.end()))) << n;
  }
}

TEST(macd, every_column_of_a_table_is_the_recursion_bit_for_bit) {
  for (const bool series_together : {true, false})
    for (const std::size_t series : sizes({0, 1, 2, 3, 7, 8, 9, 17, 33, 513}))
      for (const std::size_t rows : sizes({0, 1, 33, 34, 35, 90})) {
        const auto row = static_cast<std::ptrdiff_t>(series_together ? series : 1);
        const auto column = static_cast<std::ptrdiff_t>(series_together ? 1 : rows);
        std::vector<double> in(rows * series + 1), a(in), b(in), c(in);
        const auto view = [&](std::vector<double>& v) {
          return table_view<double>{v.data(), rows, series, row, column};
        };
        std::vector<std::vector<double>> columns;
        for (std::size_t i = 0; i < series; ++i) {
          auto x = prices(rows, static_cast<std::uint32_t>(i));
          for (std::size_t t = 0; t < rows; ++t) {
            if (t < i % 5 || i % 11 == 10) x[t] = nan;
            if (i % 7 == 3 && t == 60) x[t] = nan;
            if (i % 7 == 5 && t == 30) x[t] = infinity;
            *view(in).at(t, i) = x[t];
          }
          columns.push_back(x);
        }
        macd(table_view<const double>{in.data(), rows, series, row, column}, {}, {view(a), view(b), view(c)});
        for (std::size_t i = 0; i < series; ++i) {
          const auto expected = macd_twin<double>(columns[i], 12, 26, 9);
          for (std::size_t t = 0; t < rows; ++t) {
            ASSERT_TRUE(same(*view(a).at(t, i), expected.macd[t])) << rows << " x " << series << ": " << t << ", " << i;
            ASSERT_TRUE(same(*view(b).at(t, i), expected.signal[t])) << rows << " x " << series << ": " << t;
            ASSERT_TRUE(same(*view(c).at(t, i), expected.histogram[t])) << rows << " x " << series << ": " << t;
          }
        }
      }
}

TEST(macd, the_periods_of_the_averages_come_in_either_order) {
  const auto x = prices(200);
  const auto forward = macd_of(x, {12, 26, 9});
  const auto backward = macd_of(x, {26, 12, 9});
  EXPECT_TRUE(same(backward.macd, forward.macd));
  EXPECT_TRUE(same(backward.histogram, forward.histogram));
  const auto nothing = macd_of(x, {12, 12, 9});
  for (std::size_t i = 12 + 9 - 2; i < x.size(); ++i) ASSERT_EQ(nothing.macd[i], 0.0) << i;
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

TEST(macd, a_refusal_names_value_limit_and_remedy) {
  const std::vector<double> x(50, 1.0);
  EXPECT_EQ(refusal([&] { macd_of(x, {0, 12, 9}); }),
            "macd: fast is 0; it must be from 1 to 1000000000: give the number of bars of the fast average.");
  EXPECT_NE(refusal([&] { macd_of(x, {12, 26, 0}); }), "nothing was refused");
  EXPECT_NE(refusal([&] { macd_of(x, {12, 1'000'000'001, 9}); }), "nothing was refused");
  std::vector<double> a(50), b(50), c(49);
  EXPECT_EQ(refusal([&] { macd(series_view<const double>(x), {}, {a, b, c}); }),
            "macd: an output has 49 bars where x has 50; give one of the same length.");
}

}  // namespace
}  // namespace pyhft::kernels
