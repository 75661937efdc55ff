// SPDX-License-Identifier: MIT
#pragma once

// A capture file as a port: its frames come in as fast as they are asked for, with the times at which they were
// captured; what is sent goes to another capture.

#include <atomic>
#include <string>

#include "pyhft/net/capture.hpp"
#include "pyhft/net/mapped_file.hpp"
#include "pyhft/net/pcap_sink.hpp"
#include "pyhft/net/port.hpp"

namespace pyhft::net {

class pcap_port final : public port {
 public:
  // `name` is what messages call the input (its path may be that of an unpacked copy). `sent_path` may be empty.
  pcap_port(const std::string& path, const std::string& name, const std::string& sent_path);

  std::size_t rx_burst(std::span<frame> frames) noexcept override;
  void release(std::span<frame>) noexcept override {}
  std::size_t tx_acquire(std::span<frame> frames) noexcept override { return sink_.acquire(frames); }
  std::size_t tx_burst(std::span<frame> frames) noexcept override { return sink_.send(frames); }

  bool at_end() const noexcept override { return at_end_; }
  std::uint64_t position_bytes() const noexcept override { return position_.load(std::memory_order_relaxed); }
  std::uint64_t size_bytes() const noexcept override { return file_.bytes().size(); }
  bool rewind() noexcept override;
  std::size_t poll_background() override { return sink_.poll(); }
  std::vector<std::string> warnings() const override;

  void finish() override { sink_.finish(); }

 private:
  mapped_file file_;
  capture_reader reader_;
  bool at_end_{};
  std::atomic<std::uint64_t> position_{};  // written by the hot thread; read by whoever shows progress, at any order
  pcap_sink sink_;
};

}  // namespace pyhft::net
