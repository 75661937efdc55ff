// SPDX-License-Identifier: MIT
#pragma once

// Bytes put together field by field, with shifts: the tests' own writer, which knows nothing of base/byte_order.hpp.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pyhft::test {

struct wire {
  std::vector<std::byte> bytes;

  std::size_t size() const noexcept { return bytes.size(); }
  operator std::span<const std::byte>() const noexcept { return bytes; }

  wire& u8(unsigned value) { return bytes.push_back(static_cast<std::byte>(value)), *this; }
  wire& big(std::uint64_t value, unsigned count) {
    while (count-- > 0) u8(static_cast<unsigned>(value >> (8 * count) & 0xFF));
    return *this;
  }
  wire& little(std::uint64_t value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) u8(static_cast<unsigned>(value >> (8 * i) & 0xFF));
    return *this;
  }
  wire& integer(bool big_endian, std::uint64_t value, unsigned count) {
    return big_endian ? big(value, count) : little(value, count);
  }
  // Padded on the right with spaces.
  wire& text(std::string_view value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) u8(static_cast<unsigned char>(i < value.size() ? value[i] : ' '));
    return *this;
  }
  wire& fill(std::size_t count, unsigned value = 0) {
    for (std::size_t i = 0; i < count; ++i) u8(value);
    return *this;
  }
  wire& append(std::span<const std::byte> more) { return bytes.insert(bytes.end(), more.begin(), more.end()), *this; }
};

// Bytes that count up from `first`.
inline std::vector<std::byte> counting_bytes(std::size_t count, unsigned first = 0) {
  wire result;
  for (std::size_t i = 0; i < count; ++i) result.u8((first + static_cast<unsigned>(i)) & 0xFF);
  return result.bytes;
}

}  // namespace pyhft::test
