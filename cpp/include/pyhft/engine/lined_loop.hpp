// SPDX-License-Identifier: MIT
#pragma once

// The packet's path of a feed that comes by several lines, or whose gaps are recovered: hot_loop.hpp over several ports.
//
// Live, each port gives a burst in turn, and while something is missing the port to the server of retransmissions is
// asked for its answers, too; requests leave from here. A replay of captures gives their frames out in the order of
// their stamps, and stamps are its clock, so that it gives the same at any speed. Nothing is allocated.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/engine/lined_market.hpp"
#include "pyhft/engine/trading_loop.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/port.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::engine {

// The ports of the lines, in their order. Of one thread at a time.
class line_inputs {
 public:
  static constexpr std::size_t burst_frames = 32;

  explicit line_inputs(std::span<net::port* const> ports) {
    for (net::port* port : ports) lines_[count_++] = {.port = port, .framing = port->framing()};
  }

  std::size_t count() const noexcept { return count_; }
  net::port& port(std::size_t line) const noexcept { return *lines_[line].port; }

  // One burst of one line: take(frame, framing, whether it is the first one) for each.
  template <class Take>
  std::size_t take_burst(std::size_t number, std::size_t most, Take&& take) noexcept {
    input& from = lines_[number];
    const std::size_t count = from.port->rx_burst({from.frames.data(), std::min(most, from.frames.size())});
    for (std::size_t i = 0; i < count; ++i) take(from.frames[i], from.framing, i == 0);
    from.port->release({from.frames.data(), count});
    return count;
  }

  // Up to `most` frames in the order of their stamps, of which equal ones come in the order of the lines:
  // take(line, frame, framing).
  template <class Take>
  std::size_t take_by_stamp(std::size_t most, Take&& take) noexcept {
    for (std::size_t taken = 0; taken < most; ++taken) {
      input* next = nullptr;
      for (input& one : std::span{lines_.data(), count_}) {
        if (one.next == one.count) refill(one);
        if (one.next == one.count) continue;
        if (next == nullptr || one.frames[one.next].timestamp < next->frames[next->next].timestamp) next = &one;
      }
      if (next == nullptr) return taken;
      take(static_cast<std::uint32_t>(next - lines_.data()), next->frames[next->next++], next->framing);
    }
    return most;
  }

  // Gives back what wasn't taken.
  void release() noexcept {
    for (input& one : std::span{lines_.data(), count_}) {
      one.port->release({one.frames.data(), one.count});
      one.next = one.count = 0;
    }
  }

  bool at_end() const noexcept {
    return std::ranges::all_of(std::span{lines_.data(), count_},
                               [](const input& one) { return one.next == one.count && one.port->at_end(); });
  }

 private:
  struct input {
    net::port* port{};
    net::framing framing{};
    std::array<net::frame, burst_frames> frames{};
    std::size_t next{}, count{};
  };

  static void refill(input& one) noexcept {
    one.port->release({one.frames.data(), one.count});
    one.next = 0;
    one.count = one.port->rx_burst(one.frames);
  }

  std::array<input, feed::max_lines> lines_{};
  std::size_t count_{};
};

// One frame of a replay. What has waited too long by its time ends before it.
template <class Market, class Observer>
void take_replayed(Market& market, std::uint32_t line, const net::frame& frame, net::framing framing,
                   Observer& observer) noexcept {
  const std::int64_t now_ns = frame.timestamp.count;
  if (market.is_waiting()) [[unlikely]]
    market.poll(now_ns, observer, [](const auto&) { return false; });
  market.take(frame, framing, {line, frame.timestamp, now_ns}, observer);
}

struct line_loop_settings {
  bool is_replay{};
  net::udp_route request_route{};  // of requests for retransmission
  double ns_per_cycle{1};
};

template <class Market>
class lined_loop final : public trading_loop<Market> {
 public:
  // Without a recovery port nothing is asked for.
  lined_loop(line_inputs& inputs, net::port* recovery, const line_loop_settings& settings, Market& market,
             strategy_host& strategy, order_path& orders, run_records& records, hot_loop_controls& controls,
             std::uint64_t most_packets = std::numeric_limits<std::uint64_t>::max())
      : trading_loop<Market>{market, strategy, orders, records, controls, most_packets},
        inputs_{inputs},
        recovery_{recovery},
        settings_{settings} {}

