// SPDX-License-Identifier: MIT
#include "pyhft/threads/idle.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace pyhft::threads {
namespace {

constexpr int rounds_before_sleep = backoff_idle::pauses + backoff_idle::yields;

TEST(backoff_idle, pauses_and_yields_before_it_sleeps_and_then_sleeps_ever_longer) {
  backoff_idle idle({1600});
  for (int i = 0; i < rounds_before_sleep; ++i) {
    ASSERT_EQ(idle.next_sleep().count, 0);
    idle(0);
  }
  for (const std::int64_t expected : {100, 200, 400, 800, 1600, 1600, 1600}) {
    ASSERT_EQ(idle.next_sleep().count, expected);
    idle(0);
  }
}

TEST(backoff_idle, work_makes_it_wide_awake_again) {
  backoff_idle idle({1600});
  for (int i = 0; i < rounds_before_sleep + 3; ++i) idle(0);
  ASSERT_GT(idle.next_sleep().count, 100);
  idle(1);
  for (int i = 0; i < rounds_before_sleep; ++i) {
    ASSERT_EQ(idle.next_sleep().count, 0);
    idle(0);
  }
  EXPECT_EQ(idle.next_sleep().count, 100);
}

TEST(backoff_idle, no_limit_goes_beyond_a_millisecond) {
  backoff_idle idle({3'600'000'000'000});
  for (int i = 0; i < rounds_before_sleep + 10; ++i) {
    idle(0);
    ASSERT_LE(idle.next_sleep().count, longest_sleep_ns);
  }
  EXPECT_EQ(idle.next_sleep().count, longest_sleep_ns);
}

TEST(backoff_idle, a_negative_limit_means_not_to_sleep) {
  backoff_idle idle({-5});
  for (int i = 0; i < rounds_before_sleep + 3; ++i) idle(0);
  EXPECT_EQ(idle.next_sleep().count, 0);
}

TEST(timed_sleep, cuts_an_hour_to_a_millisecond_and_a_negative_time_to_none) {
  const auto start = std::chrono::steady_clock::now();
  timed_sleep({3'600'000'000'000});
  timed_sleep({-1});
  timed_sleep({0});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
}

}  // namespace
}  // namespace pyhft::threads
