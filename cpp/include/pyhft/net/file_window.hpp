// SPDX-License-Identifier: MIT
#pragma once

// A file that is read forward through a buffer, for those who aren't in a hurry by the nanosecond: a mapped file that
// somebody cuts short ends the process, this one throws. Allocates its buffer with the first bytes; a megabyte, or what
// is asked for at once where that is more. A copy reads by itself and has the same file open. One thread each.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace pyhft::net {

// Open for reading, with the size that it had then. May be shared by threads.
class open_file {
 public:
  // Throws input_error where the file is missing, no regular file (a folder, a pipe), unreadable or empty.
  explicit open_file(const std::string& path);
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file();

  int descriptor() const noexcept { return descriptor_; }
  std::size_t size_bytes() const noexcept { return size_; }
  const std::string& path() const noexcept { return path_; }
  // Whether its size or the time of its last change are others than they were.
  bool was_written_to() const noexcept;

 private:
  std::string path_;
  int descriptor_;
  std::size_t size_{};
  std::int64_t changed_ns_{};
};

class file_window {
 public:
  // `name` stands in the texts of errors.
  file_window(const std::string& path, std::string name);
  file_window(const file_window& other);
  file_window& operator=(const file_window&) = delete;
  ~file_window() = default;

  // What it had when it was opened; what is added later isn't read.
  std::size_t size_bytes() const noexcept { return file_->size_bytes(); }
  bool was_written_to() const noexcept { return file_->was_written_to(); }

  // The bytes from `offset` on, at least so many of them, or all up to the end where fewer are left. They stay as they are until
  // the next call. Throws input_error where the file can't be read or has become shorter.
  std::span<const std::byte> from(std::size_t offset, std::size_t at_least);
  // What is in the buffer, and where that stands in the file.
  std::span<const std::byte> bytes() const noexcept { return {buffer_.get(), used_}; }
  std::size_t begin() const noexcept { return begin_; }
  // Gives the buffer back, until bytes are asked for again.
  void forget() noexcept;

 private:
  void read_more(std::size_t offset, std::size_t at_least);

  std::shared_ptr<const open_file> file_;
  std::string name_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t capacity_{};
  std::size_t begin_{};
  std::size_t used_{};
};

}  // namespace pyhft::net
