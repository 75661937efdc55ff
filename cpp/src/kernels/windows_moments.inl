// SPDX-License-Identifier: MIT
// Compiled once per instruction set: variances and what else is made of squares over a window; two series have
// windows_pairs.inl.
//
// Squares are taken of distances from a pivot: a mean square less a squared mean has the digits of their difference
// only, and those are lost where the prices are far from the pivot against their spread. So the pivot is one of the
// series' own values, and the windows begin anew around another one on the first bar that has lost more than four
// digits. A window that holds the pivot has 1 / period of its mean square left at least, so that a pivot serves for a
// period or longer, whatever the series, and building anew costs no more than going on.
//
// Short windows are written out, each around its own newest bar.

namespace pyhft::kernels {
namespace {

// Of the newest bars: what a finish is given, vector by vector. Sums of distances from the pivot, and what the sums of
// their squares and products are above those of their means.
struct single_moments {
  f64v pivot;
  f64v sum;
  f64v squares;
};

constexpr int64_t longest_written_out = 2 * width;

PYHFT_SIMD f64v above_mean(f64v sum_x, f64v sum_y, f64v products, f64v share) {
  return multiply_add(broadcast(0.0) - sum_x * share, sum_y, products);
}

// A value of the series at `bar` to measure from, or what is measured from now.
template <typename Source>
PYHFT_SIMD double pivot_at(const Source& x, ptrdiff_t bar, double now) {
  const double candidate = x[bar < 0 ? 0 : bar];
  return candidate - candidate == 0.0 ? candidate : now;
}

// Distances from a pivot and their squares.
struct distances {
  const double* x;
  double pivot;
  PYHFT_STATE plain_sums<2> operator()(ptrdiff_t i) const noexcept {
    const f64v distance = load(x + i) - broadcast(pivot);
    return {{distance, distance * distance}};
  }
};

// Sums of distances in `sums`; in `squares` what the sums of their squares are above those of the mean's.
class pivoted {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept { return twin_window::scratch_doubles(period); }

  PYHFT_STATE pivoted(const series& x, int64_t period, workspace& memory) noexcept : x_(x), window_(period, memory) {}

  PYHFT_STATE void begin(ptrdiff_t bar) noexcept {
    pivot_ = pivot_at(x_, bar, pivot_);
    window_.clear();
  }
  PYHFT_STATE void take(ptrdiff_t bar, ptrdiff_t count) noexcept {
    tile copy;
    double* const totals[] = {sums.bars, squares.bars};
    window_.push(count, distances{x_.at(bar, count, copy), pivot_}, totals);
  }
  PYHFT_STATE ptrdiff_t settle(ptrdiff_t count, f64v share, f64v least) noexcept {
    ptrdiff_t lost = count;
    for (ptrdiff_t i = count - width; i >= 0; i -= width) {
      const f64v sum = load(sums.bars + i);
      const f64v square = load(squares.bars + i);
      const f64v left = above_mean(sum, sum, square, share);
      if (any(least * square > left)) [[unlikely]]
        lost = i;
      store(squares.bars + i, left);
    }
    return lost;
  }
  PYHFT_STATE double pivot() const noexcept { return pivot_; }

  tile sums;
  tile squares;

 private:
  series x_;
  double pivot_ = 0.0;
  window<plain_sums<2>> window_;
};

// Steps through the bars so that no result has lost digits. Windows has begin(bar), take(bar, count) and
// settle(count, share, least), the latter for the last `count` bars taken.
template <typename Windows>
class careful {
 public:
  template <typename... Arguments>
  PYHFT_STATE explicit careful(int64_t period, Arguments&... arguments) noexcept
      : windows_(arguments...),
        period_(static_cast<ptrdiff_t>(period)),
        share_(broadcast(1.0 / static_cast<double>(period))),
        least_(broadcast(period < 5000 ? 1e-4 : 0.5 / static_cast<double>(period))) {
    windows_.begin(0);
  }

