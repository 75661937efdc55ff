// SPDX-License-Identifier: MIT
// Captures that are cut, lie about lengths, or are noise: nothing outside them is read, and what was whole is given
// out.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "net/capture_builder.hpp"
#include "net/guarded_bytes.hpp"
#include "net/temporary_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/capture.hpp"

namespace pyhft::net {
namespace {

using test::capture_file;
using test::counting_bytes;
using test::guarded_bytes;

std::vector<capture_file> specimens() {
  std::vector<capture_file> result;
  for (const bool big : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      capture_file file = test::pcap_file(big, nanoseconds);
      for (const std::size_t length : {60u, 0u, 1u, 90u}) test::add_packet(file, 7, 8, counting_bytes(length));
      result.push_back(file);
    }
    capture_file file{};
    test::add_section(file, big, {{4, counting_bytes(6)}});
    test::add_interface(file, 1, 64, {{2, counting_bytes(4)}, {9, counting_bytes(1, 9)}, {14, counting_bytes(8)}});
    test::add_interface(file, 113);
    test::add_enhanced_packet(file, 0, 1, counting_bytes(61), true, {{1, counting_bytes(3)}});
    test::add_simple_packet(file, counting_bytes(64), 90);
    test::add_enhanced_packet(file, 1, 2, counting_bytes(9), false);
    test::add_block(file, 5, counting_bytes(22));
    test::add_section(file, !big);
    test::add_interface(file, 1);
    test::add_obsolete_packet(file, 0, 3, counting_bytes(62));
    test::add_enhanced_packet(file, 0, 4, {});
    result.push_back(file);
  }
  return result;
}

struct reading {
  bool refused{};
  std::size_t frames{};
  std::uint64_t sum{};  // over every byte of every frame, so that they are all touched
  std::string damage{};
  std::size_t offset{};
};

reading read(std::span<const std::byte> bytes) {
  reading result;
  try {
    capture_reader reader{bytes, "x"};
    for (frame each; reader.next(each); ++result.frames) {
      if (each.length != 0) {
        EXPECT_GE(each.data, bytes.data());
        EXPECT_LE(each.data + each.length, bytes.data() + bytes.size());
      }
      for (const std::byte one : each.bytes()) result.sum += std::to_integer<std::uint64_t>(one);
      if (result.frames > bytes.size()) {
        ADD_FAILURE() << "a capture can't hold more frames than bytes";
        break;
      }
    }
    result.damage = reader.damage();
    result.offset = reader.offset();
    frame again;
    EXPECT_FALSE(reader.next(again));  // the end stays the end
  } catch (const input_error&) {
    result.refused = true;
  }
  return result;
}

TEST(capture_damage, a_capture_cut_anywhere_gives_its_whole_frames_and_says_where_it_ends) {
  guarded_bytes page{4096};
  for (const capture_file& file : specimens()) {
    const std::size_t header = file.boundaries.front().offset;
    for (std::size_t length = 0; length <= file.data.size(); ++length) {
      const reading got = read(page.hold(std::span{file.data.bytes}.first(length)));
      if (got.refused) {
        ASSERT_LT(length, header);
        continue;
      }
      // Behind the last boundary that is not beyond the cut, something is left over, unless the cut is that boundary.
      capture_file::boundary last{0, 0};
      for (const auto& each : file.boundaries) {
        if (each.offset <= length) last = each;
      }
      ASSERT_EQ(got.frames, last.frames) << length;
      ASSERT_EQ(got.offset, last.offset) << length;
      ASSERT_EQ(got.damage.empty(), length == last.offset) << length << ' ' << got.damage;
      if (length != last.offset) {
        ASSERT_NE(got.damage.find("at offset " + std::to_string(last.offset) + " (" +
                                  std::to_string(length - last.offset) + " bytes"),
                  std::string::npos)
            << got.damage;
      }
    }
  }
}

TEST(capture_damage, an_absurd_length_anywhere_ends_the_capture_without_a_read_outside_it) {
  guarded_bytes page{4096};
  std::size_t damaged = 0;
  for (const capture_file& file : specimens()) {
    for (std::size_t at = 4; at + 4 <= file.data.size(); ++at) {
      for (const std::uint32_t absurd : {0u, 1u, 3u, 11u, 12u, 13u, 16u, 28u, 0x7FFF'FFFFu, 0x8000'0000u, 0xFFFF'FFF0u,
                                         0xFFFF'FFFCu, 0xFFFF'FFFFu, 0x0010'0000u, 0x0010'0001u}) {
        auto bytes = page.hold(file.data);
        for (unsigned i = 0; i < 4; ++i) bytes[at + i] = std::byte(absurd >> (8 * (file.big ? 3 - i : i)) & 0xFF);
        const reading got = read(bytes);
        ASSERT_LE(got.frames, file.frames + 1);
        damaged += !got.damage.empty();
      }
    }
  }
  EXPECT_GT(damaged, 1'000u);
}

TEST(capture_damage, a_block_whose_two_lengths_differ_is_damage) {
  capture_file file{};
  test::add_section(file, false);
  test::add_interface(file, 1);
  test::add_enhanced_packet(file, 0, 1, counting_bytes(60));
  const std::size_t before = file.data.size();
  test::add_enhanced_packet(file, 0, 2, counting_bytes(60));
  file.data.bytes[file.data.size() - 4] = std::byte{0};
  const reading got = read(file.data);
  EXPECT_EQ(got.frames, 1u);
  EXPECT_EQ(got.offset, before);
  EXPECT_NE(got.damage.find("a block header is damaged"), std::string::npos);
}

TEST(capture_damage, a_section_header_too_short_to_be_one_is_damage) {
  capture_file file{};
  test::add_section(file, false);
  test::add_interface(file, 1);
  const std::size_t before = file.data.size();
  file.data.big(0x0A0D0D0A, 4).little(16, 4).little(0x1A2B3C4D, 4).little(16, 4).fill(64);
  const reading got = read(file.data);
  EXPECT_EQ(got.offset, before);
  EXPECT_NE(got.damage.find("a section header is damaged"), std::string::npos) << got.damage;
}

TEST(capture_damage, noise_never_leads_outside_the_bytes) {
  guarded_bytes page{4096};
  std::mt19937_64 random{13};
  const auto files = specimens();
  std::size_t read_well = 0;
  for (int round = 0; round < 60'000; ++round) {
    const capture_file& file = files[random() % files.size()];
    auto bytes = page.hold(file.data);
    if (round % 20 == 0) {  // nothing but noise behind the first bytes
      for (std::size_t i = 12; i < bytes.size(); ++i) bytes[i] = std::byte(random());
    }
    for (auto flips = random() % 6; flips > 0; --flips) bytes[random() % bytes.size()] = std::byte(random());
    const std::size_t length = random() % 3 == 0 ? random() % (bytes.size() + 1) : bytes.size();
    const auto cut = page.last(length);
    std::memmove(cut.data(), bytes.data(), length);
    read_well += read(cut).frames == file.frames;
  }
  EXPECT_GT(read_well, 1'000u);  // the damage is not always such that nothing is left
}

// Captures that don't fit into a window, with frames and blocks across its edges, whole, cut and damaged.
std::vector<std::vector<std::byte>> long_captures() {
  const auto bytes_of = [](std::size_t count) { return std::vector(count, static_cast<std::byte>(count / 7)); };
  std::vector<std::vector<std::byte>> result;
  capture_file pcap = test::pcap_file(true, true);
  for (std::size_t i = 0; i < 40; ++i) test::add_packet(pcap, 7, 8, bytes_of(i * 2'000));
  test::add_packet(pcap, 7, 8, bytes_of(1 << 20));
  test::add_packet(pcap, 7, 8, bytes_of(100));
  result.push_back(pcap.data.bytes);
  capture_file pcapng{};
  test::add_section(pcapng, false);
  test::add_block(pcapng, 5, bytes_of(1'200'000));  // before any interface
  test::add_interface(pcapng, 113);
  test::add_interface(pcapng, 1, 0);
  for (std::size_t i = 0; i < 40; ++i) test::add_enhanced_packet(pcapng, i % 2, i, bytes_of(i * 2'000), i % 2 == 1);
  test::add_block(pcapng, 0xBAD, bytes_of(4'200'000));  // larger than any block that is read
  test::add_simple_packet(pcapng, bytes_of(60), 60);
  test::add_enhanced_packet(pcapng, 1, 5, bytes_of(1 << 20));
  result.push_back(pcapng.data.bytes);
  test::add_enhanced_packet(pcapng, 1, 5, bytes_of((1 << 20) + 1));  // more than any link carries
  result.push_back(pcapng.data.bytes);
  for (std::size_t i = 0; i < 2; ++i) {
    result.emplace_back(result[i].begin(), result[i].end() - 30);
    result.push_back(result[i]);
    result.back()[result[i].size() / 2] ^= std::byte{0x40};
  }
  return result;
}

TEST(capture_damage, a_window_on_a_file_shows_what_its_bytes_do) {
  for (const auto& bytes : long_captures()) {
    const test::temporary_file file{bytes};
    capture_reader whole{bytes, "x"};
    file_window window{file.path(), "x"};
    capture_reader through{window, "x"};
    for (int round = 0; round < 2; ++round) {
      std::size_t frames = 0;
      for (frame expected, got; whole.next(expected); ++frames) {
        ASSERT_TRUE(through.next(got)) << frames;
        ASSERT_EQ(got.length, expected.length) << frames;
        ASSERT_EQ(std::memcmp(got.data, expected.data, got.length), 0) << frames;
        ASSERT_EQ(got.timestamp.count, expected.timestamp.count);
        ASSERT_EQ(through.offset(), whole.offset());
      }
      frame none;
      EXPECT_FALSE(through.next(none));
      EXPECT_GE(frames, 20u);
      EXPECT_EQ(through.damage(), whole.damage());
      EXPECT_EQ(through.other_link_types(), whole.other_link_types());
      whole.rewind();
      through.rewind();
    }
  }
}

}  // namespace
}  // namespace pyhft::net
