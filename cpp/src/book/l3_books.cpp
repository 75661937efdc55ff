// SPDX-License-Identifier: MIT
#include "pyhft/book/l3_books.hpp"

#include <algorithm>
#include <limits>

#include "snapshot_bytes.hpp"

namespace pyhft::book {
namespace {

constexpr std::uint64_t most_order_shares = std::numeric_limits<std::uint32_t>::max();

constexpr side side_of_number(std::uint32_t book_and_side) noexcept { return static_cast<side>(book_and_side & 1); }

}  // namespace

l3_books::l3_books(std::uint32_t max_books, std::uint32_t max_orders, std::uint32_t max_levels,
                   std::uint32_t max_orders_a_book)
    : books_(checked_limit("max_books", max_books)),
      orders_{checked_limit("max_orders", max_orders)},
      levels_{max_levels},
      max_orders_a_book_{checked_limit("max_orders_a_book", max_orders_a_book)} {}

outcome l3_books::add(std::uint32_t book, order_id id, side of, quantity shares, price at) noexcept {
  if (shares.shares - 1 >= most_order_shares) [[unlikely]]  // 0 is above all then
    return outcome::no_quantity;
  if (orders_.find(id) != no_order) [[unlikely]]
    return outcome::duplicate_order;
  one_book& here = books_[book];
  if (here.orders >= max_orders_a_book_) [[unlikely]]
    return outcome::full;
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
  order.book = level.book;
  order.previous = level.last_order;
  (level.last_order == no_order ? level.first_order : orders_[level.last_order].next) = record;
  level.last_order = record;
  level.shares += shares.shares;
  ++level.orders;
  ++here.orders;
  here.best.set_where(number == levels_.number_at_depth(ladder, 0), of, at, {level.shares});
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
  const side of = side_of_number(order.book);
  best_quote& best = books_[order.book >> 1].best;
  best.set_where(level.price == best.price_of(of), of, level.price, {level.shares});
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
  const std::uint32_t book_and_side = orders_[record].book;
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

std::optional<queue_position> l3_books::position(order_id id) const noexcept {
  const std::uint32_t record = orders_.find(id);
  if (record == no_order) return std::nullopt;
  const level& level = levels_[orders_[record].level];
  queue_position result{0, {}, {level.price, {level.shares}, level.orders}};
  for (std::uint32_t ahead = orders_[record].previous; ahead != no_order; ahead = orders_[ahead].previous) {
    ++result.orders_ahead;
    result.shares_ahead += {orders_[ahead].shares};
  }
  return result;
}

depth_level l3_books::depth(std::uint32_t book, side of, std::uint32_t at) const noexcept {
  const level& level = levels_.at_depth(side_of(book, of), at);
  return {level.price, {level.shares}, level.orders};
}

std::uint32_t l3_books::depth(std::uint32_t book, side of, std::span<depth_level> into) const noexcept {
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(into.size(), levels(book, of)));
  for (std::uint32_t i = 0; i < count; ++i) into[i] = depth(book, of, i);
  return count;
}

depth_level l3_books::at_price(std::uint32_t book, side of, price at) const noexcept {
  const std::uint32_t number = levels_.find(side_of(book, of), at, of);
  if (number == no_level) return {at, {}, 0};
  return {at, {levels_[number].shares}, levels_[number].orders};
}

std::vector<l3_books::queued_order> l3_books::queue(std::uint32_t book, side of, std::uint32_t at) const {
  return queue_of(levels_.number_at_depth(side_of(book, of), at));
}

std::vector<l3_books::queued_order> l3_books::queue(std::uint32_t book, side of, price at) const {
  const std::uint32_t number = levels_.find(side_of(book, of), at, of);
  return number == no_level ? std::vector<queued_order>{} : queue_of(number);
}

std::vector<l3_books::queued_order> l3_books::queue_of(std::uint32_t number) const {
  std::vector<queued_order> result;
  for (std::uint32_t record = levels_[number].first_order; record != no_order; record = orders_[record].next) {
    result.push_back({orders_[record].id, {orders_[record].shares}});
  }
  return result;
}

void l3_books::clear(std::uint32_t book) noexcept {
  for (ladder& side : books_[book].sides) {
    for (std::uint32_t i = 0; i < side.size; ++i) {
      const level& level = levels_.at_depth(side, i);
      while (level.first_order != no_order) erase(level.first_order);
    }
    levels_.clear(side);
  }
  books_[book] = {};
}

void l3_books::clear() noexcept {
  for (one_book& book : books_) book = {};
  levels_.reset();
  orders_.clear();
}

std::size_t l3_books::memory_bytes() const noexcept {
  return books_.memory_bytes() + orders_.memory_bytes() + levels_.memory_bytes();
}

std::size_t l3_books::memory_bytes(std::uint32_t book) const noexcept {
  const one_book& here = books_[book];
  return sizeof here + here.orders * order_table::bytes_an_order + levels_.memory_bytes(here.sides[0]) +
         levels_.memory_bytes(here.sides[1]);
}

// Out of the queue of its level, and out of the table.
void l3_books::erase(std::uint32_t record) noexcept {
  const auto link = [this](const order_record& order, std::uint32_t to_next, std::uint32_t to_previous) {
    level& level = levels_[order.level];
    (order.previous == no_order ? level.first_order : orders_[order.previous].next) = to_next;
    (order.next == no_order ? level.last_order : orders_[order.next].previous) = to_previous;
  };
  link(orders_[record], orders_[record].next, orders_[record].previous);
  orders_.erase(record, [&](std::uint32_t number) { link(orders_[number], number, number); });
}

void l3_books::take_out(std::uint32_t record) noexcept {
  const order_record order = orders_[record];
  one_book& here = books_[order.book >> 1];
  const side of = side_of_number(order.book);
  level& level = levels_[order.level];
  level.shares -= order.shares;
  --level.orders;
  --here.orders;
  erase(record);
  const bool was_best = level.price == here.best.price_of(of);
  if (level.orders != 0) return here.best.set_where(was_best, of, level.price, {level.shares});
  ladder& ladder = here.sides[static_cast<std::size_t>(of)];
  levels_.erase(ladder, order.level, of);
  if (!was_best) return;
  if (ladder.size == 0) return here.best.set(of, {}, {});
  const book::level& top = levels_.at_depth(ladder, 0);
  here.best.set(of, top.price, {top.shares});
}

// Of each level the number of its orders, and of each order, the first one first, its reference and shares.
std::vector<std::byte> l3_books::snapshot() const {
  snapshot_writer out{snapshot_kind::l3};
  put_books(out, books_, levels_, [&](const level& level) {
    out.put(level.orders);
    for (std::uint32_t record = level.first_order; record != no_order; record = orders_[record].next) {
      out.put(orders_[record].id.value);
      out.put(orders_[record].shares);
    }
  });
  return out.finish();
}

void l3_books::restore(std::span<const std::byte> snapshot) {
  std::vector<std::uint64_t> ids;
  {
    snapshot_reader in{snapshot, snapshot_kind::l3};
    snapshot_books books{in, max_books(), max_levels()};
    std::uint64_t of_book = 0;
    books.check([&] { of_book = 0; },
                [&] {
                  const std::uint64_t orders = in.get();
                  in.require(orders != 0, "a level has no orders");
                  of_book += orders;
                  in.require(of_book <= max_orders_a_book_, "a book has more orders than one may have here");
                  for (std::uint64_t i = 0; i < orders; ++i) {
                    ids.push_back(in.get());
                    const std::uint64_t shares = in.get();
                    in.require(shares != 0 && shares <= most_order_shares,
                               "an order has no shares, or more than 2^32 - 1");
                  }
                });
    in.require(ids.size() <= max_orders(), "it has more orders than there is room for here");
    std::sort(ids.begin(), ids.end());
    in.require(std::adjacent_find(ids.begin(), ids.end()) == ids.end(), "a reference occurs twice");
  }
  clear();
  snapshot_reader in{snapshot, snapshot_kind::l3};
  get_books(in, books_, levels_, [&](std::uint32_t book, side of, price at) {
    for (std::uint64_t orders = in.get(); orders > 0; --orders) {
      const order_id id{in.get()};
      add(book, id, of, {in.get()}, at);
    }
  });
}

}  // namespace pyhft::book
