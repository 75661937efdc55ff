// SPDX-License-Identifier: MIT
#pragma once

// What books tell about themselves: the best quote, one level of the depth, the place of an order in its queue, and what
// an update came to.

#include <cstdint>

#include "pyhft/base/types.hpp"

namespace pyhft::book {

// An empty side has price 0 and quantity 0.
struct best_quote {
  price bid{};
  quantity bid_quantity{};
  price ask{};
  quantity ask_quantity{};

  friend bool operator==(const best_quote&, const best_quote&) = default;

  void set(side of, price at, quantity shares) noexcept {
    (of == side::buy ? bid : ask) = at;
    (of == side::buy ? bid_quantity : ask_quantity) = shares;
  }

  bool two_sided() const noexcept { return bid_quantity.shares != 0 && ask_quantity.shares != 0; }
  bool crossed() const noexcept { return two_sided() && bid >= ask; }
};

struct depth_level {
  pyhft::price price;
  pyhft::quantity quantity;
  std::uint32_t orders;  // 0 where the feed doesn't tell
};

// Where an order stands at its level. Whoever trades against the level trades with those ahead first.
struct queue_position {
  std::uint32_t orders_ahead;
  pyhft::quantity shares_ahead;
  depth_level level;  // the order itself counted
};

// Why an update changed less than it said, or nothing.
enum class outcome : std::uint8_t {
  done,
  unknown_order,    // a reference that was never added, or is gone
  duplicate_order,  // a reference that is live already; the update is ignored
  over_execution,   // more shares than the order had left; the order is removed
  no_quantity,      // an order of 0 shares, or of more than 2^32 - 1; the update is ignored
  full,             // no room for another order or level; the update is lost
};

}  // namespace pyhft::book
