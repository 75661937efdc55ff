// SPDX-License-Identifier: MIT
// What no line brings, and a server of retransmission: the requests (gap_requests.hpp) and what becomes of the answers.
#include "pyhft/feed/gap_requests.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "feed/line_bench.hpp"

namespace pyhft::feed {
namespace {

using namespace test_bench;

TEST(line_recovery, what_no_line_brings_is_asked_for_piece_by_piece) {
  bench b{recovering()};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 6, 2), 10);
  b.wait_until(9 + hold_ns);
  EXPECT_TRUE(b.asked.empty());
  b.wait_until(10 + hold_ns);
  EXPECT_EQ(b.asked, (requests{{2, 4}}));
  b.answer(numbered_packet("S", 2, 3), 2'000);  // as many as fit
  b.take(0, numbered_packet("S", 8, 1), 2'001);
  b.wait_until(2'010);
  EXPECT_EQ(b.asked, (requests{{2, 4}, {5, 1}}));
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4}));
  b.answer(numbered_packet("S", 5, 1), 2'020);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(b.behind, (std::vector<bool>{false, true, true, true, true, true, true, false}));
  b.wait_until(2'030);
  EXPECT_FALSE(b.lines.is_waiting());
  EXPECT_EQ(b.asked.size(), 2u);
  const recovery_counts& seen = b.lines.recovery();
  EXPECT_EQ(seen.requests.value(), 2u);
  EXPECT_EQ(seen.replies.value(), 2u);
  EXPECT_EQ(seen.messages.value(), 4u);
  EXPECT_EQ(seen.timeouts.value() + seen.given_up.value() + seen.ignored.value() + seen.asking.value(), 0u);
  EXPECT_EQ(b.lines.counters().missing_messages, 0u);
  b.answer(numbered_packet("S", 2, 3), 2'040);  // nobody asked for it any more
  EXPECT_EQ(seen.ignored.value(), 1u);
}

TEST(line_recovery, what_one_answer_cannot_hold_is_asked_for_in_many_requests_at_a_time) {
  bench b{recovering(1)};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 102, 1), 1);
  b.wait_until(1);
  EXPECT_EQ(b.asked, (requests{{2, 100}}));
  b.asked.clear();
  b.answer(numbered_packet("S", 2, 10), 2);  // as many as fit
  b.wait_until(3);
  requests eight;
  for (std::uint64_t i = 0; i < gap_requests::most; ++i) eight.emplace_back(12 + 10 * i, 10);
  EXPECT_EQ(b.asked, eight);
  b.asked.clear();
  b.wait_until(4);
  EXPECT_TRUE(b.asked.empty());
  // The answers change places, and one is lost.
  for (std::size_t i = gap_requests::most; i-- > 0;) {
    if (i != 3) b.answer(numbered_packet("S", eight[i].first, 10), 5);
  }
  EXPECT_EQ(b.events.back(), 41u);
  b.wait_until(6);
  EXPECT_EQ(b.asked, (requests{{92, 10}}));
  b.answer(numbered_packet("S", 92, 10), 7);
  b.wait_until(8);
  b.asked.clear();
  b.wait_until(3 + timeout_ns);
  EXPECT_EQ(b.asked, (requests{{42, 10}}));
  b.answer(numbered_packet("S", 42, 10), 5 + timeout_ns);
  b.wait_until(6 + timeout_ns);
  ASSERT_EQ(b.events.size(), 102u);
  for (std::uint64_t i = 0; i < 102; ++i) EXPECT_EQ(b.events[i], i + 1);
  EXPECT_FALSE(b.lines.is_waiting());
  EXPECT_FALSE(b.behind.back());
  EXPECT_EQ(b.lines.recovery().timeouts.value(), 1u);
  EXPECT_EQ(b.lines.recovery().ignored.value(), 0u);
}

TEST(line_recovery, holes_are_asked_for_side_by_side_and_one_at_a_time_where_there_is_no_room_for_answers) {
  for (const std::uint32_t room : {64u, 4u}) {
    SCOPED_TRACE(room);
    arbiter_settings settings = recovering(1);
    settings.hold_packets = room;
    bench b{settings};
    b.take(0, numbered_packet("S", 1, 1), 0);
    for (const std::uint64_t number : {4u, 7u, 9u}) b.take(0, numbered_packet("S", number, 1), 1);
    b.wait_until(1);
    EXPECT_EQ(b.asked, room == 4 ? (requests{{2, 2}}) : (requests{{2, 2}, {5, 2}, {8, 1}}));
    for (std::int64_t at = 2; b.lines.is_waiting() && at < 20; at += 2) {
      const requests asked = std::exchange(b.asked, {});
      for (const auto& [first, count] : asked) b.answer(numbered_packet("S", first, static_cast<unsigned>(count)), at);
      b.wait_until(at + 1);
    }
    EXPECT_EQ(b.events, (numbers{1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(b.lines.recovery().requests.value(), 3u);
    EXPECT_EQ(b.lines.recovery().timeouts.value(), 0u);
  }
}

// One that answers, with nothing that is of use.
TEST(line_recovery, a_server_with_nothing_to_say_is_given_up_as_a_silent_one_is) {
  bench b{recovering(1)};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 9, 1), 0);
  std::int64_t at = 0;
  for (int tries = 0; tries < 4; ++tries) {
    b.wait_until(at += timeout_ns);
    b.answer(mold_head("S", 2, 0), at);
    b.answer(mold_end("S", 2), at);
    b.answer(numbered_packet("OTHER", 2, 7), at);
  }
  EXPECT_EQ(b.lines.recovery().given_up.value(), 1u);
  EXPECT_EQ(b.events, (numbers{1, gap_mark + 7, 9}));
  EXPECT_EQ(b.lines.sessions().size(), 1u);
  EXPECT_FALSE(b.lines.sessions()[0].ended);
}

TEST(line_recovery, nothing_is_asked_for_of_the_time_before_a_session_began_again) {
  bench b{recovering(3)};
  b.take(0, numbered_packet("S", 1, 4), 0);
  b.take(2, numbered_packet("S", 191, 1), 0);
  b.take(0, mold_end("S", 5), 0);
  b.take(1, numbered_packet("S", 1, 100), 0);  // of a line that nothing had come by
  EXPECT_EQ(b.lines.counters().sequence_resets, 1u);
  EXPECT_FALSE(b.lines.is_waiting());
  EXPECT_EQ(b.lines.held().now.value(), 0u);
  b.wait_until(hold_ns);
  b.wait_until(2 * hold_ns);
  EXPECT_TRUE(b.asked.empty());
}

TEST(line_recovery, a_request_without_an_answer_is_made_again_and_given_up_in_the_end) {
  bench b{recovering(1)};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 3, 1), 10);
  std::int64_t at = 10;
  b.wait_until(at);  // there is no other line to wait for
  EXPECT_EQ(b.asked.size(), 1u);
  b.wait_until(at + timeout_ns - 1);
  EXPECT_EQ(b.asked.size(), 1u);
  for (std::size_t tries = 2; tries <= 3; ++tries) {
    b.wait_until(at += timeout_ns);
    EXPECT_EQ(b.asked.size(), tries);
  }
  EXPECT_EQ(b.events, (numbers{1}));
  b.wait_until(at += timeout_ns);
  EXPECT_EQ(b.asked.size(), 3u);
  EXPECT_EQ(b.events, (numbers{1, gap_mark + 1, 3}));
  EXPECT_EQ(b.lines.recovery().timeouts.value(), 3u);
  EXPECT_EQ(b.lines.recovery().given_up.value(), 1u);
  EXPECT_FALSE(b.lines.is_waiting());
}

