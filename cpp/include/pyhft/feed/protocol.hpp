// SPDX-License-Identifier: MIT
#pragma once

// What all feeds have in common: how decoding a message ended, what a message does to a book, and what a feed is known
// by. Each feed's header has a `protocol` that says these things of it; the engine's table of feeds (engine/feeds.hpp)
// holds the protocols, and is all that the rest of the program knows of feeds.
//
//   struct protocol {
//     static constexpr feed_facts facts{...};
//     static constexpr bool by_order;      order by order (L3), or by price level (L2)
//     static constexpr bool in_events;     several messages can be one event, of which the last says that it is complete
//     using list = message_list<...>;      all its messages
//     using receiver = ...;                receive(datagram, visitor): visitor.on_message(bytes) for each message
//     static decoded decode(std::span<const std::byte> message, Visitor&&) noexcept;
//   };
//
// A message is a view over its bytes with `code`, its type on the wire, and `does`. What `does` asks for is in the names
// of its fields: effect::level wants side(), price() and quantity(), and so on below.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pyhft::feed {

enum class decoded : std::uint8_t { ok, empty, unknown_type, bad_length, bad_side, bad_price, trailing_bytes };

enum class effect : std::uint8_t {
  none,     // on no book
  add,      // reference(), side(), shares(), price()
  execute,  // reference(), executed(), and price() where it isn't the order's
  reduce,   // reference(), canceled()
  remove,   // reference()
  replace,  // original_reference(), new_reference(), shares(), price()
  level,    // side(), price(), quantity(): what stands at the price from now on
  quote,    // bid(), bid_quantity(), ask(), ask_quantity(): the best ones, and all that is known
  trade,    // price(), shares(), and side() of the resting order where the feed tells
};

// Half of what an int64 holds, so that the sum of a bid and an ask is one too. Feeds with 64 bits for a price refuse more.
inline constexpr std::uint64_t max_price_ticks = (std::uint64_t{1} << 62) - 1;

struct feed_facts {
  using test = bool (*)(std::span<const std::byte>) noexcept;

  const char* name;        // "itch50": what users name it by
  const char* title;       // "ITCH 5.0": what sentences call it
  std::uint16_t udp_port;  // a feed without a mark of its own is looked for on this port only; 0: known by content
  bool message_files;      // there are files of length-prefixed messages
  test is_datagram;        // could be a datagram of it, with messages
  test is_quiet_datagram;  // could be one of it, without a message that proves it; null: there are none
  test is_message;         // could be one message of a file of them; null without message_files
};

// The lengths of the messages of a feed by their type; 0 where there is no such type.
template <class... Messages>
struct message_list {
  static constexpr std::array<std::uint8_t, 256> lengths = [] {
    std::array<std::uint8_t, 256> table{};
    ((table[static_cast<unsigned char>(Messages::code)] = Messages::length), ...);
    return table;
  }();

  static constexpr std::size_t length_of(char type) noexcept { return lengths[static_cast<unsigned char>(type)]; }
};

}  // namespace pyhft::feed
