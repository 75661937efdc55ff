// SPDX-License-Identifier: MIT
#pragma once

// What the markets of all feeds share: the way from a frame to a datagram, the bookkeeping after a message, and which
// books can be trusted. Nothing is allocated after construction. One thread.

#include <cstdint>
#include <optional>
#include <span>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/engine/counters.hpp"
#include "pyhft/engine/instruments.hpp"
#include "pyhft/engine/stale_mark.hpp"
#include "pyhft/feed/protocol.hpp"
#include "pyhft/net/frame.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::engine {

struct market_limits {
  std::uint32_t max_orders{1u << 20};
  std::uint32_t max_levels{1u << 18};
  std::optional<std::uint16_t> udp_port{};  // only datagrams to this port are the feed's
};

// What the markets of all feeds share: the way from a frame to a datagram, and the bookkeeping after a message.
class market_base {
 public:
  explicit market_base(const market_limits& limits) : udp_port_{limits.udp_port} {}

  const engine::counters& counters() const noexcept { return counters_; }
  const engine::instruments& instruments() const noexcept { return instruments_; }

  // Messages were missed that could have been for any instrument: no book can be trusted any more.
  bool all_stale() const noexcept { return all_stale_.is_set(); }
  bool stale(std::uint32_t number) const noexcept { return all_stale() || instruments_[number].stale.is_set(); }
  // The same with the reason, from any thread.
  stale_mark::state all_stale_mark() const noexcept { return all_stale_.read(); }
  stale_mark::state why_stale(std::uint32_t number) const noexcept {
    const stale_mark::state all = all_stale_.read();
    return all.cause != stale_cause::none ? all : instruments_[number].stale.read();
  }

 protected:
  // The payload of a datagram of the feed, or an empty span and a count.
  std::span<const std::byte> payload_of(const net::frame& frame) noexcept {
    ++counters_.packets;
    const net::udp_datagram datagram = net::find_udp(frame.bytes());
    if (datagram.cause != net::frame_cause::udp) [[unlikely]] {
      counters_.count(datagram.cause);
      return {};
    }
    if (udp_port_ && *udp_port_ != datagram.destination_port) [[unlikely]] {
      ++counters_.other_ports;
      return {};
    }
    return datagram.payload;
  }

  template <class Observer>
  void after_message(std::uint32_t number, nanoseconds time, const book::best_quote& best,
                     Observer& observer) noexcept {
    instrument& here = instruments_[number];
    const bool changed = !(here.quote == best) || !here.is_seen();
    if (changed) {
      here.seen.store(true, std::memory_order_relaxed);
      here.quote = best;
      ++here.quote_changes;
    }
    observer.after_message(number, time, best, changed);
  }

  engine::counters counters_;
  engine::instruments instruments_;
  std::optional<std::uint16_t> udp_port_;
  stale_mark all_stale_;
};

}  // namespace pyhft::engine
