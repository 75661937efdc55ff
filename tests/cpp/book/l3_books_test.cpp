// SPDX-License-Identifier: MIT
#include "pyhft/book/l3_books.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "pyhft/base/error.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::book {
namespace {

constexpr std::uint64_t most_shares = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t highest_price = std::numeric_limits<std::int64_t>::max();

std::vector<std::uint64_t> ids(const std::vector<l3_books::queued_order>& queue) {
  std::vector<std::uint64_t> result;
  for (const l3_books::queued_order& order : queue) result.push_back(order.id.value);
  return result;
}

best_quote quote(std::int64_t bid, std::uint64_t bid_shares, std::int64_t ask, std::uint64_t ask_shares) {
  return {{bid}, {bid_shares}, {ask}, {ask_shares}};
}

TEST(l3_books, a_book_without_orders_has_an_empty_quote_and_no_levels) {
  l3_books books{3, 10, 10};
  for (const std::uint32_t book : {0u, 1u, 2u}) {
    EXPECT_EQ(books.best(book), best_quote{});
    EXPECT_EQ(books.levels(book, side::buy), 0u);
    EXPECT_EQ(books.levels(book, side::sell), 0u);
    EXPECT_EQ(books.orders(book), 0u);
  }
  EXPECT_EQ(books.remove({1}), outcome::unknown_order);
  EXPECT_EQ(books.reduce({0}, {1}), outcome::unknown_order);
  EXPECT_EQ(books.replace({1}, {2}, {1}, {1}), outcome::unknown_order);
}

TEST(l3_books, the_highest_bid_and_the_lowest_ask_are_best_and_the_books_do_not_mix) {
  l3_books books{2, 10, 10};
  books.add(0, {1}, side::buy, {100}, {50});
  books.add(0, {2}, side::buy, {200}, {52});
  books.add(0, {3}, side::buy, {300}, {51});
  books.add(0, {4}, side::sell, {400}, {60});
  books.add(0, {5}, side::sell, {500}, {58});
  books.add(1, {6}, side::sell, {600}, {1});
  EXPECT_EQ(books.best(0), quote(52, 200, 58, 500));
  EXPECT_EQ(books.best(1), quote(0, 0, 1, 600));
  EXPECT_EQ(books.levels(0, side::buy), 3u);
  EXPECT_EQ(books.depth(0, side::buy, 1).price.ticks, 51);
  EXPECT_EQ(books.depth(0, side::buy, 2).quantity.shares, 100u);
  EXPECT_EQ(books.depth(0, side::sell, 1).price.ticks, 60);
  EXPECT_EQ(books.orders(0), 5u);
  EXPECT_EQ(books.orders(), 6u);
}

TEST(l3_books, a_reduced_order_keeps_its_place_and_a_replaced_one_goes_to_the_end) {
  l3_books books{1, 10, 10};
  for (std::uint64_t id = 1; id <= 4; ++id) books.add(0, {id}, side::sell, {10 * id}, {70});
  EXPECT_EQ(books.reduce({2}, {5}), outcome::done);
  EXPECT_EQ(ids(books.queue(0, side::sell, 0)), (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(books.replace({1}, {9}, {10}, {70}), outcome::done);
  EXPECT_EQ(ids(books.queue(0, side::sell, 0)), (std::vector<std::uint64_t>{2, 3, 4, 9}));
  EXPECT_EQ(books.replace({3}, {3}, {1}, {70}), outcome::done);  // its own number again
  EXPECT_EQ(ids(books.queue(0, side::sell, 0)), (std::vector<std::uint64_t>{2, 4, 9, 3}));
  EXPECT_EQ(books.remove({4}), outcome::done);
  EXPECT_EQ(ids(books.queue(0, side::sell, 0)), (std::vector<std::uint64_t>{2, 9, 3}));
  EXPECT_EQ(books.best(0), quote(0, 0, 70, 15 + 10 + 1));
  EXPECT_EQ(books.depth(0, side::sell, 0).orders, 3u);
}

TEST(l3_books, find_tells_what_is_left_of_an_order_and_nothing_of_one_that_is_gone) {
  l3_books books{3, 10, 10};
  EXPECT_FALSE(books.find({1}).has_value());
  books.add(2, {1}, side::sell, {100}, {70});
  books.reduce({1}, {40});
  const auto found = books.find({1});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->book, 2u);
  EXPECT_EQ(found->of, side::sell);
  EXPECT_EQ(found->at.ticks, 70);
  EXPECT_EQ(found->shares.shares, 60u);
  books.reduce({1}, {60});
  EXPECT_FALSE(books.find({1}).has_value());
}

TEST(l3_books, an_order_that_is_executed_in_full_or_beyond_is_gone) {
  l3_books books{1, 10, 10};
  books.add(0, {1}, side::buy, {100}, {50});
  books.add(0, {2}, side::buy, {100}, {50});
  EXPECT_EQ(books.reduce({1}, {100}), outcome::done);
  EXPECT_EQ(books.best(0), quote(50, 100, 0, 0));
  EXPECT_EQ(books.reduce({2}, {101}), outcome::over_execution);
  EXPECT_EQ(books.best(0), best_quote{});
  EXPECT_EQ(books.orders(), 0u);
  books.add(0, {3}, side::buy, {1}, {50});
  EXPECT_EQ(books.reduce({3}, {std::numeric_limits<std::uint64_t>::max()}), outcome::over_execution);
  EXPECT_EQ(books.orders(), 0u);
}

TEST(l3_books, what_the_exchange_cannot_mean_changes_nothing) {
  l3_books books{1, 10, 10};
  books.add(0, {1}, side::buy, {100}, {50});
  EXPECT_EQ(books.add(0, {2}, side::buy, {0}, {51}), outcome::no_quantity);
  EXPECT_EQ(books.add(0, {2}, side::buy, {most_shares + 1}, {51}), outcome::no_quantity);
  EXPECT_EQ(books.add(0, {2}, side::buy, {std::numeric_limits<std::uint64_t>::max()}, {51}), outcome::no_quantity);
  EXPECT_EQ(books.add(0, {1}, side::sell, {7}, {60}), outcome::duplicate_order);
  EXPECT_EQ(books.reduce({1}, {0}), outcome::done);
  EXPECT_EQ(books.best(0), quote(50, 100, 0, 0));
  EXPECT_EQ(books.levels(0, side::sell), 0u);
  EXPECT_EQ(books.orders(), 1u);
}

TEST(l3_books, the_old_order_of_a_replacement_is_gone_even_where_the_new_one_is_refused) {
  l3_books books{1, 10, 10};
  books.add(0, {1}, side::buy, {100}, {50});
  books.add(0, {2}, side::buy, {100}, {49});
  EXPECT_EQ(books.replace({1}, {2}, {5}, {48}), outcome::duplicate_order);
  EXPECT_EQ(books.best(0), quote(49, 100, 0, 0));
  EXPECT_EQ(books.replace({2}, {3}, {0}, {48}), outcome::no_quantity);
  EXPECT_EQ(books.best(0), best_quote{});
  EXPECT_EQ(books.orders(), 0u);
}

TEST(l3_books, the_greatest_prices_shares_and_numbers_are_kept_exactly) {
  l3_books books{1, 10, 10};
  books.add(0, {0}, side::buy, {most_shares}, {highest_price});
  books.add(0, {std::numeric_limits<std::uint64_t>::max()}, side::buy, {most_shares}, {highest_price});
  books.add(0, {1}, side::sell, {1}, {highest_price});
  books.add(0, {2}, side::sell, {1}, {0});
  books.add(0, {3}, side::buy, {1}, {0});
  EXPECT_EQ(books.best(0), quote(highest_price, 2 * most_shares, 0, 1));
  EXPECT_EQ(books.levels(0, side::buy), 2u);
  EXPECT_EQ(books.depth(0, side::sell, 1).price.ticks, highest_price);
  EXPECT_EQ(books.remove({0}), outcome::done);
  EXPECT_EQ(books.best(0), quote(highest_price, most_shares, 0, 1));
}

TEST(l3_books, prices_below_zero_are_ordered_like_all_others) {
  l3_books books{1, 10, 10};
  std::uint64_t id = 0;
  for (const std::int64_t at :
       {std::int64_t{-5}, std::numeric_limits<std::int64_t>::min(), std::int64_t{3}, highest_price}) {
    EXPECT_EQ(books.add(0, {++id}, side::buy, {1}, {at}), outcome::done);
    EXPECT_EQ(books.add(0, {++id}, side::sell, {1}, {at}), outcome::done);
  }
  EXPECT_EQ(books.best(0), quote(highest_price, 1, std::numeric_limits<std::int64_t>::min(), 1));
  EXPECT_EQ(books.depth(0, side::buy, 2).price.ticks, -5);
  EXPECT_EQ(books.depth(0, side::sell, 1).price.ticks, -5);
  while (id > 0) EXPECT_EQ(books.remove({id--}), outcome::done);
  EXPECT_EQ(books.best(0), best_quote{});
}

TEST(l3_books, position_counts_the_orders_and_shares_ahead_and_the_level_as_a_whole) {
  l3_books books{1, 10, 10};
  for (std::uint64_t id = 1; id <= 4; ++id) books.add(0, {id}, side::buy, {10 * id}, {70});
  books.add(0, {9}, side::buy, {1}, {71});
  books.reduce({1}, {4});
  const auto third = books.position({3});
  ASSERT_TRUE(third.has_value());
  EXPECT_EQ(third->orders_ahead, 2u);
  EXPECT_EQ(third->shares_ahead.shares, 6u + 20u);
  EXPECT_EQ(third->level.price.ticks, 70);
  EXPECT_EQ(third->level.orders, 4u);
  EXPECT_EQ(third->level.quantity.shares, 96u);
  books.replace({1}, {1}, {6}, {70});
  EXPECT_EQ(books.position({3})->orders_ahead, 1u);
  EXPECT_EQ(books.position({1})->shares_ahead.shares, 20u + 30u + 40u);
  EXPECT_FALSE(books.position({5}).has_value());
}

TEST(l3_books, a_book_that_has_as_many_orders_as_one_may_takes_no_more_and_the_others_do) {
  l3_books books{2, 100, 100, 3};
  for (std::uint64_t id = 1; id <= 3; ++id) EXPECT_EQ(books.add(0, {id}, side::buy, {1}, {5}), outcome::done);
  EXPECT_EQ(books.add(0, {4}, side::sell, {1}, {9}), outcome::full);
  EXPECT_EQ(books.levels(0, side::sell), 0u);
  EXPECT_EQ(books.add(1, {4}, side::sell, {1}, {9}), outcome::done);
  EXPECT_EQ(books.replace({1}, {5}, {2}, {6}), outcome::done);
  EXPECT_EQ(books.remove({2}), outcome::done);
  EXPECT_EQ(books.add(0, {6}, side::sell, {1}, {9}), outcome::done);
  EXPECT_THROW((l3_books{1, 1, 1, 0}), argument_error);
}

TEST(l3_books, clearing_one_book_leaves_the_others_and_its_references_are_free_again) {
  l3_books books{2, 4, 4};
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t id = 1; id <= 3; ++id) {
      ASSERT_EQ(books.add(1, {id}, side::sell, {id}, {static_cast<std::int64_t>(id)}), outcome::done);
    }
    ASSERT_EQ(round == 0 ? books.add(0, {7}, side::buy, {1}, {1}) : outcome::done, outcome::done);
    ASSERT_EQ(books.add(1, {5}, side::sell, {1}, {1}), outcome::full);
    books.clear(1);
    ASSERT_EQ(books.best(1), best_quote{});
    ASSERT_EQ(books.orders(1), 0u);
    ASSERT_EQ(books.orders(), 1u);
    ASSERT_EQ(books.best(0), quote(1, 1, 0, 0));
  }
}

