// SPDX-License-Identifier: MIT
#pragma once

// NASDAQ TotalView-ITCH 5.0: every message type as a view over its bytes, and decode(), which checks a message's length
// against its type before a field is read and calls visitor.on(view) for it, statically dispatched. A visitor takes
// what it wants by overload and the rest by a template `on`. Nothing is copied; a view is a pointer into the packet.
//
// All integers are big-endian; prices are 1/10 000 of a dollar unless a field says otherwise; times are nanoseconds
// since midnight; the stock locate in the header of a message names the book. Source: NASDAQ, "TotalView-ITCH 5.0".

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/feed/protocol.hpp"

namespace pyhft::feed::itch50 {

using feed::decoded;

struct message_view {
  static constexpr effect does = effect::none;
  const std::byte* at;

  char type() const noexcept { return character(0); }
  std::uint16_t locate() const noexcept { return load_big<std::uint16_t>(at + 1); }
  std::uint16_t tracking_number() const noexcept { return load_big<std::uint16_t>(at + 3); }
  nanoseconds timestamp() const noexcept { return {static_cast<std::int64_t>(load_big48(at + 5))}; }

 protected:
  char character(std::size_t offset) const noexcept { return static_cast<char>(at[offset]); }
  std::uint32_t u32(std::size_t offset) const noexcept { return load_big<std::uint32_t>(at + offset); }
  std::uint64_t u64(std::size_t offset) const noexcept { return load_big<std::uint64_t>(at + offset); }
  pyhft::price price4(std::size_t offset) const noexcept { return {std::int64_t{u32(offset)}}; }
  order_id reference_at(std::size_t offset) const noexcept { return {u64(offset)}; }
  quantity shares_at(std::size_t offset) const noexcept { return {u32(offset)}; }
  symbol symbol_at(std::size_t offset) const noexcept { return symbol::from_wire(at + offset); }
};

struct system_event : message_view {
  static constexpr char code = 'S';
  static constexpr std::size_t length = 12;
  char event_code() const noexcept { return character(11); }
  bool ends_session() const noexcept { return event_code() == 'C'; }  // end of messages
};

struct stock_directory : message_view {
  static constexpr char code = 'R';
  static constexpr std::size_t length = 39;
  symbol stock() const noexcept { return symbol_at(11); }
  char market_category() const noexcept { return character(19); }
  char financial_status() const noexcept { return character(20); }
  std::uint32_t round_lot_size() const noexcept { return u32(21); }
  char round_lots_only() const noexcept { return character(25); }
  char issue_classification() const noexcept { return character(26); }
  std::array<char, 2> issue_subtype() const noexcept { return {character(27), character(28)}; }
  char authenticity() const noexcept { return character(29); }
  char short_sale_threshold() const noexcept { return character(30); }
  char ipo_flag() const noexcept { return character(31); }
  char luld_tier() const noexcept { return character(32); }
  char etp_flag() const noexcept { return character(33); }
  std::uint32_t etp_leverage() const noexcept { return u32(34); }
  char inverse() const noexcept { return character(38); }
};

struct trading_action : message_view {
  static constexpr char code = 'H';
  static constexpr std::size_t length = 25;
  symbol stock() const noexcept { return symbol_at(11); }
  char trading_state() const noexcept { return character(19); }
  std::array<char, 4> reason() const noexcept { return {character(21), character(22), character(23), character(24)}; }
};

struct reg_sho_restriction : message_view {
  static constexpr char code = 'Y';
  static constexpr std::size_t length = 20;
  symbol stock() const noexcept { return symbol_at(11); }
  char action() const noexcept { return character(19); }
};

struct market_participant_position : message_view {
  static constexpr char code = 'L';
  static constexpr std::size_t length = 26;
  std::array<char, 4> mpid() const noexcept { return {character(11), character(12), character(13), character(14)}; }
  symbol stock() const noexcept { return symbol_at(15); }
  char primary_market_maker() const noexcept { return character(23); }
  char market_maker_mode() const noexcept { return character(24); }
  char participant_state() const noexcept { return character(25); }
};

// The three levels have eight decimals, unlike every other price.
struct mwcb_decline_level : message_view {
  static constexpr char code = 'V';
  static constexpr std::size_t length = 35;
  std::uint64_t level1_e8() const noexcept { return u64(11); }
  std::uint64_t level2_e8() const noexcept { return u64(19); }
  std::uint64_t level3_e8() const noexcept { return u64(27); }
};

struct mwcb_status : message_view {
  static constexpr char code = 'W';
  static constexpr std::size_t length = 12;
  char breached_level() const noexcept { return character(11); }
};

struct ipo_quoting_period : message_view {
  static constexpr char code = 'K';
  static constexpr std::size_t length = 28;
  symbol stock() const noexcept { return symbol_at(11); }
  std::uint32_t release_time_seconds() const noexcept { return u32(19); }
  char release_qualifier() const noexcept { return character(23); }
  pyhft::price ipo_price() const noexcept { return price4(24); }
};

struct luld_auction_collar : message_view {
  static constexpr char code = 'J';
  static constexpr std::size_t length = 35;
  symbol stock() const noexcept { return symbol_at(11); }
  pyhft::price reference_price() const noexcept { return price4(19); }
  pyhft::price upper_price() const noexcept { return price4(23); }
  pyhft::price lower_price() const noexcept { return price4(27); }
  std::uint32_t extension() const noexcept { return u32(31); }
};

struct operational_halt : message_view {
  static constexpr char code = 'h';
  static constexpr std::size_t length = 21;
  symbol stock() const noexcept { return symbol_at(11); }
  char market() const noexcept { return character(19); }
  char action() const noexcept { return character(20); }
};

struct add_order : message_view {
  static constexpr char code = 'A';
  static constexpr std::size_t length = 36;
  static constexpr effect does = effect::add;
  order_id reference() const noexcept { return reference_at(11); }
  char buy_sell() const noexcept { return character(19); }
  pyhft::side side() const noexcept { return buy_sell() == 'B' ? side::buy : side::sell; }
  quantity shares() const noexcept { return shares_at(20); }
  symbol stock() const noexcept { return symbol_at(24); }
  pyhft::price price() const noexcept { return price4(32); }
};

struct add_order_with_mpid : add_order {
  static constexpr char code = 'F';
  static constexpr std::size_t length = 40;
  std::array<char, 4> attribution() const noexcept {
    return {character(36), character(37), character(38), character(39)};
  }
};

struct order_executed : message_view {
  static constexpr char code = 'E';
  static constexpr std::size_t length = 31;
  static constexpr effect does = effect::execute;
  order_id reference() const noexcept { return reference_at(11); }
  quantity executed() const noexcept { return shares_at(19); }
  std::uint64_t match_number() const noexcept { return u64(23); }
};

struct order_executed_with_price : order_executed {
  static constexpr char code = 'C';
  static constexpr std::size_t length = 36;
  char printable() const noexcept { return character(31); }
  pyhft::price price() const noexcept { return price4(32); }
};

struct order_cancel : message_view {
  static constexpr char code = 'X';
  static constexpr std::size_t length = 23;
  static constexpr effect does = effect::reduce;
  order_id reference() const noexcept { return reference_at(11); }
  quantity canceled() const noexcept { return shares_at(19); }
};

struct order_delete : message_view {
  static constexpr char code = 'D';
  static constexpr std::size_t length = 19;
  static constexpr effect does = effect::remove;
  order_id reference() const noexcept { return reference_at(11); }
};

struct order_replace : message_view {
  static constexpr char code = 'U';
  static constexpr std::size_t length = 35;
  static constexpr effect does = effect::replace;
  order_id original_reference() const noexcept { return reference_at(11); }
  order_id new_reference() const noexcept { return reference_at(19); }
  quantity shares() const noexcept { return shares_at(27); }
  pyhft::price price() const noexcept { return price4(31); }
};

struct trade : message_view {
  static constexpr char code = 'P';
  static constexpr std::size_t length = 44;
  static constexpr effect does = effect::trade;
  order_id reference() const noexcept { return reference_at(11); }
  char buy_sell() const noexcept { return character(19); }
  pyhft::side side() const noexcept { return buy_sell() == 'S' ? side::sell : side::buy; }
  quantity shares() const noexcept { return shares_at(20); }
  symbol stock() const noexcept { return symbol_at(24); }
  pyhft::price price() const noexcept { return price4(32); }
  std::uint64_t match_number() const noexcept { return u64(36); }
};

struct cross_trade : message_view {
  static constexpr char code = 'Q';
  static constexpr std::size_t length = 40;
  quantity shares() const noexcept { return {u64(11)}; }
  symbol stock() const noexcept { return symbol_at(19); }
  pyhft::price price() const noexcept { return price4(27); }
  std::uint64_t match_number() const noexcept { return u64(31); }
  char cross_type() const noexcept { return character(39); }
};

struct broken_trade : message_view {
  static constexpr char code = 'B';
  static constexpr std::size_t length = 19;
  std::uint64_t match_number() const noexcept { return u64(11); }
};

struct net_order_imbalance : message_view {
  static constexpr char code = 'I';
  static constexpr std::size_t length = 50;
  quantity paired_shares() const noexcept { return {u64(11)}; }
  quantity imbalance_shares() const noexcept { return {u64(19)}; }
  char direction() const noexcept { return character(27); }
  symbol stock() const noexcept { return symbol_at(28); }
  pyhft::price far_price() const noexcept { return price4(36); }
  pyhft::price near_price() const noexcept { return price4(40); }
  pyhft::price reference_price() const noexcept { return price4(44); }
  char cross_type() const noexcept { return character(48); }
  char price_variation() const noexcept { return character(49); }
};

struct retail_price_improvement : message_view {
  static constexpr char code = 'N';
  static constexpr std::size_t length = 20;
  symbol stock() const noexcept { return symbol_at(11); }
  char interest() const noexcept { return character(19); }
};

struct direct_listing : message_view {
  static constexpr char code = 'O';
  static constexpr std::size_t length = 48;
  symbol stock() const noexcept { return symbol_at(11); }
  char open_eligibility() const noexcept { return character(19); }
  pyhft::price minimum_price() const noexcept { return price4(20); }
  pyhft::price maximum_price() const noexcept { return price4(24); }
  pyhft::price near_execution_price() const noexcept { return price4(28); }
  std::uint64_t near_execution_time() const noexcept { return u64(32); }
  pyhft::price lower_collar() const noexcept { return price4(40); }
  pyhft::price upper_collar() const noexcept { return price4(44); }
};

using all_messages =
    message_list<system_event, stock_directory, trading_action, reg_sho_restriction, market_participant_position,
                 mwcb_decline_level, mwcb_status, ipo_quoting_period, luld_auction_collar, operational_halt, add_order,
                 add_order_with_mpid, order_executed, order_executed_with_price, order_cancel, order_delete,
                 order_replace, trade, cross_trade, broken_trade, net_order_imbalance, retail_price_improvement,
                 direct_listing>;

// 0 for a type that doesn't exist.
constexpr std::size_t message_length(char type) noexcept { return all_messages::length_of(type); }

inline constexpr std::size_t longest_message = 50;

// One message of exactly the given bytes.
template <class Visitor>
decoded decode(std::span<const std::byte> message, Visitor&& visitor) noexcept {
  if (message.empty()) [[unlikely]]
    return decoded::empty;
  const std::byte* at = message.data();
  const auto type = static_cast<char>(at[0]);
  const std::size_t length = message_length(type);
  if (message.size() != length) [[unlikely]]
    return length == 0 ? decoded::unknown_type : decoded::bad_length;
  // Two comparisons would be a branch that is taken for every other order, as nobody can predict.
  const auto side_is_valid = [](char side) {
    const unsigned letter = static_cast<unsigned char>(side) - static_cast<unsigned>('B');
    return letter <= 'S' - 'B' && ((1u | 1u << ('S' - 'B')) >> letter & 1u) != 0;
  };
  if (type == add_order::code) {
    const add_order view{{at}};
    if (!side_is_valid(view.buy_sell())) [[unlikely]]
      return decoded::bad_side;
    return visitor.on(view), decoded::ok;
  }
  if (type == order_delete::code) return visitor.on(order_delete{{at}}), decoded::ok;
  switch (type) {
    case add_order_with_mpid::code: {
      const add_order_with_mpid view{{{at}}};
      if (!side_is_valid(view.buy_sell())) [[unlikely]]
        return decoded::bad_side;
      return visitor.on(view), decoded::ok;
    }
    case order_executed::code:
      return visitor.on(order_executed{{at}}), decoded::ok;
    case order_executed_with_price::code:
      return visitor.on(order_executed_with_price{{{at}}}), decoded::ok;
    case order_cancel::code:
      return visitor.on(order_cancel{{at}}), decoded::ok;
    case order_replace::code:
      return visitor.on(order_replace{{at}}), decoded::ok;
    case trade::code:
      return visitor.on(trade{{at}}), decoded::ok;
    case cross_trade::code:
      return visitor.on(cross_trade{{at}}), decoded::ok;
    case broken_trade::code:
      return visitor.on(broken_trade{{at}}), decoded::ok;
    case net_order_imbalance::code:
      return visitor.on(net_order_imbalance{{at}}), decoded::ok;
    case system_event::code:
      return visitor.on(system_event{{at}}), decoded::ok;
    case stock_directory::code:
      return visitor.on(stock_directory{{at}}), decoded::ok;
    case trading_action::code:
      return visitor.on(trading_action{{at}}), decoded::ok;
    case reg_sho_restriction::code:
      return visitor.on(reg_sho_restriction{{at}}), decoded::ok;
    case market_participant_position::code:
      return visitor.on(market_participant_position{{at}}), decoded::ok;
    case mwcb_decline_level::code:
      return visitor.on(mwcb_decline_level{{at}}), decoded::ok;
    case mwcb_status::code:
      return visitor.on(mwcb_status{{at}}), decoded::ok;
    case ipo_quoting_period::code:
      return visitor.on(ipo_quoting_period{{at}}), decoded::ok;
    case luld_auction_collar::code:
      return visitor.on(luld_auction_collar{{at}}), decoded::ok;
    case operational_halt::code:
      return visitor.on(operational_halt{{at}}), decoded::ok;
    case retail_price_improvement::code:
      return visitor.on(retail_price_improvement{{at}}), decoded::ok;
    case direct_listing::code:
      return visitor.on(direct_listing{{at}}), decoded::ok;
    default:
      return decoded::unknown_type;
  }
}

// Whether the bytes could be one message: for finding a feed by its content.
inline bool is_plausible(std::span<const std::byte> message) noexcept {
  return !message.empty() && message.size() == message_length(static_cast<char>(message[0]));
}

struct protocol {
  static constexpr feed_facts facts{
      .name = "itch50",
      .title = "ITCH 5.0",
      .udp_port = 0,
      .message_files = true,
      .is_datagram =
          [](std::span<const std::byte> bytes) noexcept {
            return moldudp64::is_plausible(bytes, itch50::is_plausible);
          },
      .is_quiet_datagram = moldudp64::is_whole,
      .is_message = itch50::is_plausible,
  };
  static constexpr bool by_order = true;
  static constexpr bool in_events = false;
  using list = all_messages;
  using receiver = moldudp64::receiver;

  // What stands where messages have the number of their instrument, and most of them the reference of an order: for
  // fetching ahead, where a wrong one does no harm.
  static std::uint32_t likely_number(std::span<const std::byte> message) noexcept {
    return message.size() < order_delete::length ? 0 : load_big<std::uint16_t>(&message[1]);
  }
  static order_id likely_reference(std::span<const std::byte> message) noexcept {
    return message.size() < order_delete::length ? order_id{} : order_id{load_big<std::uint64_t>(&message[11])};
  }

  template <class Visitor>
  static decoded decode(std::span<const std::byte> message, Visitor&& visitor) noexcept {
    return itch50::decode(message, visitor);
  }
};

}  // namespace pyhft::feed::itch50
