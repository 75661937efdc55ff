// SPDX-License-Identifier: MIT
// Compiled once per instruction set: oscillators and averages made of sums over a window of what a bar's prices and
// volume give.

namespace pyhft::kernels {
namespace {

PYHFT_SIMD f64v typical(f64v high, f64v low, f64v close, const divider& by_three) {
  return by_three(high + low + close);
}

// share of whole: 0 where there is nothing, NaN where there is NaN.
PYHFT_SIMD f64v share_of(f64v part, f64v total) {
  return choose(total == broadcast(0.0), broadcast(0.0), part / total);
}

size_t ultosc_scratch(size_t, const double* p) {
  return twin_window::scratch_doubles(whole(p[0])) + twin_window::scratch_doubles(whole(p[1])) +
         twin_window::scratch_doubles(whole(p[2])) + workspace::slack;
}
void ultosc_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const sorted_periods periods(p);
  workspace memory(scratch);
  twin_window windows[] = {{periods.first, memory}, {periods.second, memory}, {periods.third, memory}};
  const series highs(in[0], bars);
  const series lows(in[1], bars);
  const series closes(in[2], bars);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copies[4];
    tile gain;
    tile range;
    const double* high = highs.at(bar, count, copies[0]);
    const double* low = lows.at(bar, count, copies[1]);
    const double* close = closes.at(bar, count, copies[2]);
    const double* before = closes.at(bar - 1, count, copies[3]);
    for (ptrdiff_t i = 0; i < count; i += width) {
      const f64v h = load(high + i);
      const f64v l = load(low + i);
      const f64v b = load(before + i);
      store(gain.bars + i, load(close + i) - smaller(l, b));
      store(range.bars + i, larger(absolute(b - l), larger(absolute(b - h), h - l)));
    }
    tile of_gain[3];
    tile of_range[3];
    for (int k = 0; k < 3; ++k) windows[k].push(count, gain.bars, range.bars, of_gain[k].bars, of_range[k].bars);
    for (ptrdiff_t i = 0; i < count; i += width) {
      const f64v first = load(of_range[0].bars + i);
      const f64v second = load(of_range[1].bars + i);
      const f64v third = load(of_range[2].bars + i);
      const f64v gain_1 = load(of_gain[0].bars + i);
      const f64v gain_2 = load(of_gain[1].bars + i);
      const f64v gain_3 = load(of_gain[2].bars + i);
      // Over a common denominator, where it is neither 0 nor out of range.
      const f64v denominator = first * second * third;
      f64v weighted = multiply_add(broadcast(4.0) * gain_1, second * third,
                                   multiply_add(broadcast(2.0) * gain_2, first * third, gain_3 * (first * second))) /
                      denominator;
      if (any(broadcast(1e-200) > denominator) || any(denominator > broadcast(1e200))) [[unlikely]]
        weighted = multiply_add(broadcast(4.0), share_of(gain_1, first),
                                multiply_add(broadcast(2.0), share_of(gain_2, second), share_of(gain_3, third)));
      store(to + i, weighted * broadcast(100.0 / 7.0));
    }
  };
  fill_tiles(out[0], static_cast<size_t>(periods.third), bars, step);
}

size_t two_sums_scratch(size_t, const double* p) {
  return twin_window::scratch_doubles(whole(p[0])) + workspace::slack;
}

void mfi_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  workspace memory(scratch);
  twin_window flows(whole(p[0]), memory);
  const series highs(in[0], bars);
  const series lows(in[1], bars);
  const series closes(in[2], bars);
  const series volumes(in[3], bars);
  const divider by_three(3.0);
  f64v last = broadcast(0.0);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copies[4];
    tile rise;
    tile flow;
    const double* high = highs.at(bar, count, copies[0]);
    const double* low = lows.at(bar, count, copies[1]);
    const double* close = closes.at(bar, count, copies[2]);
    const double* volume = volumes.at(bar, count, copies[3]);
    for (ptrdiff_t i = 0; i < count; i += width) {
      const f64v price = typical(load(high + i), load(low + i), load(close + i), by_three);
      const f64v before = slide<1>(last, price);
      last = price;
      const f64v change = price - before;
      const f64v least = broadcast(1e-14) * (absolute(price) + absolute(before));
      const f64v turnover = choose(least >= absolute(change), broadcast(0.0), price * load(volume + i));
      store(rise.bars + i, choose(broadcast(0.0) > change, broadcast(0.0), turnover));
      store(flow.bars + i, turnover);
    }
    flows.push(count, rise.bars, flow.bars, rise.bars, to);
    each_vector(
        count, to,
        [](f64v part, f64v total) __attribute__((always_inline)) {
          const f64v within = smaller(total, larger(broadcast(0.0), part));
          return choose(broadcast(0.0) >= total, broadcast(0.0), broadcast(100.0) * (within / total));
        },
        rise.bars, to);
  };
  fill_tiles(out[0], static_cast<size_t>(whole(p[0])), bars, step);
}

// The typical prices of a tile and of all bars that its windows reach back to.
PYHFT_SIMD ptrdiff_t bars_behind(double period) {
  return static_cast<ptrdiff_t>((whole(period) - 1 + width - 1) / width * width);
}

