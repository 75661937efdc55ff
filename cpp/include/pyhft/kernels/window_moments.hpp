// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the moments and regressions over a window. The rules of windows.hpp hold.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/windows.hpp"

namespace pyhft::kernels {

// The population variance: sums of x - pivot and of its square, the pivot being the mean of the window at which the
// sums were last built.
class variance_state {
 public:
  PYHFT_STATE explicit variance_state(int64_t period) noexcept
      : window_(period),
        share_(1.0 / static_cast<double>(period)),
        to_rebuild_(32 * period),
        to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept {
    window_.push(x);
    if (!begun_) [[unlikely]] {
      pivot_ = x;
      begun_ = true;
    }
    take(x);
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return sum_;
    }
    double variance = variance_now();
    const double leaving = window_.oldest() - pivot_;
    sum_ -= leaving;
    squares_ -= leaving * leaving;
    if (variance < 0.000001 * (squares_ * share_) || leaving * leaving > 1000000.0 * squares_ || --to_rebuild_ <= 0)
        [[unlikely]]
      variance = rebuild();
    return variance;
  }

 private:
  PYHFT_STATE void take(double x) noexcept {
    const double distance = x - pivot_;
    sum_ += distance;
    squares_ += distance * distance;
  }

  PYHFT_STATE double variance_now() const noexcept {
    const double mean = sum_ * share_;
    return squares_ * share_ - mean * mean;
  }

  PYHFT_STATE double rebuild() noexcept {
    to_rebuild_ = 32 * static_cast<int64_t>(window_.size());
    double total = 0.0;
    for (uint32_t age = window_.size(); age-- > 0;) total += window_[age];
    pivot_ = total * share_;
    sum_ = 0.0;
    squares_ = 0.0;
    for (uint32_t age = window_.size(); age-- > 0;) take(window_[age]);
    double variance = variance_now();
    // What rounding left of nothing.
    if (variance < 0.000000000001 * (squares_ * share_)) variance = 0.0;
    const double leaving = window_.oldest() - pivot_;
    sum_ -= leaving;
    squares_ -= leaving * leaving;
    return variance;
  }

  ring window_;
  double share_;
  double pivot_ = 0.0;
  double sum_ = 0.0;
  double squares_ = 0.0;
  int64_t to_rebuild_;
  uint32_t to_come_;
  bool begun_ = false;
};

// The standard deviation, times a factor.
class deviation_state {
 public:
  PYHFT_STATE deviation_state(int64_t period, double factor) noexcept : variance_(period), factor_(factor) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    variance_.each_ring(f);
  }

  PYHFT_STATE double update(double x) noexcept { return __builtin_sqrt(variance_.update(x)) * factor_; }

 private:
  variance_state variance_;
  double factor_;
};

// The line through the last `period` bars by least squares: b + m * k for the k-th bar of the window, from 0.
struct regression_line {
  double slope;
  double intercept;
};

// Sums of x and of x times its age.
class regression_sums {
 public:
  PYHFT_STATE explicit regression_sums(int64_t period) noexcept
      : window_(period), period_(static_cast<double>(period)), to_rebuild_(32 * period) {
    ages_ = period_ * (period_ - 1.0) * 0.5;
    const double squares = period_ * (period_ - 1.0) * (2.0 * period_ - 1.0) / 6.0;
    divisor_ = ages_ * ages_ - period_ * squares;
  }

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double period() const noexcept { return period_; }

  PYHFT_STATE void take(double x) noexcept {
    const uint32_t period = window_.size();
    window_.push(x);
    if (taken_ < period) [[unlikely]] {
      if (++taken_ == period) build();
    } else {
      const double weighted_leaving = period_ * leaving_;
      aged_ = aged_ + sum_ - weighted_leaving;
      sum_ = sum_ - leaving_ + x;
      magnitudes_ = magnitudes_ - __builtin_fabs(leaving_) + __builtin_fabs(x);
      if (--to_rebuild_ <= 0 || __builtin_fabs(weighted_leaving) > 100.0 * magnitudes_) [[unlikely]]
        build();
    }
    leaving_ = window_.oldest();
  }

  PYHFT_STATE double slope() const noexcept { return (period_ * aged_ - ages_ * sum_) / divisor_; }
  PYHFT_STATE double intercept(double slope) const noexcept { return (sum_ - slope * ages_) / period_; }

 private:
  PYHFT_STATE void build() noexcept {
    to_rebuild_ = 32 * static_cast<int64_t>(window_.size());
    sum_ = 0.0;
    aged_ = 0.0;
    magnitudes_ = 0.0;
    for (uint32_t age = window_.size(); age-- > 0;) {
      const double x = window_[age];
      sum_ += x;
      aged_ += static_cast<double>(age) * x;
      magnitudes_ += __builtin_fabs(x);
    }
  }

