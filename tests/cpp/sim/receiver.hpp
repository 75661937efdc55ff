// SPDX-License-Identifier: MIT
#pragma once

// A receiver of MoldUDP64 that knows nothing of the library's own: it keeps every message by its number, and asks for
// what is missing.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "net/wire.hpp"
#include "pyhft/net/udp_socket.hpp"
#include "pyhft/sim/venue.hpp"
#include "support/mold_packets.hpp"

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

inline constexpr net::ipv4_address here{127, 0, 0, 1};

// Tests that wait for datagrams don't wait longer.
inline auto patience() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

inline wire request(std::uint64_t first, unsigned count, const std::string& session = "SIMVENUE01") {
  return test::mold_head(session, first, count);
}

// What a receiver has: a socket for each line, one for requests, and a picture of what it has seen.
class receiver {
 public:
  receiver() {
    for (net::udp_socket* each : {&lines[0], &lines[1], &asking}) {
      each->ask_receive_buffer(16 << 20);
      each->bind(here, 0);
    }
  }

  // Everything that has come.
  void read() {
    contents room(65'536);
    for (int socket : {int{lines[0]}, int{lines[1]}, int{asking}}) {
      for (;;) {
        const ssize_t length = ::recv(socket, room.data(), room.size(), MSG_DONTWAIT);
        if (length < 0) break;
        collector& of_line = socket == lines[0] ? by_line[0] : socket == lines[1] ? by_line[1] : answers;
        of_line.take(std::span{room}.first(static_cast<std::size_t>(length)));
        seen.take(std::span{room}.first(static_cast<std::size_t>(length)));
      }
    }
  }
  // Asks for what is missing of what it knows of, a run of messages at a time.
  void ask(std::uint16_t port) {
    unsigned asked = 0;
    for (std::uint64_t number = 1; number < seen.next && asked < 50; ++number) {
      if (seen.messages.contains(number)) continue;
      std::uint64_t end = number;
      while (end < seen.next && !seen.messages.contains(end)) ++end;
      asking.send_to(net::socket_address(here, port), request(number, static_cast<unsigned>(end - number)));
      ++asked;
      number = end;
    }
  }
  // Until all messages of the day are here and both lines have told its end, or for half a minute.
  void follow(const sim::venue& of) {
    for (const auto end = patience(); std::chrono::steady_clock::now() < end;) {
      read();
      const bool told = std::all_of(by_line.begin(), by_line.begin() + of.settings().lines.size(),
                                    [](const collector& line) { return line.ends != 0; });
      if (told && seen.messages.size() == of.day().size()) return;
      if (of.request_port() != 0) ask(of.request_port());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << seen.messages.size() << " messages came";
  }

  std::array<net::udp_socket, 2> lines;
  net::udp_socket asking;
  std::array<collector, 2> by_line;
  collector answers, seen;
};

}  // namespace pyhft::test
