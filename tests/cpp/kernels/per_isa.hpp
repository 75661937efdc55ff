// SPDX-License-Identifier: MIT
#pragma once

// Include this in a test that is registered once per instruction set: where this machine can't run the one that
// PYHFT_ISA names, the program ends with the status that ctest counts as skipped.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "pyhft/kernels/isa.hpp"

namespace pyhft::kernels {

inline constexpr int skipped_status = 77;

inline std::string_view wanted_isa() {
  const char* wanted = std::getenv("PYHFT_ISA");
  return wanted == nullptr ? "" : wanted;
}

class skip_unavailable_isa : public ::testing::Environment {
 public:
  void SetUp() override {
    const auto names = available_isas();
    if (wanted_isa().empty() || std::find(names.begin(), names.end(), wanted_isa()) != names.end()) return;
    std::printf("Skipped: this machine has no %s.\n", std::getenv("PYHFT_ISA"));
    std::fflush(stdout);
    std::_Exit(skipped_status);
  }
};

inline const auto* const registered = ::testing::AddGlobalTestEnvironment(new skip_unavailable_isa);

}  // namespace pyhft::kernels
