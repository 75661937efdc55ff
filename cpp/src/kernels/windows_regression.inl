// SPDX-License-Identifier: MIT
// Compiled once per instruction set: the line of least squares through a window. Its slope, and its value anywhere, are
// sums of the window's bars with weights that fall evenly with their age. The sums are of distances from a pivot, a
// value of the series, as long as all values that meet in a window are within an eighth of it; a series without such a
// value, as one around 0, is taken as it is. So a result never has worse than the rounding errors of its own window,
// and for prices those of their changes.

namespace pyhft::kernels {
namespace {

class regression {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept { return aged_window::scratch_doubles(period); }

  PYHFT_STATE regression(const series& x, int64_t period, workspace& memory, double top) noexcept
      : x_(x), window_(period, memory, top), period_(static_cast<ptrdiff_t>(period)) {}

  // use(from, count) for parts of the bars; from counts from `bar`, the sums from 0.
  template <typename Use>
  PYHFT_STATE void run(ptrdiff_t bar, ptrdiff_t count, Use use) noexcept {
    ptrdiff_t done = 0;
    while (done < count) {
      if (!has_pivot_ && bar + done >= retry_) [[unlikely]]
        look_for_pivot(bar + done);
      ptrdiff_t part = take(bar + done, count - done);
      if (part == 0) [[unlikely]] {
        look_for_pivot(bar + done);
        part = take(bar + done, count - done);
      }
      use(done, part);
      done += part;
    }
  }

  PYHFT_STATE double pivot() const noexcept { return pivot_; }

  tile sums;

 private:
  static constexpr double reach = 0.125;

  // As many of the bars as are near the pivot.
  PYHFT_STATE ptrdiff_t take(ptrdiff_t bar, ptrdiff_t count) noexcept {
    tile copy;
    const double* x = x_.at(bar, count, copy, pivot_);
    const f64v pivot = broadcast(pivot_);
    const f64v most = broadcast(reach * __builtin_fabs(pivot_));
    ptrdiff_t near = has_pivot_ ? 0 : count;
    while (near < count && !any(absolute(load(x + near) - pivot) > most)) near += width;
    if (near > 0) push(near, x);
    return near;
  }

  PYHFT_STATE void push(ptrdiff_t count, const double* x) noexcept {
    double* const totals[] = {sums.bars};
    window_.push(count, values_to_age{x, pivot_}, totals);
  }

  // Begins anew around the value at `bar` if all that its windows hold is near it, else around 0 for a while.
  PYHFT_STATE void look_for_pivot(ptrdiff_t bar) noexcept {
    const double candidate = x_[bar < 0 ? 0 : bar];
    const ptrdiff_t from = first_of_windows(bar);
    const bool found = candidate != 0.0 && all_near(candidate, from, bar + width);
    retry_ = bar + (period_ < 2 * tile_bars ? 2 * tile_bars : period_ + width) / width * width;
    if (!found && !has_pivot_ && begun_) return;
    begun_ = true;
    has_pivot_ = found;
    pivot_ = found ? candidate : 0.0;
    window_.clear();
    for (ptrdiff_t at = from; at < bar; at += tile_bars) {
      tile copy;
      const ptrdiff_t count = bar - at < tile_bars ? bar - at : tile_bars;
      push(count, x_.at(at, count, copy, pivot_));
    }
  }

  PYHFT_STATE ptrdiff_t first_of_windows(ptrdiff_t bar) const noexcept {
    const ptrdiff_t from = bar - (period_ + width - 2) / width * width;
    return from < -width ? bar - (bar + width) / width * width : from;
  }

  PYHFT_STATE bool all_near(double candidate, ptrdiff_t from, ptrdiff_t to) const noexcept {
    const f64v pivot = broadcast(candidate);
    const f64v most = broadcast(reach * __builtin_fabs(candidate));
    for (ptrdiff_t at = from; at < to; at += width) {
      double copy[f64v::width];
      const f64v x = load(x_.at(at, width, copy, candidate));
      if (!every(most >= absolute(x - pivot))) return false;
    }
    return true;
  }

  series x_;
  aged_window window_;
  ptrdiff_t period_;
  ptrdiff_t retry_ = -width;
  double pivot_ = 0.0;
  bool has_pivot_ = false;
  bool begun_ = false;
};

// What the line of the last `period` bars gives: weight * (sum of (top - age) * x), plus the pivot where it is a price.
struct line_weights {
  double weight;
  double top;
  bool is_price;
};

PYHFT_SIMD line_weights slope_of_line(double period) {
  return {12.0 / (period * (period * period - 1.0)), (period - 1.0) * 0.5, false};
}
// The value `bars` after the window's middle: the mean, and the slope times the distance.
PYHFT_SIMD line_weights value_of_line(double period, double bars) {
  const line_weights slope = slope_of_line(period);
  const double weight = slope.weight * bars;
  return {weight, slope.top + 1.0 / (period * weight), true};
}

// f(what the line gives) for every bar.
template <typename F>
PYHFT_SIMD void lines_of(const double* x, size_t bars, double period, double* out, double* scratch, line_weights give,
                         F f) {
  workspace memory(scratch);
  regression line(series(x, bars), whole(period), memory, give.top);
  const f64v weight = broadcast(give.weight);
  fill_tiles(out, static_cast<size_t>(whole(period)) - 1, bars,
             [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
               line.run(bar, count, [&](ptrdiff_t from, ptrdiff_t part) __attribute__((always_inline)) {
                 const f64v pivot = broadcast(give.is_price ? line.pivot() : 0.0);
                 each_vector(
                     part, to + from,
                     [&](f64v sum) __attribute__((always_inline)) { return f(multiply_add(weight, sum, pivot)); },
                     line.sums.bars);
               });
             });
}

PYHFT_SIMD f64v arc_tangent(f64v x) {
#if defined(PYHFT_ISA_AVX2) || defined(PYHFT_ISA_AVX512)
  return vector_atan(x);
#else
  double lanes[f64v::width];
  store(lanes, x);
  for (double& lane : lanes) lane = __builtin_atan(lane);
  return load(lanes);
#endif
}

size_t regression_scratch(size_t, const double* p) {
  return regression::scratch_doubles(whole(p[0])) + workspace::slack;
}

void lines_as_they_are(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch,
                       line_weights give) {
  lines_of(in[0], bars, p[0], out[0], scratch, give, [](f64v value) __attribute__((always_inline)) { return value; });
}
void linearreg_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  lines_as_they_are(in, bars, p, out, scratch, value_of_line(p[0], (p[0] - 1.0) * 0.5));
}
void tsf_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  lines_as_they_are(in, bars, p, out, scratch, value_of_line(p[0], (p[0] + 1.0) * 0.5));
}
void intercept_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  lines_as_they_are(in, bars, p, out, scratch, value_of_line(p[0], (1.0 - p[0]) * 0.5));
}
void slope_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  lines_as_they_are(in, bars, p, out, scratch, slope_of_line(p[0]));
}
void angle_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  lines_of(in[0], bars, p[0], out[0], scratch, slope_of_line(p[0]), [](f64v slope) __attribute__((always_inline)) {
    return arc_tangent(slope) * broadcast(180.0 / 3.14159265358979323846);
  });
}

}  // namespace
}  // namespace pyhft::kernels
