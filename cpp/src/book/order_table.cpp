// SPDX-License-Identifier: MIT
#include "pyhft/book/order_table.hpp"

#include <algorithm>

namespace pyhft::book {

order_table::order_table(std::uint32_t max_orders)
    : records_((std::size_t{max_orders} * 2 / side_by_side + 1) * side_by_side),
      blocks_{records_.size() / side_by_side},
      capacity_{max_orders} {}

void order_table::clear() noexcept {
  std::fill(records_.begin(), records_.end(), order_record{});
  live_ = 0;
}

}  // namespace pyhft::book
