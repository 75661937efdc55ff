// SPDX-License-Identifier: MIT
#include "pyhft/kernels/isa.hpp"

#include <gtest/gtest.h>

#include "kernels/per_isa.hpp"

namespace pyhft::kernels {
namespace {

TEST(isa, the_override_took) {
  if (wanted_isa().empty())
    EXPECT_EQ(active_isa(), available_isas().back());
  else
    EXPECT_EQ(active_isa(), wanted_isa());
}

TEST(isa, scalar_is_always_there_and_comes_first) {
  ASSERT_FALSE(available_isas().empty());
  EXPECT_EQ(available_isas().front(), "scalar");
}

}  // namespace
}  // namespace pyhft::kernels
