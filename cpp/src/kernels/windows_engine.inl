// SPDX-License-Identifier: MIT
// Compiled once per instruction set: what is summed over a window that slides by one bar, a tile of bars at a time, so
// that what lies between input and output stays in the first cache.
//
// There is no running sum. A window is put together from parts that lie inside it, so a sum carries the errors of its
// own bars only, of the size of a sum written out, and what isn't finite leaves with its window. With w bars to a vector
// and a period of q * w + r bars:
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

// A contiguous series by tiles; bars outside of it are 0.
class series {
 public:
  PYHFT_STATE series(const double* data, size_t bars) noexcept : data_(data), bars_(static_cast<ptrdiff_t>(bars)) {}

  // `count` bars from `bar` on: where they lie, or copied to `copy`.
  PYHFT_STATE const double* at(ptrdiff_t bar, ptrdiff_t count, double* copy) const noexcept {
    if (bar >= 0 && bar + count <= bars_) [[likely]]
      return data_ + bar;
    for (ptrdiff_t i = 0; i < count; ++i) copy[i] = bar + i >= 0 && bar + i < bars_ ? data_[bar + i] : 0.0;
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
    for (ptrdiff_t i = 0; i < count; ++i)
      if (bar + i >= first_ && bar + i < bars_) data_[bar + i] = edge_.bars[i];
  }

 private:
  double* data_;
  ptrdiff_t first_;
  ptrdiff_t bars_;
  tile edge_;
};

// step(bar, count) for tiles that cover all bars, `count` being whole vectors. The first bar may lie before the series,
// so that the vectors of `out` are vectors of memory.
template <typename Step>
PYHFT_SIMD void for_tiles(const double* out, size_t bars, Step step) {
  const auto lanes = static_cast<ptrdiff_t>(reinterpret_cast<uintptr_t>(out) / sizeof(double) % f64v::width);
  const auto end = static_cast<ptrdiff_t>(bars);
  for (ptrdiff_t bar = -lanes; bar < end; bar += tile_bars) {
    const ptrdiff_t left = (end - bar + width - 1) / width * width;
    step(bar, left < tile_bars ? left : tile_bars);
  }
}

