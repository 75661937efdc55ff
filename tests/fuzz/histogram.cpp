// SPDX-License-Identifier: MIT
// The HDR encoding of histograms: what is read is written again the same, and what histograms tell of themselves agrees;
// and values recorded beside a slow twin.
#include "pyhft/clock/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "fuzz.hpp"
#include "pyhft/base/error.hpp"

namespace {

using namespace pyhft;
using clock::histogram;
using fuzz::check;

void look_at(const histogram& one) {
  std::uint64_t count = 0;
  for (const histogram::bucket& each : one.recorded_buckets()) {
    check(each.lowest <= each.highest && each.count != 0, "a bucket has values and counts");
    count += each.count;
  }
  check(count == one.count(), "the counts of all buckets are the count");
  std::uint64_t before = 0;
  for (const double percentile : {0.0, 50.0, 99.0, 100.0}) {
    const std::uint64_t value = one.value_at_percentile(percentile);
    check(value >= before, "percentiles ascend");
    before = value;
  }
  if (one.count() == 0) return;
  check(one.min() <= one.max() && one.max() <= one.highest_trackable(), "values are within the range");
  check(before >= one.max(), "nothing lies above the highest percentile");
  check(one.mean() >= 0 && std::isfinite(one.mean()), "a mean is a number");
}

std::optional<histogram> read(std::span<const std::byte> bytes) {
  try {
    return histogram::decoded(bytes);
  } catch (const argument_error&) {
    return {};
  }
}

void read_and_write(std::span<const std::byte> bytes) {
  const auto one = read(bytes);
  if (!one) return;
  look_at(*one);
  const std::vector<std::byte> encoded = one->encoded();
  const auto again = read(encoded);
  check(again.has_value(), "what is written can be read");
  check(std::ranges::equal(again->counts(), one->counts()), "and has the same counts");
  check(again->count() == one->count() && again->min() == one->min() && again->max() == one->max(), "and ends");
  check(again->encoded() == encoded, "and is written the same");
}

// The header's fields are in place, the counts are the input.
void read_with_header(fuzz::input from) {
  std::vector<std::byte> bytes(40);
  store_big(&bytes[16], std::uint64_t{1});
  store_big(&bytes[24], from.number<std::uint64_t>() >> from.below(64));
  const auto counts = from.rest();
  bytes.insert(bytes.end(), counts.begin(), counts.end());
  store_big(&bytes[0], std::uint32_t{0x1c849313});
  store_big(&bytes[4], static_cast<std::uint32_t>(counts.size()));
  store_big(&bytes[12], std::uint32_t{3});
  read_and_write(bytes);
}

void record(fuzz::input from) {
  histogram one{2 + (from.number<std::uint64_t>() >> from.below(64)) / 2};
  std::vector<std::uint64_t> values;
  while (!from.empty()) {
    const std::uint64_t value = from.number<std::uint64_t>() >> from.below(64);
    one.record(value);
    values.push_back(std::min(value, one.highest_trackable()));
  }
  if (values.empty()) return;
  std::ranges::sort(values);
  look_at(one);
  check(one.min() == values.front() && one.max() == values.back(), "the ends are those of the values");
  const std::uint64_t median = one.value_at_percentile(50);
  const std::uint64_t expected = values[(values.size() + 1) / 2 - 1];
  check(histogram::index_of(std::min(median, one.highest_trackable())) == histogram::index_of(expected),
        "the median is in the bucket of the values' one");
  const auto again = read(one.encoded());
  check(again && std::ranges::equal(again->counts(), one.counts()), "what was recorded can be handed over");
  histogram sum{one.highest_trackable()};
  sum.merge(one);
  check(std::ranges::equal(sum.counts(), one.counts()) && sum.min() == one.min() && sum.max() == one.max(),
        "merged into an empty one it is the same");
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  fuzz::input from{bytes};
  switch (from.below(3)) {
    case 0:
      return read_and_write(from.rest());
    case 1:
      return read_with_header(from);
    default:
      return record(from);
  }
}
