// SPDX-License-Identifier: MIT
#pragma once

// Books that tell a listener what changes: the same updates as those of the books themselves, with a look at the order
// before and at its level afterwards. Whoever updates the books directly pays nothing for this.
//
// A listener has any of
//
//   on_level(level_event)                       what stands at a price now; 0 shares: the level is gone
//   on_trade(trade_event)                       an execution, before the levels and quotes that it changes
//   on_quote(book number, const best_quote&)    the best quote is another one now
//
// and is called at once, in this order, in the thread of the update; it must not change the books. What it has no member
// for isn't computed. Nothing is allocated. One thread.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/book/l2_books.hpp"
#include "pyhft/book/l3_books.hpp"

namespace pyhft::book {

struct level_event {
  std::uint32_t book;
  side of;
  depth_level level;
};

struct trade_event {
  std::uint32_t book;
  side of;  // of the order that stood in the book
  order_id id;
  price at;
  quantity shares;  // at most what the order had left
};

template <class Listener>
class event_sender {
 public:
  static constexpr bool tells_levels = requires(Listener& l, const level_event& e) { l.on_level(e); };
  static constexpr bool tells_trades = requires(Listener& l, const trade_event& e) { l.on_trade(e); };
  static constexpr bool tells_quotes = requires(Listener& l, const best_quote& q) { l.on_quote(0u, q); };

  explicit event_sender(Listener& listener) noexcept : listener_{listener} {}

  void trade(const trade_event& event) const noexcept {
    if constexpr (tells_trades) listener_.on_trade(event);
  }
  template <class Books>
  void level(const Books& books, std::uint32_t book, side of, price at) const noexcept {
    if constexpr (tells_levels) listener_.on_level({book, of, books.at_price(book, of, at)});
  }
  template <class Books>
  void quote(const Books& books, std::uint32_t book, const best_quote& before) const noexcept {
    if constexpr (tells_quotes) {
      if (const best_quote& now = books.best(book); !(now == before)) listener_.on_quote(book, now);
    }
  }

 private:
  Listener& listener_;
};

template <class Listener>
class l3_events {
 public:
  // Both must outlive this.
  l3_events(l3_books& books, Listener& listener) noexcept : books_{books}, send_{listener} {}

  outcome add(std::uint32_t book, order_id id, side of, quantity shares, price at) noexcept {
    const best_quote before = books_.best(book);
    const outcome result = books_.add(book, id, of, shares, at);
    if (result != outcome::done) return result;
    send_.level(books_, book, of, at);
    send_.quote(books_, book, before);
    return result;
  }

  // Shares that were traded, at the order's own price or another.
  outcome execute(order_id id, quantity shares, std::optional<price> at = {}) noexcept {
    return change(id, [&](const l3_books::resting_order& order) {
      const quantity traded = std::min(shares, order.shares);
      if (traded.shares != 0) send_.trade({order.book, order.of, id, at.value_or(order.at), traded});
      return books_.reduce(id, shares);
    });
  }

  outcome reduce(order_id id, quantity shares) noexcept {
    return change(id, [&](const l3_books::resting_order&) { return books_.reduce(id, shares); });
  }

  outcome remove(order_id id) noexcept {
    return change(id, [&](const l3_books::resting_order&) { return books_.remove(id); });
  }

  outcome replace(order_id old_id, order_id new_id, quantity shares, price at) noexcept {
    const auto order = books_.find(old_id);
    if (!order) return outcome::unknown_order;
    const best_quote before = books_.best(order->book);
    const outcome result = books_.replace(old_id, new_id, shares, at);
    if (result != outcome::done || order->at != at) send_.level(books_, order->book, order->of, order->at);
    if (result == outcome::done) send_.level(books_, order->book, order->of, at);
    send_.quote(books_, order->book, before);
    return result;
  }

 private:
  template <class Update>
  outcome change(order_id id, Update update) noexcept {
    const auto order = books_.find(id);
    if (!order) return outcome::unknown_order;
    const best_quote before = books_.best(order->book);
    const outcome result = update(*order);
    send_.level(books_, order->book, order->of, order->at);
    send_.quote(books_, order->book, before);
    return result;
  }

  l3_books& books_;
  event_sender<Listener> send_;
};

template <class Listener>
class l2_events {
 public:
  // Both must outlive this.
  l2_events(l2_books& books, Listener& listener) noexcept : books_{books}, send_{listener} {}

  const best_quote& best(std::uint32_t book) const noexcept { return books_.best(book); }

  outcome set(std::uint32_t book, side of, price at, quantity shares) noexcept {
    const best_quote before = books_.best(book);
    const outcome result = books_.set(book, of, at, shares);
    if (result != outcome::done) return result;
    send_.level(books_, book, of, at);
    send_.quote(books_, book, before);
    return result;
  }

 private:
  l2_books& books_;
  event_sender<Listener> send_;
};

}  // namespace pyhft::book
