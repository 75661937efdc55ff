// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the largest, the smallest and the quantiles of a window: plain structs whose rings are bound to
// memory by their owner (kernels::stream does that for any indicator by name); update never allocates or throws. They
// give TA-Lib 0.8's values bit for bit, and with them what it does about NaN and equal bars. A value means nothing
// before the lookback is over.
//
// TA-Lib has two methods, which differ in both:
//   block_extreme    the window is the end of one block of `period` bars and the beginning of the next, so that its best
//                    value is that of a suffix and a prefix. A NaN is ignored, but where it ends a block it stands for
//                    the windows that hold it, and where it begins one the rest of that block doesn't count.
//   latest_extreme   the best bar is remembered until it leaves the window or is reached again; then the window is
//                    searched. A NaN is ignored, but where it is the oldest bar of a searched window it is the best.
// Both are O(1) per bar here, amortised: when a block is complete, one pass over it prepares its suffixes, and from those
// the searches of the second method are answered, too.
//
// Included by the objects of every instruction set: see ring.hpp.

#include <stdint.h>

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

// Which of two values is wanted. NaN neither beats nor is beaten.
struct highest {
  PYHFT_STATE static bool beats(double a, double b) noexcept { return a > b; }
  PYHFT_STATE static bool reaches(double a, double b) noexcept { return a >= b; }
  static constexpr double worst = -__builtin_inf();
};
struct lowest {
  PYHFT_STATE static bool beats(double a, double b) noexcept { return a < b; }
  PYHFT_STATE static bool reaches(double a, double b) noexcept { return a <= b; }
  static constexpr double worst = __builtin_inf();
};

// Which of equal bars a search prefers.
enum class tie : uint8_t { earliest, latest };

// The ring holds the present block up to the present bar and, behind it, the suffixes of the block before.
template <typename Order>
class block_extreme {
 public:
  PYHFT_STATE explicit block_extreme(int64_t period) noexcept : values_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(values_);
  }

  PYHFT_STATE double update(double x) noexcept {
    const uint32_t last = values_.size() - 1;
    if (place_ > last) {
      make_suffixes();
      place_ = 0;
    }
    values_.write(place_, x);
    if (place_ == 0) {
      prefix_ = x;
      block_ = x;
    } else {
      if (Order::beats(x, prefix_)) prefix_ = x;
      if (x == x && !Order::beats(block_, x)) block_ = x;
    }
    ++place_;
    if (place_ > last) return x == x ? block_ : x;
    const double suffix = values_.at(place_);
    return Order::beats(prefix_, suffix) ? prefix_ : suffix;
  }

 private:
  PYHFT_STATE void make_suffixes() noexcept {
    uint32_t i = values_.size() - 1;
    double best = values_.at(i);
    while (i-- != 0) {
      if (Order::beats(values_.at(i), best)) best = values_.at(i);
      values_.rearrange(i, best);
    }
  }

  ring values_;
  double prefix_ = 0.0;  // best of the present block so far, as the next windows see it
  double block_ = 0.0;   // ... and as the window that is the whole block sees it
  uint32_t place_ = 0;
};

