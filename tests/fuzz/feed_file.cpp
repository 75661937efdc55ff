// SPDX-License-Identifier: MIT
// A whole file, from finding its feed to records and books: the ways through it (record tables, books for research, the
// engine's market behind a port) agree.
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "memory_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/engine/book_replay.hpp"
#include "pyhft/engine/feed_reader.hpp"
#include "pyhft/engine/find_feed.hpp"
#include "pyhft/engine/market.hpp"
#include "pyhft/engine/record_reader.hpp"

namespace {

using namespace pyhft;
using fuzz::check;

constexpr engine::book_replay::limits limits{engine::max_instruments, 256, 64};

// The tables that count() announces have room for what fill() writes; those of a capture are full then.
std::uint64_t read_records(const engine::input_file& input, std::uint64_t most_at_once) {
  engine::record_reader reader{input};
  std::uint64_t records = 0;
  for (bool more = true; more;) {
    const auto counts = reader.count(most_at_once, {});
    std::vector<std::vector<std::byte>> memory;
    std::vector<engine::record_table> tables;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      memory.emplace_back(counts[i] * reader.layouts()[i].bytes);
      tables.push_back({memory.back().data(), counts[i], 0});
    }
    const std::uint64_t before = reader.reader().counters().messages;
    reader.fill(most_at_once, tables, {});
    for (std::size_t i = 0; i < counts.size(); ++i) {
      check(tables[i].used <= counts[i], "no more records than announced");
      if (input.container == engine::container::capture) check(tables[i].used == counts[i], "as many as announced");
      records += tables[i].used;
    }
    more = reader.reader().counters().messages - before == most_at_once;
  }
  const engine::counters& seen = reader.reader().counters();
  const std::uint64_t by_type = std::accumulate(seen.by_type.begin(), seen.by_type.end(), std::uint64_t{0});
  check(records == by_type, "every well-formed message is a record");
  check(by_type <= seen.messages, "records are messages");
  static_cast<void>(reader.reader().warnings());
  static_cast<void>(reader.reader().malformed_packets());
  return seen.messages;
}

struct no_observer {
  static bool wants_trades() { return true; }
  static void on_trade(std::uint32_t, nanoseconds, side, price, quantity) {}
  static void after_message(std::uint32_t, nanoseconds, const book::best_quote&, bool) {}
};

template <class Protocol>
void run_market(const engine::input_file& input, std::span<const std::byte> expected, std::uint64_t messages) {
  const auto port = engine::open_input(input.container, input.path, input.name, "");
  engine::market<Protocol> market{{.max_orders = limits.max_orders, .max_levels = limits.max_levels}};
  no_observer observer;
  std::vector<net::frame> frames(17);
  while (!port->at_end()) {
    const std::size_t count = port->rx_burst(frames);
    for (const net::frame& each : std::span{frames}.first(count)) {
      if (input.container == engine::container::capture) {
        market.take_frame(each, observer);
      } else {
        market.take_message(each, observer);
      }
    }
  }
  static_cast<void>(port->warnings());
  check(market.counters().messages == messages, "the engine sees as many messages as records are made of");
  check(std::ranges::equal(market.books().snapshot(), expected), "the engine's books are those of research");
}

std::vector<std::byte> replay(const engine::input_file& input, std::uint64_t most_at_once, std::uint64_t messages) {
  engine::feed_reader reader{input};
  engine::book_replay books{input.feed, limits, {.quotes = true, .trades = true, .levels = true}};
  while (books.replay(reader, most_at_once, 64)) check(books.messages() <= messages, "no message comes twice");
  check(books.messages() == messages, "all messages are applied");
  std::int64_t before = 0;
  for (const engine::quote_event_row& row : books.take_quotes()) {
    check(row.n >= before && row.n <= static_cast<std::int64_t>(messages), "quotes come in the order of messages");
    check(row.locate < books.used_numbers(), "a quote is of a book in use");
    before = row.n;
  }
  static_cast<void>(books.take_trades());
  static_cast<void>(books.take_levels());
  const std::vector<std::byte> snapshot = books.snapshot();
  check(books.copy()->snapshot() == snapshot, "a copy has the same books");
  return snapshot;
}

void search_names(const engine::input_file& input) {
  engine::feed_reader reader{input};
  engine::name_search search{symbol::from("no name")};
  while (search.read(reader, 1'024)) {
  }
  if (search.names().empty()) return;
  const auto& last = search.names().back();
  engine::feed_reader again{input};
  engine::quote_series series{input.feed, {last.number, last.name, false}, limits};
  while (series.read(again, 1'024)) {
  }
  check(series.found(), "a name that is found has messages");
  static_cast<void>(series.take_rows());
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  if (bytes.size() < 2) return;
  // Books of all instruments take milliseconds to make: many inputs do without.
  const auto what = std::to_integer<unsigned>(bytes[0]);
  const bool with_names = what % 2 != 0;
  const bool with_books = what / 2 % 2 != 0;
  const std::uint64_t most_at_once = 1 + what / 4;
  fuzz::memory_file file;
  file.hold(bytes.subspan(1));
  try {
    const engine::input_kind kind = engine::find_feed(file.path(), "input", std::nullopt, std::nullopt);
    const engine::input_file input{kind.container, kind.feed, file.path(), "input", std::nullopt};
    const std::uint64_t messages = read_records(input, most_at_once);
    if (with_names) search_names(input);
    if (!with_books) return;
    const std::vector<std::byte> books = replay(input, most_at_once, messages);
    engine::visit_feed(kind.feed, [&]<class Protocol> {
      // A feed that no file of messages is of can't be found in one.
      if constexpr (engine::market<Protocol>::takes_messages) {
        run_market<Protocol>(input, books, messages);
      } else if (kind.container == engine::container::capture) {
        run_market<Protocol>(input, books, messages);
      }
    });
  } catch (const input_error&) {
    return;
  }
}
