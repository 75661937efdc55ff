// SPDX-License-Identifier: MIT
// Compiled once per instruction set. Descriptions, parameters and their limits stand in averages.cpp, in the same order.

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "simd.hpp"

#include "average_code.hpp"
#include "kernel_table.hpp"
#include "pyhft/kernels/averages.hpp"
#include "pyhft/kernels/macd_state.hpp"
#include "pyhft/kernels/moving_average.hpp"
#include "windows_code.hpp"

#include "state_code.inl"
#include "window_body.inl"

#include "past_caches.inl"

#include "block_body.inl"

#include "averages_filters.inl"

#include "averages_batch.inl"

#include "averages_adaptive.inl"

#include "averages_oscillators.inl"

#include "averages_lanes.inl"

#include "lane_code.inl"

namespace pyhft::kernels {
namespace {

PYHFT_SIMD ema_state make_ema(const double* p) {
  return ema_state(whole(p[0]), {static_cast<ema_seed::kind>(static_cast<uint8_t>(p[1])), p[2]});
}
PYHFT_SIMD rma_state make_rma(const double* p) { return rma_state(whole(p[0])); }
PYHFT_SIMD dema_state make_dema(const double* p) { return dema_state(whole(p[0]), unstable_of(p).ema); }
PYHFT_SIMD tema_state make_tema(const double* p) { return tema_state(whole(p[0]), unstable_of(p).ema); }
PYHFT_SIMD t3_state make_t3(const double* p) { return t3_state(whole(p[0]), p[1]); }
PYHFT_SIMD zlema_state make_zlema(const double* p) { return zlema_state(whole(p[0])); }
PYHFT_SIMD kama_state make_kama(const double* p) { return kama_state(whole(p[0])); }
PYHFT_SIMD mama_state make_mama(const double* p) { return mama_state(p[0], p[1]); }
PYHFT_SIMD average_state make_ma(const double* p) {
  return average_state(average_of(p[1], average::sma), whole(p[0]), unstable_of(p));
}
PYHFT_SIMD mavp_state make_mavp(const double* p) {
  average_slots slots = slots_of(p);
  slots.unstable = unstable_of(p);
  return mavp_state(slots);
}
PYHFT_SIMD macd_state make_macd(const double* p) {
  return macd_state({whole(p[0]), whole(p[1]), whole(p[2])}, unstable_of(p).ema);
}
PYHFT_SIMD macdext_state make_macdext(const double* p) { return macdext_state(macdext_of(p), unstable_of(p)); }
PYHFT_SIMD macd_state make_macdfix(const double* p) {
  return macd_state({12, 26, whole(p[0])}, {0.15, 0.075, ema_gain(whole(p[0]))}, unstable_of(p).ema);
}
PYHFT_SIMD apo_state make_apo(const double* p) {
  return apo_state(average_of(p[2], average::ema), whole(p[0]), whole(p[1]), unstable_of(p));
}
PYHFT_SIMD ppo_state make_ppo(const double* p) {
  return ppo_state(average_of(p[2], average::ema), whole(p[0]), whole(p[1]), unstable_of(p));
}
PYHFT_SIMD trix_state make_trix(const double* p) { return trix_state(whole(p[0]), unstable_of(p).ema); }
PYHFT_SIMD ewm_mean_state make_ewm_mean(const double* p) { return ewm_mean_state(p[0]); }
PYHFT_SIMD ewm_variance_state make_ewm_variance(const double* p) { return ewm_variance_state(p[0]); }
PYHFT_SIMD ewm_zscore_state make_ewm_zscore(const double* p) { return ewm_zscore_state(p[0]); }
PYHFT_SIMD decayed_ema_state make_decayed_ema(const double* p) { return decayed_ema_state(p[0]); }

constexpr indicator_code codes[] = {
    {"ema", ema_batch, nullptr, state_of<make_ema>(), lanes_of<make_ema, ema_lane_step>()},
    {"rma", rma_batch, nullptr, state_of<make_rma>()},
    {"dema", dema_batch, nullptr, state_of<make_dema>()},
    {"tema", tema_batch, nullptr, state_of<make_tema>()},
    {"t3", t3_batch, nullptr, state_of<make_t3>()},
    {"zlema", zlema_batch, nullptr, state_of<make_zlema>()},
    {"kama", kama_batch, kama_scratch, state_of<make_kama>()},
    {"mama", mama_batch, nullptr, state_of<make_mama>()},
    {"ma", ma_batch, ma_scratch, state_of<make_ma>()},
    {"mavp", mavp_batch, mavp_scratch, state_of<make_mavp>()},
    {"macd", macd_batch, nullptr, state_of<make_macd>(), lanes_of<make_macd, macd_lane_step>()},
    {"macdext", macdext_batch, macdext_scratch, state_of<make_macdext>()},
    {"macdfix", macdfix_batch, nullptr, state_of<make_macdfix>()},
    {"apo", apo_batch, oscillator_scratch, state_of<make_apo>()},
    {"ppo", ppo_batch, oscillator_scratch, state_of<make_ppo>()},
    {"trix", trix_batch, nullptr, state_of<make_trix>()},
    {"ewm_mean", ewm_mean_batch, nullptr, state_of<make_ewm_mean>()},
    {"ewm_variance", nullptr, nullptr, state_of<make_ewm_variance>()},
    {"ewm_zscore", nullptr, nullptr, state_of<make_ewm_zscore>()},
    {"decayed_ema", nullptr, nullptr, state_of<make_decayed_ema>()},
};

}  // namespace

const indicator_codes PYHFT_ISA::averages{codes, sizeof codes / sizeof codes[0]};

}  // namespace pyhft::kernels