// The best bar of the window as TA-Lib's search remembers it. values_ holds the last `period` bars; suffixes_, for every
// slot of the block before, the slot of the best bar from there to that block's end.
template <typename Order, tie Tie>
class latest_extreme {
 public:
  PYHFT_STATE explicit latest_extreme(int64_t period) noexcept : values_(period), suffixes_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(values_);
    f(suffixes_);
  }

  PYHFT_STATE void update(double x) noexcept {
    const uint32_t last = values_.size() - 1;
    if (slot_ > last) {
      find_suffixes();
      start_ += static_cast<double>(values_.size());
      slot_ = 0;
      prefix_ = __builtin_nan("");
    }
    values_.write(slot_, x);
    bar_ = start_ + static_cast<double>(slot_);
    const bool better = x == x && !stays(prefix_, x);
    prefix_ = better ? x : prefix_;
    prefix_place_ = better ? bar_ : prefix_place_;
    ++slot_;
    const double oldest = bar_ - static_cast<double>(last);
    if (oldest < 0.0) return;
    if (place_ < oldest) {
      search(oldest);
    } else if (Order::reaches(x, best_)) {
      place_ = bar_;
      best_ = x;
    }
  }

  // Bars are counted from 0.
  PYHFT_STATE double place() const noexcept { return place_; }
  PYHFT_STATE double best() const noexcept { return best_; }
  // Bars since the best one.
  PYHFT_STATE double age() const noexcept { return bar_ - place_; }

  // As if the search remembered bar `place`, which holds `best`; -1 to search again.
  PYHFT_STATE void remember(double place, double best) noexcept {
    place_ = place;
    best_ = best;
  }

 private:
  // Of an older and a newer value, whether a search prefers the older one.
  PYHFT_STATE static bool stays(double older, double newer) noexcept {
    return Tie == tie::earliest ? Order::reaches(older, newer) : Order::beats(older, newer);
  }

  PYHFT_STATE void search(double oldest) noexcept {
    const bool whole_block = slot_ == values_.size();
    const uint32_t oldest_slot = whole_block ? 0 : slot_;
    const double first = values_.at(oldest_slot);
    place_ = oldest;
    best_ = first;
    if (first != first) return;
    place_ = prefix_place_;
    best_ = prefix_;
    if (whole_block) return;
    const double slot = suffixes_.at(oldest_slot);
    const double suffix = values_.at(static_cast<uint32_t>(slot));
    if (prefix_ == prefix_ && !stays(suffix, prefix_)) return;
    place_ = start_ - static_cast<double>(values_.size()) + slot;
    best_ = suffix;
  }

  PYHFT_STATE void find_suffixes() noexcept {
    double best = __builtin_nan("");
    double place = 0.0;
    for (uint32_t i = values_.size(); i-- != 0;) {
      const double x = values_.at(i);
      const bool better = x == x && !(Tie == tie::earliest ? Order::beats(best, x) : Order::reaches(best, x));
      best = better ? x : best;
      place = better ? static_cast<double>(i) : place;
      suffixes_.rearrange(i, place);
    }
  }

  ring values_;
  ring suffixes_;
  double start_ = 0.0;  // of the present block
  double bar_ = 0.0;
  double prefix_ = __builtin_nan("");  // best of the present block
  double prefix_place_ = 0.0;
  double place_ = -1.0;
  double best_ = 0.0;
  uint32_t slot_ = 0;
};

struct low_and_high {
  double low;
  double high;
};

// Where a price stands in a range, in percent; 0 for a range that is flat but for rounding errors.
struct percent_of_range {
  static constexpr double flat = 1e-14;

  // `whole` is 100 for a distance from the low, -100 for one from the high.
  PYHFT_STATE static double of(double distance, double high, double low, double whole) noexcept {
    const double range = high - low;
    const double error = flat * (__builtin_fabs(high) + __builtin_fabs(low));
    return __builtin_fabs(range) <= error ? 0.0 : distance / range * whole;
  }
};

using max_state = block_extreme<highest>;
using min_state = block_extreme<lowest>;

// The lowest of one series and the highest of another.
class block_range {
 public:
  PYHFT_STATE explicit block_range(int64_t period) noexcept : low_(period), high_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    low_.each_ring(f);
    high_.each_ring(f);
  }

  PYHFT_STATE low_and_high update(double high, double low) noexcept { return {low_.update(low), high_.update(high)}; }

 private:
  block_extreme<lowest> low_;
  block_extreme<highest> high_;
};

class minmax_state {
 public:
  PYHFT_STATE explicit minmax_state(int64_t period) noexcept : range_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    range_.each_ring(f);
  }

  PYHFT_STATE low_and_high update(double x) noexcept { return range_.update(x, x); }

 private:
  block_range range_;
};

class midprice_state {
 public:
  PYHFT_STATE explicit midprice_state(int64_t period) noexcept : range_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    range_.each_ring(f);
  }

  PYHFT_STATE double update(double high, double low) noexcept {
    const low_and_high range = range_.update(high, low);
    return (range.high + range.low) / 2.0;
  }

 private:
  block_range range_;
};

class midpoint_state {
 public:
  PYHFT_STATE explicit midpoint_state(int64_t period) noexcept : price_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    price_.each_ring(f);
  }

  PYHFT_STATE double update(double x) noexcept { return price_.update(x, x); }

 private:
  midprice_state price_;
};

// A close outside of the range counts as one at its border.
class willr_state {
 public:
  PYHFT_STATE explicit willr_state(int64_t period) noexcept : range_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    range_.each_ring(f);
  }

  PYHFT_STATE double update(double high, double low, double close) noexcept {
    const low_and_high range = range_.update(high, low);
    const double percent = percent_of_range::of(range.high - close, range.high, range.low, -100.0);
    return percent > 0.0 ? 0.0 : percent < -100.0 ? -100.0 : percent;
  }

 private:
  block_range range_;
};