TEST(line_recovery, a_server_that_was_given_up_holds_up_and_costs_nothing_more) {
  arbiter_settings settings = recovering(1);
  settings.hold_packets = 4;
  bench b{settings};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 3, 1), 1);
  b.wait_until(1);
  std::int64_t at = 1;
  for (int tries = 0; tries < 3; ++tries) b.wait_until(at += timeout_ns);
  EXPECT_EQ(b.lines.recovery().given_up.value(), 1u);
  for (std::uint64_t number = 5; number < 25; number += 2) {
    b.take(0, numbered_packet("S", number, 1), ++at);
    b.wait_until(at);
  }
  EXPECT_EQ(b.asked.size(), 3u);
  EXPECT_EQ(b.events.back(), 23u);
  EXPECT_EQ(b.lines.counters().missing_messages, 11u);
  EXPECT_EQ(b.lines.held().overflows.value(), 0u);
  EXPECT_FALSE(b.lines.is_waiting());
  // The next session may find it alive.
  b.take(0, mold_end("S", 24), ++at);
  b.take(0, numbered_packet("T", 1, 1), ++at);
  b.take(0, numbered_packet("T", 3, 1), ++at);
  b.wait_until(at);
  EXPECT_EQ(b.asked.size(), 4u);
}

TEST(line_recovery, a_port_that_takes_no_request_is_tried_again) {
  bench b{recovering(1)};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 3, 1), 10);
  b.port_takes = false;
  b.wait_until(10);
  b.port_takes = true;
  b.wait_until(10 + timeout_ns);
  EXPECT_EQ(b.lines.recovery().unsent.value(), 1u);
  EXPECT_EQ(b.lines.recovery().requests.value(), 1u);
}

