// SPDX-License-Identifier: MIT
#pragma once

// The sequence of a session layer over UDP: every message once and in the order of its number. What was seen before is
// skipped and counted, a jump ahead is counted as a gap and reported before the message behind it. The first packet of a
// session says where that session is joined. Up to max_sessions are followed side by side, each with numbers of its
// own. `Transport` says how the packets look: moldudp64.hpp and iex_tp.hpp. One thread; nothing is allocated.
//
// A number below the next one is late where it lies in a gap that is remembered (the last max_gaps of a session), and a
// duplicate elsewhere. Neither is given out: a book can't take a message after those that came behind it.
//
// A session ends by its transport's packet, or where the feed has a last message and its reader says end_session().
// When a session begins and all before it have ended, what they said is of the past: on_new_session(true). When one
// begins beside another that goes on, their messages meet in the same books: on_new_session(false). Either is told
// before its first message or gap; heartbeats alone begin nothing, and a session of which nothing else came is not waited
// for by another.
//
// A session begins again under its own name when, after its end, message 1 comes: that is a sequence reset, told as a
// new session. One that goes back without an end can't be told from copies, until as many as max_copies packets in a
// row, from message 1 on, have brought nothing new: then it is followed from there, and what went before is a gap.
//
// Other traffic may come along. A session becomes known by a packet of the right form, and a number that lies further
// ahead than any loss could explain is refused without moving what is expected: one stray datagram must not silence a
// feed. Packets with sequence number 0, which no real session has (numbers start at 1), are given out without
// bookkeeping: captures whose session layer was blanked carry them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "pyhft/feed/number_track.hpp"

namespace pyhft::feed {

struct receiver_counters {
  std::uint64_t packets{};
  std::uint64_t heartbeats{};
  std::uint64_t ends_of_session{};
  std::uint64_t missing_messages{};  // the late ones too
  std::uint64_t late_messages{};     // came after all, when their place was gone
  std::uint64_t duplicate_messages{};
  std::uint64_t session_changes{};       // a session after the end of all before it
  std::uint64_t overlapping_sessions{};  // one beside another that had not ended
  std::uint64_t sequence_resets{};       // one that began again under its own name
  std::uint64_t short_packets{};         // no whole header
  std::uint64_t truncated_packets{};     // fewer messages than announced
  std::uint64_t trailing_packets{};      // bytes behind the last message
  std::uint64_t foreign_packets{};       // of no known session, and not of the form of a packet
  std::uint64_t bad_sequences{};         // a number too far ahead
  std::uint64_t bad_offsets{};           // the number expected, at another place in the stream of bytes
};

// How many of `count` blocks of a two-byte length and a message are there, and where the last of these ends, in bytes from
// the start of the packet.
struct blocks_found {
  std::uint16_t count{};
  std::size_t end{};
};
template <class Transport>
blocks_found find_blocks(std::span<const std::byte> packet, std::uint16_t count) noexcept {
  blocks_found found{0, Transport::header_bytes};
  for (; found.count < count; ++found.count) {
    if (packet.size() - found.end < 2) break;
    const std::size_t length = Transport::block_length(&packet[found.end]);
    if (packet.size() - found.end < 2 + length) break;
    found.end += 2 + length;
  }
  return found;
}

// Where the last of them ends; 0 where they don't all fit.
template <class Transport>
std::size_t end_of_blocks(std::span<const std::byte> packet, std::uint16_t count) noexcept {
  const blocks_found found = find_blocks<Transport>(packet, count);
  return found.count == count ? found.end : 0;
}

template <class Transport>
class sequenced_receiver {
 public:
  using transport = Transport;
  using header = Transport::header;
  using session_name = Transport::session_name;

  static constexpr std::size_t max_sessions = 8;
  static constexpr std::size_t max_gaps = 16;
  static constexpr std::uint32_t max_copies = 1'000;
  // Ten times the messages of the busiest days.
  static constexpr std::uint64_t max_jump = std::uint64_t{1} << 34;
  static constexpr std::uint64_t max_first_sequence = std::uint64_t{1} << 40;

  struct session {
    session_name name;
    std::uint64_t joined_at{};
    std::uint64_t expected{};
    bool ended{};
    bool unannounced{true};  // only heartbeats so far
    Transport::position position{};

    gap_list<max_gaps> gaps{};  // what is missing

    // Packets in a row from message 1 on that brought nothing new, where the next begins, and what was expected then.
    std::uint32_t copies{};
    std::uint64_t copies_end{};
    std::uint64_t copies_expected{};
  };

