// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after averages_adaptive.inl: any average by its number, and what is made of averages
// of the caller's choice.

namespace pyhft::kernels {
namespace {

// Two exponential averages of one price, as they go from block to block.
struct two_emas {
  ema_factors fast_factors;
  ema_factors slow_factors;
  double fast;
  double slow;
};

// The average after some more bars.
double ema_after(const double* x, size_t bars, const ema_factors& factors, double e) {
  block_buffer z;
  for (size_t at = 0; at < bars; at += block_bars) {
    const size_t now = bars - at < block_bars ? bars - at : block_bars;
    const double before = e;
    filter_distances(x + at, now, before, z, factors, 0.0);
    e = __builtin_fma(z.begin()[now - 1], factors.k, before);
    if (is_finite(e)) continue;
    e = before;
    for (size_t i = at; i < at + now; ++i) e = ema_step(x[i], factors.k, e);
  }
  return e;
}

// What becomes of the averages of one bar: of a vector of them as fast - slow and slow, or of one bar.
struct difference_of_averages {
  [[gnu::always_inline]] f64v operator()(f64v line, f64v) const { return line; }
  [[gnu::always_inline]] double operator()(double fast, double slow) const { return fast - slow; }
};
struct percentage_of_averages {
  [[gnu::always_inline]] f64v operator()(f64v line, f64v slow) const {
    const f64v least = broadcast(1e-14);
    return choose(least > absolute(slow), broadcast(0.0), line / slow * broadcast(100.0));
  }
  [[gnu::always_inline]] double operator()(double fast, double slow) const { return ppo_of(fast, slow); }
};

// Both averages of a block around the slow one, whose bars are in slow.begin() and fast.begin() afterwards.
PYHFT_SIMD bool advance(two_emas& now, const double* x, size_t bars, block_buffer& fast, block_buffer& slow) {
  const double pivot = now.slow;
  filter_distances(x, bars, pivot, slow, now.slow_factors, 0.0);
  filter_distances(x, bars, pivot, fast, now.fast_factors, (now.fast - pivot) / now.fast_factors.k);
  const double fast_after = __builtin_fma(fast.begin()[bars - 1], now.fast_factors.k, pivot);
  const double slow_after = __builtin_fma(slow.begin()[bars - 1], now.slow_factors.k, pivot);
  if (!is_finite(fast_after) || !is_finite(slow_after)) return false;
  now.fast = fast_after;
  now.slow = slow_after;
  return true;
}

template <typename Result>
PYHFT_SIMD void run_two_emas(const double* x, size_t bars, size_t fast, size_t slow, double* out,
                             const Result& result) {
  two_emas now{factors_of_gain(ema_gain(static_cast<int64_t>(fast))),
               factors_of_gain(ema_gain(static_cast<int64_t>(slow))), 0.0, 0.0};
  now.fast = ema_after(x + fast, slow - fast, now.fast_factors, mean_of(x, fast));
  now.slow = mean_of(x, slow);
  out[slow - 1] = result(now.fast, now.slow);
  block_buffer fast_bars, slow_bars;
  for (size_t at = slow; at < bars; at += block_bars) {
    const size_t bars_now = bars - at < block_bars ? bars - at : block_bars;
    const f64v pivot = broadcast(now.slow);
    if (!advance(now, x + at, bars_now, fast_bars, slow_bars)) {
      for (size_t i = at; i < at + bars_now; ++i) {
        now.fast = ema_step(x[i], now.fast_factors.k, now.fast);
        now.slow = ema_step(x[i], now.slow_factors.k, now.slow);
        out[i] = result(now.fast, now.slow);
      }
      continue;
    }
    const f64v k_fast = broadcast(now.fast_factors.k);
    const f64v k_slow = broadcast(now.slow_factors.k);
    for_bars(0, bars_now, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      const f64v slow_from_pivot = load(slow_bars.begin() + bar) * k_slow;
      const f64v line = load(fast_bars.begin() + bar) * k_fast - slow_from_pivot;
      lanes.to(out + at + bar, result(line, pivot + slow_from_pivot));
    });
  }
}

}  // namespace

