// SPDX-License-Identifier: MIT
#include "pyhft/engine/strategy_host.hpp"

#include <string>

#include "pyhft/base/config.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::engine {
namespace {

constexpr std::size_t whole_lines(std::size_t bytes) noexcept {
  return (bytes + cache_line_bytes - 1) / cache_line_bytes * cache_line_bytes;
}

}  // namespace

strategy_host::strategy_host(const pyhft_strategy& strategy, std::uint32_t max_instruments)
    : strategy_{strategy},
      instrument_stride_{whole_lines(strategy.instrument_bytes)},
      memory_{cache_line_bytes + whole_lines(strategy.state_bytes) + instrument_stride_ * max_instruments},
      instrument_states_{memory_.data() + whole_lines(strategy.state_bytes)},
      orders_{.requests = requests_.data(), .capacity = max_requests, .count = 0, .dropped = 0},
      context_{
          .state = memory_.data(), .instrument_state = nullptr, .parameters = strategy.parameters, .orders = &orders_} {
  if (strategy.abi_version != PYHFT_STRATEGY_ABI_VERSION) {
    throw argument_error("strategy: its ABI version is " + std::to_string(strategy.abi_version) +
                         ", but this engine speaks " + std::to_string(PYHFT_STRATEGY_ABI_VERSION) +
                         ": compile it against this version's strategy/abi.h");
  }
}

}  // namespace pyhft::engine
