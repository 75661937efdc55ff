// SPDX-License-Identifier: MIT
// Floor 4, engine: the books of a feed without an engine. What pyhft.books stands on, which checks what it is given.

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "feed_args.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/engine/book_replay.hpp"
#include "read_progress.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;
using engine::book_replay;
using engine::feed_reader;
using told = read_progress::told;

// Between two looks of other threads and reports of progress: a few milliseconds of work.
constexpr std::size_t piece_bytes = std::size_t{2} << 20;

// Books that several threads may use: every call has them to itself. Whoever waits for them doesn't hold the GIL
// meanwhile, and whoever has them wants the GIL only where nobody can have both: at the end of a call.
class shared_books {
 public:
  explicit shared_books(std::unique_ptr<book_replay> books) : books_(std::move(books)) {}

  template <class Work>
  auto use(Work work) {
    std::unique_lock lock(guard_, std::try_to_lock);
    if (!lock) {
      const without_gil released;
      lock.lock();
    }
    return work(*books_);
  }

  // With the GIL released by the caller.
  template <class Work>
  auto use_without_gil(Work work) {
    const std::scoped_lock lock(guard_);
    return work(*books_);
  }

 private:
  std::mutex guard_;
  std::unique_ptr<book_replay> books_;
};

template <class Row>
py::array array_of(std::vector<Row> rows) {
  auto* const kept = new std::vector<Row>(std::move(rows));
  const py::capsule owner(kept, [](void* at) { delete static_cast<std::vector<Row>*>(at); });
  return py::array_t<Row>(static_cast<py::ssize_t>(kept->size()), kept->data(), owner);
}

symbol symbol_of(const py::bytes& name) { return symbol::from(std::string_view(name)); }
py::bytes text_of(const symbol& name) {
  const std::string_view text = name.view();
  return {text.data(), text.size()};
}

// A past state has no room for books that were never named: they are empty.
bool has(const book_replay& books, std::uint32_t number) { return number < books.limits_now().max_books; }

side side_of(bool sell) { return sell ? side::sell : side::buy; }

std::unique_ptr<shared_books> make_books(const std::string& feed, std::uint32_t max_books, std::uint32_t max_orders,
                                         std::uint32_t max_levels, bool quotes, bool trades, bool levels) {
  return std::make_unique<shared_books>(
      std::make_unique<book_replay>(engine::feed_named(feed), book_replay::limits{max_books, max_orders, max_levels},
                                    engine::event_choice{quotes, trades, levels}));
}

// Until `most` messages are applied, or the file ends: true then.
bool replay(shared_books& self, feed_reader& from, std::uint64_t most, const told& tell) {
  without_gil released;
  read_progress progress(released, tell);
  const std::uint64_t before = from.counters().messages;
  for (;;) {
    const std::uint64_t done = from.counters().messages - before;
    if (done == most) return false;
    if (!self.use_without_gil([&](book_replay& books) { return books.replay(from, most - done, piece_bytes); }))
      return true;
    progress(from.counters().messages, from.position_bytes(), from.size_bytes());
  }
}

template <class T>
using column = py::array_t<T, py::array::c_style | py::array::forcecast>;

void apply_updates(shared_books& self, const column<std::uint8_t>& kinds, const column<bool>& sells,
                   const column<std::uint32_t>& numbers, const column<std::int64_t>& times,
                   const column<std::uint64_t>& ids, const column<std::uint64_t>& new_ids,
                   const column<std::uint64_t>& shares, const column<std::int64_t>& prices) {
  const py::ssize_t count = kinds.size();
  for (const py::ssize_t size :
       {sells.size(), numbers.size(), times.size(), ids.size(), new_ids.size(), shares.size(), prices.size()}) {
    if (size != count) throw argument_error("BookReplay.apply_updates: the columns have different lengths.");
  }
  const std::uint32_t books = self.use([](book_replay& b) { return b.limits_now().max_books; });
  std::vector<engine::book_update> updates(static_cast<std::size_t>(count));
  for (py::ssize_t i = 0; i < count; ++i) {
    if (kinds.data()[i] > static_cast<std::uint8_t>(engine::update_kind::begin_anew) || numbers.data()[i] >= books)
      throw argument_error("BookReplay.apply_updates: row " + std::to_string(i) + " is no update.");
    updates[static_cast<std::size_t>(i)] = {static_cast<engine::update_kind>(kinds.data()[i]),
                                            side_of(sells.data()[i]),
                                            numbers.data()[i],
                                            times.data()[i],
                                            {ids.data()[i]},
                                            {new_ids.data()[i]},
                                            {shares.data()[i]},
                                            {prices.data()[i]}};
  }
  const without_gil released;
  self.use_without_gil([&](book_replay& b) { b.apply(updates); });
}

