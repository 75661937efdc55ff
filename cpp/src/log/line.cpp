// SPDX-License-Identifier: MIT
#include "line.hpp"

#include <array>
#include <charconv>
#include <concepts>
#include <cstring>
#include <string_view>

namespace pyhft::log::detail {
namespace {

constexpr std::array<std::string_view, 7> level_names{"TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "OFF"};

// Enough for any number that to_chars writes without a width: the shortest form of a double takes 24 characters at
// most.
constexpr std::ptrdiff_t most_digits = 32;

char* put_literal(char* to, std::string_view text) noexcept {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

template <class T>
char* put_number(char* to, T value) noexcept {
  return std::to_chars(to, to + most_digits, value).ptr;
}

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

char* put_escaped(char* to, char c) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  *to++ = '\\';
  switch (c) {
    case '\n':
      *to++ = 'n';
      return to;
    case '\r':
      *to++ = 'r';
      return to;
    case '\t':
      *to++ = 't';
      return to;
    default:
      *to++ = 'x';
      *to++ = digits[static_cast<unsigned char>(c) >> 4];
      *to++ = digits[static_cast<unsigned char>(c) & 15];
      return to;
  }
}

char* put_text(char* to, std::string_view text) noexcept {
  for (const char c : text) {
    if (is_control(c)) [[unlikely]] {
      to = put_escaped(to, c);
    } else {
      *to++ = c;
    }
  }
  return to;
}

// 1/10 000 of the currency, with all four places.
char* put_price(char* to, std::int64_t ticks) noexcept {
  // Through unsigned, so that the lowest value has a magnitude too.
  std::uint64_t magnitude = static_cast<std::uint64_t>(ticks);
  if (ticks < 0) {
    *to++ = '-';
    magnitude = 0 - magnitude;
  }
  to = put_number(to, magnitude / 10'000);
  auto fraction = static_cast<unsigned>(magnitude % 10'000);
  *to++ = '.';
  for (int i = 3; i >= 0; --i, fraction /= 10) to[i] = static_cast<char>('0' + fraction % 10);
  return to + 4;
}

std::uint64_t take_word(const std::byte*& from) noexcept {
  std::uint64_t value;
  std::memcpy(&value, from, sizeof value);
  from += sizeof value;
  return value;
}

char* put_argument(char* to, argument_kind kind, const std::byte*& from) noexcept {
  const std::uint64_t word = take_word(from);
  switch (kind) {
    case argument_kind::signed_integer:
      return put_number(to, static_cast<std::int64_t>(word));
    case argument_kind::unsigned_integer:
      return put_number(to, word);
    case argument_kind::floating:
      return put_number(to, std::bit_cast<double>(word));
    case argument_kind::boolean:
      return put_literal(to, word != 0 ? "true" : "false");
    case argument_kind::character: {
      const char c = static_cast<char>(word);
      return put_text(to, {&c, 1});
    }
    case argument_kind::symbol:
      return put_text(to, std::bit_cast<pyhft::symbol>(word).view());
    case argument_kind::price:
      return put_price(to, static_cast<std::int64_t>(word));
    case argument_kind::side:
      return put_literal(to, word == 0 ? "buy" : "sell");
    case argument_kind::text: {
      const auto length = static_cast<std::size_t>(word & 0xffffffff);
      to = put_text(to, {reinterpret_cast<const char*>(from), length});
      from += (length + 7) & ~std::size_t{7};
      return (word >> 32 & 1) != 0 ? put_literal(to, "...") : to;
    }
  }
  return to;
}

}  // namespace

char* put_line(char* to, std::int64_t epoch_ns, const call_site& site, const std::byte* arguments) noexcept {
  *to++ = '[';
  to = put_number(to, epoch_ns);
  to = put_literal(to, "] ");
  to = put_literal(to, level_names[static_cast<std::size_t>(site.severity)]);
  to = put_literal(to, ": ");
  std::string_view rest = site.format;
  for (std::size_t argument = 0;;) {
    const std::size_t brace = rest.find_first_of("{}");
    if (brace == std::string_view::npos) break;
    to = put_literal(to, rest.substr(0, brace));
    // The compiler has seen that a brace is either a placeholder's or doubled.
    if (rest[brace] == '{' && rest[brace + 1] == '}') {
      to = put_argument(to, site.kinds[argument++], arguments);
    } else {
      *to++ = rest[brace];
    }
    rest.remove_prefix(brace + 2);
  }
  to = put_literal(to, rest);
  *to++ = '\n';
  return to;
}

}  // namespace pyhft::log::detail
