// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after window_body.inl: the two kinds of sums that the family `wilder` is made of,
// and the way through a series for methods built on them.
//
// A decaying sum loses one part in `period` of itself with every bar, s = z + b * s[-1] with b = 1 - 1/period. It is the
// filter of window_body.inl, carried on by
//   s = y8 + b16 * s[-16]
// with b16 in two parts. Nothing cancels here: sums of values that aren't negative are right to a few units in the last
// place down to 1e-290, so that ratios of two of them are too. A sum that decays further, after a very long time without
// a change, loses digits and ends where rounding holds it up, at no value that a formula gives: there only the recursion
// itself is right (carry_on_soundly, continue_by_state).
//
// A running sum loses nothing: b = 1. Over many bars it stands on a total whose rounding errors are kept beside it.
//
// Both only ever look back, so that bars before a value that isn't finite don't notice it.

namespace pyhft::kernels {
namespace {

struct decay_factors {
  double once;      // 1 - b
  double decay[4];  // b to the powers 1, 2, 4, 8, each rounded once
  double b16;
  double b16_error;
};

// `loss` is 1 - b. What is lost over 2, 4, 8, 16 bars follows from what is lost over half of them, without a digit less
// for long periods.
PYHFT_SIMD decay_factors decay_of(long double loss) {
  decay_factors result;
  result.once = static_cast<double>(loss);
  for (double& decay : result.decay) {
    decay = static_cast<double>(1.0L - loss);
    loss *= 2.0L - loss;
  }
  result.b16 = static_cast<double>(1.0L - loss);
  result.b16_error = static_cast<double>((1.0L - static_cast<long double>(result.b16)) - loss);
  return result;
}

PYHFT_SIMD decay_factors wilder_decay(double period) { return decay_of(1.0L / static_cast<long double>(period)); }
PYHFT_SIMD decay_factors ema_decay(double period) { return decay_of(2.0L / (static_cast<long double>(period) + 1.0L)); }

// From f(0), f(1) and so on, the vectors of a window.
template <typename F>
PYHFT_SIMD window window_of(F f) {
  window result;
#pragma GCC unroll 8
  for (int i = 0; i < window_vectors; ++i) result.part[i] = f(i);
  return result;
}

PYHFT_SIMD window nothing() {
  return window_of([](int) __attribute__((always_inline)) { return broadcast(0.0); });
}

// What a sum remembers of the previous 16 bars: as if `s` had been the only bar so far.
struct window_history {
  window z, y1, y2, y4, s;

  PYHFT_SIMD window_history starting_from(double s) {
    double lanes[window_bars];
    store_window(lanes, nothing());
    lanes[window_bars - 1] = s;
    window_history result;
    result.z = result.y1 = result.y2 = result.y4 = result.s = load_window(lanes);
    return result;
  }

  // Vector by vector: windows as a whole the compiler copies through memory.
  [[gnu::always_inline]] void remember(const window& z_now, const window& y1_now, const window& y2_now,
                                       const window& y4_now) {
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) {
      z.part[i] = z_now.part[i];
      y1.part[i] = y1_now.part[i];
      y2.part[i] = y2_now.part[i];
      y4.part[i] = y4_now.part[i];
    }
  }
};

class decaying_sum {
 public:
  PYHFT_SIMD decaying_sum starting_from(double s, const decay_factors& factors) {
    decaying_sum result;
    result.past_ = window_history::starting_from(s);
    for (int i = 0; i < 4; ++i) result.decay_[i] = broadcast(factors.decay[i]);
    result.b16_ = broadcast(factors.b16);
    result.b16_error_ = broadcast(factors.b16_error);
    return result;
  }

  [[gnu::always_inline]] const window& advance(const window& z) {
    const window y1 = doubled<1>(past_.z, z, decay_[0]);
    const window y2 = doubled<2>(past_.y1, y1, decay_[1]);
    const window y4 = doubled<4>(past_.y2, y2, decay_[2]);
    const window y8 = doubled<8>(past_.y4, y4, decay_[3]);
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i)
      past_.s.part[i] = multiply_add(b16_, past_.s.part[i], multiply_add(b16_error_, past_.s.part[i], y8.part[i]));
    past_.remember(z, y1, y2, y4);
    return past_.s;
  }

  [[gnu::always_inline]] const window& value() const { return past_.s; }

 private:
  window_history past_;
  f64v decay_[4];
  f64v b16_, b16_error_;
};

