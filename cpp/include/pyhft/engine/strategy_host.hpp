// SPDX-License-Identifier: MIT
#pragma once

// Gives a strategy its memory and calls it through the C ABI. The hot thread's; nothing is allocated after
// construction.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/log/logger.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/strategy/abi.h"

namespace pyhft::engine {

class strategy_host {
 public:
  static constexpr std::uint32_t max_requests = 64;

  // `logger` is where the strategy's lines go, if anywhere. Throws argument_error for a strategy of another version of
  // the ABI.
  strategy_host(const pyhft_strategy& strategy, std::uint32_t instruments, log::logger* logger = nullptr);
  strategy_host(const strategy_host&) = delete;  // the contexts point into it
  strategy_host& operator=(const strategy_host&) = delete;

  void start() noexcept {
    if (strategy_.on_start != nullptr) strategy_.on_start(&at_rest());
  }
  void stop() noexcept {
    if (strategy_.on_stop != nullptr) strategy_.on_stop(&at_rest());
  }

  bool wants_trades() const noexcept { return strategy_.on_trade != nullptr; }

  // The requests that the strategy makes of it; valid until the next call.
  std::span<const pyhft_order_request> on_book(std::uint32_t number, nanoseconds time,
                                               const book::best_quote& quote) noexcept {
    if (strategy_.on_book == nullptr) return {};
    const pyhft_book_event event{
        .time_ns = time.count,
        .instrument = number,
        .reserved = 0,
        .quote = {quote.bid.ticks, quote.bid_quantity.shares, quote.ask.ticks, quote.ask_quantity.shares}};
    strategy_.on_book(&context_of(number), &event);
    return {requests_.data(), orders_.count};
  }

  std::span<const pyhft_order_request> on_trade(std::uint32_t number, nanoseconds time, side of, price at,
                                                quantity shares) noexcept {
    const pyhft_trade_event event{.time_ns = time.count,
                                  .instrument = number,
                                  .side = static_cast<std::uint32_t>(of),
                                  .price_ticks = at.ticks,
                                  .shares = shares.shares};
    strategy_.on_trade(&context_of(number), &event);
    return {requests_.data(), orders_.count};
  }

  // A strategy that hears of an order can't ask for another: its sink has no room then, or the two could go on for
  // ever.
  void on_order(const pyhft_order_event& event) noexcept {
    if (strategy_.on_order == nullptr) return;
    pyhft_context context = context_;
    context.instrument_state = state_of(event.instrument);
    context.orders = &closed_;
    strategy_.on_order(&context, &event);
  }

  std::uint64_t dropped_requests() const noexcept { return orders_.dropped + closed_.dropped; }

 private:
  const pyhft_context& context_of(std::uint32_t number) noexcept {
    orders_.count = 0;
    context_.instrument_state = state_of(number);
    return context_;
  }
  std::byte* state_of(std::uint32_t number) const noexcept {
    return instrument_states_ + std::size_t{number} * instrument_stride_;
  }
  const pyhft_context& at_rest() noexcept {
    orders_.count = 0;
    context_.instrument_state = nullptr;
    return context_;
  }

  pyhft_strategy strategy_;
  std::size_t instrument_stride_;
  memory::page_block memory_;
  std::byte* instrument_states_;
  std::array<pyhft_order_request, max_requests> requests_{};
  pyhft_order_sink orders_;
  pyhft_order_sink closed_{};
  pyhft_log_sink log_;
  pyhft_context context_;
};

}  // namespace pyhft::engine
