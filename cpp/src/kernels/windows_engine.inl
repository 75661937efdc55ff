// SPDX-License-Identifier: MIT
// Compiled once per instruction set: what is summed over a window that slides by one bar, for a vector of bars at a time.
//
// There is no running sum. A window is put together from parts that lie inside it, so a sum carries the errors of its
// own bars only, of the size of a sum written out, and what isn't finite leaves with its window. With w bars to a vector
// and a period of n = q * w + r:
//
//   inside the registers, sums of 1, 2, 4 ... w bars by doubling, and from the same the sum of the oldest r bars;
//   for a few whole vectors (q small), q vectors added;
//   for more, blocks of q vectors: sums from the block's beginning on, sums to the block's end, and every window is the
//   end of one block and the beginning of the next: three additions per vector for any period.
//
// What is summed is a type with slide(), load(), store() and join(newer, bars of newer, older): the sum over two parts.

namespace pyhft::kernels {
namespace {

constexpr ptrdiff_t width = static_cast<ptrdiff_t>(f64v::width);

// A contiguous series by vectors; lanes outside of it are 0.
class series {
 public:
  PYHFT_STATE series(const double* data, size_t bars) noexcept
      : data_(data), bars_(static_cast<ptrdiff_t>(bars)), whole_(bars < f64v::width ? 0 : bars - f64v::width + 1) {}

  PYHFT_STATE ptrdiff_t bars() const noexcept { return bars_; }

  PYHFT_STATE f64v at(ptrdiff_t bar) const noexcept {
    if (static_cast<size_t>(bar) < whole_) [[likely]]
      return load(data_ + bar);
    double lanes[f64v::width] = {};
    for (ptrdiff_t i = 0; i < width; ++i)
      if (bar + i >= 0 && bar + i < bars_) lanes[i] = data_[bar + i];
    return load(lanes);
  }

 private:
  const double* data_;
  ptrdiff_t bars_;
  size_t whole_;
};

// Where the bars [lookback, bars) of an output go.
class result {
 public:
  PYHFT_STATE result(double* data, size_t lookback, size_t bars) noexcept
      : data_(data),
        first_(static_cast<ptrdiff_t>(lookback)),
        bars_(static_cast<ptrdiff_t>(bars)),
        whole_(bars - lookback < f64v::width ? 0 : bars - lookback - f64v::width + 1) {}

  PYHFT_STATE void put(ptrdiff_t bar, f64v x) const noexcept {
    if (static_cast<size_t>(bar - first_) < whole_) [[likely]]
      return store(data_ + bar, x);
    double lanes[f64v::width];
    store(lanes, x);
    for (ptrdiff_t i = 0; i < width; ++i)
      if (bar + i >= first_ && bar + i < bars_) data_[bar + i] = lanes[i];
  }

 private:
  double* data_;
  ptrdiff_t first_;
  ptrdiff_t bars_;
  size_t whole_;
};

// The first bar to begin with, not above 0, so that the vectors of `out` lie on vectors of memory.
PYHFT_SIMD ptrdiff_t first_vector(const double* out) {
  const auto lanes = static_cast<ptrdiff_t>(reinterpret_cast<uintptr_t>(out) / sizeof(double) % f64v::width);
  return -lanes;
}

// Memory for the windows of one call, from what its caller was given.
class workspace {
 public:
  static constexpr size_t slack = f64v::width;
  PYHFT_STATE explicit workspace(double* scratch) noexcept {
    const auto address = reinterpret_cast<uintptr_t>(scratch);
    const uintptr_t unit = f64v::width * sizeof(double);
    next_ = scratch + (unit - address % unit) % unit / sizeof(double);
  }
  PYHFT_STATE double* take(size_t doubles) noexcept {
    double* taken = next_;
    next_ += doubles;
    return taken;
  }

 private:
  double* next_;
};

// Plain sums of some series at once.
template <size_t Series>
struct sums {
  static constexpr size_t doubles = Series * f64v::width;
  f64v of[Series];

