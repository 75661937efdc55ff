// SPDX-License-Identifier: MIT
// The packet's path over a synthetic day in memory, cumulatively: headers and MoldUDP64, decoding, books, and the whole
// hot loop with strategy, risk gate and orders. The time of an item is that of one ITCH message.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "pyhft/engine/feeds.hpp"
#include "pyhft/engine/hot_loop.hpp"
#include "pyhft/net/pcap_port.hpp"
#include "pyhft/sim/synthetic_day.hpp"
#include "pyhft/strategy/macd_alpha.hpp"

namespace {

using namespace pyhft;
using itch50_market = engine::market<feed::itch50::protocol>;

constexpr std::uint64_t messages = 1'000'000;

const std::string& day() {
  static const std::string path = [] {
    const std::string file = (std::filesystem::temp_directory_path() / "pyhft_bench_engine.pcap").string();
    sim::write_synthetic_day({.seed = 7, .messages = messages, .symbols = 300}, file);
    return file;
  }();
  return path;
}

void report(benchmark::State& state) {
  state.counters["per_message"] =
      benchmark::Counter(static_cast<double>(messages) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class F>
void for_each_payload(net::port& port, F&& take) {
  port.rewind();
  std::array<net::frame, 32> frames;
  while (const std::size_t count = port.rx_burst(frames)) {
    for (std::size_t i = 0; i < count; ++i) take(net::find_udp(frames[i].bytes()).payload);
  }
}

struct counting_visitor {
  std::uint64_t seen{};
  void on_message(std::span<const std::byte> message) noexcept { seen += message.size(); }
  void on_gap(std::uint64_t) noexcept {}
};

void headers_and_moldudp64(benchmark::State& state) {
  net::pcap_port port{day(), "day", ""};
  for (auto _ : state) {
    feed::moldudp64::receiver receiver;
    counting_visitor visitor;
    for_each_payload(port, [&](auto payload) { receiver.receive(payload, visitor); });
    benchmark::DoNotOptimize(visitor.seen);
  }
  report(state);
}
BENCHMARK(headers_and_moldudp64)->Unit(benchmark::kMillisecond);

struct decoding_visitor {
  std::uint64_t sum{};
  template <class Message>
  void on(const Message& m) noexcept {
    sum += m.locate() + static_cast<std::uint64_t>(m.timestamp().count);
    if constexpr (requires { m.reference(); }) sum += m.reference().value;
    if constexpr (requires { m.shares(); }) sum += m.shares().shares;
    if constexpr (requires { m.price(); }) sum += static_cast<std::uint64_t>(m.price().ticks);
  }
  void on_message(std::span<const std::byte> message) noexcept { feed::itch50::decode(message, *this); }
  void on_gap(std::uint64_t) noexcept {}
};

void with_decoding(benchmark::State& state) {
  net::pcap_port port{day(), "day", ""};
  for (auto _ : state) {
    feed::moldudp64::receiver receiver;
    decoding_visitor visitor;
    for_each_payload(port, [&](auto payload) { receiver.receive(payload, visitor); });
    benchmark::DoNotOptimize(visitor.sum);
  }
  report(state);
}
BENCHMARK(with_decoding)->Unit(benchmark::kMillisecond);

struct silent_observer {
  std::uint64_t changes{};
  bool wants_trades() const noexcept { return false; }
  void on_trade(std::uint32_t, nanoseconds, side, price, quantity) noexcept {}
  void after_message(std::uint32_t, nanoseconds, const book::best_quote&, bool changed) noexcept { changes += changed; }
};

constexpr engine::market_limits limits{.max_orders = 1u << 20, .max_levels = 1u << 18, .udp_port = {}};

void with_books(benchmark::State& state) {
  net::pcap_port port{day(), "day", ""};
  for (auto _ : state) {
    state.PauseTiming();
    auto market = std::make_unique<itch50_market>(limits);
    silent_observer observer;
    port.rewind();
    state.ResumeTiming();
    std::array<net::frame, 32> frames;
    while (const std::size_t count = port.rx_burst(frames)) {
      for (std::size_t i = 0; i < count; ++i) market->take_frame(frames[i], observer);
    }
    benchmark::DoNotOptimize(observer.changes);
    state.PauseTiming();
    market.reset();
    state.ResumeTiming();
  }
  report(state);
}
BENCHMARK(with_books)->Unit(benchmark::kMillisecond);

// With as many slots for records of quotes and signals as a run has, or with none.
void whole_loop(benchmark::State& state, const engine::arena_limits& arenas) {
  net::pcap_port port{day(), "day", ""};
  const strategy::macd_alpha_parameters parameters;
  for (auto _ : state) {
    state.PauseTiming();
    auto market = std::make_unique<itch50_market>(limits);
    engine::strategy_host strategy{strategy::make_macd_alpha(parameters), engine::max_instruments};
    risk::gate gate{{}, engine::max_instruments};
    log::logger logger{"hot"};
    engine::run_records records{arenas};
    engine::order_path orders{port, {}, gate, arenas, logger, records};
    engine::hot_loop_controls controls;
    engine::hot_loop<itch50_market, net::framing::ethernet> loop{port, *market, strategy, orders, records, controls};
    port.rewind();
    state.ResumeTiming();
    loop.run();
    state.PauseTiming();
    market.reset();
    state.ResumeTiming();
  }
  report(state);
}
BENCHMARK_CAPTURE(whole_loop, with_records, {})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(whole_loop, without_records, {.quotes = 0, .signals = 0})->Unit(benchmark::kMillisecond);

}  // namespace