TEST(line_recovery, what_finds_no_room_during_a_recovery_is_asked_for_as_well) {
  arbiter_settings settings = recovering(1);
  settings.hold_packets = 2;
  bench b{settings};
  b.take(0, numbered_packet("S", 1, 1), 0);
  for (std::uint64_t number = 3; number < 10; ++number) b.take(0, numbered_packet("S", number, 1), 1);
  b.wait_until(1);
  b.answer(numbered_packet("S", 2, 1), 2);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4}));
  b.wait_until(3);
  EXPECT_EQ(b.asked.back(), (std::pair<std::uint64_t, std::uint64_t>{5, 5}));
  b.answer(numbered_packet("S", 5, 5), 4);
  b.wait_until(5);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_FALSE(b.lines.is_waiting());
  EXPECT_EQ(b.lines.held().overflows.value(), 5u);
  EXPECT_FALSE(b.behind.back());
}

TEST(line_recovery, a_session_that_is_joined_late_is_recovered_from_its_start_where_that_is_wanted) {
  arbiter_settings settings = recovering();
  settings.from_start = true;
  bench b{settings};
  b.take(1, numbered_packet("S", 41, 1), 0);
  b.take(0, numbered_packet("S", 40, 2), 1);
  b.wait_until(hold_ns + 1);
  EXPECT_EQ(b.asked.back(), (std::pair<std::uint64_t, std::uint64_t>{1, 39}));
  b.answer(numbered_packet("S", 1, 39), 3'000);
  b.wait_until(3'001);
  ASSERT_EQ(b.events.size(), 41u);
  for (std::uint64_t i = 0; i < 41; ++i) EXPECT_EQ(b.events[i], i + 1);
  EXPECT_EQ(b.behind.front(), true);
  EXPECT_EQ(b.behind.back(), false);
  EXPECT_EQ(b.lines.sessions()[0].joined_at, 1u);
  EXPECT_EQ(b.line(0).missing.value() + b.line(1).missing.value(), 1u);  // not those before they were joined
  // The next session begins where it begins.
  for (const std::uint32_t line : {0u, 1u}) b.take(line, mold_end("S", 42), 4'000);
  b.take(0, numbered_packet("T", 3, 1), 4'001);
  b.wait_until(4'001 + hold_ns);
  EXPECT_EQ(b.asked.back(), (std::pair<std::uint64_t, std::uint64_t>{1, 2}));
  b.answer(numbered_packet("T", 1, 2), 6'000);
  EXPECT_EQ(numbers(b.events.end() - 4, b.events.end()), (numbers{session_mark + 1, 1, 2, 3}));
}

TEST(line_recovery, replies_that_no_server_makes_change_nothing) {
  bench b{recovering(1)};
  b.take(0, numbered_packet("S", 1, 1), 0);
  b.take(0, numbered_packet("S", 9, 1), 1);
  b.wait_until(1);
  b.answer(mold_head("S", ~std::uint64_t{0} - 3, 9), 2);  // its end lies in what is asked for
  b.answer(mold_end("S", 4), 2);
  b.answer(mold_head("S", 4, 0), 2);
  b.answer(numbered_packet("T", 2, 7), 2);
  b.answer(numbered_packet("S", 2, 9), 2);
  wire cut = numbered_packet("S", 3, 6);
  cut.bytes.resize(cut.bytes.size() - 1);
  b.answer(cut, 2);
  b.answer(mold_head("S", 2, 1), 2);
  b.answer(wire{}.text("S", 5), 2);
  EXPECT_EQ(b.lines.recovery().ignored.value(), b.lines.recovery().replies.value());
  EXPECT_EQ(b.events, (numbers{1}));
  EXPECT_EQ(b.lines.held().now.value(), 1u);
  b.answer(numbered_packet("S", 2, 7), 3);
  EXPECT_EQ(b.events, (numbers{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  b.wait_until(4);
  EXPECT_FALSE(b.lines.is_waiting());
  EXPECT_FALSE(b.lines.sessions()[0].ended);
}

}  // namespace
}  // namespace pyhft::feed
