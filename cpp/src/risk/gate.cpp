// SPDX-License-Identifier: MIT
#include "pyhft/risk/gate.hpp"

#include <string>

#include "pyhft/base/error.hpp"

namespace pyhft::risk {
namespace {

void check(const char* name, std::uint64_t value, std::uint64_t limit, const char* remedy) {
  if (value == 0 || value > limit) {
    throw argument_error(std::string{"risk: "} + name + " is " + std::to_string(value) + "; it must be from 1 to " +
                         std::to_string(limit) + ": " + remedy);
  }
}

}  // namespace

gate::gate(const limits& limits, std::uint32_t max_instruments)
    : limits_{limits}, positions_(max_instruments), killed_{limits.kill_switch} {
  check("order_size", limits.order_size, 0xFFFF'FFFF, "give the most shares that one order may have");
  check("position", limits.position, std::uint64_t{1} << 53,
        "give the most shares that may be held or owed of one instrument");
  check("price_collar_bps", limits.price_collar_bps, 10'000,
        "give how far from the mid an order may be, in 1/10 000 of the mid");
}

}  // namespace pyhft::risk
