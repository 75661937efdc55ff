// SPDX-License-Identifier: MIT
#pragma once

// The time stamp counter: read now, understood later.
//
// read_cycles() is the hot half: one instruction (13 ns where it was measured, most of it the instruction itself),
// callable from any thread. It isn't ordered with the instructions around it, so it is a stamp for stretches of tens of
// nanoseconds and more. Take one stamp per packet and hand it on.
//
// tsc_clock is the cold half: what a cycle is worth and which instant a count stands for. Its constructor watches
// CLOCK_MONOTONIC for some milliseconds (asleep), and recalibrate() sharpens the rate over the whole time since then
// and takes a new bearing from CLOCK_REALTIME, so call it now and then where epoch times must follow a disciplined
// system clock. Conversions of one count before and after a recalibration may differ by what the system clock was
// corrected in between. A tsc_clock is a plain value: copy it, give each thread its own. Nothing here allocates but the
// texts.
//
// Where the counter can't be trusted (not invariant, or found unstable by the kernel), read_cycles() reads
// CLOCK_MONOTONIC instead, one "cycle" is then a nanosecond, and warning() says why. The choice is made once, before
// main, for the process.

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "pyhft/base/types.hpp"
#include "pyhft/clock/counter_choice.hpp"

namespace pyhft::clock {

namespace detail {

inline std::uint64_t read_monotonic_ns() noexcept {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace detail

// Hot. In cycles of this process's counter; only differences and tsc_clock give them a meaning.
inline std::uint64_t read_cycles() noexcept {
#if defined(__x86_64__)
  if (detail::counter_refused == nullptr) [[likely]]
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  std::uint64_t count;
  asm volatile("mrs %0, cntvct_el0" : "=r"(count));
  return count;
#endif
  return detail::read_monotonic_ns();
}

// A source of counts. The process has one; tests hand in their own.
struct counter {
  std::uint64_t (*read)() noexcept;
  std::string_view name;
  std::string warning;
};

// What read_cycles() reads, by name ("rdtsc", "cntvct_el0", "clock_gettime"), with the reason where that is a fallback.
counter process_counter(const char* refused = detail::counter_refused);

class tsc_clock {
 public:
  // Sleeps for calibration_ns, 1 ms to 10 s; else argument_error. At the default the rate is right to about 2 ppm.
  explicit tsc_clock(nanoseconds calibration = {10'000'000}, counter source = process_counter());

  // Cold, about 10 us. The rate over the whole life of this clock, and a new bearing of the epoch.
  void recalibrate();

  double ns_per_cycle() const noexcept { return ns_per_cycle_; }

  // A difference of two counts in ns; negative where the second reads as the earlier (counters of two cores may be some
  // tens of nanoseconds apart).
  double to_ns(std::uint64_t cycles) const noexcept {
    return static_cast<double>(static_cast<std::int64_t>(cycles)) * ns_per_cycle_;
  }

  // The instant at which the counter stood at cycles, before or after now, in ns since the epoch.
  nanoseconds to_epoch(std::uint64_t cycles) const noexcept {
    const auto since_bearing = static_cast<std::int64_t>(cycles - bearing_cycles_);
    return {bearing_epoch_ns_ + static_cast<std::int64_t>(static_cast<double>(since_bearing) * ns_per_cycle_)};
  }

  std::uint64_t read() const noexcept { return counter_.read(); }
  std::string_view source() const noexcept { return counter_.name; }
  // Empty where the counter is sound.
  const std::string& warning() const noexcept { return counter_.warning; }

 private:
  counter counter_;
  double ns_per_cycle_{};
  std::uint64_t first_cycles_{};
  std::int64_t first_monotonic_ns_{};
  std::uint64_t bearing_cycles_{};
  std::int64_t bearing_epoch_ns_{};
};

}  // namespace pyhft::clock
