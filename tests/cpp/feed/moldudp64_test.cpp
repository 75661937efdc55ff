// SPDX-License-Identifier: MIT
#include "pyhft/feed/moldudp64.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "net/guarded_bytes.hpp"
#include "net/wire.hpp"
#include "support/allocation_counter.hpp"
#include "support/mold_packets.hpp"

namespace pyhft::feed::moldudp64 {
namespace {

using test::guarded_bytes;
using test::mold_end;
using test::mold_head;
using test::numbered_packet;
using test::wire;

struct recorder {
  std::vector<std::uint64_t>
      events;  // the numbers of messages; gaps as 1'000'000 + missing; sessions as 2'000'000, and 1
  void on_message(std::span<const std::byte> message) {
    std::uint64_t number = 0;
    for (const std::byte each : message) number = number << 8 | std::to_integer<std::uint64_t>(each);
    events.push_back(number);
  }
  void on_gap(std::uint64_t missing) { events.push_back(1'000'000 + missing); }
  void on_new_session(bool clean) { events.push_back(2'000'000 + clean); }
};

using numbers = std::vector<std::uint64_t>;

TEST(moldudp64, the_first_packet_of_a_session_says_where_it_is_joined) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 500, 3), to);
  from.receive(numbered_packet("S1", 503, 2), to);
  EXPECT_EQ(to.events, (numbers{500, 501, 502, 503, 504}));
  ASSERT_EQ(from.sessions().size(), 1u);
  EXPECT_EQ(from.sessions()[0].joined_at, 500u);
  EXPECT_EQ(from.sessions()[0].expected, 505u);
  EXPECT_EQ(from.counters().missing_messages, 0u);
  EXPECT_EQ(from.counters().packets, 2u);
}

TEST(moldudp64, a_jump_ahead_is_a_gap_told_before_the_message_behind_it) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 1, 2), to);
  from.receive(numbered_packet("S1", 10, 2), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 1'000'007, 10, 11}));
  EXPECT_EQ(from.counters().missing_messages, 7u);
}

TEST(moldudp64, duplicates_and_overlaps_give_every_message_once) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 1, 5), to);
  from.receive(numbered_packet("S1", 1, 5), to);  // the same again
  from.receive(numbered_packet("S1", 3, 6), to);  // its first three are known
  from.receive(numbered_packet("S1", 2, 2), to);  // late
  from.receive(numbered_packet("S1", 9, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(from.counters().duplicate_messages, 5u + 3 + 2);
  EXPECT_EQ(from.counters().missing_messages, 0u);
}

TEST(moldudp64, what_comes_late_behind_a_gap_is_not_given_out_of_order) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 1, 1), to);
  from.receive(numbered_packet("S1", 3, 1), to);
  from.receive(numbered_packet("S1", 2, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 1'000'001, 3}));
  EXPECT_EQ(from.counters().late_messages, 1u);
  EXPECT_EQ(from.counters().duplicate_messages, 0u);
}

TEST(moldudp64, a_late_message_is_late_once_and_a_duplicate_after_that) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 1, 1), to);
  from.receive(numbered_packet("S1", 10, 1), to);  // 2 to 9 are missing
  from.receive(numbered_packet("S1", 5, 1), to);   // in the middle
  from.receive(numbered_packet("S1", 2, 2), to);   // at the beginning
  from.receive(numbered_packet("S1", 8, 3), to);   // at the end, and one more
  from.receive(numbered_packet("S1", 1, 10), to);  // all of it again: 4, 6 and 7 are new
  from.receive(numbered_packet("S1", 1, 11), to);
  EXPECT_EQ(to.events, (numbers{1, 1'000'008, 10, 11}));
  EXPECT_EQ(from.counters().missing_messages, 8u);
  EXPECT_EQ(from.counters().late_messages, 1u + 2 + 2 + 3);
  EXPECT_EQ(from.counters().duplicate_messages, 1u + 7 + 10);
  EXPECT_EQ(from.sessions()[0].gaps.size(), 0u);
}

