// SPDX-License-Identifier: MIT
#pragma once

// What bench_book measures with: generated streams of ITCH 5.0 in memory, and what any implementation has to offer. A
// peer that can't be included beside others stands in a file of its own and comes in through book_peer.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/sim/synthetic_day.hpp"

namespace pyhft::bench {

using message = std::span<const std::byte>;

// Messages one after the other, with a big-endian length of two bytes before each.
class message_stream {
 public:
  explicit message_stream(std::span<const std::byte> framed) : memory_(framed.size()), bytes_(framed.size()) {
    std::memcpy(memory_.data(), framed.data(), framed.size());
    for_each([this](message) { ++messages_; });
  }

  std::uint64_t messages() const noexcept { return messages_; }
  std::span<const std::byte> bytes() const noexcept { return {memory_.data(), bytes_}; }

  // Whole messages of about so many bytes from the middle.
  message_stream piece(std::size_t about) const {
    const std::byte* at = memory_.data();
    const std::byte* const end = at + bytes_;
    while (at < end && static_cast<std::size_t>(at - memory_.data()) < bytes_ / 2) at = next(at);
    const std::byte* const first = at;
    while (at < end && static_cast<std::size_t>(at - first) < about) at = next(at);
    return message_stream({first, at});
  }

  template <class Take>
  void for_each(Take&& take, std::uint64_t most = ~std::uint64_t{0}) const {
    const std::byte* at = memory_.data();
    const std::byte* const end = at + bytes_;
    std::size_t length = at < end ? load_big<std::uint16_t>(at) : 0;
    for (; at < end && most > 0; --most) {
      const std::byte* const next = at + 2 + length;
      const std::size_t next_length = next < end ? load_big<std::uint16_t>(next) : 0;
      take(message{at + 2, length});
      at = next;
      length = next_length;
    }
  }

 private:
  static const std::byte* next(const std::byte* at) noexcept { return at + 2 + load_big<std::uint16_t>(at); }

  memory::page_block memory_;
  std::size_t bytes_;
  std::uint64_t messages_{};
};

inline message_stream generated(std::uint64_t messages, std::uint32_t symbols) {
  std::vector<std::byte> framed;
  framed.reserve(messages * 36);
  sim::synthetic_day day({.seed = 1, .messages = messages, .symbols = symbols});
  for (sim::synthetic_packet packet; day.next(packet);) {
    // The blocks of a packet are framed as a file is. Heartbeats have none.
    const auto blocks = net::find_udp(packet.frame).payload.subspan(feed::moldudp64::header_bytes);
    framed.insert(framed.end(), blocks.begin(), blocks.end());
  }
  return message_stream(framed);
}

class book_peer {
 public:
  virtual ~book_peer() = default;
  virtual void on(message one) = 0;
  virtual void update(const message_stream& stream) = 0;
  virtual book::best_quote best(std::uint16_t locate) = 0;
};

#if defined(PYHFT_WITH_CHARLES_COOPER)
std::unique_ptr<book_peer> make_charles_cooper();
std::uint64_t decode_charles_cooper(const message_stream& stream);
#endif

#if defined(PYHFT_WITH_ITCHCPP)
std::unique_ptr<book_peer> make_itchcpp();
#endif

}  // namespace pyhft::bench
