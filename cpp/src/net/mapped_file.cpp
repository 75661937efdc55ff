// SPDX-License-Identifier: MIT
#include "pyhft/net/mapped_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "pyhft/base/error.hpp"
#include "pyhft/net/file_window.hpp"

namespace pyhft::net {
namespace {

std::size_t physical_memory_bytes() {
  return static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

mapped_file::mapped_file(const std::string& path) {
  const open_file file{path};
  const std::size_t size = file.size_bytes();
  const int populate = size <= physical_memory_bytes() / 4 ? MAP_POPULATE : 0;
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | populate, file.descriptor(), 0);
  if (address == MAP_FAILED) {
    throw input_error("can't map '" + path + "' (" + std::to_string(size) + " bytes): " + std::strerror(errno) +
                      "; free memory or raise the limit on address space (ulimit -v)");
  }
  ::madvise(address, size, MADV_SEQUENTIAL);
  bytes_ = {static_cast<const std::byte*>(address), size};
}

const std::string& checked_output(const std::string& path, std::initializer_list<std::string_view> inputs) {
  struct stat output{};
  if (path.empty() || ::stat(path.c_str(), &output) != 0 || !S_ISREG(output.st_mode)) return path;
  for (const std::string_view input : inputs) {
    struct stat other{};
    if (::stat(std::string{input}.c_str(), &other) != 0) continue;
    if (other.st_dev == output.st_dev && other.st_ino == output.st_ino) {
      throw input_error("'" + path +
                        "' is the input itself, and writing what is sent there would destroy it; give another path");
    }
  }
  return path;
}

mapped_file::~mapped_file() { ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size()); }

}  // namespace pyhft::net
