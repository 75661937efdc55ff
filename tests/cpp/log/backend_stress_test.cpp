// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <latch>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "log/log_file.hpp"
#include "pyhft/log/async_log.hpp"
#include "pyhft/log/crash.hpp"
#include "pyhft/threads/idle.hpp"
#include "pyhft/threads/pinned_thread.hpp"
#include "support/stress.hpp"

namespace pyhft::log {
namespace {

struct outcome {
  std::uint64_t calls;
  backend_statistics end;
  std::vector<std::string> lines;
};

struct flood_options {
  int producers = 8;
  logger_options logging{};
  std::uint64_t calls_each = 1000;
  std::optional<std::uint64_t> rotate_bytes{};
  std::function<void()> meanwhile{};  // called again and again until the producers are done
};

// Of the files that were put aside, by their number, and of the one that wasn't.
std::vector<std::string> lines_of_all(const log_file& file) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(file.folder())) files.push_back(entry.path());
  const auto number = [&](const std::filesystem::path& path) {
    return path == file.path() ? std::numeric_limits<int>::max() : std::atoi(path.stem().extension().c_str() + 1);
  };
  std::sort(files.begin(), files.end(), [&](const auto& x, const auto& y) { return number(x) < number(y); });
  std::vector<std::string> result;
  for (const auto& path : files) {
    for (const std::string& line : log_file::lines_of(path)) result.push_back(line);
  }
  return result;
}

// Producers log numbered lines to one logger as fast as they can while another thread drains it.
outcome flood(const log_file& file, const flood_options& options) {
  backend writer({.file = file.path(), .rotate_bytes = options.rotate_bytes, .report = [](const std::string&) {}});
  logger& target = writer.make_logger("producers", options.logging);
  {
    threads::pinned_thread drain({threads::any_core, "async_logger", {}},
                                 [&](const std::stop_token& stop) { writer.run(stop); });
    std::latch start(options.producers);
    std::atomic<int> at_work{options.producers};
    std::vector<std::jthread> threads;
    for (int who = 0; who < options.producers; ++who) {
      threads.emplace_back([&, who] {
        const std::string tail(static_cast<std::size_t>(who) * 40, 'x');
        start.arrive_and_wait();
        for (std::uint64_t i = 0; i < options.calls_each; ++i) {
          PYHFT_LOG(target, info, "{} {} {} {}", who, i, 3 * i + 1, tail);
        }
        at_work.fetch_sub(1);
      });
    }
    while (options.meanwhile && at_work.load() != 0) options.meanwhile();
    threads.clear();
    drain.request_stop();
    drain.join();
  }
  outcome result{options.calls_each * static_cast<std::uint64_t>(options.producers), writer.close(), {}};
  result.lines = lines_of_all(file);
  return result;
}

// Calls are lines and counted drops, every line is whole, those of one producer are in its order, and those of all in
// the order of their times but for what was counted as late.
void expect_sound(const outcome& result, int producers) {
  EXPECT_EQ(result.end.written + result.end.dropped, result.calls);
  EXPECT_EQ(result.lines.size(), result.end.written);
  std::map<int, std::uint64_t> next;
  std::uint64_t torn = 0;
  std::uint64_t late = 0;
  long long last_ns = 0;
  for (const std::string& line : result.lines) {
    long long ns = 0;
    int who = -1;
    unsigned long long number = 0;
    unsigned long long check = 0;
    char tail[512] = "";
    const int fields = std::sscanf(line.c_str(), "[%lld] INFO: %d %llu %llu %511s", &ns, &who, &number, &check, tail);
    const bool whole = fields >= 4 && who >= 0 && who < producers && check == 3 * number + 1 && number >= next[who] &&
                       std::string(tail) == std::string(static_cast<std::size_t>(who) * 40, 'x');
    torn += whole ? 0u : 1u;
    next[who] = number + 1;
    late += ns < last_ns ? 1u : 0u;
    last_ns = ns;
  }
  EXPECT_EQ(torn, 0u);
  EXPECT_LE(late, result.end.out_of_order);
}

