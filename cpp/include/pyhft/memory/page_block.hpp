// SPDX-License-Identifier: MIT
#pragma once

// A block of whole pages, every one of them backed by memory before the constructor returns: a first touch costs about
// a microsecond, so a hot path touches nothing that wasn't touched here. What rings and arenas stand on.
//
// Cold: construct and destroy where nothing hurries. Which pages the block stands on is asked of the kernel afterwards,
// not assumed: describe() says it in words. The bytes are zero. Pages other than hugetlb ones have an inaccessible page
// on both sides, so that an overrun of the block faults at once.

#include <cstddef>
#include <string>

namespace pyhft::memory {

enum class huge_pages {
  never,    // ordinary pages, and the kernel is told not to join them
  attempt,  // reserved huge pages, else transparent ones, else ordinary ones
  always,   // reserved huge pages, else host_error with the command that reserves them
};

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

class page_block {
 public:
  page_block() noexcept = default;
  // bytes is rounded up to whole pages. Zero bytes: argument_error; more than the host can back: host_error.
  explicit page_block(std::size_t bytes, huge_pages wish = huge_pages::attempt);
  page_block(page_block&& other) noexcept;
  page_block& operator=(page_block&& other) noexcept;
  ~page_block();

  std::byte* data() const noexcept { return data_; }
  std::size_t bytes() const noexcept { return bytes_; }

  // How much stands on huge pages, reserved or transparent; the kernel may join or split transparent ones later.
  std::size_t huge_bytes() const noexcept { return huge_bytes_; }
  // For example "4 MiB on reserved huge pages of 2 MiB".
  std::string describe() const;

 private:
  bool map_reserved_huge_pages();
  void map_ordinary_pages(bool join);

  std::byte* data_{};
  std::size_t bytes_{};
  std::size_t huge_bytes_{};
  bool reserved_{};
  void* mapping_{};  // with the guard pages
  std::size_t mapping_bytes_{};
};

}  // namespace pyhft::memory
