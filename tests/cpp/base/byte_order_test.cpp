// SPDX-License-Identifier: MIT
#include "pyhft/base/byte_order.hpp"

#include <gtest/gtest.h>

#include <array>

namespace pyhft {
namespace {

constexpr std::array<std::byte, 9> bytes{std::byte{0x01}, std::byte{0x02}, std::byte{0x03},
                                         std::byte{0x04}, std::byte{0x05}, std::byte{0x06},
                                         std::byte{0x07}, std::byte{0x08}, std::byte{0x09}};

TEST(byte_order, loads_at_any_alignment) {
  EXPECT_EQ(load_big<std::uint16_t>(&bytes[1]), 0x0203);
  EXPECT_EQ(load_big<std::uint32_t>(&bytes[1]), 0x02030405u);
  EXPECT_EQ(load_big<std::uint64_t>(&bytes[1]), 0x0203040506070809u);
  EXPECT_EQ(load_big48(&bytes[1]), 0x020304050607u);
  EXPECT_EQ(load_little<std::uint16_t>(&bytes[1]), 0x0302);
  EXPECT_EQ(load_little<std::uint32_t>(&bytes[1]), 0x05040302u);
  EXPECT_EQ(load_little<std::uint64_t>(&bytes[1]), 0x0908070605040302u);
}

TEST(byte_order, a_store_is_undone_by_its_load) {
  std::array<std::byte, 9> buffer{};
  store_big<std::uint64_t>(&buffer[1], 0x1122334455667788u);
  EXPECT_EQ(buffer[1], std::byte{0x11});
  EXPECT_EQ(load_big<std::uint64_t>(&buffer[1]), 0x1122334455667788u);
  store_little<std::uint32_t>(&buffer[1], 0xAABBCCDDu);
  EXPECT_EQ(buffer[1], std::byte{0xDD});
  EXPECT_EQ(load_little<std::uint32_t>(&buffer[1]), 0xAABBCCDDu);
  store_big48(&buffer[1], 0xFEDCBA987654u);
  EXPECT_EQ(load_big48(&buffer[1]), 0xFEDCBA987654u);
}

}  // namespace
}  // namespace pyhft
