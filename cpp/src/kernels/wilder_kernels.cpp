// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in wilder.cpp, in the same order.

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "simd.hpp"

#include "kernel_table.hpp"
#include "pyhft/kernels/volume.hpp"
#include "pyhft/kernels/wilder.hpp"

#include "state_code.inl"

#include "window_body.inl"

#include "past_caches.inl"

#include "block_body.inl"

#include "pointwise_loop.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD rsi_state make_rsi(const double* p) { return rsi_state(whole(p[0])); }
PYHFT_SIMD cmo_state make_cmo(const double* p) { return cmo_state(whole(p[0])); }
PYHFT_SIMD trange_state make_trange(const double*) { return {}; }
PYHFT_SIMD atr_state make_atr(const double* p) { return atr_state(whole(p[0])); }
PYHFT_SIMD natr_state make_natr(const double* p) { return natr_state(whole(p[0])); }
template <direction Which>
PYHFT_SIMD dm_state<Which> make_dm(const double* p) {
  return dm_state<Which>(whole(p[0]));
}
template <direction Which>
PYHFT_SIMD di_state<Which> make_di(const double* p) {
  return di_state<Which>(whole(p[0]));
}
PYHFT_SIMD dx_state make_dx(const double* p) { return dx_state(whole(p[0])); }
PYHFT_SIMD adx_state make_adx(const double* p) { return adx_state(whole(p[0])); }
PYHFT_SIMD adxr_state make_adxr(const double* p) { return adxr_state(whole(p[0])); }
PYHFT_SIMD sar_state make_sar(const double* p) { return {p[0], p[1]}; }
PYHFT_SIMD cumsum_state make_cumsum(const double*) { return {}; }
PYHFT_SIMD obv_state make_obv(const double*) { return {}; }
PYHFT_SIMD ad_state make_ad(const double*) { return {}; }
PYHFT_SIMD adosc_state make_adosc(const double* p) { return {whole(p[0]), whole(p[1])}; }
PYHFT_SIMD vwap_state make_vwap(const double*) { return {}; }
PYHFT_SIMD session_vwap_state make_session_vwap(const double*) { return {}; }
PYHFT_SIMD twap_state make_twap(const double*) { return {}; }

}  // namespace
}  // namespace pyhft::kernels

#include "wilder_sums.inl"

#include "wilder_methods.inl"

#include "wilder_volume.inl"

#include "wilder_sar.inl"

#include "wilder_lanes.inl"

#include "lane_code.inl"

namespace pyhft::kernels {
namespace {

constexpr auto plus = direction::plus;
constexpr auto minus = direction::minus;

constexpr indicator_code all[] = {
    {"rsi", rsi_batch, nullptr, state_of<make_rsi>(), lanes_of<make_rsi, rsi_lane_step>()},
    {"cmo", cmo_batch, nullptr, state_of<make_cmo>()},
    {"trange", trange_batch, nullptr, state_of<make_trange>()},
    {"atr", atr_batch, nullptr, state_of<make_atr>(), lanes_of<make_atr, atr_lane_step>()},
    {"natr", natr_batch, nullptr, state_of<make_natr>()},
    {"plus_dm", dm_batch<plus>, nullptr, state_of<make_dm<plus>>()},
    {"minus_dm", dm_batch<minus>, nullptr, state_of<make_dm<minus>>()},
    {"plus_di", di_batch<plus>, nullptr, state_of<make_di<plus>>()},
    {"minus_di", di_batch<minus>, nullptr, state_of<make_di<minus>>()},
    {"dx", dx_batch, nullptr, state_of<make_dx>()},
    {"adx", adx_batch, nullptr, state_of<make_adx>()},
    {"adxr", adxr_batch, adxr_scratch, state_of<make_adxr>()},
    {"sar", sar_batch, nullptr, state_of<make_sar>()},
    {"cumsum", cumsum_batch, nullptr, state_of<make_cumsum>()},
    {"obv", obv_batch, nullptr, state_of<make_obv>()},
    {"ad", ad_batch, nullptr, state_of<make_ad>()},
    {"adosc", adosc_batch, nullptr, state_of<make_adosc>()},
    {"vwap", vwap_batch, nullptr, state_of<make_vwap>()},
    {"session_vwap", nullptr, nullptr, state_of<make_session_vwap>()},
    {"twap", nullptr, nullptr, state_of<make_twap>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::wilder{all, sizeof all / sizeof all[0]};

}  // namespace pyhft::kernels
