// SPDX-License-Identifier: MIT
#include "pyhft/book/l2_books.hpp"

#include <algorithm>

#include "snapshot_bytes.hpp"

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

std::uint32_t l2_books::depth(std::uint32_t book, side of, std::span<depth_level> into) const noexcept {
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(into.size(), levels(book, of)));
  for (std::uint32_t i = 0; i < count; ++i) into[i] = depth(book, of, i);
  return count;
}

depth_level l2_books::at_price(std::uint32_t book, side of, price at) const noexcept {
  const std::uint32_t number = levels_.find(side_of(book, of), at, of);
  return {at, {number == no_level ? 0 : levels_[number].shares}, 0};
}

void l2_books::clear(std::uint32_t book) noexcept {
  for (ladder& side : books_[book].sides) levels_.clear(side);
  books_[book] = {};
}

void l2_books::clear() noexcept {
  for (one_book& book : books_) book = {};
  levels_.reset();
}

std::size_t l2_books::memory_bytes() const noexcept { return books_.memory_bytes() + levels_.memory_bytes(); }

std::size_t l2_books::memory_bytes(std::uint32_t book) const noexcept {
  const one_book& here = books_[book];
  return sizeof here + levels_.memory_bytes(here.sides[0]) + levels_.memory_bytes(here.sides[1]);
}

// Of each level its shares.
std::vector<std::byte> l2_books::snapshot() const {
  snapshot_writer out{snapshot_kind::l2};
  put_books(out, books_, levels_, [&](const level& level) { out.put(level.shares); });
  return out.finish();
}

void l2_books::restore(std::span<const std::byte> snapshot) {
  {
    snapshot_reader in{snapshot, snapshot_kind::l2};
    snapshot_books books{in, max_books(), max_levels()};
    books.check([] {}, [&] { in.require(in.get() != 0, "a level has no shares"); });
  }
  clear();
  snapshot_reader in{snapshot, snapshot_kind::l2};
  get_books(in, books_, levels_, [&](std::uint32_t book, side of, price at) { set(book, of, at, {in.get()}); });
}

}  // namespace pyhft::book
