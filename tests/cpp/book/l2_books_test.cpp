// SPDX-License-Identifier: MIT
#include "pyhft/book/l2_books.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <random>
#include <string>

#include "book/slow_books.hpp"
#include "pyhft/base/error.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::book {
namespace {

TEST(l2_books, a_level_is_set_changed_and_taken_out_and_the_best_quote_follows) {
  l2_books books{2, 10};
  EXPECT_EQ(books.set(0, side::buy, {50}, {100}), outcome::done);
  EXPECT_EQ(books.set(0, side::buy, {51}, {200}), outcome::done);
  EXPECT_EQ(books.set(0, side::sell, {60}, {300}), outcome::done);
  EXPECT_EQ(books.best(0), (best_quote{{51}, {200}, {60}, {300}}));
  EXPECT_EQ(books.set(0, side::buy, {51}, {20}), outcome::done);
  EXPECT_EQ(books.best(0).bid_quantity.shares, 20u);
  EXPECT_EQ(books.set(0, side::buy, {51}, {0}), outcome::done);
  EXPECT_EQ(books.best(0).bid.ticks, 50);
  EXPECT_EQ(books.set(0, side::buy, {50}, {0}), outcome::done);
  EXPECT_EQ(books.best(0), (best_quote{{0}, {0}, {60}, {300}}));
  EXPECT_EQ(books.best(1), best_quote{});
}

TEST(l2_books, taking_out_a_level_that_is_not_there_changes_nothing) {
  l2_books books{1, 10};
  books.set(0, side::sell, {60}, {300});
  EXPECT_EQ(books.set(0, side::sell, {61}, {0}), outcome::done);
  EXPECT_EQ(books.set(0, side::sell, {59}, {0}), outcome::done);
  EXPECT_EQ(books.set(0, side::buy, {60}, {0}), outcome::done);
  EXPECT_EQ(books.levels(0, side::sell), 1u);
  EXPECT_EQ(books.levels(0, side::buy), 0u);
}

TEST(l2_books, a_full_pool_refuses_a_new_price_and_still_changes_old_ones) {
  l2_books books{1, 2};
  books.set(0, side::sell, {60}, {1});
  books.set(0, side::buy, {50}, {1});
  EXPECT_EQ(books.set(0, side::buy, {51}, {1}), outcome::full);
  EXPECT_EQ(books.best(0).bid.ticks, 50);
  EXPECT_EQ(books.set(0, side::buy, {50}, {9}), outcome::done);
  EXPECT_EQ(books.best(0).bid_quantity.shares, 9u);
  EXPECT_EQ(books.set(0, side::sell, {60}, {0}), outcome::done);
  EXPECT_EQ(books.set(0, side::buy, {51}, {1}), outcome::done);
}

TEST(l2_books, clear_empties_every_book_and_gives_the_room_back) {
  l2_books books{3, 4};
  for (int round = 0; round < 3; ++round) {
    for (std::int64_t at = 1; at <= 4; ++at) ASSERT_EQ(books.set(2, side::buy, {at}, {1}), outcome::done);
    ASSERT_EQ(books.set(0, side::buy, {1}, {1}), outcome::full);
    books.clear();
    ASSERT_EQ(books.best(2), best_quote{});
    ASSERT_EQ(books.levels(2, side::buy), 0u);
  }
}

TEST(l2_books, clearing_one_book_leaves_the_others) {
  l2_books books{2, 4};
  books.set(0, side::buy, {1}, {1});
  for (int round = 0; round < 3; ++round) {
    for (std::int64_t at = 1; at <= 3; ++at) ASSERT_EQ(books.set(1, side::sell, {at}, {1}), outcome::done);
    ASSERT_EQ(books.set(1, side::buy, {1}, {1}), outcome::full);
    EXPECT_GT(books.memory_bytes(1), books.memory_bytes(0));
    books.clear(1);
    ASSERT_EQ(books.best(1), best_quote{});
    ASSERT_EQ(books.levels(1, side::sell), 0u);
    ASSERT_EQ(books.best(0).bid.ticks, 1);
  }
}

TEST(l2_books, a_limit_of_zero_is_refused_by_name) {
  EXPECT_THROW((l2_books{0, 1}), argument_error);
  EXPECT_THROW((l2_books{1, 0}), argument_error);
  EXPECT_THROW((l2_books{1, max_limit + 1}), argument_error);
}

struct mood {
  std::string name;
  std::uint32_t books;
  std::uint32_t max_levels;
  std::int64_t width;
  bool extremes;
};

class l2_mood : public testing::TestWithParam<mood> {};

TEST_P(l2_mood, every_book_equals_its_twin_after_every_message) {
  const mood& of = GetParam();
  auto place = std::make_unique<l2_books>(of.books, of.max_levels);
  test::slow_l2 slow{of.books, of.max_levels};
  std::mt19937_64 random{5};
  test::mirror told{of.books};
  std::uint64_t refused = 0;
  const auto compare = [&](std::uint32_t book, bool in_full) {
    const l2_books& fast = *place;
    ASSERT_EQ(fast.best(book), slow.best(book));
    ASSERT_EQ(told.quotes[book], slow.best(book));
    for (const side side : {side::buy, side::sell}) {
      ASSERT_EQ(fast.levels(book, side), slow.levels(book, side));
      if (!in_full) continue;
      const auto depth = slow.depth(book, side);
      std::vector<depth_level> many(20);
      ASSERT_EQ(fast.depth(book, side, many), std::min<std::size_t>(20, depth.size()));
      const auto told_depth = told.depth(book, side);
      ASSERT_EQ(told_depth.size(), depth.size());
      for (std::uint32_t i = 0; i < depth.size(); ++i) {
        ASSERT_EQ(fast.depth(book, side, i).price, depth[i].price);
        ASSERT_EQ(fast.depth(book, side, i).quantity, depth[i].quantity);
        ASSERT_EQ(fast.depth(book, side, i).orders, 0u);
        ASSERT_EQ(fast.at_price(book, side, depth[i].price).quantity, depth[i].quantity);
        ASSERT_EQ(told_depth[i].quantity, depth[i].quantity);
        if (i < many.size()) {
          ASSERT_EQ(many[i].price, depth[i].price);
        }
      }
    }
  };
  for (int i = 0; i < 200'000; ++i) {
    const auto book = static_cast<std::uint32_t>(random() % of.books);
    const auto which = static_cast<side>(random() & 1);
    price at{1'000 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(of.width))};
    quantity shares{random() % 3 == 0 ? 0 : random() % 1'000};
    if (of.extremes && random() % 2 == 0) {
      at = {random() % 2 == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(random() % 2)};
      shares = {random() % 2 * std::numeric_limits<std::uint32_t>::max()};
    }
    const outcome expected = slow.set(book, which, at, shares);
    ASSERT_EQ((l2_events{*place, told}.set(book, which, at, shares)), expected) << i;
    if (i % 50'000 == 0) {
      const auto bytes = place->snapshot();
      auto other = std::make_unique<l2_books>(of.books, of.max_levels);
      other->set(0, side::sell, {3}, {4});
      other->restore(bytes);
      ASSERT_EQ(other->snapshot(), bytes);
      place = std::move(other);
    }
    if (i % 20'000 == 0) {
      place->clear(book);
      slow.clear(book);
      told.forget(book);
    }
    refused += expected == outcome::full;
    compare(book, i % 256 == 0);
    if (HasFatalFailure()) {
      FAIL() << "message " << i;
    }
  }
  for (std::uint32_t book = 0; book < of.books; ++book) compare(book, true);
  EXPECT_EQ(refused > 1'000, of.name == "to_the_brim");
}

const std::vector<mood> moods{
    {"ordinary", 10, 10'000, 60, false},
    {"one_price", 3, 100, 1, false},
    {"wide", 2, 10'000, 1'500, false},
    {"extremes", 2, 1'000, 50, true},
    {"thousands_of_books", 9'000, 400'000, 30, false},
    {"to_the_brim", 5, 60, 100, false},
};

INSTANTIATE_TEST_SUITE_P(, l2_mood, testing::ValuesIn(moods), [](const auto& each) { return each.param.name; });

TEST(l2_books, no_update_allocates) {
  l2_books books{50, 500};
  const support::allocation_counter here;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    books.set(static_cast<std::uint32_t>(i % 50), static_cast<side>(i % 3 == 0),
              {static_cast<std::int64_t>(i * 7 % 40)}, {i % 4});
  }
  books.clear();
  EXPECT_EQ(here.calls(), 0u);
}

}  // namespace
}  // namespace pyhft::book
