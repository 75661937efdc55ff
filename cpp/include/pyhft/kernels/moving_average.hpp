// SPDX-License-Identifier: MIT
#pragma once

// Any moving average by its number, as a streaming state, and the states of the oscillators that are made of averages of
// the caller's choice. The rules of averages.hpp hold; MAMA takes its own limits, 0.5 and 0.05, and no period, T3 the
// volume factor 0.7, as in TA-Lib's MA.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/average_kind.hpp"
#include "pyhft/kernels/averages.hpp"
#include "pyhft/kernels/macd_state.hpp"
#include "pyhft/kernels/ring.hpp"
#include "pyhft/kernels/windows.hpp"

namespace pyhft::kernels {

inline constexpr double default_volume_factor = 0.7;
inline constexpr double default_fast_limit = 0.5;
inline constexpr double default_slow_limit = 0.05;
inline constexpr int64_t mama_lookback = 32;

// What a parameter says, with `fallback` put in the place of the function's own default.
PYHFT_STATE average average_of(double parameter, average fallback) noexcept {
  const auto kind = static_cast<average>(static_cast<uint8_t>(parameter));
  return kind == average::fallback ? fallback : kind;
}

// Bars that unstable periods add to those before an average's first value.
PYHFT_STATE int64_t unstable_bars_of(average kind, const unstable_periods& unstable) noexcept {
  switch (kind) {
    case average::ema:
    case average::zlema:
      return unstable.ema;
    case average::dema:
      return 2 * unstable.ema;
    case average::tema:
      return 3 * unstable.ema;
    case average::kama:
      return unstable.kama;
    case average::mama:
      return unstable.mama;
    case average::t3:
      return unstable.t3;
    case average::rma:
      return unstable.rma;
    default:
      return 0;
  }
}

// Bars before the first value.
PYHFT_STATE int64_t lookback_of_average(average kind, int64_t period, const unstable_periods& unstable = {}) noexcept {
  if (period == 1 || kind == average::disabled) return 0;
  const int64_t more = unstable_bars_of(kind, unstable);
  switch (kind) {
    case average::dema:
      return more + 2 * (period - 1);
    case average::tema:
      return more + 3 * (period - 1);
    case average::t3:
      return more + 6 * (period - 1);
    case average::kama:
      return more + period;
    case average::mama:
      return more + mama_lookback;
    case average::hma:
      return period - 1 + root_of_period(period) - 1;
    case average::zlema:
      return more + (period - 1) / 2 + period - 1;
    default:
      return more + period - 1;
  }
}

// Whether unstable periods change the values of an average: those whose inner averages begin later.
PYHFT_STATE bool unstable_within(average kind, const double* p) noexcept {
  return (kind == average::dema || kind == average::tema) && unstable_of(p).ema != 0;
}

// One of the averages. Period 1 is the identity for all of them, as `disabled` is for any period.
class average_state {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE average_state(average kind, int64_t period, const unstable_periods& unstable = {}) noexcept
      : kind_(period == 1 ? average::disabled : kind), one_(kind_, period, unstable) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    switch (kind_) {
      case average::sma:
        return one_.sma.each_ring(f);
      case average::wma:
        return one_.wma.each_ring(f);
      case average::trima:
        return one_.trima.each_ring(f);
      case average::hma:
        return one_.hma.each_ring(f);
      case average::kama:
        return one_.kama.each_ring(f);
      case average::zlema:
        return one_.zlema.each_ring(f);
      default:
        return;
    }
  }

  PYHFT_STATE double update(double x) noexcept {
    switch (kind_) {
      case average::sma:
        return one_.sma.update(x);
      case average::ema:
        return one_.ema.update(x);
      case average::wma:
        return one_.wma.update(x);
      case average::dema:
        return one_.dema.update(x);
      case average::tema:
        return one_.tema.update(x);
      case average::trima:
        return one_.trima.update(x);
      case average::kama:
        return one_.kama.update(x);
      case average::mama:
        return one_.mama.update(x).mama;
      case average::t3:
        return one_.t3.update(x);
      case average::hma:
        return one_.hma.update(x);
      case average::zlema:
        return one_.zlema.update(x);
      case average::rma:
        return one_.rma.update(x);
      default:
        return x;
    }
  }

 private:
  union any {
    char none;
    sma_state sma;
    ema_state ema;
    wma_state wma;
    dema_state dema;
    tema_state tema;
    trima_state trima;
    kama_state kama;
    mama_state mama;
    t3_state t3;
    hma_state hma;
    zlema_state zlema;
    rma_state rma;

