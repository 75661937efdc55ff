// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the exponential and adaptive averages and of TRIX: plain structs that take one bar at a
// time. They do what TA-Lib 0.8 does, in its order of operations, and give its bits. update never allocates or throws;
// a copy goes its own way, once rings, where there are any, are bound to memory of its own (kernels::stream does that
// for any indicator by name). Leading NaN are for the owner to skip; parameters are for the owner to check. A value
// means nothing before the lookback is over; ema_state shows NaN until then.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

// What every bar does to an average: an exponential one here, Wilder's and those of T3 below, with b = 1 - k. The same
// on paper; in floating point they are TA-Lib's two forms.
PYHFT_STATE double ema_step(double x, double k, double e) noexcept { return __builtin_fma(x - e, k, e); }
PYHFT_STATE double blend_step(double x, double k, double b, double e) noexcept { return __builtin_fma(b, e, k * x); }

PYHFT_STATE double ema_gain(int64_t period) noexcept { return 2.0 / (static_cast<double>(period) + 1.0); }

// What an average starts from.
struct ema_seed {
  enum class kind : uint8_t {
    sma,    // the mean of the first `period` bars, at bar period - 1; NaN before
    first,  // the first bar itself, at bar 0
    value,  // `value` is the average before the first bar; bar 0 is one step from it
  };
  kind how = kind::sma;
  double value = 0.0;
};

class ema_state {
 public:
  PYHFT_STATE explicit ema_state(int64_t period, ema_seed seed = {}) noexcept
      : k_(ema_gain(period)),
        period_(static_cast<uint32_t>(period)),
        seed_bars_(seed.how == ema_seed::kind::sma ? period_ : 1),
        to_come_(seed_bars_) {
    if (seed.how != ema_seed::kind::value || period == 1) return;
    value_ = seed.value;
    to_come_ = 0;
  }

  // Takes the next bar; the average after it, NaN until there is one.
  PYHFT_STATE double update(double x) noexcept {
    if (to_come_ != 0) [[unlikely]]
      return warm_up(x);
    return value_ = ema_step(x, k_, value_);
  }

  PYHFT_STATE double value() const noexcept { return value_; }
  // Enough bars have come for value() to be the average. It stays true after a NaN.
  PYHFT_STATE bool ready() const noexcept { return ready_; }

  // What a bar changes once all is warmed up.
  template <typename F>
  PYHFT_STATE void each_field(F f) const noexcept {
    f(value_);
  }

 private:
  PYHFT_STATE double warm_up(double x) noexcept {
    if (period_ != 1) {
      sum_ += x;
      if (--to_come_ != 0) return value_;
      x = sum_ / static_cast<double>(seed_bars_);
    }
    ready_ = true;
    return value_ = x;
  }

  double k_;
  double value_ = __builtin_nan("");
  double sum_ = 0.0;
  uint32_t period_;
  uint32_t seed_bars_;
  uint32_t to_come_;  // stays 1 at period 1, whose step is the identity
  bool ready_ = false;
};

static_assert(__is_trivially_copyable(ema_state) && sizeof(ema_state) <= 64);

// Wilder's average: k = 1 / period.
class rma_state {
 public:
  PYHFT_STATE explicit rma_state(int64_t period) noexcept
      : b_(static_cast<double>(period - 1) / static_cast<double>(period)),
        k_(1.0 - b_),
        period_(static_cast<double>(period)),
        to_come_(static_cast<uint32_t>(period)) {}

  PYHFT_STATE double update(double x) noexcept {
    if (to_come_ == 0) [[likely]]
      return value_ = blend_step(x, k_, b_, value_);
    value_ += x;
    if (--to_come_ == 0) value_ /= period_;
    return value_;
  }

 private:
  double b_;
  double k_;
  double period_;
  double value_ = 0.0;  // the sum so far, then the average
  uint32_t to_come_;
};

