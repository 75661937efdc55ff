// SPDX-License-Identifier: MIT
#pragma once

// What tells the routers and switches of a network that a multicast group is listened to, or no longer: IGMP of version 2
// (RFC 2236) or 3 (RFC 3376), as whole Ethernet frames. Who sees to the kernel's place on the network has to say it
// himself. Cold; nothing is allocated.

#include <algorithm>
#include <cstring>

#include "pyhft/net/dpdk_port.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::net {

struct igmp_sender {
  std::uint32_t version{2};  // or 3
  mac_address mac{};
  ipv4_address ip{};
};

// Any group, from every source.
inline igmp_frame igmp_report(const igmp_sender& from, const ipv4_address& group, bool leave) noexcept {
  constexpr std::size_t ip_bytes = 24;  // with the option that has every router look at it
  const bool third = from.version == 3;
  constexpr ipv4_address all_routers{224, 0, 0, 2}, all_igmp3_routers{224, 0, 0, 22};
  const ipv4_address to = third ? all_igmp3_routers : leave ? all_routers : group;
  const std::size_t message_bytes = third ? 16 : 8;

  igmp_frame frame{};  // zeros behind the message fill it up
  std::byte* at = frame.data();
  const mac_address destination{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(to[1] & 0x7f), to[2], to[3]};
  std::memcpy(at, destination.data(), destination.size());
  std::memcpy(at + 6, from.mac.data(), from.mac.size());
  store_big<std::uint16_t>(at + 12, detail::ether_type_ipv4);

  std::byte* const ip = at + detail::ethernet_bytes;
  constexpr std::uint8_t ip_protocol_igmp = 2, version_and_words = 0x40 + ip_bytes / 4, internetwork_control = 0xC0;
  ip[0] = std::byte{version_and_words};
  ip[1] = std::byte{internetwork_control};
  store_big<std::uint16_t>(ip + 2, static_cast<std::uint16_t>(ip_bytes + message_bytes));
  store_big<std::uint16_t>(ip + 6, 0x4000);  // don't fragment
  ip[8] = std::byte{1};                      // crosses no router
  ip[9] = std::byte{ip_protocol_igmp};
  std::memcpy(ip + 12, from.ip.data(), from.ip.size());
  std::memcpy(ip + 16, to.data(), to.size());
  store_big<std::uint32_t>(ip + 20, 0x94040000);  // router alert
  store_big<std::uint16_t>(ip + 10, static_cast<std::uint16_t>(~ones_complement_sum({ip, ip_bytes})));

  std::byte* const message = ip + ip_bytes;
  if (third) {
    constexpr std::uint8_t report = 0x22, change_to_include = 3, mode_is_exclude = 2;
    message[0] = std::byte{report};
    store_big<std::uint16_t>(message + 6, 1);  // one group
    // From all but no sources is joining, from none of them leaving.
    message[8] = std::byte{leave ? change_to_include : mode_is_exclude};
    std::memcpy(message + 12, group.data(), group.size());
  } else {
    constexpr std::uint8_t report = 0x16, leaving = 0x17;
    message[0] = std::byte{leave ? leaving : report};
    std::memcpy(message + 4, group.data(), group.size());
  }
  const std::uint32_t sum = ones_complement_sum({message, message_bytes});
  store_big<std::uint16_t>(message + 2, static_cast<std::uint16_t>(~sum));
  return frame;
}

}  // namespace pyhft::net
