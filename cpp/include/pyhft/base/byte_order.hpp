// SPDX-License-Identifier: MIT
#pragma once

// Integers from and to bytes in place, of either byte order and any alignment. A load is one move and at most one swap.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pyhft {

template <std::unsigned_integral T>
constexpr T byteswap(T value) noexcept {
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

template <std::unsigned_integral T>
T load_big(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return std::endian::native == std::endian::little ? byteswap(value) : value;
}

template <std::unsigned_integral T>
T load_little(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return std::endian::native == std::endian::little ? value : byteswap(value);
}

template <std::unsigned_integral T>
void store_big(std::byte* to, T value) noexcept {
  if constexpr (std::endian::native == std::endian::little) value = byteswap(value);
  std::memcpy(to, &value, sizeof value);
}

template <std::unsigned_integral T>
void store_little(std::byte* to, T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) value = byteswap(value);
  std::memcpy(to, &value, sizeof value);
}

// The six-byte nanoseconds since midnight of an ITCH header. Reads exactly six bytes.
inline std::uint64_t load_big48(const std::byte* from) noexcept {
  return std::uint64_t{load_big<std::uint16_t>(from)} << 32 | load_big<std::uint32_t>(from + 2);
}

inline void store_big48(std::byte* to, std::uint64_t value) noexcept {
  store_big<std::uint16_t>(to, static_cast<std::uint16_t>(value >> 32));
  store_big<std::uint32_t>(to + 2, static_cast<std::uint32_t>(value));
}

}  // namespace pyhft
