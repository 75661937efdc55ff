// SPDX-License-Identifier: MIT
#pragma once

// Order-by-order books of many instruments that share one table of orders and one pool of levels.
//
// Every order stands in the queue of its level in the order of its arrival; a replaced order goes to the end of a queue
// under its new reference, a reduced one keeps its place. The best quote of a book is kept ready. An update that can't
// be what the exchange meant is answered with an outcome and leaves all books consistent. Memory is fixed at
// construction: about 32 bytes an order and 100 a level; nothing is allocated afterwards. One thread.

#include <cstdint>
#include <optional>
#include <vector>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/book/ladder_pool.hpp"
#include "pyhft/book/order_table.hpp"
#include "pyhft/memory/fixed_array.hpp"

namespace pyhft::book {

class l3_books {
 public:
  // Throws argument_error for limits of 0 or beyond 2^30.
  l3_books(std::uint32_t max_books, std::uint32_t max_orders, std::uint32_t max_levels);

  // `book` is below max_books. The shares of one order are at most 2^32 - 1, as on every wire.
  outcome add(std::uint32_t book, order_id id, side of, quantity shares, price at) noexcept;
  outcome reduce(order_id id, quantity shares) noexcept;
  outcome remove(order_id id) noexcept;
  // The old order is gone even where the new one is refused: the exchange has taken it out in any case.
  outcome replace(order_id old_id, order_id new_id, quantity shares, price at) noexcept;

  struct resting_order {
    std::uint32_t book;
    side of;
    price at;
    quantity shares;
  };
  std::optional<resting_order> find(order_id id) const noexcept;

  const best_quote& best(std::uint32_t book) const noexcept { return books_[book].best; }
  std::uint32_t levels(std::uint32_t book, side of) const noexcept { return side_of(book, of).size; }
  std::uint32_t orders(std::uint32_t book) const noexcept { return books_[book].orders; }
  std::uint32_t orders() const noexcept { return orders_.size(); }

  // 0 is the best level; below levels().
  depth_level depth(std::uint32_t book, side of, std::uint32_t level) const noexcept;

  // The references in the queue of a level, first to be executed first. Cold.
  std::vector<order_id> queue(std::uint32_t book, side of, std::uint32_t level) const;

  void clear() noexcept;

  std::size_t memory_bytes() const noexcept;

 private:
  struct one_book {
    best_quote best;
    ladder sides[2];
    std::uint32_t orders{};
  };

  const ladder& side_of(std::uint32_t book, side of) const noexcept {
    return books_[book].sides[static_cast<std::size_t>(of)];
  }
  void take_out(std::uint32_t record) noexcept;
  void refresh_best(one_book& book, side of) noexcept;

  memory::fixed_array<one_book> books_;
  order_table orders_;
  ladder_pool levels_;
};

}  // namespace pyhft::book
