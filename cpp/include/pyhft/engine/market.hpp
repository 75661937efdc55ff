// SPDX-License-Identifier: MIT
#pragma once

// Frames to books: headers, session layer, feed decoder and order books as one step of the hot loop, for any feed whose
// header has a `protocol` (feed/protocol.hpp). It calls, after every message of an instrument,
//
//   observer.after_message(instrument number, time, best quote, whether the quote changed)
//   observer.on_trade(instrument number, time, side of the resting order, price, quantity)
//                     where observer.wants_trades()
//
// so that the hot loop, which acts on changes, and the quote trace, which writes every message down, run the very same
// code. The time is the frame's, where it has one, else the message's.
//
// Where several messages can be one event of the exchange, the book takes each at once, and the best quote changes with
// the last of them: nobody acts on a book that is on its way. Where a feed doesn't tell which side rested in a trade, it
// is the side of the last quote that the price is nearer to.
//
// A gap in the numbers makes all books stale: a lost message can have been for any of them. So does a session that
// begins beside another. A session that begins when all before it have ended finds empty books that are trusted.
// Nothing is allocated after construction. One thread.

#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "pyhft/base/prefetch.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/engine/book_updates.hpp"
#include "pyhft/engine/market_base.hpp"
#include "pyhft/net/port.hpp"

namespace pyhft::engine {

// `Receiver` splits datagrams; another than the feed's own is made from what comes behind the limits.
template <class Protocol, class Receiver = Protocol::receiver>
class market : public market_base {
 public:
  using protocol = Protocol;
  using books_type = books_of<Protocol>;
  // Whether a file or a port can give bare messages.
  static constexpr bool takes_messages = Protocol::facts.message_files;

  template <class... Settings>
  explicit market(const market_limits& limits, const Settings&... of_receiver)
      : market_base{limits}, books_{books_for(limits)}, receiver_{of_receiver...} {}

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

  // Hints for frames that come soon, of books order by order: the first fetches what their messages are about, the
  // second, a frame or more later, what stands around it. The headers are taken to be as nearly always, and the packet
  // for one that says something new: where they aren't the hints are in vain. Nothing is changed or counted.
  template <net::framing Framing>
  void prefetch(const net::frame& coming) const noexcept {
    for_likely_messages<Framing>(coming, [this](std::uint32_t number, order_id id) {
      books_.prefetch(number, id);
      pyhft::prefetch(&instruments_[number]);
    });
  }
  template <net::framing Framing>
  void prefetch_around(const net::frame& coming) const noexcept {
    for_likely_messages<Framing>(coming,
                                 [this](std::uint32_t number, order_id id) { books_.prefetch_around(number, id); });
  }

  const books_type& books() const noexcept { return books_; }
  std::uint32_t orders(std::uint32_t number) const noexcept {
    if constexpr (Protocol::by_order) return books_.orders(number);
    return 0;
  }
  const Receiver& session() const noexcept { return receiver_; }

 protected:
  template <class Observer>
  struct packet_visitor {
    market& to;
    nanoseconds time;
    Observer& observer;

    void at(nanoseconds frame_time) noexcept { time = frame_time; }
    void on_message(std::span<const std::byte> message) noexcept { to.decode(message, time, observer); }
    void on_gap(std::uint64_t missing) noexcept {
      to.all_stale_.set(stale_cause::gap, to.receiver_.next_number() - missing);
    }
    void on_new_session(bool clean) noexcept {
      if (clean) {
        to.begin_anew();
      } else {
        to.all_stale_.set(stale_cause::session, to.receiver_.next_number());
      }
    }
  };

  books_type books_;
  Receiver receiver_;

 private:
  using effect = feed::effect;

  template <net::framing Framing, class Take>
  static void for_likely_messages(const net::frame& frame, Take&& take) noexcept {
    const std::span<const std::byte> bytes = frame.bytes();
    const auto take_one = [&](std::span<const std::byte> message) {
      take(Protocol::likely_number(message), Protocol::likely_reference(message));
    };
    if constexpr (Framing == net::framing::message) {
      take_one(bytes);
    } else {
      using transport = Receiver::transport;
      constexpr std::size_t most = 8;
      std::size_t at = transport::header_bytes + (Framing == net::framing::ethernet ? net::udp_headers_bytes : 0);
      for (std::size_t i = 0; i < most && at + 2 < bytes.size(); ++i) {
        const std::size_t length = transport::block_length(&bytes[at]);
        if (length > bytes.size() - at - 2) return;
        take_one(bytes.subspan(at + 2, length));
        at += 2 + length;
      }
    }
  }

