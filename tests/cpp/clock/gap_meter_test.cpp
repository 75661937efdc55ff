// SPDX-License-Identifier: MIT
#include "pyhft/clock/gap_meter.hpp"

#include <gtest/gtest.h>

namespace pyhft::clock {
namespace {

// The clock of a host without a sound counter: a cycle is a nanosecond.
tsc_clock nanosecond_clock() { return tsc_clock({1'000'000}, process_counter("it is a test")); }

TEST(gap_meter, with_no_least_gap_every_look_is_one) {
  histogram gaps;
  const auto seen = watch_gaps(nanosecond_clock(), {10'000'000'000}, {0}, gaps, [] { return true; });
  EXPECT_EQ(gaps.count(), 1U << 16);  // up to the first question
  EXPECT_NEAR(seen.lost_ns, seen.watched_ns, 1.0);
}

TEST(gap_meter, watches_for_as_long_as_asked) {
  histogram gaps;
  EXPECT_EQ(watch_gaps(nanosecond_clock(), {0}, {1000}, gaps, [] { return false; }).watched_ns, 0.0);
  EXPECT_EQ(gaps.count(), 0U);
  const auto seen = watch_gaps(nanosecond_clock(), {2'000'000}, {1000}, gaps, [] { return false; });
  EXPECT_GE(seen.watched_ns, 1.9e6);
  EXPECT_LE(seen.lost_ns, seen.watched_ns);
  EXPECT_TRUE(gaps.count() == 0 || gaps.min() >= 999);
}

}  // namespace
}  // namespace pyhft::clock
