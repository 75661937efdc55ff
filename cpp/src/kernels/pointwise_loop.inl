// SPDX-License-Identifier: MIT
// Compiled once per instruction set: a function of vectors over whole series.

namespace pyhft::kernels {
namespace {

// From here on the results go past the caches, which have no room for them.
constexpr size_t bars_beyond_caches = size_t{1} << 21;

template <typename... X>
constexpr size_t arity(f64v (*)(X...)) {
  return sizeof...(X);
}

// Function of the series from `bar` on.
template <auto Function, typename... Loaded>
PYHFT_SIMD f64v apply_at(const double* const* in, size_t bar, Loaded... loaded) {
  if constexpr (sizeof...(Loaded) == arity(Function))
    return Function(loaded...);
  else
    return apply_at<Function>(in, bar, loaded..., load(in[sizeof...(Loaded)] + bar));
}

// The bars of less than one vector. The other lanes repeat the first bar.
template <auto Function>
PYHFT_SIMD void each_of_few(const double* const* in, size_t bars, double* out) {
  constexpr size_t inputs = arity(Function);
  double lanes[inputs][f64v::width];
  const double* rows[inputs];
  for (size_t i = 0; i < inputs; ++i) {
    for (size_t bar = 0; bar < f64v::width; ++bar) lanes[i][bar] = in[i][bar < bars ? bar : 0];
    rows[i] = lanes[i];
  }
  double results[f64v::width];
  store(results, apply_at<Function>(rows, 0));
  memcpy(out, results, bars * sizeof(double));
}

// At least one bar.
template <auto Function>
PYHFT_SIMD void each_bar(const double* const* in, size_t bars, double* out) {
  constexpr size_t width = f64v::width;
  if (bars < width) return each_of_few<Function>(in, bars, out);
  // The last vector may do some bars for the second time.
  const size_t last = bars - width;
  size_t bar = 0;
  if (bars >= bars_beyond_caches) {
    store(out, apply_at<Function>(in, 0));
    bar = width - reinterpret_cast<uintptr_t>(out) / sizeof(double) % width;
    for (; bar < last; bar += width) store_past_caches(out + bar, apply_at<Function>(in, bar));
    finish_stores();
  } else {
    for (; bar < last; bar += width) store(out + bar, apply_at<Function>(in, bar));
  }
  store(out + last, apply_at<Function>(in, last));
}

template <auto Function>
void pointwise_batch(const double* const* in, size_t bars, const double*, double* const* out, double*) {
  each_bar<Function>(in, bars, out[0]);
}

// Function of each bar and the one p[0] bars before it.
template <auto Function>
void lag_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const size_t lag = static_cast<size_t>(p[0]);
  const double* const both[] = {in[0] + lag, in[0]};
  each_bar<Function>(both, bars - lag, out[0] + lag);
}

}  // namespace
}  // namespace pyhft::kernels
