// SPDX-License-Identifier: MIT
#pragma once

// The sorted price levels of all books, in one block of memory that is set aside at the start.
//
// A ladder is one side of one book: an array of (price, level number) sorted from the worst to the best, so that what
// happens near the touch, where nearly everything happens, moves and searches only a few entries at its end. The levels
// themselves stand still in a pool and are named by number, so that an order can point at its level. Ladders start
// small and double by moving to a larger piece; pieces that are left, and that of a ladder which has become empty, are
// used again by other ladders. Nothing is allocated after construction; where room is lacking, or a ladder has
// max_levels_a_side, insert() gives no_level. One thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "pyhft/base/prefetch.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/memory/fixed_array.hpp"

namespace pyhft::book {

inline constexpr std::uint32_t no_level = 0;

// What any of the limits that books are made with may be.
inline constexpr std::uint32_t max_limit = 1u << 30;

// Returns the value; throws argument_error, naming `what`, for 0 and beyond max_limit.
std::uint32_t checked_limit(const char* what, std::uint32_t value);

struct level {
  pyhft::price price{};
  std::uint64_t shares{};
  std::uint32_t orders{};
  std::uint32_t first_order{};  // first in, first out; L3 only
  std::uint32_t last_order{};
  std::uint32_t book{};  // book number * 2 + side
};

struct ladder {
  std::uint32_t start{};  // of its piece in the pool
  std::uint32_t size{};
  std::uint8_t size_class{};  // its piece has smallest_piece << (size_class - 1) entries; 0: none yet
};

class ladder_pool {
 public:
  static constexpr std::uint32_t max_levels_a_side = 10'000;

  // Throws argument_error for a limit of 0 or beyond max_limit.
  explicit ladder_pool(std::uint32_t max_levels);

  // The level at this price, or no_level. The side says whether higher or lower is better.
  std::uint32_t find(const ladder& of, price at, side which) const noexcept {
    const std::uint32_t place = place_of(of, at, which);
    if (place == 0) return no_level;
    const entry& candidate = entries_[of.start + place - 1];
    return candidate.key == key_of(at, which) ? candidate.level : no_level;
  }

  // A new, empty level; the price must not be there yet.
  std::uint32_t insert(ladder& to, price at, side which, std::uint32_t book) noexcept;

  // Takes an existing level out.
  void erase(ladder& from, std::uint32_t number, side which) noexcept;

  void clear(ladder& of) noexcept;

  // Room for so many levels at once in an empty ladder; false where there is none. Between reset() and the next
  // insert() it is there for any ladders of together max_levels.
  bool reserve(ladder& one, std::uint32_t levels) noexcept;

  // As after construction. Whoever holds ladders sets them to {}.
  void reset() noexcept;

  // The end of the ladder, where nearly everything happens.
  void prefetch_best(const ladder& of) const noexcept {
    pyhft::prefetch(&entries_[of.start + of.size - (of.size != 0)]);
  }

  void prefetch(std::uint32_t number) const noexcept { pyhft::prefetch(&levels_[number]); }

  // 0 is the best.
  const level& at_depth(const ladder& of, std::uint32_t depth) const noexcept {
    return levels_[entries_[of.start + of.size - 1 - depth].level];
  }

  std::uint32_t number_at_depth(const ladder& of, std::uint32_t depth) const noexcept {
    return entries_[of.start + of.size - 1 - depth].level;
  }

  level& operator[](std::uint32_t number) noexcept { return levels_[number]; }
  const level& operator[](std::uint32_t number) const noexcept { return levels_[number]; }

  std::uint32_t capacity() const noexcept { return static_cast<std::uint32_t>(levels_.size() - 1); }
  // Levels in use at once, since the last reset().
  std::uint32_t most_used() const noexcept { return next_level_ - 1; }
  std::size_t memory_bytes() const noexcept { return entries_.memory_bytes() + levels_.memory_bytes(); }
  // What one ladder has of that.
  std::size_t memory_bytes(const ladder& of) const noexcept {
    return piece_entries(of.size_class) * sizeof(entry) + of.size * sizeof(level);
  }

 private:
  static constexpr std::uint32_t smallest_piece = 4;
  static constexpr std::size_t size_classes = 14;  // the last one holds max_levels_a_side, see below
  static constexpr std::uint32_t no_piece = std::numeric_limits<std::uint32_t>::max();

  // Ordered by key, which is the price, with all bits turned where lower is better (the one way to turn the order of
  // all 2^64 prices without overflow): the best entry is always the last.
  struct entry {
    std::int64_t key;
    std::uint32_t level;
  };

  static constexpr std::int64_t key_of(price at, side which) noexcept {
    return which == side::buy ? at.ticks : ~at.ticks;
  }

  // How many entries are worse than this price or equal to it. Searched from the best, one by one where nearly all is
  // found, then by halves.
  std::uint32_t place_of(const ladder& of, price at, side which) const noexcept {
    constexpr std::uint32_t one_by_one = 12;
    const entry* const first = &entries_[of.start];
    const std::int64_t key = key_of(at, which);
    std::uint32_t place = of.size;
    const std::uint32_t last = place > one_by_one ? place - one_by_one : 0;
    for (; place > last; --place) {
      if (first[place - 1].key <= key) return place;
    }
    std::uint32_t low = 0;
    while (place > 0) {
      const std::uint32_t half = place / 2;
      const bool worse = first[low + half].key <= key;
      low += worse ? half + 1 : 0;
      place = worse ? place - half - 1 : half;
    }
    return low;
  }

  bool grow(ladder& one) noexcept;
  std::uint32_t take_piece(std::uint8_t size_class) noexcept;
  void give_back(const ladder& one) noexcept;
  static constexpr std::uint32_t piece_entries(std::uint8_t size_class) noexcept {
    return size_class == 0 ? 0 : smallest_piece << (size_class - 1);
  }
  static_assert(smallest_piece << (size_classes - 2) >= max_levels_a_side, "the largest piece must hold a full side");

  memory::fixed_array<entry> entries_;
  memory::fixed_array<level> levels_;
  std::uint32_t next_entry_{};
  std::uint32_t next_level_{1};
  std::uint32_t free_level_{no_level};                   // chained through first_order
  std::array<std::uint32_t, size_classes> free_pieces_;  // chained through entry::level
};

}  // namespace pyhft::book
