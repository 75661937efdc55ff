// SPDX-License-Identifier: MIT
// What holds for every indicator in the table: its description, and the way to its code through compute and stream.

#include "pyhft/kernels/indicator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string>

#include "kernels/bars.hpp"
#include "kernels/per_isa.hpp"
#include "pyhft/base/error.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::kernels {
namespace {

using columns = std::vector<std::vector<double>>;

class every_indicator : public ::testing::TestWithParam<const indicator*> {
 protected:
  const indicator& what() const { return *GetParam(); }
  parameter_values defaults() const { return what().parameters_of({}); }

  columns computed(const columns& in, const parameter_values& p, const compute_options& options = {}) const {
    columns out(what().outputs.size(), std::vector<double>(in[0].size(), -12345.0));
    std::vector<array_ref> in_refs, out_refs;
    for (const auto& x : in) in_refs.emplace_back(series_view<const double>(x));
    for (auto& y : out) out_refs.emplace_back(series_view<double>(y));
    compute(what(), in_refs, out_refs, p, options);
    return out;
  }
};

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void expect_same(const columns& a, const columns& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].size(), b[i].size());
    for (std::size_t t = 0; t < a[i].size(); ++t)
      ASSERT_TRUE(same_bits(a[i][t], b[i][t])) << "output " << i << ", bar " << t << ": " << a[i][t] << ", " << b[i][t];
  }
}

std::string test_name(const ::testing::TestParamInfo<const indicator*>& info) {
  return std::string(info.param->name.empty() ? info.param->talib_name : info.param->name);
}

INSTANTIATE_TEST_SUITE_P(all, every_indicator, ::testing::ValuesIn(indicator::all().begin(), indicator::all().end()),
                         test_name);

TEST_P(every_indicator, is_described_and_found_under_its_names) {
  EXPECT_FALSE(what().name.empty() && what().talib_name.empty());
  for (const auto name : {what().name, what().talib_name})
    EXPECT_EQ(indicator::find(name), name.empty() ? nullptr : &what());
  EXPECT_FALSE(what().title.empty());
  EXPECT_FALSE(what().group.empty());
  EXPECT_FALSE(what().text.formula.empty());
  ASSERT_TRUE(!what().inputs.empty() && what().inputs.size() <= max_inputs);
  ASSERT_TRUE(!what().outputs.empty() && what().outputs.size() <= max_outputs);
  ASSERT_LE(what().parameters.size(), max_parameters);
  std::set<std::string_view> names;
  for (const auto& one : what().inputs)
    EXPECT_TRUE(names.insert(what().name.empty() ? one.talib_name : one.name).second);
  for (const auto& one : what().parameters) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_LE(one.least, one.fallback) << one.name;
    EXPECT_LE(one.fallback, one.most) << one.name;
    EXPECT_FALSE(one.help.empty() && one.talib_name.size() > 0) << one.name;
  }
  EXPECT_NO_THROW(static_cast<void>(defaults()));
  EXPECT_GE(what().lookback(defaults().data()), 0);
  EXPECT_NO_THROW(static_cast<void>(what().code()));
  EXPECT_TRUE(what().has_state());
}

TEST_P(every_indicator, refuses_parameters_past_their_limits) {
  for (std::size_t i = 0; i < what().parameters.size(); ++i) {
    const auto& one = what().parameters[i];
    auto p = defaults();
    p[i] = std::nan("");
    EXPECT_THROW(what().check(p), argument_error) << one.name;
    if (one.least > -1e30) {
      p[i] = one.least - std::max(1.0, std::abs(one.least));
      EXPECT_THROW(what().check(p), argument_error) << one.name;
    }
    if (one.most < 1e30) {
      p[i] = one.most + std::max(1.0, std::abs(one.most));
      EXPECT_THROW(what().check(p, true), argument_error) << one.name;
    }
  }
}

// Lengths around the lookback: NaN before it, a value at it, and nothing is written past the end.
TEST_P(every_indicator, has_its_first_value_after_the_lookback) {
  const auto p = defaults();
  const auto lookback = static_cast<std::size_t>(what().lookback(p.data()));
  std::set<std::size_t> lengths{0, 1, 2, lookback, lookback + 1, lookback + 2, lookback + 40};
  if (lookback > 0) lengths.insert(lookback - 1);
  for (const std::size_t n : lengths) {
    const auto out = computed(bars_for(what(), n), p);
    for (std::size_t i = 0; i < out.size(); ++i)
      for (std::size_t t = 0; t < n; ++t) {
        const bool missing = what().outputs[i].index ? out[i][t] == 0.0 : std::isnan(out[i][t]);
        // A place may be 0 by rights.
        if (t < lookback || !what().outputs[i].index) {
          ASSERT_EQ(missing, t < lookback) << "n " << n << ", bar " << t;
        }
        ASSERT_NE(out[i][t], -12345.0);
      }
  }
}

