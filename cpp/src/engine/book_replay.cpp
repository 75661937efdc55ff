// SPDX-License-Identifier: MIT
#include "pyhft/engine/book_replay.hpp"

#include <type_traits>

namespace pyhft::engine {
namespace {

namespace itch50 = feed::itch50;

std::array<char, 1> letter_of(side of) noexcept { return {of == side::buy ? 'B' : 'S'}; }

std::int64_t number_of_shares(quantity of) noexcept { return static_cast<std::int64_t>(of.shares); }

// Books that have listeners know executions from cancellations.
template <class Books>
book::outcome execute(Books& books, order_id id, quantity shares, std::optional<price> at) {
  if constexpr (requires { books.execute(id, shares, at); }) {
    return books.execute(id, shares, at);
  } else {
    return books.reduce(id, shares);
  }
}

// What a message does to the books.
template <class Books, class Message>
book::outcome update_with(Books& books, std::uint32_t number, const Message& m) {
  if constexpr (std::is_base_of_v<itch50::add_order, Message>) {
    return books.add(number, m.reference(), m.side(), m.shares(), m.price());
  } else if constexpr (std::is_same_v<itch50::order_executed_with_price, Message>) {
    return execute(books, m.reference(), m.executed(), m.price());
  } else if constexpr (std::is_same_v<itch50::order_executed, Message>) {
    return execute(books, m.reference(), m.executed(), std::nullopt);
  } else if constexpr (std::is_same_v<itch50::order_cancel, Message>) {
    return books.reduce(m.reference(), m.canceled());
  } else if constexpr (std::is_same_v<itch50::order_delete, Message>) {
    return books.remove(m.reference());
  } else if constexpr (std::is_same_v<itch50::order_replace, Message>) {
    return books.replace(m.original_reference(), m.new_reference(), m.shares(), m.price());
  } else {
    return book::outcome::done;
  }
}

void count_outcome(counters& to, book::outcome outcome) noexcept {
  switch (outcome) {
    case book::outcome::done:
      break;
    case book::outcome::unknown_order:
      ++to.unknown_orders;
      break;
    case book::outcome::duplicate_order:
      ++to.duplicate_orders;
      break;
    case book::outcome::over_execution:
      ++to.over_executions;
      break;
    case book::outcome::no_quantity:
      ++to.empty_orders;
      break;
    case book::outcome::full:
      ++to.lost_to_full_books;
      break;
  }
}

// What a reader counted since `before`.
void add_difference(counters& to, const counters& before, const counters& after) noexcept {
  to.packets += after.packets - before.packets;
  to.other_ports += after.other_ports - before.other_ports;
  to.messages += after.messages - before.messages;
  for (std::size_t i = 0; i < to.by_type.size(); ++i) to.by_type[i] += after.by_type[i] - before.by_type[i];
  for (std::size_t i = 0; i < to.malformed.size(); ++i) to.malformed[i] += after.malformed[i] - before.malformed[i];
}

constexpr std::uint64_t no_end = ~std::uint64_t{0};

}  // namespace

template <class Books>
struct book_replay::message_visitor {
  book_replay& owner;
  Books& books;
  std::uint64_t before;  // messages before the file

  // Whatever stands where most messages have a reference: a hint can't be wrong.
  void far_ahead(std::span<const std::byte> m) const noexcept {
    if (owner.by_order_ && m.size() >= itch50::order_delete::length)
      owner.by_order_->prefetch({load_big<std::uint64_t>(&m[11])});
  }
  void ahead(std::span<const std::byte> m) const noexcept {
    if (owner.by_order_ && m.size() >= itch50::order_delete::length)
      owner.by_order_->prefetch_record({load_big<std::uint64_t>(&m[11])});
  }

