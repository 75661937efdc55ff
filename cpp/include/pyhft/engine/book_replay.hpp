// SPDX-License-Identifier: MIT
#pragma once

// The books of a feed without an engine around them: messages of files, single messages and updates go in, books, counts and
// events come out. Cold: for research, tests and tools; what a run trades on is engine/market.hpp, on the same books.
// Memory for books is set aside at construction and by grow(); events are collected in vectors that grow. What finds no
// room is counted. One thread.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "pyhft/base/types.hpp"
#include "pyhft/book/book_events.hpp"
#include "pyhft/book/l2_books.hpp"
#include "pyhft/book/l3_books.hpp"
#include "pyhft/engine/book_updates.hpp"
#include "pyhft/engine/counters.hpp"
#include "pyhft/engine/depth_rows.hpp"
#include "pyhft/engine/feed_reader.hpp"
#include "pyhft/engine/instruments.hpp"

namespace pyhft::engine {

// Rows of the tables that Python sees; n is the number of the message, from 1.
struct quote_event_row {
  std::int64_t n, time, bid, bid_shares, ask, ask_shares;
  std::uint32_t locate;
};
struct trade_event_row {
  std::int64_t n, time, price, shares;
  std::uint64_t reference;
  std::uint32_t locate;
  std::array<char, 1> side;  // of the order in the book: 'B' or 'S'
};
struct level_event_row {
  std::int64_t n, time, price, shares;
  std::uint32_t orders, locate;
  std::array<char, 1> side;
};
struct event_choice {
  bool quotes{}, trades{}, levels{};
  bool any() const noexcept { return quotes || trades || levels; }
};

// One update of a book, as records have it.
enum class update_kind : std::uint8_t {
  none,
  add,
  execute,
  execute_at_price,
  reduce,
  remove,
  replace,
  set_level,
  set_level_in_event,  // more updates of the same event follow
  set_quote,           // shares and at are the bid's, id is the price of the ask and new_id its shares
  begin_anew,          // no message: what follows is of a new session, and all before it have ended
};
struct book_update {
  update_kind kind;
  side of;
  std::uint32_t number;  // of the book; symbol_numbers::none: of none, where the feed knows names only
  std::int64_t time;
  order_id id, new_id;
  quantity shares;
  price at;
};

// A table of the best levels of one book that keeps its place in memory: written anew after every call that changes books.
struct depth_view {
  std::uint32_t number;
  std::vector<depth_row> rows;
};

// Whether a feed knows instruments by their names only, and they are numbered in order of appearance.
bool is_by_symbol(feed_kind feed) noexcept;

class book_replay {
 public:
  struct limits {
    std::uint32_t max_books, max_orders, max_levels;
  };

  // Throws argument_error for limits of 0 or beyond 2^30.
  book_replay(feed_kind feed, const limits& of, const event_choice& events);

  // Reads on until `most` messages are applied or about so many bytes are read; false at the end of the file.
  bool replay(feed_reader& from, std::uint64_t most, std::size_t about_bytes);
  // One message as it is on the wire; false for a malformed one, which is counted.
  bool apply(std::span<const std::byte> message);
  void apply(std::span<const book_update> updates);

  // For feeds that know names only: the number of a book, given out in order of appearance; symbol_numbers::none where
  // all are given out.
  std::uint32_t number_of(const symbol& name);
  // The first name that a number is given stays.
  void name(std::uint32_t number, const symbol& name);
  // The number of a name that messages told; the highest one where several have it.
  std::optional<std::uint32_t> find(const symbol& name) const;
  // Blank where no message named it.
  const symbol& name_of(std::uint32_t number) const noexcept { return names_[number]; }
  // One more than the highest number that was named or updated.
  std::uint32_t used_numbers() const noexcept { return used_numbers_; }

  feed_kind feed() const noexcept { return feed_; }
  std::uint64_t messages() const noexcept { return messages_; }
  // Of the messages that were applied here; what files had besides is in their readers.
  const engine::counters& counters() const noexcept { return counters_; }
  // What the session layers of replayed files passed over.
  const named_counts& malformed_packets() const noexcept { return malformed_packets_; }
  limits limits_now() const noexcept;

  // nullptr where the feed has books of the other kind.
  const book::l3_books* by_order() const noexcept { return by_order_.get(); }
  const book::l2_books* by_level() const noexcept { return by_level_.get(); }
  template <class Work>
  decltype(auto) with_books(Work work) const {
    return by_order_ ? work(*by_order_) : work(*by_level_);
  }

