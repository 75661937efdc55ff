// SPDX-License-Identifier: MIT
// Snapshots of books that are no snapshots, or not of such books: each is refused, and nothing changes.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "pyhft/base/error.hpp"
#include "pyhft/book/l2_books.hpp"
#include "pyhft/book/l3_books.hpp"

namespace pyhft::book {
namespace {

using bytes = std::vector<std::byte>;

l3_books& filled(l3_books& books) {
  books.add(0, {1}, side::buy, {100}, {50});
  books.add(0, {2}, side::buy, {200}, {50});
  books.add(0, {3}, side::buy, {5}, {49});
  books.add(2, {4}, side::sell, {0xFFFF'FFFF}, {-60});
  books.add(2, {~std::uint64_t{0}}, side::sell, {1}, {60});
  return books;
}

std::string why_refused(auto& books, const bytes& snapshot) {
  const bytes before = books.snapshot();
  try {
    books.restore(snapshot);
  } catch (const input_error& error) {
    EXPECT_EQ(books.snapshot(), before);
    return error.what();
  }
  return "restored";
}

// The sum at the end made right again, as someone would who writes snapshots by himself.
bytes with_words(bytes snapshot, std::initializer_list<std::pair<std::size_t, std::uint64_t>> changes) {
  const auto word = [&](std::size_t i) {
    std::uint64_t value = 0;
    for (std::size_t k = 8; k-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(snapshot[8 * i + k]);
    return value;
  };
  const auto put = [&](std::size_t i, std::uint64_t value) {
    for (std::size_t k = 0; k < 8; ++k) snapshot[8 * i + k] = static_cast<std::byte>(value >> (8 * k));
  };
  for (const auto& [place, value] : changes) put(place, value);
  const std::size_t last = snapshot.size() / 8 - 1;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < last; ++i) {
    sum = (sum ^ word(i)) * 0x9E3779B97F4A7C15u;
    sum ^= sum >> 32;
  }
  put(last, sum);
  return snapshot;
}

// Words of the snapshot of filled(): mark, 2 books; book 0, 2 bid levels, 0 ask levels; 49, 1 order: 3, 5; 50, 2 orders:
// 1, 100, 2, 200; book 2, 0, 2; 60 ...
enum : std::size_t { books_in_all = 1, first_book, bid_levels, ask_levels, worst_bid, its_orders, its_id, its_shares };

TEST(book_snapshot, comes_back_in_books_of_other_limits_that_are_large_enough) {
  l3_books books{3, 10, 10};
  const bytes snapshot = filled(books).snapshot();
  l3_books other{9, 5, 4};
  other.restore(snapshot);
  EXPECT_EQ(other.snapshot(), snapshot);
  EXPECT_EQ(other.best(0).bid_quantity.shares, 300u);
  EXPECT_EQ(other.best(2).ask.ticks, -60);
  EXPECT_EQ(other.position({2})->orders_ahead, 1u);
  EXPECT_EQ(other.remove({~std::uint64_t{0}}), outcome::done);
}

TEST(book_snapshot, of_empty_books_empties_those_that_it_is_restored_to) {
  l3_books books{3, 10, 10};
  filled(books).restore(l3_books{1, 1, 1}.snapshot());
  EXPECT_EQ(books.orders(), 0u);
  EXPECT_EQ(books.best(0), best_quote{});
}

TEST(book_snapshot, that_does_not_fit_is_refused_with_the_limit) {
  l3_books books{3, 10, 10};
  const bytes snapshot = filled(books).snapshot();
  const auto refused = [&](auto&&... limits) {
    l3_books small{static_cast<std::uint32_t>(limits)...};
    small.add(0, {77}, side::sell, {1}, {1});
    return why_refused(small, snapshot);
  };
  EXPECT_NE(refused(2, 10, 10).find("number is too high"), std::string::npos);
  EXPECT_NE(refused(3, 4, 10).find("more orders than there is room"), std::string::npos);
  EXPECT_NE(refused(3, 10, 3).find("more levels than there is room"), std::string::npos);
  EXPECT_NE(refused(3, 10, 10, 2).find("more orders than one may have"), std::string::npos);
}

TEST(book_snapshot, of_which_any_bit_was_turned_or_any_part_is_missing_is_refused) {
  l3_books books{3, 10, 10};
  const bytes snapshot = filled(books).snapshot();
  l3_books other{3, 10, 10};
  other.add(1, {5}, side::buy, {5}, {5});
  for (std::size_t bit = 0; bit < snapshot.size() * 8; ++bit) {
    bytes changed = snapshot;
    changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    ASSERT_NE(why_refused(other, changed), "restored") << bit;
  }
  for (std::size_t size = 0; size < snapshot.size(); ++size) {
    ASSERT_NE(why_refused(other, bytes(snapshot.begin(), snapshot.begin() + static_cast<std::ptrdiff_t>(size))),
              "restored");
  }
  bytes longer = snapshot;
  longer.resize(longer.size() + 8);
  EXPECT_NE(why_refused(other, longer), "restored");
}

TEST(book_snapshot, whose_sum_is_right_and_whose_books_are_impossible_is_refused) {
  l3_books books{3, 10, 10};
  const bytes snapshot = filled(books).snapshot();
  l3_books other{3, 10, 10};
  EXPECT_EQ(why_refused(other, with_words(snapshot, {})), "restored");
  const auto refused = [&](std::size_t place, std::uint64_t value) {
    return why_refused(other, with_words(snapshot, {{place, value}}));
  };
  EXPECT_NE(refused(its_shares, 0).find("no shares"), std::string::npos);
  EXPECT_NE(refused(its_shares, std::uint64_t{1} << 32).find("more than 2^32 - 1"), std::string::npos);
  EXPECT_NE(refused(its_id, 2).find("occurs twice"), std::string::npos);
  EXPECT_NE(refused(its_orders, 0).find("no orders"), std::string::npos);
  EXPECT_NE(refused(worst_bid, 50).find("levels are in disorder"), std::string::npos);
  EXPECT_NE(refused(worst_bid, 51).find("levels are in disorder"), std::string::npos);
  EXPECT_NE(refused(first_book, 2).find("books are in disorder"), std::string::npos);
  EXPECT_NE(refused(first_book, 3).find("too high"), std::string::npos);
  EXPECT_NE(refused(bid_levels, 10'001).find("more levels than one may have"), std::string::npos);
  EXPECT_NE(refused(books_in_all, 3), "restored");
  EXPECT_NE(refused(books_in_all, 1).find("goes on behind its end"), std::string::npos);
  EXPECT_NE(refused(its_orders, ~std::uint64_t{0}), "restored");
}

TEST(book_snapshot, with_a_book_that_is_empty_is_refused) {
  const auto with_an_empty_book = [](bytes of_none) {
    of_none.insert(of_none.end() - 8, 24, std::byte{0});  // its number, and no levels on either side
    return with_words(std::move(of_none), {{1, 1}});
  };
  l3_books by_order{1, 4, 4};
  EXPECT_NE(why_refused(by_order, with_an_empty_book(by_order.snapshot())).find("has no levels"), std::string::npos);
  l2_books by_level{1, 4};
  EXPECT_NE(why_refused(by_level, with_an_empty_book(by_level.snapshot())).find("has no levels"), std::string::npos);
}

TEST(book_snapshot, of_the_other_kind_of_books_is_refused) {
  l3_books by_order{1, 4, 4};
  l2_books by_level{1, 4};
  by_level.set(0, side::buy, {5}, {~std::uint64_t{0}});
  EXPECT_NE(why_refused(by_order, by_level.snapshot()).find("doesn't begin"), std::string::npos);
  EXPECT_NE(why_refused(by_level, by_order.snapshot()).find("doesn't begin"), std::string::npos);
  l2_books other{2, 1};
  other.restore(by_level.snapshot());
  EXPECT_EQ(other.best(0), by_level.best(0));
  EXPECT_NE(why_refused(other, with_words(by_level.snapshot(), {{6, 0}})).find("no shares"), std::string::npos);
}

}  // namespace
}  // namespace pyhft::book
