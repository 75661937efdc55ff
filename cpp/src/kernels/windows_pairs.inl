// SPDX-License-Identifier: MIT
// Compiled once per instruction set: correlation and beta, of two series over a window. As in windows_moments.inl, with
// which this is compiled, squares are taken of distances from a pivot, and short windows are written out.
//
// Two series take five sums, for which windows put together would take too long: they are differences of sums that begin
// anew, around another pivot, after a few hundred bars, and wherever a window has lost more than four digits of them.

namespace pyhft::kernels {
namespace {

// The changes from bar to bar as shares of the bar before, 0 where that is 0; a series by tiles.
class returns {
 public:
  PYHFT_STATE explicit returns(const series& prices) noexcept : prices_(prices) {}

  PYHFT_STATE const double* at(ptrdiff_t bar, ptrdiff_t count, double* copy) const noexcept {
    for (ptrdiff_t i = 0; i < count; i += width) {
      double edges[2][f64v::width];
      const f64v before = load(prices_.at(bar + i - 1, width, edges[0]));
      const f64v now = load(prices_.at(bar + i, width, edges[1]));
      store(copy + i, choose(before == broadcast(0.0), broadcast(0.0), (now - before) / before));
    }
    return copy;
  }
  PYHFT_STATE double operator[](ptrdiff_t bar) const noexcept { return simple_return(prices_[bar - 1], prices_[bar]); }

 private:
  series prices_;
};

// Of the newest bars, as single_moments: what the sums of squares and products are above those of the means.
struct pair_moments {
  f64v squares_x;
  f64v squares_y;
  f64v products;
};

struct both_bars {
  f64v x;
  f64v y;
};

// Around the newest bars; bars(age) are those before them.
template <typename Bars>
PYHFT_SIMD pair_moments written_out(int64_t period, f64v share, Bars bars) {
  const both_bars newest = bars(0);
  const f64v zero = broadcast(0.0);
  f64v sum_x = zero, sum_y = zero, squares_x = zero, squares_y = zero, products = zero;
  for (ptrdiff_t age = 1; age < period; ++age) {
    const both_bars now = bars(age);
    const f64v dx = now.x - newest.x;
    const f64v dy = now.y - newest.y;
    sum_x = sum_x + dx;
    sum_y = sum_y + dy;
    squares_x = multiply_add(dx, dx, squares_x);
    squares_y = multiply_add(dy, dy, squares_y);
    products = multiply_add(dx, dy, products);
  }
  return {above_mean(sum_x, sum_x, squares_x, share), above_mean(sum_y, sum_y, squares_y, share),
          above_mean(sum_x, sum_y, products, share)};
}

// The moments of two series over windows of `period` bars, as differences of sums over all bars since these began.
template <typename Source>
class pair_sums {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept {
    return static_cast<size_t>(sums) * room_of(static_cast<ptrdiff_t>(period));
  }

  PYHFT_STATE pair_sums(const Source& x, const Source& y, int64_t period, workspace& memory) noexcept
      : x_(x),
        y_(y),
        period_(static_cast<ptrdiff_t>(period)),
        share_(broadcast(1.0 / static_cast<double>(period))),
        least_(broadcast(period < 5000 ? 1e-4 : 0.5 / static_cast<double>(period))) {
    for (double*& sum : sums_) sum = memory.take(room_of(period_)) + width;
    begin(0);
  }

  // finish.put(i, moments) for `count` bars from `bar` on, which follow those before.
  template <typename Finish>
  PYHFT_STATE void run(ptrdiff_t bar, ptrdiff_t count, Finish& finish) noexcept {
    for (ptrdiff_t done = 0; done < count;) {
      ptrdiff_t step = count - done < step_ ? count - done : step_;
      if (bar + done + step - from_ > stretch_of(period_) + lead_of(period_)) begin(bar + done);
      fill(bar + done, step);
      const ptrdiff_t good = give(bar + done, step, done, finish);
      done += good;
      if (good == step) {
        if (step == step_ && step_ < longest_step) step_ = 2 * step_;
        continue;
      }
      // Sums that begin here may still be too large for the last of these windows.
      finish.put(done, written_out(period_, share_, [&](ptrdiff_t age) __attribute__((always_inline)) {
                   double edges[2][f64v::width];
                   return both_bars{load(x_.at(bar + done - age, width, edges[0])),
                                    load(y_.at(bar + done - age, width, edges[1]))};
                 }));
      done += width;
      begin(bar + done);
      step_ = 4 * width;
    }
  }

