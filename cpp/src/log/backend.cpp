// SPDX-License-Identifier: MIT
#include "pyhft/log/backend.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "line.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::log {
namespace {

constexpr std::size_t smallest_buffer_bytes = 64 << 10;

// The longest line that a call can ask for fits the smallest buffer, so an empty buffer always has room.
static_assert(64 + most_format_characters + 4 * most_arguments * (8 + most_text_bytes) <= smallest_buffer_bytes);

backend_options checked(backend_options options) {
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
  return options;
}

}  // namespace

backend::backend(backend_options options, clock::tsc_clock clock)
    : options_(checked(std::move(options))),
      clock_(std::move(clock)),
      flush_after_cycles_(
          static_cast<std::uint64_t>(static_cast<double>(options_.flush_after.count) / clock_.ns_per_cycle())),
      recalibrate_at_(clock_.read()),
      buffer_(std::make_unique<char[]>(options_.buffer_bytes)) {
  if (!open_file()) {
    throw host_error("The log file '" + options_.file + "' can't be opened (" + last_error_ +
                     "): give a file in a folder that exists and may be written to.");
  }
}

backend::~backend() {
  close();
  for (const source& s : sources_) s.from->attached_.store(false, std::memory_order_release);  // pairs with attach()
}

void backend::attach(logger& from) {
  const std::lock_guard lock(mutex_);
  // Acquire pairs with the release of the backend that had it before, if any: its reads of the ring are over.
  if (from.attached_.exchange(true, std::memory_order_acquire)) {
    throw argument_error(
        "The logger '" + from.name() +
        "' is attached to a backend already, and one ring can't be drained twice: detach it there first.");
  }
  sources_.push_back({&from, {}, 0});
}

void backend::detach(logger& from) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const source& s) { return s.from == &from; });
  if (found == sources_.end()) {
    throw argument_error("The logger '" + from.name() + "' isn't attached to this backend: nothing to detach.");
  }
  flush_locked();
  while (!from.ring_.peek().empty()) {  // Only after a failed write with the buffer full.
    from.ring_.release();
    ++lost_;
  }
  lost_ += from.dropped();
  sources_.erase(found);
  from.attached_.store(false, std::memory_order_release);  // pairs with the acquire in attach()
}

logger& backend::make_logger(std::string name, std::size_t ring_bytes) {
  auto made = std::make_unique<logger>(std::move(name), ring_bytes);
  attach(*made);
  const std::lock_guard lock(mutex_);
  return *owned_.emplace_back(std::move(made));
}

std::size_t backend::poll() {
  const std::lock_guard lock(mutex_);
  if (closed_) return 0;
  const std::uint64_t now = clock_.read();
  if (static_cast<std::int64_t>(now - recalibrate_at_) >= 0) {
    clock_.recalibrate();
    recalibrate_at_ = now + static_cast<std::uint64_t>(1e9 / clock_.ns_per_cycle());
  }
  const std::uint64_t written_before = written_;
  std::size_t work = collect();
  if (buffered_lines_ != 0 && clock_.read() - buffered_since_ >= flush_after_cycles_) write_out(false);
  return work + (written_ != written_before ? 1 : 0);
}

bool backend::flush() {
  const std::lock_guard lock(mutex_);
  return flush_locked();
}

bool backend::flush_locked() {
  if (closed_) return false;
  retry_at_ = clock_.read();  // now, however lately a write failed
  collect();
  return write_out(true);
}

backend_statistics backend::close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return statistics_locked();
  if (!flush_locked()) {
    lost_ += buffered_lines_;
    buffered_lines_ = buffered_bytes_ = 0;
    for (const source& s : sources_) {
      for (; s.from->ring_.peek().data() != nullptr; ++lost_) s.from->ring_.release();
    }
  }
  closed_ = true;
  if (file_ >= 0) ::close(std::exchange(file_, -1));
  return statistics_locked();
}

backend_statistics backend::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_locked();
}

backend_statistics backend::statistics_locked() const {
  std::uint64_t dropped = lost_;
  for (const source& s : sources_) dropped += s.from->dropped();
  return {written_, dropped, write_errors_, last_error_};
}