void PYHFT_ISA::run_average(average kind, int64_t period, const double* in, size_t bars, double* out, double* scratch) {
  if (period == 1) kind = average::disabled;
  const double p[3] = {static_cast<double>(period), kind == average::t3 ? default_volume_factor : 0.0, 0.0};
  switch (kind) {
    case average::sma:
      return sma_batch(&in, bars, p, &out, scratch);
    case average::ema:
      return ema_batch(&in, bars, p, &out, scratch);
    case average::wma:
      return wma_batch(&in, bars, p, &out, scratch);
    case average::dema:
      return dema_batch(&in, bars, p, &out, scratch);
    case average::tema:
      return tema_batch(&in, bars, p, &out, scratch);
    case average::trima:
      return trima_batch(&in, bars, p, &out, scratch);
    case average::kama:
      return run_kama(in, bars, p, out, scratch);
    case average::mama:
      return run_mama(in, bars, default_fast_limit, default_slow_limit, out, nullptr);
    case average::t3:
      return t3_batch(&in, bars, p, &out, scratch);
    case average::hma:
      return hma_batch(&in, bars, p, &out, scratch);
    case average::zlema:
      return zlema_batch(&in, bars, p, &out, scratch);
    case average::rma:
      return rma_batch(&in, bars, p, &out, scratch);
    default:
      return copy_bars(in, out, bars);
  }
}

size_t PYHFT_ISA::average_scratch(average kind, int64_t period, size_t bars) {
  if (period == 1) return 0;
  const auto p = static_cast<double>(period);
  switch (kind) {
    case average::sma:
      return sma_scratch(bars, &p);
    case average::wma:
      return wma_scratch(bars, &p);
    case average::trima:
      return trima_scratch(bars, &p);
    case average::hma:
      return hma_scratch(bars, &p);
    case average::kama:
      return kama_scratch(bars, &p);
    default:
      return 0;
  }
}

namespace {

void ma_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  PYHFT_ISA::run_average(average_of(p[1], average::sma), whole(p[0]), in[0], bars, out[0], scratch);
}
size_t ma_scratch(size_t bars, const double* p) {
  return PYHFT_ISA::average_scratch(average_of(p[1], average::sma), whole(p[0]), bars);
}

PYHFT_SIMD void sort_two(int64_t& fast, int64_t& slow) {
  if (fast <= slow) return;
  const int64_t shorter = slow;
  slow = fast;
  fast = shorter;
}

// Averages over a window stand for themselves: a block of them needs the bars of its windows and nothing else, so that
// what is made of them stays in the caches.
PYHFT_SIMD bool is_windowed(average kind) {
  return kind == average::sma || kind == average::wma || kind == average::trima || kind == average::hma ||
         kind == average::disabled;
}
// Bars of a block: more for long windows, because every block goes through those before it again.
PYHFT_SIMD size_t bars_with_windows(size_t lookback) { return larger_of(2 * block_bars, 4 * lookback); }

// The values of the bars [from, to) in `values`, whose first place is that of bar from - lookback.
PYHFT_SIMD void run_window(average kind, int64_t period, size_t lookback, const double* x, size_t from, size_t to,
                           double* values, double* memory) {
  PYHFT_ISA::run_average(kind, period, x + from - lookback, to - from + lookback, values, memory);
}

size_t oscillator_scratch(size_t bars, const double* p) {
  const average kind = average_of(p[2], average::ema);
  if (kind == average::ema) return 0;
  const size_t memory = larger_of(PYHFT_ISA::average_scratch(kind, whole(p[0]), bars),
                                  PYHFT_ISA::average_scratch(kind, whole(p[1]), bars));
  if (!is_windowed(kind)) return bars + memory;
  const auto lookback = static_cast<size_t>(lookback_of_average(kind, whole(p[0] < p[1] ? p[1] : p[0])));
  return 2 * (bars_with_windows(lookback) + lookback) + memory;
}

