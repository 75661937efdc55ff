// SPDX-License-Identifier: MIT
#pragma once

// MoldUDP64: the session layer that carries ITCH over UDP. A packet is a session (10 characters), the sequence number
// of its first message, a count, and that many blocks of a two-byte length and a message; all integers big-endian. A
// count of 0 is a heartbeat, 0xFFFF the end of the session; both name the next sequence number. Source: NASDAQ,
// "MoldUDP64".
//
// receiver::receive() gives every message once and in order of its number: what was seen before is skipped and counted,
// a jump ahead is counted as a gap and reported before the message behind it. The first packet of a session says where
// that session is joined. Packets with sequence number 0, which no real session has (numbers start at 1), are given out
// without bookkeeping: captures whose session layer was blanked carry them. Up to max_sessions are followed side by
// side.
//
// Other traffic may come along. A session becomes known by a packet of the right form, and a number that lies further
// ahead than any loss could explain is refused without moving what is expected: one stray datagram must not silence a
// feed.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "pyhft/base/byte_order.hpp"

namespace pyhft::feed::moldudp64 {

inline constexpr std::size_t header_bytes = 20;
inline constexpr std::size_t session_bytes = 10;
inline constexpr std::uint16_t heartbeat_count = 0;
inline constexpr std::uint16_t end_of_session_count = 0xFFFF;

struct session_name {
  std::array<char, session_bytes> text{};
  friend bool operator==(const session_name&, const session_name&) = default;
};

struct header {
  session_name session;
  std::uint64_t sequence;
  std::uint16_t count;

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

// Where the last block ends, in bytes; 0 where the bytes don't have the form of a packet: a printable or blank session, and
// as many blocks as announced.
inline std::size_t end_of_blocks(std::span<const std::byte> packet) noexcept {
  if (packet.size() < header_bytes) return 0;
  const header head = header::load(packet.data());
  const bool named = std::all_of(head.session.text.begin(), head.session.text.end(),
                                 [](char c) { return c == '\0' || (c >= ' ' && c <= '~'); });
  if (!named) return 0;
  if (head.count == heartbeat_count || head.count == end_of_session_count) return header_bytes;
  std::size_t at = header_bytes;
  for (std::uint16_t i = 0; i < head.count; ++i) {
    if (packet.size() - at < 2) return 0;
    const std::size_t length = load_big<std::uint16_t>(&packet[at]);
    if (packet.size() - at < 2 + length) return 0;
    at += 2 + length;
  }
  return at;
}

// The form of a packet, to the last byte.
inline bool is_whole(std::span<const std::byte> packet) noexcept {
  return !packet.empty() && end_of_blocks(packet) == packet.size();
}

struct receiver_counters {
  std::uint64_t packets{};
  std::uint64_t heartbeats{};
  std::uint64_t ends_of_session{};
  std::uint64_t missing_messages{};
  std::uint64_t duplicate_messages{};
  std::uint64_t short_packets{};      // no whole header
  std::uint64_t truncated_packets{};  // fewer messages than announced
  std::uint64_t trailing_packets{};   // bytes behind the last message
  std::uint64_t foreign_packets{};    // of no known session, and not of the form of a packet
  std::uint64_t bad_sequences{};      // a number too far ahead
};

class receiver {
 public:
  static constexpr std::size_t max_sessions = 8;
  // Ten times the messages of the busiest days.
  static constexpr std::uint64_t max_jump = std::uint64_t{1} << 34;
  static constexpr std::uint64_t max_first_sequence = std::uint64_t{1} << 40;

  // visitor.on_message(span) for each new message, visitor.on_gap(missing) before the first one behind a gap.
  template <class Visitor>
  void receive(std::span<const std::byte> packet, Visitor&& visitor) noexcept {
    if (packet.size() < header_bytes) [[unlikely]] {
      ++counters_.short_packets;
      return;
    }
    ++counters_.packets;
    const header head = header::load(packet.data());
    std::uint64_t unsequenced = 0;
    std::uint64_t* known = head.sequence == 0 ? &unsequenced : find_session(head);
    if (known == nullptr) [[unlikely]] {
      if (end_of_blocks(packet) == 0 || head.sequence > max_first_sequence) {
        ++counters_.foreign_packets;
        return;
      }
      known = add_session(head);
    }
    std::uint64_t& expected = *known;
    if (head.sequence > expected) [[unlikely]] {
      if (head.sequence - expected > max_jump) {
        ++counters_.bad_sequences;
        return;
      }
      const std::uint64_t missing = head.sequence - expected;
      counters_.missing_messages += missing;
      expected = head.sequence;
      visitor.on_gap(missing);
    }
    if (head.count == heartbeat_count || head.count == end_of_session_count) [[unlikely]] {
      ++(head.count == heartbeat_count ? counters_.heartbeats : counters_.ends_of_session);
      return;
    }
    const std::byte* at = packet.data() + header_bytes;
    const std::byte* const end = packet.data() + packet.size();
    std::uint64_t sequence = head.sequence;
    for (std::uint16_t i = 0; i < head.count; ++i, ++sequence) {
      if (end - at < 2) [[unlikely]] {
        ++counters_.truncated_packets;
        return;
      }
      const std::size_t length = load_big<std::uint16_t>(at);
      if (static_cast<std::size_t>(end - at) < 2 + length) [[unlikely]] {
        ++counters_.truncated_packets;
        return;
      }
      const std::span<const std::byte> message{at + 2, length};
      at += 2 + length;
      if (sequence < expected) [[unlikely]] {
        ++counters_.duplicate_messages;
        continue;
      }
      expected = sequence + 1;
      visitor.on_message(message);
    }
    if (at != end) [[unlikely]]
      ++counters_.trailing_packets;
  }

  const receiver_counters& counters() const noexcept { return counters_; }

  struct session {
    session_name name;
    std::uint64_t joined_at{};
    std::uint64_t expected{};
  };
  // The sessions followed at this moment.
  std::span<const session> sessions() const noexcept { return {sessions_.data(), session_count_}; }

 private:
  std::uint64_t* find_session(const header& head) noexcept {
    if (session_count_ != 0 && sessions_[current_].name == head.session) [[likely]]
      return &sessions_[current_].expected;
    for (std::size_t i = 0; i < session_count_; ++i) {
      if (sessions_[i].name == head.session) return &sessions_[current_ = i].expected;
    }
    return nullptr;
  }

  std::uint64_t* add_session(const header& head) noexcept {
    // With all places taken the longest-known session makes room.
    if (session_count_ == max_sessions) {
      std::rotate(sessions_.begin(), sessions_.begin() + 1, sessions_.end());
      --session_count_;
    }
    current_ = session_count_++;
    sessions_[current_] = {head.session, head.sequence, head.sequence};
    return &sessions_[current_].expected;
  }

  std::array<session, max_sessions> sessions_{};
  std::size_t session_count_{};
  std::size_t current_{};
  receiver_counters counters_;
};

// Whether the bytes could be a packet of a feed whose messages `is_message` knows: it is whole, and one message at least
// is known. For finding a feed by its content; heartbeats prove nothing.
template <class IsMessage>
bool is_plausible(std::span<const std::byte> packet, IsMessage&& is_message) noexcept {
  if (!is_whole(packet) || packet.size() == header_bytes) return false;
  for (std::size_t at = header_bytes; at < packet.size();) {
    const std::size_t length = load_big<std::uint16_t>(&packet[at]);
    if (is_message(packet.subspan(at + 2, length))) return true;
    at += 2 + length;
  }
  return false;
}

}  // namespace pyhft::feed::moldudp64
