// SPDX-License-Identifier: MIT
#pragma once

// The messages of a day by their number, from 1 to size(): what a venue publishes, and what it is asked for again. They
// stay where they are, in the mapped file or in the memory that a synthetic day was made in; eight bytes a message say
// where. A message lies there as the block of a MoldUDP64 packet, behind the two bytes of its length.
//
// Out of a capture come the messages of MoldUDP64 packets, each once and in their order, as a receiver of the feed gets
// them; what is missing there is missing, and the numbers have no gap for it. Reading is const: any thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/types.hpp"
#include "pyhft/net/mapped_file.hpp"
#include "pyhft/sim/synthetic_day.hpp"

namespace pyhft::sim {

class day_messages {
 public:
  // Called now and then while a day is read or made; an exception leaves through it.
  using look = std::function<void()>;

  // A pcap or pcapng capture, or a file of length-prefixed ITCH 5.0 messages, found by its content; `name` is what texts
  // call it. Of a capture only datagrams to `udp_port`, where it is given. Throws input_error where there is no message.
  static day_messages from_file(const std::string& path, const std::string& name,
                                std::optional<std::uint16_t> udp_port = {}, const look& looks = {});
  // Throws argument_error as synthetic_day does.
  static day_messages synthetic(const synthetic_day_parameters& parameters, const look& looks = {});

  std::uint64_t size() const noexcept { return blocks_.size(); }
  // The length, two bytes, and the message. 1 <= number <= size().
  std::span<const std::byte> block(std::uint64_t number) const noexcept {
    const std::byte* const at = bytes_.data() + blocks_[number - 1];
    return {at, std::size_t{2} + load_big<std::uint16_t>(at)};
  }
  // When it was captured; out of a message file, its own time stamp.
  nanoseconds time_of(std::uint64_t number) const noexcept;
  // From one to a later one; whatever the times in a file are, it is a number.
  std::int64_t ns_between(std::uint64_t number, std::uint64_t later) const noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(time_of(later).count) -
                                     static_cast<std::uint64_t>(time_of(number).count));
  }
  std::size_t longest_block_bytes() const noexcept { return longest_block_; }

  // What its user should know, in whole sentences: a file that was cut, messages that are missing.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  // The messages from `first` on were captured at one time.
  struct packet {
    std::uint64_t first;
    nanoseconds captured;
  };

  void read_capture(const std::string& name, std::optional<std::uint16_t> udp_port, const look& looks);
  void read_message_file(const std::string& name, const look& looks);
  void add(std::size_t offset, std::size_t bytes);

  std::shared_ptr<const net::mapped_file> file_;
  std::shared_ptr<const std::vector<std::byte>> made_;
  std::span<const std::byte> bytes_;  // of the one or the other
  std::vector<std::uint64_t> blocks_;
  std::vector<packet> packets_;  // none of a message file
  std::size_t longest_block_{};
  std::vector<std::string> warnings_;
};

}  // namespace pyhft::sim
