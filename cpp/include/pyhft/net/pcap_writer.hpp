// SPDX-License-Identifier: MIT
#pragma once

// Writes a classic pcap with nanosecond timestamps and Ethernet frames, buffered. Cold: every call may write and throws
// input_error where the file can't be made or the disk is full.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>

#include "pyhft/base/types.hpp"

namespace pyhft::net {

class pcap_writer {
 public:
  explicit pcap_writer(std::string path);

  void write(std::span<const std::byte> frame, nanoseconds timestamp);
  void flush();
  std::uint64_t frames() const noexcept { return frames_; }
  const std::string& path() const noexcept { return path_; }

 private:
  struct closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  void put(const void* bytes, std::size_t count);

  std::string path_;
  std::unique_ptr<std::FILE, closer> file_;
  std::uint64_t frames_{};
};

}  // namespace pyhft::net
