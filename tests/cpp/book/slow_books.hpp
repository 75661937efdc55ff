// SPDX-License-Identifier: MIT
#pragma once

// Books as a textbook describes them, of maps and lists, with nothing kept ready: the twins that the fast books are
// compared with. A quantity is summed up anew each time it is asked for. The limits are counted, so that a twin knows
// when a fast book may say that it is full. A mirror holds what a listener was told.

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <unordered_map>
#include <vector>

#include "pyhft/book/best_quote.hpp"
#include "pyhft/book/book_events.hpp"
#include "pyhft/book/l3_books.hpp"
#include "pyhft/book/ladder_pool.hpp"

namespace pyhft::test {

class slow_l3 {
 public:
  slow_l3(std::uint32_t books, std::size_t max_orders, std::size_t max_levels)
      : books_(books), max_orders_{max_orders}, max_levels_{max_levels} {}

  book::outcome add(std::uint32_t book, order_id id, side of, quantity shares, price at) {
    if (shares.shares == 0 || shares.shares > 0xFFFF'FFFFu) return book::outcome::no_quantity;
    if (live_.contains(id.value)) return book::outcome::duplicate_order;
    half& there = books_[book][static_cast<std::size_t>(of)];
    if (!there.contains(at.ticks)) {
      if (level_count_ == max_levels_ || there.size() == book::ladder_pool::max_levels_a_side)
        return book::outcome::full;
    }
    if (live_.size() == max_orders_) return book::outcome::full;
    if (!there.contains(at.ticks)) ++level_count_;
    there[at.ticks].push_back({id, shares.shares});
    live_[id.value] = {book, of, at.ticks, std::prev(there[at.ticks].end())};
    return book::outcome::done;
  }

  book::outcome reduce(order_id id, quantity shares) {
    if (!live_.contains(id.value)) return book::outcome::unknown_order;
    waiting& order = *live_[id.value].where;
    if (shares.shares < order.shares) {
      order.shares -= shares.shares;
      return book::outcome::done;
    }
    const bool over = shares.shares > order.shares;
    remove(id);
    return over ? book::outcome::over_execution : book::outcome::done;
  }

  book::outcome remove(order_id id) {
    if (!live_.contains(id.value)) return book::outcome::unknown_order;
    const place was = live_[id.value];
    half& there = books_[was.book][static_cast<std::size_t>(was.of)];
    there[was.ticks].erase(was.where);
    if (there[was.ticks].empty()) {
      there.erase(was.ticks);
      --level_count_;
    }
    live_.erase(id.value);
    return book::outcome::done;
  }

  book::outcome replace(order_id old_id, order_id new_id, quantity shares, price at) {
    if (!live_.contains(old_id.value)) return book::outcome::unknown_order;
    const place was = live_[old_id.value];
    remove(old_id);
    return add(was.book, new_id, was.of, shares, at);
  }

  void clear(std::uint32_t book) {
    for (const side of : {side::buy, side::sell}) {
      for (const auto& queue : queues(book, of)) {
        for (const auto& order : queue) remove(order.id);
      }
    }
  }

  // Of a live order.
  book::queue_position position(order_id id) const {
    const place& was = live_.at(id.value);
    const auto& queue = books_[was.book][static_cast<std::size_t>(was.of)].at(was.ticks);
    book::queue_position result{0, {}, {{was.ticks}, {}, static_cast<std::uint32_t>(queue.size())}};
    bool ahead = true;
    for (const waiting& order : queue) {
      ahead = ahead && order.id != id;
      result.orders_ahead += ahead;
      if (ahead) result.shares_ahead += {order.shares};
      result.level.quantity += {order.shares};
    }
    return result;
  }

  bool is_live(order_id id) const { return live_.contains(id.value); }
  // Of a live order.
  std::uint32_t book_of(order_id id) const { return live_.at(id.value).book; }
  side side_of(order_id id) const { return live_.at(id.value).of; }
  price price_of(order_id id) const { return {live_.at(id.value).ticks}; }
  quantity shares_of(order_id id) const { return {live_.at(id.value).where->shares}; }

  book::best_quote best(std::uint32_t book) const {
    book::best_quote result;
    for (const side of : {side::buy, side::sell}) {
      if (const auto all = depth(book, of, 1); !all.empty()) result.set(of, all[0].price, all[0].quantity);
    }
    return result;
  }
  std::size_t levels(std::uint32_t book, side of) const { return books_[book][static_cast<std::size_t>(of)].size(); }
  std::size_t orders() const { return live_.size(); }
  std::size_t orders(std::uint32_t book) const {
    std::size_t result = 0;
    for (const half& of : books_[book]) {
      for (const auto& [ticks, queue] : of) result += queue.size();
    }
    return result;
  }

  // Best first.
  std::vector<book::depth_level> depth(std::uint32_t book, side of, std::size_t most = ~std::size_t{0}) const {
    std::vector<book::depth_level> result;
    each_level(book, of, most, [&](std::int64_t ticks, const std::list<waiting>& queue) {
      std::uint64_t shares = 0;
      for (const waiting& order : queue) shares += order.shares;
      result.push_back({{ticks}, {shares}, static_cast<std::uint32_t>(queue.size())});
    });
    return result;
  }

  std::vector<std::vector<book::l3_books::queued_order>> queues(std::uint32_t book, side of,
                                                                std::size_t most = ~std::size_t{0}) const {
    std::vector<std::vector<book::l3_books::queued_order>> result;
    each_level(book, of, most, [&](std::int64_t, const std::list<waiting>& queue) {
      result.emplace_back();
      for (const waiting& order : queue) result.back().push_back({order.id, {order.shares}});
    });
    return result;
  }

 private:
  struct waiting {
    order_id id;
    std::uint64_t shares;
  };
  using half = std::map<std::int64_t, std::list<waiting>>;
  struct place {
    std::uint32_t book;
    side of;
    std::int64_t ticks;
    std::list<waiting>::iterator where;
  };

  template <class F>
  void each_level(std::uint32_t book, side of, std::size_t most, F&& f) const {
    const half& there = books_[book][static_cast<std::size_t>(of)];
    if (of == side::buy) {
      for (auto level = there.rbegin(); level != there.rend() && most-- > 0; ++level) f(level->first, level->second);
    } else {
      for (auto level = there.begin(); level != there.end() && most-- > 0; ++level) f(level->first, level->second);
    }
  }

  std::vector<std::array<half, 2>> books_;
  std::unordered_map<std::uint64_t, place> live_;
  std::size_t level_count_{};
  std::size_t max_orders_;
  std::size_t max_levels_;
};

class slow_l2 {
 public:
  slow_l2(std::uint32_t books, std::size_t max_levels) : books_(books), max_levels_{max_levels} {}

