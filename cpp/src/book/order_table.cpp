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
  const std::size_t home = home_of(id);
  std::size_t place = home;
  while (slots_[place] != no_order) place = (place + 1) & mask_;
  slots_[place] = place == home ? record : record | away;
  records_[record] = {.id = id};
  ++live_;
  return record;
}

void order_table::erase(std::uint32_t record) noexcept {
  std::size_t hole = home_of(records_[record].id);
  while ((slots_[hole] & number_bits) != record) hole = (hole + 1) & mask_;
  // Whoever was pushed past the hole and may stand in it moves back.
  for (std::size_t place = (hole + 1) & mask_; slots_[place] != no_order; place = (place + 1) & mask_) {
    if ((slots_[place] & away) == 0) continue;
    const std::size_t wanted = home_of(records_[slots_[place] & number_bits].id);
    if (((place - wanted) & mask_) >= ((place - hole) & mask_)) {
      slots_[hole] = hole == wanted ? slots_[place] & number_bits : slots_[place];
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
