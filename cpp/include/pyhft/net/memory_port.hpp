// SPDX-License-Identifier: MIT
#pragma once

// A port over frames in memory: what tests and measurements run on. It gives out the frames it was made with and keeps
// copies of what is sent, in room that is set aside when it is made.

#include <cstdint>
#include <vector>

#include "pyhft/net/port.hpp"

namespace pyhft::net {

class memory_port final : public port {
 public:
  struct packet {
    std::vector<std::byte> bytes;
    nanoseconds timestamp{};
  };

  explicit memory_port(std::vector<packet> received, std::size_t max_sent = 1024,
                       net::framing framing = framing::ethernet);

  std::size_t rx_burst(std::span<frame> frames) noexcept override;
  void release(std::span<frame>) noexcept override {}
  std::size_t tx_acquire(std::span<frame> frames) noexcept override;
  // Takes them until max_sent are kept.
  std::size_t tx_burst(std::span<frame> frames) noexcept override;

  net::framing framing() const noexcept override { return framing_; }
  bool at_end() const noexcept override { return next_ == received_.size(); }
  bool rewind() noexcept override { return next_ = 0, true; }

  // What was sent, in order.
  std::vector<packet> sent() const;

 private:
  struct slot {
    std::uint32_t length{};
    nanoseconds timestamp{};
    std::byte bytes[256];
  };

  std::vector<packet> received_;
  std::size_t next_{};
  net::framing framing_;
  std::vector<slot> slots_;
  std::size_t sent_{};
};

}  // namespace pyhft::net
