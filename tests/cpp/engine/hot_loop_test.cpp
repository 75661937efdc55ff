// SPDX-License-Identifier: MIT
#include "pyhft/engine/hot_loop.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "pyhft/engine/feeds.hpp"
#include "pyhft/net/memory_port.hpp"
#include "pyhft/net/pcap_port.hpp"
#include "pyhft/sim/synthetic_day.hpp"
#include "pyhft/strategy/macd_alpha.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::engine {
namespace {

using itch50_market = market<feed::itch50::protocol>;

// The parts of a run, as the engine puts them together.
struct parts {
  explicit parts(net::port& port, const arena_limits& arenas = {.orders = 1'000, .quotes = 100'000, .signals = 1'000})
      : records{arenas},
        orders{port, net::udp_route{}, gate, arenas, logger, records},
        loop{port, market, strategy, orders, records, controls} {}

  strategy::macd_alpha_parameters parameters;
  itch50_market market{{.max_orders = 1u << 18, .max_levels = 1u << 17, .udp_port = {}}};
  strategy_host strategy{strategy::make_macd_alpha(parameters), max_instruments};
  risk::gate gate{{}, max_instruments};
  log::logger logger{"hot", std::size_t{1} << 20};
  run_records records;
  order_path orders;
  hot_loop_controls controls;
  hot_loop<itch50_market, net::framing::ethernet> loop;
};

std::vector<net::memory_port::packet> day(std::uint64_t messages, std::uint64_t seed = 7) {
  sim::synthetic_day source{{.seed = seed, .messages = messages, .symbols = 50}};
  std::vector<net::memory_port::packet> result;
  for (sim::synthetic_packet packet; source.next(packet);) {
    result.push_back({{packet.frame.begin(), packet.frame.end()}, packet.timestamp});
  }
  return result;
}

TEST(hot_loop, a_million_messages_from_a_capture_are_worked_through_without_one_allocation) {
  const std::string path = ::testing::TempDir() + "hot_loop_test.pcap";
  sim::write_synthetic_day({.seed = 5, .messages = 1'000'000, .symbols = 200}, path);
  {
    net::pcap_port port{path, path, ""};
    parts run{port};
    run.logger.prepare();
    const support::allocation_counter here;
    run.loop.run();
    EXPECT_EQ(here.calls(), 0u);
    EXPECT_EQ(run.market.counters().messages, 1'000'000u);
    EXPECT_GT(run.orders.sent(), 1'000u);
  }
  std::filesystem::remove(path);
}

TEST(hot_loop, what_it_sends_is_stamped_with_the_packets_time_and_never_more_than_it_admits) {
  net::memory_port port{day(60'000), 5'000};
  parts run{port};
  run.loop.run();
  const auto sent = port.sent();
  ASSERT_EQ(sent.size(), run.orders.sent());
  ASSERT_GT(sent.size(), 50u);
  EXPECT_EQ(run.orders.signals(), run.orders.sent());
  EXPECT_EQ(run.orders.tick_to_trade_cycles().count(), sent.size());
  EXPECT_EQ(run.orders.burst_to_trade_cycles().count(), sent.size());
  EXPECT_LE(run.orders.tick_to_trade_cycles().max(), run.orders.burst_to_trade_cycles().max());
  std::int64_t last = 0;
  for (const auto& frame : sent) {
    EXPECT_EQ(frame.bytes.size(), net::udp_headers_bytes + orders::raw_order_bytes);
    EXPECT_GE(frame.timestamp.count, last);
    last = frame.timestamp.count;
    EXPECT_EQ(net::find_udp(frame.bytes).cause, net::frame_cause::udp);
  }
}

TEST(hot_loop, a_port_without_room_leaves_orders_unsent_and_positions_as_they_were) {
  net::memory_port port{day(60'000), 10};
  parts run{port};
  run.loop.run();
  EXPECT_EQ(run.orders.sent(), 10u);
  EXPECT_EQ(run.orders.unsent(), run.orders.signals() - 10);
  EXPECT_GT(run.orders.unsent(), 20u);
  std::int64_t held = 0;
  for (std::uint32_t i = 0; i < max_instruments; ++i) held += std::abs(run.gate.position(i));
  EXPECT_LE(held, 10 * 100);

  // And every signal is recorded with what became of it.
  std::map<std::string, std::uint64_t> outcomes;
  for (const signal_record& one : run.records.signals()->allocated()) {
    ++outcomes[std::string{one.outcome.data(), ::strnlen(one.outcome.data(), one.outcome.size())}];
    EXPECT_EQ(one.shares, 100u);
    EXPECT_GT(one.price_ticks, 0);
    EXPECT_GT(one.order_id, 0u);
  }
  EXPECT_EQ(outcomes["sent"], 10u);
  EXPECT_EQ(outcomes["unsent"], run.orders.unsent());
  EXPECT_EQ(run.records.signals()->used(), run.orders.signals());
}

TEST(hot_loop, every_change_of_a_quote_is_recorded_until_the_arena_is_full) {
  net::memory_port port{day(15'000), 5'000};
  parts run{port, {.orders = 1'000, .quotes = 1'000, .signals = 1'000}};
  run.loop.run();
  std::uint64_t changes = 0;
  for (std::uint32_t i = 0; i < max_instruments; ++i) changes += run.market.instruments()[i].quote_changes;
  ASSERT_GT(changes, 1'000u);
  ASSERT_NE(run.records.quotes(), nullptr);
  EXPECT_EQ(run.records.quotes()->used(), 1'000u);
  EXPECT_EQ(run.records.quotes()->exhausted(), changes - 1'000);
  // The same day again, of which the quotes are what the market told.
  net::memory_port again{day(15'000), 5'000};
  itch50_market market{{.max_orders = 1u << 18, .max_levels = 1u << 17, .udp_port = {}}};
  struct follower {
    std::span<const quote_record> records;
    std::size_t seen{};
    bool wants_trades() const noexcept { return false; }
    void on_trade(std::uint32_t, nanoseconds, side, price, quantity) noexcept {}
    void after_message(std::uint32_t number, nanoseconds time, const book::best_quote& quote, bool changed) noexcept {
      if (!changed || seen == records.size()) return;
      const quote_record& here = records[seen++];
      EXPECT_TRUE(here.instrument == number && here.time_ns == time.count && here.bid_ticks == quote.bid.ticks &&
                  here.bid_shares == quote.bid_quantity.shares && here.ask_ticks == quote.ask.ticks &&
                  here.ask_shares == quote.ask_quantity.shares);
    }
  } follows{run.records.quotes()->allocated()};
  std::array<net::frame, 32> frames;
  while (const std::size_t count = again.rx_burst(frames)) {
    for (std::size_t i = 0; i < count; ++i) market.take_frame(frames[i], follows);
    again.release({frames.data(), count});
  }
  EXPECT_EQ(follows.seen, 1'000u);
}

TEST(hot_loop, stops_when_it_is_told_before_it_begins) {
  net::memory_port port{day(10'000)};
  parts run{port};
  run.controls.stop = true;
  run.loop.run();
  EXPECT_EQ(run.market.counters().messages, 0u);
}

TEST(hot_loop, the_same_frames_give_the_same_orders) {
  net::memory_port first_port{day(60'000), 5'000}, second_port{day(60'000), 5'000}, other_port{day(60'000, 8), 5'000};
  parts first{first_port}, second{second_port}, other{other_port};
  first.loop.run();
  second.loop.run();
  other.loop.run();
  const auto bytes = [](const net::memory_port& port) {
    std::vector<std::byte> result;
    for (const auto& each : port.sent()) result.insert(result.end(), each.bytes.begin(), each.bytes.end());
    return result;
  };
  EXPECT_EQ(bytes(first_port), bytes(second_port));
  EXPECT_NE(bytes(first_port), bytes(other_port));
}

}  // namespace
}  // namespace pyhft::engine
