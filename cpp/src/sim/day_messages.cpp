// SPDX-License-Identifier: MIT
#include "pyhft/sim/day_messages.hpp"

#include <algorithm>

#include "pyhft/base/error.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/net/capture.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::sim {
namespace {

constexpr std::size_t prefix_bytes = 2;
constexpr std::uint64_t between_looks = 1u << 16;  // packets, or messages of a message file

// The blocks of one packet. A receiver lets nothing be thrown through it, so there is room for as many as there can be.
struct blocks_of_packet {
  blocks_of_packet() { blocks.reserve(0xFFFF); }

  // The length stands in the packet before the message.
  void on_message(std::span<const std::byte> message) noexcept {
    blocks.emplace_back(message.data() - prefix_bytes, prefix_bytes + message.size());
  }
  static void on_gap(std::uint64_t) noexcept {}
  void on_new_session(bool) noexcept { ++new_sessions; }

  std::vector<std::span<const std::byte>> blocks;
  std::uint64_t new_sessions{};
};

std::uint64_t itch_time(const std::byte* message, std::size_t length) noexcept {
  constexpr std::size_t stamp_offset = 5;
  return length < stamp_offset + 6 ? 0 : load_big48(message + stamp_offset);
}

}  // namespace

void day_messages::add(std::size_t offset, std::size_t bytes) {
  blocks_.push_back(offset);
  longest_block_ = std::max(longest_block_, bytes);
}

day_messages day_messages::from_file(const std::string& path, const std::string& name,
                                     std::optional<std::uint16_t> udp_port, const look& looks) {
  day_messages result;
  result.file_ = std::make_shared<const net::mapped_file>(path);
  result.bytes_ = result.file_->bytes();
  if (net::detect_capture_format(result.bytes_) == net::capture_format::none) {
    result.read_message_file(name, looks);
  } else {
    result.read_capture(name, udp_port, looks);
  }
  return result;
}

void day_messages::read_capture(const std::string& name, std::optional<std::uint16_t> udp_port, const look& looks) {
  net::capture_reader reader{bytes_, name};
  feed::moldudp64::receiver receiver;
  blocks_of_packet in_packet;
  std::uint64_t frames = 0;
  std::uint64_t datagrams = 0;
  for (net::frame frame; reader.next(frame);) {
    if (++frames % between_looks == 0 && looks) looks();
    const net::udp_datagram datagram = net::find_udp(frame.bytes());
    if (datagram.cause != net::frame_cause::udp || (udp_port && *udp_port != datagram.destination_port)) continue;
    ++datagrams;
    in_packet.blocks.clear();
    receiver.receive(datagram.payload, in_packet);
    if (!in_packet.blocks.empty()) packets_.push_back({size() + 1, frame.timestamp});
    for (const auto& block : in_packet.blocks)
      add(static_cast<std::size_t>(block.data() - bytes_.data()), block.size());
  }
  if (size() == 0) {
    throw input_error("'" + name + "' holds no MoldUDP64 messages (" + std::to_string(frames) + " packets, " +
                      std::to_string(datagrams) + " UDP datagrams" +
                      (udp_port ? " to port " + std::to_string(*udp_port) : "") +
                      "); give a capture of ITCH over MoldUDP64, such as `pyhft generate` writes, or a file of "
                      "length-prefixed ITCH 5.0 messages");
  }
  if (std::string damage = reader.damage(); !damage.empty()) warnings_.push_back(std::move(damage));
  if (const std::uint64_t missing = receiver.counters().missing_messages; missing != 0) {
    warnings_.push_back(std::to_string(missing) + " messages are missing from '" + name +
                        "': the venue numbers those that are there without a gap");
  }
  if (in_packet.new_sessions != 0) {
    warnings_.push_back("'" + name + "' has " + std::to_string(1 + in_packet.new_sessions) +
                        " sessions: the venue plays all of them as one; name a UDP port to have those of one feed");
  }
}

void day_messages::read_message_file(const std::string& name, const look& looks) {
  std::size_t at = 0;
  while (bytes_.size() - at >= prefix_bytes) {
    const std::size_t length = load_big<std::uint16_t>(&bytes_[at]);
    if (length > bytes_.size() - at - prefix_bytes) break;
    const std::size_t block = prefix_bytes + length;
    if (length != 0) {  // 0 ends a session there
      if (blocks_.empty() && !feed::itch50::protocol::facts.is_message(bytes_.subspan(at + prefix_bytes, length)))
        break;
      add(at, block);
      if (size() % between_looks == 0 && looks) looks();
    }
    at += block;
  }
  if (size() == 0) {
    throw input_error("'" + name +
                      "' is neither a pcap or pcapng capture nor a file of length-prefixed ITCH 5.0 messages: its "
                      "first bytes are those of neither; give a file of one of these kinds");
  }
  if (at != bytes_.size()) {
    warnings_.push_back("'" + name + "' is cut in the middle of a message: " + std::to_string(bytes_.size() - at) +
                        " stray bytes at offset " + std::to_string(at));
  }
}

day_messages day_messages::synthetic(const synthetic_day_parameters& parameters, const look& looks) {
  synthetic_day day{parameters};
  constexpr std::uint64_t most_bytes_a_block = prefix_bytes + feed::itch50::longest_message;
  std::vector<std::byte> bytes;
  bytes.reserve(parameters.messages * most_bytes_a_block * 2 / 3);  // what a usual day takes
  day_messages result;
  feed::moldudp64::receiver receiver;
  blocks_of_packet in_packet;
  std::uint64_t packets = 0;
  for (synthetic_packet next; day.next(next);) {
    if (++packets % between_looks == 0 && looks) looks();
    in_packet.blocks.clear();
    receiver.receive(net::find_udp(next.frame).payload, in_packet);
    if (!in_packet.blocks.empty()) result.packets_.push_back({result.size() + 1, next.timestamp});
    for (const auto& block : in_packet.blocks) {
      result.add(bytes.size(), block.size());
      bytes.insert(bytes.end(), block.begin(), block.end());
    }
  }
  result.made_ = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  result.bytes_ = *result.made_;
  return result;
}

nanoseconds day_messages::time_of(std::uint64_t number) const noexcept {
  if (packets_.empty()) {
    const auto message = block(number).subspan(prefix_bytes);
    return {static_cast<std::int64_t>(itch_time(message.data(), message.size()))};
  }
  const auto behind = std::ranges::upper_bound(packets_, number, {}, &packet::first);
  return std::prev(behind)->captured;
}

}  // namespace pyhft::sim
