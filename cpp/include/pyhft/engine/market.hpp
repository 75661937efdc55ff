// SPDX-License-Identifier: MIT
#pragma once

// Frames to books: headers, feed decoder and order books as one step of the hot loop, one class per feed. Each calls,
// after every message of an instrument,
//
//   observer.after_message(instrument number, time, best quote, whether the quote changed)
//   observer.on_trade(instrument number, time, side of the resting order, price, quantity)
//                     where observer.wants_trades()
//
// so that the hot loop, which acts on changes, and the quote trace, which writes every message down, run the very same
// code. The time is the frame's, where it has one, else the message's. Nothing is allocated after construction. One
// thread.

#include <cstdint>
#include <optional>
#include <span>

#include "pyhft/base/types.hpp"
#include "pyhft/book/l2_books.hpp"
#include "pyhft/book/l3_books.hpp"
#include "pyhft/engine/counters.hpp"
#include "pyhft/engine/instruments.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/net/frame.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/port.hpp"

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
  bool all_stale() const noexcept { return all_stale_; }
  bool stale(std::uint32_t number) const noexcept { return all_stale_ || instruments_[number].stale; }

 protected:
  // The payload of a datagram of the feed, or an empty span and a count.
  std::span<const std::byte> payload_of(const net::frame& frame) noexcept {
    ++counters_.packets;
    const net::udp_datagram datagram = net::find_udp(frame.bytes());
    if (datagram.cause != net::frame_cause::udp) [[unlikely]] {
      counters_.count(cause_of(datagram.cause));
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
    const bool changed = !(here.quote == best) || !here.seen;
    if (changed) {
      here.seen = true;
      here.quote = best;
      ++here.quote_changes;
    }
    observer.after_message(number, time, best, changed);
  }

  void count(book::outcome outcome, std::uint32_t number) noexcept {
    if (outcome == book::outcome::done) [[likely]]
      return;
    switch (outcome) {
      case book::outcome::done:
        break;
      case book::outcome::unknown_order:
        ++counters_.unknown_orders;
        break;
      case book::outcome::duplicate_order:
        ++counters_.duplicate_orders;
        break;
      case book::outcome::over_execution:
        ++counters_.over_executions;
        break;
      case book::outcome::no_quantity:
        ++counters_.empty_orders;
        break;
      case book::outcome::full:
        ++counters_.lost_to_full_books;
        instruments_[number].stale = true;
        break;
    }
  }

  engine::counters counters_;
  engine::instruments instruments_;
  std::optional<std::uint16_t> udp_port_;
  bool all_stale_{};

 private:
  static malformed cause_of(net::frame_cause cause) noexcept {
    switch (cause) {
      case net::frame_cause::udp:
      case net::frame_cause::truncated:
        return malformed::truncated;
      case net::frame_cause::not_ipv4:
        return malformed::not_ipv4;
      case net::frame_cause::bad_ip_header:
        return malformed::bad_ip_header;
      case net::frame_cause::fragment:
        return malformed::fragment;
      case net::frame_cause::not_udp:
        return malformed::not_udp;
      case net::frame_cause::bad_udp_length:
        return malformed::bad_udp_length;
    }
    return malformed::truncated;
  }
};

// ITCH 5.0 in MoldUDP64 datagrams, or as bare messages; books order by order.
class itch50_market : public market_base {
 public:
  explicit itch50_market(const market_limits& limits)
      : market_base{limits}, books_{max_instruments, limits.max_orders, limits.max_levels} {}

  template <class Observer>
  void take_frame(const net::frame& frame, Observer& observer) noexcept {
    const std::span<const std::byte> payload = payload_of(frame);
    if (payload.data() == nullptr) [[unlikely]]
      return;
    receiver_.receive(payload, packet_visitor<Observer>{*this, frame.timestamp, observer});
  }

  template <class Observer>
  void take_datagram(const net::frame& datagram, Observer& observer) noexcept {
    ++counters_.packets;
    receiver_.receive(datagram.bytes(), packet_visitor<Observer>{*this, datagram.timestamp, observer});
  }

  template <class Observer>
  void take_message(const net::frame& message, Observer& observer) noexcept {
    decode(message.bytes(), message.timestamp, observer);
  }

  const book::l3_books& books() const noexcept { return books_; }
  std::uint32_t orders(std::uint32_t number) const noexcept { return books_.orders(number); }
  const feed::moldudp64::receiver& session() const noexcept { return receiver_; }

 private:
  template <class Observer>
  struct packet_visitor {
    itch50_market& market;
    nanoseconds time;
    Observer& observer;

    void on_message(std::span<const std::byte> message) noexcept { market.decode(message, time, observer); }
    void on_gap(std::uint64_t) noexcept { market.all_stale_ = true; }
  };

  template <class Observer>
  struct message_visitor {
    itch50_market& market;
    nanoseconds frame_time;
    Observer& observer;

