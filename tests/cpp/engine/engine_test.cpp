// SPDX-License-Identifier: MIT
#include "pyhft/engine/engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "pyhft/base/error.hpp"
#include "pyhft/net/memory_port.hpp"
#include "pyhft/sim/synthetic_day.hpp"

namespace pyhft::engine {
namespace {

class engine_test : public ::testing::Test {
 protected:
  engine_test() {
    std::filesystem::create_directories(folder_);
    sim::write_synthetic_day({.seed = 9, .messages = 50'000, .symbols = 40}, day_);
  }
  ~engine_test() override { std::filesystem::remove_all(folder_); }

  engine_config config() const { return {.log = {.file = folder_ + "/log"}}; }

  // Both threads, as the orchestrator starts them.
  static void run(engine& one) {
    std::thread background{[&] { one.run_background({}); }};
    one.run_hot({});
    background.join();
  }

  std::string folder_ = ::testing::TempDir() + "engine_test";
  std::string day_ = folder_ + "/day.pcap";
};

TEST_F(engine_test, a_day_comes_out_whole_with_every_order_in_log_and_capture) {
  const std::string sent = folder_ + "/sent.pcap";
  engine one{config(), open_input(container::capture, day_, "day", sent)};
  run(one);
  const run_report report = one.report();
  EXPECT_EQ(report.counters.messages, 50'000u);
  EXPECT_EQ(report.books.size(), 40u);
  EXPECT_GT(report.orders, 50u);
  EXPECT_EQ(report.signals, report.orders);
  EXPECT_EQ(report.log_written, report.orders);
  EXPECT_EQ(report.log_dropped, 0u);
  EXPECT_EQ(std::filesystem::file_size(sent), 24 + report.orders * (16 + 79));
  EXPECT_GT(report.elapsed_s, 0);
  EXPECT_LE(report.tick_to_trade.p50_ns, report.tick_to_trade.max_ns);
  EXPECT_EQ(one.progress().messages, 50'000u);
  EXPECT_EQ(one.progress().position_bytes, one.progress().size_bytes);
}

TEST_F(engine_test, a_run_whose_hot_thread_cant_be_placed_ends_all_the_same) {
  engine one{config(), open_input(container::capture, day_, "day", "")};
  std::thread background{[&] { one.run_background({}); }};
  EXPECT_THROW(one.run_hot({.core = 100'000, .name = "hot", .fifo_priority = {}}), host_error);
  background.join();
  EXPECT_EQ(one.report().counters.messages, 0u);
}

TEST_F(engine_test, a_run_without_its_background_thread_ends_all_the_same) {
  engine one{config(), open_input(container::capture, day_, "day", folder_ + "/sent.pcap")};
  EXPECT_THROW(one.run_background({.core = 100'000, .name = "log", .fifo_priority = {}}), host_error);
  one.run_hot({});
  EXPECT_EQ(one.report().counters.messages, 0u);
}

TEST_F(engine_test, a_background_thread_that_fails_closes_the_log_so_that_nobody_waits_for_room_in_it) {
  class failing final : public net::port {
   public:
    std::size_t rx_burst(std::span<net::frame>) noexcept override { return 0; }
    void release(std::span<net::frame>) noexcept override {}
    std::size_t tx_acquire(std::span<net::frame>) noexcept override { return 0; }
    std::size_t tx_burst(std::span<net::frame>) noexcept override { return 0; }
    bool at_end() const noexcept override { return true; }
    std::size_t poll_background() override { throw host_error("the port failed"); }
  };
  engine_config settings = config();
  settings.log_when_full = log::full_policy::block;
  engine one{settings, std::make_unique<failing>()};
  const auto log_is_open = [&] {
    return std::ranges::any_of(std::filesystem::directory_iterator("/proc/self/fd"), [&](const auto& entry) {
      std::error_code gone;  // the iterator's own descriptor
      return std::filesystem::read_symlink(entry.path(), gone) == settings.log.file;
    });
  };
  EXPECT_TRUE(log_is_open());
  EXPECT_THROW(one.run_background({}), host_error);
  EXPECT_FALSE(log_is_open());
  one.run_hot({});
}

TEST_F(engine_test, the_kill_switch_stops_the_orders_and_not_the_books) {
  engine one{config(), open_input(container::capture, day_, "day", "")};
  one.throw_kill_switch();
  run(one);
  EXPECT_EQ(one.report().orders, 0u);
  EXPECT_GT(one.report().rejected[static_cast<std::size_t>(risk::rule::kill_switch)], 50u);
  EXPECT_EQ(one.report().counters.messages, 50'000u);
}

TEST_F(engine_test, the_quote_trace_has_a_line_for_every_message_and_a_depth_for_every_book) {
  engine one{config(), open_input(container::capture, day_, "day", "")};
  run(one);
  std::map<std::uint32_t, std::string> traces, depths;
  one.trace_quotes([&](std::uint32_t locate, engine::text_kind kind, std::string_view piece) {
    (kind == engine::text_kind::depth ? depths : traces)[locate] += piece;
  });
  std::size_t lines = 0;
  for (const auto& [locate, text] : traces)
    lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  EXPECT_EQ(lines, 50'000u);
  for (const book_summary& book : one.report().books) {
    const std::string& depth = depths[book.locate];
    EXPECT_EQ(static_cast<std::uint32_t>(std::count(depth.begin(), depth.end(), '\n')),
              book.bid_levels + book.ask_levels);
    // The last line of the trace is the last quote of the report.
    const std::string& trace = traces[book.locate];
    const std::string last = trace.substr(trace.rfind('\n', trace.size() - 2) + 1);
    const std::string quote =
        '|' + std::to_string(book.best.bid.ticks) + '|' + std::to_string(book.best.bid_quantity.shares) + '|' +
        std::to_string(book.best.ask.ticks) + '|' + std::to_string(book.best.ask_quantity.shares) + '\n';
    EXPECT_TRUE(last.ends_with(quote)) << last << quote;
  }
}

TEST_F(engine_test, a_full_disk_is_a_warning_and_never_stops_the_run) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this host has no /dev/full";
  engine_config settings = config();
  settings.log.file = "/dev/full";
  engine one{settings, open_input(container::capture, day_, "day", "/dev/full")};
  run(one);
  const run_report report = one.report();
  EXPECT_EQ(report.counters.messages, 50'000u);
  EXPECT_EQ(report.log_written + report.log_dropped, report.orders);
  EXPECT_GT(report.log_dropped, 0u);
  std::string all;
  for (const std::string& warning : report.warnings) all += warning + '\n';
  EXPECT_NE(all.find("can't write '/dev/full'"), std::string::npos) << all;
  EXPECT_NE(all.find("the log '/dev/full'"), std::string::npos) << all;
}

TEST_F(engine_test, a_port_that_cant_be_read_twice_has_no_digests) {
  class once final : public net::port {
   public:
    std::size_t rx_burst(std::span<net::frame>) noexcept override { return 0; }
    void release(std::span<net::frame>) noexcept override {}
    std::size_t tx_acquire(std::span<net::frame>) noexcept override { return 0; }
    std::size_t tx_burst(std::span<net::frame>) noexcept override { return 0; }
    bool at_end() const noexcept override { return true; }
  };
  engine one{config(), std::make_unique<once>()};
  run(one);
  EXPECT_THROW(one.trace_quotes([](auto, auto, auto) {}), input_error);
}

TEST_F(engine_test, health_can_be_asked_while_two_lines_are_read) {
  engine one{config(),
             {open_input(container::capture, day_, "day", ""), open_input(container::capture, day_, "day", "")}};
  EXPECT_STREQ(one.health().lines[0].state, "waiting");
  std::atomic<bool> ended{};
  std::uint64_t asked = 0, most = 0;
  std::thread reader{[&] {
    while (!ended) {
      const feed_health health = one.health();
      ASSERT_EQ(health.lines.size(), 2u);
      ASSERT_GE(health.lines[0].packets, most);  // counts never go back
      most = health.lines[0].packets;
      ++asked;
    }
  }};
  run(one);
  ended = true;
  reader.join();
  EXPECT_GT(asked, 0u);
  const feed_health health = one.health();
  EXPECT_EQ(health.lines[0].firsts, 50'000u);
  EXPECT_EQ(health.lines[1].duplicates, 50'000u);
  EXPECT_STREQ(health.lines[1].state, "ended");
  EXPECT_EQ(health.books.size(), 40u);
  EXPECT_EQ(health.stale.cause, stale_cause::none);
  EXPECT_EQ(one.progress().size_bytes, 2 * std::filesystem::file_size(day_));
}

TEST_F(engine_test, lines_that_cant_be_are_refused) {
  const auto port = [](net::framing framing) {
    return std::make_shared<net::memory_port>(std::vector<net::memory_port::packet>{}, 1, framing);
  };
  using lines = std::vector<std::shared_ptr<net::port>>;
  EXPECT_THROW((engine{config(), lines{}}), argument_error);
  EXPECT_THROW((engine{config(), lines(5, port(net::framing::ethernet))}), argument_error);
  EXPECT_THROW((engine{config(), lines(2, port(net::framing::message))}), argument_error);
  engine_config settings = config();
  settings.feed = feed_named("raw");
  EXPECT_THROW((engine{settings, lines(2, port(net::framing::datagram))}), argument_error);
  settings.feed = feed_named("deep10");
  settings.lines.recovery_server.emplace();
  EXPECT_THROW((engine{settings, lines(1, port(net::framing::datagram))}), argument_error);
  settings.feed = feed_named("itch50");
  settings.lines.is_replay = true;
  EXPECT_THROW((engine{settings, lines(1, port(net::framing::datagram))}), argument_error);
}

TEST_F(engine_test, raw_needs_datagrams) {
  engine_config settings = config();
  settings.feed = feed_named("raw");
  auto bare = std::make_unique<net::memory_port>(std::vector<net::memory_port::packet>{}, 1, net::framing::message);
  EXPECT_THROW((engine{settings, std::move(bare)}), argument_error);
}

TEST_F(engine_test, feeds_are_known_by_name) {
  EXPECT_EQ(feed_named("itch50"), feed_kind{});  // what a configuration has where nothing is said
  for (const feed::feed_facts& facts : all_feeds::facts) EXPECT_STREQ(name_of(feed_named(facts.name)), facts.name);
  EXPECT_THROW(feed_named("fix"), argument_error);
}

}  // namespace
}  // namespace pyhft::engine
