// SPDX-License-Identifier: MIT
#include "pyhft/net/file_window.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "pyhft/base/error.hpp"

namespace pyhft::net {
namespace {

// So much is copied at a time that it is still in the cache when it is decoded.
constexpr std::size_t window_bytes = std::size_t{1} << 20;

std::int64_t change_of(const struct stat& status) noexcept {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

// Without O_NONBLOCK a pipe would be waited for instead of being refused.
open_file::open_file(const std::string& path)
    : path_{path}, descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {
  if (descriptor_ < 0) {
    const char* const remedy = errno == EMFILE || errno == ENFILE ? "close some, or raise the limit (ulimit -n)"
                                                                  : "give the path of a readable file";
    throw input_error("can't open '" + path + "': " + std::strerror(errno) + "; " + remedy);
  }
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw input_error("'" + path + "' is not a regular file; give the path of a capture or message file");
  }
  size_ = static_cast<std::size_t>(status.st_size);
  changed_ns_ = change_of(status);
  if (size_ == 0) {
    ::close(descriptor_);
    throw input_error("'" + path + "' is empty (0 bytes); give a file that holds packets or messages");
  }
}

open_file::~open_file() { ::close(descriptor_); }

bool open_file::was_written_to() const noexcept {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) return false;
  return static_cast<std::size_t>(status.st_size) != size_ || change_of(status) != changed_ns_;
}

file_window::file_window(const std::string& path, std::string name)
    : file_{std::make_shared<const open_file>(path)}, name_{std::move(name)} {
  ::posix_fadvise(file_->descriptor(), 0, 0, POSIX_FADV_SEQUENTIAL);
}

file_window::file_window(const file_window& other)
    : file_{other.file_}, name_{other.name_}, capacity_{other.capacity_}, begin_{other.begin_}, used_{other.used_} {
  if (capacity_ == 0) return;
  buffer_ = std::make_unique_for_overwrite<std::byte[]>(capacity_);
  std::memcpy(buffer_.get(), other.buffer_.get(), used_);
}

void file_window::forget() noexcept {
  buffer_.reset();
  capacity_ = begin_ = used_ = 0;
}

std::span<const std::byte> file_window::from(std::size_t offset, std::size_t at_least) {
  offset = std::min(offset, size_bytes());
  at_least = std::min(at_least, size_bytes() - offset);
  if (offset < begin_ || offset > begin_ + used_ || begin_ + used_ - offset < at_least) read_more(offset, at_least);
  return {&buffer_[offset - begin_], begin_ + used_ - offset};
}

void file_window::read_more(std::size_t offset, std::size_t at_least) {
  const std::size_t room = std::max(at_least, std::min(window_bytes, size_bytes() - offset));
  const bool overlaps = offset >= begin_ && offset <= begin_ + used_;
  const std::size_t kept = overlaps ? begin_ + used_ - offset : 0;
  if (room > capacity_) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(room);
    if (kept != 0) std::memcpy(larger.get(), &buffer_[offset - begin_], kept);
    buffer_ = std::move(larger);
    capacity_ = room;
  } else if (kept != 0) {
    std::memmove(buffer_.get(), &buffer_[offset - begin_], kept);
  }
  begin_ = offset;
  used_ = kept;
  while (used_ < room) {
    const ssize_t got = ::pread(file_->descriptor(), &buffer_[used_], room - used_, static_cast<off_t>(begin_ + used_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw input_error("can't read '" + name_ + "' at offset " + std::to_string(begin_ + used_) + ": " +
                        std::strerror(errno) + "; copy the file to a disk that can be read");
    }
    if (got == 0) {
      if (used_ >= at_least) return;  // told when more is asked for
      struct stat now{};
      ::fstat(file_->descriptor(), &now);  // it may have grown again
      throw input_error("'" + name_ + "' was cut to " +
                        std::to_string(std::min(begin_ + used_, static_cast<std::size_t>(now.st_size))) +
                        " bytes while it was read, and had " + std::to_string(size_bytes()) +
                        " when it was opened; read it again once it is written");
    }
    used_ += static_cast<std::size_t>(got);
  }
}

}  // namespace pyhft::net
