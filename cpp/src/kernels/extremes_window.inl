// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after block_body.inl. The best value of every window of a series, a chunk of bars after the other.
//
// Short windows by doubling: the best of 1, 2, 4, ... bars up to each bar, then as many of those windows side by side as
// cover the period, the last one overlapping, because a bar that is looked at twice changes nothing.
// Long ones by blocks of the period: a window is the end of one block and the beginning of the next, so its best is that
// of a suffix and a prefix (van Herk, Gil and Werman).
//
// Both give the values of block_extreme; where zeros of both signs are the best, short windows may give either. A chunk
// of short windows that holds a NaN is left to block_extreme itself.

namespace pyhft::kernels {
namespace {

constexpr size_t chunk_bars = block_bars;
constexpr size_t longest_short_period = 128;

PYHFT_SIMD f64v best_of(highest, f64v a, f64v b) { return larger(a, b); }
PYHFT_SIMD f64v best_of(lowest, f64v a, f64v b) { return smaller(a, b); }
PYHFT_SIMD mask64v beats(highest, f64v a, f64v b) { return a > b; }
PYHFT_SIMD mask64v beats(lowest, f64v a, f64v b) { return b > a; }

// The loops over one chunk's buffers would otherwise leave memory idle, and the next chunk wait for it.
PYHFT_SIMD void fetch_next_chunk(const double* x) { __builtin_prefetch(x + chunk_bars, 0, 2); }

PYHFT_SIMD size_t smaller_of(size_t a, size_t b) { return a < b ? a : b; }

constexpr size_t octet_bars = 8;
constexpr int octet_parts = static_cast<int>(octet_bars / f64v::width);

// 8 consecutive bars.
struct octet {
  f64v part[octet_parts];
};

PYHFT_SIMD octet octet_of(double x) {
  octet result;
#pragma GCC unroll 8
  for (int i = 0; i < octet_parts; ++i) result.part[i] = broadcast(x);
  return result;
}

PYHFT_SIMD octet load_octet(const double* from) {
  octet result;
#pragma GCC unroll 8
  for (int i = 0; i < octet_parts; ++i) result.part[i] = load(from + static_cast<size_t>(i) * f64v::width);
  return result;
}

PYHFT_SIMD void store_octet(double* to, const octet& x) {
#pragma GCC unroll 8
  for (int i = 0; i < octet_parts; ++i) store(to + static_cast<size_t>(i) * f64v::width, x.part[i]);
}

// The 8 bars that end `Bars` before those of `now`.
template <int Bars>
PYHFT_SIMD octet earlier(const octet& before, const octet& now) {
  constexpr int vectors = Bars / static_cast<int>(f64v::width);
  constexpr int lanes = Bars % static_cast<int>(f64v::width);
  octet result;
#pragma GCC unroll 8
  for (int i = 0; i < octet_parts; ++i) {
    const int at = i - vectors;
    const f64v late = at >= 0 ? now.part[at] : before.part[at + octet_parts];
    if constexpr (lanes == 0) {
      result.part[i] = late;
    } else {
      const f64v early = at >= 1 ? now.part[at - 1] : before.part[at - 1 + octet_parts];
      result.part[i] = slide<lanes>(early, late);
    }
  }
  return result;
}

template <typename Order>
PYHFT_SIMD octet best_of(Order order, const octet& a, const octet& b) {
  octet result;
#pragma GCC unroll 8
  for (int i = 0; i < octet_parts; ++i) result.part[i] = best_of(order, a.part[i], b.part[i]);
  return result;
}

// The largest of 1, 2, 4, 8, 16, 32 that isn't larger than the period.
PYHFT_SIMD int base_of(size_t period) {
  int base = 1;
  while (base < 32 && 2 * static_cast<size_t>(base) <= period) base *= 2;
  return base;
}

// Calls f with the base as a constant.
template <typename F>
PYHFT_SIMD bool with_base(int base, F f) {
  switch (base) {
    case 1:
      return f.template operator()<1>();
    case 2:
      return f.template operator()<2>();
    case 4:
      return f.template operator()<4>();
    case 8:
      return f.template operator()<8>();
    case 16:
      return f.template operator()<16>();
    default:
      return f.template operator()<32>();
  }
}

// The best of the last `Base` of x[0, bars) up to each bar, or of as many as there are; out has room for whole octets.
// False if there is a NaN, and perhaps for infinities of both signs.
template <typename Order, int Base>
bool base_windows(const double* x, size_t bars, double* out) {
  const size_t rest = bars % octet_bars;
  const size_t whole = bars - rest;
  double last[octet_bars] = {};
  for (size_t i = 0; i < rest; ++i) last[i] = x[whole + i];
  const octet none = octet_of(Order::worst);
  octet of_1 = none;
  octet of_2 = none;
  octet of_4 = none;
  octet of_8 = none;
  octet of_16 = none;
  octet of_16_before = none;
  octet sum = octet_of(0.0);
  for (size_t i = 0; i < bars; i += octet_bars) {
    fetch_next_chunk(x + i);
    const octet x_1 = load_octet(i < whole ? x + i : last);
#pragma GCC unroll 8
    for (int k = 0; k < octet_parts; ++k) sum.part[k] = sum.part[k] + x_1.part[k];
    octet now = x_1;
    if constexpr (Base >= 2) {
      now = best_of(Order{}, now, earlier<1>(of_1, now));
      of_1 = x_1;
    }
    if constexpr (Base >= 4) {
      const octet x_2 = now;
      now = best_of(Order{}, now, earlier<2>(of_2, now));
      of_2 = x_2;
    }
    if constexpr (Base >= 8) {
      const octet x_4 = now;
      now = best_of(Order{}, now, earlier<4>(of_4, now));
      of_4 = x_4;
    }
    if constexpr (Base >= 16) {
      const octet x_8 = now;
      now = best_of(Order{}, now, of_8);
      of_8 = x_8;
    }
    if constexpr (Base >= 32) {
      const octet x_16 = now;
      now = best_of(Order{}, now, of_16_before);
      of_16_before = of_16;
      of_16 = x_16;
    }
    store_octet(out + i, now);
  }
  bool clean = true;
#pragma GCC unroll 8
  for (int k = 0; k < octet_parts; ++k) clean = clean && every(sum.part[k] == sum.part[k]);
  return clean;
}

// The best of `period` bars from that of `base` bars up to each bar: out[i] ends with bar i + period - 1. `windows` may be
// read up to a vector past its end.
template <typename Order>
void cover(const double* windows, size_t base, size_t period, size_t bars, double* out) {
  constexpr size_t width = f64v::width;
  const double* oldest = windows + base - 1;
  const double* newest = windows + period - 1;
  const size_t between = (period - 1) / base - (period == base ? 0 : 1);
  const auto best_at = [&](size_t i) __attribute__((always_inline)) {
    f64v best = best_of(Order{}, load(newest + i), load(oldest + i));
    const double* at = newest + i;
    for (size_t k = 0; k < between; ++k) {
      at -= base;
      best = best_of(Order{}, best, load(at));
    }
    return best;
  };
  size_t i = 0;
  for (; i + width <= bars; i += width) store(out + i, best_at(i));
  if (i == bars) return;
  double last[width];
  store(last, best_at(i));
  for (size_t k = 0; i + k < bars; ++k) out[i + k] = last[k];
}

// The bars after each one, 0 < Bars < width.
template <int Bars>
PYHFT_SIMD f64v later(f64v now, f64v after) {
  return slide<static_cast<int>(f64v::width) - Bars>(now, after);
}

// The best of each bar and those before it in its vector, of equal ones the earlier. A NaN counts as the worst.
template <typename Order>
PYHFT_SIMD f64v prefixes(f64v x) {
  const f64v none = broadcast(Order::worst);
  f64v best = best_of(Order{}, x, none);
  best = best_of(Order{}, best, slide<1>(none, best));
  if constexpr (f64v::width >= 4) best = best_of(Order{}, best, slide<2>(none, best));
  if constexpr (f64v::width >= 8) best = best_of(Order{}, best, slide<4>(none, best));
  return best;
}

// ... and those after it, of equal ones the later.
template <typename Order>
PYHFT_SIMD f64v suffixes(f64v x) {
  const f64v none = broadcast(Order::worst);
  f64v best = best_of(Order{}, x, none);
  best = best_of(Order{}, best, later<1>(best, none));
  if constexpr (f64v::width >= 4) best = best_of(Order{}, best, later<2>(best, none));
  if constexpr (f64v::width >= 8) best = best_of(Order{}, best, later<4>(best, none));
  return best;
}

// The best of each bar of a block and all that come after it.
template <typename Order>
void block_suffixes(const double* x, size_t bars, double* out) {
  const double newest = x[bars - 1];
  if (newest != newest) {
    for (size_t i = 0; i < bars; ++i) out[i] = newest;
    return;
  }
  f64v carry = broadcast(newest);
  size_t i = bars;
  while (i >= f64v::width) {
    i -= f64v::width;
    const f64v best = suffixes<Order>(load(x + i));
    store(out + i, best_of(Order{}, best, carry));
    carry = best_of(Order{}, first_lane(best), carry);
  }
  double best = i == bars ? newest : out[i];
  while (i-- != 0) {
    if (Order::beats(x[i], best)) best = x[i];
    out[i] = best;
  }
}

// The better of the bars [0, i] of a block, the best of the bars before being `prefix`, and older[i]; the new prefix.
template <typename Order>
double block_prefixes(const double* x, const double* older, size_t bars, double prefix, double* out) {
  if (prefix != prefix) {
    memcpy(out, older, bars * sizeof *out);
    return prefix;
  }
  f64v carry = broadcast(prefix);
  size_t i = 0;
  for (; i + f64v::width <= bars; i += f64v::width) {
    const f64v best = prefixes<Order>(load(x + i));
    store(out + i, best_of(Order{}, best_of(Order{}, best, carry), load(older + i)));
    carry = best_of(Order{}, last_lane(best), carry);
  }
  double carried[f64v::width];
  store(carried, carry);
  double best = carried[0];
  for (; i < bars; ++i) {
    if (Order::beats(x[i], best)) best = x[i];
    out[i] = Order::beats(best, older[i]) ? best : older[i];
  }
  return best;
}

// The best of the windows of a series, from its bar period - 1 on.
template <typename Order>
class sliding_best {
 public:
  static size_t scratch_doubles(size_t period) { return period <= longest_short_period ? 0 : period; }

