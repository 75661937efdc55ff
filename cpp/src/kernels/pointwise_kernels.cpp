// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions stand in pointwise.cpp. The vectors do what the states in
// pointwise.hpp and quotes.hpp do, operation for operation.

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/pointwise.hpp"
#include "pyhft/kernels/quotes.hpp"

#include "state_code.inl"

#include "past_caches.inl"

#include "pointwise_loop.inl"

// Without a fused multiply-add in hardware the C library is the fastest.
#if defined(PYHFT_ISA_AVX2) || defined(PYHFT_ISA_AVX512)
#include "vector_math.inl"
#define PYHFT_VECTOR_FORM(name) elementary_batch<vector_##name>
#else
#define PYHFT_VECTOR_FORM(name) nullptr
#endif

namespace pyhft::kernels {
namespace {

PYHFT_SIMD f64v zero() { return broadcast(0.0); }

PYHFT_SIMD f64v sum(f64v x, f64v y) { return x + y; }
PYHFT_SIMD f64v difference_of(f64v x, f64v y) { return x - y; }
PYHFT_SIMD f64v product(f64v x, f64v y) { return x * y; }
PYHFT_SIMD f64v quotient_of(f64v x, f64v y) { return x / y; }

PYHFT_SIMD f64v average_price(f64v open, f64v high, f64v low, f64v close) {
  return (high + low + close + open) * broadcast(0.25);
}
PYHFT_SIMD f64v median_price(f64v high, f64v low) { return (high + low) * broadcast(0.5); }
PYHFT_SIMD f64v typical_price(f64v high, f64v low, f64v close) { return (high + low + close) / broadcast(3.0); }
PYHFT_SIMD f64v weighted_close(f64v high, f64v low, f64v close) {
  return (high + low + close * broadcast(2.0)) * broadcast(0.25);
}

PYHFT_SIMD f64v balance_of_power(f64v open, f64v high, f64v low, f64v close) {
  const f64v range = high - low;
  const f64v flat = choose(range == zero(), zero(), (close - open) / range);
  return choose(zero() > range, zero(), flat);
}

// 0 where the divisor is.
PYHFT_SIMD f64v unless_zero(f64v divisor, f64v result) { return choose(divisor == zero(), zero(), result); }

PYHFT_SIMD f64v roc_of(f64v x, f64v before) {
  return unless_zero(before, (x / before - broadcast(1.0)) * broadcast(100.0));
}
PYHFT_SIMD f64v rocp_of(f64v x, f64v before) { return unless_zero(before, (x - before) / before); }
PYHFT_SIMD f64v rocr_of(f64v x, f64v before) { return unless_zero(before, x / before); }
PYHFT_SIMD f64v rocr100_of(f64v x, f64v before) { return unless_zero(before, x / before * broadcast(100.0)); }

PYHFT_SIMD f64v microprice_of(f64v bid, f64v ask, f64v bid_size, f64v ask_size) {
  return bid + (ask - bid) * (bid_size / (bid_size + ask_size));
}
PYHFT_SIMD f64v imbalance(f64v bid_size, f64v ask_size) { return (bid_size - ask_size) / (bid_size + ask_size); }

PYHFT_SIMD f64v flow(f64v price, f64v price_before, f64v size, f64v size_before) {
  const f64v level = choose(price == price_before, size - size_before, price + price_before);
  return choose(price > price_before, size, choose(price_before > price, zero() - size_before, level));
}
PYHFT_SIMD f64v net_flow(f64v bid, f64v bid_size, f64v ask, f64v ask_size, f64v bid_before, f64v bid_size_before,
                         f64v ask_before, f64v ask_size_before) {
  return flow(bid, bid_before, bid_size, bid_size_before) -
         flow(zero() - ask, zero() - ask_before, ask_size, ask_size_before);
}

void order_flow_batch(const double* const* in, size_t bars, const double*, double* const* out, double*) {
  const double* const now_and_before[] = {in[0] + 1, in[1] + 1, in[2] + 1, in[3] + 1, in[0], in[1], in[2], in[3]};
  each_bar<net_flow, 1, 1>(now_and_before, bars - 1, out[0] + 1);
}

template <typename State>
PYHFT_SIMD State without_memory(const double*) {
  return {};
}
template <typename State>
PYHFT_SIMD State with_lag(const double* p) {
  return State(whole(p[0]));
}

template <typename State>
constexpr indicator_code of_bar(const char* name, batch_function batch) {
  return {name, batch, nullptr, state_of<without_memory<State>>()};
}
template <typename State>
constexpr indicator_code of_lag(const char* name, batch_function batch) {
  return {name, batch, nullptr, state_of<with_lag<State>>()};
}

constexpr indicator_code all[] = {
    of_bar<add_state>("ADD", pointwise_batch<sum>),
    of_bar<sub_state>("SUB", pointwise_batch<difference_of>),
    of_bar<mult_state>("MULT", pointwise_batch<product>),
    of_bar<div_state>("DIV", pointwise_batch<quotient_of>),
    of_bar<acos_state>("ACOS", PYHFT_VECTOR_FORM(acos)),
    of_bar<asin_state>("ASIN", PYHFT_VECTOR_FORM(asin)),
    of_bar<atan_state>("ATAN", PYHFT_VECTOR_FORM(atan)),
    of_bar<ceil_state>("CEIL", pointwise_batch<rounded_up>),
    of_bar<cos_state>("COS", PYHFT_VECTOR_FORM(cos)),
    of_bar<cosh_state>("COSH", PYHFT_VECTOR_FORM(cosh)),
    of_bar<exp_state>("EXP", PYHFT_VECTOR_FORM(exp)),
    of_bar<floor_state>("FLOOR", pointwise_batch<rounded_down>),
    of_bar<ln_state>("LN", PYHFT_VECTOR_FORM(log)),
    of_bar<log10_state>("LOG10", PYHFT_VECTOR_FORM(log10)),
    of_bar<sin_state>("SIN", PYHFT_VECTOR_FORM(sin)),
    of_bar<sinh_state>("SINH", PYHFT_VECTOR_FORM(sinh)),
    of_bar<sqrt_state>("SQRT", pointwise_batch<square_root>),
    of_bar<tan_state>("TAN", PYHFT_VECTOR_FORM(tan)),
    of_bar<tanh_state>("TANH", PYHFT_VECTOR_FORM(tanh)),
    of_bar<avgprice_state>("avgprice", pointwise_batch<average_price>),
    of_bar<medprice_state>("medprice", pointwise_batch<median_price>),
    of_bar<typprice_state>("typprice", pointwise_batch<typical_price>),
    of_bar<wclprice_state>("wclprice", pointwise_batch<weighted_close>),
    of_lag<mom_state>("mom", lag_batch<difference_of>),
    of_lag<roc_state>("roc", lag_batch<roc_of>),
    of_lag<rocp_state>("rocp", lag_batch<rocp_of>),
    of_lag<rocr_state>("rocr", lag_batch<rocr_of>),
    of_lag<rocr100_state>("rocr100", lag_batch<rocr100_of>),
    of_bar<bop_state>("bop", pointwise_batch<balance_of_power>),
    of_bar<microprice_state>("microprice", pointwise_batch<microprice_of>),
    of_bar<order_book_imbalance_state>("order_book_imbalance", pointwise_batch<imbalance>),
    of_bar<order_flow_imbalance_state>("order_flow_imbalance", order_flow_batch),
};

}  // namespace

const indicator_codes PYHFT_ISA::pointwise{all, sizeof all / sizeof all[0]};

}  // namespace pyhft::kernels
