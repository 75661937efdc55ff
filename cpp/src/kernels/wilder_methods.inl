// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after wilder_sums.inl: Wilder's indicators as methods over windows of bars.

namespace pyhft::kernels {
namespace {

PYHFT_SIMD f64v zero() { return broadcast(0.0); }

// RSI and CMO.
struct gains_and_losses {
  static constexpr int inputs = 1;
  static constexpr int before = 1;
  static constexpr int sums = 2;
  static constexpr int decays = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const window change = load_window(at[0]) - load_window(at[0] - 1);
    z[0] = window_of([&](int i) __attribute__((always_inline)) { return larger(change.part[i], zero()); });
    z[1] = z[0] - change;
  }
};

struct rsi_method : gains_and_losses {
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    return window_of([&](int i) __attribute__((always_inline)) {
      const f64v total = s[0].part[i] + s[1].part[i];
      return choose(total == zero(), zero(), s[0].part[i] / total * broadcast(100.0));
    });
  }
};

struct cmo_method : gains_and_losses {
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    return window_of([&](int i) __attribute__((always_inline)) {
      const f64v total = s[0].part[i] + s[1].part[i];
      return choose(total == zero(), zero(), (s[0].part[i] - s[1].part[i]) / total * broadcast(100.0));
    });
  }
};

enum bar_input { high, low, close, volume };

// The same rules on NaN as true_range() of wilder.hpp.
PYHFT_SIMD f64v true_ranges(f64v highs, f64v lows, f64v closes_before) {
  const f64v range = larger(absolute(closes_before - highs), highs - lows);
  return larger(absolute(closes_before - lows), range);
}

PYHFT_SIMD window ranges(const double* const* at) {
  const window highs = load_window(at[high]);
  const window lows = load_window(at[low]);
  const window closes = load_window(at[close] - 1);
  return window_of(
      [&](int i) __attribute__((always_inline)) { return true_ranges(highs.part[i], lows.part[i], closes.part[i]); });
}

void trange_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const double* const from_bar_1[] = {in[high] + 1, in[low] + 1, in[close]};
  double* const to_bar_1 = out[0] + 1;
  pointwise_batch<true_ranges>(from_bar_1, bars - 1, p, &to_bar_1, scratch);
}

// ATR: the sum is the average itself, so that it doesn't overflow where the ranges don't.
struct atr_method {
  static constexpr int inputs = 3;
  static constexpr int before = 1;
  static constexpr int sums = 1;
  static constexpr int decays = 1;

  double share;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const window all = ranges(at);
    z[0] = window_of([&](int i) __attribute__((always_inline)) { return all.part[i] * broadcast(share); });
  }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
};

struct natr_method : atr_method {
  // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method): each is used as what it is
  [[gnu::always_inline]] window result(const double* const* at, const window* s) const {
    const window closes = load_window(at[close]);
    return window_of([&](int i) __attribute__((always_inline)) {
      return choose(closes.part[i] == zero(), zero(), s[0].part[i] / closes.part[i] * broadcast(100.0));
    });
  }
};

struct movements {
  window plus;
  window minus;
};

// The same rules as movement_of() of wilder.hpp.
PYHFT_SIMD movements movements_of(const double* const* at) {
  const window up = load_window(at[high]) - load_window(at[high] - 1);
  const window down = load_window(at[low] - 1) - load_window(at[low]);
  return {window_of([&](int i) __attribute__((always_inline)) {
            return only((up.part[i] > zero()) & (up.part[i] > down.part[i]), up.part[i]);
          }),
          window_of([&](int i) __attribute__((always_inline)) {
            return only((down.part[i] > zero()) & (down.part[i] > up.part[i]), down.part[i]);
          })};
}

template <direction Which>
PYHFT_SIMD window movements_to(const double* const* at) {
  const movements both = movements_of(at);
  return Which == direction::plus ? both.plus : both.minus;
}

template <direction Which>
struct dm_method {
  static constexpr int inputs = 2;
  static constexpr int before = 1;
  static constexpr int sums = 1;
  static constexpr int decays = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const { z[0] = movements_to<Which>(at); }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
};

template <direction Which>
struct di_method {
  static constexpr int inputs = 3;
  static constexpr int before = 1;
  static constexpr int sums = 2;
  static constexpr int decays = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    z[0] = movements_to<Which>(at);
    z[1] = ranges(at);
  }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    return window_of([&](int i) __attribute__((always_inline)) {
      const f64v range = s[1].part[i];
      // The difference is 0, or NaN after a range that isn't finite.
      return only(range > zero(), s[0].part[i] / range * broadcast(100.0)) + (range - range);
    });
  }
};

// In the place of a DX without movement.
constexpr double no_movement = -1.0;

