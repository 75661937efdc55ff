// SPDX-License-Identifier: MIT
#include "pyhft/feed/line_arbiter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "feed/line_bench.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::feed {
namespace {

using namespace test_bench;

TEST(line_arbiter, the_first_copy_is_given_out_and_the_other_counted_with_how_far_it_is_behind) {
  bench b;
  b.take(0, numbered_packet("S", 1, 2), 100);
  b.take(1, numbered_packet("S", 1, 2), 130);
  b.take(1, numbered_packet("S", 3, 1), 200);
  b.take(0, numbered_packet("S", 3, 1), 210);
  b.take(0, numbered_packet("S", 4, 1), 300);
  b.take(1, numbered_packet("S", 4, 1), 350);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4}));
  EXPECT_EQ(b.stamps, (std::vector<std::int64_t>{100, 100, 200, 300}));
  EXPECT_EQ(b.line(0).packets.value(), 3u);
  EXPECT_EQ(b.line(0).messages.value(), 4u);
  EXPECT_EQ(b.line(0).firsts.value(), 3u);
  EXPECT_EQ(b.line(0).duplicates.value(), 1u);
  EXPECT_EQ(b.line(1).firsts.value(), 1u);
  EXPECT_EQ(b.line(1).duplicates.value(), 3u);
  EXPECT_EQ(b.line(0).behind.value(), 1u);
  EXPECT_EQ(b.line(0).behind_max_ns.value(), 10u);
  EXPECT_EQ(b.line(1).behind.value(), 2u);
  EXPECT_EQ(b.line(1).behind_sum_ns.value(), 30u + 50);
  EXPECT_EQ(b.line(1).behind_ns.max(), 50u);
  EXPECT_EQ(b.line(1).last_stamp_ns.value(), 350u);
  EXPECT_EQ(b.lines.counters().duplicate_messages, 4u);
  EXPECT_EQ(b.lines.counters().missing_messages, 0u);
}

TEST(line_arbiter, what_one_line_loses_is_waited_for_and_not_missed) {
  bench b;
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 3, 1), 10);
  b.take(0, numbered_packet("S", 4, 1), 20);
  EXPECT_EQ(b.events, (numbers{1}));
  EXPECT_EQ(b.lines.held().now.value(), 2u);
  b.wait_until(10 + hold_ns - 1);
  b.take(1, numbered_packet("S", 1, 1), 500);
  b.take(1, numbered_packet("S", 2, 1), 510);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4}));
  EXPECT_EQ(b.stamps, (std::vector<std::int64_t>{0, 510, 10, 20}));
  EXPECT_EQ(b.behind, (std::vector<bool>{false, false, false, false}));
  EXPECT_EQ(b.line(0).missing.value(), 1u);
  EXPECT_EQ(b.line(1).missing.value(), 0u);
  EXPECT_EQ(b.lines.counters().missing_messages, 0u);
  EXPECT_EQ(b.lines.held().now.value(), 0u);
  EXPECT_EQ(b.lines.held().most.value(), 2u);
  EXPECT_EQ(b.lines.held().holes.value(), 1u);
  EXPECT_EQ(b.lines.held().declared.value(), 0u);
  EXPECT_FALSE(b.lines.is_waiting());
}

TEST(line_arbiter, packets_that_are_cut_otherwise_give_every_message_once) {
  bench b;
  b.take(0, numbered_packet("S", 1, 3), 0);
  b.take(1, numbered_packet("S", 1, 2), 1);
  b.take(1, numbered_packet("S", 3, 1), 2);
  b.take(0, numbered_packet("S", 7, 3), 3);  // 4 to 6 were lost
  b.take(1, numbered_packet("S", 4, 1), 4);
  b.take(1, numbered_packet("S", 5, 3), 5);  // of which 7 is held
  b.take(1, numbered_packet("S", 8, 3), 6);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(b.behind, (std::vector<bool>{false, false, false, true, false, false, false, false, false, false}));
  EXPECT_EQ(b.line(0).missing.value(), 3u);
  EXPECT_EQ(b.line(0).firsts.value() + b.line(1).firsts.value(), 10u);
  EXPECT_EQ(b.line(1).behind.value(), 1u);  // by message 3, with which packets of both end
}

