// SPDX-License-Identifier: MIT
// Datagrams of the raw format: each message of one, decoded and encoded again.
#include "pyhft/feed/raw.hpp"

#include "decoder.hpp"

namespace {

using namespace pyhft;
namespace raw = feed::raw;

struct encoding_visitor {
  std::span<const std::byte> message;
  void on(const raw::level_update& m) const {
    std::array<std::byte, raw::message_bytes> again;
    raw::encode(again.data(), m.symbol(), m.price(), static_cast<std::uint32_t>(m.quantity().shares), m.side(),
                m.timestamp());
    for (std::size_t i = 0; i < again.size(); ++i) {
      const bool blank = i < 8 && message[i] == std::byte{0} && again[i] == std::byte{' '};
      fuzz::check(again[i] == message[i] || blank, "what is encoded is what was decoded");
    }
  }
};

struct datagram_visitor {
  std::size_t given{};
  bool all_well_formed{true};
  void on_message(std::span<const std::byte> message) {
    given += message.size();
    const bool well_formed = fuzz::decode_and_cut<raw::protocol>(message);
    all_well_formed = all_well_formed && well_formed;
    if (well_formed) raw::decode(message, encoding_visitor{message});
  }
};

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  datagram_visitor visitor;
  raw::receiver::receive(bytes, visitor);
  fuzz::check(visitor.given == bytes.size(), "every byte of a datagram is given out");
  fuzz::check(raw::is_plausible(bytes) == (visitor.all_well_formed && !bytes.empty()),
              "a datagram is plausible where all its messages are well-formed");
}