struct dx_method {
  static constexpr int inputs = 3;
  static constexpr int before = 1;
  static constexpr int sums = 3;
  static constexpr int decays = 1;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const movements both = movements_of(at);
    z[0] = both.plus;
    z[1] = both.minus;
    z[2] = ranges(at);
  }
  // DX = |plus - minus| / (plus + minus), whatever the range, and NaN after a range that isn't finite.
  [[gnu::always_inline]] window result(const double* const*, const window* s) const {
    return window_of([&](int i) __attribute__((always_inline)) {
      const f64v range = s[2].part[i];
      const f64v sum = s[0].part[i] + s[1].part[i];
      const f64v difference = absolute(s[0].part[i] - s[1].part[i]);
      const mask64v moved = (range > zero()) & (sum > broadcast(least_movement / 100.0) * range);
      return choose(moved, difference / sum * broadcast(100.0), broadcast(no_movement) + (range - range));
    });
  }
};

PYHFT_SIMD bool all_moved(const double* dx, size_t bars) {
  f64v least = zero();
  size_t bar = 0;
  for (; bar + f64v::width <= bars; bar += f64v::width) least = smaller(load(dx + bar), least);
  bool moved = every(least == zero());
  for (; bar < bars; ++bar) moved = moved && dx[bar] != no_movement;
  return moved;
}

// DX of one block of bars after the other, while its sums keep their digits.
class dx_run {
 public:
  [[gnu::always_inline]] dx_run(const double* const* in, size_t period)
      : in_(in), factors_(wilder_decay(static_cast<double>(period))), next_(period) {
    add_terms(dx_method{}, in, 1, period, sums_);
  }

  // Of the next `bars` bars, from bar `period` on; false if there was no movement in some of them, whose place is taken
  // by no_movement, or if the sums weren't sound any more.
  [[gnu::always_inline]] bool advance(double* out, size_t bars) {
    sound_ = sound_ && carry_on_soundly(dx_method{}, in_, next_, next_ + bars, out, &factors_, sums_) == next_ + bars;
    next_ += bars;
    return sound_ && all_moved(out, bars);
  }

  // False: nothing of what the last advance wrote is of use.
  [[gnu::always_inline]] bool sound() const { return sound_; }

  [[gnu::always_inline]] const decay_factors& factors() const { return factors_; }

 private:
  const double* const* in_;
  decay_factors factors_;
  size_t next_;
  double sums_[dx_method::sums] = {};
  bool sound_ = true;
};

void dx_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const auto period = static_cast<size_t>(p[0]);
  dx_run run(in, period);
  double last = 0.0;
  for (size_t bar = period; bar < bars;) {
    double* dx = out[0] + bar;
    const size_t now = bars - bar < block_bars ? bars - bar : block_bars;
    const bool moved = run.advance(dx, now);
    if (!run.sound()) return continue_by_state<make_dx>(dx_method{}, in, bar, bars, p, out[0], nullptr);
    if (!moved)
      for (size_t i = 0; i < now; ++i) last = dx[i] = dx[i] == no_movement ? last : dx[i];
    last = dx[now - 1];
    bar += now;
  }
}

// The average of one input.
struct average_method {
  static constexpr int inputs = 1;
  static constexpr int before = 0;
  static constexpr int sums = 1;
  static constexpr int decays = 1;

  double share;

  [[gnu::always_inline]] void terms(const double* const* at, window* z) const {
    const window x = load_window(at[0]);
    z[0] = window_of([&](int i) __attribute__((always_inline)) { return x.part[i] * broadcast(share); });
  }
  [[gnu::always_inline]] window result(const double* const*, const window* s) const { return s[0]; }
};

// ADX of one piece of a series after the other, from bar 2 * period - 1 on.
class adx_run {
 public:
  [[gnu::always_inline]] adx_run(const double* const* in, size_t period)
      : dx_(in, period), period_(static_cast<double>(period)) {
    double dx[block_bars];
    exact_total total;
    by_blocks(0, period, [&](size_t bar, size_t end) __attribute__((always_inline)) {
      dx_.advance(dx, end - bar);
      if (!dx_.sound()) return;
      double sum = total.error;
      for (size_t i = 0; i < end - bar; ++i) sum += dx[i] == no_movement ? 0.0 : dx[i];
      total.absorb(sum);
    });
    value_ = total.sum / period_;
  }

  // At bar 2 * period - 1, before any advance.
  [[gnu::always_inline]] double value() const { return value_; }
  // As dx_run has it.
  [[gnu::always_inline]] bool sound() const { return dx_.sound(); }

