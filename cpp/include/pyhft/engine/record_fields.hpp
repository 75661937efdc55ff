// SPDX-License-Identifier: MIT
#pragma once

// The fields of every message type of every feed: the member functions of its view, by the names that their columns
// have. One name means one thing in all types of a feed. A further feed has its lists here.

#include <tuple>

#include "pyhft/feed/deep10.hpp"
#include "pyhft/feed/iex.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/feed/tops.hpp"

namespace pyhft::engine::detail {

namespace itch50 = feed::itch50;
namespace iex = feed::iex;

template <auto Getter>
struct field {
  const char* name;
  static constexpr auto getter = Getter;
};

template <class Message>
struct fields_of;

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

// What every message of IEX but one begins with, then what is the type's own.
template <class Message, auto... Getters, class... Names>
constexpr auto iex_fields(Names... names) {
  return std::tuple{field<&Message::timestamp>{"timestamp"}, field<&Message::symbol>{"symbol"},
                    field<Getters>{names}...};
}

template <>
struct fields_of<iex::system_event> {
  using m = iex::system_event;
  static constexpr std::tuple list{field<&m::timestamp>{"timestamp"}, field<&m::event_code>{"event_code"}};
};
template <>
struct fields_of<iex::security_directory> {
  using m = iex::security_directory;
  static constexpr auto list = iex_fields<m, &m::test_security, &m::when_issued, &m::etp, &m::round_lot_size,
                                          &m::adjusted_previous_close, &m::luld_tier>(
      "test_security", "when_issued", "etp", "round_lot_size", "adjusted_previous_close", "luld_tier");
};
template <>
struct fields_of<iex::trading_status> {
  using m = iex::trading_status;
  static constexpr auto list = iex_fields<m, &m::status, &m::reason>("status", "reason");
};
template <>
struct fields_of<iex::retail_liquidity> {
  using m = iex::retail_liquidity;
  static constexpr auto list = iex_fields<m, &m::indicator>("indicator");
};
template <>
struct fields_of<iex::operational_halt> {
  using m = iex::operational_halt;
  static constexpr auto list = iex_fields<m, &m::status>("status");
};
template <>
struct fields_of<iex::short_sale_price_test> {
  using m = iex::short_sale_price_test;
  static constexpr auto list = iex_fields<m, &m::in_effect, &m::detail>("in_effect", "detail");
};
template <>
struct fields_of<iex::security_event> {
  using m = iex::security_event;
  static constexpr auto list = iex_fields<m, &m::event_code>("event_code");
};
// A trade, and one that is broken.
template <class m>
struct trade_fields {
  static constexpr auto list =
      iex_fields<m, &m::shares, &m::price, &m::trade_id, &m::intermarket_sweep, &m::extended_hours, &m::odd_lot,
                 &m::trade_through_exempt, &m::single_price_cross>("shares", "price", "trade_id", "intermarket_sweep",
                                                                   "extended_hours", "odd_lot", "trade_through_exempt",
                                                                   "single_price_cross");
};
template <>
struct fields_of<iex::trade_report> : trade_fields<iex::trade_report> {};
template <>
struct fields_of<iex::trade_break> : trade_fields<iex::trade_break> {};
template <>
struct fields_of<iex::official_price> {
  using m = iex::official_price;
  static constexpr auto list = iex_fields<m, &m::price_type, &m::price>("price_type", "price");
};
template <>
struct fields_of<iex::auction_information> {
  using m = iex::auction_information;
  static constexpr auto list =
      iex_fields<m, &m::auction_type, &m::paired_shares, &m::reference_price, &m::indicative_clearing_price,
                 &m::imbalance_shares, &m::imbalance_side, &m::extension_number, &m::scheduled_time_seconds,
                 &m::book_clearing_price, &m::collar_reference_price, &m::lower_collar, &m::upper_collar>(
          "auction_type", "paired_shares", "reference_price", "indicative_clearing_price", "imbalance_shares",
          "imbalance_side", "extension_number", "scheduled_time_seconds", "book_clearing_price",
          "collar_reference_price", "lower_collar", "upper_collar");
};
template <class m>
struct level_fields {
  static constexpr auto list =
      iex_fields<m, &m::side, &m::quantity, &m::price, &m::event_complete>("side", "shares", "price", "event_complete");
};
template <>
struct fields_of<feed::deep10::buy_level_update> : level_fields<feed::deep10::buy_level_update> {};
template <>
struct fields_of<feed::deep10::sell_level_update> : level_fields<feed::deep10::sell_level_update> {};
template <>
struct fields_of<feed::tops::quote_update> {
  using m = feed::tops::quote_update;
  static constexpr auto list =
      iex_fields<m, &m::bid, &m::bid_quantity, &m::ask, &m::ask_quantity, &m::halted, &m::extended_hours>(
          "bid", "bid_shares", "ask", "ask_shares", "halted", "extended_hours");
};

template <>
struct fields_of<feed::raw::level_update> {
  using m = feed::raw::level_update;
  static constexpr std::tuple list{field<&m::timestamp>{"timestamp"}, field<&m::symbol>{"symbol"},
                                   field<&m::price>{"price"}, field<&m::quantity>{"shares"},
                                   field<&m::wire_side>{"side"}};
};

}  // namespace pyhft::engine::detail
