// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after block_body.inl: exponential averages of averages, block by block.
//
// A block of 1024 bars is taken as differences from one price, its pivot, and passes from stage to stage inside the
// first-level cache, each stage by the doubling windows of window_body.inl. A stage is kept as s = (average - pivot) /
// k^stage, so that nothing is multiplied on the way; the factors come in where the stages are put together.

namespace pyhft::kernels {
namespace {

// The sum of the bars of a block.
PYHFT_SIMD double sum_of(const double* z, size_t bars) {
  window total{};
  size_t i = 0;
  for (; i + window_bars <= bars; i += window_bars) total = total + load_window(z + i);
  return across(total + load_first_bars(z + i, bars - i));
}

// Gathers what additions lose beside the sum.
class careful_sum {
 public:
  [[gnu::always_inline]] void add(double x) {
    const double next = sum_ + x;
    const double added = next - sum_;
    lost_ += (sum_ - (next - added)) + (x - added);
    sum_ = next;
  }
  [[gnu::always_inline]] double value() const { return is_finite(lost_) ? sum_ + lost_ : sum_; }

 private:
  double sum_ = 0.0;
  double lost_ = 0.0;
};

// Bars that are added one after the other as TA-Lib adds them, which gives its seed to the last bit for the usual periods
// and loses no more than the error bound allows.
constexpr size_t few_bars = 32;

// The mean of the first bars: what an average starts from.
inline double mean_of(const double* x, size_t bars) {
  if (bars <= few_bars) {
    double sum = 0.0;
    for (size_t i = 0; i < bars; ++i) sum += x[i];
    return sum / static_cast<double>(bars);
  }
  const double pivot = x[0];
  double pivots[window_bars];
  for (double& one : pivots) one = pivot;
  careful_sum total;
  for (size_t at = 0; at < bars; at += block_bars) {
    const size_t now = bars - at < block_bars ? bars - at : block_bars;
    window sums{};
    size_t i = 0;
    for (; i + window_bars <= now; i += window_bars) sums = sums + (load_window(x + at + i) - broadcast(pivot));
    total.add(across(sums + (load_first_bars(x + at + i, now - i) - load_first_bars(pivots, now - i))));
  }
  const double mean = pivot + total.value() / static_cast<double>(bars);
  if (is_finite(mean)) return mean;
  // What isn't finite, and sums too large for differences, as the recursion's own sum has them.
  double sum = 0.0;
  for (size_t i = 0; i < bars; ++i) sum += x[i];
  return sum / static_cast<double>(bars);
}

// Averages of averages with one step, as the batch form carries them from block to block.
template <size_t Stages>
struct stages {
  ema_factors factors;
  double e[Stages];
};

template <size_t Stages>
struct stage_buffers {
  block_buffer of[Stages];
};

template <size_t Stages>
PYHFT_SIMD bool are_finite(const stages<Stages>& now) {
  double sum = 0.0;
  for (size_t i = 0; i < Stages; ++i) sum += now.e[i] - now.e[i];
  return sum == 0.0;
}

// The first `active` stages over a block, of at most block_bars bars; buffers.of[i] holds stage i, as said above. False
// where the result isn't finite: then nothing has happened.
template <size_t Stages>
PYHFT_SIMD bool advance(stages<Stages>& now, size_t active, const double* x, size_t bars,
                        stage_buffers<Stages>& buffers) {
  const double pivot = now.e[0];
  const size_t windows = windows_of(bars);
  double after[Stages];
  double unit = 1.0;
  double finite = 0.0;
  for (size_t i = 0; i < active; ++i) {
    unit *= now.factors.k;
    const double before = (now.e[i] - pivot) / unit;
    if (i == 0)
      filter_distances(x, bars, pivot, buffers.of[0], now.factors, before);
    else
      filter_windows(buffers.of[i - 1].begin(), buffers.of[i].begin(), windows, now.factors, before);
    buffers.of[i].begin()[-1] = before;
    after[i] = __builtin_fma(unit, buffers.of[i].begin()[bars - 1], pivot);
    finite += after[i] - after[i];
  }
  // A NaN, an infinity or an overflow stays in a filter once it is there, so that its last bar tells.
  if (!(finite == 0.0)) return false;
  for (size_t i = 0; i < active; ++i) now.e[i] = after[i];
  return true;
}

}  // namespace
}  // namespace pyhft::kernels
