// SPDX-License-Identifier: MIT
#pragma once

// A view of one frame that a port owns: of a received one until it is released, of an acquired one until it is sent.
// Nothing is copied; the handle is whatever the port needs to find its buffer again (an mbuf, a slot).

#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/base/types.hpp"

namespace pyhft::net {

struct frame {
  std::byte* data{};
  std::uint32_t length{};    // bytes that are there
  std::uint32_t capacity{};  // bytes that may be written, 0 for a received frame
  nanoseconds timestamp{};   // when it was captured or received, 0 where nobody knows
  void* handle{};

  std::span<const std::byte> bytes() const noexcept { return {data, length}; }
};

}  // namespace pyhft::net
