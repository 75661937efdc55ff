// SPDX-License-Identifier: MIT
#include "talib_settings.hpp"

#include <array>
#include <cstddef>

namespace pyhft::bindings {
namespace {

struct unstable_setting {
  std::string_view name;
  std::atomic<std::uint32_t> bars = 0;
};

// The averages first, as kernels::unstable_periods has them.
constexpr std::size_t unstable_averages = 5;
std::array<unstable_setting, 15>& the_unstable_settings() {
  static std::array<unstable_setting, 15> all{{{"EMA"},
                                               {"KAMA"},
                                               {"MAMA"},
                                               {"T3"},
                                               {"RMA"},
                                               {"ADX"},
                                               {"ATR"},
                                               {"CMO"},
                                               {"DX"},
                                               {"MINUS_DI"},
                                               {"MINUS_DM"},
                                               {"NATR"},
                                               {"PLUS_DI"},
                                               {"PLUS_DM"},
                                               {"RSI"}}};
  return all;
}

}  // namespace

void talib_settings::set_unstable_period(std::string_view name, std::uint32_t bars) noexcept {
  bool any = false;
  for (auto& one : the_unstable_settings()) {
    if (one.name == name) one.bars.store(bars, std::memory_order_relaxed);
    any = any || one.bars.load(std::memory_order_relaxed) != 0;
  }
  any_.store(any, std::memory_order_relaxed);
}

void talib_settings::add(kernels::parameter_values& p, std::string_view function) noexcept {
  const auto& all = the_unstable_settings();
  const auto bars = [&all](std::size_t i) { return static_cast<double>(all[i].bars.load(std::memory_order_relaxed)); };
  double* const place = p.data() + kernels::unstable_at;
  for (std::size_t i = 0; i < unstable_averages; ++i) place[i] = bars(i);
  // What has none of its own has that of the function inside.
  if (function == "ADXR") function = "ADX";
  if (function == "STOCHRSI") function = "RSI";
  for (std::size_t i = unstable_averages; i < all.size(); ++i)
    if (all[i].name == function) place[unstable_averages] = bars(i);
}

}  // namespace pyhft::bindings
