// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after window_body.inl and past_caches.inl: blocks of block_bars bars inside the first-level cache. Where
// several filters would share the registers, each takes the block in a loop of its own.

namespace pyhft::kernels {
namespace {

// How a step over the vectors of some bars reads and writes: all lanes, or the first ones at the end.
struct all_lanes {
  PYHFT_STATE f64v from(const double* x) const { return load(x); }
  PYHFT_STATE void to(double* out, f64v value) const { store(out, value); }
};
struct some_lanes {
  ptrdiff_t count;
  PYHFT_STATE f64v from(const double* x) const { return load_first(x, count); }
  PYHFT_STATE void to(double* out, f64v value) const { store_first(out, value, count); }
};

// step(bar, lanes) for the bars [from, to).
template <typename Step>
PYHFT_SIMD void for_bars(size_t from, size_t to, Step step) {
  size_t bar = from;
  for (; bar + f64v::width <= to; bar += f64v::width) step(bar, all_lanes{});
  if (bar < to) step(bar, some_lanes{static_cast<ptrdiff_t>(to - bar)});
}

// The windows begin one window in, so that a bar may look back. The size keeps what is read from one buffer half a page
// away from what was just written to the next: a processor that compares the last bits of addresses first would wait.
struct alignas(64) block_buffer {
  double values[block_bars + 256];
  [[gnu::always_inline]] double* begin() { return values + window_bars; }
  [[gnu::always_inline]] const double* begin() const { return values + window_bars; }
};

PYHFT_SIMD size_t windows_of(size_t bars) { return (bars + window_bars - 1) / window_bars; }

// One stage over whole windows, from its value before them; z may be s.
template <bool Long>
PYHFT_SIMD void filter_windows_of(const double* z, double* s, size_t windows, const ema_factors& factors,
                                  double before) {
  auto filter = window_filter<Long>::starting_from(before, factors);
  for (size_t i = 0; i < windows; ++i)
    store_window(s + i * window_bars, filter.advance(load_window(z + i * window_bars)));
}
PYHFT_SIMD void filter_windows(const double* z, double* s, size_t windows, const ema_factors& factors, double before) {
  if (factors.rest != 0.0)
    filter_windows_of<true>(z, s, windows, factors, before);
  else
    filter_windows_of<false>(z, s, windows, factors, before);
}

// The first stage: of the distances of a block's bars from the pivot. What stands in the rest of the last window is
// nobody's.
template <bool Long, typename T>
PYHFT_SIMD void filter_distances_of(const T* x, size_t bars, double pivot, double* s, const ema_factors& factors,
                                    double before) {
  auto filter = window_filter<Long>::starting_from(before, factors);
  const f64v by = broadcast(pivot);
  for (size_t i = 0; i < bars; i += window_bars) {
    const window now = i + window_bars <= bars ? load_window(x + i) : load_first_bars(x + i, bars - i);
    store_window(s + i, filter.advance(now - by));
  }
}
template <typename T>
PYHFT_SIMD void filter_distances(const T* x, size_t bars, double pivot, block_buffer& s, const ema_factors& factors,
                                 double before) {
  if (factors.rest != 0.0)
    filter_distances_of<true>(x, bars, pivot, s.begin(), factors, before);
  else
    filter_distances_of<false>(x, bars, pivot, s.begin(), factors, before);
}

// A part of a result that goes past the caches, computed in `from`. finish_stores() is for whoever is done.
PYHFT_SIMD void copy_past_caches(const double* from, double* to, size_t bars) {
  constexpr size_t bytes = sizeof(f64v::v);
  const size_t before = (bytes - reinterpret_cast<uintptr_t>(to) % bytes) % bytes / sizeof(double);
  size_t i = before < bars ? before : bars;
  store_first(to, load(from), static_cast<ptrdiff_t>(i));
  for (; i + f64v::width <= bars; i += f64v::width) store_past_caches(to + i, load(from + i));
  if (i < bars) store_first(to + i, load(from + i), static_cast<ptrdiff_t>(bars - i));
}
}  // namespace
}  // namespace pyhft::kernels