// Averages of averages: each stage takes the values of the one before, and starts from the mean of the first `period` of
// them.
template <uint32_t Stages>
class cascade {
 public:
  // `first_sum` is what the sums of the first bars start from: -0.0 keeps a sum of negative zeros negative. `unstable`:
  // values of each stage that the next one doesn't get.
  PYHFT_STATE cascade(int64_t period, double first_sum, int64_t unstable = 0) noexcept
      : sum_(first_sum),
        period_(static_cast<uint32_t>(period)),
        to_come_(period_),
        unstable_(static_cast<uint32_t>(unstable)) {}

  // step(x, e) is what a bar does to a stage. True once every stage has a value.
  template <typename Step>
  PYHFT_STATE bool update(double x, Step step) noexcept {
    if (seeded_ == Stages) [[likely]] {
#pragma GCC unroll 8
      for (uint32_t i = 0; i < Stages; ++i) x = e[i] = step(x, e[i]);
      return true;
    }
    // Written with indices that the compiler knows, so that it keeps the stages in registers.
#pragma GCC unroll 8
    for (uint32_t i = 0; i < Stages; ++i)
      if (i < seeded_) x = e[i] = step(x, e[i]);
    if (to_skip_ != 0) {
      --to_skip_;
      return false;
    }
    sum_ += x;
    --to_come_;
#pragma GCC unroll 8
    for (uint32_t i = 0; i < Stages; ++i) {
      if (i != seeded_ || to_come_ != 0) continue;
      sum_ = e[i] = sum_ / static_cast<double>(period_);
      to_come_ = period_ - 1;
      ++seeded_;
      if (unstable_ == 0) continue;
      sum_ = 0.0;
      to_come_ = period_;
      to_skip_ = unstable_ - 1;
    }
    return seeded_ == Stages;
  }

  double e[Stages] = {};

 private:
  double sum_;
  uint32_t period_;
  uint32_t to_come_;
  uint32_t seeded_ = 0;
  uint32_t unstable_;
  uint32_t to_skip_ = 0;
};

// Cascades of exponential averages; period 1 is the identity, whatever rounding would make of it.
template <uint32_t Stages>
class ema_cascade_state {
 public:
  PYHFT_STATE explicit ema_cascade_state(int64_t period, int64_t unstable = 0) noexcept
      : stages_(period, 0.0, unstable), k_(ema_gain(period)), identity_(period == 1) {}

 protected:
  PYHFT_STATE bool advance(double x) noexcept {
    return stages_.update(
        x, [this](double value, double e) __attribute__((always_inline)) { return ema_step(value, k_, e); });
  }

  cascade<Stages> stages_;
  double k_;
  bool identity_;
};

class dema_state : private ema_cascade_state<2> {
 public:
  using ema_cascade_state::ema_cascade_state;

  PYHFT_STATE double update(double x) noexcept {
    if (identity_) return x;
    advance(x);
    return 2.0 * stages_.e[0] - stages_.e[1];
  }
};

class tema_state : private ema_cascade_state<3> {
 public:
  using ema_cascade_state::ema_cascade_state;

  PYHFT_STATE double update(double x) noexcept {
    if (identity_) return x;
    advance(x);
    return stages_.e[2] + (3.0 * stages_.e[0] - 3.0 * stages_.e[1]);
  }
};

// The change of the triple average from bar to bar, in percent.
class trix_state : private ema_cascade_state<3> {
 public:
  using ema_cascade_state::ema_cascade_state;

  PYHFT_STATE double update(double x) noexcept {
    const double before = stages_.e[2];
    advance(x);
    return before != 0.0 ? (stages_.e[2] / before - 1.0) * 100.0 : 0.0;
  }
};

// Tillson's T3: three times over, an average and its lag weighed by the volume factor.
struct t3_weights {
  double c[4];  // of the third to the sixth stage

  PYHFT_STATE explicit t3_weights(double volume_factor) noexcept {
    const double square = volume_factor * volume_factor;
    const double minus_cube = 0.0 - square * volume_factor;
    c[3] = minus_cube;
    c[2] = 3.0 * (square - minus_cube);
    c[1] = -6.0 * square - 3.0 * (volume_factor - minus_cube);
    c[0] = __builtin_fma(3.0, square, __builtin_fma(3.0, volume_factor, 1.0) - minus_cube);
  }
};

