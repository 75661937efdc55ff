// SPDX-License-Identifier: MIT
#pragma once

// What books tell about themselves: the best quote, one level of the depth, the place of an order in its queue, and what
// an update came to.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

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

  // The same without branches: on which side an update is, and whether at its best price, nobody can predict.
  void set_where(bool holds, side of, price at, quantity shares) noexcept {
    std::byte* const half = reinterpret_cast<std::byte*>(this) + static_cast<std::size_t>(of) * sizeof(one_side);
    one_side now;
    std::memcpy(&now, half, sizeof now);
    const std::uint64_t taken = std::uint64_t{0} - static_cast<std::uint64_t>(holds);
    const auto choose = [taken](std::uint64_t given, std::uint64_t kept) { return (given & taken) | (kept & ~taken); };
    now = {choose(static_cast<std::uint64_t>(at.ticks), now.ticks), choose(shares.shares, now.shares)};
    std::memcpy(half, &now, sizeof now);
  }

  price price_of(side of) const noexcept { return of == side::buy ? bid : ask; }

  bool two_sided() const noexcept { return bid_quantity.shares != 0 && ask_quantity.shares != 0; }
  bool crossed() const noexcept { return two_sided() && bid >= ask; }

 private:
  struct one_side {
    std::uint64_t ticks, shares;
  };
};
static_assert(std::is_standard_layout_v<best_quote> && sizeof(best_quote) == 32 && static_cast<int>(side::sell) == 1);

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
