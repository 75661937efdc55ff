// SPDX-License-Identifier: MIT
#include "pyhft/net/mapped_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <vector>

#include "net/temporary_file.hpp"
#include "net/wire.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/file_window.hpp"

namespace pyhft::net {
namespace {

using test::counting_bytes;
using test::temporary_file;

// Other ones at every place that a window begins at.
std::vector<std::byte> many_bytes(std::size_t count) {
  std::vector<std::byte> result(count);
  std::size_t i = 0;
  for (std::byte& one : result) one = static_cast<std::byte>(i++ * 7 >> 3);
  return result;
}

std::string refusal(const std::string& path) {
  try {
    mapped_file file{path};
  } catch (const input_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(mapped_file, gives_the_bytes_of_a_file_of_any_size) {
  for (const std::size_t size : {1u, 4095u, 4096u, 4097u, 1'000'000u}) {
    const auto content = counting_bytes(size);
    const temporary_file file{content};
    const mapped_file mapped{file.path()};
    EXPECT_TRUE(std::ranges::equal(mapped.bytes(), content)) << size;
  }
}

TEST(mapped_file, what_is_missing_empty_a_folder_or_a_pipe_is_refused_and_named) {
  const temporary_file missing;
  EXPECT_NE(refusal(missing.path()).find("can't open '" + missing.path() + "': No such file"), std::string::npos);
  const temporary_file empty{{}};
  EXPECT_NE(refusal(empty.path()).find("is empty (0 bytes)"), std::string::npos);
  EXPECT_NE(refusal(empty.folder()).find("is not a regular file"), std::string::npos);
  const temporary_file pipe;
  ASSERT_EQ(::mkfifo(pipe.path().c_str(), 0600), 0);
  EXPECT_NE(refusal(pipe.path()).find("is not a regular file"), std::string::npos);  // and nobody waits for a writer
  EXPECT_NE(refusal("/dev/null").find("is not a regular file"), std::string::npos);
}

TEST(file_window, gives_any_stretch_of_a_file_and_keeps_what_it_has) {
  const auto content = many_bytes(3'000'000);
  const temporary_file file{content};
  file_window window{file.path(), "day"};
  const auto holds = [&](file_window& here, std::size_t offset, std::size_t at_least) {
    const auto got = here.from(offset, at_least);
    return got.size() >= std::min(at_least, content.size() - std::min(offset, content.size())) &&
           std::memcmp(got.data(), &content[offset], got.size()) == 0;
  };
  for (std::size_t offset = 0; offset < content.size(); offset += 65'000) EXPECT_TRUE(holds(window, offset, 65'537));
  EXPECT_TRUE(holds(window, 5, 10));                    // back to the beginning
  EXPECT_TRUE(holds(window, 900'000, 1'500'000));       // more than it keeps
  EXPECT_TRUE(holds(window, content.size() - 3, 100));  // the last ones
  EXPECT_TRUE(window.from(content.size(), 1).empty());  // and behind them
  EXPECT_TRUE(window.from(content.size() + 9, 1).empty());
  EXPECT_TRUE(holds(window, 1'000'000, 10));
  file_window copy = window;
  EXPECT_TRUE(holds(window, 2'500'000, 10));
  EXPECT_EQ(std::memcmp(copy.bytes().data(), &content[copy.begin()], copy.bytes().size()), 0);
  EXPECT_TRUE(holds(copy, 1'000'000, 70'000));
}

TEST(file_window, of_a_file_that_was_cut_says_so_and_of_one_that_grew_has_the_size_of_old) {
  const temporary_file file{many_bytes(3'000'000)};
  file_window window{file.path(), "day"};
  EXPECT_EQ(window.from(0, 1).size(), std::size_t{1} << 20);
  EXPECT_FALSE(window.was_written_to());
  std::filesystem::resize_file(file.path(), 4'000'000);
  EXPECT_TRUE(window.was_written_to());
  EXPECT_EQ(window.from(2'999'990, 100).size(), 10u);
  std::filesystem::resize_file(file.path(), 2'000'000);
  for (const std::size_t offset : {1'500'000u, 2'500'000u}) {
    try {
      window.from(offset, 1'000'000);
      ADD_FAILURE() << offset;
    } catch (const input_error& error) {
      EXPECT_NE(std::string{error.what()}.find("'day' was cut to"), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(window.from(1'500'000, 500'000).size(), 500'000u);
}

TEST(checked_output, the_input_itself_is_refused_by_whatever_name) {
  const temporary_file input{counting_bytes(10)};
  const std::string link = input.folder() + "/link", hard = input.folder() + "/hard", other = input.folder() + "/other";
  std::filesystem::create_symlink(input.path(), link);
  std::filesystem::create_hard_link(input.path(), hard);
  for (const std::string& same : {input.path(), link, hard, input.folder() + "/./file"}) {
    EXPECT_THROW(checked_output(same, {input.path()}), input_error) << same;
    EXPECT_THROW(checked_output(same, {"no such file", input.path()}), input_error) << same;
  }
  EXPECT_EQ(checked_output(other, {input.path()}), other);
  EXPECT_EQ(checked_output("", {input.path()}), "");
  EXPECT_EQ(checked_output("/dev/full", {"/dev/full"}), "/dev/full");  // a device loses nothing
}

}  // namespace
}  // namespace pyhft::net
