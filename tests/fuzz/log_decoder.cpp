// SPDX-License-Identifier: MIT
// Binary logs, from anywhere: text and JSON tell the same records, lines are whole and printable, and what is passed over
// adds up. The checks of the frames are mended first, or little would get past them.
#include "pyhft/log/decoder.hpp"

#include <string>
#include <vector>

#include "binary_form.hpp"
#include "fuzz.hpp"
#include "pyhft/base/error.hpp"

namespace {

using namespace pyhft;
using fuzz::check;
namespace detail = log::detail;

void mend_frames(std::span<std::byte> file) {
  for (std::size_t at = 0; at + detail::frame_header_bytes <= file.size();) {
    const auto head = load_little<std::uint32_t>(&file[at]);
    const std::size_t bytes = std::size_t{head >> 16} * 8;
    const bool whole = (head & 0xFF) == detail::frame_mark && bytes <= file.size() - at - detail::frame_header_bytes;
    if (whole)
      store_little(&file[at + 4], detail::check_of(head, file.data() + at + detail::frame_header_bytes, bytes));
    at += whole ? detail::frame_header_bytes + bytes : 8;
  }
}

// Frames of the bodies in the input, each behind its kind; a source says as long a name as it has.
std::vector<std::byte> make_frames(fuzz::input from) {
  std::vector<std::byte> result;
  while (!from.empty()) {
    const std::uint32_t kind = 1 + from.below(4);
    const auto body = from.piece();
    const std::size_t head_at = result.size();
    result.resize(head_at + detail::frame_header_bytes);
    result.insert(result.end(), body.begin(), body.end());
    result.resize(head_at + detail::frame_header_bytes + detail::whole_words(body.size()));
    std::byte* const frame = &result[head_at];
    const auto bytes = static_cast<std::uint32_t>(result.size() - head_at - detail::frame_header_bytes);
    store_little(frame, detail::frame_mark | kind << 8 | bytes / 8 << 16);
    if (kind == 3 && bytes > 16) store_little(frame + 16, std::uint64_t{bytes} - 16);
  }
  return result;
}

struct reading {
  log::decoded result;
  std::string text;
};
reading read(std::span<const std::byte> file, log::file_form form, log::level least) {
  reading one;
  one.result = log::decode(file, form, least, [&](std::string_view piece) {
    check(!piece.empty() && piece.back() == '\n', "lines come whole");
    one.text += piece;
  });
  return one;
}

void check_lines(const reading& one, char first) {
  std::uint64_t lines = 0;
  bool begins = true;
  for (const char c : one.text) {
    if (begins) check(c == first, "a line begins as one");
    begins = c == '\n';
    lines += begins;
    check(begins || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F), "a line holds no control character");
  }
  check(lines == one.result.lines, "there are as many lines as are told");
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  const auto what = std::to_integer<unsigned>(bytes[0]);
  const auto rest = bytes.subspan(1);
  fuzz::exact_copy file{what % 4 == 2 ? std::span<const std::byte>{make_frames(fuzz::input{rest})} : rest};
  if (what % 4 != 0) mend_frames(file.bytes());
  try {
    const reading text = read(file.bytes(), log::file_form::text, log::level::trace);
    const reading json = read(file.bytes(), log::file_form::json, log::level::trace);
    check_lines(text, '[');
    check_lines(json, '{');
    check(text.result.lines + text.result.undefined_records == text.result.records,
          "every record is a line or undefined");
    check(text.result.lines == json.result.lines && text.result.records == json.result.records &&
              text.result.missing == json.result.missing && text.result.sessions == json.result.sessions,
          "text and JSON tell the same");
    std::uint64_t end = 0;
    for (const log::damage& each : text.result.damages) {
      check(each.offset >= end && each.bytes != 0, "what is damaged comes once");
      end = each.offset + each.bytes;
    }
    check(end <= file.bytes().size(), "what is damaged is in the file");
    const auto least = static_cast<log::level>(what / 4 % 7);
    const reading some = read(file.bytes(), log::file_form::text, least);
    check(some.result.records == text.result.records && some.result.lines <= text.result.lines,
          "a level leaves lines out and no records");
  } catch (const input_error&) {
    return;
  }
}
