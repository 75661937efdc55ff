// SPDX-License-Identifier: MIT
// The publishing side of an exchange: the packets of its lines and their fates without a clock or a socket, the answers to
// requests, and all of it together over the loopback interface, read by sockets that know nothing of it.
#include "pyhft/sim/venue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "net/temporary_file.hpp"
#include "net/wire.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/udp_port.hpp"
#include "sim/receiver.hpp"

namespace pyhft::sim {
namespace {

using test::collector;
using test::contents;
using test::here;
using test::message_of;
using test::patience;
using test::receiver;
using test::request;
using test::temporary_file;
using test::wire;

constexpr std::int64_t ms = 1'000'000;

day_messages some_day(std::uint64_t messages = 3'000) { return day_messages::synthetic({7, messages, 20}); }

// All of a line, a nanosecond between two packets.
struct played {
  std::vector<contents> packets;
  collector seen;
};

played play(feed_line& line) {
  played result;
  std::int64_t now = 0;
  const auto send = [&](std::span<const std::byte> packet) {
    result.packets.emplace_back(packet.begin(), packet.end());
    result.seen.take(packet);
    return true;
  };
  line.begin(0);
  for (; line.has_next(); ++now) {
    line.publish(now);
    line.send_due(now, send);
  }
  while (!line.is_over()) now = std::max(now, line.send_due(now, send));
  return result;
}

played play(const day_messages& day, const line_settings& settings, std::uint64_t seed = 1,
            std::int64_t hold_ns = feed_line::never) {
  feed_line line{day, {}, settings, seed, hold_ns};
  return play(line);
}

// --- The day

TEST(day_messages, are_the_same_out_of_a_capture_a_message_file_and_the_generator) {
  const temporary_file capture;
  write_synthetic_day({7, 3'000, 20}, capture.path());
  const day_messages made = some_day();
  const day_messages captured = day_messages::from_file(capture.path(), "day.pcap");
  wire prefixed;
  for (std::uint64_t number = 1; number <= made.size(); ++number) {
    prefixed.append(made.block(number));
    if (number % 1'000 == 0) prefixed.u8(0).u8(0);  // the end of a session, as NASDAQ's files have it
  }
  const temporary_file file{prefixed};
  const day_messages read = day_messages::from_file(file.path(), "day.itch");
  ASSERT_EQ(made.size(), 3'000u);
  ASSERT_EQ(captured.size(), made.size());
  ASSERT_EQ(read.size(), made.size());
  std::size_t longest = 0;
  for (std::uint64_t number = 1; number <= made.size(); ++number) {
    ASSERT_EQ(message_of(made, number), message_of(captured, number)) << number;
    ASSERT_EQ(message_of(made, number), message_of(read, number)) << number;
    ASSERT_EQ(made.time_of(number), captured.time_of(number)) << number;
    longest = std::max(longest, made.block(number).size());
  }
  EXPECT_EQ(made.longest_block_bytes(), longest);
  EXPECT_EQ(made.time_of(1).count / (3'600 * 1'000 * ms), synthetic_midnight.count / (3'600 * 1'000 * ms) + 3);
  EXPECT_EQ(read.time_of(1).count, std::int64_t{3} * 3'600 * 1'000 * ms);  // since midnight, as ITCH has it
  EXPECT_TRUE(made.warnings().empty() && captured.warnings().empty() && read.warnings().empty());
}

template <class Error, class Make>
void expect_refused(Make make, const std::string& words) {
  try {
    make();
    ADD_FAILURE() << "was accepted: " << words;
  } catch (const Error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find(words), std::string::npos) << refusal.what();
  }
}

TEST(day_messages, that_are_cut_or_missing_are_told_and_files_without_any_refused) {
  wire prefixed;
  prefixed.append(some_day().block(1)).append(some_day().block(2).first(9));
  const temporary_file cut{prefixed};
  const day_messages day = day_messages::from_file(cut.path(), "cut");
  EXPECT_EQ(day.size(), 1u);
  EXPECT_EQ(day.warnings(),
            std::vector<std::string>{"'cut' is cut in the middle of a message: 9 stray bytes at offset " +
                                     std::to_string(prefixed.size() - 9)});

  const temporary_file text{wire{}.text("no day at all, but a line of text", 40)};
  expect_refused<input_error>([&] { day_messages::from_file(text.path(), "text"); }, "is neither a pcap");
  const temporary_file capture;
  write_synthetic_day({7, 100, 1}, capture.path());
  expect_refused<input_error>([&] { day_messages::from_file(capture.path(), "day", std::uint16_t{9}); },
                              "UDP datagrams to port 9); give a capture");
  EXPECT_EQ(day_messages::from_file(capture.path(), "day", std::uint16_t{26477}).size(), 100u);
}

// --- A line

TEST(feed_line, gives_every_message_once_and_in_order_whatever_the_packing) {
  const day_messages day = some_day();
  for (const std::uint32_t most : {1u, 2u, 65'534u}) {
    for (const std::uint32_t bytes : {80u, 1'400u, 65'507u}) {
      feed_line line{day, {}, {.packet_messages = most, .packet_bytes = bytes}, 3, feed_line::never};
      const played all = play(line);
      all.seen.expect_whole(day);
      EXPECT_TRUE(std::is_sorted(all.seen.firsts.begin(), all.seen.firsts.end()));
      EXPECT_LE(*std::max_element(all.seen.counts.begin(), all.seen.counts.end()), most);
      std::size_t sent = 0;
      for (const contents& packet : all.packets) {
        EXPECT_LE(packet.size(), bytes);
        sent += packet.size();
      }
      EXPECT_EQ(line.counters().packets.value(), all.seen.firsts.size());
      EXPECT_EQ(line.counters().messages.value(), day.size());
      EXPECT_EQ(line.counters().bytes.value(), sent);
      if (most == 2) {
        EXPECT_NE(std::count(all.seen.counts.begin(), all.seen.counts.end(), 2u), 0);
      }
    }
  }
}

TEST(feed_line, a_receiver_of_the_library_takes_it_without_a_word) {
  const day_messages day = some_day();
  struct {
    const day_messages& day;
    std::uint64_t number{};
    bool right{true};
    void on_message(std::span<const std::byte> message) {
      ++number;
      right = right && std::ranges::equal(message, day.block(number).subspan(2));
    }
    void on_gap(std::uint64_t) { right = false; }
  } seen{day};
  feed::moldudp64::receiver receiver;
  for (const contents& packet : play(day, {}).packets) receiver.receive(packet, seen);
  EXPECT_TRUE(seen.right);
  EXPECT_EQ(seen.number, day.size());
  const feed::receiver_counters& counted = receiver.counters();
  EXPECT_EQ(counted.ends_of_session, 6u);  // one a second for five, and the first
  EXPECT_EQ(counted.missing_messages + counted.duplicate_messages + counted.late_messages + counted.foreign_packets +
                counted.truncated_packets + counted.trailing_packets,
            0u);
}

TEST(feed_line, messages_of_two_moments_share_no_packet_where_time_counts) {
  const day_messages day = some_day();
  const played all = play(day, {.packet_messages = 60}, 1, 20'000);
  all.seen.expect_whole(day);
  for (std::size_t i = 0; i < all.seen.firsts.size(); ++i) {
    const std::uint64_t first = all.seen.firsts[i];
    ASSERT_LT(day.time_of(first + all.seen.counts[i] - 1).count - day.time_of(first).count, 20'000);
  }
  EXPECT_GT(all.seen.firsts.size(), play(day, {.packet_messages = 60}).seen.firsts.size());
}

TEST(feed_line, the_same_seed_gives_the_same_packets_and_another_one_others) {
  const day_messages day = some_day();
  const line_settings rough{.loss = 0.1, .loss_burst = 3, .duplicates = 0.1, .reordered = 0.1};
  EXPECT_EQ(play(day, rough, 5).packets, play(day, rough, 5).packets);
  EXPECT_NE(play(day, rough, 5).packets, play(day, rough, 6).packets);
  EXPECT_NE(play(day, {}, 5).packets, play(day, {}, 6).packets);  // the packing, too
}

TEST(feed_line, loses_the_share_that_it_is_told_to_in_bursts_as_long_as_it_is_told) {
  const day_messages day = some_day(10'000);
  for (const double loss : {0.0, 0.1, 0.3, 1.0}) {
    for (const double burst : {1.0, 8.0}) {
      feed_line line{day, {}, {.packet_messages = 1, .loss = loss, .loss_burst = burst}, 11, feed_line::never};
      const played all = play(line);
      const auto lost = static_cast<double>(line.counters().lost_packets.value());
      const double expected = loss * static_cast<double>(day.size());
      EXPECT_NEAR(lost, expected, 0.3 * expected) << loss << " " << burst;
      EXPECT_EQ(all.seen.messages.size() + line.counters().lost_messages.value(), day.size());
      EXPECT_EQ(line.counters().packets.value() + line.counters().lost_packets.value(), day.size());
      EXPECT_EQ(line.counters().lost_heartbeats.value() + all.seen.ends, 6u);  // of the end's packets
      EXPECT_TRUE(loss < 1 || all.packets.empty());
      if (loss == 0 || loss == 1) continue;
      double bursts = 0;
      for (std::size_t i = 1; i < all.seen.firsts.size(); ++i)
        bursts += all.seen.firsts[i] != all.seen.firsts[i - 1] + 1;
      // A burst can follow the last one at once.
      const double mean = burst / (1 - loss / (burst * (1 - loss) + loss));
      EXPECT_NEAR(lost / bursts, mean, 0.3 * mean) << loss << " " << burst;
    }
  }
}

TEST(feed_line, doubles_and_reorders_the_share_that_it_is_told_to_and_loses_nothing_by_it) {
  const day_messages day = some_day();
  feed_line line{
      day, {}, {.packet_messages = 1, .duplicates = 0.2, .reordered = 0.1, .reorder_depth = 4}, 2, feed_line::never};
  const played all = play(line);
  all.seen.expect_whole(day);
  const auto packets = static_cast<double>(day.size());
  EXPECT_NEAR(static_cast<double>(all.seen.copies), 0.2 * packets, 0.04 * packets);
  EXPECT_EQ(line.counters().duplicates.value(), all.seen.copies);
  std::uint64_t newest = 0, behind = 0, last = 0;
  for (const std::uint64_t first : all.seen.firsts) {
    if (first == last) continue;  // its copy
    EXPECT_GT(first + 5, newest);
    behind += first < newest;
    newest = std::max(newest, first);
    last = first;
  }
  EXPECT_EQ(line.counters().reordered.value(), behind);
  EXPECT_NEAR(static_cast<double>(behind), 0.1 * packets, 0.03 * packets);
}

TEST(feed_line, what_is_delayed_comes_no_earlier_and_in_its_order) {
  const day_messages day = some_day(100);
  feed_line line{day, {}, {.packet_messages = 1, .delay_ns = 7 * ms}, 2, feed_line::never};
  collector seen;
  const auto send = [&](std::span<const std::byte> packet) { return seen.take(packet), true; };
  line.begin(0);
  line.publish(0);
  line.publish(2 * ms);
  EXPECT_EQ(line.send_due(6 * ms, send), 7 * ms);
  EXPECT_EQ(seen.firsts.size(), 0u);
  EXPECT_EQ(line.send_due(8 * ms, send), 9 * ms);
  EXPECT_EQ(seen.firsts, std::vector<std::uint64_t>{1});
  EXPECT_EQ(line.send_due(9 * ms, send), 1'009 * ms);
  EXPECT_EQ(seen.firsts, (std::vector<std::uint64_t>{1, 2}));
  line.publish(10 * ms);
  line.send_due(17 * ms, [](std::span<const std::byte>) { return false; });
  EXPECT_EQ(line.counters().send_errors.value(), 1u);
}

TEST(feed_line, has_heartbeats_while_it_is_quiet_and_tells_the_end_for_as_long_as_it_is_to) {
  const day_messages day = some_day(100);
  const session_settings session{.heartbeat_ns = 10 * ms, .end_of_session_ns = 25 * ms};
  feed_line line{day, session, {.packet_messages = 100, .packet_bytes = 65'507, .reordered = 1}, 2, feed_line::never};
  collector seen;
  const auto send = [&](std::span<const std::byte> packet) { return seen.take(packet), true; };
  line.begin(0);
  EXPECT_EQ(line.send_due(9 * ms, send), 10 * ms);
  EXPECT_EQ(line.send_due(10 * ms, send), 20 * ms);
  EXPECT_EQ(line.send_due(20 * ms, send), 30 * ms);
  EXPECT_EQ(seen.heartbeats, 2u);
  EXPECT_EQ(seen.next, 1u);
  line.publish(21 * ms);  // held back for one that doesn't come in time
  line.send_due(22 * ms, send);
  EXPECT_EQ(seen.firsts.size(), 0u);
  line.send_due(30 * ms, send);
  EXPECT_EQ(seen.firsts.size(), 1u);
  const std::uint64_t next = seen.next;
  EXPECT_EQ(line.send_due(40 * ms, send), 50 * ms);
  EXPECT_EQ(seen.heartbeats, 3u);
  EXPECT_EQ(seen.next, next);
  while (line.has_next()) line.publish(41 * ms);
  for (const std::int64_t at : {41, 51, 61, 65, 66}) {
    EXPECT_FALSE(line.is_over()) << at;
    line.send_due(at * ms, send);
  }
  EXPECT_TRUE(line.is_over());
  EXPECT_EQ(seen.ends, 3u);
  EXPECT_EQ(seen.next, day.size() + 1);
  seen.expect_whole(day);
  EXPECT_EQ(line.counters().heartbeats.value(), 3u);
  EXPECT_EQ(line.counters().ends_of_session.value(), 3u);
}

// --- Requests

class a_request_server : public testing::Test {
 protected:
  collector ask(const wire& what, std::uint64_t published = 500, std::int64_t now_ns = 0) {
    collector seen;
    const auto answer = server_.answer(what, published, now_ns);
    if (!answer.empty()) seen.take(answer);
    EXPECT_LE(answer.size(), 300u);
    return seen;
  }

  const day_messages day_ = some_day(1'000);
  request_server server_{day_, {{'S', 'I', 'M', 'V', 'E', 'N', 'U', 'E', '0', '1'}}, {.answer_bytes = 300}, 1};
};

TEST_F(a_request_server, answers_with_what_is_asked_for_as_much_as_a_datagram_holds) {
  for (const std::uint64_t first : {1u, 2u, 77u, 498u, 500u}) {
    for (const unsigned count : {1u, 2u, 3u, 400u, 0xFFFEu, 0xFFFFu}) {
      const collector seen = ask(request(first, count));
      ASSERT_EQ(seen.firsts, std::vector<std::uint64_t>{first});
      EXPECT_EQ(seen.session, "SIMVENUE01");
      std::size_t bytes = 20, fit = 0;
      for (std::uint64_t number = first; number <= 500 && fit < count; ++number, ++fit) {
        bytes += day_.block(number).size();
        if (bytes > 300) break;
      }
      ASSERT_EQ(seen.counts, std::vector<unsigned>{static_cast<unsigned>(fit)}) << first << " " << count;
      for (const auto& [number, message] : seen.messages) ASSERT_EQ(message, message_of(day_, number));
    }
  }
  EXPECT_EQ(server_.counters().requests.value(), 30u);
  EXPECT_EQ(server_.counters().answers.value(), 30u);
}

TEST_F(a_request_server, whoever_asks_again_for_the_rest_gets_all) {
  collector seen;
  for (std::uint64_t next = 1; next <= 500; next = seen.next) {
    const auto answer = server_.answer(request(next, static_cast<unsigned>(501 - next)), 500, 0);
    ASSERT_FALSE(answer.empty());
    seen.take(answer);
  }
  EXPECT_EQ(seen.messages.size(), 500u);
  EXPECT_EQ(server_.counters().messages.value(), 500u);
}

TEST_F(a_request_server, gives_no_answer_to_what_cant_be_answered_and_counts_why) {
  EXPECT_EQ(ask(request(501, 1)).messages.size(), 0u);
  EXPECT_EQ(ask(request(1'000'000, 5)).messages.size(), 0u);
  EXPECT_EQ(ask(request(~std::uint64_t{0}, 0xFFFF)).messages.size(), 0u);
  EXPECT_EQ(ask(request(1, 1), 0).messages.size(), 0u);
  EXPECT_EQ(server_.counters().unpublished.value(), 4u);
  EXPECT_EQ(ask(request(7, 0)).messages.size(), 0u);
  EXPECT_EQ(server_.counters().empty.value(), 1u);
  EXPECT_EQ(ask(request(7, 1, "SIMVENUE02")).messages.size(), 0u);
  EXPECT_EQ(server_.counters().other_sessions.value(), 1u);
  EXPECT_EQ(ask(request(0, 1)).messages.size(), 0u);
  const wire right = request(1, 1);
  for (std::size_t length = 0; length < 40; ++length) {
    wire wrong;
    for (std::size_t i = 0; i < length; ++i) wrong.u8(std::to_integer<unsigned>(right.bytes[i % 20]));
    if (length != 20) {
      EXPECT_EQ(ask(wrong).messages.size(), 0u);
    }
  }
  EXPECT_EQ(server_.counters().malformed.value(), 40u);
  random_numbers random{3};
  for (int i = 0; i < 5'000; ++i) {  // any bytes, and any numbers behind the right session
    wire any = request(random.bits() >> random.below(64), random.below(0x10000));
    if (i % 2 == 0) any.bytes.resize(random.below(30));
    for (std::byte& each : any.bytes)
      if (i % 2 == 0) each = static_cast<std::byte>(random.below(256));
    ask(any, random.below(1'001), 1'000 * ms * i);
  }
  const request_counters& c = server_.counters();
  EXPECT_EQ(c.requests.value(), c.answers.value() + c.malformed.value() + c.other_sessions.value() +
                                    c.unpublished.value() + c.empty.value());
}

TEST(request_server, answers_no_more_than_so_many_a_second) {
  const day_messages day = some_day(100);
  request_server server{day, session_settings{}.name, {.answers_per_second = 1'000}, 1};
  const auto answered = [&](std::int64_t from_ms, std::int64_t to_ms) {
    unsigned count = 0;
    for (std::int64_t at = from_ms * 10; at < to_ms * 10; ++at)  // ten a ms
      count += !server.answer(request(1, 1), 100, at * ms / 10).empty();
    return count;
  };
  EXPECT_NEAR(answered(1'000, 2'000), 1'100, 2);  // with those that a quiet tenth of a second has saved up
  EXPECT_NEAR(answered(2'000, 3'000), 1'000, 2);
  EXPECT_EQ(answered(60'000, 60'001), 10u);
  EXPECT_GT(server.counters().over_rate.value(), 10'000u);
}

TEST(request_server, loses_requests_and_answers_as_it_is_told_to) {
  const day_messages day = some_day(100);
  const session_settings session;
  request_server server{
      day, session.name, {.answers_per_second = 1'000'000'000, .request_loss = 0.25, .answer_loss = 0.5}, 1};
  for (int i = 0; i < 10'000; ++i) server.answer(request(1, 1), 100, 1'000'000 + i);
  const request_counters& c = server.counters();
  EXPECT_NEAR(static_cast<double>(c.lost_requests.value()), 2'500, 250);
  EXPECT_NEAR(static_cast<double>(c.lost_answers.value()), 3'750, 375);
  EXPECT_EQ(c.answers.value() + c.lost_requests.value() + c.lost_answers.value(), 10'000u);
}

// --- Over sockets

venue_settings to(const receiver& there, std::size_t lines = 2) {
  venue_settings result;
  for (std::size_t i = 0; i < lines; ++i) result.destinations.push_back({here, there.lines[i].port()});
  result.lines.resize(lines);
  result.session.heartbeat_ns = 5 * ms;
  result.session.end_of_session_ns = 60'000 * ms;  // who has got everything stops it
  result.answers_requests = true;
  result.request_address = here;
  return result;
}

TEST(venue, all_messages_come_in_order_where_nothing_goes_wrong) {
  receiver there;
  venue_settings settings = to(there, 1);
  settings.pace = pace::packets_per_second;
  settings.rate = 5'000;
  settings.pre_open_ns = 20 * ms;
  venue of{some_day(), settings};
  EXPECT_FALSE(of.has_started());
  of.start();
  there.follow(of);
  EXPECT_FALSE(of.wait_for(std::chrono::nanoseconds(0)));
  of.stop();
  EXPECT_TRUE(of.wait_for(std::chrono::nanoseconds(0)));
  there.read();
  there.seen.expect_whole(of.day());
  EXPECT_TRUE(std::is_sorted(there.by_line[0].firsts.begin(), there.by_line[0].firsts.end()));
  EXPECT_GE(there.by_line[0].heartbeats, 1u);
  EXPECT_EQ(of.published(), of.day().size());
  EXPECT_EQ(of.line(0).messages.value(), of.day().size());
  EXPECT_EQ(of.line(0).lost_packets.value() + of.line(0).duplicates.value() + of.line(0).reordered.value(), 0u);
  EXPECT_EQ(of.line(0).send_errors.value(), 0u);
  EXPECT_THROW(of.start(), argument_error);
}

TEST(venue, both_lines_and_what_is_asked_for_again_give_the_whole_day) {
  for (const pace at : {pace::unlimited, pace::captured_time}) {
    receiver there;
    venue_settings settings = to(there);
    settings.pace = at;
    settings.rate = 1e6;
    settings.lines = {{.packet_messages = 30, .loss = 0.2, .loss_burst = 4, .duplicates = 0.1, .reordered = 0.1},
                      {.packet_messages = 4, .loss = 0.1, .duplicates = 0.1, .reordered = 0.2, .delay_ns = 3 * ms}};
    settings.answers.request_loss = settings.answers.answer_loss = 0.2;
    venue of{some_day(), settings};
    of.start();
    there.follow(of);
    of.stop();
    there.read();
    there.seen.expect_whole(of.day());
    EXPECT_GT(of.line(0).lost_messages.value(), 0u);
    EXPECT_GT(of.line(1).lost_messages.value(), 0u);
    for (std::size_t i = 0; i < 2; ++i)
      EXPECT_EQ(of.line(i).messages.value() + of.line(i).lost_messages.value(), of.day().size());
    EXPECT_GT(there.answers.messages.size(), 0u);
    EXPECT_GE(of.requests().messages.value(), there.answers.messages.size());
    EXPECT_GT(of.requests().lost_requests.value(), 0u);
  }
}

TEST(venue, the_same_seed_loses_the_same_packets_on_both_lines) {
  const auto lost = [](std::uint64_t seed) {
    receiver there;
    venue_settings settings = to(there);
    settings.pace = pace::unlimited;
    settings.seed = seed;
    settings.session.end_of_session_ns = 0;
    for (line_settings& line : settings.lines) line.loss = 0.1;
    venue of{some_day(), settings};
    of.start();
    EXPECT_TRUE(of.wait_for(std::chrono::seconds(30)));
    return std::vector{of.line(0).lost_messages.value(), of.line(1).lost_messages.value(), of.line(0).packets.value(),
                       of.line(1).packets.value()};
  };
  const auto once = lost(1);
  EXPECT_EQ(once, lost(1));
  EXPECT_NE(once, lost(2));
  EXPECT_NE(once[0], once[1]);
}

TEST(venue, a_group_is_sent_to_by_the_interface_that_is_named) {
#if defined(PYHFT_EMULATED)
  GTEST_SKIP() << "qemu-user doesn't pass this on to the kernel";
#endif
  constexpr net::ipv4_address group{239, 1, 1, 78};
  net::udp_port there{{.address = group, .interface = "lo"}};
  receiver asking;
  venue_settings settings = to(asking, 1);
  settings.destinations = {{group, there.local_port(), "lo"}};
  venue of{some_day(100), settings};
  of.start();
  collector seen;
  for (const auto end = patience(); seen.ends == 0 && std::chrono::steady_clock::now() < end;) {
    std::array<net::frame, 32> frames;
    const std::size_t count = there.rx_burst(frames);
    for (const net::frame& each : std::span{frames}.first(count)) seen.take(each.bytes());
    there.release(std::span{frames}.first(count));
  }
  seen.expect_whole(of.day());
}

TEST(venue, can_be_stopped_anywhere_and_needs_no_start) {
  const receiver there;
  {
    const venue never{some_day(100), to(there)};
  }
  venue_settings settings = to(there);
  settings.rate = 1;  // a second between two packets
  venue of{some_day(), settings};
  of.stop();
  EXPECT_THROW(of.wait_for(std::chrono::nanoseconds(0)), argument_error);
  of.start();
  of.stop();
  of.stop();
  EXPECT_LE(of.published(), 1u * settings.lines[0].packet_messages);
  venue left{some_day(), settings};  // to its destructor
  left.start();
}

TEST(venue, what_cannot_be_is_refused_with_the_remedy) {
  const receiver there;
  const auto refused = [&](const std::string& words, auto change) {
    venue_settings settings = to(there);
    change(settings);
    expect_refused<error>([&] { const venue of{some_day(100), settings}; }, words);
  };
  const double nan = std::nan("");
  refused("the number of lines is 0; it must be 1 or 2", [](auto& s) { s.destinations.clear(), s.lines.clear(); });
  refused("the number of lines is 3", [](auto& s) { s.destinations.resize(3), s.lines.resize(3); });
  refused("the port of a line is 0; it must be from 1", [](auto& s) { s.destinations[1].port = 0; });
  refused("loss is 1.5", [](auto& s) { s.lines[1].loss = 1.5; });
  refused("loss is nan", [&](auto& s) { s.lines[0].loss = nan; });
  refused("loss_burst is 0.5", [](auto& s) { s.lines[0].loss_burst = 0.5; });
  refused("packet_messages is 0", [](auto& s) { s.lines[0].packet_messages = 0; });
  refused("packet_messages is 65535", [](auto& s) { s.lines[0].packet_messages = 65'535; });
  refused("packet_bytes is 60; it must be from", [](auto& s) { s.lines[0].packet_bytes = 60; });
  refused("answer_bytes is 65508", [](auto& s) { s.answers.answer_bytes = 65'508; });
  refused("packets a second is 0", [](auto& s) { s.rate = 0; });
  refused("the speed is nan", [&](auto& s) { s.rate = nan, s.pace = pace::captured_time; });
  refused("heartbeat_ns is 0", [](auto& s) { s.session.heartbeat_ns = 0; });
  refused("the name of the session", [](auto& s) { s.session.name.text[3] = '\n'; });
  refused("answers_per_second is 0", [](auto& s) { s.answers.answers_per_second = 0; });
  refused("another program has it", [&](auto& s) { s.request_port = there.asking.port(); });
  refused("no interface 'nowhere0'", [](auto& s) { s.destinations[0].interface = "nowhere0"; });
}

}  // namespace
}  // namespace pyhft::sim
