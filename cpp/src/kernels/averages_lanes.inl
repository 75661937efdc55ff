// SPDX-License-Identifier: MIT
// Compiled once per instruction set: what a bar does to the averages of a vector of symbols, see lane_code.inl.

namespace pyhft::kernels {
namespace {

PYHFT_SIMD f64v ema_steps(f64v x, f64v k, f64v e) { return fused(x - e, k, e); }

struct ema_lane_step {
  static constexpr size_t fields = 1;
  f64v k;
  bool identity;

  explicit ema_lane_step(const double* p) : k(broadcast(ema_gain(whole(p[0])))), identity(whole(p[0]) == 1) {}

  [[gnu::always_inline]] void step(const f64v* in, f64v* e, f64v* out) const {
    out[0] = e[0] = identity ? in[0] : ema_steps(in[0], k, e[0]);
  }
};

struct macd_lane_step {
  static constexpr size_t fields = 3;
  f64v k_fast, k_slow, k_signal;
  bool signal_is_line;

  explicit macd_lane_step(const double* p) : signal_is_line(whole(p[2]) == 1) {
    const macd_periods periods = in_order({whole(p[0]), whole(p[1]), whole(p[2])});
    k_fast = broadcast(ema_gain(periods.fast));
    k_slow = broadcast(ema_gain(periods.slow));
    k_signal = broadcast(ema_gain(periods.signal));
  }

  [[gnu::always_inline]] void step(const f64v* in, f64v* averages, f64v* out) const {
    averages[0] = ema_steps(in[0], k_fast, averages[0]);
    averages[1] = ema_steps(in[0], k_slow, averages[1]);
    const f64v line = averages[0] - averages[1];
    averages[2] = signal_is_line ? line : ema_steps(line, k_signal, averages[2]);
    out[0] = line;
    out[1] = averages[2];
    out[2] = line - averages[2];
  }
};

}  // namespace
}  // namespace pyhft::kernels
