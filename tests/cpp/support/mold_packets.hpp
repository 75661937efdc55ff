// SPDX-License-Identifier: MIT
#pragma once

// Packets of MoldUDP64 as the specification has them: a session of ten characters, the number of the first message, how
// many there are, and each behind its length.

#include <cstdint>
#include <string_view>
#include <vector>

#include "net/wire.hpp"

namespace pyhft::test {

inline wire mold_head(std::string_view session, std::uint64_t sequence, std::uint64_t count) {
  return wire{}.text(session, 10).big(sequence, 8).big(count, 2);
}
inline wire mold_end(std::string_view session, std::uint64_t next) { return mold_head(session, next, 0xFFFF); }

inline wire mold_packet(std::string_view session, std::uint64_t sequence, const std::vector<wire>& messages) {
  wire result = mold_head(session, sequence, messages.size());
  for (const wire& each : messages) result.big(each.size(), 2).append(each);
  return result;
}

// A message says its own number, so that what comes out shows what went in.
inline wire numbered_packet(std::string_view session, std::uint64_t sequence, unsigned count) {
  wire result = mold_head(session, sequence, count);
  for (unsigned i = 0; i < count; ++i) result.big(8, 2).big(sequence + i, 8);
  return result;
}

}  // namespace pyhft::test