    void on(const feed::itch50::add_order& m) noexcept {
      market.instruments_.name(m.locate(), m.stock());
      finish(m, market.books_.add(m.locate(), m.reference(), m.side(), m.shares(), m.price()));
    }
    void on(const feed::itch50::add_order_with_mpid& m) noexcept { on(static_cast<const feed::itch50::add_order&>(m)); }
    void on(const feed::itch50::order_executed& m) noexcept {
      if (observer.wants_trades())
        execute_with_trade(m, {});
      else
        finish(m, market.books_.reduce(m.reference(), m.executed()));
    }
    void on(const feed::itch50::order_executed_with_price& m) noexcept {
      if (observer.wants_trades())
        execute_with_trade(m, m.price());
      else
        finish(m, market.books_.reduce(m.reference(), m.executed()));
    }
    void on(const feed::itch50::order_cancel& m) noexcept {
      finish(m, market.books_.reduce(m.reference(), m.canceled()));
    }
    void on(const feed::itch50::order_delete& m) noexcept { finish(m, market.books_.remove(m.reference())); }
    void on(const feed::itch50::order_replace& m) noexcept {
      finish(m, market.books_.replace(m.original_reference(), m.new_reference(), m.shares(), m.price()));
    }
    void on(const feed::itch50::trade& m) noexcept {
      market.instruments_.name(m.locate(), m.stock());
      if (observer.wants_trades()) {
        const side of = m.buy_sell() == 'S' ? side::sell : side::buy;
        observer.on_trade(m.locate(), time(m), of, m.price(), m.shares());
      }
      finish(m, book::outcome::done);
    }
    // Messages that change no book. Those that name a stock name its locate too.
    template <class Message>
    void on(const Message& m) noexcept {
      if constexpr (requires { m.stock(); }) market.instruments_.name(m.locate(), m.stock());
      finish(m, book::outcome::done);
    }

   private:
    nanoseconds time(const feed::itch50::message_view& m) const noexcept {
      return frame_time.count != 0 ? frame_time : m.timestamp();
    }

    // What traded is known only as long as the order stands: the trade comes before the update.
    void execute_with_trade(const feed::itch50::order_executed& m, std::optional<price> at) noexcept {
      if (const auto order = market.books_.find(m.reference())) {
        observer.on_trade(order->book, time(m), order->of, at.value_or(order->at), m.executed());
      }
      finish(m, market.books_.reduce(m.reference(), m.executed()));
    }

    void finish(const feed::itch50::message_view& m, book::outcome outcome) noexcept {
      const std::uint32_t number = m.locate();
      market.count(outcome, number);
      market.after_message(number, time(m), market.books_.best(number), observer);
    }
  };

  template <class Observer>
  void decode(std::span<const std::byte> message, nanoseconds frame_time, Observer& observer) noexcept {
    ++counters_.messages;
    switch (feed::itch50::decode(message, message_visitor<Observer>{*this, frame_time, observer})) {
      case feed::itch50::decoded::ok:
        ++counters_.by_type[std::to_integer<std::size_t>(message[0])];
        break;
      case feed::itch50::decoded::empty:
        counters_.count(malformed::empty_message);
        break;
      case feed::itch50::decoded::unknown_type:
        counters_.count(malformed::unknown_type);
        break;
      case feed::itch50::decoded::bad_length:
        counters_.count(malformed::bad_length);
        break;
      case feed::itch50::decoded::bad_side:
        counters_.count(malformed::bad_side);
        break;
    }
  }

  book::l3_books books_;
  feed::moldudp64::receiver receiver_;
};

// The founding format in UDP datagrams; books by price level.
class raw_market : public market_base {
 public:
  explicit raw_market(const market_limits& limits) : market_base{limits}, books_{max_instruments, limits.max_levels} {}

  template <class Observer>
  void take_frame(const net::frame& frame, Observer& observer) noexcept {
    const std::span<const std::byte> payload = payload_of(frame);
    feed::raw::decode(payload, visitor<Observer>{*this, frame.timestamp, observer});
  }

  template <class Observer>
  void take_datagram(const net::frame& datagram, Observer& observer) noexcept {
    ++counters_.packets;
    feed::raw::decode(datagram.bytes(), visitor<Observer>{*this, datagram.timestamp, observer});
  }

  const book::l2_books& books() const noexcept { return books_; }
  std::uint32_t orders(std::uint32_t) const noexcept { return 0; }

 private:
  template <class Observer>
  struct visitor {
    raw_market& market;
    nanoseconds frame_time;
    Observer& observer;

    void on(const feed::raw::level_update& m) noexcept {
      ++market.counters_.messages;
      const std::uint32_t number = market.numbers_.number_of(m.symbol());
      if (number == symbol_numbers::none) [[unlikely]] {
        market.counters_.count(malformed::too_many_symbols);
        return;
      }
      ++market.counters_.by_type[0];
      market.instruments_.name(number, m.symbol());
      market.count(market.books_.set(number, m.side(), m.price(), m.quantity()), number);
      const nanoseconds time = frame_time.count != 0 ? frame_time : m.timestamp();
      market.after_message(number, time, market.books_.best(number), observer);
    }

    void on_malformed(feed::raw::decoded why) noexcept {
      ++market.counters_.messages;
      market.counters_.count(why == feed::raw::decoded::bad_side    ? malformed::bad_side
                             : why == feed::raw::decoded::bad_price ? malformed::bad_price
                                                                    : malformed::trailing_bytes);
    }
  };

  book::l2_books books_;
  symbol_numbers numbers_;
};

// One frame of a port of any kind.
template <net::framing Framing, class Market, class Observer>
void take(Market& market, const net::frame& frame, Observer& observer) noexcept {
  if constexpr (Framing == net::framing::ethernet) {
    market.take_frame(frame, observer);
  } else if constexpr (Framing == net::framing::datagram) {
    market.take_datagram(frame, observer);
  } else {
    market.take_message(frame, observer);
  }
}

}  // namespace pyhft::engine
