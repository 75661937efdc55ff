// SPDX-License-Identifier: MIT
#include "pyhft/engine/book_replay.hpp"

#include <algorithm>
#include <type_traits>

namespace pyhft::engine {
namespace {

std::array<char, 1> letter_of(side of) noexcept { return {of == side::buy ? 'B' : 'S'}; }

std::int64_t number_of_shares(quantity of) noexcept { return static_cast<std::int64_t>(of.shares); }

struct row_head {
  std::int64_t n, time;
};
quote_event_row row_of(row_head head, std::uint32_t book, const book::best_quote& quote) noexcept {
  return {head.n,
          head.time,
          quote.bid.ticks,
          number_of_shares(quote.bid_quantity),
          quote.ask.ticks,
          number_of_shares(quote.ask_quantity),
          book};
}

// What a reader counted since `before`.
void add_difference(counters& to, const counters& before, const counters& after) noexcept {
  to.packets += after.packets - before.packets;
  to.other_ports += after.other_ports - before.other_ports;
  to.messages += after.messages - before.messages;
  for (std::size_t i = 0; i < to.by_type.size(); ++i) to.by_type[i] += after.by_type[i] - before.by_type[i];
  for (std::size_t i = 0; i < to.malformed.size(); ++i) to.malformed[i] += after.malformed[i] - before.malformed[i];
}

// There are none, so that they never lack room.
constexpr std::uint32_t no_limit_of_orders = 1u << 30;

constexpr std::uint64_t no_end = ~std::uint64_t{0};

}  // namespace

bool is_by_symbol(feed_kind feed) noexcept {
  return visit_feed(feed, []<class Protocol> { return !Protocol::by_order; });
}

template <class Protocol, class Books>
struct book_replay::message_visitor {
  book_replay& owner;
  Books& books;
  std::uint64_t before;       // messages before the file
  const feed_reader* from{};  // none where a message comes by itself

  void far_ahead(std::span<const std::byte> m) const noexcept {
    if constexpr (Protocol::by_order) {
      owner.by_order_->prefetch(Protocol::likely_number(m), Protocol::likely_reference(m));
    }
  }
  void ahead(std::span<const std::byte> m) const noexcept {
    if constexpr (Protocol::by_order) {
      owner.by_order_->prefetch_around(Protocol::likely_number(m), Protocol::likely_reference(m));
    }
  }

  void begin_anew() const { owner.begin_anew(before + from->counters().messages + 1); }

  template <class Message>
  void on(const Message& m, const message_place& place) {
    if constexpr (is_of_instrument<Message>) {
      owner.recorder_.n = static_cast<std::int64_t>(before + place.number);
      owner.recorder_.time = m.timestamp().count;
      const std::uint32_t number = number_of(m);
      if constexpr (by_symbol<Message>) {
        if (number == symbol_numbers::none) {
          owner.counters_.count(malformed::too_many_symbols);
          return;
        }
      }
      owner.counters_.count(apply_to_books(books, number, m));
      if (completes_event<Protocol>(m))
        owner.recorder_.after_event(number, owner.own<books_of<Protocol>>().best(number));
    }
  }

