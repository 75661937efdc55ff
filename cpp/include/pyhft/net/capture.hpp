// SPDX-License-Identifier: MIT
#pragma once

// Reads captures in place: classic pcap (micro- and nanoseconds, both byte orders) and pcapng (all byte orders, several
// sections and interfaces, time resolutions and offsets). One frame a call; of bytes in memory without a copy and without an
// allocation after construction. Of a window on a file a frame stays until the next call, which throws input_error where
// the file can't be read on.
//
// Only Ethernet is read. A classic capture of another link type is refused; in a pcapng the frames of other interfaces
// are passed over and counted. A capture that ends in the middle of a record, or whose next record can't be one, ends
// there: damage() says where and why, and what came before has been given out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "pyhft/net/file_window.hpp"
#include "pyhft/net/frame.hpp"

namespace pyhft::net {

enum class capture_format : std::uint8_t { none, pcap, pcapng };

// From the first bytes; none where they belong to neither.
capture_format detect_capture_format(std::span<const std::byte> bytes) noexcept;

class capture_reader {
 public:
  // `name` stands in the texts of errors. Throws input_error where the bytes are no capture of Ethernet frames.
  capture_reader(std::span<const std::byte> bytes, std::string name);
  // The window belongs to the caller, who reads nothing else through it.
  capture_reader(file_window& from, std::string name);

  // The next frame; false at the end.
  bool next(frame& out) { return format_ == capture_format::pcap ? next_pcap(out) : next_pcapng(out); }

  void rewind() noexcept;
  // A copy that is to read on by itself needs a copy of the window, and one whose window has forgotten its bytes that one.
  void read_through(file_window& copy) noexcept;

  std::size_t offset() const noexcept { return offset_; }
  // Frames passed over because their interface has another link type.
  std::uint64_t other_link_types() const noexcept { return other_link_types_; }
  // One sentence, empty where the capture was whole as far as it was read.
  std::string damage() const;

 private:
  struct interface {
    bool ethernet;
    std::uint64_t units_per_second;
    std::int64_t offset_seconds;
    std::uint32_t snap_length;
  };

  void begin();
  bool next_pcap(frame& out);
  bool next_pcapng(frame& out);
  bool block_ends_as_it_begins(std::size_t at, std::uint32_t block);
  bool read_section_header(std::size_t at) noexcept;
  void read_interface(std::size_t at, std::size_t body_bytes) noexcept;
  bool read_packet(std::size_t at, std::size_t body_bytes, std::uint32_t type, frame& out) noexcept;
  void require_an_ethernet_interface();
  void need(std::size_t at, std::size_t bytes) {
    if (at < first_ || at - first_ + bytes > bytes_.size()) [[unlikely]]
      load(at, bytes);
  }
  void load(std::size_t at, std::size_t bytes);
  const std::byte* bytes_at(std::size_t offset) const noexcept { return &bytes_[offset - first_]; }
  std::uint32_t load32(std::size_t at) const noexcept;
  std::uint16_t load16(std::size_t at) const noexcept;
  bool stop(const char* why) noexcept;

  static constexpr std::size_t max_interfaces = 64;

  file_window* window_{};
  std::span<const std::byte> bytes_;  // all, or what the window shows
  std::size_t first_{};               // where they begin in the file
  std::size_t size_;                  // of the file
  std::string name_;
  capture_format format_{};
  bool big_endian_{};
  std::uint32_t nanoseconds_per_tick_{1};  // classic pcap only
  std::size_t first_record_{};
  std::size_t offset_{};
  std::array<interface, max_interfaces> interfaces_{};
  std::size_t interface_count_{};
  std::uint64_t other_link_types_{};
  const char* damage_{};
};

}  // namespace pyhft::net
