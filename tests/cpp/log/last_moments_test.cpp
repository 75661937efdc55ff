// SPDX-License-Identifier: MIT
// Normal exit, crash signals and fork(), each in a child process whose log is read afterwards.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

#include "log/log_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/log/async_log.hpp"
#include "pyhft/log/crash.hpp"
#include "support/stress.hpp"

namespace pyhft::log {
namespace {

// The wait status of a child that does this and, if it still lives, exits normally.
int status_of(const std::function<void()>& work) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    work();
    std::exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

backend_options patient(const log_file& file) {
  return {.file = file.path(), .flush_messages = 1'000'000, .flush_bytes = 1 << 20, .flush_after = {3'600'000'000'000}};
}

// A static object that logs when it dies, made before the log is started so that it dies after.
struct last_words {
  ~last_words() {
    if (speaks) PYHFT_LOG_GLOBAL(info, "from a destructor");
  }
  static inline bool speaks = false;
};

TEST(exit, what_is_logged_until_the_last_destructor_is_in_the_file) {
  const log_file file;
  const int status = status_of([&] {
    static const last_words late;
    start_global(patient(file));
    std::atexit([] { PYHFT_LOG_GLOBAL(info, "from a handler of exit"); });
    last_words::speaks = true;
    PYHFT_LOG_GLOBAL(info, "from the main thread");
    std::thread([] { PYHFT_LOG_GLOBAL(info, "from a thread"); }).join();
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: from the main thread", "INFO: from a thread",
                                                    "INFO: from a handler of exit", "INFO: from a destructor"}));
}

TEST(exit, a_backend_that_nobody_closed_is_flushed) {
  const log_file file;
  const int status = status_of([&] {
    auto* forgotten = new backend(patient(file));
    logger& target = forgotten->make_logger("test");
    for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "{}", i);
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(file.lines().size(), 1000u);
}

TEST(exit, the_global_logger_starts_by_its_use_and_once) {
  const log_file file;
  const int status = status_of([&] {
    if (::chdir(file.folder().c_str()) != 0) std::abort();
    PYHFT_LOG_GLOBAL(warning, "by its {}", "use");
    if (!flush_global()) std::abort();
    try {
      start_global();
      std::abort();
    } catch (const argument_error&) {
    }
    global().set_level(level::error);
    PYHFT_LOG_GLOBAL(warning, "silent");
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"WARNING: by its use"}));  // trading.log, the default
}

TEST(exit, where_the_global_log_cannot_be_started_its_calls_are_dropped) {
  const int status = status_of([] {
    if (::chdir("/proc") != 0) std::abort();
    if (std::freopen("/dev/null", "w", stderr) == nullptr) std::abort();
    for (int i = 0; i < 10; ++i) PYHFT_LOG_GLOBAL(info, "{}", i);
    if (global().dropped() != 8 || flush_global()) std::abort();
  });
  EXPECT_EQ(status, 0);
}

TEST(end_of_a_backend, calls_after_its_close_are_counted) {
  const log_file file;
  backend writer({.file = file.path()});
  logger& inside = writer.make_logger("inside", 128);
  logger outside("outside");
  writer.attach(outside);
  PYHFT_LOG(inside, info, "x");
  EXPECT_EQ(writer.close().written, 1u);
  for (int i = 0; i < 10; ++i) {  // more than the ring holds
    PYHFT_LOG(inside, info, "{}", i);
    PYHFT_LOG(outside, info, "{}", i);
  }
  EXPECT_EQ(writer.statistics().dropped, 10u);
  EXPECT_EQ(writer.statistics().dropped, 10u);
  EXPECT_EQ(outside.dropped(), 0u);  // in its ring for the next backend
  outside.discard();
  EXPECT_EQ(outside.dropped(), 10u);
}

TEST(end_of_a_backend, when_its_run_ended_nobody_waits_until_it_is_polled_again) {
  const log_file file;
  backend writer(patient(file));
  logger& target = writer.make_logger("test", {.ring_bytes = 4096, .when_full = full_policy::block});
  {
    const std::jthread thread([&](const std::stop_token& stop) { writer.run(stop); });
  }
  for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "{}", i);
  EXPECT_GT(target.dropped(), 800u);
  writer.poll();
  EXPECT_FALSE(target.would_wait(8));
  while (!target.would_wait(8)) PYHFT_LOG(target, info, "{}", 1);
  EXPECT_FALSE(target.would_wait(4096));  // never fits
}

