// SPDX-License-Identifier: MIT
// The arbiter against a slow, obvious merge: sets of numbers. Random days of several sessions go over several lines, each
// of which cuts, loses, repeats, delays and turns round packets in its own way. And the real lines of an exchange whose
// transport is written here.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "net/wire.hpp"
#include "pyhft/feed/deep10.hpp"
#include "pyhft/feed/line_arbiter.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/pcap_port.hpp"
#include "support/stress.hpp"

namespace pyhft::feed {
namespace {

using test::wire;

// A packet as a line brings it.
struct sent {
  std::int64_t at{};
  std::uint32_t line{};
  unsigned session{};
  std::uint64_t first{}, count{};
  bool ends{};
};

// What came out: of which session, a message's number, or how many are missing before it.
struct event {
  enum class kind : std::uint8_t { message, gap, session } what{};
  unsigned session{};
  std::uint64_t number{};
  friend bool operator==(const event&, const event&) = default;
};

std::ostream& operator<<(std::ostream& out, const event& one) {
  constexpr std::array names{"message", "gap", "session"};
  return out << names[static_cast<std::size_t>(one.what)] << ' ' << one.session << ' ' << one.number;
}

// A message is its session and its number, and whether it is the last one: two transports in a few lines.
struct by_moldudp64 {
  using receiver = moldudp64::receiver;
  static constexpr bool ends_by_packet = true;
  static wire bytes(const sent& one, std::uint64_t) {
    wire result = wire{}.text("DAY" + std::to_string(one.session), 10).big(one.first, 8);
    result.big(one.ends ? 0xFFFF : one.count, 2);
    for (std::uint64_t i = 0; i < one.count; ++i) result.big(16, 2).big(one.session, 8).big(one.first + i, 8);
    return result;
  }
};

struct by_iex_tp {
  using receiver = deep10::receiver;
  static constexpr bool ends_by_packet = false;  // its last message does
  static wire bytes(const sent& one, std::uint64_t last) {
    wire result = wire{}.u8(1).u8(0).little(0x8004, 2).little(1, 4).little(one.session, 4);
    result.little(one.count * 18, 2).little(one.count, 2).little((one.first - 1) * 18, 8).little(one.first, 8);
    result.little(0, 8);
    for (std::uint64_t i = 0; i < one.count; ++i) {
      const std::uint64_t number = one.first + i;
      result.little(16, 2).big(one.session | (number == last ? end_flag : 0), 8).big(number, 8);
    }
    return result;
  }
  static constexpr std::uint64_t end_flag = std::uint64_t{1} << 32;
};

template <class Arbiter>
struct recorder {
  Arbiter& from;
  std::vector<event>& to;

