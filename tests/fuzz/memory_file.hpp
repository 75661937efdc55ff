// SPDX-License-Identifier: MIT
#pragma once

// A file in memory with a path, for what reads files. Mapped, its last page goes on behind its end with zeros that belong
// to nobody: a target that links with --wrap=mmap has whoever reads there caught.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <span>
#include <string>

#include "fuzz.hpp"

namespace pyhft::fuzz {

class memory_file {
 public:
  memory_file() : number_{::memfd_create("input", 0)} { check(number_ >= 0, "a file in memory can be had"); }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;
  ~memory_file() { ::close(number_); }

  void hold(std::span<const std::byte> bytes) {
    check(::ftruncate(number_, 0) == 0 &&
              ::pwrite(number_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
          "a file in memory can be written");
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }

 private:
  int number_;
};

}  // namespace pyhft::fuzz
