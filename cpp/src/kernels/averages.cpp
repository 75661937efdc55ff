// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "families.hpp"
#include "pyhft/kernels/ema.hpp"
#include "pyhft/kernels/macd.hpp"
#include "pyhft/kernels/moving_average.hpp"

namespace pyhft::kernels {
namespace {

using kind = parameter::kind;

constexpr input x_only[] = {{"x", "real"}};
constexpr output one_real[] = {{"real", "real"}};
constexpr std::string_view average_flags =
    "A period of 1 performs no smoothing;Output scale same as input;Function has a streaming API";
constexpr std::string_view unstable_average_flags =
    "A period of 1 performs no smoothing;Output scale same as input;Function has a streaming API;"
    "Function has an unstable period";
constexpr std::string_view oscillator_flags = "Function has a streaming API";
constexpr std::string_view recursive_nan =
    "a NaN or an infinity makes everything after it NaN, as in TA-Lib; an infinity may show for a few bars before";
constexpr double largest = std::numeric_limits<double>::max();

std::int64_t whole(double p) { return static_cast<std::int64_t>(p); }

constexpr parameter ema_parameters[] = {
    {"period", "timeperiod", kind::period, 30, 1, 100'000, "bars to average over", true},
    {"seed", "", kind::seed, 0, 0, 2,
     "the start: 0 the mean of the first `period` bars, 1 the first bar, 2 seed_value"},
    {"seed_value", "", kind::seed_value, 0, -largest, largest, "the average before the first bar, for seed 2"},
};
constexpr parameter average_parameters[] = {
    {"period", "timeperiod", kind::period, 30, 1, 100'000, "bars to average over", true},
};
constexpr parameter t3_parameters[] = {
    {"period", "timeperiod", kind::period, 5, 1, 100'000, "bars of each of the six averages", true},
    {"volume_factor", "vfactor", kind::real, 0.7, 0, 1, "how much of the lag is taken back"},
};
constexpr parameter mama_parameters[] = {
    {"fast_limit", "fastlimit", kind::real, 0.5, 0.01, 0.99, "the largest step towards the price"},
    {"slow_limit", "slowlimit", kind::real, 0.05, 0.01, 0.99, "the smallest step towards the price"},
};
constexpr output mama_outputs[] = {
    {"mama", "mama", "Line"},
    {"fama", "fama", "Dashed Line;Output is optional (nullable)"},
};
constexpr parameter ma_parameters[] = {
    {"period", "timeperiod", kind::period, 30, 1, 100'000, "bars to average over", true},
    {"average", "matype", kind::average, 0, 0, 13, any_average},
};
constexpr parameter mavp_parameters[] = {
    {"min_period", "minperiod", kind::period, 2, 1, 100'000, "bars, at least, to average over"},
    {"max_period", "maxperiod", kind::period, 30, 1, 100'000, "bars, at most, to average over"},
    {"average", "matype", kind::average, 0, 0, 13, any_average},
};
constexpr input x_and_periods[] = {{"x", "real"}, {"periods", "periods"}};
constexpr parameter macd_parameters[] = {
    {"fast", "fastperiod", kind::period, 12, 2, 100'000, "bars of the fast average"},
    {"slow", "slowperiod", kind::period, 26, 2, 100'000, "bars of the slow average"},
    {"signal", "signalperiod", kind::period, 9, 1, 100'000, "values that the signal averages over"},
};
constexpr parameter macdext_parameters_[] = {
    {"fast", "fastperiod", kind::period, 12, 2, 100'000, "bars of the fast average"},
    {"fast_average", "fastmatype", kind::average, 0, 0, 13, any_average},
    {"slow", "slowperiod", kind::period, 26, 2, 100'000, "bars of the slow average"},
    {"slow_average", "slowmatype", kind::average, 0, 0, 13, any_average},
    {"signal", "signalperiod", kind::period, 9, 1, 100'000, "values that the signal averages over"},
    {"signal_average", "signalmatype", kind::average, 0, 0, 13, any_average},
};
constexpr parameter macdfix_parameters[] = {
    {"signal", "signalperiod", kind::period, 9, 1, 100'000, "values that the signal averages over"},
};
constexpr output macd_outputs_[] = {
    {"macd", "macd", "Line"},
    {"signal", "macdsignal", "Dashed Line"},
    {"histogram", "macdhist", "Histogram"},
};
constexpr parameter oscillator_parameters[] = {
    {"fast", "fastperiod", kind::period, 12, 2, 100'000, "bars of the fast average"},
    {"slow", "slowperiod", kind::period, 26, 2, 100'000, "bars of the slow average"},
    {"average", "matype", kind::average, 1, 0, 13, any_average},
};
constexpr parameter trix_parameters[] = {
    {"period", "timeperiod", kind::period, 30, 1, 100'000, "bars of each of the three averages"},
};
constexpr parameter half_life_bars[] = {
    {"half_life", "", kind::real, 10, 1e-3, 1e9, "bars in which a weight halves", true},
};
constexpr parameter half_life_time[] = {
    {"half_life", "", kind::real, 1e9, 1e-3, 1e18, "nanoseconds in which a weight halves", true},
};
constexpr input x_and_time[] = {{"x", ""}, {"time", ""}};

std::int64_t macd_lookback(const double* p) {
  return whole(std::max(p[0], p[1])) + whole(p[2]) - 2 + 2 * unstable_of(p).ema;
}

std::int64_t macdext_lookback(const double* p) {
  const auto lookback = [p](int period, int chosen) {
    return lookback_of_average(average_of(p[chosen], average::sma), whole(p[period]), unstable_of(p));
  };
  return std::max(lookback(0, 1), lookback(2, 3)) + lookback(4, 5);
}

std::int64_t oscillator_lookback(const double* p) {
  return lookback_of_average(average_of(p[2], average::ema), whole(std::max(p[0], p[1])), unstable_of(p));
}

bool unstable_oscillator(const double* p) { return unstable_within(average_of(p[2], average::ema), p); }

// Of an average that is a function of its own: unlike a chosen one, it is unstable over one bar, too.
template <average Kind>
std::int64_t lookback_of(const double* p) {
  return lookback_of_average(Kind, whole(p[0])) + unstable_bars_of(Kind, unstable_of(p));
}

template <typename T>
series_view<T> series_of(const array_ref& array) {
  return {static_cast<T*>(array.data), array.rows, array.row_stride};
}

template <typename T>
table_view<T> table_of(const array_ref& array) {
  return {static_cast<T*>(array.data), array.rows, array.series, array.row_stride, array.series_stride};
}

// Calls compute(views...) with views of one element type and one shape. False where the arrays differ in type, and for
// one series of doubles, which the form over whole series computes, however it lies.
template <typename Compute>
bool with_views(std::span<const array_ref> in, std::span<const array_ref> out, const Compute& compute) {
  const auto type = in[0].type;
  if (in[0].series_stride == 0 && type == array_ref::element::f64) return false;
  if (!std::ranges::all_of(out, [type](const array_ref& array) { return array.type == type; })) return false;
  const auto call = [&]<typename T>(T) {
    if (in[0].series_stride == 0)  // of floats
      compute(series_of<const T>(in[0]), [&](std::size_t i) { return series_of<T>(out[i]); });
    else
      compute(table_of<const T>(in[0]), [&](std::size_t i) { return table_of<T>(out[i]); });
  };
  if (type == array_ref::element::f32)
    call(float{});
  else
    call(double{});
  return true;
}

bool ema_of_tables(std::span<const array_ref> in, std::span<const array_ref> out, const double* p) {
  return with_views(in, out, [p](auto x, auto result) {
    ema(x, whole(p[0]), result(0), {static_cast<ema_seed::kind>(static_cast<std::uint8_t>(p[1])), p[2]});
  });
}

bool ema_of_many(const array_ref& x, const array_ref& out, std::span<const parameter_values> p) {
  std::vector<std::int64_t> periods;
  for (const auto& one : p) {
    if (one[1] != 0) return false;  // not from the mean of the first bars
    periods.push_back(whole(one[0]));
  }
  ema_of_periods(series_of<const double>(x), periods, table_of<double>(out));
  return true;
}

bool macd_of_tables(std::span<const array_ref> in, std::span<const array_ref> out, const double* p) {
  return with_views(in, out, [p](auto x, auto result) {
    macd(x, {whole(p[0]), whole(p[1]), whole(p[2])}, {result(0), result(1), result(2)});
  });
}

std::string text_of(double value) { return std::to_string(whole(value)); }

std::string refused_periods(const double* p) {
  if (p[0] <= p[1]) return {};
  return "min_period is " + text_of(p[0]) + " and max_period is " + text_of(p[1]) +
         "; min_period must not be above max_period: give the shorter period first.";
}

// A state keeps an average for every period between the two.
std::string refused_periods_of_state(const double* p) {
  constexpr double most_doubles = 1 << 28;
  if ((p[1] - p[0] + 1.0) * p[1] <= most_doubles) return {};
  return "the periods from " + text_of(p[0]) + " to " + text_of(p[1]) +
         " are too many for a stream, a bank or exact=True, which keep an average of each; their number times "
         "max_period "
         "must be at most 268435456: give a narrower range, or call the function without exact.";
}

const indicator all[] = {
    {
        .name = "ema",
        .talib_name = "EMA",
        .title = "Exponential Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = ema_parameters,
        .outputs = one_real,
        .lookback = [](const double* p) { return p[1] == 0 ? whole(p[0]) - 1 + unstable_of(p).ema : std::int64_t{0}; },
        .text = {.formula = "e += 2 / (period + 1) * (x - e)",
                 .seeding = "the mean of the first `period` bars; or the first bar, or a given value",
                 .warm_up = "NaN before bar period - 1 with the seed 'sma', none with the others",
                 .nan = "a NaN makes everything after it NaN; an infinity gives that infinity once and NaN after",
                 .accuracy = "|result - exact| <= 1e-15 * max|x| for periods up to 10 000",
                 .source = "TA-Lib 0.8 EMA",
                 .example = ">>> import numpy as np\n>>> import pyhft as ph\n"
                            ">>> ph.ema(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 3)\n"
                            "array([nan, nan,  2.,  3.,  4.])\n"},
        .talib_flags = unstable_average_flags,
        .tables = ema_of_tables,
        .many = ema_of_many,
    },
    {
        .name = "rma",
        .talib_name = "RMA",
        .title = "Wilder's Smoothed Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_parameters,
        .outputs = one_real,
        .lookback = lookback_of<average::rma>,
        .text = {.formula = "e += (x - e) / period",
                 .seeding = "the mean of the first `period` bars",
                 .warm_up = "NaN before bar period - 1",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 1e-15 * max|x| for periods up to 10 000",
                 .source = "TA-Lib 0.8 RMA"},
        .talib_flags = unstable_average_flags,
    },
    {
        .name = "dema",
        .talib_name = "DEMA",
        .title = "Double Exponential Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_parameters,
        .outputs = one_real,
        .lookback = lookback_of<average::dema>,
        .text = {.formula = "2 * e1 - e2 with e1 = ema(x), e2 = ema(e1)",
                 .seeding = "each average from the mean of its first `period` inputs",
                 .warm_up = "NaN before bar 2 * (period - 1)",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 4e-15 * max|x| for periods up to 10 000",
                 .source = "TA-Lib 0.8 DEMA"},
        .talib_flags = average_flags,
        .unstable_inside = any_unstable,
    },
    {
        .name = "tema",
        .talib_name = "TEMA",
        .title = "Triple Exponential Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_parameters,
        .outputs = one_real,
        .lookback = lookback_of<average::tema>,
        .text = {.formula = "3 * e1 - 3 * e2 + e3 with e1 = ema(x), e2 = ema(e1), e3 = ema(e2)",
                 .seeding = "each average from the mean of its first `period` inputs",
                 .warm_up = "NaN before bar 3 * (period - 1)",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 8e-15 * max|x| for periods up to 10 000",
                 .source = "TA-Lib 0.8 TEMA"},
        .talib_flags = average_flags,
        .unstable_inside = any_unstable,
    },
    {
        .name = "t3",
        .talib_name = "T3",
        .title = "Triple Exponential Moving Average (T3)",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = t3_parameters,
        .outputs = one_real,
        .lookback = lookback_of<average::t3>,
        .text = {.formula = "gd(gd(gd(x))) with gd(x) = (1 + v) * ema(x) - v * ema(ema(x)), v the volume factor",
                 .seeding = "each of the six averages from the mean of its first `period` inputs",
                 .warm_up = "NaN before bar 6 * (period - 1)",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 2e-14 * max|x| for periods up to 1 000",
                 .source = "TA-Lib 0.8 T3"},
        .talib_flags = unstable_average_flags,
    },
    {
        .name = "zlema",
        .talib_name = "ZLEMA",
        .title = "Zero-Lag Exponential Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_parameters,
        .outputs = one_real,
        .lookback = lookback_of<average::zlema>,
        .text = {.formula = "ema(2 * x - (x, (period - 1) / 2 bars ago))",
                 .seeding = "the mean of the first `period` values of that difference",
                 .warm_up = "NaN before bar period - 1 + (period - 1) / 2",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 3e-15 * max|x| for periods up to 10 000",
                 .source = "TA-Lib 0.8 ZLEMA"},
        .talib_flags = average_flags,
    },
    {
        .name = "kama",
        .talib_name = "KAMA",
        .title = "Kaufman Adaptive Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_parameters,
        .outputs = one_real,
        .lookback = lookback_of<average::kama>,
        .text = {.formula =
                     "e += c^2 * (x - e), c from 2/31 to 2/3 with |x - x[-period]| / sum of |x - x[-1]| over the "
                     "period",
                 .seeding = "the bar before the first value",
                 .warm_up = "NaN before bar `period`, none at period 1",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 1e-14 * max|x|; the moves are summed up for every window anew",
                 .source = "TA-Lib 0.8 KAMA"},
        .talib_flags = unstable_average_flags,
    },
    {
        .name = "mama",
        .talib_name = "MAMA",
        .title = "MESA Adaptive Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = mama_parameters,
        .outputs = mama_outputs,
        .lookback = [](const double* p) { return mama_lookback + unstable_of(p).mama; },
        .text = {.formula =
                     "e += a * (x - e), a = fast_limit / (degrees that the phase of the cycle fell), held between "
                     "the limits; fama follows mama with a / 2",
                 .seeding = "zeros, and 32 bars to forget them",
                 .warm_up = "NaN before bar 32",
                 .nan = recursive_nan,
                 .accuracy = "angles within 3e-16; |result - TA-Lib's| <= 1e-14 * max|x| on walks",
                 .source = "TA-Lib 0.8 MAMA"},
        .talib_flags = "Output scale same as input;Function has a streaming API;Function has an unstable period",
    },
    {
        .name = "ma",
        .talib_name = "MA",
        .title = "Moving average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = ma_parameters,
        .outputs = one_real,
        .lookback =
            [](const double* p) {
              return lookback_of_average(average_of(p[1], average::sma), whole(p[0]), unstable_of(p));
            },
        .text = {.formula = "the chosen average; mama takes its own limits, t3 the volume factor 0.7",
                 .seeding = "that of the chosen average",
                 .warm_up = "that of the chosen average; none at period 1",
                 .nan = "as the chosen average",
                 .accuracy = "that of the chosen average",
                 .source = "TA-Lib 0.8 MA"},
        .talib_flags = average_flags,
        .unstable_inside = [](const double* p) { return unstable_within(average_of(p[1], average::sma), p); },
    },
    {
        .name = "mavp",
        .talib_name = "MAVP",
        .title = "Moving average with variable period",
        .group = "Overlap Studies",
        .inputs = x_and_periods,
        .parameters = mavp_parameters,
        .outputs = one_real,
        .lookback =
            [](const double* p) {
              return lookback_of_average(average_of(p[2], average::sma), whole(p[1]), unstable_of(p));
            },
        .text = {.formula = "at every bar the chosen average over as many bars as `periods` says there, held between "
                            "min_period and max_period and cut to a whole number; min_period where it is NaN",
                 .seeding = "that of the chosen average; all have their first value where the longest has it",
                 .warm_up = "NaN before max_period has a value",
                 .nan = "as the chosen average",
                 .accuracy = "that of the chosen average; plain averages to one rounding",
                 .source = "TA-Lib 0.8 MAVP"},
        .talib_flags = "Output scale same as input;Function has a streaming API",
        .refusal = refused_periods,
        .state_refusal = refused_periods_of_state,
        .unstable_inside = [](const double* p) { return unstable_within(average_of(p[2], average::sma), p); },
    },
    {
        .name = "macd",
        .talib_name = "MACD",
        .title = "Moving Average Convergence/Divergence",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = macd_parameters,
        .outputs = macd_outputs_,
        .lookback = macd_lookback,
        .text = {.formula = "macd = ema(x, fast) - ema(x, slow); signal = ema(macd, signal); histogram = macd - signal",
                 .seeding =
                     "both averages at bar slow - 1, from the mean of the last `fast` and `slow` bars; the signal "
                     "from the mean of the first `signal` values of macd",
                 .warm_up = "NaN before bar slow + signal - 2 in all three",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 1e-15 * max|x| for slow periods up to 10 000",
                 .source = "TA-Lib 0.8 MACD",
                 .example = ">>> import numpy as np\n>>> import pyhft as ph\n"
                            ">>> result = ph.macd(np.arange(40.0))\n"
                            ">>> round(float(result.macd[-1]), 6), round(float(result.histogram[-1]), 6)\n"
                            "(7.0, 0.0)\n"},
        .talib_flags = oscillator_flags,
        .unstable_inside = any_unstable,
        .tables = macd_of_tables,
    },
    {
        .name = "macdext",
        .talib_name = "MACDEXT",
        .title = "MACD with controllable MA type",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = macdext_parameters_,
        .outputs = macd_outputs_,
        .lookback = macdext_lookback,
        .text = {.formula = "macd = fast average - slow average; signal = average of macd; histogram = macd - signal",
                 .seeding = "both averages have their first value at one bar, the later of the two",
                 .warm_up = "NaN before the longer lookback of the two averages plus that of the signal",
                 .nan = "as the chosen averages",
                 .accuracy = "that of the chosen averages",
                 .source = "TA-Lib 0.8 MACDEXT"},
        .talib_flags = oscillator_flags,
        .unstable_inside = any_unstable,
    },
    {
        .name = "macdfix",
        .talib_name = "MACDFIX",
        .title = "Moving Average Convergence/Divergence Fix 12/26",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = macdfix_parameters,
        .outputs = macd_outputs_,
        .lookback = [](const double* p) { return 25 + whole(p[0]) - 1 + 2 * unstable_of(p).ema; },
        .text = {.formula = "as macd(12, 26), with steps of 0.15 and 0.075 instead of 2/13 and 2/27",
                 .seeding = "as macd(12, 26)",
                 .warm_up = "NaN before bar 25 + signal - 1 in all three",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 1e-15 * max|x|",
                 .source = "TA-Lib 0.8 MACDFIX"},
        .talib_flags = oscillator_flags,
        .unstable_inside = any_unstable,
    },
    {
        .name = "apo",
        .talib_name = "APO",
        .title = "Absolute Price Oscillator",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = oscillator_parameters,
        .outputs = one_real,
        .lookback = oscillator_lookback,
        .text = {.formula = "fast average - slow average",
                 .seeding = "each average from its own first bars",
                 .warm_up = "NaN before the slow average has a value",
                 .nan = "as the chosen averages",
                 .accuracy = "|result - exact| <= 2e-15 * max|x| for exponential averages",
                 .source = "TA-Lib 0.8 APO"},
        .talib_flags = oscillator_flags,
        .unstable_inside = unstable_oscillator,
    },
    {
        .name = "ppo",
        .talib_name = "PPO",
        .title = "Percentage Price Oscillator",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = oscillator_parameters,
        .outputs = one_real,
        .lookback = oscillator_lookback,
        .text = {.formula = "100 * (fast average - slow average) / slow average; 0 where the slow average is 0",
                 .seeding = "each average from its own first bars",
                 .warm_up = "NaN before the slow average has a value",
                 .nan = "as the chosen averages",
                 .accuracy = "|result - exact| <= 4e-13 for exponential averages of prices of one size",
                 .source = "TA-Lib 0.8 PPO"},
        .talib_flags = oscillator_flags,
        .unstable_inside = unstable_oscillator,
    },
    {
        .name = "trix",
        .talib_name = "TRIX",
        .title = "1-day Rate-Of-Change (ROC) of a Triple Smooth EMA",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = trix_parameters,
        .outputs = one_real,
        .lookback = [](const double* p) { return 3 * (whole(p[0]) - 1 + unstable_of(p).ema) + 1; },
        .text = {.formula = "100 * (e3 / e3[-1] - 1) with e3 = ema(ema(ema(x))); 0 where e3[-1] is 0",
                 .seeding = "each average from the mean of its first `period` inputs",
                 .warm_up = "NaN before bar 3 * (period - 1) + 1",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 2e-13 for prices of one size",
                 .source = "TA-Lib 0.8 TRIX"},
        .talib_flags = oscillator_flags,
        .unstable_inside = any_unstable,
    },
    {
        .name = "ewm_mean",
        .talib_name = "",
        .title = "Exponentially weighted mean",
        .group = "Exponential Weighting",
        .inputs = x_only,
        .parameters = half_life_bars,
        .outputs = one_real,
        .lookback = [](const double*) { return std::int64_t{0}; },
        .text = {.formula = "e += k * (x - e), k = 1 - 2^(-1 / half_life)",
                 .seeding = "the first bar",
                 .warm_up = "none",
                 .nan = recursive_nan,
                 .accuracy = "|result - exact| <= 1e-15 * max|x| for half-lives up to 10 000",
                 .source = "pandas ewm(halflife=half_life, adjust=False).mean()"},
    },
    {
        .name = "ewm_variance",
        .talib_name = "",
        .title = "Exponentially weighted variance",
        .group = "Exponential Weighting",
        .inputs = x_only,
        .parameters = half_life_bars,
        .outputs = one_real,
        .lookback = [](const double*) { return std::int64_t{0}; },
        .text = {.formula = "v += k * ((1 - k) * (x - e[-1])^2 - v) with e = ewm_mean; weights sum to 1, ddof is 0",
                 .seeding = "0 at the first bar",
                 .warm_up = "none",
                 .nan = recursive_nan,
                 .accuracy = "1e-13 relative plus what 1e-15 * max|x| does to a distance from the mean",
                 .source = "pandas ewm(halflife=half_life, adjust=False).var(bias=True)"},
    },
    {
        .name = "ewm_zscore",
        .talib_name = "",
        .title = "Exponentially weighted z-score",
        .group = "Exponential Weighting",
        .inputs = x_only,
        .parameters = half_life_bars,
        .outputs = one_real,
        .lookback = [](const double*) { return std::int64_t{0}; },
        .text = {.formula = "(x - ewm_mean) / sqrt(ewm_variance), both with the bar itself; 0 where the variance is 0",
                 .seeding = "0 at the first bar",
                 .warm_up = "none",
                 .nan = recursive_nan,
                 .accuracy = "1e-13 relative plus what 1e-15 * max|x| does to a distance from the mean",
                 .source = "pandas ewm(halflife=half_life, adjust=False), mean() and std(bias=True)"},
    },
    {
        .name = "decayed_ema",
        .talib_name = "",
        .title = "Exponential average over irregular time",
        .group = "Exponential Weighting",
        .inputs = x_and_time,
        .parameters = half_life_time,
        .outputs = one_real,
        .lookback = [](const double*) { return std::int64_t{0}; },
        .text = {.formula = "e += (1 - 2^(-(time - time[-1]) / half_life)) * (x - e)",
                 .seeding = "the first bar",
                 .warm_up = "none; a bar that isn't later than the last one changes nothing",
                 .nan = recursive_nan,
                 .accuracy = "1e-15 * max|x| and what time has lost: nanoseconds since 1970 are rounded to 256 ns as "
                             "doubles, so take off the first stamp as an integer, which keeps 104 days exact",
                 .source = "the exponential average in continuous time"},
    },
};

}  // namespace

std::span<const indicator> averages() { return all; }

}  // namespace pyhft::kernels