 private:
  template <class Message>
  std::uint32_t number_of(const Message& m) {
    if constexpr (by_symbol<Message>) {
      return owner.number_of(m.symbol());
    } else {
      owner.use(m.locate());
      if constexpr (requires { m.stock(); }) owner.name(m.locate(), m.stock());
      return m.locate();
    }
  }
};

book_replay::book_replay(feed_kind feed, const limits& of, const event_choice& events)
    : feed_{feed}, names_(of.max_books), recorder_{.wanted = events} {
  visit_feed(feed, [&]<class Protocol> {
    if constexpr (Protocol::by_order) {
      by_order_ = std::make_unique<book::l3_books>(of.max_books, of.max_orders, of.max_levels);
    } else {
      by_level_ = std::make_unique<book::l2_books>(of.max_books, of.max_levels);
      numbers_ = std::make_unique<symbol_numbers>();
      if (events.quotes) recorder_.told.resize(of.max_books);
    }
  });
}

template <class Books>
auto& book_replay::own() const noexcept {
  if constexpr (std::is_same_v<Books, book::l3_books>) {
    return *by_order_;
  } else {
    return *by_level_;
  }
}

// Calls work<Protocol>() with the books, or with what sends their events where any are wanted.
template <class Work>
void book_replay::with_updates(Work work) {
  visit_feed(feed_, [&]<class Protocol> {
    auto& books = own<books_of<Protocol>>();
    if (recorder_.wanted.any()) {
      std::conditional_t<Protocol::by_order, book::l3_events<recorder>, book::l2_events<recorder>> sending{books,
                                                                                                           recorder_};
      work.template operator()<Protocol>(sending);
    } else {
      work.template operator()<Protocol>(books);
    }
  });
}

bool book_replay::replay(feed_reader& from, std::uint64_t most, std::size_t about_bytes) {
  const engine::counters before = from.counters();
  const named_counts packets_before = from.malformed_packets();
  bool more = true;
  with_updates([&]<class Protocol, class Books>(Books& books) {
    message_visitor<Protocol, Books> visitor{*this, books, messages_ - before.messages, &from};
    more = from.read<Protocol>(most, about_bytes, visitor);
  });
  const engine::counters& after = from.counters();
  messages_ += after.messages - before.messages;
  add_difference(counters_, before, after);
  const named_counts packets_after = from.malformed_packets();
  malformed_packets_.resize(packets_after.size());
  for (std::size_t i = 0; i < packets_after.size(); ++i) {
    malformed_packets_[i].first = packets_after[i].first;
    malformed_packets_[i].second += packets_after[i].second - packets_before[i].second;
  }
  after_changes();
  return more;
}

bool book_replay::apply(std::span<const std::byte> message) {
  bool well_formed = false;
  with_updates([&]<class Protocol, class Books>(Books& books) {
    message_visitor<Protocol, Books> visitor{*this, books, 0};
    well_formed = decode_message<Protocol>(message, {messages_ + 1, {}}, counters_, visitor);
  });
  ++messages_;
  ++counters_.messages;
  after_changes();
  return well_formed;
}

template <class Books>
book::outcome book_replay::update(Books& books, const book_update& with) {
  if constexpr (requires { books.set(with.number, with.of, with.at, with.shares); }) {
    if (with.kind == update_kind::set_level || with.kind == update_kind::set_level_in_event)
      return books.set(with.number, with.of, with.at, with.shares);
    if (with.kind == update_kind::set_quote) {
      const price ask{static_cast<std::int64_t>(with.id.value)};
      return set_quote(books, with.number, {with.at, with.shares, ask, {with.new_id.value}});
    }
  } else {
    switch (with.kind) {
      case update_kind::add:
        return books.add(with.number, with.id, with.of, with.shares, with.at);
      case update_kind::execute:
        return execute(books, with.id, with.shares);
      case update_kind::execute_at_price:
        return execute(books, with.id, with.shares, with.at);
      case update_kind::reduce:
        return books.reduce(with.id, with.shares);
      case update_kind::remove:
        return books.remove(with.id);
      case update_kind::replace:
        return books.replace(with.id, with.new_id, with.shares, with.at);
      case update_kind::none:
      case update_kind::set_level:
      case update_kind::set_level_in_event:
      case update_kind::set_quote:
      case update_kind::begin_anew:
        break;
    }
  }
  return book::outcome::done;
}

void book_replay::apply(std::span<const book_update> updates) {
  const std::uint64_t before = messages_;
  with_updates([&]<class Protocol>(auto& books) {
    for (const book_update& one : updates) {
      if (one.kind == update_kind::begin_anew) {
        begin_anew(messages_ + 1);
        continue;
      }
      recorder_.n = static_cast<std::int64_t>(++messages_);
      recorder_.time = one.time;
      if (numbers_ && one.number == symbol_numbers::none) {
        if (one.kind != update_kind::none) counters_.count(malformed::too_many_symbols);
        continue;
      }
      use(one.number);
      counters_.count(update(books, one));
      if (one.kind == update_kind::set_level || one.kind == update_kind::set_quote)
        recorder_.after_event(one.number, own<books_of<Protocol>>().best(one.number));
    }
  });
  counters_.messages += messages_ - before;
  after_changes();
}

std::uint32_t book_replay::number_of(const symbol& wanted) {
  const std::uint32_t number = numbers_ ? numbers_->number_of(wanted) : symbol_numbers::none;
  if (number == symbol_numbers::none || number >= names_.size()) return symbol_numbers::none;
  name(number, wanted);
  return number;
}

void book_replay::name(std::uint32_t number, const symbol& given) {
  use(number);
  if (names_[number] == symbol{}) know(number, given);
}

void book_replay::know(std::uint32_t number, const symbol& given) {
  names_[number] = given;
  if (given.view().empty()) return;
  const auto [found, is_new] = numbers_of_names_.try_emplace(std::string{given.view()}, number);
  if (!is_new) found->second = std::max(found->second, number);
}

std::optional<std::uint32_t> book_replay::find(const symbol& wanted) const {
  const auto found = numbers_of_names_.find(std::string{wanted.view()});
  return found == numbers_of_names_.end() ? std::nullopt : std::optional{found->second};
}

book_replay::limits book_replay::limits_now() const noexcept {
  if (by_order_) return {by_order_->max_books(), by_order_->max_orders(), by_order_->max_levels()};
  return {by_level_->max_books(), no_limit_of_orders, by_level_->max_levels()};
}

void book_replay::depth(std::uint32_t number, std::span<depth_row> into) const noexcept {
  with_books([&](const auto& books) { fill_depth(books, number, into); });
}

std::shared_ptr<const depth_view> book_replay::view(std::uint32_t number, std::size_t levels) {
  auto made = std::make_shared<depth_view>(depth_view{number, std::vector<depth_row>(levels)});
  depth(number, made->rows);
  std::erase_if(views_, [](const auto& one) { return one.expired(); });
  views_.push_back(made);
  return made;
}

void book_replay::after_changes() noexcept {
  for (const auto& one : views_) {
    if (const auto view = one.lock()) depth(view->number, view->rows);
  }
}

// What a session said is of the past when another begins after its end; names stay. Events tell what is gone, at the
// message that comes `next`.
void book_replay::begin_anew(std::uint64_t next) {
  recorder_.n = static_cast<std::int64_t>(next);
  if (recorder_.wanted.any()) {
    with_books([&](const auto& books) {
      for (std::uint32_t number = 0; number < used_numbers_; ++number) recorder_.on_clear(books, number);
    });
  }
  by_order_ ? by_order_->clear() : by_level_->clear();
}

void book_replay::clear(std::uint32_t number) {
  by_order_ ? by_order_->clear(number) : by_level_->clear(number);
  if (number < recorder_.told.size()) recorder_.told[number] = {};
  after_changes();
}

void book_replay::clear() {
  by_order_ ? by_order_->clear() : by_level_->clear();
  recorder_.told.assign(recorder_.told.size(), {});
  after_changes();
}

void book_replay::grow(const limits& least) {
  const limits now = limits_now();
  const limits to{std::max(least.max_books, now.max_books), std::max(least.max_orders, now.max_orders),
                  std::max(least.max_levels, now.max_levels)};
  const auto books = snapshot();
  if (by_order_) {
    auto larger = std::make_unique<book::l3_books>(to.max_books, to.max_orders, to.max_levels);
    larger->restore(books);
    by_order_ = std::move(larger);
  } else {
    auto larger = std::make_unique<book::l2_books>(to.max_books, to.max_levels);
    larger->restore(books);
    by_level_ = std::move(larger);
  }
  names_.resize(to.max_books);
  if (!recorder_.told.empty()) recorder_.told.resize(to.max_books);
}

std::vector<std::byte> book_replay::snapshot() const {
  return with_books([](const auto& books) { return books.snapshot(); });
}

void book_replay::restore(std::span<const std::byte> books, std::span<const symbol> names, std::uint64_t messages) {
  by_order_ ? by_order_->restore(books) : by_level_->restore(books);
  std::fill(names_.begin(), names_.end(), symbol{});
  numbers_of_names_.clear();
  used_numbers_ = static_cast<std::uint32_t>(std::min(names.size(), names_.size()));
  for (std::uint32_t number = 0; number < used_numbers_; ++number) know(number, names[number]);
  if (numbers_) {
    numbers_ = std::make_unique<symbol_numbers>();
    for (std::size_t i = 1; i < names.size(); ++i) numbers_->number_of(names[i]);
  }
  for (std::uint32_t i = 0; i < recorder_.told.size(); ++i) recorder_.told[i] = by_level_->best(i);
  messages_ = messages;
  counters_ = {};
  malformed_packets_ = {};
  after_changes();
}

std::unique_ptr<book_replay> book_replay::copy() const {
  limits enough{std::max(used_numbers_, 1u), 1, 1};
  with_books([&](const auto& books) {
    for (std::uint32_t i = 0; i < used_numbers_; ++i) {
      enough.max_levels += books.levels(i, side::buy) + books.levels(i, side::sell);
    }
  });
  if (by_order_) enough.max_orders += by_order_->orders();
  auto result = std::make_unique<book_replay>(feed_, enough, event_choice{});
  result->restore(snapshot(), {names_.data(), used_numbers_}, messages_);
  result->counters_ = counters_;
  result->malformed_packets_ = malformed_packets_;
  return result;
}

void book_replay::recorder::on_quote(std::uint32_t book, const book::best_quote& now) {
  if (!wanted.quotes || !told.empty()) return;
  push_quote(book, now);
}

void book_replay::recorder::after_event(std::uint32_t book, const book::best_quote& now) {
  if (told.empty() || told[book] == now) return;
  told[book] = now;
  push_quote(book, now);
}

void book_replay::recorder::push_quote(std::uint32_t book, const book::best_quote& now) {
  quotes.push_back(row_of({n, time}, book, now));
}

void book_replay::recorder::on_trade(const book::trade_event& event) {
  if (!wanted.trades) return;
  trades.push_back(
      {n, time, event.at.ticks, number_of_shares(event.shares), event.id.value, event.book, letter_of(event.of)});
}

void book_replay::recorder::on_level(const book::level_event& event) {
  if (!wanted.levels) return;
  levels.push_back({n, time, event.level.price.ticks, number_of_shares(event.level.quantity), event.level.orders,
                    event.book, letter_of(event.of)});
}

template <class Books>
void book_replay::recorder::on_clear(const Books& books, std::uint32_t book) {
  const book::best_quote best = told.empty() ? books.best(book) : std::exchange(told[book], {});
  if (wanted.quotes && best != book::best_quote{}) push_quote(book, {});
  if (!wanted.levels) return;
  for (const side of : {side::buy, side::sell}) {
    for (std::uint32_t i = 0; i < books.levels(book, of); ++i) {
      on_level({book, of, {books.depth(book, of, i).price, {}, 0}});
    }
  }
}

template <class Protocol>
struct quote_series::message_visitor {
  quote_series& owner;
  books_of<Protocol>& books;