TEST(moldudp64, the_oldest_gap_is_forgotten_where_there_are_more_than_are_remembered) {
  receiver from;
  recorder to;
  const std::uint64_t gaps = receiver::max_gaps + 2;
  for (std::uint64_t i = 0; i <= gaps; ++i)
    from.receive(numbered_packet("S1", 1 + 2 * i, 1), to);  // 2, 4, ... are missing
  for (std::uint64_t i = 0; i < gaps; ++i) from.receive(numbered_packet("S1", 2 + 2 * i, 1), to);
  EXPECT_EQ(from.counters().missing_messages, gaps);
  EXPECT_EQ(from.counters().late_messages, receiver::max_gaps);
  EXPECT_EQ(from.counters().duplicate_messages, 2u);
}

TEST(moldudp64, heartbeats_and_the_end_of_the_session_carry_the_next_number_and_show_gaps) {
  receiver from;
  recorder to;
  from.receive(mold_head("S1", 7, 0), to);
  from.receive(numbered_packet("S1", 7, 1), to);
  from.receive(mold_head("S1", 8, 0), to);
  from.receive(mold_head("S1", 3, 0), to);  // an old one proves nothing
  from.receive(numbered_packet("S1", 8, 1), to);
  from.receive(mold_head("S1", 12, 0), to);
  from.receive(numbered_packet("S1", 12, 1), to);
  from.receive(mold_head("S1", 15, 0xFFFF), to);
  from.receive(mold_head("S1", 15, 0xFFFF), to);
  EXPECT_EQ(to.events, (numbers{7, 8, 1'000'003, 12, 1'000'002}));
  EXPECT_EQ(from.counters().heartbeats, 4u);
  EXPECT_EQ(from.counters().ends_of_session, 2u);
  EXPECT_EQ(from.counters().missing_messages, 5u);
  EXPECT_EQ(from.counters().duplicate_messages, 0u);
}

TEST(moldudp64, packets_with_number_zero_are_given_out_without_bookkeeping) {
  receiver from;
  recorder to;
  for (int i = 0; i < 3; ++i) from.receive(numbered_packet("", 0, 2), to);
  EXPECT_EQ(to.events, (numbers{0, 1, 0, 1, 0, 1}));
  EXPECT_TRUE(from.sessions().empty());
  EXPECT_EQ(from.counters().missing_messages + from.counters().duplicate_messages, 0u);
}

TEST(moldudp64, sessions_are_followed_side_by_side) {
  receiver from;
  recorder to;
  for (std::uint64_t round = 0; round < 3; ++round) {
    from.receive(numbered_packet("A", 1 + 2 * round, 2), to);
    from.receive(numbered_packet("B", 100 + round, 1), to);
  }
  EXPECT_EQ(to.events, (numbers{1, 2, 2'000'000, 100, 3, 4, 101, 5, 6, 102}));
  EXPECT_EQ(from.counters().overlapping_sessions, 1u);
  EXPECT_EQ(from.counters().missing_messages + from.counters().duplicate_messages, 0u);
}

TEST(moldudp64, with_all_places_taken_the_session_known_longest_makes_room) {
  receiver from;
  recorder to;
  const auto name = [](unsigned i) { return std::string{"SESSION"}.append(std::to_string(i)); };
  for (unsigned i = 0; i < receiver::max_sessions; ++i) from.receive(numbered_packet(name(i), 1, 1), to);
  from.receive(numbered_packet(name(3), 2, 1), to);
  from.receive(numbered_packet("NEW", 50, 1), to);  // takes the place of the first
  ASSERT_EQ(from.sessions().size(), receiver::max_sessions);
  EXPECT_EQ(from.sessions().back().joined_at, 50u);
  to.events.clear();
  for (unsigned i = 1; i < receiver::max_sessions; ++i) from.receive(numbered_packet(name(i), i == 3 ? 3 : 2, 1), to);
  from.receive(numbered_packet("NEW", 51, 1), to);
  EXPECT_EQ(from.counters().missing_messages + from.counters().duplicate_messages, 0u);
  from.receive(numbered_packet(name(0), 900, 1), to);  // joined anew, so no gap
  EXPECT_EQ(from.counters().missing_messages, 0u);
  EXPECT_EQ(to.events.size(), 9u + 1);
}

