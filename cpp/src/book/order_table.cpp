// SPDX-License-Identifier: MIT
#include "pyhft/book/order_table.hpp"

#include <algorithm>

namespace pyhft::book {

order_table::order_table(std::uint32_t max_orders)
    : slots_(std::bit_ceil(std::max<std::size_t>(std::size_t{max_orders} * 2, 2 * slots_a_line))),
      mask_{slots_.size() - 1},
      shift_{64 - std::countr_zero(slots_.size() / slots_a_line)},
      records_(std::size_t{max_orders} + 1) {}

std::uint32_t order_table::insert(order_id id) noexcept {
  std::uint32_t record = free_record_;
  if (record != no_order) {
    free_record_ = records_[record].next;
  } else if (next_record_ < records_.size()) {
    record = next_record_++;
  } else {
    return no_order;
  }
  std::size_t place = home_of(id);
  for (; slots_[place] != no_order; place = (place + 1) & mask_) slots_[place] |= passed;
  slots_[place] = record;
  records_[record] = {.id = id};
  ++live_;
  return record;
}

// Whoever stands away from where it should has passed all slots between, and so has nobody beyond a slot that wasn't
// passed.
void order_table::erase(std::uint32_t record) noexcept {
  std::size_t hole = home_of(records_[record].id);
  while ((slots_[hole] & number_bits) != record) hole = (hole + 1) & mask_;
  for (std::size_t place = hole; (slots_[place] & passed) != 0;) {
    place = (place + 1) & mask_;
    const std::uint32_t follower = slots_[place] & number_bits;
    if (follower == no_order) break;
    const std::size_t wanted = home_of(records_[follower].id);
    if (((place - wanted) & mask_) >= ((place - hole) & mask_)) {
      slots_[hole] = follower | passed;
      hole = place;
    }
  }
  slots_[hole] = no_order;
  records_[record].next = free_record_;
  free_record_ = record;
  --live_;
}

void order_table::clear() noexcept {
  std::fill(slots_.begin(), slots_.end(), no_order);
  next_record_ = 1;
  free_record_ = no_order;
  live_ = 0;
}

}  // namespace pyhft::book
