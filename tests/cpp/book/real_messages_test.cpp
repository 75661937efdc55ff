// SPDX-License-Identifier: MIT
// Real exchange messages through decoder and book, and real packets through headers and session layer, against facts
// that others established. The captures lie beside the project and not in it: PYHFT_CAPTURES names their folder (the
// build sets it); where they aren't there these tests are skipped.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "pyhft/book/l2_books.hpp"
#include "pyhft/book/l3_books.hpp"
#include "pyhft/feed/deep10.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/feed/tops.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/message_file_port.hpp"
#include "pyhft/net/pcap_port.hpp"

namespace pyhft::book {
namespace {

namespace deep10 = feed::deep10;
namespace iex = feed::iex;
namespace itch50 = feed::itch50;
namespace moldudp64 = feed::moldudp64;
namespace tops = feed::tops;
using type_counts = std::map<char, std::uint64_t>;

class real_messages : public testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("PYHFT_CAPTURES");
    if (folder != nullptr) folder_ = folder;
    if (folder_.empty() || !std::filesystem::is_directory(folder_)) {
      GTEST_SKIP() << "no captures: PYHFT_CAPTURES is '" << folder_.string() << "', which is no folder";
    }
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // The core reads no compressed files.
  std::string unpacked(const std::string& name) {
    unpacked_ = testing::TempDir() + "real_messages_test";
    EXPECT_EQ(std::system(("gzip -dc '" + path(name) + "' > '" + unpacked_ + "'").c_str()), 0);
    return unpacked_;
  }
  void TearDown() override {
    if (!unpacked_.empty()) std::filesystem::remove(unpacked_);
  }

