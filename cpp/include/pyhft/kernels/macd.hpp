// SPDX-License-Identifier: MIT
#pragma once

// Moving average convergence/divergence: macd = EMA(fast) - EMA(slow), signal = EMA of macd, histogram = macd - signal.
//
// Seeded as TA-Lib does it, found by experiment: both averages start at bar slow - 1, the slow one from
// mean(x[0:slow]), the fast one from mean(x[slow-fast:slow]) (not from its own first bars), the signal from the mean of
// the first `signal` values of macd. All three outputs are NaN before bar slow + signal - 2.
//
// The same three forms as ema.hpp, with the same rules on NaN, infinity, float and aliasing. State and table are bit
// for bit TA-Lib 0.8's. The form for one series computes all three outputs in one pass by ema.hpp's doubling windows,
// both averages around one common pivot, so that macd is the difference of two small numbers rather than of two prices:
//   |result - exact| <= 1e-15 * max|x| for slow periods up to 10 000, tested as there.

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "pyhft/kernels/views.hpp"

namespace pyhft::kernels {

struct macd_periods {
  std::int64_t fast = 12;
  std::int64_t slow = 26;
  std::int64_t signal = 9;
};

template <typename View>
struct macd_outputs {
  View macd;
  View signal;
  View histogram;
};

// Throw argument_error unless 1 <= fast < slow <= max_period and 1 <= signal <= max_period, or if shapes differ.
void macd(series_view<const double> x, macd_periods periods, macd_outputs<series_view<double>> out);
void macd(series_view<const float> x, macd_periods periods, macd_outputs<series_view<float>> out);
void macd(table_view<const double> x, macd_periods periods, macd_outputs<table_view<double>> out);
void macd(table_view<const float> x, macd_periods periods, macd_outputs<table_view<float>> out);

struct macd_value {
  double macd;
  double signal;
  double histogram;
};

class macd_state {
 public:
  // Throws argument_error as macd() does.
  explicit macd_state(macd_periods periods = {});

  // Takes the next bar; three NaN until slow + signal - 1 bars have come.
  macd_value update(double x) noexcept {
    if (!ready_) [[unlikely]]
      return warm_up(x);
    fast_ = std::fma(x - fast_, k_fast_, fast_);
    slow_ = std::fma(x - slow_, k_slow_, slow_);
    const double line = fast_ - slow_;
    signal_ = std::fma(line - signal_, k_signal_, signal_);
    return {line, signal_, line - signal_};
  }

  macd_value value() const noexcept {
    if (!ready_) return nothing;
    const double line = fast_ - slow_;
    return {line, signal_, line - signal_};
  }
  // Enough bars have come. It stays true after a NaN.
  bool ready() const noexcept { return ready_; }

  double fast() const noexcept { return fast_; }
  double slow() const noexcept { return slow_; }

 private:
  static constexpr macd_value nothing{std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::quiet_NaN()};

  macd_value warm_up(double x) noexcept;

  double k_fast_;
  double k_slow_;
  double k_signal_;
  // Sums while warming up, averages afterwards. The fast sum begins slow - fast bars late: no buffer of bars is needed.
  double fast_ = 0.0;
  double slow_ = 0.0;
  double signal_ = 0.0;
  std::uint32_t fast_period_;
  std::uint32_t slow_period_;
  std::uint32_t signal_period_;
  std::uint32_t bars_ = 0;  // no longer counted once ready; fits, as slow + signal <= 2 * max_period
  bool ready_ = false;
};

static_assert(std::is_trivially_copyable_v<macd_state> && sizeof(macd_state) <= 128);

}  // namespace pyhft::kernels
