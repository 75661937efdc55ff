// SPDX-License-Identifier: MIT
#pragma once

// An arbiter of MoldUDP64 with what comes out of it, for tests that bring it packets one by one.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "pyhft/feed/line_arbiter.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "support/mold_packets.hpp"

namespace pyhft::feed::test_bench {

using test::mold_end;
using test::mold_head;
using test::numbered_packet;
using test::wire;
using arbiter = line_arbiter<moldudp64::receiver>;
using numbers = std::vector<std::uint64_t>;
using requests = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

inline constexpr std::int64_t hold_ns = 1'000;
inline constexpr std::int64_t timeout_ns = 10'000;
inline constexpr std::uint64_t gap_mark = 1'000'000, session_mark = 2'000'000;

// An arbiter with what comes out of it: numbers of messages, gap_mark + missing, session_mark + whether it is clean; and
// of each message whether books would have been behind, and the stamp of its frame.
struct bench {
  explicit bench(const arbiter_settings& settings = {.lines = 2, .hold_ns = hold_ns}) : lines{settings} {}

  void take(std::uint32_t line, const wire& bytes, std::int64_t at) {
    now = at;
    lines.receive(bytes, {line, {at}, at}, *this);
  }
  void answer(const wire& bytes, std::int64_t at) {
    now = at;
    lines.receive_reply(bytes, {at}, at, *this);
  }
  void wait_until(std::int64_t at) {
    now = at;
    lines.poll(at, *this, [&](const arbiter::request& what) {
      asked.push_back({what.first, what.count});
      return port_takes;
    });
  }

  void at(nanoseconds stamp) { stamp_ns = stamp.count; }
  void on_message(std::span<const std::byte> message) {
    std::uint64_t number = 0;
    for (const std::byte each : message) number = number << 8 | std::to_integer<std::uint64_t>(each);
    events.push_back(number);
    behind.push_back(lines.is_behind());
    stamps.push_back(stamp_ns);
  }
  void on_gap(std::uint64_t missing) { events.push_back(gap_mark + missing); }
  void on_new_session(bool clean) { events.push_back(session_mark + clean); }

  const line_counts& line(std::size_t i) const { return lines.lines()[i]; }

  arbiter lines;
  std::int64_t now{}, stamp_ns{};
  bool port_takes{true};
  numbers events;
  std::vector<bool> behind;
  std::vector<std::int64_t> stamps;
  requests asked;
};

inline arbiter_settings recovering(std::uint32_t lines = 2) {
  return {.lines = lines, .hold_ns = hold_ns, .recovers = true, .recovery_timeout_ns = timeout_ns, .recovery_tries = 3};
}

}  // namespace pyhft::feed::test_bench
