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

// Three windows of results.
struct macd_window {
  window macd;
  window signal;
  window histogram;
};

// The three filters of one block, all relative to the slow average and the signal before it.
class macd_filter {
 public:
  PYHFT_SIMD macd_filter starting_from(const macd_averages& averages, const macd_factors& factors) {
    return macd_filter(averages, factors);
  }

  [[gnu::always_inline]] macd_window advance(const window& x) {
    const window z = x - pivot_;
    macd_window result;
    const f64v zero = broadcast(0.0);
    result.macd = multiply_add(fast_.advance(z), k_fast_, zero) - multiply_add(slow_.advance(z), k_slow_, zero);
    result.signal = multiply_add(signal_.advance(result.macd - signal_pivot_), k_signal_, signal_pivot_);
    result.histogram = result.macd - result.signal;
    return result;
  }

  [[gnu::always_inline]] double slow_deviation(size_t i) const {
    return lane(multiply_add(slow_.value(), k_slow_, broadcast(0.0)), i);
  }

 private:
  [[gnu::always_inline]] macd_filter(const macd_averages& averages, const macd_factors& factors)
      : fast_(window_filter::starting_from((averages.fast - averages.slow) / factors.fast.k, factors.fast)),
        slow_(window_filter::starting_from(0.0, factors.slow)),
        signal_(window_filter::starting_from(0.0, factors.signal)),
        pivot_(broadcast(averages.slow)),
        signal_pivot_(broadcast(averages.signal)),
        k_fast_(broadcast(factors.fast.k)),
        k_slow_(broadcast(factors.slow.k)),
        k_signal_(broadcast(factors.signal.k)) {}

  window_filter fast_, slow_, signal_;
  f64v pivot_, signal_pivot_, k_fast_, k_slow_, k_signal_;
};

// At most block_bars bars, at least one; built as ema_block is.
template <typename T>
void macd_block(const T* x, T* macd, T* signal, T* histogram, size_t bars, const macd_factors& factors,
                macd_averages& averages) {
  const size_t rest = bars % window_bars;
  const size_t whole = bars - rest;
  const auto last_x = remainder<T>::of(x + whole, rest);
  remainder<T> last_macd, last_signal, last_histogram;
  auto filter = macd_filter::starting_from(averages, factors);
  macd_window results{};
  for (size_t i = 0; i < bars; i += window_bars) {
    const bool inside = i < whole;
    results = filter.advance(load_window(inside ? x + i : last_x.values));
    store_window(inside ? macd + i : last_macd.values, results.macd);
    store_window(inside ? signal + i : last_signal.values, results.signal);
    store_window(inside ? histogram + i : last_histogram.values, results.histogram);
  }
  last_macd.copy_to(macd + whole, rest);
  last_signal.copy_to(signal + whole, rest);
  last_histogram.copy_to(histogram + whole, rest);
  const size_t last = (bars - 1) % window_bars;
  averages.slow += filter.slow_deviation(last);
  averages.fast = averages.slow + lane(results.macd, last);
  averages.signal = lane(results.signal, last);
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
