// SPDX-License-Identifier: MIT
#pragma once

// The messages that IEX's feeds DEEP and TOPS have in common, as views over their bytes, and their way of decoding: a
// message's length is checked against its type before a field is read, and visitor.on(view) is called for it, statically
// dispatched. IEX may make a message longer without notice, and asks readers to pass over what they don't know: a message
// may have more bytes than its type needs, never fewer.
//
// All integers are little-endian; prices are signed 64 bits in 1/10 000 of a dollar; times are nanoseconds since the epoch,
// but for event times in seconds. Sources: IEX, "DEEP Specification" 1.08 and "TOPS Specification" 1.66.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/feed/protocol.hpp"
#include "pyhft/feed/sequenced_receiver.hpp"

namespace pyhft::feed::iex {

using feed::decoded;

struct message_view {
  static constexpr effect does = effect::none;
  const std::byte* at;

  char type() const noexcept { return character(0); }
  nanoseconds timestamp() const noexcept { return {static_cast<std::int64_t>(u64(2))}; }

 protected:
  char character(std::size_t offset) const noexcept { return static_cast<char>(at[offset]); }
  std::uint8_t u8(std::size_t offset) const noexcept { return std::to_integer<std::uint8_t>(at[offset]); }
  bool flag(std::uint8_t bit) const noexcept { return (u8(1) & bit) != 0; }
  std::uint32_t u32(std::size_t offset) const noexcept { return load_little<std::uint32_t>(at + offset); }
  std::uint64_t u64(std::size_t offset) const noexcept { return load_little<std::uint64_t>(at + offset); }
  pyhft::price price8(std::size_t offset) const noexcept { return {static_cast<std::int64_t>(u64(offset))}; }
  quantity shares_at(std::size_t offset) const noexcept { return {u32(offset)}; }
};

// Everything but the system event is about one security.
struct security_message : message_view {
  pyhft::symbol symbol() const noexcept { return symbol::from_wire(at + 10); }
};

struct system_event : message_view {
  static constexpr char code = 'S';
  static constexpr std::size_t length = 10;
  // O start of messages, S start of system hours, R and M start and end of regular hours, E end of system hours,
  // C end of messages.
  char event_code() const noexcept { return character(1); }
  bool ends_session() const noexcept { return event_code() == 'C'; }
};

struct security_directory : security_message {
  static constexpr char code = 'D';
  static constexpr std::size_t length = 31;
  bool test_security() const noexcept { return flag(0x80); }
  bool when_issued() const noexcept { return flag(0x40); }
  bool etp() const noexcept { return flag(0x20); }
  std::uint32_t round_lot_size() const noexcept { return u32(18); }
  pyhft::price adjusted_previous_close() const noexcept { return price8(22); }
  std::uint8_t luld_tier() const noexcept { return u8(30); }
};

struct trading_status : security_message {
  static constexpr char code = 'H';
  static constexpr std::size_t length = 22;
  char status() const noexcept { return character(1); }
  std::array<char, 4> reason() const noexcept { return {character(18), character(19), character(20), character(21)}; }
};

struct retail_liquidity : security_message {
  static constexpr char code = 'I';
  static constexpr std::size_t length = 18;
  char indicator() const noexcept { return character(1); }
};

struct operational_halt : security_message {
  static constexpr char code = 'O';
  static constexpr std::size_t length = 18;
  char status() const noexcept { return character(1); }
};

struct short_sale_price_test : security_message {
  static constexpr char code = 'P';
  static constexpr std::size_t length = 19;
  bool in_effect() const noexcept { return u8(1) != 0; }
  char detail() const noexcept { return character(18); }
};

struct security_event : security_message {
  static constexpr char code = 'E';
  static constexpr std::size_t length = 18;
  // O opening process complete, C closing process complete.
  char event_code() const noexcept { return character(1); }
};

// What a trade and its break have in common.
struct trade_message : security_message {
  static constexpr std::size_t length = 38;
  bool intermarket_sweep() const noexcept { return flag(0x80); }
  bool extended_hours() const noexcept { return flag(0x40); }
  bool odd_lot() const noexcept { return flag(0x20); }
  bool trade_through_exempt() const noexcept { return flag(0x10); }
  bool single_price_cross() const noexcept { return flag(0x08); }
  quantity shares() const noexcept { return shares_at(18); }
  pyhft::price price() const noexcept { return price8(22); }
  std::uint64_t trade_id() const noexcept { return u64(30); }
};

// Which side rested is not told.
struct trade_report : trade_message {
  static constexpr char code = 'T';
  static constexpr effect does = effect::trade;
  bool prices_are_valid() const noexcept { return u64(22) <= max_price_ticks; }
};

struct trade_break : trade_message {
  static constexpr char code = 'B';
};

struct official_price : security_message {
  static constexpr char code = 'X';
  static constexpr std::size_t length = 26;
  char price_type() const noexcept { return character(1); }
  pyhft::price price() const noexcept { return price8(18); }
};

struct auction_information : security_message {
  static constexpr char code = 'A';
  static constexpr std::size_t length = 80;
  char auction_type() const noexcept { return character(1); }
  quantity paired_shares() const noexcept { return shares_at(18); }
  pyhft::price reference_price() const noexcept { return price8(22); }
  pyhft::price indicative_clearing_price() const noexcept { return price8(30); }
  quantity imbalance_shares() const noexcept { return shares_at(38); }
  char imbalance_side() const noexcept { return character(42); }
  std::uint8_t extension_number() const noexcept { return u8(43); }
  std::uint32_t scheduled_time_seconds() const noexcept { return u32(44); }
  pyhft::price book_clearing_price() const noexcept { return price8(48); }
  pyhft::price collar_reference_price() const noexcept { return price8(56); }
  pyhft::price lower_collar() const noexcept { return price8(64); }
  pyhft::price upper_collar() const noexcept { return price8(72); }
};

// The messages of one of the feeds.
template <class... Messages>
struct messages : message_list<Messages...> {
  using list = message_list<Messages...>;

