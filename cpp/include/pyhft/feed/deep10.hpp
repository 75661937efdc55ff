// SPDX-License-Identifier: MIT
#pragma once

// IEX DEEP 1.0: the shares at every price level, trades, and the state of every security, over IEX-TP. Views, lengths and
// decoding are as iex.hpp says; here is what DEEP has of its own.
//
// An event of the exchange (an order that goes through three levels) can be several price level updates, of which only
// the last has its flag "event processing complete". In between the book is on its way, and its best quote may be one
// that never stood, even a crossed one.

#include "pyhft/feed/iex.hpp"
#include "pyhft/feed/iex_tp.hpp"

namespace pyhft::feed::deep10 {

// What stands at a price from now on; 0 shares take the level out.
struct price_level_update : iex::security_message {
  static constexpr effect does = effect::level;
  static constexpr std::size_t length = 30;
  bool event_complete() const noexcept { return flag(0x01); }
  pyhft::quantity quantity() const noexcept { return shares_at(18); }
  pyhft::price price() const noexcept { return price8(22); }
  bool prices_are_valid() const noexcept { return u64(22) <= max_price_ticks; }
};

struct buy_level_update : price_level_update {
  static constexpr char code = '8';
  pyhft::side side() const noexcept { return side::buy; }
};

struct sell_level_update : price_level_update {
  static constexpr char code = '5';
  pyhft::side side() const noexcept { return side::sell; }
};

using messages =
    iex::messages<buy_level_update, sell_level_update, iex::trade_report, iex::system_event, iex::security_directory,
                  iex::trading_status, iex::retail_liquidity, iex::operational_halt, iex::short_sale_price_test,
                  iex::security_event, iex::official_price, iex::trade_break, iex::auction_information>;

using transport = iex_tp::transport<iex_tp::message_protocol::deep10>;
using receiver = sequenced_receiver<transport>;

// list, decode() and is_plausible() are those of the messages.
struct protocol : messages {
  static constexpr feed_facts facts = iex::facts_of<transport, messages>("deep10", "IEX DEEP 1.0");
  static constexpr bool by_order = false;
  static constexpr bool in_events = true;
  using receiver = deep10::receiver;
};

}  // namespace pyhft::feed::deep10
