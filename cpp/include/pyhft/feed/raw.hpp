// SPDX-License-Identifier: MIT
#pragma once

// The founding wire format: 29 bytes a message, packed, little-endian, several in a datagram. A message sets the
// quantity of one price level; a quantity of 0 removes it.
//
//   0 symbol (8 ASCII, padded) | 8 price (u64, 1/10 000) | 16 quantity (u32, shares) | 20 side (0 bid, 1 ask)
//   21 timestamp (u64, ns since the epoch)

#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/feed/protocol.hpp"

namespace pyhft::feed::raw {

inline constexpr std::size_t message_bytes = 29;
inline constexpr std::uint16_t default_udp_port = 26400;

using feed::decoded;

struct level_update {
  static constexpr char code = 0;  // the format knows one type of message, and has no name for it
  static constexpr std::size_t length = message_bytes;
  static constexpr effect does = effect::level;
  const std::byte* at;

  pyhft::symbol symbol() const noexcept { return symbol::from_wire(at); }
  pyhft::price price() const noexcept { return {static_cast<std::int64_t>(wire_price())}; }
  pyhft::quantity quantity() const noexcept { return {load_little<std::uint32_t>(at + 16)}; }
  std::uint8_t wire_side() const noexcept { return std::to_integer<std::uint8_t>(at[20]); }
  pyhft::side side() const noexcept { return wire_side() == 0 ? side::buy : side::sell; }
  nanoseconds timestamp() const noexcept { return {static_cast<std::int64_t>(load_little<std::uint64_t>(at + 21))}; }

  std::uint64_t wire_price() const noexcept { return load_little<std::uint64_t>(at + 8); }
  bool side_is_valid() const noexcept { return wire_side() <= 1; }
  bool price_is_valid() const noexcept { return wire_price() <= max_price_ticks; }
};

// Writes one message of message_bytes.
inline void encode(std::byte* at, const symbol& name, price at_price, std::uint32_t shares, side of,
                   nanoseconds timestamp) noexcept {
  std::memcpy(at, name.text.data(), name.text.size());
  store_little<std::uint64_t>(at + 8, static_cast<std::uint64_t>(at_price.ticks));
  store_little<std::uint32_t>(at + 16, shares);
  at[20] = std::byte{static_cast<std::uint8_t>(of)};
  store_little<std::uint64_t>(at + 21, static_cast<std::uint64_t>(timestamp.count));
}

// One message.
template <class Visitor>
decoded decode(std::span<const std::byte> message, Visitor&& visitor) noexcept {
  if (message.size() != message_bytes) [[unlikely]]
    return decoded::trailing_bytes;
  const level_update update{message.data()};
  if (!update.side_is_valid()) [[unlikely]]
    return decoded::bad_side;
  if (!update.price_is_valid()) [[unlikely]]
    return decoded::bad_price;
  return visitor.on(update), decoded::ok;
}

// There are no sessions and no numbers: visitor.on_message(span) for each message of a datagram, and once for a rest that is
// no whole one.
struct receiver {
  template <class Visitor>
  static void receive(std::span<const std::byte> payload, Visitor&& visitor) noexcept {
    for (; payload.size() >= message_bytes; payload = payload.subspan(message_bytes)) {
      visitor.on_message(payload.first(message_bytes));
    }
    if (!payload.empty()) [[unlikely]]
      visitor.on_message(payload);
  }
};

// Whether the bytes could be a datagram of this feed. The format has no mark of its own: this can refute, not prove.
inline bool is_plausible(std::span<const std::byte> payload) noexcept {
  if (payload.empty() || payload.size() % message_bytes != 0) return false;
  for (; !payload.empty(); payload = payload.subspan(message_bytes)) {
    const level_update update{payload.data()};
    if (!update.side_is_valid() || !update.price_is_valid()) return false;
  }
  return true;
}

struct protocol {
  static constexpr feed_facts facts{
      .name = "raw",
      .title = "raw",
      .udp_port = default_udp_port,
      .message_files = false,
      .is_datagram = is_plausible,
      .is_quiet_datagram = nullptr,
      .is_message = nullptr,
  };
  static constexpr bool by_order = false;
  static constexpr bool in_events = false;
  using list = message_list<level_update>;
  using receiver = raw::receiver;

  template <class Visitor>
  static decoded decode(std::span<const std::byte> message, Visitor&& visitor) noexcept {
    return raw::decode(message, visitor);
  }
};

}  // namespace pyhft::feed::raw
