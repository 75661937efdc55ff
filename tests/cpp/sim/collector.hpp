// SPDX-License-Identifier: MIT
#pragma once

// A receiver of MoldUDP64 that knows nothing of the library's own: it keeps every message by its number.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "pyhft/sim/day_messages.hpp"

namespace pyhft::test {

using contents = std::vector<std::byte>;

inline contents message_of(const sim::day_messages& day, std::uint64_t number) {
  const auto block = day.block(number);
  return {block.begin() + 2, block.end()};
}

// What came, by the numbers of the messages: read byte by byte.
struct collector {
  std::map<std::uint64_t, contents> messages;
  std::vector<std::uint64_t> firsts;  // of packets with messages, in the order in which they came
  std::vector<unsigned> counts;
  std::uint64_t heartbeats{}, ends{}, next{1}, copies{};
  std::string session;

  void take(std::span<const std::byte> packet) {
    const auto big = [&](std::size_t at, unsigned bytes) {
      std::uint64_t value = 0;
      for (unsigned i = 0; i < bytes; ++i) value = value << 8 | std::to_integer<std::uint64_t>(packet[at + i]);
      return value;
    };
    ASSERT_GE(packet.size(), 20u);
    session.assign(reinterpret_cast<const char*>(packet.data()), 10);
    const std::uint64_t first = big(10, 8);
    const std::uint64_t count = big(18, 2);
    next = std::max(next, first);
    if (count == 0 || count == 0xFFFF) {
      ++(count == 0 ? heartbeats : ends);
      ASSERT_EQ(packet.size(), 20u);
      return;
    }
    firsts.push_back(first);
    counts.push_back(static_cast<unsigned>(count));
    std::size_t at = 20;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::size_t length = big(at, 2);
      const contents message{packet.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                             packet.begin() + static_cast<std::ptrdiff_t>(at + 2 + length)};
      const auto [place, is_new] = messages.emplace(first + i, message);
      copies += !is_new;
      ASSERT_EQ(place->second, message) << "two messages have the number " << first + i;
      at += 2 + length;
    }
    ASSERT_EQ(at, packet.size());
    next = std::max(next, first + count);
  }

  void expect_whole(const sim::day_messages& day) const {
    ASSERT_EQ(messages.size(), day.size());
    for (const auto& [number, message] : messages) ASSERT_EQ(message, message_of(day, number)) << number;
  }
};

}  // namespace pyhft::test
