// SPDX-License-Identifier: MIT
#pragma once

// Books by price level of many instruments, for feeds that say what quantity stands at a price. Memory is fixed at
// construction; nothing is allocated afterwards. One thread.

#include <cstdint>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/book/ladder_pool.hpp"
#include "pyhft/memory/fixed_array.hpp"

namespace pyhft::book {

class l2_books {
 public:
  // Throws argument_error for limits of 0 or beyond 2^30.
  l2_books(std::uint32_t max_books, std::uint32_t max_levels);

  // Sets what stands at a price; 0 shares take the level out. `book` is below max_books.
  outcome set(std::uint32_t book, side of, price at, quantity shares) noexcept;

  const best_quote& best(std::uint32_t book) const noexcept { return books_[book].best; }
  std::uint32_t levels(std::uint32_t book, side of) const noexcept { return side_of(book, of).size; }
  // 0 is the best level; below levels().
  depth_level depth(std::uint32_t book, side of, std::uint32_t level) const noexcept;

  void clear() noexcept;
  std::size_t memory_bytes() const noexcept;

 private:
  struct one_book {
    best_quote best;
    ladder sides[2];
  };

  const ladder& side_of(std::uint32_t book, side of) const noexcept {
    return books_[book].sides[static_cast<std::size_t>(of)];
  }

  memory::fixed_array<one_book> books_;
  ladder_pool levels_;
};

}  // namespace pyhft::book
