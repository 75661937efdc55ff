// SPDX-License-Identifier: MIT
#pragma once

// A count that one thread makes while others look.

#include <atomic>
#include <cstdint>

namespace pyhft::sim {

// What is read is a number that was true, and orders nothing else: relaxed.
class live_counter {
 public:
  void add(std::uint64_t count = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace pyhft::sim
