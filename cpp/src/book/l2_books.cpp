// SPDX-License-Identifier: MIT
#include "pyhft/book/l2_books.hpp"

namespace pyhft::book {

l2_books::l2_books(std::uint32_t max_books, std::uint32_t max_levels)
    : books_(checked_limit("max_books", max_books)), levels_{max_levels} {}

outcome l2_books::set(std::uint32_t book, side of, price at, quantity shares) noexcept {
  one_book& here = books_[book];
  ladder& ladder = here.sides[static_cast<std::size_t>(of)];
  std::uint32_t number = levels_.find(ladder, at, of);
  if (shares.shares == 0) {
    if (number == no_level) return outcome::done;
    levels_.erase(ladder, number, of);
  } else {
    if (number == no_level) number = levels_.insert(ladder, at, of, book * 2 + static_cast<std::uint32_t>(of));
    if (number == no_level) [[unlikely]]
      return outcome::full;
    levels_[number].shares = shares.shares;
  }
  if (ladder.size == 0) {
    here.best.set(of, {}, {});
  } else {
    const level& top = levels_.at_depth(ladder, 0);
    here.best.set(of, top.price, {top.shares});
  }
  return outcome::done;
}

depth_level l2_books::depth(std::uint32_t book, side of, std::uint32_t at) const noexcept {
  const level& level = levels_.at_depth(side_of(book, of), at);
  return {level.price, {level.shares}, 0};
}

void l2_books::clear() noexcept {
  for (one_book& book : books_) {
    for (ladder& side : book.sides) levels_.clear(side);
    book = {};
  }
}

std::size_t l2_books::memory_bytes() const noexcept { return books_.memory_bytes() + levels_.memory_bytes(); }

}  // namespace pyhft::book
