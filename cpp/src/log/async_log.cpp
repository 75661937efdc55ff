// SPDX-License-Identifier: MIT
#include "pyhft/log/async_log.hpp"

#include <pthread.h>

#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "per_process.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::log {
namespace {

// One that is being made or closed can't be locked, and whoever asks for it waits until it can be or is gone.
struct shared_log {
  std::weak_ptr<async_log> log;
  std::uint64_t id;
};

struct shared_logs {
  std::mutex mutex;  // not held while one is made or closed, which takes as long as the file system does
  std::condition_variable changed;
  std::map<std::filesystem::path, shared_log> by_path;
  std::uint64_t last_id{};
};

struct global_state {
  std::mutex mutex;
  std::shared_ptr<async_log> log;
};

constinit detail::per_process<shared_logs> shared_here;
constinit detail::per_process<global_state> global_here;

[[maybe_unused]] const int at_fork = ::pthread_atfork(nullptr, nullptr, [] {
  shared_here.forget_in_child();
  global_here.forget_in_child();
});

std::filesystem::path one_name_of(const std::string& file) {
  std::error_code failed;
  auto path = std::filesystem::absolute(file, failed);  // what doesn't exist would stay relative
  if (!failed) path = std::filesystem::weakly_canonical(path, failed);
  return failed ? std::filesystem::path(file) : path;
}

// Null where there is none. Unlock before the result may die: its end takes the mutex.
std::shared_ptr<async_log> known_for(shared_logs& all, std::unique_lock<std::mutex>& lock,
                                     const std::filesystem::path& path) {
  for (;;) {
    const auto known = all.by_path.find(path);
    if (known == all.by_path.end()) return nullptr;
    if (auto log = known->second.log.lock()) return log;
    all.changed.wait(lock);
  }
}

void forget(const std::filesystem::path& path, std::uint64_t id) {
  shared_logs& all = shared_here.get();
  const std::lock_guard lock(all.mutex);
  const auto known = all.by_path.find(path);
  if (known != all.by_path.end() && known->second.id == id) all.by_path.erase(known);  // else it was the parent's
  all.changed.notify_all();
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
  shared_logs& all = shared_here.get();
  const auto path = one_name_of(options.file);
  std::unique_lock lock(all.mutex);
  if (auto known = known_for(all, lock, path)) {
    lock.unlock();
    refuse_other_form(*known, options);
    return known;
  }
  const std::uint64_t id = ++all.last_id;
  all.by_path[path] = {{}, id};
  lock.unlock();
  try {
    const auto close_and_forget = [path, id](async_log* log) {
      delete log;
      forget(path, id);
    };
    std::shared_ptr<async_log> made(new async_log(options, where), close_and_forget);
    lock.lock();
    all.by_path.find(path)->second.log = made;
    all.changed.notify_all();
    lock.unlock();
    return made;
  } catch (...) {
    forget(path, id);
    throw;
  }
}

std::shared_ptr<async_log> async_log::find_shared(const backend_options& options) {
  shared_logs& all = shared_here.get();
  std::unique_lock lock(all.mutex);
  auto known = known_for(all, lock, one_name_of(options.file));
  lock.unlock();
  if (known != nullptr && !same_form(options, {})) refuse_other_form(*known, options);
  return known;
}

backend_statistics async_log::let_go(std::shared_ptr<async_log>&& share) {
  const std::shared_ptr<async_log> mine = std::move(share);
  bool last;
  {
    shared_logs& all = shared_here.get();
    const std::lock_guard lock(all.mutex);
    last = mine.use_count() == 1;  // and stays so: under this mutex nobody takes another from there
    for (auto& [path, known] : all.by_path) {
      const bool same = !known.log.owner_before(mine) && !mine.owner_before(known.log);
      if (last && same) known.log.reset();
    }
  }
  return last ? mine->close() : mine->statistics();
}

async_log& start_global(const backend_options& options, const logger_options& logging,
                        const threads::placement& where) {
  global_state& state = global_here.get();
  const std::lock_guard lock(state.mutex);
  if (state.log != nullptr) {
    throw argument_error("The global logger writes to '" + state.log->writer().file() +
                         "' already: start it before its first use, and once.");
  }
  return start_global_locked(state, options, logging, where);
}

logger& detail::start_global_by_use() noexcept {
  global_state& state = global_here.get();
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
  global_state& state = global_here.get();
  const std::lock_guard lock(state.mutex);
  return state.log != nullptr && state.log->flush();
}

}  // namespace pyhft::log