  void at(nanoseconds) {}
  void on_message(std::span<const std::byte> message) {
    const auto session = load_big<std::uint64_t>(message.data());
    to.push_back({event::kind::message, static_cast<unsigned>(session), load_big<std::uint64_t>(&message[8])});
    if (session > ~0u) from.end_session();
  }
  void on_gap(std::uint64_t missing) { to.push_back({event::kind::gap, 0, missing}); }
  void on_new_session(bool clean) { to.push_back({event::kind::session, 0, clean}); }
};

struct day {
  unsigned sessions{3};
  std::uint64_t messages{150};  // a session
  std::uint32_t lines{2};
  double loss{0.05};
  double repeats{0.03};
  std::int64_t jitter{40};  // one message takes 10
};

// Each line of each session begins with message 1, so that nothing is said of where a session is joined.
std::vector<sent> packets_of(const day& plan, bool ends_by_packet, std::mt19937_64& random) {
  const auto chance = [&](double p) { return std::uniform_real_distribution{}(random) < p; };
  const auto up_to = [&](std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>{0, most}(random); };
  std::vector<sent> result;
  for (std::uint32_t line = 0; line < plan.lines; ++line) {
    const auto lag = static_cast<std::int64_t>(up_to(60));
    std::int64_t now = 0;
    for (unsigned session = 1; session <= plan.sessions; ++session) {
      const auto send = [&](std::uint64_t first, std::uint64_t count, bool ends) {
        if (first != 1 && chance(plan.loss)) return;
        const auto delay = static_cast<std::int64_t>(up_to(static_cast<std::uint64_t>(plan.jitter)));
        result.push_back({now + lag + delay, line, session, first, count, ends});
        if (chance(plan.repeats)) result.push_back({now + lag + delay + 7, line, session, first, count, ends});
      };
      for (std::uint64_t first = 1; first <= plan.messages;) {
        const std::uint64_t count = std::min(1 + up_to(4), plan.messages + 1 - first);
        now += static_cast<std::int64_t>(count) * 10;
        send(first, count, false);
        first += count;
      }
      now += 50;  // more than delays on one line can turn round
      if (ends_by_packet) send(plan.messages + 1, 0, true);
      now += 200;
    }
  }
  std::ranges::stable_sort(result, {}, &sent::at);
  return result;
}

// Every message that any line brought, once and in order; what none brought is a gap.
std::vector<event> merged(const std::vector<sent>& packets, const day& plan, bool ends_by_packet) {
  std::map<unsigned, std::set<std::uint64_t>> brought;
  std::set<unsigned> ended;
  for (const sent& one : packets) {
    for (std::uint64_t i = 0; i < one.count; ++i) brought[one.session].insert(one.first + i);
    if (one.ends || (!ends_by_packet && one.first + one.count > plan.messages)) ended.insert(one.session);
  }
  std::vector<event> result;
  bool all_ended = true;
  for (const auto& [session, numbers] : brought) {
    if (session != 1) result.push_back({event::kind::session, 0, all_ended});
    all_ended = all_ended && ended.contains(session);
    std::uint64_t next = 1;
    for (const std::uint64_t number : numbers) {
      if (number != next) result.push_back({event::kind::gap, 0, number - next});
      result.push_back({event::kind::message, session, number});
      next = number + 1;
    }
    // The end of a session shows what is missing before it.
    if (ends_by_packet && ended.contains(session) && next != plan.messages + 1) {
      result.push_back({event::kind::gap, 0, plan.messages + 1 - next});
    }
  }
  return result;
}

template <class Form>
std::vector<event> arbitrated(const std::vector<sent>& packets, const day& plan,
                              line_arbiter<typename Form::receiver>& lines) {
  std::vector<event> result;
  recorder<line_arbiter<typename Form::receiver>> to{lines, result};
  for (const sent& one : packets) {
    lines.poll(one.at, to, [](const auto&) { return false; });
    lines.receive(Form::bytes(one, plan.messages), {one.line, {one.at}, one.at}, to);
  }
  lines.finish(to);
  // A message names its session, flags apart.
  for (event& each : result) {
    if (each.what == event::kind::message) each.session &= 0xFF;
  }
  return result;
}

// What each line brought, by sets of what came before.
void check_lines(const std::vector<sent>& packets, std::span<const line_counts> lines) {
  struct counts {
    std::uint64_t packets{}, messages{}, firsts{}, missing{};
  };
  std::vector<counts> expected(lines.size());
  std::map<unsigned, std::set<std::uint64_t>> by_any;
  std::map<std::pair<std::uint32_t, unsigned>, std::set<std::uint64_t>> by_line;
  std::map<unsigned, std::uint64_t> end;
  for (const sent& one : packets) {
    counts& line = expected[one.line];
    ++line.packets;
    line.messages += one.count;
    end[one.session] = std::max(end[one.session], one.first + one.count);
    for (std::uint64_t i = 0; i < one.count; ++i) {
      line.firsts += by_any[one.session].insert(one.first + i).second;
      by_line[{one.line, one.session}].insert(one.first + i);
    }
  }
  for (const auto& [who, numbers] : by_line) expected[who.first].missing += end[who.second] - 1 - numbers.size();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    SCOPED_TRACE("line " + std::to_string(i));
    EXPECT_EQ(lines[i].packets.value(), expected[i].packets);
    EXPECT_EQ(lines[i].messages.value(), expected[i].messages);
    EXPECT_EQ(lines[i].firsts.value(), expected[i].firsts);
    EXPECT_EQ(lines[i].duplicates.value(), expected[i].messages - expected[i].firsts);
    EXPECT_EQ(lines[i].missing.value(), expected[i].missing);
  }
}

template <class Form>
void compare_days(std::uint64_t count) {
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random{seed};
    day plan;
    plan.lines = 2 + static_cast<std::uint32_t>(seed % 3);
    plan.loss = seed % 5 == 0 ? 0.0 : 0.02 * static_cast<double>(seed % 5);
    const std::vector<sent> packets = packets_of(plan, Form::ends_by_packet, random);
    line_arbiter<typename Form::receiver> lines{
        {.lines = plan.lines, .hold_ns = std::int64_t{1} << 60, .hold_packets = 512}};
    ASSERT_EQ(arbitrated<Form>(packets, plan, lines), merged(packets, plan, Form::ends_by_packet));
    check_lines(packets, lines.lines());
    if (::testing::Test::HasFailure()) return;
    EXPECT_EQ(lines.held().now.value(), 0u);
  }
}