  // use(from, count) for parts of the bars; from counts from `bar`, the windows' results from 0.
  template <typename Use>
  PYHFT_STATE void run(ptrdiff_t bar, ptrdiff_t count, Use use) noexcept {
    ptrdiff_t done = 0;
    while (done < count) {
      ptrdiff_t step = count - done < step_ ? count - done : step_;
      windows_.take(bar + done, step);
      const ptrdiff_t settled = windows_.settle(step, share_, least_);
      if (settled < step) [[unlikely]] {
        if (settled > 0) {
          use(done, settled);
          done += settled;
        }
        begin_anew(bar + done);
        step = width;
        windows_.take(bar + done, step);
        windows_.settle(step, share_, least_);
        step_ = 2 * width;
      } else if (step == step_ && step_ < tile_bars) {
        step_ = 2 * step_ < tile_bars ? 2 * step_ : tile_bars;
      }
      use(done, step);
      done += step;
    }
  }

  PYHFT_STATE Windows& windows() noexcept { return windows_; }

 private:
  PYHFT_STATE void begin_anew(ptrdiff_t bar) noexcept {
    windows_.begin(bar);
    ptrdiff_t from = bar - (period_ + width - 2) / width * width;
    if (from < -width) from = bar - (bar + width) / width * width;
    for (; from < bar; from += tile_bars) windows_.take(from, bar - from < tile_bars ? bar - from : tile_bars);
  }

  Windows windows_;
  ptrdiff_t period_;
  ptrdiff_t step_ = tile_bars;
  f64v share_;
  f64v least_;
};

// finish(result, moments) writes one vector.
template <typename Finish>
PYHFT_SIMD void single_moments_of(const series& x, size_t bars, int64_t period, double* scratch, Finish finish) {
  const f64v share = broadcast(1.0 / static_cast<double>(period));
  if (period <= longest_written_out) {
    for_tiles(bars, [&](ptrdiff_t bar, ptrdiff_t count) __attribute__((always_inline)) {
      alignas(vector_bytes) double copy[tile_bars + longest_written_out];
      const double* at = x.at(bar - longest_written_out, count + longest_written_out, copy) + longest_written_out;
      finish.begin(bar, count);
      for (ptrdiff_t i = 0; i < count; i += width) {
        const f64v newest = load(at + i);
        // 0, but NaN where the newest bar isn't finite, which a window of one bar would not show otherwise.
        f64v sum = newest - newest;
        f64v squares = broadcast(0.0);
        for (ptrdiff_t age = 1; age < period; ++age) {
          const f64v distance = load(at + i - age) - newest;
          sum = sum + distance;
          squares = multiply_add(distance, distance, squares);
        }
        finish.put(i, {newest, sum, above_mean(sum, sum, squares, share)});
      }
      finish.end(bar, count);
    });
    return;
  }
  workspace memory(scratch);
  careful<pivoted> moments(period, x, period, memory);
  for_tiles(bars, [&](ptrdiff_t bar, ptrdiff_t count) __attribute__((always_inline)) {
    finish.begin(bar, count);
    moments.run(bar, count, [&](ptrdiff_t from, ptrdiff_t part) __attribute__((always_inline)) {
      const auto& now = moments.windows();
      const f64v pivot = broadcast(now.pivot());
      for (ptrdiff_t i = 0; i < part; i += width)
        finish.put(from + i, {pivot, load(now.sums.bars + i), load(now.squares.bars + i)});
    });
    finish.end(bar, count);
  });
}

// A finish that writes f(moments) to one output.
template <typename Moments, typename F>
class one_result {
 public:
  PYHFT_STATE one_result(double* out, size_t lookback, size_t bars, F f) noexcept
      : result_(out, lookback, bars), f_(f) {}
  PYHFT_STATE void begin(ptrdiff_t bar, ptrdiff_t count) noexcept { to_ = result_.at(bar, count); }
  PYHFT_STATE void put(ptrdiff_t at, const Moments& moments) noexcept { store(to_ + at, f_(moments)); }
  PYHFT_STATE void end(ptrdiff_t bar, ptrdiff_t count) noexcept { result_.done(bar, count); }

