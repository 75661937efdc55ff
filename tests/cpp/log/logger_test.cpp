// SPDX-License-Identifier: MIT
#include "pyhft/log/logger.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "log/log_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/log/backend.hpp"
#include "support/allocation_counter.hpp"

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
  EXPECT_EQ(TEXT_OF(info, "{}", "Zürich €"), "INFO: Zürich €");
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

TEST(logger, an_impossible_ring_is_refused) {
  EXPECT_THROW(logger("x", 0), argument_error);
  EXPECT_THROW(logger("x", 1000), argument_error);
}

TEST(logger, logging_does_not_allocate_whether_it_goes_in_or_is_dropped) {
  logger target("test", 4096);
  const std::string text(300, 'x');
  const support::allocation_counter here;
  for (int i = 0; i < 1000; ++i) {
    PYHFT_LOG(target, info, "order {} px {} sym {} {}", i, 2.5, symbol::from("AAPL"), text);
    PYHFT_LOG_AT(target, 5u, error, "sent");
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_GT(target.dropped(), 0u);
}

}  // namespace
}  // namespace pyhft::log