// The number of the best bar, counted from 0.
template <typename Order>
class extreme_index_state {
 public:
  PYHFT_STATE explicit extreme_index_state(int64_t period) noexcept : best_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    best_.each_ring(f);
  }

  PYHFT_STATE double update(double x) noexcept {
    best_.update(x);
    return best_.place();
  }

 private:
  latest_extreme<Order, tie::earliest> best_;
};

using maxindex_state = extreme_index_state<highest>;
using minindex_state = extreme_index_state<lowest>;

class minmaxindex_state {
 public:
  PYHFT_STATE explicit minmaxindex_state(int64_t period) noexcept : low_(period), high_(period) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    low_.each_ring(f);
    high_.each_ring(f);
  }

  PYHFT_STATE low_and_high update(double x) noexcept { return {low_.update(x), high_.update(x)}; }

 private:
  minindex_state low_;
  maxindex_state high_;
};

// How recent the lowest low and the highest high of the last period + 1 bars are; the latest of equal ones counts.
class aroon_range {
 public:
  PYHFT_STATE explicit aroon_range(int64_t period) noexcept : low_(period + 1), high_(period + 1) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    low_.each_ring(f);
    high_.each_ring(f);
  }

  PYHFT_STATE void update(double high, double low) noexcept {
    low_.update(low);
    high_.update(high);
  }
  PYHFT_STATE low_and_high places() const noexcept { return {low_.place(), high_.place()}; }
  PYHFT_STATE low_and_high ages() const noexcept { return {low_.age(), high_.age()}; }

 private:
  latest_extreme<lowest, tie::latest> low_;
  latest_extreme<highest, tie::latest> high_;
};

struct aroon_value {
  double down;
  double up;
};

class aroon_state {
 public:
  PYHFT_STATE explicit aroon_state(int64_t period) noexcept
      : range_(period), period_(static_cast<double>(period)), factor_(100.0 / period_) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    range_.each_ring(f);
  }

  PYHFT_STATE aroon_value update(double high, double low) noexcept {
    range_.update(high, low);
    const low_and_high ages = range_.ages();
    return {factor_ * (period_ - ages.low), factor_ * (period_ - ages.high)};
  }

 private:
  aroon_range range_;
  double period_;
  double factor_;
};

class aroonosc_state {
 public:
  PYHFT_STATE explicit aroonosc_state(int64_t period) noexcept
      : range_(period), factor_(100.0 / static_cast<double>(period)) {}

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    range_.each_ring(f);
  }

  PYHFT_STATE double update(double high, double low) noexcept {
    range_.update(high, low);
    const low_and_high places = range_.places();
    return factor_ * (places.high - places.low);
  }

 private:
  aroon_range range_;
  double factor_;
};

// A quantile of the last `period` bars, linear between the two nearest ranks as numpy's default is, and with its bits:
// the bars up to the lower rank stand in a heap with the largest on top, the others in one with the smallest on top, and
// every bar knows its place, so that the newest takes the place of the oldest: O(log period). While a NaN is in the
// window, the result is NaN. An update moves any number of heap entries, so peek doesn't update: the two bars on top of
// either heap say what the answer would be.
class rolling_quantile_state {
 public:
  PYHFT_STATE explicit rolling_quantile_state(int64_t period, double quantile) noexcept
      : values_(period), heap_(period), places_(period) {
    const double rank = quantile * static_cast<double>(period - 1);
    const auto below = static_cast<uint32_t>(rank);
    lower_ = below + 1;
    weight_ = rank - static_cast<double>(below);
  }

  template <typename F>
  PYHFT_STATE void each_ring(F f) noexcept {
    f(values_);
    f(heap_);
    f(places_);
  }

  PYHFT_STATE double update(double x) noexcept {
    if (x != x)
      bars_until_clean_ = values_.size();
    else if (bars_until_clean_ != 0)
      --bars_until_clean_;
    const uint32_t slot = oldest_;
    oldest_ = slot + 1 == values_.size() ? 0 : slot + 1;
    values_.rearrange(slot, x == x ? x : lowest::worst);
    if (filled_ < values_.size()) {
      put(filled_, slot);
      ++filled_;
      settle(filled_ - 1);
    } else {
      settle(place_of(slot));
    }
    if (lower_ < filled_ && value_at(lower_) < value_at(0)) {
      const uint32_t top = slot_at(0);
      put(0, slot_at(lower_));
      put(lower_, top);
      sink<highest>(0, 0, lower_);
      sink<lowest>(lower_, lower_, filled_);
    }
    if (bars_until_clean_ != 0) return __builtin_nan("");
    return between(first<highest>(0, lower_), first<lowest>(lower_, filled_));
  }

