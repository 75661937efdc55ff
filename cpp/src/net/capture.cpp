// SPDX-License-Identifier: MIT
#include "pyhft/net/capture.hpp"

#include <algorithm>
#include <utility>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::net {
namespace {

constexpr std::uint32_t pcap_microseconds = 0xA1B2C3D4;
constexpr std::uint32_t pcap_nanoseconds = 0xA1B23C4D;
constexpr std::size_t pcap_header_bytes = 24;
constexpr std::size_t pcap_record_bytes = 16;
constexpr std::uint32_t link_type_ethernet = 1;

// Larger than any frame that a link carries: a record that claims more is damage, not data.
constexpr std::uint32_t max_frame_bytes = 1u << 20;
// A frame with as many options and comments as anybody wrote. Blocks of other kinds may be larger, and are passed over.
constexpr std::uint32_t max_read_block_bytes = 1u << 22;

constexpr std::uint32_t section_header_block = 0x0A0D0D0A;
constexpr std::uint32_t interface_block = 1;
constexpr std::uint32_t obsolete_packet_block = 2;
constexpr std::uint32_t simple_packet_block = 3;
constexpr std::uint32_t enhanced_packet_block = 6;
constexpr std::uint32_t byte_order_magic = 0x1A2B3C4D;
constexpr std::size_t section_header_bytes = 28;  // at least
constexpr std::size_t block_overhead_bytes = 12;  // type, length, and the length once more

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

std::int64_t to_nanoseconds(std::uint64_t ticks, std::uint64_t units_per_second, std::int64_t offset_seconds) noexcept {
  const std::uint64_t seconds = ticks / units_per_second;
  const std::uint64_t rest = ticks % units_per_second;
  __extension__ using wide = unsigned __int128;
  const auto fraction = static_cast<std::uint64_t>(wide{rest} * nanoseconds_per_second / units_per_second);
  return static_cast<std::int64_t>((seconds + static_cast<std::uint64_t>(offset_seconds)) * nanoseconds_per_second +
                                   fraction);
}

}  // namespace

capture_format detect_capture_format(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < 4) return capture_format::none;
  const std::uint32_t big = load_big<std::uint32_t>(bytes.data());
  const std::uint32_t little = load_little<std::uint32_t>(bytes.data());
  for (const std::uint32_t magic : {pcap_microseconds, pcap_nanoseconds}) {
    if (big == magic || little == magic) return capture_format::pcap;
  }
  return big == section_header_block ? capture_format::pcapng : capture_format::none;
}

capture_reader::capture_reader(std::span<const std::byte> bytes, std::string name)
    : bytes_{bytes}, size_{bytes.size()}, name_{std::move(name)} {
  begin();
}

capture_reader::capture_reader(file_window& from, std::string name)
    : window_{&from}, size_{from.size_bytes()}, name_{std::move(name)} {
  load(0, pcap_header_bytes);
  begin();
}

void capture_reader::begin() {
  format_ = detect_capture_format(bytes_);
  if (format_ == capture_format::none) {
    throw input_error("'" + name_ + "' is neither a pcap nor a pcapng capture: its first bytes are those of neither");
  }
  if (format_ == capture_format::pcapng) {
    if (!read_section_header(0)) {
      throw input_error("'" + name_ +
                        "' starts like a pcapng capture, but its section header is damaged; capture it again");
    }
    require_an_ethernet_interface();
    return;
  }
  if (size_ < pcap_header_bytes) {
    throw input_error("'" + name_ + "' has " + std::to_string(size_) +
                      " bytes, fewer than the 24 of a pcap header; capture it again");
  }
  const std::uint32_t big = load_big<std::uint32_t>(bytes_.data());
  big_endian_ = big == pcap_microseconds || big == pcap_nanoseconds;
  nanoseconds_per_tick_ = load32(0) == pcap_nanoseconds ? 1 : 1000;
  // The upper half of the field tells of frame check sequences, which the length of IP cuts off anyway.
  const std::uint32_t link_type = load32(20) & 0xFFFF;
  if (link_type != link_type_ethernet) {
    throw input_error("'" + name_ + "' has link type " + std::to_string(link_type) +
                      ", but only Ethernet (1) is read; capture on an Ethernet interface or convert the file");
  }
  first_record_ = offset_ = pcap_header_bytes;
}

