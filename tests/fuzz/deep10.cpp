// SPDX-License-Identifier: MIT
// Messages of IEX DEEP 1.0.
#include "pyhft/feed/deep10.hpp"

#include "decoder.hpp"

void run_target(std::span<const std::byte> bytes) { pyhft::fuzz::decode_and_cut<pyhft::feed::deep10::protocol>(bytes); }