template <typename Result>
PYHFT_SIMD void run_oscillator(const double* x, size_t bars, const double* p, double* out, double* scratch,
                               const Result& result) {
  const average kind = average_of(p[2], average::ema);
  int64_t fast = whole(p[0]);
  int64_t slow = whole(p[1]);
  sort_two(fast, slow);
  if (kind == average::ema)
    return run_two_emas(x, bars, static_cast<size_t>(fast), static_cast<size_t>(slow), out, result);
  const auto first = static_cast<size_t>(lookback_of_average(kind, slow));
  if (!is_windowed(kind)) {
    double* of_fast = scratch;
    PYHFT_ISA::run_average(kind, fast, x, bars, of_fast, scratch + bars);
    PYHFT_ISA::run_average(kind, slow, x, bars, out, scratch + bars);
    for_bars(first, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      const f64v of_slow = lanes.from(out + bar);
      lanes.to(out + bar, result(lanes.from(of_fast + bar) - of_slow, of_slow));
    });
    return;
  }
  const auto of_fast_first = static_cast<size_t>(lookback_of_average(kind, fast));
  const size_t most = bars_with_windows(first);
  double* of_fast = scratch;
  double* of_slow = of_fast + most + first;
  double* memory = of_slow + most + first;
  for (size_t at = first; at < bars; at += most) {
    const size_t now = bars - at < most ? bars - at : most;
    run_window(kind, fast, of_fast_first, x, at, at + now, of_fast, memory);
    run_window(kind, slow, first, x, at, at + now, of_slow, memory);
    for_bars(0, now, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      const f64v of_bar = lanes.from(of_slow + first + bar);
      lanes.to(out + at + bar, result(lanes.from(of_fast + of_fast_first + bar) - of_bar, of_bar));
    });
  }
}

void apo_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  run_oscillator(in[0], bars, p, out[0], scratch, difference_of_averages{});
}
void ppo_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  run_oscillator(in[0], bars, p, out[0], scratch, percentage_of_averages{});
}

// MACD from its own seeds: both averages from bar slow - 1 on.
PYHFT_SIMD void run_macd(const double* x, size_t bars, macd_periods periods, macd_gains gains, double* const* out) {
  const auto fast = static_cast<size_t>(periods.fast);
  const auto slow = static_cast<size_t>(periods.slow);
  const auto signal = static_cast<size_t>(periods.signal);
  const macd_factors factors{factors_of_gain(gains.fast), factors_of_gain(gains.slow), factors_of_gain(gains.signal)};
  two_emas now{factors.fast, factors.slow, mean_of(x + slow - fast, fast), mean_of(x, slow)};
  const double seed = now.fast - now.slow;
  careful_sum lines;
  block_buffer fast_bars, slow_bars;
  size_t at = slow;
  for (size_t left = signal - 1; left != 0;) {
    const size_t bars_now = left < block_bars ? left : block_bars;
    if (bars_now > window_bars && advance(now, x + at, bars_now, fast_bars, slow_bars)) {
      lines.add(factors.fast.k * sum_of(fast_bars.begin(), bars_now));
      lines.add(-factors.slow.k * sum_of(slow_bars.begin(), bars_now));
      lines.add(-seed * static_cast<double>(bars_now));
    } else {
      for (size_t i = at; i < at + bars_now; ++i) {
        now.fast = ema_step(x[i], gains.fast, now.fast);
        now.slow = ema_step(x[i], gains.slow, now.slow);
        lines.add(now.fast - now.slow - seed);
      }
    }
    at += bars_now;
    left -= bars_now;
  }
  const double line = now.fast - now.slow;
  macd_averages averages{now.fast, now.slow, signal == 1 ? line : seed + lines.value() / static_cast<double>(signal)};
  out[0][at - 1] = line;
  out[1][at - 1] = averages.signal;
  out[2][at - 1] = line - averages.signal;
  PYHFT_ISA::table.f64.macd_run(x + at, out[0] + at, out[1] + at, out[2] + at, bars - at, factors, averages);
}

void macd_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const macd_periods periods = in_order({whole(p[0]), whole(p[1]), whole(p[2])});
  run_macd(in[0], bars, periods, {ema_gain(periods.fast), ema_gain(periods.slow), ema_gain(periods.signal)}, out);
}

void macdfix_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  run_macd(in[0], bars, {12, 26, whole(p[0])}, {0.15, 0.075, ema_gain(whole(p[0]))}, out);
}

PYHFT_SIMD macdext_parameters macdext_of(const double* p) {
  return {whole(p[0]), average_of(p[1], average::sma), whole(p[2]), average_of(p[3], average::sma),
          whole(p[4]), average_of(p[5], average::sma)};
}

PYHFT_SIMD bool is_macd(const macdext_parameters& m) {
  return m.fast_kind == average::ema && m.slow_kind == average::ema && m.signal_kind == average::ema;
}

struct macdext_lookbacks {
  size_t fast, slow, both, signal;