TEST(moldudp64, a_session_that_begins_when_all_before_it_have_ended_is_a_change) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("A", 1, 2), to);
  from.receive(numbered_packet("B", 7, 1), to);  // beside A
  from.receive(mold_head("A", 3, 0xFFFF), to);
  from.receive(numbered_packet("C", 1, 1), to);  // B goes on
  from.receive(mold_head("B", 8, 0xFFFF), to);
  from.receive(mold_head("C", 2, 0xFFFF), to);
  from.receive(numbered_packet("D", 50, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 2'000'000, 7, 2'000'000, 1, 2'000'001, 50}));
  EXPECT_EQ(from.counters().session_changes, 1u);
  EXPECT_EQ(from.counters().overlapping_sessions, 2u);
  EXPECT_EQ(from.sessions().back().joined_at, 50u);
  EXPECT_FALSE(from.sessions().back().ended);
}

TEST(moldudp64, a_session_is_new_with_its_first_message_and_not_with_its_heartbeats) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("A", 1, 2), to);
  from.receive(mold_head("B", 1, 0), to);  // while A goes on: another feed's, or the next day's before its time
  from.receive(numbered_packet("A", 3, 1), to);
  from.receive(mold_head("B", 1, 0), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 3}));
  from.receive(mold_head("A", 4, 0xFFFF), to);
  from.receive(mold_head("B", 3, 0), to);  // the first two were missed
  from.receive(numbered_packet("B", 3, 1), to);
  from.receive(numbered_packet("B", 4, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 3, 2'000'001, 1'000'002, 3, 4}));
  EXPECT_EQ(from.counters().session_changes, 1u);
  EXPECT_EQ(from.counters().overlapping_sessions, 0u);
}

TEST(moldudp64, a_session_is_new_with_a_packet_of_which_only_the_end_is_new) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("A", 1, 2), to);
  from.receive(mold_head("B", 5, 0), to);
  from.receive(numbered_packet("B", 3, 2), to);  // nothing new
  EXPECT_EQ(to.events, (numbers{1, 2}));
  from.receive(numbered_packet("B", 3, 4), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 2'000'000, 5, 6}));
  EXPECT_EQ(from.counters().duplicate_messages, 2u + 2);
}

TEST(moldudp64, a_session_that_goes_on_after_its_end_has_not_ended) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("A", 1, 1), to);
  from.receive(mold_head("A", 2, 0xFFFF), to);
  from.receive(mold_head("A", 2, 0), to);
  EXPECT_TRUE(from.sessions()[0].ended);
  from.receive(numbered_packet("A", 2, 1), to);
  EXPECT_FALSE(from.sessions()[0].ended);
  from.receive(numbered_packet("B", 1, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 2'000'000, 1}));
}

TEST(moldudp64, the_end_of_a_session_is_told_many_times_and_what_comes_behind_it_is_old) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("A", 1, 5), to);
  from.receive(mold_end("A", 4), to);  // that of an earlier time
  EXPECT_FALSE(from.sessions()[0].ended);
  for (int i = 0; i < 3; ++i) from.receive(mold_end("A", 6), to);
  from.receive(numbered_packet("A", 4, 2), to);
  wire cut =
      mold_head("A", 5, 50).append(numbered_packet("A", 5, 1).bytes);  // one block, not 50, and that a broken one
  from.receive(cut, to);
  EXPECT_TRUE(from.sessions()[0].ended);
  EXPECT_EQ(from.counters().ends_of_session, 4u);
  EXPECT_EQ(from.counters().duplicate_messages, 2u);
  EXPECT_EQ(from.counters().truncated_packets, 1u);
  from.receive(numbered_packet("B", 1, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 3, 4, 5, 2'000'001, 1}));
}

