// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after averages_filters.inl: the averages and oscillators over whole series.

namespace pyhft::kernels {
namespace {

PYHFT_SIMD void copy_bars(const double* from, double* to, size_t bars) { memcpy(to, from, bars * sizeof(double)); }

void ema_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const auto period = static_cast<size_t>(p[0]);
  const double* x = in[0];
  if (period == 1) return copy_bars(x, out[0], bars);
  const auto seed = static_cast<ema_seed::kind>(static_cast<uint8_t>(p[1]));
  size_t first = 0;  // the bar that the recursion begins with
  double e = p[2];
  if (seed != ema_seed::kind::value) {
    const size_t needed = seed == ema_seed::kind::sma ? period : 1;
    e = needed == 1 ? x[0] : mean_of(x, needed);
    out[0][needed - 1] = e;
    first = needed;
  }
  PYHFT_ISA::table.f64.ema_run(x + first, out[0] + first, bars - first, factors_of_gain(ema_gain(whole(p[0]))), e);
}

// Wilder's form of the recursion decides what isn't finite.
void rma_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const auto period = static_cast<size_t>(p[0]);
  const double* x = in[0];
  if (period == 1) return copy_bars(x, out[0], bars);
  const double b = static_cast<double>(period - 1) / static_cast<double>(period);
  const ema_factors factors = factors_of_gain(1.0 / static_cast<double>(period));
  double e = mean_of(x, period);
  out[0][period - 1] = e;
  for (size_t at = period; at < bars; at += block_bars) {
    const size_t now = bars - at < block_bars ? bars - at : block_bars;
    const double before = e;
    if (is_finite(e)) e = PYHFT_ISA::table.f64.ema_run(x + at, out[0] + at, now, factors, e);
    if (is_finite(e)) continue;
    e = before;
    for (size_t i = at; i < at + now; ++i) out[0][i] = e = blend_step(x[i], 1.0 - b, b, e);
  }
}

void zlema_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const auto period = static_cast<size_t>(p[0]);
  const size_t lag = (period - 1) / 2;
  const double* x = in[0];
  if (period == 1) return copy_bars(x, out[0], bars);
  block_buffer ahead;
  const auto fill = [&](size_t at, size_t now) __attribute__((always_inline)) {
    const f64v two = broadcast(2.0);
    for_bars(0, now, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      store(ahead.begin() + bar, two * lanes.from(x + at + bar) - lanes.from(x + at + bar - lag));
    });
  };
  size_t at = lag;
  careful_sum total;
  for (size_t left = period; left != 0;) {
    const size_t now = left < block_bars ? left : block_bars;
    fill(at, now);
    total.add(sum_of(ahead.begin(), now));
    at += now;
    left -= now;
  }
  double e = total.value() / static_cast<double>(period);
  out[0][at - 1] = e;
  const ema_factors factors = factors_of_gain(ema_gain(whole(p[0])));
  for (; at < bars; at += block_bars) {
    const size_t now = bars - at < block_bars ? bars - at : block_bars;
    fill(at, now);
    e = PYHFT_ISA::table.f64.ema_run(ahead.begin(), out[0] + at, now, factors, e);
  }
}

// The recursions themselves, for the blocks that hold what isn't finite.
struct ema_recursion {
  double k;
  [[gnu::always_inline]] double operator()(double x, double e) const { return ema_step(x, k, e); }
};
struct blend_recursion {
  double k;
  [[gnu::always_inline]] double operator()(double x, double e) const { return blend_step(x, k, 1.0 - k, e); }
};