  // visitor.on_message(span) for each new message; visitor.on_gap(missing) before the first one behind a gap, with 0
  // where only the stream of bytes has one; visitor.on_new_session(clean), where it has that.
  template <class Visitor>
  void receive(std::span<const std::byte> packet, Visitor&& visitor) noexcept {
    if (packet.size() < Transport::header_bytes) [[unlikely]] {
      ++counters_.short_packets;
      return;
    }
    ++counters_.packets;
    const header head = header::load(packet.data());
    numbered_ = head.sequence != 0;
    session* here = numbered_ ? find_session(head.session) : &(blank_ = {.name = {}, .unannounced = false});
    if (here == nullptr) [[unlikely]] {
      here = begin_session(head, packet);
      if (here == nullptr) return;
    }
    if (head.sequence != here->expected || here->ended || here->unannounced) [[unlikely]] {
      if (!find_place(*here, head, packet, visitor)) return;
    } else if (!here->position.is_at(head)) [[unlikely]] {
      ++counters_.bad_offsets;
      here->position = {};
      visitor.on_gap(0);
    }
    take_blocks(*here, head, packet, visitor);
  }

  // The message being given out was the last of its session.
  void end_session() noexcept {
    if (numbered_ && session_count_ != 0) sessions_[current_].ended = true;
  }

  // The number expected in the session that is being read, already while its message, gap or beginning is told: one more
  // than the message's own. 0 without numbers.
  std::uint64_t next_number() const noexcept {
    return numbered_ && session_count_ != 0 ? sessions_[current_].expected : 0;
  }

  // For those who sort packets before they give them to this receiver (line_arbiter.hpp). A session that isn't known is
  // null; one that becomes known without a packet begins with message `sequence`.
  // Fewer messages than announced are those of a packet that was cut off.
  static std::uint64_t whole_messages(const header& head, std::span<const std::byte> packet) noexcept {
    if (!has_messages(head)) return 0;
    const std::size_t bytes = Transport::blocks_bytes(head, packet.size() - Transport::header_bytes);
    return find_blocks<Transport>(packet.first(Transport::header_bytes + bytes), head.count).count;
  }
  const session* find(const session_name& name) const noexcept {
    for (const session& one : sessions()) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }
  session& join(const session_name& name, std::uint64_t sequence) noexcept {
    // With all places taken the longest-known session makes room.
    if (session_count_ == max_sessions) {
      std::move(sessions_.begin() + 1, sessions_.end(), sessions_.begin());
      --session_count_;
    }
    current_ = session_count_++;
    return sessions_[current_] = {.name = name, .joined_at = sequence, .expected = sequence};
  }
  // A packet of old messages that says nothing of a session that began again: they are counted, and that is all.
  void pass_over(const session_name& name, number_range numbers) noexcept {
    ++counters_.packets;
    if (session* here = find_session(name)) count_old(*here, numbers);
  }
  bool others_ended(const session* but) const noexcept {
    return std::ranges::all_of(sessions(),
                               [&](const session& one) { return &one == but || one.ended || one.unannounced; });
  }

  const receiver_counters& counters() const noexcept { return counters_; }
  // The sessions followed at this moment.
  std::span<const session> sessions() const noexcept { return {sessions_.data(), session_count_}; }

 private:
  static bool has_messages(const header& head) noexcept { return !head.is_heartbeat() && !head.ends_session(); }

  template <class Visitor>
  void take_blocks(session& here, const header& head, std::span<const std::byte> packet, Visitor& visitor) noexcept {
    if (!has_messages(head)) [[unlikely]] {
      if (head.is_heartbeat()) {
        ++counters_.heartbeats;
      } else {
        ++counters_.ends_of_session;
        here.ended |= head.sequence == here.expected;  // one from before is of no use
      }
      return;
    }
    const std::byte* at = packet.data() + Transport::header_bytes;
    const std::byte* const end = at + Transport::blocks_bytes(head, packet.size() - Transport::header_bytes);
    std::uint64_t sequence = head.sequence;
    for (std::uint16_t i = 0; i < head.count; ++i, ++sequence) {
      if (end - at < 2) [[unlikely]] {
        ++counters_.truncated_packets;
        return;
      }
      const std::size_t length = Transport::block_length(at);
      if (static_cast<std::size_t>(end - at) < 2 + length) [[unlikely]] {
        ++counters_.truncated_packets;
        return;
      }
      const std::span<const std::byte> message{at + 2, length};
      at += 2 + length;
      if (sequence < here.expected) [[unlikely]] {
        count_old(here, {sequence, sequence + 1});
        continue;
      }
      here.expected = sequence + 1;
      visitor.on_message(message);
    }
    if (sequence == here.expected) here.position.move_past(head);
    if (at != packet.data() + packet.size()) [[unlikely]]
      ++counters_.trailing_packets;
  }

