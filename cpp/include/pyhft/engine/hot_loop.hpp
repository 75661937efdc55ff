// SPDX-License-Identifier: MIT
#pragma once

// The packet's path, on one pinned thread: rx_burst, headers and feed decoder and order book (the market), indicators
// and signal (the strategy), risk gate and order and tx_burst (the order path). It never allocates, locks, throws,
// takes the GIL or makes a system call (the port may: a socket is nothing else); it ends when the port has ended, after
// so many packets, or when it is told to stop. A feed that comes by several lines has lined_loop.hpp.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/engine/market.hpp"
#include "pyhft/engine/trading_loop.hpp"
#include "pyhft/net/port.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::engine {

template <class Market, net::framing Framing>
class hot_loop final : public trading_loop<Market> {
 public:
  hot_loop(net::port& port, Market& market, strategy_host& strategy, order_path& orders, run_records& records,
           hot_loop_controls& controls, std::uint64_t most_packets = std::numeric_limits<std::uint64_t>::max())
      : trading_loop<Market>{market, strategy, orders, records, controls, most_packets}, port_{port} {}

  void run() noexcept {
    threads::pause_idle idle;
    std::array<net::frame, trading_loop<Market>::burst_frames> frames;
    this->strategy_.start();
    while (!this->is_told_to_stop()) {
      const std::size_t count = port_.rx_burst({frames.data(), std::min(frames.size(), this->packets_left_)});
      this->packets_left_ -= count;
      this->stamps_.burst_cycles = this->stamps_.frame_cycles = clock::read_cycles();
      for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) this->stamps_.frame_cycles = clock::read_cycles();
        take<Framing>(this->market_, frames[i], *this);
        look_ahead({frames.data(), count}, i);
      }
      if (count != 0) publish_all(frames[count - 1].timestamp);
      port_.release({frames.data(), count});
      this->orders_.forget();
      if (this->packets_left_ == 0 || (count == 0 && port_.at_end())) break;
      idle(count);
    }
    this->controls_.lines[0].at_end.set(port_.at_end());
    this->strategy_.stop();
  }

 private:
  // Behind a frame, so that the first of a burst, and one that comes alone, wait for nothing.
  void look_ahead(std::span<const net::frame> burst, std::size_t taken) const noexcept {
    if constexpr (Market::protocol::by_order) {
      if (taken + 3 < burst.size()) this->market_.template prefetch<Framing>(burst[taken + 3]);
      if (taken + 2 < burst.size()) this->market_.template prefetch_around<Framing>(burst[taken + 2]);
    }
  }

  void publish_all(nanoseconds stamp) noexcept {
    this->publish();
    this->controls_.lines[0].last_cycles.set(this->stamps_.burst_cycles);
    this->controls_.last_stamp_ns.set(static_cast<std::uint64_t>(stamp.count));
    if constexpr (requires { this->market_.session().counters(); }) {
      const auto& seen = this->market_.session().counters();
      this->controls_.missing.set(seen.missing_messages);
      this->controls_.late.set(seen.late_messages);
      this->controls_.duplicates.set(seen.duplicate_messages);
    }
  }

  net::port& port_;
};

}  // namespace pyhft::engine