  // As many rows as `into` has; zeros where there are no more levels.
  void depth(std::uint32_t number, std::span<depth_row> into) const noexcept;
  std::shared_ptr<const depth_view> view(std::uint32_t number, std::size_t levels);

  void clear(std::uint32_t number);
  void clear();
  // Sets room aside for as much as this, where there is less; the books stay as they are.
  void grow(const limits& least);

  std::vector<std::byte> snapshot() const;
  // Throws input_error and changes nothing where book::restore() does.
  void restore(std::span<const std::byte> books, std::span<const symbol> names, std::uint64_t messages);

  // The same books with no more room than they fill: a past state to look at.
  std::unique_ptr<book_replay> copy() const;

  std::vector<quote_event_row> take_quotes() { return std::exchange(recorder_.quotes, {}); }
  std::vector<trade_event_row> take_trades() { return std::exchange(recorder_.trades, {}); }
  std::vector<level_event_row> take_levels() { return std::exchange(recorder_.levels, {}); }

 private:
  // A listener of the books. Where a feed tells levels, an update of a book on its way is no quote: the best quotes are
  // compared with the last ones told when a message completes its event.
  struct recorder {
    event_choice wanted;
    std::int64_t n{}, time{};
    std::vector<book::best_quote> told{};  // by book; empty where each update's quote stands
    std::vector<quote_event_row> quotes{};
    std::vector<trade_event_row> trades{};
    std::vector<level_event_row> levels{};

    void on_quote(std::uint32_t book, const book::best_quote& now);
    void after_event(std::uint32_t book, const book::best_quote& now);
    void push_quote(std::uint32_t book, const book::best_quote& now);
    void on_trade(const book::trade_event& event);
    void on_level(const book::level_event& event);
    template <class Books>
    void on_clear(const Books& books, std::uint32_t book);
  };
  template <class Protocol, class Books>
  struct message_visitor;

  template <class Work>
  void with_updates(Work work);
  template <class Books>
  auto& own() const noexcept;
  template <class Books>
  book::outcome update(Books& books, const book_update& with);
  void know(std::uint32_t number, const symbol& given);
  void begin_anew(std::uint64_t next);
  void after_changes() noexcept;
  void use(std::uint32_t number) noexcept { used_numbers_ = std::max(used_numbers_, number + 1); }

  feed_kind feed_;
  std::unique_ptr<book::l3_books> by_order_;
  std::unique_ptr<book::l2_books> by_level_;
  std::vector<symbol> names_;
  std::unordered_map<std::string, std::uint32_t> numbers_of_names_;
  std::unique_ptr<symbol_numbers> numbers_;  // where the feed knows names only
  std::uint32_t used_numbers_{};
  std::uint64_t messages_{};
  engine::counters counters_;
  named_counts malformed_packets_;
  recorder recorder_;
  std::vector<std::weak_ptr<depth_view>> views_;
};

// The best quotes of one instrument over a whole file: after each message that changes them, the first included, or after
// every message of the instrument.
class quote_series {
 public:
  struct wanted {
    std::uint32_t number;  // where the feed has numbers
    symbol name;           // where it has names only
    bool every_message;
  };
  quote_series(feed_kind feed, const wanted& what, const book_replay::limits& of);

  bool read(feed_reader& from, std::size_t about_bytes);

  // Whether any message was the instrument's.
  bool found() const noexcept { return found_; }
  std::vector<quote_event_row> take_rows() { return std::exchange(rows_, {}); }
  // What the books refused.
  const engine::counters& counters() const noexcept { return counters_; }

 private:
  template <class Protocol>
  struct message_visitor;
  void after_message(std::uint64_t n, nanoseconds time);

  wanted what_;
  std::variant<std::monostate, book::l3_books, book::l2_books> books_;
  bool found_{};
  book::best_quote now_;   // of the last complete event
  book::best_quote last_;  // in the last row
  std::vector<quote_event_row> rows_;
  engine::counters counters_;
};

// The names in a file and their numbers, in order of appearance, until one is `wanted`, which is the last one then.
class name_search {
 public:
  explicit name_search(const symbol& wanted) : wanted_{wanted}, seen_(max_instruments) {}

  // False at the end of the file or of the search.
  bool read(feed_reader& from, std::size_t about_bytes);

  struct named {
    std::uint32_t number;
    symbol name;
  };
  std::optional<std::uint32_t> found() const noexcept { return found_; }
  const std::vector<named>& names() const noexcept { return names_; }

 private:
  struct message_visitor;

  symbol wanted_;
  std::optional<std::uint32_t> found_;
  std::vector<bool> seen_;
  std::vector<named> names_;
  symbol_numbers numbers_;
};

}  // namespace pyhft::engine
