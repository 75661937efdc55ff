// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after past_caches.inl: a function of vectors over whole series.

namespace pyhft::kernels {
namespace {

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

// From `bar` on, where the output is aligned, while `Vectors` whole vectors fit before `end`; the bar that comes next.
// All of them are loaded before any is stored: a load stalls behind a store to the same offset in another page, and
// large arrays share theirs.
template <auto Function, bool PastCaches, size_t Vectors>
PYHFT_SIMD size_t each_vector(const double* const* in, size_t bar, size_t end, double* out) {
  constexpr size_t width = f64v::width;
  for (; bar + Vectors * width <= end; bar += Vectors * width) {
    f64v results[Vectors];
#pragma GCC unroll 4
    for (size_t i = 0; i < Vectors; ++i) results[i] = apply_at<Function>(in, bar + i * width);
#pragma GCC unroll 4
    for (size_t i = 0; i < Vectors; ++i) {
      if constexpr (PastCaches)
        store_past_caches(out + bar + i * width, results[i]);
      else
        store(out + bar + i * width, results[i]);
    }
  }
  return bar;
}

// At least one bar; the first and the last vector may do some bars for the second time. `Vectors` and `VectorsBeyond` of
// them are done at once in and beyond the caches.
template <auto Function, size_t Vectors, size_t VectorsBeyond>
PYHFT_SIMD void each_bar(const double* const* in, size_t bars, double* out) {
  constexpr size_t width = f64v::width;
  if (bars < width) return each_of_few<Function>(in, bars, out);
  store(out, apply_at<Function>(in, 0));
  size_t bar = width - reinterpret_cast<uintptr_t>(out) / sizeof(double) % width;
  if (goes_past_caches(out, bars, 1)) {
    bar = each_vector<Function, true, VectorsBeyond>(in, bar, bars, out);
    finish_stores();
  } else if (is_beyond_caches(bars, 1)) {
    bar = each_vector<Function, false, VectorsBeyond>(in, bar, bars, out);
  } else {
    bar = each_vector<Function, false, Vectors>(in, bar, bars, out);
  }
  if constexpr (Vectors != 1 || VectorsBeyond != 1) bar = each_vector<Function, false, 1>(in, bar, bars, out);
  if (bar < bars) store(out + bars - width, apply_at<Function>(in, bars - width));
}

#if defined(PYHFT_ISA_AVX512)
// The same of AVX2; null for what isn't in the table.
PYHFT_SIMD batch_function narrower(batch_function batch) {
  for (size_t i = 0; i < avx512::pointwise.count; ++i)
    if (avx512::pointwise.first[i].batch == batch) return avx2::pointwise.first[i].batch;
  return nullptr;
}
#endif

// Of a few operations.
template <auto Function>
void pointwise_batch(const double* const* in, size_t bars, [[maybe_unused]] const double* p, double* const* out,
                     [[maybe_unused]] double* scratch) {
#if defined(PYHFT_ISA_AVX512)
  // A vector as wide as a line of the cache claims it without a look at the caches, where the kernel has just cleared new
  // memory: vectors of half the width are a twentieth faster there.
  if (is_beyond_caches(bars, 1) && !is_used(out[0] + bars / 2))
    if (const batch_function faster = narrower(pointwise_batch<Function>)) return faster(in, bars, p, out, scratch);
#endif
  each_bar<Function, 4, 1>(in, bars, out[0]);
}

// Of many operations, which need all registers for one vector.
template <auto Function>
void elementary_batch(const double* const* in, size_t bars, const double*, double* const* out, double*) {
  each_bar<Function, 1, 1>(in, bars, out[0]);
}

// Function of each bar and the one p[0] bars before it.
template <auto Function>
void lag_batch(const double* const* in, size_t bars, const double* p, double* const* out, double*) {
  const size_t lag = static_cast<size_t>(p[0]);
  const double* const both[] = {in[0] + lag, in[0]};
  each_bar<Function, 4, 4>(both, bars - lag, out[0] + lag);
}

}  // namespace
}  // namespace pyhft::kernels
