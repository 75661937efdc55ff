// SPDX-License-Identifier: MIT
#include "pyhft/engine/hot_loop.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "pyhft/net/memory_port.hpp"
#include "pyhft/net/pcap_port.hpp"
#include "pyhft/sim/synthetic_day.hpp"
#include "pyhft/strategy/macd_alpha.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::engine {
namespace {

// The parts of a run, as the engine puts them together.
struct parts {
  explicit parts(net::port& port)
      : orders{port, net::udp_route{}, gate, 1'000, logger}, loop{port, market, strategy, orders, controls} {}

  strategy::macd_alpha_parameters parameters;
  itch50_market market{{.max_orders = 1u << 18, .max_levels = 1u << 17, .udp_port = {}}};
  strategy_host strategy{strategy::make_macd_alpha(parameters), max_instruments};
  risk::gate gate{{}, max_instruments};
  log::logger logger{"hot", std::size_t{1} << 20};
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
