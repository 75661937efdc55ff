// SPDX-License-Identifier: MIT
#include "pyhft/book/order_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <unordered_map>
#include <vector>

namespace pyhft::book {
namespace {

// The place that a number wants in a table of so many slots: the table's own rule, written down again to find numbers
// that want the same. Sixteen stand side by side.
std::uint64_t home(std::uint64_t number, std::uint64_t slots) {
  return (((number / 16 * 0x9E3779B97F4A7C15u) >> 32) * (slots / 16) >> 32) * 16 + number % 16;
}

// What l3_books does when a record moves, for a map that knows where each one stands.
void erase(order_table& table, std::unordered_map<std::uint64_t, std::uint32_t>& twin, std::uint64_t number) {
  table.erase(table.find({number}), [&](std::uint32_t now) { twin.at(table[now].id.value) = now; });
  twin.erase(number);
}

// Where none can be moved.
void erase(order_table& table, std::uint64_t number) {
  table.erase(table.find({number}), [](std::uint32_t) { FAIL() << "nothing stood in its way"; });
}

TEST(order_table, a_number_is_found_from_its_insertion_to_its_erasure) {
  order_table table{4};
  EXPECT_EQ(table.find({7}), no_order);
  const std::uint32_t record = table.insert({7});
  ASSERT_NE(record, no_order);
  EXPECT_EQ(table.find({7}), record);
  EXPECT_EQ(table[record].id, order_id{7});
  EXPECT_EQ(table[record].shares, 0u);
  erase(table, 7);
  EXPECT_EQ(table.find({7}), no_order);
  EXPECT_EQ(table.size(), 0u);
}

TEST(order_table, the_number_zero_is_a_number_and_not_an_empty_slot) {
  order_table table{4};
  EXPECT_EQ(table.find({0}), no_order);
  const std::uint32_t record = table.insert({0});
  EXPECT_EQ(table.find({0}), record);
  erase(table, 0);
  EXPECT_EQ(table.find({0}), no_order);
}

TEST(order_table, a_table_of_one_takes_one_and_a_full_one_takes_none) {
  for (const std::uint32_t capacity : {1u, 2u, 7u, 8u, 9u, 100u}) {
    order_table table{capacity};
    EXPECT_EQ(table.capacity(), capacity);
    for (std::uint64_t id = 0; id < capacity; ++id) ASSERT_NE(table.insert({id}), no_order);
    EXPECT_EQ(table.insert({capacity}), no_order);
    EXPECT_EQ(table.size(), capacity);
    EXPECT_EQ(table.find({capacity}), no_order);
    erase(table, capacity / 2);
    EXPECT_NE(table.insert({capacity}), no_order);
    EXPECT_EQ(table.insert({capacity + 1}), no_order);
  }
}

TEST(order_table, a_used_record_comes_back_empty) {
  order_table table{1};
  const std::uint32_t record = table.insert({1});
  table[record].shares = 5;
  table[record].level = 6;
  table[record].previous = table[record].next = 7;
  erase(table, 1);
  EXPECT_EQ(table.insert({1}), record);
  EXPECT_EQ(table[record].shares + table[record].level + table[record].previous + table[record].next, 0u);
}

TEST(order_table, clear_forgets_everything) {
  order_table table{10};
  for (std::uint64_t id = 0; id < 10; ++id) table.insert({id});
  table.clear();
  EXPECT_EQ(table.size(), 0u);
  for (std::uint64_t id = 0; id < 10; ++id) EXPECT_EQ(table.find({id}), no_order);
  for (std::uint64_t id = 0; id < 10; ++id) EXPECT_NE(table.insert({id}), no_order);
}

TEST(order_table, numbers_that_all_want_one_slot_beside_the_end_are_erased_in_any_order_without_losing_another) {
  constexpr std::uint64_t slots = 144;  // of 64 orders
  std::vector<std::uint64_t> colliding;
  for (std::uint64_t number = 1; colliding.size() < 40; ++number) {
    const std::uint64_t wanted = home(number, slots);
    if (wanted >= slots - 3 || wanted <= 1) colliding.push_back(number);
  }
  std::mt19937_64 random{3};
  for (int round = 0; round < 300; ++round) {
    order_table table{64};
    ASSERT_GE(table.memory_bytes(), slots * sizeof(order_record));
    std::unordered_map<std::uint64_t, std::uint32_t> twin;
    std::shuffle(colliding.begin(), colliding.end(), random);
    for (const std::uint64_t number : colliding) twin[number] = table.insert({number});
    std::shuffle(colliding.begin(), colliding.end(), random);
    for (const std::uint64_t gone : colliding) {
      erase(table, twin, gone);
      for (const std::uint64_t number : colliding) {
        ASSERT_EQ(table.find({number}), twin.contains(number) ? twin[number] : no_order);
      }
    }
  }
}

TEST(order_table, a_long_random_life_at_the_brim_equals_that_of_a_map) {
  for (const std::uint64_t numbers : {60u, 300u, 5'000u}) {
    order_table table{250};
    std::unordered_map<std::uint64_t, std::uint32_t> twin;
    std::mt19937_64 random{numbers};
    for (int i = 0; i < 200'000; ++i) {
      const std::uint64_t number = random() % numbers << (random() % 2 * 40);
      const auto known = twin.find(number);
      ASSERT_EQ(table.find({number}), known == twin.end() ? no_order : known->second);
      if (known != twin.end()) {
        erase(table, twin, number);
      } else if (const std::uint32_t record = table.insert({number}); twin.size() == 250) {
        ASSERT_EQ(record, no_order);
      } else {
        ASSERT_NE(record, no_order);
        ASSERT_EQ(table[record].id.value, number);
        twin[number] = record;
      }
      ASSERT_EQ(table.size(), twin.size());
    }
    std::vector<std::uint32_t> records;
    for (const auto& [number, record] : twin) {
      ASSERT_EQ(table.find({number}), record);
      records.push_back(record);
    }
    std::sort(records.begin(), records.end());
    EXPECT_EQ(std::adjacent_find(records.begin(), records.end()), records.end());  // no record serves two
  }
}

}  // namespace
}  // namespace pyhft::book
