// SPDX-License-Identifier: MIT
#include <cstdint>

#include "families.hpp"

namespace pyhft::kernels {
namespace {

constexpr input x_only[] = {{"x", "real"}};
constexpr input x_and_y[] = {{"x", "real0"}, {"y", "real1"}};
constexpr input high_low[] = {{"high", "high"}, {"low", "low"}};
constexpr input high_low_close[] = {{"high", "high"}, {"low", "low"}, {"close", "close"}};
constexpr input open_high_low_close[] = {{"open", "open"}, {"high", "high"}, {"low", "low"}, {"close", "close"}};
constexpr input quotes[] = {{"bid", ""}, {"ask", ""}, {"bid_size", ""}, {"ask_size", ""}};
constexpr input sizes[] = {{"bid_size", ""}, {"ask_size", ""}};
constexpr input quote_changes[] = {{"bid", ""}, {"bid_size", ""}, {"ask", ""}, {"ask_size", ""}};

constexpr output one_real[] = {{"real", "real"}};

constexpr parameter lag_parameters[] = {
    {"period", "timeperiod", parameter::kind::period, 10, 1, 100'000, "bars to look back"},
};

std::int64_t none(const double*) { return 0; }
std::int64_t one_bar(const double*) { return 1; }
std::int64_t lag(const double* p) { return static_cast<std::int64_t>(p[0]); }

constexpr std::string_view no_seed = "nothing is seeded: every bar stands for itself";
constexpr std::string_view no_warm_up = "no warm-up: the first value stands at bar 0";
constexpr std::string_view own_nan = "a NaN makes its own bar NaN and no other";
constexpr std::string_view same_bits = "the bits of the formula, evaluated from left to right";
constexpr std::string_view streams = "Function has a streaming API";
constexpr std::string_view streams_beyond = "Function has a streaming API;Output can be NaN or infinite";
constexpr std::string_view streams_in_scale = "Output scale same as input;Function has a streaming API";

// The four operations and the elementary functions, which only pyhft.talib has: elsewhere numpy's do.
constexpr indicator arithmetic(std::string_view talib_name, std::string_view title, std::string_view formula,
                               std::string_view flags, std::string_view source) {
  return {.name = "",
          .talib_name = talib_name,
          .title = title,
          .group = "Math Operators",
          .inputs = x_and_y,
          .parameters = {},
          .outputs = one_real,
          .lookback = none,
          .text = {.formula = formula,
                   .seeding = no_seed,
                   .warm_up = no_warm_up,
                   .nan = own_nan,
                   .accuracy = same_bits,
                   .source = source},
          .talib_flags = flags};
}

constexpr std::string_view one_ulp =
    "within one unit in the last place of the exact value; without AVX2, and with exact=True, the C library's result";
constexpr std::string_view exact_value = "exact, or rounded once";

constexpr indicator elementary(std::string_view talib_name, std::string_view title, std::string_view formula,
                               std::string_view source, std::string_view flags = streams,
                               std::string_view accuracy = one_ulp) {
  return {.name = "",
          .talib_name = talib_name,
          .title = title,
          .group = "Math Transform",
          .inputs = x_only,
          .parameters = {},
          .outputs = one_real,
          .lookback = none,
          .text = {.formula = formula,
                   .seeding = no_seed,
                   .warm_up = no_warm_up,
                   .nan = "a NaN, or a value outside the function's domain, makes its own bar NaN and no other",
                   .accuracy = accuracy,
                   .source = source},
          .talib_flags = flags};
}

constexpr indicator price(std::string_view name, std::string_view talib_name, std::string_view title,
                          std::span<const input> inputs, std::string_view formula, std::string_view source) {
  return {.name = name,
          .talib_name = talib_name,
          .title = title,
          .group = "Price Transform",
          .inputs = inputs,
          .parameters = {},
          .outputs = one_real,
          .lookback = none,
          .text = {.formula = formula,
                   .seeding = no_seed,
                   .warm_up = no_warm_up,
                   .nan = own_nan,
                   .accuracy = same_bits,
                   .source = source},
          .talib_flags = streams_in_scale};
}

constexpr indicator change(std::string_view name, std::string_view talib_name, std::string_view title,
                           std::string_view formula, std::string_view source) {
  return {.name = name,
          .talib_name = talib_name,
          .title = title,
          .group = "Momentum Indicators",
          .inputs = x_only,
          .parameters = lag_parameters,
          .outputs = one_real,
          .lookback = lag,
          .text = {.formula = formula,
                   .seeding = "nothing is seeded: a value depends on two bars only",
                   .warm_up = "NaN before bar period",
                   .nan = "a NaN makes its own bar NaN and the one `period` bars later",
                   .accuracy = same_bits,
                   .source = source},
          .talib_flags = streams};
}

constexpr indicator quote(std::string_view name, std::string_view title, std::span<const input> inputs,
                          std::string_view formula, std::string_view nan, std::string_view accuracy,
                          std::string_view source) {
  return {.name = name,
          .talib_name = "",
          .title = title,
          .group = "Quotes",
          .inputs = inputs,
          .parameters = {},
          .outputs = one_real,
          .lookback = none,
          .text = {.formula = formula,
                   .seeding = no_seed,
                   .warm_up = no_warm_up,
                   .nan = nan,
                   .accuracy = accuracy,
                   .source = source}};
}

const indicator all[] = {
    arithmetic("ADD", "Vector Arithmetic Add", "x + y", streams, "TA-Lib 0.8 ADD"),
    arithmetic("SUB", "Vector Arithmetic Subtraction", "x - y", streams, "TA-Lib 0.8 SUB"),
    arithmetic("MULT", "Vector Arithmetic Mult", "x * y", streams, "TA-Lib 0.8 MULT"),
    arithmetic("DIV", "Vector Arithmetic Div", "x / y", streams_beyond, "TA-Lib 0.8 DIV"),
    elementary("ACOS", "Vector Trigonometric ACos", "acos(x)", "TA-Lib 0.8 ACOS", streams_beyond),
    elementary("ASIN", "Vector Trigonometric ASin", "asin(x)", "TA-Lib 0.8 ASIN", streams_beyond),
    elementary("ATAN", "Vector Trigonometric ATan", "atan(x)", "TA-Lib 0.8 ATAN"),
    elementary("CEIL", "Vector Ceil", "the smallest integer not below x", "TA-Lib 0.8 CEIL", streams, exact_value),
    elementary("COS", "Vector Trigonometric Cos", "cos(x)", "TA-Lib 0.8 COS"),
    elementary("COSH", "Vector Trigonometric Cosh", "cosh(x)", "TA-Lib 0.8 COSH"),
    elementary("EXP", "Vector Arithmetic Exp", "exp(x)", "TA-Lib 0.8 EXP"),
    elementary("FLOOR", "Vector Floor", "the largest integer not above x", "TA-Lib 0.8 FLOOR", streams, exact_value),
    elementary("LN", "Vector Log Natural", "the natural logarithm of x", "TA-Lib 0.8 LN", streams_beyond),
    elementary("LOG10", "Vector Log10", "the decimal logarithm of x", "TA-Lib 0.8 LOG10", streams_beyond),
    elementary("SIN", "Vector Trigonometric Sin", "sin(x)", "TA-Lib 0.8 SIN"),
    elementary("SINH", "Vector Trigonometric Sinh", "sinh(x)", "TA-Lib 0.8 SINH"),
    elementary("SQRT", "Vector Square Root", "the square root of x", "TA-Lib 0.8 SQRT", streams_beyond, exact_value),
    elementary("TAN", "Vector Trigonometric Tan", "tan(x)", "TA-Lib 0.8 TAN"),
    elementary("TANH", "Vector Trigonometric Tanh", "tanh(x)", "TA-Lib 0.8 TANH"),
    price("avgprice", "AVGPRICE", "Average Price", open_high_low_close, "(high + low + close + open) / 4",
          "TA-Lib 0.8 AVGPRICE"),
    price("medprice", "MEDPRICE", "Median Price", high_low, "(high + low) / 2", "TA-Lib 0.8 MEDPRICE"),
    price("typprice", "TYPPRICE", "Typical Price", high_low_close, "(high + low + close) / 3", "TA-Lib 0.8 TYPPRICE"),
    price("wclprice", "WCLPRICE", "Weighted Close Price", high_low_close, "(high + low + 2 * close) / 4",
          "TA-Lib 0.8 WCLPRICE"),
    change("mom", "MOM", "Momentum", "x - before, where before is x of `period` bars ago", "TA-Lib 0.8 MOM"),
    change("roc", "ROC", "Rate of change : ((price/prevPrice)-1)*100",
           "(x / before - 1) * 100, where before is x of `period` bars ago; 0 where before is 0", "TA-Lib 0.8 ROC"),
    change("rocp", "ROCP", "Rate of change Percentage: (price-prevPrice)/prevPrice",
           "(x - before) / before, where before is x of `period` bars ago; 0 where before is 0", "TA-Lib 0.8 ROCP"),
    change("rocr", "ROCR", "Rate of change ratio: (price/prevPrice)",
           "x / before, where before is x of `period` bars ago; 0 where before is 0", "TA-Lib 0.8 ROCR"),
    change("rocr100", "ROCR100", "Rate of change ratio 100 scale: (price/prevPrice)*100",
           "x / before * 100, where before is x of `period` bars ago; 0 where before is 0", "TA-Lib 0.8 ROCR100"),
    {.name = "bop",
     .talib_name = "BOP",
     .title = "Balance Of Power",
     .group = "Momentum Indicators",
     .inputs = open_high_low_close,
     .parameters = {},
     .outputs = one_real,
     .lookback = none,
     .text = {.formula = "(close - open) / (high - low); 0 where high <= low",
              .seeding = no_seed,
              .warm_up = no_warm_up,
              .nan = "a NaN makes its own bar NaN and no other; only where high <= low, open and close don't count",
              .accuracy = same_bits,
              .source = "TA-Lib 0.8 BOP"},
     .talib_flags = streams},
    quote("microprice", "Microprice", quotes, "bid + (ask - bid) * bid_size / (bid_size + ask_size)",
          "a NaN makes its own bar NaN and no other; NaN also where both sizes are 0",
          "|result - exact| <= 4e-16 * (|bid| + |ask|)", "Stoikov's weighted mid-price"),
    quote("order_book_imbalance", "Order Book Imbalance", sizes, "(bid_size - ask_size) / (bid_size + ask_size)",
          "a NaN makes its own bar NaN and no other; NaN also where both sizes are 0", same_bits,
          "the queue imbalance of Gould and Bonart (2016)"),
    {.name = "order_flow_imbalance",
     .talib_name = "",
     .title = "Order Flow Imbalance",
     .group = "Quotes",
     .inputs = quote_changes,
     .parameters = {},
     .outputs = one_real,
     .lookback = one_bar,
     .text = {.formula = "demand - supply of every change of the quotes: a bid that rises demands its size, one that "
                         "falls takes away the size before it, one that stays demands the difference; the ask supplies "
                         "likewise where it falls, rises and stays",
              .seeding = "nothing is seeded: a value depends on two bars only",
              .warm_up = "NaN before bar 1",
              .nan = "a NaN price makes its own bar NaN and the next; a NaN size those where it counts",
              .accuracy = "exact for sizes that are integers, otherwise rounded three times",
              .source = "Cont, Kukanov and Stoikov (2014), per event"}},
};

}  // namespace

std::span<const indicator> pointwise() { return all; }

}  // namespace pyhft::kernels
