// SPDX-License-Identifier: MIT
#include "order_lists.hpp"

namespace pyhft::sim {
namespace {

constexpr bool is_better(side of, std::uint32_t cents, std::uint32_t than) noexcept {
  return of == side::buy ? cents > than : cents < than;
}

// Behind all levels that are worse: where the level of this price is, or belongs.
std::size_t place_of(const book_side& in, side of, std::uint32_t cents) noexcept {
  std::size_t place = in.levels.size();
  while (place > 0 && !is_better(of, cents, in.levels[place - 1].cents)) --place;
  return place;
}

}  // namespace

void order_lists::add(order_book& to, order_id id, side of, std::uint32_t cents, std::uint32_t shares) {
  if (free_ == no_order) {
    free_ = static_cast<std::uint32_t>(orders_.size());
    orders_.emplace_back();
  }
  const std::uint32_t number = free_;
  live_order& order = orders_[number];
  free_ = order.next;

  book_side& side = to[of];
  const std::size_t place = place_of(side, of, cents);
  if (place == side.levels.size() || side.levels[place].cents != cents) {
    side.levels.insert(side.levels.begin() + static_cast<std::ptrdiff_t>(place), {cents, no_order, no_order});
  }
  price_level& level = side.levels[place];
  order = {id, cents, shares, level.last, no_order, static_cast<std::uint32_t>(to.live.size()), of};
  (level.last == no_order ? level.first : orders_[level.last].next) = number;
  level.last = number;
  ++side.orders;
  to.live.push_back(number);
}

void order_lists::remove(order_book& from, std::uint32_t number) noexcept {
  live_order& order = orders_[number];
  book_side& side = from[order.side];
  const std::size_t place = place_of(side, order.side, order.cents);
  price_level& level = side.levels[place];
  (order.previous == no_order ? level.first : orders_[order.previous].next) = order.next;
  (order.next == no_order ? level.last : orders_[order.next].previous) = order.previous;
  if (level.first == no_order) side.levels.erase(side.levels.begin() + static_cast<std::ptrdiff_t>(place));
  --side.orders;

  const std::uint32_t moved = from.live.back();
  from.live[order.place] = moved;
  orders_[moved].place = order.place;
  from.live.pop_back();
  order.next = free_;
  free_ = number;
}

}  // namespace pyhft::sim
