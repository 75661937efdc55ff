// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of Wilder's indicators: gains against losses (RSI, CMO), the true range (TRANGE, ATR, NATR), the
// directional movement and what is made of it (PLUS_DM ... ADXR), and the parabolic stop (SAR). They do what TA-Lib
// 0.8 does, in its order of operations, and give its bits. A value means nothing before the lookback is over.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

// 100 * gain / (gain + loss) over smoothed changes, 0 where neither is left. Periods from 2.
class rsi_state {
 public:
  PYHFT_STATE explicit rsi_state(int64_t period) noexcept
      : kept_(static_cast<double>(period - 1)),
        inverse_(1.0 / static_cast<double>(period)),
        to_come_(static_cast<uint32_t>(period) + 1) {}

  PYHFT_STATE double update(double x) noexcept {
    const double change = x - last_;
    last_ = x;
    const double gain = change > 0.0 ? change : 0.0;
    if (to_come_ != 0) [[unlikely]] {
      if (--to_come_ == period()) return 0.0;
      gain_ += gain;
      loss_ += gain - change;
      if (to_come_ != 0) return 0.0;
    } else {
      gain_ = gain_ * kept_ + gain;
      loss_ = loss_ * kept_ + (gain - change);
    }
    gain_ *= inverse_;
    loss_ *= inverse_;
    const double total = gain_ + loss_;
    return total > 0.0 ? 100.0 * (gain_ / total) : 0.0;
  }

  // What a bar changes once all is warmed up.
  template <typename F>
  PYHFT_STATE void each_field(F f) const noexcept {
    f(last_);
    f(gain_);
    f(loss_);
  }

 private:
  double kept_;
  double inverse_;
  double last_ = 0.0;
  double gain_ = 0.0;
  double loss_ = 0.0;
  uint32_t to_come_;

  PYHFT_STATE uint32_t period() const noexcept { return static_cast<uint32_t>(kept_) + 1; }
};

// 100 * (gain - loss) / (gain + loss), smoothed as RSI but for the division by the period. Periods from 2.
class cmo_state {
 public:
  PYHFT_STATE explicit cmo_state(int64_t period) noexcept
      : period_(static_cast<double>(period)), to_come_(static_cast<uint32_t>(period) + 1) {}

  PYHFT_STATE double update(double x) noexcept {
    const double change = x - last_;
    last_ = x;
    const double gain = change < 0.0 ? 0.0 : change;
    const double loss = change < 0.0 ? -change : 0.0;
    if (to_come_ != 0) [[unlikely]] {
      if (--to_come_ == static_cast<uint32_t>(period_)) return 0.0;
      gain_ += gain;
      loss_ += loss;
      if (to_come_ != 0) return 0.0;
    } else {
      gain_ = gain_ * (period_ - 1.0) + gain;
      loss_ = loss_ * (period_ - 1.0) + loss;
    }
    gain_ /= period_;
    loss_ /= period_;
    const double total = gain_ + loss_;
    return total > 0.0 ? 100.0 * ((gain_ - loss_) / total) : 0.0;
  }

 private:
  double period_;
  double last_ = 0.0;
  double gain_ = 0.0;
  double loss_ = 0.0;
  uint32_t to_come_;
};

// The largest of high - low and the distances of both from the close before. A NaN close before counts for nothing.
PYHFT_STATE double true_range(double high, double low, double close_before) noexcept {
  double range = high - low;
  const double to_high = __builtin_fabs(close_before - high);
  const double to_low = __builtin_fabs(close_before - low);
  range = to_high > range ? to_high : range;
  return to_low > range ? to_low : range;
}

class trange_state {
 public:
  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const double range = true_range(high, low, close_);
    close_ = close;
    return range;
  }

 private:
  double close_ = 0.0;
};

// The true range, smoothed: seeded with the mean of its first `period` values.
class atr_state {
 public:
  PYHFT_STATE explicit atr_state(int64_t period) noexcept
      : kept_(static_cast<double>(period - 1) / static_cast<double>(period)),
        added_(1.0 - kept_),
        period_(static_cast<double>(period)),
        to_come_(static_cast<uint32_t>(period) + 1) {}

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const double range = true_range(high, low, close_);
    close_ = close;
    if (to_come_ != 0) [[unlikely]] {
      if (--to_come_ == static_cast<uint32_t>(period_)) return 0.0;
      value_ += range;
      if (to_come_ == 0) value_ /= period_;
      return value_;
    }
    return value_ = __builtin_fma(kept_, value_, added_ * range);
  }

  // What a bar changes once all is warmed up.
  template <typename F>
  PYHFT_STATE void each_field(F f) const noexcept {
    f(close_);
    f(value_);
  }

 private:
  double kept_;
  double added_;
  double period_;
  double close_ = 0.0;
  double value_ = 0.0;
  uint32_t to_come_;
};