    PYHFT_STATE any(average kind, int64_t period, const unstable_periods& unstable) noexcept : none(0) {
      switch (kind) {
        case average::sma:
          begin(sma_state(period));
          break;
        case average::ema:
          begin(ema_state(period));
          break;
        case average::wma:
          begin(wma_state(period));
          break;
        case average::dema:
          begin(dema_state(period, unstable.ema));
          break;
        case average::tema:
          begin(tema_state(period, unstable.ema));
          break;
        case average::trima:
          begin(trima_state(period));
          break;
        case average::kama:
          begin(kama_state(period));
          break;
        case average::mama:
          begin(mama_state(default_fast_limit, default_slow_limit));
          break;
        case average::t3:
          begin(t3_state(period, default_volume_factor));
          break;
        case average::hma:
          begin(hma_state(period));
          break;
        case average::zlema:
          begin(zlema_state(period));
          break;
        case average::rma:
          begin(rma_state(period));
          break;
        default:
          break;
      }
    }

    template <typename State>
    PYHFT_STATE void begin(const State& state) noexcept {
      __builtin_memcpy(static_cast<void*>(this), &state, sizeof state);
    }
  };

  average kind_;
  any one_;
};

static_assert(__is_trivially_copyable(average_state));

// What stands on two averages of one kind, the faster one first.
class two_averages {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE two_averages(average kind, int64_t a, int64_t b, const unstable_periods& unstable) noexcept
      : averages_{{kind, a < b ? a : b, unstable}, {kind, a < b ? b : a, unstable}} {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    averages_[0].each_ring(f);
    averages_[1].each_ring(f);
  }

 protected:
  struct pair {
    double fast;
    double slow;
  };
  PYHFT_STATE pair advance(double x) noexcept {
    double value[2];
#pragma GCC unroll 1
    for (int i = 0; i < 2; ++i) value[i] = averages_[i].update(x);
    return {value[0], value[1]};
  }

 private:
  average_state averages_[2];
};

// Their difference.
class apo_state : public two_averages {
 public:
  // Written out: an inherited constructor is a function of its own, which the compiler would emit.
  PYHFT_STATE apo_state(average kind, int64_t a, int64_t b, const unstable_periods& unstable = {}) noexcept
      : two_averages(kind, a, b, unstable) {}

  PYHFT_STATE double update(double x) noexcept {
    const pair now = advance(x);
    return now.fast - now.slow;
  }
};

// Their difference in percent of the slow one; 0 where that is 0.
PYHFT_STATE double ppo_of(double fast, double slow) noexcept {
  return slow > -1e-14 && slow < 1e-14 ? 0.0 : (fast - slow) / slow * 100.0;
}

class ppo_state : public two_averages {
 public:
  PYHFT_STATE ppo_state(average kind, int64_t a, int64_t b, const unstable_periods& unstable = {}) noexcept
      : two_averages(kind, a, b, unstable) {}

  PYHFT_STATE double update(double x) noexcept {
    const pair now = advance(x);
    return ppo_of(now.fast, now.slow);
  }
};

struct macdext_parameters {
  int64_t fast;
  average fast_kind;
  int64_t slow;
  average slow_kind;
  int64_t signal;
  average signal_kind;

  // The shorter period first, with its kind.
  PYHFT_STATE macdext_parameters in_order() const noexcept {
    if (fast <= slow) return *this;
    return {slow, slow_kind, fast, fast_kind, signal, signal_kind};
  }
};

// MACD of any averages. Both averages of the price have their first value at the same bar: the one that needs fewer bars
// begins later.
class macdext_state {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE explicit macdext_state(const macdext_parameters& given, const unstable_periods& unstable = {}) noexcept
      : macdext_state(given.in_order(), unstable, 0) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    for (average_state& one : averages_) one.each_ring(f);
  }

  PYHFT_STATE macd_value update(double x) noexcept {
    double value[3] = {x, x, 0.0};
#pragma GCC unroll 1
    for (int i = 0; i < 3; ++i) {
      if (i == 2) value[2] = value[0] - value[1];
      const double line = value[2];
      if (to_come_[i] != 0)
        --to_come_[i];
      else
        value[i] = averages_[i].update(value[i]);
      if (i == 2) return {line, value[2], line - value[2]};
    }
    return {};
  }

 private:
  PYHFT_STATE macdext_state(const macdext_parameters& p, const unstable_periods& unstable, int) noexcept
      : averages_{
            {p.fast_kind, p.fast, unstable}, {p.slow_kind, p.slow, unstable}, {p.signal_kind, p.signal, unstable}} {
    const int64_t fast = lookback_of_average(p.fast_kind, p.fast, unstable);
    const int64_t slow = lookback_of_average(p.slow_kind, p.slow, unstable);
    const int64_t both = fast < slow ? slow : fast;
    to_come_[0] = static_cast<uint32_t>(both - fast);
    to_come_[1] = static_cast<uint32_t>(both - slow);
    to_come_[2] = static_cast<uint32_t>(both);
  }

  average_state averages_[3];
  uint32_t to_come_[3];  // bars that each average waits for
};