TEST(line_arbiter, a_gap_on_all_lines_is_told_when_the_wait_is_over) {
  bench b;
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 4, 1), 10);
  b.take(1, numbered_packet("S", 4, 1), 20);
  b.take(1, numbered_packet("S", 8, 1), 30);
  b.wait_until(9 + hold_ns);
  EXPECT_EQ(b.events, (numbers{1}));
  b.wait_until(10 + hold_ns);
  EXPECT_EQ(b.events, (numbers{1, gap_mark + 2, 4}));
  EXPECT_TRUE(b.lines.is_waiting());
  b.wait_until(30 + hold_ns);
  EXPECT_EQ(b.events, (numbers{1, gap_mark + 2, 4, gap_mark + 3, 8}));
  EXPECT_EQ(b.lines.held().declared.value(), 2u);
  b.take(1, numbered_packet("S", 2, 2), 3'000);  // too late
  EXPECT_EQ(b.events.size(), 5u);
  EXPECT_EQ(b.lines.counters().late_messages, 2u);
  EXPECT_TRUE(b.asked.empty());
}

TEST(line_arbiter, what_finds_no_room_ends_the_wait) {
  bench b{{.lines = 2, .hold_ns = hold_ns, .hold_packets = 2}};
  b.take(0, numbered_packet("S", 1, 1), 0);
  for (std::uint64_t number = 3; number < 6; ++number) b.take(0, numbered_packet("S", number, 1), 1);
  EXPECT_EQ(b.events, (numbers{1, gap_mark + 1, 3, 4, 5}));
  EXPECT_EQ(b.lines.held().overflows.value(), 1u);
  b.take(0, numbered_packet("S", 7, 250), 2);  // longer than a place
  EXPECT_EQ(b.events[5], gap_mark + 1);
  EXPECT_EQ(b.events.size(), 6u + 250);
  EXPECT_EQ(b.lines.held().overflows.value(), 2u);
}

TEST(line_arbiter, what_finds_no_room_comes_out_before_what_is_held_behind_it) {
  bench b{{.lines = 2, .hold_ns = hold_ns, .hold_packets = 1}};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 9, 1), 1);
  b.take(0, numbered_packet("S", 5, 2), 2);
  EXPECT_EQ(b.events, (numbers{1, gap_mark + 3, 5, 6}));
  b.take(1, numbered_packet("S", 7, 2), 3);
  EXPECT_EQ(b.events, (numbers{1, gap_mark + 3, 5, 6, 7, 8, 9}));
  EXPECT_EQ(b.lines.held().overflows.value(), 1u);
  EXPECT_EQ(b.lines.counters().late_messages, 0u);
}

TEST(line_arbiter, what_is_too_long_to_be_held_comes_behind_all_that_is_held_before_it) {
  bench b;
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 3, 1), 1);
  b.take(0, numbered_packet("S", 5, 1), 2);
  b.take(0, numbered_packet("S", 400, 1), 2);
  b.take(0, numbered_packet("S", 7, 250), 3);
  ASSERT_EQ(b.events.size(), 3u + 3 + 250);
  EXPECT_EQ(numbers(b.events.begin(), b.events.begin() + 7),
            (numbers{1, gap_mark + 1, 3, gap_mark + 1, 5, gap_mark + 1, 7}));
  EXPECT_EQ(b.lines.held().now.value(), 1u);  // 400 still waits
  EXPECT_EQ(b.lines.counters().late_messages, 0u);
}

TEST(line_arbiter, a_packet_that_was_cut_brings_what_is_whole_and_no_more) {
  bench b;
  b.take(0, numbered_packet("S", 1, 1), 0);
  wire cut = numbered_packet("S", 2, 3);
  cut.bytes.resize(cut.bytes.size() - 1);
  b.take(0, cut, 1);
  b.take(1, numbered_packet("S", 1, 1), 2);
  b.take(1, numbered_packet("S", 2, 3), 3);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4}));
  EXPECT_EQ(b.line(0).firsts.value(), 3u);
  EXPECT_EQ(b.line(0).messages.value(), 3u);
  EXPECT_EQ(b.line(1).firsts.value(), 1u);
  EXPECT_EQ(b.line(1).duplicates.value(), 3u);
}