TEST(moldudp64, heartbeats_of_another_session_are_no_session_to_stand_beside) {
  receiver from;
  recorder to;
  from.receive(mold_head("YESTERDAY", 500, 0), to);
  from.receive(numbered_packet("TODAY", 1, 2), to);
  from.receive(mold_head("YESTERDAY", 500, 0), to);
  from.receive(numbered_packet("TODAY", 3, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 3}));
  EXPECT_EQ(from.counters().session_changes + from.counters().overlapping_sessions, 0u);
  from.receive(numbered_packet("YESTERDAY", 500, 1), to);  // it goes on after all
  EXPECT_EQ(to.events, (numbers{1, 2, 3, 2'000'000, 500}));
}

TEST(moldudp64, messages_that_are_announced_and_not_there_are_a_gap_before_the_next_ones) {
  receiver from;
  recorder to;
  from.receive(mold_head("A", 1, 3).big(8, 2).big(1, 8).big(8, 2).big(2, 8).big(8, 2).big(3, 8), to);
  from.receive(mold_head("A", 4, 10).big(8, 2).big(4, 8), to);
  EXPECT_EQ(from.sessions()[0].expected, 5u);
  from.receive(numbered_packet("A", 14, 1), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 3, 4, 1'000'009, 14}));
}

TEST(moldudp64, numbers_at_the_end_of_all_numbers_move_nothing) {
  receiver from;
  recorder to;
  for (const std::uint64_t number : {~std::uint64_t{0}, ~std::uint64_t{0} - 1}) {
    for (const bool known : {false, true}) {
      if (known) from.receive(numbered_packet("A", 1, 1), to);
      for (const unsigned count : {0u, 0xFFFFu, 2u}) {
        from.receive(count == 2 ? numbered_packet("A", number, 2) : mold_head("A", number, count), to);
      }
    }
  }
  EXPECT_EQ(to.events, (numbers{1}));
  EXPECT_EQ(from.sessions()[0].expected, 2u);
  EXPECT_FALSE(from.sessions()[0].ended);
  EXPECT_EQ(from.counters().foreign_packets, 3u);
  EXPECT_EQ(from.counters().bad_sequences, 9u);
}

TEST(moldudp64, message_one_after_the_end_begins_the_session_again) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("A", 1, 3), to);
  from.receive(mold_head("A", 6, 0xFFFF), to);   // 4 and 5 are missing
  from.receive(mold_head("A", 1, 0), to);        // an old heartbeat proves nothing
  from.receive(numbered_packet("A", 2, 1), to);  // nor does an old packet
  from.receive(numbered_packet("A", 1, 2), to);
  from.receive(numbered_packet("A", 3, 2), to);
  EXPECT_EQ(to.events, (numbers{1, 2, 3, 1'000'002, 2'000'001, 1, 2, 3, 4}));
  EXPECT_EQ(from.counters().sequence_resets, 1u);
  EXPECT_EQ(from.counters().duplicate_messages, 1u);
  EXPECT_EQ(from.counters().late_messages, 0u);
  EXPECT_EQ(from.sessions()[0].expected, 5u);
}