// to[i] = f(vectors of the others at i).
template <typename F, typename... From>
PYHFT_SIMD void each_vector(ptrdiff_t count, double* to, F f, const From*... from) {
  for (ptrdiff_t i = 0; i < count; i += width) store(to + i, f(load(from + i)...));
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

// The sum of some bars, and how two parts of a window become one.
struct plain_sum {
  static constexpr ptrdiff_t parts = 1;
  static constexpr ptrdiff_t doubles = parts * width;
  f64v plain;

  PYHFT_STATE static plain_sum of(f64v x) noexcept { return {x}; }
  PYHFT_STATE static plain_sum none() noexcept { return {broadcast(0.0)}; }
  PYHFT_STATE static plain_sum loaded(const double* from) noexcept { return {load(from)}; }
  PYHFT_STATE void stored(double* to) const noexcept { store(to, plain); }
  PYHFT_STATE void put(double* const* to, ptrdiff_t at) const noexcept { store(to[0] + at, plain); }
  template <int Lanes>
  PYHFT_STATE static plain_sum slid(plain_sum before, plain_sum now) noexcept {
    return {slide<Lanes>(before.plain, now.plain)};
  }
  PYHFT_STATE static plain_sum join(plain_sum newer, f64v /*newer_bars*/, plain_sum older) noexcept {
    return {newer.plain + older.plain};
  }
};

// With it, the sum of every bar times its age: 0 for the newest.
struct aged_sum {
  static constexpr ptrdiff_t parts = 2;
  static constexpr ptrdiff_t doubles = parts * width;
  f64v plain;
  f64v aged;

  PYHFT_STATE static aged_sum of(f64v x) noexcept { return {x, broadcast(0.0)}; }
  PYHFT_STATE static aged_sum none() noexcept { return of(broadcast(0.0)); }
  PYHFT_STATE static aged_sum loaded(const double* from) noexcept { return {load(from), load(from + width)}; }
  PYHFT_STATE void stored(double* to) const noexcept {
    store(to, plain);
    store(to + width, aged);
  }
  PYHFT_STATE void put(double* const* to, ptrdiff_t at) const noexcept {
    store(to[0] + at, plain);
    store(to[1] + at, aged);
  }
  template <int Lanes>
  PYHFT_STATE static aged_sum slid(aged_sum before, aged_sum now) noexcept {
    return {slide<Lanes>(before.plain, now.plain), slide<Lanes>(before.aged, now.aged)};
  }
  PYHFT_STATE static aged_sum join(aged_sum newer, f64v newer_bars, aged_sum older) noexcept {
    return {newer.plain + older.plain, multiply_add(newer_bars, older.plain, newer.aged + older.aged)};
  }
};

template <typename Sum>
class window {
 public:
  PYHFT_STATE static size_t scratch_doubles(int64_t period) noexcept {
    const int64_t vectors = period / width;
    return vectors <= few ? 0 : static_cast<size_t>((2 * vectors + 1) * Sum::doubles);
  }

  PYHFT_STATE window(int64_t period, workspace& memory) noexcept
      : vectors_(static_cast<ptrdiff_t>(period / width)), rest_bars_(static_cast<int>(period % width)) {
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
    memset(beginning_, 0, sizeof beginning_);
    position_ = 0;
    if (vectors_ <= few) return;
    memset(ends_, 0, static_cast<size_t>((vectors_ + 1) * Sum::doubles) * sizeof(double));
    memset(old_rests_, 0, static_cast<size_t>(vectors_ * Sum::doubles) * sizeof(double));
  }

  // Takes the next `count` bars, whole vectors and at most a tile; the sums over the windows that end with each of them,
  // part by part. They may go where the bars came from.
  [[gnu::noinline]] void push(ptrdiff_t count, const double* bars, double* const* totals) noexcept {
    switch (rest_bars_) {
      case 0: add_up<0>(count, bars); break;
      case 1: add_up<1>(count, bars); break;
      case 2: add_up<2 % width>(count, bars); break;
      case 3: add_up<3 % width>(count, bars); break;
      case 4: add_up<4 % width>(count, bars); break;
      case 5: add_up<5 % width>(count, bars); break;
      case 6: add_up<6 % width>(count, bars); break;
      default: add_up<7 % width>(count, bars); break;
    }
    switch (vectors_) {
      case 0: join_few<0>(count, totals); break;
      case 1: join_few<1>(count, totals); break;
      case 2: join_few<2>(count, totals); break;
      case 3: join_few<3>(count, totals); break;
      case 4: join_few<4>(count, totals); break;
      case 5: join_few<5>(count, totals); break;
      case 6: join_few<6>(count, totals); break;
      default: join_many(count, totals); break;
    }
  }
  // Of plain sums.
  PYHFT_STATE void push(ptrdiff_t count, const double* bars, double* totals) noexcept {
    static_assert(Sum::parts == 1);
    push(count, bars, &totals);
  }

 private:
  static constexpr ptrdiff_t few = 6;
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
  template <int Rest>
  PYHFT_STATE void add_up(ptrdiff_t count, const double* bars) noexcept {
    carried before;
    memcpy(&before, before_, sizeof before);
    double* wholes = wholes_ + few * Sum::doubles;
    double* rests = rests_ + few * Sum::doubles;
    for (ptrdiff_t i = 0; i < count; i += width) {
      Sum whole = Sum::of(load(bars + i));
      Sum rest = Sum::none();
      double_up<Rest, 0>(before, whole, rest);
      if constexpr (levels >= 2) double_up<Rest, 1>(before, whole, rest);
      if constexpr (levels >= 3) double_up<Rest, 2>(before, whole, rest);
      whole.stored(wholes + i * Sum::parts);
      if constexpr (Rest != 0) rest.stored(rests + i * Sum::parts);
    }
    memcpy(before_, &before, sizeof before);
  }

  template <int Vectors>
  PYHFT_STATE void join_few(ptrdiff_t count, double* const* totals) noexcept {
    const double* wholes = wholes_ + few * Sum::doubles;
    const double* rests = rests_ + few * Sum::doubles;
    if (rest_bars_ != 0)
      join_few<Vectors, true>(count, wholes, rests, totals);
    else
      join_few<Vectors, false>(count, wholes, rests, totals);
    memmove(wholes_, wholes_ + count * Sum::parts, few * Sum::doubles * sizeof(double));
    if (rest_bars_ != 0) memmove(rests_, rests_ + count * Sum::parts, few * Sum::doubles * sizeof(double));
  }

  template <int Vectors, bool HasRest>
  PYHFT_STATE static void join_few(ptrdiff_t count, const double* wholes, const double* rests,
                                   double* const* totals) noexcept {
    for (ptrdiff_t i = 0; i < count; i += width) {
      Sum total = Sum::none();
      if constexpr (Vectors > 0) total = Sum::loaded(wholes + i * Sum::parts);
#pragma GCC unroll 8
      for (int age = 1; age < Vectors; ++age)
        total = Sum::join(total, broadcast(static_cast<double>(age * width)),
                          Sum::loaded(wholes + (i - age * width) * Sum::parts));
      if constexpr (Vectors == 0)
        total = Sum::loaded(rests + i * Sum::parts);
      else if constexpr (HasRest)
        total = Sum::join(total, broadcast(static_cast<double>(Vectors * width)),
                          Sum::loaded(rests + (i - Vectors * width) * Sum::parts));
      total.put(totals, i);
    }
  }

  PYHFT_STATE void join_many(ptrdiff_t count, double* const* totals) noexcept {
    const f64v one_vector = broadcast(static_cast<double>(width));
    const f64v all_vectors = broadcast(static_cast<double>(vectors_ * width));
    const double* wholes = wholes_ + few * Sum::doubles;
    const double* rests = rests_ + few * Sum::doubles;
    Sum beginning = Sum::loaded(beginning_);
    ptrdiff_t i = 0;
    while (i < count) {
      const ptrdiff_t room = (vectors_ - position_) * width;
      const ptrdiff_t stop = count - i < room ? count : i + room;
      double* end = ends_ + position_ * Sum::doubles;
      double* old_rest = old_rests_ + position_ * Sum::doubles;
      position_ += (stop - i) / width;
      f64v begun = broadcast(static_cast<double>(position_ * width - (stop - i)));
      for (; i < stop; i += width) {
        const Sum whole = Sum::loaded(wholes + i * Sum::parts);
        beginning = Sum::join(whole, one_vector, beginning);
        begun = begun + one_vector;
        Sum total = Sum::join(beginning, begun, Sum::loaded(end + Sum::doubles));
        whole.stored(end);
        end += Sum::doubles;
        if (rest_bars_ != 0) {
          total = Sum::join(total, all_vectors, Sum::loaded(old_rest));
          Sum::loaded(rests + i * Sum::parts).stored(old_rest);
          old_rest += Sum::doubles;
        }
        total.put(totals, i);
      }
      if (position_ == vectors_) {
        end_block();
        beginning = Sum::none();
      }
    }
    beginning.stored(beginning_);
  }

  // Makes sums from each vector to the end of the block of its vectors.
  PYHFT_STATE void end_block() noexcept {
    const f64v one_vector = broadcast(static_cast<double>(width));
    double* at = ends_ + (vectors_ - 1) * Sum::doubles;
    Sum end = Sum::loaded(at);
    f64v count = one_vector;
    while (at != ends_) {
      at -= Sum::doubles;
      end = Sum::join(end, count, Sum::loaded(at));
      count = count + one_vector;
      end.stored(at);
    }
    position_ = 0;
  }

  ptrdiff_t vectors_;
  int rest_bars_;
  ptrdiff_t position_ = 0;
  double* ends_ = nullptr;
  double* old_rests_ = nullptr;
  alignas(vector_bytes) double before_[2 * levels * Sum::doubles];
  alignas(vector_bytes) double beginning_[Sum::doubles];
  // The last few vectors of the tile before, then those of this one.
  alignas(vector_bytes) double wholes_[(few + tile_bars / width) * Sum::doubles];
  alignas(vector_bytes) double rests_[(few + tile_bars / width) * Sum::doubles];
};

using plain_window = window<plain_sum>;
using aged_window = window<aged_sum>;

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
