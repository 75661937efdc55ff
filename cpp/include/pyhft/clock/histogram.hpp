// SPDX-License-Identifier: MIT
#pragma once

// A histogram of latencies in the HDR layout (Gil Tene's HdrHistogram: lowest discernible value 1, three significant
// digits): values to 2047 each have a bucket of their own, and every further doubling is cut in 1024 equal buckets, so
// that a bucket is never wider than a thousandth of its values. Percentiles are HdrHistogram's, bucket for bucket,
// rounded as its Python version rounds, so that the counts can be handed over and read back the same.
//
// record() is hot: about 2 ns, no allocation, one branch for what lies above the highest trackable value; that goes to
// the highest bucket and is counted in saturated(). One thread writes; others read once it has stopped (merge one
// histogram per thread). All memory, 8 KiB per doubling (about 220 KiB at the default), is taken and touched by the
// constructor. The unit is the caller's, and should be in the name of the variable.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pyhft::clock {

class histogram {
 public:
  struct bucket {
    std::uint64_t lowest;   // the values that fell in here, both
    std::uint64_t highest;  // ends included
    std::uint64_t count;
  };

  // Values to highest_trackable are told apart; at least 2, else argument_error. The default is a minute in ns.
  explicit histogram(std::uint64_t highest_trackable = 60'000'000'000);

  // Hot.
  void record(std::uint64_t value, std::uint64_t times = 1) noexcept {
    if (times == 0) [[unlikely]]
      return;
    if (value > highest_trackable_) [[unlikely]] {
      value = highest_trackable_;
      saturated_ += times;
    }
    counts_[index_of(value)] += times;
    count_ += times;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  // Cold from here on. The counts of other are added to ours; what lies above our highest trackable value saturates.
  void merge(const histogram& other) noexcept;
  void reset() noexcept;

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t saturated() const noexcept { return saturated_; }
  std::uint64_t highest_trackable() const noexcept { return highest_trackable_; }
  // As recorded (saturated values as the highest trackable one); 0 while empty.
  std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const noexcept { return max_; }
  // Each bucket weighs in at its middle; 0 while empty.
  double mean() const noexcept;

  // The highest value of the bucket that holds the value at rank percentile * count / 100, rounded half up and at least
  // 1; for percentile 0 the lowest value of its bucket. May thus lie above max() by a thousandth. percentile is clamped
  // to [0, 100]; 0 while empty.
  std::uint64_t value_at_percentile(double percentile) const noexcept;

  // For export: every bucket in the order of values, and those that aren't empty.
  std::span<const std::uint64_t> counts() const noexcept { return counts_; }
  std::vector<bucket> recorded_buckets() const;

  // HdrHistogram's V2 encoding, not compressed: a header, then the counts as ZigZag LEB128 with runs of zeros as their
  // negative length. Other implementations read it once it is deflated and given its outer header.
  std::vector<std::byte> encoded() const;
  // The other way. argument_error for bytes that no histogram of this layout gives (lowest discernible value 1, three
  // significant digits). What wasn't encoded is lost: saturated() is 0, min() and max() are the ends of their buckets.
  static histogram decoded(std::span<const std::byte> bytes);

  // The layout, usable without a histogram. A value's bucket, a bucket's values.
  static constexpr std::size_t index_of(std::uint64_t value) noexcept {
    // The doubling: 0 to 2047, where one bucket is one value, then 2048 to 4095, where it is two, and so on.
    const int doubling = 64 - first_half_bits - 1 - std::countl_zero(value | (first_buckets - 1));
    return (static_cast<std::size_t>(doubling) << first_half_bits) + static_cast<std::size_t>(value >> doubling);
  }
  static constexpr std::uint64_t lowest_of(std::size_t index) noexcept {
    if (index < first_buckets) return index;
    const std::size_t doubling = (index >> first_half_bits) - 1;
    return static_cast<std::uint64_t>(index - (doubling << first_half_bits)) << doubling;
  }
  static constexpr std::uint64_t highest_of(std::size_t index) noexcept { return lowest_of(index + 1) - 1; }

 private:
  static constexpr int first_half_bits = 10;
  static constexpr std::uint64_t first_buckets = std::uint64_t{2} << first_half_bits;

  std::uint64_t highest_trackable_;
  std::uint64_t count_{};
  std::uint64_t saturated_{};
  std::uint64_t min_{~std::uint64_t{}};
  std::uint64_t max_{};
  std::vector<std::uint64_t> counts_;
};

}  // namespace pyhft::clock
