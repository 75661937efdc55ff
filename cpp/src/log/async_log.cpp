// SPDX-License-Identifier: MIT
#include "pyhft/log/async_log.hpp"

#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "pyhft/base/error.hpp"

namespace pyhft::log {
namespace {

struct shared_logs {
  std::mutex mutex;
  std::map<std::filesystem::path, std::weak_ptr<async_log>> by_path;
};

// Never destroyed, like the global logger: destructors of static objects may come here.
shared_logs& all_shared() {
  static auto& all = *new shared_logs;
  return all;
}

std::filesystem::path one_name_of(const std::string& file) {
  std::error_code failed;
  auto path = std::filesystem::weakly_canonical(file, failed);
  return failed ? std::filesystem::path(file) : path;
}

struct global_state {
  std::mutex mutex;
  std::shared_ptr<async_log> log;
};

std::shared_ptr<async_log> known_for(const shared_logs& all, const std::string& file) {
  const auto known = all.by_path.find(one_name_of(file));
  auto result = known == all.by_path.end() ? nullptr : known->second.lock();
  return result != nullptr && !result->writer().is_of_parent_process() ? result : nullptr;
}

bool same_form(const backend_options& one, const backend_options& other) {
  return one.form == other.form && one.rotate_bytes == other.rotate_bytes && one.rotate_daily == other.rotate_daily;
}

void refuse_other_form(async_log& open, const backend_options& asked) {
  if (same_form(open.writer().options(), asked)) return;
  throw argument_error("The log '" + asked.file +
                       "' is open in this process with another form or rotation: ask for the same, or give "
                       "another file.");
}

global_state& global_one() {
  static auto& state = *new global_state;
  return state;
}

// The writing thread has time, and whoever opens a log doesn't ask for all memory of the process to be locked.
threads::placement not_steady(threads::placement where) {
  where.steady = false;
  return where;
}

async_log& start_global_locked(global_state& state, const backend_options& options, const logger_options& logging,
                               const threads::placement& where) {
  auto made = async_log::shared(options, where);
  logger& named = made->make_logger("global", logging);
  state.log = std::move(made);
  detail::global_logger.store(&named, std::memory_order_release);  // pairs with the acquire in global()
  return *state.log;
}

}  // namespace

async_log::async_log(backend_options options, const threads::placement& where)
    : writer_(std::move(options)),
      thread_(std::make_unique<threads::pinned_thread>(not_steady(where),
                                                       [this](const std::stop_token& stop) { writer_.run(stop); })) {}

async_log::~async_log() {
  try {
    close();
  } catch (const std::exception& failure) {
    // Nobody can catch it here. The backend closes itself.
    std::fprintf(stderr, "pyhft: the thread of the log '%s' had ended: %s\n", writer_.file().c_str(), failure.what());
  }
}

backend_statistics async_log::close() {
  if (writer_.is_of_parent_process()) {
    // There is no such thread in this process, and joining it would never end: its handle is kept for good.
    static auto& of_parent = *new std::vector<std::unique_ptr<threads::pinned_thread>>;
    of_parent.push_back(std::move(thread_));
  } else if (thread_ != nullptr && thread_->joinable()) {
    thread_->request_stop();
    thread_->join();
  }
  return writer_.close();
}

std::shared_ptr<async_log> async_log::shared(const backend_options& options, const threads::placement& where) {
  shared_logs& all = all_shared();
  const std::lock_guard lock(all.mutex);
  if (auto known = known_for(all, options.file)) {
    refuse_other_form(*known, options);
    return known;
  }
  auto made = std::make_shared<async_log>(options, where);
  all.by_path[one_name_of(options.file)] = made;
  return made;
}

std::shared_ptr<async_log> async_log::find_shared(const backend_options& options) {
  shared_logs& all = all_shared();
  const std::lock_guard lock(all.mutex);
  auto known = known_for(all, options.file);
  if (known != nullptr && !same_form(options, {})) refuse_other_form(*known, options);
  return known;
}

async_log& start_global(const backend_options& options, const logger_options& logging,
                        const threads::placement& where) {
  global_state& state = global_one();
  const std::lock_guard lock(state.mutex);
  if (state.log != nullptr) {
    throw argument_error("The global logger writes to '" + state.log->writer().file() +
                         "' already: start it before its first use, and once.");
  }
  return start_global_locked(state, options, logging, where);
}

logger& detail::start_global_by_use() noexcept {
  global_state& state = global_one();
  const std::lock_guard lock(state.mutex);
  if (logger* const other = global_logger.load(std::memory_order_relaxed)) return *other;  // another thread's first use
  try {
    start_global_locked(state, {}, {}, writing_thread());
  } catch (const std::exception& refused) {
    std::fprintf(stderr, "pyhft: the global log can't be started: %s Its calls are dropped and counted.\n",
                 refused.what());
    global_logger.store(new logger("global", logger_options{.ring_bytes = 64}), std::memory_order_release);  // as above
  }
  return *global_logger.load(std::memory_order_relaxed);
}

bool flush_global() {
  global_state& state = global_one();
  const std::lock_guard lock(state.mutex);
  return state.log != nullptr && state.log->flush();
}

}  // namespace pyhft::log