TEST(l3_books, a_book_tells_its_share_of_the_memory) {
  l3_books books{2, 100, 100};
  const std::size_t empty = books.memory_bytes(0);
  EXPECT_LE(empty, 64u);
  for (std::uint64_t id = 1; id <= 10; ++id) books.add(0, {id}, side::buy, {1}, {static_cast<std::int64_t>(id)});
  const std::size_t deep = books.memory_bytes(0);
  EXPECT_GE(deep, empty + 10 * (64 + 40));
  EXPECT_LE(deep, empty + 10 * (64 + 100));
  for (std::uint64_t id = 11; id <= 20; ++id) books.add(0, {id}, side::buy, {1}, {10});
  EXPECT_EQ(books.memory_bytes(0), deep + 10 * order_table::bytes_an_order);
  EXPECT_EQ(books.memory_bytes(1), empty);
  books.clear(0);
  EXPECT_EQ(books.memory_bytes(0), empty);
}

TEST(l3_books, a_full_table_of_orders_refuses_the_next_and_leaves_no_empty_level_behind) {
  l3_books books{1, 2, 10};
  books.add(0, {1}, side::buy, {1}, {50});
  books.add(0, {2}, side::buy, {1}, {50});
  EXPECT_EQ(books.add(0, {3}, side::buy, {1}, {50}), outcome::full);
  EXPECT_EQ(books.add(0, {4}, side::buy, {1}, {51}), outcome::full);
  EXPECT_EQ(books.best(0), quote(50, 2, 0, 0));
  EXPECT_EQ(books.levels(0, side::buy), 1u);
  EXPECT_EQ(books.replace({1}, {5}, {9}, {52}), outcome::done);  // takes the place of the one it replaces
  EXPECT_EQ(books.best(0), quote(52, 9, 0, 0));
}