  PYHFT_STATE static sums none() noexcept {
    sums result;
    for (auto& one : result.of) one = broadcast(0.0);
    return result;
  }
  PYHFT_STATE static sums loaded(const double* from) noexcept {
    sums result;
    for (size_t i = 0; i < Series; ++i) result.of[i] = load(from + i * f64v::width);
    return result;
  }
  PYHFT_STATE void stored(double* to) const noexcept {
    for (size_t i = 0; i < Series; ++i) store(to + i * f64v::width, of[i]);
  }
  template <int Lanes>
  PYHFT_STATE static sums slid(const sums& before, const sums& now) noexcept {
    sums result;
    for (size_t i = 0; i < Series; ++i) result.of[i] = slide<Lanes>(before.of[i], now.of[i]);
    return result;
  }
  PYHFT_STATE static sums join(const sums& newer, f64v /*newer_bars*/, const sums& older) noexcept {
    sums result;
    for (size_t i = 0; i < Series; ++i) result.of[i] = newer.of[i] + older.of[i];
    return result;
  }
};

// The sum, and the sum of every bar times its age: 0 for the newest.
struct aged_sums {
  static constexpr size_t doubles = 2 * f64v::width;
  f64v plain;
  f64v aged;

  PYHFT_STATE static aged_sums none() noexcept { return {broadcast(0.0), broadcast(0.0)}; }
  PYHFT_STATE static aged_sums loaded(const double* from) noexcept { return {load(from), load(from + width)}; }
  PYHFT_STATE void stored(double* to) const noexcept {
    store(to, plain);
    store(to + width, aged);
  }
  template <int Lanes>
  PYHFT_STATE static aged_sums slid(const aged_sums& before, const aged_sums& now) noexcept {
    return {slide<Lanes>(before.plain, now.plain), slide<Lanes>(before.aged, now.aged)};
  }
  PYHFT_STATE static aged_sums join(const aged_sums& newer, f64v newer_bars, const aged_sums& older) noexcept {
    return {newer.plain + older.plain, multiply_add(newer_bars, older.plain, newer.aged + older.aged)};
  }
};

template <typename Sums>
class window {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept {
    const int64_t vectors = period / width;
    return vectors <= few ? 0 : static_cast<size_t>(2 * vectors + 1) * Sums::doubles;
  }

  PYHFT_STATE window(int64_t period, workspace& memory) noexcept
      : vectors_(period / width), rest_bars_(static_cast<int>(period % width)) {
    if (vectors_ > few) {
      ends_ = memory.take(static_cast<size_t>(vectors_ + 1) * Sums::doubles);
      rests_ = memory.take(static_cast<size_t>(vectors_) * Sums::doubles);
    }
    clear();
  }

  PYHFT_STATE void clear() noexcept {
    for (auto& one : before_) one = Sums::none();
    for (auto& one : rest_before_) one = Sums::none();
    beginning_ = Sums::none();
    position_ = 0;
    if (vectors_ <= few) return;
    memset(ends_, 0, static_cast<size_t>(vectors_ + 1) * Sums::doubles * sizeof(double));
    memset(rests_, 0, static_cast<size_t>(vectors_) * Sums::doubles * sizeof(double));
  }

  // Takes the next vector of bars; the sums over the windows that end with each of them.
  PYHFT_STATE Sums push(const Sums& bars) noexcept {
    Sums whole = bars;
    Sums rest = (rest_bars_ & 1) != 0 ? bars : Sums::none();
    double_up<0>(whole, rest);
    if constexpr (width >= 4) double_up<1>(whole, rest);
    if constexpr (width >= 8) double_up<2>(whole, rest);
    if (vectors_ == 0) return rest;
    return vectors_ <= few ? push_few(whole, rest) : push_many(whole, rest);
  }

 private:
  static constexpr int64_t few = 7;

