// SPDX-License-Identifier: MIT
#include "pyhft/clock/tsc_clock.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "pyhft/base/error.hpp"
#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

namespace pyhft::clock {
namespace {

// A counter that the tests can wind forward: three cycles a nanosecond, and whatever was added.
std::uint64_t added_cycles = 0;
std::uint64_t read_triple() noexcept { return 3 * detail::read_monotonic_ns() + added_cycles; }
std::uint64_t read_stuck() noexcept { return 42; }
// Close below 2^64, so that it wraps while the test runs.
std::uint64_t first_wrapping = detail::read_monotonic_ns() + 5'000'000;
std::uint64_t read_wrapping() noexcept { return detail::read_monotonic_ns() - first_wrapping; }

counter fake(std::uint64_t (*read)() noexcept) { return {read, "fake", "made for a test"}; }

std::int64_t system_epoch_ns() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

TEST(counter_choice, an_invariant_counter_that_the_kernel_lists_is_used) {
  EXPECT_EQ(detail::reason_against_counter(true, "tsc kvm-clock \n"), nullptr);
  EXPECT_EQ(detail::reason_against_counter(true, "kvm-clock tsc\n"), nullptr);
  EXPECT_EQ(detail::reason_against_counter(true, "tsc"), nullptr);
}

TEST(counter_choice, an_unreadable_list_says_nothing_against_the_counter) {
  EXPECT_EQ(detail::reason_against_counter(true, ""), nullptr);
}

TEST(counter_choice, a_counter_that_is_not_invariant_or_not_listed_is_refused_with_a_reason) {
  EXPECT_NE(detail::reason_against_counter(false, "tsc hpet \n"), nullptr);
  ASSERT_NE(detail::reason_against_counter(true, "hpet acpi_pm \n"), nullptr);
  EXPECT_NE(detail::reason_against_counter(true, "hpet acpi_pm"), nullptr);
  EXPECT_NE(detail::reason_against_counter(true, "tsc-early hpet\n"), nullptr);
  EXPECT_NE(std::string(detail::reason_against_counter(true, "hpet\n")).find("unstable"), std::string::npos);
}

TEST(counter_choice, a_fallback_is_named_and_explains_itself) {
  const counter source = process_counter("a reason of this test");
  EXPECT_EQ(source.name, "clock_gettime");
  EXPECT_NE(source.warning.find("a reason of this test"), std::string::npos);
  const tsc_clock clock({1'000'000}, source);
  EXPECT_NEAR(clock.ns_per_cycle(), 1, 1e-2);
}

TEST(counter_choice, a_sound_counter_is_named_and_has_no_warning) {
  const counter source = process_counter(nullptr);
  EXPECT_TRUE(source.name == "rdtsc" || source.name == "cntvct_el0");
  EXPECT_EQ(source.warning, "");
  EXPECT_EQ(source.read, &read_cycles);
}

TEST(read_cycles, moves_on_and_never_back_on_one_thread) {
  const std::uint64_t first = read_cycles();
  std::uint64_t last = first;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t now = read_cycles();
    ASSERT_GE(now, last);
    last = now;
  }
  EXPECT_GT(last, first);
}

TEST(tsc_clock, learns_the_rate_of_its_counter) {
  added_cycles = 0;
  const tsc_clock clock({10'000'000}, fake(read_triple));
  EXPECT_NEAR(clock.ns_per_cycle(), 1.0 / 3, 1e-3);
  EXPECT_NEAR(clock.to_ns(3'000'000), 1e6, 3e3);
  EXPECT_EQ(clock.source(), "fake");
  EXPECT_EQ(clock.warning(), "made for a test");
}

TEST(tsc_clock, a_difference_that_reads_backwards_is_negative) {
  const tsc_clock clock({1'000'000}, fake(read_triple));
  const std::uint64_t earlier = 1000;
  const std::uint64_t later = 970;
  EXPECT_NEAR(clock.to_ns(later - earlier), -10, 0.1);
}

TEST(tsc_clock, the_real_counter_gives_the_time_of_the_system_clock) {
  const tsc_clock clock;
  const std::int64_t before = system_epoch_ns();
  const std::int64_t now = clock.to_epoch(read_cycles()).count;
  const std::int64_t after = system_epoch_ns();
  // The bearing is good to a fraction of a microsecond; a slewed or stepped system clock may differ by more.
  EXPECT_GT(now, before - 1'000'000);
  EXPECT_LT(now, after + 1'000'000);
}

TEST(tsc_clock, an_instant_before_the_bearing_is_as_good_as_one_after_it) {
  const tsc_clock clock({1'000'000}, fake(read_triple));
  const std::uint64_t now = clock.read();
  const std::int64_t here = clock.to_epoch(now).count;
  EXPECT_NEAR(static_cast<double>(clock.to_epoch(now + 3'000'000'000).count - here), 1e9, 2e6);
  EXPECT_NEAR(static_cast<double>(here - clock.to_epoch(now - 3'000'000'000).count), 1e9, 2e6);
}

TEST(tsc_clock, recalibrating_takes_the_rate_over_the_whole_life) {
  added_cycles = 0;
  tsc_clock clock({1'000'000}, fake(read_triple));
  const double before = clock.ns_per_cycle();
  added_cycles = 3'000'000'000;  // a counter that suddenly ran a second ahead
  clock.recalibrate();
  EXPECT_LT(clock.ns_per_cycle(), before / 2);
  // And the epoch is right again.
  EXPECT_NEAR(static_cast<double>(clock.to_epoch(clock.read()).count - system_epoch_ns()), 0, 1e6);
  added_cycles = 0;
}

TEST(tsc_clock, a_copy_keeps_its_own_rate) {
  added_cycles = 0;
  tsc_clock clock({1'000'000}, fake(read_triple));
  const tsc_clock copy = clock;
  added_cycles = 3'000'000'000;
  clock.recalibrate();
  EXPECT_NE(copy.ns_per_cycle(), clock.ns_per_cycle());
  added_cycles = 0;
}

TEST(tsc_clock, a_counter_may_wrap_while_it_is_calibrated) {
  first_wrapping = detail::read_monotonic_ns() + 5'000'000;
  const tsc_clock clock({20'000'000}, fake(read_wrapping));
  EXPECT_NEAR(clock.ns_per_cycle(), 1, 1e-2);
}

TEST(tsc_clock, a_counter_that_stands_still_is_refused) {
  try {
    const tsc_clock clock({1'000'000}, fake(read_stuck));
    FAIL() << "a stuck counter was taken for a clock";
  } catch (const host_error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find("'fake' moved by 0 cycles"), std::string::npos);
  }
}

TEST(tsc_clock, a_calibration_outside_its_limits_is_refused) {
  EXPECT_THROW(tsc_clock({0}), argument_error);
  EXPECT_THROW(tsc_clock({999'999}), argument_error);
  EXPECT_THROW(tsc_clock({10'000'000'001}), argument_error);
  EXPECT_THROW(tsc_clock({-1}), argument_error);
}

TEST(tsc_clock, reading_and_converting_do_not_allocate) {
  const tsc_clock clock({1'000'000});
  const support::allocation_counter here;
  double sum = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t now = read_cycles();
    sum += clock.to_ns(read_cycles() - now) + static_cast<double>(clock.to_epoch(now).count);
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_TRUE(std::isfinite(sum));
}

TEST(tsc_clock, reading_and_converting_make_no_system_call) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  // The fallback asks the kernel on hosts whose clock the vDSO can't read.
  if (detail::counter_refused != nullptr) GTEST_SKIP() << detail::counter_refused;
  const tsc_clock clock({1'000'000});
  EXPECT_EQ(support::system_call_of([] {},
                                    [&] {
                                      const std::uint64_t first = clock.read();
                                      double sum = 0;
                                      for (int i = 0; i < 10'000; ++i) sum += clock.to_ns(read_cycles() - first);
                                      return sum > 0 && clock.to_epoch(first).count > 0;
                                    }),
            "");
}

TEST(allocation_counter, counts_what_this_thread_allocates) {
  const support::allocation_counter here;
  const support::process_allocation_counter everywhere;
  std::string long_enough_for_the_heap(1000, 'x');
  EXPECT_EQ(here.calls(), 1u);
  EXPECT_GE(everywhere.calls(), 1u);
  EXPECT_EQ(long_enough_for_the_heap.size(), 1000u);
}

}  // namespace
}  // namespace pyhft::clock