  ring window_;
  double period_;
  double ages_;
  double divisor_;
  double sum_ = 0.0;
  double aged_ = 0.0;
  double magnitudes_ = 0.0;
  double leaving_ = 0.0;
  int64_t to_rebuild_;
  uint32_t taken_ = 0;
};

template <typename Value>
class regression_state {
 public:
  PYHFT_STATE explicit regression_state(int64_t period) noexcept : sums_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    sums_.each_ring(f);
  }

  PYHFT_STATE double update(double x) noexcept {
    sums_.take(x);
    return Value::of(sums_);
  }

 private:
  regression_sums sums_;
};

// What is read off the line: its value at the newest bar, one bar later, and at the oldest; its slope, also in degrees.
struct line_at_newest {
  PYHFT_STATE static double of(const regression_sums& sums) noexcept {
    const double slope = sums.slope();
    return __builtin_fma(slope, sums.period() - 1.0, sums.intercept(slope));
  }
};
struct line_at_next {
  PYHFT_STATE static double of(const regression_sums& sums) noexcept {
    const double slope = sums.slope();
    return __builtin_fma(slope, sums.period(), sums.intercept(slope));
  }
};
struct line_at_oldest {
  PYHFT_STATE static double of(const regression_sums& sums) noexcept { return sums.intercept(sums.slope()); }
};
struct line_slope {
  PYHFT_STATE static double of(const regression_sums& sums) noexcept { return sums.slope(); }
};
struct line_angle {
  PYHFT_STATE static double of(const regression_sums& sums) noexcept {
    return __builtin_atan(sums.slope()) * (180.0 / 3.14159265358979323846);
  }
};

// Pearson's correlation of two series, from sums around a pivot of each.
class correlation_state {
 public:
  PYHFT_STATE explicit correlation_state(int64_t period) noexcept
      : xs_(period),
        ys_(period),
        share_(1.0 / static_cast<double>(period)),
        to_rebuild_(32 * period),
        to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(xs_);
    f(ys_);
  }

  PYHFT_STATE double update(double x, double y) noexcept {
    xs_.push(x);
    ys_.push(y);
    if (!begun_) [[unlikely]] {
      pivot_x_ = x;
      pivot_y_ = y;
      begun_ = true;
    }
    take(x, y);
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return 0.0;
    }
    double of_x = squares_x_ - sum_x_ * sum_x_ * share_;
    double of_y = squares_y_ - sum_y_ * sum_y_ * share_;
    if (of_x < 0.000001 * squares_x_ || of_y < 0.000001 * squares_y_ || left_x_ > 1000000.0 * squares_x_ ||
        left_y_ > 1000000.0 * squares_y_ || --to_rebuild_ <= 0) [[unlikely]] {
      rebuild();
      of_x = squares_x_ - sum_x_ * sum_x_ * share_;
      of_y = squares_y_ - sum_y_ * sum_y_ * share_;
      if (of_x < 0.0) of_x = 0.0;
      if (of_y < 0.0) of_y = 0.0;
    }
    double correlation = 0.0;
    if (of_x > 0.00000000000001 * squares_x_ && of_y > 0.00000000000001 * squares_y_ && of_x * of_y > 0.0) {
      correlation = (products_ - sum_x_ * sum_y_ * share_) / __builtin_sqrt(of_x * of_y);
      if (correlation > 1.0)
        correlation = 1.0;
      else if (correlation < -1.0)
        correlation = -1.0;
    }
    const double old_x = xs_.oldest() - pivot_x_;
    const double old_y = ys_.oldest() - pivot_y_;
    left_x_ = old_x * old_x;
    left_y_ = old_y * old_y;
    sum_x_ -= old_x;
    squares_x_ -= left_x_;
    products_ -= old_x * old_y;
    sum_y_ -= old_y;
    squares_y_ -= left_y_;
    return correlation;
  }

 private:
  PYHFT_STATE void take(double x, double y) noexcept {
    const double dx = x - pivot_x_;
    const double dy = y - pivot_y_;
    sum_x_ += dx;
    squares_x_ += dx * dx;
    products_ += dx * dy;
    sum_y_ += dy;
    squares_y_ += dy * dy;
  }

  PYHFT_STATE void rebuild() noexcept {
    to_rebuild_ = 32 * static_cast<int64_t>(xs_.size());
    double total_x = 0.0;
    double total_y = 0.0;
    for (uint32_t age = xs_.size(); age-- > 0;) {
      total_x += xs_[age];
      total_y += ys_[age];
    }
    pivot_x_ = total_x * share_;
    pivot_y_ = total_y * share_;
    sum_x_ = sum_y_ = products_ = squares_x_ = squares_y_ = 0.0;
    for (uint32_t age = xs_.size(); age-- > 0;) take(xs_[age], ys_[age]);
  }

  ring xs_;
  ring ys_;
  double share_;
  double pivot_x_ = 0.0;
  double pivot_y_ = 0.0;
  double sum_x_ = 0.0;
  double sum_y_ = 0.0;
  double products_ = 0.0;
  double squares_x_ = 0.0;
  double squares_y_ = 0.0;
  double left_x_ = 0.0;
  double left_y_ = 0.0;
  int64_t to_rebuild_;
  uint32_t to_come_;
  bool begun_ = false;
};

