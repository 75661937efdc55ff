// SPDX-License-Identifier: MIT
#pragma once

// What the whole house agrees on: the size of a cache line.

#include <cstddef>

namespace pyhft {

// Data written by different threads stands this far apart. Fixed rather than taken from the compiler, which would
// change the layout with its tuning flags.
inline constexpr std::size_t cache_line_bytes = 64;
// What one thread keeps for itself stands this far from what another looks at: processors fetch lines in pairs.
inline constexpr std::size_t lines_apart = 2 * cache_line_bytes;

}  // namespace pyhft
