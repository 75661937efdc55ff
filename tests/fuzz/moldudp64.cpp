// SPDX-License-Identifier: MIT
// Packets of MoldUDP64.
#include "pyhft/feed/moldudp64.hpp"

#include "receiver.hpp"

namespace {

namespace mold = pyhft::feed::moldudp64;

std::vector<std::byte> make_packet(std::uint32_t session, std::uint64_t sequence, std::uint16_t announced,
                                   const std::vector<std::span<const std::byte>>& blocks) {
  std::vector<std::byte> result(mold::header_bytes);
  mold::header head{{}, sequence, announced};
  head.session.text.fill(static_cast<char>('A' + session));
  head.store(result.data());
  for (const auto block : blocks) {
    result.resize(result.size() + 2);
    pyhft::store_big(result.data() + result.size() - 2, static_cast<std::uint16_t>(block.size()));
    result.insert(result.end(), block.begin(), block.end());
  }
  return result;
}

}  // namespace

void run_target(std::span<const std::byte> bytes) { pyhft::fuzz::receive_all<mold::receiver>(bytes, make_packet); }
