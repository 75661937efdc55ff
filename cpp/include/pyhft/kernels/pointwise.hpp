// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the functions without memory (arithmetic, elementary functions, typical prices, balance of power)
// and of those that look at one bar a fixed number of bars ago (momentum and rates of change). They do what TA-Lib 0.8
// does, in its order of operations, and give its bits; the elementary functions are the C library's, as TA-Lib's are.
// The batch forms give the same bits too, except for the elementary functions, which have vector forms of their own
// (vector_math.inl), within one unit in the last place of the exact result.
//
// A division by zero in a rate of change gives 0, as in TA-Lib. A value means nothing before the lookback is over.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

// ---- Without memory.

#define PYHFT_FUNCTION_STATE(name, expression)                          \
  struct name##_state {                                                 \
    PYHFT_STATE double update(double x) noexcept { return expression; } \
  };
PYHFT_FUNCTION_STATE(acos, __builtin_acos(x))
PYHFT_FUNCTION_STATE(asin, __builtin_asin(x))
PYHFT_FUNCTION_STATE(atan, __builtin_atan(x))
PYHFT_FUNCTION_STATE(ceil, __builtin_ceil(x))
PYHFT_FUNCTION_STATE(cos, __builtin_cos(x))
PYHFT_FUNCTION_STATE(cosh, __builtin_cosh(x))
PYHFT_FUNCTION_STATE(exp, __builtin_exp(x))
PYHFT_FUNCTION_STATE(floor, __builtin_floor(x))
PYHFT_FUNCTION_STATE(ln, __builtin_log(x))
PYHFT_FUNCTION_STATE(log10, __builtin_log10(x))
PYHFT_FUNCTION_STATE(sin, __builtin_sin(x))
PYHFT_FUNCTION_STATE(sinh, __builtin_sinh(x))
PYHFT_FUNCTION_STATE(sqrt, __builtin_sqrt(x))
PYHFT_FUNCTION_STATE(tan, __builtin_tan(x))
PYHFT_FUNCTION_STATE(tanh, __builtin_tanh(x))
#undef PYHFT_FUNCTION_STATE

struct add_state {
  PYHFT_STATE double update(double x, double y) noexcept { return x + y; }
};

struct sub_state {
  PYHFT_STATE double update(double x, double y) noexcept { return x - y; }
};

struct mult_state {
  PYHFT_STATE double update(double x, double y) noexcept { return x * y; }
};

struct div_state {
  PYHFT_STATE double update(double x, double y) noexcept { return x / y; }
};

struct avgprice_state {
  PYHFT_STATE double update(double open, double high, double low, double close) noexcept {
    return (high + low + close + open) / 4.0;
  }
};

struct medprice_state {
  PYHFT_STATE double update(double high, double low) noexcept { return (high + low) / 2.0; }
};

struct typprice_state {
  PYHFT_STATE double update(double high, double low, double close) noexcept { return (high + low + close) / 3.0; }
};

struct wclprice_state {
  PYHFT_STATE double update(double high, double low, double close) noexcept { return (high + low + close * 2.0) / 4.0; }
};

// 0 for a bar without range.
struct bop_state {
  PYHFT_STATE double update(double open, double high, double low, double close) noexcept {
    const double range = high - low;
    return range <= 0.0 ? 0.0 : (close - open) / range;
  }
};

// ---- Against the bar `period` bars ago.

// Compare is a function of the newest bar and that one.
template <typename Compare>
class lag_state {
 public:
  PYHFT_STATE explicit lag_state(int64_t period) noexcept : window_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(window_);
  }

  PYHFT_STATE double update(double x) noexcept { return Compare::of(x, window_.push(x)); }

 private:
  ring window_;
};

struct difference {
  PYHFT_STATE static double of(double x, double before) noexcept { return x - before; }
};

struct percentage_change {
  PYHFT_STATE static double of(double x, double before) noexcept {
    return before != 0.0 ? (x / before - 1.0) * 100.0 : 0.0;
  }
};

struct relative_change {
  PYHFT_STATE static double of(double x, double before) noexcept { return before != 0.0 ? (x - before) / before : 0.0; }
};

struct ratio {
  PYHFT_STATE static double of(double x, double before) noexcept { return before != 0.0 ? x / before : 0.0; }
};

struct percentage_ratio {
  PYHFT_STATE static double of(double x, double before) noexcept { return before != 0.0 ? x / before * 100.0 : 0.0; }
};

using mom_state = lag_state<difference>;
using roc_state = lag_state<percentage_change>;
using rocp_state = lag_state<relative_change>;
using rocr_state = lag_state<ratio>;
using rocr100_state = lag_state<percentage_ratio>;

}  // namespace pyhft::kernels