class t3_state {
 public:
  PYHFT_STATE t3_state(int64_t period, double volume_factor) noexcept
      : stages_(period, -0.0), weights_(volume_factor), k_(ema_gain(period)), b_(1.0 - k_), identity_(period == 1) {}

  PYHFT_STATE double update(double x) noexcept {
    if (identity_) return x;
    stages_.update(
        x, [this](double value, double e) __attribute__((always_inline)) { return blend_step(value, k_, b_, e); });
    const double* e = stages_.e;
    const double* c = weights_.c;
    return __builtin_fma(c[0], e[2], __builtin_fma(c[1], e[3], __builtin_fma(c[3], e[5], c[2] * e[4])));
  }

 private:
  cascade<6> stages_;
  t3_weights weights_;
  double k_;
  double b_;
  bool identity_;
};

// The exponential average of 2 * x - (x, (period - 1) / 2 bars ago).
class zlema_state {
 public:
  PYHFT_STATE explicit zlema_state(int64_t period) noexcept
      : lag_(period > 2 ? (period - 1) / 2 : 1),
        average_(period),
        to_come_(static_cast<uint32_t>((period - 1) / 2)),
        delayed_(to_come_ != 0),
        identity_(period == 1) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(lag_);
  }

  PYHFT_STATE double update(double x) noexcept {
    if (identity_) return x;
    const double before = delayed_ ? lag_.push(x) : x;
    if (to_come_ == 0) [[likely]]
      return average_.update(2.0 * x - before);
    --to_come_;
    return x;
  }

 private:
  ring lag_;
  ema_state average_;
  uint32_t to_come_;
  bool delayed_;
  bool identity_;
};

// What Kaufman's average makes of the way that the price went net and gross: the step towards the next bar.
PYHFT_STATE double kama_gain(double net, double gross) noexcept {
  constexpr double slowest = 2.0 / (30.0 + 1.0);
  constexpr double range = 2.0 / (2.0 + 1.0) - slowest;
  double efficiency = 1.0;
  if (!(gross <= 0.0) && !(gross <= net)) {
    const double ratio = __builtin_fabs(net / gross);
    if (!(ratio > 1.0)) efficiency = ratio;
  }
  const double gain = __builtin_fma(efficiency, range, slowest);
  return gain * gain;
}

class kama_state {
 public:
  PYHFT_STATE explicit kama_state(int64_t period) noexcept
      : window_(period), to_come_(static_cast<uint32_t>(period)), identity_(period == 1) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept {
    if (identity_) return x;
    const double leaving = window_.push(x);
    if (to_come_ != 0) [[unlikely]] {
      if (to_come_ != window_.size()) come(previous_ - x);
      --to_come_;
      value_ = previous_ = x;
      return x;
    }
    // The move that leaves goes first, the one that comes in after it; the first window has none to lose.
    if (begun_) gross_ -= __builtin_fabs(left_ - leaving);
    come(x - previous_);
    // Moves of nothing but 0 add up to 0, whatever the running sum has kept of others.
    if (begun_ && still_ >= window_.size()) gross_ = 0.0;
    begun_ = true;
    left_ = leaving;
    previous_ = x;
    return value_ = ema_step(x, kama_gain(x - leaving, gross_), value_);
  }

 private:
  PYHFT_STATE void come(double move) noexcept {
    gross_ += __builtin_fabs(move);
    still_ = move == 0.0 ? (still_ < window_.size() ? still_ + 1 : still_) : 0;
  }

  ring window_;
  double gross_ = 0.0;
  double previous_ = 0.0;
  double left_ = 0.0;
  double value_ = 0.0;
  uint32_t to_come_;
  uint32_t still_ = 0;  // bars that the price hasn't moved for, no more than the window
  bool begun_ = false;
  bool identity_;
};

// atan(a / b), as the C library has it.
struct library_angle {
  PYHFT_STATE static double of(double a, double b) noexcept { return __builtin_atan(a / b); }
};

