// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the sums, moments and regressions over a window: plain structs whose rings are bound to memory by
// their owner (kernels::stream does that for any indicator by name); update never allocates or throws. They do what
// TA-Lib 0.8 does, in its order of operations, and give its bits. A value means nothing before the lookback is over.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

// The mean of the last `period` bars, from a running sum: the newest bar comes in before the oldest goes out.
class sma_state {
 public:
  PYHFT_STATE explicit sma_state(int64_t period) noexcept
      : window_(period), period_(static_cast<double>(period)), to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept {
    sum_ += x;
    window_.push(x);
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return sum_;
    }
    const double mean = sum_ / period_;
    sum_ -= window_.oldest();
    return mean;
  }

 private:
  ring window_;
  double period_;
  double sum_ = 0.0;
  uint32_t to_come_;
};

}  // namespace pyhft::kernels