  template <class Observer>
  struct message_visitor {
    market& to;
    nanoseconds frame_time;
    Observer& observer;

    template <class Message>
    void on(const Message& m) noexcept {
      if constexpr (requires { m.ends_session(); }) {
        if (m.ends_session()) to.end_session();
      }
      if constexpr (is_of_instrument<Message>) {
        const std::uint32_t number = to.number_of(m);
        if constexpr (by_symbol<Message>) {
          if (number == symbol_numbers::none) [[unlikely]] {
            to.counters_.count(malformed::too_many_symbols);
            return;
          }
        }
        to.count_type(Message::code);
        apply(m, number);
      } else {
        to.count_type(Message::code);
      }
    }

   private:
    template <class Message>
    void apply(const Message& m, std::uint32_t number) noexcept {
      // What traded is known only as long as the order stands: the trade comes before the update.
      if constexpr (Message::does == effect::execute) {
        if (observer.wants_trades()) tell_execution(m);
      } else if constexpr (Message::does == effect::trade) {
        if (observer.wants_trades()) observer.on_trade(number, time(m), side_of(m, number), m.price(), m.shares());
      }
      to.count(apply_to_books(to.books_, number, m), number);
      const bool complete = completes_event<Protocol>(m);
      to.after_message(number, time(m), complete ? to.books_.best(number) : to.instruments_[number].quote, observer);
    }

    template <class Message>
    nanoseconds time(const Message& m) const noexcept {
      return frame_time.count != 0 ? frame_time : m.timestamp();
    }

    template <class Message>
    void tell_execution(const Message& m) noexcept {
      const auto order = to.books_.find(m.reference());
      if (!order) return;
      pyhft::price at = order->at;
      if constexpr (requires { m.price(); }) at = m.price();
      observer.on_trade(order->book, time(m), order->of, at, m.executed());
    }

    template <class Message>
    side side_of(const Message& m, std::uint32_t number) const noexcept {
      if constexpr (requires { m.side(); }) {
        return m.side();
      } else {
        const book::best_quote& last = to.instruments_[number].quote;
        if (!last.two_sided()) return last.ask_quantity.shares != 0 ? side::sell : side::buy;
        return m.price().ticks - last.bid.ticks < last.ask.ticks - m.price().ticks ? side::buy : side::sell;
      }
    }
  };

  static books_type books_for(const market_limits& limits) {
    if constexpr (Protocol::by_order) {
      return books_type{max_instruments, limits.max_orders, limits.max_levels};
    } else {
      return books_type{max_instruments, limits.max_levels};
    }
  }

  // The number that the feed gives, or that of the symbol. What names the instrument does so here.
  template <class Message>
  std::uint32_t number_of(const Message& m) noexcept {
    if constexpr (by_symbol<Message>) {
      const std::uint32_t number = numbers_.number_of(m.symbol());
      if (number != symbol_numbers::none) instruments_.name(number, m.symbol());
      return number;
    } else {
      if constexpr (requires { m.stock(); }) instruments_.name(m.locate(), m.stock());
      return m.locate();
    }
  }

  void count(book::outcome outcome, std::uint32_t number) noexcept {
    if (outcome == book::outcome::done) [[likely]]
      return;
    counters_.count(outcome);
    if (outcome == book::outcome::full) instruments_[number].stale.set(stale_cause::full, current_number());
  }

  // Of the message that is being decoded.
  std::uint64_t current_number() const noexcept {
    if constexpr (requires { receiver_.next_number(); }) {
      if (const std::uint64_t next = receiver_.next_number(); next != 0) return next - 1;
    }
    return counters_.messages;
  }

  void count_type(char code) noexcept { ++counters_.by_type[static_cast<unsigned char>(code)]; }

  void end_session() noexcept {
    if constexpr (requires { receiver_.end_session(); }) receiver_.end_session();
  }

  // Nothing of what was said before holds any more; names stay.
  void begin_anew() noexcept {
    books_.clear();
    for (std::uint32_t number = 0; number < max_instruments; ++number) {
      instruments_[number].quote = {};
      instruments_[number].stale.clear();
    }
    all_stale_.clear();
  }

  template <class Observer>
  void decode(std::span<const std::byte> message, nanoseconds frame_time, Observer& observer) noexcept {
    ++counters_.messages;
    const feed::decoded outcome = Protocol::decode(message, message_visitor<Observer>{*this, frame_time, observer});
    if (outcome != feed::decoded::ok) [[unlikely]]
      counters_.count(outcome);
  }

  struct no_numbers {};

  [[no_unique_address]] std::conditional_t<Protocol::by_order, no_numbers, symbol_numbers> numbers_;
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
