// SPDX-License-Identifier: MIT
#include "line.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace pyhft::log::detail {
namespace {

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

// 0000 to 9999, all four digits.
char* put_four_digits(char* to, std::uint32_t value) noexcept {
  constexpr auto pairs = [] {
    std::array<char, 200> result{};
    for (std::size_t i = 0; i < 100; ++i) {
      result[2 * i] = static_cast<char>('0' + i / 10);
      result[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return result;
  }();
  std::memcpy(to, pairs.data() + 2 * std::size_t{value / 100}, 2);
  std::memcpy(to + 2, pairs.data() + 2 * std::size_t{value % 100}, 2);
  return to + 4;
}

// A price such as 185.23, without the search for the shortest digits, which is the dearest part of a line. Where value
// is a decimal of at most four places and 15 digits, no other decimal of 15 digits or fewer is the same double: with
// its trailing zeros taken off it is the shortest.
char* put_short_decimal(char* to, double value) noexcept {
  constexpr double most = 1e11;  // 15 digits, four of them after the point
  const double magnitude = std::fabs(value);
  if (!(magnitude < most)) return nullptr;
  const auto scaled = static_cast<std::uint64_t>(magnitude * 1e4 + 0.5);
  // Division is correctly rounded, so this is the very double that the digits would be read as.
  if (static_cast<double>(scaled) / 1e4 != magnitude || std::bit_cast<std::uint64_t>(value) == 1ull << 63)
    return nullptr;
  if (value < 0) *to++ = '-';
  to = put_number(to, scaled / 10'000);
  const auto fraction = static_cast<std::uint32_t>(scaled % 10'000);
  if (fraction == 0) return to;
  *to = '.';
  to = put_four_digits(to + 1, fraction);
  while (to[-1] == '0') --to;
  return to;
}

// The shortest digits that read back as the same double; with an exponent only where it is very small or very large.
char* put_double(char* to, double value) noexcept {
  if (char* const end = put_short_decimal(to, value)) [[likely]]
    return end;
  const double magnitude = std::fabs(value);
  if (magnitude >= 1e-5 && magnitude < 1e16)
    return std::to_chars(to, to + most_digits, value, std::chars_format::fixed).ptr;
  return put_number(to, value);
}

char* put_escaped(char* to, unsigned char c) noexcept {
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
      *to++ = digits[c >> 4];
      *to++ = digits[c & 15];
      return to;
  }
}

// How many bytes from the front of text are one printable character of UTF-8; 0 where they aren't.
std::size_t printable_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  if (first >= 0xc2 && first < 0xe0) {
    // U+0080 to U+009F are control characters, too.
    return follows(1) && (first << 8 | byte(1)) >= 0xc2a0 ? 2 : 0;
  }
  if (first >= 0xe0 && first < 0xf0) {
    const std::uint32_t code = (first & 0xf) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    // Neither too long a form, nor a surrogate, nor one of the two that end a line (U+2028, U+2029).
    return follows(1) && follows(2) && code >= 0x800 && (code < 0xd800 || code > 0xdfff) && code >> 1 != 0x1014 ? 3 : 0;
  }
  if (first >= 0xf0 && first < 0xf5) {
    const std::uint32_t code = (first & 7) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    return follows(1) && follows(2) && follows(3) && code >= 0x10000 && code <= 0x10ffff ? 4 : 0;
  }
  return 0;
}

// True where all eight are printable ASCII. Of a byte below 0x80 the sum with 0x60 carries into its top bit only if it
// is 0x20 or more, the sum with 0x01 only if it is 0x7f.
bool all_printable_ascii(std::uint64_t eight) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x80 * ones;
  return (eight & tops) == 0 && ((eight + 0x60 * ones) & ~(eight + ones) & tops) == tops;
}

// As it is, what isn't printable escaped: text can't forge a line, nor steer a terminal.
char* put_text(char* to, std::string_view text) noexcept {
  while (!text.empty()) {
    if (text.size() >= 8) {
      std::uint64_t eight;
      std::memcpy(&eight, text.data(), sizeof eight);
      if (all_printable_ascii(eight)) [[likely]] {
        std::memcpy(to, &eight, sizeof eight);
        to += sizeof eight;
        text.remove_prefix(sizeof eight);
        continue;
      }
    }
    const std::size_t length = printable_character(text);
    if (length == 0) [[unlikely]] {
      to = put_escaped(to, static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
    } else {
      for (std::size_t i = 0; i < length; ++i) *to++ = text[i];
      text.remove_prefix(length);
    }
  }
  return to;
}

// 1/10 000 of the currency, with all four places.
char* put_price(char* to, std::int64_t ticks) noexcept {
  // Through unsigned, so that the lowest value has a magnitude too.
  auto magnitude = static_cast<std::uint64_t>(ticks);
  if (ticks < 0) {
    *to++ = '-';
    magnitude = 0 - magnitude;
  }
  to = put_number(to, magnitude / 10'000);
  *to++ = '.';
  return put_four_digits(to, static_cast<std::uint32_t>(magnitude % 10'000));
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
      return put_double(to, std::bit_cast<double>(word));
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

// Between two placeholders there are no braces but doubled ones.
char* put_format(char* to, std::string_view piece, bool has_doubled_braces) noexcept {
  if (!has_doubled_braces) [[likely]]
    return put_literal(to, piece);
  for (std::size_t i = 0; i < piece.size(); ++i) {
    *to++ = piece[i];
    if (piece[i] == '{' || piece[i] == '}') ++i;
  }
  return to;
}

char* put_message(char* to, const call_site& site, const std::byte* arguments) noexcept {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < site.arguments; ++i) {
    const std::size_t at = site.placeholders[i];
    to = put_format(to, site.format.substr(begin, at - begin), site.has_doubled_braces);
    to = put_argument(to, site.kinds[i], arguments);
    begin = at + 2;
  }
  return put_format(to, site.format.substr(begin), site.has_doubled_braces);
}

// In a JSON string, of text in which nothing is unprintable any more.
char* put_quoted(char* to, std::string_view text) noexcept {
  *to++ = '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') *to++ = '\\';
    *to++ = c;
  }
  *to++ = '"';
  return to;
}

}  // namespace

char* time_text::put(char* to, std::int64_t epoch_ns) noexcept {
  if (epoch_ns < 0) [[unlikely]]
    return put_number(to, epoch_ns);
  const std::int64_t seconds = epoch_ns / 1'000'000'000;
  if (seconds != seconds_) {
    seconds_ = seconds;
    length_ = static_cast<std::size_t>(put_number(digits_, seconds) - digits_);
  }
  if (seconds == 0) return put_number(to, epoch_ns);
  std::memcpy(to, digits_, length_);
  to += length_;
  const auto rest = static_cast<std::uint32_t>(epoch_ns - seconds * 1'000'000'000);
  *to = static_cast<char>('0' + rest / 100'000'000);
  to = put_four_digits(to + 1, rest / 10'000 % 10'000);
  return put_four_digits(to, rest % 10'000);
}

char* put_text_line(char* to, const line_head& head, time_text& times, const call_site& site,
                    const std::byte* arguments) noexcept {
  *to++ = '[';
  to = times.put(to, head.epoch_ns);
  *to++ = ']';
  *to++ = ' ';
  to = put_literal(to, capitals_of(site.severity));
  *to++ = ':';
  *to++ = ' ';
  to = put_message(to, site, arguments);
  *to++ = '\n';
  return to;
}

char* put_json_line(char* to, const line_head& head, const call_site& site, const std::byte* arguments) noexcept {
  to = put_literal(to, R"({"ns":)");
  to = put_number(to, head.epoch_ns);
  to = put_literal(to, R"(,"seq":)");
  to = put_number(to, head.sequence);
  to = put_literal(to, R"(,"level":")");
  to = put_literal(to, capitals_of(site.severity));
  to = put_literal(to, R"(","logger":)");
  char name[4 * most_name_bytes];
  to = put_quoted(to, {name, static_cast<std::size_t>(put_text(name, head.logger) - name)});
  to = put_literal(to, R"(,"thread":)");
  to = put_number(to, head.thread_id);
  to = put_literal(to, R"(,"text":)");
  // The message first, as far behind as its quoted form can become longer: that one never overtakes it.
  const std::size_t before = 2;
  char* message = to + before;
  const auto length = static_cast<std::size_t>(put_message(message, site, arguments) - message);
  std::size_t quotes = 0;
  for (std::size_t i = 0; i < length; ++i) quotes += message[i] == '"' || message[i] == '\\' ? 1u : 0u;
  std::memmove(message + quotes, message, length);
  to = put_quoted(to, {message + quotes, length});
  return put_literal(to, "}\n");
}

}  // namespace pyhft::log::detail