class running_sum {
 public:
  PYHFT_SIMD running_sum starting_from(double s) {
    running_sum result;
    result.past_ = window_history::starting_from(s);
    return result;
  }

  [[gnu::always_inline]] const window& advance(const window& z) {
    const f64v all = broadcast(1.0);
    const window y1 = doubled<1>(past_.z, z, all);
    const window y2 = doubled<2>(past_.y1, y1, all);
    const window y4 = doubled<4>(past_.y2, y2, all);
    const window y8 = doubled<8>(past_.y4, y4, all);
#pragma GCC unroll 8
    for (int i = 0; i < window_vectors; ++i) past_.s.part[i] = past_.s.part[i] + y8.part[i];
    past_.remember(z, y1, y2, y4);
    return past_.s;
  }

  [[gnu::always_inline]] const window& value() const { return past_.s; }

 private:
  window_history past_;
};

// A total and the rounding errors of its additions.
struct exact_total {
  double sum = 0.0;
  double error = 0.0;

  // `part` contains the error already.
  [[gnu::always_inline]] void absorb(double part) {
    const double next = sum + part;
    const double added = next - sum;
    error = (sum - (next - added)) + (part - added);
    // An infinity has no rounding error to speak of.
    if (!is_finite(error)) error = 0.0;
    sum = next;
  }
};

PYHFT_SIMD window raised(const window& w, double by) {
  return window_of([&](int i) __attribute__((always_inline)) { return w.part[i] + broadcast(by); });
}

// Fewer than 32, in parts of 16, 8, 4, 2 and 1: for a few doubles, what the compiler makes of a loop takes longer.
PYHFT_SIMD void copy_few(double* to, const double* from, size_t count) {
#pragma GCC unroll 5
  for (size_t part = 16; part != 0; part /= 2) {
    if ((count & part) == 0) continue;
    memcpy(to, from, part * sizeof(double));
    to += part;
    from += part;
  }
}

// Calls body(at) for every 16 bars of [from, to), where at[i] points to the first of them in input i, and stores the
// window that it returns; out[0] belongs to bar `from`. at[i][-1] may be read if Before is 1. The incomplete window at
// the end takes its turn in the same loop, through buffers: with a second copy of the loop's body the compiler keeps
// the sums in memory.
template <int Inputs, int Before, typename Body>
PYHFT_SIMD void over_windows(const double* const* in, size_t from, size_t to, double* out, Body body) {
  constexpr size_t before = Before;
  constexpr size_t step = window_bars;
  const size_t bars = to - from;
  const size_t rest = bars % step;
  const size_t whole = bars - rest;
  double last_in[static_cast<size_t>(Inputs)][before + step];
  double last_out[step];
  if (rest != 0)
    for (int i = 0; i < Inputs; ++i) {
      store_window(last_in[i] + before, nothing());
      copy_few(last_in[i], in[i] + from + whole - before, before + rest);
    }
  for (size_t bar = 0; bar < bars; bar += step) {
    const bool inside = bar < whole;
    const double* at[static_cast<size_t>(Inputs)];
    for (int i = 0; i < Inputs; ++i) at[i] = inside ? in[i] + from + bar : last_in[i] + before;
    store_window(inside ? out + bar : last_out, body(at));
  }
  copy_few(out + whole, last_out, rest);
}

// A method says
//   inputs, before, sums, decays                               how many; before: whether terms() looks at at[i][-1];
//                                                              decays: 1, or one per sum
//   void terms(const double* const* at, window* z) const       what each of its sums adds up
//   window result(const double* const* at, const window* s) const

// Calls piece(bar, end) for [from, bars) block by block.
template <typename Piece>
PYHFT_SIMD void by_blocks(size_t from, size_t bars, Piece piece) {
  for (size_t bar = from; bar < bars; bar += block_bars) piece(bar, bars - bar < block_bars ? bars : bar + block_bars);
}

// Adds the terms of the bars [from, to) to `sums`.
template <typename Method>
void add_terms(const Method& method, const double* const* in, size_t from, size_t to, double* sums) {
  double lanes[Method::sums][window_bars];
  double unused[block_bars];
  for (size_t bar = from; bar < to;) {
    // A block, or one incomplete window.
    const size_t left = to - bar;
    const size_t now = left < window_bars ? left : left < block_bars ? left - left % window_bars : block_bars;
    window total[Method::sums];
    for (window& one : total) one = nothing();
    over_windows<Method::inputs, Method::before>(
        in, bar, bar + now, unused, [&](const double* const* at) __attribute__((always_inline)) {
          window z[Method::sums];
          method.terms(at, z);
          for (int k = 0; k < Method::sums; ++k)
            total[k] = window_of([&](int i) __attribute__((always_inline)) { return total[k].part[i] + z[k].part[i]; });
          return z[0];
        });
    for (int k = 0; k < Method::sums; ++k) {
      store_window(lanes[k], total[k]);
      for (size_t i = 0; i < window_bars && i < now; ++i) sums[k] += lanes[k][i];
    }
    bar += now;
  }
}

