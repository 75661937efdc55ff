// SPDX-License-Identifier: MIT
#pragma once

// The traders of a synthetic day: each call lets one of them act on one instrument and writes the message that the
// exchange would publish of it. What holds at any time: both sides of a book that has opened keep an order or two, the
// best bid is below the best ask, executions take the best price first in, first out, and references and match numbers
// count up.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "order_lists.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/sim/random.hpp"

namespace pyhft::sim {

class market {
 public:
  market(random_numbers& random, std::uint32_t symbols);

  std::uint32_t symbols() const noexcept { return static_cast<std::uint32_t>(instruments_.size()); }
  const symbol& name(std::uint32_t index) const noexcept { return instruments_[index].name; }

  // The calls of one round give every instrument a quote of opening_orders orders; `call` counts them from 0.
  static constexpr std::uint32_t opening_orders = 4;
  std::size_t open(std::byte* at, nanoseconds now, std::uint64_t call);

  // One action on an instrument by its activity. Each returns the length of the message; `now` is since midnight.
  std::size_t act(std::byte* at, nanoseconds now);

 private:
  struct instrument {
    symbol name;
    std::uint16_t locate{};
    std::uint32_t fair_cents{};    // the highest price that a buyer would pay, were there no spread
    std::uint32_t margin_cents{};  // what each side keeps from it
    order_book book;
  };

  // An incoming order that takes more than the first resting one: the next messages are its further executions.
  struct sweep {
    instrument* in{};
    side takes{};
    std::uint32_t shares{};
  };

  instrument& choose();
  void walk(instrument& one) noexcept;
  bool sweep_goes_on() const noexcept;
  std::optional<side> left_behind(const instrument& one) const noexcept;
  std::uint32_t choose_order(instrument& one) noexcept;
  std::uint32_t choose_cents(const instrument& one, side of) noexcept;
  std::uint32_t choose_shares() noexcept;
  side either_side() noexcept { return random_.percent(50) ? side::buy : side::sell; }
  bool changes_its_mind() noexcept { return random_.percent(8); }
  order_id next_reference() noexcept { return {reference_ += 1 + random_.below(4)}; }

  std::size_t add(std::byte* at, nanoseconds now, instrument& to, side of);
  std::size_t erase(std::byte* at, nanoseconds now, instrument& from);
  std::size_t cancel(std::byte* at, nanoseconds now, instrument& from);
  std::size_t replace(std::byte* at, nanoseconds now, instrument& in);
  std::size_t execute(std::byte* at, nanoseconds now);
  std::size_t trade_hidden(std::byte* at, nanoseconds now, const instrument& in);

  random_numbers& random_;
  std::vector<instrument> instruments_;
  std::vector<std::uint32_t> by_rank_;         // the busiest first
  std::vector<std::uint32_t> activity_up_to_;  // sums of the weights of the ranks
  order_lists orders_;
  std::uint32_t current_{};
  sweep sweep_;
  std::uint64_t reference_{};
  std::uint64_t match_number_{};
};

}  // namespace pyhft::sim
