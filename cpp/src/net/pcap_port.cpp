// SPDX-License-Identifier: MIT
#include "pyhft/net/pcap_port.hpp"

namespace pyhft::net {

pcap_port::pcap_port(const std::string& path, const std::string& name, const std::string& sent_path)
    : file_{path}, reader_{file_.bytes(), name}, sink_{checked_output(sent_path, {path, name})} {}

std::size_t pcap_port::rx_burst(std::span<frame> frames) noexcept {
  std::size_t count = 0;
  while (count < frames.size() && reader_.next(frames[count])) ++count;
  at_end_ = count < frames.size();
  position_.store(reader_.offset(), std::memory_order_relaxed);
  return count;
}

bool pcap_port::rewind() noexcept {
  reader_.rewind();
  at_end_ = false;
  position_.store(0, std::memory_order_relaxed);
  return true;
}

std::vector<std::string> pcap_port::warnings() const {
  std::vector<std::string> result;
  if (std::string damage = reader_.damage(); !damage.empty()) result.push_back(std::move(damage));
  if (reader_.other_link_types() != 0) {
    result.push_back(std::to_string(reader_.other_link_types()) +
                     " packets were passed over: they were captured on interfaces that are not Ethernet");
  }
  if (std::string loss = sink_.warning(); !loss.empty()) result.push_back(std::move(loss));
  return result;
}

}  // namespace pyhft::net
