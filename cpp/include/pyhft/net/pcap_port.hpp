// SPDX-License-Identifier: MIT
#pragma once

// A capture file as a port: its frames come in as fast as they are asked for, with the times at which they were
// captured; what is sent goes to another capture.

#include <string>

#include "pyhft/net/capture.hpp"
#include "pyhft/net/file_port.hpp"

namespace pyhft::net {

class pcap_port final : public file_port {
 public:
  pcap_port(const std::string& path, const std::string& name, const std::string& sent_path)
      : file_port{path, name, sent_path}, reader_{bytes(), name} {}

  std::size_t rx_burst(std::span<frame> frames) noexcept override;
  bool rewind() noexcept override;

 private:
  std::vector<std::string> input_warnings() const override;

  capture_reader reader_;
};

}  // namespace pyhft::net