 private:
  static constexpr int sums = 5;
  static constexpr ptrdiff_t longest_step = 128;

  PYHFT_STATE static ptrdiff_t lead_of(ptrdiff_t period) noexcept { return (period - 1 + width - 1) / width * width; }
  PYHFT_STATE static ptrdiff_t stretch_of(ptrdiff_t period) noexcept {
    return period < 256 ? 512 : (2 * period + width - 1) / width * width;
  }
  PYHFT_STATE static size_t room_of(ptrdiff_t period) noexcept {
    return static_cast<size_t>(width + lead_of(period) + stretch_of(period));
  }

  // Sums that hold nothing but the window before `bar`, around the values there.
  PYHFT_STATE void begin(ptrdiff_t bar) noexcept {
    pivot_x_ = pivot_at(x_, bar, pivot_x_);
    pivot_y_ = pivot_at(y_, bar, pivot_y_);
    from_ = bar < lead_of(period_) ? 0 : bar - lead_of(period_);
    for (double* sum : sums_) store(sum - width, broadcast(0.0));
    for (ptrdiff_t at = from_; at < bar; at += longest_step)
      fill(at, bar - at < longest_step ? bar - at : longest_step);
  }

  template <int Lanes>
  PYHFT_STATE static f64v summed_up(f64v x) noexcept {
    if constexpr (Lanes < width)
      return summed_up<2 * Lanes>(x + slide<Lanes>(broadcast(0.0), x));
    else
      return x;
  }

  // Takes in the next bars. What isn't finite counts for nothing: give() sees to its windows.
  PYHFT_STATE void fill(ptrdiff_t bar, ptrdiff_t count) noexcept {
    tile copies[2];
    const double* x = x_.at(bar, count, copies[0]);
    const double* y = y_.at(bar, count, copies[1]);
    const ptrdiff_t at = bar - from_;
    const f64v pivot_x = broadcast(pivot_x_);
    const f64v pivot_y = broadcast(pivot_y_);
    f64v before[sums];
#pragma GCC unroll 5
    for (int k = 0; k < sums; ++k) before[k] = last_lane(load(sums_[k] + at - width));
    for (ptrdiff_t i = 0; i < count; i += width) {
      const f64v now_x = load(x + i);
      const f64v now_y = load(y + i);
      f64v dx = now_x - pivot_x;
      f64v dy = now_y - pivot_y;
      const f64v nothing = now_x * broadcast(0.0) + now_y * broadcast(0.0);
      if (!every(nothing == broadcast(0.0))) [[unlikely]] {
        dx = only(nothing == broadcast(0.0), dx);
        dy = only(nothing == broadcast(0.0), dy);
        last_bad_ = bar + i + width - 1;
      }
      const f64v terms[sums] = {dx, dy, dx * dx, dy * dy, dx * dy};
#pragma GCC unroll 5
      for (int k = 0; k < sums; ++k) {
        const f64v now = before[k] + summed_up<1>(terms[k]);
        store(sums_[k] + at + i, now);
        before[k] = last_lane(now);
      }
    }
  }