 private:
  result result_;
  F f_;
  double* to_ = nullptr;
};

// 0 for what rounding left below it; NaN stays.
PYHFT_SIMD f64v not_below_zero(f64v x) { return larger(broadcast(0.0), x); }

size_t moments_scratch(size_t, const double* p) { return pivoted::scratch_doubles(whole(p[0])) + workspace::slack; }

void var_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const divider by(p[0]);
  const auto value = [&](const single_moments& m)
                         __attribute__((always_inline)) { return by(not_below_zero(m.squares)); };
  single_moments_of(
      series(in[0], bars), bars, whole(p[0]), scratch,
      one_result<single_moments, decltype(value)>(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, value));
}

void stddev_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const f64v share = broadcast(1.0 / p[0]);
  const f64v factor = broadcast(p[1]);
  const auto value = [&](const single_moments& m) __attribute__((always_inline)) {
    return square_root(not_below_zero(m.squares) * share) * factor;
  };
  single_moments_of(
      series(in[0], bars), bars, whole(p[0]), scratch,
      one_result<single_moments, decltype(value)>(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, value));
}

// Bands around the mean of the window, or around an average that stands in the middle output already.
template <bool AroundMean>
class bands_result {
 public:
  PYHFT_STATE bands_result(double* const* out, const double* p, size_t lookback, size_t bars) noexcept
      : upper_(out[0], lookback, bars),
        middle_(out[1], lookback, bars),
        lower_(out[2], lookback, bars),
        given_(out[1], bars),
        share_(broadcast(1.0 / p[0])),
        up_(broadcast(p[1])),
        down_(broadcast(p[2])) {}
  PYHFT_STATE void begin(ptrdiff_t bar, ptrdiff_t count) noexcept {
    to_[0] = upper_.at(bar, count);
    if constexpr (AroundMean)
      to_[1] = middle_.at(bar, count);
    else
      from_ = given_.at(bar, count, copy_);
    to_[2] = lower_.at(bar, count);
  }
  PYHFT_STATE void put(ptrdiff_t at, const single_moments& m) noexcept {
    const f64v middle = AroundMean ? multiply_add(m.sum, share_, m.pivot) : load(from_ + at);
    const f64v deviation = square_root(not_below_zero(m.squares) * share_);
    store(to_[0] + at, multiply_add(deviation, up_, middle));
    if constexpr (AroundMean) store(to_[1] + at, middle);
    store(to_[2] + at, multiply_add(broadcast(0.0) - deviation, down_, middle));
  }
  PYHFT_STATE void end(ptrdiff_t bar, ptrdiff_t count) noexcept {
    upper_.done(bar, count);
    if constexpr (AroundMean) middle_.done(bar, count);
    lower_.done(bar, count);
  }

 private:
  result upper_;
  result middle_;
  result lower_;
  series given_;
  f64v share_;
  f64v up_;
  f64v down_;
  double* to_[3] = {};
  const double* from_ = nullptr;
  tile copy_;
};

size_t bbands_scratch(size_t bars, const double* p) {
  const size_t of_average = PYHFT_ISA::average_scratch(average_of(p[3], average::sma), whole(p[0]), bars);
  const size_t of_deviation = moments_scratch(bars, p);
  return of_average > of_deviation ? of_average : of_deviation;
}
void bbands_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const average kind = average_of(p[3], average::sma);
  const int64_t period = whole(p[0]);
  const auto lookback = static_cast<size_t>(lookback_of_bands(kind, period));
  const series x(in[0], bars);
  if (kind == average::sma)
    return single_moments_of(x, bars, period, scratch, bands_result<true>(out, p, lookback, bars));
  PYHFT_ISA::run_average(kind, period, in[0], bars, out[1], scratch);
  single_moments_of(x, bars, period, scratch, bands_result<false>(out, p, lookback, bars));
}

}  // namespace
}  // namespace pyhft::kernels