  // Of the next `bars` bars; how many of them there are before the sums lose their digits.
  [[gnu::always_inline]] size_t advance(double* out, size_t bars) {
    double dx[block_bars];
    const double* const only_dx = dx;
    const average_method average{dx_.factors().once};
    for (size_t bar = 0; bar < bars; bar += block_bars) {
      const size_t now = bars - bar < block_bars ? bars - bar : block_bars;
      const bool moved = dx_.advance(dx, now);
      if (!dx_.sound()) return bar;
      if (moved)
        carry_on(average, &only_dx, 0, now, out + bar, &dx_.factors(), &value_);
      else
        for (size_t i = 0; i < now; ++i) {
          // A bar without movement changes nothing.
          if (dx[i] != no_movement) value_ = (value_ * (period_ - 1.0) + dx[i]) / period_;
          out[bar + i] = value_;
        }
    }
    return bars;
  }

 private:
  dx_run dx_;
  double period_;
  double value_;
};

void adx_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const size_t first = 2 * static_cast<size_t>(p[0]) - 1;
  adx_run run(in, static_cast<size_t>(p[0]));
  size_t done = first;
  if (run.sound()) {
    out[0][first] = run.value();
    done = first + 1 + run.advance(out[0] + first + 1, bars - first - 1);
  }
  if (done < bars) continue_by_state<make_adx>(dx_method{}, in, done, bars, p, out[0], nullptr);
}

// The values of ADX that wait for their counterpart, then as many new ones as make moving the others worth while.
size_t adxr_piece(const double* p) {
  return p[0] > static_cast<double>(block_bars) ? static_cast<size_t>(p[0]) : block_bars;
}
size_t adxr_scratch(size_t, const double* p) { return static_cast<size_t>(p[0]) - 1 + adxr_piece(p); }

void adxr_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const auto period = static_cast<size_t>(p[0]);
  const size_t lag = period - 1;
  adx_run run(in, period);
  scratch[0] = run.value();
  run.advance(scratch + 1, lag - 1);
  for (size_t bar = 3 * period - 2; bar < bars;) {
    const size_t piece = adxr_piece(p);
    const size_t now = bars - bar < piece ? bars - bar : piece;
    run.advance(scratch + lag, now);
    if (!run.sound()) return continue_by_state<make_adxr>(dx_method{}, in, bar, bars, p, out[0], scratch);
    for (size_t i = 0; i < now; ++i) out[0][bar + i] = (scratch[lag + i] + scratch[i]) / 2.0;
    memmove(scratch, scratch + now, lag * sizeof(double));
    bar += now;
  }
}

void atr_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const decay_factors factors = wilder_decay(p[0]);
  smoothed(atr_method{factors.once}, in, bars, static_cast<size_t>(p[0]), out[0], factors);
}

void natr_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  if (p[0] == 1.0) return atr_batch(in, bars, p, out, scratch);
  const decay_factors factors = wilder_decay(p[0]);
  smoothed(natr_method{{factors.once}}, in, bars, static_cast<size_t>(p[0]), out[0], factors);
}

void cmo_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  ratios<make_cmo>(cmo_method{}, in, bars, p, static_cast<size_t>(p[0]), out[0]);
}

template <direction Which>
void dm_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  if (p[0] == 1.0)
    over_windows<2, 1>(in, 1, bars, out[0] + 1,
                       [](const double* const* at) __attribute__((always_inline)) { return movements_to<Which>(at); });
  else
    smoothed(dm_method<Which>{}, in, bars, static_cast<size_t>(p[0]) - 1, out[0], wilder_decay(p[0]));
}

template <direction Which>
void di_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  if (p[0] == 1.0) {
    over_windows<3, 1>(in, 1, bars, out[0] + 1, [](const double* const* at) __attribute__((always_inline)) {
      const window moved = movements_to<Which>(at);
      const window range = ranges(at);
      return window_of([&](int i) __attribute__((always_inline)) {
        // No movement is 0, whatever the range, and so is a movement within a range of 0.
        const mask64v none = moved.part[i] == zero();
        return choose(none, zero(), choose(range.part[i] == zero(), zero(), moved.part[i] / range.part[i]));
      });
    });
    return;
  }
  const auto period = static_cast<size_t>(p[0]);
  double sums[di_method<Which>::sums] = {};
  add_terms(di_method<Which>{}, in, 1, period, sums);
  const decay_factors factors = wilder_decay(p[0]);
  const size_t done = carry_on_soundly(di_method<Which>{}, in, period, bars, out[0] + period, &factors, sums);
  if (done < bars) continue_by_state<make_di<Which>>(di_method<Which>{}, in, done, bars, p, out[0], nullptr);
}

void rsi_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  ratios<make_rsi>(rsi_method{}, in, bars, p, static_cast<size_t>(p[0]), out[0]);
}

}  // namespace
}  // namespace pyhft::kernels
