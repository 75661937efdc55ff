// SPDX-License-Identifier: MIT
#pragma once

// Messages as records of a table: for every message type of a feed its fields by name, each an integer in the byte order
// of the host or text, and the code that writes one. A field is a member function of a view; what it returns says how
// it is kept:
//
//   price, quantity, nanoseconds   int64: ticks, shares, ns
//   order_id                       uint64
//   std::uint16_t, 32_t, 64_t      themselves
//   char, several, symbol          text, without the blanks at its end
//
// Every record begins with n, the number of the message in its file, from 1. A further feed has a list of its views and
// their fields here, and a case in record_layouts(). Nothing is allocated.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "pyhft/base/types.hpp"
#include "pyhft/engine/feed_reader.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/raw.hpp"

namespace pyhft::engine {

struct record_field {
  const char* name;
  char kind;  // numpy's: 'i', 'u', 'S'
  std::uint8_t bytes;
  std::uint16_t offset;
};

struct record_layout {
  std::string_view type;  // as a report names it
  std::span<const record_field> fields;
  std::size_t bytes;
};

// Of all message types of a feed; with the time of capture, where a capture is read.
std::span<const record_layout> record_layouts(feed_kind feed, bool captured) noexcept;

namespace detail {

template <auto Getter>
struct field {
  const char* name;
  static constexpr auto getter = Getter;
};

template <class Value>
struct kept;
template <class Integer>
  requires std::is_integral_v<Integer> && (!std::is_same_v<Integer, char>)
struct kept<Integer> {
  static constexpr char kind = std::is_signed_v<Integer> ? 'i' : 'u';
  static Integer of(Integer value) noexcept { return value; }
};
template <>
struct kept<price> {
  static constexpr char kind = 'i';
  static std::int64_t of(price value) noexcept { return value.ticks; }
};
template <>
struct kept<quantity> {
  static constexpr char kind = 'i';
  static std::int64_t of(quantity value) noexcept { return static_cast<std::int64_t>(value.shares); }
};
template <>
struct kept<nanoseconds> {
  static constexpr char kind = 'i';
  static std::int64_t of(nanoseconds value) noexcept { return value.count; }
};
template <>
struct kept<order_id> {
  static constexpr char kind = 'u';
  static std::uint64_t of(order_id value) noexcept { return value.value; }
};
template <>
struct kept<char> {
  static constexpr char kind = 'S';
  static char of(char value) noexcept { return value == ' ' ? '\0' : value; }
};
template <std::size_t Size>
struct kept<std::array<char, Size>> {
  static constexpr char kind = 'S';
  static std::array<char, Size> of(std::array<char, Size> value) noexcept {
    for (std::size_t end = Size; end > 0 && value[end - 1] == ' '; --end) value[end - 1] = '\0';
    return value;
  }
};
template <>
struct kept<symbol> {
  static constexpr char kind = 'S';
  static std::array<char, 8> of(symbol value) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
      const auto text = std::bit_cast<std::uint64_t>(value.text);
      const std::uint64_t not_blank = text ^ 0x2020'2020'2020'2020u;
      const int blanks = std::countl_zero(not_blank) / 8;
      return std::bit_cast<std::array<char, 8>>(blanks == 8 ? 0 : text & ~std::uint64_t{0} >> (8 * blanks));
    } else {
      return kept<std::array<char, 8>>::of(value.text);
    }
  }
};

template <class Message, auto Getter>
using value_of = decltype((std::declval<const Message&>().*Getter)());
template <class Message, auto Getter>
using kept_of = decltype(kept<value_of<Message, Getter>>::of(std::declval<value_of<Message, Getter>>()));

template <class Message>
struct fields_of;

}  // namespace detail

namespace detail {

template <class Message>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(fields_of<Message>::list)>;

template <class Message, std::size_t I>
constexpr record_field described() {
  constexpr auto one = std::get<I>(fields_of<Message>::list);
  return {one.name, kept<value_of<Message, one.getter>>::kind, sizeof(kept_of<Message, one.getter>), 0};
}

// The widest first, so that nothing but the end needs filling up; listed in the order of the wire.
template <class Message, bool Captured>
constexpr auto record_fields() {
  constexpr std::size_t before = Captured ? 2 : 1;
  std::array<record_field, before + field_count<Message>> result{};
  result[0] = {"n", 'i', 8, 0};
  if constexpr (Captured) result[1] = {"captured", 'i', 8, 0};
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((result[before + I] = described<Message, I>()), ...);
  }(std::make_index_sequence<field_count<Message>>{});
  std::uint16_t offset = 0;
  for (const std::uint8_t width : {std::uint8_t{8}, std::uint8_t{4}, std::uint8_t{2}, std::uint8_t{1}}) {
    for (record_field& one : result) {
      if (one.bytes != width) continue;
      one.offset = offset;
      offset = static_cast<std::uint16_t>(offset + width);
    }
  }
  return result;
}

}  // namespace detail

// The record of one message type.
template <class Message, bool Captured>
class record_of {
  static constexpr std::size_t own = detail::field_count<Message>;
  static constexpr std::size_t before = Captured ? 2 : 1;

