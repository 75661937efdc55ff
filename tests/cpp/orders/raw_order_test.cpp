// SPDX-License-Identifier: MIT
#include "pyhft/orders/raw_order.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "net/guarded_bytes.hpp"
#include "net/wire.hpp"

namespace pyhft::orders {
namespace {

using test::wire;

std::vector<std::byte> encoded(const order& from) {
  std::vector<std::byte> bytes(raw_order_bytes, std::byte{0xEE});
  encode_raw_order(bytes.data(), from);
  return bytes;
}

TEST(raw_order, every_field_stands_in_its_place) {
  const order from{.id = {0x0102030405060708},
                   .symbol = symbol::from("AAPL"),
                   .instrument = 13,
                   .side = side::sell,
                   .price = {0x1112131415161718},
                   .quantity = {0x21222324},
                   .timestamp = {0x3132333435363738}};
  wire expected;
  expected.text("AAPL", 8).little(0x1112131415161718, 8).little(0x21222324, 4).u8(1);
  expected.little(0x0102030405060708, 8).little(0x3132333435363738, 8);
  ASSERT_EQ(expected.size(), raw_order_bytes);
  EXPECT_EQ(encoded(from), expected.bytes);
}

TEST(raw_order, the_extremes_of_each_field_keep_to_it) {
  constexpr std::uint64_t ones = std::numeric_limits<std::uint64_t>::max();
  const order from{.id = {ones},
                   .symbol = symbol::from("ABCDEFGHI"),
                   .instrument = 0,
                   .side = side::buy,
                   .price = {std::numeric_limits<std::int64_t>::max()},
                   .quantity = {0xFFFF'FFFF},
                   .timestamp = {0}};
  wire expected;
  expected.text("ABCDEFGH", 8).little(ones >> 1, 8).little(0xFFFF'FFFF, 4).u8(0).little(ones, 8).little(0, 8);
  EXPECT_EQ(encoded(from), expected.bytes);
}

TEST(raw_order, not_a_byte_beyond_the_frame_is_written) {
  test::guarded_bytes page{4096};
  encode_raw_order(page.last(raw_order_bytes).data(), order{});
  EXPECT_EQ(page.last(raw_order_bytes)[0], std::byte{' '});
}

}  // namespace
}  // namespace pyhft::orders
