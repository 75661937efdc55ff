// SPDX-License-Identifier: MIT
#include "pyhft/book/l3_books.hpp"

namespace pyhft::book {
namespace {

constexpr side side_of_number(std::uint32_t book_and_side) noexcept { return static_cast<side>(book_and_side & 1); }

}  // namespace

l3_books::l3_books(std::uint32_t max_books, std::uint32_t max_orders, std::uint32_t max_levels)
    : books_(checked_limit("max_books", max_books)),
      orders_{checked_limit("max_orders", max_orders)},
      levels_{max_levels} {}

outcome l3_books::add(std::uint32_t book, order_id id, side of, quantity shares, price at) noexcept {
  if (shares.shares == 0) [[unlikely]]
    return outcome::no_quantity;
  if (orders_.find(id) != no_order) [[unlikely]]
    return outcome::duplicate_order;
  one_book& here = books_[book];
  ladder& ladder = here.sides[static_cast<std::size_t>(of)];
  std::uint32_t number = levels_.find(ladder, at, of);
  const bool new_level = number == no_level;
  if (new_level) {
    number = levels_.insert(ladder, at, of, book * 2 + static_cast<std::uint32_t>(of));
    if (number == no_level) [[unlikely]]
      return outcome::full;
  }
  const std::uint32_t record = orders_.insert(id);
  if (record == no_order) [[unlikely]] {
    if (new_level) levels_.erase(ladder, number, of);
    return outcome::full;
  }
  level& level = levels_[number];
  order_record& order = orders_[record];
  order.shares = static_cast<std::uint32_t>(shares.shares);
  order.level = number;
  order.previous = level.last_order;
  (level.last_order == no_order ? level.first_order : orders_[level.last_order].next) = record;
  level.last_order = record;
  level.shares += shares.shares;
  ++level.orders;
  ++here.orders;
  refresh_best(here, of);
  return outcome::done;
}

outcome l3_books::reduce(order_id id, quantity shares) noexcept {
  const std::uint32_t record = orders_.find(id);
  if (record == no_order) [[unlikely]]
    return outcome::unknown_order;
  order_record& order = orders_[record];
  if (shares.shares >= order.shares) {
    const bool over = shares.shares > order.shares;
    take_out(record);
    return over ? outcome::over_execution : outcome::done;
  }
  order.shares -= static_cast<std::uint32_t>(shares.shares);
  level& level = levels_[order.level];
  level.shares -= shares.shares;
  refresh_best(books_[level.book >> 1], side_of_number(level.book));
  return outcome::done;
}

outcome l3_books::remove(order_id id) noexcept {
  const std::uint32_t record = orders_.find(id);
  if (record == no_order) [[unlikely]]
    return outcome::unknown_order;
  take_out(record);
  return outcome::done;
}

outcome l3_books::replace(order_id old_id, order_id new_id, quantity shares, price at) noexcept {
  const std::uint32_t record = orders_.find(old_id);
  if (record == no_order) [[unlikely]]
    return outcome::unknown_order;
  const std::uint32_t book_and_side = levels_[orders_[record].level].book;
  take_out(record);
  return add(book_and_side >> 1, new_id, side_of_number(book_and_side), shares, at);
}

std::optional<l3_books::resting_order> l3_books::find(order_id id) const noexcept {
  const std::uint32_t record = orders_.find(id);
  if (record == no_order) return std::nullopt;
  const order_record& order = orders_[record];
  const level& level = levels_[order.level];
  return resting_order{level.book >> 1, side_of_number(level.book), level.price, {order.shares}};
}

depth_level l3_books::depth(std::uint32_t book, side of, std::uint32_t at) const noexcept {
  const level& level = levels_.at_depth(side_of(book, of), at);
  return {level.price, {level.shares}, level.orders};
}

std::vector<order_id> l3_books::queue(std::uint32_t book, side of, std::uint32_t at) const {
  std::vector<order_id> result;
  for (std::uint32_t record = levels_.at_depth(side_of(book, of), at).first_order; record != no_order;
       record = orders_[record].next) {
    result.push_back(orders_[record].id);
  }
  return result;
}

void l3_books::clear() noexcept {
  for (one_book& book : books_) {
    for (ladder& side : book.sides) levels_.clear(side);
    book = {};
  }
  orders_.clear();
}

std::size_t l3_books::memory_bytes() const noexcept {
  return books_.memory_bytes() + orders_.memory_bytes() + levels_.memory_bytes();
}

void l3_books::take_out(std::uint32_t record) noexcept {
  const order_record order = orders_[record];
  level& level = levels_[order.level];
  (order.previous == no_order ? level.first_order : orders_[order.previous].next) = order.next;
  (order.next == no_order ? level.last_order : orders_[order.next].previous) = order.previous;
  level.shares -= order.shares;
  --level.orders;
  one_book& here = books_[level.book >> 1];
  const side of = side_of_number(level.book);
  --here.orders;
  if (level.orders == 0) levels_.erase(here.sides[static_cast<std::size_t>(of)], order.level, of);
  orders_.erase(order.id);
  refresh_best(here, of);
}

void l3_books::refresh_best(one_book& book, side of) noexcept {
  const ladder& ladder = book.sides[static_cast<std::size_t>(of)];
  if (ladder.size == 0) return book.best.set(of, {}, {});
  const level& top = levels_.at_depth(ladder, 0);
  book.best.set(of, top.price, {top.shares});
}

}  // namespace pyhft::book
