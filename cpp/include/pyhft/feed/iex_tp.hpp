// SPDX-License-Identifier: MIT
#pragma once

// IEX-TP: the session layer that carries DEEP and TOPS over UDP. A packet ("outbound segment") is a header of 40 bytes and
// as many blocks of a two-byte length and a message as it says, all integers little-endian:
//
//   0 version (1) | 1 reserved | 2 message protocol (0x8002 TOPS 1.5, 0x8003 TOPS 1.6, 0x8004 DEEP 1.0) | 4 channel
//   8 session | 12 bytes of payload (u16) | 14 messages (u16) | 16 stream offset of the first byte of payload (u64)
//   24 sequence number of the first message (u64) | 32 time of sending (ns since the epoch)
//
// A packet without messages is a heartbeat, and names the next number and offset. Both count from the beginning of a
// session, of which a channel has one a day; the transport marks no end, the feeds do ("end of messages"). What the
// receiver makes of sessions and numbers is in sequenced_receiver.hpp; a packet that begins with the expected number at
// another offset than the last one ended at is counted, and is a gap, but given out. Source: IEX, "IEX Transport
// Specification" (IEX-TP v1).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/feed/sequenced_receiver.hpp"

namespace pyhft::feed::iex_tp {

inline constexpr std::size_t header_bytes = 40;
inline constexpr std::uint8_t known_version = 1;

enum class message_protocol : std::uint16_t { none = 0, tops15 = 0x8002, tops16 = 0x8003, deep10 = 0x8004 };

struct session_name {
  std::uint8_t version{};
  message_protocol protocol{};
  std::uint32_t channel{};
  std::uint32_t session{};
  friend bool operator==(const session_name&, const session_name&) = default;

  std::string describe() const { return std::to_string(session); }
};

struct header {
  session_name session;
  std::uint16_t payload_bytes;
  std::uint16_t count;
  std::uint64_t offset;
  std::uint64_t sequence;
  nanoseconds sent;

  bool is_heartbeat() const noexcept { return count == 0; }
  static bool ends_session() noexcept { return false; }

  // Of at least header_bytes.
  static header load(const std::byte* at) noexcept {
    header result;
    result.session.version = std::to_integer<std::uint8_t>(at[0]);
    result.session.protocol = static_cast<message_protocol>(load_little<std::uint16_t>(at + 2));
    result.session.channel = load_little<std::uint32_t>(at + 4);
    result.session.session = load_little<std::uint32_t>(at + 8);
    result.payload_bytes = load_little<std::uint16_t>(at + 12);
    result.count = load_little<std::uint16_t>(at + 14);
    result.offset = load_little<std::uint64_t>(at + 16);
    result.sequence = load_little<std::uint64_t>(at + 24);
    result.sent = {static_cast<std::int64_t>(load_little<std::uint64_t>(at + 32))};
    return result;
  }
};

// Of a feed that goes by any of these message protocols.
template <message_protocol... Protocols>
struct transport {
  static constexpr const char* name = "iex_tp";
  static constexpr std::size_t header_bytes = iex_tp::header_bytes;
  using header = iex_tp::header;
  using session_name = iex_tp::session_name;

  // The offset in the stream at which the next packet begins, where it is known.
  struct position {
    std::uint64_t next{};
    bool known{};

    bool is_at(const header& head) const noexcept { return !known || next == head.offset; }
    void move_past(const header& head) noexcept {
      next = head.offset + head.payload_bytes;
      known = true;
    }
  };

  static std::size_t block_length(const std::byte* at) noexcept { return load_little<std::uint16_t>(at); }
  static std::size_t blocks_bytes(const header& head, std::size_t available) noexcept {
    return std::min<std::size_t>(head.payload_bytes, available);
  }

  // Where the last block ends, in bytes; 0 where the bytes don't have the form of a packet: the version, one of the
  // message protocols, and as many blocks and as many bytes as announced.
  static std::size_t end_of_blocks(std::span<const std::byte> packet) noexcept {
    if (packet.size() < header_bytes) return 0;
    const header head = header::load(packet.data());
    if (head.session.version != known_version || ((head.session.protocol != Protocols) && ...)) return 0;
    const std::size_t end = feed::end_of_blocks<transport>(packet, head.count);
    return end == header_bytes + head.payload_bytes ? end : 0;
  }
};

}  // namespace pyhft::feed::iex_tp
