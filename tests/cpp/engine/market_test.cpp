// SPDX-License-Identifier: MIT
#include "pyhft/engine/market.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "net/wire.hpp"
#include "pyhft/engine/feeds.hpp"
#include "support/allocation_counter.hpp"
#include "support/mold_packets.hpp"

namespace pyhft::engine {
namespace {

using book::best_quote;
using test::wire;

constexpr market_limits limits{.max_orders = 1'000, .max_levels = 1'000, .udp_port = {}};

best_quote quote(std::int64_t bid, std::uint64_t bid_shares, std::int64_t ask, std::uint64_t ask_shares) {
  return {{bid}, {bid_shares}, {ask}, {ask_shares}};
}

net::frame framed(wire& packet) {
  net::frame result;
  result.data = packet.bytes.data();
  result.length = static_cast<std::uint32_t>(packet.size());
  return result;
}

// Everything that a market tells.
struct recorder {
  struct message {
    std::uint32_t number;
    std::int64_t time;
    best_quote quote;
    bool changed;
  };
  std::vector<message> messages;
  std::vector<std::tuple<std::uint32_t, side, std::int64_t, std::uint64_t>> trades;

  static bool wants_trades() { return true; }
  void on_trade(std::uint32_t number, nanoseconds, side of, price at, quantity shares) {
    trades.emplace_back(number, of, at.ticks, shares.shares);
  }
  void after_message(std::uint32_t number, nanoseconds time, const best_quote& now, bool changed) {
    messages.push_back({number, time.count, now, changed});
  }
};

// One market, and datagrams of its session one after the other.
template <class Protocol>
struct iex_feed {
  explicit iex_feed(unsigned protocol) : protocol_id{protocol} {}

  void send(const std::vector<wire>& messages) {
    wire blocks;
    for (const wire& each : messages) blocks.little(each.size(), 2).append(each);
    wire packet;
    packet.u8(1).u8(0).little(protocol_id, 2).little(1, 4).little(session, 4).little(blocks.size(), 2);
    packet.little(messages.size(), 2).little(offset, 8).little(sequence, 8).little(0, 8).append(blocks);
    sequence += messages.size();
    offset += blocks.size();
    here.take_datagram(framed(packet), told);
  }