TEST(line_arbiter_twin, days_over_moldudp64_come_out_as_sets_of_numbers_do) {
  compare_days<by_moldudp64>(support::stress_count(20));
}

TEST(line_arbiter_twin, days_over_iex_tp_come_out_as_sets_of_numbers_do) {
  compare_days<by_iex_tp>(support::stress_count(20));
}

// With little patience and little room, what comes out depends on when things come; but never twice, never backwards,
// and all that is left out is told.
TEST(line_arbiter_twin, an_impatient_arbiter_tells_every_message_that_it_leaves_out) {
  for (std::uint64_t seed = 1; seed <= support::stress_count(20); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random{seed};
    day plan;
    plan.loss = 0.1;
    const std::vector<sent> packets = packets_of(plan, true, random);
    line_arbiter<moldudp64::receiver> lines{{.lines = 2, .hold_ns = 30, .hold_packets = 4}};
    std::map<unsigned, std::uint64_t> next;
    unsigned now = 1;
    std::uint64_t missing = 0, told = 0, given = 0;
    for (const event& one : arbitrated<by_moldudp64>(packets, plan, lines)) {
      if (one.what == event::kind::gap) told += one.number;
      if (one.what != event::kind::message) continue;
      now = one.session;
      std::uint64_t& expected = next.try_emplace(now, 1).first->second;
      ASSERT_GE(one.number, expected);
      missing += one.number - expected;
      expected = one.number + 1;
      ++given;
    }
    EXPECT_GE(told, missing);  // and what is missing at the end of a session
    EXPECT_EQ(told, lines.counters().missing_messages);
    std::uint64_t messages = 0;
    for (const line_counts& line : lines.lines()) messages += line.messages.value();
    // All that came was given out, or was old; packets that are covered by held ones are counted with their line alone.
    EXPECT_LE(given + lines.counters().duplicate_messages + lines.counters().late_messages, messages);
    if (::testing::Test::HasFailure()) return;
  }
}

// CME's MDP 3.0: a packet is a sequence number (u32), a time (u64), and one message as far as we care. Its channel and
// line are known by the UDP port, of which the test puts the channel before the packet.
struct cme_transport {
  static constexpr const char* name = "cme";
  static constexpr std::size_t header_bytes = 16;
  struct session_name {
    std::uint32_t channel{};
    friend bool operator==(const session_name&, const session_name&) = default;
  };
  struct header {
    session_name session;
    std::uint64_t sequence;
    std::uint16_t count;
    static bool is_heartbeat() noexcept { return false; }
    static bool ends_session() noexcept { return false; }
    static header load(const std::byte* at) noexcept {
      return {{load_little<std::uint32_t>(at)}, load_little<std::uint32_t>(at + 4), 1};
    }
  };
  struct position {
    static bool is_at(const header&) noexcept { return true; }
    static void move_past(const header&) noexcept {}
  };
  // All that follows is the message: its length is put where blocks have theirs.
  static std::size_t block_length(const std::byte* at) noexcept { return load_little<std::uint16_t>(at); }
  static std::size_t blocks_bytes(const header&, std::size_t available) noexcept { return available; }
  static std::size_t end_of_blocks(std::span<const std::byte> packet) noexcept { return packet.size(); }
};

