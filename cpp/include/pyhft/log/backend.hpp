// SPDX-License-Identifier: MIT
#pragma once

// The cold half of the log: takes the records out of the loggers' rings, orders and formats them and writes them to a
// file: lines of text `[ns since the epoch] LEVEL: text`, lines of JSON, or the binary form that decoder.hpp reads.
//
// The owner drives it: call poll() from a thread of your own choosing, beside whatever else that thread has to poll, or
// give a thread to run() (async_log.hpp has one of its own). A round takes what was in the rings when it began, in the
// order of the stamps, into a buffer of 1 MB; the buffer goes to the file at 100 lines, 100 KB or 10 ms after its first
// line, whichever comes first, looked at when a round ends and at every 100 KB in it.
//
// Order: where several threads log, a record waits until it is order_window old, so that an earlier one which another
// thread is about to commit comes before it. Rings that are half full, and flush(), wait for nothing. A record that is
// late all the same (its thread was interrupted inside the call, or a stamp was handed in that is older) is written
// where it comes and counted in out_of_order.
//
// Every record has a sequence number, in the order of the file from 1; the records that were dropped take theirs, too,
// so that a gap in the numbers is so many dropped records. JSON and binary files show them.
//
// Every method may be called from any thread (a lock that no producer ever sees). Only construction, attaching, a
// binary file's first sight of a call site, errors and rotation allocate.
//
// A write that fails (a full disk, a directory that is gone) is counted, reported once and tried again every 10 ms, and
// the lines stay in the buffer. When that is full too the rings fill, and the producers drop and count: they never wait
// for a file, not even where their policy is to block. What can't be written by the time of close() is counted as
// dropped, so that at the end written + dropped = calls; what a call puts into the ring of a logger of the backend's own
// after that is counted by the next statistics(). Text can't forge a line: what isn't printable is written as
// \n, \t, \xNN. A file that is removed or renamed by others is created again.
//
// The process's normal exit flushes every backend that is open then, after all destructors of static objects.
// crash.hpp does it for signals. A child made by fork() starts with every backend of its parent closed.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "pyhft/base/types.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/log/logger.hpp"

namespace pyhft::log {

enum class file_form : std::uint8_t { text, json, binary };
// "text", "json", "binary"; argument_error for another name.
file_form file_form_named(std::string_view name);

struct backend_options {
  std::string file = "trading.log";  // appended to
  file_form form = file_form::text;
  std::size_t buffer_bytes = std::size_t{1} << 20;
  std::uint64_t flush_messages = 100;
  std::size_t flush_bytes = 100'000;
  nanoseconds flush_after{10'000'000};
  nanoseconds order_window{20'000};
  // A file that would become longer is put aside first, as NAME.DATE.NUMBER.EXTENSION; one line alone may be longer.
  std::optional<std::uint64_t> rotate_bytes{};
  bool rotate_daily = false;  // the same when a day of UTC ends
  // Told of the first failed write of each outage and of its end, from whichever thread was writing; it must not call
  // the backend, nor throw: that would end the writing thread. Without one the sentence goes to standard error.
  std::function<void(const std::string&)> report{};
};

struct backend_statistics {
  std::uint64_t written{};       // records in the file
  std::uint64_t dropped{};       // records that no line will ever stand for
  std::uint64_t write_errors{};  // attempts to write that failed
  std::string last_error{};      // the last of them in words, or what ended run()
  std::uint64_t out_of_order{};  // records with a stamp before that of the record above them
  std::uint64_t rotations{};     // files put aside
};

namespace detail {

class writer;

// A lock that a signal handler may try. Rounds are short, so that waiting for one is a matter of sleeping a little.
class round_lock {
 public:
  void lock() noexcept;
  bool try_lock() noexcept;
  void unlock() noexcept;
  bool held_by_this_thread() const noexcept;

