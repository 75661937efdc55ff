// SPDX-License-Identifier: MIT
#include "pyhft/memory/page_block.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

#include "pyhft/base/error.hpp"

#ifndef MADV_POPULATE_WRITE  // Linux 5.14
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif

namespace pyhft::memory {
namespace {

std::size_t round_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

std::string in_words(std::size_t bytes) {
  if (bytes % (1 << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  if (bytes % (1 << 10) == 0) return std::to_string(bytes >> 10) + " KiB";
  return std::to_string(bytes) + " bytes";
}

// False where the pages aren't there. Asking the kernel first matters: a touch without a page behind it is a signal.
// The touch comes all the same, since kernels before 5.14 don't know the question and an emulator may nod without
// listening.
bool populate(std::byte* data, std::size_t bytes, std::size_t page) {
  if (::madvise(data, bytes, MADV_POPULATE_WRITE) != 0 && errno != EINVAL) return false;
  for (std::size_t i = 0; i < bytes; i += page) reinterpret_cast<volatile std::byte&>(data[i]) = std::byte{};
  return true;
}

// Of the mapping that starts at data: how much of it the kernel keeps on transparent huge pages.
std::size_t transparent_huge_bytes(const std::byte* data) {
  std::ifstream maps("/proc/self/smaps");
  const auto start = reinterpret_cast<std::uintptr_t>(data);
  bool ours = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2) ours = from == start;
    std::size_t kib = 0;
    if (ours && std::sscanf(line.c_str(), "AnonHugePages: %zu kB", &kib) == 1) return kib << 10;
  }
  return 0;
}

std::size_t huge_page_number(const char* which) {
  std::size_t number = 0;
  std::ifstream(std::string("/sys/kernel/mm/hugepages/hugepages-2048kB/") + which) >> number;
  return number;
}

[[noreturn]] void refuse_for_want_of_huge_pages(std::size_t bytes) {
  const std::size_t pages = round_up(bytes, huge_page_bytes) / huge_page_bytes;
  const std::size_t total = huge_page_number("nr_hugepages");
  const std::size_t free = huge_page_number("free_hugepages");
  const std::size_t promised = huge_page_number("resv_hugepages");
  const std::size_t left = free > promised ? free - promised : 0;
  throw host_error("A block of " + std::to_string(bytes) + " bytes needs " + std::to_string(pages) +
                   " free reserved huge pages of 2 MiB, and " + std::to_string(left) + " of this host's " +
                   std::to_string(total) + " are left: run 'sysctl -w vm.nr_hugepages=" +
                   std::to_string(total + pages - std::min(left, pages)) + "' as root, or don't insist on huge pages.");
}

}  // namespace

page_block::page_block(std::size_t bytes, huge_pages wish) {
  if (bytes == 0) throw argument_error("A block of 0 bytes holds nothing: give at least 1.");
  // Asked before the kernel is: where it promises more than it has, backing every page would end in its killing
  // somebody.
  const auto most = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * page_bytes();
  if (bytes > most) {
    throw host_error("A block of " + std::to_string(bytes) + " bytes is more than this host's memory of " +
                     std::to_string(most) + " bytes: ask for less.");
  }
  bytes_ = bytes;
  // Less than half a huge page isn't worth one of a reserve that others may count on.
  const bool reserve = wish == huge_pages::always || (wish == huge_pages::attempt && bytes >= huge_page_bytes / 2);
  if (reserve && map_reserved_huge_pages()) return;
  if (wish == huge_pages::always) refuse_for_want_of_huge_pages(bytes);
  map_ordinary_pages(wish == huge_pages::attempt);
}

bool page_block::map_reserved_huge_pages() {
  const std::size_t rounded = round_up(bytes_, huge_page_bytes);
  void* mapping = ::mmap(nullptr, rounded, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << MAP_HUGE_SHIFT, -1, 0);
  if (mapping == MAP_FAILED) return false;
  if (!populate(static_cast<std::byte*>(mapping), rounded, huge_page_bytes)) {
    ::munmap(mapping, rounded);
    return false;
  }
  mapping_ = mapping;
  mapping_bytes_ = bytes_ = huge_bytes_ = rounded;
  data_ = static_cast<std::byte*>(mapping);
  reserved_ = true;
  return true;
}

void page_block::map_ordinary_pages(bool join) {
  const std::size_t page = page_bytes();
  const std::size_t alignment = join && bytes_ >= huge_page_bytes ? huge_page_bytes : page;
  const std::size_t rounded = round_up(bytes_, alignment);
  // Room for the alignment and a guard page on both sides; what isn't used of it costs address space only.
  const std::size_t reservation = rounded + alignment + 2 * page;
  void* mapping = ::mmap(nullptr, reservation, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping != MAP_FAILED) {
    const auto first = round_up(reinterpret_cast<std::uintptr_t>(mapping) + page, alignment);
    void* data = ::mmap(reinterpret_cast<void*>(first), rounded, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (data != MAP_FAILED) {
      ::madvise(data, rounded, join ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);  // Refused without such pages: no matter.
      if (populate(static_cast<std::byte*>(data), rounded, page)) {
        mapping_ = mapping;
        mapping_bytes_ = reservation;
        data_ = static_cast<std::byte*>(data);
        bytes_ = rounded;
        // The kernel takes milliseconds to answer, and of what is smaller than a huge page the answer is known.
        huge_bytes_ = alignment == huge_page_bytes ? transparent_huge_bytes(data_) : 0;
        return;
      }
    }
    const int cause = errno;
    ::munmap(mapping, reservation);
    errno = cause;
  }
  throw host_error("A block of " + std::to_string(bytes_) + " bytes can't be had (" + std::strerror(errno) +
                   "): free some memory, raise this process's memory limit or ask for less.");
}

page_block::page_block(page_block&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      huge_bytes_(std::exchange(other.huge_bytes_, 0)),
      reserved_(other.reserved_),
      mapping_(std::exchange(other.mapping_, nullptr)),
      mapping_bytes_(std::exchange(other.mapping_bytes_, 0)) {}

page_block& page_block::operator=(page_block&& other) noexcept {
  page_block taken(std::move(other));
  std::swap(data_, taken.data_);
  std::swap(bytes_, taken.bytes_);
  std::swap(huge_bytes_, taken.huge_bytes_);
  std::swap(reserved_, taken.reserved_);
  std::swap(mapping_, taken.mapping_);
  std::swap(mapping_bytes_, taken.mapping_bytes_);
  return *this;
}

page_block::~page_block() {
  if (mapping_ != nullptr) ::munmap(mapping_, mapping_bytes_);
}

std::string page_block::describe() const {
  if (bytes_ == 0) return "no memory";
  if (reserved_) return in_words(bytes_) + " on reserved huge pages of 2 MiB";
  const std::string ordinary = in_words(bytes_) + " on pages of " + in_words(page_bytes());
  return huge_bytes_ == 0 ? ordinary
                          : ordinary + ", " + in_words(huge_bytes_) + " of it joined to transparent huge pages";
}

}  // namespace pyhft::memory
