// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the oscillators over a window of bars. cci_state looks at its whole window on every
// bar; the others are O(1). The rules of windows.hpp hold.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/windows.hpp"

namespace pyhft::kernels {

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

}  // namespace pyhft::kernels
