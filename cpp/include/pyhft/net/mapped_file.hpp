// SPDX-License-Identifier: MIT
#pragma once

// A whole file as bytes in memory, read-only. Files up to a quarter of the memory are faulted in at once, so that a hot
// loop over them takes no page fault; larger ones are read ahead by the kernel.

#include <cstddef>
#include <span>
#include <string>

namespace pyhft::net {

class mapped_file {
 public:
  // Throws input_error where the file is missing, no regular file, unreadable or empty.
  explicit mapped_file(const std::string& path);
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;
  ~mapped_file();

  std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace pyhft::net
