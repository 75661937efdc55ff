// SPDX-License-Identifier: MIT
// IEX-TP, and the messages of DEEP 1.0 and TOPS 1.5 and 1.6 that it carries.
#include "pyhft/feed/iex.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "net/guarded_bytes.hpp"
#include "net/wire.hpp"
#include "pyhft/feed/deep10.hpp"
#include "pyhft/feed/tops.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::feed {
namespace {

using test::guarded_bytes;
using test::wire;

// The head that all messages share: type, one byte of flags or state, time; and the symbol that all but one have.
wire head(char type, unsigned second) {
  return wire{}.u8(static_cast<unsigned char>(type)).u8(second).little(0x0102030405060708, 8);
}
wire message(char type, unsigned second, std::string_view symbol) { return head(type, second).text(symbol, 8); }

// One message of each type, field after field as the specifications list them.
const std::map<char, wire>& specimens() {
  static const std::map<char, wire> all = [] {
    std::map<char, wire> m;
    m['S'] = head('S', 'R');
    m['D'] = message('D', 0xA0, "ZEXIT").little(0x11121314, 4).little(0x2122232425262728, 8).u8(2);
    m['H'] = message('H', 'O', "ZIEXT").text("IPO2", 4);
    m['I'] = message('I', 'B', "IBM");
    m['O'] = message('O', 'N', "SPY");
    m['P'] = message('P', 1, "AHLC").text("A", 1);
    m['E'] = message('E', 'C', "ZXIET");
    m['8'] = message('8', 1, "AAPL").little(0xFFFFFFFE, 4).little(0x3132333435363738, 8);
    m['5'] = message('5', 0, "MSFT").little(0x41424344, 4).little(1'750'100, 8);
    m['Q'] = message('Q', 0x40, "ZIEXT").little(9'700, 4).little(990'500, 8).little(990'700, 8).little(1'000, 4);
    m['T'] = message('T', 0xA8, "ZIEXT").little(100, 4).little(990'600, 8).little(0xF1F2F3F4F5F6F7F8, 8);
    m['B'] = message('B', 0x50, "ZIEXT").little(200, 4).little(990'601, 8).little(429'974, 8);
    m['X'] = message('X', 'M', "ZIEXT").little(0x5152535455565758, 8);
    m['A'] = message('A', 'C', "ZIEXT").little(100'000, 4).little(990'500, 8).little(994'600, 8).little(10'000, 4);
    m['A'].text("B", 1).u8(3).little(1'484'236'800, 4).little(0x6162636465666768, 8).little(0x7172737475767778, 8);
    m['A'].little(0x1122334455667788, 8).little(0x2233445566778899, 8);
    return m;
  }();
  return all;
}

// The lengths of the specifications.
const std::map<char, std::size_t> lengths{{'S', 10}, {'D', 31}, {'H', 22}, {'I', 18}, {'O', 18}, {'P', 19}, {'E', 18},
                                          {'8', 30}, {'5', 30}, {'Q', 42}, {'T', 38}, {'B', 38}, {'X', 26}, {'A', 80}};

// Which messages only one of the feeds has.
template <class Protocol>
bool is_of(char type) {
  return type == 'Q' ? std::is_same_v<Protocol, tops::protocol>
                     : (type != '8' && type != '5') || std::is_same_v<Protocol, deep10::protocol>;
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
    EXPECT_EQ(view.timestamp().count, 0x0102030405060708);
  }
};

template <class Protocol>
class iex_messages : public testing::Test {};
using protocols = testing::Types<deep10::protocol, tops::protocol>;
TYPED_TEST_SUITE(iex_messages, protocols, );

TYPED_TEST(iex_messages, every_type_has_the_length_of_the_specification_and_no_other_byte_is_a_type) {
  ASSERT_EQ(lengths.size(), specimens().size());
  for (int value = 0; value < 256; ++value) {
    const auto type = static_cast<char>(value);
    const auto known = lengths.find(type);
    const bool is_here = known != lengths.end() && is_of<TypeParam>(type);
    EXPECT_EQ(TypeParam::length_of(type), is_here ? known->second : 0) << value;
  }
  for (const auto& [type, bytes] : specimens()) EXPECT_EQ(bytes.size(), lengths.at(type)) << type;
}

TYPED_TEST(iex_messages, every_message_comes_out_as_its_own_view_in_place_and_may_have_grown) {
  for (const auto& [type, bytes] : specimens()) {
    for (const std::size_t more : {0u, 1u, 200u}) {
      recorder to;
      const wire longer = wire{bytes}.fill(more, 0xEE);
      const decoded outcome = TypeParam::decode(longer, to);
      EXPECT_EQ(outcome, is_of<TypeParam>(type) ? decoded::ok : decoded::unknown_type) << type;
      EXPECT_EQ(TypeParam::is_plausible(longer), is_of<TypeParam>(type));
      EXPECT_EQ(to.calls, is_of<TypeParam>(type) ? 1 : 0);
      if (to.calls == 0) continue;
      EXPECT_EQ(to.type, type);
      EXPECT_EQ(to.at, longer.bytes.data());
    }
  }
}

TYPED_TEST(iex_messages, a_message_cut_anywhere_is_refused_without_a_read_beyond_it) {
  guarded_bytes page{4096};
  for (const auto& [type, bytes] : specimens()) {
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      recorder to;
      const auto held = page.hold(std::span{bytes.bytes}.first(length));
      const decoded cut = !is_of<TypeParam>(type) ? decoded::unknown_type : decoded::bad_length;
      EXPECT_EQ(TypeParam::decode(held, to), length == 0 ? decoded::empty : cut) << type << length;
      EXPECT_FALSE(TypeParam::is_plausible(held));
      EXPECT_EQ(to.calls, 0);
    }
  }
}

TYPED_TEST(iex_messages, types_that_do_not_exist_are_refused) {
  std::vector<std::byte> bytes(100);
  for (int value = 0; value < 256; ++value) {
    if (TypeParam::length_of(static_cast<char>(value)) != 0) continue;
    bytes[0] = static_cast<std::byte>(value);
    recorder to;
    EXPECT_EQ(TypeParam::decode(bytes, to), decoded::unknown_type) << value;
    EXPECT_EQ(to.calls, 0);
  }
}

// A price of which the double is beyond a signed integer, or below zero, never comes to a book.
TYPED_TEST(iex_messages, prices_that_no_book_can_hold_are_refused) {
  const std::map<char, std::vector<std::size_t>> prices{{'8', {22}}, {'5', {22}}, {'Q', {22, 30}}, {'T', {22}}};
  for (const auto& [type, offsets] : prices) {
    if (!is_of<TypeParam>(type)) continue;
    for (const std::size_t offset : offsets) {
      for (const auto& [value, good] : std::map<std::uint64_t, bool>{
               {0, true}, {max_price_ticks, true}, {max_price_ticks + 1, false}, {~std::uint64_t{}, false}}) {
        wire bytes = specimens().at(type);
        for (unsigned i = 0; i < 8; ++i) bytes.bytes[offset + i] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
        recorder to;
        EXPECT_EQ(TypeParam::decode(bytes, to), good ? decoded::ok : decoded::bad_price) << type << value;
        EXPECT_EQ(to.calls, good ? 1 : 0);
      }
    }
  }
}

struct last_byte_reader {
  std::uint64_t good{}, sum{};
  template <class Message>
  void on(const Message& m) {
    ++good;
    sum += std::to_integer<std::uint64_t>(m.at[Message::length - 1]);
  }
};

TYPED_TEST(iex_messages, random_bytes_stay_within_their_bounds_and_do_not_allocate) {
  guarded_bytes page{4096};
  std::mt19937_64 random{37};
  last_byte_reader to;
  const std::string types = "SDHIOPE85QTBXA?";
  const support::allocation_counter here;
  for (int round = 0; round < 200'000; ++round) {
    const auto bytes = page.last(random() % 90);
    for (std::byte& each : bytes) each = std::byte(random() % 16);
    if (!bytes.empty()) bytes[0] = static_cast<std::byte>(types[random() % types.size()]);
    TypeParam::decode(bytes, to);
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_GT(to.good, 50'000u);
}

// Every field of every message, against what the specimens were made of.
struct field_reader {
  std::set<char> seen;
  void on(const iex::system_event& m) {
    seen.insert('S');
    EXPECT_EQ(m.event_code(), 'R');
    EXPECT_FALSE(m.ends_session());
  }
  void on(const iex::security_directory& m) {
    seen.insert('D');
    EXPECT_EQ(m.symbol().view(), "ZEXIT");
    EXPECT_TRUE(m.test_security());
    EXPECT_FALSE(m.when_issued());
    EXPECT_TRUE(m.etp());
    EXPECT_EQ(m.round_lot_size(), 0x11121314u);
    EXPECT_EQ(m.adjusted_previous_close().ticks, 0x2122232425262728);
    EXPECT_EQ(m.luld_tier(), 2);
  }
  void on(const iex::trading_status& m) {
    seen.insert('H');
    EXPECT_EQ(m.status(), 'O');
    EXPECT_EQ(m.symbol().view(), "ZIEXT");
    EXPECT_EQ(m.reason(), (std::array{'I', 'P', 'O', '2'}));
  }
  void on(const iex::retail_liquidity& m) {
    seen.insert('I');
    EXPECT_EQ(m.indicator(), 'B');
    EXPECT_EQ(m.symbol().view(), "IBM");
  }
  void on(const iex::operational_halt& m) {
    seen.insert('O');
    EXPECT_EQ(m.status(), 'N');
    EXPECT_EQ(m.symbol().view(), "SPY");
  }
  void on(const iex::short_sale_price_test& m) {
    seen.insert('P');
    EXPECT_TRUE(m.in_effect());
    EXPECT_EQ(m.symbol().view(), "AHLC");
    EXPECT_EQ(m.detail(), 'A');
  }
  void on(const iex::security_event& m) {
    seen.insert('E');
    EXPECT_EQ(m.event_code(), 'C');
    EXPECT_EQ(m.symbol().view(), "ZXIET");
  }
  void on(const deep10::buy_level_update& m) {
    seen.insert('8');
    EXPECT_TRUE(m.event_complete());
    EXPECT_EQ(m.side(), side::buy);
    EXPECT_EQ(m.symbol().view(), "AAPL");
    EXPECT_EQ(m.quantity().shares, 0xFFFFFFFEu);
    EXPECT_EQ(m.price().ticks, 0x3132333435363738);
  }
  void on(const deep10::sell_level_update& m) {
    seen.insert('5');
    EXPECT_FALSE(m.event_complete());
    EXPECT_EQ(m.side(), side::sell);
    EXPECT_EQ(m.symbol().view(), "MSFT");
    EXPECT_EQ(m.quantity().shares, 0x41424344u);
    EXPECT_EQ(m.price().ticks, 1'750'100);
  }
  void on(const tops::quote_update& m) {
    seen.insert('Q');
    EXPECT_FALSE(m.halted());
    EXPECT_TRUE(m.extended_hours());
    EXPECT_EQ(m.symbol().view(), "ZIEXT");
    EXPECT_EQ(m.bid_quantity().shares, 9'700u);
    EXPECT_EQ(m.bid().ticks, 990'500);
    EXPECT_EQ(m.ask().ticks, 990'700);
    EXPECT_EQ(m.ask_quantity().shares, 1'000u);
  }
  void on(const iex::trade_report& m) {
    seen.insert('T');
    EXPECT_TRUE(m.intermarket_sweep() && m.odd_lot() && m.single_price_cross());
    EXPECT_FALSE(m.extended_hours() || m.trade_through_exempt());
    EXPECT_EQ(m.symbol().view(), "ZIEXT");
    EXPECT_EQ(m.shares().shares, 100u);
    EXPECT_EQ(m.price().ticks, 990'600);
    EXPECT_EQ(m.trade_id(), 0xF1F2F3F4F5F6F7F8);
  }
  void on(const iex::trade_break& m) {
    seen.insert('B');
    EXPECT_TRUE(m.extended_hours() && m.trade_through_exempt());
    EXPECT_FALSE(m.intermarket_sweep() || m.odd_lot() || m.single_price_cross());
    EXPECT_EQ(m.shares().shares, 200u);
    EXPECT_EQ(m.price().ticks, 990'601);
    EXPECT_EQ(m.trade_id(), 429'974u);
  }
  void on(const iex::official_price& m) {
    seen.insert('X');
    EXPECT_EQ(m.price_type(), 'M');
    EXPECT_EQ(m.symbol().view(), "ZIEXT");
    EXPECT_EQ(m.price().ticks, 0x5152535455565758);
  }
  void on(const iex::auction_information& m) {
    seen.insert('A');
    EXPECT_EQ(m.auction_type(), 'C');
    EXPECT_EQ(m.symbol().view(), "ZIEXT");
    EXPECT_EQ(m.paired_shares().shares, 100'000u);
    EXPECT_EQ(m.reference_price().ticks, 990'500);
    EXPECT_EQ(m.indicative_clearing_price().ticks, 994'600);
    EXPECT_EQ(m.imbalance_shares().shares, 10'000u);
    EXPECT_EQ(m.imbalance_side(), 'B');
    EXPECT_EQ(m.extension_number(), 3);
    EXPECT_EQ(m.scheduled_time_seconds(), 1'484'236'800u);
    EXPECT_EQ(m.book_clearing_price().ticks, 0x6162636465666768);
    EXPECT_EQ(m.collar_reference_price().ticks, 0x7172737475767778);
    EXPECT_EQ(m.lower_collar().ticks, 0x1122334455667788);
    EXPECT_EQ(m.upper_collar().ticks, 0x2233445566778899);
  }
};

TEST(iex, every_field_is_read_from_its_place) {
  field_reader to;
  for (const auto& [type, bytes] : specimens()) {
    deep10::protocol::decode(bytes, to);
    tops::protocol::decode(bytes, to);
  }
  EXPECT_EQ(to.seen.size(), specimens().size());
  struct {
    bool ended{};
    void on(const iex::system_event& m) { ended = m.ends_session(); }
    void on(const iex::security_message&) {}
  } last;
  deep10::protocol::decode(head('S', 'C'), last);
  EXPECT_TRUE(last.ended);
}

// ---- the transport

constexpr unsigned deep = 0x8004;

struct segment {
  std::uint64_t sequence, offset;
  unsigned count, payload_bytes;
  unsigned protocol{deep}, version{1}, session{0x51525354}, channel{1};

  wire header() const {
    return wire{}
        .u8(version)
        .u8(0)
        .little(protocol, 2)
        .little(channel, 4)
        .little(session, 4)
        .little(payload_bytes, 2)
        .little(count, 2)
        .little(offset, 8)
        .little(sequence, 8)
        .little(1'696'246'474'223'823'730, 8);
  }
};

// A message says its own number, so that what comes out shows what went in; a block has 2 + 8 bytes.
wire packet(std::uint64_t sequence, unsigned count, unsigned protocol = deep, unsigned session = 0x51525354) {
  segment all{sequence, (sequence - 1) * 10, count, count * 10};
  all.protocol = protocol;
  all.session = session;
  wire result = all.header();
  for (unsigned i = 0; i < count; ++i) result.little(8, 2).little(sequence + i, 8);
  return result;
}

struct numbers {
  std::vector<std::uint64_t> events;  // the numbers of messages; gaps as 1'000'000 + missing; new sessions as 2'000'000
  void on_message(std::span<const std::byte> message) {
    std::uint64_t number = 0;
    for (std::size_t i = message.size(); i-- > 0;) number = number << 8 | std::to_integer<std::uint64_t>(message[i]);
    events.push_back(number);
  }
  void on_gap(std::uint64_t missing) { events.push_back(1'000'000 + missing); }
  void on_new_session(bool clean) { events.push_back(2'000'000 + clean); }
};

using list = std::vector<std::uint64_t>;

TEST(iex_tp, the_header_is_read_field_by_field) {
  segment all{0x1112131415161718, 0x2122232425262728, 0x3132, 0x4142};
  all.channel = 0x61626364;
  const wire bytes = all.header();
  ASSERT_EQ(bytes.size(), iex_tp::header_bytes);
  const auto head = iex_tp::header::load(bytes.bytes.data());
  EXPECT_EQ(head.session.version, 1);
  EXPECT_EQ(head.session.protocol, iex_tp::message_protocol::deep10);
  EXPECT_EQ(head.session.channel, 0x61626364u);
  EXPECT_EQ(head.session.session, 0x51525354u);
  EXPECT_EQ(head.session.describe(), "1364349780");
  EXPECT_EQ(head.payload_bytes, 0x4142);
  EXPECT_EQ(head.count, 0x3132);
  EXPECT_EQ(head.offset, 0x2122232425262728u);
  EXPECT_EQ(head.sequence, 0x1112131415161718u);
  EXPECT_EQ(head.sent.count, 1'696'246'474'223'823'730);
}

TEST(iex_tp, messages_come_once_and_in_order_with_gaps_duplicates_and_late_ones_counted) {
  deep10::receiver from;
  numbers to;
  from.receive(packet(1, 0), to);  // a heartbeat before the first message
  from.receive(packet(1, 2), to);
  from.receive(packet(3, 2), to);
  from.receive(packet(2, 4), to);  // three are known
  from.receive(packet(9, 1), to);  // 6, 7 and 8 are missing
  from.receive(packet(7, 1), to);  // late
  from.receive(packet(7, 1), to);  // and again
  from.receive(packet(10, 0), to);
  EXPECT_EQ(to.events, (list{1, 2, 3, 4, 5, 1'000'003, 9}));
  EXPECT_EQ(from.counters().missing_messages, 3u);
  EXPECT_EQ(from.counters().late_messages, 1u);
  EXPECT_EQ(from.counters().duplicate_messages, 3u + 1);
  EXPECT_EQ(from.counters().heartbeats, 2u);
  EXPECT_EQ(from.counters().bad_offsets, 0u);
  EXPECT_EQ(from.sessions()[0].expected, 10u);
}

TEST(iex_tp, a_stream_of_bytes_that_breaks_off_between_numbers_that_follow_is_a_gap) {
  deep10::receiver from;
  numbers to;
  const auto at = [](std::uint64_t sequence, std::uint64_t offset, unsigned count) {
    wire result = segment{sequence, offset, count, count * 10}.header();
    for (unsigned i = 0; i < count; ++i) result.little(8, 2).little(sequence + i, 8);
    return result;
  };
  from.receive(at(5, 1'000, 1), to);
  from.receive(at(6, 1'010, 2), to);
  from.receive(at(8, 1'031, 1), to);   // one byte too far
  from.receive(at(9, 1'041, 1), to);   // goes on from there
  from.receive(at(10, 1'050, 0), to);  // a heartbeat that is one byte short
  from.receive(at(10, 1'051, 1), to);
  EXPECT_EQ(to.events, (list{5, 6, 7, 1'000'000, 8, 9, 1'000'000, 10}));
  EXPECT_EQ(from.counters().bad_offsets, 2u);
  EXPECT_EQ(from.counters().missing_messages, 0u);
}

TEST(iex_tp, a_packet_cut_anywhere_gives_its_whole_messages_and_is_counted_by_cause) {
  guarded_bytes page{4096};
  const wire whole = packet(5, 4);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    deep10::receiver from;
    numbers to;
    from.receive(packet(4, 1), to);  // the session is known
    to.events.clear();
    from.receive(page.hold(std::span{whole.bytes}.first(length)), to);
    const bool is_short = length < 40, is_whole = length == whole.size();
    ASSERT_EQ(to.events.size(), is_short ? 0 : (length - 40) / 10);
    ASSERT_EQ(from.counters().short_packets, is_short ? 1u : 0u);
    ASSERT_EQ(from.counters().truncated_packets, !is_short && !is_whole ? 1u : 0u);
    ASSERT_EQ(from.counters().trailing_packets, 0u);
    if (is_short) continue;
    from.receive(packet(9, 1), to);  // what was cut off is missing
    ASSERT_EQ(from.counters().missing_messages, 4 - (length - 40) / 10);
  }
}

TEST(iex_tp, the_length_of_the_payload_bounds_the_messages) {
  const auto with_payload = [](unsigned payload_bytes) {
    wire result = segment{1, 0, 2, payload_bytes}.header();
    return result.little(8, 2).little(1, 8).little(8, 2).little(2, 8);
  };
  for (const auto& [payload_bytes, messages, truncated, trailing] :
       std::vector<std::array<unsigned, 4>>{{20, 2, 0, 0}, {19, 1, 1, 0}, {9, 0, 1, 0}, {0, 0, 1, 0}, {40, 2, 0, 0}}) {
    deep10::receiver from;
    numbers to;
    from.receive(packet(1, 0), to);
    from.receive(with_payload(payload_bytes), to);
    EXPECT_EQ(to.events.size(), messages) << payload_bytes;
    EXPECT_EQ(from.counters().truncated_packets, truncated) << payload_bytes;
    EXPECT_EQ(from.counters().trailing_packets, trailing) << payload_bytes;
    EXPECT_EQ(is_whole_packet<deep10::transport>(with_payload(payload_bytes)), payload_bytes == 20);
  }
  deep10::receiver from;
  numbers to;
  from.receive(packet(1, 2).fill(3), to);
  EXPECT_EQ(from.counters().foreign_packets, 0u);
  EXPECT_EQ(from.counters().trailing_packets, 1u);
  EXPECT_EQ(to.events, (list{1, 2}));
}

TEST(iex_tp, other_feeds_versions_and_forms_make_no_session_known) {
  deep10::receiver from;
  tops::receiver tops;
  numbers to, to_tops;
  for (const unsigned protocol : {0x8001u, 0x8002u, 0x8003u, 0x8004u, 0x8005u}) {
    from.receive(packet(1, 1, protocol), to);
    tops.receive(packet(1, 1, protocol, protocol), to_tops);
  }
  segment other{1, 0, 0, 0};
  other.version = 2;
  from.receive(other.header(), to);
  EXPECT_EQ(from.counters().foreign_packets, 5u);
  EXPECT_EQ(to.events, (list{1}));
  EXPECT_EQ(tops.counters().foreign_packets, 3u);
  EXPECT_EQ(tops.sessions().size(), 2u);  // 1.5 and 1.6
}

TEST(iex_tp, a_session_after_the_end_of_the_one_before_is_a_change_and_one_beside_it_is_not) {
  deep10::receiver from;
  numbers to;
  from.receive(packet(1, 2, deep, 7), to);
  from.end_session();  // the feed's last message was among them
  from.receive(packet(3, 0, deep, 7), to);
  from.receive(packet(1, 1, deep, 8), to);
  from.receive(packet(1, 1, deep, 9), to);
  from.receive(packet(2, 1, deep, 8), to);
  EXPECT_EQ(to.events, (list{1, 2, 2'000'001, 1, 2'000'000, 1, 2}));
  EXPECT_EQ(from.counters().session_changes, 1u);
  EXPECT_EQ(from.counters().overlapping_sessions, 1u);
  EXPECT_EQ(from.counters().sequence_resets, 0u);
}

TEST(iex_tp, another_channel_is_another_session_and_its_heartbeats_alone_are_none) {
  deep10::receiver from;
  numbers to;
  const auto on_channel = [](unsigned channel, std::uint64_t sequence, unsigned count) {
    wire result = packet(sequence, count);
    for (unsigned i = 0; i < 4; ++i) result.bytes[4 + i] = static_cast<std::byte>(i == 0 ? channel : 0);
    return result;
  };
  from.receive(on_channel(9, 700, 0), to);
  from.receive(on_channel(1, 1, 2), to);
  from.receive(on_channel(9, 700, 0), to);
  from.receive(on_channel(1, 3, 1), to);
  EXPECT_EQ(to.events, (list{1, 2, 3}));
  from.receive(on_channel(2, 4, 1), to);
  from.receive(on_channel(1, 4, 1), to);
  EXPECT_EQ(to.events, (list{1, 2, 3, 2'000'000, 4, 4}));
  EXPECT_EQ(from.counters().overlapping_sessions, 1u);
  EXPECT_EQ(from.counters().session_changes, 0u);
}

TEST(iex_tp, is_plausible_wants_a_whole_packet_of_its_protocol_and_one_known_message) {
  const auto framed = [](unsigned protocol, const wire& message) {
    segment all{1, 0, 1, static_cast<unsigned>(message.size()) + 2};
    all.protocol = protocol;
    return all.header().little(message.size(), 2).append(message);
  };
  const auto is_deep = deep10::protocol::facts.is_datagram;
  const auto is_tops = tops::protocol::facts.is_datagram;
  for (const auto& [type, bytes] : specimens()) {
    EXPECT_EQ(is_deep(framed(0x8004, bytes)), type != 'Q') << type;
    EXPECT_EQ(is_tops(framed(0x8002, bytes)), type != '8' && type != '5') << type;
    EXPECT_EQ(is_tops(framed(0x8003, bytes)), type != '8' && type != '5') << type;
    EXPECT_FALSE(is_deep(framed(0x8003, bytes)) || is_tops(framed(0x8004, bytes)));
  }
  const wire whole = framed(0x8004, specimens().at('8'));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(is_deep(std::span{whole.bytes}.first(length))) << length;
  }
  EXPECT_FALSE(is_deep(wire{whole}.fill(1)));
  EXPECT_FALSE(is_deep(packet(1, 0)));  // a heartbeat proves nothing
  EXPECT_TRUE(deep10::protocol::facts.is_quiet_datagram(packet(1, 0)));
  EXPECT_FALSE(tops::protocol::facts.is_quiet_datagram(packet(1, 0)));
  EXPECT_FALSE(is_deep({}));
}

TEST(iex_tp, random_bytes_stay_within_their_bounds_and_do_not_allocate) {
  guarded_bytes page{4096};
  std::mt19937_64 random{41};
  struct {
    const std::byte *first{}, *end{};
    std::uint64_t messages{}, outside{};
    void on_message(std::span<const std::byte> message) {
      ++messages;
      outside += message.data() < first || message.data() + message.size() > end;
    }
    void on_gap(std::uint64_t) {}
    void on_new_session(bool) {}
  } to;
  deep10::receiver from;
  const support::allocation_counter here;
  for (int round = 0; round < 300'000; ++round) {
    const auto bytes = page.last(random() % 120);
    for (std::byte& each : bytes) each = std::byte(random() % 4 == 0 ? random() : 0);
    if (round % 2 == 0 && bytes.size() > 31) {
      std::fill_n(bytes.begin(), 32, std::byte{});
      bytes[0] = std::byte{1};
      bytes[2] = std::byte{0x04}, bytes[3] = std::byte{0x80};
      bytes[12] = std::byte(random() % 64), bytes[14] = std::byte(random() % 4), bytes[24] = std::byte(random() % 4);
    }
    to.first = bytes.data();
    to.end = bytes.data() + bytes.size();
    from.receive(bytes, to);
    deep10::protocol::facts.is_datagram(bytes);
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_EQ(to.outside, 0u);
  const receiver_counters& seen = from.counters();
  for (const std::uint64_t count : {seen.short_packets, seen.truncated_packets, seen.trailing_packets, seen.heartbeats,
                                    seen.foreign_packets, seen.duplicate_messages, to.messages}) {
    EXPECT_GT(count, 100u);
  }
}

}  // namespace
}  // namespace pyhft::feed