// The average of as many bars as the bar itself says, held between two periods. TA-Lib runs one average per period, each
// from the bar where it has its first value together with the longest of them, and picks; so does this, in memory of
// average_slots::doubles().
struct average_slots {
  average kind;
  int64_t least;
  int64_t most;
  unstable_periods unstable = {};

  static constexpr uint64_t state_doubles = (sizeof(average_state) + sizeof(double) - 1) / sizeof(double);

  PYHFT_STATE static uint64_t ring_doubles(average kind, int64_t period) noexcept {
    average_state state(kind, period);
    uint64_t doubles = 0;
    state.each_ring([&doubles](ring& r) __attribute__((always_inline)) { doubles += r.size(); });
    return doubles;
  }
  PYHFT_STATE uint64_t doubles() const noexcept {
    uint64_t sum = 0;
    for (int64_t period = least; period <= most; ++period) sum += state_doubles + ring_doubles(kind, period);
    return sum;
  }
  // What a bar asks for; the least where it asks for nothing.
  PYHFT_STATE int64_t period_of(double asked) const noexcept {
    if (!(asked >= static_cast<double>(least))) return least;
    return asked > static_cast<double>(most) ? most : static_cast<int64_t>(asked);
  }
  PYHFT_STATE int64_t waits(int64_t period) const noexcept {
    return lookback_of_average(kind, most, unstable) - lookback_of_average(kind, period, unstable);
  }
};

class mavp_state {
 public:
  static constexpr bool is_large = true;

  PYHFT_STATE explicit mavp_state(const average_slots& slots) noexcept
      : slots_(slots), memory_(static_cast<int64_t>(slots_.doubles())) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(memory_);
  }

  PYHFT_STATE double update(double x, double asked) noexcept {
    const int64_t wanted = slots_.period_of(asked);
    double result = x;
    double* place = memory_.memory();
    for (int64_t period = slots_.least; period <= slots_.most; ++period) {
      average_state state = bars_ == 0 ? average_state(slots_.kind, period, slots_.unstable) : at(place);
      double* const slot = place;
      place = bound(state, place);
      if (bars_ >= slots_.waits(period)) {
        const double value = state.update(x);
        if (period == wanted) result = value;
      }
      __builtin_memcpy(slot, &state, sizeof state);
    }
    ++bars_;
    return result;
  }

  PYHFT_STATE double peek(double x, double asked) const noexcept {
    const int64_t wanted = slots_.period_of(asked);
    double* place = memory_.memory();
    for (int64_t period = slots_.least; period <= slots_.most; ++period) {
      average_state state = bars_ == 0 ? average_state(slots_.kind, period, slots_.unstable) : at(place);
      place = bound(state, place);
      if (period != wanted) continue;
      state.each_ring([](ring& r) __attribute__((always_inline)) { r.forget_write(); });
      const double value = bars_ >= slots_.waits(period) ? state.update(x) : x;
      state.each_ring([](ring& r) __attribute__((always_inline)) { r.undo_write(); });
      return value;
    }
    return x;
  }

 private:
  PYHFT_STATE static average_state at(const double* place) noexcept {
    average_state state(average::disabled, 1);
    __builtin_memcpy(static_cast<void*>(&state), place, sizeof state);
    return state;
  }
  // Binds a state's rings to what follows it; the place of the next state. At every update, because the memory may have
  // been copied since.
  PYHFT_STATE static double* bound(average_state& state, double* place) noexcept {
    place += average_slots::state_doubles;
    state.each_ring([&place](ring& r) __attribute__((always_inline)) {
      r.bind(place);
      place += r.size();
    });
    return place;
  }

  average_slots slots_;
  ring memory_;
  int64_t bars_ = 0;
};

}  // namespace pyhft::kernels
