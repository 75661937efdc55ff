// SPDX-License-Identifier: MIT
#pragma once

// What every hot loop has: the market's observer, which puts changes before the strategy and its wishes on the order
// path, and what other threads may see and do while the loop runs.

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <span>

#include "pyhft/base/config.hpp"
#include "pyhft/base/relaxed_count.hpp"
#include "pyhft/engine/live_depths.hpp"
#include "pyhft/engine/order_path.hpp"
#include "pyhft/engine/run_records.hpp"
#include "pyhft/engine/strategy_host.hpp"
#include "pyhft/feed/line_counts.hpp"

namespace pyhft::engine {

// Every access is relaxed: each value stands for itself, and what the loop leaves behind is read after its thread was
// joined. The hot thread writes and anyone reads, except `stop`.
struct hot_loop_controls {
  struct line {
    relaxed_count last_cycles;  // when its last packet was taken up; 0 before the first
    relaxed_count at_end;       // 1 once its port has ended
  };

  alignas(cache_line_bytes) relaxed_count messages;
  relaxed_count packets;
  relaxed_count sessions_ended;  // 1: there were sessions, and all have ended
  std::array<line, feed::max_lines> lines;
  // Of the session layer of a feed that comes by one line; line_arbiter has them for several.
  relaxed_count missing, late, duplicates, last_stamp_ns;
  alignas(cache_line_bytes) std::atomic<bool> stop{};  // anyone writes, the hot thread reads
  live_depths depths{};                                // made before the loop runs; the hot thread writes, anyone reads
};

template <class Market>
class trading_loop {
 public:
  static constexpr std::size_t burst_frames = 32;

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

 protected:
  trading_loop(Market& market, strategy_host& strategy, order_path& orders, run_records& records,
               hot_loop_controls& controls, std::uint64_t most_packets)
      : market_{market},
        strategy_{strategy},
        orders_{orders},
        records_{records},
        controls_{controls},
        packets_left_{most_packets} {}

  bool is_told_to_stop() const noexcept { return controls_.stop.load(std::memory_order_relaxed); }

  void publish() noexcept {
    controls_.depths.publish(market_.books());
    controls_.messages.set(market_.counters().messages);
    controls_.packets.set(market_.counters().packets);
    if constexpr (requires { market_.session().sessions(); }) {
      const auto sessions = market_.session().sessions();
      controls_.sessions_ended.set(!sessions.empty() &&
                                   std::ranges::all_of(sessions, [](const auto& one) { return one.ended; }));
    }
  }

  Market& market_;
  strategy_host& strategy_;
  order_path& orders_;
  run_records& records_;
  hot_loop_controls& controls_;
  std::uint64_t packets_left_;
  frame_stamps stamps_;

 private:
  void act(std::uint32_t number, nanoseconds time, std::span<const pyhft_order_request> requests) noexcept {
    if (requests.empty()) [[likely]]
      return;
    const instrument& here = market_.instruments()[number];
    orders_.send(requests, {number, here.symbol, time, here.quote, market_.stale(number), stamps_}, strategy_);
  }
};

}  // namespace pyhft::engine
