// SPDX-License-Identifier: MIT
#include "pyhft/net/capture.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "net/capture_builder.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::net {
namespace {

using test::add_block;
using test::add_enhanced_packet;
using test::add_interface;
using test::add_obsolete_packet;
using test::add_packet;
using test::add_section;
using test::add_simple_packet;
using test::capture_file;
using test::counting_bytes;
using test::option;
using test::pcap_file;
using test::wire;

struct got {
  std::vector<std::byte> bytes;
  std::int64_t time_ns;
  friend bool operator==(const got&, const got&) = default;
};

std::vector<got> read_all(capture_reader& reader) {
  std::vector<got> result;
  for (frame each; reader.next(each);) {
    result.push_back({{each.data, each.data + each.length}, each.timestamp.count});
  }
  return result;
}

std::string refusal(std::span<const std::byte> bytes) {
  try {
    capture_reader reader{bytes, "day.pcap"};
  } catch (const input_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(capture_format, is_known_from_the_first_four_bytes) {
  EXPECT_EQ(detect_capture_format({}), capture_format::none);
  EXPECT_EQ(detect_capture_format(wire{}.big(0xA1B2C3, 3)), capture_format::none);
  for (const bool big : {false, true}) {
    EXPECT_EQ(detect_capture_format(wire{}.integer(big, 0xA1B2C3D4, 4)), capture_format::pcap);
    EXPECT_EQ(detect_capture_format(wire{}.integer(big, 0xA1B23C4D, 4)), capture_format::pcap);
    EXPECT_EQ(detect_capture_format(wire{}.integer(big, 0xA1B2CD34, 4)),
              capture_format::none);  // the "modified" format
  }
  EXPECT_EQ(detect_capture_format(wire{}.big(0x0A0D0D0A, 4)), capture_format::pcapng);
  EXPECT_EQ(detect_capture_format(wire{}.big(0x1F8B0800, 4)), capture_format::none);  // gzip
}

TEST(classic_pcap, frames_and_times_come_out_of_either_byte_order_and_either_resolution) {
  for (const bool big : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      capture_file file = pcap_file(big, nanoseconds);
      add_packet(file, 1'600'000'000, 123'456, counting_bytes(60));
      add_packet(file, 0, 0, counting_bytes(1));
      add_packet(file, 0xFFFF'FFFF, 999'999, counting_bytes(1500));
      add_packet(file, 5, 7, counting_bytes(0));
      add_packet(file, 5, 8, counting_bytes(40), 1500);  // cut short by the snap length
      const std::int64_t unit = nanoseconds ? 1 : 1000;
      const std::vector<got> expected{{counting_bytes(60), 1'600'000'000'000'000'000 + 123'456 * unit},
                                      {counting_bytes(1), 0},
                                      {counting_bytes(1500), 4'294'967'295'000'000'000 + 999'999 * unit},
                                      {counting_bytes(0), 5'000'000'000 + 7 * unit},
                                      {counting_bytes(40), 5'000'000'000 + 8 * unit}};
      capture_reader reader{file.data, "day.pcap"};
      EXPECT_EQ(read_all(reader), expected);
      EXPECT_EQ(reader.damage(), "");
      EXPECT_EQ(reader.offset(), file.data.size());
      frame none;
      EXPECT_FALSE(reader.next(none));
      reader.rewind();
      EXPECT_EQ(read_all(reader), expected);
    }
  }
}

TEST(classic_pcap, the_frames_lie_in_the_bytes_given_and_are_not_copied) {
  capture_file file = pcap_file(false, true);
  add_packet(file, 1, 2, counting_bytes(60));
  capture_reader reader{file.data, "day.pcap"};
  frame first;
  ASSERT_TRUE(reader.next(first));
  EXPECT_EQ(first.data, file.data.bytes.data() + 24 + 16);
  EXPECT_EQ(first.capacity, 0u);
}

TEST(classic_pcap, a_capture_without_packets_is_whole) {
  for (const bool big : {false, true}) {
    capture_reader reader{pcap_file(big, true).data, "day.pcap"};
    frame none;
    EXPECT_FALSE(reader.next(none));
    EXPECT_EQ(reader.damage(), "");
  }
}

TEST(classic_pcap, what_is_no_capture_of_ethernet_is_refused_with_its_name_and_the_reason) {
  EXPECT_EQ(refusal({}), "'day.pcap' is neither a pcap nor a pcapng capture: its first bytes are those of neither");
  EXPECT_EQ(refusal(wire{}.text("Date,Open,Close", 15)), refusal({}));
  EXPECT_EQ(refusal(wire{}.big(0xA1B2CD34, 4).fill(200)), refusal({}));
  for (const std::uint32_t link_type : {0u, 101u, 113u, 276u, 2u, 0x0001'0000u}) {
    const std::string text = refusal(pcap_file(true, true, link_type).data);
    EXPECT_NE(text.find("link type " + std::to_string(link_type & 0xFFFF) + ","), std::string::npos) << text;
  }
  EXPECT_EQ(refusal(pcap_file(true, true, 0x7400'0001).data),
            "accepted");  // Ethernet with the length of its check sequence
  const wire whole = pcap_file(false, true).data;
  for (std::size_t length = 4; length < 24; ++length) {
    EXPECT_NE(refusal(std::span{whole.bytes}.first(length)).find("has " + std::to_string(length) + " bytes"),
              std::string::npos);
  }
}

option resolution(unsigned value) { return {9, wire{}.u8(value).bytes}; }

TEST(pcapng, the_ticks_of_an_interface_are_counted_in_its_resolution_from_its_offset) {
  struct unit {
    std::vector<option> options;
    std::uint64_t ticks;
    std::int64_t time_ns;
  };
  for (const bool big : {false, true}) {
    const auto seconds = [big](std::int64_t value) {
      return option{14, wire{}.integer(big, static_cast<std::uint64_t>(value), 8).bytes};
    };
    const std::vector<unit> units{
        {{}, 1'500'000'000'123'456, 1'500'000'000'123'456'000},  // microseconds where nothing is said
        {{resolution(6)}, 1'500'000'000'123'456, 1'500'000'000'123'456'000},
        {{resolution(9)}, 1'580'371'634'909'934'345, 1'580'371'634'909'934'345},
        {{resolution(0)}, 7, 7'000'000'000},
        {{resolution(3)}, 7'001, 7'001'000'000},
        {{resolution(12)}, 7'000'000'000'999, 7'000'000'000},
        {{resolution(19)}, 12'345'678'901'234'567'890u, 1'234'567'890},
        {{resolution(0x80)}, 3, 3'000'000'000},
        {{resolution(0x80 | 1)}, 3, 1'500'000'000},
        {{resolution(0x80 | 20)}, (std::uint64_t{5} << 20) + (1 << 19), 5'500'000'000},
        {{resolution(0x80 | 32)}, (std::uint64_t{1'500'000'000} << 32) + (1u << 30), 1'500'000'000'250'000'000},
        {{resolution(0x80 | 63)}, (std::uint64_t{1} << 63) + (std::uint64_t{1} << 61), 1'250'000'000},
        {{seconds(1'000)}, 5, 1'000'000'005'000},
        {{resolution(9), seconds(-3)}, 4'000'000'001, 1'000'000'001},
        {{{2, counting_bytes(5)}, resolution(9), {0x8001, counting_bytes(7)}}, 5, 5},  // among options of no interest
        {{resolution(9), {9, counting_bytes(2)}, {14, counting_bytes(4)}}, 5, 5},      // of wrong lengths
    };
    capture_file file{};
    add_section(file, big, {{3, counting_bytes(9)}});
    for (const unit& each : units) add_interface(file, 1, 0, each.options);
    std::vector<got> expected;
    for (std::size_t i = units.size(); i-- > 0;) {
      add_enhanced_packet(file, static_cast<std::uint32_t>(i), units[i].ticks, counting_bytes(i), true,
                          {{1, counting_bytes(3)}});
      expected.push_back({counting_bytes(i), units[i].time_ns});
    }
    capture_reader reader{file.data, "day.pcapng"};
    const auto all = read_all(reader);
    ASSERT_EQ(reader.damage(), "");
    ASSERT_EQ(all.size(), expected.size());
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], expected[i]) << "interface " << units.size() - 1 - i;
  }
}

TEST(pcapng, an_impossible_resolution_gives_some_time_and_no_crash) {
  for (const unsigned value : {20u, 0x7Fu, 0x80u | 64u, 0xFFu}) {
    capture_file file{};
    add_section(file, false);
    add_interface(file, 1, 0, {resolution(value), {14, wire{}.fill(8, 0x7F).bytes}});
    add_enhanced_packet(file, 0, std::numeric_limits<std::uint64_t>::max(), counting_bytes(8));
    capture_reader reader{file.data, "day.pcapng"};
    EXPECT_EQ(read_all(reader).size(), 1u);
  }
}

TEST(pcapng, options_may_end_without_a_mark_and_a_damaged_one_ends_them) {
  for (const std::vector<option>& options :
       {std::vector<option>{resolution(9)}, {resolution(9), {2, counting_bytes(4)}}}) {
    capture_file file{};
    add_section(file, false);
    add_interface(file, 1, 0, options, false);
    add_enhanced_packet(file, 0, 77, counting_bytes(8));
    capture_reader reader{file.data, "day.pcapng"};
    EXPECT_EQ(read_all(reader), (std::vector<got>{{counting_bytes(8), 77}}));
  }
  capture_file file{};
  add_section(file, false);
  wire body;  // an option that claims more than there is
  body.little(1, 2).fill(2).little(0, 4).little(9, 2).little(600, 2).u8(9).fill(3);
  add_block(file, 1, body);
  add_enhanced_packet(file, 0, 77, counting_bytes(8));
  capture_reader reader{file.data, "day.pcapng"};
  EXPECT_EQ(read_all(reader), (std::vector<got>{{counting_bytes(8), 77'000}}));
}

TEST(pcapng, all_three_kinds_of_packet_are_read_among_blocks_of_no_interest) {
  for (const bool big : {false, true}) {
    capture_file file{};
    add_section(file, big);
    add_block(file, 10, counting_bytes(20));  // decryption secrets
    add_interface(file, 1, 50);
    add_block(file, 4, {});  // name resolution
    add_simple_packet(file, counting_bytes(33), 33);
    add_simple_packet(file, counting_bytes(50), 1500);  // cut at the snap length
    add_block(file, 5, counting_bytes(30));             // statistics
    add_obsolete_packet(file, 0, 9'000'001, counting_bytes(61));
    add_enhanced_packet(file, 0, 9'000'002, counting_bytes(62));
    add_block(file, 0x8000'0BAD, counting_bytes(3));
    capture_reader reader{file.data, "day.pcapng"};
    EXPECT_EQ(read_all(reader), (std::vector<got>{{counting_bytes(33), 0},
                                                  {counting_bytes(50), 0},
                                                  {counting_bytes(61), 9'000'001'000},
                                                  {counting_bytes(62), 9'000'002'000}}));
    EXPECT_EQ(reader.damage(), "");
  }
}

TEST(pcapng, each_section_has_its_own_byte_order_and_its_own_interfaces) {
  capture_file file{};
  add_section(file, false);
  add_interface(file, 1, 0, {resolution(9)});
  add_enhanced_packet(file, 0, 1, counting_bytes(10));
  add_section(file, true);
  add_interface(file, 1);
  add_interface(file, 1, 0, {resolution(3)});
  add_enhanced_packet(file, 1, 2, counting_bytes(20));
  add_enhanced_packet(file, 0, 3, counting_bytes(30));
  add_section(file, false);
  add_enhanced_packet(file, 0, 4, counting_bytes(40));  // none described yet
  capture_reader reader{file.data, "day.pcapng"};
  const std::vector<got> expected{
      {counting_bytes(10), 1}, {counting_bytes(20), 2'000'000}, {counting_bytes(30), 3'000}};
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(read_all(reader), expected);
    EXPECT_NE(reader.damage().find("names an interface that was never described"), std::string::npos)
        << reader.damage();
    reader.rewind();
    EXPECT_EQ(reader.damage(), "");
  }
}

TEST(pcapng, packets_of_interfaces_that_are_not_ethernet_are_passed_over_and_counted) {
  capture_file file{};
  add_section(file, false);
  add_interface(file, 113);
  add_interface(file, 1);
  add_enhanced_packet(file, 0, 1, counting_bytes(10), false);
  add_enhanced_packet(file, 1, 2, counting_bytes(20));
  add_enhanced_packet(file, 0, 3, counting_bytes(30), false);
  capture_reader reader{file.data, "day.pcapng"};
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(read_all(reader), (std::vector<got>{{counting_bytes(20), 2'000}}));
    EXPECT_EQ(reader.other_link_types(), 2u);
    reader.rewind();
    EXPECT_EQ(reader.other_link_types(), 0u);
  }
}

TEST(pcapng, a_capture_of_other_links_only_is_refused_but_an_ethernet_interface_may_come_late) {
  capture_file file{};
  add_section(file, true);
  add_interface(file, 113);
  add_enhanced_packet(file, 0, 1, counting_bytes(10), false);
  EXPECT_NE(refusal(file.data).find("link type 113,"), std::string::npos);
  capture_file same_section = file;
  add_interface(same_section, 1);
  add_enhanced_packet(same_section, 1, 2, counting_bytes(20));
  capture_reader reader{same_section.data, "day.pcapng"};
  EXPECT_EQ(read_all(reader), (std::vector<got>{{counting_bytes(20), 2'000}}));
  capture_file next_section = file;
  add_section(next_section, false);
  add_interface(next_section, 1);
  add_enhanced_packet(next_section, 0, 2, counting_bytes(20));
  capture_reader other{next_section.data, "day.pcapng"};
  EXPECT_EQ(read_all(other), (std::vector<got>{{counting_bytes(20), 2'000}}));
}

TEST(pcapng, a_section_without_interfaces_or_packets_is_whole) {
  capture_file file{};
  add_section(file, false);
  capture_reader reader{file.data, "day.pcapng"};
  EXPECT_TRUE(read_all(reader).empty());
  EXPECT_EQ(reader.damage(), "");
}

TEST(pcapng, an_interface_beyond_those_that_are_read_is_damage_with_its_own_words) {
  capture_file file{};
  add_section(file, false);
  for (int i = 0; i < 65; ++i) add_interface(file, 1);
  add_enhanced_packet(file, 63, 1, counting_bytes(10));
  add_enhanced_packet(file, 64, 2, counting_bytes(20));
  capture_reader reader{file.data, "day.pcapng"};
  EXPECT_EQ(read_all(reader).size(), 1u);
  EXPECT_NE(reader.damage().find("beyond the 64"), std::string::npos) << reader.damage();
}

}  // namespace
}  // namespace pyhft::net
