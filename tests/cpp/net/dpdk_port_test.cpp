// SPDX-License-Identifier: MIT
// The port over DPDK, on devices that need no card: net_ring, where what is sent comes in again, and net_pcap.
#include "pyhft/net/dpdk_port.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/capture_builder.hpp"
#include "net/port_calls.hpp"
#include "net/temporary_file.hpp"
#include "net/wire.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/port_use.hpp"
#include "support/allocation_counter.hpp"
#include "support/system_call_guard.hpp"

namespace pyhft::net {
namespace {

using test::contents;
using test::counted;
using test::counting_bytes;
using test::receive;
using test::send;

std::shared_ptr<dpdk_port> open_ring(dpdk_settings settings = {}) {
  settings.device = "net_ring0";
  return dpdk_device::open(std::move(settings))->queue(0);
}

contents some_frames(std::size_t count, std::size_t length = 60) {
  contents result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(counting_bytes(length, static_cast<unsigned>(i)));
  return result;
}

void expect_full_pool(const port& of) {
  EXPECT_EQ(counted(of, "held"), 0u);
  EXPECT_EQ(counted(of, "mbufs_free"), counted(of, "mbufs"));
}

// First, in a child of this process: no port has been opened in it yet.
TEST(dpdk_port, no_call_of_the_hot_thread_makes_a_system_call) {
  if (const auto why = support::why_no_system_call_guard(); !why.empty()) GTEST_SKIP() << why;
  std::shared_ptr<dpdk_port> port;
  std::array<frame, 8> frames;
  const auto work = [&] {
    const std::size_t room = port->tx_acquire(frames);
    for (std::size_t i = 0; i < room; ++i) frames[i].length = 60;
    const std::size_t sent = port->tx_burst({frames.data(), room});
    const std::size_t received = port->rx_burst(frames);
    port->release({frames.data(), received});
    return room == frames.size() && sent == room && received == room;
  };
  EXPECT_EQ(support::system_call_of(
                [&] {
                  port = open_ring();
                  work();
                },
                work),
            "");
}

TEST(dpdk_port, no_call_of_the_hot_thread_allocates) {
  const auto port = open_ring();
  const port_use use{*port};
  const support::allocation_counter allocations;
  std::array<frame, 64> frames;
  for (int round = 0; round < 200; ++round) {
    const std::size_t room = port->tx_acquire(frames);
    for (std::size_t i = 0; i < room; ++i) frames[i].length = 60;
    port->release({frames.data() + port->tx_burst({frames.data(), room - 1}), 1});
    const std::size_t received = port->rx_burst(frames);
    port->release({frames.data(), received});
  }
  EXPECT_EQ(allocations.calls(), 0u);
}

TEST(dpdk_port, frames_come_in_as_they_went_out_whatever_the_burst) {
  for (const std::size_t burst : {1u, 2u, 31u, 32u, 64u, 100u}) {
    const auto port = open_ring({.burst = 64});
    EXPECT_EQ(port->framing(), framing::ethernet);
    EXPECT_FALSE(port->at_end());
    contents sent = some_frames(500);
    for (const std::size_t length : {14u, 15u, 1'514u, 2'047u, 2'048u}) sent.push_back(counting_bytes(length, 7));
    ASSERT_EQ(send(*port, sent), sent.size());
    EXPECT_EQ(receive(*port, burst), sent);
    EXPECT_EQ(counted(*port, "sent"), sent.size());
    EXPECT_EQ(counted(*port, "received"), sent.size());
    EXPECT_EQ(counted(*port, "device_received"), sent.size());
    EXPECT_EQ(port->rx_burst({}), 0u);
    EXPECT_EQ(port->tx_acquire({}), 0u);
    EXPECT_EQ(port->tx_burst({}), 0u);
    expect_full_pool(*port);
    EXPECT_TRUE(port->warnings().empty() || port->warnings().front().find("ordinary pages") != std::string::npos);
  }
}

TEST(dpdk_port, a_received_frame_is_the_buffer_that_was_sent) {
  const auto port = open_ring();
  std::array<frame, 1> out, in;
  ASSERT_EQ(port->tx_acquire(out), 1u);
  out[0].length = 60;
  const std::byte* const built_in_place = out[0].data;
  ASSERT_EQ(port->tx_burst(out), 1u);
  ASSERT_EQ(port->rx_burst(in), 1u);
  EXPECT_EQ(in[0].data, built_in_place);
  EXPECT_EQ(in[0].capacity, 0u);
  EXPECT_EQ(in[0].timestamp.count, 0);
  port->release(in);
  expect_full_pool(*port);
}

TEST(dpdk_port, an_exhausted_pool_is_counted_and_what_is_held_stays_as_it_is) {
  constexpr std::uint32_t mbufs = 127;
  const auto port = open_ring({.mbufs = mbufs, .mbuf_cache = 0});
  ASSERT_EQ(send(*port, some_frames(100)), 100u);
  std::vector<frame> held(100);
  for (std::size_t count = 0; count < held.size();) count += port->rx_burst(std::span{held}.subspan(count));
  std::array<frame, 32> more;
  EXPECT_EQ(port->tx_acquire(more), mbufs - 100u);
  EXPECT_EQ(counted(*port, "no_buffers"), 1u);
  std::array<frame, 4> none;
  EXPECT_EQ(port->tx_acquire(none), 0u);
  EXPECT_EQ(port->rx_burst(none), 0u);
  EXPECT_EQ(counted(*port, "mbufs_free"), 0u);
  EXPECT_EQ(port->held(), mbufs);
  for (unsigned i = 0; i < held.size(); ++i)
    ASSERT_EQ(std::vector(held[i].data, held[i].data + held[i].length), counting_bytes(60, i));
  std::reverse(held.begin(), held.end());
  port->release(held);  // more than a burst at once
  port->release(std::span{more}.first(mbufs - 100u));
  expect_full_pool(*port);
  EXPECT_EQ(send(*port, some_frames(mbufs)), mbufs);
  EXPECT_EQ(receive(*port).size(), mbufs);
  expect_full_pool(*port);
}

TEST(dpdk_port, a_full_send_ring_leaves_the_rest_with_the_caller) {
  const auto port = open_ring();
  const contents many = some_frames(5'000);
  const std::size_t sent = send(*port, many);
  EXPECT_LT(sent, many.size());
  EXPECT_GT(sent, 500u);
  EXPECT_GT(counted(*port, "send_full"), 0u);
  EXPECT_EQ(counted(*port, "sent"), sent);
  EXPECT_EQ(counted(*port, "held"), 0u);
  EXPECT_EQ(receive(*port), contents(many.begin(), many.begin() + static_cast<std::ptrdiff_t>(sent)));
  expect_full_pool(*port);
}

TEST(dpdk_port, what_can_be_no_frame_is_taken_and_counted_and_the_others_go_on) {
  const auto port = open_ring();
  std::array<frame, 6> out;
  ASSERT_EQ(port->tx_acquire(out), out.size());
  const std::array<std::uint32_t, 6> lengths{0, 60, 13, 61, out[4].capacity + 1, 62};
  for (std::size_t i = 0; i < out.size(); ++i) out[i].length = lengths[i];
  EXPECT_EQ(port->tx_burst(out), out.size());
  EXPECT_EQ(counted(*port, "send_refused"), 3u);
  const contents in = receive(*port);
  ASSERT_EQ(in.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(in[i].size(), 60 + i);
  expect_full_pool(*port);
  EXPECT_NE(port->warnings().back().find("3 frames were to be sent that are shorter"), std::string::npos);

  // In front of a full ring: those before the first that isn't taken are taken, good or bad.
  while (send(*port, some_frames(32)) == 32) {
  }
  ASSERT_EQ(port->tx_acquire(out), out.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i].length = i < 2 ? 0u : 60u;
  EXPECT_EQ(port->tx_burst(out), 2u);
  port->release(std::span{out}.subspan(2));
  EXPECT_EQ(counted(*port, "send_refused"), 5u);
  receive(*port);
  expect_full_pool(*port);
}

// The frames of a capture, and its pcap with one a microsecond.
test::temporary_file capture_of(const contents& frames) {
  auto file = test::pcap_file(false, false);
  for (std::uint32_t i = 0; i < frames.size(); ++i) test::add_packet(file, 1'700'000'000, i, frames[i]);
  return test::temporary_file{file.data.bytes};
}

TEST(dpdk_port, a_capture_gives_its_frames_and_times_and_what_has_segments_is_dropped_and_counted) {
  contents frames = some_frames(50);
  for (const std::size_t length : {0u, 1u, 13u, 2'048u, 2'049u, 9'000u, 65'535u}) {
    frames.push_back(counting_bytes(length, 3));
    frames.push_back(counting_bytes(60, static_cast<unsigned>(length)));
  }
  const test::temporary_file capture = capture_of(frames);
  const auto port = dpdk_device::open({.device = "net_pcap0,rx_pcap=" + capture.path()})->queue(0);
  std::vector<frame> in(64);
  std::size_t next = 0, dropped = 0;
  while (const std::size_t count = port->rx_burst(in)) {
    for (std::size_t i = 0; i < count; ++i) {
      while (frames[next].size() > 2'048) ++next, ++dropped;
      ASSERT_EQ(std::vector(in[i].data, in[i].data + in[i].length), frames[next]);
      EXPECT_EQ(in[i].timestamp.count, 1'700'000'000'000'000'000 + static_cast<std::int64_t>(next) * 1'000);
      ++next;
    }
    port->release(std::span{in}.first(count));
  }
  EXPECT_EQ(next, frames.size());
  EXPECT_EQ(dropped, 3u);
  EXPECT_EQ(counted(*port, "segmented"), dropped);
  EXPECT_EQ(counted(*port, "received"), frames.size() - dropped);
  EXPECT_NE(port->warnings().back().find("3 frames were longer than an mbuf"), std::string::npos);
  EXPECT_FALSE(port->at_end());
  expect_full_pool(*port);
}

TEST(dpdk_port, a_greater_mtu_makes_room_in_the_mbufs) {
  const contents frames{counting_bytes(9'000, 1), counting_bytes(60, 2)};
  const test::temporary_file capture = capture_of(frames);
  const auto port =
      dpdk_device::open({.device = "net_pcap0,rx_pcap=" + capture.path(), .mbufs = 255, .mtu = 9'000})->queue(0);
  EXPECT_EQ(receive(*port), frames);
}

TEST(dpdk_port, what_finds_no_mbuf_is_counted_by_the_device_and_receiving_goes_on) {
  const test::temporary_file capture = capture_of(some_frames(200));
  const auto port =
      dpdk_device::open({.device = "net_pcap0,rx_pcap=" + capture.path(), .mbufs = 31, .mbuf_cache = 0})->queue(0);
  std::vector<frame> held(31);
  for (std::size_t count = 0; count < held.size();) count += port->rx_burst(std::span{held}.subspan(count));
  std::array<frame, 8> none;
  EXPECT_EQ(port->rx_burst(none), 0u);
  EXPECT_GT(counted(*port, "device_no_mbufs"), 0u);
  port->release(held);
  const std::size_t rest = receive(*port, 16).size();
  EXPECT_GT(rest, 100u);
  EXPECT_EQ(held.size() + rest + counted(*port, "device_no_mbufs"), 200u);
  expect_full_pool(*port);
}

TEST(dpdk_port, devices_stop_and_start_in_any_order) {
  auto first = dpdk_device::open({.device = "net_ring0"});
  auto second = dpdk_device::open({.device = "net_ring0"});
  EXPECT_EQ(first->name(), "net_ring0");
  EXPECT_EQ(second->name(), "net_ring1");
  const auto port = first->queue(0);
  ASSERT_EQ(send(*port, some_frames(10)), 10u);
  std::array<frame, 4> held;
  ASSERT_EQ(port->rx_burst(held), 4u);
  first->close();
  first->close();
  EXPECT_FALSE(first->is_open());
  std::array<frame, 1> none;
  EXPECT_EQ(port->rx_burst(none), 0u);
  EXPECT_EQ(port->tx_acquire(none), 0u);
  EXPECT_EQ(counted(*port, "device_sent"), 10u);  // as it was
  EXPECT_EQ(std::get<std::string>(port->info().front().second), "net_ring0");
  auto again = dpdk_device::open({.device = "net_ring0"});
  EXPECT_EQ(again->name(), "net_ring0");
  EXPECT_EQ(send(*again->queue(0), some_frames(3)), 3u);
  EXPECT_EQ(receive(*again->queue(0)), some_frames(3));  // and nothing of what the first left in its ring
  EXPECT_EQ(counted(*port, "mbufs_free"), counted(*port, "mbufs") - held.size());
  // A port keeps its device, and that the memory of what it gave out.
  first.reset();
  EXPECT_EQ(std::vector(held[3].data, held[3].data + held[3].length), counting_bytes(60, 3));
  port->release(held);
  again.reset();
  second->close();
  EXPECT_EQ(dpdk_device::open({.device = "net_ring1"})->name(), "net_ring1");
}

TEST(dpdk_port, every_queue_is_a_port_of_its_own) {
  const auto device = dpdk_device::open({.device = "net_ring0", .queues = 2});
  const auto first = device->queue(0), second = device->queue(1);
  EXPECT_EQ(device->queue(1), second);
  std::vector<std::thread> threads;
  std::array<contents, 2> got;
  for (const auto& [port, number] : {std::pair{first, 0u}, std::pair{second, 1u}}) {
    threads.emplace_back([port = port, number = number, &got] {
      const port_use use{*port};
      for (unsigned round = 0; round < 50; ++round) {
        ASSERT_EQ(send(*port, {20, counting_bytes(60, number)}), 20u);
        for (auto& one : receive(*port)) got[number].push_back(std::move(one));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (unsigned number = 0; number < 2; ++number) EXPECT_EQ(got[number], (contents{1'000, counting_bytes(60, number)}));
  expect_full_pool(*first);
  EXPECT_THROW(device->queue(2), argument_error);
}

// A thread's number of DPDK's goes to the next thread together with the mbufs that are cached under it: that the first is
// done with them is said by the port, for nothing else orders these two threads.
TEST(dpdk_port, a_thread_takes_over_what_the_last_one_left) {
  const auto device = dpdk_device::open({.device = "net_ring0", .queues = 2});
  std::atomic<unsigned> turn{0};
  const auto run = [&](unsigned number) {
    while (turn.load(std::memory_order_relaxed) != number) std::this_thread::yield();
    {
      const auto port = device->queue(number);
      const port_use use{*port};
      EXPECT_EQ(send(*port, some_frames(3)), 3u);
      EXPECT_EQ(receive(*port), some_frames(3));
    }
    turn.store(number + 1, std::memory_order_relaxed);
  };
  std::thread first{run, 0u}, second{run, 1u};
  first.join();
  second.join();
  expect_full_pool(*device->queue(0));
}

TEST(dpdk_port, what_it_counts_is_told_while_it_is_in_use_and_as_it_is_closed) {
  const auto device = dpdk_device::open({.device = "net_ring0"});
  const auto port = device->queue(0);
  std::atomic<bool> begun{false};
  std::thread hot{[&] {
    const port_use use{*port};
    for (int round = 0; round < 200 || counted(*port, "sent") < 4'000; ++round) {
      ASSERT_EQ(send(*port, some_frames(20)), 20u);
      ASSERT_EQ(receive(*port).size(), 20u);
      begun = true;
    }
  }};
  while (!begun) std::this_thread::yield();
  std::uint64_t last = 0;
  while (last < 4'000) {
    const std::uint64_t now = counted(*port, "received");
    ASSERT_GE(now, last);
    EXPECT_FALSE(port->info().empty());
    EXPECT_TRUE(port->warnings().empty() || port->warnings().front().find("ordinary pages") != std::string::npos);
    last = now;
  }
  hot.join();
  std::atomic<bool> closed{false};
  std::thread asking{[&] {
    while (!closed) EXPECT_EQ(counted(*port, "device_received"), counted(*port, "received"));
  }};
  device->close();
  closed = true;
  asking.join();
  EXPECT_EQ(counted(*port, "device_received"), counted(*port, "received"));
}

std::vector<std::byte> hex(const char* text) {
  std::vector<std::byte> bytes;
  for (; *text != 0; text += 2) bytes.push_back(static_cast<std::byte>(std::stoi(std::string(text, 2), nullptr, 16)));
  return bytes;
}

// The bytes of RFC 2236 and 3376, with the checksums that tshark finds right.
TEST(dpdk_port, groups_are_told_of_when_it_is_opened_and_now_and_then_while_it_is_asked) {
  const dpdk_settings settings{.device = "net_ring0",
                               .groups = {{239, 129, 1, 2}, {233, 54, 12, 111}},
                               .address = {10, 0, 0, 5},
                               .igmp_interval_ms = 100};
  const auto second = [](const std::vector<std::byte>& frame) {
    return std::vector(frame.begin() + 14, frame.begin() + 46);
  };
  const auto port = dpdk_device::open(settings)->queue(0);
  contents reports = receive(*port);
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].size(), 60u);
  EXPECT_EQ(std::vector(reports[0].begin(), reports[0].begin() + 6), hex("01005e010102"));
  EXPECT_EQ(second(reports[0]), hex("46c00020000040000102"
                                    "e98f"
                                    "0a000005"
                                    "ef810102"
                                    "94040000"
                                    "1600f97bef810102"));
  EXPECT_EQ(std::vector(reports[1].begin(), reports[1].begin() + 6), hex("01005e360c6f"));
  // Only whoever asks for frames is told of as there.
  std::this_thread::sleep_for(std::chrono::milliseconds{150});
  for (int call = 0; call < 16; ++call) {
    const contents more = receive(*port);
    if (!more.empty()) {
      EXPECT_EQ(more, reports);
      break;
    }
  }
  EXPECT_GE(counted(*port, "group_reports"), 4u);
  for (int call = 0; call < 1'600; ++call) receive(*port);
  EXPECT_LT(counted(*port, "group_reports"), 100u);  // and not at every 16th call
  EXPECT_EQ(port->held(), 0u);

  dpdk_settings third = settings;
  third.igmp = 3;
  reports = receive(*dpdk_device::open(third)->queue(0));
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(std::vector(reports[0].begin(), reports[0].begin() + 6), hex("01005e000016"));
  EXPECT_EQ(std::vector(reports[0].begin() + 38, reports[0].begin() + 54), hex("2200eb7a0000000102000000ef810102"));

  // From one source alone, and no longer from it.
  third.source = {10, 0, 0, 9};
  const auto single = dpdk_device::open(third);
  reports = receive(*single->queue(0));
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(std::vector(reports[0].begin() + 38, reports[0].begin() + 58),
            hex("2200e2700000000101000001ef8101020a000009"));

  third.igmp = 0;
  third.source = {};
  EXPECT_TRUE(receive(*dpdk_device::open(third)->queue(0)).empty());
}

TEST(dpdk_port, whoever_asks_for_its_groups_is_answered) {
  const auto port =
      dpdk_device::open(
          {.device = "net_ring0", .groups = {{239, 129, 1, 2}}, .address = {10, 0, 0, 5}, .igmp_interval_ms = 600'000})
          ->queue(0);
  const auto reports_reach = [&](std::uint64_t count) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (counted(*port, "group_reports") < count && std::chrono::steady_clock::now() < patience) receive(*port);
    return counted(*port, "group_reports") == count;
  };
  ASSERT_TRUE(reports_reach(2));  // when it is opened, and a second later
  const auto ask = [&](const char* ip_and_igmp) {
    std::vector<std::byte> frame = hex("01005e0000010200000000070800");
    for (const std::byte each : hex(ip_and_igmp)) frame.push_back(each);
    frame.resize(60);
    ASSERT_EQ(send(*port, {frame}), 1u);
    receive(*port);
  };
  const std::string second = "46c0002000004000010200000a000007e000000194040000";
  const std::string third = "46c0002400004000010200000a000007e000000194040000";
  const std::string cut = "46c0001f00004000010200000a000007e000000194040000";
  const std::string no_header = "44c0002000004000010200000a000007e000000194040000";
  const std::string long_header = "4fc0002000004000010200000a000007e000000194040000";
  // Of another group, with a wrong checksum, no query, cut, behind a header that is too short or longer than the packet.
  for (const std::string& none :
       {second + "1164fe16ef810103", second + "11640000ef810102", second + "1600f97bef810102", cut + "1164ee9b00000000",
        no_header + "1164ee9b00000000", long_header + "1164ee9b00000000"})
    ask(none.c_str());
  EXPECT_EQ(counted(*port, "group_queries"), 0u);
  // All groups and this one, in version 2 and 3.
  std::uint64_t reports = 2;
  for (const std::string& query : {second + "1164ee9b00000000", second + "1164fe17ef810102",
                                   third + "1164ec1e00000000027d0000", third + "1164fb9aef810102027d0000"}) {
    ask(query.c_str());
    EXPECT_TRUE(reports_reach(++reports)) << query;
  }
  EXPECT_EQ(counted(*port, "group_queries"), 4u);
  for (int i = 0; i < 1'000; ++i) ask((second + "1164ee9b00000000").c_str());
  EXPECT_LT(counted(*port, "group_reports"), 500u);  // not to every one
  EXPECT_EQ(port->held(), 0u);
}

// Who waits for a link, for seconds here, holds up nobody else.
TEST(dpdk_port, others_come_and_go_while_one_waits_for_its_link) {
  const test::temporary_file place{{}};
  std::atomic<bool> waits{false}, enough{false};
  const auto waiting = [&] {
    waits = true;
    if (enough) throw host_error("enough");
  };
  std::thread opening{[&] {
    EXPECT_THROW(
        dpdk_device::open({.device = "net_vhost0,iface=" + place.path() + ".sock", .link_wait_ms = 600'000}, waiting),
        host_error);
  }};
  while (!waits) std::this_thread::yield();
  {
    const auto device = dpdk_device::open({.device = "net_ring0"});
    const auto port = device->queue(0);
    std::thread{[&] {
      const port_use use{*port};
      EXPECT_EQ(send(*port, some_frames(3)), 3u);
    }}.join();
    device->close();
  }
  enough = true;
  opening.join();
}

TEST(dpdk_port, one_thread_at_a_time_has_it) {
  const auto device = dpdk_device::open({.device = "net_ring0"});
  const auto port = device->queue(0);
  {
    const port_use use{*port};
    EXPECT_THROW(port_use{*port}, argument_error);
    EXPECT_THROW(port_visit{*port}, argument_error);
    EXPECT_THROW(device->close(), argument_error);
    EXPECT_TRUE(device->is_open());
  }
  {
    const port_visit first{*port}, second{*port};
    EXPECT_THROW(port_use{*port}, argument_error);
  }
  std::thread{[&] { const port_use use{*port}; }}.join();
  device->close();
}

TEST(dpdk_port, the_calling_thread_keeps_its_cores) {
  const auto cores = [] {
    cpu_set_t set;
    ::sched_getaffinity(0, sizeof set, &set);
    return CPU_COUNT(&set);
  };
  const auto port = open_ring();
  EXPECT_EQ(cores(), static_cast<int>(std::thread::hardware_concurrency()));
}

template <class Error>
void expect_refused(const dpdk_settings& settings, const std::string& words) {
  try {
    const auto device = dpdk_device::open(settings);
    ADD_FAILURE() << "was accepted: " << words;
  } catch (const Error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find(words), std::string::npos) << refusal.what();
  }
}

TEST(dpdk_port, what_cannot_be_is_refused_with_the_remedy_and_leaves_nothing_behind) {
  const auto free_before = counted(*open_ring(), "mbufs_free");
  const test::temporary_file text{counting_bytes(100)};
  const test::temporary_file gzipped{std::vector{std::byte{0x1f}, std::byte{0x8b}, std::byte{8}, std::byte{0}}};
  const test::temporary_file capture = capture_of(some_frames(1));
  const std::string rx = "net_pcap0,rx_pcap=";
  expect_refused<input_error>({.device = rx + "/nowhere/x.pcap"}, "'/nowhere/x.pcap' can't be read");
  expect_refused<input_error>({.device = rx + text.path()}, "is no pcap or pcapng capture");
  expect_refused<input_error>({.device = rx + gzipped.path()}, "unpack it with `gunzip -k");
  expect_refused<input_error>({.device = rx + "/"}, "is a folder");
  expect_refused<input_error>({.device = rx + capture.path() + ",tx_pcap=/nowhere/x"}, "there is no folder '/nowhere'");
  expect_refused<argument_error>({.device = rx + capture.path() + ",tx_pcap=" + capture.path()}, "both rx_pcap and");
  expect_refused<host_error>({.device = rx + capture.path() + ",nonsense=1"},
                             "see that the arguments are the driver's");
  expect_refused<argument_error>({.device = "net_pcap0"}, "lacks rx_pcap=");
  expect_refused<argument_error>({.device = "net_af_packet0"}, "lacks iface=");
  expect_refused<host_error>({.device = "net_af_packet0,iface=nowhere0"}, "no interface 'nowhere0' on this host");
  expect_refused<argument_error>({.device = "net_virtio_user0"}, "lacks path=");
  expect_refused<input_error>({.device = "net_virtio_user0,path=/nowhere.sock"}, "no socket '/nowhere.sock'");
  expect_refused<input_error>({.device = "net_virtio_user0,server=1,path=" + text.path()}, "is a file and no socket");
  expect_refused<input_error>({.device = "net_virtio_user0,path=" + text.path()}, "is a file and no socket");
  expect_refused<host_error>({.device = "net_nothing0"}, "DPDK has no driver for 'net_nothing0'");
  expect_refused<host_error>({.device = "ffff:ff:1e.0"}, "no card at ffff:ff:1e.0: `lspci -D");
  for (const char* none : {"", "eth0!", "net_ring", "0", "net_ring0\n", ",", "net_ring99999"})
    expect_refused<argument_error>({.device = none}, "is no device");
  expect_refused<argument_error>({.device = "net_ring0,a\n"}, "can't be DPDK's");
  expect_refused<argument_error>({.device = "net_ring0", .groups = {{239, 1, 1, 1}}, .source = {10, 0, 0, 9}},
                                 "give groups= and igmp=3");
  expect_refused<argument_error>({.device = "net_ring0", .mbufs = 0}, "mbufs is 0; it must be from 1");
  expect_refused<argument_error>({.device = "net_af_xdp0,iface=lo", .mbufs = 2'048},
                                 "keeps 2048 for good: give it 4095");
  expect_refused<argument_error>({.device = "net_ring0", .burst = 65}, "burst is 65");
  expect_refused<argument_error>({.device = "net_ring0", .queues = 60}, "'net_ring0' has 16: ask for fewer");
  expect_refused<argument_error>({.device = "net_ring0", .groups = {{10, 0, 0, 1}}}, "no multicast group");
  expect_refused<argument_error>({.device = "net_ring0", .igmp = 1}, "igmp is 1; it must be 2, 3, or 0");
  expect_refused<argument_error>({.device = "net_ring0", .igmp_interval_ms = 5}, "igmp_interval_ms is 5");
  expect_refused<argument_error>({.device = "net_ring0", .offloads = {"magic"}}, "'magic' is unknown; name some of");
  expect_refused<argument_error>({.device = "net_ring0", .eal_arguments = {"--iova-mode=va"}},
                                 "eal_arguments are '--iova-mode=va', but DPDK runs already with none");
  expect_refused<argument_error>({.device = "net_ring0", .numa_node = 63}, "`ls -d /sys/devices/system/node/node*`");
  EXPECT_EQ(counted(*open_ring(), "mbufs_free"), free_before);
}

TEST(dpdk_port, tells_what_it_stands_on_and_what_its_device_cannot_do) {
  const auto device = dpdk_device::open({.device = "net_ring0", .queues = 2, .offloads = {"udp_cksum"}});
  const auto port = device->queue(1);
  const auto facts = port->info();
  const auto fact = [&](const std::string& name) {
    const auto found = std::find_if(facts.begin(), facts.end(), [&](const auto& one) { return one.first == name; });
    return found == facts.end() ? port_fact{} : found->second;
  };
  EXPECT_EQ(fact("driver"), port_fact{std::string("net_ring")});
  EXPECT_EQ(fact("queue"), port_fact{std::int64_t{1}});
  EXPECT_EQ(fact("queues"), port_fact{std::int64_t{2}});
  EXPECT_EQ(fact("rss"), port_fact{false});
  EXPECT_EQ(fact("stamps"), port_fact{std::string("none")});
  EXPECT_EQ(fact("dpdk"), port_fact{dpdk_version()});
  std::string told;
  for (const std::string& each : port->warnings()) told += each + "\n";
  EXPECT_NE(told.find("can't do the offload udp_cksum"), std::string::npos) << told;
  EXPECT_NE(told.find("no receive-side scaling"), std::string::npos) << told;
}

}  // namespace
}  // namespace pyhft::net
