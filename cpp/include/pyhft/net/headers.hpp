// SPDX-License-Identifier: MIT
#pragma once

// Ethernet, 802.1Q and QinQ, IPv4 and UDP, read and written in place.
//
// Reading: find_udp() walks the headers of one frame and gives the UDP payload or the cause why there is none. The
// lengths of IP and UDP are trusted, never that of the frame: short frames are padded by the hardware and captures may
// carry trailers. No byte beyond the given ones is read. Checksums of received frames are not verified: the network
// card has done that, and captures of real exchanges carry zeroed ones.
//
// Writing: write_udp_headers() puts 42 bytes of headers with right lengths and checksums before a payload that is
// already in place.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pyhft/base/byte_order.hpp"

namespace pyhft::net {

enum class frame_cause : std::uint8_t { udp, truncated, not_ipv4, bad_ip_header, fragment, not_udp, bad_udp_length };

struct udp_datagram {
  frame_cause cause{frame_cause::truncated};
  std::uint16_t destination_port{};
  std::span<const std::byte> payload{};  // empty unless cause is udp
};

namespace detail {
inline constexpr std::size_t ethernet_bytes = 14;
inline constexpr std::size_t vlan_tag_bytes = 4;
inline constexpr std::size_t ipv4_bytes = 20;
inline constexpr std::size_t udp_bytes = 8;
inline constexpr std::uint16_t ether_type_ipv4 = 0x0800;
inline constexpr std::uint8_t ip_protocol_udp = 17;

constexpr bool is_vlan_tag(std::uint16_t ether_type) noexcept {
  return ether_type == 0x8100 || ether_type == 0x88A8 || ether_type == 0x9100 || ether_type == 0x9200;
}
}  // namespace detail

inline udp_datagram find_udp(std::span<const std::byte> frame) noexcept {
  using namespace detail;
  const std::byte* at = frame.data();
  std::size_t left = frame.size();
  if (left < ethernet_bytes) return {frame_cause::truncated};
  std::uint16_t ether_type = load_big<std::uint16_t>(at + 12);
  at += ethernet_bytes, left -= ethernet_bytes;
  while (is_vlan_tag(ether_type)) [[unlikely]] {
    if (left < vlan_tag_bytes) return {frame_cause::truncated};
    ether_type = load_big<std::uint16_t>(at + 2);
    at += vlan_tag_bytes, left -= vlan_tag_bytes;
  }
  if (ether_type != ether_type_ipv4) return {frame_cause::not_ipv4};

  if (left < ipv4_bytes) return {frame_cause::truncated};
  const auto version_and_words = std::to_integer<std::uint8_t>(at[0]);
  const std::size_t ip_header = std::size_t{version_and_words & 0x0Fu} * 4;
  const std::size_t ip_length = load_big<std::uint16_t>(at + 2);
  if (version_and_words >> 4 != 4 || ip_header < ipv4_bytes || ip_length < ip_header)
    return {frame_cause::bad_ip_header};
  constexpr std::uint16_t more_fragments_or_offset = 0x3FFF;
  if ((load_big<std::uint16_t>(at + 6) & more_fragments_or_offset) != 0) return {frame_cause::fragment};
  if (std::to_integer<std::uint8_t>(at[9]) != ip_protocol_udp) return {frame_cause::not_udp};
  if (ip_length > left) return {frame_cause::truncated};

  at += ip_header;
  const std::size_t ip_payload = ip_length - ip_header;
  if (ip_payload < udp_bytes) return {frame_cause::bad_udp_length};
  const std::size_t udp_length = load_big<std::uint16_t>(at + 4);
  if (udp_length < udp_bytes || udp_length > ip_payload) return {frame_cause::bad_udp_length};
  return {frame_cause::udp, load_big<std::uint16_t>(at + 2), {at + udp_bytes, udp_length - udp_bytes}};
}

struct udp_endpoint {
  std::array<std::uint8_t, 6> mac{};
  std::array<std::uint8_t, 4> ip{};
  std::uint16_t port{};
};

// Where a datagram comes from and goes to, and how many routers it may cross.
struct udp_route {
  udp_endpoint source{{0x02, 0, 0, 0, 0, 1}, {10, 0, 0, 1}, 26401};
  udp_endpoint destination{{0x02, 0, 0, 0, 0, 2}, {10, 0, 0, 2}, 26400};
  std::uint8_t time_to_live{64};
};

inline constexpr std::size_t udp_headers_bytes = detail::ethernet_bytes + detail::ipv4_bytes + detail::udp_bytes;
inline constexpr std::size_t destination_address_offset = detail::ethernet_bytes + 16;
inline constexpr std::size_t max_udp_payload_bytes = 65'535 - detail::ipv4_bytes - detail::udp_bytes;

// The Internet checksum (RFC 1071) before its final complement: the sum of 16-bit words, folded, of bytes that may be
// odd in number, continued from `sum`.
inline std::uint32_t ones_complement_sum(std::span<const std::byte> bytes, std::uint32_t sum = 0) noexcept {
  std::uint64_t total = sum;
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) total += load_big<std::uint32_t>(&bytes[i]);
  if (i + 2 <= bytes.size()) total += load_big<std::uint16_t>(&bytes[i]), i += 2;
  if (i < bytes.size()) total += std::uint64_t{std::to_integer<std::uint8_t>(bytes[i])} << 8;
  while (total >> 16 != 0) total = (total & 0xFFFF) + (total >> 16);
  return static_cast<std::uint32_t>(total);
}