  // The moments of the bars that fill() took last; how many of them have the digits they need.
  template <typename Finish>
  PYHFT_STATE ptrdiff_t give(ptrdiff_t bar, ptrdiff_t count, ptrdiff_t to, Finish& finish) noexcept {
    const ptrdiff_t at = bar - from_;
    for (ptrdiff_t i = 0; i < count; i += width) {
      if (bar + i + width < period_) {  // no window yet
        finish.put(to + i, {broadcast(0.0), broadcast(0.0), broadcast(0.0)});
        continue;
      }
      f64v all[sums], of_window[sums];
#pragma GCC unroll 5
      for (int k = 0; k < sums; ++k) {
        all[k] = load(sums_[k] + at + i);
        of_window[k] = all[k] - load(sums_[k] + at + i - period_);
      }
      f64v left_x = above_mean(of_window[0], of_window[0], of_window[2], share_);
      f64v left_y = above_mean(of_window[1], of_window[1], of_window[3], share_);
      f64v products = above_mean(of_window[0], of_window[1], of_window[4], share_);
      if (!(every(left_x >= least_ * all[2]) && every(left_y >= least_ * all[3]))) [[unlikely]] {
        left_x = constant_x_.zero_where_constant(x_, bar + i, period_, left_x);
        left_y = constant_y_.zero_where_constant(y_, bar + i, period_, left_y);
        const f64v zero = broadcast(0.0);
        products = choose(left_x == zero, zero, choose(left_y == zero, zero, products));
        if (!(every(choose(left_x == zero, all[2], left_x) >= least_ * all[2]) &&
              every(choose(left_y == zero, all[3], left_y) >= least_ * all[3])))
          return i;
      }
      if (last_bad_ + period_ > bar + i) [[unlikely]]
        products = nan_where_bad(bar + i, products);
      finish.put(to + i, {left_x, left_y, products});
    }
    return count;
  }

  // NaN in the lanes whose windows hold a bar that isn't finite. Every bar is looked at once.
  PYHFT_STATE f64v nan_where_bad(ptrdiff_t bar, f64v of_lanes) noexcept {
    double lanes[f64v::width];
    store(lanes, of_lanes);
    if (looked_at_ < bar - period_) looked_at_ = bar - period_;
    for (ptrdiff_t lane = 0; lane < width; ++lane) {
      for (; looked_at_ < bar + lane; ++looked_at_) {
        const double both = x_[looked_at_ + 1] * 0.0 + y_[looked_at_ + 1] * 0.0;
        if (both != 0.0) bad_seen_ = looked_at_ + 1;
      }
      if (bad_seen_ + period_ > bar + lane) lanes[lane] = __builtin_nan("");
    }
    return load(lanes);
  }

  // Which windows hold one value only. Every bar is looked at once.
  class runs {
   public:
    PYHFT_STATE f64v zero_where_constant(const Source& x, ptrdiff_t bar, ptrdiff_t period, f64v of_lanes) noexcept {
      if (looked_at_ < bar - lead_of(period)) begun_ = looked_at_ = bar - lead_of(period);
      for (; looked_at_ < bar; looked_at_ += width)
        if (changes(x, looked_at_)) begun_ = last_change(x, looked_at_, width);
      if (!changes(x, bar) && begun_ + period <= bar + 1) return broadcast(0.0);
      double lanes[f64v::width];
      store(lanes, of_lanes);
      ptrdiff_t begun = begun_;
      for (ptrdiff_t lane = 0; lane < width; ++lane) {
        if (x[bar + lane] != x[bar + lane - 1]) begun = bar + lane;
        if (begun + period <= bar + lane + 1) lanes[lane] = 0.0;
      }
      return load(lanes);
    }

   private:
    PYHFT_STATE static bool changes(const Source& x, ptrdiff_t bar) noexcept {
      double edges[2][f64v::width];
      return !every(load(x.at(bar, width, edges[0])) == load(x.at(bar - 1, width, edges[1])));
    }
    PYHFT_STATE static ptrdiff_t last_change(const Source& x, ptrdiff_t bar, ptrdiff_t count) noexcept {
      ptrdiff_t at = bar + count - 1;
      while (at > bar && x[at] == x[at - 1]) --at;
      return at;
    }

    ptrdiff_t looked_at_ = 0;
    ptrdiff_t begun_ = 0;  // of the values that are all the same, the first
  };

