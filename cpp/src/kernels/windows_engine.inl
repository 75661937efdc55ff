// SPDX-License-Identifier: MIT
// Compiled once per instruction set: what is summed over a window that slides by one bar, a tile of bars at a time, so
// that what lies between input and output stays in the first cache.
//
// There is no running sum. A window is put together from parts that lie inside it, so a sum carries the errors of its
// own bars only, of the size of a sum written out, and what isn't finite leaves with its window. With w bars to a
// vector and a period of q * w + r bars:
//
//   inside the registers, sums of 1, 2, 4 ... w bars by doubling, and from the same the sum of r bars;
//   for a few whole vectors (q small), q vectors added;
//   for more, blocks of q vectors: sums from the block's beginning on, sums to the block's end, and every window is the
//   end of one block and the beginning of the next: three additions per vector for any period.

namespace pyhft::kernels {
namespace {

constexpr ptrdiff_t width = static_cast<ptrdiff_t>(f64v::width);
constexpr ptrdiff_t tile_bars = 512;

constexpr size_t vector_bytes = f64v::width * sizeof(double);

struct alignas(vector_bytes) tile {
  double bars[tile_bars];
  PYHFT_STATE operator double*() noexcept { return bars; }
};

// A contiguous series by tiles. Bars outside of it are 0 or what is asked for: they are in no window that counts.
class series {
 public:
  PYHFT_STATE series(const double* data, size_t bars) noexcept : data_(data), bars_(static_cast<ptrdiff_t>(bars)) {}

  // `count` bars from `bar` on: where they lie, or copied to `copy`.
  PYHFT_STATE const double* at(ptrdiff_t bar, ptrdiff_t count, double* copy, double outside = 0.0) const noexcept {
    if (bar >= 0 && bar + count <= bars_) [[likely]]
      return data_ + bar;
    const ptrdiff_t from = bar < 0 ? 0 : bar;
    const ptrdiff_t to = bar + count > bars_ ? bars_ : bar + count;
    if (from >= to) {
      for (ptrdiff_t i = 0; i < count; ++i) copy[i] = outside;
      return copy;
    }
    for (ptrdiff_t i = 0; i < from - bar; ++i) copy[i] = outside;
    memcpy(copy + (from - bar), data_ + from, static_cast<size_t>(to - from) * sizeof(double));
    for (ptrdiff_t i = to - bar; i < count; ++i) copy[i] = outside;
    return copy;
  }

  PYHFT_STATE double operator[](ptrdiff_t bar) const noexcept { return bar >= 0 && bar < bars_ ? data_[bar] : 0.0; }

 private:
  const double* data_;
  ptrdiff_t bars_;
};

// An output by tiles: its bars [lookback, bars) are written, the others are left alone.
class result {
 public:
  PYHFT_STATE result(double* data, size_t lookback, size_t bars) noexcept
      : data_(data), first_(static_cast<ptrdiff_t>(lookback)), bars_(static_cast<ptrdiff_t>(bars)) {}

  // Room for `count` bars from `bar` on, to be filled before done().
  PYHFT_STATE double* at(ptrdiff_t bar, ptrdiff_t count) noexcept {
    return bar >= first_ && bar + count <= bars_ ? data_ + bar : edge_.bars;
  }
  PYHFT_STATE void done(ptrdiff_t bar, ptrdiff_t count) noexcept {
    if (bar >= first_ && bar + count <= bars_) [[likely]]
      return;
    const ptrdiff_t from = bar < first_ ? first_ : bar;
    const ptrdiff_t to = bar + count > bars_ ? bars_ : bar + count;
    if (from < to) memcpy(data_ + from, edge_.bars + (from - bar), static_cast<size_t>(to - from) * sizeof(double));
  }

