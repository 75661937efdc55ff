// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in windows.cpp, in the same order.

#include <stdint.h>
#include <string.h>

#include "simd.hpp"

#include "average_code.hpp"
#include "kernel_table.hpp"
#include "pyhft/kernels/bollinger.hpp"
#include "pyhft/kernels/window_moments.hpp"
#include "pyhft/kernels/window_oscillators.hpp"
#include "pyhft/kernels/windows.hpp"
#include "windows_code.hpp"

#include "state_code.inl"
// Without a fused multiply-add in hardware the C library is the fastest.
#if defined(PYHFT_ISA_AVX2) || defined(PYHFT_ISA_AVX512)
#include "vector_math.inl"
#endif
#include "windows_engine.inl"

namespace pyhft::kernels {
namespace {

// The three periods of the ultimate oscillator, the shortest first.
struct sorted_periods {
  int64_t first;
  int64_t second;
  int64_t third;

  PYHFT_STATE explicit sorted_periods(const double* p) noexcept
      : first(whole(p[0])), second(whole(p[1])), third(whole(p[2])) {
    put_in_order(first, second);
    put_in_order(second, third);
    put_in_order(first, second);
  }

 private:
  PYHFT_STATE static void put_in_order(int64_t& less, int64_t& more) noexcept {
    if (less <= more) return;
    const int64_t most = less;
    less = more;
    more = most;
  }
};

}  // namespace
}  // namespace pyhft::kernels

#include "windows_averages.inl"
#include "windows_moments.inl"
#include "windows_oscillators.inl"
#include "windows_pairs.inl"
#include "windows_regression.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD sma_state make_sma(const double* p) { return sma_state(whole(p[0])); }
PYHFT_SIMD sum_state make_sum(const double* p) { return sum_state(whole(p[0])); }
PYHFT_SIMD wma_state make_wma(const double* p) { return wma_state(whole(p[0])); }
PYHFT_SIMD trima_state make_trima(const double* p) { return trima_state(whole(p[0])); }
PYHFT_SIMD hma_state make_hma(const double* p) { return hma_state(whole(p[0])); }
PYHFT_SIMD deviation_state make_stddev(const double* p) { return deviation_state(whole(p[0]), p[1]); }
PYHFT_SIMD variance_state make_var(const double* p) { return variance_state(whole(p[0])); }
PYHFT_SIMD bands_state make_bbands(const double* p) {
  return bands_state(average_of(p[3], average::sma), whole(p[0]), p[1], p[2], unstable_of(p));
}
PYHFT_SIMD regression_state<line_at_newest> make_linearreg(const double* p) {
  return regression_state<line_at_newest>(whole(p[0]));
}
PYHFT_SIMD regression_state<line_slope> make_linearreg_slope(const double* p) {
  return regression_state<line_slope>(whole(p[0]));
}
PYHFT_SIMD regression_state<line_angle> make_linearreg_angle(const double* p) {
  return regression_state<line_angle>(whole(p[0]));
}
PYHFT_SIMD regression_state<line_at_oldest> make_linearreg_intercept(const double* p) {
  return regression_state<line_at_oldest>(whole(p[0]));
}
PYHFT_SIMD regression_state<line_at_next> make_tsf(const double* p) {
  return regression_state<line_at_next>(whole(p[0]));
}
PYHFT_SIMD beta_state make_beta(const double* p) { return beta_state(whole(p[0])); }
PYHFT_SIMD correlation_state make_correl(const double* p) { return correlation_state(whole(p[0])); }
PYHFT_SIMD cci_state make_cci(const double* p) { return cci_state(whole(p[0])); }
PYHFT_SIMD ultimate_state make_ultosc(const double* p) {
  const sorted_periods sorted(p);
  return ultimate_state(sorted.first, sorted.second, sorted.third);
}
PYHFT_SIMD money_flow_state make_mfi(const double* p) { return money_flow_state(whole(p[0])); }
PYHFT_SIMD rolling_vwap_state make_rolling_vwap(const double* p) { return rolling_vwap_state(whole(p[0])); }
PYHFT_SIMD realised_volatility_state make_realised_volatility(const double* p) {
  return realised_volatility_state(whole(p[0]));
}

constexpr indicator_code codes[] = {
    {"sma", PYHFT_ISA::sma_batch, PYHFT_ISA::sma_scratch, state_of<make_sma>()},
    {"sum", sum_batch, sum_scratch, state_of<make_sum>()},
    {"wma", PYHFT_ISA::wma_batch, PYHFT_ISA::wma_scratch, state_of<make_wma>()},
    {"trima", PYHFT_ISA::trima_batch, PYHFT_ISA::trima_scratch, state_of<make_trima>()},
    {"hma", PYHFT_ISA::hma_batch, PYHFT_ISA::hma_scratch, state_of<make_hma>()},
    {"stddev", stddev_batch, moments_scratch, state_of<make_stddev>()},
    {"var", var_batch, moments_scratch, state_of<make_var>()},
    {"bbands", bbands_batch, bbands_scratch, state_of<make_bbands>()},
    {"linearreg", linearreg_batch, regression_scratch, state_of<make_linearreg>()},
    {"linearreg_slope", slope_batch, regression_scratch, state_of<make_linearreg_slope>()},
    {"linearreg_angle", angle_batch, regression_scratch, state_of<make_linearreg_angle>()},
    {"linearreg_intercept", intercept_batch, regression_scratch, state_of<make_linearreg_intercept>()},
    {"tsf", tsf_batch, regression_scratch, state_of<make_tsf>()},
    {"beta", beta_batch, pair_scratch, state_of<make_beta>()},
    {"correl", correl_batch, pair_scratch, state_of<make_correl>()},
    {"cci", cci_batch, cci_scratch, state_of<make_cci>()},
    {"ultosc", ultosc_batch, ultosc_scratch, state_of<make_ultosc>()},
    {"mfi", mfi_batch, two_sums_scratch, state_of<make_mfi>()},
    {"rolling_vwap", rolling_vwap_batch, two_sums_scratch, state_of<make_rolling_vwap>()},
    {"realised_volatility", realised_volatility_batch, sum_scratch, state_of<make_realised_volatility>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::windows{codes, sizeof codes / sizeof codes[0]};

}  // namespace pyhft::kernels
