// SPDX-License-Identifier: MIT
#pragma once

// The instruments of a run by number: the stock locate of ITCH, or the order of first appearance where a feed knows
// only names. All places are set aside at the start. One thread writes; others may read which instruments there are, what
// they are called and whether their books are stale.

#include <atomic>
#include <bit>
#include <cstdint>

#include "pyhft/base/types.hpp"
#include "pyhft/book/best_quote.hpp"
#include "pyhft/engine/stale_mark.hpp"
#include "pyhft/memory/fixed_array.hpp"

namespace pyhft::engine {

inline constexpr std::uint32_t max_instruments = 1u << 16;

struct instrument {
  pyhft::symbol symbol{};
  book::best_quote quote{};       // after its last message
  std::uint64_t quote_changes{};  // the first message counts as one
  stale_mark stale;
  std::atomic<bool> named{};
  std::atomic<bool> seen{};

  // From any thread; the name is written once, before `named`.
  bool is_named() const noexcept { return named.load(std::memory_order_acquire); }  // pairs with the release in name()
  bool is_seen() const noexcept { return seen.load(std::memory_order_relaxed); }
};

class instruments {
 public:
  instruments() : all_(max_instruments) {}

  instrument& operator[](std::uint32_t number) noexcept { return all_[number]; }
  const instrument& operator[](std::uint32_t number) const noexcept { return all_[number]; }

  // The first name that a number is given stays.
  void name(std::uint32_t number, const symbol& symbol) noexcept {
    instrument& one = all_[number];
    if (one.named.load(std::memory_order_relaxed)) [[likely]]
      return;
    one.symbol = symbol;
    one.named.store(true, std::memory_order_release);  // pairs with the acquire in is_named()
  }

 private:
  memory::fixed_array<instrument> all_;
};

// Numbers for names, counted up from 1: open addressing with linear probing at half load.
class symbol_numbers {
 public:
  static constexpr std::uint32_t none = 0;

  symbol_numbers() : slots_(std::size_t{max_instruments} * 2) {}

  // Gives a new name the next number; none where all are given.
  std::uint32_t number_of(const symbol& name) noexcept {
    const auto key = std::bit_cast<std::uint64_t>(name.text);
    std::size_t place = key * 0x9E3779B97F4A7C15u >> shift;
    while (slots_[place].number != none && slots_[place].key != key) place = (place + 1) & (slots_.size() - 1);
    slot& here = slots_[place];
    if (here.number == none && next_ < max_instruments) here = {key, next_++};
    return here.number;
  }

 private:
  static constexpr int shift = 64 - 17;
  static_assert(std::size_t{1} << (64 - shift) == std::size_t{max_instruments} * 2);

  struct slot {
    std::uint64_t key{};
    std::uint32_t number{none};
  };

  memory::fixed_array<slot> slots_;
  std::uint32_t next_{1};
};

}  // namespace pyhft::engine