void capture_reader::load(std::size_t at, std::size_t bytes) {
  if (window_ == nullptr) return;
  bytes_ = window_->from(at, bytes);
  first_ = at;
}

void capture_reader::read_through(file_window& copy) noexcept {
  window_ = &copy;
  bytes_ = copy.bytes();
  first_ = copy.begin();
}

void capture_reader::rewind() noexcept {
  offset_ = first_record_;
  other_link_types_ = 0;
  damage_ = nullptr;
}

std::string capture_reader::damage() const {
  if (damage_ == nullptr) return {};
  return "'" + name_ + "': " + damage_ + " at offset " + std::to_string(offset_) + " (" +
         std::to_string(size_ - offset_) + " bytes are left unread)";
}

bool capture_reader::next_pcap(frame& out) {
  const std::size_t left = size_ - offset_;
  if (left == 0) return false;
  if (left < pcap_record_bytes) return stop("the capture is cut in the middle of a packet header");
  need(offset_, pcap_record_bytes);
  const std::uint32_t length = load32(offset_ + 8);
  if (length > max_frame_bytes) return stop("a packet header is damaged");
  if (length > left - pcap_record_bytes) return stop("the capture is cut in the middle of a packet");
  need(offset_, pcap_record_bytes + length);
  const std::uint64_t timestamp = std::uint64_t{load32(offset_)} * nanoseconds_per_second +
                                  std::uint64_t{load32(offset_ + 4)} * nanoseconds_per_tick_;
  out = {.data = const_cast<std::byte*>(bytes_at(offset_)) + pcap_record_bytes,
         .length = length,
         .timestamp = {static_cast<std::int64_t>(timestamp)}};
  offset_ += pcap_record_bytes + length;
  return true;
}

bool capture_reader::next_pcapng(frame& out) {
  while (offset_ < size_) {
    const std::size_t left = size_ - offset_;
    if (left < block_overhead_bytes) return stop("the capture is cut in the middle of a block");
    need(offset_, std::min(left, section_header_bytes));
    const std::uint32_t type = load32(offset_);
    if (type == section_header_block && !read_section_header(offset_)) return stop("a section header is damaged");
    const std::uint32_t block = load32(offset_ + 4);
    if (block < block_overhead_bytes || block % 4 != 0) return stop("a block header is damaged");
    if (block > left) return stop("the capture is cut in the middle of a block");
    const bool is_packet =
        type == enhanced_packet_block || type == simple_packet_block || type == obsolete_packet_block;
    if ((is_packet || type == interface_block) && block > max_read_block_bytes)
      return stop("a block header is damaged");
    if (!block_ends_as_it_begins(offset_, block)) return stop("a block header is damaged");
    const std::size_t body = offset_ + 8;
    const std::size_t body_bytes = block - block_overhead_bytes;
    bool found = false;
    if (type == interface_block) {
      read_interface(body, body_bytes);
    } else if (is_packet) {
      found = read_packet(body, body_bytes, type, out);
      if (damage_ != nullptr) return false;
    }
    offset_ += block;
    if (found) return true;
  }
  return false;
}

// The length stands at both ends of a block: where they differ, what lies between is no block. One that is read is in
// memory then.
bool capture_reader::block_ends_as_it_begins(std::size_t at, std::uint32_t block) {
  const std::size_t end = at + block - 4;
  if (block <= max_read_block_bytes) {
    need(at, block);
  } else {
    need(end, 4);
  }
  return load32(end) == block;
}

bool capture_reader::read_section_header(std::size_t at) noexcept {
  if (size_ - at < section_header_bytes) return false;
  const std::uint32_t magic = load_big<std::uint32_t>(bytes_at(at + 8));
  if (magic != byte_order_magic && magic != byteswap(byte_order_magic)) return false;
  big_endian_ = magic == byte_order_magic;
  interface_count_ = 0;
  return load32(at + 4) >= section_header_bytes;
}