// ATR in percent of the close, 0 where the close is 0. Period 1 is the true range itself, as in TA-Lib.
class natr_state {
 public:
  PYHFT_STATE explicit natr_state(int64_t period) noexcept : range_(period), relative_(period > 1) {}

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const double range = range_.update(high, low, close);
    if (!relative_) return range;
    return close != 0.0 ? range / close * 100.0 : 0.0;
  }

 private:
  atr_state range_;
  bool relative_;
};

// How far a bar reaches above the one before or below it: the larger of both, the other is 0. A NaN is no movement.
struct movement {
  double plus;
  double minus;
};

PYHFT_STATE movement movement_of(double high, double low, double high_before, double low_before) noexcept {
  const double up = high - high_before;
  const double down = low_before - low;
  return {up > 0.0 && up > down ? up : 0.0, down > 0.0 && down > up ? down : 0.0};
}

enum class direction : uint8_t { plus, minus };

// Sums of movements of one direction, less one `period`th of themselves with every bar.
template <direction Which>
class dm_state {
 public:
  PYHFT_STATE explicit dm_state(int64_t period) noexcept
      : period_(static_cast<double>(period)), to_come_(static_cast<uint32_t>(period)) {}

  PYHFT_STATE double update(double high, double low) noexcept {
    const movement all = movement_of(high, low, high_, low_);
    const double moved = Which == direction::plus ? all.plus : all.minus;
    high_ = high;
    low_ = low;
    if (to_come_ != 0) [[unlikely]] {
      if (to_come_-- != static_cast<uint32_t>(period_)) sum_ += moved;
      return sum_;
    }
    if (period_ == 1.0) return moved;
    sum_ = sum_ - sum_ / period_ + moved;
    return sum_;
  }

 private:
  double period_;
  double high_ = 0.0;
  double low_ = 0.0;
  double sum_ = 0.0;
  uint32_t to_come_;
};

// The sums that stand behind the directional indicators.
class directional_sums {
 public:
  PYHFT_STATE explicit directional_sums(int64_t period) noexcept
      : period_(static_cast<double>(period)), to_come_(static_cast<uint32_t>(period)) {}

  // Takes the next bar. Before the lookback of `period` bars is over it is false.
  PYHFT_STATE bool update(double high, double low, double close) noexcept {
    moved_ = movement_of(high, low, high_, low_);
    range_ = true_range(high, low, close_);
    high_ = high;
    low_ = low;
    close_ = close;
    if (to_come_ != 0) [[unlikely]] {
      if (to_come_-- != static_cast<uint32_t>(period_)) {
        plus += moved_.plus;
        minus += moved_.minus;
        range += range_;
      }
      return false;
    }
    plus = plus - plus / period_ + moved_.plus;
    minus = minus - minus / period_ + moved_.minus;
    range = range - range / period_ + range_;
    return true;
  }

  // Of the last bar alone.
  PYHFT_STATE movement moved() const noexcept { return moved_; }
  PYHFT_STATE double moved_range() const noexcept { return range_; }
  PYHFT_STATE double period() const noexcept { return period_; }

  double plus = 0.0;
  double minus = 0.0;
  double range = 0.0;

 private:
  double period_;
  double high_ = 0.0;
  double low_ = 0.0;
  double close_ = 0.0;
  movement moved_ = {0.0, 0.0};
  double range_ = 0.0;
  uint32_t to_come_;
};

// The movement of one direction in percent of the true range, 0 where that is 0. With period 1 it is the bar's own
// movement as a fraction of its range, as in TA-Lib.
template <direction Which>
class di_state {
 public:
  PYHFT_STATE explicit di_state(int64_t period) noexcept : sums_(period) {}

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    sums_.update(high, low, close);
    if (sums_.period() == 1.0) {
      const double moved = Which == direction::plus ? sums_.moved().plus : sums_.moved().minus;
      return moved > 0.0 && !(sums_.moved_range() <= 0.0) ? moved / sums_.moved_range() : 0.0;
    }
    const double sum = Which == direction::plus ? sums_.plus : sums_.minus;
    return sums_.range > 0.0 ? 100.0 * (sum / sums_.range) : 0.0;
  }

 private:
  directional_sums sums_;
};

// Below this sum of both directional indicators, which are in percent, there is no movement to speak of.
inline constexpr double least_movement = 1e-14;

// The difference of both directional indicators in percent of their sum; where there is no movement it is the one of
// the bar before. Periods from 2.
class dx_state {
 public:
  PYHFT_STATE explicit dx_state(int64_t period) noexcept : sums_(period) {}

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    step(high, low, close);
    return value_;
  }

  // Whether there was any movement, so that the value is a new one; false before the lookback is over.
  PYHFT_STATE bool step(double high, double low, double close) noexcept {
    if (!sums_.update(high, low, close) || !(sums_.range > 0.0)) return false;
    const double minus = 100.0 * (sums_.minus / sums_.range);
    const double plus = 100.0 * (sums_.plus / sums_.range);
    const double sum = minus + plus;
    if (-least_movement < sum && sum < least_movement) return false;
    value_ = 100.0 * (__builtin_fabs(minus - plus) / sum);
    return true;
  }

  PYHFT_STATE double value() const noexcept { return value_; }

 private:
  directional_sums sums_;
  double value_ = 0.0;
};

