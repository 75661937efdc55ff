// SPDX-License-Identifier: MIT
#pragma once

// What a polling loop does when a round brought no work. A strategy is an object of the loop's own thread, called after
// every round with the amount of work done: `idle(poll())`. Nothing here allocates, locks or throws.
//
//   spin_idle      nothing: for a core of its own and a loop that reads a counter anyway
//   pause_idle     one pause instruction: lets a line in flight arrive, and the sibling hyperthread run; the hot thread's
//   yield_idle     gives the core away if another thread waits for it (165 ns and more)
//   backoff_idle   pauses, then yields, then sleeps, ever longer up to a limit of at most 1 ms: for workers that share cores
//   park_idle      pauses, then sleeps until its bell is rung: for a worker whose producer is asked to wake it
//
// Only park_idle is woken, and only by a queue that was made for it: ringing is a system call of a microsecond on the
// producer's side. The others look again by themselves.

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ctime>

#include "pyhft/base/futex.hpp"
#include "pyhft/base/types.hpp"

namespace pyhft::threads {

inline constexpr std::int64_t longest_sleep_ns = 1'000'000;

// Tells the processor that this is a wait loop.
inline void pause_cpu() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");  // `yield` does nothing on most cores, isb waits about as long as x86's pause
#else
  asm volatile("" ::: "memory");
#endif
}

// Sleeps for duration, at most 1 ms, plus what the kernel's timer slack adds (50 us by default). Returns early on a
// signal.
inline void timed_sleep(nanoseconds duration) noexcept {
  const timespec wait{0, static_cast<long>(std::clamp(duration.count, std::int64_t{0}, longest_sleep_ns))};
  ::clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, nullptr);
}

template <class T>
concept idle_strategy = requires(T& idle, std::size_t work_done) {
  { idle(work_done) } noexcept -> std::same_as<void>;
};

struct spin_idle {
  void operator()(std::size_t) noexcept {}
};

struct pause_idle {
  void operator()(std::size_t work_done) noexcept {
    if (work_done == 0) pause_cpu();
  }
};

struct yield_idle {
  void operator()(std::size_t work_done) noexcept {
    if (work_done == 0) ::sched_yield();
  }
};

class backoff_idle {
 public:
  // The longest sleep, clamped to 1 ms; the first is a sixteenth of it. Work resets all of it.
  explicit backoff_idle(nanoseconds longest = {longest_sleep_ns}) noexcept
      : longest_ns_(std::clamp(longest.count, std::int64_t{0}, longest_sleep_ns)) {}

  void operator()(std::size_t work_done) noexcept {
    if (work_done != 0) {
      rounds_ = 0;
      return;
    }
    if (rounds_ < pauses) {
      ++rounds_;
      pause_cpu();
    } else if (rounds_ < pauses + yields) {
      ++rounds_;
      ::sched_yield();
      sleep_ns_ = longest_ns_ / 16;
    } else {
      timed_sleep({sleep_ns_});
      sleep_ns_ = std::min(sleep_ns_ * 2, longest_ns_);
    }
  }

  // The sleep that the next idle round will take, 0 while it would still pause or yield.
  nanoseconds next_sleep() const noexcept { return {rounds_ < pauses + yields ? 0 : sleep_ns_}; }

  static constexpr std::uint32_t pauses = 64;
  static constexpr std::uint32_t yields = 16;

 private:
  std::int64_t longest_ns_;
  std::int64_t sleep_ns_{};
  std::uint32_t rounds_{};
};

// Parks on a word that the producer of the work takes from 1 to 0, with an exchange, and wakes after it has made work.
// The caller looks for work once more between the round that sets the bell and the one that sleeps, so that nothing is
// missed: idle(poll()) in a loop does.
class park_idle {
 public:
  // The longest sleep is what a lost producer costs before the loop looks around.
  explicit park_idle(std::atomic<std::uint32_t>& bell, nanoseconds longest = {100'000'000}) noexcept
      : bell_(&bell), longest_(longest) {}

  void operator()(std::size_t work_done) noexcept {
    if (work_done != 0) {
      if (is_set_) bell_->store(0, std::memory_order_relaxed);  // nobody waits; a late ring wakes nobody
      is_set_ = false;
      rounds_ = 0;
    } else if (rounds_ < pauses) {
      ++rounds_;
      pause_cpu();
    } else if (!is_set_) {
      // Acquires what the producer did before it took the bell, releases to the one that takes it next.
      bell_->exchange(1, std::memory_order_acq_rel);
      is_set_ = true;
    } else {
      futex_wait(*bell_, 1, longest_);
      is_set_ = false;
    }
  }

  static constexpr std::uint32_t pauses = 64;

 private:
  std::atomic<std::uint32_t>* bell_;
  nanoseconds longest_;
  std::uint32_t rounds_{};
  bool is_set_{};
};

static_assert(idle_strategy<spin_idle> && idle_strategy<pause_idle> && idle_strategy<yield_idle> &&
              idle_strategy<backoff_idle> && idle_strategy<park_idle>);

}  // namespace pyhft::threads