  template <int Level>
  PYHFT_STATE void double_up(Sums& whole, Sums& rest) noexcept {
    constexpr int bars = 1 << Level;
    const f64v count = broadcast(static_cast<double>(bars));
    if (Level > 0 && (rest_bars_ & bars) != 0) {
      const Sums older = Sums::template slid<bars>(rest_before_[Level], rest);
      rest_before_[Level] = rest;
      rest = Sums::join(whole, count, older);
    }
    const Sums older = Sums::template slid<bars>(before_[Level], whole);
    before_[Level] = whole;
    whole = Sums::join(whole, count, older);
  }

  PYHFT_STATE Sums push_few(const Sums& whole, const Sums& rest) noexcept {
    constexpr int64_t mask = few;
    static_assert((few & (few + 1)) == 0);
    recent_[position_ & mask] = whole;
    Sums total = whole;
    f64v count = broadcast(static_cast<double>(width));
    for (int64_t age = 1; age < vectors_; ++age) {
      total = Sums::join(total, count, recent_[(position_ - age) & mask]);
      count = count + broadcast(static_cast<double>(width));
    }
    if (rest_bars_ != 0) {
      recent_rest_[position_ & mask] = rest;
      total = Sums::join(total, count, recent_rest_[(position_ - vectors_) & mask]);
    }
    ++position_;
    return total;
  }

  PYHFT_STATE Sums push_many(const Sums& whole, const Sums& rest) noexcept {
    const f64v one_vector = broadcast(static_cast<double>(width));
    double* end = ends_ + static_cast<size_t>(position_) * Sums::doubles;
    beginning_ = Sums::join(whole, one_vector, beginning_);
    ++position_;
    const f64v begun = broadcast(static_cast<double>(position_ * width));
    Sums total = Sums::join(beginning_, begun, Sums::loaded(end + Sums::doubles));
    whole.stored(end);
    if (rest_bars_ != 0) {
      double* old = rests_ + static_cast<size_t>(position_ - 1) * Sums::doubles;
      total = Sums::join(total, broadcast(static_cast<double>(vectors_ * width)), Sums::loaded(old));
      rest.stored(old);
    }
    if (position_ == vectors_) [[unlikely]]
      end_block();
    return total;
  }

  // Makes sums from each vector to the end of the block of its vectors.
  PYHFT_STATE void end_block() noexcept {
    const f64v one_vector = broadcast(static_cast<double>(width));
    double* at = ends_ + static_cast<size_t>(vectors_ - 1) * Sums::doubles;
    Sums end = Sums::loaded(at);
    f64v count = one_vector;
    while (at != ends_) {
      at -= Sums::doubles;
      end = Sums::join(end, count, Sums::loaded(at));
      count = count + one_vector;
      end.stored(at);
    }
    position_ = 0;
    beginning_ = Sums::none();
  }

  int64_t vectors_;
  int rest_bars_;
  int64_t position_ = 0;
  Sums before_[3];
  Sums rest_before_[3];
  Sums beginning_;
  Sums recent_[few + 1];
  Sums recent_rest_[few + 1];
  double* ends_ = nullptr;
  double* rests_ = nullptr;
};

// x / n for whole vectors, correctly rounded but for rare last digits, at the price of products.
class divider {
 public:
  PYHFT_STATE explicit divider(double by) noexcept : by_(broadcast(by)), reciprocal_(broadcast(1.0 / by)) {}
  PYHFT_STATE f64v operator()(f64v x) const noexcept {
#if defined(PYHFT_ISA_AVX2) || defined(PYHFT_ISA_AVX512)
    const f64v quotient = x * reciprocal_;
    const f64v remainder = fused(broadcast(0.0) - quotient, by_, x);
    return choose(remainder == remainder, fused(remainder, reciprocal_, quotient), quotient);
#else
    return x / by_;
#endif
  }

 private:
  f64v by_;
  f64v reciprocal_;
};

}  // namespace
}  // namespace pyhft::kernels