 private:
  double* data_;
  ptrdiff_t first_;
  ptrdiff_t bars_;
  tile edge_;
};

// step(bar, count) for tiles that cover all bars, `count` being whole vectors. They begin at bar 0 wherever the arrays lie
// in memory: the same bars give the same bits.
template <typename Step>
PYHFT_SIMD void for_tiles(size_t bars, Step step) {
  const auto end = static_cast<ptrdiff_t>(bars);
  for (ptrdiff_t bar = 0; bar < end; bar += tile_bars) {
    const ptrdiff_t left = (end - bar + width - 1) / width * width;
    step(bar, left < tile_bars ? left : tile_bars);
  }
}

// to[i] = f(vectors of the others at i).
template <typename F, typename... From>
PYHFT_SIMD void each_vector(ptrdiff_t count, double* to, F f, const From*... from) {
  for (ptrdiff_t i = 0; i < count; i += width) store(to + i, f(load(from + i)...));
}

// step(bar, count, to) fills the tiles of an output.
template <typename Step>
PYHFT_SIMD void fill_tiles(double* out, size_t lookback, size_t bars, Step step) {
  result to(out, lookback, bars);
  for_tiles(bars, [&](ptrdiff_t bar, ptrdiff_t count) __attribute__((always_inline)) {
    step(bar, count, to.at(bar, count));
    to.done(bar, count);
  });
}

// Memory for the windows of one call, from what its caller was given.
class workspace {
 public:
  static constexpr size_t slack = f64v::width;
  PYHFT_STATE explicit workspace(double* scratch) noexcept {
    const auto address = reinterpret_cast<uintptr_t>(scratch);
    next_ = scratch + (vector_bytes - address % vector_bytes) % vector_bytes / sizeof(double);
  }
  PYHFT_STATE double* take(size_t doubles) noexcept {
    double* taken = next_;
    next_ += doubles;
    return taken;
  }

 private:
  double* next_;
};

// Sums of some bars' values, and how those of two parts of a window become one.
template <size_t Parts>
struct plain_sums {
  static constexpr auto parts = static_cast<ptrdiff_t>(Parts);
  static constexpr ptrdiff_t doubles = parts * width;
  static constexpr ptrdiff_t results = parts;
  f64v part[Parts];

  PYHFT_STATE static plain_sums none() noexcept {
    plain_sums result;
#pragma GCC unroll 8
    for (ptrdiff_t i = 0; i < parts; ++i) result.part[i] = broadcast(0.0);
    return result;
  }
  PYHFT_STATE static plain_sums loaded(const double* from) noexcept {
    plain_sums result;
#pragma GCC unroll 8
    for (ptrdiff_t i = 0; i < parts; ++i) result.part[i] = load(from + i * width);
    return result;
  }
  PYHFT_STATE void stored(double* to) const noexcept {
#pragma GCC unroll 8
    for (ptrdiff_t i = 0; i < parts; ++i) store(to + i * width, part[i]);
  }
  template <int Lanes>
  PYHFT_STATE static plain_sums slid(const plain_sums& before, const plain_sums& now) noexcept {
    plain_sums result;
#pragma GCC unroll 8
    for (ptrdiff_t i = 0; i < parts; ++i) result.part[i] = slide<Lanes>(before.part[i], now.part[i]);
    return result;
  }
  PYHFT_STATE static plain_sums join(const plain_sums& newer, f64v /*newer_bars*/, const plain_sums& older) noexcept {
    plain_sums result;
#pragma GCC unroll 8
    for (ptrdiff_t i = 0; i < parts; ++i) result.part[i] = newer.part[i] + older.part[i];
    return result;
  }

  // What the whole window gives, from its parts in order of age.
  PYHFT_STATE static plain_sums newest(const plain_sums& part, double /*top*/) noexcept { return part; }
  PYHFT_STATE static plain_sums older(const plain_sums& total, const plain_sums& part, double newer_bars,
                                      double /*top*/) noexcept {
    return join(total, broadcast(newer_bars), part);
  }
  PYHFT_STATE static void put(const plain_sums& total, double* const* to, ptrdiff_t at) noexcept {
#pragma GCC unroll 8
    for (ptrdiff_t i = 0; i < parts; ++i) store(to[i] + at, total.part[i]);
  }
};

// The sum, and that of every bar times its age, 0 for the newest. A window gives one weighted sum of them, the weight
// of a bar being `top` less its age.
struct aged_sum {
  static constexpr ptrdiff_t parts = 2;
  static constexpr ptrdiff_t doubles = parts * width;
  static constexpr ptrdiff_t results = 1;
  f64v plain;
  f64v aged;

  PYHFT_STATE static aged_sum none() noexcept { return {broadcast(0.0), broadcast(0.0)}; }
  PYHFT_STATE static aged_sum loaded(const double* from) noexcept { return {load(from), load(from + width)}; }
  PYHFT_STATE void stored(double* to) const noexcept {
    store(to, plain);
    store(to + width, aged);
  }
  template <int Lanes>
  PYHFT_STATE static aged_sum slid(aged_sum before, aged_sum now) noexcept {
    return {slide<Lanes>(before.plain, now.plain), slide<Lanes>(before.aged, now.aged)};
  }
  PYHFT_STATE static aged_sum join(aged_sum newer, f64v newer_bars, aged_sum older) noexcept {
    return {newer.plain + older.plain, multiply_add(newer_bars, older.plain, newer.aged + older.aged)};
  }