 private:
  std::filesystem::path folder_;
  std::string unpacked_;
};

// What a market would do with the messages.
struct replay {
  l3_books books{65'536, 1'000'000, 1'000'000};
  type_counts types;
  std::uint64_t messages{}, malformed{}, refused{}, executed{}, traded{}, quote_changes{}, crossed{};
  std::uint16_t watched{};
  best_quote last{};
  std::map<std::uint64_t, best_quote> quotes_at{};

  void message(std::span<const std::byte> bytes) {
    ++messages;
    if (itch50::decode(bytes, *this) != itch50::decoded::ok) {
      ++malformed;
      return;
    }
    const itch50::message_view view{bytes.data()};
    ++types[view.type()];
    if (view.locate() == watched) {
      const best_quote now = books.best(watched);
      quote_changes += !seen_ || now != last;
      seen_ = true;
      last = now;
      crossed += now.crossed();
    }
    if (quotes_at.contains(messages)) quotes_at[messages] = books.best(watched);
  }

  void on(const itch50::add_order& m) { note(books.add(m.locate(), m.reference(), m.side(), m.shares(), m.price())); }
  void on(const itch50::add_order_with_mpid& m) { on(static_cast<const itch50::add_order&>(m)); }
  void on(const itch50::order_executed& m) {
    executed += m.executed().shares;
    note(books.reduce(m.reference(), m.executed()));
  }
  void on(const itch50::order_executed_with_price& m) { on(static_cast<const itch50::order_executed&>(m)); }
  void on(const itch50::order_cancel& m) { note(books.reduce(m.reference(), m.canceled())); }
  void on(const itch50::order_delete& m) { note(books.remove(m.reference())); }
  void on(const itch50::order_replace& m) {
    note(books.replace(m.original_reference(), m.new_reference(), m.shares(), m.price()));
  }
  void on(const itch50::trade& m) { traded += m.shares().shares; }
  template <class Message>
  void on(const Message&) {}

 private:
  void note(outcome of) { refused += of != outcome::done; }
  bool seen_{};
};

void play(net::port& from, replay& to) {
  std::array<net::frame, 32> frames;
  while (!from.at_end()) {
    const std::size_t count = from.rx_burst(frames);
    for (std::size_t i = 0; i < count; ++i) to.message(frames[i].bytes());
  }
}

best_quote quote(std::int64_t bid, std::uint64_t bid_shares, std::int64_t ask, std::uint64_t ask_shares) {
  return {{bid}, {bid_shares}, {ask}, {ask_shares}};
}

TEST_F(real_messages, ten_thousand_of_aapl_lead_to_the_known_book) {
  net::message_file_port port{path("itch/aapl_20200130_premarket_10k.itch"), "aapl", ""};
  replay market;
  market.watched = 13;
  market.quotes_at = {{1'001, {}}, {5'000, {}}};
  play(port, market);
  EXPECT_EQ(market.types, (type_counts{{'A', 4758},
                                       {'D', 4083},
                                       {'E', 849},
                                       {'P', 240},
                                       {'L', 52},
                                       {'U', 7},
                                       {'X', 6},
                                       {'F', 2},
                                       {'H', 1},
                                       {'R', 1},
                                       {'Y', 1}}));
  EXPECT_EQ(market.messages, 10'000u);
  EXPECT_EQ(market.malformed + market.refused + market.crossed, 0u);
  EXPECT_EQ(market.executed, 56'086u);
  EXPECT_EQ(market.traded, 25'470u);
  EXPECT_EQ(market.quotes_at[1'001], quote(3'215'000, 60, 3'216'700, 4));
  EXPECT_EQ(market.quotes_at[5'000], quote(3'208'000, 30, 3'214'000, 100));
  EXPECT_EQ(market.books.best(13), quote(3'201'400, 25, 3'203'000, 100));
  EXPECT_EQ(market.books.levels(13, side::buy), 79u);
  EXPECT_EQ(market.books.levels(13, side::sell), 63u);
  EXPECT_EQ(market.books.orders(13), 215u);
  EXPECT_EQ(market.quote_changes, 2'793u);
  EXPECT_TRUE(port.warnings().empty());
}

TEST_F(real_messages, the_first_thousand_of_a_day_are_its_directory) {
  net::message_file_port port{path("itch/directory_20191230_1k.itch"), "directory", ""};
  replay market;
  play(port, market);
  EXPECT_EQ(market.types, (type_counts{{'R', 993}, {'H', 3}, {'Y', 3}, {'S', 1}}));
  EXPECT_EQ(market.malformed, 0u);
}

TEST_F(real_messages, a_file_cut_in_the_middle_of_a_message_gives_its_whole_ones_and_the_offset) {
  net::message_file_port port{path("itch/directory_cut_mid_message.itch"), "cut", ""};
  replay market;
  play(port, market);
  EXPECT_EQ(market.types, (type_counts{{'R', 98}, {'H', 1}, {'S', 1}, {'Y', 1}}));
  EXPECT_EQ(port.warnings(),
            (std::vector<std::string>{"'cut' is cut in the middle of a message: 15 stray bytes at offset 4081"}));
}

struct packet_count {
  std::uint64_t packets{}, not_udp{}, other_causes{};
  std::vector<std::uint64_t> sequences{};
};

packet_count play_packets(const std::string& path, replay& to) {
  net::pcap_port port{path, path, ""};
  packet_count result;
  moldudp64::receiver session;
  struct {
    replay& market;
    void on_message(std::span<const std::byte> message) { market.message(message); }
    void on_gap(std::uint64_t) {}
  } visitor{to};
  std::array<net::frame, 32> frames;
  while (!port.at_end()) {
    const std::size_t count = port.rx_burst(frames);
    for (std::size_t i = 0; i < count; ++i) {
      ++result.packets;
      const net::udp_datagram found = net::find_udp(frames[i].bytes());
      result.not_udp += found.cause == net::frame_cause::not_udp;
      result.other_causes += found.cause != net::frame_cause::not_udp && found.cause != net::frame_cause::udp;
      if (found.cause != net::frame_cause::udp) continue;
      if (found.payload.size() >= moldudp64::header_bytes) {
        result.sequences.push_back(moldudp64::header::load(found.payload.data()).sequence);
      }
      session.receive(found.payload, visitor);
    }
  }
  EXPECT_TRUE(port.warnings().empty());
  return result;
}

TEST_F(real_messages, real_packets_behind_a_vlan_tag_give_their_messages) {
  replay market;
  std::uint64_t packets = 0;
  bool known_sequence = false;
  for (const auto& entry :
       std::filesystem::directory_iterator{path("moldudp64/nasdaq_packets/Nasdaq.Equities.TotalView.Itch.v5.0")}) {
    const packet_count count = play_packets(entry.path().string(), market);
    packets += count.packets;
    EXPECT_EQ(count.not_udp + count.other_causes, 0u) << entry.path();
    for (const std::uint64_t sequence : count.sequences) known_sequence |= sequence == 19'009'117;
  }
  EXPECT_EQ(packets, 9u);
  EXPECT_EQ(market.types,
            (type_counts{{'A', 37}, {'D', 2}, {'F', 2}, {'E', 1}, {'H', 1}, {'I', 1}, {'L', 1}, {'U', 1}}));
  EXPECT_EQ(market.malformed, 0u);
  EXPECT_TRUE(known_sequence);
}

TEST_F(real_messages, packets_whose_session_was_blanked_give_all_their_messages) {
  replay market;
  for (const auto& entry : std::filesystem::directory_iterator{
           path("moldudp64/nasdaq_packets/Nasdaq.Equities.TotalView.Itch.v5.0.20230822")}) {
    play_packets(entry.path().string(), market);
  }
  type_counts expected{{'S', 1}};
  for (const char type : std::string{"ACDEFHIJLPQUXY"}) expected[type] = 5;
  EXPECT_EQ(market.types, expected);
  EXPECT_EQ(market.malformed, 0u);
}

TEST_F(real_messages, a_frame_of_another_protocol_among_datagrams_is_counted_as_such) {
  replay market;
  const packet_count count = play_packets(path("cme/mdp3_a_b_lines.pcap"), market);
  EXPECT_EQ(count.not_udp + count.other_causes, 1u);
  EXPECT_GT(count.packets, 1u);
}

TEST_F(real_messages, artificial_ones_of_a_third_party_decode) {
  replay market;
  const std::string plain = unpacked("itch/ritch_20101224_reframed.itch.gz");
  net::message_file_port port{plain, "ritch", ""};
  play(port, market);
  EXPECT_EQ(market.types, (type_counts{{'P', 5000},
                                       {'A', 4997},
                                       {'D', 1745},
                                       {'E', 198},
                                       {'X', 45},
                                       {'U', 12},
                                       {'S', 6},
                                       {'F', 3},
                                       {'H', 3},
                                       {'R', 3}}));
  EXPECT_EQ(market.messages, 12'012u);
  EXPECT_EQ(market.malformed, 0u);
}

// What a market would do with DEEP.
struct deep_replay {
  l2_books books{65'536, 100'000};
  deep10::receiver session;
  type_counts types;
  std::map<std::string, std::uint32_t> numbers;
  std::map<std::string, std::uint64_t> traded;
  std::uint64_t malformed{}, gaps{}, backwards{}, in_progress{};

  void on_message(std::span<const std::byte> bytes) {
    if (deep10::protocol::decode(bytes, *this) != feed::decoded::ok) {
      ++malformed;
      return;
    }
    const iex::message_view view{bytes.data()};
    ++types[view.type()];
    backwards += view.timestamp() < last_;
    last_ = view.timestamp();
  }
  void on_gap(std::uint64_t) { ++gaps; }

  void on(const deep10::price_level_update&) = delete;  // never by its base, which doesn't know the side
  void on(const deep10::buy_level_update& m) { set(m, side::buy); }
  void on(const deep10::sell_level_update& m) { set(m, side::sell); }
  void on(const iex::trade_report& m) { traded[std::string{m.symbol().view()}] += m.shares().shares; }
  template <class Message>
  void on(const Message&) {}

 private:
  void set(const deep10::price_level_update& m, side of) {
    in_progress += !m.event_complete();
    const auto number = numbers.try_emplace(std::string{m.symbol().view()}, numbers.size()).first->second;
    books.set(number, of, m.price(), m.quantity());
  }
  nanoseconds last_{};
};

template <class Visitor>
std::uint64_t for_each_datagram(const std::string& path, Visitor&& take) {
  net::pcap_port port{path, path, ""};
  std::array<net::frame, 32> frames;
  std::uint64_t packets = 0;
  while (!port.at_end()) {
    const std::size_t count = port.rx_burst(frames);
    for (std::size_t i = 0; i < count; ++i, ++packets) {
      const net::udp_datagram found = net::find_udp(frames[i].bytes());
      EXPECT_EQ(found.cause, net::frame_cause::udp);
      take(found.payload);
    }
  }
  EXPECT_TRUE(port.warnings().empty());
  return packets;
}

TEST_F(real_messages, five_thousand_packets_of_iex_deep_lead_to_the_known_books) {
  deep_replay market;
  const std::string plain = unpacked("iex/deep_20231002_5k_packets.pcap.gz");
  EXPECT_EQ(for_each_datagram(plain, [&](auto bytes) { market.session.receive(bytes, market); }), 5'000u);
  EXPECT_EQ(market.types, (type_counts{{'P', 11'594},
                                       {'O', 11'317},
                                       {'H', 11'311},
                                       {'I', 11'309},
                                       {'8', 1'526},
                                       {'5', 1'226},
                                       {'T', 37},
                                       {'D', 3},
                                       {'S', 2}}));
  const feed::receiver_counters& seen = market.session.counters();
  EXPECT_EQ(seen.heartbeats, 1'264u);
  EXPECT_EQ(seen.missing_messages + seen.duplicate_messages + seen.bad_offsets + seen.foreign_packets +
                seen.truncated_packets + seen.trailing_packets + market.malformed + market.gaps,
            0u);
  ASSERT_EQ(market.session.sessions().size(), 1u);
  EXPECT_EQ(market.session.sessions()[0].name.session, 1'286'602'752u);
  EXPECT_EQ(market.session.sessions()[0].expected, 48'326u);
  EXPECT_EQ(market.backwards, 180u);
  EXPECT_EQ(market.in_progress, 0u);

  std::uint64_t traded = 0;
  for (const auto& [symbol, shares] : market.traded) traded += shares;
  EXPECT_EQ(traded, 2'947u);
  EXPECT_EQ(market.traded.size(), 15u);
  EXPECT_EQ(market.traded["ACXP"], 1'100u);

  std::uint64_t levels = 0, books = 0, crossed = 0;
  for (const auto& [symbol, number] : market.numbers) {
    const std::uint32_t here = market.books.levels(number, side::buy) + market.books.levels(number, side::sell);
    levels += here;
    books += here != 0;
    crossed += market.books.best(number).crossed();
  }
  EXPECT_EQ(levels, 838u);
  EXPECT_EQ(books, 200u);
  EXPECT_EQ(crossed, 0u);
  EXPECT_EQ(market.books.best(market.numbers["ACXP"]), quote(17'700, 200, 17'900, 200));
}

// The real packet of each type, read by hand.
struct iex_reader {
  tops::receiver tops_session;
  deep10::receiver deep_session;
  std::vector<std::string> texts;
  type_counts types;

  void datagram(std::span<const std::byte> bytes) {
    tops_session.receive(bytes, *this);
    deep_session.receive(bytes, *this);
  }
  void on_message(std::span<const std::byte> bytes) {
    const auto before = texts.size();
    const feed::decoded as_tops = tops::protocol::decode(bytes, *this);
    if (as_tops != feed::decoded::ok) {
      EXPECT_EQ(deep10::protocol::decode(bytes, *this), feed::decoded::ok);
    }
    EXPECT_EQ(texts.size(), before + 1);
    ++types[static_cast<char>(bytes[0])];
  }
  void on_gap(std::uint64_t) { ADD_FAILURE(); }

  template <class... Fields>
  void text(const Fields&... fields) {
    std::ostringstream all;
    ((all << fields << ' '), ...);
    texts.push_back(all.str());
  }
  void on(const deep10::buy_level_update& m) { level(m); }
  void on(const deep10::sell_level_update& m) { level(m); }
  template <class Level>
  void level(const Level& m) {
    text(m.type(), m.timestamp().count, m.symbol().view(), m.event_complete(), m.quantity().shares, m.price().ticks);
  }
  void on(const tops::quote_update& m) {
    text('Q', m.timestamp().count, m.symbol().view(), m.halted(), m.extended_hours(), m.bid_quantity().shares,
         m.bid().ticks, m.ask().ticks, m.ask_quantity().shares);
  }
  void on(const iex::trade_report& m) {
    text('T', m.symbol().view(), m.intermarket_sweep(), m.extended_hours(), m.odd_lot(), m.shares().shares,
         m.price().ticks, m.trade_id());
  }
  void on(const iex::auction_information& m) {
    text('A', m.symbol().view(), m.auction_type(), m.paired_shares().shares, m.reference_price().ticks,
         m.indicative_clearing_price().ticks, m.imbalance_shares().shares, m.imbalance_side(),
         int{m.extension_number()}, m.scheduled_time_seconds(), m.book_clearing_price().ticks);
  }
  void on(const iex::official_price& m) { text('X', m.symbol().view(), m.price_type(), m.price().ticks); }
  void on(const iex::security_directory& m) {
    text('D', m.symbol().view(), m.test_security(), m.round_lot_size(), m.adjusted_previous_close().ticks,
         int{m.luld_tier()});
  }
  void on(const iex::trading_status& m) {
    text('H', m.symbol().view(), m.status(), std::string(m.reason().data(), m.reason().size()));
  }
  void on(const iex::operational_halt& m) { text('O', m.symbol().view(), m.status()); }
  void on(const iex::short_sale_price_test& m) { text('P', m.symbol().view(), m.in_effect(), m.detail()); }
  void on(const iex::system_event& m) { text('S', m.timestamp().count, m.event_code()); }
  template <class Message>
  void on(const Message&) {
    ADD_FAILURE() << "a type that no capture has";
  }
};

TEST_F(real_messages, a_real_iex_packet_of_every_type_is_read_as_by_hand) {
  const std::string as_15 = "Tops.IexTp.v1.5/";  // so the folder is named; the packets say 1.6
  const std::map<std::string, std::string> first{
      {"Deep.IexTp.v1.0/PriceLevelBuyUpdateMessage", "8 1611692981294956478 V 1 190 2027700 "},
      {"Deep.IexTp.v1.0/PriceLevelSellUpdateMessage", "5 1611692982062856490 UNH 1 82 3441400 "},
      {as_15 + "AuctionInformationMessage", "A ZIEXT H 0 10000 10000 251 S 0 1517060700 10000 "},
      {as_15 + "OfficialPriceMessage", "X ZXIET Q 1000000 "},
      {as_15 + "OperationalHaltStatusMessage", "O ZYNE N "},
      {as_15 + "QuoteUpdateMessage", "Q 1517065700930439360 ATSG 0 0 18773 241900 242500 60677 "},
      {as_15 + "SecurityDirectoryMessage", "D ZEXIT 1 100 100000 1 "},
      {as_15 + "ShortSalePriceTestStatusMessage", "P AHL 1 N "},
      {as_15 + "SystemEventMessage", "S 1517063400001073818 R "},
      {as_15 + "TradeReportMessage", "T ZIEXT 1 1 0 100 9998 972306 "},
      {as_15 + "TradingStatusMessage", "H JHMU H NA   "},
      {"Tops.IexTp.v1.6/QuoteUpdateMessage", "Q 1517065700930439360 ATSG 0 0 18773 241900 242500 60677 "}};
  for (const auto& [name, text] : first) {
    iex_reader reader;
    for_each_datagram(path("iex/iex_packets/" + name + ".pcap"), [&](auto bytes) { reader.datagram(bytes); });
    ASSERT_FALSE(reader.texts.empty()) << name;
    EXPECT_EQ(reader.texts[0], text) << name;
    EXPECT_EQ(reader.tops_session.sessions().size() + reader.deep_session.sessions().size(), 1u);
    if (name.ends_with("SecurityDirectoryMessage")) {
      EXPECT_EQ(reader.texts.size(), 52u);
    }
    if (name.ends_with("OperationalHaltStatusMessage")) {
      EXPECT_EQ(reader.texts,
                (std::vector<std::string>{"O ZYNE N ", "H ZYNE T      ", "Q 1517058016638304595 ZYNE 0 1 0 0 0 0 ",
                                          "S 1517058017224122394 S "}));
    }
  }
  iex_reader beat;
  for_each_datagram(path("iex/iex_packets/Deep.IexTp.v1.0/Heartbeat.pcap"), [&](auto bytes) { beat.datagram(bytes); });
  EXPECT_TRUE(beat.texts.empty());
  EXPECT_EQ(beat.deep_session.counters().heartbeats, 1u);
  EXPECT_EQ(beat.deep_session.sessions()[0].name.session, 1'222'443'008u);
}

}  // namespace
}  // namespace pyhft::book
