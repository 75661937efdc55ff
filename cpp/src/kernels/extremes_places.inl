// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after extremes_window.inl. Where the best bar of every window stands: windows by
// doubling again, of pairs of a value and the number of its bar.
//
// Which of equal bars counts: the latest, where a search prefers the latest. Where it prefers the earliest, what it
// remembers decides (latest_extreme): a bar that comes up to the best one takes its place, unless that one has just left
// the window. Without such a bar in a chunk the earliest are the answer; with one, a short loop goes through it.

namespace pyhft::kernels {
namespace {

struct best_bar {
  f64v value;
  f64v place;
};

template <typename Order, tie Tie>
PYHFT_SIMD best_bar better_bar(best_bar older, best_bar newer) {
  if constexpr (Tie == tie::earliest) {
    const mask64v overtakes = beats(Order{}, newer.value, older.value);
    return {choose(overtakes, newer.value, older.value), choose(overtakes, newer.place, older.place)};
  } else {
    const mask64v stays = beats(Order{}, older.value, newer.value);
    return {choose(stays, older.value, newer.value), choose(stays, older.place, newer.place)};
  }
}

struct best_octet {
  octet value;
  octet place;
};

// The better of each bar and the one that stands `Bars` before it.
template <typename Order, tie Tie, int Bars>
PYHFT_SIMD best_octet doubled(const best_octet& before, const best_octet& now) {
  const best_octet older{earlier<Bars>(before.value, now.value), earlier<Bars>(before.place, now.place)};
  best_octet result;
#pragma GCC unroll 8
  for (int i = 0; i < octet_parts; ++i) {
    const best_bar best =
        better_bar<Order, Tie>({older.value.part[i], older.place.part[i]}, {now.value.part[i], now.place.part[i]});
    result.value.part[i] = best.value;
    result.place.part[i] = best.place;
  }
  return result;
}

struct best_bars {
  double values[chunk_bars + longest_short_period + 2 * octet_bars];
  double places[chunk_bars + longest_short_period + 2 * octet_bars];
};

// As base_windows does it; x[0] is bar `start`.
template <typename Order, tie Tie, int Base>
bool base_places(const double* x, size_t bars, double start, best_bars& out) {
  const size_t rest = bars % octet_bars;
  const size_t whole = bars - rest;
  double last[octet_bars] = {};
  for (size_t i = 0; i < rest; ++i) last[i] = x[whole + i];
  double numbers[octet_bars];
  for (size_t i = 0; i < octet_bars; ++i) numbers[i] = start + static_cast<double>(i);
  const best_octet none{octet_of(Order::worst), octet_of(0.0)};
  best_octet of_1 = none;
  best_octet of_2 = none;
  best_octet of_4 = none;
  best_octet of_8 = none;
  best_octet of_16 = none;
  best_octet of_16_before = none;
  octet number = load_octet(numbers);
  octet sum = octet_of(0.0);
  for (size_t i = 0; i < bars; i += octet_bars) {
    fetch_next_chunk(x + i);
    const best_octet bar{load_octet(i < whole ? x + i : last), number};
#pragma GCC unroll 8
    for (int k = 0; k < octet_parts; ++k) {
      sum.part[k] = sum.part[k] + bar.value.part[k];
      number.part[k] = number.part[k] + broadcast(static_cast<double>(octet_bars));
    }
    best_octet now = bar;
    if constexpr (Base >= 2) {
      now = doubled<Order, Tie, 1>(of_1, now);
      of_1 = bar;
    }
    if constexpr (Base >= 4) {
      const best_octet half = now;
      now = doubled<Order, Tie, 2>(of_2, now);
      of_2 = half;
    }
    if constexpr (Base >= 8) {
      const best_octet half = now;
      now = doubled<Order, Tie, 4>(of_4, now);
      of_4 = half;
    }
    if constexpr (Base >= 16) {
      const best_octet half = now;
      now = doubled<Order, Tie, 8>(of_8, now);
      of_8 = half;
    }
    if constexpr (Base >= 32) {
      const best_octet half = now;
      now = doubled<Order, Tie, 8>(of_16_before, now);
      of_16_before = of_16;
      of_16 = half;
    }
    store_octet(out.values + i, now.value);
    store_octet(out.places + i, now.place);
  }
  bool clean = true;
#pragma GCC unroll 8
  for (int k = 0; k < octet_parts; ++k) clean = clean && every(sum.part[k] == sum.part[k]);
  return clean;
}

// As cover does it; out has room for whole vectors.
template <typename Order, tie Tie>
void cover_places(const best_bars& windows, size_t base, size_t period, size_t bars, best_bars& out) {
  const size_t between = (period - 1) / base - (period == base ? 0 : 1);
  for (size_t i = 0; i < bars; i += f64v::width) {
    const auto ending_at = [&](size_t at) __attribute__((always_inline)) {
      return best_bar{load(windows.values + i + at), load(windows.places + i + at)};
    };
    best_bar best = ending_at(base - 1);
    for (size_t k = between; k != 0; --k) best = better_bar<Order, Tie>(best, ending_at(period - 1 - k * base));
    best = better_bar<Order, Tie>(best, ending_at(period - 1));
    store(out.values + i, best.value);
    store(out.places + i, best.place);
  }
}

// The places of the best bars of a series' windows, from its bar period - 1 on.
template <typename Order, tie Tie>
class sliding_place {
 public:
  static size_t scratch_doubles(size_t period) { return period <= longest_short_period ? 0 : 2 * period; }

