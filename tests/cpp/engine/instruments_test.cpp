// SPDX-License-Identifier: MIT
#include "pyhft/engine/instruments.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace pyhft::engine {
namespace {

TEST(instruments, the_first_name_of_a_number_stays) {
  instruments all;
  all.name(3, symbol::from("ABC"));
  all.name(3, symbol::from("DEF"));
  EXPECT_EQ(all[3].symbol.view(), "ABC");
  EXPECT_FALSE(all[4].named);
}

TEST(symbol_numbers, count_up_from_one_and_stay) {
  symbol_numbers numbers;
  std::map<std::string, std::uint32_t> twin;
  std::mt19937 random{1};
  for (int i = 0; i < 100'000; ++i) {
    const std::string name = "S" + std::to_string(random() % 5'000);
    const auto [place, added] = twin.try_emplace(name, static_cast<std::uint32_t>(twin.size() + 1));
    ASSERT_EQ(numbers.number_of(symbol::from(name)), place->second);
  }
  EXPECT_EQ(twin.size(), 5'000u);
}

TEST(symbol_numbers, a_symbol_beyond_the_last_number_gets_none_and_those_before_keep_theirs) {
  symbol_numbers numbers;
  for (std::uint32_t i = 1; i < max_instruments; ++i) ASSERT_EQ(numbers.number_of(symbol::from(std::to_string(i))), i);
  EXPECT_EQ(numbers.number_of(symbol::from("ONEMORE")), symbol_numbers::none);
  EXPECT_EQ(numbers.number_of(symbol::from("1")), 1u);
}

}  // namespace
}  // namespace pyhft::engine
