// SPDX-License-Identifier: MIT
#include "pyhft/book/ladder_pool.hpp"

#include <cstring>
#include <string>

#include "pyhft/base/error.hpp"

namespace pyhft::book {

std::uint32_t checked_limit(const char* what, std::uint32_t value) {
  if (value == 0 || value > max_limit) {
    throw argument_error(std::string{"books: "} + what + " is " + std::to_string(value) + "; it must be from 1 to " +
                         std::to_string(max_limit) + ": give what the memory of this machine allows");
  }
  return value;
}

// Doubling leaves at most as much behind as it takes, and a half-full piece wastes as much again: four entries a level
// are enough for any number of ladders that grow side by side, down to one level in each. A history that leaves many
// pieces of the wrong sizes may need more; there is some spare, and where it ends insert() says so.
ladder_pool::ladder_pool(std::uint32_t max_levels)
    : entries_(std::size_t{checked_limit("max_levels", max_levels)} * 4 + 4096), levels_(std::size_t{max_levels} + 1) {
  free_pieces_.fill(no_piece);
}

std::uint32_t ladder_pool::insert(ladder& to, price at, side which, std::uint32_t book) noexcept {
  if (to.size == max_levels_a_side) return no_level;
  if (to.size == piece_entries(to.size_class) && !grow(to)) return no_level;
  std::uint32_t number = free_level_;
  if (number != no_level) {
    free_level_ = levels_[number].first_order;
  } else if (next_level_ < levels_.size()) {
    number = next_level_++;
  } else {
    return no_level;
  }
  levels_[number] = {.price = at, .book = book};
  const std::uint32_t place = place_of(to, at, which);
  entry* const first = &entries_[to.start];
  std::memmove(first + place + 1, first + place, (to.size - place) * sizeof(entry));
  first[place] = {key_of(at, which), number};
  ++to.size;
  return number;
}

void ladder_pool::erase(ladder& from, std::uint32_t number, side which) noexcept {
  const std::uint32_t place = place_of(from, levels_[number].price, which);
  entry* const first = &entries_[from.start];
  std::memmove(first + place - 1, first + place, (from.size - place) * sizeof(entry));
  --from.size;
  levels_[number].first_order = free_level_;
  free_level_ = number;
  // An empty ladder keeps nothing: its piece may be as large as a full side, and others may wait for it.
  if (from.size == 0) {
    give_back(from);
    from = {};
  }
}

void ladder_pool::clear(ladder& of) noexcept {
  for (std::uint32_t i = 0; i < of.size; ++i) {
    const std::uint32_t number = entries_[of.start + i].level;
    levels_[number].first_order = free_level_;
    free_level_ = number;
  }
  give_back(of);
  of = {};
}

bool ladder_pool::reserve(ladder& one, std::uint32_t levels) noexcept {
  if (levels == 0) return true;
  std::uint8_t size_class = 1;
  while (piece_entries(size_class) < levels) {
    if (++size_class == size_classes) return false;
  }
  const std::uint32_t start = take_piece(size_class);
  if (start == no_piece) return false;
  one = {.start = start, .size_class = size_class};
  return true;
}

void ladder_pool::reset() noexcept {
  free_pieces_.fill(no_piece);
  next_entry_ = 0;
  next_level_ = 1;
  free_level_ = no_level;
}

std::uint32_t ladder_pool::take_piece(std::uint8_t size_class) noexcept {
  std::uint32_t start = free_pieces_[size_class];
  if (start != no_piece) {
    free_pieces_[size_class] = entries_[start].level;
  } else if (entries_.size() - next_entry_ >= piece_entries(size_class)) {
    start = next_entry_;
    next_entry_ += piece_entries(size_class);
  }
  return start;
}

bool ladder_pool::grow(ladder& one) noexcept {
  const auto larger = static_cast<std::uint8_t>(one.size_class + 1);
  const std::uint32_t start = take_piece(larger);
  if (start == no_piece) return false;
  std::memcpy(&entries_[start], &entries_[one.start], one.size * sizeof(entry));
  give_back(one);
  one.start = start;
  one.size_class = larger;
  return true;
}

void ladder_pool::give_back(const ladder& one) noexcept {
  if (one.size_class == 0) return;
  entries_[one.start].level = free_pieces_[one.size_class];
  free_pieces_[one.size_class] = one.start;
}

}  // namespace pyhft::book
