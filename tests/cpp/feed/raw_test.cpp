// SPDX-License-Identifier: MIT
#include "pyhft/feed/raw.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "net/guarded_bytes.hpp"
#include "net/wire.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::feed::raw {
namespace {

using test::guarded_bytes;
using test::wire;

wire message(std::string_view name, std::uint64_t price, std::uint32_t shares, unsigned side, std::uint64_t time) {
  return wire{}.text(name, 8).little(price, 8).little(shares, 4).u8(side).little(time, 8);
}

struct recorder {
  std::vector<level_update> updates;
  std::vector<decoded> malformed;
  void on(const level_update& update) { updates.push_back(update); }
  void on_message(std::span<const std::byte> message) {
    const decoded outcome = decode(message, *this);
    if (outcome != decoded::ok) malformed.push_back(outcome);
  }
};

constexpr std::uint64_t highest_price = 0x3FFF'FFFF'FFFF'FFFF;

TEST(raw, every_field_is_read_from_its_place) {
  const wire bytes = message("AAPL", 0x0102030405060708, 0xFFFFFFFF, 1, 0x1112131415161718);
  ASSERT_EQ(bytes.size(), message_bytes);
  recorder to;
  receiver::receive(bytes, to);
  ASSERT_EQ(to.updates.size(), 1u);
  const level_update& update = to.updates[0];
  EXPECT_EQ(update.symbol().view(), "AAPL");
  EXPECT_EQ(update.price().ticks, 0x0102030405060708);
  EXPECT_EQ(update.quantity().shares, 0xFFFFFFFFu);
  EXPECT_EQ(update.side(), side::sell);
  EXPECT_EQ(update.timestamp().count, 0x1112131415161718);
  EXPECT_EQ(update.at, bytes.bytes.data());
  EXPECT_TRUE(to.malformed.empty());
}

TEST(raw, encode_writes_the_bytes_of_the_format) {
  std::vector<std::byte> bytes(message_bytes + 1, std::byte{0xEE});
  encode(bytes.data(), symbol::from("MSFT"), {1'234'500}, 300, side::buy, {987'654'321});
  EXPECT_EQ(bytes, message("MSFT", 1'234'500, 300, 0, 987'654'321).u8(0xEE).bytes);
}

TEST(raw, messages_follow_one_another_and_a_bad_one_does_not_hide_the_next) {
  wire bytes = message("A", 1, 1, 0, 1);
  bytes.append(message("B", 2, 2, 2, 2))
      .append(message("C", highest_price + 1, 3, 1, 3))
      .append(message("D", highest_price, 0, 1, 4));
  recorder to;
  receiver::receive(bytes, to);
  ASSERT_EQ(to.updates.size(), 2u);
  EXPECT_EQ(to.updates[0].symbol().view(), "A");
  EXPECT_EQ(to.updates[1].symbol().view(), "D");
  EXPECT_EQ(to.updates[1].price().ticks, std::int64_t{0x3FFF'FFFF'FFFF'FFFF});
  EXPECT_EQ(to.malformed, (std::vector<decoded>{decoded::bad_side, decoded::bad_price}));
}

TEST(raw, only_the_sides_zero_and_one_are_good) {
  for (unsigned side = 0; side < 256; ++side) {
    recorder to;
    const wire bytes = message("A", 1, 1, side, 1);
    receiver::receive(bytes, to);
    EXPECT_EQ(to.updates.size(), side <= 1 ? 1u : 0u);
    EXPECT_EQ(to.malformed.size(), side <= 1 ? 0u : 1u);
    EXPECT_EQ(is_plausible(bytes), side <= 1);
  }
}

TEST(raw, a_datagram_of_any_length_gives_its_whole_messages_and_counts_a_rest_once) {
  guarded_bytes page{4096};
  wire bytes;
  for (int i = 0; i < 4; ++i) bytes.append(message("AAPL", 5, 6, 1, 7));
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    recorder to;
    const auto held = page.hold(std::span{bytes.bytes}.first(length));
    receiver::receive(held, to);
    ASSERT_EQ(to.updates.size(), length / 29);
    ASSERT_EQ(to.malformed, length % 29 == 0 ? std::vector<decoded>{} : std::vector<decoded>{decoded::trailing_bytes});
    ASSERT_EQ(is_plausible(held), length != 0 && length % 29 == 0);
  }
}

TEST(raw, a_price_whose_double_is_beyond_a_signed_integer_is_no_plausible_message) {
  EXPECT_TRUE(is_plausible(message("A", highest_price, 1, 0, 1)));
  EXPECT_FALSE(is_plausible(message("A", highest_price + 1, 1, 0, 1)));
}

TEST(raw, random_bytes_stay_within_their_bounds_and_do_not_allocate) {
  guarded_bytes page{4096};
  std::mt19937_64 random{31};
  struct {
    std::uint64_t good{}, bad{};
    void on(const level_update& update) { good += update.quantity().shares != 0; }
    void on_message(std::span<const std::byte> message) { bad += decode(message, *this) != decoded::ok; }
  } to;
  const support::allocation_counter here;
  for (int round = 0; round < 100'000; ++round) {
    const auto bytes = page.last(random() % 100);
    for (std::byte& each : bytes) each = std::byte(random() % 3);
    receiver::receive(bytes, to);
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_GT(to.good, 1'000u);
  EXPECT_GT(to.bad, 1'000u);
}

}  // namespace
}  // namespace pyhft::feed::raw
