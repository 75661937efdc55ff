// SPDX-License-Identifier: MIT
#pragma once

// A count that one thread writes and others may read at any time: a plain addition for the writer. Every access is
// relaxed: each count stands for itself, and says nothing of the others.

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace pyhft {

class relaxed_count {
 public:
  // The writer's.
  void add(std::uint64_t more = 1) noexcept { set(value() + more); }
  void subtract(std::uint64_t less) noexcept { set(value() - less); }
  void raise(std::uint64_t to) noexcept { set(std::max(value(), to)); }
  void set(std::uint64_t to) noexcept { value_.store(to, std::memory_order_relaxed); }

  // Anyone's.
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{};
};

}  // namespace pyhft