// Copies, or a publisher that began again without a word: only their number can tell.
TEST(moldudp64, a_session_that_goes_back_without_an_end_is_followed_after_many_packets_with_a_gap) {
  constexpr std::uint64_t most = receiver::max_copies;
  const auto replayed = [](std::uint64_t packets, auto&& between) {
    receiver from;
    recorder to;
    from.receive(numbered_packet("A", 1, 5'000), to);
    to.events.clear();
    for (std::uint64_t i = 0; i < packets; ++i) {
      from.receive(numbered_packet("A", 1 + 2 * i, 2), to);
      between(i, from, to);
    }
    return std::pair{from.counters(), to.events};
  };
  const auto nothing = [](auto&&...) {};
  EXPECT_EQ(replayed(most - 1, nothing).second, numbers{});
  const auto [counters, events] = replayed(most + 1, nothing);
  const std::uint64_t at = 1 + 2 * (most - 1);
  EXPECT_EQ(events, (numbers{2'000'001, 1'000'000 + at - 1, at, at + 1, at + 2, at + 3}));
  EXPECT_EQ(counters.sequence_resets, 1u);
  EXPECT_EQ(counters.duplicate_messages, 2 * (most - 1));
  EXPECT_EQ(counters.missing_messages, at - 1);
  // What brings something new in between says that they are copies; so does a break in their order.
  const auto new_one = [](std::uint64_t i, receiver& from, recorder& to) {
    if (i % 900 == 0) from.receive(numbered_packet("A", 5'001 + i / 900, 1), to);
  };
  EXPECT_EQ(replayed(most * 2, new_one).first.sequence_resets, 0u);
  const auto repeat = [](std::uint64_t i, receiver& from, recorder& to) {
    if (i % 900 == 0) from.receive(numbered_packet("A", 1 + 2 * i, 2), to);
  };
  EXPECT_EQ(replayed(most + 300, repeat).first.sequence_resets, 0u);
}

TEST(moldudp64, a_packet_cut_anywhere_gives_its_whole_messages_and_is_counted_by_cause) {
  guarded_bytes page{4096};
  const wire whole = numbered_packet("S1", 5, 4);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    receiver from;
    recorder to;
    from.receive(numbered_packet("S1", 4, 1), to);  // the session is known
    to.events.clear();
    from.receive(page.hold(std::span{whole.bytes}.first(length)), to);
    const bool is_short = length < 20, is_whole = length == whole.size();
    ASSERT_EQ(to.events.size(), is_short ? 0 : (length - 20) / 10);
    ASSERT_EQ(from.counters().short_packets, is_short ? 1u : 0u);
    ASSERT_EQ(from.counters().packets, is_short ? 1u : 2u);
    ASSERT_EQ(from.counters().truncated_packets, !is_short && !is_whole ? 1u : 0u);
    ASSERT_EQ(from.counters().trailing_packets, 0u);
    if (is_short) continue;
    from.receive(numbered_packet("S1", 9, 1), to);  // what was cut off is missing
    ASSERT_EQ(from.counters().missing_messages, 4 - (length - 20) / 10);
  }
}

TEST(moldudp64, bytes_behind_the_last_message_are_counted_and_ignored) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 1, 2).fill(1), to);
  from.receive(numbered_packet("S1", 3, 1).fill(30), to);
  from.receive(mold_head("S1", 4, 0).fill(2), to);  // a heartbeat has no messages to look behind
  EXPECT_EQ(to.events, (numbers{1, 2, 3}));
  EXPECT_EQ(from.counters().trailing_packets, 2u);
}

TEST(moldudp64, what_has_not_the_form_of_a_packet_makes_no_session_known) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 1, 2), to);
  wire text;
  for (const char c : std::string_view{"<134>Jan 1 08:00:00 host service: something happened here"}) {
    text.u8(static_cast<std::uint8_t>(c));
  }
  for (int i = 0; i < 20; ++i) from.receive(text, to);
  from.receive(numbered_packet("S\x01", 1, 1), to);  // a session that can't be printed
  EXPECT_EQ(from.counters().foreign_packets, 21u);
  EXPECT_EQ(from.sessions().size(), 1u);
  from.receive(numbered_packet("S1", 4, 1), to);
  EXPECT_EQ(from.counters().missing_messages, 1u);
}

TEST(moldudp64, a_number_too_far_ahead_is_refused_and_the_session_goes_on) {
  receiver from;
  recorder to;
  from.receive(numbered_packet("S1", 1, 2), to);
  for (const std::uint64_t sequence : {3 + receiver::max_jump + 1, std::uint64_t{1} << 63, ~std::uint64_t{}}) {
    from.receive(numbered_packet("S1", sequence, 1), to);
    from.receive(numbered_packet("S1", sequence, 0), to);
  }
  EXPECT_EQ(from.counters().bad_sequences, 6u);
  from.receive(numbered_packet("S2", receiver::max_first_sequence + 1, 1), to);  // nor can a session begin there
  EXPECT_EQ(from.counters().foreign_packets, 1u);
  to.events.clear();
  from.receive(numbered_packet("S1", 3, 2), to);
  EXPECT_EQ(to.events, (numbers{3, 4}));
  EXPECT_EQ(from.counters().missing_messages, 0u);
}

