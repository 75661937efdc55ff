// SPDX-License-Identifier: MIT
#pragma once

// The quantities of a market as distinct types, so that a price never meets a number of shares by accident. Each is its
// integer and nothing more; arithmetic exists only where it has a meaning.

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pyhft {

// 1/10 000 of the currency.
struct price {
  std::int64_t ticks{};
  friend constexpr auto operator<=>(price, price) = default;
};

// Shares; wide enough for the sum over a price level.
struct quantity {
  std::uint64_t shares{};
  friend constexpr auto operator<=>(quantity, quantity) = default;
  constexpr quantity& operator+=(quantity other) noexcept { return shares += other.shares, *this; }
  constexpr quantity& operator-=(quantity other) noexcept { return shares -= other.shares, *this; }
};

// The exchange's reference number of an order, or ours.
struct order_id {
  std::uint64_t value{};
  friend constexpr auto operator<=>(order_id, order_id) = default;
};

// Since the epoch where a full date is known, since midnight where a feed gives no more.
struct nanoseconds {
  std::int64_t count{};
  friend constexpr auto operator<=>(nanoseconds, nanoseconds) = default;
};

enum class side : std::uint8_t { buy = 0, sell = 1 };

constexpr side opposite(side s) noexcept { return s == side::buy ? side::sell : side::buy; }

// Eight ASCII characters, padded on the right with spaces.
struct symbol {
  std::array<char, 8> text{' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};

  friend constexpr bool operator==(const symbol&, const symbol&) = default;

  constexpr std::string_view view() const noexcept {
    std::size_t length = text.size();
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0')) --length;
    return {text.data(), length};
  }

  // Longer names are cut at eight characters.
  static constexpr symbol from(std::string_view name) noexcept {
    symbol result;
    for (std::size_t i = 0; i < result.text.size() && i < name.size(); ++i) result.text[i] = name[i];
    return result;
  }

  // Padded with spaces or with zero bytes: both are the same name.
  static symbol from_wire(const std::byte* bytes) noexcept {
    symbol result;
    std::memcpy(result.text.data(), bytes, result.text.size());
    if (result.has_zero_byte()) [[unlikely]]
      return from(result.view());
    return result;
  }

 private:
  // A byte's highest bit rises by the subtraction where the byte is zero, or where it was set before.
  bool has_zero_byte() const noexcept {
    const auto bytes = std::bit_cast<std::uint64_t>(text);
    return ((bytes - 0x0101'0101'0101'0101u) & ~bytes & 0x8080'8080'8080'8080u) != 0;
  }
};

}  // namespace pyhft
