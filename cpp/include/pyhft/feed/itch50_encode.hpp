// SPDX-License-Identifier: MIT
#pragma once

// NASDAQ TotalView-ITCH 5.0, the other direction: every message type written into its place, for what publishes a feed
// (a synthetic day, a simulated exchange) and for tests. What goes into a message is a plain struct of its fields, so
// that a call names each of them:
//
//   at += encode(at, {.locate = 13, .timestamp = now}, order_cancel_fields{.reference = id, .canceled = {100}});
//
// encode() writes exactly the `length` of the view of the same name in itch50.hpp, at any alignment, and returns that
// length. The caller has made the room; nothing is allocated or checked. What the wire has fewer bits for than the type
// (shares and prices 32, times 48) is cut to them. Any thread. Source: NASDAQ, "TotalView-ITCH 5.0".

#include "pyhft/feed/itch50.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/types.hpp"

namespace pyhft::feed::itch50 {

// What every message begins with, behind its type.
struct header_fields {
  std::uint16_t locate{};
  std::uint16_t tracking_number{};
  nanoseconds timestamp{};  // since midnight
};

struct system_event_fields {
  using view = system_event;
  char event_code;
};

struct stock_directory_fields {
  using view = stock_directory;
  symbol stock;
  char market_category{'Q'};
  char financial_status{'N'};
  std::uint32_t round_lot_size{100};
  char round_lots_only{'N'};
  char issue_classification{'C'};
  std::array<char, 2> issue_subtype{'Z', ' '};
  char authenticity{'P'};
  char short_sale_threshold{'N'};
  char ipo_flag{'N'};
  char luld_tier{'1'};
  char etp_flag{'N'};
  std::uint32_t etp_leverage{};
  char inverse{'N'};
};

struct trading_action_fields {
  using view = trading_action;
  symbol stock;
  char trading_state{'T'};
  std::array<char, 4> reason{' ', ' ', ' ', ' '};
};

struct reg_sho_restriction_fields {
  using view = reg_sho_restriction;
  symbol stock;
  char action{'0'};
};

struct market_participant_position_fields {
  using view = market_participant_position;
  std::array<char, 4> mpid;
  symbol stock;
  char primary_market_maker{'Y'};
  char market_maker_mode{'N'};
  char participant_state{'A'};
};

struct mwcb_decline_level_fields {
  using view = mwcb_decline_level;
  std::uint64_t level1_e8, level2_e8, level3_e8;
};

struct mwcb_status_fields {
  using view = mwcb_status;
  char breached_level;
};

struct ipo_quoting_period_fields {
  using view = ipo_quoting_period;
  symbol stock;
  std::uint32_t release_time_seconds;
  char release_qualifier;
  pyhft::price ipo_price;
};

struct luld_auction_collar_fields {
  using view = luld_auction_collar;
  symbol stock;
  pyhft::price reference_price, upper_price, lower_price;
  std::uint32_t extension;
};

struct operational_halt_fields {
  using view = operational_halt;
  symbol stock;
  char market;
  char action;
};

struct add_order_fields {
  using view = add_order;
  order_id reference;
  pyhft::side side;
  quantity shares;
  symbol stock;
  pyhft::price price;
};

struct add_order_with_mpid_fields {
  using view = add_order_with_mpid;
  order_id reference;
  pyhft::side side;
  quantity shares;
  symbol stock;
  pyhft::price price;
  std::array<char, 4> attribution;
};

struct order_executed_fields {
  using view = order_executed;
  order_id reference;
  quantity executed;
  std::uint64_t match_number;
};

struct order_executed_with_price_fields {
  using view = order_executed_with_price;
  order_id reference;
  quantity executed;
  std::uint64_t match_number;
  char printable{'Y'};
  pyhft::price price;
};

struct order_cancel_fields {
  using view = order_cancel;
  order_id reference;
  quantity canceled;
};

struct order_delete_fields {
  using view = order_delete;
  order_id reference;
};

struct order_replace_fields {
  using view = order_replace;
  order_id original_reference;
  order_id new_reference;
  quantity shares;
  pyhft::price price;
};

// The exchange fills `reference` with 0 and `side` with buy, whichever side the hidden order was on.
struct trade_fields {
  using view = trade;
  order_id reference;
  pyhft::side side;
  quantity shares;
  symbol stock;
  pyhft::price price;
  std::uint64_t match_number;
};

struct cross_trade_fields {
  using view = cross_trade;
  quantity shares;  // 64 bits, as in imbalances
  symbol stock;
  pyhft::price price;
  std::uint64_t match_number;
  char cross_type;
};

struct broken_trade_fields {
  using view = broken_trade;
  std::uint64_t match_number;
};

struct net_order_imbalance_fields {
  using view = net_order_imbalance;
  quantity paired_shares, imbalance_shares;
  char direction;
  symbol stock;
  pyhft::price far_price, near_price, reference_price;
  char cross_type;
  char price_variation;
};

struct retail_price_improvement_fields {
  using view = retail_price_improvement;
  symbol stock;
  char interest;
};

struct direct_listing_fields {
  using view = direct_listing;
  symbol stock;
  char open_eligibility;
  pyhft::price minimum_price, maximum_price, near_execution_price;
  std::uint64_t near_execution_time;
  pyhft::price lower_collar, upper_collar;
};

namespace detail {

// Puts one field behind the other, as the specification lists them.
class field_writer {
 public:
  field_writer(std::byte* at, char type, const header_fields& head) noexcept : first_{at}, at_{at} {
    character(type).u16(head.locate).u16(head.tracking_number);
    store_big48(at_, static_cast<std::uint64_t>(head.timestamp.count));
    at_ += 6;
  }

