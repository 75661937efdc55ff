// SPDX-License-Identifier: MIT
#pragma once

// The live orders of all books: a hash table of order records by reference number. Open addressing with linear probing
// at half load at most. The record itself stands in its slot, half a cache line, so that a reference is one line away
// from all that is known of its order. Sixteen references that follow one another stand side by side: exchanges count
// references up, so that an add, whose slot nobody has touched before, finds its line in the cache nearly always, and
// insert() asks for the one of sixteen references later.
//
// Each slot has a mark that says whether anybody who wanted it, or one before it, had to go past it: where it isn't set,
// as nearly everywhere, a search ends there and an erase looks at no other slot. Where it is set an erase moves those
// behind back, so that the table never fills with graves: whoever links records is told of each that moves. Records are
// named by the number of their slot, from 1. Nothing is allocated after construction; insert() gives no_order where
// max_orders are live. One thread.

#include <cstddef>
#include <cstdint>

#include "pyhft/base/config.hpp"
#include "pyhft/base/prefetch.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/memory/fixed_array.hpp"

namespace pyhft::book {

inline constexpr std::uint32_t no_order = 0;

struct order_record {
  order_id id{};
  std::uint32_t shares{};
  std::uint32_t level{};
  std::uint32_t previous{};  // in the queue of its level
  std::uint32_t next{};
  std::uint32_t book{};  // book number * 2 + side, as its level says: known before the level is
  bool taken{};          // these two are the table's
  bool passed{};
};
static_assert(sizeof(order_record) == cache_line_bytes / 2, "a record lies in one line");

class order_table {
 public:
  explicit order_table(std::uint32_t max_orders);

  std::uint32_t find(order_id id) const noexcept {
    for (std::size_t place = home_of(id);; place = after(place)) {
      const order_record& here = records_[place];
      if (here.id == id && here.taken) return number_of(place);
      if (!here.passed) return no_order;
    }
  }

  // The line that find() looks at first, and last nearly always: a hint for a caller that knows the references of
  // messages to come.
  void prefetch(order_id id) const noexcept { pyhft::prefetch(&records_[home_of(id)]); }
  // What stands in it: with the line there, this order's record nearly always, or an empty one.
  const order_record& likely(order_id id) const noexcept { return records_[home_of(id)]; }

  // Of a record, or of none.
  void prefetch_number(std::uint32_t number) const noexcept {
    pyhft::prefetch(&records_[number - static_cast<std::size_t>(number != no_order)]);
  }

  // The reference must not be live.
  std::uint32_t insert(order_id id) noexcept {
    if (live_ == capacity_) [[unlikely]]
      return no_order;
    std::size_t place = home_of(id);
    for (; records_[place].taken; place = after(place)) records_[place].passed = true;
    records_[place] = {.id = id, .taken = true};
    ++live_;
    pyhft::prefetch(&records_[home_of({id.value + side_by_side})]);
    return number_of(place);
  }

  // The number of a live order's record. moved(number) is called for each record that stands in another place now and had
  // another number. Whoever stands away from where it should has passed all slots between, and so has nobody beyond a
  // slot that wasn't passed.
  template <class Moved>
  void erase(std::uint32_t record, Moved&& moved) noexcept {
    std::size_t hole = std::size_t{record} - 1;
    for (std::size_t place = hole; records_[place].passed;) {
      place = after(place);
      const order_record& follower = records_[place];
      if (!follower.taken) break;
      if (steps(home_of(follower.id), place) < steps(hole, place)) continue;
      records_[hole] = follower;
      records_[hole].passed = true;
      moved(number_of(hole));
      hole = place;
    }
    records_[hole] = {};
    --live_;
  }

  void clear() noexcept;

  order_record& operator[](std::uint32_t number) noexcept { return records_[std::size_t{number} - 1]; }
  const order_record& operator[](std::uint32_t number) const noexcept { return records_[std::size_t{number} - 1]; }

  // A record, and the slot beside it that stays empty.
  static constexpr std::size_t bytes_an_order = 2 * sizeof(order_record);

  std::uint32_t size() const noexcept { return live_; }
  std::uint32_t capacity() const noexcept { return capacity_; }
  std::size_t memory_bytes() const noexcept { return records_.memory_bytes(); }

 private:
  static constexpr std::size_t side_by_side = 16;

  static std::uint32_t number_of(std::size_t place) noexcept { return static_cast<std::uint32_t>(place + 1); }

  // Multiplication by 2^64 / golden ratio spreads what stands side by side; its upper half is scaled to the table.
  std::size_t home_of(order_id id) const noexcept {
    const std::uint64_t spread = id.value / side_by_side * 0x9E3779B97F4A7C15u >> 32;
    return (spread * blocks_ >> 32) * side_by_side + id.value % side_by_side;
  }
  std::size_t after(std::size_t place) const noexcept { return ++place == records_.size() ? 0 : place; }
  std::size_t steps(std::size_t from, std::size_t to) const noexcept {
    return to >= from ? to - from : to + records_.size() - from;
  }

  memory::fixed_array<order_record> records_;
  std::uint64_t blocks_;  // of what stands side by side
  std::uint32_t capacity_;
  std::uint32_t live_{};
};

}  // namespace pyhft::book
