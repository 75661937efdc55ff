// SPDX-License-Identifier: MIT
#pragma once

// From a record's raw arguments to a line of text or of JSON. Nothing here allocates, locks or makes a system call, so
// that a handler of a crash signal may use it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pyhft/log/call_site.hpp"
#include "pyhft/log/logger.hpp"

namespace pyhft::log::detail {

inline constexpr auto level_capitals = [] {
  std::array<std::array<char, 8>, level_names.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t at = 0; at < level_names[i].size(); ++at) {
      all[i][at] = static_cast<char>(level_names[i][at] - 'a' + 'A');
    }
  }
  return all;
}();
constexpr std::string_view capitals_of(level severity) noexcept {
  const auto number = static_cast<std::size_t>(severity);
  return {level_capitals[number].data(), level_names[number].size()};
}

// No message of this call with arguments_bytes of raw arguments is longer: a byte of text becomes at most four, an
// argument of eight bytes at most 32 characters.
constexpr std::size_t longest_message(const call_site& site, std::size_t arguments_bytes) noexcept {
  return site.format.size() + 4 * arguments_bytes;
}
constexpr std::size_t longest_line(const call_site& site, std::size_t arguments_bytes) noexcept {
  return 64 + longest_message(site, arguments_bytes);
}
// In JSON a character becomes at most two, a byte of the name at most eight. Longer than the line of text, which is
// made first.
constexpr std::size_t longest_json_line(const call_site& site, std::size_t arguments_bytes) noexcept {
  return 192 + 8 * most_name_bytes + 2 * longest_message(site, arguments_bytes);
}
inline constexpr std::size_t most_arguments_bytes = most_arguments * (8 + most_text_bytes);
inline constexpr std::size_t longest_json_line_of_any =
    192 + 8 * most_name_bytes + 2 * (most_format_characters + 4 * most_arguments_bytes);
static_assert(most_message_bytes + 8 <= most_arguments_bytes);

// What a line says besides its message.
struct line_head {
  std::int64_t epoch_ns;
  std::uint64_t sequence;
  std::string_view logger;
  std::uint32_t thread_id;
};

// Remembers the seconds of the last line, which most lines share. A plain value; each user has its own.
class time_text {
 public:
  // In ns, up to 20 characters.
  char* put(char* to, std::int64_t epoch_ns) noexcept;

 private:
  std::int64_t seconds_ = -1;
  char digits_[24]{};
  std::size_t length_{};
};

// They write the line, its line feed included, and return its end.
char* put_text_line(char* to, const line_head& head, time_text& times, const call_site& site,
                    const std::byte* arguments) noexcept;
char* put_json_line(char* to, const line_head& head, const call_site& site, const std::byte* arguments) noexcept;

}  // namespace pyhft::log::detail
