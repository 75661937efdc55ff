// SPDX-License-Identifier: MIT
#pragma once

// IEX TOPS 1.5 and 1.6: the best bid and ask of every security, and trades, over IEX-TP. Views, lengths and decoding are
// as iex.hpp says; here is what TOPS has of its own.
//
// The versions differ in the message protocol of the transport's header (0x8002 and 0x8003) and in what is sent: 1.5 has
// quote updates, trade reports and trade breaks, 1.6 the administrative and auction messages besides. What both have
// is laid out alike, so that one reader takes either.

#include "pyhft/feed/iex.hpp"
#include "pyhft/feed/iex_tp.hpp"

namespace pyhft::feed::tops {

// A side of 0 shares is empty.
struct quote_update : iex::security_message {
  static constexpr char code = 'Q';
  static constexpr std::size_t length = 42;
  static constexpr effect does = effect::quote;
  bool halted() const noexcept { return flag(0x80); }  // or paused, or not available for trading
  bool extended_hours() const noexcept { return flag(0x40); }
  quantity bid_quantity() const noexcept { return shares_at(18); }
  pyhft::price bid() const noexcept { return price8(22); }
  pyhft::price ask() const noexcept { return price8(30); }
  quantity ask_quantity() const noexcept { return shares_at(38); }
  bool prices_are_valid() const noexcept { return u64(22) <= max_price_ticks && u64(30) <= max_price_ticks; }
};

using messages =
    iex::messages<quote_update, iex::trade_report, iex::system_event, iex::security_directory, iex::trading_status,
                  iex::retail_liquidity, iex::operational_halt, iex::short_sale_price_test, iex::security_event,
                  iex::official_price, iex::trade_break, iex::auction_information>;

using transport = iex_tp::transport<iex_tp::message_protocol::tops15, iex_tp::message_protocol::tops16>;
using receiver = sequenced_receiver<transport>;

// list, decode() and is_plausible() are those of the messages.
struct protocol : messages {
  static constexpr feed_facts facts = iex::facts_of<transport, messages>("tops", "IEX TOPS 1.5 or 1.6");
  static constexpr bool by_order = false;
  static constexpr bool in_events = false;
  using receiver = tops::receiver;
};

}  // namespace pyhft::feed::tops
