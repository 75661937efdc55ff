// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the sums, moments and regressions over a window: plain structs whose rings are bound to memory by
// their owner (kernels::stream does that for any indicator by name); update never allocates or throws. They do what
// TA-Lib 0.8 does, in its order of operations, and give its bits. A value means nothing before the lookback is over.
//
// TA-Lib's running sums collect rounding errors, so most of them are built anew from the window now and then: every 8
// or 32 periods, and where what is left of a difference is small against what it was taken from. An update is O(1) but
// for those, which amounts to O(1) on average; the exception is cci_state, which looks at its whole window on every
// bar.
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

// |difference| within what rounding makes of equal values of that magnitude.
PYHFT_STATE bool is_nothing(double difference, double magnitude) noexcept {
  return __builtin_fabs(difference) <= 1e-14 * magnitude;
}

// Commodity channel index: how far the typical price is from its mean, in mean absolute deviations.
class cci_state {
 public:
  PYHFT_STATE explicit cci_state(int64_t period) noexcept
      : window_(period), period_(static_cast<double>(period)), to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const double price = (high + low + close) / 3.0;
    window_.push(price);
    if (to_come_ > 1) [[unlikely]] {
      --to_come_;
      return 0.0;
    }
    // In the order of the memory, as TA-Lib adds.
    double mean = 0.0;
    for (uint32_t slot = 0; slot < window_.size(); ++slot) mean += window_.at(slot);
    mean /= period_;
    double spread = 0.0;
    for (uint32_t slot = 0; slot < window_.size(); ++slot) spread += __builtin_fabs(window_.at(slot) - mean);
    spread /= period_;
    const double distance = price - mean;
    const double magnitude = __builtin_fabs(mean);
    if (is_nothing(distance, magnitude) || is_nothing(spread, magnitude)) return 0.0;
    return distance / (0.015 * spread);
  }

 private:
  ring window_;
  double period_;
  uint32_t to_come_;
};

// Ultimate oscillator: how much of the true range was gained, over three periods.
class ultimate_state {
 public:
  // The shortest period first.
  PYHFT_STATE ultimate_state(int64_t first, int64_t second, int64_t third) noexcept
      : gains_(third), ranges_(third), first_(static_cast<uint32_t>(first)), second_(static_cast<uint32_t>(second)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(gains_);
    f(ranges_);
  }

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const double before = close_;
    close_ = close;
    if (!begun_) [[unlikely]] {
      begun_ = true;
      return 0.0;
    }
    const double gain = close - (low < before ? low : before);
    double range = high - low;
    const double to_high = __builtin_fabs(before - high);
    if (to_high > range) range = to_high;
    const double to_low = __builtin_fabs(before - low);
    if (to_low > range) range = to_low;
    gains_.push(gain);
    ranges_.push(range);

    const uint32_t third = gains_.size();
    idle_ = range == 0.0 && gain == 0.0 ? idle_ + 1 : 0;
    if (taken_ + 1 < third) [[unlikely]] {
      // On the way to the first value each sum begins with the first bar of its own window but one.
      ++taken_;
      if (taken_ + first_ > third) short_.take(gain, range);
      if (taken_ + second_ > third) middle_.take(gain, range);
      long_.take(gain, range);
      return 0.0;
    }
    short_.take(gain, range);
    middle_.take(gain, range);
    long_.take(gain, range);
    if (idle_ >= first_) [[unlikely]] {
      short_ = {};
      if (idle_ >= second_) middle_ = {};
      if (idle_ >= third) {
        idle_ = third;
        long_ = {};
      }
    }
    double output = 0.0;
    if (short_.range > 0.0) output += 4.0 * (short_.gain / short_.range);
    if (middle_.range > 0.0) output += 2.0 * (middle_.gain / middle_.range);
    if (long_.range > 0.0) output += long_.gain / long_.range;
    short_.drop(gains_[first_ - 1], ranges_[first_ - 1]);
    middle_.drop(gains_[second_ - 1], ranges_[second_ - 1]);
    long_.drop(gains_.oldest(), ranges_.oldest());
    return 100.0 * (output / 7.0);
  }

 private:
  struct totals {
    double gain = 0.0;
    double range = 0.0;
    PYHFT_STATE void take(double g, double r) noexcept {
      gain += g;
      range += r;
    }
    PYHFT_STATE void drop(double g, double r) noexcept {
      gain -= g;
      range -= r;
    }
  };

  ring gains_;
  ring ranges_;
  double close_ = 0.0;
  totals short_;
  totals middle_;
  totals long_;
  uint32_t first_;
  uint32_t second_;
  uint32_t taken_ = 0;
  uint32_t idle_ = 0;
  bool begun_ = false;
};

// Money flow index: the share of the turnover that was traded at a rising typical price.
class money_flow_state {
 public:
  PYHFT_STATE explicit money_flow_state(int64_t period) noexcept
      : rising_(period), falling_(period), to_come_(static_cast<uint32_t>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(rising_);
    f(falling_);
  }

  PYHFT_STATE double update(double high, double low, double close, double volume) noexcept {
    const double price = (high + low + close) / 3.0;
    const double before = price_;
    price_ = price;
    if (!begun_) [[unlikely]] {
      begun_ = true;
      return 0.0;
    }
    if (to_come_ == 0) {
      rises_ -= rising_.oldest();
      falls_ -= falling_.oldest();
    }
    const double change = price - before;
    const double flow = is_nothing(change, __builtin_fabs(price) + __builtin_fabs(before)) ? 0.0 : price * volume;
    const double rise = change < 0.0 ? 0.0 : flow;
    const double fall = change < 0.0 ? flow : 0.0;
    rising_.push(rise);
    falling_.push(fall);
    rises_ += rise;
    falls_ += fall;
    idle_ = flow == 0.0 ? idle_ + 1 : 0;
    if (idle_ >= rising_.size()) [[unlikely]] {
      idle_ = rising_.size();
      rises_ = 0.0;
      falls_ = 0.0;
    }
    if (to_come_ > 0) --to_come_;
    const double total = rises_ + falls_;
    const double part = rises_ < 0.0 ? 0.0 : (rises_ > total ? total : rises_);
    return total <= 0.0 ? 0.0 : 100.0 * (part / total);
  }

 private:
  ring rising_;
  ring falling_;
  double price_ = 0.0;
  double rises_ = 0.0;
  double falls_ = 0.0;
  uint32_t to_come_;
  uint32_t idle_ = 0;
  bool begun_ = false;
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
