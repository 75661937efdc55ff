// SPDX-License-Identifier: MIT
#include <cstdint>

#include "families.hpp"
#include "pyhft/kernels/moving_average.hpp"

namespace pyhft::kernels {
namespace {

constexpr input x_only[] = {{"x", "real"}};
constexpr input high_low[] = {{"high", "high"}, {"low", "low"}};
constexpr input high_low_close[] = {{"high", "high"}, {"low", "low"}, {"close", "close"}};

constexpr output one_real[] = {{"real", "real"}};
constexpr output one_index[] = {{"index", "integer", "Line", true}};
constexpr output low_high_values[] = {{"min", "min"}, {"max", "max"}};
constexpr output low_high_indexes[] = {{"min_index", "minidx", "Line", true}, {"max_index", "maxidx", "Line", true}};
constexpr output slow_lines[] = {{"slow_k", "slowk", "Dashed Line"}, {"slow_d", "slowd", "Dashed Line"}};
constexpr output fast_lines[] = {{"fast_k", "fastk"}, {"fast_d", "fastd"}};
constexpr output aroon_lines[] = {{"down", "aroondown", "Dashed Line"}, {"up", "aroonup"}};

constexpr parameter required_period[] = {
    {"period", "timeperiod", parameter::kind::period, 30, 2, 100'000, "bars to look at", true},
};
constexpr parameter period_of_14[] = {
    {"period", "timeperiod", parameter::kind::period, 14, 2, 100'000, "bars to look at"},
};
constexpr parameter stoch_parameters[] = {
    {"fast_k", "fastk_period", parameter::kind::period, 5, 1, 100'000, "bars of the range"},
    {"slow_k", "slowk_period", parameter::kind::period, 3, 1, 100'000, "values that slow k averages over"},
    {"slow_k_average", "slowk_matype", parameter::kind::average, 0, 0, 13, any_average},
    {"slow_d", "slowd_period", parameter::kind::period, 3, 1, 100'000, "values that slow d averages over"},
    {"slow_d_average", "slowd_matype", parameter::kind::average, 0, 0, 13, any_average},
};
constexpr parameter stochf_parameters[] = {
    {"fast_k", "fastk_period", parameter::kind::period, 5, 1, 100'000, "bars of the range"},
    {"fast_d", "fastd_period", parameter::kind::period, 3, 1, 100'000, "values that fast d averages over"},
    {"fast_d_average", "fastd_matype", parameter::kind::average, 0, 0, 13, any_average},
};
constexpr parameter stochrsi_parameters[] = {
    {"period", "timeperiod", parameter::kind::period, 14, 2, 100'000, "bars of the RSI"},
    {"fast_k", "fastk_period", parameter::kind::period, 5, 1, 100'000, "values of the RSI in the range"},
    {"fast_d", "fastd_period", parameter::kind::period, 3, 1, 100'000, "values that fast d averages over"},
    {"fast_d_average", "fastd_matype", parameter::kind::average, 0, 0, 13, any_average},
};
constexpr parameter quantile_parameters[] = {
    {"period", "period", parameter::kind::period, 30, 1, 100'000, "bars to look at", true},
    {"quantile", "quantile", parameter::kind::real, 0.5, 0, 1, "fraction of the window below the result", true},
};

std::int64_t window_lookback(const double* p) { return static_cast<std::int64_t>(p[0]) - 1; }
std::int64_t aroon_lookback(const double* p) { return static_cast<std::int64_t>(p[0]); }

// Of the average whose period is p[at] and whose kind p[at + 1].
std::int64_t average_lookback(const double* p, int at) {
  return lookback_of_average(average_of(p[at + 1], average::sma), static_cast<std::int64_t>(p[at]), unstable_of(p));
}
std::int64_t stochf_lookback(const double* p) { return window_lookback(p) + average_lookback(p, 1); }
std::int64_t stoch_lookback(const double* p) { return stochf_lookback(p) + average_lookback(p, 3); }
std::int64_t stochrsi_lookback(const double* p) {
  return static_cast<std::int64_t>(p[0]) + unstable_of(p).own + window_lookback(p + 1) + average_lookback(p, 2);
}

constexpr std::string_view no_seeding = "none: every window stands for itself";
constexpr std::string_view window_warm_up = "NaN before bar period - 1";
constexpr std::string_view block_nan =
    "as TA-Lib: a NaN is ignored, but from bar 0 on in blocks of `period` bars, one at the end of a block stands for "
    "every "
    "window that holds it, and after one at the beginning of a block the rest of that block doesn't count; nan='skip' "
    "leaves all of them out";
constexpr std::string_view search_nan =
    "as TA-Lib: a NaN is ignored, but where it is the oldest bar of the window when the best bar has just left, it is "
    "the "
    "best for one bar; nan='skip' leaves all of them out";
constexpr std::string_view stochastic_nan =
    "in high and low as maxindex; a k that is NaN, and what then becomes of the averages, as the chosen averages say";
constexpr std::string_view stochastic_accuracy = "fast k: the bits of TA-Lib; the others as the chosen averages";
constexpr std::string_view exact_values =
    "exact: one of the values of the window; of zeros of both signs, either may be the result";
constexpr std::string_view exact_indexes = "exact";
constexpr std::string_view index_ties =
    "none before the first window; of equal bars the newest one counts if it came while the best bar was in the "
    "window, the "
    "oldest one if the best bar had left it";

const indicator all[] = {
    {
        .name = "max",
        .talib_name = "MAX",
        .title = "Highest value over a specified period",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = required_period,
        .outputs = one_real,
        .lookback = window_lookback,
        .text = {.formula = "the largest of the last `period` bars",
                 .seeding = no_seeding,
                 .warm_up = window_warm_up,
                 .nan = block_nan,
                 .accuracy = exact_values,
                 .source = "TA-Lib 0.8 MAX"},
        .talib_flags = "Output scale same as input;Function has a streaming API",
    },
    {
        .name = "min",
        .talib_name = "MIN",
        .title = "Lowest value over a specified period",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = required_period,
        .outputs = one_real,
        .lookback = window_lookback,
        .text = {.formula = "the smallest of the last `period` bars",
                 .seeding = no_seeding,
                 .warm_up = window_warm_up,
                 .nan = block_nan,
                 .accuracy = exact_values,
                 .source = "TA-Lib 0.8 MIN"},
        .talib_flags = "Output scale same as input;Function has a streaming API",
    },
    {
        .name = "minmax",
        .talib_name = "MINMAX",
        .title = "Lowest and highest values over a specified period",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = required_period,
        .outputs = low_high_values,
        .lookback = window_lookback,
        .text = {.formula = "the smallest and the largest of the last `period` bars",
                 .seeding = no_seeding,
                 .warm_up = window_warm_up,
                 .nan = block_nan,
                 .accuracy = exact_values,
                 .source = "TA-Lib 0.8 MINMAX"},
        .talib_flags = "Output scale same as input;Function has a streaming API",
    },
    {
        .name = "maxindex",
        .talib_name = "MAXINDEX",
        .title = "Index of highest value over a specified period",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = required_period,
        .outputs = one_index,
        .lookback = window_lookback,
        .text = {.formula = "the number of the bar with the largest value among the last `period`, counted from 0",
                 .seeding = index_ties,
                 .warm_up = "0 before bar period - 1",
                 .nan = search_nan,
                 .accuracy = exact_indexes,
                 .source = "TA-Lib 0.8 MAXINDEX"},
        .talib_flags = "Function has a streaming API",
    },
    {
        .name = "minindex",
        .talib_name = "MININDEX",
        .title = "Index of lowest value over a specified period",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = required_period,
        .outputs = one_index,
        .lookback = window_lookback,
        .text = {.formula = "the number of the bar with the smallest value among the last `period`, counted from 0",
                 .seeding = index_ties,
                 .warm_up = "0 before bar period - 1",
                 .nan = search_nan,
                 .accuracy = exact_indexes,
                 .source = "TA-Lib 0.8 MININDEX"},
        .talib_flags = "Function has a streaming API",
    },
    {
        .name = "minmaxindex",
        .talib_name = "MINMAXINDEX",
        .title = "Indexes of lowest and highest values over a specified period",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = required_period,
        .outputs = low_high_indexes,
        .lookback = window_lookback,
        .text = {.formula = "the numbers of the bars with the smallest and the largest value among the last `period`, "
                            "counted from 0",
                 .seeding = index_ties,
                 .warm_up = "0 before bar period - 1",
                 .nan = search_nan,
                 .accuracy = exact_indexes,
                 .source = "TA-Lib 0.8 MINMAXINDEX"},
        .talib_flags = "Function has a streaming API",
    },
    {
        .name = "midpoint",
        .talib_name = "MIDPOINT",
        .title = "MidPoint over period",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = period_of_14,
        .outputs = one_real,
        .lookback = window_lookback,
        .text = {.formula = "(largest + smallest) / 2 of the last `period` bars",
                 .seeding = no_seeding,
                 .warm_up = window_warm_up,
                 .nan = block_nan,
                 .accuracy = "two roundings: the bits of TA-Lib, but for the sign of a zero",
                 .source = "TA-Lib 0.8 MIDPOINT"},
        .talib_flags = "Output scale same as input;Function has a streaming API",
    },
    {
        .name = "midprice",
        .talib_name = "MIDPRICE",
        .title = "Midpoint Price over period",
        .group = "Overlap Studies",
        .inputs = high_low,
        .parameters = period_of_14,
        .outputs = one_real,
        .lookback = window_lookback,
        .text = {.formula = "(highest high + lowest low) / 2 of the last `period` bars",
                 .seeding = no_seeding,
                 .warm_up = window_warm_up,
                 .nan = block_nan,
                 .accuracy = "two roundings: the bits of TA-Lib, but for the sign of a zero",
                 .source = "TA-Lib 0.8 MIDPRICE"},
        .talib_flags = "Output scale same as input;Function has a streaming API",
    },
    {
        .name = "willr",
        .talib_name = "WILLR",
        .title = "Williams' %R",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = period_of_14,
        .outputs = one_real,
        .lookback = window_lookback,
        .text = {.formula =
                     "-100 * (H - close) / (H - L), H the highest high and L the lowest low of the last `period` bars; "
                     "0 where |H - L| <= 1e-14 * (|H| + |L|), and never outside of -100 to 0",
                 .seeding = no_seeding,
                 .warm_up = window_warm_up,
                 .nan = block_nan,
                 .accuracy = "four roundings: the bits of TA-Lib, but for the sign of a zero",
                 .source = "TA-Lib 0.8 WILLR"},
        .talib_flags = "Function has a streaming API",
    },
    {
        .name = "aroon",
        .talib_name = "AROON",
        .title = "Aroon",
        .group = "Momentum Indicators",
        .inputs = high_low,
        .parameters = period_of_14,
        .outputs = aroon_lines,
        .lookback = aroon_lookback,
        .text = {.formula =
                     "100 / period * (period - bars since the lowest low), and since the highest high, of the last "
                     "period + 1 bars; of equal bars the latest one counts",
                 .seeding = no_seeding,
                 .warm_up = "NaN before bar period",
                 .nan = search_nan,
                 .accuracy = "the bits of TA-Lib",
                 .source = "TA-Lib 0.8 AROON"},
        .talib_flags = "Function has a streaming API",
    },
    {
        .name = "aroonosc",
        .talib_name = "AROONOSC",
        .title = "Aroon Oscillator",
        .group = "Momentum Indicators",
        .inputs = high_low,
        .parameters = period_of_14,
        .outputs = one_real,
        .lookback = aroon_lookback,
        .text = {.formula =
                     "100 / period * (bar of the highest high - bar of the lowest low) of the last period + 1 bars; of "
                     "equal bars the latest one counts",
                 .seeding = no_seeding,
                 .warm_up = "NaN before bar period",
                 .nan = search_nan,
                 .accuracy = "the bits of TA-Lib",
                 .source = "TA-Lib 0.8 AROONOSC"},
        .talib_flags = "Function has a streaming API",
    },
    {
        .name = "stoch",
        .talib_name = "STOCH",
        .title = "Stochastic",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = stoch_parameters,
        .outputs = slow_lines,
        .lookback = stoch_lookback,
        .text = {.formula =
                     "fast k = 100 * (close - L) / (H - L), H the highest high and L the lowest low of the last "
                     "`fast_k` bars, 0 where |H - L| <= 1e-14 * (|H| + |L|); slow k = average of fast k; slow d = "
                     "average of slow k",
                 .seeding = "each average begins with the first value of what it averages",
                 .warm_up = "NaN before bar fast_k - 1 + the lookbacks of both averages, in both outputs",
                 .nan = stochastic_nan,
                 .accuracy = stochastic_accuracy,
                 .source = "TA-Lib 0.8 STOCH"},
        .talib_flags = "Function has a streaming API",
        .unstable_inside = any_unstable,
    },
    {
        .name = "stochf",
        .talib_name = "STOCHF",
        .title = "Stochastic Fast",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = stochf_parameters,
        .outputs = fast_lines,
        .lookback = stochf_lookback,
        .text = {.formula = "fast k = 100 * (close - L) / (H - L), H the highest high and L the lowest low of the last "
                            "`fast_k` bars, 0 where |H - L| <= 1e-14 * (|H| + |L|); fast d = average of fast k",
                 .seeding = "the average begins with the first fast k",
                 .warm_up = "NaN before bar fast_k - 1 + the lookback of the average, in both outputs",
                 .nan = stochastic_nan,
                 .accuracy = stochastic_accuracy,
                 .source = "TA-Lib 0.8 STOCHF"},
        .talib_flags = "Function has a streaming API",
        .unstable_inside = any_unstable,
    },
    {
        .name = "stochrsi",
        .talib_name = "STOCHRSI",
        .title = "Stochastic Relative Strength Index",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = stochrsi_parameters,
        .outputs = fast_lines,
        .lookback = stochrsi_lookback,
        .text = {.formula = "stochf of rsi(x, period) as high, low and close",
                 .seeding = "as rsi and stochf",
                 .warm_up = "NaN before bar period + fast_k - 1 + the lookback of the average, in both outputs",
                 .nan = "as rsi",
                 .accuracy = stochastic_accuracy,
                 .source = "TA-Lib 0.8 STOCHRSI"},
        .talib_flags = "Function has a streaming API",
        .unstable_inside = any_unstable,
    },
    {
        .name = "rolling_quantile",
        .talib_name = "",
        .title = "Quantile over a specified period",
        .group = "Statistic Functions",
        .inputs = x_only,
        .parameters = quantile_parameters,
        .outputs = one_real,
        .lookback = window_lookback,
        .text = {.formula = "with the last `period` bars sorted into s[0], s[1], ... and r = quantile * (period - 1): "
                            "s[floor(r)] + (r - floor(r)) * (s[floor(r) + 1] - s[floor(r)])",
                 .seeding = no_seeding,
                 .warm_up = window_warm_up,
                 .nan = "NaN while the window holds one, and between -inf and inf",
                 .accuracy = "three roundings: the bits of numpy's default method for finite values",
                 .source = "Hyndman and Fan (1996), definition 7, over a moving window"},
    },
};

}  // namespace

std::span<const indicator> extremes() { return all; }

}  // namespace pyhft::kernels
