// SPDX-License-Identifier: MIT
#pragma once

// What a message does to the books of its feed, by its effect (feed/protocol.hpp): the one place where messages meet
// books, for the hot loop's market and for books without an engine. Hot; nothing is allocated. The thread of the books.

#include <cstdint>
#include <type_traits>
#include <utility>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/book/l2_books.hpp"
#include "pyhft/book/l3_books.hpp"
#include "pyhft/feed/protocol.hpp"

namespace pyhft::engine {

template <class Protocol>
using books_of = std::conditional_t<Protocol::by_order, book::l3_books, book::l2_books>;

// Whether a message names its instrument, as all of a feed without numbers do.
template <class Message>
inline constexpr bool by_symbol = requires(const Message& m) { m.symbol(); };
template <class Message>
inline constexpr bool is_of_instrument = by_symbol<Message> || requires(const Message& m) { m.locate(); };

// Whether the book stands still after a message, so that its best quote is one that stood.
template <class Protocol, class Message>
bool completes_event(const Message& m) noexcept {
  if constexpr (!Protocol::in_events) {
    return true;
  } else if constexpr (Message::does == feed::effect::level) {
    return m.event_complete();
  } else {
    return false;
  }
}

// A side of a book that has one level at most.
template <class Books>
book::outcome set_only_level(Books& books, std::uint32_t number, side of, price at, quantity shares) noexcept {
  const book::best_quote& now = books.best(number);
  const auto [old, standing] =
      of == side::buy ? std::pair{now.bid, now.bid_quantity} : std::pair{now.ask, now.ask_quantity};
  if (standing.shares != 0 && (old != at || shares.shares == 0)) books.set(number, of, old, {});
  return shares.shares == 0 ? book::outcome::done : books.set(number, of, at, shares);
}

// Both sides; the first of them that found no room is told.
template <class Books>
book::outcome set_quote(Books& books, std::uint32_t number, const book::best_quote& to) noexcept {
  const book::outcome bid = set_only_level(books, number, side::buy, to.bid, to.bid_quantity);
  const book::outcome ask = set_only_level(books, number, side::sell, to.ask, to.ask_quantity);
  return bid == book::outcome::done ? ask : bid;
}

// Shares that were traded, at the order's own price or at that given: books that tell events know them from shares that
// were taken back.
template <class Books, class... Price>
book::outcome execute(Books& books, order_id id, quantity shares, Price... at) noexcept {
  if constexpr (requires { books.execute(id, shares, at...); }) {
    return books.execute(id, shares, at...);
  } else {
    return books.reduce(id, shares);
  }
}

// `number` is that of the message's instrument.
template <class Books, class Message>
book::outcome apply_to_books(Books& books, std::uint32_t number, const Message& m) noexcept {
  using feed::effect;
  if constexpr (Message::does == effect::add) {
    return books.add(number, m.reference(), m.side(), m.shares(), m.price());
  } else if constexpr (Message::does == effect::execute) {
    if constexpr (requires { m.price(); }) return execute(books, m.reference(), m.executed(), m.price());
    return execute(books, m.reference(), m.executed());
  } else if constexpr (Message::does == effect::reduce) {
    return books.reduce(m.reference(), m.canceled());
  } else if constexpr (Message::does == effect::remove) {
    return books.remove(m.reference());
  } else if constexpr (Message::does == effect::replace) {
    return books.replace(m.original_reference(), m.new_reference(), m.shares(), m.price());
  } else if constexpr (Message::does == effect::level) {
    return books.set(number, m.side(), m.price(), m.quantity());
  } else if constexpr (Message::does == effect::quote) {
    return set_quote(books, number, {m.bid(), m.bid_quantity(), m.ask(), m.ask_quantity()});
  } else {
    return book::outcome::done;
  }
}

}  // namespace pyhft::engine
