// SPDX-License-Identifier: MIT
// What reads files without a run: messages, records and books of a file, against the messages that were written into it; and
// what threads see of the books of a run.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "net/capture_builder.hpp"
#include "net/temporary_file.hpp"
#include "net/wire.hpp"
#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/engine/book_replay.hpp"
#include "pyhft/engine/live_depths.hpp"
#include "pyhft/engine/record_reader.hpp"
#include "support/mold_packets.hpp"

namespace pyhft::engine {
namespace {

using test::temporary_file;
using test::wire;

constexpr std::uint64_t everything = ~std::uint64_t{0};
constexpr std::size_t whole_file = ~std::size_t{0};
constexpr book_replay::limits limits{.max_books = 100, .max_orders = 1'000, .max_levels = 1'000};

// Messages of ITCH 5.0 by its specification.
wire head(char type, unsigned locate) {
  return wire{}.u8(static_cast<unsigned char>(type)).big(locate, 2).big(0, 2).big(5, 6);
}
wire add(std::uint64_t id, char side, unsigned shares, unsigned price, unsigned locate = 7,
         std::string_view stock = "TEST") {
  return head('A', locate).big(id, 8).u8(static_cast<unsigned char>(side)).big(shares, 4).text(stock, 8).big(price, 4);
}
wire executed(std::uint64_t id, unsigned shares) { return head('E', 7).big(id, 8).big(shares, 4).big(1, 8); }
wire removed(std::uint64_t id) { return head('D', 7).big(id, 8); }

std::vector<std::byte> message_file(const std::vector<wire>& messages) {
  wire result;
  for (const wire& one : messages) result.big(one.size(), 2).append(one);
  return result.bytes;
}

// A pcap of MoldUDP64 packets.
struct day_of_packets {
  test::capture_file file = test::pcap_file(false, true);

  day_of_packets& send(std::string_view session, std::uint64_t sequence, const std::vector<wire>& messages,
                       unsigned port = 26477, bool last = false) {
    const wire mold = last ? test::mold_end(session, sequence) : test::mold_packet(session, sequence, messages);
    wire frame;
    frame.fill(12).big(0x0800, 2);
    frame.u8(0x45).u8(0).big(28 + mold.size(), 2).big(0, 4).u8(9).u8(17).fill(10);
    frame.big(1, 2).big(port, 2).big(8 + mold.size(), 2).big(0, 2).append(mold);
    test::add_packet(file, ++second, 0, frame.bytes);
    return *this;
  }

  std::uint32_t second{};
};

struct collector {
  std::vector<std::uint64_t> numbers;
  std::vector<std::int64_t> captured;
  std::vector<std::uint64_t> anew;
  void begin_anew() { anew.push_back(numbers.empty() ? 0 : numbers.back()); }
  template <class Message>
  void on(const Message&, const message_place& place) {
    numbers.push_back(place.number);
    captured.push_back(place.captured.count);
  }
};

using itch = feed::itch50::protocol;

input_file input_of(const temporary_file& file, container kind = container::message_file,
                    std::optional<std::uint16_t> udp_port = {}) {
  return {kind, feed_named("itch50"), file.path(), "day", udp_port};
}

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const input_error& error) {
    return error.what();
  }
  return "none";
}

