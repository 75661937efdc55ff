// SPDX-License-Identifier: MIT
#pragma once

// The founding order frame: 37 bytes, packed, little-endian, fire and forget.
//
//   0 symbol (8 ASCII, padded) | 8 price (u64, 1/10 000) | 16 quantity (u32, shares) | 20 side (0 buy, 1 sell)
//   21 order id (u64) | 29 timestamp (u64, ns)

#include <cstddef>
#include <cstdint>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/orders/order.hpp"

namespace pyhft::orders {

inline constexpr std::size_t raw_order_bytes = 37;

// Writes raw_order_bytes. The quantity has passed the gate, whose limit is below 2^32.
inline void encode_raw_order(std::byte* at, const order& from) noexcept {
  std::memcpy(at, from.symbol.text.data(), from.symbol.text.size());
  store_little<std::uint64_t>(at + 8, static_cast<std::uint64_t>(from.price.ticks));
  store_little<std::uint32_t>(at + 16, static_cast<std::uint32_t>(from.quantity.shares));
  at[20] = std::byte{static_cast<std::uint8_t>(from.side)};
  store_little<std::uint64_t>(at + 21, from.id.value);
  store_little<std::uint64_t>(at + 29, static_cast<std::uint64_t>(from.timestamp.count));
}

}  // namespace pyhft::orders
