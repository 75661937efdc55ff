// SPDX-License-Identifier: MIT
#pragma once

// What is known of a log call before it runs: its level, its format, the kinds of its arguments, where it stands. One
// constant per call, made by the compiler; a record in a ring points to it and carries only the stamp and the raw
// arguments.
//
// A format is a literal of at most 4096 characters with a `{}` for each argument, in order; `{{` and `}}` stand for
// single braces. A format that names more or fewer arguments than it gets, has other braces, or holds a control
// character (a line of the log is one line of the file) does not compile.
//
// Arguments: integers, bool, char, float and double, enumerations (as their number), text (anything that a string_view
// can be made of, and char pointers; cut at 512 bytes, between two characters of UTF-8, and marked with "..."), and the
// types of base/: price (in units of the currency), quantity, order_id, nanoseconds, side, symbol. Each takes 8 bytes
// in the record, text 8 and its bytes.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "pyhft/base/types.hpp"

namespace pyhft::log {

enum class level : std::uint8_t { trace, debug, info, warning, error, critical, off };
// By their numbers; lines have them in capitals.
inline constexpr std::array<std::string_view, 7> level_names{"trace", "debug",    "info", "warning",
                                                             "error", "critical", "off"};

enum class argument_kind : std::uint8_t {
  signed_integer,
  unsigned_integer,
  floating,
  boolean,
  character,
  text,
  symbol,
  price,
  side,
};

inline constexpr std::size_t most_arguments = 16;
inline constexpr std::size_t most_format_characters = 4096;
inline constexpr std::size_t most_text_bytes = 512;
inline constexpr std::size_t most_message_bytes = 8192;  // of a text that is the whole message

struct call_site {
  log::level severity;
  std::uint8_t arguments;
  std::array<argument_kind, most_arguments> kinds;
  std::array<std::uint16_t, most_arguments> placeholders;  // where the format has its `{}`
  bool has_doubled_braces;
  std::uint32_t line;
  const char* file;
  std::string_view format;
};

namespace detail {

// A text argument on its way into a record, measured once.
struct text_argument {
  const char* data;
  std::uint32_t length;
  bool cut;
};

// Not in the middle of a character: back to a byte that begins one, which in UTF-8 is at most three away.
[[gnu::cold, gnu::noinline]] inline std::size_t cut_before_character(std::string_view text,
                                                                     std::size_t most_bytes) noexcept {
  std::size_t length = most_bytes;
  while (length + 3 > most_bytes && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) --length;
  return length;
}

inline text_argument measured(std::string_view text, std::size_t most_bytes = most_text_bytes) noexcept {
  const bool cut = text.size() > most_bytes;
  return {text.data(), static_cast<std::uint32_t>(cut ? cut_before_character(text, most_bytes) : text.size()), cut};
}

// The same pointer, but the compiler doesn't see where to: it warns where that is shorter than the bound.
inline const char* unseen(const char* text) noexcept {
  asm("" : "+r"(text));  // NOLINT(portability-no-assembler): no instruction at all
  return text;
}

// Up to the bound and one, which also ends a pointer to something that isn't ended.
inline std::size_t bounded_length(const char* text) noexcept {
  text = unseen(text);
#if defined(__SSE2__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Most texts are short. Sixteen bytes may be read whatever they are, if they don't reach into another page.
  constexpr std::uintptr_t page = 4096;
  if ((std::bit_cast<std::uintptr_t>(text) & (page - 1)) <= page - 16) [[likely]] {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
    const int ends = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    if (ends != 0) [[likely]]
      return static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(ends)));
  }
#endif
  return ::strnlen(text, most_text_bytes + 1);
}

// Without a call where it is short: two copies that may overlap.
inline void copy_text(std::byte* to, const char* from, std::size_t length) noexcept {
  from = unseen(from);
  if (length > 16) {
    std::memcpy(to, from, length);
  } else if (length >= 8) {
    std::uint64_t first;
    std::uint64_t last;
    std::memcpy(&first, from, 8);
    std::memcpy(&last, from + length - 8, 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + length - 8, &last, 8);
  } else if (length >= 4) {
    std::uint32_t first;
    std::uint32_t last;
    std::memcpy(&first, from, 4);
    std::memcpy(&last, from + length - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + length - 4, &last, 4);
  } else if (length != 0) {
    to[0] = static_cast<std::byte>(from[0]);
    to[length / 2] = static_cast<std::byte>(from[length / 2]);
    to[length - 1] = static_cast<std::byte>(from[length - 1]);
  }
}

template <class T>
concept text_like = std::convertible_to<const T&, std::string_view> || std::same_as<std::decay_t<T>, char*> ||
                    std::same_as<std::decay_t<T>, const char*>;

