// SPDX-License-Identifier: MIT
// The ports over memory, capture files and message files, as a hot loop uses them.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "net/capture_builder.hpp"
#include "net/temporary_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/mapped_file.hpp"
#include "pyhft/net/memory_port.hpp"
#include "pyhft/net/message_file_port.hpp"
#include "pyhft/net/pcap_port.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::net {
namespace {

using test::counting_bytes;
using test::temporary_file;
using test::wire;

using contents = std::vector<std::vector<std::byte>>;

contents receive_all(port& from, std::size_t burst) {
  contents result;
  std::vector<frame> frames(burst);
  while (!from.at_end()) {
    const std::size_t count = from.rx_burst(frames);
    for (std::size_t i = 0; i < count; ++i) result.emplace_back(frames[i].data, frames[i].data + frames[i].length);
    from.release(std::span{frames}.first(count));
  }
  EXPECT_EQ(from.rx_burst(frames), 0u);
  return result;
}

constexpr std::array<std::size_t, 6> bursts{1, 2, 31, 32, 33, 1000};

// A frame of `length` bytes that count from `first` on, sent at `time_ns`.
void send_one(port& to, std::size_t length, unsigned first, std::int64_t time_ns) {
  std::array<frame, 1> out;
  ASSERT_EQ(to.tx_acquire(out), 1u);
  ASSERT_GE(out[0].capacity, length);
  const auto bytes = counting_bytes(length, first);
  std::copy(bytes.begin(), bytes.end(), out[0].data);
  out[0].length = static_cast<std::uint32_t>(length);
  out[0].timestamp = {time_ns};
  ASSERT_EQ(to.tx_burst(out), 1u);
}

std::vector<memory_port::packet> packets(std::size_t count) {
  std::vector<memory_port::packet> result;
  for (std::size_t i = 0; i < count; ++i)
    result.push_back({counting_bytes(i, 7), {static_cast<std::int64_t>(i) + 100}});
  return result;
}

TEST(memory_port, gives_every_frame_once_in_order_in_bursts_of_any_size_and_again_after_a_rewind) {
  for (const std::size_t count : {0u, 1u, 31u, 32u, 33u, 100u}) {
    contents expected;
    for (const auto& each : packets(count)) expected.push_back(each.bytes);
    for (const std::size_t burst : bursts) {
      memory_port port{packets(count)};
      EXPECT_EQ(receive_all(port, burst), expected);
      EXPECT_TRUE(port.rewind());
      EXPECT_EQ(receive_all(port, burst), expected);
    }
  }
}

TEST(memory_port, a_burst_of_no_room_takes_nothing) {
  memory_port port{packets(3)};
  EXPECT_EQ(port.rx_burst({}), 0u);
  EXPECT_FALSE(port.at_end());
  std::array<frame, 2> frames;
  EXPECT_EQ(port.rx_burst(frames), 2u);
  EXPECT_EQ(frames[1].timestamp.count, 101);
}

TEST(memory_port, keeps_what_is_sent_and_takes_no_more_than_it_was_made_for) {
  memory_port port{{}, 3};
  EXPECT_EQ(port.framing(), framing::ethernet);
  for (unsigned i = 0; i < 3; ++i) send_one(port, 79 + i, i, i);
  std::array<frame, 4> out;
  EXPECT_EQ(port.tx_acquire(out), 0u);
  EXPECT_EQ(port.tx_burst(out), 0u);
  const auto sent = port.sent();
  ASSERT_EQ(sent.size(), 3u);
  for (unsigned i = 0; i < 3; ++i) {
    EXPECT_EQ(sent[i].bytes, counting_bytes(79 + i, i));
    EXPECT_EQ(sent[i].timestamp.count, i);
  }
}

TEST(memory_port, of_acquired_buffers_any_may_be_sent_in_any_order_and_the_others_are_forgotten) {
  memory_port port{{}, 4};
  std::array<frame, 8> out;
  ASSERT_EQ(port.tx_acquire(out), 4u);
  for (unsigned i = 0; i < 4; ++i) {
    out[i].data[0] = std::byte(i + 1);
    out[i].length = 1;
  }
  std::array<frame, 2> chosen{out[1], out[3]};
  EXPECT_EQ(port.tx_burst(chosen), 2u);
  std::array<std::byte, 3> own{std::byte{9}, std::byte{9}, std::byte{9}};  // and a buffer of somebody else
  std::array<frame, 1> foreign{frame{.data = own.data(), .length = 3}};
  EXPECT_EQ(port.tx_burst(foreign), 1u);
  const auto sent = port.sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].bytes, counting_bytes(1, 2));
  EXPECT_EQ(sent[1].bytes, counting_bytes(1, 4));
  EXPECT_EQ(sent[2].bytes, (std::vector<std::byte>(3, std::byte{9})));
}

