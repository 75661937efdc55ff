// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after averages_batch.inl: the averages that adapt to the price, KAMA and MAMA.

namespace pyhft::kernels {
namespace {

PYHFT_SIMD size_t larger_of(size_t a, size_t b) { return a < b ? b : a; }

// Kaufman's average: the moves of a window summed up without a running sum, the steps that they make of all the bars,
// and then the recursion e = g * x + (1 - g) * e over vectors. It is linear, so that the bars of a vector can be put
// together pairwise before the value that they start from is known. Around the average before a block of bars as pivot.
// Moves that add up to 0 are none at all, so that there is no way to be straight on.
PYHFT_SIMD f64v kama_gains(f64v net, f64v gross) {
  const f64v all_the_way = broadcast(1.0);
  const f64v ratio = smaller(all_the_way, absolute(net / gross));
  // Plus nothing, unless the way has no end or no number: then there is no step, as there is none from a running sum.
  const f64v efficiency = choose(gross == broadcast(0.0), all_the_way, ratio) + (gross - gross);
  const f64v slowest = broadcast(2.0 / (30.0 + 1.0));
  const f64v gain = multiply_add(efficiency, broadcast(2.0 / (2.0 + 1.0) - 2.0 / (30.0 + 1.0)), slowest);
  return gain * gain;
}

template <int Lanes>
PYHFT_SIMD void put_together(f64v& part, f64v& kept) {
  if constexpr (Lanes < static_cast<int>(f64v::width)) {
    const f64v part_before = slide<Lanes>(broadcast(0.0), part);
    const f64v kept_before = slide<Lanes>(broadcast(1.0), kept);
    part = multiply_add(kept, part_before, part);
    kept = kept * kept_before;
    put_together<2 * Lanes>(part, kept);
  }
}

// x_before are the bars that leave the windows, `means` the mean moves of the windows.
struct kama_bars_of_block {
  const double* x;
  const double* x_before;
  const double* means;
  double period;

  template <typename Lanes>
  PYHFT_STATE f64v gains(size_t bar, Lanes lanes) const {
    return kama_gains(lanes.from(x + bar) - lanes.from(x_before + bar), lanes.from(means + bar) * broadcast(period));
  }
};

double kama_block(const kama_bars_of_block& block, double* out, size_t bars, double e) {
  const f64v pivot = broadcast(e);
  const f64v one = broadcast(1.0);
  f64v last = broadcast(0.0);
  for_bars(0, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
    const f64v gain = block.gains(bar, lanes);
    f64v part = gain * (lanes.from(block.x + bar) - pivot);
    f64v kept = one - gain;
    put_together<1>(part, kept);
    lanes.to(out + bar, multiply_add(kept, last, part) + pivot);
    last = multiply_add(last_lane(kept), last, last_lane(part));
  });
  return out[bars - 1];
}

double kama_exactly(const kama_bars_of_block& block, double* out, size_t bars, double e) {
  double gains[block_bars];
  for_bars(0, bars, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
    lanes.to(gains + bar, block.gains(bar, lanes));
  });
  for (size_t i = 0; i < bars; ++i) out[i] = e = ema_step(block.x[i], gains[i], e);
  return e;
}

// Bars that are taken together: more of them for long periods, because each time the window begins anew.
PYHFT_SIMD size_t kama_bars(size_t period) { return larger_of(block_bars, 4 * period); }

size_t kama_scratch(size_t, const double* p) {
  const auto period = static_cast<size_t>(p[0]);
  return 2 * (kama_bars(period) + period) + PYHFT_ISA::sma_scratch(kama_bars(period) + period, p);
}

