// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the running sums over price and volume. CUMSUM, OBV, AD, ADOSC and VWAP do what TA-Lib 0.8 does,
// in its order of operations, and give its bits. A value means nothing before the lookback is over.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

class cumsum_state {
 public:
  PYHFT_STATE double update(double x) noexcept { return sum_ += x; }

 private:
  double sum_ = 0.0;
};

// Volume, added when the price rises and taken off when it falls. It begins with the first bar's volume.
class obv_state {
 public:
  PYHFT_STATE double update(double x, double volume) noexcept {
    if (x > last_)
      sum_ += volume;
    else if (x < last_)
      sum_ -= volume;
    else if (!begun_) [[unlikely]]
      sum_ = volume;
    begun_ = true;
    last_ = x;
    return sum_;
  }

 private:
  double sum_ = 0.0;
  double last_ = __builtin_nan("");
  bool begun_ = false;
};

// The part of the volume that the place of the close in the range makes: all of it at the high, minus all at the low.
PYHFT_STATE double money_flow(double high, double low, double close, double volume) noexcept {
  const double range = high - low;
  return range > 0.0 ? ((close - low) - (high - close)) / range * volume : 0.0;
}

class ad_state {
 public:
  PYHFT_STATE double update(double high, double low, double close, double volume) noexcept {
    return sum_ += money_flow(high, low, close, volume);
  }

 private:
  double sum_ = 0.0;
};

// A fast average of AD less a slow one, both seeded with its first value.
class adosc_state {
 public:
  PYHFT_STATE adosc_state(int64_t fast, int64_t slow) noexcept
      : fast_k_(2.0 / static_cast<double>(fast + 1)), slow_k_(2.0 / static_cast<double>(slow + 1)) {}

  PYHFT_STATE double update(double high, double low, double close, double volume) noexcept {
    const double line = line_.update(high, low, close, volume);
    if (!begun_) [[unlikely]] {
      begun_ = true;
      fast_ = slow_ = line;
      return 0.0;
    }
    fast_ = __builtin_fma(1.0 - fast_k_, fast_, fast_k_ * line);
    slow_ = __builtin_fma(1.0 - slow_k_, slow_, slow_k_ * line);
    return fast_ - slow_;
  }

 private:
  ad_state line_;
  double fast_k_;
  double slow_k_;
  double fast_ = 0.0;
  double slow_ = 0.0;
  bool begun_ = false;
};

// The mean price paid per share so far. A bar whose price or volume isn't finite is left out.
class price_of_volume {
 public:
  // `price` is what `paid` / volume would be; it decides whether the bar counts.
  PYHFT_STATE void add(double price, double volume) noexcept {
    if (price - price != 0.0 || volume - volume != 0.0) return;
    paid_ += price * volume;
    volume_ += volume;
  }
  // `otherwise` before any volume was traded.
  PYHFT_STATE double mean(double otherwise) const noexcept { return volume_ > 0.0 ? paid_ / volume_ : otherwise; }

 private:
  double paid_ = 0.0;
  double volume_ = 0.0;
};

// Over all bars so far, at the typical price (high + low + close) / 3; 0 before any volume was traded.
class vwap_state {
 public:
  PYHFT_STATE double update(double high, double low, double close, double volume) noexcept {
    sums_.add((high + low + close) / 3.0, volume);
    return value_ = sums_.mean(value_);
  }

 private:
  price_of_volume sums_;
  double value_ = 0.0;
};

// Over the bars since the session number last changed; NaN before any volume was traded in the session.
class session_vwap_state {
 public:
  PYHFT_STATE double update(double price, double volume, double session) noexcept {
    if (!(session == session_)) {
      sums_ = price_of_volume();
      session_ = session;
    }
    sums_.add(price, volume);
    return sums_.mean(__builtin_nan(""));
  }

 private:
  price_of_volume sums_;
  double session_ = __builtin_nan("");
};

// The mean of a value over time, each weighing with the time it stood until the next came:
//   sum of x[i-1] * (time[i] - time[i-1]) / (time[n] - time[0]), i = 1..n
// and x itself while no time has passed. Kept as a mean that moves, which neither grows nor loses digits.
class twap_state {
 public:
  PYHFT_STATE double update(double x, double time) noexcept {
    if (!begun_) [[unlikely]] {
      begun_ = true;
      first_ = last_ = time;
    }
    const double passed = time - first_;
    mean_ = passed > 0.0 ? __builtin_fma(x_ - mean_, (time - last_) / passed, mean_) : x;
    x_ = x;
    last_ = time;
    return mean_;
  }

 private:
  double mean_ = 0.0;
  double x_ = 0.0;
  double first_ = 0.0;
  double last_ = 0.0;
  bool begun_ = false;
};

}  // namespace pyhft::kernels
