// SPDX-License-Identifier: MIT
#include "pyhft/engine/strategy_host.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "pyhft/base/error.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/log/backend.hpp"

namespace pyhft::engine {
namespace {

// A strategy that writes down how it was called: in its state, per instrument, and as requests.
struct own_state {
  std::uint64_t starts, stops, orders;
};

pyhft_strategy recorder() {
  pyhft_strategy strategy{};
  strategy.abi_version = PYHFT_STRATEGY_ABI_VERSION;
  strategy.state_bytes = sizeof(own_state);
  strategy.instrument_bytes = sizeof(std::uint64_t);
  strategy.on_start = [](const pyhft_context* c) { ++static_cast<own_state*>(c->state)->starts; };
  strategy.on_stop = [](const pyhft_context* c) { ++static_cast<own_state*>(c->state)->stops; };
  strategy.on_book = [](const pyhft_context* c, const pyhft_book_event* e) {
    const std::uint64_t calls = ++*static_cast<std::uint64_t*>(c->instrument_state);
    if (c->orders->count < c->orders->capacity) {
      c->orders->requests[c->orders->count++] = {e->instrument, PYHFT_BUY, e->quote.bid_ticks, calls};
    }
  };
  strategy.on_order = [](const pyhft_context* c, const pyhft_order_event*) {
    ++static_cast<own_state*>(c->state)->orders;
    if (c->orders->count < c->orders->capacity) {
      c->orders->requests[c->orders->count++] = {};
    } else {
      ++c->orders->dropped;
    }
  };
  return strategy;
}

TEST(strategy_host, each_instrument_has_memory_of_its_own) {
  strategy_host host{recorder(), 100};
  host.start();
  const book::best_quote quote{{5}, {1}, {7}, {1}};
  EXPECT_EQ(host.on_book(3, {1}, quote)[0].shares, 1u);
  EXPECT_EQ(host.on_book(3, {1}, quote)[0].shares, 2u);
  const auto requests = host.on_book(99, {1}, quote);
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].shares, 1u);
  EXPECT_EQ(requests[0].instrument, 99u);
  EXPECT_EQ(requests[0].price_ticks, 5);
  host.stop();
}

TEST(strategy_host, what_is_asked_for_while_hearing_of_an_order_is_dropped_and_counted) {
  strategy_host host{recorder(), 4};
  const auto requests = host.on_book(1, {1}, {{5}, {1}, {7}, {1}});
  host.on_order({.time_ns = 1,
                 .instrument = 1,
                 .side = 0,
                 .price_ticks = 5,
                 .shares = 1,
                 .order_id = 1,
                 .rejected = 0,
                 .reserved = 0});
  EXPECT_EQ(host.dropped_requests(), 1u);
  EXPECT_EQ(requests[0].price_ticks, 5);  // what was asked for before still stands
}

TEST(strategy_host, functions_that_arent_there_are_not_called) {
  pyhft_strategy nothing{};
  nothing.abi_version = PYHFT_STRATEGY_ABI_VERSION;
  strategy_host host{nothing, 4};
  host.start();
  EXPECT_TRUE(host.on_book(1, {1}, {}).empty());
  EXPECT_FALSE(host.wants_trades());
  host.on_order({});
  host.stop();
}

TEST(strategy_host, a_strategy_writes_into_the_log_of_the_run) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("strategy" + std::to_string(::getpid()))).string();
  pyhft_strategy talker = recorder();
  talker.on_start = [](const pyhft_context* c) {
    constexpr std::string_view text = "a line of {} 7 characters";
    c->log->write(c->log->log, PYHFT_LOG_WARNING, text.data(), 16);
    c->log->write(c->log->log, 99, "beyond the levels", 17);
  };
  {
    const clock::tsc_clock clock;
    log::backend backend({.file = path}, clock);
    log::logger logger("strategy");
    backend.attach(logger);
    strategy_host host{talker, 4, &logger};
    host.start();
    EXPECT_EQ(backend.close().written, 2u);
  }
  std::ifstream file(path);
  std::string first, second;
  std::getline(file, first);
  std::getline(file, second);
  EXPECT_TRUE(first.ends_with("] WARNING: a line of {} 7 c")) << first;
  EXPECT_TRUE(second.ends_with("] CRITICAL: beyond the levels")) << second;
  std::filesystem::remove(path);

  strategy_host silent{talker, 4};
  silent.start();  // nowhere to write to
}

TEST(strategy_host, a_strategy_of_another_abi_is_refused) {
  pyhft_strategy later = recorder();
  ++later.abi_version;
  EXPECT_THROW((strategy_host{later, 4}), argument_error);
}

}  // namespace
}  // namespace pyhft::engine
