// SPDX-License-Identifier: MIT
#include "pyhft/clock/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"
#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

namespace pyhft::clock {
namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

// The slow twin: all values, sorted, and the layout as HdrHistogram's documentation puts it in words: as many powers of
// two to a bucket as it takes to have at most 2048 buckets below the value.
struct twin {
  std::vector<std::uint64_t> values;

  static std::uint64_t width(std::uint64_t value) {
    std::uint64_t result = 1;
    while (value / result >= 2048) result *= 2;
    return result;
  }
  static std::uint64_t lowest(std::uint64_t value) { return value / width(value) * width(value); }
  static std::uint64_t highest(std::uint64_t value) { return lowest(value) + (width(value) - 1); }

  std::uint64_t value_at_percentile(double percentile) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<std::size_t>(std::floor(percentile * static_cast<double>(values.size()) / 100 + 0.5));
    const std::uint64_t value = values[std::max<std::size_t>(rank, 1) - 1];
    return percentile == 0 ? lowest(value) : highest(value);
  }
  double mean() const {
    double sum = 0;
    for (const std::uint64_t value : values) sum += static_cast<double>(lowest(value) + width(value) / 2);
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
  }
};

constexpr double percentiles[] = {0, 1e-9, 1, 10, 25, 33.3, 50, 66.6, 75, 90, 99, 99.9, 99.99, 100};

void expect_same(const histogram& fast, twin& slow) {
  ASSERT_EQ(fast.count(), slow.values.size());
  for (const double p : percentiles) EXPECT_EQ(fast.value_at_percentile(p), slow.value_at_percentile(p)) << p;
  EXPECT_NEAR(fast.mean(), slow.mean(), 1e-9 * slow.mean());
  if (slow.values.empty()) return;
  EXPECT_EQ(fast.min(), slow.values.front());
  EXPECT_EQ(fast.max(), slow.values.back());
}

TEST(histogram_layout, agrees_with_the_definition_at_every_edge) {
  for (int power = 0; power < 64; ++power) {
    for (const std::uint64_t off : {largest, std::uint64_t{0}, std::uint64_t{1}}) {
      const std::uint64_t value = (std::uint64_t{1} << power) + off;
      const std::size_t index = histogram::index_of(value);
      ASSERT_EQ(histogram::lowest_of(index), twin::lowest(value)) << value;
      ASSERT_EQ(histogram::highest_of(index), twin::highest(value)) << value;
    }
  }
  EXPECT_EQ(histogram::highest_of(histogram::index_of(largest)), largest);
}

TEST(histogram_layout, buckets_follow_one_another_without_gap_or_overlap) {
  for (std::size_t i = 0; i < 20'000; ++i) {
    ASSERT_EQ(histogram::index_of(histogram::lowest_of(i)), i);
    ASSERT_EQ(histogram::index_of(histogram::highest_of(i)), i);
    ASSERT_EQ(histogram::highest_of(i) + 1, histogram::lowest_of(i + 1));
  }
}

TEST(histogram_layout, has_the_length_of_hdr_histograms_arrays) {
  // (buckets + 1) * 1024, buckets being the doublings from 2048 to beyond the highest value.
  EXPECT_EQ(histogram(2).counts().size(), 2048u);
  EXPECT_EQ(histogram(2047).counts().size(), 2048u);
  EXPECT_EQ(histogram(2048).counts().size(), 3072u);
  EXPECT_EQ(histogram(3'600'000'000).counts().size(), 23'552u);
  EXPECT_EQ(histogram(largest >> 1).counts().size(), 55'296u);  // the highest that HdrHistogram takes
}

TEST(histogram, an_empty_one_answers_zero) {
  twin slow;
  const histogram fast;
  expect_same(fast, slow);
  EXPECT_EQ(fast.min(), 0u);
  EXPECT_EQ(fast.max(), 0u);
  EXPECT_TRUE(fast.recorded_buckets().empty());
}

TEST(histogram, one_value_is_every_percentile) {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2047}, std::uint64_t{2048},
                                    std::uint64_t{2049}, std::uint64_t{123'456'789}}) {
    histogram fast;
    twin slow;
    fast.record(value);
    slow.values.push_back(value);
    expect_same(fast, slow);
  }
}

TEST(histogram, random_values_of_every_magnitude_match_the_sorted_twin) {
  std::mt19937_64 random(7);
  for (const std::size_t n : {2u, 3u, 10u, 1000u, 20'000u}) {
    histogram fast(largest);
    twin slow;
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t value = random() >> (random() % 64);
      fast.record(value);
      slow.values.push_back(value);
    }
    expect_same(fast, slow);
  }
}

