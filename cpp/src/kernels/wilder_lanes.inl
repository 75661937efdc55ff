// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after wilder_methods.inl: what a bar does to RSI and ATR of a vector of symbols, see
// lane_code.inl.

namespace pyhft::kernels {
namespace {

struct rsi_lane_step {
  static constexpr size_t fields = 3;
  f64v kept, inverse;

  explicit rsi_lane_step(const double* p) : kept(broadcast(p[0] - 1.0)), inverse(broadcast(1.0 / p[0])) {}

  [[gnu::always_inline]] void step(const f64v* in, f64v* state, f64v* out) const {
    const f64v change = in[0] - state[0];
    const f64v gain = larger(change, zero());
    state[0] = in[0];
    state[1] = (state[1] * kept + gain) * inverse;
    state[2] = (state[2] * kept + (gain - change)) * inverse;
    const f64v total = state[1] + state[2];
    out[0] = choose(total > zero(), broadcast(100.0) * (state[1] / total), zero());
  }
};

struct atr_lane_step {
  static constexpr size_t fields = 2;
  f64v kept, added;

  explicit atr_lane_step(const double* p) {
    const double share = (p[0] - 1.0) / p[0];
    kept = broadcast(share);
    added = broadcast(1.0 - share);
  }

  [[gnu::always_inline]] void step(const f64v* in, f64v* state, f64v* out) const {
    const f64v range = true_ranges(in[high], in[low], state[0]);
    state[0] = in[close];
    out[0] = state[1] = fused(kept, state[1], added * range);
  }
};

}  // namespace
}  // namespace pyhft::kernels
