// SPDX-License-Identifier: MIT
#include <cstdint>

#include "families.hpp"

namespace pyhft::kernels {
namespace {

constexpr input x_only[] = {{"x", "real"}};
constexpr output one_real[] = {{"real", "real"}};

constexpr parameter sma_parameters[] = {
    {"period", "timeperiod", parameter::kind::period, 30, 1, 100'000, "bars to average over", true},
};

const indicator all[] = {
    {
        .name = "sma",
        .talib_name = "SMA",
        .title = "Simple Moving Average",
        .group = "Overlap Studies",
        .inputs = x_only,
        .parameters = sma_parameters,
        .outputs = one_real,
        .lookback = [](const double* p) { return static_cast<std::int64_t>(p[0]) - 1; },
        .text = {.formula = "the mean of the last `period` bars",
                 .seeding = "none: every window stands for itself",
                 .warm_up = "NaN before bar period - 1",
                 .nan = "a NaN leaves with its window; exact=True, like TA-Lib, carries it to the end",
                 .accuracy = "|result - exact| <= 1e-15 * max|x| of the window",
                 .source = "TA-Lib 0.8 SMA"},
    },
};

}  // namespace

std::span<const indicator> windows() { return all; }

}  // namespace pyhft::kernels
