// SPDX-License-Identifier: MIT
#include "pyhft/log/backend.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "log/log_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/log/decoder.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::log {
namespace {

// Nanoseconds that the tests can wind forward. Far in the future of the real clock's, so that no stamp is early by
// chance.
std::uint64_t added_ns = 0;
std::uint64_t read_wound() noexcept { return clock::detail::read_monotonic_ns() + added_ns; }
clock::tsc_clock wound_clock() { return clock::tsc_clock({1'000'000}, {read_wound, "wound", ""}); }

// Flushes only when told to, by any measure.
backend_options patient(const log_file& file) {
  return {.file = file.path(),
          .buffer_bytes = 1 << 20,
          .flush_messages = 1'000'000,
          .flush_bytes = 1 << 20,
          .flush_after = {3'600'000'000'000}};
}

TEST(backend, writes_each_line_as_time_level_and_text) {
  const log_file file;
  const clock::tsc_clock clock;
  backend writer({.file = file.path()}, clock);
  logger& target = writer.make_logger("test");
  const std::uint64_t now = clock::read_cycles();
  PYHFT_LOG_AT(target, now, info, "order {} filled at {}", 7, 2.5);
  ASSERT_TRUE(writer.flush());
  ASSERT_EQ(file.lines().size(), 1u);
  const std::string line = file.lines()[0];
  ASSERT_EQ(line.substr(line.find(']')), "] INFO: order 7 filled at 2.5");
  // The backend's clock has a bearing of its own; in the milliseconds of a test they differ by less than this.
  EXPECT_NEAR(std::stod(line.substr(1)), static_cast<double>(clock.to_epoch(now).count), 1e6);
}

TEST(backend, a_round_writes_the_records_of_all_loggers_in_the_order_of_their_stamps) {
  const log_file file;
  backend writer(patient(file));
  logger* targets[3] = {&writer.make_logger("a"), &writer.make_logger("b"), &writer.make_logger("c")};
  std::mt19937 random(3);
  for (std::uint64_t stamp = 1; stamp <= 1000; ++stamp) {
    PYHFT_LOG_AT(*targets[random() % 3], stamp, info, "{}", stamp);
  }
  EXPECT_EQ(writer.poll(), 1000u);
  writer.flush();
  const auto texts = file.texts();
  ASSERT_EQ(texts.size(), 1000u);
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(texts[i], "INFO: " + std::to_string(i + 1));
}

TEST(backend, a_round_without_records_does_nothing) {
  const log_file file;
  backend writer({.file = file.path()});
  EXPECT_EQ(writer.poll(), 0u);
  writer.make_logger("test");
  EXPECT_EQ(writer.poll(), 0u);
  EXPECT_TRUE(writer.flush());
  EXPECT_EQ(writer.close().written, 0u);
}

TEST(backend, writes_at_a_hundred_messages_and_not_before) {
  const log_file file;
  auto options = patient(file);
  options.flush_messages = 100;
  backend writer(options);
  logger& target = writer.make_logger("test");
  for (int i = 0; i < 99; ++i) PYHFT_LOG(target, info, "x");
  EXPECT_EQ(writer.poll(), 99u);
  EXPECT_EQ(file.lines().size(), 0u);
  PYHFT_LOG(target, info, "x");
  EXPECT_EQ(writer.poll(), 2u);  // one line and one write
  EXPECT_EQ(file.lines().size(), 100u);
  EXPECT_EQ(writer.statistics().written, 100u);
}

TEST(backend, writes_at_a_hundred_kilobytes_and_not_before) {
  const log_file file;
  auto options = patient(file);
  options.flush_bytes = 100'000;
  backend writer(options);
  logger& target = writer.make_logger("test");
  const std::string text(500, 'x');
  std::size_t lines = 0;
  while (file.lines().empty()) {
    ASSERT_LT(lines, 200u);
    PYHFT_LOG(target, info, "{}", text);
    writer.poll();
    ++lines;
  }
  const auto bytes = std::filesystem::file_size(file.path());
  EXPECT_GE(bytes, 100'000u);
  EXPECT_LT(bytes, 101'000u);
}

TEST(backend, writes_ten_milliseconds_after_the_first_line_and_not_before) {
  const log_file file;
  auto options = patient(file);
  options.flush_after = {10'000'000'000};  // seconds here, so that a busy machine doesn't come near it
  added_ns = 0;
  backend writer(options, wound_clock());
  logger& target = writer.make_logger("test");
  PYHFT_LOG_AT(target, read_wound(), info, "x");
  EXPECT_EQ(writer.poll(), 1u);
  EXPECT_EQ(writer.poll(), 0u);
  EXPECT_EQ(file.lines().size(), 0u);
  added_ns = 11'000'000'000;
  EXPECT_EQ(writer.poll(), 1u);
  EXPECT_EQ(file.lines().size(), 1u);
  EXPECT_EQ(writer.poll(), 0u);
  added_ns = 0;
}

TEST(backend, the_defaults_are_those_that_the_documentation_names) {
  const backend_options options;
  EXPECT_EQ(options.file, "trading.log");
  EXPECT_EQ(options.buffer_bytes, 1'048'576u);
  EXPECT_EQ(options.flush_messages, 100u);
  EXPECT_EQ(options.flush_bytes, 100'000u);
  EXPECT_EQ(options.flush_after.count, 10'000'000);
}

TEST(backend, appends_to_a_file_that_exists) {
  const log_file file;
  for (int i = 0; i < 2; ++i) {
    backend writer({.file = file.path()});
    PYHFT_LOG(writer.make_logger("test"), info, "run {}", i);
  }
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: run 0", "INFO: run 1"}));
}

TEST(backend, its_end_writes_all_that_was_logged) {
  const log_file file;
  logger outside("outside");
  {
    backend writer(patient(file));
    writer.attach(outside);
    logger& inside = writer.make_logger("inside");
    for (int i = 0; i < 5000; ++i) {
      PYHFT_LOG(outside, info, "{}", i);
      PYHFT_LOG(inside, info, "{}", i);
    }
  }
  EXPECT_EQ(file.lines().size(), 10'000u);
}

TEST(backend, after_its_end_a_logger_can_be_attached_to_another) {
  const log_file file;
  logger target("test");
  {
    backend first({.file = file.path()});
    first.attach(target);
  }
  backend second({.file = file.path()});
  second.attach(target);
  PYHFT_LOG(target, info, "x");
  EXPECT_EQ(second.close().written, 1u);
}

TEST(backend, a_logger_has_one_backend_at_a_time) {
  const log_file file;
  backend first({.file = file.path()});
  backend second({.file = file.path()});
  logger target("test");
  first.attach(target);
  EXPECT_THROW(first.attach(target), argument_error);
  EXPECT_THROW(second.attach(target), argument_error);
  EXPECT_THROW(second.detach(target), argument_error);
  PYHFT_LOG(target, info, "1");
  first.detach(target);
  EXPECT_EQ(file.texts().size(), 1u);
  second.attach(target);
  PYHFT_LOG(target, info, "2");
  second.flush();
  EXPECT_EQ(file.texts().size(), 2u);
}

TEST(backend, drops_of_a_detached_logger_stay_counted) {
  const log_file file;
  backend writer({.file = file.path()});
  {
    logger target("small", 64);
    writer.attach(target);
    for (int i = 0; i < 10; ++i) PYHFT_LOG(target, info, "{}", i);
    writer.detach(target);
  }
  const auto end = writer.close();
  EXPECT_EQ(end.written, 2u);
  EXPECT_EQ(end.dropped, 8u);
}

TEST(backend, drops_are_counted_once_wherever_a_logger_goes) {
  const log_file file;
  backend first({.file = file.path()});
  backend second({.file = file.path()});
  logger target("small", 64);
  const auto log_ten = [&] {
    for (int i = 0; i < 10; ++i) PYHFT_LOG(target, info, "{}", i);
  };
  first.attach(target);
  log_ten();
  EXPECT_EQ(first.detach(target).dropped, 8u);
  second.attach(target);
  EXPECT_EQ(second.statistics().dropped, 0u);
  log_ten();
  EXPECT_EQ(second.statistics().dropped, 8u);
  EXPECT_EQ(second.close().dropped, 8u);
  first.attach(target);
  log_ten();
  const auto share = first.detach(target);
  EXPECT_EQ(share.written, 2u);
  EXPECT_EQ(share.dropped, 8u);
  EXPECT_EQ(first.close().dropped, 16u);
}

TEST(backend, a_full_disk_is_counted_and_nothing_is_lost_uncounted) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  backend writer({.file = "/dev/full", .buffer_bytes = 131'072, .report = [](const std::string&) {}});
  logger& target = writer.make_logger("test", 1 << 16);
  const std::uint64_t calls = 100'000;
  for (std::uint64_t i = 0; i < calls; ++i) {
    PYHFT_LOG(target, info, "{}", i);
    if (i % 1000 == 0) writer.poll();
  }
  EXPECT_FALSE(writer.flush());
  const auto now = writer.statistics();
  EXPECT_EQ(now.written, 0u);
  EXPECT_GT(now.write_errors, 0u);
  EXPECT_EQ(now.last_error, "No space left on device");
  const auto end = writer.close();
  EXPECT_EQ(end.written, 0u);
  EXPECT_EQ(end.dropped, calls);
}

TEST(backend, a_file_that_cannot_be_written_is_tried_again_after_a_while_and_not_at_every_line) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  backend writer(
      {.file = "/dev/full", .flush_messages = 1, .flush_after = {3'600'000'000'000}, .report = [](const std::string&) {
       }});
  logger& target = writer.make_logger("test");
  for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "{}", i);
  EXPECT_EQ(writer.poll(), 1000u);
  EXPECT_EQ(writer.statistics().write_errors, 1u);
}

TEST(backend, a_folder_that_vanishes_is_counted_and_when_it_is_back_no_line_is_missing) {
  const log_file file;
  backend writer({.file = file.path(), .flush_after = {0}, .report = [](const std::string&) {}});
  logger& target = writer.make_logger("test");
  PYHFT_LOG(target, info, "before");
  EXPECT_TRUE(writer.flush());
  std::filesystem::remove_all(file.folder());
  PYHFT_LOG(target, info, "meanwhile");
  EXPECT_FALSE(writer.flush());
  EXPECT_EQ(writer.statistics().write_errors, 1u);
  EXPECT_EQ(writer.statistics().last_error, "No such file or directory");
  std::filesystem::create_directories(file.folder());
  PYHFT_LOG(target, info, "after");
  writer.poll();
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: meanwhile", "INFO: after"}));
  const auto end = writer.close();
  EXPECT_EQ(end.written, 3u);
  EXPECT_EQ(end.dropped, 0u);
}

TEST(backend, a_file_that_is_removed_is_made_again) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger("test");
  std::filesystem::remove(file.path());
  PYHFT_LOG(target, info, "x");
  EXPECT_TRUE(writer.flush());
  EXPECT_EQ(file.texts().size(), 1u);
  EXPECT_EQ(writer.statistics().write_errors, 0u);
}

TEST(backend, an_outage_is_reported_once_and_its_end_too) {
  const log_file file;
  std::vector<std::string> reports;
  backend writer({.file = file.path(), .report = [&](const std::string& words) { reports.push_back(words); }});
  logger& target = writer.make_logger("test");
  std::filesystem::remove_all(file.folder());
  for (int i = 0; i < 5; ++i) {
    PYHFT_LOG(target, info, "{}", i);
    EXPECT_FALSE(writer.flush());
  }
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].find("No such file or directory"), std::string::npos);
  EXPECT_NE(reports[0].find(file.path()), std::string::npos);
  std::filesystem::create_directories(file.folder());
  EXPECT_TRUE(writer.flush());
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_NE(reports[1].find("again"), std::string::npos);
  EXPECT_EQ(file.texts().size(), 5u);
  EXPECT_EQ(writer.statistics().write_errors, 5u);
}

TEST(backend, a_file_that_is_renamed_is_left_and_another_begun) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger("test");
  PYHFT_LOG(target, info, "before");
  writer.flush();
  std::filesystem::rename(file.path(), file.path() + ".1");
  PYHFT_LOG(target, info, "after");
  writer.flush();
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: after"}));
}

TEST(backend, a_record_that_comes_late_is_written_and_counted) {
  const log_file file;
  backend writer(patient(file));
  logger& target = writer.make_logger("test");
  for (const std::uint64_t stamp : {5u, 7u, 6u, 8u, 1u}) PYHFT_LOG_AT(target, stamp, info, "{}", stamp);
  writer.flush();
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: 5", "INFO: 7", "INFO: 6", "INFO: 8", "INFO: 1"}));
  EXPECT_EQ(writer.statistics().out_of_order, 2u);
}

TEST(backend, a_record_waits_for_the_earlier_ones_of_other_threads) {
  const log_file file;
  auto options = patient(file);
  options.order_window = {1'000'000'000};
  added_ns = 0;
  backend writer(options, wound_clock());
  logger& a = writer.make_logger("a");
  logger& b = writer.make_logger("b", 4096);
  b.prepare();
  const std::uint64_t now = read_wound() + 500'000'000;  // so that no pause of the test makes it old
  PYHFT_LOG_AT(a, now, info, "later");
  EXPECT_EQ(writer.poll(), 0u);
  PYHFT_LOG_AT(b, now - 1000, info, "earlier");
  EXPECT_EQ(writer.poll(), 0u);
  added_ns = 3'000'000'000;
  EXPECT_EQ(writer.poll(), 2u);
  // A ring that is filling up waits for nothing.
  const std::string text(300, 'x');
  for (int i = 0; i < 8; ++i) PYHFT_LOG_AT(b, read_wound(), info, "{}", text);
  EXPECT_EQ(writer.poll(), 8u);
  PYHFT_LOG_AT(a, read_wound(), info, "flushed");
  writer.flush();
  added_ns = 0;
  const auto texts = file.texts();
  ASSERT_EQ(texts.size(), 11u);
  EXPECT_EQ(texts[0], "INFO: earlier");
  EXPECT_EQ(texts[1], "INFO: later");
  EXPECT_EQ(writer.statistics().out_of_order, 0u);
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> result;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) result.push_back(entry.path().filename());
  std::sort(result.begin(), result.end());
  return result;
}

TEST(backend, a_file_is_put_aside_before_it_is_longer_than_it_may_be) {
  const log_file file;
  auto options = patient(file);
  options.rotate_bytes = 1000;
  backend writer(options);
  logger& target = writer.make_logger("test");
  std::size_t bytes = 0;
  for (int i = 0; i < 200; ++i) PYHFT_LOG(target, info, "{}", 100'000 + i);
  PYHFT_LOG(target, info, "{} {} {}", std::string(500, 'x'), std::string(500, 'y'), 200);  // one line, longer than that
  PYHFT_LOG(target, info, "{}", 201);
  const auto end = writer.close();
  EXPECT_EQ(end.written, 202u);
  const auto files = files_in(file.folder());
  EXPECT_EQ(files.size(), end.rotations + 1);
  EXPECT_EQ(files.front().string().size(), std::string("trading.2026-01-01.1.log").size());
  EXPECT_GT(files.front().string(), "trading.2026");
  std::size_t lines = 0;
  for (const auto& name : files) {
    const auto size = std::filesystem::file_size(file.folder() / name);
    const std::size_t here = log_file::lines_of(file.folder() / name).size();
    EXPECT_TRUE(size <= 1000 || here == 1) << size << " bytes";
    bytes += size;
    lines += here;
  }
  EXPECT_EQ(lines, 202u);
  EXPECT_GT(bytes, 202u * 20);
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: 201"}));
}

TEST(backend, a_disk_that_is_full_just_before_a_file_is_put_aside_costs_no_line) {
  const log_file file;
  auto options = patient(file);
  options.rotate_bytes = 50'000;
  options.report = [](const std::string&) {};
  std::vector<std::string> expected;
  backend writer(options);
  logger& target = writer.make_logger("test");
  for (int i = 0; i < 2000; ++i) {
    PYHFT_LOG(target, info, "line number {} and so on", i);
    expected.push_back("INFO: line number " + std::to_string(i) + " and so on");
  }
  const auto by_default = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit full{30'001, before.rlim_max};  // in mid-line
  ::setrlimit(RLIMIT_FSIZE, &full);
  writer.poll();
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, by_default);
  EXPECT_TRUE(writer.flush());
  PYHFT_LOG(target, info, "last");
  expected.emplace_back("INFO: last");
  const auto end = writer.close();
  EXPECT_EQ(end.write_errors, 1u);
  EXPECT_EQ(end.written, 2001u);
  EXPECT_EQ(end.dropped, 0u);
  EXPECT_EQ(end.rotations, 2u);
  std::vector<std::string> found;
  for (const auto& name : files_in(file.folder())) {  // in their order, trading.log after those put aside
    EXPECT_LE(std::filesystem::file_size(file.folder() / name), 50'000u);
    for (const auto& line : log_file::lines_of(file.folder() / name)) found.push_back(line.substr(line.find("] ") + 2));
  }
  EXPECT_EQ(found, expected);
}

// All forms; the lines of two days, of many files each, come while the folder is away.
TEST(backend, what_waited_for_the_end_of_an_outage_is_put_aside_as_ever) {
  for (const file_form form : {file_form::text, file_form::json, file_form::binary}) {
    const log_file file;
    auto options = patient(file);
    options.form = form;
    options.rotate_bytes = 2000;
    options.rotate_daily = true;
    options.report = [](const std::string&) {};
    added_ns = 0;
    backend writer(options, wound_clock());
    logger& target = writer.make_logger("test");
    const auto log_some = [&](std::uint64_t day) {
      for (int i = 0; i < 300; ++i)
        PYHFT_LOG_AT(target, read_wound() + day * 86'400'000'000'000, info, "day {} number {}", day, i);
    };
    log_some(0);
    ASSERT_TRUE(writer.flush());
    std::filesystem::rename(file.folder(), file.folder().string() + "-away");
    log_some(0);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(writer.flush());
    log_some(1);
    EXPECT_FALSE(writer.flush());
    std::filesystem::rename(file.folder().string() + "-away", file.folder());
    ASSERT_TRUE(writer.flush());
    const auto end = writer.close();
    EXPECT_EQ(end.written, 900u);
    EXPECT_EQ(end.dropped, 0u);
    EXPECT_GE(end.write_errors, 4u);
    EXPECT_EQ(end.rotations + 1, files_in(file.folder()).size());
    EXPECT_GT(end.rotations, 10u);
    std::uint64_t lines = 0;
    for (const auto& name : files_in(file.folder())) {
      EXPECT_LE(std::filesystem::file_size(file.folder() / name), 2000u) << name;
      std::string text;
      if (form == file_form::binary) {
        std::ifstream opened(file.folder() / name, std::ios::binary);
        const std::string raw(std::istreambuf_iterator<char>(opened), {});
        const auto read = decode(std::as_bytes(std::span(raw)), file_form::text, level::trace,
                                 [&](std::string_view piece) { text += piece; });
        EXPECT_TRUE(read.damages.empty());
      } else {
        std::ifstream opened(file.folder() / name);
        text.assign(std::istreambuf_iterator<char>(opened), {});
      }
      EXPECT_FALSE(text.find("day 0") != std::string::npos && text.find("day 1") != std::string::npos) << name;
      lines += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    }
    EXPECT_EQ(lines, 900u);
  }
}

TEST(backend, a_file_is_put_aside_when_its_day_ends) {
  const log_file file;
  auto options = patient(file);
  options.rotate_daily = true;
  added_ns = 0;
  backend writer(options, wound_clock());
  logger& target = writer.make_logger("test");
  constexpr std::uint64_t day = 86'400'000'000'000;
  for (std::uint64_t i = 0; i < 3; ++i) {
    for (int line = 0; line < 10; ++line) PYHFT_LOG_AT(target, read_wound() + i * day, info, "day {}", i);
  }
  const auto end = writer.close();
  EXPECT_EQ(end.written, 30u);
  EXPECT_EQ(end.rotations, 2u);
  const auto files = files_in(file.folder());
  ASSERT_EQ(files.size(), 3u);
  EXPECT_LT(files[0], files[1]);  // by their dates
  EXPECT_EQ(file.texts(), std::vector<std::string>(10, "INFO: day 2"));
}

TEST(backend, a_file_of_an_earlier_day_is_put_aside_at_the_first_line) {
  const log_file file;
  std::ofstream(file.path()) << "[1] INFO: old\n";
  std::filesystem::last_write_time(file.path(), std::filesystem::file_time_type::clock::now() - std::chrono::days(3));
  auto options = patient(file);
  options.rotate_daily = true;
  backend writer(options);
  PYHFT_LOG(writer.make_logger("test"), info, "new");
  EXPECT_EQ(writer.close().rotations, 1u);
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: new"}));
  EXPECT_EQ(files_in(file.folder()).size(), 2u);
}

TEST(backend, impossible_options_are_refused) {
  const log_file file;
  EXPECT_THROW(backend({.file = file.path(), .rotate_bytes = 0}), argument_error);
  EXPECT_THROW(backend({.file = "/dev/null", .rotate_daily = true}), argument_error);
  EXPECT_THROW(backend({.file = file.path(), .form = static_cast<file_form>(3)}), argument_error);
  EXPECT_THROW(backend({.file = file.path(), .order_window = {-1}}), argument_error);
  EXPECT_THROW(backend({.file = file.path(), .buffer_bytes = 65'535, .flush_bytes = 100}), argument_error);
  EXPECT_THROW(backend({.file = file.path(), .buffer_bytes = 70'000}), argument_error);
  EXPECT_THROW(backend({.file = file.path(), .flush_messages = 0}), argument_error);
  EXPECT_THROW(backend({.file = file.path(), .flush_bytes = 0}), argument_error);
  EXPECT_THROW(backend({.file = file.path(), .flush_after = {-1}}), argument_error);
  try {
    const backend writer({.file = "/nowhere/at/all/trading.log"});
    FAIL() << "a file in no folder was opened";
  } catch (const host_error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find("'/nowhere/at/all/trading.log'"), std::string::npos);
    EXPECT_NE(std::string(refusal.what()).find("No such file"), std::string::npos);
  }
}

TEST(backend, after_its_close_a_round_does_nothing) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger("test");
  PYHFT_LOG(target, info, "x");
  EXPECT_EQ(writer.close().written, 1u);
  EXPECT_THROW(writer.attach(target), argument_error);
  EXPECT_EQ(writer.poll(), 0u);
  EXPECT_FALSE(writer.flush());
  EXPECT_EQ(writer.close().written, 1u);
}

TEST(backend, runs_until_it_is_asked_to_stop_and_flushes_then) {
  const log_file file;
  backend writer(patient(file));
  logger& target = writer.make_logger("test");
  {
    std::jthread thread([&](const std::stop_token& stop) { writer.run(stop); });
    for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "{}", i);
  }
  EXPECT_EQ(file.lines().size(), 1000u);
}

TEST(backend, a_round_does_not_allocate) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger("test");
  for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "{} {} {}", i, 2.5, "text");
  const support::allocation_counter here;
  EXPECT_GT(writer.poll(), 1000u);
  EXPECT_EQ(here.calls(), 0u);
}

}  // namespace
}  // namespace pyhft::log