  void run() noexcept {
    threads::pause_idle idle;
    started_cycles_ = clock::read_cycles();
    this->strategy_.start();
    while (!this->is_told_to_stop()) {
      // Before the lines are looked at, so that a hold never ends on a wait during which they were not: this thread may
      // have been kept from its core.
      const std::int64_t looked_ns = time_of(clock::read_cycles());
      const std::size_t count = settings_.is_replay ? replay() : poll_lines();
      const bool waits = !settings_.is_replay && this->market_.is_waiting();
      if (waits) [[unlikely]]
        recover(looked_ns);
      this->orders_.forget();
      if (count != 0 || waits) this->publish();
      if (this->packets_left_ == 0 || (count == 0 && !waits && inputs_.at_end())) break;
      idle(count);
    }
    inputs_.release();
    this->market_.finish(*this);
    this->orders_.forget();
    this->publish();
    for (std::size_t i = 0; i < inputs_.count(); ++i) this->controls_.lines[i].at_end.set(inputs_.port(i).at_end());
    this->strategy_.stop();
  }

 private:
  using arbiter = Market::arbiter;

  std::size_t replay() noexcept {
    this->stamps_.burst_cycles = clock::read_cycles();
    const std::size_t count =
        inputs_.take_by_stamp(std::min<std::uint64_t>(this->burst_frames, this->packets_left_),
                              [&](std::uint32_t line, const net::frame& frame, net::framing framing) noexcept {
                                this->stamps_.frame_cycles = clock::read_cycles();
                                this->controls_.lines[line].last_cycles.set(this->stamps_.frame_cycles);
                                take_replayed(this->market_, line, frame, framing, *this);
                              });
    this->packets_left_ -= count;
    return count;
  }

  std::size_t poll_lines() noexcept {
    std::size_t total = 0;
    more_is_there_ = false;
    for (std::uint32_t line = 0; line < inputs_.count(); ++line) {
      const std::size_t count = inputs_.take_burst(
          line, this->packets_left_, [&](const net::frame& frame, net::framing framing, bool is_first) noexcept {
            this->stamps_.frame_cycles = clock::read_cycles();
            if (is_first) {
              this->stamps_.burst_cycles = this->stamps_.frame_cycles;
              this->controls_.lines[line].last_cycles.set(this->stamps_.frame_cycles);
            }
            const std::int64_t now_ns = time_of(this->stamps_.frame_cycles);
            this->market_.take(frame, framing, {line, frame.timestamp, now_ns}, *this);
          });
      this->packets_left_ -= count;
      total += count;
      more_is_there_ |= count == line_inputs::burst_frames;
    }
    return total;
  }

  // The answers that have come; then what has waited too long, and what is to be asked for: not while a line has more
  // than a burst, for what is missing may be in it.
  void recover(std::int64_t looked_ns) noexcept {
    this->stamps_.burst_cycles = this->stamps_.frame_cycles = clock::read_cycles();
    const std::int64_t now_ns = time_of(this->stamps_.frame_cycles);
    if (recovery_ != nullptr) {
      const std::size_t count = recovery_->rx_burst(replies_);
      for (std::size_t i = 0; i < count; ++i) this->market_.take_reply(replies_[i], now_ns, *this);
      recovery_->release({replies_.data(), count});
    }
    if (more_is_there_) return;
    this->market_.poll(looked_ns, *this, [&](const arbiter::request& what) noexcept { return ask(what); });
  }

  bool ask(const arbiter::request& what) noexcept {
    if constexpr (feed::can_ask_again<typename arbiter::transport>) {
      constexpr std::uint32_t length = net::udp_headers_bytes + arbiter::transport::header_bytes;
      net::frame frame;
      if (recovery_ == nullptr || recovery_->tx_acquire({&frame, 1}) == 0) return false;
      arbiter::transport::store_request(frame.data + net::udp_headers_bytes, what.session, what.first, what.count);
      net::write_udp_headers({frame.data, length}, settings_.request_route);
      frame.length = length;
      if (recovery_->tx_burst({&frame, 1}) == 1) return true;
      recovery_->release({&frame, 1});
    }
    return false;
  }

  std::int64_t time_of(std::uint64_t cycles) const noexcept {
    return static_cast<std::int64_t>(static_cast<double>(cycles - started_cycles_) * settings_.ns_per_cycle);
  }

  line_inputs& inputs_;
  net::port* recovery_;
  line_loop_settings settings_;
  std::uint64_t started_cycles_{};
  bool more_is_there_{};
  std::array<net::frame, trading_loop<Market>::burst_frames> replies_{};
};

}  // namespace pyhft::engine