test::capture_file capture(std::size_t count) {
  test::capture_file result = test::pcap_file(false, true);
  for (std::size_t i = 0; i < count; ++i)
    test::add_packet(result, 1, static_cast<std::uint32_t>(i), counting_bytes(i % 90));
  return result;
}

TEST(pcap_port, gives_every_frame_of_a_capture_in_bursts_of_any_size_and_says_how_far_it_is) {
  for (const std::size_t count : {0u, 1u, 32u, 100u}) {
    const temporary_file file{capture(count).data};
    contents expected;
    for (std::size_t i = 0; i < count; ++i) expected.push_back(counting_bytes(i % 90));
    for (const std::size_t burst : bursts) {
      pcap_port port{file.path(), "day.pcap", ""};
      EXPECT_EQ(port.framing(), framing::ethernet);
      EXPECT_EQ(port.position_bytes(), 0u);
      EXPECT_EQ(receive_all(port, burst), expected);
      EXPECT_EQ(port.position_bytes(), port.size_bytes());
      EXPECT_TRUE(port.warnings().empty());
      EXPECT_TRUE(port.rewind());
      EXPECT_EQ(port.position_bytes(), 0u);
      EXPECT_FALSE(port.at_end());
      EXPECT_EQ(receive_all(port, burst), expected);
    }
  }
}

TEST(pcap_port, warns_of_a_cut_and_of_other_links_under_the_name_it_was_given) {
  auto cut = capture(10);
  cut.data.bytes.resize(cut.data.size() - 1);
  const temporary_file file{cut.data};
  pcap_port port{file.path(), "day.pcap.gz", ""};
  EXPECT_EQ(receive_all(port, 4).size(), 9u);
  ASSERT_EQ(port.warnings().size(), 1u);
  EXPECT_EQ(port.warnings()[0].find("'day.pcap.gz': the capture is cut in the middle of a packet at offset"), 0u);

  test::capture_file mixed{};
  test::add_section(mixed, false);
  test::add_interface(mixed, 1);
  test::add_interface(mixed, 113);
  test::add_enhanced_packet(mixed, 1, 0, counting_bytes(9));
  test::add_enhanced_packet(mixed, 0, 0, counting_bytes(8));
  const temporary_file other{mixed.data};
  pcap_port second{other.path(), "x", ""};
  EXPECT_EQ(receive_all(second, 4), (contents{counting_bytes(8)}));
  ASSERT_EQ(second.warnings().size(), 1u);
  EXPECT_EQ(second.warnings()[0].find("1 packets were passed over"), 0u);
}

