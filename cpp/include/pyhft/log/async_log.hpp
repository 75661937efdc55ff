// SPDX-License-Identifier: MIT
#pragma once

// A backend with a thread of its own, and the global logger.
//
//   log::async_log file({.file = "trading.log"}, {.core = 3, .name = "async_logger"});
//   log::logger& orders = file.make_logger("orders");
//   PYHFT_LOG(orders, info, "order {} filled at {}", id, price);           // from any thread
//
//   log::start_global({.file = "trading.log"});                            // once, early; or not at all
//   PYHFT_LOG_GLOBAL(info, "started with {} symbols", symbols);            // from anywhere
//
// The first use of the global logger starts it with the defaults where start_global() hasn't; that takes some 10 ms. It
// is never destroyed: what it is given until the last destructor of a static object has run is in the file.
//
// Cold, all of it, but global(); from any thread.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "pyhft/log/backend.hpp"
#include "pyhft/log/logger.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft::log {

inline threads::placement writing_thread() { return {threads::any_core, "async_logger", {}}; }

class async_log {
 public:
  // What backend and pinned_thread throw. The thread is never a steady one: opening a log locks no memory.
  explicit async_log(backend_options options = {}, const threads::placement& where = writing_thread());
  async_log(const async_log&) = delete;
  async_log& operator=(const async_log&) = delete;
  ~async_log();  // close(), without what it throws

  // The one that this process has open for the file, by whatever path to it, else a new one: how parts of a program
  // that know nothing of each other write one ordered log. argument_error: it is open with another form or rotation.
  static std::shared_ptr<async_log> shared(const backend_options& options,
                                           const threads::placement& where = writing_thread());
  // The same, null where there is none. Options that ask for neither a form nor rotation (text, one file) find any.
  static std::shared_ptr<async_log> find_shared(const backend_options& options);
  // Gives up a share, and closes the log where it was the last: nobody is given a log that is about to be closed. The
  // statistics of the end, or of now. Throws what close() does.
  static backend_statistics let_go(std::shared_ptr<async_log>&& share);

  logger& make_logger(std::string name, const logger_options& options = {}) {
    return writer_.make_logger(std::move(name), options);
  }
  backend& writer() noexcept { return writer_; }
  bool flush() { return writer_.flush(); }
  backend_statistics statistics() const { return writer_.statistics(); }
  // Stops the thread and closes the backend. Throws what ended the thread early, which only a report that throws and
  // memory that can't be had do.
  backend_statistics close();

  // What could not be done about the thread's place, one sentence each.
  const std::vector<std::string>& notes() const noexcept { return thread_->notes(); }

 private:
  backend writer_;
  std::unique_ptr<threads::pinned_thread> thread_;
};

// argument_error: the global logger is started already, perhaps by its first use.
async_log& start_global(const backend_options& options = {}, const logger_options& logging = {},
                        const threads::placement& where = writing_thread());

namespace detail {
inline constinit std::atomic<logger*> global_logger{nullptr};
logger& start_global_by_use() noexcept;
}  // namespace detail

// Hot but for the first time. Where trading.log can't be opened then, standard error is told and calls are dropped.
inline logger& global() noexcept {
  // Acquire pairs with the release of whoever started it.
  logger* const started = detail::global_logger.load(std::memory_order_acquire);
  return started != nullptr ? *started : detail::start_global_by_use();
}
// Everything that was logged there is in its file. False: a write failed, or it was never started.
bool flush_global();

}  // namespace pyhft::log

#define PYHFT_LOG_GLOBAL(level_, format_, ...) \
  PYHFT_LOG(::pyhft::log::global(), level_, format_ __VA_OPT__(, ) __VA_ARGS__)
