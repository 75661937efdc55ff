// SPDX-License-Identifier: MIT
#include "families.hpp"

namespace pyhft::kernels {

std::span<const indicator> pointwise() { return {}; }

}  // namespace pyhft::kernels