TEST(async_log, is_shared_by_whoever_names_the_same_file) {
  const log_file file;
  EXPECT_EQ(async_log::find_shared({.file = file.path()}), nullptr);
  auto first = async_log::shared({.file = file.path()});
  auto second = async_log::shared({.file = (file.folder() / "." / "trading.log").string()});
  EXPECT_EQ(first, second);
  EXPECT_EQ(async_log::find_shared({.file = file.path()}), first);
  EXPECT_THROW(async_log::shared({.file = file.path(), .form = file_form::json}), argument_error);
  EXPECT_THROW(async_log::find_shared({.file = file.path(), .form = file_form::binary}), argument_error);
  EXPECT_THROW(async_log::find_shared({.file = file.path(), .rotate_bytes = 1000}), argument_error);
  PYHFT_LOG(first->make_logger("a"), info, "1");
  PYHFT_LOG(second->make_logger("b"), info, "2");
  EXPECT_TRUE(first->flush());
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: 1", "INFO: 2"}));
  first.reset();
  second.reset();
  EXPECT_EQ(async_log::find_shared({.file = file.path()}), nullptr);
}

TEST(async_log, is_never_handed_out_closed) {
  const log_file file;
  const auto open_and_close = [&] {
    for (int i = 0; i < 20; ++i) {
      auto log = async_log::shared({.file = file.path()});
      logger mine("test");
      log->writer().attach(mine);
      PYHFT_LOG(mine, info, "{}", i);
      log->writer().detach(mine);
      async_log::let_go(std::move(log));
    }
  };
  {
    const std::jthread one(open_and_close);
    const std::jthread other(open_and_close);
  }
  EXPECT_EQ(async_log::find_shared({.file = file.path()}), nullptr);
  EXPECT_EQ(file.lines().size(), 40u);
}

TEST(async_log, locks_no_memory) {
  const log_file file;
  const int status = status_of([&] {
    const async_log log({.file = file.path()}, {.core = threads::allowed_cores().front(), .name = "async_logger"});
    std::ifstream about("/proc/self/status");
    for (std::string line; std::getline(about, line);) {
      if (line.starts_with("VmLck:") && line.find(" 0 kB") == std::string::npos) std::abort();
    }
  });
  EXPECT_EQ(status, 0);
}

TEST(async_log, may_die_after_its_thread_failed) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  std::atomic<bool> told{false};
  auto log = std::make_unique<async_log>(backend_options{.file = "/dev/full", .report = [&](const std::string&) {
                                                           told.store(true);
                                                           throw std::runtime_error("a report must not throw");
                                                         }});
  PYHFT_LOG(log->make_logger("test"), info, "x");
  while (!told.load()) std::this_thread::yield();
  EXPECT_NO_THROW(log.reset());
}

TEST(async_log, whose_thread_ended_says_why_and_lets_nobody_wait) {
  const log_file file;
  std::mutex mutex;
  std::vector<std::string> told;
  const auto times_told = [&] {
    const std::lock_guard lock(mutex);
    return told.size();
  };
  async_log log({.file = file.path(), .flush_after = {0}, .report = [&](const std::string& words) {
                   const std::lock_guard lock(mutex);
                   told.push_back(words);
                   if (words.ends_with("can be written again.")) throw std::bad_alloc();
                 }});
  logger& target = log.make_logger("test", {.ring_bytes = 4096, .when_full = full_policy::block});
  std::filesystem::remove_all(file.folder());
  PYHFT_LOG(target, info, "first");
  while (times_told() < 1) std::this_thread::yield();
  std::filesystem::create_directories(file.folder());
  while (times_told() < 3) std::this_thread::yield();
  EXPECT_NE(told[2].find("ended (std::bad_alloc)"), std::string::npos) << told[2];
  EXPECT_EQ(log.statistics().last_error, "the writing thread ended: std::bad_alloc");
  for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "{}", i);  // would wait for ever
  EXPECT_GT(log.statistics().dropped, 800u);
  EXPECT_TRUE(log.flush());
  EXPECT_GT(file.lines().size(), 100u);
  PYHFT_LOG(target, info, "last");
  EXPECT_THROW(log.close(), std::bad_alloc);
  const auto end = log.close();
  EXPECT_EQ(end.written + end.dropped, 1002u);
  EXPECT_EQ(file.lines().size(), end.written);
}