  PYHFT_STATE static f64v newest(aged_sum part, double top) noexcept {
    return multiply_add(broadcast(top), part.plain, broadcast(0.0) - part.aged);
  }
  PYHFT_STATE static f64v older(f64v total, aged_sum part, double newer_bars, double top) noexcept {
    return multiply_add(broadcast(top - newer_bars), part.plain, total) - part.aged;
  }
  PYHFT_STATE static void put(f64v total, double* const* to, ptrdiff_t at) noexcept { store(to[0] + at, total); }
};

template <typename Sum>
class window {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept {
    const int64_t vectors = period / width;
    return vectors <= few ? 0 : static_cast<size_t>((2 * vectors + 1) * Sum::doubles);
  }

  PYHFT_STATE window(int64_t period, workspace& memory, double top = 0.0) noexcept
      : top_(top), vectors_(static_cast<ptrdiff_t>(period / width)), rest_bars_(static_cast<int>(period % width)) {
    if (vectors_ > few) {
      ends_ = memory.take(static_cast<size_t>((vectors_ + 1) * Sum::doubles));
      old_rests_ = memory.take(static_cast<size_t>(vectors_ * Sum::doubles));
    }
    clear();
  }

  PYHFT_STATE void clear() noexcept {
    memset(before_, 0, sizeof before_);
    memset(wholes_, 0, few * Sum::doubles * sizeof(double));
    memset(rests_, 0, few * Sum::doubles * sizeof(double));
    memset(recent_, 0, sizeof recent_);
    memset(beginning_, 0, sizeof beginning_);
    position_ = 0;
    if (vectors_ <= few) return;
    memset(ends_, 0, static_cast<size_t>((vectors_ + 1) * Sum::doubles) * sizeof(double));
    memset(old_rests_, 0, static_cast<size_t>(vectors_ * Sum::doubles) * sizeof(double));
  }

  // Takes the next `count` bars, whole vectors and at most a tile: source(i) are those from i on. Gives the sums over
  // the windows that end with each of them, part by part; they may go where the bars came from.
  template <typename Source>
  [[gnu::noinline]] void push(ptrdiff_t count, Source source, double* const* totals) noexcept {
    switch (rest_bars_) {
      case 0:
        add_up<0>(count, source);
        break;
      case 1:
        add_up<1>(count, source);
        break;
      case 2:
        add_up<2 % width>(count, source);
        break;
      case 3:
        add_up<3 % width>(count, source);
        break;
      case 4:
        add_up<4 % width>(count, source);
        break;
      case 5:
        add_up<5 % width>(count, source);
        break;
      case 6:
        add_up<6 % width>(count, source);
        break;
      default:
        add_up<7 % width>(count, source);
        break;
    }
    join_up(count, totals);
  }

 private:
  static constexpr ptrdiff_t few = width == 8 ? 6 : 14;
  // Sums of many vectors are added up by stretches of so many, for the sake of the rounding errors.
  static constexpr ptrdiff_t stretch = 64;
  static constexpr int levels = width == 8 ? 3 : width == 4 ? 2 : 1;

  // What slides into a vector from the one before it, level by level.
  struct carried {
    Sum whole[levels];
    Sum rest[levels];
  };

  template <int Rest, int Level>
  PYHFT_STATE static void double_up(carried& before, Sum& whole, Sum& rest) noexcept {
    constexpr int bars = 1 << Level;
    constexpr int rest_so_far = Rest & (bars - 1);
    const f64v count = broadcast(static_cast<double>(bars));
    if constexpr ((Rest & bars) != 0) {
      if constexpr (rest_so_far == 0) {
        rest = whole;
      } else {
        const Sum older = Sum::template slid<bars>(before.rest[Level], rest);
        before.rest[Level] = rest;
        rest = Sum::join(whole, count, older);
      }
    }
    const Sum older = Sum::template slid<bars>(before.whole[Level], whole);
    before.whole[Level] = whole;
    whole = Sum::join(whole, count, older);
  }

