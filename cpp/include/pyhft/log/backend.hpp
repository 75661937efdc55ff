// SPDX-License-Identifier: MIT
#pragma once

// The cold half of the log: takes the records out of the loggers' rings, formats them and writes them to a file, one
// line each, `[ns since the epoch] LEVEL: text`.
//
// The owner drives it: call poll() from a thread of your own choosing, beside whatever else that thread has to poll, or
// give a thread to run(). A round takes what was in the rings when it began, in the order of the stamps, into a buffer
// of 1 MB; the buffer goes to the file at 100 lines, 100 KB or 10 ms after its first line, whichever comes first.
//
// Every method may be called from any thread (a mutex that no producer ever sees). Only construction, attaching and the
// file's name allocate.
//
// A write that fails (a full disk, a directory that is gone) is counted and tried again every 10 ms, and the lines stay
// in the buffer. When that is full too the rings fill, and the producers drop and count: they never wait. What can't be
// written by the time of close() is counted as dropped, so that at the end written + dropped = calls. Text can't forge
// a line: its control characters are written as \n, \t, \xNN. A file that is removed or moved away by deletion is
// created again.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "pyhft/base/types.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/log/logger.hpp"

namespace pyhft::log {

struct backend_options {
  std::string file = "trading.log";  // lines are appended
  std::size_t buffer_bytes = std::size_t{1} << 20;
  std::uint64_t flush_messages = 100;
  std::size_t flush_bytes = 100'000;
  nanoseconds flush_after{10'000'000};
};

struct backend_statistics {
  std::uint64_t written{};       // lines in the file
  std::uint64_t dropped{};       // records that no line will ever stand for
  std::uint64_t write_errors{};  // attempts to write that failed
  std::string last_error{};      // the last of them in words
};

class backend {
 public:
  // Opens the file: host_error where that fails. argument_error: a buffer under 64 KiB or smaller than flush_bytes, or
  // a limit of 0. The clock turns stamps into times; a new one sleeps 10 ms to calibrate itself.
  explicit backend(backend_options options = {}, clock::tsc_clock clock = clock::tsc_clock{});
  backend(const backend&) = delete;
  backend& operator=(const backend&) = delete;
  ~backend();  // close()

  // Drain this logger from now on. argument_error if it is attached already, here or elsewhere.
  void attach(logger& source);
  // Drains it a last time and forgets it; its producer must have stopped. argument_error if it isn't attached here.
  void detach(logger& source);
  // One that the backend owns and keeps until it dies.
  logger& make_logger(std::string name, std::size_t ring_bytes = default_ring_bytes);

  // One round: the number of lines formatted, plus one if the file was written to. Never sleeps.
  std::size_t poll();

  // Everything that the producers committed before the call is in the file when it returns true; false: a write failed.
  bool flush();

  // flush() and end: what can't be written is dropped and counted, the file is closed, later rounds do nothing.
  backend_statistics close();

  backend_statistics statistics() const;

  // Polls until asked to stop, then flushes. Sleeps up to 1 ms at a time while there is nothing to do.
  void run(const std::stop_token& stop);

  const std::string& file() const noexcept { return options_.file; }

 private:
  struct source {
    logger* from;
    std::span<const std::byte> record;  // the oldest of this round, empty when there is none left
    std::uint64_t cycles;
  };

  bool flush_locked();
  std::size_t collect();
  void next_record(source& s) noexcept;
  bool put_line(const source& s);
  bool write_out(bool at_once);
  bool write_buffer();
  bool open_file();
  backend_statistics statistics_locked() const;

  const backend_options options_;
  mutable std::mutex mutex_;  // all below
  clock::tsc_clock clock_;
  std::uint64_t flush_after_cycles_{};
  std::uint64_t recalibrate_at_{};
  std::vector<source> sources_;
  std::vector<std::unique_ptr<logger>> owned_;

  std::unique_ptr<char[]> buffer_;
  std::size_t buffered_bytes_{};
  std::uint64_t buffered_lines_{};
  std::uint64_t buffered_since_{};  // cycles
  int file_ = -1;
  bool closed_{};
  bool failing_{};
  std::uint64_t retry_at_{};  // cycles; matters while failing

  std::uint64_t written_{};
  std::uint64_t lost_{};  // dropped here, and by loggers that were detached
  std::uint64_t write_errors_{};
  std::string last_error_;
};

}  // namespace pyhft::log