  // One message of exactly the given bytes.
  template <class Visitor>
  static decoded decode(std::span<const std::byte> message, Visitor&& visitor) noexcept {
    if (message.empty()) [[unlikely]]
      return decoded::empty;
    const auto type = static_cast<char>(message[0]);
    const std::size_t length = list::length_of(type);
    if (length == 0 || message.size() < length) [[unlikely]]
      return length == 0 ? decoded::unknown_type : decoded::bad_length;
    decoded result = decoded::unknown_type;
    // The compiler makes one switch of these comparisons.
    (void)((type == Messages::code && (result = give<Messages>(message.data(), visitor), true)) || ...);
    return result;
  }

  // Whether the bytes could be one message: for finding a feed by its content.
  static bool is_plausible(std::span<const std::byte> message) noexcept {
    if (message.empty()) return false;
    const std::size_t length = list::length_of(static_cast<char>(message[0]));
    return length != 0 && message.size() >= length;
  }

 private:
  template <class Message, class Visitor>
  static decoded give(const std::byte* at, Visitor& visitor) noexcept {
    Message view;
    view.at = at;
    if constexpr (requires { view.prices_are_valid(); }) {
      if (!view.prices_are_valid()) [[unlikely]]
        return decoded::bad_price;
    }
    visitor.on(view);
    return decoded::ok;
  }
};

// What a feed is known by: datagrams of its transport, and nothing else.
template <class Transport, class Messages>
constexpr feed_facts facts_of(const char* name, const char* title) noexcept {
  return {
      .name = name,
      .title = title,
      .udp_port = 0,
      .message_files = false,
      .is_datagram =
          [](std::span<const std::byte> bytes) noexcept {
            return is_plausible_packet<Transport>(bytes, Messages::is_plausible);
          },
      .is_quiet_datagram = is_whole_packet<Transport>,
      .is_message = nullptr,
  };
}

}  // namespace pyhft::feed::iex
