// SPDX-License-Identifier: MIT
#pragma once

// One order of ours, from the strategy's wish to the wire.

#include <cstdint>

#include "pyhft/base/types.hpp"

namespace pyhft::orders {

struct order {
  order_id id{};
  pyhft::symbol symbol{};
  std::uint32_t instrument{};  // number of the book it is for
  pyhft::side side{};
  pyhft::price price{};
  pyhft::quantity quantity{};
  nanoseconds timestamp{};  // of the event that caused it
};

}  // namespace pyhft::orders
