// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in windows.cpp, in the same order.

#include <stdint.h>
#include <string.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/windows.hpp"
#include "windows_code.hpp"

#include "state_code.inl"
#include "windows_engine.inl"
#include "windows_averages.inl"

namespace pyhft::kernels {
namespace {

// The three periods of the ultimate oscillator, the shortest first.
struct sorted_periods {
  int64_t first;
  int64_t second;
  int64_t third;

  PYHFT_STATE explicit sorted_periods(const double* p) noexcept : first(whole(p[0])), second(whole(p[1])), third(whole(p[2])) {
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

PYHFT_SIMD sma_state make_sma(const double* p) { return sma_state(whole(p[0])); }
PYHFT_SIMD sum_state make_sum(const double* p) { return sum_state(whole(p[0])); }
PYHFT_SIMD wma_state make_wma(const double* p) { return wma_state(whole(p[0])); }
PYHFT_SIMD trima_state make_trima(const double* p) { return trima_state(whole(p[0])); }
PYHFT_SIMD hma_state make_hma(const double* p) { return hma_state(whole(p[0])); }
PYHFT_SIMD deviation_state make_stddev(const double* p) { return deviation_state(whole(p[0]), p[1]); }
PYHFT_SIMD variance_state make_var(const double* p) { return variance_state(whole(p[0])); }
PYHFT_SIMD bands_state make_bbands(const double* p) { return bands_state(whole(p[0]), p[1], p[2]); }
PYHFT_SIMD regression_state<line_at_newest> make_linearreg(const double* p) { return regression_state<line_at_newest>(whole(p[0])); }
PYHFT_SIMD regression_state<line_slope> make_linearreg_slope(const double* p) { return regression_state<line_slope>(whole(p[0])); }
PYHFT_SIMD regression_state<line_angle> make_linearreg_angle(const double* p) { return regression_state<line_angle>(whole(p[0])); }
PYHFT_SIMD regression_state<line_at_oldest> make_linearreg_intercept(const double* p) { return regression_state<line_at_oldest>(whole(p[0])); }
PYHFT_SIMD regression_state<line_at_next> make_tsf(const double* p) { return regression_state<line_at_next>(whole(p[0])); }
PYHFT_SIMD beta_state make_beta(const double* p) { return beta_state(whole(p[0])); }
PYHFT_SIMD correlation_state make_correl(const double* p) { return correlation_state(whole(p[0])); }
PYHFT_SIMD cci_state make_cci(const double* p) { return cci_state(whole(p[0])); }
PYHFT_SIMD ultimate_state make_ultosc(const double* p) {
  const sorted_periods sorted(p);
  return ultimate_state(sorted.first, sorted.second, sorted.third);
}
PYHFT_SIMD money_flow_state make_mfi(const double* p) { return money_flow_state(whole(p[0])); }
PYHFT_SIMD rolling_vwap_state make_rolling_vwap(const double* p) { return rolling_vwap_state(whole(p[0])); }
PYHFT_SIMD realised_volatility_state make_realised_volatility(const double* p) { return realised_volatility_state(whole(p[0])); }

constexpr indicator_code codes[] = {
    {"sma", PYHFT_ISA::sma_batch, PYHFT_ISA::sma_scratch, state_of<make_sma>()},
    {"sum", nullptr, nullptr, state_of<make_sum>()},
    {"wma", PYHFT_ISA::wma_batch, PYHFT_ISA::wma_scratch, state_of<make_wma>()},
    {"trima", PYHFT_ISA::trima_batch, PYHFT_ISA::trima_scratch, state_of<make_trima>()},
    {"hma", PYHFT_ISA::hma_batch, PYHFT_ISA::hma_scratch, state_of<make_hma>()},
    {"stddev", nullptr, nullptr, state_of<make_stddev>()},
    {"var", nullptr, nullptr, state_of<make_var>()},
    {"bbands", nullptr, nullptr, state_of<make_bbands>()},
    {"linearreg", nullptr, nullptr, state_of<make_linearreg>()},
    {"linearreg_slope", nullptr, nullptr, state_of<make_linearreg_slope>()},
    {"linearreg_angle", nullptr, nullptr, state_of<make_linearreg_angle>()},
    {"linearreg_intercept", nullptr, nullptr, state_of<make_linearreg_intercept>()},
    {"tsf", nullptr, nullptr, state_of<make_tsf>()},
    {"beta", nullptr, nullptr, state_of<make_beta>()},
    {"correl", nullptr, nullptr, state_of<make_correl>()},
    {"cci", nullptr, nullptr, state_of<make_cci>()},
    {"ultosc", nullptr, nullptr, state_of<make_ultosc>()},
    {"mfi", nullptr, nullptr, state_of<make_mfi>()},
    {"rolling_vwap", nullptr, nullptr, state_of<make_rolling_vwap>()},
    {"realised_volatility", nullptr, nullptr, state_of<make_realised_volatility>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::windows{codes, sizeof codes / sizeof codes[0]};

}  // namespace pyhft::kernels