TEST(histogram, is_what_it_was_after_encoding) {
  std::mt19937_64 random(5);
  for (const std::uint64_t highest : {std::uint64_t{2}, std::uint64_t{5000}, largest}) {
    histogram h(highest);
    for (int i = 0; i < 1000; ++i) h.record(random() >> (random() % 64), 1 + random() % 3);
    const auto bytes = h.encoded();
    const histogram read = histogram::decoded(bytes);
    EXPECT_EQ(read.encoded(), bytes);
    EXPECT_EQ(read.count(), h.count());
    EXPECT_EQ(read.highest_trackable(), highest);
    EXPECT_TRUE(std::ranges::equal(read.counts(), h.counts()));
    for (const double p : percentiles) EXPECT_EQ(read.value_at_percentile(p), h.value_at_percentile(p));
    // Every part of it is missed.
    for (std::size_t length = 0; length < bytes.size(); length += length < 48 ? 1 : 97)
      EXPECT_THROW(histogram::decoded(std::span(bytes).first(length)), argument_error) << length;
  }
  EXPECT_EQ(histogram::decoded(histogram().encoded()).count(), 0U);
}

TEST(histogram, counts_of_another_implementation_may_lie_above_the_highest_trackable_value) {
  histogram h(8'191);
  h.record(8'000);
  auto bytes = h.encoded();
  constexpr std::size_t highest_at = 24;
  store_big(&bytes[highest_at], std::uint64_t{5'000});  // of the same doubling
  const histogram read = histogram::decoded(bytes);
  EXPECT_EQ(read.count(), 1u);
  EXPECT_EQ(read.min(), 5'000u);
  EXPECT_EQ(read.max(), 5'000u);
  EXPECT_EQ(read.encoded(), bytes);
}

TEST(histogram, the_answers_of_the_hdrhistogram_package) {
  histogram h(3'600'000'000);
  std::uint64_t value = 1;
  for (int i = 0; i < 10'000; ++i) {
    value = (value * 48'271) % 2'147'483'647;
    h.record(value % (i % 2 == 0 ? 5'000 : 3'000'000'000));
  }
  // From hdrhistogram 0.10 for Python: HdrHistogram(1, 3600000000, 3) and the same values.
  EXPECT_EQ(h.value_at_percentile(0), 0u);
  EXPECT_EQ(h.value_at_percentile(1), 94u);
  EXPECT_EQ(h.value_at_percentile(25), 2509u);
  EXPECT_EQ(h.value_at_percentile(50), 4999u);
  EXPECT_EQ(h.value_at_percentile(75), 1089470463u);
  EXPECT_EQ(h.value_at_percentile(90), 1723858943u);
  EXPECT_EQ(h.value_at_percentile(99), 2106589183u);
  EXPECT_EQ(h.value_at_percentile(99.9), 2143289343u);
  EXPECT_EQ(h.value_at_percentile(100), 2146435071u);
  EXPECT_NEAR(h.mean(), 537'665'618.6114, 1e-3);
}

TEST(histogram, a_rank_on_the_edge_is_rounded_as_the_hdrhistogram_package_rounds_it) {
  histogram h;
  for (std::uint64_t value = 1; value <= 25; ++value) h.record(value);
  // 58 % of 25 is 14.5 exactly; dividing by 100 before multiplying would make it less.
  EXPECT_EQ(h.value_at_percentile(58), 15u);
}

TEST(histogram, recording_a_value_many_times_is_recording_it_again_and_again) {
  histogram at_once;
  histogram one_by_one;
  at_once.record(1'000'003, 5);
  at_once.record(7, 0);  // not at all
  for (int i = 0; i < 5; ++i) one_by_one.record(1'000'003);
  EXPECT_EQ(at_once.count(), 5u);
  EXPECT_EQ(at_once.min(), 1'000'003u);
  EXPECT_TRUE(std::ranges::equal(at_once.counts(), one_by_one.counts()));
}

TEST(histogram, what_is_too_high_goes_to_the_highest_bucket_and_is_counted) {
  histogram h(10'000);
  h.record(10'000);
  EXPECT_EQ(h.saturated(), 0u);
  h.record(10'001);
  h.record(largest, 3);
  EXPECT_EQ(h.saturated(), 4u);
  EXPECT_EQ(h.count(), 5u);
  EXPECT_EQ(h.max(), 10'000u);
  EXPECT_EQ(h.value_at_percentile(100), twin::highest(10'000));
}

TEST(histogram, merging_is_recording_the_other_ones_values_too) {
  std::mt19937_64 random(11);
  histogram a;
  histogram b;
  twin both;
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t value = random() % 1'000'000;
    (i % 3 == 0 ? a : b).record(value);
    both.values.push_back(value);
  }
  a.merge(b);
  expect_same(a, both);
}

TEST(histogram, merging_an_empty_one_or_into_an_empty_one_keeps_the_extremes) {
  histogram full;
  full.record(50);
  full.record(60);
  full.merge(histogram{});
  EXPECT_EQ(full.min(), 50u);
  EXPECT_EQ(full.max(), 60u);
  histogram empty;
  empty.merge(full);
  EXPECT_EQ(empty.min(), 50u);
  EXPECT_EQ(empty.max(), 60u);
  EXPECT_EQ(empty.count(), 2u);
}

TEST(histogram, merging_a_taller_one_saturates_what_lies_above) {
  histogram low(10'000);
  histogram tall;
  tall.record(5);
  tall.record(1'000'000, 2);
  low.merge(tall);
  EXPECT_EQ(low.count(), 3u);
  EXPECT_EQ(low.saturated(), 2u);
  EXPECT_EQ(low.max(), 10'000u);
  EXPECT_EQ(low.value_at_percentile(100), twin::highest(10'000));
  histogram only_above(10'000);
  histogram high;
  high.record(1'000'000);
  only_above.merge(high);
  EXPECT_EQ(only_above.min(), 10'000u);
}

TEST(histogram, a_reset_one_is_like_a_new_one) {
  histogram h(10'000);
  h.record(5);
  h.record(20'000);
  h.reset();
  twin slow;
  expect_same(h, slow);
  EXPECT_EQ(h.saturated(), 0u);
  h.record(6);
  slow.values.push_back(6);
  expect_same(h, slow);
}

TEST(histogram, a_percentile_outside_its_range_is_clamped) {
  histogram h;
  h.record(5'000);
  h.record(9'000);
  EXPECT_EQ(h.value_at_percentile(-1), h.value_at_percentile(0));
  EXPECT_EQ(h.value_at_percentile(101), h.value_at_percentile(100));
  EXPECT_EQ(h.value_at_percentile(std::numeric_limits<double>::quiet_NaN()), h.value_at_percentile(0));
  EXPECT_EQ(h.value_at_percentile(std::numeric_limits<double>::infinity()), h.value_at_percentile(100));
}

TEST(histogram, percentiles_of_counts_that_are_no_double_are_those_of_the_values) {
  for (const std::uint64_t many : {std::uint64_t{1} << 53, std::uint64_t{1} << 63, ~std::uint64_t{} - 1}) {
    histogram h;
    h.record(5, many);
    h.record(9);
    EXPECT_EQ(h.value_at_percentile(50), 5u) << many;
    EXPECT_EQ(h.value_at_percentile(100), 9u) << many;
  }
}

TEST(histogram, the_recorded_buckets_hold_every_count_once) {
  histogram h;
  for (const std::uint64_t value : {0u, 0u, 3u, 4096u, 4097u, 1'000'000u}) h.record(value);
  const auto buckets = h.recorded_buckets();
  ASSERT_EQ(buckets.size(), 4u);
  EXPECT_EQ(buckets[0].count, 2u);
  EXPECT_EQ(buckets[2].lowest, 4096u);
  EXPECT_EQ(buckets[2].highest, 4097u + 2u);
  EXPECT_EQ(buckets[2].count, 2u);
  EXPECT_EQ(buckets[3].lowest, twin::lowest(1'000'000));
}

TEST(histogram, a_highest_value_below_two_is_refused) {
  EXPECT_THROW(histogram(0), argument_error);
  EXPECT_THROW(histogram(1), argument_error);
  EXPECT_NO_THROW(histogram(2));
}

TEST(histogram, recording_does_not_allocate) {
  histogram h;
  const support::allocation_counter here;
  for (std::uint64_t i = 0; i < 100'000; ++i) h.record(i * i * i);
  EXPECT_EQ(here.calls(), 0u);
}

TEST(histogram, recording_makes_no_system_call) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  histogram h;
  EXPECT_EQ(support::system_call_of([] {},
                                    [&] {
                                      for (std::uint64_t i = 0; i < 100'000; ++i) h.record(i * i * i);
                                      return h.count() == 100'000;
                                    }),
            "");
}

}  // namespace
}  // namespace pyhft::clock