size_t cci_scratch(size_t, const double* p) {
  return plain_window::scratch_doubles(whole(p[0])) + static_cast<size_t>(bars_behind(p[0]) + tile_bars) +
         workspace::slack;
}
void cci_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  const auto period = static_cast<ptrdiff_t>(whole(p[0]));
  const ptrdiff_t behind = bars_behind(p[0]);
  workspace memory(scratch);
  plain_window total(whole(p[0]), memory);
  double* prices = memory.take(static_cast<size_t>(behind + tile_bars));
  memset(prices, 0, static_cast<size_t>(behind) * sizeof(double));
  const series highs(in[0], bars);
  const series lows(in[1], bars);
  const series closes(in[2], bars);
  const divider by_three(3.0);
  const divider by_period(p[0]);
  const f64v share = broadcast(1.0 / p[0]);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copies[3];
    double* newest = prices + behind;
    each_vector(
        count, newest,
        [&](f64v high, f64v low, f64v close)
            __attribute__((always_inline)) { return typical(high, low, close, by_three); },
        highs.at(bar, count, copies[0]), lows.at(bar, count, copies[1]), closes.at(bar, count, copies[2]));
    total.push(count, newest, to);
    for (ptrdiff_t i = 0; i < count; i += width) {
      const f64v mean = by_period(load(to + i));
      f64v even = broadcast(0.0);
      f64v odd = broadcast(0.0);
      ptrdiff_t age = 0;
      for (; age + 1 < period; age += 2) {
        even = even + absolute(load(newest + i - age) - mean);
        odd = odd + absolute(load(newest + i - age - 1) - mean);
      }
      if (age < period) even = even + absolute(load(newest + i - age) - mean);
      const f64v spread = (even + odd) * share;
      const f64v distance = load(newest + i) - mean;
      const f64v least = broadcast(1e-14) * absolute(mean);
      const f64v index = distance / (broadcast(0.015) * spread);
      const f64v or_none = choose(least >= spread, broadcast(0.0), index);
      store(to + i, choose(least >= absolute(distance), broadcast(0.0), or_none));
    }
    memmove(prices, prices + count, static_cast<size_t>(behind) * sizeof(double));
  };
  fill_tiles(out[0], static_cast<size_t>(period) - 1, bars, step);
}

void rolling_vwap_batch(const double* const* in, size_t bars, const double* p, double* const* out, double* scratch) {
  workspace memory(scratch);
  twin_window traded(whole(p[0]), memory);
  const series prices(in[0], bars);
  const series volumes(in[1], bars);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copies[2];
    tile of_volume;
    const double* volume = volumes.at(bar, count, copies[1]);
    each_vector(
        count, to, [](f64v price, f64v v) __attribute__((always_inline)) { return price * v; },
        prices.at(bar, count, copies[0]), volume);
    traded.push(count, to, volume, to, of_volume.bars);
    each_vector(
        count, to, [](f64v part, f64v total) __attribute__((always_inline)) { return part / total; }, to,
        of_volume.bars);
  };
  fill_tiles(out[0], static_cast<size_t>(whole(p[0])) - 1, bars, step);
}

// log(now / before), with the digits of their difference where they are close:
// 2 * atanh((now - before) / (now + before)).
PYHFT_SIMD f64v logarithmic_return(f64v before, f64v now) {
  const f64v ratio = (now - before) / (now + before);
  const f64v z = ratio * ratio;
  f64v tail = broadcast(1.0 / 15.0);
#pragma GCC unroll 6
  for (int power = 13; power >= 3; power -= 2)
    tail = multiply_add(tail, z, broadcast(1.0 / static_cast<double>(power)));
  const f64v doubled = ratio + ratio;
  const f64v close = multiply_add(doubled * z, tail, doubled);
  const mask64v near = broadcast(0.0625) >= absolute(ratio);
  if (every(near)) [[likely]]
    return close;
#if defined(PYHFT_ISA_AVX2) || defined(PYHFT_ISA_AVX512)
  const f64v far = vector_log(now / before);
#else
  double lanes[f64v::width];
  store(lanes, now / before);
  for (double& lane : lanes) lane = __builtin_log(lane);
  const f64v far = load(lanes);
#endif
  return choose(near, close, far);
}

void realised_volatility_batch(const double* const* in, size_t bars, const double* p, double* const* out,
                               double* scratch) {
  workspace memory(scratch);
  plain_window total(whole(p[0]), memory);
  const series x(in[0], bars);
  const auto step = [&](ptrdiff_t bar, ptrdiff_t count, double* to) __attribute__((always_inline)) {
    tile copies[2];
    each_vector(
        count, to,
        [](f64v before, f64v now) __attribute__((always_inline)) {
          const f64v change = logarithmic_return(before, now);
          return change * change;
        },
        x.at(bar - 1, count, copies[0], 1.0), x.at(bar, count, copies[1], 1.0));
    total.push(count, to, to);
    each_vector(count, to, [](f64v sum) __attribute__((always_inline)) { return square_root(sum); }, to);
  };
  fill_tiles(out[0], static_cast<size_t>(whole(p[0])), bars, step);
}

}  // namespace
}  // namespace pyhft::kernels
