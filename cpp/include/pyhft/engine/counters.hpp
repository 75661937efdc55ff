// SPDX-License-Identifier: MIT
#pragma once

// What the hot loop counts: everything that came in, and by its cause everything that was passed over. Written by the
// hot thread alone; read by others after it has ended.

#include <array>
#include <cstddef>
#include <cstdint>

#include "pyhft/book/best_quote.hpp"
#include "pyhft/feed/protocol.hpp"
#include "pyhft/net/headers.hpp"

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

  void count(net::frame_cause cause) noexcept {
    switch (cause) {
      case net::frame_cause::udp:
        return;
      case net::frame_cause::truncated:
        return count(engine::malformed::truncated);
      case net::frame_cause::not_ipv4:
        return count(engine::malformed::not_ipv4);
      case net::frame_cause::bad_ip_header:
        return count(engine::malformed::bad_ip_header);
      case net::frame_cause::fragment:
        return count(engine::malformed::fragment);
      case net::frame_cause::not_udp:
        return count(engine::malformed::not_udp);
      case net::frame_cause::bad_udp_length:
        return count(engine::malformed::bad_udp_length);
    }
  }

  void count(feed::decoded outcome) noexcept {
    switch (outcome) {
      case feed::decoded::ok:
        return;
      case feed::decoded::empty:
        return count(engine::malformed::empty_message);
      case feed::decoded::unknown_type:
        return count(engine::malformed::unknown_type);
      case feed::decoded::bad_length:
        return count(engine::malformed::bad_length);
      case feed::decoded::bad_side:
        return count(engine::malformed::bad_side);
      case feed::decoded::bad_price:
        return count(engine::malformed::bad_price);
      case feed::decoded::trailing_bytes:
        return count(engine::malformed::trailing_bytes);
    }
  }

  void count(book::outcome outcome) noexcept {
    switch (outcome) {
      case book::outcome::done:
        return;
      case book::outcome::unknown_order:
        ++unknown_orders;
        return;
      case book::outcome::duplicate_order:
        ++duplicate_orders;
        return;
      case book::outcome::over_execution:
        ++over_executions;
        return;
      case book::outcome::no_quantity:
        ++empty_orders;
        return;
      case book::outcome::full:
        ++lost_to_full_books;
        return;
    }
  }
};

}  // namespace pyhft::engine
