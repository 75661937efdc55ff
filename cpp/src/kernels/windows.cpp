// SPDX-License-Identifier: MIT
#include <cstdint>

#include "families.hpp"
#include "pyhft/kernels/windows.hpp"

namespace pyhft::kernels {
namespace {

constexpr input x_only[] = {{"x", "real"}};
constexpr output one_real[] = {{"real", "real"}};

constexpr parameter period(double fallback, double least, std::string_view help, bool required) {
  return {"period", "timeperiod", parameter::kind::period, fallback, least, 100'000, help, required};
}
constexpr parameter average_period[] = {period(30, 1, "bars to average over", true)};
constexpr parameter hull_period[] = {period(20, 1, "bars to average over", true)};

constexpr std::string_view average_flags =
    "A period of 1 performs no smoothing;Output scale same as input;Function has a streaming API";

std::int64_t whole(double parameter) { return static_cast<std::int64_t>(parameter); }
std::int64_t period_less_one(const double* p) { return whole(p[0]) - 1; }

constexpr std::string_view no_seeding = "none: every window stands for itself";
constexpr std::string_view after_period = "NaN before bar period - 1";
constexpr std::string_view leaves = "a NaN leaves with its window; exact=True, like TA-Lib, carries it to the end";

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
                 .accuracy = "|result - exact| <= 1e-15 * max|x| of the window",
                 .source = "TA-Lib 0.8 SMA"},
        .talib_flags = average_flags,
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
        .text = {.formula = "the mean of the last `period` bars with weights 1, 2 ... period, the newest bar's the largest",
                 .seeding = no_seeding,
                 .warm_up = after_period,
                 .nan = "a NaN leaves with its window; exact=True, like TA-Lib, loses it within 8 periods",
                 .accuracy = "|result - exact| <= 1e-15 * max|x| of the window",
                 .source = "TA-Lib 0.8 WMA"},
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
                 .accuracy = "|result - exact| <= 1e-15 * max|x| of the window",
                 .source = "TA-Lib 0.8 TRIMA"},
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
                 .nan = "a NaN leaves with its windows; exact=True, like TA-Lib, loses it within some 8 periods",
                 .accuracy = "|result - exact| <= 3e-15 * max|x| of the windows",
                 .source = "TA-Lib 0.8 HMA"},
        .talib_flags = average_flags,
    },
};

}  // namespace

std::span<const indicator> windows() { return all; }

}  // namespace pyhft::kernels