  sliding_best(const double* x, size_t period, double* scratch)
      : x_(x), period_(period), bar_(period - 1), suffixes_(scratch) {}

  // Of the next bars, at most chunk_bars.
  void next(double* out, size_t bars) {
    if (period_ > longest_short_period)
      by_blocks(out, bars);
    else if (!by_doubling(out, bars))
      exactly(out, bars);
    bar_ += bars;
  }

 private:
  bool by_doubling(double* out, size_t bars) {
    double windows[chunk_bars + longest_short_period + 2 * octet_bars];
    const double* first = x_ + bar_ - (period_ - 1);
    const int base = base_of(period_);
    const bool clean = with_base(base, [&]<int Base>() __attribute__((always_inline)) {
      return base_windows<Order, Base>(first, bars + period_ - 1, windows);
    });
    if (clean) cover<Order>(windows, static_cast<size_t>(base), period_, bars, out);
    return clean;
  }

  void by_blocks(double* out, size_t bars) {
    size_t at = bar_;
    while (bars != 0) {
      const size_t place = at % period_;
      size_t now = 1;
      if (place == period_ - 1) {
        block_suffixes<Order>(x_ + at - place, period_, suffixes_);
        *out = suffixes_[0];
      } else {
        now = smaller_of(bars, period_ - 1 - place);
        if (place == 0) prefix_ = x_[at];
        prefix_ = block_prefixes<Order>(x_ + at, suffixes_ + place + 1, now, prefix_, out);
      }
      at += now;
      out += now;
      bars -= now;
    }
  }

