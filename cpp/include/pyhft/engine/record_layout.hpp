// SPDX-License-Identifier: MIT
#pragma once

// Messages as records of a table: for every message type of a feed its fields by name (record_fields.hpp), each an integer
// in the byte order of the host or text, and the code that writes one. What a field's function returns says how it is
// kept:
//
//   price, quantity, nanoseconds   int64: ticks, shares, ns
//   order_id                       uint64
//   std::uint8_t to uint64_t       themselves
//   bool                           one of numpy's
//   char, several, symbol          text, without the blanks at its end
//   side                           'B' or 'S'
//
// Every record begins with n, the number of the message in its file, from 1. Nothing is allocated.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include "pyhft/base/types.hpp"
#include "pyhft/engine/feed_reader.hpp"
#include "pyhft/engine/record_fields.hpp"
#include "pyhft/feed/protocol.hpp"

namespace pyhft::engine {

struct record_field {
  const char* name;
  char kind;  // numpy's: 'i', 'u', 'b', 'S'
  std::uint8_t bytes;
  std::uint16_t offset;
};

struct record_layout {
  char code;  // of the message type on the wire
  std::span<const record_field> fields;
  std::size_t bytes;
};

// Of all message types of a feed; with the time of capture, where a capture is read.
std::span<const record_layout> record_layouts(feed_kind feed, bool captured) noexcept;

namespace detail {

template <class Value>
struct kept;
template <class Integer>
  requires std::is_integral_v<Integer> && (!std::is_same_v<Integer, char>)
struct kept<Integer> {
  static constexpr char kind = std::is_same_v<Integer, bool> ? 'b' : std::is_signed_v<Integer> ? 'i' : 'u';
  static Integer of(Integer value) noexcept { return value; }
};
template <>
struct kept<price> {
  static constexpr char kind = 'i';
  static std::int64_t of(price value) noexcept { return value.ticks; }
};
template <>
struct kept<quantity> {
  static constexpr char kind = 'i';
  static std::int64_t of(quantity value) noexcept { return static_cast<std::int64_t>(value.shares); }
};
template <>
struct kept<nanoseconds> {
  static constexpr char kind = 'i';
  static std::int64_t of(nanoseconds value) noexcept { return value.count; }
};
template <>
struct kept<order_id> {
  static constexpr char kind = 'u';
  static std::uint64_t of(order_id value) noexcept { return value.value; }
};
template <>
struct kept<side> {
  static constexpr char kind = 'S';
  static char of(side value) noexcept { return value == side::buy ? 'B' : 'S'; }
};
template <>
struct kept<char> {
  static constexpr char kind = 'S';
  static char of(char value) noexcept { return value == ' ' ? '\0' : value; }
};
template <std::size_t Size>
struct kept<std::array<char, Size>> {
  static constexpr char kind = 'S';
  static std::array<char, Size> of(std::array<char, Size> value) noexcept {
    for (std::size_t end = Size; end > 0 && value[end - 1] == ' '; --end) value[end - 1] = '\0';
    return value;
  }
};
template <>
struct kept<symbol> {
  static constexpr char kind = 'S';
  static std::array<char, 8> of(symbol value) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
      const auto text = std::bit_cast<std::uint64_t>(value.text);
      const std::uint64_t not_blank = text ^ 0x2020'2020'2020'2020u;
      const int blanks = std::countl_zero(not_blank) / 8;
      return std::bit_cast<std::array<char, 8>>(blanks == 8 ? 0 : text & ~std::uint64_t{0} >> (8 * blanks));
    } else {
      return kept<std::array<char, 8>>::of(value.text);
    }
  }
};

template <class Message, auto Getter>
using value_of = decltype((std::declval<const Message&>().*Getter)());
template <class Message, auto Getter>
using kept_of = decltype(kept<value_of<Message, Getter>>::of(std::declval<value_of<Message, Getter>>()));

template <class Message>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(fields_of<Message>::list)>;

template <class Message, std::size_t I>
constexpr record_field described() {
  constexpr auto one = std::get<I>(fields_of<Message>::list);
  return {one.name, kept<value_of<Message, one.getter>>::kind, sizeof(kept_of<Message, one.getter>), 0};
}

// The widest first, so that nothing but the end needs filling up; listed in the order of the wire.
template <class Message, bool Captured>
constexpr auto record_fields() {
  constexpr std::size_t before = Captured ? 2 : 1;
  std::array<record_field, before + field_count<Message>> result{};
  result[0] = {"n", 'i', 8, 0};
  if constexpr (Captured) result[1] = {"captured", 'i', 8, 0};
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((result[before + I] = described<Message, I>()), ...);
  }(std::make_index_sequence<field_count<Message>>{});
  std::uint16_t offset = 0;
  for (const std::uint8_t width : {std::uint8_t{8}, std::uint8_t{4}, std::uint8_t{2}, std::uint8_t{1}}) {
    for (record_field& one : result) {
      if (one.bytes != width) continue;
      one.offset = offset;
      offset = static_cast<std::uint16_t>(offset + width);
    }
  }
  return result;
}

}  // namespace detail

// The record of one message type.
template <class Message, bool Captured>
class record_of {
  static constexpr std::size_t own = detail::field_count<Message>;
  static constexpr std::size_t before = Captured ? 2 : 1;

 public:
  static constexpr std::array<record_field, before + own> fields = detail::record_fields<Message, Captured>();
  static constexpr std::size_t used_bytes = [] {
    std::size_t result = 0;
    for (const record_field& one : fields) result += one.bytes;
    return result;
  }();
  static constexpr std::size_t bytes = (used_bytes + 7) / 8 * 8;

  static void store(std::byte* to, const Message& view, const message_place& place) noexcept {
    put(to + fields[0].offset, static_cast<std::int64_t>(place.number));
    if constexpr (Captured) put(to + fields[1].offset, place.captured.count);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (store_field<I>(to, view), ...);
    }(std::make_index_sequence<own>{});
    if constexpr (bytes > used_bytes) std::memset(to + used_bytes, 0, bytes - used_bytes);
  }

 private:
  template <std::size_t I>
  static void store_field(std::byte* to, const Message& view) noexcept {
    constexpr auto one = std::get<I>(detail::fields_of<Message>::list);
    put(to + fields[before + I].offset, detail::kept<detail::value_of<Message, one.getter>>::of((view.*one.getter)()));
  }
  template <class Value>
  static void put(std::byte* to, const Value& value) noexcept {
    std::memcpy(to, &value, sizeof value);
  }
};

namespace detail {

template <class List, bool Captured>
struct records_of_list;
template <class... Messages, bool Captured>
struct records_of_list<feed::message_list<Messages...>, Captured> {
  static constexpr std::array<record_layout, sizeof...(Messages)> layouts{
      record_layout{Messages::code, record_of<Messages, Captured>::fields, record_of<Messages, Captured>::bytes}...};

  template <class Message>
  using record = record_of<Message, Captured>;

  // The place of a message's layout.
  template <class Message>
  static constexpr std::size_t number = [] {
    std::size_t result = 0;
    static_cast<void>(((std::is_same_v<Message, Messages> || (++result, false)) || ...));
    return result;
  }();
};

}  // namespace detail

template <class Protocol, bool Captured>
using records_of = detail::records_of_list<typename Protocol::list, Captured>;

}  // namespace pyhft::engine
