// SPDX-License-Identifier: MIT
#pragma once

// The last check before an order leaves, on the hot path. An order passes every rule or is refused by the first that it
// breaks, which is counted; nothing is cut down to fit.
//
//   kill_switch   nothing goes out once it is thrown; any thread may throw it
//   stale_book    the book behind the order missed messages or updates
//   order_size    more shares than one order may have
//   price_collar  a price further from the mid than allowed, or a mid that isn't there
//   position      the position that the order could lead to is beyond the limit
//
// The position counts every order as filled the moment it is sent: with fire-and-forget orders that is the worst case
// for the side that grows, and nothing better is known. One hot thread checks; nothing is allocated after construction.

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/orders/order.hpp"

namespace pyhft::risk {

enum class rule : std::uint8_t { kill_switch, stale_book, order_size, price_collar, position, none };

inline constexpr std::size_t rule_count = static_cast<std::size_t>(rule::none);
inline constexpr std::array<const char*, rule_count> rule_names{"kill_switch", "stale_book", "order_size",
                                                                "price_collar", "position"};

struct limits {
  std::uint64_t order_size{1'000};
  std::uint64_t position{1'000};
  std::uint64_t price_collar_bps{500};  // 1/10 000 of the mid, on either side
  bool kill_switch{};                   // thrown from the start
};

class gate {
 public:
  // Throws argument_error for limits that no order or every order would pass.
  gate(const limits& limits, std::uint32_t max_instruments);

  // Counts a refusal. An order that passes has changed the position when this returns.
  rule admit(const orders::order& order, const book::best_quote& quote, bool stale) noexcept {
    const rule broken = first_broken(order, quote, stale);
    if (broken == rule::none) {
      positions_[order.instrument] = position_after(order);
    } else {
      ++rejected_[static_cast<std::size_t>(broken)];
    }
    return broken;
  }

  // An admitted order that could not be sent after all.
  void withdraw(const orders::order& order) noexcept {
    const auto shares = static_cast<std::int64_t>(order.quantity.shares);
    positions_[order.instrument] -= order.side == side::buy ? shares : -shares;
  }

  // Any thread. The hot thread sees it before its next order; no order of it needs anything else of the caller's to be
  // visible, so the order is relaxed.
  void throw_kill_switch() noexcept { killed_.store(true, std::memory_order_relaxed); }
  bool killed() const noexcept { return killed_.load(std::memory_order_relaxed); }

  std::uint64_t rejected(rule by) const noexcept { return rejected_[static_cast<std::size_t>(by)]; }
  std::int64_t position(std::uint32_t instrument) const noexcept { return positions_[instrument]; }

 private:
  __extension__ using wide = __int128;

  rule first_broken(const orders::order& order, const book::best_quote& quote, bool stale) const noexcept {
    if (killed()) return rule::kill_switch;
    if (stale) return rule::stale_book;
    if (order.quantity.shares == 0 || order.quantity.shares > limits_.order_size) return rule::order_size;
    if (!within_collar(order.price, quote)) return rule::price_collar;
    if (static_cast<std::uint64_t>(std::llabs(position_after(order))) > limits_.position) return rule::position;
    return rule::none;
  }

  // |price - mid| <= mid * bps / 10 000 with mid = (bid + ask) / 2, in 128-bit integers: exact for all prices.
  bool within_collar(price at, const book::best_quote& quote) const noexcept {
    if (!quote.two_sided() || at.ticks <= 0) return false;
    const wide twice_mid = static_cast<wide>(quote.bid.ticks) + quote.ask.ticks;
    const wide off = static_cast<wide>(at.ticks) * 2 - twice_mid;
    return (off < 0 ? -off : off) * 10'000 <= twice_mid * static_cast<wide>(limits_.price_collar_bps);
  }

  std::int64_t position_after(const orders::order& order) const noexcept {
    const auto shares = static_cast<std::int64_t>(order.quantity.shares);
    return positions_[order.instrument] + (order.side == side::buy ? shares : -shares);
  }

  limits limits_;
  std::vector<std::int64_t> positions_;
  std::array<std::uint64_t, rule_count> rejected_{};
  std::atomic<bool> killed_;
};

}  // namespace pyhft::risk
