// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>

#include "families.hpp"
#include "pyhft/kernels/average_kind.hpp"

namespace pyhft::kernels {
namespace {

constexpr input x_only[] = {{"x", "real"}};
constexpr input high_low[] = {{"high", "high"}, {"low", "low"}};
constexpr input high_low_close[] = {{"high", "high"}, {"low", "low"}, {"close", "close"}};
constexpr input with_volume[] = {{"high", "high"}, {"low", "low"}, {"close", "close"}, {"volume", "volume"}};
constexpr input x_and_volume[] = {{"x", "real"}, {"volume", "volume"}};
constexpr input price_volume_session[] = {{"price", ""}, {"volume", ""}, {"session", ""}};
constexpr input x_and_time[] = {{"x", ""}, {"time", ""}};
constexpr output one_real[] = {{"real", "real"}};

constexpr parameter period_from_1[] = {
    {"period", "timeperiod", parameter::kind::period, 14, 1, 100'000, "bars of Wilder's smoothing"},
};
constexpr parameter period_from_2[] = {
    {"period", "timeperiod", parameter::kind::period, 14, 2, 100'000, "bars of Wilder's smoothing"},
};
constexpr parameter sar_parameters[] = {
    {"acceleration", "acceleration", parameter::kind::real, 0.02, 0, 3e37, "the step of the acceleration"},
    {"maximum", "maximum", parameter::kind::real, 0.2, 0, 3e37, "the limit of the acceleration"},
};
constexpr parameter adosc_parameters[] = {
    {"fast", "fastperiod", parameter::kind::period, 3, 2, 100'000, "bars of the fast average"},
    {"slow", "slowperiod", parameter::kind::period, 10, 2, 100'000, "bars of the slow average"},
};

std::int64_t no_bar(const double*) { return 0; }
std::int64_t one_bar(const double*) { return 1; }
std::int64_t period_of(const double* p) { return static_cast<std::int64_t>(p[0]); }
std::int64_t period_bars(const double* p) { return period_of(p) + unstable_of(p).own; }
// Directional movement over one bar isn't smoothed, so that nothing is unstable.
std::int64_t movement_bars(const double* p) { return period_of(p) == 1 ? 1 : period_bars(p) - 1; }
std::int64_t direction_bars(const double* p) { return period_of(p) == 1 ? 1 : period_bars(p); }

constexpr std::string_view streaming = "Function has a streaming API";
constexpr std::string_view unstable = "Function has a streaming API;Function has an unstable period";
constexpr std::string_view path = "Function has a streaming API;Output is path-dependent";
constexpr std::string_view price_path =
    "Output scale same as input;Function has a streaming API;Output is path-dependent";

constexpr std::string_view sums_of_movement =
    "sums of the first period - 1 bars, each of which then loses one period-th with every bar";
constexpr std::string_view ratio_accuracy =
    "|result - exact| <= 2e-13 (of 100) for periods up to 10 000; a series that stands still for so long that an "
    "average "
    "falls below 1e-180 goes on with exact=True's bits";
constexpr std::string_view movement_accuracy =
    "|result - exact| <= 1e-14 * result for periods up to 10 000; a series that stands still for so long that a sum "
    "falls below 1e-180 goes on with exact=True's bits";
constexpr std::string_view running_accuracy =
    "|result - exact| <= 1e-15 * |result| + 8e-15 * (the sum of the absolute terms of the last 1024 bars), however "
    "long "
    "the series; sums of integers below 2^53 are exact";

const indicator all[] = {
    {
        .name = "rsi",
        .talib_name = "RSI",
        .title = "Relative Strength Index",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = period_from_2,
        .outputs = one_real,
        .lookback = period_bars,
        .text = {.formula =
                     "100 * gain / (gain + loss), where gain and loss are the rises and falls from bar to bar under "
                     "Wilder's smoothing, s = (s * (period - 1) + new) / period; 0 where both are 0",
                 .seeding = "the means of the first `period` changes",
                 .warm_up = "NaN before bar period",
                 .nan = "a NaN or an infinity makes everything after it NaN; exact=True, like TA-Lib, answers 0 there",
                 .accuracy = ratio_accuracy,
                 .source = "Wilder 1978; TA-Lib 0.8 RSI"},
        .talib_flags = unstable,
    },
    {
        .name = "cmo",
        .talib_name = "CMO",
        .title = "Chande Momentum Oscillator",
        .group = "Momentum Indicators",
        .inputs = x_only,
        .parameters = period_from_2,
        .outputs = one_real,
        .lookback = period_bars,
        .text =
            {.formula = "100 * (gain - loss) / (gain + loss), smoothed as in RSI, hence 2 * RSI - 100; 0 where both "
                        "are 0",
             .seeding = "the means of the first `period` changes",
             .warm_up = "NaN before bar period",
             .nan =
                 "a NaN or an infinity makes everything after it NaN; exact=True, like TA-Lib, answers 0 after a NaN",
             .accuracy = ratio_accuracy,
             .source = "TA-Lib 0.8 CMO, with Wilder's smoothing instead of Chande's sums"},
        .talib_flags = unstable,
    },
    {
        .name = "trange",
        .talib_name = "TRANGE",
        .title = "True Range",
        .group = "Volatility Indicators",
        .inputs = high_low_close,
        .parameters = {},
        .outputs = one_real,
        .lookback = one_bar,
        .text = {.formula = "max(high - low, |close[-1] - high|, |close[-1] - low|)",
                 .seeding = "none",
                 .warm_up = "NaN at bar 0, which has no close before it",
                 .nan = "a NaN in high or low makes this bar NaN; one in the close before is left out",
                 .accuracy = "TA-Lib's bits",
                 .source = "Wilder 1978; TA-Lib 0.8 TRANGE"},
        .talib_flags = streaming,
    },
    {
        .name = "atr",
        .talib_name = "ATR",
        .title = "Average True Range",
        .group = "Volatility Indicators",
        .inputs = high_low_close,
        .parameters = period_from_1,
        .outputs = one_real,
        .lookback = period_bars,
        .text =
            {.formula = "the true range under Wilder's smoothing, s += (range - s) / period",
             .seeding = "the mean of the true ranges of bars 1 to period",
             .warm_up = "NaN before bar period",
             .nan =
                 "a NaN in high or low makes everything after it NaN, an infinity infinite or NaN; a NaN in close is "
                 "left out",
             .accuracy = "|result - exact| <= 1e-14 * result + 1e-290 for periods up to 10 000",
             .source = "Wilder 1978; TA-Lib 0.8 ATR"},
        .talib_flags = unstable,
    },
    {
        .name = "natr",
        .talib_name = "NATR",
        .title = "Normalized Average True Range",
        .group = "Volatility Indicators",
        .inputs = high_low_close,
        .parameters = period_from_1,
        .outputs = one_real,
        .lookback = period_bars,
        .text = {.formula = "100 * ATR / close, 0 where the close is 0; with period 1 the true range itself",
                 .seeding = "as ATR",
                 .warm_up = "NaN before bar period",
                 .nan = "as ATR; a NaN in close makes its own bar NaN too",
                 .accuracy = "|result - exact| <= 1e-14 * result + 1e-290 for periods up to 10 000",
                 .source = "TA-Lib 0.8 NATR"},
        .talib_flags = unstable,
    },
    {
        .name = "plus_dm",
        .talib_name = "PLUS_DM",
        .title = "Plus Directional Movement",
        .group = "Momentum Indicators",
        .inputs = high_low,
        .parameters = period_from_1,
        .outputs = one_real,
        .lookback = movement_bars,
        .text =
            {.formula = "s = s - s / period + up, where up is high - high[-1] if that is positive and more than "
                        "low[-1] - low, else 0; with period 1 up itself",
             .seeding = sums_of_movement,
             .warm_up = "NaN before bar period - 1, and at bar 0",
             .nan = "a movement from or to a NaN counts as none; an infinite one makes everything after it infinite or "
                    "NaN",
             .accuracy = "|result - exact| <= 1e-14 * result + 1e-290 for periods up to 10 000",
             .source = "Wilder 1978; TA-Lib 0.8 PLUS_DM"},
        .talib_flags = unstable,
    },
    {
        .name = "minus_dm",
        .talib_name = "MINUS_DM",
        .title = "Minus Directional Movement",
        .group = "Momentum Indicators",
        .inputs = high_low,
        .parameters = period_from_1,
        .outputs = one_real,
        .lookback = movement_bars,
        .text =
            {.formula = "s = s - s / period + down, where down is low[-1] - low if that is positive and more than "
                        "high - high[-1], else 0; with period 1 down itself",
             .seeding = sums_of_movement,
             .warm_up = "NaN before bar period - 1, and at bar 0",
             .nan = "a movement from or to a NaN counts as none; an infinite one makes everything after it infinite or "
                    "NaN",
             .accuracy = "|result - exact| <= 1e-14 * result + 1e-290 for periods up to 10 000",
             .source = "Wilder 1978; TA-Lib 0.8 MINUS_DM"},
        .talib_flags = unstable,
    },
    {
        .name = "plus_di",
        .talib_name = "PLUS_DI",
        .title = "Plus Directional Indicator",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = period_from_1,
        .outputs = one_real,
        .lookback = direction_bars,
        .text = {.formula =
                     "100 * PLUS_DM / (the true range, summed in the same way), 0 where that is 0; with period 1 the "
                     "movement of the bar divided by its range, not in percent",
                 .seeding = sums_of_movement,
                 .warm_up = "NaN before bar period",
                 .nan = "a NaN or an infinity in high or low makes everything after it NaN; exact=True, like TA-Lib, "
                        "answers 0 there",
                 .accuracy = movement_accuracy,
                 .source = "Wilder 1978; TA-Lib 0.8 PLUS_DI"},
        .talib_flags = unstable,
    },
    {
        .name = "minus_di",
        .talib_name = "MINUS_DI",
        .title = "Minus Directional Indicator",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = period_from_1,
        .outputs = one_real,
        .lookback = direction_bars,
        .text = {.formula =
                     "100 * MINUS_DM / (the true range, summed in the same way), 0 where that is 0; with period 1 "
                     "the movement of the bar divided by its range, not in percent",
                 .seeding = sums_of_movement,
                 .warm_up = "NaN before bar period",
                 .nan = "a NaN or an infinity in high or low makes everything after it NaN; exact=True, like TA-Lib, "
                        "answers 0 there",
                 .accuracy = movement_accuracy,
                 .source = "Wilder 1978; TA-Lib 0.8 MINUS_DI"},
        .talib_flags = unstable,
    },
    {
        .name = "dx",
        .talib_name = "DX",
        .title = "Directional Movement Index",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = period_from_2,
        .outputs = one_real,
        .lookback = period_bars,
        .text =
            {.formula =
                 "100 * |PLUS_DI - MINUS_DI| / (PLUS_DI + MINUS_DI); the value of the bar before where that sum is "
                 "less than 1e-14, 0 if there is none",
             .seeding = sums_of_movement,
             .warm_up = "NaN before bar period",
             .nan =
                 "a NaN or an infinity in high or low makes everything after it NaN; exact=True, like TA-Lib, repeats "
                 "the last value instead",
             .accuracy = ratio_accuracy,
             .source = "Wilder 1978; TA-Lib 0.8 DX"},
        .talib_flags = unstable,
    },
    {
        .name = "adx",
        .talib_name = "ADX",
        .title = "Average Directional Movement Index",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = period_from_2,
        .outputs = one_real,
        .lookback = [](const double* p) { return period_of(p) + period_bars(p) - 1; },
        .text = {.formula =
                     "DX under Wilder's smoothing, s = (s * (period - 1) + DX) / period; bars without movement change "
                     "nothing",
                 .seeding = "the mean of the first `period` values of DX, of which those without movement count as 0",
                 .warm_up = "NaN before bar 2 * period - 1",
                 .nan = "as DX",
                 .accuracy = ratio_accuracy,
                 .source = "Wilder 1978; TA-Lib 0.8 ADX"},
        .talib_flags = unstable,
    },
    {
        .name = "adxr",
        .talib_name = "ADXR",
        .title = "Average Directional Movement Index Rating",
        .group = "Momentum Indicators",
        .inputs = high_low_close,
        .parameters = period_from_2,
        .outputs = one_real,
        .lookback = [](const double* p) { return 2 * period_of(p) + period_bars(p) - 2; },
        .text = {.formula = "(ADX + ADX[-(period - 1)]) / 2",
                 .seeding = "as ADX",
                 .warm_up = "NaN before bar 3 * period - 2",
                 .nan = "as DX",
                 .accuracy = ratio_accuracy,
                 .source = "Wilder 1978; TA-Lib 0.8 ADXR"},
        .talib_flags = streaming,
    },
    {
        .name = "sar",
        .talib_name = "SAR",
        .title = "Parabolic SAR",
        .group = "Overlap Studies",
        .inputs = high_low,
        .parameters = sar_parameters,
        .outputs = one_real,
        .lookback = one_bar,
        .text = {.formula =
                     "stop += speed * (extreme - stop), kept outside the last two bars; speed grows by `acceleration` "
                     "up to `maximum` with every new extreme; a bar that reaches the stop turns the direction and "
                     "starts again from the extreme",
                 .seeding =
                     "long unless bar 1 reaches further below bar 0 than above it; the stop is the far end of bar 0, "
                     "the extreme the near end of bar 1",
                 .warm_up = "NaN at bar 0",
                 .nan = "a NaN reaches nothing and bounds nothing; an infinite extreme ends in NaN",
                 .accuracy = "TA-Lib's bits",
                 .source = "Wilder 1978; TA-Lib 0.8 SAR"},
        .talib_flags = price_path,
    },
    {
        .name = "cumsum",
        .talib_name = "CUMSUM",
        .title = "Cumulative Sum",
        .group = "Math Operators",
        .inputs = x_only,
        .parameters = {},
        .outputs = one_real,
        .lookback = no_bar,
        .text = {.formula = "the sum of all bars so far",
                 .seeding = "0",
                 .warm_up = "none",
                 .nan = "a NaN makes everything after it NaN, an infinity infinite",
                 .accuracy = running_accuracy,
                 .source = "TA-Lib 0.8 CUMSUM"},
        .talib_flags = path,
    },
    {
        .name = "obv",
        .talib_name = "OBV",
        .title = "On Balance Volume",
        .group = "Volume Indicators",
        .inputs = x_and_volume,
        .parameters = {},
        .outputs = one_real,
        .lookback = no_bar,
        .text = {.formula = "the sum of the volumes of the bars on which x rose less those on which it fell",
                 .seeding = "the volume of the first bar",
                 .warm_up = "none",
                 .nan = "a bar before or after a NaN in x neither rose nor fell; a NaN in a volume that counts makes "
                        "everything after it NaN",
                 .accuracy = running_accuracy,
                 .source = "TA-Lib 0.8 OBV"},
        .talib_flags = path,
    },
    {
        .name = "ad",
        .talib_name = "AD",
        .title = "Chaikin A/D Line",
        .group = "Volume Indicators",
        .inputs = with_volume,
        .parameters = {},
        .outputs = one_real,
        .lookback = no_bar,
        .text =
            {.formula =
                 "the sum of volume * ((close - low) - (high - close)) / (high - low) over the bars with high > low",
             .seeding = "0",
             .warm_up = "none",
             .nan =
                 "a bar whose high or low is NaN counts for nothing; one in close or volume makes everything after it "
                 "NaN",
             .accuracy = running_accuracy,
             .source = "TA-Lib 0.8 AD"},
        .talib_flags = path,
    },
    {
        .name = "adosc",
        .talib_name = "ADOSC",
        .title = "Chaikin A/D Oscillator",
        .group = "Volume Indicators",
        .inputs = with_volume,
        .parameters = adosc_parameters,
        .outputs = one_real,
        .lookback =
            [](const double* p) { return static_cast<std::int64_t>(std::max(p[0], p[1])) - 1 + unstable_of(p).ema; },
        .text =
            {.formula = "EMA(fast) - EMA(slow) of AD",
             .seeding = "both averages begin with the first value of AD",
             .warm_up = "NaN before bar max(fast, slow) - 1",
             .nan =
                 "a bar whose high or low is NaN counts for nothing; one in close or volume makes everything after it "
                 "NaN",
             .accuracy = "|result - exact| <= 2e-15 * slow * (the largest volume of late), however large AD has become",
             .source = "TA-Lib 0.8 ADOSC"},
        .talib_flags = path,
    },
    {
        .name = "vwap",
        .talib_name = "VWAP",
        .title = "Volume Weighted Average Price",
        .group = "Volume Indicators",
        .inputs = with_volume,
        .parameters = {},
        .outputs = one_real,
        .lookback = no_bar,
        .text =
            {.formula =
                 "sum(volume * (high + low + close) / 3) / sum(volume), over all bars so far; the value before while "
                 "no volume was traded, 0 at first",
             .seeding = "none",
             .warm_up = "none",
             .nan = "a bar whose price or volume isn't finite is left out",
             .accuracy = "|result - exact| <= 8e-15 * |result| for prices of one sign, however long the series",
             .source = "TA-Lib 0.8 VWAP"},
        .talib_flags = price_path,
    },
    {
        .name = "session_vwap",
        .talib_name = "",
        .title = "Volume Weighted Average Price of the Session",
        .group = "Volume Indicators",
        .inputs = price_volume_session,
        .parameters = {},
        .outputs = one_real,
        .lookback = no_bar,
        .text =
            {.formula =
                 "sum(volume * price) / sum(volume) over the bars since `session`, any number that names it, last "
                 "changed",
             .seeding = "every session starts anew",
             .warm_up = "NaN while no volume was traded in the session",
             .nan = "a bar whose price or volume isn't finite is left out; every bar whose session is NaN is a session "
                    "of its own",
             .accuracy = "|result - exact| <= 1e-16 * (bars of the session) * |result| for prices of one sign",
             .source = "pyhft"},
    },
    {
        .name = "twap",
        .talib_name = "",
        .title = "Time Weighted Average Price",
        .group = "Volume Indicators",
        .inputs = x_and_time,
        .parameters = {},
        .outputs = one_real,
        .lookback = no_bar,
        .text = {.formula =
                     "sum of x[i-1] * (time[i] - time[i-1]) / (time[n] - time[0]), i = 1..n: every value weighs with "
                     "the time that it stood until the next came; x itself while no time has passed",
                 .seeding = "the first bar begins the time",
                 .warm_up = "none",
                 .nan = "a NaN makes everything after it NaN",
                 .accuracy =
                     "|result - exact| <= 1e-15 * sqrt(bars) * max|x|, given the times as doubles: nanoseconds since "
                     "1970 are rounded to 256, so give nanoseconds since the start of the day",
                 .source = "pyhft"},
    },
};

}  // namespace

std::span<const indicator> wilder() { return all; }

}  // namespace pyhft::kernels