void run_kama(const double* x, size_t bars, const double* p, double* out, double* scratch) {
  const auto period = static_cast<size_t>(p[0]);
  const size_t most = kama_bars(period);
  double* moves = scratch;
  double* means = moves + most + period;
  double* memory = means + most + period;
  double e = x[period - 1];
  for (size_t at = period; at < bars; at += most) {
    const size_t now = bars - at < most ? bars - at : most;
    const double* first = x + at - period;  // of the bars that the moves begin from
    const size_t moved = now + period - 1;
    for_bars(0, moved, [&](size_t bar, auto lanes) __attribute__((always_inline)) {
      lanes.to(moves + bar, absolute(lanes.from(first + bar + 1) - lanes.from(first + bar)));
    });
    const double* from = moves;
    PYHFT_ISA::sma_batch(&from, moved, p, &means, memory);
    for (size_t bar = 0; bar < now; bar += block_bars) {
      const size_t few = now - bar < block_bars ? now - bar : block_bars;
      const kama_bars_of_block block{x + at + bar, first + bar, means + period - 1 + bar, p[0]};
      const double before = e;
      if (is_finite(e)) e = kama_block(block, out + at + bar, few, e);
      if (!is_finite(e)) e = kama_exactly(block, out + at + bar, few, before);
    }
  }
}

void kama_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  if (p[0] == 1.0) return copy_bars(in[0], out[0], bars);
  run_kama(in[0], bars, p, out[0], scratch);
}

// atan(a / b) without a branch that the price decides, one division long; within 3e-16 of the result.
struct quick_angle {
  // Of the angle divided by its tangent t, in powers of t^2, for |t| <= 1/2: as vector_math.inl has them.
  static constexpr double terms[] = {1.0,
                                     -0x1.5555555555554p-2,
                                     0x1.99999999993f3p-3,
                                     -0x1.2492492462735p-3,
                                     0x1.c71c71af5da3ap-4,
                                     -0x1.745d13ed60b5ep-4,
                                     0x1.3b13656021c4bp-4,
                                     -0x1.110c9505079c6p-4,
                                     0x1.e183fda144b8bp-5,
                                     -0x1.ac73755e62e11p-5,
                                     0x1.77ec1ade98ef8p-5,
                                     -0x1.2fcd37b35e28fp-5,
                                     0x1.825f50d310854p-6,
                                     -0x1.102d6d0938ad0p-7};

  PYHFT_STATE static double of(double a, double b) noexcept {
    const double x = __builtin_fabs(a);
    const double y = __builtin_fabs(b);
    const bool steep = x > 2.0 * y;
    const bool middle = 2.0 * x > y;
    const double base = steep ? 0x1.921fb54442d18p+0 : middle ? 0x1.921fb54442d18p-1 : 0.0;
    const double t = (steep ? -y : middle ? x - y : x) / (steep ? x : middle ? x + y : y);
    const double s = t * t;
    const double s2 = s * s;
    const double s4 = s2 * s2;
    const auto two = [s](int i) __attribute__((always_inline)) { return fused(terms[i + 1], s, terms[i]); };
    const auto four = [&](int i) __attribute__((always_inline)) { return fused(two(i + 2), s2, two(i)); };
    const double low = fused(four(4), s4, four(0));
    const double high = fused(two(12), s4, four(8));
    const double angle = fused(fused(high, s4 * s4, low), t, base);
    return (a < 0.0) == (b < 0.0) ? angle : -angle;
  }
};

using quick_mama = mama_by<quick_angle>;

template <typename State>
PYHFT_SIMD void run_mama_by(State state, const double* x, size_t bars, double* mama, double* fama) {
  constexpr auto lookback = static_cast<size_t>(mama_lookback);
  for (size_t i = 0; i < lookback; ++i) state.update(x[i]);
  for (size_t i = lookback; i < bars; ++i) {
    const mama_value value = state.update(x[i]);
    mama[i] = value.mama;
    if (fama != nullptr) fama[i] = value.fama;
  }
}

// Without a fused multiply-add, the library's angle is the quicker one.
void run_mama(const double* x, size_t bars, double fast_limit, double slow_limit, double* mama, double* fama) {
  if constexpr (multiply_add_is_fused)
    run_mama_by(quick_mama(fast_limit, slow_limit), x, bars, mama, fama);
  else
    run_mama_by(mama_state(fast_limit, slow_limit), x, bars, mama, fama);
}

void mama_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  run_mama(in[0], bars, p[0], p[1], out[0], out[1]);
}

}  // namespace
}  // namespace pyhft::kernels
