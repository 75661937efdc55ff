// SPDX-License-Identifier: MIT
// Messages of IEX TOPS 1.5 and 1.6.
#include "pyhft/feed/tops.hpp"

#include "decoder.hpp"

void run_target(std::span<const std::byte> bytes) { pyhft::fuzz::decode_and_cut<pyhft::feed::tops::protocol>(bytes); }