  field_writer& character(char value) noexcept { return *at_++ = static_cast<std::byte>(value), *this; }
  template <std::size_t N>
  field_writer& text(const std::array<char, N>& value) noexcept {
    std::memcpy(at_, value.data(), N);
    return at_ += N, *this;
  }
  field_writer& u16(std::uint16_t value) noexcept { return integer(value); }
  field_writer& u32(std::uint32_t value) noexcept { return integer(value); }
  field_writer& u64(std::uint64_t value) noexcept { return integer(value); }
  field_writer& stock(const symbol& value) noexcept { return text(value.text); }
  field_writer& reference(order_id value) noexcept { return u64(value.value); }
  field_writer& shares(quantity value) noexcept { return u32(static_cast<std::uint32_t>(value.shares)); }
  field_writer& price4(pyhft::price value) noexcept { return u32(static_cast<std::uint32_t>(value.ticks)); }
  field_writer& buy_sell(pyhft::side value) noexcept { return character(value == side::buy ? 'B' : 'S'); }

  std::size_t length() const noexcept { return static_cast<std::size_t>(at_ - first_); }

 private:
  template <class T>
  field_writer& integer(T value) noexcept {
    store_big(at_, value);
    return at_ += sizeof value, *this;
  }

  std::byte* first_;
  std::byte* at_;
};

inline void put(field_writer& to, const system_event_fields& of) noexcept { to.character(of.event_code); }
inline void put(field_writer& to, const stock_directory_fields& of) noexcept {
  to.stock(of.stock).character(of.market_category).character(of.financial_status).u32(of.round_lot_size);
  to.character(of.round_lots_only).character(of.issue_classification).text(of.issue_subtype).character(of.authenticity);
  to.character(of.short_sale_threshold).character(of.ipo_flag).character(of.luld_tier).character(of.etp_flag);
  to.u32(of.etp_leverage).character(of.inverse);
}
inline void put(field_writer& to, const trading_action_fields& of) noexcept {
  constexpr char reserved = ' ';
  to.stock(of.stock).character(of.trading_state).character(reserved).text(of.reason);
}
inline void put(field_writer& to, const reg_sho_restriction_fields& of) noexcept {
  to.stock(of.stock).character(of.action);
}
inline void put(field_writer& to, const market_participant_position_fields& of) noexcept {
  to.text(of.mpid).stock(of.stock).character(of.primary_market_maker);
  to.character(of.market_maker_mode).character(of.participant_state);
}
inline void put(field_writer& to, const mwcb_decline_level_fields& of) noexcept {
  to.u64(of.level1_e8).u64(of.level2_e8).u64(of.level3_e8);
}
inline void put(field_writer& to, const mwcb_status_fields& of) noexcept { to.character(of.breached_level); }
inline void put(field_writer& to, const ipo_quoting_period_fields& of) noexcept {
  to.stock(of.stock).u32(of.release_time_seconds).character(of.release_qualifier).price4(of.ipo_price);
}
inline void put(field_writer& to, const luld_auction_collar_fields& of) noexcept {
  to.stock(of.stock).price4(of.reference_price).price4(of.upper_price).price4(of.lower_price).u32(of.extension);
}
inline void put(field_writer& to, const operational_halt_fields& of) noexcept {
  to.stock(of.stock).character(of.market).character(of.action);
}
inline void put(field_writer& to, const add_order_fields& of) noexcept {
  to.reference(of.reference).buy_sell(of.side).shares(of.shares).stock(of.stock).price4(of.price);
}
inline void put(field_writer& to, const add_order_with_mpid_fields& of) noexcept {
  to.reference(of.reference).buy_sell(of.side).shares(of.shares).stock(of.stock).price4(of.price).text(of.attribution);
}
inline void put(field_writer& to, const order_executed_fields& of) noexcept {
  to.reference(of.reference).shares(of.executed).u64(of.match_number);
}
inline void put(field_writer& to, const order_executed_with_price_fields& of) noexcept {
  to.reference(of.reference).shares(of.executed).u64(of.match_number).character(of.printable).price4(of.price);
}
inline void put(field_writer& to, const order_cancel_fields& of) noexcept {
  to.reference(of.reference).shares(of.canceled);
}
inline void put(field_writer& to, const order_delete_fields& of) noexcept { to.reference(of.reference); }
inline void put(field_writer& to, const order_replace_fields& of) noexcept {
  to.reference(of.original_reference).reference(of.new_reference).shares(of.shares).price4(of.price);
}
inline void put(field_writer& to, const trade_fields& of) noexcept {
  to.reference(of.reference).buy_sell(of.side).shares(of.shares).stock(of.stock).price4(of.price).u64(of.match_number);
}
inline void put(field_writer& to, const cross_trade_fields& of) noexcept {
  to.u64(of.shares.shares).stock(of.stock).price4(of.price).u64(of.match_number).character(of.cross_type);
}
inline void put(field_writer& to, const broken_trade_fields& of) noexcept { to.u64(of.match_number); }
inline void put(field_writer& to, const net_order_imbalance_fields& of) noexcept {
  to.u64(of.paired_shares.shares).u64(of.imbalance_shares.shares).character(of.direction).stock(of.stock);
  to.price4(of.far_price).price4(of.near_price).price4(of.reference_price);
  to.character(of.cross_type).character(of.price_variation);
}
inline void put(field_writer& to, const retail_price_improvement_fields& of) noexcept {
  to.stock(of.stock).character(of.interest);
}
inline void put(field_writer& to, const direct_listing_fields& of) noexcept {
  to.stock(of.stock).character(of.open_eligibility).price4(of.minimum_price).price4(of.maximum_price);
  to.price4(of.near_execution_price).u64(of.near_execution_time).price4(of.lower_collar).price4(of.upper_collar);
}

}  // namespace detail

// Writes the message at `at` and returns its length.
template <class Fields>
std::size_t encode(std::byte* at, const header_fields& head, const Fields& of) noexcept {
  detail::field_writer to{at, Fields::view::code, head};
  detail::put(to, of);
  return to.length();
}

}  // namespace pyhft::feed::itch50
