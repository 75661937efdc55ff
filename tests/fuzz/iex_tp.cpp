// SPDX-License-Identifier: MIT
// Packets of IEX-TP, of the message protocol of DEEP.
#include "pyhft/feed/iex_tp.hpp"

#include "receiver.hpp"

namespace {

namespace iex_tp = pyhft::feed::iex_tp;
using deep10 = iex_tp::transport<iex_tp::message_protocol::deep10>;

std::vector<std::byte> make_packet(std::uint32_t session, std::uint64_t sequence, std::uint16_t announced,
                                   const std::vector<std::span<const std::byte>>& blocks) {
  std::vector<std::byte> result(iex_tp::header_bytes);
  for (const auto block : blocks) {
    result.resize(result.size() + 2);
    pyhft::store_little(result.data() + result.size() - 2, static_cast<std::uint16_t>(block.size()));
    result.insert(result.end(), block.begin(), block.end());
  }
  result[0] = std::byte{iex_tp::known_version};
  pyhft::store_little(&result[2], static_cast<std::uint16_t>(iex_tp::message_protocol::deep10));
  pyhft::store_little(&result[8], session);
  pyhft::store_little(&result[12], static_cast<std::uint16_t>(result.size() - iex_tp::header_bytes));
  pyhft::store_little(&result[14], announced);
  // As if all messages before had three bytes: right often enough, and wrong as well.
  pyhft::store_little(&result[16], sequence * 5);
  pyhft::store_little(&result[24], sequence);
  return result;
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  pyhft::fuzz::receive_all<pyhft::feed::sequenced_receiver<deep10>>(bytes, make_packet);
}