TEST(line_arbiter, what_a_line_brings_late_is_known_among_a_hundred_gaps) {
  bench b;
  constexpr std::uint64_t end = 200;
  for (std::uint64_t number = 1; number <= end; ++number) {
    b.take(1, numbered_packet("S", number, 1), 0);
    if (number % 2 == 1) b.take(0, numbered_packet("S", number, 1), 0);
  }
  b.take(0, mold_head("S", end + 1, 0), 1);
  EXPECT_EQ(b.line(0).missing.value(), end / 2);
  for (std::uint64_t number = 2; number <= end; number += 2) b.take(0, numbered_packet("S", number, 1), 2);
  EXPECT_EQ(b.line(0).missing.value(), 0u);
  EXPECT_EQ(b.line(0).duplicates.value(), end);
}

TEST(line_arbiter, heartbeats_show_what_is_missing_and_are_held_once) {
  bench b;
  b.take(0, numbered_packet("S", 1, 1), 0);
  for (int i = 0; i < 5; ++i) b.take(0, mold_head("S", 4, 0), 1 + i);
  EXPECT_EQ(b.lines.held().now.value(), 1u);
  b.take(1, numbered_packet("S", 2, 2), 10);
  EXPECT_EQ(b.events, (numbers{1, 2, 3}));
  EXPECT_FALSE(b.lines.is_waiting());
  EXPECT_EQ(b.line(0).missing.value(), 2u);
}

TEST(line_arbiter, a_session_ends_on_one_line_while_the_other_still_sends_it) {
  bench b;
  b.take(0, numbered_packet("S1", 1, 2), 0);
  b.take(0, mold_end("S1", 3), 1);
  b.take(0, numbered_packet("S2", 1, 1), 2);
  b.take(1, numbered_packet("S1", 1, 2), 3);
  b.take(1, mold_end("S1", 3), 4);
  b.take(0, numbered_packet("S2", 2, 1), 5);
  b.take(1, numbered_packet("S2", 1, 2), 6);
  EXPECT_EQ(b.events, (numbers{1, 2, session_mark + 1, 1, 2}));
  EXPECT_EQ(b.lines.counters().overlapping_sessions, 0u);
  EXPECT_EQ(b.lines.counters().missing_messages, 0u);
}

TEST(line_arbiter, a_new_session_waits_for_the_tail_of_the_old_one) {
  bench b;
  b.take(0, numbered_packet("S1", 1, 2), 0);
  b.take(0, mold_end("S1", 4), 1);            // 3 was lost
  b.take(0, numbered_packet("S2", 2, 1), 2);  // and so was its first one
  b.take(1, numbered_packet("S1", 1, 3), 3);
  EXPECT_EQ(b.events, (numbers{1, 2, 3}));
  b.take(1, numbered_packet("S2", 1, 1), 4);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, session_mark + 1, 1, 2}));
  EXPECT_EQ(b.line(0).missing.value(), 2u);
}

TEST(line_arbiter, the_end_of_a_session_that_one_line_lost_comes_by_the_other) {
  bench b;
  b.take(0, numbered_packet("S1", 1, 2), 0);
  b.take(0, numbered_packet("S2", 1, 1), 1);
  b.take(1, numbered_packet("S1", 1, 2), 2);
  EXPECT_EQ(b.events, (numbers{1, 2}));
  b.take(1, mold_end("S1", 3), 3);
  EXPECT_EQ(b.events, (numbers{1, 2, session_mark + 1, 1}));
  bench lost;  // by both
  lost.take(0, numbered_packet("S1", 1, 2), 0);
  lost.take(0, numbered_packet("S2", 1, 1), 1);
  lost.wait_until(1 + hold_ns);
  EXPECT_EQ(lost.events, (numbers{1, 2, session_mark, 1}));
}