TEST(fork, a_child_neither_writes_what_its_parent_queued_nor_waits_for_its_threads) {
  const log_file file;
  async_log parent(patient(file));
  logger& target = parent.make_logger("test", {.ring_bytes = 4096, .when_full = full_policy::block});
  PYHFT_LOG(target, info, "before");
  const int status = status_of([&] {
    for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "{}", i);  // would wait for ever
    if (parent.close().written != 0) std::abort();
  });
  EXPECT_EQ(status, 0);
  PYHFT_LOG(target, info, "after");
  parent.close();
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: before", "INFO: after"}));
}

TEST(fork, a_child_may_destroy_its_parents_log_before_and_after_the_loggers_of_it) {
#if defined(__SANITIZE_THREAD__) || defined(PYHFT_EMULATED)
  GTEST_SKIP() << "a child by fork() that starts a thread is ended by the sanitizer, and by qemu-user";
#endif
  const log_file file;
  auto parent = std::make_unique<async_log>(patient(file));
  auto outside = std::make_unique<logger>("outside");
  auto longer = std::make_unique<logger>("longer");
  parent->writer().attach(*outside);
  parent->writer().attach(*longer);
  logger& inside = parent->make_logger("inside");
  PYHFT_LOG(inside, info, "before");
  EXPECT_TRUE(parent->flush());
  const int status = status_of([&] {
    outside.reset();
    parent.reset();
    PYHFT_LOG(*longer, info, "of nobody");
    longer.reset();
    async_log own(patient(file));
    PYHFT_LOG(own.make_logger("own"), info, "of the child");
  });
  EXPECT_EQ(status, 0);
  PYHFT_LOG(*longer, info, "after");
  EXPECT_EQ(parent->close().written, 2u);
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: before", "INFO: of the child", "INFO: after"}));
}

class crash : public ::testing::TestWithParam<int> {};

TEST_P(crash, what_was_queued_is_written_and_the_process_dies_of_the_signal) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  if (GetParam() == SIGABRT) GTEST_SKIP() << "the sanitizer keeps this signal for itself";
#endif
  for (const file_form form : {file_form::text, file_form::binary}) {
    const log_file file;
    const int status = status_of([&] {
      for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(signal, SIG_DFL);
      auto options = patient(file);
      options.form = form;
      backend writer(options);
      logger& target = writer.make_logger("test");
      for (int i = 0; i < 1000; ++i) PYHFT_LOG(target, info, "line {}", i);
      writer.poll();  // some are in the buffer, some in the ring
      for (int i = 1000; i < 2000; ++i) PYHFT_LOG(target, info, "line {}", i);
      install_crash_handler();
      install_crash_handler();
      if (GetParam() == SIGABRT) std::abort();
      ::raise(GetParam());
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), GetParam());
    if (form == file_form::text) {
      const auto texts = file.texts();
      ASSERT_EQ(texts.size(), 2000u);
      EXPECT_EQ(texts.back(), "INFO: line 1999");
    } else {
      EXPECT_GT(std::filesystem::file_size(file.path()), 2000u * 40);
    }
  }
}
INSTANTIATE_TEST_SUITE_P(signals, crash, ::testing::Values(SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT));

TEST(crash_handler, gives_the_signal_to_whoever_had_it_before) {
  const log_file file;
  const int status = status_of([&] {
    ::signal(SIGSEGV, [](int) { ::_exit(42); });
    async_log log(patient(file));
    install_crash_handler();
    PYHFT_LOG(log.make_logger("test"), info, "queued");
    ::raise(SIGSEGV);
  });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: queued"}));
}

TEST(crash_handler, can_be_taken_away) {
  const log_file file;
  const int status = status_of([&] {
    ::signal(SIGSEGV, [](int) { ::_exit(42); });
    install_crash_handler();
    remove_crash_handler();
    backend writer(patient(file));
    PYHFT_LOG(writer.make_logger("test"), info, "queued");
    ::raise(SIGSEGV);
  });
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_EQ(file.texts().size(), 0u);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// A real fault, here the overflow of the stack: the handler has one of its own.
[[gnu::noinline]] int endless(int n) {
  volatile char here[4096];
  here[0] = static_cast<char>(n);
  return n < 0 ? 0 : endless(n + 1) + here[0];
}

TEST(crash_handler, works_where_the_stack_is_used_up) {
  const log_file file;
  const int status = status_of([&] {
    backend writer(patient(file));
    install_crash_handler();
    PYHFT_LOG(writer.make_logger("test"), info, "queued");
    std::exit(endless(0));
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);
  EXPECT_EQ(file.texts(), (std::vector<std::string>{"INFO: queued"}));
}
#endif

}  // namespace
}  // namespace pyhft::log
