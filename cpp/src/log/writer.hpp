// SPDX-License-Identifier: MIT
#pragma once

// Lines on their way into the file: the buffer, the form they have, the file, and its rotation. Its user, the backend,
// holds a lock around every call. In a crash nothing here allocates.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "line.hpp"
#include "pyhft/log/backend.hpp"

namespace pyhft::log::detail {

class writer {
 public:
  explicit writer(const backend_options& options);
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  ~writer();

  // False with an error() where the file can't be opened.
  bool open();
  void close() noexcept;

  // False: the buffer has no room for such a line, or its last one waits for the next file; nothing was done.
  bool put(const line_head& head, channel& from, const call_site& site, std::span<const std::byte> arguments);

  // True when nothing is left in the buffer. False: counted as an error.
  bool write_out();

  // The last line begins the next file: no other is taken until write_out() was there.
  bool holds_next_file() const noexcept { return next_file_at_ != nowhere; }

  std::uint64_t lines() const noexcept { return lines_; }
  std::size_t bytes() const noexcept { return filled_; }
  // Forgets them; how many they were.
  std::uint64_t throw_away() noexcept;

  bool failing() const noexcept { return failing_; }
  std::string error() const;
  std::uint64_t errors() const noexcept { return errors_; }
  std::uint64_t written() const noexcept { return written_; }
  std::uint64_t rotations() const noexcept { return rotations_; }

  // From now on: no allocation, no rotation.
  void begin_crash() noexcept { crashing_ = true; }

 private:
  struct known_site {
    const call_site* site;
    std::uint32_t number;
  };
  struct known_source {  // number 1 is the first
    std::uint32_t thread_id;
    std::string name;
  };

  char* put_binary(char* to, const line_head& head, channel& from, const call_site& site,
                   std::span<const std::byte> arguments);
  std::uint32_t number_of(const call_site& site, bool& is_new) noexcept;
  std::uint32_t* find_site(const call_site& site) noexcept;
  void make_room_for_definitions();

  bool is_the_file() const noexcept;
  bool write_definitions() noexcept;
  bool write_all(const char* from, std::size_t bytes) noexcept;
  bool begin_next_file();
  bool send(std::size_t end);
  bool write_buffer(std::size_t end) noexcept;
  void keep_from_first_torn_line() noexcept;
  std::size_t whole_lines(std::size_t bytes, std::uint64_t& lines) const noexcept;

  bool wants_new_file(std::int64_t epoch_ns, std::size_t line_bytes) const noexcept;
  bool rotate();
  void set_day(std::int64_t epoch_ns) noexcept;

  const backend_options& options_;
  std::unique_ptr<char[]> buffer_;
  std::size_t filled_{};
  std::size_t sent_{};  // bytes of it that the file has: part of a line, after a write that failed in its middle
  std::uint64_t lines_{};
  // Where in it the next file begins, with its last line: of two files it holds lines only while the first can't be
  // written, and no more than the one that showed it.
  static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();
  std::size_t next_file_at_ = nowhere;
  std::int64_t next_file_ns_{};
  time_text times_;

  int file_ = -1;
  std::uint64_t device_{};
  std::uint64_t inode_{};
  std::uint64_t file_bytes_{};
  std::uint64_t head_bytes_{};  // with which a new file begins
  std::uint64_t file_limit_{};  // at which it is put aside
  std::int64_t day_end_ns_{};   // at which it is put aside
  std::int64_t day_{};          // of its beginning, since the epoch

  int error_{};
  bool failing_{};
  bool crashing_{};
  std::uint64_t errors_{};
  std::uint64_t written_{};
  std::uint64_t rotations_{};

  // Of the binary form: an open-addressing table by address, at most half full.
  std::vector<known_site> sites_;
  std::uint32_t site_count_{};
  std::vector<known_source> sources_;
};

}  // namespace pyhft::log::detail
