// SPDX-License-Identifier: MIT
#pragma once

// Exponential moving average: e += k * (x - e) with k = 2 / (period + 1), seeded as TA-Lib does it: the first value is
// the mean of the first `period` bars and stands at bar period - 1; everything before is NaN.
//
// Three forms:
//   ema_state      one value at a time, for hot loops (averages.hpp)
//   ema(table)     many series in lanes
//   ema(series)    one series, several times faster than its recurrence
// State and table evaluate e = fma(x - e, k, e), which makes them bit for bit equal to each other and to TA-Lib 0.8.
//
// One series is a chain of dependent operations, one bar after the other. The batch form breaks the chain: in blocks of
// 1024 bars it filters z = x - p, where p is the average before the block, by a window that doubles four times
// (1, 2, 4, 8, 16 bars) and carries on from 16 bars before, so that 16 bars cost one step of the chain. Working on
// differences from p keeps a constant series constant and the rounding errors small:
//   |result - exact| <= 1e-15 * max|x| for periods up to 10 000, tested on walks, noise, trends and jumps.
// Every instruction set with a fused multiply-add gives the same bits; the baseline of x86-64, which has none, gives
// others within the bound. A block with a result that isn't finite is done again by the recursion, which decides what
// NaN, infinities and overflow do; near the largest double (8e307) a step that overflows in the recursion may be finite
// here.
//
// Rules of all three (TA-Lib 0.8's, found by experiment):
//   leading NaN are skipped and shift everything; a later NaN makes everything after it NaN; an infinity gives that
//   infinity once and NaN after; period 1 is the identity; fewer bars than the period give NaN only.
// float is read and written as such and computed in double: the result is the double result rounded once, so within
// 2^-24 relative (6e-8) of the exact one.
//
// The batch forms allocate nothing. `out` must not share an element with `x`.

#include <cstdint>
#include <span>

#include "pyhft/kernels/averages.hpp"
#include "pyhft/kernels/limits.hpp"
#include "pyhft/kernels/views.hpp"

namespace pyhft::kernels {

// Throw argument_error if period is outside 1..max_period, if the shapes of x and out differ, or if the seed isn't
// finite.
void ema(series_view<const double> x, std::int64_t period, series_view<double> out, ema_seed seed = {});
void ema(series_view<const float> x, std::int64_t period, series_view<float> out, ema_seed seed = {});
void ema(table_view<const double> x, std::int64_t period, table_view<double> out, ema_seed seed = {});
void ema(table_view<const float> x, std::int64_t period, table_view<float> out, ema_seed seed = {});

// One series with several periods, side by side: column i of `out` is the average over periods[i]. Bit for bit the
// recursion, as the form for tables. Throws argument_error as that does.
void ema_of_periods(series_view<const double> x, std::span<const std::int64_t> periods, table_view<double> out);

}  // namespace pyhft::kernels
