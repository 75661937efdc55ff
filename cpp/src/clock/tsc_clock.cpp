// SPDX-License-Identifier: MIT
#include "pyhft/clock/tsc_clock.hpp"

#include <cerrno>
#include <limits>
#include <utility>

#include "pyhft/base/error.hpp"

namespace pyhft::clock {
namespace {

std::int64_t read_ns(clockid_t id) noexcept {
  timespec now;
  ::clock_gettime(id, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

struct bearing {
  std::uint64_t cycles;
  std::int64_t ns;
};

// The counter and a system clock at one instant. An interruption between the readings widens them, so the tightest of
// several brackets is the one to believe; its middle is off by half its width at most.
bearing take_bearing(const counter& source, clockid_t id) noexcept {
  bearing best{};
  auto tightest = std::numeric_limits<std::uint64_t>::max();
  for (int i = 0; i < 32; ++i) {
    const std::uint64_t before = source.read();
    const std::int64_t ns = read_ns(id);
    const std::uint64_t width = source.read() - before;
    if (width < tightest) {
      tightest = width;
      best = {before + width / 2, ns};
    }
  }
  return best;
}

}  // namespace

counter process_counter(const char* refused) {
  if (refused != nullptr) {
    return {detail::read_monotonic_ns, "clock_gettime",
            std::string("Times are read from the system's clock, some ns dearer and coarser: ") + refused + "."};
  }
#if defined(__x86_64__)
  return {read_cycles, "rdtsc", {}};
#else
  return {read_cycles, "cntvct_el0", {}};
#endif
}

tsc_clock::tsc_clock(nanoseconds calibration, counter source) : counter_(std::move(source)) {
  if (calibration.count < 1'000'000 || calibration.count > 10'000'000'000) {
    throw argument_error("A calibration of " + std::to_string(calibration.count) +
                         " ns is outside 1000000 to 10000000000 ns: the default of 10000000 suits most uses.");
  }
  const bearing first = take_bearing(counter_, CLOCK_MONOTONIC);
  first_cycles_ = first.cycles;
  first_monotonic_ns_ = first.ns;
  const std::int64_t end_ns = first.ns + calibration.count;
  const timespec end{static_cast<std::time_t>(end_ns / 1'000'000'000), static_cast<long>(end_ns % 1'000'000'000)};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr) == EINTR) {
  }
  recalibrate();
}

void tsc_clock::recalibrate() {
  const bearing now = take_bearing(counter_, CLOCK_MONOTONIC);
  const auto cycles = static_cast<std::int64_t>(now.cycles - first_cycles_);
  if (cycles <= 0) {
    throw host_error("The counter '" + std::string(counter_.name) + "' moved by " + std::to_string(cycles) +
                     " cycles in " + std::to_string(now.ns - first_monotonic_ns_) +
                     " ns, so it can't serve as a clock: take another host or the system's clock.");
  }
  ns_per_cycle_ = static_cast<double>(now.ns - first_monotonic_ns_) / static_cast<double>(cycles);
  const bearing epoch = take_bearing(counter_, CLOCK_REALTIME);
  bearing_cycles_ = epoch.cycles;
  bearing_epoch_ns_ = epoch.ns;
}

}  // namespace pyhft::clock
