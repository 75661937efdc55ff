// SPDX-License-Identifier: MIT
#pragma once

// A file of length-prefixed messages (a two-byte big-endian length before each, as NASDAQ publishes whole days of ITCH)
// as a port: each frame is one bare message. A length of zero marks the end of a session and is passed over. A file
// that ends in the middle of a message gives its whole ones, and a warning that names the offset.

#include <atomic>
#include <string>

#include "pyhft/net/mapped_file.hpp"
#include "pyhft/net/pcap_sink.hpp"
#include "pyhft/net/port.hpp"

namespace pyhft::net {

class message_file_port final : public port {
 public:
  message_file_port(const std::string& path, std::string name, const std::string& sent_path);

  std::size_t rx_burst(std::span<frame> frames) noexcept override;
  void release(std::span<frame>) noexcept override {}
  std::size_t tx_acquire(std::span<frame> frames) noexcept override { return sink_.acquire(frames); }
  std::size_t tx_burst(std::span<frame> frames) noexcept override { return sink_.send(frames); }

  net::framing framing() const noexcept override { return framing::message; }
  bool at_end() const noexcept override { return at_end_; }
  std::uint64_t position_bytes() const noexcept override { return position_.load(std::memory_order_relaxed); }
  std::uint64_t size_bytes() const noexcept override { return file_.bytes().size(); }
  bool rewind() noexcept override;
  std::size_t poll_background() override { return sink_.poll(); }
  std::vector<std::string> warnings() const override;
  void finish() override { sink_.finish(); }

 private:
  mapped_file file_;
  std::string name_;
  std::size_t offset_{};
  bool at_end_{};
  std::atomic<std::uint64_t> position_{};  // written by the hot thread; read by whoever shows progress, at any order
  pcap_sink sink_;
};

}  // namespace pyhft::net
