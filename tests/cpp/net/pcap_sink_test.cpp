// SPDX-License-Identifier: MIT
// The sink between its two threads: one sends, one writes.
#include "pyhft/net/pcap_sink.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <string>
#include <thread>

#include "net/temporary_file.hpp"
#include "net/wire.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/mapped_file.hpp"

namespace pyhft::net {
namespace {

using test::temporary_file;

constexpr std::uint64_t ring_frames = 1u << 14;

// Sends frames that carry their number, in bursts of 1 to 64.
void send_numbered(pcap_sink& to, std::uint64_t count, std::atomic<std::uint64_t>& sent) {
  std::array<frame, pcap_sink::max_burst> buffers;
  for (std::uint64_t next = 0; next < count;) {
    const std::uint64_t wanted = std::min<std::uint64_t>(next % 64 + 1, count - next);
    const auto burst = std::span{buffers}.first(to.acquire(std::span{buffers}.first(wanted)));
    for (frame& each : burst) {
      std::memcpy(each.data, &next, sizeof next);
      each.length = 60 + static_cast<std::uint32_t>(next % 20);
      each.timestamp = {static_cast<std::int64_t>(next)};
      ++next;
    }
    ASSERT_EQ(to.send(burst), burst.size());
    sent.store(next, std::memory_order_release);  // pairs with the acquire of the writing thread
  }
}

void expect_numbered(const std::string& path, std::uint64_t count) {
  const mapped_file written{path};
  capture_reader reader{written.bytes(), path};
  std::uint64_t expected = 0;
  for (frame each; reader.next(each); ++expected) {
    std::uint64_t number;
    std::memcpy(&number, each.data, sizeof number);
    ASSERT_EQ(number, expected);
    ASSERT_EQ(each.length, 60 + expected % 20);
    ASSERT_EQ(each.timestamp.count, static_cast<std::int64_t>(expected));
  }
  EXPECT_EQ(expected, count);
  EXPECT_EQ(reader.damage(), "");
}

TEST(pcap_sink, two_threads_lose_nothing_and_keep_the_order) {
  constexpr std::uint64_t count = 100'000;
  const temporary_file file;
  pcap_sink sink{file.path()};
  std::atomic<std::uint64_t> sent{0};
  std::thread hot{[&] { send_numbered(sink, count, sent); }};
  std::uint64_t written = 0;
  while (sent.load(std::memory_order_acquire) < count) {  // pairs with the release of the sending thread
    const std::size_t done = sink.poll();
    ASSERT_LE(done, pcap_sink::max_poll);  // a poll ends, however fast the other side sends
    written += done;
  }
  hot.join();
  sink.finish();
  EXPECT_LE(written, count);
  EXPECT_EQ(sink.warning(), "");
  expect_numbered(file.path(), count);
}

TEST(pcap_sink, a_full_ring_makes_the_sender_wait_until_the_writer_has_made_room) {
  constexpr std::uint64_t count = 3 * ring_frames;
  const temporary_file file;
  pcap_sink sink{file.path()};
  std::atomic<std::uint64_t> sent{0};
  std::thread hot{[&] { send_numbered(sink, count, sent); }};
  // Nothing is written yet: a full ring gets through, with the eighth that a queue has more than its capacity.
  while (sent.load(std::memory_order_acquire) + pcap_sink::max_burst < ring_frames) std::this_thread::yield();
  for (int i = 0; i < 100; ++i) {
    std::this_thread::yield();
    EXPECT_LE(sent.load(std::memory_order_acquire), ring_frames + ring_frames / 8);
  }
  while (sent.load(std::memory_order_acquire) < count) sink.poll();
  hot.join();
  sink.finish();
  expect_numbered(file.path(), count);
}

TEST(pcap_sink, a_disk_that_fills_up_stops_nobody_and_the_loss_is_told) {
  constexpr std::uint64_t count = 60'000;  // several times the buffer of the writer
  pcap_sink sink{"/dev/full"};
  std::atomic<std::uint64_t> sent{0};
  std::thread hot{[&] { send_numbered(sink, count, sent); }};
  while (sent.load(std::memory_order_acquire) < count) sink.poll();
  hot.join();
  sink.finish();
  const std::string text = sink.warning();
  EXPECT_EQ(text.find("can't write '/dev/full': No space left on device"), 0u) << text;
  const std::size_t number = text.find("at least ");
  ASSERT_NE(number, std::string::npos);
  const std::uint64_t lost = std::stoull(text.substr(number + 9));
  EXPECT_GT(lost, count / 2);
  EXPECT_LE(lost, count);
}

TEST(pcap_sink, a_disk_that_is_full_at_the_last_moment_is_told_too) {
  pcap_sink sink{"/dev/full"};
  std::atomic<std::uint64_t> sent{0};
  send_numbered(sink, 3, sent);
  EXPECT_EQ(sink.poll(), 3u);
  EXPECT_EQ(sink.warning(), "");  // still in the buffer
  sink.finish();
  EXPECT_NE(sink.warning().find("at least 1 sent frames"), std::string::npos) << sink.warning();
}

TEST(pcap_sink, without_a_path_frames_are_taken_and_dropped) {
  pcap_sink sink;
  std::atomic<std::uint64_t> sent{0};
  send_numbered(sink, 3 * ring_frames, sent);  // more than any ring, and nobody polls
  EXPECT_EQ(sink.poll(), 0u);
  sink.finish();
  EXPECT_EQ(sink.warning(), "");
}

TEST(pcap_sink, a_file_without_frames_is_a_whole_capture) {
  const temporary_file file;
  {
    pcap_sink sink{file.path()};
    sink.finish();
  }
  expect_numbered(file.path(), 0);
}

TEST(pcap_sink, a_frame_longer_than_its_buffer_is_cut_and_nothing_beyond_it_is_touched) {
  const temporary_file file;
  pcap_sink sink{file.path()};
  std::array<frame, 100> buffers;
  ASSERT_EQ(sink.acquire(buffers), pcap_sink::max_burst);
  buffers[63].length = 5'000;
  EXPECT_EQ(sink.send(std::span{buffers}.subspan(63, 1)), 1u);
  sink.finish();
  EXPECT_EQ(file.read().size(), 24 + 16 + pcap_sink::max_frame_bytes);
}

}  // namespace
}  // namespace pyhft::net