  sliding_place(const double* x, size_t period, double* scratch)
      : x_(x), period_(period), bar_(period - 1), long_(static_cast<int64_t>(period)) {
    if (period <= longest_short_period) return;
    bind_rings(long_, scratch);
    for (size_t i = 0; i < bar_; ++i) long_.update(x[i]);
  }

  // Of the next bars, at most chunk_bars.
  void next(double* places, size_t bars) {
    if (period_ > longest_short_period)
      follow(long_, 0.0, places, bars);
    else if (!by_doubling(places, bars))
      exactly(places, bars);
    bar_ += bars;
    last_ = places[bars - 1];
  }

 private:
  bool by_doubling(double* places, size_t bars) {
    best_bars windows;
    const size_t first = bar_ - (period_ - 1);
    const int base = base_of(period_);
    const bool clean = with_base(base, [&]<int Base>() __attribute__((always_inline)) {
      return base_places<Order, Tie, Base>(x_ + first, bars + period_ - 1, static_cast<double>(first), windows);
    });
    if (!clean) return false;
    best_bars best;
    cover_places<Order, Tie>(windows, static_cast<size_t>(base), period_, bars, best);
    memcpy(places, best.places, bars * sizeof *places);
    if constexpr (Tie == tie::earliest)
      if (remembers_another(best, places, bars)) remember(best, places, bars);
    return true;
  }

  // Whether what is remembered is, or becomes, another bar than the earliest of the best.
  bool remembers_another(const best_bars& best, const double* places, size_t bars) const {
    const auto first = static_cast<double>(bar_ - (period_ - 1));
    if (last_ >= first && places[0] < last_) return true;
    size_t i = 0;
    double numbers[f64v::width];
    for (size_t k = 0; k < f64v::width; ++k) numbers[k] = static_cast<double>(bar_ + k);
    f64v number = load(numbers);
    for (; i + f64v::width <= bars; i += f64v::width) {
      if (any((load(x_ + bar_ + i) == load(best.values + i)) & (number > load(best.places + i)))) return true;
      number = number + broadcast(static_cast<double>(f64v::width));
    }
    for (; i < bars; ++i)
      if (x_[bar_ + i] == best.values[i] && best.places[i] < static_cast<double>(bar_ + i)) return true;
    return false;
  }

  void remember(const best_bars& best, double* places, size_t bars) const {
    auto place = static_cast<int64_t>(last_);
    for (size_t i = 0; i < bars; ++i) {
      const auto bar = static_cast<int64_t>(bar_ + i);
      const auto searched = static_cast<int64_t>(best.places[i]);
      const int64_t kept = x_[bar_ + i] == best.values[i] ? bar : place;
      place = place < bar - static_cast<int64_t>(period_ - 1) ? searched : kept;
      places[i] = static_cast<double>(place);
    }
  }

  void exactly(double* places, size_t bars) const {
    double memory[2 * longest_short_period];
    latest_extreme<Order, Tie> state(static_cast<int64_t>(period_));
    bind_rings(state, memory);
    const size_t first = bar_ - (period_ - 1);
    for (size_t i = first; i < bar_; ++i) state.update(x_[i]);
    state.remember(last_ - static_cast<double>(first), last_ < 0.0 ? 0.0 : x_[static_cast<size_t>(last_)]);
    follow(state, static_cast<double>(first), places, bars);
  }

  void follow(latest_extreme<Order, Tie>& state, double first, double* places, size_t bars) const {
    for (size_t i = 0; i < bars; ++i) {
      state.update(x_[bar_ + i]);
      places[i] = first + state.place();
    }
  }

  const double* x_;
  size_t period_;
  size_t bar_;
  double last_ = -1.0;
  latest_extreme<Order, Tie> long_;
};

}  // namespace
}  // namespace pyhft::kernels
