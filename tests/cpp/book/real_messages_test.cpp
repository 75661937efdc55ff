// SPDX-License-Identifier: MIT
// Real exchange messages through decoder and book, and real packets through headers and session layer, against facts
// that others established. The captures lie beside the project and not in it: PYHFT_CAPTURES names their folder (the
// build sets it); where they aren't there these tests are skipped.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pyhft/book/l3_books.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/message_file_port.hpp"
#include "pyhft/net/pcap_port.hpp"

namespace pyhft::book {
namespace {

namespace itch50 = feed::itch50;
namespace moldudp64 = feed::moldudp64;
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

 private:
  std::filesystem::path folder_;
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

}  // namespace
}  // namespace pyhft::book