TEST(line_arbiter_twin, the_real_lines_of_an_exchange_fill_each_others_gaps) {
  const char* const folder = std::getenv("PYHFT_CAPTURES");
  const std::filesystem::path path = std::filesystem::path{folder == nullptr ? "" : folder} / "cme/mdp3_a_b_lines.pcap";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no captures: PYHFT_CAPTURES";
  net::pcap_port port{path, path, ""};
  line_arbiter<sequenced_receiver<cme_transport>> lines{{.lines = 2, .hold_ns = 1'000'000'000}};
  struct collector {
    std::map<std::uint32_t, std::set<std::uint32_t>> packets;  // by channel
    std::uint64_t out_of_order{}, gaps{};
    void at(nanoseconds) {}
    void on_message(std::span<const std::byte> message) {
      auto& of_channel = packets[load_little<std::uint32_t>(message.data())];
      const auto number = load_little<std::uint32_t>(&message[4]);
      out_of_order += !of_channel.empty() && *of_channel.rbegin() + 1 != number;
      of_channel.insert(number);
    }
    void on_gap(std::uint64_t missing) { gaps += missing; }
    void on_new_session(bool) {}
  } to;
  std::array<std::map<std::uint32_t, std::set<std::uint32_t>>, 2> by_line;  // the twin
  std::uint64_t frames = 0, others = 0;
  std::array<net::frame, 32> burst;
  while (const std::size_t count = port.rx_burst(burst)) {
    for (const net::frame& frame : std::span{burst}.first(count)) {
      ++frames;
      const net::udp_datagram datagram = net::find_udp(frame.bytes());
      if (datagram.cause != net::frame_cause::udp) {
        ++others;
        continue;
      }
      const std::uint32_t line = datagram.destination_port >= 15'000;
      const std::uint32_t channel = datagram.destination_port % 1'000;
      const auto number = load_little<std::uint32_t>(datagram.payload.data());
      by_line[line][channel].insert(number);
      wire packet;
      packet.little(channel, 4).little(number, 4).little(0, 8).little(datagram.payload.size() + 4, 2);
      packet.little(channel, 4).append(datagram.payload);
      lines.receive(packet, {line, frame.timestamp, frame.timestamp.count}, to);
    }
  }
  lines.finish(to);
  EXPECT_EQ(frames, 100u);
  EXPECT_EQ(others, 1u);
  EXPECT_EQ(lines.lines()[0].packets.value() + lines.lines()[1].packets.value(), 99u);
  // Real gaps: neither line has it all, both together have.
  std::map<std::uint32_t, std::set<std::uint32_t>> both = by_line[0];
  for (const auto& [channel, numbers] : by_line[1]) both[channel].insert(numbers.begin(), numbers.end());
  EXPECT_EQ(to.packets, both);
  EXPECT_EQ(to.out_of_order, 0u);
  EXPECT_EQ(to.gaps, 0u);
  for (const std::size_t line : {0u, 1u}) {
    std::uint64_t firsts = 0, missing = 0;
    for (const auto& [channel, numbers] : both) {
      const auto& here = by_line[line][channel];
      firsts += here.size();
      if (!here.empty()) missing += numbers.size() - here.size();
    }
    EXPECT_EQ(lines.lines()[line].messages.value(), firsts);
    EXPECT_EQ(lines.lines()[line].missing.value(), missing);
    EXPECT_GT(missing, 0u);
    EXPECT_GT(lines.lines()[line].behind.value(), 0u);
  }
}

}  // namespace
}  // namespace pyhft::feed
