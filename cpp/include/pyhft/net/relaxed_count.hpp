// SPDX-License-Identifier: MIT
#pragma once

// A count of one writer, the thread that uses a port, which any thread may read meanwhile: a plain addition. Relaxed, for
// a count says nothing of other memory. Nothing is allocated.

#include <atomic>
#include <cstdint>

namespace pyhft::net {

class relaxed_count {
 public:
  void add(std::uint64_t more) noexcept { value_.store(value() + more, std::memory_order_relaxed); }
  void subtract(std::uint64_t less) noexcept { value_.store(value() - less, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{};
};

}  // namespace pyhft::net