py::array_t<engine::depth_row> depth(shared_books& self, std::uint32_t number, std::size_t levels) {
  py::array_t<engine::depth_row> result(static_cast<py::ssize_t>(levels));
  const std::span into(result.mutable_data(), levels);
  std::fill(into.begin(), into.end(), engine::depth_row{});
  self.use([&](book_replay& b) {
    if (has(b, number)) b.depth(number, into);
  });
  return result;
}

// The memory stays where it is as long as the array lives, and is written anew after every change.
py::array view(shared_books& self, std::uint32_t number, std::size_t levels) {
  auto kept = self.use([&](book_replay& b) {
    return has(b, number) ? b.view(number, levels)
                          : std::make_shared<const engine::depth_view>(0u, std::vector<engine::depth_row>(levels));
  });
  auto* const holder = new std::shared_ptr<const engine::depth_view>(kept);
  const py::capsule owner(holder, [](void* at) { delete static_cast<std::shared_ptr<const engine::depth_view>*>(at); });
  py::array result = py::array_t<engine::depth_row>(static_cast<py::ssize_t>(levels), kept->rows.data(), owner);
  result.attr("flags").attr("writeable") = false;
  return result;
}

struct queue_row {
  std::uint64_t reference;
  std::int64_t shares;
};

py::array queue(shared_books& self, std::uint32_t number, bool sell, std::int64_t at) {
  std::vector<queue_row> rows;
  self.use([&](book_replay& b) {
    if (b.by_order() == nullptr || !has(b, number)) return;
    for (const auto& one : b.by_order()->queue(number, side_of(sell), price{at}))
      rows.push_back({one.id.value, static_cast<std::int64_t>(one.shares.shares)});
  });
  return array_of(std::move(rows));
}

// Number of the book, whether it sells, price, shares, orders and shares ahead; None where it isn't live.
py::object order(shared_books& self, std::uint64_t reference) {
  return self.use([&](book_replay& b) -> py::object {
    if (b.by_order() == nullptr) return py::none();
    const auto found = b.by_order()->find({reference});
    if (!found) return py::none();
    const auto place = *b.by_order()->position({reference});
    return py::make_tuple(found->book, found->of == side::sell, found->at.ticks, found->shares.shares,
                          place.orders_ahead, place.shares_ahead.shares);
  });
}

py::tuple best(shared_books& self, std::uint32_t number) {
  const book::best_quote quote = self.use([&](book_replay& b) {
    return has(b, number) ? b.with_books([&](const auto& books) { return books.best(number); }) : book::best_quote{};
  });
  return py::make_tuple(quote.bid.ticks, quote.bid_quantity.shares, quote.ask.ticks, quote.ask_quantity.shares);
}

// Levels of bid and ask, orders, bytes.
py::tuple size_of_book(shared_books& self, std::uint32_t number) {
  return self.use([&](book_replay& b) -> py::tuple {
    if (!has(b, number)) return py::make_tuple(0, 0, 0, 0);
    const auto [bids, asks, bytes] = b.with_books([&](const auto& books) {
      return std::tuple{books.levels(number, side::buy), books.levels(number, side::sell), books.memory_bytes(number)};
    });
    return py::make_tuple(bids, asks, b.by_order() == nullptr ? 0 : b.by_order()->orders(number), bytes);
  });
}

py::dict counts(shared_books& self) {
  return self.use([](book_replay& b) {
    const engine::counters& counted = b.counters();
    const auto limits = b.limits_now();
    return py::dict("messages"_a = b.messages(), "malformed"_a = malformed_of(counted, b.malformed_packets()),
                    "unknown_refs"_a = counted.unknown_orders, "duplicate_refs"_a = counted.duplicate_orders,
                    "over_executions"_a = counted.over_executions, "empty_orders"_a = counted.empty_orders,
                    "lost_to_full_books"_a = counted.lost_to_full_books,
                    "orders"_a = b.by_order() == nullptr ? 0 : b.by_order()->orders(),
                    "levels"_a = b.with_books([](const auto& books) { return books.used_levels(); }),
                    "max_orders"_a = limits.max_orders, "max_levels"_a = limits.max_levels,
                    "memory_bytes"_a = b.with_books([](const auto& books) { return books.memory_bytes(); }));
  });
}

