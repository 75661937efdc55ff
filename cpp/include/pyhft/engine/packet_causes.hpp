// SPDX-License-Identifier: MIT
#pragma once

// What the session layer of a feed passes over, by cause, under names that begin with that of its transport. Cold.

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "pyhft/feed/sequenced_receiver.hpp"

namespace pyhft::engine {

using named_counts = std::vector<std::pair<std::string, std::uint64_t>>;

// None for a feed without sessions.
template <class Receiver>
named_counts malformed_packets(const Receiver& receiver) {
  named_counts result;
  if constexpr (requires { receiver.counters(); }) {
    const feed::receiver_counters& seen = receiver.counters();
    const std::string transport = Receiver::transport::name;
    result = {{transport + "_short", seen.short_packets},
              {transport + "_truncated", seen.truncated_packets},
              {transport + "_trailing_bytes", seen.trailing_packets},
              {transport + "_foreign", seen.foreign_packets},
              {transport + "_bad_sequence", seen.bad_sequences},
              {transport + "_bad_offset", seen.bad_offsets}};
  }
  return result;
}

}  // namespace pyhft::engine
