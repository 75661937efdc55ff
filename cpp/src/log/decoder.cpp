// SPDX-License-Identifier: MIT
#include "pyhft/log/decoder.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include "binary_form.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/log/site_table.hpp"

namespace pyhft::log {
namespace {

using detail::frame_kind;

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

template <class T>
T read(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

struct frame {
  frame_kind kind;
  std::span<const std::byte> body;
};

struct source {
  std::string name;
  std::uint32_t thread_id;
};

class reader {
 public:
  reader(file_form form, level least, const std::function<void(std::string_view)>& sink)
      : form_(form),
        least_(least),
        sink_(sink),
        piece_(std::make_unique<char[]>(piece_bytes + detail::longest_json_line_of_any)) {}

  decoded read_all(std::span<const std::byte> file) {
    std::size_t at = 0;
    while (at < file.size()) {
      const std::optional<frame> found = frame_at(file.subspan(at));
      if (found && take(*found)) {
        at += detail::frame_header_bytes + found->body.size();
      } else {
        at = pass_over(file, at);
      }
    }
    give_piece();
    return std::move(result_);
  }

 private:
  static std::optional<frame> frame_at(std::span<const std::byte> from) {
    if (from.size() < detail::frame_header_bytes) return {};
    const auto head = read<std::uint32_t>(from.data());
    const std::size_t bytes = std::size_t{head >> 16} * 8;
    if ((head & 0xff) != detail::frame_mark || bytes > from.size() - detail::frame_header_bytes) return {};
    const auto body = from.subspan(detail::frame_header_bytes, bytes);
    if (read<std::uint32_t>(from.data() + 4) != detail::check_of(head, body.data(), bytes)) return {};
    return frame{static_cast<frame_kind>(head >> 8 & 0xff), body};
  }

  // To the next whole frame. Frames stand at whole words, and zeros fill up what was cut off before another was added.
  std::size_t pass_over(std::span<const std::byte> file, std::size_t begin) {
    std::size_t at = (begin / 8 + 1) * 8;
    while (at < file.size() && !frame_at(file.subspan(at))) at += 8;
    at = std::min(at, file.size());
    result_.damages.push_back(
        {begin, at - begin, at == file.size() ? "the file ends inside a frame" : "not a whole frame"});
    return at;
  }

  bool take(const frame& one) {
    switch (one.kind) {
      case frame_kind::session:
        return take_session(one.body);
      case frame_kind::site:
        return take_site(one.body);
      case frame_kind::source:
        return take_source(one.body);
      case frame_kind::record:
        return take_record(one.body);
    }
    return false;
  }

  bool take_session(std::span<const std::byte> body) {
    if (body.size() != 16 || read<std::uint64_t>(body.data()) != detail::session_magic) return false;
    if (const auto version = read<std::uint64_t>(body.data() + 8); version != detail::binary_version) {
      throw input_error("The log is of version " + std::to_string(version) + " and this program reads version " +
                        std::to_string(detail::binary_version) + ": use the pyhft that wrote it.");
    }
    ++result_.sessions;
    last_sequence_.reset();
    sites_.clear();
    sources_.clear();
    texts_.clear();
    return true;
  }

  bool take_site(std::span<const std::byte> body) {
    if (body.size() < detail::site_head_bytes) return false;
    const std::byte* from = body.data();
    const auto severity = read<std::uint8_t>(from + 4);
    const std::size_t arguments = read<std::uint8_t>(from + 5);
    const std::size_t format_bytes = read<std::uint16_t>(from + 6);
    const std::size_t file_bytes = read<std::uint32_t>(from + 8);
    if (severity >= static_cast<std::uint8_t>(level::off) || arguments > most_arguments ||
        body.size() != detail::site_head_bytes + detail::whole_words(format_bytes) + detail::whole_words(file_bytes)) {
      return false;
    }
    std::array<argument_kind, most_arguments> kinds{};
    for (std::size_t i = 0; i < arguments; ++i) {
      kinds[i] = read<argument_kind>(from + 16 + i);
      if (kinds[i] > argument_kind::side) return false;
    }
    const std::string_view format(reinterpret_cast<const char*>(from) + detail::site_head_bytes, format_bytes);
    // A format from a file may be nothing of the kind: read_run_time_format holds it to what the compiler would.
    auto site = read_run_time_format(texts_.emplace_back(format), {kinds.data(), arguments});
    if (!site) return false;
    site->severity = static_cast<level>(severity);
    sites_.insert_or_assign(read<std::uint32_t>(from), *site);
    return true;
  }

  bool take_source(std::span<const std::byte> body) {
    if (body.size() < 16) return false;
    const auto bytes = read<std::uint64_t>(body.data() + 8);
    if (bytes > most_name_bytes || body.size() != 16 + detail::whole_words(bytes)) return false;
    sources_.insert_or_assign(read<std::uint32_t>(body.data()),
                              source{std::string(reinterpret_cast<const char*>(body.data()) + 16, bytes),
                                     read<std::uint32_t>(body.data() + 4)});
    return true;
  }

  bool take_record(std::span<const std::byte> body) {
    if (body.size() < detail::record_head_bytes) return false;
    ++result_.records;
    detail::line_head head{read<std::int64_t>(body.data()), read<std::uint64_t>(body.data() + 8), "?", 0};
    // Within a session numbers grow by one. Its first may be any: the file may be one of several.
    if (last_sequence_ && head.sequence > *last_sequence_ + 1) result_.missing += head.sequence - *last_sequence_ - 1;
    last_sequence_ = head.sequence;
    const auto site = sites_.find(read<std::uint32_t>(body.data() + 16));
    const auto arguments = body.subspan(detail::record_head_bytes);
    if (site == sites_.end() || !fits(site->second, arguments)) {
      ++result_.undefined_records;
      return true;
    }
    if (site->second.severity < least_) return true;
    if (const auto from = sources_.find(read<std::uint32_t>(body.data() + 20)); from != sources_.end()) {
      head.logger = from->second.name;
      head.thread_id = from->second.thread_id;
    }
    char* const to = piece_.get() + filled_;
    char* const end = form_ == file_form::json
                          ? detail::put_json_line(to, head, site->second, arguments.data())
                          : detail::put_text_line(to, head, times_, site->second, arguments.data());
    filled_ += static_cast<std::size_t>(end - to);
    ++result_.lines;
    if (filled_ >= piece_bytes) give_piece();
    return true;
  }

  // Whether the raw arguments are those of this call, so that formatting them stays inside them.
  static bool fits(const call_site& site, std::span<const std::byte> arguments) {
    if (arguments.size() > detail::most_arguments_bytes) return false;
    std::size_t at = 0;
    for (std::size_t i = 0; i < site.arguments; ++i) {
      if (arguments.size() - at < 8) return false;
      const auto word = read<std::uint64_t>(arguments.data() + at);
      at += 8;
      if (site.kinds[i] != argument_kind::text) continue;
      const std::size_t bytes = detail::whole_words(word & 0xffffffff);
      if (arguments.size() - at < bytes) return false;
      at += bytes;
    }
    return at == arguments.size();
  }

  void give_piece() {
    if (filled_ != 0) sink_({piece_.get(), filled_});
    filled_ = 0;
  }

  const file_form form_;
  const level least_;
  const std::function<void(std::string_view)>& sink_;
  decoded result_;
  std::unordered_map<std::uint32_t, call_site> sites_;
  std::unordered_map<std::uint32_t, source> sources_;
  std::deque<std::string> texts_;               // the formats that sites_ look at
  std::optional<std::uint64_t> last_sequence_;  // of this session
  detail::time_text times_;
  std::unique_ptr<char[]> piece_;
  std::size_t filled_{};
};

}  // namespace

decoded decode(std::span<const std::byte> file, file_form form, level least,
               const std::function<void(std::string_view)>& sink) {
  if (form != file_form::text && form != file_form::json) {
    throw argument_error("A binary log is decoded to text or JSON, not to form number " +
                         std::to_string(static_cast<int>(form)) + ": give file_form::text or file_form::json.");
  }
  decoded result = reader(form, least, sink).read_all(file);
  if (result.sessions == 0 && result.records == 0 && !file.empty()) {
    throw input_error("This is not a binary log: there is no whole frame of one in its " + std::to_string(file.size()) +
                      " bytes. Text and JSON logs are read as they are.");
  }
  return result;
}

}  // namespace pyhft::log
