// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the sums and averages over a window: plain structs whose rings are bound to memory by
// their owner (kernels::stream does that for any indicator by name); update never allocates or throws. They do what
// TA-Lib 0.8 does, in its order of operations, and give its bits. A value means nothing before the lookback is over.
//
// TA-Lib's running sums collect rounding errors, so most of them are built anew from the window now and then: every 8
// or 32 periods, and where what is left of a difference is small against what it was taken from. An update is O(1) but
// for those, which amounts to O(1) on average. window_moments.hpp and window_oscillators.hpp hold the rest of the family.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

// The largest integer whose square isn't above the period: the length of HMA's last average.
PYHFT_STATE int64_t root_of_period(int64_t period) noexcept {
  return static_cast<int64_t>(__builtin_sqrt(static_cast<double>(period)));
}

// The sum of the last `period` bars as a running sum: the newest bar comes in before the oldest goes out.
class sum_state {
 public:
  PYHFT_STATE explicit sum_state(int64_t period) noexcept : window_(period), to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept {
    sum_ += x;
    window_.push(x);
    const double sum = sum_;
    if (to_come_ > 1) [[unlikely]]
      --to_come_;
    else
      sum_ -= window_.oldest();
    return sum;
  }

 private:
  ring window_;
  double sum_ = 0.0;
  uint32_t to_come_;
};

// The mean of the last `period` bars.
class sma_state {
 public:
  PYHFT_STATE explicit sma_state(int64_t period) noexcept : sum_(period), period_(static_cast<double>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    sum_.each_ring(f);
  }

  PYHFT_STATE double update(double x) noexcept { return sum_.update(x) / period_; }

 private:
  sum_state sum_;
  double period_;
};

// Weights 1 to `period`, the newest bar's the largest: from one bar to the next every weight falls by one, which takes
// the plain sum away.
class wma_state {
 public:
  PYHFT_STATE explicit wma_state(int64_t period) noexcept
      : window_(period),
        period_(static_cast<double>(period)),
        weights_(static_cast<double>(period) * static_cast<double>(period + 1) / 2.0),
        to_rebuild_(8 * period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept {
    const uint32_t period = window_.size();
    if (period == 1) return x;
    window_.push(x);
    sum_ += x;
    if (taken_ + 1 < period) [[unlikely]] {
      ++taken_;
      weighted_ += x * static_cast<double>(taken_);
      return weighted_;
    }
    sum_ -= leaving_;
    weighted_ += x * period_;
    if (--to_rebuild_ <= 0) [[unlikely]] {
      to_rebuild_ = 8 * static_cast<int64_t>(period);
      sum_ = 0.0;
      weighted_ = 0.0;
      for (uint32_t i = 0; i < period; ++i) {
        const double old = window_[period - 1 - i];
        sum_ += old;
        weighted_ += old * static_cast<double>(i + 1);
      }
    }
    leaving_ = window_.oldest();
    const double mean = weighted_ / weights_;
    weighted_ -= sum_;
    return mean;
  }

 private:
  ring window_;
  double period_;
  double weights_;
  double sum_ = 0.0;
  double weighted_ = 0.0;
  double leaving_ = 0.0;
  int64_t to_rebuild_;
  uint32_t taken_ = 0;
};

// Weights that rise to the middle of the window and fall again: the mean of means over two halves.
class trima_state {
 public:
  PYHFT_STATE explicit trima_state(int64_t period) noexcept
      : window_(period),
        factor_(1.0 / (static_cast<double>((period + 1) / 2) * static_cast<double>(period / 2 + 1))),
        to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept {
    window_.push(x);
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return x;
    }
    const uint32_t period = window_.size();
    const uint32_t half = period / 2;
    if (to_come_ == 1) [[unlikely]] {
      to_come_ = 0;
      build(period - (period + 1) / 2);
    } else {
      const double middle = window_[half];
      weighted_ -= older_;
      older_ -= leaving_;
      older_ += middle;
      if (period % 2 == 1) {
        weighted_ += newer_;
        newer_ -= middle;
      } else {
        newer_ -= middle;
        weighted_ += newer_;
      }
      newer_ += x;
      weighted_ += x;
    }
    leaving_ = window_.oldest();
    return weighted_ * factor_;
  }