TEST_P(every_indicator, skips_leading_nan) {
  const auto p = defaults();
  const auto lookback = static_cast<std::size_t>(what().lookback(p.data()));
  const auto clean = bars_for(what(), lookback + 60);
  const auto expected = computed(clean, p);
  for (std::size_t which = 0; which < clean.size(); ++which) {
    columns shifted;
    for (std::size_t i = 0; i < clean.size(); ++i) {
      shifted.emplace_back(3, i == which ? std::nan("") : 7.0);
      shifted.back().insert(shifted.back().end(), clean[i].begin(), clean[i].end());
    }
    const auto out = computed(shifted, p);
    for (std::size_t i = 0; i < out.size(); ++i)
      for (std::size_t t = 0; t < expected[i].size(); ++t) {
        const bool index = what().outputs[i].index && t >= lookback;
        ASSERT_TRUE(same_bits(out[i][t + 3], expected[i][t] + (index ? 3.0 : 0.0))) << "output " << i << ", bar " << t;
      }
  }
}

// The same bars give the same bits wherever the arrays lie in memory.
TEST_P(every_indicator, gives_the_same_bits_at_any_address) {
  const auto p = defaults();
  const auto n = static_cast<std::size_t>(what().lookback(p.data())) + 1300;
  const auto in = bars_for(what(), n);
  const auto expected = computed(in, p);
  for (std::size_t offset = 1; offset < 8; ++offset) {
    columns moved_in, moved_out(what().outputs.size(), std::vector<double>(n + 8));
    for (const auto& x : in) {
      moved_in.emplace_back(offset);
      moved_in.back().insert(moved_in.back().end(), x.begin(), x.end());
    }
    std::vector<array_ref> in_refs, out_refs;
    for (const auto& x : moved_in) in_refs.emplace_back(series_view<const double>(x.data() + offset, n));
    for (auto& y : moved_out) out_refs.emplace_back(series_view<double>(y.data() + 8 - offset, n));
    compute(what(), in_refs, out_refs, p);
    for (std::size_t i = 0; i < moved_out.size(); ++i)
      for (std::size_t t = 0; t < n; ++t)
        ASSERT_TRUE(same_bits(moved_out[i][t + 8 - offset], expected[i][t])) << "offset " << offset << ", bar " << t;
  }
}

// A table in any layout, float32, strided series and threads give what each series gives alone.
TEST_P(every_indicator, treats_every_series_of_a_table_alike) {
  const auto p = defaults();
  const auto lookback = static_cast<std::size_t>(what().lookback(p.data()));
  constexpr std::size_t series = 5;
  const std::size_t n = lookback + 30;
  std::vector<columns> single(series);
  for (std::size_t s = 0; s < series; ++s) single[s] = computed(bars_for(what(), n, static_cast<std::uint32_t>(s)), p);
  for (const bool by_columns : {false, true})
    for (const int threads : {1, 3}) {
      std::vector<std::vector<double>> in(what().inputs.size(), std::vector<double>(n * series));
      std::vector<std::vector<double>> out(what().outputs.size(), std::vector<double>(n * series));
      const auto place = [&](std::size_t t, std::size_t s) { return by_columns ? s * n + t : t * series + s; };
      for (std::size_t s = 0; s < series; ++s) {
        const auto bars = bars_for(what(), n, static_cast<std::uint32_t>(s));
        for (std::size_t i = 0; i < in.size(); ++i)
          for (std::size_t t = 0; t < n; ++t) in[i][place(t, s)] = bars[i][t];
      }
      const auto ref = [&](std::vector<double>& data) {
        array_ref a;
        a.data = data.data();
        a.rows = n;
        a.series = series;
        a.row_stride = by_columns ? 1 : static_cast<std::ptrdiff_t>(series);
        a.series_stride = by_columns ? static_cast<std::ptrdiff_t>(n) : 1;
        return a;
      };
      std::vector<array_ref> in_refs, out_refs;
      for (auto& x : in) in_refs.push_back(ref(x));
      for (auto& y : out) out_refs.push_back(ref(y));
      compute_options options;
      options.threads = threads;
      compute(what(), in_refs, out_refs, p, options);
      for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t s = 0; s < series; ++s)
          for (std::size_t t = 0; t < n; ++t) {
            const double alone = single[s][i][t];
            const double got = out[i][place(t, s)];
            // A table may be computed by the exact recursion, which is within its bound of the form for one series.
            if (!same_bits(got, alone)) {
              ASSERT_NEAR(got, alone, 1e-12 * (100.0 + std::abs(alone))) << "bar " << t;
            }
          }
    }
}

