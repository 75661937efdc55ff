// SPDX-License-Identifier: MIT
#pragma once

// The packet's path, on one pinned thread: rx_burst, headers and feed decoder and order book (the market), indicators
// and signal (the strategy), risk gate and order and tx_burst (the order path). It never allocates, locks, throws,
// takes the GIL or makes a system call (the port may: a socket is nothing else); it ends when the port has ended, after
// so many packets, or when it is told to stop.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>

#include "pyhft/base/config.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/engine/live_depths.hpp"
#include "pyhft/engine/market.hpp"
#include "pyhft/engine/order_path.hpp"
#include "pyhft/engine/run_records.hpp"
#include "pyhft/engine/strategy_host.hpp"
#include "pyhft/net/port.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::engine {

// What other threads may see and do while the loop runs. Every access is relaxed: each value stands for itself, and
// what the loop leaves behind is read after its thread was joined.
struct hot_loop_controls {
  alignas(cache_line_bytes) std::atomic<std::uint64_t> messages{};  // the hot thread writes, anyone reads
  std::atomic<std::uint64_t> packets{};                             // the same
  alignas(cache_line_bytes) std::atomic<bool> stop{};               // anyone writes, the hot thread reads
  live_depths depths{};  // made before the loop runs; the hot thread writes, anyone reads
};

template <class Market, net::framing Framing>
class hot_loop {
 public:
  static constexpr std::size_t burst_frames = 32;

  hot_loop(net::port& port, Market& market, strategy_host& strategy, order_path& orders, run_records& records,
           hot_loop_controls& controls, std::uint64_t most_packets = std::numeric_limits<std::uint64_t>::max())
      : port_{port},
        market_{market},
        strategy_{strategy},
        orders_{orders},
        records_{records},
        controls_{controls},
        packets_left_{most_packets} {}

  void run() noexcept {
    threads::pause_idle idle;
    std::array<net::frame, burst_frames> frames;
    strategy_.start();
    while (!controls_.stop.load(std::memory_order_relaxed)) {
      const std::size_t count = port_.rx_burst({frames.data(), std::min(burst_frames, packets_left_)});
      packets_left_ -= count;
      stamps_.burst_cycles = stamps_.frame_cycles = clock::read_cycles();
      for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) stamps_.frame_cycles = clock::read_cycles();
        take<Framing>(market_, frames[i], *this);
      }
      port_.release({frames.data(), count});
      orders_.forget();
      if (count != 0) controls_.depths.publish(market_.books());
      controls_.messages.store(market_.counters().messages, std::memory_order_relaxed);
      controls_.packets.store(market_.counters().packets, std::memory_order_relaxed);
      if (packets_left_ == 0 || (count == 0 && port_.at_end())) break;
      idle(count);
    }
    strategy_.stop();
  }

  // The market calls these.
  bool wants_trades() const noexcept { return strategy_.wants_trades(); }

  void after_message(std::uint32_t number, nanoseconds time, const book::best_quote& quote, bool changed) noexcept {
    controls_.depths.note(number, market_.instruments()[number].symbol);
    if (!changed) return;
    act(number, time, strategy_.on_book(number, time, quote));
    records_.on_quote(number, time, quote);
  }

  void on_trade(std::uint32_t number, nanoseconds time, side of, price at, quantity shares) noexcept {
    act(number, time, strategy_.on_trade(number, time, of, at, shares));
  }

 private:
  void act(std::uint32_t number, nanoseconds time, std::span<const pyhft_order_request> requests) noexcept {
    if (requests.empty()) [[likely]]
      return;
    const instrument& here = market_.instruments()[number];
    orders_.send(requests, {number, here.symbol, time, here.quote, market_.stale(number), stamps_}, strategy_);
  }

  net::port& port_;
  Market& market_;
  strategy_host& strategy_;
  order_path& orders_;
  run_records& records_;
  hot_loop_controls& controls_;
  std::uint64_t packets_left_;
  frame_stamps stamps_;
};

}  // namespace pyhft::engine
