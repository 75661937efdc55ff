// SPDX-License-Identifier: MIT
#pragma once

// Books by price level of many instruments, for feeds that say what quantity stands at a price. Memory is fixed at
// construction, about 100 bytes a level and 64 a book; nothing is allocated afterwards, but by snapshot() and restore().
// Where a new level finds no room, set() says `full`, counts nothing and changes nothing. One thread.

#include <cstdint>
#include <span>
#include <vector>

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
  // The best levels, as many as there are and as `into` has room for; returns their number.
  std::uint32_t depth(std::uint32_t book, side of, std::span<depth_level> into) const noexcept;
  // What stands at a price; 0 shares where nothing does.
  depth_level at_price(std::uint32_t book, side of, price at) const noexcept;

  // One book; all of them.
  void clear(std::uint32_t book) noexcept;
  void clear() noexcept;

  std::uint32_t max_books() const noexcept { return static_cast<std::uint32_t>(books_.size()); }
  std::uint32_t max_levels() const noexcept { return levels_.capacity(); }
  // At least as many as there are over all books; what were once in use count until a restore.
  std::uint32_t used_levels() const noexcept { return levels_.most_used(); }
  // All that was set aside, and what one book has of it.
  std::size_t memory_bytes() const noexcept;
  std::size_t memory_bytes(std::uint32_t book) const noexcept;

  // All levels of all books, as bytes that any build of this version can read. Cold; allocates.
  std::vector<std::byte> snapshot() const;
  // Puts what a snapshot tells in place of everything. Throws input_error for bytes that no snapshot() gave or that
  // don't fit into these limits; the books stay as they were then. Cold; allocates.
  void restore(std::span<const std::byte> snapshot);

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