// Averages of averages over a series that is long enough. Result says what becomes of a block:
//   block(pivot, unit k, buffers, bars, out)     from the buffers of advance()
//   bar(before, e)                               from the last stage before and all stages after one bar
template <size_t Stages, typename Recursion, typename Result>
PYHFT_SIMD void run_stages(const double* x, size_t bars, size_t period, double* out, const Result& result) {
  stages<Stages> now;
  now.factors = factors_of_gain(ema_gain(static_cast<int64_t>(period)));
  const Recursion step{now.factors.k};
  stage_buffers<Stages> buffers;
  const auto step_all = [&](double value, size_t active) __attribute__((always_inline)) {
    for (size_t i = 0; i < active; ++i) value = now.e[i] = step(value, now.e[i]);
  };
  now.e[0] = mean_of(x, period);
  size_t at = period;
  double unit = 1.0;
  for (size_t active = 1; active < Stages; ++active) {
    unit *= now.factors.k;
    const double seed = now.e[active - 1];
    careful_sum total;
    for (size_t left = period - 1; left != 0;) {
      const size_t bars_now = left < block_bars ? left : block_bars;
      const double pivot = now.e[0];
      if (bars_now > window_bars && advance(now, active, x + at, bars_now, buffers)) {
        total.add(static_cast<double>(bars_now) * (pivot - seed));
        total.add(unit * sum_of(buffers.of[active - 1].begin(), bars_now));
      } else {
        for (size_t i = 0; i < bars_now; ++i) {
          step_all(x[at + i], active);
          total.add(now.e[active - 1] - seed);
        }
      }
      at += bars_now;
      left -= bars_now;
    }
    now.e[active] = seed + total.value() / static_cast<double>(period);
  }
  if constexpr (Result::of_the_seed) out[at - 1] = result.bar(0.0, now.e);
  while (at < bars) {
    const size_t bars_now = bars - at < block_bars ? bars - at : block_bars;
    const double pivot = now.e[0];
    if (advance(now, Stages, x + at, bars_now, buffers)) {
      result.block(pivot, now.factors.k, buffers, bars_now, out + at);
    } else {
      for (size_t i = at; i < at + bars_now; ++i) {
        const double before = now.e[Stages - 1];
        step_all(x[i], Stages);
        out[i] = result.bar(before, now.e);
      }
    }
    at += bars_now;
  }
}

// A weighed sum of stages whose weights add up to 1.
template <size_t Stages, size_t First>
struct weighed_stages {
  static constexpr bool of_the_seed = true;
  double weight[Stages];

  [[gnu::always_inline]] void block(double pivot, double k, const stage_buffers<Stages>& s, size_t bars,
                                    double* out) const {
    f64v factor[Stages];
    double unit = 1.0;
    for (size_t i = 0; i < Stages; ++i) {
      unit *= k;
      factor[i] = broadcast(weight[i] * unit);
    }
    const f64v from = broadcast(pivot);
    for_bars(0, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      f64v sum = from;
#pragma GCC unroll 8
      for (size_t stage = First; stage < Stages; ++stage)
        sum = multiply_add(factor[stage], load(s.of[stage].begin() + bar), sum);
      lanes.to(out + bar, sum);
    });
  }
  [[gnu::always_inline]] double bar(double, const double* e) const {
    double sum = weight[First] * e[First];
    for (size_t i = First + 1; i < Stages; ++i) sum += weight[i] * e[i];
    return sum;
  }
};

void dema_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  if (p[0] == 1.0) return copy_bars(in[0], out[0], bars);
  run_stages<2, ema_recursion>(in[0], bars, static_cast<size_t>(p[0]), out[0], weighed_stages<2, 0>{{2.0, -1.0}});
}

void tema_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  if (p[0] == 1.0) return copy_bars(in[0], out[0], bars);
  run_stages<3, ema_recursion>(in[0], bars, static_cast<size_t>(p[0]), out[0], weighed_stages<3, 0>{{3.0, -3.0, 1.0}});
}

void t3_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  if (p[0] == 1.0) return copy_bars(in[0], out[0], bars);
  const t3_weights w(p[1]);
  run_stages<6, blend_recursion>(in[0], bars, static_cast<size_t>(p[0]), out[0],
                                 weighed_stages<6, 2>{{0.0, 0.0, w.c[0], w.c[1], w.c[2], w.c[3]}});
}

// The change of the last stage is taken from the differences, before they are rounded to the size of the price.
struct rate_of_last_stage {
  static constexpr bool of_the_seed = false;

  [[gnu::always_inline]] void block(double pivot, double k, const stage_buffers<3>& s, size_t bars, double* out) const {
    const double* last = s.of[2].begin();
    const f64v unit = broadcast(k * k * k);
    const f64v from = broadcast(pivot);
    const f64v percent = broadcast(100.0);
    const f64v zero = broadcast(0.0);
    for_bars(0, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      const f64v old = load(last + bar - 1);
      const f64v before = multiply_add(unit, old, from);
      const f64v change = unit * (load(last + bar) - old);
      lanes.to(out + bar, choose(before == zero, zero, change / before * percent));
    });
  }
  [[gnu::always_inline]] double bar(double before, const double* e) const {
    return before != 0.0 ? (e[2] / before - 1.0) * 100.0 : 0.0;
  }
};

void trix_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  run_stages<3, ema_recursion>(in[0], bars, static_cast<size_t>(p[0]), out[0], rate_of_last_stage{});
}

}  // namespace
}  // namespace pyhft::kernels
