// SPDX-License-Identifier: MIT
#include "pyhft/net/mapped_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "net/temporary_file.hpp"
#include "net/wire.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::net {
namespace {

using test::counting_bytes;
using test::temporary_file;

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
