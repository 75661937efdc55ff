// SPDX-License-Identifier: MIT
#include "pyhft/engine/feed_reader.hpp"

namespace pyhft::engine {
namespace {

constexpr std::size_t prefix_bytes = 2;
// So many messages of a file are framed at a time: their places fit into the nearest cache.
constexpr std::size_t framed_at_once = 256;

// The causes of the two enumerations are the same, in the same order.
malformed cause_of(net::frame_cause cause) noexcept {
  static_assert(static_cast<int>(net::frame_cause::truncated) == static_cast<int>(malformed::truncated) + 1 &&
                static_cast<int>(net::frame_cause::bad_udp_length) == static_cast<int>(malformed::bad_udp_length) + 1);
  return static_cast<malformed>(static_cast<int>(cause) - 1);
}

}  // namespace

feed_reader::feed_reader(input_file of)
    : input_{std::move(of)}, file_{std::make_shared<net::mapped_file>(input_.path)} {
  if (input_.container == container::capture) {
    capture_.emplace(file_->bytes(), input_.name);
    position_ = capture_->offset();
  }
}

void feed_reader::rewind() {
  if (capture_) capture_->rewind();
  position_ = capture_ ? capture_->offset() : 0;
  receiver_ = {};
  pending_.clear();
  next_pending_ = 0;
  captured_ = {};
  counters_ = {};
}

bool feed_reader::next_messages() {
  pending_.clear();
  next_pending_ = 0;
  return capture_ ? next_packet(*capture_) : next_framed();
}

bool feed_reader::next_framed() {
  const auto bytes = file_->bytes();
  while (pending_.size() < framed_at_once) {
    const std::size_t left = bytes.size() - position_;
    if (left < prefix_bytes) break;
    const std::size_t length = load_big<std::uint16_t>(&bytes[position_]);
    if (length > left - prefix_bytes) break;
    if (length != 0) pending_.push_back(bytes.subspan(position_ + prefix_bytes, length));
    position_ += prefix_bytes + length;
  }
  return !pending_.empty();
}

bool feed_reader::next_packet(net::capture_reader& from) {
  net::frame frame;
  if (!from.next(frame)) {
    position_ = file_->bytes().size();
    return false;
  }
  position_ = from.offset();
  captured_ = frame.timestamp;
  ++counters_.packets;
  const net::udp_datagram datagram = net::find_udp(frame.bytes());
  if (datagram.cause != net::frame_cause::udp) {
    counters_.count(cause_of(datagram.cause));
  } else if (input_.udp_port && *input_.udp_port != datagram.destination_port) {
    ++counters_.other_ports;
  } else if (input_.feed == feed_kind::raw) {
    for (auto rest = datagram.payload; !rest.empty();) {
      const std::size_t length = std::min(rest.size(), feed::raw::message_bytes);
      pending_.push_back(rest.first(length));
      rest = rest.subspan(length);
    }
  } else {
    struct {
      std::vector<std::span<const std::byte>>& pending;
      void on_message(std::span<const std::byte> message) { pending.push_back(message); }
      void on_gap(std::uint64_t) {}
    } visitor{pending_};
    receiver_.receive(datagram.payload, visitor);
  }
  return true;
}

counters feed_reader::counters() const noexcept {
  engine::counters result = counters_;
  const auto& session = receiver_.counters();
  result.count(malformed::moldudp64_short, session.short_packets);
  result.count(malformed::moldudp64_truncated, session.truncated_packets);
  result.count(malformed::moldudp64_trailing_bytes, session.trailing_packets);
  result.count(malformed::moldudp64_foreign, session.foreign_packets);
  result.count(malformed::moldudp64_bad_sequence, session.bad_sequences);
  return result;
}

std::vector<std::string> feed_reader::warnings() const {
  std::vector<std::string> result;
  if (!capture_) {
    if (const std::size_t stray = file_->bytes().size() - position_; stray != 0) {
      result.push_back("'" + input_.name + "' is cut in the middle of a message: " + std::to_string(stray) +
                       " stray bytes at offset " + std::to_string(position_));
    }
    return result;
  }
  if (std::string damage = capture_->damage(); !damage.empty()) result.push_back(std::move(damage));
  if (capture_->other_link_types() != 0) {
    result.push_back(std::to_string(capture_->other_link_types()) +
                     " packets were passed over: they were captured on interfaces that are not Ethernet");
  }
  if (const std::uint64_t missing = session().missing_messages; missing != 0) {
    result.push_back(std::to_string(missing) + " messages are missing from '" + input_.name +
                     "': what was added or taken out by them is not known");
  }
  return result;
}

}  // namespace pyhft::engine