// The result of one bar from given sums.
template <typename Method>
double result_at(const Method& method, const double* const* in, size_t bar, const double* sums) {
  double result = 0.0;
  over_windows<Method::inputs, 0>(
      in, bar, bar + 1, &result, [&](const double* const* at) __attribute__((always_inline)) {
        window s[Method::sums];
        for (int k = 0; k < Method::sums; ++k)
          s[k] = window_of([&](int) __attribute__((always_inline)) { return broadcast(sums[k]); });
        return method.result(at, s);
      });
  return result;
}

// Carries decaying `sums` on over the bars [from, to), of which there is at least one, and leaves the new ones behind.
template <typename Method>
void carry_on(const Method& method, const double* const* in, size_t from, size_t to, double* out,
              const decay_factors* factors, double* sums) {
  decaying_sum sum[Method::sums];
  for (int k = 0; k < Method::sums; ++k)
    sum[k] = decaying_sum::starting_from(sums[k], factors[Method::decays == 1 ? 0 : k]);
  over_windows<Method::inputs, Method::before>(in, from, to, out,
                                               [&](const double* const* at) __attribute__((always_inline)) {
                                                 window z[Method::sums];
                                                 window s[Method::sums];
                                                 method.terms(at, z);
                                                 s[0] = sum[0].advance(z[0]);
                                                 if constexpr (Method::sums > 1) s[1] = sum[1].advance(z[1]);
                                                 if constexpr (Method::sums > 2) s[2] = sum[2].advance(z[2]);
                                                 return method.result(at, s);
                                               });
  for (int k = 0; k < Method::sums; ++k) sums[k] = lane(sum[k].value(), (to - from - 1) % window_bars);
}

// No sum above it gets below 1e-290 within sound_bars() bars.
constexpr double least_sound_sum = 1e-180;

// Half as many digits are lost over them as a double has room for; a few windows at least, for periods from 2.
PYHFT_SIMD size_t sound_bars(const decay_factors& factors) { return factors.once > 0.2 ? 320 : block_bars; }

PYHFT_SIMD bool is_sound(double sum) { return !(sum > 0.0 && sum < least_sound_sum); }

template <typename Method>
PYHFT_SIMD bool are_sound(const Method&, const double* sums) {
  for (int k = 0; k < Method::sums; ++k)
    if (!is_sound(sums[k])) return false;
  return true;
}

// Whether no term of the bars [from, to) that isn't 0 is as small, of those sums that are 0 so far.
template <typename Method>
[[gnu::noinline]] bool begins_soundly(const Method& method, const double* const* in, size_t from, size_t to,
                                      const double* sums) {
  double unused[block_bars];
  window least[Method::sums];
  for (window& one : least) one = window_of([](int) __attribute__((always_inline)) { return broadcast(1.0); });
  over_windows<Method::inputs, Method::before>(
      in, from, to, unused, [&](const double* const* at) __attribute__((always_inline)) {
        window z[Method::sums];
        method.terms(at, z);
        for (int k = 0; k < Method::sums; ++k)
          least[k] = window_of([&](int i) __attribute__((always_inline)) {
            const f64v one = broadcast(1.0);
            return smaller(least[k].part[i], choose(z[k].part[i] > broadcast(0.0), z[k].part[i], one));
          });
        return z[0];
      });
  for (int k = 0; k < Method::sums; ++k)
    for (int i = 0; i < window_vectors && sums[k] == 0.0; ++i)
      if (any(broadcast(least_sound_sum) > least[k].part[i])) return false;
  return true;
}

// carry_on() as long as all sums keep their digits; the bar from which on only the recursion is right.
template <typename Method>
PYHFT_SIMD size_t carry_on_soundly(const Method& method, const double* const* in, size_t from, size_t to, double* out,
                                   const decay_factors* factors, double* sums) {
  const size_t most = sound_bars(*factors);
  for (size_t bar = from; bar < to;) {
    const size_t end = to - bar < most ? to : bar + most;
    bool begins = false;
    for (int k = 0; k < Method::sums; ++k) begins = begins || sums[k] == 0.0;
    if (!are_sound(method, sums) || (begins && !begins_soundly(method, in, bar, end, sums))) return bar;
    carry_on(method, in, bar, end, out + (bar - from), factors, sums);
    bar = end;
  }
  return to;
}

