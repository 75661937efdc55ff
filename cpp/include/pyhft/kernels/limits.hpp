// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace pyhft::kernels {

// Bars that any window or average may span.
inline constexpr std::int64_t max_period = 1'000'000'000;

}  // namespace pyhft::kernels