  void begin_anew() const noexcept {
    books.clear();
    owner.now_ = {};
  }

  template <class Message>
  void on(const Message& m, const message_place& place) {
    if constexpr (is_of_instrument<Message>) {
      if constexpr (by_symbol<Message>) {
        if (m.symbol() != owner.what_.name) return;
      } else {
        if (m.locate() != owner.what_.number) return;
      }
      owner.counters_.count(apply_to_books(books, 0, m));
      if (completes_event<Protocol>(m)) owner.now_ = books.best(0);
      owner.after_message(place.number, m.timestamp());
    }
  }
};

quote_series::quote_series(feed_kind feed, const wanted& what, const book_replay::limits& of) : what_{what} {
  visit_feed(feed, [&]<class Protocol> {
    if constexpr (Protocol::by_order) {
      books_.emplace<book::l3_books>(1u, of.max_orders, of.max_levels);
    } else {
      books_.emplace<book::l2_books>(1u, of.max_levels);
    }
  });
}

bool quote_series::read(feed_reader& from, std::size_t about_bytes) {
  return visit_feed(from.input().feed, [&]<class Protocol> {
    message_visitor<Protocol> visitor{*this, std::get<books_of<Protocol>>(books_)};
    return from.read<Protocol>(no_end, about_bytes, visitor);
  });
}

void quote_series::after_message(std::uint64_t n, nanoseconds time) {
  if (!what_.every_message && found_ && now_ == last_) return;
  found_ = true;
  last_ = now_;
  rows_.push_back(row_of({static_cast<std::int64_t>(n), time.count}, what_.number, now_));
}

struct name_search::message_visitor {
  name_search& owner;

  template <class Message>
  void on(const Message& m, const message_place&) {
    if constexpr (by_symbol<Message>) {
      take(owner.numbers_.number_of(m.symbol()), m.symbol());
    } else if constexpr (requires { m.stock(); }) {
      take(m.locate(), m.stock());
    }
  }

  void take(std::uint32_t number, const symbol& name) {
    if (owner.found_) return;
    if (!owner.seen_[number]) {
      owner.seen_[number] = true;
      owner.names_.push_back({number, name});
      if (name == owner.wanted_) owner.found_ = number;
    }
  }
};

bool name_search::read(feed_reader& from, std::size_t about_bytes) {
  message_visitor visitor{*this};
  return visit_feed(from.input().feed,
                    [&]<class Protocol> { return from.read<Protocol>(no_end, about_bytes, visitor); }) &&
         !found_;
}

}  // namespace pyhft::engine