// The change to `now` as a share of `before`; none where that is 0.
PYHFT_STATE double simple_return(double before, double now) noexcept {
  return before != 0.0 ? (now - before) / before : 0.0;
}

// The slope of y's returns on x's, from sums around a pivot of each. The rings hold the returns.
class beta_state {
 public:
  PYHFT_STATE explicit beta_state(int64_t period) noexcept
      : xs_(period),
        ys_(period),
        period_(static_cast<double>(period)),
        to_rebuild_(32 * period),
        to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(xs_);
    f(ys_);
  }

  PYHFT_STATE double update(double price_x, double price_y) noexcept {
    if (begun_ == 0) [[unlikely]] {
      begun_ = 1;
      last_x_ = price_x;
      last_y_ = price_y;
      return 0.0;
    }
    const double x = simple_return(last_x_, price_x);
    const double y = simple_return(last_y_, price_y);
    last_x_ = price_x;
    last_y_ = price_y;
    xs_.push(x);
    ys_.push(y);
    if (begun_ == 1) [[unlikely]] {
      begun_ = 2;
      pivot_x_ = x;
      pivot_y_ = y;
    }
    take(x, y);
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return 0.0;
    }
    double scale = period_ * squares_x_;
    double divisor = scale - sum_x_ * sum_x_;
    if (divisor < 0.000001 * scale || left_x_ > 1000.0 * squares_x_ || left_y_ > 1000.0 * squares_y_ ||
        --to_rebuild_ <= 0) [[unlikely]] {
      rebuild();
      scale = period_ * squares_x_;
      divisor = scale - sum_x_ * sum_x_;
      if (divisor < 0.0) divisor = 0.0;
    }
    const double beta = divisor > 0.00000000000001 * scale ? (period_ * products_ - sum_x_ * sum_y_) / divisor : 0.0;
    const double old_x = xs_.oldest() - pivot_x_;
    const double old_y = ys_.oldest() - pivot_y_;
    left_x_ = old_x * old_x;
    left_y_ = old_y * old_y;
    squares_x_ -= left_x_;
    squares_y_ -= left_y_;
    products_ -= old_x * old_y;
    sum_x_ -= old_x;
    sum_y_ -= old_y;
    return beta;
  }

 private:
  PYHFT_STATE void take(double x, double y) noexcept {
    const double dx = x - pivot_x_;
    const double dy = y - pivot_y_;
    squares_x_ += dx * dx;
    squares_y_ += dy * dy;
    products_ += dx * dy;
    sum_x_ += dx;
    sum_y_ += dy;
  }

  PYHFT_STATE void rebuild() noexcept {
    to_rebuild_ = 32 * static_cast<int64_t>(xs_.size());
    double total_x = 0.0;
    double total_y = 0.0;
    for (uint32_t age = xs_.size(); age-- > 0;) {
      total_x += xs_[age];
      total_y += ys_[age];
    }
    pivot_x_ = total_x / period_;
    pivot_y_ = total_y / period_;
    sum_x_ = sum_y_ = products_ = squares_x_ = squares_y_ = 0.0;
    for (uint32_t age = xs_.size(); age-- > 0;) take(xs_[age], ys_[age]);
  }

  ring xs_;
  ring ys_;
  double period_;
  double last_x_ = 0.0;
  double last_y_ = 0.0;
  double pivot_x_ = 0.0;
  double pivot_y_ = 0.0;
  double sum_x_ = 0.0;
  double sum_y_ = 0.0;
  double products_ = 0.0;
  double squares_x_ = 0.0;
  double squares_y_ = 0.0;
  double left_x_ = 0.0;
  double left_y_ = 0.0;
  int64_t to_rebuild_;
  uint32_t to_come_;
  int begun_ = 0;
};

}  // namespace pyhft::kernels
