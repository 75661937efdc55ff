// SPDX-License-Identifier: MIT
#pragma once

// Bollinger bands as a streaming state: a moving average, and deviations above and below it, with TA-Lib 0.8's bits.
// The rules of windows.hpp hold.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/moving_average.hpp"
#include "pyhft/kernels/ring.hpp"
#include "pyhft/kernels/window_moments.hpp"

namespace pyhft::kernels {

// Bars before the first value: the average's, or the deviation's where that has more.
PYHFT_STATE int64_t lookback_of_bands(average kind, int64_t period, const unstable_periods& unstable = {}) noexcept {
  const int64_t of_average = lookback_of_average(kind, period, unstable);
  return of_average < period - 1 ? period - 1 : of_average;
}

struct bands {
  double upper;
  double middle;
  double lower;
};

class bands_state {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE bands_state(average kind, int64_t period, double up, double down,
                          const unstable_periods& unstable = {}) noexcept
      : middle_(kind, period, unstable),
        deviation_(period, 1.0),
        up_(up),
        down_(down),
        before_deviation_(lookback_of_bands(kind, period, unstable) - (period - 1)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    middle_.each_ring(f);
    deviation_.each_ring(f);
  }

  PYHFT_STATE bands update(double x) noexcept {
    const double middle = middle_.update(x);
    // Its first window ends with the average's first value, so that its sums are rebuilt on TA-Lib's bars.
    if (before_deviation_ > 0) [[unlikely]] {
      --before_deviation_;
      return {middle, middle, middle};
    }
    const double deviation = deviation_.update(x);
    // TA-Lib rounds the upper band once where the bands are of different widths.
    const double upper = up_ == down_ ? middle + deviation * up_ : __builtin_fma(deviation, up_, middle);
    return {upper, middle, middle - deviation * down_};
  }

 private:
  average_state middle_;
  deviation_state deviation_;
  double up_;
  double down_;
  int64_t before_deviation_;
};

}  // namespace pyhft::kernels
