// SPDX-License-Identifier: MIT
#pragma once

// How a feed is doing: its lines, what is held back, what is recovered, and whose books can be trusted. Cold, any
// thread, while the engine runs or afterwards; each figure is of the moment in which it is read.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pyhft/engine/stale_mark.hpp"

namespace pyhft::engine {

struct line_health {
  const char* state{};  // "waiting" (for its first packet), "live", "silent" (for more than silent_after_s), "ended"
  double silent_s{};    // since its last packet, while the engine runs
  std::uint64_t packets{}, messages{}, firsts{}, duplicates{}, missing{};
  std::uint64_t last_packet_ns{};  // by its stamp
  struct distribution {
    std::uint64_t count{};
    double mean_ns{}, max_ns{};
    std::optional<double> p50_ns{}, p99_ns{};                 // once the run has ended
  } behind{};                                                 // by how much its copies come behind the first ones
  std::vector<std::pair<std::string, std::uint64_t>> port{};  // what the port counted, once the run has ended
};

// MoldUDP64 and IEX-TP send a heartbeat every second.
inline constexpr double silent_after_s = 3;

struct holding_health {
  std::uint64_t now{}, most{}, holes{}, declared{}, overflows{};
};

struct recovery_health {
  bool is_asking{};
  std::uint64_t requests{}, unsent{}, timeouts{}, given_up{}, replies{}, ignored{}, messages{};
};

struct book_health {
  std::uint32_t locate{};
  std::string name{};  // empty where no message named it
  stale_mark::state stale{};
};

struct feed_health {
  stale_mark::state stale{};  // of all books
  std::vector<line_health> lines{};
  holding_health holding{};
  std::optional<recovery_health> recovery{};
  std::vector<book_health> books{};
};

}  // namespace pyhft::engine
