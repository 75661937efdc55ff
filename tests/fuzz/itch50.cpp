// SPDX-License-Identifier: MIT
// Messages of ITCH 5.0: decoded, and encoded again from their fields.
#include "pyhft/feed/itch50.hpp"

#include <array>
#include <cstring>

#include "decoder.hpp"
#include "pyhft/feed/itch50_encode.hpp"

namespace pyhft::feed::itch50 {
namespace {

system_event_fields fields_of(const system_event& m) { return {m.event_code()}; }
stock_directory_fields fields_of(const stock_directory& m) {
  return {m.stock(),          m.market_category(), m.financial_status(),
          m.round_lot_size(), m.round_lots_only(), m.issue_classification(),
          m.issue_subtype(),  m.authenticity(),    m.short_sale_threshold(),
          m.ipo_flag(),       m.luld_tier(),       m.etp_flag(),
          m.etp_leverage(),   m.inverse()};
}
trading_action_fields fields_of(const trading_action& m) { return {m.stock(), m.trading_state(), m.reason()}; }
reg_sho_restriction_fields fields_of(const reg_sho_restriction& m) { return {m.stock(), m.action()}; }
market_participant_position_fields fields_of(const market_participant_position& m) {
  return {m.mpid(), m.stock(), m.primary_market_maker(), m.market_maker_mode(), m.participant_state()};
}
mwcb_decline_level_fields fields_of(const mwcb_decline_level& m) {
  return {m.level1_e8(), m.level2_e8(), m.level3_e8()};
}
mwcb_status_fields fields_of(const mwcb_status& m) { return {m.breached_level()}; }
ipo_quoting_period_fields fields_of(const ipo_quoting_period& m) {
  return {m.stock(), m.release_time_seconds(), m.release_qualifier(), m.ipo_price()};
}
luld_auction_collar_fields fields_of(const luld_auction_collar& m) {
  return {m.stock(), m.reference_price(), m.upper_price(), m.lower_price(), m.extension()};
}
operational_halt_fields fields_of(const operational_halt& m) { return {m.stock(), m.market(), m.action()}; }
add_order_fields fields_of(const add_order& m) { return {m.reference(), m.side(), m.shares(), m.stock(), m.price()}; }
add_order_with_mpid_fields fields_of(const add_order_with_mpid& m) {
  return {m.reference(), m.side(), m.shares(), m.stock(), m.price(), m.attribution()};
}
order_executed_fields fields_of(const order_executed& m) { return {m.reference(), m.executed(), m.match_number()}; }
order_executed_with_price_fields fields_of(const order_executed_with_price& m) {
  return {m.reference(), m.executed(), m.match_number(), m.printable(), m.price()};
}
order_cancel_fields fields_of(const order_cancel& m) { return {m.reference(), m.canceled()}; }
order_delete_fields fields_of(const order_delete& m) { return {m.reference()}; }
order_replace_fields fields_of(const order_replace& m) {
  return {m.original_reference(), m.new_reference(), m.shares(), m.price()};
}
trade_fields fields_of(const trade& m) {
  return {m.reference(), m.side(), m.shares(), m.stock(), m.price(), m.match_number()};
}
cross_trade_fields fields_of(const cross_trade& m) {
  return {m.shares(), m.stock(), m.price(), m.match_number(), m.cross_type()};
}
broken_trade_fields fields_of(const broken_trade& m) { return {m.match_number()}; }
net_order_imbalance_fields fields_of(const net_order_imbalance& m) {
  return {m.paired_shares(), m.imbalance_shares(), m.direction(),  m.stock(),          m.far_price(),
          m.near_price(),    m.reference_price(),  m.cross_type(), m.price_variation()};
}
retail_price_improvement_fields fields_of(const retail_price_improvement& m) { return {m.stock(), m.interest()}; }
direct_listing_fields fields_of(const direct_listing& m) {
  return {m.stock(),         m.open_eligibility(),     m.minimum_price(),
          m.maximum_price(), m.near_execution_price(), m.near_execution_time(),
          m.lower_collar(),  m.upper_collar()};
}

// What the wire has and no field: a blank byte, the zeros that fill up a symbol, and the side of a trade, of which only
// 'S' is told from all others.
template <class Message>
bool may_differ(std::size_t at, std::byte was, std::byte is) {
  if (was == std::byte{0} && is == std::byte{' '}) return true;
  if (Message::code == trading_action::code && at == 20) return true;
  return Message::code == trade::code && at == 19 && is == std::byte{'B'};
}

struct encoding_visitor {
  std::span<const std::byte> message;

  template <class Message>
  void on(const Message& m) const {
    std::array<std::byte, longest_message> again;
    const std::size_t length = encode(again.data(), {m.locate(), m.tracking_number(), m.timestamp()}, fields_of(m));
    fuzz::check(length == message.size(), "what is encoded has the length of what was decoded");
    for (std::size_t i = 0; i < length; ++i) {
      fuzz::check(again[i] == message[i] || may_differ<Message>(i, message[i], again[i]),
                  "what is encoded is what was decoded");
    }
    fuzz::check(fuzz::decode_one<protocol>(std::span{again}.first(length)), "what is encoded is a message");
    Message seen;
    seen.at = again.data();
    std::array<std::byte, longest_message> third;
    encode(third.data(), {seen.locate(), seen.tracking_number(), seen.timestamp()}, fields_of(seen));
    fuzz::check(std::memcmp(again.data(), third.data(), length) == 0, "encoding again changes nothing");
  }
};

}  // namespace
}  // namespace pyhft::feed::itch50

void run_target(std::span<const std::byte> bytes) {
  namespace itch50 = pyhft::feed::itch50;
  if (pyhft::fuzz::decode_and_cut<itch50::protocol>(bytes)) itch50::decode(bytes, itch50::encoding_visitor{bytes});
}
