// SPDX-License-Identifier: MIT
#pragma once

// A port as tests use it: frames as vectors, sent and received until nothing goes or comes any more.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pyhft/net/port.hpp"

namespace pyhft::test {

using contents = std::vector<std::vector<std::byte>>;

inline std::uint64_t counted(const net::port& of, const std::string& name) {
  for (const auto& [each, count] : of.counters())
    if (each == name) return count;
  ADD_FAILURE() << "no counter " << name;
  return 0;
}

// How many of the frames went out.
inline std::size_t send(net::port& out, const contents& frames) {
  std::size_t sent = 0;
  while (sent < frames.size()) {
    std::array<net::frame, 32> room;
    const std::size_t count = out.tx_acquire({room.data(), std::min<std::size_t>(room.size(), frames.size() - sent)});
    for (std::size_t i = 0; i < count; ++i) {
      const auto& from = frames[sent + i];
      std::copy(from.begin(), from.end(), room[i].data);
      room[i].length = static_cast<std::uint32_t>(from.size());
    }
    const std::size_t taken = out.tx_burst({room.data(), count});
    out.release({room.data() + taken, count - taken});
    sent += taken;
    if (taken == 0) break;
  }
  return sent;
}

// Until nothing comes any more.
inline contents receive(net::port& in, std::size_t burst = 32) {
  contents result;
  std::vector<net::frame> frames(burst);
  while (const std::size_t count = in.rx_burst(frames)) {
    for (std::size_t i = 0; i < count; ++i) result.emplace_back(frames[i].data, frames[i].data + frames[i].length);
    in.release(std::span{frames}.first(count));
  }
  return result;
}

}  // namespace pyhft::test
