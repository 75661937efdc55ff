// SPDX-License-Identifier: MIT
#include "pyhft/threads/idle.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

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

TEST(park_idle, pauses_then_sets_its_bell_then_sleeps_until_that_is_taken) {
  std::atomic<std::uint32_t> bell{0};
  park_idle idle(bell, {3'600'000'000'000});
  for (std::uint32_t i = 0; i < park_idle::pauses; ++i) {
    idle(0);
    ASSERT_EQ(bell, 0u);
  }
  idle(0);  // the loop looks for work once more now
  EXPECT_EQ(bell, 1u);
  std::thread ringer([&] {
    timed_sleep({1'000'000});
    if (bell.exchange(0) != 0) futex_wake(bell);
  });
  idle(0);  // an hour, but for the ringer
  ringer.join();
  EXPECT_EQ(bell, 0u);
}

TEST(park_idle, does_not_sleep_when_the_bell_was_taken_before_and_is_wide_awake_after_work) {
  std::atomic<std::uint32_t> bell{0};
  park_idle idle(bell, {3'600'000'000'000});
  for (std::uint32_t i = 0; i <= park_idle::pauses; ++i) idle(0);
  ASSERT_EQ(bell, 1u);
  bell = 0;
  idle(0);
  idle(0);
  EXPECT_EQ(bell, 1u);
  idle(1);
  EXPECT_EQ(bell, 0u);
  idle(0);
  EXPECT_EQ(bell, 0u);
}

TEST(park_idle, a_sleep_ends_by_itself) {
  std::atomic<std::uint32_t> bell{1};
  park_idle idle(bell, {1'000'000});
  for (std::uint32_t i = 0; i < park_idle::pauses + 2; ++i) idle(0);
  EXPECT_EQ(bell, 1u);
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
