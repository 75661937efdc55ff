// SPDX-License-Identifier: MIT
#pragma once

// What the ports that read a file share: the mapped file, how far it was read, and the capture that takes what is sent.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "pyhft/net/mapped_file.hpp"
#include "pyhft/net/pcap_sink.hpp"
#include "pyhft/net/port.hpp"

namespace pyhft::net {

class file_port : public port {
 public:
  void release(std::span<frame>) noexcept override {}
  std::size_t tx_acquire(std::span<frame> frames) noexcept override { return sink_.acquire(frames); }
  std::size_t tx_burst(std::span<frame> frames) noexcept override { return sink_.send(frames); }

  bool at_end() const noexcept override { return at_end_; }
  std::uint64_t position_bytes() const noexcept override { return position_.load(std::memory_order_relaxed); }
  std::uint64_t size_bytes() const noexcept override { return file_.bytes().size(); }
  std::size_t poll_background() override { return sink_.poll(); }
  void finish() override { sink_.finish(); }

  std::vector<std::string> warnings() const override {
    std::vector<std::string> result = input_warnings();
    if (std::string loss = sink_.warning(); !loss.empty()) result.push_back(std::move(loss));
    return result;
  }

 protected:
  // `name` is what messages call the input, whose path may be that of an unpacked copy. `sent_path` may be empty.
  file_port(const std::string& path, std::string name, const std::string& sent_path)
      : file_{path}, name_{std::move(name)}, sink_{checked_output(sent_path, {path, name_})} {}

  std::span<const std::byte> bytes() const noexcept { return file_.bytes(); }
  const std::string& name() const noexcept { return name_; }

  // The hot thread's, after every burst and every return to the beginning.
  void read_to(std::uint64_t position, bool at_end) noexcept {
    at_end_ = at_end;
    position_.store(position, std::memory_order_relaxed);  // read by whoever shows progress: orders nothing
  }

  virtual std::vector<std::string> input_warnings() const = 0;

 private:
  mapped_file file_;
  std::string name_;
  bool at_end_{};
  std::atomic<std::uint64_t> position_{};
  pcap_sink sink_;
};

}  // namespace pyhft::net
