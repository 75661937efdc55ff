// SPDX-License-Identifier: MIT
#pragma once

// What the fuzz targets share: bytes read as numbers, and a check that ends the process, which is how libFuzzer learns
// that an input is wrong. A target is one function of the bytes; it keeps nothing from one input to the next.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "pyhft/base/byte_order.hpp"

namespace pyhft::fuzz {

// `what` is what should have held.
inline void check(bool holds, const char* what) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// Reads every byte, which the compiler would leave out where nothing came of it.
inline void touch(std::span<const std::byte> bytes) {
  unsigned sum = 0;
  for (const std::byte each : bytes) sum += std::to_integer<unsigned>(each);
  asm volatile("" : : "r"(sum));
}

// Numbers and pieces from the front of the input; zeros and nothing behind its end.
class input {
 public:
  explicit input(std::span<const std::byte> bytes) : left_{bytes} {}

  bool empty() const { return left_.empty(); }
  std::span<const std::byte> rest() const { return left_; }

  template <std::unsigned_integral T = std::uint8_t>
  T number() {
    std::byte copy[sizeof(T)]{};
    const auto piece = bytes(sizeof(T));
    std::copy(piece.begin(), piece.end(), copy);
    return load_little<T>(copy);
  }
  std::uint32_t below(std::uint32_t limit) { return number() % limit; }

  std::span<const std::byte> bytes(std::size_t count) {
    const auto result = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(result.size());
    return result;
  }

  // A length of two bytes, then as many bytes: a packet, a frame, a message.
  std::span<const std::byte> piece() { return bytes(number<std::uint16_t>()); }

 private:
  std::span<const std::byte> left_;
};

// A copy that ends where its memory ends, so that whoever reads on behind it is caught.
class exact_copy {
 public:
  explicit exact_copy(std::span<const std::byte> bytes) : bytes_(new std::byte[bytes.size()]), size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), bytes_);
  }
  exact_copy(const exact_copy&) = delete;
  exact_copy& operator=(const exact_copy&) = delete;
  ~exact_copy() { delete[] bytes_; }

  std::span<std::byte> bytes() { return {bytes_, size_}; }

 private:
  std::byte* bytes_;
  std::size_t size_;
};

}  // namespace pyhft::fuzz

// Each target says what it does with an input.
void run_target(std::span<const std::byte> bytes);