TEST(moldudp64, a_message_of_length_zero_is_a_message) {
  receiver from;
  recorder to;
  from.receive(mold_head("S1", 1, 3).big(0, 2).big(0, 2).big(8, 2).big(3, 8), to);
  EXPECT_EQ(to.events, (numbers{0, 0, 3}));
  EXPECT_EQ(from.sessions()[0].expected, 4u);
}

TEST(moldudp64, the_header_is_stored_as_it_is_loaded) {
  const wire bytes = mold_head("000010059B", 19'009'117, 38);
  const header loaded = header::load(bytes.bytes.data());
  EXPECT_EQ(std::string(loaded.session.text.begin(), loaded.session.text.end()), "000010059B");
  EXPECT_EQ(loaded.sequence, 19'009'117u);
  EXPECT_EQ(loaded.count, 38u);
  std::vector<std::byte> stored(header_bytes);
  loaded.store(stored.data());
  EXPECT_EQ(stored, bytes.bytes);
}

// The rules again, one message at a time, of one session.
struct slow_receiver {
  std::uint64_t expected{};
  numbers events;
  std::uint64_t missing{}, duplicates{}, late{};
  std::set<std::uint64_t> gaps;  // all of them: what comes late here is never older than those that are remembered

  void jump_to(std::uint64_t sequence) {
    if (expected != 0 && sequence > expected) {
      events.push_back(1'000'000 + sequence - expected);
      missing += sequence - expected;
      for (std::uint64_t number = expected; number < sequence; ++number) gaps.insert(number);
    }
    if (expected == 0 || sequence > expected) expected = sequence;
  }
  void receive(std::uint64_t sequence, unsigned count) {
    jump_to(sequence);
    for (std::uint64_t number = sequence; number < sequence + count; ++number) {
      if (number < expected) {
        ++(gaps.erase(number) != 0 ? late : duplicates);
      } else {
        events.push_back(number);
        expected = number + 1;
      }
    }
  }
};

