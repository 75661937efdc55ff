// SPDX-License-Identifier: MIT
// Compiled once per instruction set: the line of least squares through a window, from the sum of x and the sum of x
// times its age, both of distances from a pivot. The pivot is a value of the series, as long as all values that meet in
// a window are within an eighth of it; a series without such a value, as one around 0, is taken as it is. So a result
// never has worse than the rounding errors of its own window, and for prices those of their changes.

namespace pyhft::kernels {
namespace {

class regression {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept { return aged_window::scratch_doubles(period); }

  PYHFT_STATE regression(const series& x, int64_t period, workspace& memory) noexcept
      : x_(x), window_(period, memory), period_(static_cast<ptrdiff_t>(period)) {}

  // use(from, count) for parts of the bars; from counts from `bar`, plain and aged from 0.
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

  tile plain;
  tile aged;

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
    double* const parts[] = {plain.bars, aged.bars};
    window_.push(count, values_to_age{x, pivot_}, parts);
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

// The line of a window: its value in the middle, above the pivot, and its slope.
struct fitted_line {
  f64v pivot;
  f64v mean;
  f64v slope;
};

// f(fitted_line) for every bar.
template <typename F>
PYHFT_SIMD void lines_of(const double* x, size_t bars, double period, double* out, double* scratch, F f) {
  workspace memory(scratch);
  regression line(series(x, bars), whole(period), memory);
  const f64v share = broadcast(1.0 / period);
  const f64v middle = broadcast((period - 1.0) * 0.5);
  const f64v scale = broadcast(12.0 / (period * (period * period - 1.0)));
  fill_tiles(out, static_cast<size_t>(whole(period)) - 1, bars,
             [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
               line.run(bar, count, [&](ptrdiff_t from, ptrdiff_t part) __attribute__((always_inline)) {
                 const f64v pivot = broadcast(line.pivot());
                 each_vector(
                     part, to + from,
                     [&](f64v plain, f64v aged) __attribute__((always_inline)) {
                       const f64v slope = multiply_add(middle, plain, broadcast(0.0) - aged) * scale;
                       return f(fitted_line{pivot, plain * share, slope});
                     },
                     line.plain.bars, line.aged.bars);
               });
             });
}

// The line's value `bars` after its middle.
PYHFT_SIMD f64v line_at(const fitted_line& line, double bars) {
  return multiply_add(line.slope, broadcast(bars), line.mean) + line.pivot;
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

void linearreg_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const double to_newest = (p[0] - 1.0) * 0.5;
  lines_of(in[0], bars, p[0], out[0], scratch,
           [&](const fitted_line& line) __attribute__((always_inline)) { return line_at(line, to_newest); });
}
void tsf_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const double to_next = (p[0] + 1.0) * 0.5;
  lines_of(in[0], bars, p[0], out[0], scratch,
           [&](const fitted_line& line) __attribute__((always_inline)) { return line_at(line, to_next); });
}
void intercept_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const double to_oldest = (1.0 - p[0]) * 0.5;
  lines_of(in[0], bars, p[0], out[0], scratch,
           [&](const fitted_line& line) __attribute__((always_inline)) { return line_at(line, to_oldest); });
}
void slope_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  lines_of(in[0], bars, p[0], out[0], scratch,
           [](const fitted_line& line) __attribute__((always_inline)) { return line.slope; });
}
void angle_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  lines_of(in[0], bars, p[0], out[0], scratch, [](const fitted_line& line) __attribute__((always_inline)) {
    return arc_tangent(line.slope) * broadcast(180.0 / 3.14159265358979323846);
  });
}

}  // namespace
}  // namespace pyhft::kernels
