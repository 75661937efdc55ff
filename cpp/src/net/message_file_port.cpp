// SPDX-License-Identifier: MIT
#include "pyhft/net/message_file_port.hpp"

#include "pyhft/base/byte_order.hpp"

namespace pyhft::net {
namespace {
constexpr std::size_t prefix_bytes = 2;
}

message_file_port::message_file_port(const std::string& path, std::string name, const std::string& sent_path)
    : file_{path}, name_{std::move(name)}, sink_{checked_output(sent_path, {path, name_})} {}

std::size_t message_file_port::rx_burst(std::span<frame> frames) noexcept {
  const auto bytes = file_.bytes();
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
  at_end_ = count < frames.size();
  position_.store(offset_, std::memory_order_relaxed);
  return count;
}

bool message_file_port::rewind() noexcept {
  offset_ = 0;
  at_end_ = false;
  position_.store(0, std::memory_order_relaxed);
  return true;
}

std::vector<std::string> message_file_port::warnings() const {
  std::vector<std::string> result;
  const std::size_t stray = file_.bytes().size() - offset_;
  if (at_end_ && stray != 0) {
    result.push_back("'" + name_ + "' is cut in the middle of a message: " + std::to_string(stray) +
                     " stray bytes at offset " + std::to_string(offset_));
  }
  if (std::string loss = sink_.warning(); !loss.empty()) result.push_back(std::move(loss));
  return result;
}

}  // namespace pyhft::net
