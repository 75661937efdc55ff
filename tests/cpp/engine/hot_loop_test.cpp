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
#include <utility>
#include <vector>

#include "pyhft/engine/feeds.hpp"
#include "pyhft/engine/lined_loop.hpp"
#include "pyhft/net/memory_port.hpp"
#include "pyhft/net/pcap_port.hpp"
#include "pyhft/sim/synthetic_day.hpp"
#include "pyhft/strategy/macd_alpha.hpp"
#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

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

// The same for a feed by two lines.
using lined_itch50 = lined_market<feed::itch50::protocol>;

struct lined_parts {
  lined_parts(std::array<net::port*, 2> ports, net::port* recovery, bool is_replay)
      : inputs{ports},
        market{{.max_orders = 1u << 18, .max_levels = 1u << 17, .udp_port = {}},
               {.lines = 2,
                .hold_ns = is_replay ? 1'000'000'000 : 0,
                .recovers = recovery != nullptr,
                .recovery_timeout_ns = 1'000'000'000}},
        records{arenas},
        orders{*ports[0], net::udp_route{}, gate, arenas, logger, records},
        loop{inputs, recovery, {.is_replay = is_replay}, market, strategy, orders, records, controls} {}

  arena_limits arenas{.orders = 1'000, .quotes = 100'000, .signals = 1'000};
  line_inputs inputs;
  lined_itch50 market;
  strategy_host strategy{strategy::make_macd_alpha({}), max_instruments};
  risk::gate gate{{}, max_instruments};
  log::logger logger{"hot", std::size_t{1} << 20};
  run_records records;
  order_path orders;
  hot_loop_controls controls;
  lined_loop<lined_itch50> loop;
};

using packets = std::vector<net::memory_port::packet>;

// Without every `one_in`th packet from `first` on, and later.
packets lossy(packets all, std::size_t one_in, std::size_t first, std::int64_t lag_ns) {
  packets result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i >= first && (i - first) % one_in == 0) continue;
    all[i].timestamp.count += lag_ns;
    result.push_back(std::move(all[i]));
  }
  return result;
}

std::vector<std::string> orders_of(const net::memory_port& port) {
  std::vector<std::string> result;
  for (const auto& each : port.sent()) {
    const auto payload = std::span{each.bytes}.subspan(net::udp_headers_bytes, orders::raw_order_bytes - 8);  // no time
    result.emplace_back(reinterpret_cast<const char*>(payload.data()), payload.size());
  }
  return result;
}

TEST(lined_loop, two_lossy_lines_give_the_orders_of_one_without_loss_and_nothing_is_allocated) {
  net::memory_port whole{day(60'000), 5'000};
  parts single{whole};
  single.loop.run();
  net::memory_port a{lossy(day(60'000), 10, 3, 0), 5'000}, b{lossy(day(60'000), 10, 8, 50'000), 5'000};
  lined_parts run{{&a, &b}, nullptr, true};
  run.logger.prepare();
  const support::allocation_counter here;
  run.loop.run();
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_EQ(run.market.counters().messages, 60'000u);
  EXPECT_EQ(run.market.session().counters().missing_messages, 0u);
  EXPECT_GT(run.market.session().held().holes.value(), 20u);
  ASSERT_GT(single.orders.sent(), 50u);
  EXPECT_EQ(orders_of(a), orders_of(whole));
}

// Its packets arrive just after it was looked at for the first time.
class late_port final : public net::port {
 public:
  explicit late_port(packets received) : behind_{std::move(received)} {}
  net::framing framing() const noexcept override { return behind_.framing(); }
  std::size_t rx_burst(std::span<net::frame> frames) noexcept override {
    return std::exchange(was_looked_at_, true) ? behind_.rx_burst(frames) : 0;
  }
  void release(std::span<net::frame> frames) noexcept override { behind_.release(frames); }
  std::size_t tx_acquire(std::span<net::frame> frames) noexcept override { return behind_.tx_acquire(frames); }
  std::size_t tx_burst(std::span<net::frame> frames) noexcept override { return behind_.tx_burst(frames); }
  bool at_end() const noexcept override { return behind_.at_end(); }

 private:
  net::memory_port behind_;
  bool was_looked_at_{};
};

TEST(lined_loop, a_hold_is_not_over_before_the_lines_were_looked_at_once_more) {
  packets few = day(2'000);
  few.resize(20);
  net::memory_port a{lossy(few, 2, 4, 0)};
  late_port b{few};
  lined_parts run{{&a, &b}, nullptr, false};
  run.loop.run();
  EXPECT_EQ(run.market.session().held().holes.value(), 1u);
  EXPECT_EQ(run.market.session().held().declared.value(), 0u);
  EXPECT_EQ(run.market.session().counters().missing_messages, 0u);
  EXPECT_FALSE(run.market.all_stale());
}

// A server of retransmission: what is sent to it is a request, what comes from it are the answers, of at most
// `most_messages` each.
class answering_port final : public net::port {
 public:
  explicit answering_port(const packets& day) {
    for (const auto& each : day) {
      const auto payload = net::find_udp(each.bytes).payload;
      session_ = feed::moldudp64::header::load(payload.data()).session;
      for (std::size_t at = feed::moldudp64::header_bytes; at < payload.size();) {
        const std::size_t bytes = std::size_t{2} + load_big<std::uint16_t>(&payload[at]);
        blocks_.emplace_back(payload.begin() + static_cast<std::ptrdiff_t>(at),
                             payload.begin() + static_cast<std::ptrdiff_t>(at + bytes));
        at += bytes;
      }
    }
  }
  net::framing framing() const noexcept override { return net::framing::datagram; }
  std::size_t rx_burst(std::span<net::frame> frames) noexcept override {
    if (given_ == made_) return 0;
    answer& next = answers_[given_++ % answers_.size()];
    frames[0] = {.data = next.bytes.data(), .length = next.length};
    return 1;
  }
  void release(std::span<net::frame>) noexcept override {}
  std::size_t tx_acquire(std::span<net::frame> frames) noexcept override {
    frames[0] = {.data = request_.data(), .capacity = static_cast<std::uint32_t>(request_.size())};
    return 1;
  }
  std::size_t tx_burst(std::span<net::frame> frames) noexcept override {
    const auto wanted = feed::moldudp64::header::load(net::find_udp(frames[0].bytes()).payload.data());
    ++requests;
    if (made_ - given_ == answers_.size()) return 1;
    answer& to = answers_[made_++ % answers_.size()];
    const std::uint16_t count = std::min(wanted.count, most_messages);
    to.length = feed::moldudp64::header_bytes;
    feed::moldudp64::header{session_, wanted.sequence, count}.store(to.bytes.data());
    for (std::uint16_t i = 0; i < count; ++i) {
      const auto& block = blocks_[wanted.sequence - 1 + i];
      std::ranges::copy(block, &to.bytes[to.length]);
      to.length += static_cast<std::uint32_t>(block.size());
    }
    return 1;
  }
  std::uint64_t requests{};

 private:
  static constexpr std::uint16_t most_messages = 5;
  struct answer {
    std::array<std::byte, 512> bytes{};
    std::uint32_t length{};
  };

  feed::moldudp64::session_name session_{};
  std::vector<std::vector<std::byte>> blocks_;
  std::array<answer, 16> answers_{};
  std::size_t made_{}, given_{};
  std::array<std::byte, 128> request_{};
};

TEST(lined_loop, what_both_lines_lose_is_asked_for_from_the_hot_loop_without_an_allocation) {
  answering_port server{day(20'000)};
  net::memory_port a{lossy(day(20'000), 10, 3, 0), 5'000}, b{lossy(day(20'000), 10, 3, 0), 5'000};
  lined_parts run{{&a, &b}, &server, false};
  run.logger.prepare();
  const support::allocation_counter here;
  run.loop.run();
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_EQ(run.market.counters().messages, 20'000u);
  EXPECT_EQ(run.market.session().counters().missing_messages, 0u);
  EXPECT_FALSE(run.market.all_stale());
  EXPECT_GT(server.requests, 10u);
  EXPECT_EQ(run.market.session().recovery().requests.value(), server.requests);
  EXPECT_EQ(run.controls.lines[1].at_end.value(), 1u);
}

TEST(lined_loop, makes_no_system_call_but_its_ports) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  answering_port server{day(20'000)};
  for (const bool recovers : {false, true}) {
    const std::size_t first_lost_by_b = recovers ? 3 : 8;
    net::memory_port a{lossy(day(20'000), 10, 3, 0), 5'000}, b{lossy(day(20'000), 10, first_lost_by_b, 50'000), 5'000};
    lined_parts run{{&a, &b}, recovers ? &server : nullptr, !recovers};
    EXPECT_EQ(support::system_call_of([&] { run.logger.prepare(); },
                                      [&] {
                                        run.loop.run();
                                        return run.market.counters().messages == 20'000 && !run.market.all_stale() &&
                                               run.market.session().held().holes.value() != 0;
                                      }),
              "")
        << recovers;
  }
}

}  // namespace
}  // namespace pyhft::engine