void capture_reader::read_interface(std::size_t at, std::size_t body_bytes) noexcept {
  if (body_bytes < 8 || interface_count_ == max_interfaces) return;
  interface found{.ethernet = load16(at) == link_type_ethernet,
                  .units_per_second = 1'000'000,
                  .offset_seconds = 0,
                  .snap_length = load32(at + 4)};
  constexpr std::uint16_t end_of_options = 0, time_resolution = 9, time_offset = 14;
  for (std::size_t option = at + 8; option + 4 <= at + body_bytes;) {
    const std::uint16_t code = load16(option);
    const std::size_t length = load16(option + 2);
    if (code == end_of_options || option + 4 + length > at + body_bytes) break;
    if (code == time_resolution && length == 1) {
      const auto value = std::to_integer<unsigned>(*bytes_at(option + 4));
      const unsigned exponent = value & 0x7F;
      std::uint64_t units = 1;
      if ((value & 0x80) != 0) {
        units = exponent < 63 ? std::uint64_t{1} << exponent : std::uint64_t{1} << 63;
      } else {
        for (unsigned i = 0; i < exponent && i < 19; ++i) units *= 10;
      }
      found.units_per_second = units;
    } else if (code == time_offset && length == 8) {
      const std::uint64_t first = load32(option + 4), second = load32(option + 8);
      found.offset_seconds = static_cast<std::int64_t>(big_endian_ ? first << 32 | second : second << 32 | first);
    }
    option += 4 + (length + 3) / 4 * 4;
  }
  interfaces_[interface_count_++] = found;
}

bool capture_reader::read_packet(std::size_t at, std::size_t body_bytes, std::uint32_t type, frame& out) noexcept {
  const bool simple = type == simple_packet_block;
  const std::size_t header = simple ? 4 : 20;
  if (body_bytes < header) return stop("a packet block is damaged");
  std::size_t interface_number = 0;
  if (type == enhanced_packet_block) interface_number = load32(at);
  if (type == obsolete_packet_block) interface_number = load16(at);
  if (interface_number >= interface_count_) {
    return stop(interface_count_ < max_interfaces ? "a packet block names an interface that was never described"
                                                  : "a packet block names an interface beyond the 64 that are read");
  }
  const interface& from = interfaces_[interface_number];
  std::uint32_t length = simple ? load32(at) : load32(at + 12);
  if (simple && from.snap_length != 0 && length > from.snap_length) length = from.snap_length;
  if (length > body_bytes - header || length > max_frame_bytes) return stop("a packet block is damaged");
  if (!from.ethernet) {
    ++other_link_types_;
    return false;
  }
  nanoseconds timestamp{};
  if (!simple) {
    const std::uint64_t ticks = std::uint64_t{load32(at + 4)} << 32 | load32(at + 8);
    timestamp.count = to_nanoseconds(ticks, from.units_per_second, from.offset_seconds);
  }
  out = {.data = const_cast<std::byte*>(bytes_at(at)) + header, .length = length, .timestamp = timestamp};
  return true;
}

// A capture whose interfaces are all of other kinds can hold nothing for us: that is refused at once, with their kind.
// An interface may be described anywhere before its first packet, so the search goes on until an Ethernet one is found.
void capture_reader::require_an_ethernet_interface() {
  bool any_interface = false;
  std::uint32_t other = link_type_ethernet;
  for (std::size_t at = 0; size_ - at >= block_overhead_bytes;) {
    need(at, std::min(size_ - at, section_header_bytes));
    const std::uint32_t type = load32(at);
    if (type == section_header_block && !read_section_header(at)) break;
    const std::uint32_t block = load32(at + 4);
    if (block < block_overhead_bytes || block > size_ - at) break;
    if (type == interface_block && block >= block_overhead_bytes + 8) {
      any_interface = true;
      other = load16(at + 8);
      if (other == link_type_ethernet) break;
    }
    at += block;
  }
  need(0, section_header_bytes);
  read_section_header(0);
  if (any_interface && other != link_type_ethernet) {
    throw input_error("'" + name_ + "' has link type " + std::to_string(other) +
                      ", but only Ethernet (1) is read; capture on an Ethernet interface or convert the file");
  }
}

std::uint32_t capture_reader::load32(std::size_t at) const noexcept {
  return big_endian_ ? load_big<std::uint32_t>(bytes_at(at)) : load_little<std::uint32_t>(bytes_at(at));
}

std::uint16_t capture_reader::load16(std::size_t at) const noexcept {
  return big_endian_ ? load_big<std::uint16_t>(bytes_at(at)) : load_little<std::uint16_t>(bytes_at(at));
}

bool capture_reader::stop(const char* why) noexcept {
  damage_ = why;
  return false;
}

}  // namespace pyhft::net