void backend::run(const std::stop_token& stop) {
  threads::backoff_idle idle;
  while (!stop.stop_requested()) idle(poll());
  flush();
}

// A round takes what every ring held when it began and no more, so that a busy producer can neither keep it from ending
// nor push its later records before another's earlier ones.
std::size_t backend::collect() {
  bool any = false;
  for (source& s : sources_) {
    s.from->ring_.refresh();
    next_record(s);
    any = any || !s.record.empty();
  }
  std::size_t lines = 0;
  while (any) {
    source* oldest = nullptr;
    for (source& s : sources_) {
      if (s.record.empty()) continue;
      // Stamps are compared by their distance, which is right however large they are.
      if (oldest == nullptr || static_cast<std::int64_t>(s.cycles - oldest->cycles) < 0) oldest = &s;
    }
    if (oldest == nullptr || !put_line(*oldest)) break;
    oldest->from->ring_.release();
    next_record(*oldest);
    ++lines;
    if (buffered_lines_ >= options_.flush_messages || buffered_bytes_ >= options_.flush_bytes) write_out(false);
  }
  return lines;
}

void backend::next_record(source& s) noexcept {
  s.record = s.from->ring_.peek_known();
  if (!s.record.empty()) std::memcpy(&s.cycles, s.record.data() + sizeof(const call_site*), sizeof s.cycles);
}

// False: the buffer is full of lines that the file doesn't take, and the record stays where it is.
bool backend::put_line(const source& s) {
  const call_site* site;
  std::memcpy(&site, s.record.data(), sizeof site);
  const auto arguments = s.record.subspan(logger::header_bytes);
  const std::size_t longest = detail::longest_line(*site, arguments.size());
  if (options_.buffer_bytes - buffered_bytes_ < longest && !write_out(false) &&
      options_.buffer_bytes - buffered_bytes_ < longest) {
    return false;
  }
  if (buffered_lines_ == 0) buffered_since_ = clock_.read();
  char* const to = buffer_.get() + buffered_bytes_;
  buffered_bytes_ +=
      static_cast<std::size_t>(detail::put_line(to, clock_.to_epoch(s.cycles).count, *site, arguments.data()) - to);
  ++buffered_lines_;
  return true;
}

// True when nothing is left in the buffer.
bool backend::write_out(bool at_once) {
  if (buffered_bytes_ == 0) return true;
  if (failing_ && !at_once && static_cast<std::int64_t>(clock_.read() - retry_at_) < 0) return false;
  failing_ = !(open_file() && write_buffer());
  if (failing_) {
    ++write_errors_;
    retry_at_ = clock_.read() + flush_after_cycles_;
  }
  return !failing_;
}

bool backend::write_buffer() {
  std::size_t done = 0;
  while (done < buffered_bytes_) {
    const ::ssize_t n = ::write(file_, buffer_.get() + done, buffered_bytes_ - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      last_error_ = std::strerror(n < 0 ? errno : ENOSPC);
      break;
    }
    done += static_cast<std::size_t>(n);
  }
  if (done == buffered_bytes_) {
    written_ += std::exchange(buffered_lines_, 0);
    buffered_bytes_ = 0;
    return true;
  }
  // The file took a part. What it has of lines is known by their ends; the rest moves up and waits.
  char* const begin = buffer_.get();
  const auto lines = static_cast<std::uint64_t>(std::count(begin, begin + done, '\n'));
  written_ += lines;
  buffered_lines_ -= lines;
  buffered_bytes_ -= done;
  std::memmove(begin, begin + done, buffered_bytes_);
  return false;
}

// A file without a name is one that was removed: what is written to it would be lost without a word.
bool backend::open_file() {
  struct stat what{};
  if (file_ >= 0 && ::fstat(file_, &what) == 0 && what.st_nlink == 0) ::close(std::exchange(file_, -1));
  if (file_ < 0) file_ = ::open(options_.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) last_error_ = std::strerror(errno);
  return file_ >= 0;
}

}  // namespace pyhft::log
