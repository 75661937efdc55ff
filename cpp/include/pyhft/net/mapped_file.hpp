// SPDX-License-Identifier: MIT
#pragma once

// A whole file as bytes in memory, read-only. Files up to a quarter of the memory are faulted in at once, so that a hot
// loop over them takes no page fault; larger ones are read ahead by the kernel. A file that somebody cuts short meanwhile
// ends the process at the next look behind its end: whoever can spare a copy takes file_window.hpp, which throws.

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace pyhft::net {

class mapped_file {
 public:
  // Throws input_error where the file is missing, no regular file (a folder, a pipe), unreadable or empty.
  explicit mapped_file(const std::string& path);
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;
  ~mapped_file();

  std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

// Returns `path`, where a port is to write (empty: nowhere). Throws input_error where it is the same file as one of
// `inputs`: making it would cut the mapped bytes off, which ends the process, and lose them, which is worse.
const std::string& checked_output(const std::string& path, std::initializer_list<std::string_view> inputs);

}  // namespace pyhft::net
