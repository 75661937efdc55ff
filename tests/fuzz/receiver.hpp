// SPDX-License-Identifier: MIT
#pragma once

// Packets of a session layer, one after the other: what the receiver gives out is held against a slow reading of the
// same packets. An input is a list of packets; each is either there byte for byte, or said in a few bytes (which session,
// how far from the number expected, how many messages), so that sessions, gaps and resets are found quickly.

#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "pyhft/feed/sequenced_receiver.hpp"

namespace pyhft::fuzz {

// The whole blocks of a packet by the words of the specification, at most as many as announced.
template <class Transport>
std::vector<std::span<const std::byte>> slow_blocks(std::span<const std::byte> packet) {
  std::vector<std::span<const std::byte>> result;
  const auto head = Transport::header::load(packet.data());
  if (head.is_heartbeat() || head.ends_session()) return result;
  auto left = packet.subspan(Transport::header_bytes);
  left = left.first(Transport::blocks_bytes(head, left.size()));
  while (result.size() < head.count && left.size() >= 2) {
    const std::size_t length = Transport::block_length(left.data());
    if (length > left.size() - 2) break;
    result.push_back(left.subspan(2, length));
    left = left.subspan(2 + length);
  }
  return result;
}

template <class Receiver>
class receiver_check {
  using transport = Receiver::transport;
  using header = Receiver::header;
  using counters = feed::receiver_counters;
  using gap = feed::number_range;

 public:
  void receive(std::span<const std::byte> packet) {
    const counters before = receiver_.counters();
    given_.clear();
    gaps_.clear();
    beginnings_ = 0;
    if (packet.size() < transport::header_bytes) {
      receiver_.receive(packet, *this);
      check(receiver_.counters().short_packets == before.short_packets + 1, "what has no whole header is counted");
      check(given_.empty() && gaps_.empty() && beginnings_ == 0, "what has no whole header gives nothing");
      return;
    }
    const header head = header::load(packet.data());
    const bool was_known = find(head) != nullptr;
    const std::uint64_t expected = was_known ? find(head)->expected : head.sequence;
    const std::vector<gap> missing = was_known ? gaps_of(*find(head)) : std::vector<gap>{};
    receiver_.receive(packet, *this);
    const counters& after = receiver_.counters();
    check(after.packets == before.packets + 1, "a packet is counted");
    hold_against_blocks(head, slow_blocks<transport>(packet), before, expected, missing);
    check(std::accumulate(gaps_.begin(), gaps_.end(), std::uint64_t{0}) ==
              after.missing_messages - before.missing_messages,
          "the gaps that are told are those that are counted");
    check(gaps_.size() <= 1, "a packet has one gap at most");
    check(beginnings_ == after.session_changes + after.overlapping_sessions + after.sequence_resets -
                             before.session_changes - before.overlapping_sessions - before.sequence_resets,
          "every beginning of a session is told and counted");
    check_sessions();
  }

  // What a receiver tells.
  void on_message(std::span<const std::byte> message) {
    given_.push_back(message);
    if (!message.empty() && message[0] == std::byte{'C'} && message.size() == 1) receiver_.end_session();
  }
  void on_gap(std::uint64_t missing) {
    check(given_.empty(), "a gap is told before what lies behind it");
    gaps_.push_back(missing);
  }
  void on_new_session(bool) {
    check(given_.empty() && gaps_.empty(), "a session's beginning is told before all of it");
    ++beginnings_;
  }

  const Receiver::session* find(const header& head) const {
    for (const auto& one : receiver_.sessions()) {
      if (one.name == head.session) return &one;
    }
    return nullptr;
  }

 private:
  void hold_against_blocks(const header& head, const std::vector<std::span<const std::byte>>& blocks,
                           const counters& before, std::uint64_t expected, const std::vector<gap>& missing) {
    const counters& after = receiver_.counters();
    const std::uint64_t late = after.late_messages - before.late_messages;
    const std::uint64_t duplicates = after.duplicate_messages - before.duplicate_messages;
    const bool refused = after.foreign_packets + after.bad_sequences != before.foreign_packets + before.bad_sequences;
    check(given_.size() + late + duplicates == (refused ? 0 : blocks.size()),
          "every message is given out, late or a duplicate");
    // What is given out is the packet's last ones, in their order.
    const std::size_t first = blocks.size() - given_.size();
    for (std::size_t i = 0; i < given_.size(); ++i) {
      check(given_[i].data() == blocks[first + i].data() && given_[i].size() == blocks[first + i].size(),
            "a message is given out as it stands in its packet");
    }
    if (refused || head.sequence == 0) return;
    const auto* const here = find(head);
    check(here != nullptr, "a session is followed once a packet of it was taken");
    const bool again = after.sequence_resets != before.sequence_resets;
    if (!again) {
      check(here->expected >= expected, "the number expected never goes back but for a reset");
      hold_against_gaps(head, first, missing, gaps_of(*here), late);
    }
    if (given_.empty()) return;
    if (!again) check(head.sequence + first >= expected, "no number is given out twice");
    check(here->expected == head.sequence + blocks.size(), "the number expected is that behind the last message");
  }

