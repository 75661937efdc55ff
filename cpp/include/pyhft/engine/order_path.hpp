// SPDX-License-Identifier: MIT
#pragma once

// From a strategy's wish to a frame on its way: risk gate, order arena, order frame, tx_burst; then, outside the
// measured time, the log and the record of the signal. The hot thread's; nothing is allocated after construction.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/engine/run_records.hpp"
#include "pyhft/engine/strategy_host.hpp"
#include "pyhft/log/logger.hpp"
#include "pyhft/memory/arena.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/port.hpp"
#include "pyhft/orders/order.hpp"
#include "pyhft/orders/raw_order.hpp"
#include "pyhft/risk/gate.hpp"

namespace pyhft::engine {

// What happened when, in cycles: the stamps of the frame that is being worked on.
struct frame_stamps {
  std::uint64_t burst_cycles{};  // rx_burst returned
  std::uint64_t frame_cycles{};  // the frame was taken up
};

class order_path {
 public:
  order_path(net::port& port, const net::udp_route& route, risk::gate& gate, const arena_limits& arenas,
             log::logger& logger, run_records& records)
      : port_{port},
        route_{route},
        gate_{gate},
        arena_{arenas.orders, arenas.huge_pages},
        logger_{logger},
        records_{records} {}

  struct origin {
    std::uint32_t instrument;
    pyhft::symbol symbol;
    nanoseconds time;
    const book::best_quote& quote;
    bool stale;
    frame_stamps stamps;
  };

  // At most strategy_host::max_requests.
  void send(std::span<const pyhft_order_request> requests, const origin& from, strategy_host& strategy) noexcept {
    signals_ += requests.size();
    const memory::lease held = arena_.hold();
    const std::size_t first = arena_.used();
    for (const pyhft_order_request& request : requests) admit(request, from, strategy);
    const std::span<orders::order> admitted = arena_.allocated().subspan(first);
    if (admitted.empty()) return;

    std::array<net::frame, strategy_host::max_requests> frames;
    const std::size_t room = port_.tx_acquire({frames.data(), admitted.size()});
    for (std::size_t i = 0; i < room; ++i) encode(admitted[i], frames[i]);

    const std::uint64_t sent_cycles = clock::read_cycles();
    const std::size_t sent = port_.tx_burst({frames.data(), room});
    tick_to_trade_cycles_.record(sent_cycles - from.stamps.frame_cycles, sent);
    burst_to_trade_cycles_.record(sent_cycles - from.stamps.burst_cycles, sent);
    sent_ += sent;
    if (sent < room) port_.release({frames.data() + sent, room - sent});

    for (std::size_t i = 0; i < admitted.size(); ++i) conclude(admitted[i], i < sent, sent_cycles, strategy);
  }

  // Once nothing points at the orders of a burst any more.
  void forget() noexcept { arena_.reset(); }

  std::uint64_t signals() const noexcept { return signals_; }
  std::uint64_t sent() const noexcept { return sent_; }
  // Admitted, but without a slot in the arena or a place at the port.
  std::uint64_t unsent() const noexcept { return unsent_; }
  const memory::arena<orders::order>& arena() const noexcept { return arena_; }
  const clock::histogram& tick_to_trade_cycles() const noexcept { return tick_to_trade_cycles_; }
  const clock::histogram& burst_to_trade_cycles() const noexcept { return burst_to_trade_cycles_; }

 private:
  static_assert(net::udp_headers_bytes + orders::raw_order_bytes <= 128);

  void admit(const pyhft_order_request& request, const origin& from, strategy_host& strategy) noexcept {
    orders::order order{.id = {next_id_},
                        .symbol = from.symbol,
                        .instrument = from.instrument,
                        .side = request.side == PYHFT_BUY ? side::buy : side::sell,
                        .price = {request.price_ticks},
                        .quantity = {request.shares},
                        .timestamp = from.time};
    const risk::rule broken = gate_.admit(order, from.quote, from.stale);
    if (broken != risk::rule::none) {
      const std::string_view rule{risk::rule_names[static_cast<std::size_t>(broken)]};
      PYHFT_LOG_AT(logger_, from.stamps.frame_cycles, warning, "refused by {}: {} {} {} @ {}", rule, order.side,
                   order.quantity, order.symbol, order.price);
      order.id = {};
      records_.on_signal(order, rule);
      report(order, true, strategy);
    } else if (orders::order* slot = arena_.try_allocate()) {
      *slot = order;
      ++next_id_;
    } else {
      gate_.withdraw(order);
      ++unsent_;
      order.id = {};
      records_.on_signal(order, "unsent");
    }
  }

  void encode(const orders::order& order, net::frame& into) const noexcept {
    constexpr std::uint32_t length = net::udp_headers_bytes + orders::raw_order_bytes;
    orders::encode_raw_order(into.data + net::udp_headers_bytes, order);
    net::write_udp_headers({into.data, length}, route_);
    into.length = length;
    into.timestamp = order.timestamp;
  }

  void conclude(const orders::order& order, bool sent, std::uint64_t cycles, strategy_host& strategy) noexcept {
    if (!sent) {
      gate_.withdraw(order);
      ++unsent_;
    }
    report(order, !sent, strategy);
    PYHFT_LOG_AT(logger_, cycles, info, "order {} {}: {} {} {} @ {}", order.id,
                 sent ? std::string_view{"sent"} : std::string_view{"not sent"}, order.side, order.quantity,
                 order.symbol, order.price);
    records_.on_signal(order, sent ? "sent" : "unsent");
  }

  static void report(const orders::order& order, bool rejected, strategy_host& strategy) noexcept {
    strategy.on_order({.time_ns = order.timestamp.count,
                       .instrument = order.instrument,
                       .side = static_cast<std::uint32_t>(order.side),
                       .price_ticks = order.price.ticks,
                       .shares = order.quantity.shares,
                       .order_id = rejected ? 0 : order.id.value,
                       .rejected = rejected,
                       .reserved = 0});
  }

  net::port& port_;
  net::udp_route route_;
  risk::gate& gate_;
  memory::arena<orders::order> arena_;
  log::logger& logger_;
  run_records& records_;
  std::uint64_t next_id_{1};
  std::uint64_t signals_{};
  std::uint64_t sent_{};
  std::uint64_t unsent_{};
  clock::histogram tick_to_trade_cycles_;
  clock::histogram burst_to_trade_cycles_;
};

}  // namespace pyhft::engine
