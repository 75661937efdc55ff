// SPDX-License-Identifier: MIT
#include "pyhft/feed/itch50.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "net/guarded_bytes.hpp"
#include "net/wire.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::feed::itch50 {
namespace {

using test::guarded_bytes;
using test::wire;

// The header that all messages share: type, locate, tracking number, time.
wire message(char type) {
  return wire{}.u8(static_cast<unsigned char>(type)).big(0x0D0E, 2).big(0x1A1B, 2).big(0x123456789ABC, 6);
}

// One message of each type, field after field as the specification lists them. Every byte differs from its neighbours
// where the field allows it, so that a wrong offset shows.
const std::map<char, wire>& specimens() {
  static const std::map<char, wire> all = [] {
    std::map<char, wire> m;
    m['S'] = message('S').text("Q", 1);
    m['R'] = message('R')
                 .text("AAPL", 8)
                 .text("Q", 1)
                 .text("N", 1)
                 .big(0x01020304, 4)
                 .text("Y", 1)
                 .text("C", 1)
                 .text("ZX", 2);
    m['R'].text("P", 1).text("T", 1).text("I", 1).text("1", 1).text("E", 1).big(0x0A0B0C0D, 4).text("V", 1);
    m['H'] = message('H').text("MSFT", 8).text("T", 1).text(" ", 1).text("LUDP", 4);
    m['Y'] = message('Y').text("IBM", 8).text("2", 1);
    m['L'] = message('L').text("GSCO", 4).text("TSLA", 8).text("Y", 1).text("N", 1).text("A", 1);
    m['V'] = message('V').big(0x0102030405060708, 8).big(0x1112131415161718, 8).big(0x2122232425262728, 8);
    m['W'] = message('W').text("3", 1);
    m['K'] = message('K').text("NEWCO", 8).big(34'200, 4).text("A", 1).big(0xFEDCBA98, 4);
    m['J'] = message('J').text("HALT", 8).big(0x01020304, 4).big(0x11121314, 4).big(0x21222324, 4).big(0x31323334, 4);
    m['h'] = message('h').text("OOPS", 8).text("B", 1).text("H", 1);
    m['A'] = message('A').big(0x0102030405060708, 8).text("B", 1).big(0xFFFFFFFF, 4).text("AAPL", 8).big(0xFFFFFFFE, 4);
    m['F'] = message('F')
                 .big(0x1112131415161718, 8)
                 .text("S", 1)
                 .big(100, 4)
                 .text("AAPL", 8)
                 .big(1'500'000, 4)
                 .text("LEHM", 4);
    m['E'] = message('E').big(0x2122232425262728, 8).big(0x31323334, 4).big(0x4142434445464748, 8);
    m['C'] = message('C')
                 .big(0x2122232425262728, 8)
                 .big(0x31323334, 4)
                 .big(0x4142434445464748, 8)
                 .text("N", 1)
                 .big(0x51525354, 4);
    m['X'] = message('X').big(0x2122232425262728, 8).big(0x31323334, 4);
    m['D'] = message('D').big(0x2122232425262728, 8);
    m['U'] = message('U').big(0x0102030405060708, 8).big(0x1112131415161718, 8).big(0x21222324, 4).big(0x31323334, 4);
    m['P'] = message('P')
                 .big(0, 8)
                 .text("B", 1)
                 .big(0x21222324, 4)
                 .text("AAPL", 8)
                 .big(0x31323334, 4)
                 .big(0x4142434445464748, 8);
    m['Q'] = message('Q')
                 .big(0xF102030405060708, 8)
                 .text("AAPL", 8)
                 .big(0x11121314, 4)
                 .big(0x2122232425262728, 8)
                 .text("O", 1);
    m['B'] = message('B').big(0x2122232425262728, 8);
    m['I'] = message('I')
                 .big(0x0102030405060708, 8)
                 .big(0x1112131415161718, 8)
                 .text("S", 1)
                 .text("AAPL", 8)
                 .big(0x21222324, 4);
    m['I'].big(0x31323334, 4).big(0x41424344, 4).text("C", 1).text("L", 1);
    m['N'] = message('N').text("AAPL", 8).text("A", 1);
    m['O'] = message('O').text("DLCR", 8).text("Y", 1).big(0x01020304, 4).big(0x11121314, 4).big(0x21222324, 4);
    m['O'].big(0x3132333435363738, 8).big(0x41424344, 4).big(0x51525354, 4);
    return m;
  }();
  return all;
}

// The lengths of the specification.
const std::map<char, std::size_t> lengths{{'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35},
                                          {'W', 12}, {'K', 28}, {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40},
                                          {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19}, {'U', 35}, {'P', 44},
                                          {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};

TEST(itch50, every_type_has_the_length_of_the_specification_and_no_other_byte_is_a_type) {
  ASSERT_EQ(lengths.size(), 23u);
  for (int value = 0; value < 256; ++value) {
    const auto type = static_cast<char>(value);
    const auto known = lengths.find(type);
    EXPECT_EQ(message_length(type), known == lengths.end() ? 0 : known->second) << value;
  }
  std::size_t longest = 0;
  for (const auto& [type, length] : lengths) {
    longest = std::max(longest, length);
    EXPECT_EQ(specimens().at(type).size(), length) << type;  // the test's own messages are right, too
  }
  EXPECT_EQ(longest_message, longest);
}

// Which overload was called, and for what.
struct recorder {
  int calls{};
  char type{};
  const std::byte* at{};
  template <class Message>
  void on(const Message& view) {
    ++calls;
    type = Message::code;
    at = view.at;
    EXPECT_EQ(view.type(), Message::code);
  }
};

TEST(itch50, decode_calls_the_overload_of_the_type_once_with_the_bytes_in_place) {
  for (const auto& [type, bytes] : specimens()) {
    recorder visitor;
    EXPECT_EQ(decode(bytes, visitor), decoded::ok) << type;
    EXPECT_EQ(visitor.calls, 1) << type;
    EXPECT_EQ(visitor.type, type);
    EXPECT_EQ(visitor.at, bytes.bytes.data());
    EXPECT_TRUE(is_plausible(bytes));
  }
}

struct choosy {
  int adds{}, executions{}, others{};
  void on(const add_order&) { ++adds; }
  void on(const order_executed&) { ++executions; }
  template <class Message>
  void on(const Message&) {
    ++others;
  }
};

TEST(itch50, a_visitor_takes_a_type_by_overload_and_the_rest_by_a_template) {
  choosy visitor;
  for (const auto& [type, bytes] : specimens()) decode(bytes, visitor);
  EXPECT_EQ(visitor.adds, 1);        // F is a type of its own though its view derives from A's
  EXPECT_EQ(visitor.executions, 1);  // and so is C
  EXPECT_EQ(visitor.others, 21);
}

TEST(itch50, a_message_of_any_other_length_is_refused_and_not_read) {
  guarded_bytes page{4096};
  for (const auto& [type, bytes] : specimens()) {
    for (std::size_t length = 0; length <= 70; ++length) {
      if (length == bytes.size()) continue;
      wire other = bytes;
      other.bytes.resize(length);
      recorder visitor;
      const auto held = page.hold(other);
      EXPECT_EQ(decode(held, visitor), length == 0 ? decoded::empty : decoded::bad_length) << type << ' ' << length;
      EXPECT_EQ(visitor.calls, 0);
      EXPECT_FALSE(is_plausible(held));
    }
  }
}

TEST(itch50, a_type_that_does_not_exist_is_unknown_at_every_length) {
  recorder visitor;
  for (int type = 0; type < 256; ++type) {
    if (lengths.contains(static_cast<char>(type))) continue;
    for (const std::size_t length : {1u, 2u, 12u, 36u, 60u}) {
      wire bytes;
      bytes.u8(static_cast<unsigned>(type)).fill(length - 1);
      EXPECT_EQ(decode(bytes, visitor), decoded::unknown_type);
      EXPECT_FALSE(is_plausible(bytes));
    }
  }
  EXPECT_EQ(visitor.calls, 0);
}

TEST(itch50, an_order_whose_side_is_neither_buy_nor_sell_is_refused) {
  for (const char type : {'A', 'F'}) {
    for (int value = 0; value < 256; ++value) {
      wire bytes = specimens().at(type);
      bytes.bytes[19] = std::byte(value);
      recorder visitor;
      const bool good = value == 'B' || value == 'S';
      EXPECT_EQ(decode(bytes, visitor), good ? decoded::ok : decoded::bad_side) << value;
      EXPECT_EQ(visitor.calls, good ? 1 : 0);
    }
  }
}

TEST(itch50, random_bytes_of_every_type_and_length_stay_within_their_bounds) {
  guarded_bytes page{4096};
  std::mt19937_64 random{17};
  std::string types;
  for (const auto& [type, length] : lengths) types += type;
  std::array<std::uint64_t, 5> seen{};
  for (int round = 0; round < 300'000; ++round) {
    const auto bytes = page.last(random() % 60);
    for (std::byte& each : bytes) each = std::byte(random());
    if (!bytes.empty() && round % 8 != 0) bytes[0] = std::byte(types[random() % types.size()]);
    recorder visitor;
    const decoded result = decode(bytes, visitor);
    ++seen[static_cast<std::size_t>(result)];
    ASSERT_EQ(visitor.calls, result == decoded::ok ? 1 : 0);
  }
  for (const std::uint64_t count : seen) EXPECT_GT(count, 30u);
}

// From here on each field of each type against the value that was put there.
template <class Message>
Message view_of(char type) {
  Message result;
  result.at = specimens().at(type).bytes.data();
  return result;
}

template <std::size_t N>
std::string text(std::array<char, N> from) {
  return {from.begin(), from.end()};
}

TEST(itch50_fields, the_header_is_the_same_in_every_type) {
  for (const auto& [type, bytes] : specimens()) {
    const message_view view{bytes.bytes.data()};
    EXPECT_EQ(view.type(), type);
    EXPECT_EQ(view.locate(), 0x0D0E);
    EXPECT_EQ(view.tracking_number(), 0x1A1B);
    EXPECT_EQ(view.timestamp().count, 0x123456789ABC);
  }
}

TEST(itch50_fields, orders_and_what_becomes_of_them) {
  const auto a = view_of<add_order>('A');
  EXPECT_EQ(a.reference().value, 0x0102030405060708u);
  EXPECT_EQ(a.buy_sell(), 'B');
  EXPECT_EQ(a.side(), side::buy);
  EXPECT_EQ(a.shares().shares, 0xFFFFFFFFu);
  EXPECT_EQ(a.stock().view(), "AAPL");
  EXPECT_EQ(a.price().ticks, 0xFFFFFFFE);  // prices are unsigned on the wire
  const auto f = view_of<add_order_with_mpid>('F');
  EXPECT_EQ(f.reference().value, 0x1112131415161718u);
  EXPECT_EQ(f.side(), side::sell);
  EXPECT_EQ(f.shares().shares, 100u);
  EXPECT_EQ(f.price().ticks, 1'500'000);
  EXPECT_EQ(text(f.attribution()), "LEHM");
  const auto e = view_of<order_executed>('E');
  EXPECT_EQ(e.reference().value, 0x2122232425262728u);
  EXPECT_EQ(e.executed().shares, 0x31323334u);
  EXPECT_EQ(e.match_number(), 0x4142434445464748u);
  const auto c = view_of<order_executed_with_price>('C');
  EXPECT_EQ(c.reference().value, 0x2122232425262728u);
  EXPECT_EQ(c.executed().shares, 0x31323334u);
  EXPECT_EQ(c.match_number(), 0x4142434445464748u);
  EXPECT_EQ(c.printable(), 'N');
  EXPECT_EQ(c.price().ticks, 0x51525354);
  const auto x = view_of<order_cancel>('X');
  EXPECT_EQ(x.reference().value, 0x2122232425262728u);
  EXPECT_EQ(x.canceled().shares, 0x31323334u);
  EXPECT_EQ(view_of<order_delete>('D').reference().value, 0x2122232425262728u);
  const auto u = view_of<order_replace>('U');
  EXPECT_EQ(u.original_reference().value, 0x0102030405060708u);
  EXPECT_EQ(u.new_reference().value, 0x1112131415161718u);
  EXPECT_EQ(u.shares().shares, 0x21222324u);
  EXPECT_EQ(u.price().ticks, 0x31323334);
}

TEST(itch50_fields, trades) {
  const auto p = view_of<trade>('P');
  EXPECT_EQ(p.reference().value, 0u);
  EXPECT_EQ(p.buy_sell(), 'B');
  EXPECT_EQ(p.shares().shares, 0x21222324u);
  EXPECT_EQ(p.stock().view(), "AAPL");
  EXPECT_EQ(p.price().ticks, 0x31323334);
  EXPECT_EQ(p.match_number(), 0x4142434445464748u);
  const auto q = view_of<cross_trade>('Q');
  EXPECT_EQ(q.shares().shares, 0xF102030405060708u);
  EXPECT_EQ(q.stock().view(), "AAPL");
  EXPECT_EQ(q.price().ticks, 0x11121314);
  EXPECT_EQ(q.match_number(), 0x2122232425262728u);
  EXPECT_EQ(q.cross_type(), 'O');
  EXPECT_EQ(view_of<broken_trade>('B').match_number(), 0x2122232425262728u);
}

TEST(itch50_fields, auctions) {
  const auto i = view_of<net_order_imbalance>('I');
  EXPECT_EQ(i.paired_shares().shares, 0x0102030405060708u);
  EXPECT_EQ(i.imbalance_shares().shares, 0x1112131415161718u);
  EXPECT_EQ(i.direction(), 'S');
  EXPECT_EQ(i.stock().view(), "AAPL");
  EXPECT_EQ(i.far_price().ticks, 0x21222324);
  EXPECT_EQ(i.near_price().ticks, 0x31323334);
  EXPECT_EQ(i.reference_price().ticks, 0x41424344);
  EXPECT_EQ(i.cross_type(), 'C');
  EXPECT_EQ(i.price_variation(), 'L');
  const auto o = view_of<direct_listing>('O');
  EXPECT_EQ(o.stock().view(), "DLCR");
  EXPECT_EQ(o.open_eligibility(), 'Y');
  EXPECT_EQ(o.minimum_price().ticks, 0x01020304);
  EXPECT_EQ(o.maximum_price().ticks, 0x11121314);
  EXPECT_EQ(o.near_execution_price().ticks, 0x21222324);
  EXPECT_EQ(o.near_execution_time(), 0x3132333435363738u);
  EXPECT_EQ(o.lower_collar().ticks, 0x41424344);
  EXPECT_EQ(o.upper_collar().ticks, 0x51525354);
  const auto k = view_of<ipo_quoting_period>('K');
  EXPECT_EQ(k.stock().view(), "NEWCO");
  EXPECT_EQ(k.release_time_seconds(), 34'200u);
  EXPECT_EQ(k.release_qualifier(), 'A');
  EXPECT_EQ(k.ipo_price().ticks, 0xFEDCBA98);
  const auto n = view_of<retail_price_improvement>('N');
  EXPECT_EQ(n.stock().view(), "AAPL");
  EXPECT_EQ(n.interest(), 'A');
}

TEST(itch50_fields, stocks_and_their_states) {
  const auto r = view_of<stock_directory>('R');
  EXPECT_EQ(r.stock().view(), "AAPL");
  EXPECT_EQ(r.market_category(), 'Q');
  EXPECT_EQ(r.financial_status(), 'N');
  EXPECT_EQ(r.round_lot_size(), 0x01020304u);
  EXPECT_EQ(r.round_lots_only(), 'Y');
  EXPECT_EQ(r.issue_classification(), 'C');
  EXPECT_EQ(text(r.issue_subtype()), "ZX");
  EXPECT_EQ(r.authenticity(), 'P');
  EXPECT_EQ(r.short_sale_threshold(), 'T');
  EXPECT_EQ(r.ipo_flag(), 'I');
  EXPECT_EQ(r.luld_tier(), '1');
  EXPECT_EQ(r.etp_flag(), 'E');
  EXPECT_EQ(r.etp_leverage(), 0x0A0B0C0Du);
  EXPECT_EQ(r.inverse(), 'V');
  const auto h = view_of<trading_action>('H');
  EXPECT_EQ(h.stock().view(), "MSFT");
  EXPECT_EQ(h.trading_state(), 'T');
  EXPECT_EQ(text(h.reason()), "LUDP");
  const auto y = view_of<reg_sho_restriction>('Y');
  EXPECT_EQ(y.stock().view(), "IBM");
  EXPECT_EQ(y.action(), '2');
  const auto l = view_of<market_participant_position>('L');
  EXPECT_EQ(text(l.mpid()), "GSCO");
  EXPECT_EQ(l.stock().view(), "TSLA");
  EXPECT_EQ(l.primary_market_maker(), 'Y');
  EXPECT_EQ(l.market_maker_mode(), 'N');
  EXPECT_EQ(l.participant_state(), 'A');
  const auto j = view_of<luld_auction_collar>('J');
  EXPECT_EQ(j.stock().view(), "HALT");
  EXPECT_EQ(j.reference_price().ticks, 0x01020304);
  EXPECT_EQ(j.upper_price().ticks, 0x11121314);
  EXPECT_EQ(j.lower_price().ticks, 0x21222324);
  EXPECT_EQ(j.extension(), 0x31323334u);
  const auto halt = view_of<operational_halt>('h');
  EXPECT_EQ(halt.stock().view(), "OOPS");
  EXPECT_EQ(halt.market(), 'B');
  EXPECT_EQ(halt.action(), 'H');
}

TEST(itch50_fields, the_market_as_a_whole) {
  EXPECT_EQ(view_of<system_event>('S').event_code(), 'Q');
  EXPECT_EQ(view_of<mwcb_status>('W').breached_level(), '3');
  const auto v = view_of<mwcb_decline_level>('V');
  EXPECT_EQ(v.level1_e8(), 0x0102030405060708u);
  EXPECT_EQ(v.level2_e8(), 0x1112131415161718u);
  EXPECT_EQ(v.level3_e8(), 0x2122232425262728u);
}

TEST(itch50, decoding_does_not_allocate) {
  choosy visitor;
  const auto& all = specimens();
  const support::allocation_counter here;
  for (int round = 0; round < 1'000; ++round) {
    for (const auto& [type, bytes] : all) decode(bytes, visitor);
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_EQ(visitor.adds + visitor.executions + visitor.others, 23'000);
}

}  // namespace
}  // namespace pyhft::feed::itch50
