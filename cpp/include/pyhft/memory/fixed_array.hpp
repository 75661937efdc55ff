// SPDX-License-Identifier: MIT
#pragma once

// An array whose length is fixed when it is made, on prefaulted pages, huge where they can be had: for the tables of
// hot loops, whose random accesses would miss in the address translation otherwise. Every element is value-constructed.
// Cold to make (argument_error for length 0, host_error for memory that can't be had); then nothing but an address. A
// const array gives const elements.

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>

#include "pyhft/base/error.hpp"
#include "pyhft/memory/page_block.hpp"

namespace pyhft::memory {

template <class T>
class fixed_array {
  static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 4096);

 public:
  explicit fixed_array(std::size_t length, huge_pages wish = huge_pages::attempt)
      : block_(checked_bytes(length), wish), length_(length) {
    std::uninitialized_value_construct_n(begin(), length);
  }
  fixed_array(const fixed_array&) = delete;
  fixed_array& operator=(const fixed_array&) = delete;

  T& operator[](std::size_t index) noexcept { return begin()[index]; }
  const T& operator[](std::size_t index) const noexcept { return begin()[index]; }
  T* begin() noexcept { return reinterpret_cast<T*>(block_.data()); }
  T* end() noexcept { return begin() + length_; }
  const T* begin() const noexcept { return reinterpret_cast<const T*>(block_.data()); }
  const T* end() const noexcept { return begin() + length_; }

  std::size_t size() const noexcept { return length_; }
  std::size_t memory_bytes() const noexcept { return block_.bytes(); }
  const page_block& block() const noexcept { return block_; }

 private:
  static std::size_t checked_bytes(std::size_t length) {
    constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(T);
    if (length == 0 || length > most) {
      throw argument_error("An array of " + std::to_string(length) + " elements can't be: give 1 to " +
                           std::to_string(most) + ".");
    }
    return length * sizeof(T);
  }

  page_block block_;
  std::size_t length_;
};

}  // namespace pyhft::memory