// More than the reader's window, with messages of every length from none to the longest across its edges.
std::vector<wire> many_messages() {
  std::vector<wire> result;
  for (unsigned i = 0; i < 9'000; ++i) {
    result.push_back(add(i, 'B', 1 + i % 9, 100 + i % 40));
    if (i % 100 == 0) result.push_back(wire{}.u8('Z').fill(i % 65'536));
    if (i % 3 == 0) result.emplace_back();
    if (i % 1'000 == 0) result.push_back(wire{}.fill(65'535, 'A'));
    if (i % 2 == 1) result.push_back(removed(i - 1));
  }
  return result;
}

TEST(feed_reader, numbers_the_messages_of_a_file_across_its_window) {
  const auto messages = many_messages();
  const temporary_file file{message_file(messages)};
  std::vector<std::uint64_t> expected;
  std::uint64_t n = 0;
  for (const wire& one : messages) {
    if (one.size() == 0) continue;
    ++n;
    if (one.size() == 36 || one.size() == 19) expected.push_back(n);
  }
  feed_reader reader{input_of(file)};
  collector got;
  EXPECT_FALSE(reader.read<itch>(everything, whole_file, got));
  EXPECT_EQ(got.numbers, expected);
  EXPECT_EQ(reader.counters().messages, n);
  EXPECT_EQ(reader.position_bytes(), reader.size_bytes());
  EXPECT_TRUE(reader.warnings().empty());

  reader.rewind();
  collector pieces;
  std::size_t reads = 1;
  while (reader.read<itch>(700, 30'000, pieces)) ++reads;
  EXPECT_EQ(pieces.numbers, expected);
  EXPECT_GT(reads, 20u);
}

TEST(feed_reader, a_copy_reads_on_by_itself) {
  for (const container kind : {container::message_file, container::capture}) {
    day_of_packets day;
    for (unsigned i = 0; i < 50; ++i) {
      std::vector<wire> some;
      for (unsigned k = 0; k < 7; ++k) some.push_back(add(7 * i + k, 'B', 1, 1));
      day.send("S", 1 + 7 * i, some);
    }
    const temporary_file file{kind == container::capture ? day.file.data.bytes : message_file(many_messages())};
    feed_reader reader{input_of(file, kind)};
    collector first;
    reader.read<itch>(100, whole_file, first);
    feed_reader copy = reader;
    collector rest, rest_of_copy;
    reader.read<itch>(everything, whole_file, rest);
    copy.read<itch>(everything, whole_file, rest_of_copy);
    EXPECT_GT(rest.numbers.size(), 200u);
    EXPECT_EQ(rest.numbers, rest_of_copy.numbers);
    EXPECT_EQ(rest.captured, rest_of_copy.captured);
    EXPECT_EQ(rest.numbers.front(), 101u);
  }
}

TEST(feed_reader, skims_as_many_messages_as_it_reads) {
  const auto messages = many_messages();
  const temporary_file file{message_file(messages)};
  feed_reader reader{input_of(file)};
  feed_reader skimming = reader;
  collector got;
  feed_reader::counts_by_type counted{};
  for (bool more = true; more;) {
    more = reader.read<itch>(1'234, 100'000, got);
    EXPECT_EQ(skimming.skim(1'234, 100'000, itch::list::lengths, counted), more);
    EXPECT_EQ(skimming.counters().messages, reader.counters().messages);
    EXPECT_EQ(skimming.position_bytes(), reader.position_bytes());
  }
  EXPECT_EQ(counted, reader.counters().by_type);
}

TEST(feed_reader, what_is_cut_is_told_and_what_is_cut_meanwhile_is_an_error) {
  auto bytes = message_file({add(1, 'B', 1, 1), add(2, 'B', 1, 1)});
  bytes.resize(bytes.size() - 3);
  {
    const temporary_file file{bytes};
    feed_reader reader{input_of(file)};
    collector got;
    EXPECT_FALSE(reader.read<itch>(everything, whole_file, got));
    EXPECT_EQ(got.numbers, std::vector<std::uint64_t>{1});
    ASSERT_EQ(reader.warnings().size(), 1u);
    EXPECT_NE(reader.warnings()[0].find("35 stray bytes at offset 38"), std::string::npos);
    EXPECT_FALSE(reader.was_written_to());
  }
  const temporary_file file{message_file(many_messages())};
  feed_reader reader{input_of(file)};
  collector got;
  reader.read<itch>(10, whole_file, got);
  ASSERT_EQ(::truncate(file.path().c_str(), 70'000), 0);
  EXPECT_TRUE(reader.was_written_to());
  feed_reader copy = reader;  // has what was read already
  for (feed_reader* const one : {&reader, &copy}) {
    const std::string error = error_of([&] { one->read<itch>(everything, whole_file, got); });
    EXPECT_NE(error.find("'day' was cut to"), std::string::npos) << error;
  }
}

TEST(feed_reader, packets_come_once_of_the_asked_port_and_sessions_begin_anew) {
  day_of_packets day;
  day.send("MON", 1, {add(1, 'B', 1, 1), add(2, 'B', 1, 1)});
  day.send("MON", 1, {add(1, 'B', 1, 1), add(2, 'B', 1, 1)});
  day.send("MON", 3, {add(3, 'B', 1, 1)}, 999);
  day.send("MON", 5, {add(5, 'B', 1, 1)});
  day.send("MON", 6, {}, 26477, true);
  day.send("TUE", 1, {add(6, 'B', 1, 1)});
  const temporary_file file{day.file.data.bytes};
  feed_reader reader{input_of(file, container::capture, 26477)};
  collector got;
  EXPECT_FALSE(reader.read<itch>(everything, whole_file, got));
  EXPECT_EQ(got.numbers, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(got.anew, std::vector<std::uint64_t>{3});
  EXPECT_EQ(got.captured.back(), 6'000'000'000);
  EXPECT_EQ(reader.counters().packets, 6u);
  EXPECT_EQ(reader.counters().other_ports, 1u);
  EXPECT_EQ(reader.session().duplicate_messages, 2u);
  EXPECT_EQ(reader.session().missing_messages, 2u);
  ASSERT_EQ(reader.warnings().size(), 1u);
  EXPECT_NE(reader.warnings()[0].find("2 messages are missing from 'day'"), std::string::npos);

  record_reader records{input_of(file, container::capture, 26477)};
  std::vector<record_table> tables(records.layouts().size());
  std::vector<std::vector<std::byte>> memory;
  const auto counts = records.count(everything, {});
  for (std::size_t i = 0; i < counts.size(); ++i) {
    memory.emplace_back(counts[i] * records.layouts()[i].bytes);
    tables[i] = {memory.back().data(), counts[i], 0};
  }
  records.fill(everything, tables, {});
  EXPECT_EQ(records.new_sessions(), std::vector<std::uint64_t>{4});
}

TEST(find_feed, of_a_long_capture_of_something_else_can_be_ended) {
  test::capture_file file = test::pcap_file(false, true);
  const std::vector<std::byte> frame(60);
  for (int i = 0; i < 70'000; ++i) test::add_packet(file, 1, 0, frame);
  const temporary_file written{file.data.bytes};
  struct enough {};
  int asked = 0;
  EXPECT_THROW(find_feed(written.path(), "day", {}, {}, [&] { ++asked, throw enough{}; }), enough);
  EXPECT_EQ(asked, 1);
  EXPECT_THROW(find_feed(written.path(), "day", {}, {}), input_error);
}

TEST(record_reader, fills_tables_in_pieces_and_refuses_a_file_that_has_more_than_it_counted) {
  const auto messages = many_messages();
  const temporary_file file{message_file(messages)};
  record_reader records{input_of(file)};
  const auto layouts = records.layouts();
  const auto of = [&](char code) {
    return static_cast<std::size_t>(std::ranges::find(layouts, code, &record_layout::code) - layouts.begin());
  };
  const auto n_of = [](const std::byte* at) { return load_little<std::uint64_t>(at); };
  std::vector<std::uint64_t> adds, expected;
  std::uint64_t n = 0;
  for (const wire& one : messages) {
    n += one.size() != 0;
    if (one.size() == 36) expected.push_back(n);
  }
  const auto read_piece = [&](std::uint64_t room_taken_away) {
    const auto counts = records.count(2'000, {});
    std::vector<std::vector<std::byte>> memory;
    std::vector<record_table> tables;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::uint64_t room = counts[i] - std::min(counts[i], room_taken_away);
      memory.emplace_back((room + 1) * layouts[i].bytes);
      tables.push_back({memory.back().data(), room, 0});
    }
    records.fill(2'000, tables, {});
    const std::size_t a = of('A');
    EXPECT_EQ(tables[a].used, counts[a]);
    for (std::size_t i = 0; i < tables[a].used; ++i) adds.push_back(n_of(tables[a].at + i * layouts[a].bytes));
    return records.reader().counters().messages;
  };
  for (std::uint64_t before = 0, now = read_piece(0); now != before; now = read_piece(0)) before = now;
  EXPECT_EQ(adds, expected);

  record_reader again{input_of(file)};
  std::vector<record_table> none(layouts.size());
  EXPECT_NE(error_of([&] { again.fill(everything, none, {}); }).find("was written to while it was read"),
            std::string::npos);
}

// Orders by their ids, and what stands at each price by looking at them all.
struct slow_book {
  struct order {
    char side;
    unsigned shares, price;
  };
  std::map<std::uint64_t, order> orders;

  std::vector<depth_row> depth(std::size_t levels) const {
    std::map<std::int64_t, depth_row> bids, asks;
    for (const auto& [id, one] : orders) {
      if (one.side == 'B') {
        depth_row& at = bids[-std::int64_t{one.price}];
        at.bid = one.price, at.bid_shares += one.shares, ++at.bid_orders;
      } else {
        depth_row& at = asks[one.price];
        at.ask = one.price, at.ask_shares += one.shares, ++at.ask_orders;
      }
    }
    std::vector<depth_row> result(levels);
    auto bid = bids.begin();
    auto ask = asks.begin();
    for (depth_row& row : result) {
      if (bid != bids.end()) {
        row = bid++->second;
      }
      if (ask == asks.end()) continue;
      row.ask = ask->second.ask, row.ask_shares = ask->second.ask_shares, row.ask_orders = ask->second.ask_orders;
      ++ask;
    }
    return result;
  }
};

bool same(const depth_row& a, const depth_row& b) {
  return std::tie(a.bid, a.bid_shares, a.bid_orders, a.ask, a.ask_shares, a.ask_orders) ==
         std::tie(b.bid, b.bid_shares, b.bid_orders, b.ask, b.ask_shares, b.ask_orders);
}

struct scripted_day {
  std::vector<wire> messages;
  std::vector<slow_book> after;  // after each message

  explicit scripted_day(unsigned count) {
    slow_book book;
    for (unsigned i = 0; i < count; ++i) {
      const std::uint64_t id = i % 37;
      const auto found = book.orders.find(id);
      if (found == book.orders.end()) {
        const slow_book::order one{i % 2 == 0 ? 'B' : 'S', 1 + i % 11, (i % 2 == 0 ? 100 : 110) + i * 7 % 9};
        messages.push_back(add(id, one.side, one.shares, one.price));
        book.orders[id] = one;
      } else if (i % 3 == 0) {
        const unsigned shares = 1 + i % 4;
        messages.push_back(executed(id, shares));
        if (shares >= found->second.shares) {
          book.orders.erase(found);
        } else {
          found->second.shares -= shares;
        }
      } else {
        messages.push_back(removed(id));
        book.orders.erase(found);
      }
      after.push_back(book);
    }
  }
};

TEST(book_replay, files_and_single_messages_lead_to_the_slow_books_and_views_follow) {
  const scripted_day day{600};
  const temporary_file file{message_file(day.messages)};
  feed_reader reader{input_of(file)};
  book_replay by_file{feed_named("itch50"), limits, {}};
  book_replay by_message{feed_named("itch50"), {.max_books = 8, .max_orders = 40, .max_levels = 40}, {}};
  const auto view = by_file.view(7, 4);
  std::vector<depth_row> rows(4);
  for (std::size_t i = 0; i < day.messages.size(); ++i) {
    EXPECT_TRUE(by_file.replay(reader, 1, whole_file));
    EXPECT_TRUE(by_message.apply(day.messages[i]));
    const auto expected = day.after[i].depth(4);
    by_message.depth(7, rows);
    EXPECT_TRUE(std::ranges::equal(rows, expected, same)) << i;
    EXPECT_TRUE(std::ranges::equal(view->rows, expected, same)) << i;
    if (i == 300) by_message.grow({.max_books = 100, .max_orders = 100, .max_levels = 100});
  }
  EXPECT_FALSE(by_file.replay(reader, 1, whole_file));
  EXPECT_EQ(by_file.messages(), 600u);
  EXPECT_EQ(by_file.snapshot(), by_message.snapshot());
  EXPECT_EQ(by_file.find(symbol::from("TEST")), 7u);
  EXPECT_EQ(by_file.copy()->snapshot(), by_file.snapshot());
  by_file.clear(7);
  EXPECT_TRUE(std::ranges::equal(view->rows, slow_book{}.depth(4), same));
  const auto books = by_message.snapshot();
  by_file.restore(books, {}, 5);
  EXPECT_EQ(by_file.messages(), 5u);
  EXPECT_TRUE(std::ranges::equal(view->rows, day.after.back().depth(4), same));
}

TEST(book_replay, updates_by_rows_begin_anew_where_told_and_events_say_what_is_gone) {
  book_replay books{feed_named("itch50"), limits, {.quotes = true, .trades = false, .levels = true}};
  const auto row = [](update_kind kind, std::uint64_t id, std::int64_t at) {
    return book_update{kind, side::buy, 7, 5, {id}, {}, {10}, {at}};
  };
  books.apply(std::vector{row(update_kind::add, 1, 50), row(update_kind::add, 2, 49),
                          row(update_kind::begin_anew, 0, 0), row(update_kind::add, 1, 40)});
  EXPECT_EQ(books.messages(), 3u);
  EXPECT_EQ(books.counters().messages, 3u);
  EXPECT_EQ(books.counters().duplicate_orders, 0u);
  EXPECT_EQ(books.by_order()->orders(), 1u);
  std::vector<std::pair<std::int64_t, std::int64_t>> quotes, levels;
  for (const auto& one : books.take_quotes()) quotes.emplace_back(one.n, one.bid);
  for (const auto& one : books.take_levels()) levels.emplace_back(one.n, one.shares);
  EXPECT_EQ(quotes, (std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 50}, {3, 0}, {3, 40}}));
  EXPECT_EQ(levels, (std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 10}, {2, 10}, {3, 0}, {3, 0}, {3, 10}}));
}

TEST(quote_series, is_of_one_instrument_and_a_name_is_found_with_those_before_it) {
  const temporary_file file{message_file({add(1, 'B', 5, 50, 3, "AAA"), add(2, 'S', 6, 60, 4, "BBB"),
                                          add(3, 'B', 1, 49, 3, "AAA"), add(4, 'B', 1, 51, 3, "AAA"), wire{}.u8('Z')})};
  feed_reader reader{input_of(file)};
  for (const bool every : {false, true}) {
    reader.rewind();
    quote_series series{feed_named("itch50"), {3, {}, every}, {1, 10, 10}};
    while (series.read(reader, 1)) {
    }
    EXPECT_TRUE(series.found());
    std::vector<std::int64_t> numbers;
    for (const auto& one : series.take_rows()) numbers.push_back(one.n);
    EXPECT_EQ(numbers, every ? (std::vector<std::int64_t>{1, 3, 4}) : (std::vector<std::int64_t>{1, 4}));
  }
  reader.rewind();
  name_search search{symbol::from("BBB")};
  while (search.read(reader, 1)) {
  }
  EXPECT_EQ(search.found(), 4u);
  EXPECT_EQ(search.names().size(), 2u);
}

// Books of one side whose numbers all say the same.
struct books_of_one_number {
  std::uint64_t all{};
  std::uint32_t levels(std::uint32_t, side) const { return 20; }
  book::depth_level depth(std::uint32_t, side, std::uint32_t) const {
    return {{static_cast<std::int64_t>(all)}, {all}, static_cast<std::uint32_t>(all)};
  }
};

TEST(live_depth, what_another_thread_reads_is_of_one_moment_and_goes_forward) {
  live_depth shown{20};
  std::vector<depth_row> rows(20);
  EXPECT_FALSE(shown.read(rows));
  constexpr std::uint64_t last = 20'000;
  std::thread writer{[&] {
    for (books_of_one_number books{1}; books.all <= last; ++books.all) shown.publish(books, 0);
  }};
  for (std::int64_t seen = 0; seen != last;) {
    if (!shown.read(rows)) continue;
    const std::int64_t now = rows[0].bid;
    ASSERT_GE(now, seen);
    for (const depth_row& row : rows) ASSERT_TRUE(same(row, {now, now, now, now, now, now})) << now;
    seen = now;
  }
  writer.join();
}

TEST(live_depths, show_watched_books_once_their_names_are_known) {
  const std::vector watched{symbol::from("AAA"), symbol::from("BBB")};
  live_depths depths{watched, 3};
  std::vector<depth_row> rows(3);
  depths.note(5, {});
  depths.publish(books_of_one_number{1});
  EXPECT_FALSE(depths.find(watched[0])->read(rows));
  depths.note(5, watched[0]);
  depths.note(6, symbol::from("CCC"));
  depths.publish(books_of_one_number{7});
  EXPECT_TRUE(depths.find(watched[0])->read(rows));
  EXPECT_EQ(rows[2].ask, 7);
  EXPECT_FALSE(depths.find(watched[1])->read(rows));
  EXPECT_EQ(depths.find(symbol::from("CCC")), nullptr);
  live_depths none;
  none.note(5, watched[0]);
  none.publish(books_of_one_number{1});
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace pyhft::engine