TEST(backend_stress, lines_and_counted_drops_are_the_calls_when_the_rings_overflow) {
  const log_file file;
  const auto result = flood(file, {.logging = {.ring_bytes = 4096}, .calls_each = support::stress_count(10'000)});
  expect_sound(result, 8);
  EXPECT_EQ(result.end.write_errors, 0u);
  EXPECT_GT(result.end.dropped, 0u);
}

TEST(backend_stress, nothing_is_dropped_where_producers_wait) {
  const log_file file;
  const auto result = flood(file, {.logging = {.ring_bytes = 4096, .when_full = full_policy::block},
                                   .calls_each = support::stress_count(5000)});
  expect_sound(result, 8);
  EXPECT_EQ(result.end.dropped, 0u);
}

TEST(backend_stress, nothing_is_dropped_where_the_rings_may_grow) {
  const log_file file;
  const auto result = flood(file, {.logging = {.ring_bytes = 1024, .when_full = full_policy::grow},
                                   .calls_each = support::stress_count(5000)});
  expect_sound(result, 8);
  EXPECT_EQ(result.end.dropped, 0u);
}

TEST(backend_stress, where_the_rings_may_grow_a_little_the_rest_is_counted) {
  const log_file file;
  const auto result =
      flood(file, {.logging = {.ring_bytes = 1024, .when_full = full_policy::grow, .grow_to_bytes = 8192},
                   .calls_each = support::stress_count(5000)});
  expect_sound(result, 8);
}

TEST(backend_stress, files_are_put_aside_under_load_and_nothing_is_lost) {
  const log_file file;
  const auto result = flood(file, {.logging = {.ring_bytes = 1 << 16, .when_full = full_policy::block},
                                   .calls_each = support::stress_count(3000),
                                   .rotate_bytes = 100'000});
  expect_sound(result, 8);
  EXPECT_EQ(result.end.dropped, 0u);
  EXPECT_GT(result.end.rotations, 20u);
}

TEST(backend_stress, threads_that_come_and_go) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& target = writer.make_logger("visitors", 4096);
  const std::uint64_t visits = support::stress_count(200);
  {
    const std::jthread drain([&](const std::stop_token& stop) { writer.run(stop); });
    for (std::uint64_t i = 0; i < visits; ++i) {
      std::vector<std::jthread> threads;
      for (int who = 0; who < 4; ++who) {
        threads.emplace_back([&] {
          for (int line = 0; line < 10; ++line) PYHFT_LOG(target, info, "{}", line);
        });
      }
    }
  }
  EXPECT_EQ(writer.close().written, visits * 4 * 10);
  EXPECT_EQ(file.lines().size(), visits * 4 * 10);
}

TEST(backend_stress, a_disk_that_is_full_for_a_while) {
  const log_file file;
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  std::atomic<std::uint64_t> looks{0};
  const auto result =
      flood(file, {.logging = {.ring_bytes = 1 << 14, .when_full = full_policy::block},
                   .calls_each = support::stress_count(5000),
                   .rotate_bytes = 30'000,
                   .meanwhile = [&] {
                     // Once a file was put aside: in every other stretch the file can't grow past an odd size, in
                     // mid-line.
                     std::error_code none;
                     const std::filesystem::directory_iterator files(file.folder(), none);
                     if (std::distance(begin(files), end(files)) < 2) return threads::timed_sleep({50'000});
                     const rlimit full{std::filesystem::file_size(file.path(), none) + 12'345, before.rlim_max};
                     ::setrlimit(RLIMIT_FSIZE, looks.fetch_add(1) % 2 == 0 ? &full : &before);
                     threads::timed_sleep({1'000'000});
                   }});
  ::setrlimit(RLIMIT_FSIZE, &before);
  expect_sound(result, 8);
  EXPECT_GT(result.end.write_errors, 0u);
  EXPECT_GT(result.end.rotations, 0u);
}

TEST(backend_stress, calls_that_race_with_the_end_of_the_log_are_counted) {
  for (std::uint64_t round = 0; round < support::stress_count(20); ++round) {
    const log_file file;
    async_log log({.file = file.path()});
    logger& inside = log.make_logger("inside", {.ring_bytes = 4096});
    logger outside("outside", {.ring_bytes = 4096, .when_full = full_policy::block});
    log.writer().attach(outside);
    std::atomic<std::uint64_t> calls{0};
    backend_statistics share;
    {
      std::vector<std::jthread> producers;
      for (logger* const target : {&inside, &outside}) {
        producers.emplace_back([&, target](const std::stop_token& stop) {
          for (std::uint64_t i = 0; !stop.stop_requested(); ++i, ++calls) PYHFT_LOG(*target, info, "{}", i);
        });
      }
      while (calls.load() < 1000) threads::timed_sleep({1000});
      share = log.writer().detach(outside);
      log.close();
      threads::timed_sleep({20'000});
    }
    const auto end = log.statistics();
    outside.discard();
    EXPECT_EQ(end.written + end.dropped + (outside.dropped() - share.dropped), calls.load());
    EXPECT_EQ(file.lines().size(), end.written);
  }
}

// A real file system of 64 KB, seen by a child alone. Its work is done without a thread, so that counts are exact and a
// call that waited would never return.
constexpr int no_small_disk = 77;
int status_on_a_small_disk(const std::filesystem::path& folder, const std::function<void()>& work) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    const auto user = ::geteuid();
    const auto group = ::getegid();
    const bool is_allowed = ::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) == 0;
    if (user != 0) {  // a space where the user is root
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
      std::ofstream("/proc/self/setgroups") << "deny";
      std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    }
    if (!is_allowed || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") != 0) {
      std::fprintf(stderr, "no file system of its own: %s\n", std::strerror(errno));
      ::_exit(no_small_disk);
    }
    work();
    std::fflush(stdout);
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

void fill_a_small_disk_and_make_room(const log_file& file, std::optional<std::uint64_t> rotate_bytes) {
  const auto ballast = file.folder().parent_path() / "ballast";
  std::vector<std::string> reports;
  backend writer({.file = file.path(),
                  .buffer_bytes = 131'072,
                  .rotate_bytes = rotate_bytes,
                  .report = [&](const std::string& words) { reports.push_back(words); }});
  constexpr std::size_t ring = 1 << 14;
  logger* const targets[] = {
      &writer.make_logger("drops", {.ring_bytes = ring}),
      &writer.make_logger("blocks", {.ring_bytes = ring, .when_full = full_policy::block}),
      &writer.make_logger("grows", {.ring_bytes = ring, .when_full = full_policy::grow, .grow_to_bytes = 2 * ring})};
  // Each logger is a producer: between two of them nothing is promised where their stamps are equal, and a counter may be
  // coarse.
  const std::string tails[] = {"", std::string(40, 'x'), std::string(80, 'x')};
  std::uint64_t calls = 0;
  const auto log_some = [&](std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i, ++calls) {
      const std::size_t who = calls % 3;
      PYHFT_LOG(*targets[who], info, "{} {} {} {}", who, calls, 3 * calls + 1, tails[who]);
      if (i % 100 == 0) writer.poll();
    }
  };
  log_some(support::stress_count(20'000));
  EXPECT_FALSE(writer.flush());
  const auto full = writer.statistics();
  EXPECT_EQ(full.last_error, "No space left on device");
  EXPECT_GT(full.write_errors, 0u);
  EXPECT_GT(full.dropped, 0u);
  EXPECT_LE(full.written + full.dropped, calls);
  EXPECT_EQ(lines_of_all(file).size(), full.written);  // whole ones
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].find("No space left on device"), std::string::npos) << reports[0];

  // A little room, which the lines that wait fill at once.
  std::filesystem::remove(ballast);
  EXPECT_FALSE(writer.flush());
  log_some(1000);
  const auto still_full = writer.statistics();
  EXPECT_GT(still_full.written, full.written);
  EXPECT_EQ(reports.size(), 1u);

  // Room for all of them.
  ASSERT_EQ(::mount("none", file.folder().parent_path().c_str(), nullptr, MS_REMOUNT, "size=64m"), 0);
  EXPECT_TRUE(writer.flush());
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_NE(reports[1].find("can be written again"), std::string::npos) << reports[1];
  const std::uint64_t dropped = writer.statistics().dropped;
  EXPECT_EQ(writer.statistics().written + dropped, calls);
  log_some(99);
  EXPECT_TRUE(writer.flush());
  const outcome result{calls, writer.close(), lines_of_all(file)};
  EXPECT_EQ(result.end.dropped, dropped);
  expect_sound(result, 3);
  if (!rotate_bytes) return;
  EXPECT_GT(result.end.rotations, 2u);
  for (const auto& entry : std::filesystem::directory_iterator(file.folder()))
    EXPECT_LE(entry.file_size(), *rotate_bytes);
}

TEST(backend_stress, a_small_disk_that_is_full_and_has_room_again) {
  for (const auto rotate_bytes : {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(10'000)}) {
    const log_file file;
    const auto disk = file.folder();
    const int status = status_on_a_small_disk(disk, [&] {
      const log_file on_it(disk / "logs");
      {
        std::ofstream(disk / "ballast") << std::string(20'000, 'b');
      }
      fill_a_small_disk_and_make_room(on_it, rotate_bytes);
    });
    if (status == no_small_disk) {
      const char* const ci = std::getenv("CI");
      if (::geteuid() == 0 && ci != nullptr && std::string_view(ci) == "true")
        FAIL() << "continuous integration runs it";
      GTEST_SKIP() << "this host lets nobody mount a file system of his own: run it as root";
    }
    EXPECT_EQ(status, 0);
  }
}

TEST(backend_stress, a_folder_that_vanishes_under_load) {
  const log_file file;
  const auto result =
      flood(file, {.logging = {.ring_bytes = 1 << 14}, .calls_each = support::stress_count(5000), .meanwhile = [&] {
                     std::error_code none;
                     std::filesystem::remove_all(file.folder(), none);
                     threads::timed_sleep({1'000'000});
                     std::filesystem::create_directories(file.folder(), none);
                     threads::timed_sleep({1'000'000});
                   }});
  // What was in the removed files is gone, but it was written; nothing is torn or counted twice.
  EXPECT_EQ(result.end.written + result.end.dropped, result.calls);
  EXPECT_LE(result.lines.size(), result.end.written);
}

// Eight threads log; one of them, in mid-burst, sees how far each has come and crashes.
TEST(backend_stress, what_was_queued_when_the_process_crashed_is_in_the_file) {
  constexpr std::size_t producers = 8;
  const log_file file;
  void* const memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const queued_before = static_cast<std::uint64_t*>(memory);
  const ::pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::signal(SIGSEGV, SIG_DFL);
    async_log log({.file = file.path()});
    logger& target = log.make_logger("producers", {.ring_bytes = 1 << 16, .when_full = full_policy::block});
    install_crash_handler();
    std::array<std::atomic<std::uint64_t>, producers> queued{};
    std::vector<std::jthread> threads;
    for (std::size_t who = 0; who < producers; ++who) {
      threads.emplace_back([&, who] {
        for (std::uint64_t i = 0;; ++i) {
          PYHFT_LOG(target, info, "{} {} {} ", who, i, 3 * i + 1);
          queued[who].store(i + 1);
          if (who == 0 && i == support::stress_count(2000)) {
            for (std::size_t other = 0; other < producers; ++other) queued_before[other] = queued[other].load();
            ::raise(SIGSEGV);
          }
        }
      });
    }
    threads.clear();
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);
  std::array<std::uint64_t, producers> lines{};
  for (const std::string& text : file.texts()) {
    std::size_t who = producers;
    unsigned long long number = 0;
    unsigned long long check = 0;
    ASSERT_EQ(std::sscanf(text.c_str(), "INFO: %zu %llu %llu", &who, &number, &check), 3) << text;
    ASSERT_LT(who, producers);
    ASSERT_EQ(check, 3 * number + 1);
    ASSERT_EQ(number, lines[who]);  // none is missing between
    ++lines[who];
  }
  for (std::size_t who = 0; who < producers; ++who) EXPECT_GE(lines[who], queued_before[who]) << who;
  EXPECT_GT(lines[0], 2000u);
  ::munmap(memory, 4096);
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
