// SPDX-License-Identifier: MIT
#pragma once

// The two system calls that a thread parks with. Between processes as well: the word is looked up by the page that it
// stands on. Waiting is for workers only; waking costs the caller about a microsecond where somebody waits.

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdint>
#include <ctime>

#include "pyhft/base/types.hpp"

namespace pyhft {

// Sleeps while word holds expected, at most so long. Returns early on a wake, a signal or another value.
inline void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, nanoseconds longest) noexcept {
  static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));
  constexpr std::int64_t second_ns = 1'000'000'000;
  const timespec wait{static_cast<std::time_t>(longest.count / second_ns),
                      static_cast<long>(longest.count % second_ns)};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, &wait, nullptr, 0);
}

inline void futex_wake(const std::atomic<std::uint32_t>& word) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace pyhft
