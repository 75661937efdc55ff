// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>

#include "families.hpp"
#include "pyhft/kernels/bollinger.hpp"
#include "pyhft/kernels/windows.hpp"

namespace pyhft::kernels {
namespace {

constexpr input x_only[] = {{"x", "real"}};
constexpr input x_and_y[] = {{"x", "real0"}, {"y", "real1"}};
constexpr input high_low_close[] = {{"high", "high"}, {"low", "low"}, {"close", "close"}};
constexpr input high_low_close_volume[] = {{"high", "high"}, {"low", "low"}, {"close", "close"}, {"volume", "volume"}};
constexpr input price_and_volume[] = {{"price", ""}, {"volume", ""}};
constexpr output one_real[] = {{"real", "real"}};
constexpr output three_bands[] = {{"upper", "upperband", "Values represent an upper limit"},
                                  {"middle", "middleband"},
                                  {"lower", "lowerband", "Values represent a lower limit"}};

constexpr parameter period(double fallback, double least, std::string_view help, bool required) {
  return {"period", "timeperiod", parameter::kind::period, fallback, least, 100'000, help, required};
}
constexpr parameter average_period[] = {period(30, 1, "bars to average over", true)};
constexpr parameter sum_period[] = {period(30, 2, "bars to add", true)};
constexpr parameter hull_period[] = {period(20, 1, "bars to average over", true)};
constexpr parameter multiplier(std::string_view name, std::string_view talib_name, double fallback,
                               std::string_view help) {
  return {name, talib_name, parameter::kind::real, fallback, -3e37, 3e37, help};
}
constexpr parameter deviation_parameters[] = {
    period(5, 2, "bars to look at", true),
    multiplier("multiplier", "nbdev", 1, "deviations to give"),
};
constexpr parameter variance_parameters[] = {
    period(5, 1, "bars to look at", true),
    multiplier("multiplier", "nbdev", 1, "deviations, which has no effect on the variance"),
};
constexpr parameter bands_parameters[] = {
    period(20, 2, "bars to look at", false),
    multiplier("multiplier_up", "nbdevup", 2, "deviations from the middle to the upper band"),
    multiplier("multiplier_down", "nbdevdn", 2, "deviations from the middle to the lower band"),
    {"average", "matype", parameter::kind::average, 0, 0, 13,
     "the middle band's average: 0 sma, 1 ema, 2 wma, 3 dema, 4 tema, 5 trima, 6 kama, 7 mama, 8 t3, 9 hma, 10 none, "
     "11 the default, 12 zlema, 13 rma"},
};
constexpr parameter regression_period[] = {period(14, 2, "bars to fit a line to", false)};
constexpr parameter beta_period[] = {period(5, 1, "returns to look at", false)};
constexpr parameter correlation_period[] = {period(30, 1, "bars to look at", true)};
constexpr parameter oscillator_period[] = {period(14, 2, "bars to look at", false)};
constexpr parameter ultimate_parameters[] = {
    {"first", "timeperiod1", parameter::kind::period, 7, 1, 100'000, "bars of one period"},
    {"second", "timeperiod2", parameter::kind::period, 14, 1, 100'000, "bars of another period"},
    {"third", "timeperiod3", parameter::kind::period, 28, 1, 100'000, "bars of a third period"},
};
constexpr parameter rolling_period[] = {
    {"period", "", parameter::kind::period, 20, 1, 100'000, "bars to look at", true}};

constexpr std::string_view streaming = "Function has a streaming API";
constexpr std::string_view streaming_same_scale = "Output scale same as input;Function has a streaming API";
constexpr std::string_view average_flags =
    "A period of 1 performs no smoothing;Output scale same as input;Function has a streaming API";

std::int64_t whole(double parameter) { return static_cast<std::int64_t>(parameter); }
std::int64_t period_bars(const double* p) { return whole(p[0]); }
std::int64_t period_less_one(const double* p) { return whole(p[0]) - 1; }

constexpr std::string_view no_seeding = "none: every window stands for itself";
constexpr std::string_view after_period = "NaN before bar period - 1";
constexpr std::string_view leaves = "a NaN leaves with its window; exact=True, like TA-Lib, carries it to the end";
constexpr std::string_view leaves_or_is_rebuilt =
    "a NaN leaves with its window; exact=True, like TA-Lib, loses it when its sums are rebuilt, within 32 periods";
constexpr std::string_view leaves_or_hides =
    "a NaN leaves with its window; exact=True, like TA-Lib, gives 0 in its place until its sums are rebuilt, if ever";
constexpr std::string_view leaves_everywhere = "what isn't finite leaves with its window, also with exact=True";
constexpr std::string_view mean_accuracy =
    "|result - exact| <= 2e-15 * max|x| of the window up to a period of 10,000, 5e-15 at 1,000,000";
constexpr std::string_view deviation_accuracy = "the deviation's relative error is below 1e-11 at any level of x";
constexpr std::string_view line_accuracy =
    "|result - exact| <= 5e-15 * max|x| of the window, and far less where x stays within an eighth of its level";
constexpr std::string_view pair_accuracy = "|result - exact| <= 1e-11 * (1 + |result|) for periods above 2";

const indicator all[] = {
    {
        .name = "sma",
        .talib_name = "SMA",
        .title = "Simple Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "the mean of the last `period` bars",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves,
                 .accuracy = mean_accuracy,
                 .source = "TA-Lib 0.8 SMA",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.sma([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([  nan,   nan, 2.333, 4.333, 7.333])\n"},
        .talib_flags = average_flags,
    },
    {
        .name = "sum",
        .talib_name = "SUM",
        .title = "Summation",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = sum_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "the sum of the last `period` bars",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves,
                 .accuracy = "|result - exact| <= 2e-15 * sum|x| of the window",
                 .source = "TA-Lib 0.8 SUM",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.sum([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([nan, nan,  7., 13., 22.])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "wma",
        .talib_name = "WMA",
        .title = "Weighted Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula =
                     "the mean of the last `period` bars with weights 1, 2 ... period, the newest bar's the largest",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = mean_accuracy,
                 .source = "TA-Lib 0.8 WMA",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.wma([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([  nan,   nan, 2.833, 5.167, 8.5  ])\n"},
        .talib_flags = average_flags,
    },
    {
        .name = "trima",
        .talib_name = "TRIMA",
        .title = "Triangular Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = average_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "sma(sma(x, (period + 1) // 2), period // 2 + 1)",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves,
                 .accuracy = mean_accuracy,
                 .source = "TA-Lib 0.8 TRIMA",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.trima([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([ nan,  nan, 2.25, 4.25, 7.25])\n"},
        .talib_flags = average_flags,
    },
    {
        .name = "hma",
        .talib_name = "HMA",
        .title = "Hull Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = hull_period,
        .outputs = one_real,
        .lookback = [](const double* p) { return whole(p[0]) + root_of_period(whole(p[0])) - 2; },
        .text = {.formula = "wma(2 * wma(x, period // 2) - wma(x, period), isqrt(period))",
                 .seeding = no_seeding,
                 .warm_up = "NaN before bar period + isqrt(period) - 2",
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = "|result - exact| <= 5e-15 * max|x| of the windows",
                 .source = "TA-Lib 0.8 HMA",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.hma([1.0, 2.0, 4.0, 7.0, 11.0], 4).round(3)\n"
                            "array([   nan,    nan,    nan,    nan, 10.389])\n"},
        .talib_flags = average_flags,
    },
    {
        .name = "stddev",
        .talib_name = "STDDEV",
        .title = "Standard Deviation",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = deviation_parameters,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula =
                     "multiplier * sqrt(mean(x * x) - mean(x)^2) over the last `period` bars: the population's, ddof 0",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = deviation_accuracy,
                 .source = "TA-Lib 0.8 STDDEV",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.stddev([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([  nan,   nan, 1.247, 2.055, 2.867])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "var",
        .talib_name = "VAR",
        .title = "Variance",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = variance_parameters,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "mean(x * x) - mean(x)^2 over the last `period` bars: the population's, ddof 0",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = deviation_accuracy,
                 .source = "TA-Lib 0.8 VAR",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.var([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([  nan,   nan, 1.556, 4.222, 8.222])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "bbands",
        .talib_name = "BBANDS",
        .title = "Bollinger Bands",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = bands_parameters,
        .outputs = three_bands,
        .lookback =
            [](const double* p) {
              return lookback_of_bands(average_of(p[3], average::sma), whole(p[0]), unstable_of(p));
            },
        .text = {.formula = "middle: the average; upper: middle + multiplier_up * deviation; lower: middle - "
                            "multiplier_down * deviation; deviation: stddev(x, period)",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves,
                 .accuracy =
                     "the bands' distance as stddev; the middle |result - exact| <= 1e-14 * max|x| of the window",
                 .source = "TA-Lib 0.8 BBANDS",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.bbands([1.0, 2.0, 4.0, 7.0, 11.0], 3).upper.round(3)\n"
                            "array([   nan,    nan,  4.828,  8.443, 13.068])\n"},
        .talib_flags = streaming_same_scale,
        .unstable_inside = [](const double* p) { return unstable_within(average_of(p[3], average::sma), p); },
    },
    {
        .name = "linearreg",
        .talib_name = "LINEARREG",
        .title = "Linear Regression",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = regression_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "b + m * (period - 1): the value at the newest bar of the line b + m * k that fits the "
                            "last `period` bars by least squares, k = 0 being the oldest",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = line_accuracy,
                 .source = "TA-Lib 0.8 LINEARREG",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.linearreg([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([   nan,    nan,  3.833,  6.833, 10.833])\n"},
        .talib_flags = streaming_same_scale,
    },
    {
        .name = "linearreg_slope",
        .talib_name = "LINEARREG_SLOPE",
        .title = "Linear Regression Slope",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = regression_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "m of the line b + m * k that fits the last `period` bars by least squares",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = "|result - exact| <= 1e-14 * max|x| / period of the window, and far less where x stays "
                             "within an eighth of its level",
                 .source = "TA-Lib 0.8 LINEARREG_SLOPE",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.linearreg_slope([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([nan, nan, 1.5, 2.5, 3.5])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "linearreg_angle",
        .talib_name = "LINEARREG_ANGLE",
        .title = "Linear Regression Angle",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = regression_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula =
                     "atan(m) in degrees, m of the line b + m * k that fits the last `period` bars by least squares",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = "that of linearreg_slope, in degrees",
                 .source = "TA-Lib 0.8 LINEARREG_ANGLE",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.linearreg_angle([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([   nan,    nan, 56.31 , 68.199, 74.055])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "linearreg_intercept",
        .talib_name = "LINEARREG_INTERCEPT",
        .title = "Linear Regression Intercept",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = regression_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "b of the line b + m * k that fits the last `period` bars by least squares: its value at "
                            "the oldest, k = 0",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = line_accuracy,
                 .source = "TA-Lib 0.8 LINEARREG_INTERCEPT",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.linearreg_intercept([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([  nan,   nan, 0.833, 1.833, 3.833])\n"},
        .talib_flags = streaming_same_scale,
    },
    {
        .name = "tsf",
        .talib_name = "TSF",
        .title = "Time Series Forecast",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = regression_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "b + m * period: the value one bar after the newest of the line b + m * k that fits the "
                            "last `period` bars by least squares, k = 0 being the oldest",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_is_rebuilt,
                 .accuracy = line_accuracy,
                 .source = "TA-Lib 0.8 TSF",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.tsf([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([   nan,    nan,  5.333,  9.333, 14.333])\n"},
        .talib_flags = streaming_same_scale,
    },
    {
        .name = "beta",
        .talib_name = "BETA",
        .title = "Beta",
        .group = "Statistic Functions",
        .inputs = x_and_y,
        .parameters = beta_period,
        .outputs = one_real,
        .lookback = period_bars,
        .text = {.formula = "the slope of y's returns on x's over the last `period` returns, by least squares; a "
                            "return from 0 counts as 0, and so does a slope where x's returns don't vary",
                 .seeding = no_seeding,
                 .warm_up = "NaN before bar period",
                 .nan = leaves_or_hides,
                 .accuracy = pair_accuracy,
                 .source = "TA-Lib 0.8 BETA",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.beta([1.0, 2.0, 4.0, 7.0, 11.0], [2.0, 3.0, 5.0, 9.0, 12.0], 3).round(3)\n"
                            "array([   nan,    nan,    nan, -0.867,  0.694])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "correl",
        .talib_name = "CORREL",
        .title = "Pearson's Correlation Coefficient (r)",
        .group = "Statistic Functions",
        .inputs = x_and_y,
        .parameters = correlation_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "covariance(x, y) / sqrt(variance(x) * variance(y)) over the last `period` bars, within -1 "
                            "... 1; 0 where one of them doesn't vary",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_or_hides,
                 .accuracy = pair_accuracy,
                 .source = "TA-Lib 0.8 CORREL",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.correl([1.0, 2.0, 4.0, 7.0, 11.0], [2.0, 3.0, 5.0, 9.0, 12.0], 3).round(3)\n"
                            "array([  nan,   nan, 1.   , 0.997, 0.986])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "cci",
        .talib_name = "CCI",
        .title = "Commodity Channel Index",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = oscillator_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula = "(t - mean(t)) / (0.015 * mean|t - mean(t)|) over the last `period` bars, t = (high + low "
                            "+ close) / 3; 0 where either difference is within rounding of 0",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = "a NaN leaves with its window",
                 .accuracy =
                     "|result - exact| <= 1e-13 * max|t| / mean|t - mean(t)|: the rounding of the prices, as TA-Lib's",
                 .source = "TA-Lib 0.8 CCI",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.cci([3.0, 5.0, 7.0, 8.0], [1.0, 2.0, 4.0, 5.0], [2.0, 4.0, 5.0, 7.0], 3).round(3)\n"
                            "array([    nan,     nan, 100.   ,  92.857])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "ultosc",
        .talib_name = "ULTOSC",
        .title = "Ultimate Oscillator",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = ultimate_parameters,
        .outputs = one_real,
        .lookback = [](const double* p) { return std::max({whole(p[0]), whole(p[1]), whole(p[2])}); },
        .text =
            {.formula =
                 "100 / 7 * (4 * g(a) + 2 * g(b) + g(c)), the periods in order a <= b <= c; g(n) = sum(close - true "
                 "low) / sum(true range) over n bars, 0 where nothing moved; true low = min(low, close before)",
             .seeding = no_seeding,
             .warm_up = "NaN before bar max(first, second, third)",
             .nan = leaves_or_hides,
             .accuracy = "|result - exact| <= 1e-13",
             .source = "TA-Lib 0.8 ULTOSC",
             .example =
                 ">>> import pyhft as ph\n"
                 ">>> ph.ultosc([3.0, 5.0, 7.0, 8.0], [1.0, 2.0, 4.0, 5.0], [2.0, 4.0, 5.0, 7.0], 1, 2, 3).round(3)\n"
                 "array([   nan,    nan,    nan, 60.317])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "mfi",
        .talib_name = "MFI",
        .title = "Money Flow Index",
        .group = "Momentum Indicators",
        .inputs = high_low_close_volume,
        .parameters = oscillator_period,
        .outputs = one_real,
        .lookback = period_bars,
        .text = {.formula = "100 * sum(t * volume where t rose) / sum(t * volume where t rose or fell) over the last "
                            "`period` bars, t = (high + low + close) / 3; 0 where nothing was traded",
                 .seeding = no_seeding,
                 .warm_up = "NaN before bar period",
                 .nan = leaves,
                 .accuracy = "|result - exact| <= 1e-13",
                 .source = "TA-Lib 0.8 MFI",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.mfi([3.0, 5.0, 7.0, 8.0], [1.0, 2.0, 4.0, 5.0], [2.0, 4.0, 5.0, 7.0], [10.0, 20.0, "
                            "10.0, 30.0], 2).round(3)\n"
                            "array([ nan,  nan, 100., 100.])\n"},
        .talib_flags = streaming,
    },
    {
        .name = "rolling_vwap",
        .talib_name = "",
        .title = "Volume-Weighted Average Price over a Window",
        .group = "Volume Indicators",
        .inputs = price_and_volume,
        .parameters = rolling_period,
        .outputs = one_real,
        .lookback = period_less_one,
        .text = {.formula =
                     "sum(price * volume) / sum(volume) over the last `period` bars; NaN where nothing was traded",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = leaves_everywhere,
                 .accuracy = "|result - exact| <= 1e-15 * max|price| of the window for volumes >= 0",
                 .source = "its definition",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.rolling_vwap([2.0, 4.0, 5.0, 7.0], [10.0, 20.0, 10.0, 30.0], 3).round(3)\n"
                            "array([  nan,   nan, 3.75 , 5.667])\n"},
        .talib_flags = "",
    },
    {
        .name = "realised_volatility",
        .talib_name = "",
        .title = "Realised Volatility",
        .group = "Volatility Indicators",
        .inputs = x_only,
        .parameters = rolling_period,
        .outputs = one_real,
        .lookback = period_bars,
        .text = {.formula =
                     "sqrt(sum of log(x / x before)^2 over the last `period` bars): of the window, not annualised",
                 .seeding = no_seeding,
                 .warm_up = "NaN before bar period",
                 .nan = leaves_everywhere,
                 .accuracy = "relative error <= 1e-14",
                 .source = "its definition",
                 .example = ">>> import pyhft as ph\n"
                            ">>> ph.realised_volatility([1.0, 2.0, 4.0, 7.0, 11.0], 3).round(3)\n"
                            "array([  nan,   nan,   nan, 1.129, 0.999])\n"},
        .talib_flags = "",
    },
};

}  // namespace

std::span<const indicator> windows() { return all; }

}  // namespace pyhft::kernels
