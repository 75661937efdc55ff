// SPDX-License-Identifier: MIT
#include "writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

#include "binary_form.hpp"

namespace pyhft::log::detail {
namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;
constexpr std::size_t first_sites = 1024;
constexpr std::size_t first_sources = 256;

std::int64_t floor_day(std::int64_t epoch_ns) noexcept { return epoch_ns / day_ns - (epoch_ns % day_ns < 0 ? 1 : 0); }

std::string date_of(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

}  // namespace

writer::writer(const backend_options& options)
    : options_(options), buffer_(std::make_unique<char[]>(options.buffer_bytes)) {
  if (options.form == file_form::binary) {
    sites_.resize(first_sites);
    sources_.reserve(first_sources);
  }
}

writer::~writer() { close(); }

void writer::close() noexcept {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
  file_bytes_ = head_bytes_ = 0;
}

std::string writer::error() const { return error_ == 0 ? std::string{} : std::strerror(error_); }

std::uint64_t writer::throw_away() noexcept {
  filled_ = sent_ = 0;
  next_file_at_ = nowhere;
  return std::exchange(lines_, 0);
}

bool writer::put(const line_head& head, channel& from, const call_site& site, std::span<const std::byte> arguments) {
  if (next_file_at_ != nowhere) return false;
  const bool binary = options_.form == file_form::binary;
  const std::size_t longest =
      binary ? 3 * most_definition_bytes + arguments.size()
             : (options_.form == file_form::json ? longest_json_line : longest_line)(site, arguments.size());
  if (options_.buffer_bytes - filled_ < longest) return false;
  if (binary && !crashing_) make_room_for_definitions();

  char* to = buffer_.get() + filled_;
  char* end = nullptr;
  switch (options_.form) {
    case file_form::text:
      end = put_text_line(to, head, times_, site, arguments.data());
      break;
    case file_form::json:
      end = put_json_line(to, head, site, arguments.data());
      break;
    case file_form::binary:
      end = put_binary(to, head, from, site, arguments);
      break;
  }
  const auto bytes = static_cast<std::size_t>(end - to);
  if (day_end_ns_ == 0) [[unlikely]]
    set_day(head.epoch_ns);
  if (wants_new_file(head.epoch_ns, bytes)) {
    next_file_at_ = filled_;
    next_file_ns_ = head.epoch_ns;
  }
  filled_ += bytes;
  ++lines_;
  return true;
}

// The definitions that the reader lacks yet stand before the record. After a rotation they are in the new file's head
// as well, where they do no harm.
char* writer::put_binary(char* to, const line_head& head, channel& from, const call_site& site,
                         std::span<const std::byte> arguments) {
  if (from.source_number == 0) {
    // Number 0 is nobody's: in a crash there may be no room for another. A short name needs no memory there.
    if (sources_.size() == sources_.capacity()) {
      from.source_thread = head.thread_id;
    } else {
      sources_.push_back({head.thread_id, std::string(crashing_ ? head.logger.substr(0, 15) : head.logger)});
      from.source_number = static_cast<std::uint32_t>(sources_.size());
      from.source_thread = ~head.thread_id;
    }
  }
  if (from.source_thread != head.thread_id) {
    from.source_thread = head.thread_id;
    known_source& known = sources_[from.source_number - 1];
    known.thread_id = head.thread_id;
    to = put_source(to, from.source_number, known.thread_id, known.name);
  }
  bool is_new = false;
  const std::uint32_t number = number_of(site, is_new);
  if (is_new) to = put_site(to, number, site);
  return put_record(to, head, number, from.source_number, arguments.data(), arguments.size());
}

void writer::make_room_for_definitions() {
  if (sources_.size() == sources_.capacity()) sources_.reserve(2 * sources_.size());
  if (2 * (std::size_t{site_count_} + 1) <= sites_.size()) return;
  std::vector<known_site> before(2 * sites_.size());
  before.swap(sites_);
  for (const known_site& one : before) {
    if (one.site != nullptr) *find_site(*one.site) = one.number;
  }
}

// Its number's place in the table, which is claimed where the site isn't there yet.
std::uint32_t* writer::find_site(const call_site& site) noexcept {
  const std::size_t mask = sites_.size() - 1;
  const auto address = reinterpret_cast<std::uintptr_t>(&site);
  for (std::size_t i = (address * 0x9e37'79b9'7f4a'7c15) >> 32 & mask;; i = (i + 1) & mask) {
    if (sites_[i].site == nullptr) sites_[i] = {&site, 0};
    if (sites_[i].site == &site) return &sites_[i].number;
  }
}

std::uint32_t writer::number_of(const call_site& site, bool& is_new) noexcept {
  if (site_count_ + 1 ==
      sites_.size()) {  // only in a crash: every new one defines itself anew, under a number of its own
    is_new = true;
    return std::numeric_limits<std::uint32_t>::max();
  }
  std::uint32_t& number = *find_site(site);
  is_new = number == 0;
  if (is_new) number = ++site_count_;
  return number;
}

// ---- the file

bool writer::open() {
  if (is_the_file()) return true;
  close();
  file_ = ::open(options_.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  struct stat what{};
  if (file_ < 0 || ::fstat(file_, &what) != 0) {
    error_ = errno;
    close();
    return false;
  }
  device_ = what.st_dev;
  inode_ = what.st_ino;
  file_bytes_ = static_cast<std::uint64_t>(std::max<::off_t>(what.st_size, 0));
  file_limit_ = options_.rotate_bytes.value_or(std::numeric_limits<std::uint64_t>::max());
  // An old file is of the day on which it was written to last; a new one's day is that of its first line.
  if (file_bytes_ != 0) set_day(std::int64_t{what.st_mtim.tv_sec} * 1'000'000'000);
  // A line that was cut off in the old file is written whole in this one.
  sent_ = 0;
  if (options_.form == file_form::binary && !write_definitions()) {
    const int cause = errno;
    if (::ftruncate(file_, what.st_size) != 0) {
      // The reader passes over what is cut off.
    }
    close();
    error_ = cause;
    return false;
  }
  head_bytes_ = what.st_size == 0 ? file_bytes_ : 0;
  return true;
}

// Whether what is open is still what the name stands for: it may have been removed, or renamed.
bool writer::is_the_file() const noexcept {
  struct stat what{};
  return file_ >= 0 && ::stat(options_.file.c_str(), &what) == 0 && what.st_dev == device_ && what.st_ino == inode_;
}

// A file can be read by itself: it begins with all that was defined so far, at a whole word.
bool writer::write_definitions() noexcept {
  char frame[most_definition_bytes];
  std::memset(frame, 0, 8);
  if (!write_all(frame, whole_words(file_bytes_) - file_bytes_)) return false;
  if (!write_all(frame, static_cast<std::size_t>(put_session(frame) - frame))) return false;
  for (std::uint32_t i = 0; i < sources_.size(); ++i) {
    const char* end = put_source(frame, i + 1, sources_[i].thread_id, sources_[i].name);
    if (!write_all(frame, static_cast<std::size_t>(end - frame))) return false;
  }
  for (const known_site& one : sites_) {
    if (one.site == nullptr || one.number == 0) continue;
    const char* end = put_site(frame, one.number, *one.site);
    if (!write_all(frame, static_cast<std::size_t>(end - frame))) return false;
  }
  return true;
}

bool writer::write_all(const char* from, std::size_t bytes) noexcept {
  while (bytes != 0) {
    const ::ssize_t n = ::write(file_, from, bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    from += n;
    bytes -= static_cast<std::size_t>(n);
    file_bytes_ += static_cast<std::uint64_t>(n);
  }
  return true;
}

bool writer::write_out() {
  if (filled_ == 0) return true;
  failing_ = !(begin_next_file() && send(filled_));
  if (failing_) ++errors_;
  return !failing_;
}

// Where a line of the buffer begins the next file: those before it go into theirs, and that one is begun.
bool writer::begin_next_file() {
  if (next_file_at_ == nowhere || crashing_) return true;
  if (next_file_at_ != 0 && !send(next_file_at_)) return false;
  next_file_at_ = nowhere;
  const bool begun = rotate();
  set_day(next_file_ns_);
  return begun;
}

bool writer::send(std::size_t end) {
  if (!open()) return false;
  // The file was away, and what is there now has less room.
  if (!crashing_ && sent_ == 0 && end > file_limit_ - std::min(file_limit_, file_bytes_) && !rotate()) return false;
  return write_buffer(end);
}

bool writer::write_buffer(std::size_t end) noexcept {
  while (sent_ < end) {
    const ::ssize_t n = ::write(file_, buffer_.get() + sent_, end - sent_);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      error_ = n < 0 ? errno : ENOSPC;
      keep_from_first_torn_line();
      return false;
    }
    sent_ += static_cast<std::size_t>(n);
    file_bytes_ += static_cast<std::uint64_t>(n);
  }
  const std::uint64_t kept = end == filled_ ? 0 : 1;  // the line of the next file
  written_ += std::exchange(lines_, kept) - kept;
  filled_ -= end;
  std::memmove(buffer_.get(), buffer_.get() + end, filled_);
  sent_ = 0;
  next_file_at_ = kept == 0 ? nowhere : 0;
  return true;
}

// The file took a part. The lines that are whole in it are written; the rest moves up, the line that was cut with all
// its bytes: should the next attempt be another file, it begins there.
void writer::keep_from_first_torn_line() noexcept {
  std::uint64_t lines = 0;
  const std::size_t whole = whole_lines(sent_, lines);
  written_ += lines;
  lines_ -= lines;
  filled_ -= whole;
  sent_ -= whole;
  std::memmove(buffer_.get(), buffer_.get() + whole, filled_);
  if (next_file_at_ != nowhere) next_file_at_ -= whole;
  // The torn piece goes out of the file, unless another process has appended to it: whatever happens next, the file
  // ends with a whole line.
  struct stat what{};
  if (sent_ != 0 && ::fstat(file_, &what) == 0 && static_cast<std::uint64_t>(what.st_size) == file_bytes_ &&
      ::ftruncate(file_, static_cast<::off_t>(file_bytes_ - sent_)) == 0) {
    file_bytes_ -= std::exchange(sent_, 0);
  }
}

// How many of the first bytes are whole lines (or frames), and how many lines (or records) those are.
std::size_t writer::whole_lines(std::size_t bytes, std::uint64_t& lines) const noexcept {
  const char* const begin = buffer_.get();
  if (options_.form != file_form::binary) {
    lines = static_cast<std::uint64_t>(std::count(begin, begin + bytes, '\n'));
    const auto* const last = static_cast<const char*>(::memrchr(begin, '\n', bytes));
    return last == nullptr ? 0 : static_cast<std::size_t>(last - begin) + 1;
  }
  std::size_t at = 0;
  while (bytes - at >= frame_header_bytes) {
    std::uint32_t head;
    std::memcpy(&head, begin + at, sizeof head);
    const std::size_t frame = frame_header_bytes + std::size_t{head >> 16} * 8;
    if (bytes - at < frame) break;
    lines += static_cast<frame_kind>(head >> 8 & 0xff) == frame_kind::record ? 1u : 0u;
    at += frame;
  }
  return at;
}

// ---- rotation

bool writer::wants_new_file(std::int64_t epoch_ns, std::size_t line_bytes) const noexcept {
  if (crashing_) return false;
  if (options_.rotate_bytes && file_bytes_ + (filled_ - sent_) + line_bytes > file_limit_) return true;
  return options_.rotate_daily && epoch_ns >= day_end_ns_;
}

void writer::set_day(std::int64_t epoch_ns) noexcept {
  day_ = floor_day(epoch_ns);
  day_end_ns_ = (day_ + 1) * day_ns;
}

// What is in the buffer is for the next file; false where that can't be opened. "logs/trading.log" becomes "logs/trading.2026-11-28.1.log": the first number that is free.
bool writer::rotate() {
  if (file_bytes_ <= head_bytes_ || !is_the_file()) return true;
  const std::filesystem::path path(options_.file);
  const std::string stem = (path.parent_path() / path.stem()).string() + "." + date_of(day_);
  int failure = EEXIST;
  for (std::uint32_t number = 1; failure == EEXIST && number != 0; ++number) {
    const std::string aside = stem + "." + std::to_string(number) + path.extension().string();
    failure = ::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
    if (failure == EINVAL || failure == ENOSYS) {  // a file system that can't tell
      if (::access(aside.c_str(), F_OK) == 0) {
        failure = EEXIST;
      } else {
        failure = ::rename(path.c_str(), aside.c_str()) == 0 ? 0 : errno;
      }
    }
  }
  if (failure != 0) {
    // Counted; the file goes on as it is until it has grown as much again.
    error_ = failure;
    ++errors_;
    file_limit_ += options_.rotate_bytes.value_or(0);
    return true;
  }
  ++rotations_;
  close();
  return open();
}

}  // namespace pyhft::log::detail