// `frame` holds room for the headers and then the payload, which is in place; at most max_udp_payload_bytes of it.
inline void write_udp_headers(std::span<std::byte> frame, const udp_route& route) noexcept {
  using namespace detail;
  std::byte* at = frame.data();
  std::memcpy(at, route.destination.mac.data(), 6);
  std::memcpy(at + 6, route.source.mac.data(), 6);
  store_big<std::uint16_t>(at + 12, ether_type_ipv4);

  std::byte* ip = at + ethernet_bytes;
  const auto ip_length = static_cast<std::uint16_t>(frame.size() - ethernet_bytes);
  ip[0] = std::byte{0x45};
  ip[1] = std::byte{0};
  store_big<std::uint16_t>(ip + 2, ip_length);
  store_big<std::uint16_t>(ip + 4, 0);
  store_big<std::uint16_t>(ip + 6, 0x4000);  // don't fragment
  ip[8] = std::byte{route.time_to_live};
  ip[9] = std::byte{ip_protocol_udp};
  store_big<std::uint16_t>(ip + 10, 0);
  std::memcpy(ip + 12, route.source.ip.data(), 4);
  std::memcpy(ip + 16, route.destination.ip.data(), 4);
  store_big<std::uint16_t>(ip + 10, static_cast<std::uint16_t>(~ones_complement_sum({ip, ipv4_bytes})));

  std::byte* udp = ip + ipv4_bytes;
  const auto udp_length = static_cast<std::uint16_t>(ip_length - ipv4_bytes);
  store_big<std::uint16_t>(udp, route.source.port);
  store_big<std::uint16_t>(udp + 2, route.destination.port);
  store_big<std::uint16_t>(udp + 4, udp_length);
  store_big<std::uint16_t>(udp + 6, 0);
  // The pseudo header: both addresses, the protocol and the length of the datagram.
  const std::uint32_t pseudo = ones_complement_sum({ip + 12, 8}, std::uint32_t{ip_protocol_udp} + udp_length);
  const auto checksum = static_cast<std::uint16_t>(~ones_complement_sum({udp, udp_length}, pseudo));
  store_big<std::uint16_t>(udp + 6,
                           checksum == 0 ? std::uint16_t{0xFFFF} : checksum);  // 0 would say that there is none
}

}  // namespace pyhft::net