// The first bar of [from, to) with a term that isn't finite; `to` if there is none.
template <typename Method>
size_t first_not_finite(const Method& method, const double* const* in, size_t from, size_t to) {
  const auto finite = [&](size_t bar, size_t end) __attribute__((always_inline)) {
    double sums[Method::sums] = {};
    add_terms(method, in, bar, end, sums);
    bool all = true;
    for (const double sum : sums) all = all && is_finite(sum);
    return all;
  };
  for (size_t bar = from; bar < to; bar += block_bars) {
    const size_t end = to - bar < block_bars ? to : bar + block_bars;
    if (finite(bar, end)) continue;
    for (size_t i = bar; i < end; ++i)
      if (!finite(i, i + 1)) return i;
  }
  return to;
}

// The bars [from, bars) as the state gives them, which goes through all bars before; and NaN from the first on that
// isn't finite, as the methods have it. `rings` is the memory of its rings.
template <auto Make, typename Method>
[[gnu::noinline]] void continue_by_state(const Method& method, const double* const* in, size_t from, size_t bars,
                                         const double* p, double* out, double* rings) {
  constexpr state_code code = state_of<Make>();
  const size_t end = first_not_finite(method, in, from, bars);
  double state[state_doubles_of(code)];
  code.open(state, rings, p);
  double unused[block_bars];
  for (size_t bar = 0; bar < end;) {
    const size_t left = bar < from ? from - bar : end - bar;
    const size_t now = left < block_bars ? left : block_bars;
    const double* at[Method::inputs];
    for (int i = 0; i < Method::inputs; ++i) at[i] = in[i] + bar;
    double* const to = bar < from ? unused : out + bar;
    code.run(state, at, now, &to);
    bar += now;
  }
  for (size_t bar = end; bar < bars; ++bar) out[bar] = __builtin_nan("");
}

// Sums of the terms of bars 1 to `seed`, whose result stands at bar `seed`, and from there to the end.
template <typename Method>
void smoothed(const Method& method, const double* const* in, size_t bars, size_t seed, double* out,
              const decay_factors& factors) {
  double sums[Method::sums] = {};
  add_terms(method, in, 1, seed + 1, sums);
  out[seed] = result_at(method, in, seed, sums);
  if (seed + 1 < bars) carry_on(method, in, seed + 1, bars, out + seed + 1, &factors, sums);
}

// The same for ratios of sums, which the state that Make returns goes on with where they lose their digits.
template <auto Make, typename Method>
void ratios(const Method& method, const double* const* in, size_t bars, const double* p, size_t seed, double* out) {
  const decay_factors factors = wilder_decay(p[0]);
  double sums[Method::sums] = {};
  add_terms(method, in, 1, seed + 1, sums);
  size_t done = seed;
  if (are_sound(method, sums)) {
    out[seed] = result_at(method, in, seed, sums);
    done = carry_on_soundly(method, in, seed + 1, bars, out + seed + 1, &factors, sums);
  }
  if (done < bars) continue_by_state<Make>(method, in, done, bars, p, out, nullptr);
}

// Running sums over the bars [from, to) that stand on `totals`; the new ones are left behind. At most block_bars bars
// go before the totals take in what was added.
template <typename Method>
void accumulate(const Method& method, const double* const* in, size_t from, size_t to, double* out,
                exact_total* totals) {
  running_sum sum[Method::sums];
  for (int k = 0; k < Method::sums; ++k) sum[k] = running_sum::starting_from(totals[k].error);
  over_windows<Method::inputs, Method::before>(in, from, to, out,
                                               [&](const double* const* at) __attribute__((always_inline)) {
                                                 window z[Method::sums];
                                                 window s[Method::sums];
                                                 method.terms(at, z);
                                                 s[0] = raised(sum[0].advance(z[0]), totals[0].sum);
                                                 if constexpr (Method::sums > 1)
                                                   s[1] = raised(sum[1].advance(z[1]), totals[1].sum);
                                                 return method.result(at, s);
                                               });
  for (int k = 0; k < Method::sums; ++k) totals[k].absorb(lane(sum[k].value(), (to - from - 1) % window_bars));
}

}  // namespace
}  // namespace pyhft::kernels