TEST_P(every_indicator, rounds_float32_once) {
  const auto p = defaults();
  const auto n = static_cast<std::size_t>(what().lookback(p.data())) + 30;
  auto bars = bars_for(what(), n);
  std::vector<std::vector<float>> in, out(what().outputs.size(), std::vector<float>(n));
  for (auto& x : bars) {
    in.emplace_back(x.begin(), x.end());
    for (std::size_t t = 0; t < n; ++t) x[t] = static_cast<double>(in.back()[t]);
  }
  const auto expected = computed(bars, p);
  const auto ref = [&](std::vector<float>& data) {
    array_ref a;
    a.data = data.data();
    a.type = array_ref::element::f32;
    a.rows = n;
    return a;
  };
  std::vector<array_ref> in_refs, out_refs;
  for (auto& x : in) in_refs.push_back(ref(x));
  for (auto& y : out) out_refs.push_back(ref(y));
  compute(what(), in_refs, out_refs, p);
  for (std::size_t i = 0; i < out.size(); ++i)
    for (std::size_t t = 0; t < n; ++t) {
      const auto rounded = static_cast<float>(expected[i][t]);
      ASSERT_EQ(std::isnan(out[i][t]), std::isnan(rounded));
      if (!std::isnan(rounded)) {
        ASSERT_NEAR(out[i][t], rounded, 1.3e-7F * std::abs(rounded) + 1e-12F) << "bar " << t;
      }
    }
}

TEST_P(every_indicator, skip_and_raise_say_what_a_later_nan_does) {
  const auto p = defaults();
  const std::size_t n = static_cast<std::size_t>(what().lookback(p.data())) + 50;
  const auto clean = bars_for(what(), n);
  columns holed(clean.size());
  const auto is_hole = [](std::size_t t) { return t % 7 == 3; };
  for (std::size_t t = 0, k = 0; k < n; ++t)
    for (std::size_t i = 0; i < clean.size(); ++i) {
      holed[i].push_back(is_hole(t) && i == 0 ? std::nan("") : clean[i][k]);
      if (i + 1 == clean.size() && !is_hole(t)) ++k;
    }
  compute_options options;
  options.nan = nan_rule::skip;
  const auto out = computed(holed, p, options);
  const auto expected = computed(clean, p);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (what().outputs[i].index) continue;
    for (std::size_t t = 0, k = 0; t < holed[0].size(); ++t)
      ASSERT_TRUE(same_bits(out[i][t], is_hole(t) ? std::nan("") : expected[i][k++])) << "bar " << t;
  }
  options.nan = nan_rule::raise;
  EXPECT_THROW(computed(holed, p, options), argument_error);
  expect_same(computed(clean, p, options), expected);
}

// One bar at a time is the exact batch form bit for bit, wherever the series is cut; peek changes nothing; a copy is
// independent; and none of it allocates.
TEST_P(every_indicator, streams_what_exact_batch_computes) {
  ASSERT_TRUE(what().has_state());
  const auto p = defaults();
  const auto n = static_cast<std::size_t>(what().lookback(p.data())) + 200;
  const auto in = bars_for(what(), n);
  compute_options options;
  options.exact = true;
  const auto expected = computed(in, p, options);
  stream whole(what(), p);
  const std::size_t outputs = what().outputs.size();
  std::array<double, max_outputs> peeked;
  std::array<double, max_inputs> bar, other;
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      bar[i] = in[i][t];
      other[i] = in[i][(t + 17) % n];
    }
    if (t % 50 == 49) {
      const stream copied = whole;
      whole = copied;
      stream elsewhere = copied;
      elsewhere.update(other.data());
    }
    const support::allocation_counter allocations;
    whole.peek(other.data(), peeked.data());
    whole.peek(bar.data(), peeked.data());
    const double* now = whole.update(bar.data());
    ASSERT_EQ(allocations.calls(), 0U);
    for (std::size_t i = 0; i < outputs; ++i) {
      ASSERT_TRUE(same_bits(now[i], expected[i][t]))
          << "output " << i << ", bar " << t << ": " << now[i] << ", " << expected[i][t];
      ASSERT_TRUE(same_bits(peeked[i], now[i])) << "peek, output " << i << ", bar " << t;
    }
  }
}

TEST(indicator, a_name_that_is_none_is_refused) {
  EXPECT_EQ(indicator::find("macdd"), nullptr);
  EXPECT_THROW(indicator::named("macdd"), argument_error);
  EXPECT_THROW(indicator::named(""), argument_error);
}

TEST(indicator, shapes_that_differ_are_refused) {
  const auto& sma = indicator::named("sma");
  std::vector<double> x(5), y(6);
  const array_ref in[] = {array_ref(series_view<const double>(x))};
  const array_ref out[] = {array_ref(series_view<double>(y))};
  EXPECT_THROW(compute(sma, in, out, sma.parameters_of({2})), argument_error);
  EXPECT_THROW(compute(sma, {}, out, sma.parameters_of({2})), argument_error);
  EXPECT_THROW(sma.parameters_of({2, 3, 4, 5, 6, 7, 8}), argument_error);
}

}  // namespace
}  // namespace pyhft::kernels
