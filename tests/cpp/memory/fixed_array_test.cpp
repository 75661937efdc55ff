// SPDX-License-Identifier: MIT
#include "pyhft/memory/fixed_array.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "pyhft/base/error.hpp"

namespace pyhft::memory {
namespace {

struct element {
  std::uint32_t first = 7;
  std::uint32_t second{};
};

TEST(fixed_array, every_element_is_constructed_and_keeps_what_is_written) {
  for (const std::size_t length : {1u, 2u, 511u, 513u, 300'000u}) {
    fixed_array<element> array{length};
    ASSERT_EQ(array.size(), length);
    EXPECT_TRUE(
        std::all_of(array.begin(), array.end(), [](const element& e) { return e.first == 7 && e.second == 0; }));
    array[length - 1].second = 9;
    EXPECT_EQ(array.end()[-1].second, 9u);
    EXPECT_GE(array.memory_bytes(), length * sizeof(element));
  }
}

TEST(fixed_array, lengths_that_cant_be_are_refused) {
  EXPECT_THROW(fixed_array<element>{0}, argument_error);
  EXPECT_THROW(fixed_array<element>{~std::size_t{}}, argument_error);
  EXPECT_THROW(fixed_array<element>{std::size_t{1} << 50}, host_error);
}

}  // namespace
}  // namespace pyhft::memory