  PYHFT_SIMD macdext_lookbacks of(const macdext_parameters& m) {
    const auto fast = static_cast<size_t>(lookback_of_average(m.fast_kind, m.fast));
    const auto slow = static_cast<size_t>(lookback_of_average(m.slow_kind, m.slow));
    return {fast, slow, larger_of(fast, slow), static_cast<size_t>(lookback_of_average(m.signal_kind, m.signal))};
  }
};

PYHFT_SIMD bool is_windowed(const macdext_parameters& m) {
  return is_windowed(m.fast_kind) && is_windowed(m.slow_kind) && is_windowed(m.signal_kind);
}

size_t macdext_scratch(size_t bars, const double* p) {
  const macdext_parameters m = macdext_of(p).in_order();
  if (is_macd(m)) return 0;
  const size_t memory = larger_of(larger_of(PYHFT_ISA::average_scratch(m.fast_kind, m.fast, bars),
                                            PYHFT_ISA::average_scratch(m.slow_kind, m.slow, bars)),
                                  PYHFT_ISA::average_scratch(m.signal_kind, m.signal, bars));
  const macdext_lookbacks lookback = macdext_lookbacks::of(m);
  const size_t most = bars_with_windows(lookback.both + lookback.signal) + lookback.both + lookback.signal;
  return (is_windowed(m) ? 3 * most : 2 * bars) + memory;
}

// Windows of windows, block by block.
void macdext_of_windows(const double* x, size_t bars, const macdext_parameters& m, double* const* out,
                        double* scratch) {
  const macdext_lookbacks lookback = macdext_lookbacks::of(m);
  const size_t most = bars_with_windows(lookback.both + lookback.signal);
  const size_t room = most + lookback.both + lookback.signal;
  double* fast = scratch;
  double* slow = fast + room;
  double* signal = slow + room;
  double* memory = signal + room;
  for (size_t at = lookback.both + lookback.signal; at < bars; at += most) {
    const size_t now = bars - at < most ? bars - at : most;
    const size_t lines = now + lookback.signal;  // from bar at - lookback.signal on
    run_window(m.fast_kind, m.fast, lookback.fast, x, at - lookback.signal, at + now, fast, memory);
    run_window(m.slow_kind, m.slow, lookback.slow, x, at - lookback.signal, at + now, slow, memory);
    double* line = fast + lookback.fast;
    for_bars(0, lines, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      lanes.to(line + bar, lanes.from(line + bar) - lanes.from(slow + lookback.slow + bar));
    });
    PYHFT_ISA::run_average(m.signal_kind, m.signal, line, lines, signal, memory);
    for_bars(0, now, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      const f64v of_line = lanes.from(line + lookback.signal + bar);
      const f64v of_signal = lanes.from(signal + lookback.signal + bar);
      lanes.to(out[0] + at + bar, of_line);
      lanes.to(out[1] + at + bar, of_signal);
      lanes.to(out[2] + at + bar, of_line - of_signal);
    });
  }
}

void macdext_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const macdext_parameters m = macdext_of(p).in_order();
  if (is_macd(m))
    return run_macd(in[0], bars, {m.fast, m.slow, m.signal}, {ema_gain(m.fast), ema_gain(m.slow), ema_gain(m.signal)},
                    out);
  if (is_windowed(m)) return macdext_of_windows(in[0], bars, m, out, scratch);
  const macdext_lookbacks lookback = macdext_lookbacks::of(m);
  const size_t both = lookback.both;
  double* line = scratch;
  double* slow = scratch + bars;
  double* memory = scratch + 2 * bars;
  const auto run = [&](average kind, int64_t period, size_t needed, double* to) __attribute__((always_inline)) {
    const size_t later = both - needed;
    PYHFT_ISA::run_average(kind, period, in[0] + later, bars - later, to + later, memory);
  };
  run(m.fast_kind, m.fast, lookback.fast, line);
  run(m.slow_kind, m.slow, lookback.slow, slow);
  for_bars(both, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
    lanes.to(line + bar, lanes.from(line + bar) - lanes.from(slow + bar));
  });
  PYHFT_ISA::run_average(m.signal_kind, m.signal, line + both, bars - both, out[1] + both, memory);
  for_bars(both + lookback.signal, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
    const f64v value = lanes.from(line + bar);
    lanes.to(out[0] + bar, value);
    lanes.to(out[2] + bar, value - lanes.from(out[1] + bar));
  });
}

