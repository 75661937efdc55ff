// SPDX-License-Identifier: MIT
#include "pyhft/engine/strategy_host.hpp"

#include <algorithm>
#include <string>

#include "pyhft/base/config.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/clock/tsc_clock.hpp"

namespace pyhft::engine {
namespace {

constexpr std::size_t whole_lines(std::size_t bytes) noexcept {
  return (bytes + cache_line_bytes - 1) / cache_line_bytes * cache_line_bytes;
}

void write_line(void* target, std::uint32_t level, const char* text, std::uint64_t length) noexcept {
  if (target == nullptr) return;
  const auto severity = static_cast<log::level>(std::min<std::uint32_t>(level, PYHFT_LOG_CRITICAL));
  static_cast<log::logger*>(target)->write_text(severity, clock::read_cycles(), {text, length});
}

static_assert(static_cast<std::uint32_t>(log::level::trace) == PYHFT_LOG_TRACE &&
              static_cast<std::uint32_t>(log::level::critical) == PYHFT_LOG_CRITICAL);

}  // namespace

strategy_host::strategy_host(const pyhft_strategy& strategy, std::uint32_t instruments, log::logger* logger)
    : strategy_{strategy},
      instrument_stride_{whole_lines(strategy.instrument_bytes)},
      memory_{cache_line_bytes + whole_lines(strategy.state_bytes) + instrument_stride_ * instruments},
      instrument_states_{memory_.data() + whole_lines(strategy.state_bytes)},
      orders_{.requests = requests_.data(), .capacity = max_requests, .count = 0, .dropped = 0},
      log_{.write = write_line, .log = logger},
      context_{.state = memory_.data(),
               .instrument_state = nullptr,
               .parameters = strategy.parameters,
               .orders = &orders_,
               .log = &log_} {
  if (strategy.abi_version != PYHFT_STRATEGY_ABI_VERSION) {
    throw argument_error("strategy: its ABI version is " + std::to_string(strategy.abi_version) +
                         ", but this engine speaks " + std::to_string(PYHFT_STRATEGY_ABI_VERSION) +
                         ": compile it against this version's strategy/abi.h");
  }
}

}  // namespace pyhft::engine
