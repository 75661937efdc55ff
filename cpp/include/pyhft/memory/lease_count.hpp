// SPDX-License-Identifier: MIT
#pragma once

// A check of debug builds: who looks at slots that another may take back holds a lease, and taking them back meanwhile
// ends the program with a sentence on standard error, at the place of the mistake. Any thread may take and return
// leases. With NDEBUG nothing is counted and nothing checked; the layout stays the same, so that code built either way
// may meet. Nothing is allocated.

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace pyhft::memory {

#ifdef NDEBUG
inline constexpr bool leases_are_counted = false;
#else
inline constexpr bool leases_are_counted = true;
#endif

class lease_count {
 public:
  void take() noexcept {
    if constexpr (leases_are_counted) held_.fetch_add(1, std::memory_order_relaxed);  // a count, orders nothing
  }
  void give_back() noexcept {
    // Pairs with the acquire below: what was read under the lease was read before the slots are given to others.
    if constexpr (leases_are_counted) held_.fetch_sub(1, std::memory_order_release);
  }
  // Ends the program while a lease is held; what is the name of the deed, such as "reset".
  void demand_none(const char* what) const noexcept {
    if constexpr (leases_are_counted) {
      const auto held = held_.load(std::memory_order_acquire);  // pairs with the release above
      if (held != 0) [[unlikely]]
        refuse(what, held);
    }
  }

 private:
  [[noreturn, gnu::cold, gnu::noinline]] static void refuse(const char* what, std::uint32_t held) noexcept {
    std::fprintf(stderr,
                 "pyhft: %s of an arena while %u leases or cursors hold slots of it: let them end first, "
                 "for what they point at would change under them.\n",
                 what, held);
    std::abort();
  }

  std::atomic<std::uint32_t> held_{};
};

// Holds one while it lives.
class [[nodiscard]] lease {
 public:
  explicit lease(lease_count& of) noexcept : of_{of} { of_.take(); }
  lease(const lease&) = delete;
  lease& operator=(const lease&) = delete;
  ~lease() { of_.give_back(); }

 private:
  lease_count& of_;
};

}  // namespace pyhft::memory