TEST(pcap_port, what_is_sent_stands_in_the_other_capture_after_finish) {
  const temporary_file input{capture(1).data}, output;
  pcap_port port{input.path(), "x", output.path()};
  for (unsigned i = 0; i < 100; ++i) send_one(port, 79, i, 1'000 + i);
  EXPECT_EQ(port.poll_background(), 100u);
  for (unsigned i = 100; i < 150; ++i) send_one(port, 79, i, 1'000 + i);
  port.finish();
  EXPECT_TRUE(port.warnings().empty());
  const mapped_file written{output.path()};
  capture_reader reader{written.bytes(), "orders"};
  unsigned i = 0;
  for (frame each; reader.next(each); ++i) {
    ASSERT_EQ(std::vector<std::byte>(each.data, each.data + each.length), counting_bytes(79, i));
    ASSERT_EQ(each.timestamp.count, 1'000 + i);
  }
  EXPECT_EQ(i, 150u);
}

TEST(pcap_port, a_capture_is_never_written_over_by_its_own_orders) {
  const auto content = capture(20);
  const temporary_file file{content.data};
  EXPECT_THROW((pcap_port{file.path(), "x", file.path()}), input_error);
  EXPECT_THROW((message_file_port{file.path(), "x", file.path()}), input_error);
  const temporary_file packed{content.data};  // the path is that of an unpacked copy
  EXPECT_THROW((pcap_port{file.path(), packed.path(), packed.path()}), input_error);
  EXPECT_EQ(file.read(), content.data.bytes);
  EXPECT_EQ(packed.read(), content.data.bytes);
}

wire messages(std::size_t count) {
  wire result;
  for (std::size_t i = 1; i <= count; ++i) result.big(i, 2).append(counting_bytes(i));
  return result;
}

TEST(message_file_port, gives_every_message_without_its_length_in_bursts_of_any_size) {
  for (const std::size_t count : {1u, 32u, 100u}) {
    const temporary_file file{messages(count)};
    contents expected;
    for (std::size_t i = 1; i <= count; ++i) expected.push_back(counting_bytes(i));
    for (const std::size_t burst : bursts) {
      message_file_port port{file.path(), "day.itch", ""};
      EXPECT_EQ(port.framing(), framing::message);
      EXPECT_EQ(receive_all(port, burst), expected);
      EXPECT_TRUE(port.warnings().empty());
      EXPECT_EQ(port.position_bytes(), port.size_bytes());
      EXPECT_TRUE(port.rewind());
      EXPECT_EQ(receive_all(port, burst), expected);
    }
  }
}

TEST(message_file_port, a_length_of_zero_is_passed_over_wherever_it_stands) {
  wire file_bytes;
  file_bytes.big(0, 2).append(messages(2)).big(0, 2).big(0, 2).big(1, 2).u8(9).big(0, 2);
  const temporary_file file{file_bytes};
  for (const std::size_t burst : bursts) {
    message_file_port port{file.path(), "x", ""};
    EXPECT_EQ(receive_all(port, burst), (contents{counting_bytes(1), counting_bytes(2), counting_bytes(1, 9)}));
    EXPECT_TRUE(port.warnings().empty());
  }
}

TEST(message_file_port, a_file_cut_anywhere_gives_its_whole_messages_and_one_warning_with_the_offset) {
  const wire whole = messages(6);
  std::size_t ends = 0, message = 0;
  for (std::size_t length = 1; length <= whole.size(); ++length) {
    if (length == ends + 2 + message + 1) ends = length, ++message;
    const temporary_file file{std::span{whole.bytes}.first(length)};
    message_file_port port{file.path(), "day.itch", ""};
    ASSERT_EQ(receive_all(port, 4).size(), message) << length;
    if (length == ends) {
      ASSERT_TRUE(port.warnings().empty()) << length;
    } else {
      ASSERT_EQ(
          port.warnings(),
          (std::vector<std::string>{"'day.itch' is cut in the middle of a message: " + std::to_string(length - ends) +
                                    " stray bytes at offset " + std::to_string(ends)}));
    }
  }
  EXPECT_EQ(message, 6u);
}

TEST(ports, no_call_of_the_hot_thread_allocates) {
  const temporary_file pcap{capture(2'000).data}, itch{messages(2'000)}, first_output, second_output;
  std::vector<std::unique_ptr<port>> ports;
  ports.push_back(std::make_unique<memory_port>(packets(2'000), 2'000));
  ports.push_back(std::make_unique<pcap_port>(pcap.path(), "x", first_output.path()));
  ports.push_back(std::make_unique<message_file_port>(itch.path(), "x", second_output.path()));
  for (const auto& each : ports) {
    std::array<frame, 32> in;
    std::array<frame, 3> out;
    std::size_t received = 0, sent = 0;
    const support::allocation_counter here;
    for (std::size_t count; (count = each->rx_burst(in)) != 0; received += count) {
      const auto acquired = std::span{out}.first(each->tx_acquire(out));
      for (frame& order : acquired) order.length = 79;
      sent += each->tx_burst(acquired);
      each->release(std::span{in}.first(count));
    }
    EXPECT_EQ(here.calls(), 0u);
    EXPECT_EQ(received, 2'000u);
    EXPECT_EQ(sent, 63u * 3);
    EXPECT_TRUE(each->at_end());
  }
}

}  // namespace
}  // namespace pyhft::net