  PYHFT_STATE double peek(double x) const noexcept {
    if (x != x || bars_until_clean_ > 1) return __builtin_nan("");
    const bool full = filled_ == values_.size();
    const uint32_t leaving = full ? place_of(oldest_) : filled_;
    if (leaving < lower_) {
      const uint32_t lower_end = filled_ < lower_ ? filled_ : lower_;
      const double under = full && leaving == 0 ? second<highest>(0, lower_end) : first<highest>(0, lower_end);
      const double over = first<lowest>(lower_, filled_);
      if (x < under) return between(under, over);
      return x < over ? between(x, over) : between(over, better<lowest>(x, second<lowest>(lower_, filled_)));
    }
    const double over = full && leaving == lower_ ? second<lowest>(lower_, filled_) : first<lowest>(lower_, filled_);
    const double under = first<highest>(0, lower_);
    if (x < under) return between(better<highest>(x, second<highest>(0, lower_)), under);
    return between(under, better<lowest>(x, over));
  }

 private:
  // A heap stands in [root, end) of heap_, with the best of its Order at the root.
  template <typename Order>
  PYHFT_STATE double first(uint32_t root, uint32_t end) const noexcept {
    return root < end ? value_at(root) : Order::worst;
  }
  template <typename Order>
  PYHFT_STATE double second(uint32_t root, uint32_t end) const noexcept {
    return better<Order>(first<Order>(root + 1, end), first<Order>(root + 2, end));
  }
  template <typename Order>
  PYHFT_STATE static double better(double a, double b) noexcept {
    return Order::beats(b, a) ? b : a;
  }

  PYHFT_STATE double between(double under, double over) const noexcept {
    if (weight_ == 0.0) return under;
    const double gap = over - under;
    if (gap - gap != 0.0) return under * (1.0 - weight_) + over * weight_;
    return weight_ >= 0.5 ? over - gap * (1.0 - weight_) : under + gap * weight_;
  }

  // Slots of values_, and places in heap_, stand in the rings as the bits of integers.
  PYHFT_STATE static uint32_t number(double bits) noexcept {
    return static_cast<uint32_t>(__builtin_bit_cast(uint64_t, bits));
  }
  PYHFT_STATE static double bits(uint32_t number) noexcept {
    return __builtin_bit_cast(double, static_cast<uint64_t>(number));
  }
  PYHFT_STATE uint32_t slot_at(uint32_t place) const noexcept { return number(heap_.at(place)); }
  PYHFT_STATE uint32_t place_of(uint32_t slot) const noexcept { return number(places_.at(slot)); }
  PYHFT_STATE double value_at(uint32_t place) const noexcept { return values_.at(slot_at(place)); }
  PYHFT_STATE void put(uint32_t place, uint32_t slot) noexcept {
    heap_.rearrange(place, bits(slot));
    places_.rearrange(slot, bits(place));
  }

  PYHFT_STATE void settle(uint32_t place) noexcept {
    if (place < lower_) {
      rise<highest>(0, place);
      sink<highest>(0, place, filled_ < lower_ ? filled_ : lower_);
    } else {
      rise<lowest>(lower_, place);
      sink<lowest>(lower_, place, filled_);
    }
  }

  template <typename Order>
  PYHFT_STATE void rise(uint32_t root, uint32_t place) noexcept {
    const uint32_t slot = slot_at(place);
    const double x = values_.at(slot);
    while (place != root) {
      const uint32_t parent = root + (place - root - 1) / 2;
      if (!Order::beats(x, value_at(parent))) break;
      put(place, slot_at(parent));
      place = parent;
    }
    put(place, slot);
  }

  template <typename Order>
  PYHFT_STATE void sink(uint32_t root, uint32_t place, uint32_t end) noexcept {
    const uint32_t slot = slot_at(place);
    const double x = values_.at(slot);
    for (;;) {
      uint32_t child = root + 2 * (place - root) + 1;
      if (child >= end) break;
      if (child + 1 < end && Order::beats(value_at(child + 1), value_at(child))) ++child;
      if (!Order::beats(value_at(child), x)) break;
      put(place, slot_at(child));
      place = child;
    }
    put(place, slot);
  }

  ring values_;
  ring heap_;
  ring places_;
  double weight_;   // of the higher rank
  uint32_t lower_;  // bars up to the lower rank; their heap comes first
  uint32_t filled_ = 0;
  uint32_t oldest_ = 0;
  uint32_t bars_until_clean_ = 0;
};

}  // namespace pyhft::kernels
