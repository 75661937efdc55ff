// SPDX-License-Identifier: MIT
#include "pyhft/net/pcap_writer.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "net/capture_builder.hpp"
#include "net/temporary_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/mapped_file.hpp"

namespace pyhft::net {
namespace {

using test::counting_bytes;
using test::temporary_file;

TEST(pcap_writer, the_file_is_a_little_endian_nanosecond_capture_byte_for_byte) {
  const temporary_file file;
  {
    pcap_writer writer{file.path()};
    writer.write(counting_bytes(60), {1'580'371'634'909'934'345});
    writer.write(counting_bytes(0), {0});
    writer.write(counting_bytes(1), {-5});  // no such time in a capture
    EXPECT_EQ(writer.frames(), 3u);
    EXPECT_EQ(writer.path(), file.path());
  }
  test::capture_file expected{};
  expected.u32(0xA1B23C4D).u16(2).u16(4).u32(0).u32(0).u32(262'144).u32(1);
  test::add_packet(expected, 1'580'371'634, 909'934'345, counting_bytes(60));
  test::add_packet(expected, 0, 0, {});
  test::add_packet(expected, 0, 0, counting_bytes(1));
  EXPECT_EQ(file.read(), expected.data.bytes);
}

TEST(pcap_writer, the_reader_gives_back_what_was_written) {
  const temporary_file file;
  pcap_writer writer{file.path()};
  constexpr std::size_t many = 20'000;  // well beyond the buffer
  for (std::size_t i = 0; i < many; ++i) {
    writer.write(counting_bytes(i % 300, static_cast<unsigned>(i)), {static_cast<std::int64_t>(i * 1'000'000'007)});
  }
  writer.flush();
  const mapped_file mapped{file.path()};
  capture_reader reader{mapped.bytes(), "x"};
  std::size_t i = 0;
  for (frame each; reader.next(each); ++i) {
    ASSERT_EQ(std::vector<std::byte>(each.data, each.data + each.length),
              counting_bytes(i % 300, static_cast<unsigned>(i)));
    ASSERT_EQ(each.timestamp.count, static_cast<std::int64_t>(i * 1'000'000'007));
  }
  EXPECT_EQ(i, many);
  EXPECT_EQ(reader.damage(), "");
}

TEST(pcap_writer, a_file_that_cannot_be_made_or_filled_is_an_error_with_its_path_and_cause) {
  const temporary_file nowhere;
  const std::string path = nowhere.folder() + "/no/such/folder/orders.pcap";
  try {
    pcap_writer writer{path};
    FAIL();
  } catch (const input_error& error) {
    EXPECT_NE(std::string{error.what()}.find("can't write '" + path + "': No such file"), std::string::npos)
        << error.what();
  }
  pcap_writer full{"/dev/full"};
  try {
    full.flush();
    FAIL();
  } catch (const input_error& error) {
    EXPECT_NE(std::string{error.what()}.find("No space left"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace pyhft::net
