// SPDX-License-Identifier: MIT
#pragma once

// Random numbers that are the same on every machine and compiler, which the distributions of the standard library
// aren't: splitmix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014) and our own
// mappings, integer arithmetic but for shares. Two draws in one expression have no order that the language fixes: draw them
// in two statements.

#include <array>
#include <cstddef>
#include <cstdint>

namespace pyhft::sim {

class random_numbers {
 public:
  explicit random_numbers(std::uint64_t seed) noexcept : state_{seed} {}

  std::uint64_t bits() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // 0 to limit - 1; limit is at least 1. The values differ in frequency by less than limit / 2^32.
  std::uint32_t below(std::uint32_t limit) noexcept { return static_cast<std::uint32_t>((bits() >> 32) * limit >> 32); }

  bool percent(std::uint32_t chance) noexcept { return below(100) < chance; }

  // True in that share of the draws, 0 to 1. Every step is exact in a double, so the same on every machine, too.
  bool in_share(double share) noexcept { return static_cast<double>(bits() >> 11) * 0x1p-53 < share; }

 private:
  std::uint64_t state_;
};

// A geometric distribution of the given mean, 0, 1, 2 ..., cut where less than 1/1024 is left: one draw, one look-up.
template <std::uint32_t Mean>
class geometric {
 public:
  static std::uint32_t draw(random_numbers& random) noexcept { return table[random.bits() >> 54]; }

 private:
  static constexpr std::array<std::uint16_t, 1024> table = [] {
    std::array<std::uint16_t, 1024> result{};
    // What is left of the probability, in 2^-40, shrinks by Mean / (Mean + 1) a step.
    constexpr std::uint64_t whole = std::uint64_t{1} << 40;
    std::uint64_t left = whole * Mean / (Mean + 1);
    std::uint16_t value = 0;
    for (std::size_t i = 0; i < result.size(); ++i) {
      while (whole - left <= (whole >> 10) * i) {
        left = left * Mean / (Mean + 1);
        ++value;
      }
      result[i] = value;
    }
    return result;
  }();
};

}  // namespace pyhft::sim
