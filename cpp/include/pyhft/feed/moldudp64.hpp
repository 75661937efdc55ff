// SPDX-License-Identifier: MIT
#pragma once

// MoldUDP64: the session layer that carries ITCH over UDP. A packet is a session (10 characters), the sequence number
// of its first message, a count, and that many blocks of a two-byte length and a message; all integers big-endian. A
// count of 0 is a heartbeat, 0xFFFF the end of the session; both name the next sequence number. What the receiver makes
// of sessions and numbers is in sequenced_receiver.hpp. Messages that were lost are asked for by a header alone, which
// names the first of them and how many; the answer is an ordinary packet with as many as fit in it. Source: NASDAQ,
// "MoldUDP64".

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/feed/sequenced_receiver.hpp"

namespace pyhft::feed::moldudp64 {

inline constexpr std::size_t header_bytes = 20;
inline constexpr std::size_t session_bytes = 10;
inline constexpr std::uint16_t heartbeat_count = 0;
inline constexpr std::uint16_t end_of_session_count = 0xFFFF;

struct session_name {
  std::array<char, session_bytes> text{};
  friend bool operator==(const session_name&, const session_name&) = default;

  std::string describe() const { return {text.data(), text.size()}; }
};

struct header {
  session_name session;
  std::uint64_t sequence;
  std::uint16_t count;

  bool is_heartbeat() const noexcept { return count == heartbeat_count; }
  bool ends_session() const noexcept { return count == end_of_session_count; }

  // Of at least header_bytes.
  static header load(const std::byte* at) noexcept {
    header result;
    std::memcpy(result.session.text.data(), at, session_bytes);
    result.sequence = load_big<std::uint64_t>(at + 10);
    result.count = load_big<std::uint16_t>(at + 18);
    return result;
  }

  void store(std::byte* at) const noexcept {
    std::memcpy(at, session.text.data(), session_bytes);
    store_big(at + 10, sequence);
    store_big(at + 18, count);
  }
};

struct transport {
  static constexpr const char* name = "moldudp64";
  static constexpr std::size_t header_bytes = moldudp64::header_bytes;
  using header = moldudp64::header;
  using session_name = moldudp64::session_name;

  // The numbers of the messages are all that it has.
  struct position {
    static bool is_at(const header&) noexcept { return true; }
    static void move_past(const header&) noexcept {}
  };

  static std::size_t block_length(const std::byte* at) noexcept { return load_big<std::uint16_t>(at); }
  static std::size_t blocks_bytes(const header&, std::size_t available) noexcept { return available; }

  // header_bytes.
  static void store_request(std::byte* at, const session_name& session, std::uint64_t first,
                            std::uint16_t count) noexcept {
    header{session, first, count}.store(at);
  }

  // Where the last block ends, in bytes; 0 where the bytes don't have the form of a packet: a printable or blank
  // session, and as many blocks as announced.
  static std::size_t end_of_blocks(std::span<const std::byte> packet) noexcept {
    if (packet.size() < header_bytes) return 0;
    const header head = header::load(packet.data());
    const bool named = std::all_of(head.session.text.begin(), head.session.text.end(),
                                   [](char c) { return c == '\0' || (c >= ' ' && c <= '~'); });
    if (!named) return 0;
    if (head.is_heartbeat() || head.ends_session()) return header_bytes;
    return feed::end_of_blocks<transport>(packet, head.count);
  }
};

using receiver = sequenced_receiver<transport>;

inline bool is_whole(std::span<const std::byte> packet) noexcept { return is_whole_packet<transport>(packet); }

template <class IsMessage>
bool is_plausible(std::span<const std::byte> packet, IsMessage&& is_message) noexcept {
  return is_plausible_packet<transport>(packet, is_message);
}

}  // namespace pyhft::feed::moldudp64