  // What was not given out is late where it was missing, and isn't missing any more.
  void hold_against_gaps(const header& head, std::size_t old, const std::vector<gap>& before,
                         const std::vector<gap>& after, std::uint64_t late) const {
    std::uint64_t slow_late = 0;
    for (std::size_t i = 0; i < old; ++i) {
      const std::uint64_t number = head.sequence + i;
      slow_late += is_in(before, number);
      check(!is_in(after, number), "what came is missing no more");
    }
    // Each one can cut a gap in two, and for what has no room the oldest is forgotten.
    const bool all_remembered = before.size() + old < Receiver::max_gaps;
    check(all_remembered ? late == slow_late : late <= slow_late, "what was missing is late, all else a duplicate");
  }

  static std::vector<gap> gaps_of(const Receiver::session& of) { return {of.gaps.all().begin(), of.gaps.all().end()}; }
  static bool is_in(const std::vector<gap>& gaps, std::uint64_t number) {
    return std::ranges::any_of(gaps, [&](const gap& one) { return number >= one.first && number < one.end; });
  }

  void check_sessions() const {
    const auto sessions = receiver_.sessions();
    check(sessions.size() <= Receiver::max_sessions, "no more sessions are followed than there is room for");
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      const auto& one = sessions[i];
      check(one.joined_at <= one.expected, "a session is joined before the number expected");
      const std::span<const gap> gaps = one.gaps.all();
      check(gaps.size() <= Receiver::max_gaps, "no more gaps are remembered than there is room for");
      for (std::size_t at = 0; at < gaps.size(); ++at) {
        check(gaps[at].first < gaps[at].end && gaps[at].end <= one.expected, "a gap lies behind");
        check(gaps[at].first >= one.joined_at, "a gap lies within its session");
        for (std::size_t other = 0; other < at; ++other) {
          check(gaps[at].end <= gaps[other].first || gaps[at].first >= gaps[other].end, "gaps don't overlap");
        }
      }
      for (std::size_t other = 0; other < i; ++other) check(!(sessions[other].name == one.name), "a session once");
    }
  }

  Receiver receiver_;
  std::vector<std::span<const std::byte>> given_;
  std::vector<std::uint64_t> gaps_;
  std::uint64_t beginnings_{};
};

// How a packet said in a few bytes stands to what its session expects next.
inline std::uint64_t sequence_near(std::uint64_t expected, input& from) {
  switch (from.below(8)) {
    case 0:
      return expected + from.number();
    case 1:
      return expected - from.number();
    case 2:
      return 1;
    case 3:
      return from.number();
    case 4:
      return from.number<std::uint64_t>();
    default:
      return expected;
  }
}

// make(session, sequence, announced, blocks) writes a packet in the transport's form.
template <class Receiver, class Make>
void receive_all(std::span<const std::byte> bytes, Make&& make) {
  constexpr std::uint32_t names = 11;  // some more than are followed at once
  input from{bytes};
  receiver_check<Receiver> receiver;
  bool copied = false;
  while (!from.empty()) {
    const std::uint8_t kind = from.number();
    if (kind % 4 == 0) {
      exact_copy packet{from.piece()};
      receiver.receive(packet.bytes());
      continue;
    }
    const std::uint32_t session = from.below(names);
    const auto* const known = receiver.find(Receiver::header::load(make(session, 1, 0, {}).data()));
    const std::uint64_t sequence = sequence_near(known == nullptr ? 1 : known->expected, from);
    std::vector<std::span<const std::byte>> blocks;
    for (std::uint32_t left = from.below(6); left > 0; --left) blocks.push_back(from.bytes(from.below(4)));
    // Now and then another number is announced than there are, or the end of the session.
    const std::uint32_t announced = kind % 16 == 1   ? from.number<std::uint16_t>()
                                    : kind % 16 == 2 ? 0xFFFF
                                                     : static_cast<std::uint32_t>(blocks.size());
    auto made = make(session, sequence, static_cast<std::uint16_t>(announced), blocks);
    if (kind % 16 == 3) made.resize(made.size() - std::min<std::size_t>(from.below(8), made.size()));
    exact_copy packet{made};
    // A thousand copies in a row are a reset: once an input, for the time they take.
    const int times = kind == 0xFF && !copied ? 1'001 : 1;
    copied = copied || times > 1;
    for (int i = 0; i < times; ++i) receiver.receive(packet.bytes());
  }
}

}  // namespace pyhft::fuzz