// The plain average of a period that changes: the difference of two sums over all the bars so far, each with the rounding
// errors gathered beside it, in a ring as long as the longest period. False where a value isn't finite.
class sums_so_far {
 public:
  // Up to `bars` bars back.
  PYHFT_SIMD size_t doubles(size_t bars) {
    size_t size = 1;
    while (size < bars + 1) size *= 2;
    return 2 * size;
  }
  [[gnu::always_inline]] sums_so_far(size_t bars, double* memory)
      : mask_(doubles(bars) / 2 - 1), sums_(memory), lost_(memory + mask_ + 1) {
    sums_[0] = lost_[0] = 0.0;
  }
  [[gnu::always_inline]] void add(double x) {
    const double next = sum_ + x;
    const double added = next - sum_;
    error_ += (sum_ - (next - added)) + (x - added);
    sum_ = next;
    ++count_;
    sums_[count_ & mask_] = sum_;
    lost_[count_ & mask_] = error_;
  }
  [[gnu::always_inline]] double of_last(size_t bars) const {
    const size_t then = (count_ - bars) & mask_;
    return (sum_ - sums_[then]) + (error_ - lost_[then]);
  }

 private:
  size_t mask_;
  double* sums_;
  double* lost_;
  double sum_ = 0.0;
  double error_ = 0.0;
  size_t count_ = 0;
};

PYHFT_SIMD average_slots slots_of(const double* p) {
  return {average_of(p[2], average::sma), whole(p[0]), whole(p[1])};
}

size_t mavp_scratch(size_t bars, const double* p) {
  const average_slots slots = slots_of(p);
  const size_t by_periods = 2 * bars + PYHFT_ISA::average_scratch(slots.kind, slots.most, bars);
  return slots.kind == average::sma ? larger_of(by_periods, sums_so_far::doubles(static_cast<size_t>(slots.most)))
                                    : by_periods;
}

bool mavp_of_sums(const double* x, const double* asked, size_t bars, const average_slots& slots, double* out,
                  double* scratch) {
  sums_so_far sums(static_cast<size_t>(slots.most), scratch);
  const auto first = static_cast<size_t>(slots.most) - 1;
  for (size_t i = 0; i < bars; ++i) {
    if (!is_finite(x[i])) return false;
    sums.add(x[i]);
    if (i < first) continue;
    const int64_t period = slots.period_of(asked[i]);
    out[i] = sums.of_last(static_cast<size_t>(period)) / static_cast<double>(period);
  }
  return is_finite(sums.of_last(1));
}

// One average per period that is asked for, and a choice.
void mavp_by_periods(const double* x, const double* asked, size_t bars, const average_slots& slots, double* out,
                     double* scratch) {
  double* periods = scratch;
  double* values = scratch + bars;
  double* memory = scratch + 2 * bars;
  const auto first = static_cast<size_t>(lookback_of_average(slots.kind, slots.most));
  double next = static_cast<double>(slots.most);
  for (size_t i = first; i < bars; ++i) {
    periods[i] = static_cast<double>(slots.period_of(asked[i]));
    if (periods[i] < next) next = periods[i];
  }
  const double none = static_cast<double>(slots.most) + 1.0;
  while (next < none) {
    const auto period = static_cast<int64_t>(next);
    const auto later = static_cast<size_t>(slots.waits(period));
    PYHFT_ISA::run_average(slots.kind, period, x + later, bars - later, values + later, memory);
    const f64v now = broadcast(next);
    f64v least = broadcast(none);
    for_bars(first, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      const f64v wanted = lanes.from(periods + bar);
      lanes.to(out + bar, choose(wanted == now, lanes.from(values + bar), lanes.from(out + bar)));
      least = smaller(least, choose(wanted > now, wanted, broadcast(none)));
    });
    double of_lanes[f64v::width];
    store(of_lanes, least);
    next = none;
    for (const double one : of_lanes)
      if (one < next) next = one;
  }
}

void mavp_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const average_slots slots = slots_of(p);
  if (slots.kind == average::sma && mavp_of_sums(in[0], in[1], bars, slots, out[0], scratch)) return;
  mavp_by_periods(in[0], in[1], bars, slots, out[0], scratch);
}

void ewm_mean_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  out[0][0] = in[0][0];
  PYHFT_ISA::table.f64.ema_run(in[0] + 1, out[0] + 1, bars - 1, factors_of_gain(ewm_gain(p[0])), in[0][0]);
}

}  // namespace
}  // namespace pyhft::kernels
