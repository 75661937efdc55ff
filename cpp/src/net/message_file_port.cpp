// SPDX-License-Identifier: MIT
#include "pyhft/net/message_file_port.hpp"

#include "pyhft/base/byte_order.hpp"

namespace pyhft::net {
namespace {
constexpr std::size_t prefix_bytes = 2;
}

std::size_t message_file_port::rx_burst(std::span<frame> frames) noexcept {
  const auto bytes = this->bytes();
  std::size_t count = 0;
  while (count < frames.size()) {
    const std::size_t left = bytes.size() - offset_;
    if (left < prefix_bytes) break;
    const std::uint32_t length = load_big<std::uint16_t>(&bytes[offset_]);
    if (length > left - prefix_bytes) break;
    if (length != 0) {
      frames[count++] = {.data = const_cast<std::byte*>(&bytes[offset_]) + prefix_bytes, .length = length};
    }
    offset_ += prefix_bytes + length;
  }
  read_to(offset_, count < frames.size());
  return count;
}

bool message_file_port::rewind() noexcept {
  offset_ = 0;
  read_to(0, false);
  return true;
}

std::vector<std::string> message_file_port::input_warnings() const {
  std::vector<std::string> result;
  const std::size_t stray = bytes().size() - offset_;
  if (at_end() && stray != 0) {
    result.push_back("'" + name() + "' is cut in the middle of a message: " + std::to_string(stray) +
                     " stray bytes at offset " + std::to_string(offset_));
  }
  return result;
}

}  // namespace pyhft::net