  template <class Message>
  void on(const Message& m, const message_place& place) {
    owner.recorder_.n = static_cast<std::int64_t>(before + place.number);
    owner.recorder_.time = m.timestamp().count;
    if constexpr (std::is_same_v<Message, feed::raw::level_update>) {
      const std::uint32_t number = owner.number_of(m.symbol());
      if (number == symbol_numbers::none) {
        owner.counters_.count(malformed::too_many_symbols);
        return;
      }
      if constexpr (requires { books.set(number, m.side(), m.price(), m.quantity()); }) {
        count_outcome(owner.counters_, books.set(number, m.side(), m.price(), m.quantity()));
      }
    } else {
      owner.use(m.locate());
      if constexpr (requires { m.stock(); }) owner.name(m.locate(), m.stock());
      if constexpr (requires(order_id id) { books.remove(id); }) {
        count_outcome(owner.counters_, update_with(books, m.locate(), m));
      }
    }
  }
};

book_replay::book_replay(feed_kind feed, const limits& of, const event_choice& events)
    : feed_{feed}, names_(of.max_books), recorder_{.wanted = events} {
  if (feed == feed_kind::raw) {
    by_level_ = std::make_unique<book::l2_books>(of.max_books, of.max_levels);
    numbers_ = std::make_unique<symbol_numbers>();
  } else {
    by_order_ = std::make_unique<book::l3_books>(of.max_books, of.max_orders, of.max_levels);
  }
}

// Calls work with the books, or with what sends their events where any are wanted.
template <class Work>
void book_replay::with_updates(Work work) {
  if (by_order_ && recorder_.wanted.any()) {
    book::l3_events<recorder> sending{*by_order_, recorder_};
    work(sending);
  } else if (by_order_) {
    work(*by_order_);
  } else if (recorder_.wanted.any()) {
    book::l2_events<recorder> sending{*by_level_, recorder_};
    work(sending);
  } else {
    work(*by_level_);
  }
}

bool book_replay::replay(feed_reader& from, std::uint64_t most, std::size_t about_bytes) {
  const engine::counters before = from.counters();
  bool more = true;
  with_updates([&]<class Books>(Books& books) {
    message_visitor<Books> visitor{*this, books, messages_ - before.messages};
    more = from.read(most, about_bytes, visitor);
  });
  const engine::counters after = from.counters();
  messages_ += after.messages - before.messages;
  add_difference(counters_, before, after);
  refresh_views();
  return more;
}

bool book_replay::apply(std::span<const std::byte> message) {
  bool well_formed = false;
  with_updates([&]<class Books>(Books& books) {
    message_visitor<Books> visitor{*this, books, 0};
    well_formed = decode_message(feed_, message, {messages_ + 1, {}}, counters_, visitor);
  });
  ++messages_;
  ++counters_.messages;
  refresh_views();
  return well_formed;
}

template <class Books>
book::outcome book_replay::update(Books& books, const book_update& with) {
  if constexpr (requires { books.set(with.number, with.of, with.at, with.shares); }) {
    if (with.kind == update_kind::set_level) return books.set(with.number, with.of, with.at, with.shares);
  } else {
    switch (with.kind) {
      case update_kind::add:
        return books.add(with.number, with.id, with.of, with.shares, with.at);
      case update_kind::execute:
        return execute(books, with.id, with.shares, std::nullopt);
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
        break;
    }
  }
  return book::outcome::done;
}

void book_replay::apply(std::span<const book_update> updates) {
  with_updates([&](auto& books) {
    for (const book_update& one : updates) {
      recorder_.n = static_cast<std::int64_t>(++messages_);
      recorder_.time = one.time;
      use(one.number);
      count_outcome(counters_, update(books, one));
    }
  });
  counters_.messages += updates.size();
  refresh_views();
}

std::uint32_t book_replay::number_of(const symbol& wanted) {
  const std::uint32_t number = numbers_ ? numbers_->number_of(wanted) : symbol_numbers::none;
  if (number == symbol_numbers::none || number >= names_.size()) return symbol_numbers::none;
  name(number, wanted);
  return number;
}

void book_replay::name(std::uint32_t number, const symbol& given) {
  use(number);
  if (names_[number] == symbol{}) names_[number] = given;
}

book_replay::limits book_replay::limits_now() const noexcept {
  if (by_order_) return {by_order_->max_books(), by_order_->max_orders(), by_order_->max_levels()};
  return {by_level_->max_books(), 1, by_level_->max_levels()};
}

void book_replay::depth(std::uint32_t number, std::span<depth_row> into) const noexcept {
  with_books([&](const auto& books) {
    const std::uint32_t bids = books.levels(number, side::buy);
    const std::uint32_t asks = books.levels(number, side::sell);
    for (std::uint32_t i = 0; i < into.size(); ++i) {
      depth_row& row = into[i] = {};
      if (i < bids) {
        const book::depth_level bid = books.depth(number, side::buy, i);
        row.bid = bid.price.ticks, row.bid_shares = number_of_shares(bid.quantity), row.bid_orders = bid.orders;
      }
      if (i < asks) {
        const book::depth_level ask = books.depth(number, side::sell, i);
        row.ask = ask.price.ticks, row.ask_shares = number_of_shares(ask.quantity), row.ask_orders = ask.orders;
      }
    }
  });
}

std::shared_ptr<const depth_view> book_replay::view(std::uint32_t number, std::size_t levels) {
  auto made = std::make_shared<depth_view>(depth_view{number, std::vector<depth_row>(levels)});
  depth(number, made->rows);
  std::erase_if(views_, [](const auto& one) { return one.expired(); });
  views_.push_back(made);
  return made;
}

void book_replay::refresh_views() noexcept {
  for (const auto& one : views_) {
    if (const auto view = one.lock()) depth(view->number, view->rows);
  }
}

void book_replay::clear(std::uint32_t number) {
  by_order_ ? by_order_->clear(number) : by_level_->clear(number);
  refresh_views();
}

void book_replay::clear() {
  by_order_ ? by_order_->clear() : by_level_->clear();
  refresh_views();
}

void book_replay::grow(const limits& to) {
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
}

std::vector<std::byte> book_replay::snapshot() const {
  return with_books([](const auto& books) { return books.snapshot(); });
}

void book_replay::restore(std::span<const std::byte> books, std::span<const symbol> names, std::uint64_t messages) {
  by_order_ ? by_order_->restore(books) : by_level_->restore(books);
  std::fill(names_.begin(), names_.end(), symbol{});
  std::copy_n(names.begin(), std::min(names.size(), names_.size()), names_.begin());
  used_numbers_ = static_cast<std::uint32_t>(std::min(names.size(), names_.size()));
  if (numbers_) {
    numbers_ = std::make_unique<symbol_numbers>();
    for (std::size_t i = 1; i < names.size(); ++i) numbers_->number_of(names[i]);
  }
  messages_ = messages;
  counters_ = {};
  refresh_views();
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
  return result;
}

void book_replay::recorder::on_quote(std::uint32_t book, const book::best_quote& now) {
  if (!wanted.quotes) return;
  quotes.push_back({n, time, now.bid.ticks, number_of_shares(now.bid_quantity), now.ask.ticks,
                    number_of_shares(now.ask_quantity), book});
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

struct quote_series::message_visitor {
  quote_series& owner;

  void on(const feed::raw::level_update& m, const message_place& place) {
    if (!owner.by_level_ || m.symbol() != owner.what_.name) return;
    count_outcome(owner.counters_, owner.by_level_->set(0, m.side(), m.price(), m.quantity()));
    owner.after_message(place.number, m.timestamp(), owner.by_level_->best(0));
  }
  template <class Message>
  void on(const Message& m, const message_place& place) {
    if (!owner.by_order_ || m.locate() != owner.what_.number) return;
    count_outcome(owner.counters_, update_with(*owner.by_order_, 0, m));
    owner.after_message(place.number, m.timestamp(), owner.by_order_->best(0));
  }
};

quote_series::quote_series(feed_kind feed, const wanted& what, const book_replay::limits& of) : what_{what} {
  if (feed == feed_kind::raw) {
    by_level_ = std::make_unique<book::l2_books>(1, of.max_levels);
  } else {
    by_order_ = std::make_unique<book::l3_books>(1, of.max_orders, of.max_levels);
  }
}

bool quote_series::read(feed_reader& from, std::size_t about_bytes) {
  message_visitor visitor{*this};
  return from.read(no_end, about_bytes, visitor);
}

void quote_series::after_message(std::uint64_t n, nanoseconds time, const book::best_quote& now) {
  if (!what_.every_message && found_ && now == last_) return;
  found_ = true;
  last_ = now;
  rows_.push_back({static_cast<std::int64_t>(n), time.count, now.bid.ticks, number_of_shares(now.bid_quantity),
                   now.ask.ticks, number_of_shares(now.ask_quantity), what_.number});
}

struct name_search::message_visitor {
  name_search& owner;

  template <class Message>
  void on(const Message& m, const message_place&) {
    if constexpr (std::is_same_v<Message, feed::raw::level_update>) {
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
  return from.read(no_end, about_bytes, visitor) && !found_;
}

}  // namespace pyhft::engine
