// SPDX-License-Identifier: MIT
#include "pyhft/log/logger.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <thread>

#include "log/log_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/log/backend.hpp"
#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

namespace pyhft::log {
namespace {

// What one call becomes in the file.
template <class F>
std::string text_of(F call) {
  const log_file file;
  backend writer({.file = file.path()});
  call(writer.make_logger("test"));
  writer.close();
  const auto texts = file.texts();
  return texts.size() == 1 ? texts[0] : std::to_string(texts.size()) + " lines";
}

#define TEXT_OF(level_, ...) text_of([&](logger& target) { PYHFT_LOG(target, level_, __VA_ARGS__); })

TEST(log_call, writes_level_and_text) {
  EXPECT_EQ(TEXT_OF(info, "started"), "INFO: started");
  EXPECT_EQ(TEXT_OF(trace, ""), "TRACE: ");
  EXPECT_EQ(TEXT_OF(debug, "{} {}", 1, 2), "DEBUG: 1 2");
  EXPECT_EQ(TEXT_OF(level::warning, "{}{}", 1, 2), "WARNING: 12");
  EXPECT_EQ(TEXT_OF(pyhft::log::level::error, "a{}b", 1), "ERROR: a1b");
  EXPECT_EQ(TEXT_OF(critical, "{{}} {{{}}}", 7), "CRITICAL: {} {7}");
}

TEST(log_call, writes_numbers_whole_and_exactly) {
  EXPECT_EQ(TEXT_OF(info, "{} {}", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max()),
            "INFO: -9223372036854775808 18446744073709551615");
  EXPECT_EQ(TEXT_OF(info, "{} {} {}", std::int8_t{-5}, std::uint8_t{200}, std::int16_t{-300}), "INFO: -5 200 -300");
  EXPECT_EQ(TEXT_OF(info, "{} {} {} {}", 0.1, -2.5f, 1e300, 1.0 / 3), "INFO: 0.1 -2.5 1e+300 0.3333333333333333");
  EXPECT_EQ(TEXT_OF(info, "{} {} {}", std::numeric_limits<double>::infinity(), -0.0,
                    std::numeric_limits<double>::denorm_min()),
            "INFO: inf -0 5e-324");
  EXPECT_EQ(TEXT_OF(info, "{} {} {}", 100'000.0, 0.0, -0.25), "INFO: 100000 0 -0.25");
  EXPECT_EQ(TEXT_OF(info, "{} {} {}", true, false, 'x'), "INFO: true false x");
}

TEST(log_call, writes_the_types_of_the_market) {
  EXPECT_EQ(TEXT_OF(info, "{} {} {} {}", symbol::from("AAPL"), price{1'852'300}, quantity{100}, order_id{7}),
            "INFO: AAPL 185.2300 100 7");
  EXPECT_EQ(TEXT_OF(info, "{} {} {}", side::buy, side::sell, nanoseconds{-5}), "INFO: buy sell -5");
  EXPECT_EQ(TEXT_OF(info, "{} {} {}", price{-1}, price{0}, price{std::numeric_limits<std::int64_t>::min()}),
            "INFO: -0.0001 0.0000 -922337203685477.5808");
  enum class color : std::uint8_t { red = 3 };
  EXPECT_EQ(TEXT_OF(info, "{}", color::red), "INFO: 3");
}

TEST(log_call, writes_text_of_every_kind) {
  const std::string string = "string";
  const std::string_view view = "view";
  const char* pointer = "pointer";
  const char* nothing = nullptr;
  char full_buffer[4] = {'f', 'u', 'l', 'l'};
  char short_buffer[16] = "short";
  EXPECT_EQ(TEXT_OF(info, "{} {} {} {} {} {} {} {}", string, view, pointer, nothing, full_buffer, short_buffer,
                    "literal", std::string("temporary")),
            "INFO: string view pointer (null) full short literal temporary");
  EXPECT_EQ(TEXT_OF(info, "[{}][{}]", "", std::string_view{}), "INFO: [][]");
}

TEST(log_call, cuts_text_past_its_bound_and_marks_it) {
  for (const std::size_t length : {most_text_bytes - 1, most_text_bytes, most_text_bytes + 1, 10 * most_text_bytes}) {
    const std::string text(length, 'x');
    const bool cut = length > most_text_bytes;
    const std::string expected = "INFO: " + text.substr(0, most_text_bytes) + (cut ? "..." : "") + "|";
    EXPECT_EQ(TEXT_OF(info, "{}|", text), expected);
    EXPECT_EQ(TEXT_OF(info, "{}|", text.c_str()), expected);
  }
}

TEST(log_call, text_cannot_forge_a_line) {
  EXPECT_EQ(TEXT_OF(info, "{}", "a\nb\r\tc\x01\x7f"), "INFO: a\\nb\\r\\tc\\x01\\x7f");
  EXPECT_EQ(TEXT_OF(info, "{}{}", '\n', symbol::from("A\nB")), "INFO: \\nA\\nB");
  EXPECT_EQ(TEXT_OF(info, "{}", "Zürich € 😀"), "INFO: Zürich € 😀");
  // Line ends and control characters of Unicode, and what is no UTF-8: cut short, too long a form, a surrogate.
  EXPECT_EQ(TEXT_OF(info, "{}", "a\u2028b\u2029c\u0085d\u009b"),
            R"(INFO: a\xe2\x80\xa8b\xe2\x80\xa9c\xc2\x85d\xc2\x9b)");
  EXPECT_EQ(TEXT_OF(info, "{} {} {} {}", "\xe2\x82", "\xc0\x8a", "\xed\xa0\x80", "\xf8"),
            R"(INFO: \xe2\x82 \xc0\x8a \xed\xa0\x80 \xf8)");
  EXPECT_EQ(TEXT_OF(info, "{}", "seven77\x7f ten ten \n 1234567"), R"(INFO: seven77\x7f ten ten \n 1234567)");
}

TEST(log_call, cuts_between_two_characters) {
  std::string text(most_text_bytes - 2, 'x');
  text += "€uro";
  EXPECT_EQ(TEXT_OF(info, "{}", text), "INFO: " + std::string(most_text_bytes - 2, 'x') + "...");
}

// The slow twin: printf's digits, more and more of them until they read back.
std::string shortest(double value) {
  for (int digits = 1; digits <= 17; ++digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) {
      if (std::string(text).find('e') == std::string::npos) return text;
      const int exponent = std::atoi(std::string(text).substr(std::string(text).find('e') + 1).c_str());
      std::snprintf(text, sizeof text, "%.*f", std::max(digits - 1 - exponent, 0), value);
      return text;
    }
  }
  return "?";
}

TEST(log_call, writes_a_double_with_the_fewest_digits_that_read_back) {
  std::mt19937_64 random(7);
  std::vector<double> values{0.1,     100'000.0, 1e11 - 0.0001,    1e11, 123'456.7891, 0.0001,
                             0.00015, 1e15,      99'999'999'999.99};
  for (int i = 0; i < 500; ++i) {
    const double places = std::pow(10, static_cast<int>(random() % 9));
    values.push_back(static_cast<double>(random() % 10'000'000) / places);
    values.push_back(-static_cast<double>(random() % 1'000'000'000) / 1e4);
    values.push_back(std::ldexp(static_cast<double>(random() >> 11), -static_cast<int>(random() % 60)));
  }
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger("test");
  std::vector<std::string> expected;
  for (const double value : values) {
    if (value != 0 && (std::fabs(value) < 1e-5 || std::fabs(value) >= 1e16)) continue;
    PYHFT_LOG(target, info, "{}", value);
    expected.push_back("INFO: " + shortest(value));
  }
  writer.close();
  EXPECT_EQ(file.texts(), expected);
}

TEST(log_call, takes_sixteen_arguments_of_the_longest_text) {
  const std::string text(most_text_bytes, '\x01');
  const auto line = TEXT_OF(info, "{}{}{}{}{}{}{}{}{}{}{}{}{}{}{}{}", text, text, text, text, text, text, text, text,
                            text, text, text, text, text, text, text, text);
  EXPECT_EQ(line.size(), 6 + 16 * 4 * most_text_bytes);
}

TEST(log_call, a_level_and_text_of_run_time_are_written_too) {
  EXPECT_EQ(text_of([](logger& target) { target.write_text(level::warning, 1, "from {} Python"); }),
            "WARNING: from {} Python");
  EXPECT_EQ(text_of([](logger& target) {
              target.set_level(level::error);
              target.write_text(level::warning, 1, "silent");
              target.write_text(level::error, 1, "loud");
            }),
            "ERROR: loud");
}

TEST(log_call, below_the_level_nothing_is_evaluated_or_stored) {
  logger target("test", 4096);
  int evaluated = 0;
  target.set_level(level::warning);
  PYHFT_LOG(target, info, "{}", ++evaluated);
  EXPECT_EQ(evaluated, 0);
  EXPECT_FALSE(target.enabled(level::info));
  PYHFT_LOG(target, warning, "{}", ++evaluated);
  EXPECT_EQ(evaluated, 1);
  target.set_level(level::off);
  PYHFT_LOG(target, critical, "{}", ++evaluated);
  EXPECT_EQ(evaluated, 1);
  EXPECT_EQ(target.dropped(), 0u);
}

TEST(log_call, evaluates_everything_it_is_given_once) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger("test");
  int loggers = 0;
  int stamps = 0;
  int values = 0;
  PYHFT_LOG_AT((++loggers, target), static_cast<std::uint64_t>(++stamps), info, "{}", ++values);
  EXPECT_EQ(loggers + stamps + values, 3);
}

TEST(logger, a_full_one_drops_and_counts_and_keeps_the_first) {
  const log_file file;
  backend writer({.file = file.path()});
  logger target("small", 256);
  writer.attach(target);
  // 8 of ring header, 16 of record header, 8 of argument: eight records fill 256 bytes.
  for (int i = 0; i < 20; ++i) PYHFT_LOG(target, info, "{}", i);
  EXPECT_EQ(target.dropped(), 12u);
  writer.flush();
  const auto texts = file.texts();
  ASSERT_EQ(texts.size(), 8u);
  EXPECT_EQ(texts.back(), "INFO: 7");
  PYHFT_LOG(target, info, "{}", 20);
  EXPECT_EQ(target.dropped(), 12u);
  const auto end = writer.close();
  EXPECT_EQ(end.written + end.dropped, 21u);
}

TEST(logger, a_record_that_its_ring_can_never_take_is_dropped_and_counted) {
  logger target("small", 256);
  PYHFT_LOG(target, info, "{}", std::string(200, 'x'));
  EXPECT_EQ(target.dropped(), 1u);
}

TEST(logger, an_impossible_one_is_refused) {
  EXPECT_THROW(logger("x", 0), argument_error);
  EXPECT_THROW(logger("x", 1000), argument_error);
  EXPECT_THROW(logger(std::string(65, 'x')), argument_error);
  EXPECT_THROW(logger("x", {.when_full = static_cast<full_policy>(3)}), argument_error);
  EXPECT_THROW(logger("x", {.ring_bytes = 128, .when_full = full_policy::grow, .grow_to_bytes = 64}), argument_error);
  EXPECT_THROW(logger("x", {.ring_bytes = 128, .when_full = full_policy::grow, .grow_to_bytes = 1000}), argument_error);
}

TEST(logger, every_thread_has_a_ring_of_its_own) {
  const log_file file;
  backend writer({.file = file.path(), .order_window = {0}});
  // Two records of one argument fill a ring.
  logger target("small", 64);
  writer.attach(target);
  for (int i = 0; i < 3; ++i) PYHFT_LOG(target, info, "{}", i);
  std::thread([&] {
    for (int i = 10; i < 13; ++i) PYHFT_LOG(target, info, "{}", i);
  }).join();
  writer.flush();
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: 0", "INFO: 1", "INFO: 10", "INFO: 11"}));
  EXPECT_EQ(target.dropped(), 2u);
}

TEST(logger, what_a_thread_queued_outlives_it_and_its_ring_goes_to_the_next) {
  const log_file file;
  backend writer({.file = file.path(), .order_window = {0}});
  logger& target = writer.make_logger("test", 4096);
  const support::process_allocation_counter here;
  std::uint64_t of_the_first = 0;
  for (int i = 0; i < 50; ++i) {
    std::thread([&] { PYHFT_LOG(target, info, "{}", i); }).join();
    writer.poll();  // takes the record
    writer.poll();  // sees that there won't be another
    if (i == 0) of_the_first = here.calls();
  }
  // Fewer each than the first, which made the ring.
  EXPECT_LT(here.calls() - of_the_first, 49 * of_the_first);
  EXPECT_EQ(writer.close().written, 50u);
  EXPECT_EQ(file.texts().back(), "INFO: 49");
}

TEST(logger, a_thread_may_log_to_more_loggers_than_it_remembers) {
  const log_file file;
  backend writer({.file = file.path(), .order_window = {0}});
  std::vector<logger*> loggers;
  for (int i = 0; i < 20; ++i) loggers.push_back(&writer.make_logger("one", 4096));
  for (int round = 0; round < 10; ++round) {
    for (logger* one : loggers) PYHFT_LOG(*one, info, "{}", round);
  }
  const auto end = writer.close();
  EXPECT_EQ(end.written, 200u);
  EXPECT_EQ(end.out_of_order, 0u);
}

TEST(logger, one_made_where_another_was_is_not_taken_for_it) {
  const log_file file;
  backend writer({.file = file.path()});
  for (int i = 0; i < 10; ++i) {
    logger target("test", 4096);
    writer.attach(target);
    PYHFT_LOG(target, info, "{}", i);
  }
  EXPECT_EQ(writer.close().written, 10u);
}

TEST(logger, one_that_grows_loses_nothing_up_to_its_bound) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger(
      "growing", {.ring_bytes = 64, .when_full = full_policy::grow, .grow_to_bytes = std::size_t{1} << 15});
  // 32 bytes each: two in 64, four in 128, and so on to 1024 in 32 KiB.
  for (int i = 0; i < 3000; ++i) PYHFT_LOG(target, info, "{}", i);
  EXPECT_EQ(target.dropped(), 3000u - 2046u);
  writer.flush();
  auto texts = file.texts();
  ASSERT_EQ(texts.size(), 2046u);
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(texts[i], "INFO: " + std::to_string(i));
  // A record that none of the rings before could take.
  logger& other = writer.make_logger("other", {.ring_bytes = 64, .when_full = full_policy::grow});
  PYHFT_LOG(other, info, "{}", std::string(500, 'x'));
  writer.flush();
  EXPECT_EQ(file.texts().back().size(), 506u);
  EXPECT_EQ(writer.close().dropped, 3000u - 2046u);
}

TEST(logger, one_that_blocks_drops_where_nobody_empties_its_ring) {
  logger alone("alone", {.ring_bytes = 64, .when_full = full_policy::block});
  for (int i = 0; i < 5; ++i) PYHFT_LOG(alone, info, "{}", i);
  EXPECT_EQ(alone.dropped(), 3u);
  const log_file file;
  backend writer({.file = file.path()});
  writer.attach(alone);
  PYHFT_LOG(alone, info, "{}", std::string(100, 'x'));  // no ring of this size can take it
  EXPECT_EQ(alone.dropped(), 4u);
  EXPECT_EQ(writer.close().written, 2u);
  for (int i = 0; i < 5; ++i) PYHFT_LOG(alone, info, "{}", i);
  EXPECT_EQ(alone.dropped(), 7u);
}

TEST(logger, one_that_blocks_never_waits_for_a_full_disk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  backend writer({.file = "/dev/full", .buffer_bytes = 131'072, .report = [](const std::string&) {}});
  logger& target = writer.make_logger("test", {.ring_bytes = 4096, .when_full = full_policy::block});
  {
    const std::jthread thread([&](const std::stop_token& stop) { writer.run(stop); });
    for (int i = 0; i < 20'000; ++i) PYHFT_LOG(target, info, "{}", i);
  }
  const auto end = writer.close();
  EXPECT_EQ(end.written, 0u);
  EXPECT_EQ(end.dropped, 20'000u);
}

TEST(logger, logging_does_not_allocate_whether_it_goes_in_or_is_dropped) {
  logger target("test", 4096);
  const std::string text(300, 'x');
  target.prepare();
  const support::allocation_counter here;
  for (int i = 0; i < 1000; ++i) {
    PYHFT_LOG(target, info, "order {} px {} sym {} {}", i, 2.5, symbol::from("AAPL"), text);
    PYHFT_LOG_AT(target, 5u, error, "sent");
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_GT(target.dropped(), 0u);
}

TEST(logger, logging_makes_no_system_call_whether_it_goes_in_or_is_dropped) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  logger target("test", 4096);
  const std::string text(300, 'x');
  EXPECT_EQ(support::system_call_of([&] { target.prepare(); },
                                    [&] {
                                      for (int i = 0; i < 100; ++i) PYHFT_LOG(target, info, "{} {} {}", i, 2.5, text);
                                      PYHFT_LOG_AT(target, 5u, error, "sent");
                                      return target.enabled(level::info);
                                    }),
            "");
}

}  // namespace
}  // namespace pyhft::log
