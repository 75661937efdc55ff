// SPDX-License-Identifier: MIT
#pragma once

// What pyhft.talib sets for the process: TA-Lib's unstable periods, which are bars by the name of a function, and whether
// every call is to give TA-Lib's bits. Read by the calls and streams of pyhft.talib alone, each of which takes them as they
// are when it begins. Any thread; nothing is allocated.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "pyhft/kernels/indicator.hpp"

namespace pyhft::bindings {

class talib_settings {
 public:
  // Series that are no longer have TA-Lib's bits anyway: so short a call takes little time in either form, and what tests
  // hold against stored digits, a year of days as a rule, is as long.
  static constexpr std::size_t exact_bars = 256;

  // `name` may be of a function that isn't here: nothing happens.
  static void set_unstable_period(std::string_view name, std::uint32_t bars) noexcept;
  static void set_exact(bool exact) noexcept { exact_.store(exact, std::memory_order_relaxed); }
  static bool exact() noexcept { return exact_.load(std::memory_order_relaxed); }
  // Adds what concerns a function.
  static void add_to(kernels::parameter_values& p, std::string_view function) noexcept {
    if (any_.load(std::memory_order_relaxed)) [[unlikely]]
      add(p, function);
  }

 private:
  // Relaxed: the settings of one call needn't be of one moment, and none of them guards other memory.
  inline static std::atomic<bool> any_ = false;
  inline static std::atomic<bool> exact_ = false;

  static void add(kernels::parameter_values& p, std::string_view function) noexcept;
};

}  // namespace pyhft::bindings