  // The sums of a vector's width and of the rest of the period, which end with each bar.
  template <int Rest, typename Source>
  PYHFT_STATE void add_up(ptrdiff_t count, Source source) noexcept {
    carried before;
    memcpy(&before, before_, sizeof before);
    double* wholes = wholes_ + few * Sum::doubles;
    double* rests = rests_ + few * Sum::doubles;
    for (ptrdiff_t i = 0; i < count; i += width) {
      Sum whole = source(i);
      Sum rest = Sum::none();
      double_up<Rest, 0>(before, whole, rest);
      if constexpr (levels >= 2) double_up<Rest, 1>(before, whole, rest);
      if constexpr (levels >= 3) double_up<Rest, 2>(before, whole, rest);
      whole.stored(wholes + i * Sum::parts);
      if constexpr (Rest != 0) rest.stored(rests + i * Sum::parts);
    }
    memcpy(before_, &before, sizeof before);
  }

  [[gnu::noinline]] void join_up(ptrdiff_t count, double* const* totals) noexcept {
    switch (vectors_) {
      case 0:
        return join_few<0>(count, totals);
      case 1:
        return join_few<1>(count, totals);
      case 2:
        return join_few<2>(count, totals);
      case 3:
        return join_few<3>(count, totals);
      case 4:
        return join_few<4>(count, totals);
      case 5:
        return join_few<5>(count, totals);
      case 6:
        return join_few<6>(count, totals);
      default:
        break;
    }
    if constexpr (few > 6) {
      switch (vectors_) {
        case 7:
          return join_few<7>(count, totals);
        case 8:
          return join_few<8>(count, totals);
        case 9:
          return join_few<9>(count, totals);
        case 10:
          return join_few<10>(count, totals);
        case 11:
          return join_few<11>(count, totals);
        case 12:
          return join_few<12>(count, totals);
        case 13:
          return join_few<13>(count, totals);
        case 14:
          return join_few<14>(count, totals);
        default:
          break;
      }
    }
    join_many(count, totals);
  }

  template <int Vectors>
  PYHFT_STATE void join_few(ptrdiff_t count, double* const* totals) noexcept {
    const double* wholes = wholes_ + few * Sum::doubles;
    const double* rests = rests_ + few * Sum::doubles;
    if (rest_bars_ != 0)
      join_few<Vectors, true>(count, wholes, rests, totals, top_);
    else
      join_few<Vectors, false>(count, wholes, rests, totals, top_);
    memmove(wholes_, wholes_ + count * Sum::parts, few * Sum::doubles * sizeof(double));
    if (rest_bars_ != 0) memmove(rests_, rests_ + count * Sum::parts, few * Sum::doubles * sizeof(double));
  }

  template <int Vectors, bool HasRest>
  PYHFT_STATE static void join_few(ptrdiff_t count, const double* wholes, const double* rests, double* const* totals,
                                   double top) noexcept {
    double* to[Sum::results];
    memcpy(to, totals, sizeof to);
    for (ptrdiff_t i = 0; i < count; i += width) {
      auto total = Sum::newest(Sum::loaded((Vectors == 0 ? rests : wholes) + i * Sum::parts), top);
#pragma GCC unroll 16
      for (int age = 1; age < Vectors; ++age)
        total = Sum::older(total, Sum::loaded(wholes + (i - age * width) * Sum::parts),
                           static_cast<double>(age * width), top);
      if constexpr (Vectors != 0 && HasRest)
        total = Sum::older(total, Sum::loaded(rests + (i - Vectors * width) * Sum::parts),
                           static_cast<double>(Vectors * width), top);
      Sum::put(total, to, i);
    }
  }

