// SPDX-License-Identifier: MIT
#pragma once

// The best levels of a book as rows of a table, both sides beside one another. Nothing is allocated. The thread of the
// books.

#include <cstdint>
#include <span>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"

namespace pyhft::engine {

struct depth_row {
  std::int64_t bid, bid_shares, bid_orders, ask, ask_shares, ask_orders;
};

// As many rows as `into` has; zeros where there are no more levels.
template <class Books>
void fill_depth(const Books& books, std::uint32_t number, std::span<depth_row> into) noexcept {
  const std::uint32_t bids = books.levels(number, side::buy);
  const std::uint32_t asks = books.levels(number, side::sell);
  for (std::uint32_t i = 0; i < into.size(); ++i) {
    depth_row& row = into[i] = {};
    if (i < bids) {
      const book::depth_level bid = books.depth(number, side::buy, i);
      row.bid = bid.price.ticks, row.bid_shares = static_cast<std::int64_t>(bid.quantity.shares);
      row.bid_orders = bid.orders;
    }
    if (i < asks) {
      const book::depth_level ask = books.depth(number, side::sell, i);
      row.ask = ask.price.ticks, row.ask_shares = static_cast<std::int64_t>(ask.quantity.shares);
      row.ask_orders = ask.orders;
    }
  }
}

}  // namespace pyhft::engine