std::vector<std::pair<std::uint32_t, py::bytes>> names(shared_books& self) {
  std::vector<std::pair<std::uint32_t, py::bytes>> result;
  self.use([&](book_replay& b) {
    for (std::uint32_t i = 0; i < b.used_numbers(); ++i) {
      if (b.name_of(i) != symbol{}) result.emplace_back(i, text_of(b.name_of(i)));
    }
  });
  return result;
}

// The messages so far, the names at their numbers, and the books, all of one moment.
py::tuple snapshot(shared_books& self) {
  return self.use([](book_replay& b) -> py::tuple {
    const auto bytes = b.snapshot();
    py::list names;
    for (std::uint32_t i = 0; i < b.used_numbers(); ++i) names.append(text_of(b.name_of(i)));
    return py::make_tuple(b.messages(), names, py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  });
}

void restore(shared_books& self, const py::bytes& books, const std::vector<py::bytes>& given, std::uint64_t messages) {
  const std::string_view text(books);
  std::vector<symbol> symbols;
  for (const auto& one : given) symbols.push_back(symbol_of(one));
  self.use([&](book_replay& b) {
    b.restore({reinterpret_cast<const std::byte*>(text.data()), text.size()}, symbols, messages);
  });
}

// Rows of (n, time, bid, bid_shares, ask, ask_shares, locate), and what was lost; whether any message was the
// instrument's.
py::tuple quotes_of(feed_reader& from, std::uint32_t number, const py::bytes& name, bool every_message,
                    std::uint32_t max_orders, std::uint32_t max_levels, const told& tell) {
  const symbol wanted = symbol_of(name);
  without_gil released;
  engine::quote_series series(from.input().feed, {number, wanted, every_message}, {1, max_orders, max_levels});
  read_progress progress(released, tell);
  while (series.read(from, piece_bytes)) progress(from.counters().messages, from.position_bytes(), from.size_bytes());
  const with_gil again(released);
  return py::make_tuple(array_of(series.take_rows()), series.counters().lost_to_full_books, series.found());
}

// The number of a name, or None, and the names that were met until then.
py::tuple find_name(const feed_reader& in, const py::bytes& name, const told& tell) {
  engine::name_search search(symbol_of(name));
  {
    without_gil released;
    read_progress progress(released, tell);
    feed_reader from = in;
    while (search.read(from, piece_bytes)) progress(from.counters().messages, from.position_bytes(), from.size_bytes());
  }
  std::vector<py::bytes> met;
  for (const auto& one : search.names()) met.push_back(text_of(one.name));
  return py::make_tuple(search.found(), met);
}

}  // namespace