TEST(line_arbiter, a_session_that_is_joined_in_its_middle_begins_with_the_earliest_of_the_lines) {
  bench b;
  b.take(0, numbered_packet("S", 502, 1), 0);
  b.take(1, numbered_packet("S", 500, 1), 10);
  b.take(1, numbered_packet("S", 501, 1), 20);
  b.wait_until(hold_ns);
  EXPECT_EQ(b.events, (numbers{500, 501, 502}));
  EXPECT_EQ(b.lines.sessions()[0].joined_at, 500u);
  EXPECT_EQ(b.lines.counters().missing_messages, 0u);
  EXPECT_EQ(b.line(0).missing.value(), 2u);
}

TEST(line_arbiter, a_session_that_begins_again_is_followed_while_the_other_line_ends_it) {
  bench b;
  for (std::uint64_t number = 1; number < 100; ++number) b.take(0, numbered_packet("S", number, 1), 0);
  for (std::uint64_t number = 1; number < 95; ++number) b.take(1, numbered_packet("S", number, 1), 0);
  b.take(0, mold_end("S", 100), 1);
  b.events.clear();
  b.take(0, numbered_packet("S", 1, 2), 2);
  for (std::uint64_t number = 95; number < 100; ++number) b.take(1, numbered_packet("S", number, 1), 3);
  b.take(1, mold_end("S", 100), 4);
  b.take(1, numbered_packet("S", 1, 1), 5);
  b.take(1, numbered_packet("S", 3, 1), 6);  // 2 was lost
  b.take(0, numbered_packet("S", 3, 1), 7);
  EXPECT_EQ(b.events, (numbers{session_mark + 1, 1, 2, 3}));
  EXPECT_EQ(b.lines.counters().sequence_resets, 1u);
  EXPECT_EQ(b.lines.counters().missing_messages, 0u);
  EXPECT_FALSE(b.lines.is_waiting());
  EXPECT_EQ(b.line(1).missing.value(), 1u);
}

TEST(line_arbiter, what_is_held_comes_out_before_its_session_begins_again) {
  bench b;
  for (const std::uint32_t line : {0u, 1u}) {
    for (std::uint64_t number = 1; number < 20; ++number) {
      if (number != 5 && number != 9) b.take(line, numbered_packet("S", number, 1), 0);
    }
    b.take(line, mold_end("S", 20), 1);
  }
  b.events.clear();
  b.take(0, numbered_packet("S", 1, 2), 2);
  EXPECT_EQ(b.events, (numbers{gap_mark + 1, 6, 7, 8, gap_mark + 1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                               session_mark + 1, 1, 2}));
  EXPECT_FALSE(b.lines.is_waiting());
}

// The lines of a whole session one after the other: the second one is no beginning.
TEST(line_arbiter, a_line_that_lags_when_the_other_begins_again_is_followed_once_it_does_too) {
  bench b;
  b.take(1, numbered_packet("S", 1, 1), 0);
  for (std::uint64_t number = 1; number < 5; ++number) b.take(0, numbered_packet("S", number, 1), 1);
  b.take(0, mold_end("S", 5), 2);
  for (std::uint64_t number = 1; number < 4; ++number) b.take(0, numbered_packet("S", number, 1), 3);
  for (std::uint64_t number = 2; number < 5; ++number) b.take(1, numbered_packet("S", number, 1), 4);
  b.take(1, mold_end("S", 5), 5);
  for (std::uint64_t number = 1; number < 7; ++number) b.take(1, numbered_packet("S", number, 1), 6);
  b.lines.finish(b);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4, session_mark + 1, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(b.line(0).firsts.value() + b.line(1).firsts.value(), 10u);
  EXPECT_EQ(b.line(0).duplicates.value(), 1u);
  EXPECT_EQ(b.line(1).duplicates.value(), 6u);
  EXPECT_EQ(b.line(0).missing.value(), 3u);
  EXPECT_EQ(b.line(1).missing.value(), 0u);
}

