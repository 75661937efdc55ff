// SPDX-License-Identifier: MIT
#include "pyhft/base/types.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace pyhft {
namespace {

TEST(types, a_price_is_no_quantity_and_no_integer) {
  EXPECT_FALSE((std::is_convertible_v<price, quantity>));
  EXPECT_FALSE((std::is_convertible_v<price, std::int64_t>));
  EXPECT_FALSE((std::is_convertible_v<order_id, price>));
  EXPECT_EQ(sizeof(price), sizeof(std::int64_t));
}

TEST(types, a_symbol_is_padded_with_spaces_and_cut_at_eight_characters) {
  EXPECT_EQ(symbol::from("AAPL").view(), "AAPL");
  EXPECT_EQ(symbol::from("AAPL"), symbol::from("AAPL    "));
  EXPECT_EQ(symbol::from("").view(), "");
  EXPECT_EQ(symbol::from("ABCDEFGHI").view(), "ABCDEFGH");
}

TEST(types, a_symbol_padded_with_zero_bytes_reads_the_same) {
  const std::byte wire[8] = {std::byte{'X'}, std::byte{'Y'}};
  EXPECT_EQ(symbol::from_wire(wire).view(), "XY");
  EXPECT_EQ(symbol::from_wire(wire), symbol::from("XY"));
  const std::byte mixed[8] = {std::byte{'X'}, std::byte{}, std::byte{'Y'}, std::byte{' '},
                              std::byte{},    std::byte{}, std::byte{' '}, std::byte{}};
  EXPECT_EQ(symbol::from_wire(mixed), symbol::from({"X\0Y", 3}));
}

TEST(types, the_opposite_of_a_side) {
  EXPECT_EQ(opposite(side::buy), side::sell);
  EXPECT_EQ(opposite(side::sell), side::buy);
}

}  // namespace
}  // namespace pyhft