TEST(l3_books, a_full_pool_of_levels_refuses_new_prices_and_takes_more_at_old_ones) {
  l3_books books{2, 10, 2};
  books.add(0, {1}, side::buy, {1}, {50});
  books.add(1, {2}, side::sell, {1}, {60});
  EXPECT_EQ(books.add(0, {3}, side::buy, {1}, {51}), outcome::full);
  EXPECT_EQ(books.add(0, {4}, side::buy, {1}, {50}), outcome::done);
  EXPECT_EQ(books.orders(), 3u);
  EXPECT_EQ(books.remove({2}), outcome::done);
  EXPECT_EQ(books.add(0, {5}, side::buy, {1}, {51}), outcome::done);
  EXPECT_EQ(books.best(0), quote(51, 1, 0, 0));
}

// What a book holds must be what was put in, level by level.
void expect_levels(const l3_books& books, std::uint32_t book, side of, std::uint32_t count, std::int64_t best,
                   std::int64_t step) {
  ASSERT_EQ(books.levels(book, of), count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const depth_level level = books.depth(book, of, i);
    ASSERT_EQ(level.price.ticks, best + step * static_cast<std::int64_t>(i)) << i;
    ASSERT_EQ(level.orders, 1u);
  }
}

TEST(l3_books, ten_thousand_levels_a_side_are_kept_the_next_is_refused_and_the_other_books_stay_as_they_are) {
  constexpr std::uint32_t side_limit = ladder_pool::max_levels_a_side;
  l3_books books{4, 50'000, 50'000};
  std::uint64_t id = 0;
  for (const std::uint32_t book : {0u, 1u}) {
    for (std::uint32_t i = 0; i < side_limit; ++i) {  // each one better than all before
      ASSERT_EQ(books.add(book, {++id}, side::buy, {1}, {1 + std::int64_t{i}}), outcome::done) << i;
      ASSERT_EQ(books.add(book, {++id}, side::sell, {1}, {90'000 - std::int64_t{i}}), outcome::done) << i;
    }
    ASSERT_EQ(books.add(book, {id + 1}, side::buy, {1}, {side_limit + 1}), outcome::full);
    ASSERT_EQ(books.add(book, {id + 1}, side::sell, {1}, {1}), outcome::full);
  }
  for (const std::uint32_t book : {0u, 1u}) {
    expect_levels(books, book, side::buy, side_limit, side_limit, -1);
    expect_levels(books, book, side::sell, side_limit, 90'001 - std::int64_t{side_limit}, 1);
  }
  EXPECT_EQ(books.add(0, {id + 1}, side::buy, {1}, {1}), outcome::done);  // an old price has room
  EXPECT_EQ(books.orders(), 4 * side_limit + 1);
  books.clear();
  EXPECT_EQ(books.orders(), 0u);
  EXPECT_EQ(books.levels(0, side::buy), 0u);
}

TEST(l3_books, what_one_book_leaves_another_can_use_however_deep_it_was) {
  constexpr std::uint32_t deep = 2'000;
  l3_books books{500, deep, deep};
  for (std::uint32_t book = 0; book < 500; ++book) {
    for (const side of : {side::buy, side::sell}) {
      for (std::uint32_t i = 0; i < deep; ++i) {
        ASSERT_EQ(books.add(book, {i}, of, {1}, {1'000'000 + (of == side::buy ? 1 : -1) * std::int64_t{i}}),
                  outcome::done)
            << book << ' ' << i;
      }
      for (std::uint32_t i = deep; i-- > 0;) ASSERT_EQ(books.remove({i}), outcome::done);
      ASSERT_EQ(books.levels(book, of), 0u);
    }
  }
}

TEST(l3_books, as_many_thin_books_as_there_are_levels_find_room_and_grow_together) {
  for (const std::uint32_t levels_each : {1u, 2u, 3u, 5u, 9u, 17u, 33u}) {
    constexpr std::uint32_t books_in_all = 3'000;
    const std::uint32_t limit = 2 * books_in_all * levels_each;
    l3_books books{books_in_all, limit, limit};
    std::uint64_t id = 0;
    for (std::uint32_t i = 0; i < levels_each; ++i) {
      for (std::uint32_t book = 0; book < books_in_all; ++book) {
        ASSERT_EQ(books.add(book, {++id}, side::buy, {1}, {100 + std::int64_t{i}}), outcome::done)
            << levels_each << ' ' << id;
        ASSERT_EQ(books.add(book, {++id}, side::sell, {1}, {900 - std::int64_t{i}}), outcome::done)
            << levels_each << ' ' << id;
      }
    }
  }
}

TEST(l3_books, where_pieces_of_the_right_size_run_out_a_level_is_refused_and_nothing_else_changes) {
  constexpr std::uint32_t limit = 4'096;
  l3_books books{limit, limit, limit};
  for (std::uint32_t i = 0; i < limit; ++i) ASSERT_EQ(books.add(i, {i}, side::buy, {1}, {5}), outcome::done);
  for (std::uint32_t i = 0; i < limit; ++i) ASSERT_EQ(books.remove({i}), outcome::done);
  // All that is left behind are pieces for single levels: one deep side gets as far as the spare room goes.
  std::uint32_t taken = 0;
  while (taken < limit && books.add(7, {taken}, side::sell, {1}, {9'000 - std::int64_t{taken}}) == outcome::done)
    ++taken;
  EXPECT_GT(taken, 1'000u);
  EXPECT_LT(taken, limit);
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(books.add(7, {taken}, side::sell, {1}, {1}), outcome::full);
    expect_levels(books, 7, side::sell, taken, 9'001 - std::int64_t{taken}, 1);
    EXPECT_EQ(books.orders(), taken);
  }
  EXPECT_EQ(books.add(7, {taken}, side::sell, {1}, {9'000}), outcome::done);      // an old price
  EXPECT_EQ(books.add(8, {taken + 1}, side::sell, {1}, {9'000}), outcome::done);  // a thin book
}

TEST(l3_books, a_cleared_house_is_as_good_as_new) {
  l3_books books{2, 4, 4};
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t id = 1; id <= 4; ++id) {
      ASSERT_EQ(books.add(1, {id}, side::sell, {id}, {static_cast<std::int64_t>(id)}), outcome::done);
    }
    ASSERT_EQ(books.add(1, {5}, side::sell, {1}, {1}), outcome::full);
    books.clear();
    ASSERT_EQ(books.best(1), best_quote{});
    ASSERT_EQ(books.orders(1), 0u);
    ASSERT_EQ(books.remove({1}), outcome::unknown_order);
  }
}

TEST(l3_books, the_memory_is_what_the_header_says_for_each_order_and_level) {
  // So many that the rounding to whole huge pages, at most 2 MiB for each of two tables, weighs less than what is
  // allowed.
  constexpr std::uint32_t orders = 1u << 20, levels = 1u << 20;
  const std::size_t small = l3_books{1, orders, 1000}.memory_bytes();
  const std::size_t more_orders = l3_books{1, 2 * orders, 1000}.memory_bytes();
  const std::size_t more_levels = l3_books{1, orders, 1000 + levels}.memory_bytes();
  EXPECT_NEAR(static_cast<double>(more_orders - small) / orders, 64, 5);
  EXPECT_NEAR(static_cast<double>(more_levels - small) / levels, 100, 5);
}

TEST(l3_books, a_limit_of_zero_or_beyond_what_is_counted_is_refused_by_name) {
  const auto text = [](std::uint32_t books, std::uint32_t orders, std::uint32_t levels) -> std::string {
    try {
      l3_books refused{books, orders, levels};
    } catch (const argument_error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(text(0, 1, 1).find("max_books is 0"), std::string::npos);
  EXPECT_NE(text(1, 0, 1).find("max_orders is 0"), std::string::npos);
  EXPECT_NE(text(1, 1, 0).find("max_levels is 0"), std::string::npos);
  EXPECT_NE(text(1, max_limit + 1, 1).find("from 1 to 1073741824"), std::string::npos);
  EXPECT_EQ(text(1, 1, 1), "accepted");
}

TEST(l3_books, no_update_allocates) {
  l3_books books{50, 1'000, 1'000};
  const support::allocation_counter here;
  for (std::uint64_t id = 0; id < 100'000; ++id) {
    const auto at = static_cast<std::int64_t>(id * 7 % 1'500);
    books.add(static_cast<std::uint32_t>(id % 50), {id}, static_cast<side>(id % 3 == 0), {id % 90}, {at});
    books.reduce({id / 2}, {id % 60});
    books.replace({id / 3}, {id + 1'000'000}, {5}, {at + 1});
    books.remove({id / 5 + 1'000'000});
  }
  books.clear();
  EXPECT_EQ(here.calls(), 0u);
}

}  // namespace
}  // namespace pyhft::book
