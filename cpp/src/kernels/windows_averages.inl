// SPDX-License-Identifier: MIT
// Compiled once per instruction set: the plain and weighted averages over a window.

namespace pyhft::kernels {
namespace {

// step(bar), for the vectors that cover all bars.
template <typename Step>
PYHFT_SIMD void for_vectors(const double* out, size_t bars, Step step) {
  for (ptrdiff_t bar = first_vector(out); bar < static_cast<ptrdiff_t>(bars); bar += width) step(bar);
}

// The average with weights that fall by one with a bar's age, for whole vectors.
class weighted_average {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept {
    return window<aged_sums>::scratch_doubles(period);
  }
  PYHFT_STATE weighted_average(int64_t period, workspace& memory) noexcept
      : window_(period, memory),
        period_(broadcast(static_cast<double>(period))),
        weights_(static_cast<double>(period) * static_cast<double>(period + 1) / 2.0) {}

  PYHFT_STATE f64v push(f64v x) noexcept {
    const aged_sums sums = window_.push({x, broadcast(0.0)});
    return weights_(multiply_add(period_, sums.plain, broadcast(0.0) - sums.aged));
  }

 private:
  window<aged_sums> window_;
  f64v period_;
  divider weights_;
};

}  // namespace

size_t PYHFT_ISA::sma_scratch(size_t, const double* p) {
  return window<sums<1>>::scratch_doubles(whole(p[0])) + workspace::slack;
}
void PYHFT_ISA::sma_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  workspace memory(scratch);
  window<sums<1>> total(whole(p[0]), memory);
  const divider by(p[0]);
  const series x(in[0], bars);
  const result to(out[0], static_cast<size_t>(whole(p[0])) - 1, bars);
  for_vectors(out[0], bars, [&](ptrdiff_t bar) __attribute__((always_inline)) {
    to.put(bar, by(total.push({x.at(bar)}).of[0]));
  });
}

size_t PYHFT_ISA::wma_scratch(size_t, const double* p) {
  return weighted_average::scratch_doubles(whole(p[0])) + workspace::slack;
}
void PYHFT_ISA::wma_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  workspace memory(scratch);
  weighted_average average(whole(p[0]), memory);
  const series x(in[0], bars);
  const result to(out[0], static_cast<size_t>(whole(p[0])) - 1, bars);
  for_vectors(out[0], bars,
              [&](ptrdiff_t bar) __attribute__((always_inline)) { to.put(bar, average.push(x.at(bar))); });
}

size_t PYHFT_ISA::trima_scratch(size_t, const double* p) {
  const int64_t period = whole(p[0]);
  return window<sums<1>>::scratch_doubles((period + 1) / 2) + window<sums<1>>::scratch_doubles(period / 2 + 1) +
         workspace::slack;
}
void PYHFT_ISA::trima_batch(const double* const* in, size_t bars, const double* p, double* const* out,
                            double* scratch) {
  const int64_t first = (whole(p[0]) + 1) / 2;
  const int64_t second = whole(p[0]) / 2 + 1;
  workspace memory(scratch);
  window<sums<1>> inner(first, memory);
  window<sums<1>> outer(second, memory);
  const divider by(static_cast<double>(first) * static_cast<double>(second));
  const series x(in[0], bars);
  const result to(out[0], static_cast<size_t>(whole(p[0])) - 1, bars);
  for_vectors(out[0], bars, [&](ptrdiff_t bar) __attribute__((always_inline)) {
    to.put(bar, by(outer.push(inner.push({x.at(bar)})).of[0]));
  });
}

size_t PYHFT_ISA::hma_scratch(size_t, const double* p) {
  const int64_t period = whole(p[0]);
  return weighted_average::scratch_doubles(period) + weighted_average::scratch_doubles(period / 2) +
         weighted_average::scratch_doubles(root_of_period(period)) + workspace::slack;
}
void PYHFT_ISA::hma_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const int64_t period = whole(p[0]);
  const int64_t root = root_of_period(period);
  if (period == 1) {
    memcpy(out[0], in[0], bars * sizeof(double));
    return;
  }
  workspace memory(scratch);
  weighted_average full(period, memory);
  weighted_average half(period / 2, memory);
  weighted_average last(root, memory);
  const series x(in[0], bars);
  const result to(out[0], static_cast<size_t>(period + root) - 2, bars);
  for_vectors(out[0], bars, [&](ptrdiff_t bar) __attribute__((always_inline)) {
    const f64v now = x.at(bar);
    const f64v doubled = half.push(now);
    to.put(bar, last.push(doubled + doubled - full.push(now)));
  });
}

}  // namespace pyhft::kernels
