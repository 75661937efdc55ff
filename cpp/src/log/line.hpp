// SPDX-License-Identifier: MIT
#pragma once

// From a record's raw arguments to a line of text.

#include <cstddef>
#include <cstdint>

#include "pyhft/log/call_site.hpp"

namespace pyhft::log::detail {

// No line of this call with arguments_bytes of raw arguments is longer: a byte of text becomes at most four, an
// argument of eight bytes at most 32 characters.
constexpr std::size_t longest_line(const call_site& site, std::size_t arguments_bytes) noexcept {
  return 64 + site.format.size() + 4 * arguments_bytes;
}

// Writes the line, its line feed included, and returns its end.
char* put_line(char* to, std::int64_t epoch_ns, const call_site& site, const std::byte* arguments) noexcept;

}  // namespace pyhft::log::detail