  void exactly(double* out, size_t bars) const {
    double memory[longest_short_period];
    block_extreme<Order> state(static_cast<int64_t>(period_));
    bind_rings(state, memory);
    for (size_t at = (bar_ - (period_ - 1)) / period_ * period_; at < bar_; ++at) state.update(x_[at]);
    for (size_t i = 0; i < bars; ++i) out[i] = state.update(x_[bar_ + i]);
  }

  const double* x_;
  size_t period_;
  size_t bar_;
  double* suffixes_;
  double prefix_ = 0.0;
};

// A result that is written a chunk after the other. Where no cache would hold the `results`
// of this kind until somebody reads them, they go to memory directly.
class chunked_result {
 public:
  chunked_result(double* out, size_t bars, size_t results)
      : out_(out), past_caches_(goes_past_caches(out, bars, results)) {}
  chunked_result(const chunked_result&) = delete;
  chunked_result& operator=(const chunked_result&) = delete;
  ~chunked_result() {
    if (past_caches_) finish_stores();
  }

  // Where the chunk from `bar` on is to be computed.
  double* at(size_t bar) { return past_caches_ ? buffer_ : out_ + bar; }
  void done(size_t bar, size_t bars) {
    if (past_caches_) copy_past_caches(buffer_, out_ + bar, bars);
  }

 private:
  double* out_;
  bool past_caches_;
  alignas(64) double buffer_[chunk_bars + f64v::width];
};

// Calls f(bar, bars) for the bars from `lookback` on, a chunk at a time.
template <typename F>
PYHFT_SIMD void each_chunk(size_t lookback, size_t bars, F f) {
  for (size_t bar = lookback; bar < bars; bar += chunk_bars) f(bar, smaller_of(chunk_bars, bars - bar));
}

}  // namespace
}  // namespace pyhft::kernels