 private:
  std::atomic<const void*> owner_{nullptr};  // an address that only one thread has
};

}  // namespace detail

// In lines of its own: its rounds write into it, and whoever logs may have something beside it.
class alignas(lines_apart) backend {
 public:
  // Opens the file: host_error where that fails. argument_error: a buffer under 128 KiB or smaller than flush_bytes, a
  // limit of 0, a form that there isn't, rotation of what isn't a file. The clock turns stamps into times; a new one
  // sleeps 10 ms to calibrate itself.
  explicit backend(backend_options options = {}, clock::tsc_clock clock = clock::tsc_clock{});
  backend(const backend&) = delete;
  backend& operator=(const backend&) = delete;
  ~backend();  // close()

  // Drain this logger from now on. argument_error if it is attached already, here or elsewhere, or this one is closed.
  void attach(logger& source);
  // Drains it a last time and forgets it; no thread may be in a call of it. Its share of the statistics: records written
  // or in the buffer, and dropped. argument_error if it isn't attached here.
  backend_statistics detach(logger& source);
  // One that the backend owns and keeps until it dies.
  logger& make_logger(std::string name, const logger_options& options);
  logger& make_logger(std::string name, std::size_t ring_bytes = default_ring_bytes);

  // One round: the number of lines formatted, plus one if the file was written to. Never sleeps.
  std::size_t poll();

  // Everything that the producers committed before the call is in the file when it returns true; false: a write failed.
  bool flush();

  // flush() and end: what can't be written is dropped and counted, the file is closed, the loggers are detached, later
  // rounds do nothing.
  backend_statistics close();

  backend_statistics statistics() const;
  // The same, or nothing while a round is at work, which may take as long as the file system does.
  std::optional<backend_statistics> try_statistics() const;

  // Polls until asked to stop, then flushes. Sleeps 50 us to 1 ms between rounds while no ring is filling up. Until the
  // next poll() nobody empties the rings then, and nobody is let wait for it. The same where it throws, which a report
  // that throws and memory that can't be had make it do: the reason is told first.
  void run(const std::stop_token& stop);

  const std::string& file() const noexcept { return options_.file; }
  const backend_options& options() const noexcept { return options_; }

  // After fork(), in the child: the thread that drove this one is the parent's.
  bool is_of_parent_process() const noexcept { return of_parent_process_; }

  // Cold, for the process's last moments: these are called on every open backend.
  void flush_at_exit() noexcept;
  void flush_in_crash() noexcept;  // async-signal-safe; gives up where a round of another thread doesn't end in 200 ms
  void abandon_in_child() noexcept;

 private:
  bool flush_locked();
  std::size_t collect(bool everything);
  bool look_into(detail::channel& channel) noexcept;
  bool put_record(detail::channel& from);
  bool write_out(bool at_once);
  void tell_producers(bool drained) noexcept;
  void end_of_run(const char* failure) noexcept;
  static std::uint64_t take_dropped(logger& from);
  void report_failures();
  void report(const std::string& words) const;
  backend_statistics statistics_locked() const;

  const backend_options options_;
  mutable detail::round_lock lock_;  // all below
  clock::tsc_clock clock_;
  std::uint64_t flush_after_cycles_{};
  std::int64_t order_window_cycles_{};
  std::uint64_t recalibrate_at_{};
  std::vector<logger*> loggers_;
  std::vector<std::unique_ptr<logger>> owned_;

  std::unique_ptr<detail::writer> writer_;
  std::uint64_t buffered_since_{};  // cycles
  std::uint64_t retry_at_{};        // cycles; matters while the writer fails
  bool closed_{};
  bool crashing_{};
  bool of_parent_process_{};
  bool drained_{true};  // the file takes lines
  bool driven_{true};   // until run() ends
  std::string run_failure_;
  bool reported_{};
  std::atomic<bool> crash_waits_{false};  // for the lock: the round ends at the next record, and no other begins
  std::atomic<double> fullest_{0.0};      // share of the ring that was fullest; read without the lock

  std::uint64_t sequence_{};
  std::uint64_t last_cycles_{};
  std::int64_t last_ns_{};
  std::uint64_t out_of_order_{};
  std::uint64_t lost_{};  // dropped here, and by loggers that were detached
};

}  // namespace pyhft::log
