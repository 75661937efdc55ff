// SPDX-License-Identifier: MIT
#pragma once

// The books of the generator: as much as it needs in order never to say anything impossible. Written apart from the
// room book/, so that the one can be tested against the other. A side is an array of levels with the best one last, a
// level is a list of orders, first in, first out; the orders of an instrument also stand in an array for picking one by
// chance. Prices are whole cents. Grows as needed; one thread.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pyhft/base/types.hpp"

namespace pyhft::sim {

inline constexpr std::uint32_t no_order = 0;

struct live_order {
  order_id id{};
  std::uint32_t cents{};
  std::uint32_t shares{};
  std::uint32_t previous{};  // in the list of its level
  std::uint32_t next{};
  std::uint32_t place{};  // in order_book::live
  pyhft::side side{};
};

struct price_level {
  std::uint32_t cents{};
  std::uint32_t first{};
  std::uint32_t last{};
};

struct book_side {
  std::vector<price_level> levels;  // the best one last
  std::uint32_t orders{};

  const price_level& best() const noexcept { return levels.back(); }
};

struct order_book {
  book_side sides[2];
  std::vector<std::uint32_t> live;  // roughly in the order of arrival

  book_side& operator[](side of) noexcept { return sides[static_cast<std::size_t>(of)]; }
  const book_side& operator[](side of) const noexcept { return sides[static_cast<std::size_t>(of)]; }
};

// The orders of all books, named by number.
class order_lists {
 public:
  const live_order& operator[](std::uint32_t number) const noexcept { return orders_[number]; }

  void add(order_book& to, order_id id, side of, std::uint32_t cents, std::uint32_t shares);
  void remove(order_book& from, std::uint32_t number) noexcept;
  // Fewer shares than it has.
  void reduce(std::uint32_t number, std::uint32_t shares) noexcept { orders_[number].shares -= shares; }

 private:
  std::vector<live_order> orders_ = std::vector<live_order>(1);  // number 0 is no order
  std::uint32_t free_{no_order};                                 // chained through next
};

}  // namespace pyhft::sim
