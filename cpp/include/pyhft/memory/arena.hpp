// SPDX-License-Identifier: MIT
#pragma once

// Slots of one type on one block of prefaulted pages, handed out in order and taken back all at once.
//
// One owner: every call comes from the same thread (or from threads that hand the arena over). try_allocate() costs a
// compare and an increment. All memory is taken by the constructor; when the slots are used up, a call returns null and
// is counted in exhausted(), and nothing else happens. A slot's address is stable until the arena dies.
//
// A slot isn't constructed: its type must be one that lives in plain bytes (trivially copyable and destructible), and
// the bytes are zero at first and what the last user left after a reset(). Who wants a constructed value calls
// try_make().

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "pyhft/base/error.hpp"
#include "pyhft/memory/page_block.hpp"

namespace pyhft::memory {

template <class T>
class arena {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>,
                "a slot's type lives in plain bytes: reset() destroys nothing");
  static_assert(alignof(T) <= 4096, "a block is aligned to a page and no further");

 public:
  // capacity in slots; 0 or more than fits the address space: argument_error. Memory that can't be had: host_error.
  explicit arena(std::size_t capacity, huge_pages wish = huge_pages::attempt)
      : block_(checked_bytes(capacity), wish), capacity_(capacity) {}
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  // Hot.
  T* try_allocate() noexcept {
    if (used_ == capacity_) [[unlikely]] {
      ++exhausted_;
      return nullptr;
    }
    return slots() + used_++;
  }

  template <class... Args>
  T* try_make(Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>) {
    T* slot = try_allocate();
    return slot == nullptr ? nullptr : std::construct_at(slot, std::forward<Args>(args)...);
  }

  // Hot as well. Every slot handed out is free again, whoever still points at it; the count of exhausted() stays.
  void reset() noexcept { used_ = 0; }

  T& operator[](std::size_t index) noexcept { return slots()[index]; }
  const T& operator[](std::size_t index) const noexcept { return slots()[index]; }
  std::size_t index_of(const T* slot) const noexcept { return static_cast<std::size_t>(slot - slots()); }
  bool owns(const T* slot) const noexcept { return slot >= slots() && slot < slots() + capacity_; }

  // The slots handed out since the last reset, in order.
  std::span<T> allocated() noexcept { return {slots(), used_}; }
  std::span<const T> allocated() const noexcept { return {slots(), used_}; }

  std::size_t used() const noexcept { return used_; }
  std::size_t capacity() const noexcept { return capacity_; }
  // Calls that found no slot, over the arena's whole life.
  std::uint64_t exhausted() const noexcept { return exhausted_; }
  const page_block& block() const noexcept { return block_; }

 private:
  static std::size_t checked_bytes(std::size_t capacity) {
    constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(T);
    if (capacity == 0 || capacity > most) {
      throw argument_error("An arena of " + std::to_string(capacity) + " slots of " + std::to_string(sizeof(T)) +
                           " bytes can't be: give 1 to " + std::to_string(most) + " slots.");
    }
    return capacity * sizeof(T);
  }

  T* slots() const noexcept { return reinterpret_cast<T*>(block_.data()); }

  page_block block_;
  std::size_t capacity_;
  std::size_t used_{};
  std::uint64_t exhausted_{};
};

}  // namespace pyhft::memory
