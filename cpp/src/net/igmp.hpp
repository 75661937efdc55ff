// SPDX-License-Identifier: MIT
#pragma once

// What tells the routers and switches of a network that a multicast group is listened to, or no longer, and how they ask:
// IGMP of version 2 (RFC 2236) or 3 (RFC 3376), as whole Ethernet frames. Who sees to the kernel's place on the network
// has to say it himself. Nothing is allocated; all but may_be_igmp(), which is asked of every frame, is cold.

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "pyhft/net/dpdk_port.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::net {

namespace detail {
constexpr std::uint8_t ip_protocol_igmp = 2;
}

// Whether this may be IGMP: two loads of a frame's first line, for who gets every frame to see.
inline bool may_be_igmp(std::span<const std::byte> frame) noexcept {
  return frame.size() >= detail::ethernet_bytes + detail::ipv4_bytes + 8 &&
         load_big<std::uint16_t>(frame.data() + 12) == detail::ether_type_ipv4 &&
         frame[detail::ethernet_bytes + 9] == std::byte{detail::ip_protocol_igmp};
}

// The group that a query of any version asks for, 0.0.0.0 for all of them; nothing where the frame is no whole query.
inline std::optional<ipv4_address> igmp_query_group(std::span<const std::byte> frame) noexcept {
  if (!may_be_igmp(frame)) return std::nullopt;
  const auto ip = frame.subspan(detail::ethernet_bytes);
  const std::size_t header = static_cast<std::size_t>(ip[0] & std::byte{0x0f}) * 4;
  const std::size_t total = load_big<std::uint16_t>(ip.data() + 2);
  if (ip[0] >> 4 != std::byte{4} || header < detail::ipv4_bytes || total > ip.size() || total < header + 8)
    return std::nullopt;
  const auto message = ip.subspan(header, total - header);
  constexpr std::uint8_t query = 0x11;
  if (message[0] != std::byte{query} || ones_complement_sum(message) != 0xffff) return std::nullopt;
  ipv4_address group{};
  std::memcpy(group.data(), message.data() + 4, group.size());
  return group;
}

struct igmp_sender {
  std::uint32_t version{2};  // or 3
  mac_address mac{};
  ipv4_address ip{};
};

// A group from every source, or, in version 3, from one alone: `source` is 0.0.0.0 for every.
inline igmp_frame igmp_report(const igmp_sender& from, const ipv4_address& group, const ipv4_address& source,
                              bool leave) noexcept {
  constexpr std::size_t ip_bytes = 24;  // with the option that has every router look at it
  const bool third = from.version == 3;
  constexpr ipv4_address all_routers{224, 0, 0, 2}, all_igmp3_routers{224, 0, 0, 22};
  const ipv4_address to = third ? all_igmp3_routers : leave ? all_routers : group;
  const bool single = third && source != ipv4_address{};
  const std::size_t message_bytes = single ? 20 : third ? 16 : 8;

  igmp_frame frame{};  // zeros behind the message fill it up
  std::byte* at = frame.data();
  const mac_address destination{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(to[1] & 0x7f), to[2], to[3]};
  std::memcpy(at, destination.data(), destination.size());
  std::memcpy(at + 6, from.mac.data(), from.mac.size());
  store_big<std::uint16_t>(at + 12, detail::ether_type_ipv4);

  std::byte* const ip = at + detail::ethernet_bytes;
  constexpr std::uint8_t version_and_words = 0x40 + ip_bytes / 4, internetwork_control = 0xC0;
  ip[0] = std::byte{version_and_words};
  ip[1] = std::byte{internetwork_control};
  store_big<std::uint16_t>(ip + 2, static_cast<std::uint16_t>(ip_bytes + message_bytes));
  store_big<std::uint16_t>(ip + 6, 0x4000);  // don't fragment
  ip[8] = std::byte{1};                      // crosses no router
  ip[9] = std::byte{detail::ip_protocol_igmp};
  std::memcpy(ip + 12, from.ip.data(), from.ip.size());
  std::memcpy(ip + 16, to.data(), to.size());
  store_big<std::uint32_t>(ip + 20, 0x94040000);  // router alert
  store_big<std::uint16_t>(ip + 10, static_cast<std::uint16_t>(~ones_complement_sum({ip, ip_bytes})));

  std::byte* const message = ip + ip_bytes;
  if (third) {
    constexpr std::uint8_t report = 0x22, mode_is_include = 1, mode_is_exclude = 2, change_to_include = 3,
                           block_old_sources = 6;
    message[0] = std::byte{report};
    store_big<std::uint16_t>(message + 6, 1);  // one group
    // From all but no sources is joining, from none of them leaving.
    message[8] = single ? std::byte{leave ? block_old_sources : mode_is_include}
                        : std::byte{leave ? change_to_include : mode_is_exclude};
    std::memcpy(message + 12, group.data(), group.size());
    if (single) {
      store_big<std::uint16_t>(message + 10, 1);  // one source
      std::memcpy(message + 16, source.data(), source.size());
    }
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