 public:
  static constexpr std::array<record_field, before + own> fields = detail::record_fields<Message, Captured>();
  static constexpr std::size_t used_bytes = [] {
    std::size_t result = 0;
    for (const record_field& one : fields) result += one.bytes;
    return result;
  }();
  static constexpr std::size_t bytes = (used_bytes + 7) / 8 * 8;

  static void store(std::byte* to, const Message& view, const message_place& place) noexcept {
    put(to + fields[0].offset, static_cast<std::int64_t>(place.number));
    if constexpr (Captured) put(to + fields[1].offset, place.captured.count);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (store_field<I>(to, view), ...);
    }(std::make_index_sequence<own>{});
    if constexpr (bytes > used_bytes) std::memset(to + used_bytes, 0, bytes - used_bytes);
  }

 private:
  template <std::size_t I>
  static void store_field(std::byte* to, const Message& view) noexcept {
    constexpr auto one = std::get<I>(detail::fields_of<Message>::list);
    put(to + fields[before + I].offset, detail::kept<detail::value_of<Message, one.getter>>::of((view.*one.getter)()));
  }
  template <class Value>
  static void put(std::byte* to, const Value& value) noexcept {
    std::memcpy(to, &value, sizeof value);
  }
};

namespace detail {

namespace itch50 = feed::itch50;

// What every message of ITCH begins with, then what is the type's own.
template <class Message, auto... Getters, class... Names>
constexpr auto itch50_fields(Names... names) {
  return std::tuple{field<&Message::timestamp>{"timestamp"}, field<&Message::locate>{"locate"},
                    field<&Message::tracking_number>{"tracking_number"}, field<Getters>{names}...};
}

template <>
struct fields_of<itch50::system_event> {
  using m = itch50::system_event;
  static constexpr auto list = itch50_fields<m, &m::event_code>("event_code");
};
template <>
struct fields_of<itch50::stock_directory> {
  using m = itch50::stock_directory;
  static constexpr auto list =
      itch50_fields<m, &m::stock, &m::market_category, &m::financial_status, &m::round_lot_size, &m::round_lots_only,
                    &m::issue_classification, &m::issue_subtype, &m::authenticity, &m::short_sale_threshold,
                    &m::ipo_flag, &m::luld_tier, &m::etp_flag, &m::etp_leverage, &m::inverse>(
          "stock", "market_category", "financial_status", "round_lot_size", "round_lots_only", "issue_classification",
          "issue_subtype", "authenticity", "short_sale_threshold", "ipo_flag", "luld_tier", "etp_flag", "etp_leverage",
          "inverse");
};
template <>
struct fields_of<itch50::trading_action> {
  using m = itch50::trading_action;
  static constexpr auto list =
      itch50_fields<m, &m::stock, &m::trading_state, &m::reason>("stock", "trading_state", "reason");
};
template <>
struct fields_of<itch50::reg_sho_restriction> {
  using m = itch50::reg_sho_restriction;
  static constexpr auto list = itch50_fields<m, &m::stock, &m::action>("stock", "action");
};
template <>
struct fields_of<itch50::market_participant_position> {
  using m = itch50::market_participant_position;
  static constexpr auto list =
      itch50_fields<m, &m::mpid, &m::stock, &m::primary_market_maker, &m::market_maker_mode, &m::participant_state>(
          "mpid", "stock", "primary_market_maker", "market_maker_mode", "participant_state");
};
template <>
struct fields_of<itch50::mwcb_decline_level> {
  using m = itch50::mwcb_decline_level;
  static constexpr auto list =
      itch50_fields<m, &m::level1_e8, &m::level2_e8, &m::level3_e8>("level1_e8", "level2_e8", "level3_e8");
};
template <>
struct fields_of<itch50::mwcb_status> {
  using m = itch50::mwcb_status;
  static constexpr auto list = itch50_fields<m, &m::breached_level>("breached_level");
};
template <>
struct fields_of<itch50::ipo_quoting_period> {
  using m = itch50::ipo_quoting_period;
  static constexpr auto list =
      itch50_fields<m, &m::stock, &m::release_time_seconds, &m::release_qualifier, &m::ipo_price>(
          "stock", "release_time_seconds", "release_qualifier", "ipo_price");
};
template <>
struct fields_of<itch50::luld_auction_collar> {
  using m = itch50::luld_auction_collar;
  static constexpr auto list =
      itch50_fields<m, &m::stock, &m::reference_price, &m::upper_price, &m::lower_price, &m::extension>(
          "stock", "reference_price", "upper_price", "lower_price", "extension");
};
template <>
struct fields_of<itch50::operational_halt> {
  using m = itch50::operational_halt;
  static constexpr auto list = itch50_fields<m, &m::stock, &m::market, &m::action>("stock", "market", "action");
};
template <>
struct fields_of<itch50::add_order> {
  using m = itch50::add_order;
  static constexpr auto list = itch50_fields<m, &m::reference, &m::buy_sell, &m::shares, &m::stock, &m::price>(
      "reference", "side", "shares", "stock", "price");
};
template <>
struct fields_of<itch50::add_order_with_mpid> {
  using m = itch50::add_order_with_mpid;
  static constexpr auto list =
      itch50_fields<m, &m::reference, &m::buy_sell, &m::shares, &m::stock, &m::price, &m::attribution>(
          "reference", "side", "shares", "stock", "price", "attribution");
};
template <>
struct fields_of<itch50::order_executed> {
  using m = itch50::order_executed;
  static constexpr auto list =
      itch50_fields<m, &m::reference, &m::executed, &m::match_number>("reference", "executed", "match_number");
};
template <>
struct fields_of<itch50::order_executed_with_price> {
  using m = itch50::order_executed_with_price;
  static constexpr auto list =
      itch50_fields<m, &m::reference, &m::executed, &m::match_number, &m::printable, &m::price>(
          "reference", "executed", "match_number", "printable", "price");
};
template <>
struct fields_of<itch50::order_cancel> {
  using m = itch50::order_cancel;
  static constexpr auto list = itch50_fields<m, &m::reference, &m::canceled>("reference", "canceled");
};
template <>
struct fields_of<itch50::order_delete> {
  using m = itch50::order_delete;
  static constexpr auto list = itch50_fields<m, &m::reference>("reference");
};
template <>
struct fields_of<itch50::order_replace> {
  using m = itch50::order_replace;
  static constexpr auto list = itch50_fields<m, &m::original_reference, &m::new_reference, &m::shares, &m::price>(
      "reference", "new_reference", "shares", "price");
};
template <>
struct fields_of<itch50::trade> {
  using m = itch50::trade;
  static constexpr auto list =
      itch50_fields<m, &m::reference, &m::buy_sell, &m::shares, &m::stock, &m::price, &m::match_number>(
          "reference", "side", "shares", "stock", "price", "match_number");
};
template <>
struct fields_of<itch50::cross_trade> {
  using m = itch50::cross_trade;
  static constexpr auto list = itch50_fields<m, &m::shares, &m::stock, &m::price, &m::match_number, &m::cross_type>(
      "shares", "stock", "price", "match_number", "cross_type");
};
template <>
struct fields_of<itch50::broken_trade> {
  using m = itch50::broken_trade;
  static constexpr auto list = itch50_fields<m, &m::match_number>("match_number");
};
template <>
struct fields_of<itch50::net_order_imbalance> {
  using m = itch50::net_order_imbalance;
  static constexpr auto list =
      itch50_fields<m, &m::paired_shares, &m::imbalance_shares, &m::direction, &m::stock, &m::far_price, &m::near_price,
                    &m::reference_price, &m::cross_type, &m::price_variation>(
          "paired_shares", "imbalance_shares", "direction", "stock", "far_price", "near_price", "reference_price",
          "cross_type", "price_variation");
};
template <>
struct fields_of<itch50::retail_price_improvement> {
  using m = itch50::retail_price_improvement;
  static constexpr auto list = itch50_fields<m, &m::stock, &m::interest>("stock", "interest");
};
template <>
struct fields_of<itch50::direct_listing> {
  using m = itch50::direct_listing;
  static constexpr auto list =
      itch50_fields<m, &m::stock, &m::open_eligibility, &m::minimum_price, &m::maximum_price, &m::near_execution_price,
                    &m::near_execution_time, &m::lower_collar, &m::upper_collar>(
          "stock", "open_eligibility", "minimum_price", "maximum_price", "near_execution_price", "near_execution_time",
          "lower_collar", "upper_collar");
};
template <>
struct fields_of<feed::raw::level_update> {
  using m = feed::raw::level_update;
  static constexpr std::tuple list{field<&m::timestamp>{"timestamp"}, field<&m::symbol>{"symbol"},
                                   field<&m::price>{"price"}, field<&m::quantity>{"shares"},
                                   field<&m::wire_side>{"side"}};
};

// The message types of a feed, numbered as their layouts are.
template <class... Messages>
struct record_types {
  static constexpr std::size_t count = sizeof...(Messages);

  template <class Message>
  static constexpr std::size_t number = [] {
    std::size_t result = 0;
    static_cast<void>(((std::is_same_v<Message, Messages> || (++result, false)) || ...));
    return result;
  }();
};

template <class>
struct record_types_of_list;
template <class... Messages>
struct record_types_of_list<itch50::message_list<Messages...>> {
  using type = record_types<Messages...>;

  template <bool Captured>
  static constexpr std::array<char, sizeof...(Messages)> codes{Messages::code...};
  template <bool Captured>
  static constexpr std::array<record_layout, sizeof...(Messages)> layouts{
      record_layout{{&codes<Captured>[type::template number<Messages>], 1},
                    record_of<Messages, Captured>::fields,
                    record_of<Messages, Captured>::bytes}...};
};

}  // namespace detail

using itch50_records = detail::record_types_of_list<feed::itch50::all_messages>;
using raw_records = detail::record_types<feed::raw::level_update>;

}  // namespace pyhft::engine
