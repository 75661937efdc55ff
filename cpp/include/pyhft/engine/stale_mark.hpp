// SPDX-License-Identifier: MIT
#pragma once

// Why a book can't be trusted, and since which message: its number in its session, or among all messages of an input
// without numbers. One thread writes, any may read.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pyhft::engine {

enum class stale_cause : std::uint8_t {
  none,
  gap,      // messages were missed
  session,  // one began beside another
  full,     // an order or level found no room
};
inline constexpr std::array<const char*, 4> stale_cause_names{"", "gap", "session", "full"};

class stale_mark {
 public:
  // The first cause stays.
  void set(stale_cause cause, std::uint64_t number) noexcept {
    if (!is_set()) word_.store(static_cast<std::uint64_t>(cause) << number_bits | number, std::memory_order_relaxed);
  }
  void clear() noexcept { word_.store(0, std::memory_order_relaxed); }

  bool is_set() const noexcept { return word_.load(std::memory_order_relaxed) != 0; }

  struct state {
    stale_cause cause{};
    std::uint64_t since{};
  };
  // Both are of one word, and so of one moment.
  state read() const noexcept {
    const std::uint64_t word = word_.load(std::memory_order_relaxed);
    return {static_cast<stale_cause>(word >> number_bits), word & ((std::uint64_t{1} << number_bits) - 1)};
  }

 private:
  static constexpr int number_bits = 56;

  std::atomic<std::uint64_t> word_{};
};

}  // namespace pyhft::engine
