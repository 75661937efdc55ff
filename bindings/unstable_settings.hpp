// SPDX-License-Identifier: MIT
#pragma once

// TA-Lib's unstable periods, as pyhft.talib sets them for the process: bars, by the name of a function. Read by the calls
// and streams of pyhft.talib alone, each of which takes them as they are when it begins. Any thread; nothing is allocated.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "pyhft/kernels/indicator.hpp"

namespace pyhft::bindings {

class unstable_settings {
 public:
  // `name` may be of a function that isn't here: nothing happens.
  static void set(std::string_view name, std::uint32_t bars) noexcept;
  // Adds what concerns a function.
  static void add_to(kernels::parameter_values& p, std::string_view function) noexcept {
    if (any_.load(std::memory_order_relaxed)) [[unlikely]]
      add(p, function);
  }

 private:
  // Relaxed: the settings of one call needn't be of one moment, and none of them guards other memory.
  inline static std::atomic<bool> any_ = false;

  static void add(kernels::parameter_values& p, std::string_view function) noexcept;
};

}  // namespace pyhft::bindings
