// SPDX-License-Identifier: MIT
#include "pyhft/engine/feed_reader.hpp"

namespace pyhft::engine {
namespace {

constexpr std::size_t prefix_bytes = 2;
constexpr std::size_t longest_bytes = prefix_bytes + 0xFFFF;
// So many messages of a file are framed at a time: their places fit into the nearest cache.
constexpr std::size_t framed_at_once = 256;

}  // namespace

feed_reader::feed_reader(input_file of)
    : input_{std::move(of)}, window_{input_.path, input_.name}, receiver_{all_feeds::receiver_of(input_.feed)} {
  if (input_.container == container::capture) {
    capture_.emplace(window_, input_.name);
    position_ = capture_->offset();
  }
}

feed_reader::feed_reader(const feed_reader& other)
    : input_{other.input_},
      window_{other.window_},
      capture_{other.capture_},
      receiver_{other.receiver_},
      position_{other.position_},
      pending_{other.pending_},
      next_pending_{other.next_pending_},
      captured_{other.captured_},
      begins_anew_{other.begins_anew_},
      counters_{other.counters_} {
  if (capture_) capture_->read_through(window_);
  for (auto& message : pending_) {
    const auto place = static_cast<std::size_t>(message.data() - other.window_.bytes().data());
    message = window_.bytes().subspan(place, message.size());
  }
}

void feed_reader::rewind() {
  window_.forget();
  if (capture_) {
    capture_->rewind();
    capture_->read_through(window_);
  }
  position_ = capture_ ? capture_->offset() : 0;
  receiver_ = all_feeds::receiver_of(input_.feed);
  pending_.clear();
  next_pending_ = 0;
  captured_ = {};
  begins_anew_ = false;
  counters_ = {};
}

bool feed_reader::next_messages() {
  pending_.clear();
  next_pending_ = 0;
  return capture_ ? next_packet(*capture_) : next_framed();
}

bool feed_reader::skim(std::uint64_t most, std::size_t about_bytes, std::span<const std::uint8_t, 256> lengths,
                       counts_by_type& counted) {
  const std::size_t size = window_.size_bytes();
  const std::size_t stop = position_ + std::min(about_bytes, size - position_);
  for (std::uint64_t left = most; left > 0;) {
    if (next_pending_ == pending_.size()) {
      if (position_ >= stop && position_ != size) return true;
      if (!next_messages()) return false;
    }
    const std::size_t count = std::min<std::uint64_t>(left, pending_.size() - next_pending_);
    for (const auto& message : std::span{pending_}.subspan(next_pending_, count)) {
      const auto type = static_cast<unsigned char>(message[0]);
      counted[type] += message.size() == lengths[type];
    }
    next_pending_ += count;
    left -= count;
    counters_.messages += count;
  }
  return true;
}

// None may be found where the window holds nothing but messages of no bytes.
bool feed_reader::next_framed() {
  const auto bytes = window_.from(position_, longest_bytes);
  std::size_t at = 0;
  while (pending_.size() < framed_at_once) {
    const std::size_t left = bytes.size() - at;
    if (left < prefix_bytes) break;
    const std::size_t length = load_big<std::uint16_t>(&bytes[at]);
    if (length > left - prefix_bytes) break;
    if (length != 0) pending_.push_back(bytes.subspan(at + prefix_bytes, length));
    at += prefix_bytes + length;
  }
  position_ += at;
  return at != 0;
}

bool feed_reader::next_packet(net::capture_reader& from) {
  net::frame frame;
  if (!from.next(frame)) {
    position_ = window_.size_bytes();
    return false;
  }
  position_ = from.offset();
  captured_ = frame.timestamp;
  ++counters_.packets;
  const net::udp_datagram datagram = net::find_udp(frame.bytes());
  if (datagram.cause != net::frame_cause::udp) {
    counters_.count(datagram.cause);
  } else if (input_.udp_port && *input_.udp_port != datagram.destination_port) {
    ++counters_.other_ports;
  } else {
    struct {
      feed_reader& owner;
      void on_message(std::span<const std::byte> message) { owner.pending_.push_back(message); }
      void on_gap(std::uint64_t) {}
      void on_new_session(bool clean) { owner.begins_anew_ |= clean; }
    } visitor{*this};
    std::visit([&](auto& receiver) { receiver.receive(datagram.payload, visitor); }, receiver_);
  }
  return true;
}

void feed_reader::end_session() {
  std::visit(
      [](auto& receiver) {
        if constexpr (requires { receiver.end_session(); }) receiver.end_session();
      },
      receiver_);
}

named_counts feed_reader::malformed_packets() const {
  return std::visit([](const auto& receiver) { return engine::malformed_packets(receiver); }, receiver_);
}

feed::receiver_counters feed_reader::session() const {
  return std::visit(
      [](const auto& receiver) {
        if constexpr (requires { receiver.counters(); }) return receiver.counters();
        return feed::receiver_counters{};
      },
      receiver_);
}

std::vector<std::string> feed_reader::warnings() const {
  std::vector<std::string> result;
  if (was_written_to()) {
    result.push_back("'" + input_.name + "' was written to while it was read: of its " +
                     std::to_string(window_.size_bytes()) +
                     " bytes at the beginning, some may have been read before and some after");
  }
  if (!capture_) {
    if (const std::size_t stray = window_.size_bytes() - position_; stray != 0) {
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
  const feed::receiver_counters seen = session();
  if (seen.missing_messages != 0) {
    result.push_back(std::to_string(seen.missing_messages) + " messages are missing from '" + input_.name +
                     "': what was added or taken out by them is not known");
  }
  if (seen.bad_offsets != 0) {
    result.push_back("the stream of bytes in '" + input_.name + "' broke off " + std::to_string(seen.bad_offsets) +
                     " times though no number is missing: what was added or taken out there is not known");
  }
  if (seen.overlapping_sessions != 0) {
    result.push_back(std::to_string(seen.overlapping_sessions) + " sessions of '" + input_.name +
                     "' began beside others that had not ended: their messages meet in the same books");
  }
  return result;
}

}  // namespace pyhft::engine
