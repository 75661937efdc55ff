// SPDX-License-Identifier: MIT
#pragma once

// What the hot loop counts: everything that came in, and by its cause everything that was passed over. Written by the
// hot thread alone; read by others after it has ended.

#include <array>
#include <cstddef>
#include <cstdint>

namespace pyhft::engine {

// Why a frame or a message was passed over; what the session layer passes over it counts itself.
enum class malformed : std::uint8_t {
  truncated,
  not_ipv4,
  bad_ip_header,
  fragment,
  not_udp,
  bad_udp_length,
  empty_message,
  unknown_type,
  bad_length,
  bad_side,
  bad_price,
  trailing_bytes,
  too_many_symbols,
};

inline constexpr std::size_t malformed_count = static_cast<std::size_t>(malformed::too_many_symbols) + 1;
inline constexpr std::array<const char*, malformed_count> malformed_names{
    "truncated",    "not_ipv4",   "bad_ip_header", "fragment",  "not_udp",        "bad_udp_length",  "empty_message",
    "unknown_type", "bad_length", "bad_side",      "bad_price", "trailing_bytes", "too_many_symbols"};

struct counters {
  std::uint64_t packets{};
  std::uint64_t other_ports{};               // datagrams to another UDP port than the one asked for
  std::uint64_t messages{};                  // all that the feed framed, malformed ones too
  std::array<std::uint64_t, 256> by_type{};  // well-formed ones, by the first byte; `raw` counts at 0
  std::array<std::uint64_t, malformed_count> malformed{};

  std::uint64_t unknown_orders{};
  std::uint64_t duplicate_orders{};
  std::uint64_t over_executions{};
  std::uint64_t empty_orders{};
  std::uint64_t lost_to_full_books{};

  void count(engine::malformed cause, std::uint64_t times = 1) noexcept {
    malformed[static_cast<std::size_t>(cause)] += times;
  }
};

}  // namespace pyhft::engine
