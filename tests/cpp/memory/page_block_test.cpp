// SPDX-License-Identifier: MIT
#include "pyhft/memory/page_block.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "pyhft/base/error.hpp"

namespace pyhft::memory {
namespace {

const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

bool all_zero(const page_block& block) {
  return std::all_of(block.data(), block.data() + block.bytes(), [](std::byte b) { return b == std::byte{}; });
}

// Asks the kernel to read the byte, which says EFAULT where a program would die.
bool readable(const std::byte* address) {
  int ends[2];
  if (::pipe(ends) != 0) return false;
  const bool result = ::write(ends[1], address, 1) == 1;
  ::close(ends[0]);
  ::close(ends[1]);
  return result;
}

TEST(page_block, holds_at_least_what_was_asked_for_in_whole_pages_of_zeros) {
  for (const std::size_t bytes :
       {std::size_t{1}, page_bytes - 1, page_bytes, page_bytes + 1, huge_page_bytes - 1, huge_page_bytes + 1}) {
    for (const huge_pages wish : {huge_pages::never, huge_pages::attempt}) {
      const page_block block(bytes, wish);
      ASSERT_GE(block.bytes(), bytes);
      ASSERT_EQ(block.bytes() % page_bytes, 0u);
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % page_bytes, 0u);
      ASSERT_TRUE(all_zero(block));
      ASSERT_LE(block.huge_bytes(), block.bytes());
    }
  }
}

TEST(page_block, every_page_is_there_before_it_is_touched) {
  const page_block block(64 * page_bytes, huge_pages::never);
  std::vector<unsigned char> resident(block.bytes() / page_bytes);
  ASSERT_EQ(::mincore(block.data(), block.bytes(), resident.data()), 0);
  EXPECT_TRUE(std::all_of(resident.begin(), resident.end(), [](unsigned char bits) { return (bits & 1) != 0; }));
}

TEST(page_block, ordinary_pages_are_guarded_on_both_sides) {
  const page_block block(3 * page_bytes, huge_pages::never);
  EXPECT_TRUE(readable(block.data()));
  EXPECT_TRUE(readable(block.data() + block.bytes() - 1));
  EXPECT_FALSE(readable(block.data() - 1));
  EXPECT_FALSE(readable(block.data() + block.bytes()));
}

TEST(page_block, never_means_no_huge_page_at_all) {
  const page_block block(4 * huge_page_bytes, huge_pages::never);
  EXPECT_EQ(block.huge_bytes(), 0u);
  EXPECT_EQ(block.describe().find("huge"), std::string::npos);
}

TEST(page_block, says_what_it_stands_on) {
  const page_block block(4 * huge_page_bytes);
  EXPECT_EQ(block.describe().find("8 MiB on "), 0u) << block.describe();
  EXPECT_EQ(block.describe().find("huge") != std::string::npos, block.huge_bytes() > 0);
}

TEST(page_block, always_gives_reserved_huge_pages_or_says_how_many_are_missing) {
  try {
    const page_block block(3 * huge_page_bytes - 5, huge_pages::always);
    EXPECT_EQ(block.bytes(), 3 * huge_page_bytes);
    EXPECT_EQ(block.huge_bytes(), block.bytes());
    EXPECT_EQ(block.describe(), "6 MiB on reserved huge pages of 2 MiB");
    EXPECT_TRUE(all_zero(block));
  } catch (const host_error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find("needs 3 free reserved huge pages"), std::string::npos)
        << refusal.what();
    EXPECT_NE(std::string(refusal.what()).find("'sysctl -w vm.nr_hugepages="), std::string::npos);
  }
}

TEST(page_block, a_moved_block_keeps_its_bytes_and_leaves_nothing_behind) {
  page_block first(100);
  std::byte* const where = first.data();
  where[99] = std::byte{7};
  page_block second(std::move(first));
  EXPECT_EQ(first.data(), nullptr);  // NOLINT: what a moved-from block is, is the question
  EXPECT_EQ(first.bytes(), 0u);
  EXPECT_EQ(first.describe(), "no memory");
  page_block third(200);
  third = std::move(second);
  EXPECT_EQ(third.data(), where);
  EXPECT_EQ(third.data()[99], std::byte{7});
}

TEST(page_block, a_dead_block_gives_its_memory_back) {
  const std::byte* where = nullptr;
  {
    const page_block block(page_bytes, huge_pages::never);
    where = block.data();
    ASSERT_TRUE(readable(where));
  }
  EXPECT_FALSE(readable(where));
}

TEST(page_block, no_bytes_are_refused_as_an_argument) { EXPECT_THROW(page_block(0), argument_error); }

TEST(page_block, more_than_the_host_has_is_refused_with_both_numbers) {
  for (const std::size_t bytes : {std::size_t{1} << 50, ~std::size_t{0}}) {
    try {
      const page_block block(bytes);
      FAIL() << "a petabyte was given";
    } catch (const host_error& refusal) {
      EXPECT_NE(std::string(refusal.what()).find(std::to_string(bytes)), std::string::npos) << refusal.what();
      EXPECT_NE(std::string(refusal.what()).find("ask for less"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace pyhft::memory