  PYHFT_STATE void join_many(ptrdiff_t count, double* const* totals) noexcept {
    double* to[Sum::results];
    memcpy(to, totals, sizeof to);
    const f64v one_vector = broadcast(static_cast<double>(width));
    const f64v all_vectors = broadcast(static_cast<double>(vectors_ * width));
    const double* wholes = wholes_ + few * Sum::doubles;
    const double* rests = rests_ + few * Sum::doubles;
    Sum recent = Sum::loaded(recent_);
    Sum beginning = Sum::loaded(beginning_);
    ptrdiff_t i = 0;
    while (i < count) {
      const ptrdiff_t in_stretch = position_ % stretch;
      ptrdiff_t room = stretch - in_stretch < vectors_ - position_ ? stretch - in_stretch : vectors_ - position_;
      room *= width;
      const ptrdiff_t stop = count - i < room ? count : i + room;
      double* end = ends_ + position_ * Sum::doubles;
      double* old_rest = old_rests_ + position_ * Sum::doubles;
      f64v recent_bars = broadcast(static_cast<double>(in_stretch * width));
      f64v begun = broadcast(static_cast<double>(position_ * width));
      position_ += (stop - i) / width;
      for (; i < stop; i += width) {
        const Sum whole = Sum::loaded(wholes + i * Sum::parts);
        recent = Sum::join(whole, one_vector, recent);
        recent_bars = recent_bars + one_vector;
        begun = begun + one_vector;
        Sum total = Sum::join(Sum::join(recent, recent_bars, beginning), begun, Sum::loaded(end + Sum::doubles));
        whole.stored(end);
        end += Sum::doubles;
        if (rest_bars_ != 0) {
          total = Sum::join(total, all_vectors, Sum::loaded(old_rest));
          Sum::loaded(rests + i * Sum::parts).stored(old_rest);
          old_rest += Sum::doubles;
        }
        Sum::put(Sum::newest(total, top_), to, i);
      }
      if (position_ == vectors_) {
        end_block();
        recent = Sum::none();
        beginning = Sum::none();
      } else if (position_ % stretch == 0) {
        beginning = Sum::join(recent, broadcast(static_cast<double>(stretch * width)), beginning);
        recent = Sum::none();
      }
    }
    recent.stored(recent_);
    beginning.stored(beginning_);
  }

  // Makes sums from each vector to the end of the block of its vectors.
  PYHFT_STATE void end_block() noexcept {
    const f64v one_vector = broadcast(static_cast<double>(width));
    Sum end = Sum::none();
    f64v end_bars = broadcast(0.0);
    for (ptrdiff_t vector = vectors_; vector > 0;) {
      Sum recent = Sum::none();
      f64v recent_bars = broadcast(0.0);
      for (ptrdiff_t left = stretch; left > 0 && vector > 0; --left) {
        --vector;
        double* at = ends_ + vector * Sum::doubles;
        recent = Sum::join(recent, recent_bars, Sum::loaded(at));
        recent_bars = recent_bars + one_vector;
        Sum::join(end, end_bars, recent).stored(at);
      }
      end = Sum::join(end, end_bars, recent);
      end_bars = end_bars + recent_bars;
    }
    position_ = 0;
  }

  double top_;
  ptrdiff_t vectors_;
  int rest_bars_;
  ptrdiff_t position_ = 0;
  double* ends_ = nullptr;
  double* old_rests_ = nullptr;
  alignas(vector_bytes) double before_[2 * levels * Sum::doubles];
  alignas(vector_bytes) double recent_[Sum::doubles];
  alignas(vector_bytes) double beginning_[Sum::doubles];
  // The last few vectors of the tile before, then those of this one.
  alignas(vector_bytes) double wholes_[(few + tile_bars / width) * Sum::doubles];
  alignas(vector_bytes) double rests_[(few + tile_bars / width) * Sum::doubles];
};

using aged_window = window<aged_sum>;

// What goes into the windows.
struct values {
  const double* x;
  PYHFT_STATE plain_sums<1> operator()(ptrdiff_t i) const noexcept { return {{load(x + i)}}; }
};
struct two_values {
  const double* x;
  const double* y;
  PYHFT_STATE plain_sums<2> operator()(ptrdiff_t i) const noexcept { return {{load(x + i), load(y + i)}}; }
};
struct values_to_age {
  const double* x;
  double pivot;
  PYHFT_STATE aged_sum operator()(ptrdiff_t i) const noexcept {
    return {load(x + i) - broadcast(pivot), broadcast(0.0)};
  }
};

// Sums of one series.
class plain_window : public window<plain_sums<1>> {
 public:
  using window::window;
  PYHFT_STATE void push(ptrdiff_t count, const double* bars, double* totals) noexcept {
    window::push(count, values{bars}, &totals);
  }
};

// Sums of two series.
class twin_window : public window<plain_sums<2>> {
 public:
  using window::window;
  PYHFT_STATE void push(ptrdiff_t count, const double* x, const double* y, double* of_x, double* of_y) noexcept {
    double* const totals[] = {of_x, of_y};
    window::push(count, two_values{x, y}, totals);
  }
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
