// SPDX-License-Identifier: MIT
#pragma once

// The streaming state of MACD, one bar at a time: macd.hpp tells its seeds. The rules of averages.hpp hold; it shows NaN
// until all three values are there.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/averages.hpp"

namespace pyhft::kernels {

struct macd_periods {
  int64_t fast = 12;
  int64_t slow = 26;
  int64_t signal = 9;
};

struct macd_gains {
  double fast;
  double slow;
  double signal;
};

struct macd_value {
  double macd;
  double signal;
  double histogram;
};

// The shorter period first, as TA-Lib takes them.
PYHFT_STATE macd_periods in_order(macd_periods p) noexcept {
  return p.fast <= p.slow ? p : macd_periods{p.slow, p.fast, p.signal};
}

class macd_state {
 public:
  // `unstable`: values of the line that the signal doesn't get.
  PYHFT_STATE explicit macd_state(macd_periods periods = {}, int64_t unstable = 0) noexcept
      : macd_state(in_order(periods), nullptr, unstable) {}
  // With steps other than the periods' own.
  PYHFT_STATE macd_state(macd_periods periods, macd_gains gains, int64_t unstable = 0) noexcept
      : macd_state(periods, &gains, unstable) {}

  // Takes the next bar; three NaN until slow + signal - 1 bars have come.
  PYHFT_STATE macd_value update(double x) noexcept {
    if (!ready_) [[unlikely]]
      return warm_up(x);
    step(x);
    const double line = fast_ - slow_;
    signal_ = signal_period_ == 1 ? line : ema_step(line, k_.signal, signal_);
    return {line, signal_, line - signal_};
  }

  PYHFT_STATE macd_value value() const noexcept {
    if (!ready_) return nothing();
    const double line = fast_ - slow_;
    return {line, signal_, line - signal_};
  }
  // Enough bars have come. It stays true after a NaN.
  PYHFT_STATE bool ready() const noexcept { return ready_; }

  PYHFT_STATE double fast() const noexcept { return fast_; }
  PYHFT_STATE double slow() const noexcept { return slow_; }

  // What a bar changes once all is warmed up.
  template <typename F>
  PYHFT_STATE void each_field(F f) const noexcept {
    f(fast_);
    f(slow_);
    f(signal_);
  }

 private:
  PYHFT_STATE macd_state(macd_periods periods, const macd_gains* gains, int64_t unstable) noexcept
      : k_(gains != nullptr ? *gains
                            : macd_gains{ema_gain(periods.fast), ema_gain(periods.slow), ema_gain(periods.signal)}),
        fast_period_(static_cast<uint32_t>(periods.fast)),
        slow_period_(static_cast<uint32_t>(periods.slow)),
        signal_period_(static_cast<uint32_t>(periods.signal)),
        line_bars_(slow_period_ + static_cast<uint32_t>(unstable)) {}

  PYHFT_STATE static macd_value nothing() noexcept { return {__builtin_nan(""), __builtin_nan(""), __builtin_nan("")}; }

  PYHFT_STATE void step(double x) noexcept {
    fast_ = ema_step(x, k_.fast, fast_);
    slow_ = ema_step(x, k_.slow, slow_);
  }

  PYHFT_STATE macd_value warm_up(double x) noexcept {
    ++bars_;
    if (bars_ <= slow_period_) {
      slow_ += x;
      if (bars_ > slow_period_ - fast_period_) fast_ += x;
      if (bars_ < slow_period_) return nothing();
      slow_ /= static_cast<double>(slow_period_);
      fast_ /= static_cast<double>(fast_period_);
    } else {
      step(x);
    }
    if (bars_ < line_bars_) return nothing();
    signal_ += fast_ - slow_;
    if (bars_ - line_bars_ + 1 < signal_period_) return nothing();
    signal_ /= static_cast<double>(signal_period_);
    ready_ = true;
    return value();
  }

  macd_gains k_;
  // Sums while warming up, averages afterwards. The fast sum begins slow - fast bars late: no buffer of bars is needed.
  double fast_ = 0.0;
  double slow_ = 0.0;
  double signal_ = 0.0;
  uint32_t fast_period_;
  uint32_t slow_period_;
  uint32_t signal_period_;
  uint32_t line_bars_;  // until the signal gets the line
  uint32_t bars_ = 0;   // no longer counted once ready; fits, as slow + signal <= 2 * max_period
  bool ready_ = false;
};

static_assert(__is_trivially_copyable(macd_state) && sizeof(macd_state) <= 128);

}  // namespace pyhft::kernels
