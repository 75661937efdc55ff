// SPDX-License-Identifier: MIT
// What libFuzzer calls, for all targets.
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  run_target(std::as_bytes(std::span{data, size}));
  return 0;
}
