// SPDX-License-Identifier: MIT
#pragma once

// Captures written by the tests themselves, from the descriptions of the formats: classic pcap and pcapng, either byte
// order. A builder remembers where each of its records ends and how many Ethernet frames a reader must have given by
// then.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "net/wire.hpp"

namespace pyhft::test {

struct capture_file {
  wire data;
  bool big{};

  struct boundary {
    std::size_t offset;
    std::size_t frames;  // that are complete before it
  };
  std::vector<boundary> boundaries{};
  std::size_t frames{};

  void end_record(bool holds_a_frame) {
    if (holds_a_frame) ++frames;
    boundaries.push_back({data.size(), frames});
  }
  capture_file& u16(std::uint64_t value) { return data.integer(big, value, 2), *this; }
  capture_file& u32(std::uint64_t value) { return data.integer(big, value, 4), *this; }
};

inline capture_file pcap_file(bool big, bool nanoseconds, std::uint32_t link_type = 1) {
  capture_file result{.data = {}, .big = big};
  result.u32(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4).u16(2).u16(4).u32(0).u32(0).u32(65535).u32(link_type);
  result.end_record(false);
  return result;
}

inline void add_packet(capture_file& to, std::uint32_t seconds, std::uint32_t fraction,
                       std::span<const std::byte> frame, std::uint32_t original_length = 0) {
  const auto length = static_cast<std::uint32_t>(frame.size());
  to.u32(seconds).u32(fraction).u32(length).u32(original_length == 0 ? length : original_length);
  to.data.append(frame);
  to.end_record(true);
}

struct option {
  std::uint16_t code;
  std::vector<std::byte> value;
};

inline void add_block(capture_file& to, std::uint32_t type, std::span<const std::byte> body,
                      bool holds_a_frame = false) {
  const std::size_t padded = (body.size() + 3) / 4 * 4;
  to.u32(type).u32(padded + 12);
  to.data.append(body).fill(padded - body.size());
  to.u32(padded + 12);
  to.end_record(holds_a_frame);
}

inline std::vector<std::byte> options_bytes(bool big, const std::vector<option>& options, bool end_mark = true) {
  wire result;
  for (const option& each : options) {
    result.integer(big, each.code, 2).integer(big, each.value.size(), 2).append(each.value);
    result.fill((4 - each.value.size() % 4) % 4);
  }
  if (end_mark && !options.empty()) result.fill(4);
  return result.bytes;
}

// A new section may turn the byte order.
inline void add_section(capture_file& to, bool big, const std::vector<option>& options = {}) {
  to.big = big;
  wire body;
  body.integer(big, 0x1A2B3C4D, 4).integer(big, 1, 2).integer(big, 0, 2).fill(8, 0xFF);
  body.append(options_bytes(big, options));
  add_block(to, 0x0A0D0D0A, body);
}

inline void add_interface(capture_file& to, std::uint16_t link_type = 1, std::uint32_t snap_length = 0,
                          const std::vector<option>& options = {}, bool end_mark = true) {
  wire body;
  body.integer(to.big, link_type, 2).fill(2).integer(to.big, snap_length, 4);
  body.append(options_bytes(to.big, options, end_mark));
  add_block(to, 1, body);
}

inline void add_enhanced_packet(capture_file& to, std::uint32_t interface_number, std::uint64_t ticks,
                                std::span<const std::byte> frame, bool ethernet = true,
                                const std::vector<option>& options = {}) {
  wire body;
  body.integer(to.big, interface_number, 4).integer(to.big, ticks >> 32, 4).integer(to.big, ticks & 0xFFFF'FFFF, 4);
  body.integer(to.big, frame.size(), 4).integer(to.big, frame.size(), 4).append(frame);
  body.fill((4 - frame.size() % 4) % 4).append(options_bytes(to.big, options));
  add_block(to, 6, body, ethernet);
}

inline void add_simple_packet(capture_file& to, std::span<const std::byte> frame, std::uint32_t original_length) {
  wire body;
  body.integer(to.big, original_length, 4).append(frame);
  add_block(to, 3, body, true);
}

inline void add_obsolete_packet(capture_file& to, std::uint16_t interface_number, std::uint64_t ticks,
                                std::span<const std::byte> frame) {
  wire body;
  body.integer(to.big, interface_number, 2).integer(to.big, 0xABCD, 2);
  body.integer(to.big, ticks >> 32, 4).integer(to.big, ticks & 0xFFFF'FFFF, 4);
  body.integer(to.big, frame.size(), 4).integer(to.big, frame.size(), 4).append(frame);
  add_block(to, 2, body, true);
}

}  // namespace pyhft::test
