// SPDX-License-Identifier: MIT
#pragma once

// Counts the allocations of a test, so that "the hot path doesn't allocate" is a number. Include it from one file of a
// test program only: it replaces malloc and its relatives for the whole program (through them operator new, and what
// the C library itself asks for). A sanitizer keeps malloc for itself, so under one only operator new is counted.
//
//   support::allocation_counter here;
//   hot();
//   EXPECT_EQ(here.calls(), 0);

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PYHFT_COUNTS_OPERATOR_NEW_ONLY 1
#else
#define PYHFT_COUNTS_OPERATOR_NEW_ONLY 0
#endif

namespace pyhft::support {

namespace detail {

inline constinit thread_local std::uint64_t calls_of_this_thread = 0;
inline constinit std::atomic<std::uint64_t> calls_of_all_threads{0};

inline void count() noexcept {
  ++calls_of_this_thread;
  calls_of_all_threads.fetch_add(1, std::memory_order_relaxed);  // a statistic, orders nothing
}

}  // namespace detail

// The allocations of the thread that made it, since it was made.
class allocation_counter {
 public:
  std::uint64_t calls() const noexcept { return detail::calls_of_this_thread - first_; }

 private:
  std::uint64_t first_ = detail::calls_of_this_thread;
};

// The same over all threads of the program.
class process_allocation_counter {
 public:
  std::uint64_t calls() const noexcept { return detail::calls_of_all_threads.load(std::memory_order_relaxed) - first_; }

 private:
  std::uint64_t first_ = detail::calls_of_all_threads.load(std::memory_order_relaxed);
};

}  // namespace pyhft::support

#if PYHFT_COUNTS_OPERATOR_NEW_ONLY

// Not inlined: the compiler would see a malloc behind a new, or a free behind a delete, and warn of the mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  pyhft::support::detail::count();
  if (void* result = std::malloc(bytes != 0 ? bytes : 1)) return result;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
  pyhft::support::detail::count();
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* result = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit)) return result;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

#else

// glibc's own entries, which malloc and the rest are other names of.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);

[[gnu::visibility("default")]] void* malloc(std::size_t bytes) {
  pyhft::support::detail::count();
  return __libc_malloc(bytes);
}
[[gnu::visibility("default")]] void* calloc(std::size_t count, std::size_t bytes) {
  pyhft::support::detail::count();
  return __libc_calloc(count, bytes);
}
[[gnu::visibility("default")]] void* realloc(void* memory, std::size_t bytes) {
  pyhft::support::detail::count();
  return __libc_realloc(memory, bytes);
}
[[gnu::visibility("default")]] void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  pyhft::support::detail::count();
  return __libc_memalign(alignment, bytes);
}
[[gnu::visibility("default")]] int posix_memalign(void** result, std::size_t alignment, std::size_t bytes) {
  pyhft::support::detail::count();
  *result = __libc_memalign(alignment, bytes);
  return *result != nullptr ? 0 : ENOMEM;
}
}

#endif