// Ehlers' adaptive average: a Hilbert transform measures the period and the phase of the cycle in the price, and the
// faster the phase turns, the faster the average follows.
struct mama_value {
  double mama;
  double fama;
};

template <typename Angle>
class mama_by {
 public:
  PYHFT_STATE mama_by(double fast_limit, double slow_limit) noexcept
      : fast_limit_(fast_limit), slow_limit_(slow_limit) {}

  PYHFT_STATE mama_value update(double x) noexcept {
    const double smoothed = smooth(x);
    if (bars_ < first_transformed) [[unlikely]] {
      ++bars_;
      return {x, x};
    }
    const double scale = __builtin_fma(0.075, period_, 0.54);
    lags& odd_or_even = lags_[parity_];
    const double detrended = odd_or_even.detrender.update(smoothed, place_, scale);
    const double q1 = odd_or_even.q1.update(detrended, place_, scale);
    const double i1 = i1_[2];
    const double ji = odd_or_even.ji.update(i1, place_, scale);
    const double jq = odd_or_even.jq.update(q1, place_, scale);
    if (parity_ == 0) place_ = place_ == 2 ? 0 : place_ + 1;
    parity_ ^= 1U;
    i1_[2] = i1_[1];
    i1_[1] = i1_[0];
    i1_[0] = detrended;
    const double phase = i1 != 0.0 ? Angle::of(q1, i1) * degrees : 0.0;
    const value_pair alpha = alphas(phase);
    mama_ = __builtin_fma(1.0 - alpha.first, mama_, alpha.first * x);
    fama_ = __builtin_fma(1.0 - alpha.second, fama_, alpha.second * mama_);
    measure_period(__builtin_fma(0.2, i1 - jq, 0.8 * i2_), __builtin_fma(0.2, q1 + ji, 0.8 * q2_));
    return {mama_, fama_};
  }

 private:
  static constexpr uint32_t first_transformed = 12;
  static constexpr double degrees = 57.29577951308232;

  struct value_pair {
    double first;
    double second;
  };

  // One of the four transforms, for the odd or the even bars: 0.0962 * (x - x[-6]) + 0.5769 * (x[-2] - x[-4]).
  struct transform {
    double last[3];
    double previous;
    double previous_input;

    PYHFT_STATE double update(double x, uint32_t place, double scale) noexcept {
      const double weighed = 0.0962 * x;
      double result = 0.0 - last[place];
      last[place] = weighed;
      result += weighed;
      result -= previous;
      previous = 0.5769 * previous_input;
      result += previous;
      previous_input = x;
      return result * scale;
    }
  };
  struct lags {
    transform detrender, q1, ji, jq;
  };

  // The mean of four bars with weights 4, 3, 2, 1, from running sums that take the first bars one by one.
  PYHFT_STATE double smooth(double x) noexcept {
    if (bars_ < 3) {
      sum_ += x;
      weighted_ += x * static_cast<double>(bars_ + 1);
    } else {
      sum_ += x;
      sum_ -= trailing_;
      weighted_ += x * 4.0;
      trailing_ = last_[2];
    }
    const double result = weighted_ * 0.1;
    if (bars_ >= 3) weighted_ -= sum_;
    last_[2] = last_[1];
    last_[1] = last_[0];
    last_[0] = x;
    return result;
  }

  PYHFT_STATE value_pair alphas(double phase) noexcept {
    const double turned = phase_ - phase;
    phase_ = phase;
    double alpha = fast_limit_;
    if (turned > 1.0) {
      alpha = fast_limit_ / turned;
      if (alpha < slow_limit_) alpha = slow_limit_;
    }
    return {alpha, alpha * 0.5};
  }

  PYHFT_STATE void measure_period(double i2, double q2) noexcept {
    re_ = __builtin_fma(0.8, re_, 0.2 * __builtin_fma(i2, i2_, q2 * q2_));
    im_ = __builtin_fma(0.8, im_, 0.2 * (i2 * q2_ - q2 * i2_));
    i2_ = i2;
    q2_ = q2;
    double period = period_;
    if (im_ != 0.0 && re_ != 0.0) period = 360.0 / (Angle::of(im_, re_) * degrees);
    if (period > 1.5 * period_) period = 1.5 * period_;
    if (period < 0.67 * period_) period = 0.67 * period_;
    if (period < 6.0)
      period = 6.0;
    else if (period > 50.0)
      period = 50.0;
    period_ = __builtin_fma(0.2, period, 0.8 * period_);
  }

