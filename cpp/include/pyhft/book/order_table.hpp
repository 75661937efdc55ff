// SPDX-License-Identifier: MIT
#pragma once

// The live orders of all books: a pool of order records, and a hash table from reference number to record. Open
// addressing with linear probing at half load, deleted by moving followers back, so that it never fills with graves. A
// slot is the number of a record and one bit that says whether anybody who wanted this slot, or one before it, had to
// go past it: where it isn't set, as nearly everywhere, an erase looks at no other slot and no other record. Sixteen
// references that follow one another share a cache line: exchanges count references up, so that an add, whose slot
// nobody has touched before, finds its line in the cache nearly always. Records stand still, half a cache line each,
// and are named by number, because the queues of the levels link them. Nothing is allocated after construction;
// insert() gives no_order where all records are taken. One thread.

#include <bit>
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
  std::uint32_t unused{};
};
static_assert(sizeof(order_record) == cache_line_bytes / 2, "a record lies in one line");

class order_table {
 public:
  explicit order_table(std::uint32_t max_orders);

  std::uint32_t find(order_id id) const noexcept {
    for (std::size_t place = home_of(id);; place = (place + 1) & mask_) {
      const std::uint32_t record = slots_[place] & number_bits;
      if (record == no_order || records_[record].id == id) return record;
    }
  }

  // What find() looks at first, and what it finds there nearly always: hints for a caller that knows the references of
  // messages to come.
  void prefetch(order_id id) const noexcept { pyhft::prefetch(&slots_[home_of(id)]); }
  void prefetch_record(order_id id) const noexcept { pyhft::prefetch(&records_[slots_[home_of(id)] & number_bits]); }

  // The reference must not be live.
  std::uint32_t insert(order_id id) noexcept;

  // The number of a live order's record.
  void erase(std::uint32_t record) noexcept;

  void clear() noexcept;

  order_record& operator[](std::uint32_t number) noexcept { return records_[number]; }
  const order_record& operator[](std::uint32_t number) const noexcept { return records_[number]; }

  // A record, and its share of the slots, which are twice as many at least.
  static constexpr std::size_t bytes_an_order = sizeof(order_record) + 2 * sizeof(std::uint32_t);

  std::uint32_t size() const noexcept { return live_; }
  std::uint32_t capacity() const noexcept { return static_cast<std::uint32_t>(records_.size() - 1); }
  std::size_t memory_bytes() const noexcept { return slots_.memory_bytes() + records_.memory_bytes(); }

 private:
  static constexpr std::uint32_t passed = 1u << 31;
  static constexpr std::uint32_t number_bits = passed - 1;
  static constexpr std::size_t slots_a_line = cache_line_bytes / sizeof(std::uint32_t);

  // Multiplication by 2^64 / golden ratio spreads the lines; within a line references keep their order.
  std::size_t home_of(order_id id) const noexcept {
    return ((id.value / slots_a_line * 0x9E3779B97F4A7C15u) >> shift_) * slots_a_line + id.value % slots_a_line;
  }

  memory::fixed_array<std::uint32_t> slots_;
  std::size_t mask_;
  int shift_;
  memory::fixed_array<order_record> records_;
  std::uint32_t next_record_{1};
  std::uint32_t free_record_{no_order};  // chained through next
  std::uint32_t live_{};
};

}  // namespace pyhft::book