template <class T>
constexpr argument_kind kind_of() {
  if constexpr (std::same_as<T, bool>) {
    return argument_kind::boolean;
  } else if constexpr (std::same_as<T, char>) {
    return argument_kind::character;
  } else if constexpr (std::same_as<T, float> || std::same_as<T, double>) {
    return argument_kind::floating;
  } else if constexpr (text_like<T>) {
    return argument_kind::text;
  } else if constexpr (std::same_as<T, pyhft::symbol>) {
    return argument_kind::symbol;
  } else if constexpr (std::same_as<T, pyhft::price>) {
    return argument_kind::price;
  } else if constexpr (std::same_as<T, pyhft::side>) {
    return argument_kind::side;
  } else if constexpr (std::same_as<T, pyhft::quantity> || std::same_as<T, pyhft::order_id>) {
    return argument_kind::unsigned_integer;
  } else if constexpr (std::same_as<T, pyhft::nanoseconds>) {
    return argument_kind::signed_integer;
  } else if constexpr (std::is_enum_v<T>) {
    return kind_of<std::underlying_type_t<T>>();
  } else {
    static_assert(std::integral<T> && sizeof(T) <= 8, "an argument of this type can't be logged");
    return std::signed_integral<T> ? argument_kind::signed_integer : argument_kind::unsigned_integer;
  }
}

// What goes into the record: text measured, everything else as the eight bytes of its value.
template <class T>
auto raw(const T& value) noexcept {
  if constexpr (text_like<T>) {
    if constexpr (std::is_array_v<T>) {
      // A buffer may be full to its last byte.
      return measured({value, ::strnlen(value, std::extent_v<T>)});
    } else if constexpr (std::is_pointer_v<T>) {
      return value == nullptr ? measured("(null)") : measured({value, bounded_length(value)});
    } else {
      return measured(value);
    }
  } else if constexpr (std::same_as<T, float> || std::same_as<T, double>) {
    return std::bit_cast<std::uint64_t>(static_cast<double>(value));
  } else if constexpr (std::same_as<T, pyhft::symbol>) {
    return std::bit_cast<std::uint64_t>(value);
  } else if constexpr (std::same_as<T, pyhft::price>) {
    return static_cast<std::uint64_t>(value.ticks);
  } else if constexpr (std::same_as<T, pyhft::quantity>) {
    return value.shares;
  } else if constexpr (std::same_as<T, pyhft::order_id>) {
    return value.value;
  } else if constexpr (std::same_as<T, pyhft::nanoseconds>) {
    return static_cast<std::uint64_t>(value.count);
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

constexpr std::size_t raw_bytes(std::uint64_t) noexcept { return 8; }
constexpr std::size_t raw_bytes(const text_argument& text) noexcept {
  return 8 + ((text.length + 7u) & ~std::size_t{7});
}

inline std::byte* put(std::byte* to, std::uint64_t value) noexcept {
  std::memcpy(to, &value, sizeof value);
  return to + sizeof value;
}
inline std::byte* put(std::byte* to, const text_argument& text) noexcept {
  put(to, text.length | std::uint64_t{text.cut} << 32);
  if (text.length == 0) return to + 8;
  // The last word first, so that nothing that stood there before fills it up.
  std::byte* const end = to + raw_bytes(text);
  put(end - 8, 0);
  copy_text(to + 8, text.data, text.length);
  return end;
}

// Never defined and never constant: a call in a constant expression ends the compilation with the name as its message.
void the_format_names_more_or_fewer_arguments_than_it_gets();
void the_format_has_a_brace_that_is_neither_a_placeholder_nor_doubled();
void the_format_holds_a_control_character();
void the_format_is_longer_than_4096_characters();

enum class format_fault : std::uint8_t { none, too_long, control_character, lone_brace };

// What a format says of its placeholders, up to the first fault.
struct format_reading {
  format_fault fault{format_fault::none};
  std::size_t fault_at{};
  std::size_t count{};  // of placeholders; the first of them:
  std::array<std::uint16_t, most_arguments> placeholders{};
  bool has_doubled_braces{};
};

// The only reader of formats: for the compiler, for those of Python and for those of a file.
constexpr format_reading read_format(std::string_view format) noexcept {
  format_reading result;
  if (format.size() > most_format_characters) {
    result.fault = format_fault::too_long;
    return result;
  }
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char here = format[i];
    result.fault_at = i;
    if (static_cast<unsigned char>(here) < 0x20 || here == 0x7f) {
      result.fault = format_fault::control_character;
      return result;
    }
    if (here != '{' && here != '}') continue;
    const char next = i + 1 < format.size() ? format[i + 1] : '\0';
    if (here == '{' && next == '}') {
      if (result.count < most_arguments) result.placeholders[result.count] = static_cast<std::uint16_t>(i);
      ++result.count;
    } else if (next == here) {
      result.has_doubled_braces = true;
    } else {
      result.fault = format_fault::lone_brace;
      return result;
    }
    ++i;
  }
  return result;
}

}  // namespace detail

template <class... Args>
consteval call_site make_call_site(level severity, std::string_view format, const char* file, std::uint32_t line) {
  static_assert(sizeof...(Args) <= most_arguments, "a log call takes at most 16 arguments");
  const auto read = detail::read_format(format);
  if (read.fault == detail::format_fault::too_long) detail::the_format_is_longer_than_4096_characters();
  if (read.fault == detail::format_fault::control_character) detail::the_format_holds_a_control_character();
  if (read.fault == detail::format_fault::lone_brace) {
    detail::the_format_has_a_brace_that_is_neither_a_placeholder_nor_doubled();
  }
  if (read.count != sizeof...(Args)) detail::the_format_names_more_or_fewer_arguments_than_it_gets();
  return {severity, sizeof...(Args), {detail::kind_of<Args>()...}, read.placeholders, read.has_doubled_braces, line,
          file,     format};
}

}  // namespace pyhft::log
