// SPDX-License-Identifier: MIT
#pragma once

// Which message numbers have come: the next one, and the gaps before it. The last MaxGaps gaps are remembered, in room
// of their own; what is older counts as come. One thread; nothing is allocated.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pyhft::feed {

// From first up to, and without, end.
struct number_range {
  std::uint64_t first{}, end{};
};

template <std::size_t MaxGaps>
class gap_list {
 public:
  static constexpr std::size_t max_gaps = MaxGaps;

  // With all places taken the oldest makes room.
  void remember(number_range missing) noexcept {
    if (count_ == max_gaps) {
      std::move(gaps_.begin() + 1, gaps_.end(), gaps_.begin());
      --count_;
    }
    gaps_[count_++] = missing;
  }

  // How many of these numbers were missing; they no longer are.
  std::uint64_t take(number_range come) noexcept {
    std::uint64_t taken = 0;
    for (std::size_t i = 0; i < count_;) {
      number_range& one = gaps_[i];
      const number_range both{std::max(come.first, one.first), std::min(come.end, one.end)};
      if (both.first >= both.end) {
        ++i;
        continue;
      }
      taken += both.end - both.first;
      const number_range behind{both.end, one.end};
      one.end = both.first;
      if (one.first == one.end) {
        std::move(gaps_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                  gaps_.begin() + static_cast<std::ptrdiff_t>(count_), gaps_.begin() + static_cast<std::ptrdiff_t>(i));
        --count_;
      } else {
        ++i;
      }
      if (behind.first == behind.end) continue;
      if (count_ == max_gaps) --i;  // the places move
      remember(behind);
    }
    return taken;
  }

  std::size_t size() const noexcept { return count_; }
  std::span<const number_range> all() const noexcept { return {gaps_.data(), count_}; }

 private:
  std::array<number_range, max_gaps> gaps_{};
  std::size_t count_{};
};

class number_track {
 public:
  // Nothing before `start` is missing.
  void begin(std::uint64_t start) noexcept { *this = {}, start_ = next_ = start, begun_ = true; }

  // What lies between is missing, too. For a start that turns out to have been earlier.
  void reach_back(std::uint64_t start) noexcept {
    if (start >= start_) return;
    gaps_.remember({start, start_});
    missing_ += start_ - start;
    start_ = start;
  }

  // How many of these numbers come for the first time. An empty range says that those before it have been sent.
  std::uint64_t take(number_range come) noexcept {
    std::uint64_t fresh = 0;
    if (come.first > next_) {
      missing_ += come.first - next_;
      gaps_.remember({next_, come.first});
      next_ = come.first;
    } else if (come.first < next_ && missing_ != 0) {
      fresh = gaps_.take({come.first, std::min(come.end, next_)});
      missing_ -= fresh;
    }
    if (come.end > next_) {
      fresh += come.end - next_;
      next_ = come.end;
    }
    return fresh;
  }

  bool begun() const noexcept { return begun_; }
  std::uint64_t next() const noexcept { return next_; }
  std::uint64_t missing() const noexcept { return missing_; }

 private:
  bool begun_{};
  std::uint64_t start_{};
  std::uint64_t next_{};
  std::uint64_t missing_{};
  gap_list<128> gaps_;  // looked through only for what comes behind later numbers
};

}  // namespace pyhft::feed
