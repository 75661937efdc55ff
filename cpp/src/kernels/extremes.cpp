// SPDX-License-Identifier: MIT
#include "families.hpp"

namespace pyhft::kernels {

std::span<const indicator> extremes() { return {}; }

}  // namespace pyhft::kernels
