// SPDX-License-Identifier: MIT
// Compiled once per instruction set: the plain and weighted averages over a window.

namespace pyhft::kernels {
namespace {

// The average with weights that fall by one with a bar's age.
class weighted_average {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept { return aged_window::scratch_doubles(period); }
  PYHFT_STATE weighted_average(int64_t period, workspace& memory) noexcept
      : window_(period, memory, static_cast<double>(period)),
        weights_(static_cast<double>(period) * static_cast<double>(period + 1) / 2.0) {}

  // As window::push.
  PYHFT_STATE void push(ptrdiff_t count, const double* bars, double* averages) noexcept {
    window_.push(count, values_to_age{bars, 0.0}, &averages);
    each_vector(count, averages, [&](f64v sum) __attribute__((always_inline)) { return weights_(sum); }, averages);
  }

 private:
  aged_window window_;
  divider weights_;
};

}  // namespace

size_t PYHFT_ISA::sma_scratch(size_t, const double* p) {
  return plain_window::scratch_doubles(whole(p[0])) + workspace::slack;
}
void PYHFT_ISA::sma_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  workspace memory(scratch);
  plain_window total(whole(p[0]), memory);
  const divider by(p[0]);
  const series x(in[0], bars);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copy;
    total.push(count, x.at(bar, count, copy), to);
    each_vector(count, to, [&](f64v sum) __attribute__((always_inline)) { return by(sum); }, to);
  };
  fill_tiles(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, step);
}

namespace {

size_t sum_scratch(size_t, const double* p) { return plain_window::scratch_doubles(whole(p[0])) + workspace::slack; }
void sum_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  workspace memory(scratch);
  plain_window total(whole(p[0]), memory);
  const series x(in[0], bars);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copy;
    total.push(count, x.at(bar, count, copy), to);
  };
  fill_tiles(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, step);
}

}  // namespace

size_t PYHFT_ISA::wma_scratch(size_t, const double* p) {
  return weighted_average::scratch_doubles(whole(p[0])) + workspace::slack;
}
void PYHFT_ISA::wma_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  workspace memory(scratch);
  weighted_average average(whole(p[0]), memory);
  const series x(in[0], bars);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copy;
    average.push(count, x.at(bar, count, copy), to);
  };
  fill_tiles(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, step);
}

size_t PYHFT_ISA::trima_scratch(size_t, const double* p) {
  const int64_t period = whole(p[0]);
  return plain_window::scratch_doubles((period + 1) / 2) + plain_window::scratch_doubles(period / 2 + 1) +
         workspace::slack;
}
void PYHFT_ISA::trima_batch(const double* const* in, size_t bars, const double* p, double* const* out,
                            double* scratch) {
  const int64_t first = (whole(p[0]) + 1) / 2;
  const int64_t second = whole(p[0]) / 2 + 1;
  workspace memory(scratch);
  plain_window inner(first, memory);
  plain_window outer(second, memory);
  const divider by(static_cast<double>(first) * static_cast<double>(second));
  const series x(in[0], bars);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copy;
    inner.push(count, x.at(bar, count, copy), to);
    outer.push(count, to, to);
    each_vector(count, to, [&](f64v sum) __attribute__((always_inline)) { return by(sum); }, to);
  };
  fill_tiles(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, step);
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
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copy;
    tile slow;
    const double* now = x.at(bar, count, copy);
    full.push(count, now, slow.bars);
    half.push(count, now, to);
    each_vector(
        count, to, [](f64v fast, f64v late) __attribute__((always_inline)) { return fast + fast - late; }, to,
        slow.bars);
    last.push(count, to, to);
  };
  fill_tiles(out[0], static_cast<size_t>(period + root) - 2, bars, step);
}

}  // namespace pyhft::kernels