  Source x_;
  Source y_;
  ptrdiff_t period_;
  f64v share_;
  f64v least_;
  runs constant_x_;
  runs constant_y_;
  double* sums_[sums];  // of dx, dy, their squares and products, from bar from_ on; a vector of 0 before
  ptrdiff_t from_ = 0;
  ptrdiff_t step_ = longest_step;
  double pivot_x_ = 0.0;
  double pivot_y_ = 0.0;
  // No bar after the first is bad; the second is the last bad one up to looked_at_.
  ptrdiff_t last_bad_ = -(ptrdiff_t{1} << 60);
  ptrdiff_t bad_seen_ = -(ptrdiff_t{1} << 60);
  ptrdiff_t looked_at_ = -1;
};

template <typename Source, typename Finish>
PYHFT_SIMD void pair_moments_of(const Source& x, const Source& y, size_t bars, int64_t period, double* scratch,
                                Finish finish) {
  const f64v share = broadcast(1.0 / static_cast<double>(period));
  if (period <= longest_written_out) {
    for_tiles(bars, [&](ptrdiff_t bar, ptrdiff_t count) __attribute__((always_inline)) {
      alignas(vector_bytes) double copies[2][tile_bars + longest_written_out];
      const ptrdiff_t first = bar - longest_written_out;
      const double* at_x = x.at(first, count + longest_written_out, copies[0]) + longest_written_out;
      const double* at_y = y.at(first, count + longest_written_out, copies[1]) + longest_written_out;
      finish.begin(bar, count);
      for (ptrdiff_t i = 0; i < count; i += width) {
        finish.put(i, written_out(period, share, [&](ptrdiff_t age) __attribute__((always_inline)) {
                     return both_bars{load(at_x + i - age), load(at_y + i - age)};
                   }));
      }
      finish.end(bar, count);
    });
    return;
  }
  workspace memory(scratch);
  pair_sums<Source> moments(x, y, period, memory);
  for_tiles(bars, [&](ptrdiff_t bar, ptrdiff_t count) __attribute__((always_inline)) {
    finish.begin(bar, count);
    moments.run(bar, count, finish);
    finish.end(bar, count);
  });
}

size_t pair_scratch(size_t, const double* p) {
  return pair_sums<series>::scratch_doubles(whole(p[0])) + workspace::slack;
}

void correl_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const auto value = [](const pair_moments& m) __attribute__((always_inline)) {
    const f64v zero = broadcast(0.0);
    const f64v of_x = not_below_zero(m.squares_x);
    const f64v of_y = not_below_zero(m.squares_y);
    const f64v product = of_x * of_y;
    f64v correlation = m.products / square_root(product);
    if (any(broadcast(1e-280) > product) || any(product > broadcast(1e280))) [[unlikely]] {
      const f64v one = broadcast(1.0);
      const f64v of_both = choose(of_x == zero, one, choose(of_y == zero, one, product));
      if (any(broadcast(1e-280) > of_both) || any(of_both > broadcast(1e280)))
        correlation = m.products / square_root(of_x) / square_root(of_y);
      correlation = choose(of_x == zero, zero, choose(of_y == zero, zero, correlation));
    }
    return smaller(broadcast(1.0), larger(broadcast(-1.0), correlation));
  };
  pair_moments_of(series(in[0], bars), series(in[1], bars), bars, whole(p[0]), scratch,
                  one_result<pair_moments, decltype(value)>(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, value));
}

void beta_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const auto value = [](const pair_moments& m) __attribute__((always_inline)) {
    const f64v zero = broadcast(0.0);
    const f64v of_x = not_below_zero(m.squares_x);
    return choose(of_x == zero, zero, m.products / of_x);
  };
  pair_moments_of(returns(series(in[0], bars)), returns(series(in[1], bars)), bars, whole(p[0]), scratch,
                  one_result<pair_moments, decltype(value)>(out[0], static_cast<size_t>(whole(p[0])), bars, value));
}

}  // namespace
}  // namespace pyhft::kernels
