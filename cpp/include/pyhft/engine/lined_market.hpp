// SPDX-License-Identifier: MIT
#pragma once

// The market of a feed that comes by several lines, or whose gaps are recovered: its packets pass an arbiter
// (feed/line_arbiter.hpp) on their way to the books. What is said of market.hpp goes for it; what one message more or
// less on one of the lines does to the books is nothing.

#include <cstdint>
#include <span>

#include "pyhft/engine/market.hpp"
#include "pyhft/feed/line_arbiter.hpp"
#include "pyhft/net/port.hpp"

namespace pyhft::engine {

template <class Protocol>
class lined_market final : public market<Protocol, feed::line_arbiter<typename Protocol::receiver>> {
 public:
  using arbiter = feed::line_arbiter<typename Protocol::receiver>;
  using arrival = arbiter::arrival;

  lined_market(const market_limits& limits, const feed::arbiter_settings& settings)
      : market<Protocol, arbiter>{limits, settings} {}

  // A frame with all headers, or a datagram.
  template <class Observer>
  void take(const net::frame& frame, net::framing framing, const arrival& at, Observer& observer) noexcept {
    const std::span<const std::byte> payload = payload_of(frame, framing);
    if (payload.data() == nullptr) [[unlikely]]
      return;
    this->receiver_.receive(payload, at, visitor<Observer>{*this, {}, observer});
  }

  template <class Observer>
  void take_reply(const net::frame& datagram, std::int64_t now_ns, Observer& observer) noexcept {
    this->receiver_.receive_reply(datagram.bytes(), datagram.timestamp, now_ns, visitor<Observer>{*this, {}, observer});
  }

  bool is_waiting() const noexcept { return this->receiver_.is_waiting(); }

  template <class Observer, class Ask>
  void poll(std::int64_t now_ns, Observer& observer, Ask&& ask) noexcept {
    this->receiver_.poll(now_ns, visitor<Observer>{*this, {}, observer}, ask);
  }

  template <class Observer>
  void finish(Observer& observer) noexcept {
    this->receiver_.finish(visitor<Observer>{*this, {}, observer});
  }

  // A book is not traded on, either, while messages that come behind the one at hand are there already and can't be
  // given out.
  bool stale(std::uint32_t number) const noexcept { return market_base::stale(number) || this->receiver_.is_behind(); }

 private:
  template <class Observer>
  using visitor = market<Protocol, arbiter>::template packet_visitor<Observer>;

  std::span<const std::byte> payload_of(const net::frame& frame, net::framing framing) noexcept {
    if (framing == net::framing::ethernet) return market_base::payload_of(frame);
    ++this->counters_.packets;
    return frame.bytes();
  }
};

}  // namespace pyhft::engine
