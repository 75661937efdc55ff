// SPDX-License-Identifier: MIT
#pragma once

// How the lines of a feed are made into one (line_arbiter.hpp). A plain value; any thread.

#include <cstdint>

namespace pyhft::feed {

struct arbiter_settings {
  std::uint32_t lines{1};            // 1 to max_lines
  std::int64_t hold_ns{10'000'000};  // how long the other lines are waited for
  std::uint32_t hold_packets{4096};  // that can be held back
  bool recovers{};
  std::int64_t recovery_timeout_ns{50'000'000};  // after which a request is made again
  std::uint32_t recovery_tries{5};
  bool from_start{};  // a session that is joined late is recovered from message 1
};

}  // namespace pyhft::feed