TEST(line_arbiter, a_line_that_comes_when_the_other_has_ended_is_all_copies) {
  bench b;
  for (const std::uint32_t line : {0u, 1u}) {
    for (std::uint64_t number = 1; number < 3'000; ++number) b.take(line, numbered_packet("S", number, 1), 0);
    b.take(line, mold_end("S", 3'000), 0);
  }
  EXPECT_EQ(b.events.size(), 2'999u);
  EXPECT_EQ(b.lines.counters().sequence_resets, 0u);
  EXPECT_EQ(b.line(1).duplicates.value(), 2'999u);
}

TEST(line_arbiter, a_publisher_that_begins_again_without_a_word_is_followed_by_two_lines_too) {
  bench b;
  for (const std::uint32_t line : {0u, 1u}) b.take(line, numbered_packet("S", 1, 5'000), 0);
  b.events.clear();
  for (std::uint64_t i = 0; i < moldudp64::receiver::max_copies + 5; ++i) {
    for (const std::uint32_t line : {0u, 1u}) b.take(line, numbered_packet("S", 1 + 2 * i, 2), 1);
  }
  EXPECT_EQ(b.lines.counters().sequence_resets, 1u);
  EXPECT_EQ(b.events.back(), 2 * (moldudp64::receiver::max_copies + 5));
}

TEST(line_arbiter, what_is_no_packet_of_the_feed_is_counted_as_by_one_line) {
  bench b;
  b.take(0, wire{}.fill(5), 0);
  b.take(1, wire{}.fill(60, 1), 0);
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(1, numbered_packet("S", std::uint64_t{1} << 62, 1), 0);
  b.take(1, numbered_packet("", 0, 2), 0);  // without numbers: only the first line's
  b.take(0, numbered_packet("", 0, 2), 0);
  EXPECT_EQ(b.lines.counters().short_packets, 1u);
  EXPECT_EQ(b.lines.counters().foreign_packets, 1u);
  EXPECT_EQ(b.lines.counters().bad_sequences, 1u);
  EXPECT_EQ(b.events, (numbers{1, 0, 1}));
  EXPECT_FALSE(b.lines.is_waiting());
  for (const std::size_t i : {0u, 1u}) {
    const line_counts& line = b.line(i);
    EXPECT_EQ(line.packets.value(), 3u);
    EXPECT_EQ(line.messages.value(), line.firsts.value() + line.duplicates.value());
  }
}

TEST(line_arbiter, a_packet_that_was_cut_off_is_not_held_in_place_of_a_whole_one) {
  bench b;
  b.take(0, numbered_packet("S", 1, 1), 0);
  wire cut = numbered_packet("S", 3, 4);
  cut.bytes.resize(cut.bytes.size() - 15);  // 3, 4, and what is no message
  b.take(0, cut, 1);
  b.take(1, numbered_packet("S", 3, 4), 2);
  b.take(1, numbered_packet("S", 2, 1), 3);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(b.lines.counters().missing_messages, 0u);
}

TEST(line_arbiter, a_line_that_brought_nothing_misses_all_of_it) {
  bench b{{.lines = 3, .hold_ns = hold_ns}};
  b.take(0, numbered_packet("S", 1, 5), 0);
  b.take(1, numbered_packet("S", 1, 2), 0);
  b.lines.finish(b);
  EXPECT_EQ(b.line(0).missing.value(), 0u);
  EXPECT_EQ(b.line(1).missing.value(), 3u);
  EXPECT_EQ(b.line(2).missing.value(), 5u);
}

TEST(line_arbiter, nothing_is_allocated_once_it_is_made) {
  bench b{recovering()};
  std::vector<wire> packets;
  for (std::uint64_t number = 1; number < 200; number += 2) packets.push_back(numbered_packet("S", number, 2));
  const wire reply = numbered_packet("S", 41, 10);
  struct silent {
    void at(nanoseconds) noexcept {}
    void on_message(std::span<const std::byte>) noexcept {}
    void on_gap(std::uint64_t) noexcept {}
  } nobody;
  const support::allocation_counter here;
  for (std::uint32_t i = 0; i < packets.size(); ++i) {
    if (i < 20 || i > 25) b.lines.receive(packets[i], {i % 2, {i}, i * 100}, nobody);
    b.lines.poll(i * 100, nobody, [](const auto&) { return true; });
  }
  b.lines.receive_reply(reply, {}, 20'000, nobody);
  b.lines.finish(nobody);
  EXPECT_EQ(here.calls(), 0u);
  EXPECT_GT(b.lines.recovery().messages.value(), 0u);
}

}  // namespace
}  // namespace pyhft::feed
