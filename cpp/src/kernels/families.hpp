// SPDX-License-Identifier: MIT
#pragma once

// The families of indicators: <family>.cpp describes them (cold code), <family>_kernels.cpp computes them, compiled once
// per instruction set. A new indicator is an entry in both of one family and a state in its public header.

#include <array>
#include <span>

#include "pyhft/kernels/indicator.hpp"

namespace pyhft::kernels {

// What a parameter that chooses a moving average takes.
inline constexpr std::string_view any_average =
    "the moving average: 0 sma, 1 ema, 2 wma, 3 dema, 4 tema, 5 trima, 6 kama, "
    "7 mama, 8 t3, 9 hma, 10 none, 11 the default, 12 zlema, 13 rma";

std::span<const indicator> averages();   // moving averages and the oscillators made of them
std::span<const indicator> windows();    // sums, moments and regressions over a window
std::span<const indicator> extremes();   // largest, smallest and quantiles of a window
std::span<const indicator> wilder();     // Wilder's smoothing and what stands on it; volume and price sums
std::span<const indicator> pointwise();  // bar by bar, without memory or with a fixed lag; quotes

inline std::array<std::span<const indicator>, 5> indicator_families() {
  return {averages(), windows(), extremes(), wilder(), pointwise()};
}

}  // namespace pyhft::kernels
