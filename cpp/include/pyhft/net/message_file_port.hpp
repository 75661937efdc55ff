// SPDX-License-Identifier: MIT
#pragma once

// A file of length-prefixed messages (a two-byte big-endian length before each, as NASDAQ publishes whole days of ITCH)
// as a port: each frame is one bare message. A length of zero marks the end of a session and is passed over. A file
// that ends in the middle of a message gives its whole ones, and a warning that names the offset.

#include <string>

#include "pyhft/net/file_port.hpp"

namespace pyhft::net {

class message_file_port final : public file_port {
 public:
  message_file_port(const std::string& path, const std::string& name, const std::string& sent_path)
      : file_port{path, name, sent_path} {}

  std::size_t rx_burst(std::span<frame> frames) noexcept override;
  bool rewind() noexcept override;
  net::framing framing() const noexcept override { return framing::message; }

 private:
  std::vector<std::string> input_warnings() const override;

  std::size_t offset_{};
};

}  // namespace pyhft::net