  double fast_limit_;
  double slow_limit_;
  lags lags_[2] = {};
  double i1_[3] = {};
  double last_[3] = {};
  double sum_ = 0.0, weighted_ = 0.0, trailing_ = 0.0;
  double i2_ = 0.0, q2_ = 0.0, re_ = 0.0, im_ = 0.0;
  double period_ = 0.0, phase_ = 0.0;
  double mama_ = 0.0, fama_ = 0.0;
  uint32_t bars_ = 0;
  uint32_t place_ = 0;
  uint32_t parity_ = 0;
};

using mama_state = mama_by<library_angle>;

// Exponentially weighted moments, as pandas' ewm(halflife=half_life, adjust=False): the weight of a bar halves every
// half_life bars, and the first bar has all the weight that is left. The variance is the mean of the squared distances
// from the mean with these weights, divided by nothing but their sum (ddof 0, pandas' bias=True).
PYHFT_STATE double ewm_gain(double half_life) noexcept { return -__builtin_expm1(-0.6931471805599453 / half_life); }

class ewm_mean_state {
 public:
  PYHFT_STATE explicit ewm_mean_state(double half_life) noexcept : k_(ewm_gain(half_life)) {}

  PYHFT_STATE double update(double x) noexcept {
    mean_ = begun_ ? ema_step(x, k_, mean_) : x;
    begun_ = true;
    return mean_;
  }

 private:
  double k_;
  double mean_ = 0.0;
  bool begun_ = false;
};

class ewm_variance_state {
 public:
  PYHFT_STATE explicit ewm_variance_state(double half_life) noexcept : k_(ewm_gain(half_life)), b_(1.0 - k_) {}

  PYHFT_STATE double update(double x) noexcept {
    const double distance = begun_ ? x - mean_ : 0.0;
    mean_ = begun_ ? __builtin_fma(distance, k_, mean_) : x;
    begun_ = true;
    return variance_ = ema_step(b_ * distance * distance, k_, variance_);
  }

  PYHFT_STATE double mean() const noexcept { return mean_; }

 private:
  double k_;
  double b_;
  double mean_ = 0.0;
  double variance_ = 0.0;
  bool begun_ = false;
};

// How many standard deviations the bar stands from the mean, both of them with the bar itself; 0 where there is no
// deviation.
PYHFT_STATE double score_of(double distance, double variance) noexcept {
  return variance != 0.0 ? distance / __builtin_sqrt(variance) : 0.0;
}

class ewm_zscore_state {
 public:
  PYHFT_STATE explicit ewm_zscore_state(double half_life) noexcept : moments_(half_life) {}

  PYHFT_STATE double update(double x) noexcept {
    const double variance = moments_.update(x);
    return score_of(x - moments_.mean(), variance);
  }

 private:
  ewm_variance_state moments_;
};

// The average of irregular bars: what is known loses half its weight every half_life, whatever came in between. Time goes
// on from bar to bar; a bar that isn't later than the last one changes nothing.
class decayed_ema_state {
 public:
  PYHFT_STATE explicit decayed_ema_state(double half_life) noexcept : rate_(-0.6931471805599453 / half_life) {}

  PYHFT_STATE double update(double x, double time) noexcept {
    const double passed = time - time_;
    if (!begun_) [[unlikely]]
      value_ = x;
    else if (!(passed <= 0.0))
      value_ = __builtin_fma(x - value_, -__builtin_expm1(rate_ * passed), value_);
    if (!begun_ || !(passed <= 0.0)) time_ = time;
    begun_ = true;
    return value_;
  }

 private:
  double rate_;
  double value_ = 0.0;
  double time_ = 0.0;
  bool begun_ = false;
};

}  // namespace pyhft::kernels
