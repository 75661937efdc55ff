// SPDX-License-Identifier: MIT
#include "pyhft/net/headers.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "net/guarded_bytes.hpp"
#include "net/wire.hpp"

namespace pyhft::net {
namespace {

using test::counting_bytes;
using test::guarded_bytes;
using test::wire;

// A frame as a textbook draws it; each part can be made wrong.
struct frame_parts {
  std::vector<std::uint16_t> tags{};
  std::uint16_t ether_type{0x0800};
  unsigned version_and_words{0};  // 0: the right ones
  std::size_t option_words{0};
  int ip_length{-1};  // -1: the right one
  std::uint16_t fragment{0x4000};
  unsigned protocol{17};
  std::uint16_t port{26400};
  int udp_length{-1};
  std::vector<std::byte> payload{counting_bytes(5)};
  std::size_t trailer{0};

  std::size_t headers() const { return 14 + 4 * tags.size() + 20 + 4 * option_words + 8; }

  wire build() const {
    wire out;
    out.fill(6, 0x11).fill(6, 0x22);
    for (const std::uint16_t tag : tags) out.big(tag, 2).big(141, 2);
    out.big(ether_type, 2);
    const std::size_t udp = 8 + payload.size(), ip = 20 + 4 * option_words + udp;
    out.u8(version_and_words != 0 ? version_and_words : static_cast<unsigned>(0x45 + option_words)).u8(0);
    out.big(ip_length >= 0 ? static_cast<std::uint64_t>(ip_length) : ip, 2);
    out.big(0x1234, 2).big(fragment, 2).u8(64).u8(protocol).big(0, 2).big(0x0A000001, 4).big(0xE9360C6F, 4);
    out.fill(4 * option_words, 1);
    out.big(9999, 2).big(port, 2).big(udp_length >= 0 ? static_cast<std::uint64_t>(udp_length) : udp, 2).big(0, 2);
    return out.append(payload).fill(trailer, 0xEE);
  }
};

std::vector<std::byte> copy_of(std::span<const std::byte> bytes) { return {bytes.begin(), bytes.end()}; }

const std::vector<std::vector<std::uint16_t>> tag_stacks{
    {}, {0x8100}, {0x88A8, 0x8100}, {0x9100, 0x8100}, {0x9200}, {0x8100, 0x8100, 0x8100, 0x8100}};

TEST(find_udp, the_payload_and_port_are_found_behind_any_tags_options_and_padding_and_every_cut_is_truncated) {
  guarded_bytes page{4096};
  for (const auto& tags : tag_stacks) {
    for (const std::size_t option_words : {0u, 1u, 10u}) {
      for (const std::size_t payload : {0u, 1u, 2u, 17u, 60u}) {
        for (const std::size_t trailer : {0u, 1u, 18u}) {
          const frame_parts parts{
              .tags = tags, .option_words = option_words, .payload = counting_bytes(payload), .trailer = trailer};
          const wire whole = parts.build();
          const std::size_t end_of_datagram = whole.size() - trailer;
          for (std::size_t length = 0; length <= whole.size(); ++length) {
            const udp_datagram found = find_udp(page.hold(std::span{whole.bytes}.first(length)));
            if (length < end_of_datagram) {
              ASSERT_EQ(found.cause, frame_cause::truncated) << length << " of " << whole.size();
              ASSERT_TRUE(found.payload.empty());
            } else {
              ASSERT_EQ(found.cause, frame_cause::udp) << length << " of " << whole.size();
              ASSERT_EQ(found.destination_port, 26400);
              ASSERT_EQ(copy_of(found.payload), parts.payload);
            }
          }
        }
      }
    }
  }
}

TEST(find_udp, the_length_of_udp_cuts_off_what_the_ip_datagram_carries_behind_it) {
  frame_parts parts{.udp_length = 8 + 3};
  const wire frame = parts.build();
  const udp_datagram found = find_udp(frame);
  EXPECT_EQ(found.cause, frame_cause::udp);
  EXPECT_EQ(copy_of(found.payload), counting_bytes(3));
}

TEST(find_udp, every_other_protocol_below_ip_is_not_ipv4) {
  for (const std::uint16_t type :
       std::initializer_list<std::uint16_t>{0x0806, 0x86DD, 0x88CC, 0x0000, 0x05DC, 0xFFFF, 0x0801, 0x8101}) {
    EXPECT_EQ(find_udp(frame_parts{.ether_type = type}.build()).cause, frame_cause::not_ipv4) << type;
    EXPECT_EQ(find_udp(frame_parts{.tags = {0x8100}, .ether_type = type}.build()).cause, frame_cause::not_ipv4) << type;
  }
}

TEST(find_udp, nothing_but_tags_is_truncated_however_many_there_are) {
  guarded_bytes page{4096};
  wire tags;
  tags.fill(12);
  for (int i = 0; i < 500; ++i) tags.big(0x8100, 2).big(1, 2);
  for (std::size_t length = 0; length <= tags.size(); ++length) {
    ASSERT_EQ(find_udp(page.hold(std::span{tags.bytes}.first(length))).cause, frame_cause::truncated);
  }
}

TEST(find_udp, an_ip_header_that_contradicts_itself_is_bad) {
  for (unsigned first = 0; first < 256; ++first) {
    const auto cause =
        find_udp(frame_parts{.version_and_words = first == 0 ? 0x00F : first, .trailer = 60}.build()).cause;
    const bool good_version = first >> 4 == 4 && (first & 15) >= 5;
    if (!good_version) {
      EXPECT_EQ(cause, frame_cause::bad_ip_header) << first;
    } else if (first == 0x45) {
      EXPECT_EQ(cause, frame_cause::udp);
    } else {
      EXPECT_NE(cause, frame_cause::udp) << first;  // its options would be the UDP header
    }
  }
  for (int length = 0; length < 20; ++length) {
    EXPECT_EQ(find_udp(frame_parts{.ip_length = length}.build()).cause, frame_cause::bad_ip_header) << length;
  }
  EXPECT_EQ(find_udp(frame_parts{.option_words = 2, .ip_length = 27}.build()).cause, frame_cause::bad_ip_header);
}

TEST(find_udp, first_middle_and_last_fragments_are_fragments_and_the_two_upper_flags_are_none) {
  for (const std::uint16_t first_middle_last :
       std::initializer_list<std::uint16_t>{0x2000, 0x2001, 0x3FFF, 0x00B9, 0x1FFF, 0x0001}) {
    EXPECT_EQ(find_udp(frame_parts{.fragment = first_middle_last}.build()).cause, frame_cause::fragment);
  }
  for (const std::uint16_t whole : std::initializer_list<std::uint16_t>{0x0000, 0x4000, 0x8000, 0xC000}) {
    EXPECT_EQ(find_udp(frame_parts{.fragment = whole}.build()).cause, frame_cause::udp);
  }
}

TEST(find_udp, every_protocol_but_17_is_not_udp) {
  for (unsigned protocol = 0; protocol < 256; ++protocol) {
    const auto cause = find_udp(frame_parts{.protocol = protocol}.build()).cause;
    EXPECT_EQ(cause, protocol == 17 ? frame_cause::udp : frame_cause::not_udp) << protocol;
  }
}

TEST(find_udp, a_udp_length_below_its_header_or_beyond_the_ip_datagram_is_bad) {
  const int right = 8 + 5;
  for (int length = 0; length < 40; ++length) {
    const auto cause = find_udp(frame_parts{.udp_length = length, .trailer = 40}.build()).cause;
    EXPECT_EQ(cause, length >= 8 && length <= right ? frame_cause::udp : frame_cause::bad_udp_length) << length;
  }
  EXPECT_EQ(find_udp(frame_parts{.udp_length = 0xFFFF}.build()).cause, frame_cause::bad_udp_length);
  for (int ip_length = 20; ip_length < 28; ++ip_length) {  // no room for a UDP header
    EXPECT_EQ(find_udp(frame_parts{.ip_length = ip_length}.build()).cause, frame_cause::bad_udp_length) << ip_length;
  }
}

TEST(find_udp, random_and_damaged_bytes_never_lead_outside_the_frame) {
  guarded_bytes page{4096};
  std::mt19937_64 random{7};
  std::array<std::uint64_t, 7> causes{};
  for (int round = 0; round < 200'000; ++round) {
    const frame_parts parts{.tags = tag_stacks[random() % tag_stacks.size()], .option_words = random() % 11};
    wire frame = parts.build();
    for (auto damage = random() % 4; damage > 0; --damage)
      frame.bytes[12 + random() % (frame.size() - 12)] = std::byte(random());
    const auto bytes =
        page.hold(std::span{frame.bytes}.first(random() % 4 == 0 ? random() % frame.size() : frame.size()));
    const udp_datagram found = find_udp(bytes);
    ++causes[static_cast<std::size_t>(found.cause)];
    if (found.cause != frame_cause::udp) {
      ASSERT_TRUE(found.payload.empty());
    } else {
      ASSERT_GE(found.payload.data(), bytes.data());
      ASSERT_LE(found.payload.data() + found.payload.size(), bytes.data() + bytes.size());
    }
  }
  for (const std::uint64_t seen : causes) EXPECT_GT(seen, 100u);  // each cause was really met
}

// RFC 1071 word by word, as slowly as it reads.
std::uint16_t slow_sum(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += std::to_integer<std::uint32_t>(bytes[i]) << 8;
    if (i + 1 < bytes.size()) sum += std::to_integer<std::uint32_t>(bytes[i + 1]);
    if (sum > 0xFFFF) sum = (sum & 0xFFFF) + 1;
  }
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t slow_udp_sum(std::span<const std::byte> frame) {
  wire pseudo;
  pseudo.append(frame.subspan(14 + 12, 8)).u8(0).u8(17).append(frame.subspan(34 + 4, 2)).append(frame.subspan(34));
  return slow_sum(pseudo);
}

constexpr udp_route route{.source = {{2, 0, 0, 0, 0, 9}, {192, 168, 7, 1}, 40001},
                          .destination = {{0x01, 0x00, 0x5E, 0x36, 0x0C, 0x6F}, {233, 54, 12, 111}, 26477},
                          .time_to_live = 3};

std::vector<std::byte> written(std::span<const std::byte> payload) {
  wire frame;
  frame.fill(udp_headers_bytes, 0xA5).append(payload);
  write_udp_headers(frame.bytes, route);
  return frame.bytes;
}

TEST(write_udp_headers, every_byte_is_what_the_standards_say) {
  const auto frame = written(counting_bytes(3, 0x61));
  wire expected;
  expected.big(0x01005E360C6F, 6).big(0x020000000009, 6).big(0x0800, 2);
  expected.u8(0x45).u8(0).big(31, 2).big(0, 2).big(0x4000, 2).u8(3).u8(17).append(std::span{frame}.subspan(24, 2));
  expected.big(0xC0A80701, 4).big(0xE9360C6F, 4).big(40001, 2).big(26477, 2).big(11, 2);
  expected.append(std::span{frame}.subspan(40, 2)).text("abc", 3);
  EXPECT_EQ(frame, expected.bytes);
}

TEST(write_udp_headers, both_checksums_come_out_right_at_every_length_and_are_read_back) {
  std::mt19937_64 random{11};
  for (std::size_t length = 0; length <= 300; ++length) {
    std::vector<std::byte> payload(length);
    for (std::byte& each : payload) each = std::byte(random());
    const auto frame = written(payload);
    ASSERT_EQ(slow_sum(std::span{frame}.subspan(14, 20)), 0xFFFF) << length;
    ASSERT_EQ(slow_udp_sum(frame), 0xFFFF) << length;
    const udp_datagram found = find_udp(frame);
    ASSERT_EQ(found.cause, frame_cause::udp);
    ASSERT_EQ(found.destination_port, 26477);
    ASSERT_EQ(copy_of(found.payload), payload);
  }
}

TEST(write_udp_headers, the_longest_payload_of_ones_does_not_overflow_the_sum) {
  const std::vector<std::byte> payload(max_udp_payload_bytes, std::byte{0xFF});
  const auto frame = written(payload);
  EXPECT_EQ(slow_sum(std::span{frame}.subspan(14, 20)), 0xFFFF);
  EXPECT_EQ(slow_udp_sum(frame), 0xFFFF);
  EXPECT_EQ(find_udp(frame).payload.size(), max_udp_payload_bytes);
}

TEST(write_udp_headers, a_udp_checksum_of_zero_is_written_as_ones_because_zero_says_there_is_none) {
  const auto first = written(wire{}.big(0, 2).bytes);
  // A payload that is its own checksum makes the sum 0xFFFF, whose complement is 0.
  const auto frame = written(std::span{first}.subspan(40, 2));
  EXPECT_EQ(frame[40], std::byte{0xFF});
  EXPECT_EQ(frame[41], std::byte{0xFF});
  EXPECT_EQ(slow_udp_sum(frame), 0xFFFF);
}

TEST(ones_complement_sum, continues_a_sum_and_pads_an_odd_byte_on_the_right) {
  const auto bytes = counting_bytes(9, 0xF8);
  EXPECT_EQ(ones_complement_sum({}), 0u);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    EXPECT_EQ(ones_complement_sum(std::span{bytes}.first(length)), slow_sum(std::span{bytes}.first(length))) << length;
  }
  EXPECT_EQ(ones_complement_sum(std::span{bytes}.subspan(4), ones_complement_sum(std::span{bytes}.first(4))),
            slow_sum(bytes));
  EXPECT_EQ(ones_complement_sum({}, 0x1FFFF), 1u);  // folded twice
}

}  // namespace
}  // namespace pyhft::net