void bind_book(py::module_& module) {
  auto room = module.def_submodule("book", "Order books without an engine.");
  PYBIND11_NUMPY_DTYPE_EX(engine::quote_event_row, n, "n", time, "time", bid, "bid", bid_shares, "bid_shares", ask,
                          "ask", ask_shares, "ask_shares", locate, "locate");
  PYBIND11_NUMPY_DTYPE_EX(engine::trade_event_row, n, "n", time, "time", price, "price", shares, "shares", reference,
                          "reference", locate, "locate", side, "side");
  PYBIND11_NUMPY_DTYPE_EX(engine::level_event_row, n, "n", time, "time", price, "price", shares, "shares", orders,
                          "orders", locate, "locate", side, "side");
  PYBIND11_NUMPY_DTYPE(engine::depth_row, bid, bid_shares, bid_orders, ask, ask_shares, ask_orders);
  PYBIND11_NUMPY_DTYPE(queue_row, reference, shares);
  room.def("is_by_symbol", [](const std::string& feed) { return engine::is_by_symbol(engine::feed_named(feed)); });
  room.attr("max_books") = engine::max_instruments;
  room.attr("max_levels_a_side") = book::ladder_pool::max_levels_a_side;

  py::class_<feed_reader>(room, "FeedReader", "The messages of a file one by one. One thread.")
      .def(py::init([](const std::string& container, const std::string& feed, const std::string& path,
                       const std::string& name, std::optional<std::uint16_t> udp_port) {
             return std::make_unique<feed_reader>(input_of(container, feed, path, name, udp_port));
           }),
           "container"_a, "feed"_a, "path"_a, "name"_a, "udp_port"_a, py::call_guard<without_gil>())
      .def("rewind", &feed_reader::rewind)
      .def("copy", [](const feed_reader& self) { return std::make_unique<feed_reader>(self); })
      .def("counters", [](const feed_reader& self) { return dict_of(self); })
      .def("warnings", &feed_reader::warnings)
      .def("was_written_to", &feed_reader::was_written_to, "Whether its file is another than when it was opened.");

  py::class_<shared_books>(room, "BookReplay", "The books of a feed; messages and updates go in.")
      .def(py::init(&make_books), "feed"_a, "max_books"_a, "max_orders"_a, "max_levels"_a, "quotes"_a, "trades"_a,
           "levels"_a)
      .def("replay", &replay, "reader"_a, "most"_a, "progress"_a,
           "Applies the next messages of a file, at most so many; True where the file has ended.")
      .def(
          "apply",
          [](shared_books& self, const py::bytes& message) {
            const std::string_view text(message);
            return self.use([&](book_replay& b) {
              return b.apply({reinterpret_cast<const std::byte*>(text.data()), text.size()});
            });
          },
          "message"_a, "Applies one message as it is on the wire; False for a malformed one.")
      .def("apply_updates", &apply_updates, "kinds"_a, "sells"_a, "numbers"_a, "times"_a, "ids"_a, "new_ids"_a,
           "shares"_a, "prices"_a, "Applies updates given by columns.")
      .def("depth", &depth, "number"_a, "levels"_a)
      .def("view", &view, "number"_a, "levels"_a)
      .def("queue", &queue, "number"_a, "sell"_a, "price"_a)
      .def("order", &order, "reference"_a)
      .def("best", &best, "number"_a)
      .def(
          "level",
          [](shared_books& self, std::uint32_t number, bool sell, std::int64_t at) {
            const book::depth_level level = self.use([&](book_replay& b) {
              if (!has(b, number)) return book::depth_level{};
              return b.with_books([&](const auto& books) { return books.at_price(number, side_of(sell), {at}); });
            });
            return py::make_tuple(level.quantity.shares, level.orders);
          },
          "number"_a, "sell"_a, "price"_a)
      .def("size_of_book", &size_of_book, "number"_a)
      .def("counts", &counts)
      .def("names", &names)
      .def(
          "find",
          [](shared_books& self, const py::bytes& text) {
            return self.use([&](book_replay& b) { return b.find(symbol_of(text)); });
          },
          "name"_a, "The number of a name that messages told, of 8 characters at most; None where they told none.")
      .def(
          "name_of",
          [](shared_books& self, std::uint32_t number) {
            return self.use([&](book_replay& b) { return has(b, number) ? text_of(b.name_of(number)) : py::bytes(); });
          },
          "number"_a, "Blank where no message named it.")
      .def(
          "name",
          [](shared_books& self, std::uint32_t number, const py::bytes& text) {
            self.use([&](book_replay& b) {
              if (number >= b.limits_now().max_books)
                throw argument_error("BookReplay.name: there is no book " + std::to_string(number) + ".");
              b.name(number, symbol_of(text));
            });
          },
          "number"_a, "name"_a)
      .def(
          "number_of",
          [](shared_books& self, const py::bytes& text) {
            return self.use([&](book_replay& b) { return b.number_of(symbol_of(text)); });
          },
          "name"_a)
      .def("used_numbers", [](shared_books& self) { return self.use([](book_replay& b) { return b.used_numbers(); }); })
      .def("clear",
           [](shared_books& self, std::optional<std::uint32_t> number) {
             self.use([&](book_replay& b) {
               if (!number)
                 b.clear();
               else if (has(b, *number))
                 b.clear(*number);
             });
           })
      .def(
          "grow",
          [](shared_books& self, std::uint32_t max_books, std::uint32_t max_orders, std::uint32_t max_levels) {
            self.use([&](book_replay& b) { b.grow({max_books, max_orders, max_levels}); });
          },
          "max_books"_a, "max_orders"_a, "max_levels"_a)
      .def("snapshot", &snapshot)
      .def("restore", &restore, "books"_a, "names"_a, "messages"_a)
      .def("copy",
           [](shared_books& self) {
             return std::make_unique<shared_books>(self.use([](book_replay& b) { return b.copy(); }));
           })
      .def("take_quotes", [](shared_books& s) { return array_of(s.use([](auto& b) { return b.take_quotes(); })); })
      .def("take_trades", [](shared_books& s) { return array_of(s.use([](auto& b) { return b.take_trades(); })); })
      .def("take_levels", [](shared_books& s) { return array_of(s.use([](auto& b) { return b.take_levels(); })); });

  room.def("quotes_of", &quotes_of, "reader"_a, "number"_a, "name"_a, "every_message"_a, "max_orders"_a, "max_levels"_a,
           "progress"_a);
  room.def("find_name", &find_name, "reader"_a, "name"_a, "progress"_a);
}

}  // namespace pyhft::bindings
