// SPDX-License-Identifier: MIT
#include "families.hpp"

namespace pyhft::kernels {

std::span<const indicator> wilder() { return {}; }

}  // namespace pyhft::kernels
