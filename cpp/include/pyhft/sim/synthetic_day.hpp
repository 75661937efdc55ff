// SPDX-License-Identifier: MIT
#pragma once

// A trading day that never was: seeded, in the exchange's own format, from the first system event to the end of the
// session. For demonstrations, tests and measurements that must not depend on anybody's data.
//
// The day begins with a directory of all symbols, has opening quotes from 04:00, trades from 09:30 to 16:00 New York
// time and ends at 20:05. How busy a symbol is follows Zipf's law; messages come in bursts, of which one packet carries
// what a frame of 1,500 bytes holds; quiet moments have heartbeats. Each symbol has a hidden fair price, a random walk
// of whole cents, that its traders quote around: orders far away too. Executions take the best price, first in, first
// out. No book is ever crossed or locked, order references count up, no time runs backwards. The proportions of the
// types are about those of a US equity day: 46 % adds, 40 deletes, 7.5 replaces, 4 executions, 1.5 partial cancels, 1
// trades against hidden orders.
//
// The same parameters give the same bytes on every machine: all of it is integer arithmetic, the generator of random
// numbers included. The frames are Ethernet, IPv4, UDP, MoldUDP64, ITCH 5.0. One thread; next() may allocate.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "pyhft/base/types.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::sim {

struct synthetic_day_parameters {
  std::uint64_t seed{7};
  std::uint64_t messages{1'000'000};  // ITCH messages of the whole day, exactly
  std::uint32_t symbols{300};
};

inline constexpr std::uint32_t max_synthetic_symbols = 8'000;
inline constexpr std::uint64_t max_synthetic_messages = 1'000'000'000;

// What the start and the end of a day of so many symbols take; a day has at least this many messages.
std::uint64_t fewest_synthetic_messages(std::uint32_t symbols) noexcept;

// 2026-01-05, a Monday, at midnight in New York.
inline constexpr nanoseconds synthetic_midnight{1'767'589'200'000'000'000};

// The multicast group that the day is published to.
inline constexpr net::udp_route synthetic_route{
    .source = {{0x02, 0, 0, 0, 0, 0x01}, {10, 0, 0, 1}, 26477},
    .destination = {{0x01, 0, 0x5E, 0x01, 0x01, 0x01}, {239, 1, 1, 1}, 26477},
    .time_to_live = 16,
};

struct synthetic_packet {
  std::span<const std::byte> frame;  // valid until the next packet
  nanoseconds timestamp;             // when it is captured, since the epoch
};

class synthetic_day {
 public:
  // Throws argument_error for no or more than max_synthetic_symbols symbols, and for fewer messages than the start and
  // the end of the day take or more than max_synthetic_messages.
  explicit synthetic_day(const synthetic_day_parameters& parameters);
  ~synthetic_day();
  synthetic_day(synthetic_day&&) noexcept;
  synthetic_day& operator=(synthetic_day&&) noexcept;

  // False after the packet that ends the session.
  bool next(synthetic_packet& out);

  // Of the packets so far.
  std::uint64_t messages() const noexcept;
  std::uint64_t messages_of(char type) const noexcept;

 private:
  class publisher;
  std::unique_ptr<publisher> publisher_;
};

struct synthetic_day_summary {
  std::uint64_t packets{};  // with heartbeats and the end of the session
  std::uint64_t messages{};
  std::uint64_t file_bytes{};
  std::array<std::uint64_t, 128> messages_by_type{};  // at the character of the type
};

// Called now and then with the messages so far; an exception leaves through it.
using synthetic_day_progress = std::function<void(std::uint64_t messages)>;

// The whole day as a capture with nanosecond timestamps. Throws argument_error as synthetic_day does, before the file
// is touched, and input_error where it can't be written; what was written until then stays.
synthetic_day_summary write_synthetic_day(const synthetic_day_parameters& parameters, const std::string& path,
                                          const synthetic_day_progress& progress = {});

}  // namespace pyhft::sim