  book::outcome set(std::uint32_t book, side of, price at, quantity shares) {
    half& there = books_[book][static_cast<std::size_t>(of)];
    if (shares.shares == 0) {
      level_count_ -= there.erase(at.ticks);
      return book::outcome::done;
    }
    if (!there.contains(at.ticks)) {
      if (level_count_ == max_levels_ || there.size() == book::ladder_pool::max_levels_a_side)
        return book::outcome::full;
      ++level_count_;
    }
    there[at.ticks] = shares.shares;
    return book::outcome::done;
  }

  void clear(std::uint32_t book) {
    for (half& of : books_[book]) {
      level_count_ -= of.size();
      of.clear();
    }
  }

  book::best_quote best(std::uint32_t book) const {
    book::best_quote result;
    for (const side of : {side::buy, side::sell}) {
      if (const auto all = depth(book, of, 1); !all.empty()) result.set(of, all[0].price, all[0].quantity);
    }
    return result;
  }
  std::size_t levels(std::uint32_t book, side of) const { return books_[book][static_cast<std::size_t>(of)].size(); }

  std::vector<book::depth_level> depth(std::uint32_t book, side of, std::size_t most = ~std::size_t{0}) const {
    std::vector<book::depth_level> result;
    const half& there = books_[book][static_cast<std::size_t>(of)];
    if (of == side::buy) {
      for (auto level = there.rbegin(); level != there.rend() && most-- > 0; ++level) {
        result.push_back({{level->first}, {level->second}, 0});
      }
    } else {
      for (auto level = there.begin(); level != there.end() && most-- > 0; ++level) {
        result.push_back({{level->first}, {level->second}, 0});
      }
    }
    return result;
  }

 private:
  using half = std::map<std::int64_t, std::uint64_t>;

  std::vector<std::array<half, 2>> books_;
  std::size_t level_count_{};
  std::size_t max_levels_;
};

// What books are by the events that they sent.
struct mirror {
  explicit mirror(std::uint32_t books) : levels(books), quotes(books) {}

  void on_level(const book::level_event& event) {
    auto& there = levels[event.book][static_cast<std::size_t>(event.of)];
    if (event.level.quantity.shares == 0) {
      there.erase(event.level.price.ticks);
    } else {
      there[event.level.price.ticks] = event.level;
    }
  }
  void on_quote(std::uint32_t book, const book::best_quote& now) {
    repeated += quotes[book] == now;
    quotes[book] = now;
  }
  void on_trade(const book::trade_event& event) { trades.push_back(event); }

  void forget(std::uint32_t book) {
    levels[book] = {};
    quotes[book] = {};
  }

  // Best first.
  std::vector<book::depth_level> depth(std::uint32_t book, side of) const {
    std::vector<book::depth_level> result;
    for (const auto& [ticks, level] : levels[book][static_cast<std::size_t>(of)]) result.push_back(level);
    if (of == side::buy) std::reverse(result.begin(), result.end());
    return result;
  }

  std::vector<std::array<std::map<std::int64_t, book::depth_level>, 2>> levels;
  std::vector<book::best_quote> quotes;
  std::vector<book::trade_event> trades;
  std::uint64_t repeated{};  // quotes that were told and had not changed
};

}  // namespace pyhft::test
