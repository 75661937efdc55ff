// SPDX-License-Identifier: MIT
// The log beside others: what a call costs its caller, and how fast lines reach a text file (log_cases.hpp has the cases).
// raw is what no log can be faster than: a stamp and one cache line.

#include <chrono>
#include <cstring>
#include <ctime>
#include <memory>
#include <thread>

#include "log_cases.hpp"
#include "pyhft/log/async_log.hpp"

#if defined(PYHFT_BENCH_SPDLOG)
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#endif
#if defined(PYHFT_BENCH_QUILL)
#include <quill/Backend.h>
#include <quill/Frontend.h>
#include <quill/LogMacros.h>
#include <quill/Logger.h>
#include <quill/sinks/FileSink.h>
#endif

namespace pyhft::bench {
namespace {

struct pyhft_log {
  static constexpr std::string_view name = "pyhft";
  explicit pyhft_log(const std::string& path)
      : file({.file = path}, {two_cores()[1], "async_logger", {}}),
        logger(file.make_logger("bench", {.when_full = log::full_policy::block})) {}
  void log(int i, double px, const char* sym) { PYHFT_LOG(logger, info, "order {} px {} sym {}", i, px, sym); }
  void log_at(std::uint64_t cycles, int i, double px, const char* sym) {
    PYHFT_LOG_AT(logger, cycles, info, "order {} px {} sym {}", i, px, sym);
  }
  void flush() { file.flush(); }
  log::async_log file;
  log::logger& logger;
};

// No consumer, no format: the bytes of the record into a ring of the same size.
struct raw_store {
  static constexpr std::string_view name = "raw";
  struct alignas(64) line {
    std::uint64_t words[8];
  };
  explicit raw_store(const std::string&) : lines(std::size_t{1} << 14) {}
  void log(int i, double px, const char* sym) { log_at(clock::read_cycles(), i, px, sym); }
  void log_at(std::uint64_t cycles, int i, double px, const char* sym) {
    line& to = lines[next++ % (std::size_t{1} << 14)];
    to.words[0] = next;
    to.words[1] = cycles;
    to.words[2] = static_cast<std::uint64_t>(i);
    std::memcpy(&to.words[3], &px, sizeof px);
    std::memcpy(&to.words[4], sym, 16);
    benchmark::ClobberMemory();
  }
  void flush() {}
  std::vector<line> lines;
  std::size_t next = 0;
};

struct fprintf_log {
  static constexpr std::string_view name = "fprintf";
  explicit fprintf_log(const std::string& path) : file(std::fopen(path.c_str(), "w")) {}
  ~fprintf_log() { std::fclose(file); }
  void log(int i, double px, const char* sym) {
    timespec now;
    ::clock_gettime(CLOCK_REALTIME, &now);
    std::fprintf(file, "[%ld%09ld] INFO: order %d px %g sym %s\n", now.tv_sec, now.tv_nsec, i, px, sym);
  }
  void flush() { std::fflush(file); }
  std::FILE* file;
};

#if defined(PYHFT_BENCH_SPDLOG)
struct spdlog_log {
  static constexpr std::string_view name = "spdlog";
  explicit spdlog_log(const std::string& path)
      : pool(new_pool()),
        sink(std::make_shared<spdlog::sinks::basic_file_sink_mt>(path, true)),
        logger(std::make_shared<spdlog::async_logger>("bench", sink, pool, spdlog::async_overflow_policy::block)) {
    logger->set_pattern("[%E%F] %l: %v");
  }
  void log(int i, double px, const char* sym) { logger->info("order {} px {} sym {}", i, px, sym); }
  void flush() {
    while (pool->queue_size() != 0) std::this_thread::yield();
    // Its end waits for the last one.
    logger.reset();
    pool = new_pool();
    sink->flush();
    logger = std::make_shared<spdlog::async_logger>("bench", sink, pool, spdlog::async_overflow_policy::block);
  }
  // Whoever calls flush() stands on the caller's core.
  static std::shared_ptr<spdlog::details::thread_pool> new_pool() {
    return std::make_shared<spdlog::details::thread_pool>(
        8192, 1, [] { static_cast<void>(threads::place_this_thread({two_cores()[1], "", {}})); });
  }
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::sinks::basic_file_sink_mt> sink;
  std::shared_ptr<spdlog::async_logger> logger;
};
#endif

#if defined(PYHFT_BENCH_QUILL)
struct quill_log {
  static constexpr std::string_view name = "quill";
  explicit quill_log(const std::string& path) {
    static const bool started = [] {
      quill::BackendOptions options;
      options.cpu_affinity = {static_cast<std::uint16_t>(two_cores()[1])};
      quill::Backend::start(options);
      return true;
    }();
    benchmark::DoNotOptimize(started);
    quill::PatternFormatterOptions pattern;
    pattern.format_pattern = "[%(time)] %(log_level): %(message)";
    pattern.timestamp_pattern = "%s%Qns";
    logger = quill::Frontend::create_or_get_logger(
        path, quill::Frontend::create_or_get_sink<quill::FileSink>(path, quill::FileSinkConfig{}), pattern);
  }
  ~quill_log() {
    logger->flush_log();
    quill::Frontend::remove_logger(logger);
  }
  void log(int i, double px, const char* sym) { LOG_INFO(logger, "order {} px {} sym {}", i, px, sym); }
  void flush() { logger->flush_log(); }
  quill::Logger* logger;
};
#endif

[[maybe_unused]] void add_missing(const std::string& logger, const char* why) {
  for (const char* what : {"caller, burst of 1000/", "caller, paced 3 us/", "to a text file/"}) {
    benchmark::RegisterBenchmark((what + logger).c_str(), [why](benchmark::State& state) { state.SkipWithError(why); });
  }
}

const bool registered = [] {
  add_caller_cases<pyhft_log>();
  add_stamp_case<pyhft_log>();
  add_file_case<pyhft_log>();
  add_caller_cases<raw_store>();
  add_stamp_case<raw_store>();
  add_caller_cases<fprintf_log>();
  add_file_case<fprintf_log>();
#if defined(PYHFT_BENCH_SPDLOG)
  add_caller_cases<spdlog_log>();
  add_file_case<spdlog_log>();
#else
  add_missing("spdlog", "not installed: apt-get install libspdlog-dev");
#endif
#if defined(PYHFT_BENCH_QUILL)
  add_caller_cases<quill_log>();
  add_file_case<quill_log>();
#endif
  return true;
}();

}  // namespace
}  // namespace pyhft::bench
