// SPDX-License-Identifier: MIT
#pragma once

// Bytes whose last one is the last of a page, with a page behind it that may not be touched: whoever reads past what he
// was given dies of it, on every build and not only under a sanitizer.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>

namespace pyhft::test {

class guarded_bytes {
 public:
  // Throws where the memory can't be had.
  explicit guarded_bytes(std::size_t capacity) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    usable_ = (capacity + page - 1) / page * page;
    mapped_ = usable_ + page;
    void* const address = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address == MAP_FAILED) throw std::runtime_error("no memory for guarded bytes");
    first_ = static_cast<std::byte*>(address);
    if (::mprotect(first_ + usable_, page, PROT_NONE) != 0) throw std::runtime_error("the guard page can't be made");
  }
  guarded_bytes(const guarded_bytes&) = delete;
  guarded_bytes& operator=(const guarded_bytes&) = delete;
  ~guarded_bytes() { ::munmap(first_, mapped_); }

  // The last `size` bytes before the guard, at most the capacity.
  std::span<std::byte> last(std::size_t size) noexcept { return {first_ + usable_ - size, size}; }

  // A copy of the bytes there.
  std::span<std::byte> hold(std::span<const std::byte> bytes) noexcept {
    const std::span<std::byte> place = last(bytes.size());
    std::copy(bytes.begin(), bytes.end(), place.begin());
    return place;
  }

 private:
  std::byte* first_{};
  std::size_t usable_{};
  std::size_t mapped_{};
};

}  // namespace pyhft::test
