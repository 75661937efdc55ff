// SPDX-License-Identifier: MIT
// fmtlog among the loggers of bench_log. By itself, because its version of {fmt} isn't that of the packaged spdlog.

#define FMTLOG_HEADER_ONLY
#define FMT_HEADER_ONLY
#include <fmtlog.h>

#include "log_cases.hpp"

namespace pyhft::bench {
namespace {

// One for the process, and it drops when full: only bursts that fit its queue.
struct fmtlog_log {
  static constexpr std::string_view name = "fmtlog";
  explicit fmtlog_log(const std::string& path) {
    fmtlog::setLogFile(path.c_str(), true);
    fmtlog::setHeaderPattern("[{YmdHMSe}] {l}: ");
    start();
  }
  ~fmtlog_log() {
    fmtlog::stopPollingThread();
    fmtlog::closeLogFile();
  }
  void log(int i, double px, const char* sym) { FMTLOG(fmtlog::INF, "order {} px {} sym {}", i, px, sym); }
  void flush() {
    fmtlog::stopPollingThread();
    fmtlog::poll(true);
    start();
  }
  // Its thread inherits the core, and whoever calls flush() stands on the caller's.
  static void start() {
    const threads::placement_guard there({two_cores()[1], "", {}});
    fmtlog::startPollingThread(1000);
  }
};

const bool registered = [] {
  add_caller_cases<fmtlog_log>();
  return true;
}();

}  // namespace
}  // namespace pyhft::bench
