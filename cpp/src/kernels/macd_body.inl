// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after ema_body.inl. What each function promises stands in kernel_table.hpp, the
// method and its error bound in kernels/macd.hpp.

namespace pyhft::kernels {
namespace {

struct macd_bar {
  double macd;
  double histogram;
};

PYHFT_SIMD macd_bar macd_step(double x, const macd_factors& factors, double& fast, double& slow, double& signal) {
  fast = ema_step(x, factors.fast.k, fast);
  slow = ema_step(x, factors.slow.k, slow);
  const double line = fast - slow;
  signal = ema_step(line, factors.signal.k, signal);
  return {line, line - signal};
}

template <typename T>
void macd_exactly(const T* x, T* macd, T* signal, T* histogram, size_t bars, const macd_factors& factors,
                  macd_averages& averages) {
  for (size_t i = 0; i < bars; ++i) {
    const auto bar = macd_step(static_cast<double>(x[i]), factors, averages.fast, averages.slow, averages.signal);
    macd[i] = static_cast<T>(bar.macd);
    signal[i] = static_cast<T>(averages.signal);
    histogram[i] = static_cast<T>(bar.histogram);
  }
}

// The line, and where both averages end, from the distances of a block's bars from the slow average before them.
template <bool Long, typename T>
void macd_line_of_block(const T* x, double* line, size_t bars, const macd_factors& factors, macd_averages& averages) {
  const f64v pivot = broadcast(averages.slow);
  const f64v k_fast = broadcast(factors.fast.k);
  const f64v k_slow = broadcast(factors.slow.k);
  const f64v zero = broadcast(0.0);
  auto fast = window_filter<Long>::starting_from((averages.fast - averages.slow) / factors.fast.k, factors.fast);
  auto slow = window_filter<Long>::starting_from(0.0, factors.slow);
  for (size_t i = 0; i < bars; i += window_bars) {
    const bool whole = i + window_bars <= bars;
    const window now = (whole ? load_window(x + i) : load_first_bars(x + i, bars - i)) - pivot;
    // Two products and a difference: nothing is left where both averages are the same.
    const window difference =
        multiply_add(fast.advance(now), k_fast, zero) - multiply_add(slow.advance(now), k_slow, zero);
    if (whole)
      store_window(line + i, difference);
    else
      store_first_bars(line + i, difference, bars - i);
  }
  const size_t last = (bars - 1) % window_bars;
  averages.fast = __builtin_fma(lane(fast.value(), last), factors.fast.k, averages.slow);
  averages.slow = __builtin_fma(lane(slow.value(), last), factors.slow.k, averages.slow);
}

// The signal around the signal before; its last value.
template <bool Long, typename T>
double macd_signal_of_block(const double* line, T* signal, T* histogram, size_t bars, const ema_factors& factors,
                            double before) {
  const f64v k = broadcast(factors.k);
  const f64v pivot = broadcast(before);
  auto filter = window_filter<Long>::starting_from(0.0, factors);
  window average{};
  for (size_t i = 0; i < bars; i += window_bars) {
    const bool whole = i + window_bars <= bars;
    const window now = whole ? load_window(line + i) : load_first_bars(line + i, bars - i);
    average = multiply_add(filter.advance(now - pivot), k, pivot);
    if (whole) {
      store_window(signal + i, average);
      store_window(histogram + i, now - average);
    } else {
      store_first_bars(signal + i, average, bars - i);
      store_first_bars(histogram + i, now - average, bars - i);
    }
  }
  return lane(average, (bars - 1) % window_bars);
}

// At most block_bars bars, at least one: the line in a loop of its own, then the signal around its own pivot.
template <typename T>
void macd_block(const T* x, T* macd, T* signal, T* histogram, size_t bars, const macd_factors& factors,
                macd_averages& averages) {
  constexpr bool is_double = sizeof(T) == sizeof(double);
  double unrounded[is_double ? 1 : block_bars];
  double* line = unrounded;
  if constexpr (is_double) line = macd;
  if (factors.slow.rest != 0.0 || factors.fast.rest != 0.0)
    macd_line_of_block<true>(x, line, bars, factors, averages);
  else
    macd_line_of_block<false>(x, line, bars, factors, averages);
  const auto finish = factors.signal.rest != 0.0 ? macd_signal_of_block<true, T> : macd_signal_of_block<false, T>;
  // A signal over one bar is the line itself, to the last bit, around 0 only.
  const double pivot = factors.signal.k == 1.0 ? 0.0 : averages.signal;
  averages.signal = finish(line, signal, histogram, bars, factors.signal, pivot);
  if constexpr (!is_double)
    for (size_t i = 0; i < bars; ++i) macd[i] = static_cast<T>(line[i]);
}

PYHFT_SIMD bool are_finite(const macd_averages& averages) {
  return is_finite(averages.fast) && is_finite(averages.slow) && is_finite(averages.signal);
}

template <typename T>
void macd_run(const T* x, T* macd, T* signal, T* histogram, size_t bars, const macd_factors& factors,
              macd_averages& averages) {
  while (bars != 0) {
    const size_t now = bars < block_bars ? bars : block_bars;
    const macd_averages before = averages;
    if (are_finite(before)) macd_block(x, macd, signal, histogram, now, factors, averages);
    // As in ema_run: the recursion decides what a bar that isn't finite does.
    if (!are_finite(averages)) {
      averages = before;
      macd_exactly(x, macd, signal, histogram, now, factors, averages);
    }
    x += now;
    macd += now;
    signal += now;
    histogram += now;
    bars -= now;
  }
}

template <typename T>
void macd_rows(strided<const T> x, macd_strided<T> out, size_t rows, size_t lanes, const macd_factors& factors,
               macd_lanes averages) {
  const f64v k_fast = broadcast(factors.fast.k);
  const f64v k_slow = broadcast(factors.slow.k);
  const f64v k_signal = broadcast(factors.signal.k);
  for (; rows != 0; --rows) {
    size_t i = 0;
    for (; i + f64v::width <= lanes; i += f64v::width) {
      const f64v price = load(x.data + i);
      f64v fast = load(averages.fast + i);
      f64v slow = load(averages.slow + i);
      f64v signal = load(averages.signal + i);
      fast = fused(price - fast, k_fast, fast);
      slow = fused(price - slow, k_slow, slow);
      const f64v line = fast - slow;
      signal = fused(line - signal, k_signal, signal);
      store(averages.fast + i, fast);
      store(averages.slow + i, slow);
      store(averages.signal + i, signal);
      store(out.macd.data + i, line);
      store(out.signal.data + i, signal);
      store(out.histogram.data + i, line - signal);
    }
    for (; i < lanes; ++i) {
      const auto bar =
          macd_step(static_cast<double>(x.data[i]), factors, averages.fast[i], averages.slow[i], averages.signal[i]);
      out.macd.data[i] = static_cast<T>(bar.macd);
      out.signal.data[i] = static_cast<T>(averages.signal[i]);
      out.histogram.data[i] = static_cast<T>(bar.histogram);
    }
    next_row(x);
    next_row(out.macd);
    next_row(out.signal);
    next_row(out.histogram);
  }
}

template <size_t Lanes, typename T>
void macd_interleaved(strided<const T> x, macd_strided<T> out, size_t rows, const macd_factors& factors,
                      macd_lanes averages) {
  double fast[Lanes], slow[Lanes], signal[Lanes];
  for (size_t i = 0; i < Lanes; ++i) {
    fast[i] = averages.fast[i];
    slow[i] = averages.slow[i];
    signal[i] = averages.signal[i];
  }
  for (; rows != 0; --rows) {
#pragma GCC unroll 8
    for (size_t i = 0; i < Lanes; ++i) {
      const auto bar = macd_step(static_cast<double>(*of_series(x, i)), factors, fast[i], slow[i], signal[i]);
      *of_series(out.macd, i) = static_cast<T>(bar.macd);
      *of_series(out.signal, i) = static_cast<T>(signal[i]);
      *of_series(out.histogram, i) = static_cast<T>(bar.histogram);
    }
    next_row(x);
    next_row(out.macd);
    next_row(out.signal);
    next_row(out.histogram);
  }
  for (size_t i = 0; i < Lanes; ++i) {
    averages.fast[i] = fast[i];
    averages.slow[i] = slow[i];
    averages.signal[i] = signal[i];
  }
}

template <typename T>
void macd_columns(strided<const T> x, macd_strided<T> out, size_t rows, size_t lanes, const macd_factors& factors,
                  macd_lanes averages) {
  while (lanes != 0) {
    const size_t now = lanes >= 4 ? 4 : lanes >= 2 ? 2 : 1;
    if (now == 4)
      macd_interleaved<4>(x, out, rows, factors, averages);
    else if (now == 2)
      macd_interleaved<2>(x, out, rows, factors, averages);
    else
      macd_interleaved<1>(x, out, rows, factors, averages);
    next_series(x, now);
    next_series(out.macd, now);
    next_series(out.signal, now);
    next_series(out.histogram, now);
    averages = {averages.fast + now, averages.slow + now, averages.signal + now};
    lanes -= now;
  }
}

}  // namespace
}  // namespace pyhft::kernels