  // For a packet that doesn't begin with the message expected, comes after the end of its session, or could be the first
  // with messages of a new one. False: refused.
  template <class Visitor>
  bool find_place(session& here, const header& head, std::span<const std::byte> packet, Visitor& visitor) noexcept {
    const bool is_old = head.sequence < here.expected;
    if (is_old && !has_messages(head)) return true;  // proves nothing
    if (is_old && head.sequence == 1 && here.ended) {
      begin_again(here, visitor);
      return true;
    }
    const bool brings_new = head.sequence + whole_messages(head, packet) > here.expected;
    if (is_old && !brings_new) {
      count_copy(here, head);
      if (here.copies < max_copies) return true;
      begin_again(here, visitor);
    }
    const bool is_ahead = head.sequence > here.expected;
    if (is_ahead && head.sequence - here.expected > max_jump) {
      ++counters_.bad_sequences;
      return false;
    }
    // Before its gaps are told, too: they are those of the books that it begins with.
    if (here.unannounced && (is_ahead || brings_new)) announce(here, visitor);
    if (is_ahead) {
      const std::uint64_t missing = head.sequence - here.expected;
      counters_.missing_messages += missing;
      here.gaps.remember({here.expected, head.sequence});
      here.expected = head.sequence;
      here.position = {};
      visitor.on_gap(missing);
    }
    here.copies = 0;
    if (brings_new) here.ended = false;
    return true;
  }

  static void count_copy(session& here, const header& head) noexcept {
    const bool follows = here.copies != 0 && head.sequence == here.copies_end && here.copies_expected == here.expected;
    here.copies = follows ? here.copies + 1 : head.sequence == 1 ? 1 : 0;
    here.copies_end = head.sequence + head.count;
    here.copies_expected = here.expected;
  }

  template <class Visitor>
  void begin_again(session& here, Visitor& visitor) noexcept {
    ++counters_.sequence_resets;
    here = {.name = here.name, .joined_at = 1, .expected = 1, .unannounced = false};
    tell_new_session(others_ended(&here), visitor);
  }

  void count_old(session& here, number_range numbers) noexcept {
    const std::uint64_t late = here.gaps.take(numbers);
    counters_.late_messages += late;
    counters_.duplicate_messages += numbers.end - numbers.first - late;
  }

  session* find_session(const session_name& name) noexcept {
    if (session_count_ != 0 && sessions_[current_].name == name) [[likely]]
      return &sessions_[current_];
    for (std::size_t i = 0; i < session_count_; ++i) {
      if (sessions_[i].name == name) return &sessions_[current_ = i];
    }
    return nullptr;
  }

  session* begin_session(const header& head, std::span<const std::byte> packet) noexcept {
    if (Transport::end_of_blocks(packet) == 0 || head.sequence > max_first_sequence) {
      ++counters_.foreign_packets;
      return nullptr;
    }
    return &join(head.session, head.sequence);
  }

  template <class Visitor>
  void announce(session& here, Visitor& visitor) noexcept {
    here.unannounced = false;
    if (!std::exchange(any_announced_, true)) return;  // there is nothing that it could follow
    const bool clean = others_ended(&here);
    ++(clean ? counters_.session_changes : counters_.overlapping_sessions);
    tell_new_session(clean, visitor);
  }

  template <class Visitor>
  static void tell_new_session(bool clean, Visitor& visitor) noexcept {
    if constexpr (requires { visitor.on_new_session(clean); }) visitor.on_new_session(clean);
  }

  std::array<session, max_sessions> sessions_{};
  std::size_t session_count_{};
  std::size_t current_{};
  bool numbered_{};  // what is being given out is of a session
  bool any_announced_{};
  session blank_;  // of packets without numbers, for one packet
  receiver_counters counters_;
};

// The form of a packet, to the last byte.
template <class Transport>
bool is_whole_packet(std::span<const std::byte> packet) noexcept {
  return !packet.empty() && Transport::end_of_blocks(packet) == packet.size();
}

// Whether the bytes could be a packet of a feed whose messages `is_message` knows: it is whole, and one message at least
// is known. For finding a feed by its content; heartbeats prove nothing.
template <class Transport, class IsMessage>
bool is_plausible_packet(std::span<const std::byte> packet, IsMessage&& is_message) noexcept {
  if (!is_whole_packet<Transport>(packet) || packet.size() == Transport::header_bytes) return false;
  for (std::size_t at = Transport::header_bytes; at < packet.size();) {
    const std::size_t length = Transport::block_length(&packet[at]);
    if (is_message(packet.subspan(at + 2, length))) return true;
    at += 2 + length;
  }
  return false;
}

}  // namespace pyhft::feed
