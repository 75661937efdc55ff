// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <latch>
#include <map>
#include <thread>
#include <vector>

#include "log/log_file.hpp"
#include "pyhft/log/backend.hpp"
#include "pyhft/threads/idle.hpp"
#include "pyhft/threads/pinned_thread.hpp"
#include "support/stress.hpp"

namespace pyhft::log {
namespace {

struct outcome {
  std::uint64_t calls;
  backend_statistics end;
  std::vector<std::string> texts;
};

// Producers log numbered lines as fast as they can while another thread drains them.
outcome flood(int producers, std::size_t ring_bytes, std::uint64_t calls_each, bool yield) {
  const log_file file;
  backend writer({.file = file.path()});
  std::vector<logger*> loggers;
  for (int i = 0; i < producers; ++i) loggers.push_back(&writer.make_logger("producer", ring_bytes));
  {
    threads::pinned_thread drain({threads::any_core, "async_logger", {}},
                                 [&](const std::stop_token& stop) { writer.run(stop); });
    std::latch start(producers);
    std::vector<std::jthread> threads;
    for (int who = 0; who < producers; ++who) {
      threads.emplace_back([&, who] {
        logger& target = *loggers[static_cast<std::size_t>(who)];
        const std::string tail(static_cast<std::size_t>(who) * 40, 'x');
        start.arrive_and_wait();
        for (std::uint64_t i = 0; i < calls_each; ++i) {
          PYHFT_LOG(target, info, "{} {} {} {}", who, i, 3 * i + 1, tail);
          if (yield && i % 16 == 0) threads::yield_idle{}(0);
        }
      });
    }
    threads.clear();
    drain.request_stop();
    drain.join();
  }
  return {calls_each * static_cast<std::uint64_t>(producers), writer.close(), file.texts()};
}

// Every line is whole, and those of one producer are in its order.
void expect_sound(const outcome& result, int producers) {
  EXPECT_EQ(result.end.written + result.end.dropped, result.calls);
  EXPECT_EQ(result.texts.size(), result.end.written);
  EXPECT_EQ(result.end.write_errors, 0u);
  std::map<int, std::uint64_t> next;
  std::uint64_t torn = 0;
  for (const std::string& text : result.texts) {
    int who = -1;
    unsigned long long number = 0;
    unsigned long long check = 0;
    char tail[512] = "";
    const int fields = std::sscanf(text.c_str(), "INFO: %d %llu %llu %511s", &who, &number, &check, tail);
    const bool whole = fields >= 3 && who >= 0 && who < producers && check == 3 * number + 1 && number >= next[who] &&
                       std::string(tail) == std::string(static_cast<std::size_t>(who) * 40, 'x');
    torn += whole ? 0u : 1u;
    next[who] = number + 1;
  }
  EXPECT_EQ(torn, 0u);
}

TEST(backend_stress, lines_and_counted_drops_are_the_calls_when_the_rings_overflow) {
  const auto result = flood(3, 4096, support::stress_count(30'000), false);
  expect_sound(result, 3);
  EXPECT_GT(result.end.dropped, 0u);
}

TEST(backend_stress, nothing_is_dropped_where_the_rings_hold_it_all) {
  const auto result = flood(2, 1 << 22, 10'000, true);
  expect_sound(result, 2);
  EXPECT_EQ(result.end.dropped, 0u);
}

TEST(backend_stress, flushing_attaching_and_detaching_while_others_log) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& steady = writer.make_logger("steady", 1 << 16);
  const std::uint64_t calls = support::stress_count(20'000);
  std::uint64_t visits = 0;
  {
    const std::jthread drain([&](const std::stop_token& stop) { writer.run(stop); });
    const std::jthread producer([&] {
      for (std::uint64_t i = 0; i < calls; ++i) PYHFT_LOG(steady, info, "{}", i);
    });
    for (; visits < 50; ++visits) {
      logger visitor("visitor", 4096);
      writer.attach(visitor);
      PYHFT_LOG(visitor, warning, "visit {}", visits);
      if (visits % 2 == 0) writer.flush();
      writer.detach(visitor);
      threads::timed_sleep({50'000});
    }
  }
  const auto end = writer.close();
  EXPECT_EQ(end.written + end.dropped, calls + visits);
  const auto texts = file.texts();
  EXPECT_EQ(texts.size(), end.written);
  EXPECT_EQ(
      std::count_if(texts.begin(), texts.end(), [](const std::string& t) { return t.starts_with("WARNING: visit"); }),
      50);
}

}  // namespace
}  // namespace pyhft::log
