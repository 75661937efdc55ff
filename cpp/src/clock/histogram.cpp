// SPDX-License-Identifier: MIT
#include "pyhft/clock/histogram.hpp"

#include <limits>
#include <string>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::clock {
namespace {

// The header of the V2 encoding, big-endian.
constexpr std::uint32_t v2_cookie = 0x1c849313;
constexpr std::size_t cookie_at = 0;
constexpr std::size_t length_at = 4;
constexpr std::size_t index_offset_at = 8;
constexpr std::size_t digits_at = 12;
constexpr std::size_t lowest_at = 16;
constexpr std::size_t highest_at = 24;
constexpr std::size_t ratio_at = 32;
constexpr std::size_t header_bytes = 40;
constexpr std::uint32_t significant_digits = 3;

// Seven bits a byte, the least significant first; the ninth byte has eight.
constexpr int longest_number = 9;

void append_number(std::vector<std::byte>& to, std::int64_t value) {
  auto bits = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  for (int i = 1; i < longest_number && bits > 0x7f; ++i, bits >>= 7) to.push_back(static_cast<std::byte>(bits | 0x80));
  to.push_back(static_cast<std::byte>(bits));
}

[[noreturn]] void refuse(const std::string& why) {
  throw argument_error("These bytes are no histogram of this layout: " + why +
                       ". Give what encoded() gave, or an HdrHistogram in V2 encoding with lowest value 1 and three "
                       "significant digits.");
}

std::int64_t take_number(std::span<const std::byte>& from) {
  std::uint64_t bits = 0;
  for (int i = 0; i < longest_number; ++i) {
    if (from.empty()) refuse("the last count is cut off");
    const auto byte = std::to_integer<std::uint64_t>(from.front());
    from = from.subspan(1);
    const bool last = i == longest_number - 1 || byte < 0x80;
    bits |= (i == longest_number - 1 ? byte : byte & 0x7f) << (7 * i);
    if (last) break;
  }
  return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
}

// From 2^53 on a count may be no double: the rank may come out above it, even above 2^64, and that of the last below it.
std::uint64_t rank_of(double percentile, std::uint64_t count) noexcept {
  const double rank = percentile * static_cast<double>(count) / 100 + 0.5;
  if (percentile >= 100 || rank >= static_cast<double>(count)) return count;
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(rank), 1);
}

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
  const std::uint64_t rank = rank_of(percentile, count_);
  std::uint64_t seen = 0;
  std::size_t i = 0;
  while (i + 1 < counts_.size() && (seen += counts_[i]) < rank) ++i;
  return percentile > 0 ? highest_of(i) : lowest_of(i);
}

std::vector<std::byte> histogram::encoded() const {
  std::vector<std::byte> bytes(header_bytes);
  std::size_t end = counts_.size();
  while (end != 0 && counts_[end - 1] == 0) --end;
  for (std::size_t i = 0; i < end;) {
    std::size_t zeros = 0;
    while (counts_[i + zeros] == 0) ++zeros;
    append_number(bytes, zeros != 0 ? -static_cast<std::int64_t>(zeros) : static_cast<std::int64_t>(counts_[i]));
    i += zeros != 0 ? zeros : 1;
  }
  store_big(bytes.data() + cookie_at, v2_cookie);
  store_big(bytes.data() + length_at, static_cast<std::uint32_t>(bytes.size() - header_bytes));
  store_big(bytes.data() + index_offset_at, std::uint32_t{0});
  store_big(bytes.data() + digits_at, significant_digits);
  store_big(bytes.data() + lowest_at, std::uint64_t{1});
  store_big(bytes.data() + highest_at, highest_trackable_);
  store_big(bytes.data() + ratio_at, std::bit_cast<std::uint64_t>(1.0));
  return bytes;
}

histogram histogram::decoded(std::span<const std::byte> bytes) {
  if (bytes.size() < header_bytes)
    refuse("there are " + std::to_string(bytes.size()) + " and the header alone has " + std::to_string(header_bytes));
  const auto word = [&](std::size_t at) { return load_big<std::uint32_t>(bytes.data() + at); };
  const auto number = [&](std::size_t at) { return load_big<std::uint64_t>(bytes.data() + at); };
  if (word(cookie_at) != v2_cookie) refuse("the cookie is " + std::to_string(word(cookie_at)));
  if (word(index_offset_at) != 0) refuse("the index offset is " + std::to_string(word(index_offset_at)));
  if (word(digits_at) != significant_digits)
    refuse("it keeps " + std::to_string(word(digits_at)) + " significant digits");
  if (number(lowest_at) != 1) refuse("its lowest value is " + std::to_string(number(lowest_at)));
  if (word(length_at) != bytes.size() - header_bytes)
    refuse(std::to_string(word(length_at)) + " bytes of counts are announced and " +
           std::to_string(bytes.size() - header_bytes) + " follow");
  histogram result(number(highest_at));
  std::size_t i = 0;
  for (auto left = bytes.subspan(header_bytes); !left.empty();) {
    const std::int64_t value = take_number(left);
    const std::uint64_t places = value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value) : 1;
    if (places > result.counts_.size() - i) refuse("it has counts beyond its highest trackable value");
    if (value > 0) {
      const auto count = static_cast<std::uint64_t>(value);
      if (result.count_ > std::numeric_limits<std::uint64_t>::max() - count)
        refuse("its counts add up to 2^64 or more");
      result.counts_[i] = count;
      result.count_ += count;
      // Other implementations record to the end of their last doubling, above what they call the highest trackable value.
      result.min_ = std::min({result.min_, lowest_of(i), result.highest_trackable_});
      result.max_ = std::min(highest_of(i), result.highest_trackable_);
    }
    i += places;
  }
  return result;
}

std::vector<histogram::bucket> histogram::recorded_buckets() const {
  std::vector<bucket> result;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] != 0) result.push_back({lowest_of(i), highest_of(i), counts_[i]});
  }
  return result;
}

}  // namespace pyhft::clock