// DX, smoothed: seeded with the mean of its first `period` values, of which those without movement count as 0; later
// ones without movement are left out.
class adx_state {
 public:
  PYHFT_STATE explicit adx_state(int64_t period) noexcept
      : dx_(period), period_(static_cast<double>(period)), to_come_(2 * static_cast<uint32_t>(period)) {}

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const bool moved = dx_.step(high, low, close);
    if (to_come_ != 0) [[unlikely]] {
      if (moved) value_ += dx_.value();
      if (--to_come_ == 0) value_ /= period_;
      return value_;
    }
    if (moved) value_ = (value_ * (period_ - 1.0) + dx_.value()) / period_;
    return value_;
  }

 private:
  dx_state dx_;
  double period_;
  double value_ = 0.0;
  uint32_t to_come_;
};

// The mean of ADX and of ADX period - 1 bars before.
class adxr_state {
 public:
  PYHFT_STATE explicit adxr_state(int64_t period) noexcept : adx_(period), past_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(past_);
  }

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const double now = adx_.update(high, low, close);
    past_.push(now);
    return (now + past_.oldest()) / 2.0;
  }

 private:
  adx_state adx_;
  ring past_;
};

// Wilder's parabolic stop and reverse. It begins with the direction in which bar 1 reaches further beyond bar 0, long
// if neither does.
class sar_state {
 public:
  PYHFT_STATE sar_state(double acceleration, double most) noexcept
      : acceleration_(acceleration > most ? most : acceleration), most_(most), speed_(acceleration_) {}

  PYHFT_STATE double update(double high, double low) noexcept {
    const double high_before = high_;
    const double low_before = low_;
    high_ = high;
    low_ = low;
    if (begun_ < 2) [[unlikely]] {
      if (begun_++ == 0) return 0.0;
      long_ = !(movement_of(high, low, high_before, low_before).minus > 0.0);
      extreme_ = long_ ? high : low;
      stop_ = long_ ? low_before : high_before;
      return long_ ? up(high, low, high, low) : down(high, low, high, low);
    }
    return long_ ? up(high, low, high_before, low_before) : down(high, low, high_before, low_before);
  }

 private:
  double acceleration_;
  double most_;
  double speed_;
  double stop_ = 0.0;
  double extreme_ = 0.0;
  double high_ = 0.0;
  double low_ = 0.0;
  uint32_t begun_ = 0;
  bool long_ = true;

  // A NaN is no bound. One bound after the other: joined beforehand, the compiler selects them by branches, which on
  // prices that turn often are guessed wrong.
  PYHFT_STATE static double not_above(double x, double first, double second) noexcept {
    x = x > first ? first : x;
    return x > second ? second : x;
  }
  PYHFT_STATE static double not_below(double x, double first, double second) noexcept {
    x = x < first ? first : x;
    return x < second ? second : x;
  }
  PYHFT_STATE void advance() noexcept { stop_ = __builtin_fma(speed_, extreme_ - stop_, stop_); }
  // A product, where the compiler would put a branch: whether a bar reaches further is a toss of a coin.
  PYHFT_STATE void accelerate_if(bool further) noexcept {
    speed_ += static_cast<double>(further) * acceleration_;
    speed_ = speed_ > most_ ? most_ : speed_;
  }

  PYHFT_STATE double up(double high, double low, double high_before, double low_before) noexcept {
    double result = stop_;
    if (low <= stop_) {
      long_ = false;
      result = stop_ = not_below(extreme_, high_before, high);
      speed_ = acceleration_;
      extreme_ = low;
      advance();
      stop_ = not_below(stop_, high_before, high);
      return result;
    }
    accelerate_if(high > extreme_);
    extreme_ = high > extreme_ ? high : extreme_;
    advance();
    stop_ = not_above(stop_, low_before, low);
    return result;
  }

  PYHFT_STATE double down(double high, double low, double high_before, double low_before) noexcept {
    double result = stop_;
    if (high >= stop_) {
      long_ = true;
      result = stop_ = not_above(extreme_, low_before, low);
      speed_ = acceleration_;
      extreme_ = high;
      advance();
      stop_ = not_above(stop_, low_before, low);
      return result;
    }
    accelerate_if(low < extreme_);
    extreme_ = low < extreme_ ? low : extreme_;
    advance();
    stop_ = not_below(stop_, high_before, high);
    return result;
  }
};

}  // namespace pyhft::kernels
