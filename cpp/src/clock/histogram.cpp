// SPDX-License-Identifier: MIT
#include "pyhft/clock/histogram.hpp"

#include <string>

#include "pyhft/base/error.hpp"

namespace pyhft::clock {
namespace {

std::uint64_t checked(std::uint64_t highest_trackable) {
  if (highest_trackable < 2) {
    throw argument_error("A highest trackable value of " + std::to_string(highest_trackable) +
                         " leaves nothing to tell apart: give at least 2.");
  }
  return highest_trackable;
}

}  // namespace

// The counts end with the doubling of the highest trackable value, which is where HdrHistogram's own arrays end.
histogram::histogram(std::uint64_t highest_trackable)
    : highest_trackable_(checked(highest_trackable)),
      counts_(std::max(first_buckets, (index_of(highest_trackable) / (first_buckets / 2) + 1) * (first_buckets / 2))) {}

void histogram::merge(const histogram& other) noexcept {
  if (other.count_ == 0) return;
  const std::size_t last = index_of(highest_trackable_);
  std::uint64_t above = 0;
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    if (i <= last) {
      counts_[i] += other.counts_[i];
    } else {
      above += other.counts_[i];
    }
  }
  counts_[last] += above;
  saturated_ += other.saturated_ + above;
  count_ += other.count_;
  min_ = std::min({min_, other.min_, highest_trackable_});
  max_ = std::max(max_, std::min(other.max_, highest_trackable_));
}

void histogram::reset() noexcept {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = saturated_ = max_ = 0;
  min_ = ~std::uint64_t{};
}

double histogram::mean() const noexcept {
  if (count_ == 0) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const std::uint64_t width = highest_of(i) - lowest_of(i) + 1;
    sum += static_cast<double>(counts_[i]) * static_cast<double>(lowest_of(i) + width / 2);
  }
  return sum / static_cast<double>(count_);
}

std::uint64_t histogram::value_at_percentile(double percentile) const noexcept {
  if (count_ == 0) return 0;
  percentile = percentile > 0 ? std::min(percentile, 100.0) : 0;  // not-a-number becomes 0 as well
  const auto rank =
      std::max<std::uint64_t>(static_cast<std::uint64_t>(percentile * static_cast<double>(count_) / 100 + 0.5), 1);
  std::uint64_t seen = 0;
  std::size_t i = 0;
  while (i + 1 < counts_.size() && (seen += counts_[i]) < rank) ++i;
  return percentile > 0 ? highest_of(i) : lowest_of(i);
}

std::vector<histogram::bucket> histogram::recorded_buckets() const {
  std::vector<bucket> result;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] != 0) result.push_back({lowest_of(i), highest_of(i), counts_[i]});
  }
  return result;
}

}  // namespace pyhft::clock