TEST(moldudp64, long_streams_with_losses_repeats_and_reorderings_equal_the_slow_twin) {
  std::mt19937_64 random{23};
  receiver from;
  std::map<std::string, slow_receiver> twins;
  std::map<std::string, recorder> got;
  std::map<std::string, std::uint64_t> next;
  for (int i = 0; i < 50'000; ++i) {
    const std::string session(1, static_cast<char>('A' + random() % receiver::max_sessions));
    std::uint64_t& at = next.try_emplace(session, 1 + random() % 1'000).first->second;
    std::uint64_t sequence = at;
    if (random() % 10 == 0) sequence += random() % 5;
    if (random() % 10 == 0) sequence -= std::min<std::uint64_t>(sequence - 1, random() % 9);
    const auto count = static_cast<unsigned>(random() % 6);
    at = std::max(at, sequence + count);
    from.receive(numbered_packet(session, sequence, count), got[session]);
    twins[session].receive(sequence, count);
  }
  std::uint64_t missing = 0, duplicates = 0, late = 0;
  for (auto& [session, twin] : twins) {
    std::erase_if(got[session].events, [](std::uint64_t event) { return event == 2'000'000; });  // all are side by side
    EXPECT_EQ(got[session].events, twin.events);
    missing += twin.missing;
    late += twin.late;
    duplicates += twin.duplicates;
  }
  EXPECT_EQ(from.counters().missing_messages, missing);
  EXPECT_EQ(from.counters().duplicate_messages, duplicates);
  EXPECT_EQ(from.counters().late_messages, late);
  EXPECT_GT(missing, 1'000u);
  EXPECT_GT(late, 300u);
  EXPECT_GT(duplicates, 1'000u);
}

TEST(moldudp64, random_bytes_stay_within_their_bounds) {
  guarded_bytes page{4096};
  std::mt19937_64 random{29};
  struct {
    const std::byte *first{}, *end{};
    std::uint64_t messages{}, sum{};
    void on_message(std::span<const std::byte> message) {
      ++messages;
      EXPECT_GE(message.data(), first);
      EXPECT_LE(message.data() + message.size(), end);
      for (const std::byte each : message) sum += std::to_integer<std::uint64_t>(each);
    }
    void on_gap(std::uint64_t) {}
  } to;
  receiver from;
  for (int round = 0; round < 400'000; ++round) {
    const auto bytes = page.last(random() % 120);
    for (std::byte& each : bytes) each = std::byte(random() % 4 == 0 ? random() : 0);
    if (round % 2 == 0) std::fill_n(bytes.begin(), std::min<std::size_t>(bytes.size(), 18), std::byte{});
    to.first = bytes.data();
    to.end = bytes.data() + bytes.size();
    from.receive(bytes, to);
    is_plausible(bytes, [&](std::span<const std::byte> message) { return message.size() % 2 == 0; });
  }
  const receiver_counters& seen = from.counters();
  for (const std::uint64_t count :
       {seen.short_packets, seen.truncated_packets, seen.trailing_packets, seen.heartbeats, to.messages}) {
    EXPECT_GT(count, 100u);
  }
}

TEST(moldudp64, is_plausible_wants_a_printable_session_blocks_that_fill_the_packet_and_one_known_message) {
  const auto any = [](std::span<const std::byte>) { return true; };
  const auto none = [](std::span<const std::byte>) { return false; };
  EXPECT_TRUE(is_plausible(numbered_packet("000010059B", 1, 3), any));
  EXPECT_FALSE(is_plausible(numbered_packet("000010059B", 1, 3), none));
  const auto third = [](std::span<const std::byte> message) { return message[7] == std::byte{3}; };
  EXPECT_TRUE(is_plausible(numbered_packet("000010059B", 1, 3), third));  // one that is known is enough
  EXPECT_FALSE(is_plausible(numbered_packet("000010059B", 1, 2), third));
  EXPECT_TRUE(is_plausible(wire{}.fill(10).big(0, 8).big(1, 2).big(1, 2).u8(7), any));  // a blanked session
  EXPECT_FALSE(is_plausible(mold_head("S1", 5, 0), any));                               // heartbeats prove nothing
  EXPECT_FALSE(is_plausible(mold_head("S1", 5, 0xFFFF), any));
  EXPECT_TRUE(is_whole(mold_head("S1", 5, 0)));
  EXPECT_FALSE(is_whole(mold_head("S1", 5, 0).fill(1)));
  EXPECT_FALSE(is_whole({}));
  EXPECT_FALSE(is_plausible(mold_head("S1", 5, 0).fill(1), any));
  EXPECT_FALSE(is_plausible(wire{}.fill(10, 0xF0).big(1, 8).big(0, 2), any));
  EXPECT_FALSE(is_plausible(numbered_packet("S1", 1, 2).fill(1), any));
  const wire whole = numbered_packet("S1", 1, 2);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(is_plausible(std::span{whole.bytes}.first(length), any)) << length;
  }
}

TEST(moldudp64, receiving_does_not_allocate) {
  std::vector<wire> packets;
  for (unsigned i = 0; i < 20; ++i)
    packets.push_back(numbered_packet(std::string{"S"}.append(std::to_string(i % 12)), 1 + i * 3, i % 5));
  struct {
    std::uint64_t messages{};
    void on_message(std::span<const std::byte>) { ++messages; }
    void on_gap(std::uint64_t) {}
  } to;
  receiver from;
  const support::allocation_counter here;
  for (int round = 0; round < 1'000; ++round) {
    for (const wire& each : packets) from.receive(each, to);
  }
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_GT(to.messages, 0u);
}

}  // namespace
}  // namespace pyhft::feed::moldudp64