  unsigned protocol_id;
  unsigned session{1};
  std::uint64_t sequence{1}, offset{0};
  market<Protocol> here{limits};
  recorder told;
};

wire head(char type, unsigned second, std::string_view symbol, std::uint64_t time = 5) {
  return wire{}.u8(static_cast<unsigned char>(type)).u8(second).little(time, 8).text(symbol, 8);
}
wire level(char type, unsigned flags, std::string_view symbol, std::int64_t at, unsigned shares) {
  return head(type, flags, symbol).little(shares, 4).little(static_cast<std::uint64_t>(at), 8);
}
wire trade(std::string_view symbol, std::int64_t at, unsigned shares) {
  return head('T', 0, symbol).little(shares, 4).little(static_cast<std::uint64_t>(at), 8).little(1, 8);
}
wire last_message() { return wire{}.u8('S').u8('C').little(9, 8); }
wire best(std::string_view symbol, unsigned bid_shares, std::int64_t bid, std::int64_t ask, unsigned ask_shares) {
  return head('Q', 0, symbol)
      .little(bid_shares, 4)
      .little(static_cast<std::uint64_t>(bid), 8)
      .little(static_cast<std::uint64_t>(ask), 8)
      .little(ask_shares, 4);
}

// Whatever a frame has, a hint reads nothing beyond it (the sanitizer looks) and says nothing.
TEST(market, hints_for_a_frame_of_any_length_count_and_change_nothing) {
  const auto here = std::make_unique<market<feed::itch50::protocol>>(limits);
  std::mt19937 random{5};
  for (std::size_t length = 0; length < 300; ++length) {
    std::vector<std::byte> bytes(length);
    for (std::byte& one : bytes) one = std::byte(random() % 4 == 0 ? random() & 0x1F : 0);
    net::frame frame;
    frame.data = bytes.data();
    frame.length = static_cast<std::uint32_t>(length);
    here->prefetch<net::framing::ethernet>(frame);
    here->prefetch_around<net::framing::ethernet>(frame);
    here->prefetch<net::framing::datagram>(frame);
    here->prefetch_around<net::framing::datagram>(frame);
    here->prefetch<net::framing::message>(frame);
    here->prefetch_around<net::framing::message>(frame);
  }
  EXPECT_EQ(here->counters().packets + here->counters().messages, 0u);
  EXPECT_EQ(here->books().orders(), 0u);
}

TEST(market, a_best_quote_changes_only_when_the_event_is_complete) {
  auto feed = std::make_unique<iex_feed<feed::deep10::protocol>>(0x8004);
  feed->send({level('8', 1, "ABC", 100, 10), level('5', 1, "ABC", 110, 20)});
  // A sell order of 40 goes through the bid and rests: on its way the book has no bid, and then is crossed.
  feed->send({level('5', 0, "ABC", 100, 30), level('8', 0, "ABC", 100, 0), head('H', 'T', "ABC").text("", 4),
              trade("ABC", 100, 10), level('8', 1, "ABC", 99, 5)});
  const best_quote before = quote(100, 10, 110, 20), after = quote(99, 5, 100, 30);
  std::vector<best_quote> quotes;
  std::vector<bool> changed;
  for (const auto& each : feed->told.messages) {
    quotes.push_back(each.quote);
    changed.push_back(each.changed);
  }
  EXPECT_EQ(quotes, (std::vector{quote(100, 10, 0, 0), before, before, before, before, before, after}));
  EXPECT_EQ(changed, (std::vector{true, true, false, false, false, false, true}));
  EXPECT_EQ(feed->here.instruments()[1].quote_changes, 3u);
  EXPECT_EQ(feed->here.books().levels(1, side::sell), 2u);
  EXPECT_EQ(feed->told.trades.size(), 1u);
}

TEST(market, symbols_are_numbered_as_they_appear_and_what_is_about_none_tells_nobody) {
  auto feed = std::make_unique<iex_feed<feed::deep10::protocol>>(0x8004);
  feed->send({wire{}.u8('S').u8('O').little(7, 8), head('I', ' ', "B"), head('O', 'N', "A"), head('I', ' ', "B")});
  ASSERT_EQ(feed->told.messages.size(), 3u);
  EXPECT_EQ(feed->told.messages[0].number, 1u);
  EXPECT_EQ(feed->told.messages[1].number, 2u);
  EXPECT_EQ(feed->told.messages[2].number, 1u);
  EXPECT_EQ(feed->told.messages[2].time, 5);
  EXPECT_EQ(feed->here.instruments()[1].symbol.view(), "B");
  EXPECT_EQ(feed->here.counters().by_type['S'], 1u);
  EXPECT_EQ(feed->here.counters().by_type['I'], 2u);
  EXPECT_EQ(feed->here.counters().messages, 4u);
}

TEST(market, a_book_of_quotes_has_one_level_a_side_at_most) {
  auto feed = std::make_unique<iex_feed<feed::tops::protocol>>(0x8003);
  const auto depth = [&] {
    return std::pair{feed->here.books().levels(1, side::buy), feed->here.books().levels(1, side::sell)};
  };
  feed->send({best("ABC", 0, 0, 0, 0)});
  EXPECT_EQ(depth(), (std::pair{0u, 0u}));
  feed->send({best("ABC", 10, 100, 110, 20)});
  EXPECT_EQ(feed->told.messages.back().quote, quote(100, 10, 110, 20));
  feed->send({best("ABC", 15, 100, 109, 20)});  // another size, another price
  EXPECT_EQ(feed->told.messages.back().quote, quote(100, 15, 109, 20));
  EXPECT_EQ(depth(), (std::pair{1u, 1u}));
  feed->send({best("ABC", 15, 90, 109, 0)});  // a worse bid, and no ask whatever its price
  EXPECT_EQ(feed->told.messages.back().quote, quote(90, 15, 0, 0));
  EXPECT_EQ(depth(), (std::pair{1u, 0u}));
  feed->send({best("ABC", 1, 120, 115, 1)});  // crossed, as it was sent
  EXPECT_EQ(feed->told.messages.back().quote, quote(120, 1, 115, 1));
  EXPECT_EQ(feed->told.messages.back().changed, true);
}

TEST(market, quotes_of_many_symbols_at_random_are_told_as_they_were_sent) {
  auto feed = std::make_unique<iex_feed<feed::tops::protocol>>(0x8002);
  std::mt19937_64 random{43};
  std::map<std::string, best_quote> sent;
  for (int round = 0; round < 20'000; ++round) {
    const std::string name(1, static_cast<char>('A' + random() % 26));
    const auto bid_shares = static_cast<unsigned>(random() % 3), ask_shares = static_cast<unsigned>(random() % 3);
    const auto bid = static_cast<std::int64_t>(random() % 20), ask = static_cast<std::int64_t>(random() % 20);
    feed->send({best(name, bid_shares, bid, ask, ask_shares)});
    sent[name] = quote(bid_shares ? bid : 0, bid_shares, ask_shares ? ask : 0, ask_shares);
    ASSERT_EQ(feed->told.messages.back().quote, sent[name]);
  }
  for (std::uint32_t number = 1; number <= 26; ++number) {
    EXPECT_LE(feed->here.books().levels(number, side::buy), 1u);
    EXPECT_LE(feed->here.books().levels(number, side::sell), 1u);
  }
  EXPECT_EQ(feed->here.counters().lost_to_full_books, 0u);
}

TEST(market, a_trade_whose_resting_side_is_not_told_is_of_the_nearer_side) {
  auto feed = std::make_unique<iex_feed<feed::tops::protocol>>(0x8003);
  feed->send({trade("ABC", 100, 1), best("ABC", 10, 100, 110, 20), trade("ABC", 100, 2), trade("ABC", 104, 3),
              trade("ABC", 105, 4), trade("ABC", 112, 5), best("ABC", 0, 0, 110, 20), trade("ABC", 90, 6)});
  using told = std::tuple<std::uint32_t, side, std::int64_t, std::uint64_t>;
  EXPECT_EQ(feed->told.trades, (std::vector<told>{{1, side::buy, 100, 1},
                                                  {1, side::buy, 100, 2},
                                                  {1, side::buy, 104, 3},
                                                  {1, side::sell, 105, 4},
                                                  {1, side::sell, 112, 5},
                                                  {1, side::sell, 90, 6}}));
}

TEST(market, a_session_after_the_last_message_of_the_one_before_finds_empty_books_that_are_trusted) {
  auto feed = std::make_unique<iex_feed<feed::deep10::protocol>>(0x8004);
  feed->send({level('8', 1, "ABC", 100, 10)});
  feed->sequence += 3;
  feed->send({level('5', 1, "ABC", 110, 10)});
  EXPECT_TRUE(feed->here.all_stale());
  feed->send({last_message()});
  EXPECT_TRUE(feed->here.session().sessions()[0].ended);
  feed->session = 2;
  feed->sequence = 1;
  feed->offset = 0;
  feed->send({level('5', 1, "ABC", 105, 7)});
  EXPECT_FALSE(feed->here.all_stale());
  EXPECT_EQ(feed->told.messages.back().quote, quote(0, 0, 105, 7));
  EXPECT_TRUE(feed->told.messages.back().changed);
  EXPECT_EQ(feed->here.books().levels(1, side::buy), 0u);
  EXPECT_EQ(feed->here.books().levels(1, side::sell), 1u);
}

TEST(market, sessions_side_by_side_leave_no_book_to_trust) {
  auto feed = std::make_unique<iex_feed<feed::deep10::protocol>>(0x8004);
  feed->send({level('8', 1, "ABC", 100, 10)});
  EXPECT_FALSE(feed->here.all_stale());
  feed->session = 2;
  feed->sequence = 1;
  feed->offset = 0;
  feed->send({level('5', 1, "ABC", 105, 7)});
  EXPECT_TRUE(feed->here.all_stale());
  EXPECT_TRUE(feed->here.stale(1));
  EXPECT_EQ(feed->here.why_stale(1).cause, stale_cause::session);
  EXPECT_EQ(feed->here.why_stale(1).since, 1u);
  EXPECT_EQ(feed->here.books().best(1), quote(100, 10, 105, 7));
}

// ITCH, order by order: the same rules.
struct itch_feed {
  void send(std::string_view session, std::uint64_t sequence, const std::vector<wire>& messages) {
    wire packet = test::mold_packet(session, sequence, messages);
    here->take_datagram(framed(packet), told);
  }
  std::unique_ptr<market<feed::itch50::protocol>> here = std::make_unique<market<feed::itch50::protocol>>(limits);
  recorder told;
};

wire itch(char type) { return wire{}.u8(static_cast<unsigned char>(type)).big(7, 2).big(0, 2).big(1, 6); }
wire add(std::uint64_t reference, char side, unsigned shares, unsigned at) {
  return itch('A').big(reference, 8).u8(static_cast<unsigned char>(side)).big(shares, 4).text("TEST", 8).big(at, 4);
}

TEST(market, itch_of_a_new_day_may_use_the_references_of_the_day_before) {
  itch_feed feed;
  feed.send("MONDAY", 1, {add(1, 'B', 10, 100), add(2, 'S', 10, 110), itch('S').u8('C')});
  feed.send("TUESDAY", 1, {add(1, 'B', 5, 90)});
  EXPECT_EQ(feed.told.messages.back().quote, quote(90, 5, 0, 0));
  EXPECT_EQ(feed.here->books().orders(), 1u);
  EXPECT_EQ(feed.here->counters().duplicate_orders, 0u);
  EXPECT_EQ(feed.here->session().counters().session_changes, 1u);
  EXPECT_FALSE(feed.here->all_stale());
}

TEST(market, a_session_that_begins_again_after_its_end_begins_with_empty_books) {
  itch_feed feed;
  feed.send("DAY", 1, {add(1, 'B', 10, 100), itch('S').u8('C')});
  feed.send("DAY", 1, {add(1, 'B', 5, 90), add(2, 'S', 1, 95)});
  EXPECT_EQ(feed.told.messages.back().quote, quote(90, 5, 95, 1));
  EXPECT_EQ(feed.here->session().counters().sequence_resets, 1u);
  EXPECT_FALSE(feed.here->all_stale());
}

TEST(market, one_that_goes_back_without_an_end_is_followed_and_not_trusted) {
  itch_feed feed;
  std::vector<wire> day;
  for (unsigned i = 0; i < 2'000; ++i) day.push_back(add(1 + i, 'B', 1, 100));
  for (unsigned i = 0; i < 900; ++i) feed.send("DAY", 1 + i, {day[i]});
  feed.send("DAY", 901, {day.begin() + 900, day.begin() + 1'500});
  EXPECT_EQ(feed.here->books().orders(), 1'000u);  // what there was room for
  EXPECT_TRUE(feed.here->stale(7));
  EXPECT_FALSE(feed.here->all_stale());
  EXPECT_EQ(feed.here->why_stale(7).cause, stale_cause::full);
  EXPECT_EQ(feed.here->why_stale(7).since, 1'001u);
  for (unsigned i = 0; i < 1'001; ++i) feed.send("DAY", 1 + i, {day[i]});
  EXPECT_EQ(feed.here->session().counters().sequence_resets, 1u);
  EXPECT_EQ(feed.here->books().orders(), 2u);
  EXPECT_TRUE(feed.here->all_stale());
  EXPECT_EQ(feed.here->why_stale(7).cause, stale_cause::gap);
  EXPECT_EQ(feed.here->why_stale(7).since, 1u);
}

TEST(market, blanked_packets_can_not_end_a_session) {
  itch_feed feed;
  feed.send("DAY", 1, {add(1, 'B', 10, 100)});
  feed.send("DAY", 0, {itch('S').u8('C')});
  EXPECT_FALSE(feed.here->session().sessions()[0].ended);
  EXPECT_EQ(feed.here->counters().messages, 2u);
}

TEST(market, beginning_anew_does_not_allocate) {
  auto feed = std::make_unique<itch_feed>();
  std::vector<wire> packets;
  for (unsigned day = 0; day < 20; ++day) {
    packets.push_back(
        test::mold_packet("DAY" + std::to_string(day), 1, {add(1, 'B', 10, 100 + day), itch('S').u8('C')}));
  }
  feed->told.messages.reserve(100);
  const support::allocation_counter here;
  for (wire& packet : packets) feed->here->take_datagram(framed(packet), feed->told);
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_EQ(feed->here->session().counters().session_changes, 19u);
  EXPECT_EQ(feed->here->books().best(7), quote(119, 10, 0, 0));
}

TEST(feeds, every_entry_of_the_table_is_named_and_known_by_its_content_or_its_port) {
  for (std::size_t i = 0; i < all_feeds::facts.size(); ++i) {
    const feed::feed_facts& facts = all_feeds::facts[i];
    EXPECT_EQ(feed_named(facts.name), static_cast<feed_kind>(i));
    EXPECT_NE(facts.is_datagram, nullptr);
    EXPECT_FALSE(facts.is_datagram({}));
    EXPECT_NE(std::string{facts.title}, "");
  }
  const auto name = [](const feed::feed_facts& facts) { return std::string{facts.name}; };
  EXPECT_EQ(list_of_feeds([](const auto&) { return true; }, name), "itch50, deep10, tops and raw");
  EXPECT_EQ(list_of_feeds([](const auto& facts) { return facts.udp_port != 0; }, name), "raw");
  EXPECT_EQ(list_of_feeds([](const auto&) { return false; }, name), "");
}

}  // namespace
}  // namespace pyhft::engine
