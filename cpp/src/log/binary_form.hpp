// SPDX-License-Identifier: MIT
#pragma once

// The binary form of a log: frames of 8-byte words, little-endian, each with a check of its own, so that what is whole
// can be read where something else is damaged. docs/log.md describes it.
//
//   frame     mark 'P' · kind (1 byte) · words that follow (2) · check of all (4), then those words
//   session   "PYHFTLOG" · version. Numbers of sites and sources begin anew.
//   site      number (4) · level (1) · arguments (1) · bytes of format (2) · bytes of file (4) · line (4) · kinds (16) ·
//             format · file, each filled up to whole words
//   source    number (4) · thread (4) · bytes of name (8) · name
//   record    ns since the epoch · sequence number · site (4) · source (4) · raw arguments
//
// Nothing here allocates.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "line.hpp"
#include "pyhft/log/call_site.hpp"

namespace pyhft::log::detail {

enum class frame_kind : std::uint8_t { session = 1, site, source, record };

inline constexpr std::uint8_t frame_mark = 'P';
inline constexpr std::size_t frame_header_bytes = 8;
inline constexpr std::size_t record_head_bytes = 24;
inline constexpr std::size_t site_head_bytes = 32;
inline constexpr std::uint64_t session_magic = 0x474f'4c54'4648'5950;  // "PYHFTLOG"
inline constexpr std::uint64_t binary_version = 1;
inline constexpr std::size_t most_file_name_bytes = 1024;  // of a call site; what is longer is cut
inline constexpr std::size_t most_definition_bytes =
    frame_header_bytes + site_head_bytes + most_format_characters + most_file_name_bytes + 16;

constexpr std::size_t whole_words(std::size_t bytes) noexcept { return (bytes + 7) & ~std::size_t{7}; }

// Over the first half of the header and the words behind it.
inline std::uint32_t check_of(std::uint32_t head, const std::byte* words, std::size_t bytes) noexcept {
  constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;
  std::uint64_t sum = head * odd;
  for (std::size_t i = 0; i < bytes; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, words + i, sizeof word);
    sum = (sum ^ word) * odd;
    sum ^= sum >> 32;
  }
  return static_cast<std::uint32_t>(sum ^ sum >> 29);
}

// bytes: of the words behind the header, which are filled in already. The end of the frame.
inline char* close_frame(char* frame, frame_kind kind, std::size_t bytes) noexcept {
  const std::uint32_t head =
      frame_mark | static_cast<std::uint32_t>(kind) << 8 | static_cast<std::uint32_t>(bytes / 8) << 16;
  const std::uint32_t check = check_of(head, reinterpret_cast<std::byte*>(frame) + frame_header_bytes, bytes);
  std::memcpy(frame, &head, sizeof head);
  std::memcpy(frame + 4, &check, sizeof check);
  return frame + frame_header_bytes + bytes;
}

template <class... Fields>
char* put_fields(char* to, Fields... fields) noexcept {
  ((std::memcpy(to, &fields, sizeof fields), to += sizeof fields), ...);
  return to;
}

inline char* put_padded(char* to, std::string_view text) noexcept {
  const std::size_t bytes = whole_words(text.size());
  if (bytes != 0) std::memset(to + bytes - 8, 0, 8);
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return to + bytes;
}

inline char* put_session(char* frame) noexcept {
  put_fields(frame + frame_header_bytes, session_magic, binary_version);
  return close_frame(frame, frame_kind::session, 16);
}

inline char* put_site(char* frame, std::uint32_t number, const call_site& site) noexcept {
  const auto file = std::string_view(site.file).substr(0, most_file_name_bytes);
  char* to =
      put_fields(frame + frame_header_bytes, number, static_cast<std::uint8_t>(site.severity), site.arguments,
                 static_cast<std::uint16_t>(site.format.size()), static_cast<std::uint32_t>(file.size()), site.line);
  std::memcpy(to, site.kinds.data(), most_arguments);
  to = put_padded(put_padded(to + most_arguments, site.format), file);
  return close_frame(frame, frame_kind::site, static_cast<std::size_t>(to - frame) - frame_header_bytes);
}

inline char* put_source(char* frame, std::uint32_t number, std::uint32_t thread_id, std::string_view name) noexcept {
  char* to = put_fields(frame + frame_header_bytes, number, thread_id, static_cast<std::uint64_t>(name.size()));
  to = put_padded(to, name);
  return close_frame(frame, frame_kind::source, static_cast<std::size_t>(to - frame) - frame_header_bytes);
}

inline char* put_record(char* frame, const line_head& head, std::uint32_t site, std::uint32_t source,
                        const std::byte* arguments, std::size_t bytes) noexcept {
  char* to = put_fields(frame + frame_header_bytes, head.epoch_ns, head.sequence, site, source);
  if (bytes != 0) std::memcpy(to, arguments, bytes);
  return close_frame(frame, frame_kind::record, record_head_bytes + bytes);
}

}  // namespace pyhft::log::detail
