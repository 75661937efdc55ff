// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after block_body.inl. What each function promises stands in kernel_table.hpp, the
// method and its error bound in kernels/ema.hpp.

namespace pyhft::kernels {
namespace {

// The recursion itself, one bar after the other.
template <typename T>
double ema_exactly(const T* x, T* out, size_t bars, double k, double e) {
  size_t i = 0;
  for (; i < bars && !is_nan(e); ++i) {
    e = ema_step(static_cast<double>(x[i]), k, e);
    out[i] = static_cast<T>(e);
  }
  for (; i < bars; ++i) out[i] = static_cast<T>(e);
  return e;
}

// At most block_bars bars, at least one. The incomplete window at the end takes its turn in the same loop: with a second
// copy of the loop's body the compiler keeps the filter in memory.
template <bool Long, typename T>
double ema_block(const T* x, T* out, size_t bars, const ema_factors& factors, double e) {
  const f64v pivot = broadcast(e);
  const f64v k = broadcast(factors.k);
  auto filter = window_filter<Long>::starting_from(0.0, factors);
  window averages{};
  for (size_t i = 0; i < bars; i += window_bars) {
    const bool whole = i + window_bars <= bars;
    const window now = whole ? load_window(x + i) : load_first_bars(x + i, bars - i);
    averages = multiply_add(filter.advance(now - pivot), k, pivot);
    if (whole)
      store_window(out + i, averages);
    else
      store_first_bars(out + i, averages, bars - i);
  }
  return lane(averages, (bars - 1) % window_bars);
}

template <typename T>
double ema_run(const T* x, T* out, size_t bars, const ema_factors& factors, double e) {
  constexpr bool is_double = sizeof(T) == sizeof(double);
  bool past_caches = false;
  if constexpr (is_double) past_caches = goes_past_caches(out, bars, 1);
  block_buffer buffer;
  while (bars != 0) {
    const size_t now = bars < block_bars ? bars : block_bars;
    T* to = out;
    if constexpr (is_double) to = past_caches ? buffer.begin() : out;
    const double before = e;
    if (is_finite(e))
      e = factors.rest != 0.0 ? ema_block<true>(x, to, now, factors, e) : ema_block<false>(x, to, now, factors, e);
    // A NaN, an infinity or an overflow spreads over whole windows and ends up in the last lane, so looking there is
    // enough; which bars it may touch, and as what, is for the recursion to say.
    if (!is_finite(e)) e = ema_exactly(x, to, now, factors.k, before);
    if constexpr (is_double)
      if (past_caches) copy_past_caches(to, out, now);
    x += now;
    out += now;
    bars -= now;
  }
  if (past_caches) finish_stores();
  return e;
}

template <typename T>
PYHFT_SIMD T* of_series(const strided<T>& row, size_t i) {
  return row.data + static_cast<ptrdiff_t>(i) * row.series;
}

template <typename T>
PYHFT_SIMD void next_row(strided<T>& row) {
  row.data += row.row;
}

template <typename T>
PYHFT_SIMD void next_series(strided<T>& row, size_t by) {
  row.data = of_series(row, by);
}

template <typename T>
void ema_rows(strided<const T> x, strided<T> out, size_t rows, size_t lanes, double k, double* e) {
  const f64v factor = broadcast(k);
  for (; rows != 0; --rows, next_row(x), next_row(out)) {
    size_t i = 0;
    for (; i + f64v::width <= lanes; i += f64v::width) {
      const f64v before = load(e + i);
      const f64v now = fused(load(x.data + i) - before, factor, before);
      store(e + i, now);
      store(out.data + i, now);
    }
    for (; i < lanes; ++i) {
      e[i] = ema_step(static_cast<double>(x.data[i]), k, e[i]);
      out.data[i] = static_cast<T>(e[i]);
    }
  }
}

// `Lanes` chains side by side hide each other's latency.
template <size_t Lanes, typename T>
void ema_interleaved(strided<const T> x, strided<T> out, size_t rows, double k, double* e) {
  double now[Lanes];
  for (size_t i = 0; i < Lanes; ++i) now[i] = e[i];
  for (; rows != 0; --rows, next_row(x), next_row(out)) {
#pragma GCC unroll 8
    for (size_t i = 0; i < Lanes; ++i) {
      now[i] = ema_step(static_cast<double>(*of_series(x, i)), k, now[i]);
      *of_series(out, i) = static_cast<T>(now[i]);
    }
  }
  for (size_t i = 0; i < Lanes; ++i) e[i] = now[i];
}

template <typename T>
void ema_columns(strided<const T> x, strided<T> out, size_t rows, size_t lanes, double k, double* e) {
  while (lanes != 0) {
    const size_t now = lanes >= 8 ? 8 : lanes >= 4 ? 4 : lanes >= 2 ? 2 : 1;
    if (now == 8)
      ema_interleaved<8>(x, out, rows, k, e);
    else if (now == 4)
      ema_interleaved<4>(x, out, rows, k, e);
    else if (now == 2)
      ema_interleaved<2>(x, out, rows, k, e);
    else
      ema_interleaved<1>(x, out, rows, k, e);
    next_series(x, now);
    next_series(out, now);
    e += now;
    lanes -= now;
  }
}

// As many vectors of lanes as stay in registers, for all rows; the others after them.
template <size_t Vectors>
void ema_periods_of(const double* x, strided<double> out, size_t rows, size_t lanes, const double* k, double* e) {
  f64v gains[Vectors], now[Vectors];
  const auto count = [lanes](size_t i) __attribute__((always_inline)) {
    return static_cast<ptrdiff_t>(lanes) - static_cast<ptrdiff_t>(i * f64v::width);
  };
#pragma GCC unroll 8
  for (size_t i = 0; i < Vectors; ++i) {
    gains[i] = load_first(k + i * f64v::width, count(i));
    now[i] = load_first(e + i * f64v::width, count(i));
  }
  for (size_t row = 0; row < rows; ++row, next_row(out)) {
    const f64v price = broadcast(x[row]);
#pragma GCC unroll 8
    for (size_t i = 0; i < Vectors; ++i) {
      now[i] = fused(price - now[i], gains[i], now[i]);
      store_first(out.data + i * f64v::width, now[i], count(i));
    }
  }
#pragma GCC unroll 8
  for (size_t i = 0; i < Vectors; ++i) store_first(e + i * f64v::width, now[i], count(i));
}

void ema_periods(const double* x, strided<double> out, size_t rows, size_t lanes, const double* k, double* e) {
  constexpr size_t most = 4 * f64v::width;
  while (lanes != 0) {
    const size_t now = lanes < most ? lanes : most;
    if (now <= f64v::width)
      ema_periods_of<1>(x, out, rows, now, k, e);
    else if (now <= 2 * f64v::width)
      ema_periods_of<2>(x, out, rows, now, k, e);
    else
      ema_periods_of<4>(x, out, rows, now, k, e);
    next_series(out, now);
    k += now;
    e += now;
    lanes -= now;
  }
}

}  // namespace
}  // namespace pyhft::kernels
