// SPDX-License-Identifier: MIT
#pragma once

// Moving average convergence/divergence: macd = EMA(fast) - EMA(slow), signal = EMA of macd, histogram = macd - signal.
//
// Seeded as TA-Lib does it, found by experiment: both averages start at bar slow - 1, the slow one from
// mean(x[0:slow]), the fast one from mean(x[slow-fast:slow]) (not from its own first bars), the signal from the mean of
// the first `signal` values of macd. All three outputs are NaN before bar slow + signal - 2.
//
// The same three forms as ema.hpp, with the same rules on NaN, infinity, float and aliasing. State and table are bit
// for bit TA-Lib 0.8's. The form for one series computes all three outputs in one pass by ema.hpp's doubling windows,
// both averages around one common pivot, so that macd is the difference of two small numbers rather than of two prices:
//   |result - exact| <= 1e-15 * max|x| for slow periods up to 10 000, tested as there.

#include "pyhft/kernels/macd_state.hpp"
#include "pyhft/kernels/views.hpp"

namespace pyhft::kernels {

template <typename View>
struct macd_outputs {
  View macd;
  View signal;
  View histogram;
};

// fast and slow may be given in either order. Throw argument_error if a period is outside 1..max_period, or if shapes
// differ.
void macd(series_view<const double> x, macd_periods periods, macd_outputs<series_view<double>> out);
void macd(series_view<const float> x, macd_periods periods, macd_outputs<series_view<float>> out);
void macd(table_view<const double> x, macd_periods periods, macd_outputs<table_view<double>> out);
void macd(table_view<const float> x, macd_periods periods, macd_outputs<table_view<float>> out);

}  // namespace pyhft::kernels
