// SPDX-License-Identifier: MIT
#include "families.hpp"

namespace pyhft::kernels {

std::span<const indicator> averages() { return {}; }

}  // namespace pyhft::kernels
