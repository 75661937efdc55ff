// SPDX-License-Identifier: MIT
#include "pyhft/log/backend.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <utility>

#include "open_backends.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/threads/idle.hpp"
#include "writer.hpp"

namespace pyhft::log {
namespace {

constexpr std::size_t smallest_buffer_bytes = std::size_t{128} << 10;

// The longest line that a call can ask for fits the smallest buffer, so an empty buffer always has room.
static_assert(detail::longest_json_line_of_any <= smallest_buffer_bytes);

backend_options checked(backend_options options) {
  if (options.form > file_form::binary) {
    throw argument_error("The form of a log file is number " + std::to_string(static_cast<int>(options.form)) +
                         ", which there isn't: give text, json or binary.");
  }
  if (options.buffer_bytes < smallest_buffer_bytes || options.buffer_bytes < options.flush_bytes) {
    throw argument_error("A log buffer of " + std::to_string(options.buffer_bytes) +
                         " bytes is too small: give at least " +
                         std::to_string(std::max(smallest_buffer_bytes, options.flush_bytes)) + ".");
  }
  if (options.flush_messages == 0 || options.flush_bytes == 0 || options.flush_after.count < 0) {
    throw argument_error("Flushing the log at " + std::to_string(options.flush_messages) + " messages, " +
                         std::to_string(options.flush_bytes) + " bytes or " +
                         std::to_string(options.flush_after.count) +
                         " ns can't be: give at least 1 message and 1 byte, and no negative time.");
  }
  if (options.order_window.count < 0 || options.order_window.count > 1'000'000'000) {
    throw argument_error("An order window of " + std::to_string(options.order_window.count) +
                         " ns can't be: give 0 to a second, such as 20000.");
  }
  if (options.rotate_bytes && *options.rotate_bytes == 0) {
    throw argument_error(
        "A log file can't be put aside at 0 bytes: give a size of at least 1, such as 100000000, or "
        "none to keep one file.");
  }
  struct stat what{};
  if ((options.rotate_bytes || options.rotate_daily) && ::stat(options.file.c_str(), &what) == 0 &&
      !S_ISREG(what.st_mode)) {
    throw argument_error("The log '" + options.file + "' can't be rotated, because it isn't a file: give another.");
  }
  return options;
}

// One that only this thread has, and that costs nothing to find out.
const void* this_thread() noexcept {
  static constinit thread_local char here;
  return &here;
}

}  // namespace

file_form file_form_named(std::string_view name) {
  if (name == "text") return file_form::text;
  if (name == "json") return file_form::json;
  if (name == "binary") return file_form::binary;
  throw argument_error("The sink of a log is '" + std::string(name) +
                       "', which there isn't: give 'text', 'json' or 'binary'.");
}

// ---- the lock

bool detail::round_lock::try_lock() noexcept {
  const void* nobody = nullptr;
  // Acquire pairs with the release in unlock(): what the last round did is seen.
  return owner_.compare_exchange_strong(nobody, this_thread(), std::memory_order_acquire, std::memory_order_relaxed);
}

void detail::round_lock::lock() noexcept {
  threads::backoff_idle idle({200'000});
  while (!try_lock()) idle(0);
}

void detail::round_lock::unlock() noexcept { owner_.store(nullptr, std::memory_order_release); }

// Relaxed: only this thread can have stored its own address.
bool detail::round_lock::held_by_this_thread() const noexcept {
  return owner_.load(std::memory_order_relaxed) == this_thread();
}

// ---- life

backend::backend(backend_options options, clock::tsc_clock clock)
    : options_(checked(std::move(options))),
      clock_(std::move(clock)),
      flush_after_cycles_(
          static_cast<std::uint64_t>(static_cast<double>(options_.flush_after.count) / clock_.ns_per_cycle())),
      order_window_cycles_(
          static_cast<std::int64_t>(static_cast<double>(options_.order_window.count) / clock_.ns_per_cycle())),
      recalibrate_at_(clock_.read()),
      writer_(std::make_unique<detail::writer>(options_)) {
  if (!writer_->open()) {
    throw host_error("The log file '" + options_.file + "' can't be opened (" + writer_->error() +
                     "): give a file in a folder that exists and may be written to.");
  }
  detail::register_backend(*this);
}

backend::~backend() { close(); }

void backend::attach(logger& from) {
  const std::lock_guard lock(lock_);
  if (closed_) {
    throw argument_error("The log '" + options_.file + "' is closed, so that nothing of the logger '" + from.name() +
                         "' would be written: attach it to an open one.");
  }
  // Acquire pairs with the release of the backend that had it before, if any: its reads of the rings are over.
  backend* nobody = nullptr;
  if (!from.attached_to_.compare_exchange_strong(nobody, this, std::memory_order_acquire)) {
    throw argument_error(
        "The logger '" + from.name() +
        "' is attached to a backend already, and one ring can't be drained twice: detach it there first.");
  }
  for (detail::channel* c = from.sources_; c != nullptr; c = c->next) {
    c->source_number = 0;  // another file's
    c->taken = 0;
  }
  loggers_.push_back(&from);
  from.drained_.store(drained_ && driven_, std::memory_order_relaxed);  // a hint for producers that wait
}

backend_statistics backend::detach(logger& from) {
  backend_statistics share;
  {
    const std::lock_guard lock(lock_);
    const auto found = std::find(loggers_.begin(), loggers_.end(), &from);
    if (found == loggers_.end()) {
      throw argument_error("The logger '" + from.name() + "' isn't attached to this backend: nothing to detach.");
    }
    flush_locked();
    from.discard_rings();  // there is something only after a failed write
    share.dropped = take_dropped(from);
    lost_ += share.dropped;
    for (const detail::channel* c = from.sources_; c != nullptr; c = c->next) share.written += c->taken;
    share.write_errors = writer_->errors();
    share.last_error = writer_->error();
    loggers_.erase(found);
    from.drained_.store(false, std::memory_order_relaxed);        // a hint for producers that wait
    from.attached_to_.store(nullptr, std::memory_order_release);  // pairs with the acquire in attach()
  }
  report_failures();
  return share;
}

logger& backend::make_logger(std::string name, const logger_options& options) {
  auto made = std::make_unique<logger>(std::move(name), options);
  attach(*made);
  const std::lock_guard lock(lock_);
  return *owned_.emplace_back(std::move(made));
}

logger& backend::make_logger(std::string name, std::size_t ring_bytes) {
  return make_logger(std::move(name), logger_options{.ring_bytes = ring_bytes});
}

std::size_t backend::poll() {
  if (crash_waits_.load(std::memory_order_relaxed)) return 0;  // a hint, orders nothing
  std::size_t work = 0;
  {
    const std::lock_guard lock(lock_);
    if (closed_) return 0;
    if (!std::exchange(driven_, true)) tell_producers(drained_);
    const std::uint64_t now = clock_.read();
    if (static_cast<std::int64_t>(now - recalibrate_at_) >= 0) {
      clock_.recalibrate();
      recalibrate_at_ = now + static_cast<std::uint64_t>(1e9 / clock_.ns_per_cycle());
    }
    const std::uint64_t written_before = writer_->written();
    work = collect(false);
    if (writer_->lines() != 0 && clock_.read() - buffered_since_ >= flush_after_cycles_) write_out(false);
    work += writer_->written() != written_before ? 1u : 0u;
  }
  report_failures();
  return work;
}

bool backend::flush() {
  bool done;
  {
    const std::lock_guard lock(lock_);
    done = flush_locked();
  }
  report_failures();
  return done;
}

bool backend::flush_locked() {
  if (closed_) return false;
  retry_at_ = clock_.read();  // now, however lately a write failed
  collect(true);
  return write_out(true);
}

backend_statistics backend::close() {
  {
    const std::lock_guard lock(lock_);
    if (closed_) return statistics_locked();
    if (!flush_locked()) {
      lost_ += writer_->throw_away();
      for (logger* one : loggers_) one->discard_rings();
    }
    tell_producers(false);
    for (logger* one : loggers_) {
      lost_ += take_dropped(*one);
      one->attached_to_.store(nullptr, std::memory_order_release);  // pairs with the acquire in attach()
    }
    loggers_.clear();
    closed_ = true;
    writer_->close();
  }
  detail::unregister_backend(*this);
  report_failures();
  const std::lock_guard lock(lock_);
  return statistics_locked();
}

// What no backend has counted yet.
std::uint64_t backend::take_dropped(logger& from) {
  const std::uint64_t dropped = from.dropped();
  return dropped - std::exchange(from.dropped_counted_, dropped);
}

backend_statistics backend::statistics() const {
  const std::lock_guard lock(lock_);
  return statistics_locked();
}

std::optional<backend_statistics> backend::try_statistics() const {
  const std::unique_lock lock(lock_, std::try_to_lock);
  if (!lock.owns_lock()) return std::nullopt;
  return statistics_locked();
}

backend_statistics backend::statistics_locked() const {
  std::uint64_t dropped = lost_;
  for (const logger* one : loggers_) dropped += one->dropped() - one->dropped_counted_;
  for (const auto& one : owned_) {
    if (!closed_ || of_parent_process_) break;
    one->discard();  // calls that raced with close(), or came after it
    if (one->attached_to_.load(std::memory_order_relaxed) == nullptr) dropped += one->dropped() - one->dropped_counted_;
  }
  return {writer_->written(), dropped,
          writer_->errors(),  run_failure_.empty() ? writer_->error() : run_failure_,
          out_of_order_,      writer_->rotations()};
}

// A look at a ring takes the lines away that its producer writes next, so this looks seldom: every 500 us where the rings
// are all but empty, which is less than one call in a hundred for a producer that logs every 3 us, and every 50 us where
// one isn't; a ring of 1 MB takes some hundreds of microseconds to fill. Where one is a quarter full, and where a flood
// is coming in, it doesn't rest.
void backend::run(const std::stop_token& stop) {
  constexpr std::int64_t shortest_rest_ns = 50'000;
  constexpr std::int64_t rest_at_work_ns = 500'000;
  constexpr double all_but_empty = 1.0 / 32;
  constexpr std::size_t flood = 1000;
  std::int64_t rest_ns = shortest_rest_ns;
  try {
    while (!stop.stop_requested()) {
      const std::size_t work = poll();
      const double fullest = fullest_.load(std::memory_order_relaxed);  // a hint, orders nothing
      if (work >= flood || fullest > 0.25) continue;
      rest_ns = fullest > all_but_empty
                    ? shortest_rest_ns
                    : std::min(2 * rest_ns, work != 0 ? rest_at_work_ns : threads::longest_sleep_ns);
      threads::timed_sleep({rest_ns});
    }
    flush();
  } catch (const std::exception& failure) {
    end_of_run(failure.what());
    throw;
  } catch (...) {
    end_of_run("an exception of a foreign type");
    throw;
  }
  end_of_run(nullptr);
}

// Whoever waits for room would wait until close().
void backend::end_of_run(const char* failure) noexcept {
  try {
    {
      const std::lock_guard lock(lock_);
      driven_ = false;
      if (!closed_) tell_producers(drained_);
      if (failure == nullptr) return;
      run_failure_ = "the writing thread ended: " + std::string(failure);
    }
    report("pyhft: the thread that writes the log '" + options_.file + "' ended (" + failure +
           "): calls that find no room are dropped and counted, and only flush() and close() write.");
  } catch (...) {
    // The report itself failed, or there is no memory for its words.
    std::fprintf(stderr, "pyhft: the thread that writes the log '%s' ended: %s\n", options_.file.c_str(), failure);
  }
}

// ---- a round

// Sees how far the producer has come; true where it has a record.
bool backend::look_into(detail::channel& channel) noexcept {
  // The state before the ring: of a thread that has ended, all is seen then. Acquire pairs with its release.
  const auto state = channel.state.load(std::memory_order_acquire);
  if (state == detail::channel_state::free) return false;
  const std::uint64_t dropped = channel.dropped.load(std::memory_order_relaxed);  // a count, orders nothing
  sequence_ += dropped - std::exchange(channel.dropped_seen, dropped);
  channel.reading->ring.refresh();
  const bool any = channel.next_record(!crashing_);
  // Release pairs with the acquire of the thread that takes it over: our reads are done.
  if (!any && state == detail::channel_state::ended)
    channel.state.store(detail::channel_state::free, std::memory_order_release);
  return any;
}

// A round takes what every ring held when it began and no more, so that a busy producer can neither keep it from ending
// nor push its later records before another's earlier ones.
std::size_t backend::collect(bool everything) {
  detail::channel* active = nullptr;
  std::size_t channels = 0;
  double fullest = 0.0;
  for (logger* from : loggers_) {
    from->take_arrivals();
    for (detail::channel* c = from->sources_; c != nullptr; c = c->next) {
      ++channels;
      if (!look_into(*c)) continue;
      c->owner = from;
      c->next_active = std::exchange(active, c);
      const queue::byte_ring& ring = c->reading->ring;
      fullest = std::max(fullest, static_cast<double>(ring.used_bytes()) / static_cast<double>(ring.capacity_bytes()));
    }
  }
  fullest_.store(fullest, std::memory_order_relaxed);                // a hint, orders nothing
  const bool waits = !everything && channels > 1 && fullest <= 0.5;  // one thread's records are in order
  const std::uint64_t now = clock_.read();

  std::size_t lines = 0;
  while (active != nullptr) {
    // The channel with the oldest record, and how far it may go before another's turn. Stamps are compared by their
    // distance, which is right however large they are.
    detail::channel** oldest = &active;
    const detail::channel* second = nullptr;
    for (detail::channel** at = &active->next_active; *at != nullptr; at = &(*at)->next_active) {
      if (static_cast<std::int64_t>((*at)->cycles - (*oldest)->cycles) < 0) {
        second = *oldest;
        oldest = at;
      } else if (second == nullptr || static_cast<std::int64_t>((*at)->cycles - second->cycles) < 0) {
        second = *at;
      }
    }
    detail::channel& from = **oldest;
    bool any = true;
    while (any && (second == nullptr || static_cast<std::int64_t>(from.cycles - second->cycles) <= 0)) {
      // A stamp of the future is nobody's to wait for, unless by as little as two cores' counters may differ.
      const auto age = static_cast<std::int64_t>(now - from.cycles);
      const bool interrupted = !crashing_ && crash_waits_.load(std::memory_order_relaxed);  // a hint, orders nothing
      const bool young = waits && age < order_window_cycles_ && age > -order_window_cycles_;
      if (young || interrupted || !put_record(from)) {
        active = nullptr;
        break;
      }
      from.reading->ring.release();
      ++from.taken;
      any = from.next_record(!crashing_);
      ++lines;
      if (writer_->bytes() >= options_.flush_bytes) write_out(false);
    }
    if (active != nullptr && !any) *oldest = from.next_active;
  }
  if (writer_->lines() >= options_.flush_messages) write_out(false);
  return lines;
}

// False: the buffer is full of lines that the file doesn't take, and the record stays where it is.
bool backend::put_record(detail::channel& from) {
  const call_site* site;
  std::memcpy(&site, from.record.data(), sizeof site);
  std::int64_t ns = clock_.to_epoch(from.cycles).count;
  if (static_cast<std::int64_t>(from.cycles - last_cycles_) < 0 && sequence_ != 0) {
    ++out_of_order_;
  } else if (ns < last_ns_ && last_ns_ - ns < 1'000'000) {
    ns = last_ns_;  // the clock was corrected in between, by less than would be seen elsewhere
  }
  const detail::line_head head{ns, sequence_ + 1, from.owner->name(), from.thread_id};
  const auto arguments = from.record.subspan(logger::header_bytes);
  if (!writer_->put(head, from, *site, arguments) &&
      !(write_out(false) && writer_->put(head, from, *site, arguments))) {
    return false;
  }
  if (writer_->lines() == 1) buffered_since_ = clock_.read();
  if (writer_->holds_next_file()) write_out(false);
  ++sequence_;
  last_cycles_ = from.cycles;
  last_ns_ = ns;
  return true;
}

// True when nothing is left in the buffer.
bool backend::write_out(bool at_once) {
  if (writer_->bytes() == 0) return true;
  if (writer_->failing() && !at_once && static_cast<std::int64_t>(clock_.read() - retry_at_) < 0) return false;
  const bool done = writer_->write_out();
  if (!done) retry_at_ = clock_.read() + flush_after_cycles_;
  // Whoever waits for room would wait as long as the disk is full.
  if (done != drained_ && !crashing_) tell_producers(done);
  return done;
}

void backend::tell_producers(bool drained) noexcept {
  drained_ = drained;
  // Relaxed: a hint for those that wait, who look again and again.
  for (logger* one : loggers_) one->drained_.store(drained && driven_, std::memory_order_relaxed);
}

// Without the lock, as the words may go anywhere.
void backend::report_failures() {
  std::string words;
  {
    const std::lock_guard lock(lock_);
    if (writer_->failing() == reported_) return;
    reported_ = writer_->failing();
    words = reported_ ? "pyhft: the log '" + options_.file + "' can't be written (" + writer_->error() +
                            "): lines wait in memory, what finds no room there is dropped and counted, and it is "
                            "tried again every " +
                            std::to_string(std::max<std::int64_t>(options_.flush_after.count / 1'000'000, 1)) + " ms."
                      : "pyhft: the log '" + options_.file + "' can be written again.";
  }
  report(words);
}

void backend::report(const std::string& words) const {
  if (options_.report) {
    options_.report(words);
  } else {
    std::fprintf(stderr, "%s\n", words.c_str());
  }
}

// ---- last moments

void backend::flush_at_exit() noexcept {
  // Exit may have been called in the middle of a round, by a signal handler say.
  for (int attempts = 0; !lock_.try_lock(); ++attempts) {
    if (attempts == 1000 || lock_.held_by_this_thread()) return;
    threads::timed_sleep({1'000'000});
  }
  try {
    flush_locked();
  } catch (const std::exception&) {
    closed_ = true;  // no memory, and nobody left to be told
  }
  lock_.unlock();
}

void backend::flush_in_crash() noexcept {
  const bool ours = lock_.held_by_this_thread();  // it crashed in its own round
  crash_waits_.store(true, std::memory_order_relaxed);
  for (int attempts = 0; !ours && !lock_.try_lock(); ++attempts) {
    if (attempts == 200) {
      crash_waits_.store(false, std::memory_order_relaxed);
      return;
    }
    threads::timed_sleep({1'000'000});
  }
  if (!closed_) {
    crashing_ = true;
    writer_->begin_crash();
    retry_at_ = clock_.read();
    collect(true);
    write_out(true);
  }
  crash_waits_.store(false, std::memory_order_relaxed);
  if (!ours) lock_.unlock();
}

void backend::abandon_in_child() noexcept {
  of_parent_process_ = true;
  closed_ = true;
  writer_->throw_away();
  writer_->close();
  // Relaxed: the child has one thread.
  for (logger* one : loggers_) {
    one->drained_.store(false, std::memory_order_relaxed);
    one->attached_to_.store(nullptr, std::memory_order_relaxed);
    one->abandon_in_child();
  }
  loggers_.clear();
  lock_.unlock();  // whoever held it is a thread of the parent
}

}  // namespace pyhft::log
