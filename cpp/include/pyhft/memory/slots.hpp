// SPDX-License-Identifier: MIT
#pragma once

// What the arenas share: a block of prefaulted pages, seen as slots of one type. Cold to make; then addresses only.

#include <cstddef>
#include <limits>
#include <string>
#include <type_traits>

#include "pyhft/base/error.hpp"
#include "pyhft/memory/page_block.hpp"

namespace pyhft::memory {

// A slot's type lives in plain bytes, since taking slots back destroys nothing, and is aligned to a page at most.
template <class T>
concept slot_type = std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> && alignof(T) <= 4096;

template <slot_type T>
class slots {
 public:
  // 0 or more than fits the address space: argument_error. Memory that can't be had: host_error.
  slots(std::size_t capacity, huge_pages wish) : block_(checked_bytes(capacity), wish), capacity_(capacity) {}

  T* begin() const noexcept { return reinterpret_cast<T*>(block_.data()); }
  T* end() const noexcept { return begin() + capacity_; }
  std::size_t capacity() const noexcept { return capacity_; }
  const page_block& block() const noexcept { return block_; }

  std::size_t index_of(const T* slot) const noexcept { return static_cast<std::size_t>(slot - begin()); }
  bool own(const T* slot) const noexcept { return slot >= begin() && slot < end(); }

 private:
  static std::size_t checked_bytes(std::size_t capacity) {
    constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(T);
    if (capacity == 0 || capacity > most) {
      throw argument_error("An arena of " + std::to_string(capacity) + " slots of " + std::to_string(sizeof(T)) +
                           " bytes can't be: give 1 to " + std::to_string(most) + " slots.");
    }
    return capacity * sizeof(T);
  }

  page_block block_;
  std::size_t capacity_;
};

}  // namespace pyhft::memory
