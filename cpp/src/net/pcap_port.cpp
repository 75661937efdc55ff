// SPDX-License-Identifier: MIT
#include "pyhft/net/pcap_port.hpp"

namespace pyhft::net {

std::size_t pcap_port::rx_burst(std::span<frame> frames) noexcept {
  std::size_t count = 0;
  while (count < frames.size() && reader_.next(frames[count])) ++count;
  read_to(reader_.offset(), count < frames.size());
  return count;
}

bool pcap_port::rewind() noexcept {
  reader_.rewind();
  read_to(0, false);
  return true;
}

std::vector<std::string> pcap_port::input_warnings() const {
  std::vector<std::string> result;
  if (std::string damage = reader_.damage(); !damage.empty()) result.push_back(std::move(damage));
  if (reader_.other_link_types() != 0) {
    result.push_back(std::to_string(reader_.other_link_types()) +
                     " packets were passed over: they were captured on interfaces that are not Ethernet");
  }
  return result;
}

}  // namespace pyhft::net
