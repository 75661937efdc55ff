// SPDX-License-Identifier: MIT
#pragma once

// Order-by-order books of many instruments that share one table of orders and one pool of levels.
//
// Every order stands in the queue of its level in the order of its arrival; a replaced order goes to the end of a queue
// under its new reference, a reduced one keeps its place. The best quote of a book is kept ready. An update that can't
// be what the exchange meant is answered with an outcome and leaves all books consistent. Memory is fixed at
// construction: about 64 bytes an order, 100 a level and 64 a book; nothing is allocated afterwards, but by the calls
// that say so. Where an order or a new level finds no room, or a book has as many orders as one may have, add() says
// `full` and changes nothing. book_events.hpp tells a listener what changes, at no cost for those who don't ask. One
// thread.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pyhft/base/prefetch.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/book/ladder_pool.hpp"
#include "pyhft/book/order_table.hpp"
#include "pyhft/memory/fixed_array.hpp"

namespace pyhft::book {

class l3_books {
 public:
  // Throws argument_error for limits of 0 or beyond 2^30. max_orders_a_book keeps one book that runs wild from taking
  // the room of all others; its levels are bounded by ladder_pool::max_levels_a_side.
  l3_books(std::uint32_t max_books, std::uint32_t max_orders, std::uint32_t max_levels,
           std::uint32_t max_orders_a_book = max_limit);

  // `book` is below max_books. The shares of one order are 1 to 2^32 - 1, as on every wire: others are `no_quantity`.
  outcome add(std::uint32_t book, order_id id, side of, quantity shares, price at) noexcept;
  outcome reduce(order_id id, quantity shares) noexcept;
  outcome remove(order_id id) noexcept;
  // The old order is gone even where the new one is refused: the exchange has taken it out in any case.
  outcome replace(order_id old_id, order_id new_id, quantity shares, price at) noexcept;

  // Hints that a message about this order of this book, which is below max_books, comes soon, for those who have several
  // messages at hand, of a packet or a file: the first some eight messages before the update, the second, which follows
  // what the first has fetched, some four. They hide most of the way to memory and change nothing; where the message says
  // something else than was expected, they were in vain.
  void prefetch(std::uint32_t book, order_id id) const noexcept {
    orders_.prefetch(id);
    pyhft::prefetch(&books_[book]);
  }
  void prefetch_around(std::uint32_t book, order_id id) const noexcept {
    const order_record& order = orders_.likely(id);
    levels_.prefetch(order.level);
    orders_.prefetch_number(order.previous);
    orders_.prefetch_number(order.next);
    for (const ladder& side : books_[book].sides) levels_.prefetch_best(side);
  }

  struct resting_order {
    std::uint32_t book;
    side of;
    price at;
    quantity shares;
  };
  std::optional<resting_order> find(order_id id) const noexcept;
  // Walks the queue from the order to its front.
  std::optional<queue_position> position(order_id id) const noexcept;

  const best_quote& best(std::uint32_t book) const noexcept { return books_[book].best; }
  std::uint32_t levels(std::uint32_t book, side of) const noexcept { return side_of(book, of).size; }
  std::uint32_t orders(std::uint32_t book) const noexcept { return books_[book].orders; }
  std::uint32_t orders() const noexcept { return orders_.size(); }

  // 0 is the best level; below levels().
  depth_level depth(std::uint32_t book, side of, std::uint32_t level) const noexcept;
  // The best levels, as many as there are and as `into` has room for; returns their number.
  std::uint32_t depth(std::uint32_t book, side of, std::span<depth_level> into) const noexcept;
  // What stands at a price; 0 shares of 0 orders where nothing does.
  depth_level at_price(std::uint32_t book, side of, price at) const noexcept;

  struct queued_order {
    order_id id;
    quantity shares;
    friend bool operator==(const queued_order&, const queued_order&) = default;
  };
  // Of a level, or of a price, first to be executed first. Cold; allocates.
  std::vector<queued_order> queue(std::uint32_t book, side of, std::uint32_t level) const;
  std::vector<queued_order> queue(std::uint32_t book, side of, price at) const;

  // One book, in time proportional to its orders; all of them.
  void clear(std::uint32_t book) noexcept;
  void clear() noexcept;

  std::uint32_t max_books() const noexcept { return static_cast<std::uint32_t>(books_.size()); }
  std::uint32_t max_orders() const noexcept { return orders_.capacity(); }
  std::uint32_t max_levels() const noexcept { return levels_.capacity(); }
  // At least as many as there are over all books; what were once in use count until a restore.
  std::uint32_t used_levels() const noexcept { return levels_.most_used(); }
  // All that was set aside, and what one book has of it.
  std::size_t memory_bytes() const noexcept;
  std::size_t memory_bytes(std::uint32_t book) const noexcept;

  // All orders of all books in the order of their queues, as bytes that any build of this version can read. Cold;
  // allocates.
  std::vector<std::byte> snapshot() const;
  // Puts what a snapshot tells in place of everything. Throws input_error for bytes that no snapshot() gave or that
  // don't fit into these limits; the books stay as they were then. Cold; allocates.
  void restore(std::span<const std::byte> snapshot);

 private:
  struct one_book {
    best_quote best;
    ladder sides[2];
    std::uint32_t orders{};
  };

  const ladder& side_of(std::uint32_t book, side of) const noexcept {
    return books_[book].sides[static_cast<std::size_t>(of)];
  }
  std::vector<queued_order> queue_of(std::uint32_t level) const;
  void erase(std::uint32_t record) noexcept;
  void take_out(std::uint32_t record) noexcept;

  memory::fixed_array<one_book> books_;
  order_table orders_;
  ladder_pool levels_;
  std::uint32_t max_orders_a_book_;
};

}  // namespace pyhft::book
