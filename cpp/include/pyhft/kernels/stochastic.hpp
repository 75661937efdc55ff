// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the stochastics: where the close stands in the range of the last bars, and averages of that. As in
// extremes.hpp, with TA-Lib 0.8's bits.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/extremes.hpp"
#include "pyhft/kernels/moving_average.hpp"
#include "pyhft/kernels/ring.hpp"
#include "pyhft/kernels/wilder.hpp"

namespace pyhft::kernels {

// 100 * (close - lowest low) / (highest high - lowest low) of the last `period` bars.
class fast_k_state {
 public:
  PYHFT_STATE explicit fast_k_state(int64_t period) noexcept : low_(period), high_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    low_.each_ring(f);
    high_.each_ring(f);
  }

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    low_.update(low);
    high_.update(high);
    return percent_of_range::of(close - low_.best(), high_.best(), low_.best(), 100.0);
  }

 private:
  latest_extreme<lowest, tie::earliest> low_;
  latest_extreme<highest, tie::earliest> high_;
};

struct k_and_d {
  double k;
  double d;
};

class stochf_state {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE stochf_state(int64_t fast_k, average kind, int64_t fast_d, const unstable_periods& unstable = {}) noexcept
      : k_(fast_k), d_(kind, fast_d, unstable), to_come_(fast_k) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    k_.each_ring(f);
    d_.each_ring(f);
  }

  PYHFT_STATE k_and_d update(double high, double low, double close) noexcept {
    const double k = k_.update(high, low, close);
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return {k, k};
    }
    return {k, d_.update(k)};
  }

 private:
  fast_k_state k_;
  average_state d_;
  int64_t to_come_;  // bars before the first k, and one
};

class stoch_state {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE stoch_state(int64_t fast_k, average k_kind, int64_t slow_k, average d_kind, int64_t slow_d,
                          const unstable_periods& unstable = {}) noexcept
      : fast_(fast_k, k_kind, slow_k, unstable),
        d_(d_kind, slow_d, unstable),
        to_come_(fast_k + lookback_of_average(k_kind, slow_k, unstable)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    fast_.each_ring(f);
    d_.each_ring(f);
  }

  PYHFT_STATE k_and_d update(double high, double low, double close) noexcept {
    const double k = fast_.update(high, low, close).d;
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return {k, k};
    }
    return {k, d_.update(k)};
  }

 private:
  stochf_state fast_;
  average_state d_;
  int64_t to_come_;  // bars before the first slow k, and one
};

class stochrsi_state {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE stochrsi_state(int64_t period, int64_t fast_k, average kind, int64_t fast_d,
                             const unstable_periods& unstable = {}) noexcept
      : rsi_(period), stochastic_(fast_k, kind, fast_d, unstable), to_come_(period + unstable.own) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    stochastic_.each_ring(f);
  }

  PYHFT_STATE k_and_d update(double x) noexcept {
    const double rsi = rsi_.update(x);
    if (to_come_ > 0) [[unlikely]] {
      --to_come_;
      return {rsi, rsi};
    }
    return stochastic_.update(rsi, rsi, rsi);
  }

 private:
  rsi_state rsi_;
  stochf_state stochastic_;
  int64_t to_come_;  // bars before the first RSI that is taken
};

}  // namespace pyhft::kernels
