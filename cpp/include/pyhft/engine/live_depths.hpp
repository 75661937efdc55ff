// SPDX-License-Identifier: MIT
#pragma once

// The best levels of a few books for other threads while a run goes on: the hot thread publishes them after each burst, and
// anyone takes consistent copies, through a sequence lock for each book. The writer never waits; a reader that meets a
// write looks again. Which books is fixed, and all memory set aside, before the run. Where none are watched the hot
// thread pays a look at one pointer.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pyhft/base/config.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/engine/depth_rows.hpp"
#include "pyhft/engine/instruments.hpp"

namespace pyhft::engine {

// One writer, any number of readers.
class live_depth {
 public:
  explicit live_depth(std::uint32_t levels) : rows_(levels), words_(std::make_unique<word[]>(levels * words_a_row)) {}

  std::uint32_t levels() const noexcept { return static_cast<std::uint32_t>(rows_.size()); }

  template <class Books>
  void publish(const Books& books, std::uint32_t number) noexcept {
    fill_depth(books, number, rows_);
    const std::uint64_t next = sequence_.load(std::memory_order_relaxed) + 1;  // nobody else writes it
    sequence_.store(next, std::memory_order_relaxed);
    // Each release keeps the odd number before the word: who has acquired a new word sees that number, or a later one,
    // as it looks again.
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto row = std::bit_cast<std::array<std::uint64_t, words_a_row>>(rows_[i]);
      for (std::size_t k = 0; k < words_a_row; ++k)
        words_[i * words_a_row + k].store(row[k], std::memory_order_release);
    }
    sequence_.store(next + 1, std::memory_order_release);  // pairs with the acquire at the beginning of read()
  }

  // False where nothing was published yet. `into` has levels() rows at most.
  bool read(std::span<depth_row> into) const noexcept {
    for (;;) {
      const std::uint64_t before = sequence_.load(std::memory_order_acquire);
      if (before == 0) return false;
      if ((before & 1) != 0) continue;
      for (std::size_t i = 0; i < into.size(); ++i) {
        std::array<std::uint64_t, words_a_row> row;
        for (std::size_t k = 0; k < words_a_row; ++k)
          row[k] = words_[i * words_a_row + k].load(std::memory_order_acquire);
        into[i] = std::bit_cast<depth_row>(row);
      }
      if (sequence_.load(std::memory_order_relaxed) == before) return true;
    }
  }

 private:
  static constexpr std::size_t words_a_row = sizeof(depth_row) / sizeof(std::uint64_t);
  using word = std::atomic<std::uint64_t>;

  std::vector<depth_row> rows_;                                      // the writer's
  alignas(cache_line_bytes) std::atomic<std::uint64_t> sequence_{};  // odd while a write is on
  std::unique_ptr<word[]> words_;
};

class live_depths {
 public:
  static constexpr std::size_t most = 64;

  live_depths() = default;
  // At most `most` symbols, each once.
  live_depths(std::span<const symbol> symbols, std::uint32_t levels) {
    if (symbols.empty()) return;
    for (const symbol& one : symbols) watched_.push_back({one, std::make_unique<live_depth>(levels), {}});
    places_ = std::make_unique<std::array<std::uint8_t, max_instruments>>();
  }

  bool empty() const noexcept { return places_ == nullptr; }

  // Hot: after a message of an instrument, whose name may be blank yet.
  void note(std::uint32_t number, const symbol& name) noexcept {
    if (empty()) [[likely]]
      return;
    std::uint8_t& place = (*places_)[number];
    if (place != unknown || name == symbol{}) return;
    const auto found = std::ranges::find(watched_, name, &watch::name);
    place = unwatched;
    if (found == watched_.end()) return;
    place = watched_already;
    found->number = number;
  }

  // Hot: after a burst.
  template <class Books>
  void publish(const Books& books) noexcept {
    if (empty()) [[likely]]
      return;
    for (watch& one : watched_) {
      if (one.number) one.depth->publish(books, *one.number);
    }
  }

  // Any thread: the depth of a watched symbol, nullptr for others.
  const live_depth* find(const symbol& name) const noexcept {
    const auto found = std::ranges::find(watched_, name, &watch::name);
    return found == watched_.end() ? nullptr : found->depth.get();
  }

 private:
  struct watch {
    symbol name;
    std::unique_ptr<live_depth> depth;
    std::optional<std::uint32_t> number;  // the hot thread's
  };
  enum : std::uint8_t { unknown, unwatched, watched_already };

  std::vector<watch> watched_;
  std::unique_ptr<std::array<std::uint8_t, max_instruments>> places_;
};

}  // namespace pyhft::engine
