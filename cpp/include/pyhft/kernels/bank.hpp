// SPDX-License-Identifier: MIT
#pragma once

// One indicator over many symbols, one tick at a time: the streaming states of all symbols side by side in one block, so
// that an update of all of them is one loop over memory in order, with the update inlined for the instruction set. Those
// of ema, macd, rsi and atr are taken apart once every symbol is warmed up: from then on symbols are lanes of vectors.
// Symbols are independent: each gives the bits of a kernels::stream of its own.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "pyhft/kernels/indicator.hpp"

namespace pyhft::kernels {

class bank {
 public:
  // Throws argument_error if a parameter is out of range, the indicator has no streaming form, or symbols isn't
  // 1..max_symbols.
  bank(const indicator& what, std::size_t symbols, const parameter_values& p);
  bank(const bank& other);
  bank& operator=(const bank&) = delete;

  static constexpr std::size_t max_symbols = 10'000'000;

  const indicator& what() const noexcept { return *what_; }
  std::size_t symbols() const noexcept { return symbols_; }

  // One bar of every symbol: in[i][s] is input i of symbol s. Outputs as of kernels::stream::update.
  void update(const double* const* in, double* const* out) noexcept;
  // The same, except that symbols with a NaN among their inputs are left as they are; their outputs are NaN, numbers of
  // bars 0. Numbers of bars count those that were left out, too.
  void update_present(const double* const* in, double* const* out) noexcept;
  // One bar of one symbol; symbol < symbols().
  void update_one(std::size_t symbol, const double* in, double* out) noexcept;
  void update_one_present(std::size_t symbol, const double* in, double* out) noexcept;
  bool ready(std::size_t symbol) const noexcept { return to_come_[symbol] == 0; }

 private:
  const indicator* what_;
  const indicator_code* code_;
  parameter_values p_;
  std::size_t symbols_;
  std::size_t state_doubles_;
  std::size_t ring_doubles_;
  std::unique_ptr<double[]> block_;     // the states, then the memory of their rings
  std::vector<std::uint64_t> to_come_;  // bars before the first value; `lookback + 1` means that none has come
  // Where outputs are numbers of bars, which count the bars that a symbol's state never saw: how many bars came to each
  // symbol and to its state, and the numbers of the last lookback + 1 of the latter, in a ring.
  std::vector<std::uint64_t> came_;
  std::vector<std::uint64_t> taken_;
  std::unique_ptr<std::uint64_t[]> numbers_;
  std::uint64_t lookback_;
  std::size_t waiting_;              // symbols with bars to come
  std::unique_ptr<double[]> lanes_;  // what the states become once all are warmed up, for indicators with such code
  bool in_lanes_ = false;

  void take_number(std::size_t symbol) noexcept;
  void number_bars(std::size_t symbol, double* out) const noexcept;
  void to_lanes() noexcept;
  double* state(std::size_t symbol) const noexcept { return block_.get() + symbol * state_doubles_; }
  double* rings(std::size_t symbol) const noexcept {
    return block_.get() + symbols_ * state_doubles_ + symbol * ring_doubles_;
  }
};

}  // namespace pyhft::kernels
