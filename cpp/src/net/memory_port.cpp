// SPDX-License-Identifier: MIT
#include "pyhft/net/memory_port.hpp"

#include <algorithm>
#include <cstring>

namespace pyhft::net {

memory_port::memory_port(std::vector<packet> received, std::size_t max_sent, net::framing framing)
    : received_{std::move(received)}, framing_{framing}, slots_(max_sent) {}

std::size_t memory_port::rx_burst(std::span<frame> frames) noexcept {
  const std::size_t count = std::min(frames.size(), received_.size() - next_);
  for (std::size_t i = 0; i < count; ++i) {
    packet& from = received_[next_++];
    frames[i] = {.data = from.bytes.data(),
                 .length = static_cast<std::uint32_t>(from.bytes.size()),
                 .timestamp = from.timestamp};
  }
  return count;
}

// The frames are built where they stay: the slots behind what has been sent already. A frame that is sent out of the
// order in which it was acquired, or that is no buffer of this port, is copied to where it belongs.
std::size_t memory_port::tx_acquire(std::span<frame> frames) noexcept {
  const std::size_t count = std::min(frames.size(), slots_.size() - sent_);
  for (std::size_t i = 0; i < count; ++i) {
    slot& to = slots_[sent_ + i];
    frames[i] = {.data = to.bytes, .capacity = sizeof to.bytes};
  }
  return count;
}

std::size_t memory_port::tx_burst(std::span<frame> frames) noexcept {
  std::size_t count = 0;
  for (; count < frames.size() && sent_ < slots_.size(); ++count) {
    const frame& from = frames[count];
    slot& to = slots_[sent_++];
    to.length = std::min(from.length, static_cast<std::uint32_t>(sizeof to.bytes));
    to.timestamp = from.timestamp;
    if (from.data != to.bytes && to.length != 0) std::memmove(to.bytes, from.data, to.length);
  }
  return count;
}

std::vector<memory_port::packet> memory_port::sent() const {
  std::vector<packet> result;
  result.reserve(sent_);
  for (std::size_t i = 0; i < sent_; ++i) {
    result.push_back({{slots_[i].bytes, slots_[i].bytes + slots_[i].length}, slots_[i].timestamp});
  }
  return result;
}

}  // namespace pyhft::net