 private:
  // From the middle outwards; the `newer` youngest bars are the falling side.
  PYHFT_STATE void build(uint32_t newer) noexcept {
    for (uint32_t age = newer; age < window_.size(); ++age) {
      older_ += window_[age];
      weighted_ += older_;
    }
    for (uint32_t age = newer; age-- > 0;) {
      newer_ += window_[age];
      weighted_ += newer_;
    }
  }

  ring window_;
  double factor_;
  double weighted_ = 0.0;
  double older_ = 0.0;
  double newer_ = 0.0;
  double leaving_ = 0.0;
  uint32_t to_come_;
};

// Hull's average: wma(2 * wma(x, period / 2) - wma(x, period), root of period), both lengths cut to integers.
class hma_state {
 public:
  PYHFT_STATE explicit hma_state(int64_t period) noexcept
      : whole_(period),
        half_(period == 1 ? 1 : period / 2),
        last_(root_of_period(period)),
        before_whole_(static_cast<uint32_t>(period - 1)),
        before_half_(static_cast<uint32_t>(period == 1 ? 0 : period - period / 2)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    whole_.each_ring(f);
    half_.each_ring(f);
    last_.each_ring(f);
  }

  PYHFT_STATE double update(double x) noexcept {
    const double whole = whole_.update(x);
    // Both averages begin to give values on the same bar, so that their sums are rebuilt on TA-Lib's bars.
    double half = x;
    if (before_half_ > 0) [[unlikely]]
      --before_half_;
    else
      half = half_.update(x);
    if (before_whole_ > 0) [[unlikely]] {
      --before_whole_;
      return x;
    }
    if (is_identity_) return x;
    return last_.update(2.0 * half - whole);
  }

 private:
  wma_state whole_;
  wma_state half_;
  wma_state last_;
  uint32_t before_whole_;
  uint32_t before_half_;
  bool is_identity_ = before_whole_ == 0;
};

// A running sum for what TA-Lib has no equal of: rebuilt every 32 periods, and what isn't finite is counted instead of
// added, so that it leaves with its window. NaN while there is any.
class renewed_sum {
 public:
  PYHFT_STATE explicit renewed_sum(int64_t period) noexcept
      : window_(period), to_come_(static_cast<uint32_t>(period)), to_rebuild_(32 * period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept {
    const double leaving = window_.push(x);
    if (to_come_ > 0) [[unlikely]]
      --to_come_;
    else if (is_finite(leaving))
      sum_ -= leaving;
    else
      --not_finite_;
    if (is_finite(x))
      sum_ += x;
    else
      ++not_finite_;
    if (--to_rebuild_ <= 0) [[unlikely]]
      rebuild();
    return not_finite_ == 0 ? sum_ : __builtin_nan("");
  }

 private:
  PYHFT_STATE static bool is_finite(double x) noexcept { return x - x == 0.0; }

  PYHFT_STATE void rebuild() noexcept {
    to_rebuild_ = 32 * static_cast<int64_t>(window_.size());
    sum_ = 0.0;
    for (uint32_t age = window_.size(); age-- > 0;)
      if (is_finite(window_[age])) sum_ += window_[age];
  }

  ring window_;
  double sum_ = 0.0;
  uint32_t to_come_;
  uint32_t not_finite_ = 0;
  int64_t to_rebuild_;
};

// The mean price weighted by volume.
class rolling_vwap_state {
 public:
  PYHFT_STATE explicit rolling_vwap_state(int64_t period) noexcept : turnover_(period), volume_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    turnover_.each_ring(f);
    volume_.each_ring(f);
  }

  PYHFT_STATE double update(double price, double volume) noexcept {
    const double turnover = turnover_.update(price * volume);
    return turnover / volume_.update(volume);
  }

 private:
  renewed_sum turnover_;
  renewed_sum volume_;
};

// The root of the sum of squared logarithmic returns.
class realised_volatility_state {
 public:
  PYHFT_STATE explicit realised_volatility_state(int64_t period) noexcept : squares_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    squares_.each_ring(f);
  }

  PYHFT_STATE double update(double x) noexcept {
    const double before = last_;
    last_ = x;
    if (!begun_) [[unlikely]] {
      begun_ = true;
      return 0.0;
    }
    const double change = __builtin_log1p((x - before) / before);
    const double sum = squares_.update(change * change);
    return __builtin_sqrt(sum < 0.0 ? 0.0 : sum);
  }

 private:
  renewed_sum squares_;
  double last_ = 0.0;
  bool begun_ = false;
};

}  // namespace pyhft::kernels
