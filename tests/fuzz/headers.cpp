// SPDX-License-Identifier: MIT
// Headers of a frame: a datagram that is found lies in the frame, where a slow walk finds it too; and what is written
// before a payload is found again, with checksums that are right.
#include "pyhft/net/headers.hpp"

#include <cstring>
#include <optional>
#include <vector>

#include "fuzz.hpp"

namespace {

using namespace pyhft;
using fuzz::check;

// Where a payload begins and ends, by the words of the standards.
struct slow_result {
  std::size_t begin, end, port;
};
std::optional<slow_result> slow_find(std::span<const std::byte> frame) {
  const auto byte = [&](std::size_t at) -> std::size_t { return std::to_integer<std::size_t>(frame[at]); };
  const auto word = [&](std::size_t at) { return byte(at) * 256 + byte(at + 1); };
  std::size_t type_at = 12;
  while (frame.size() >= type_at + 2) {
    const std::size_t type = word(type_at);
    if (type == 0x8100 || type == 0x88A8 || type == 0x9100 || type == 0x9200) {
      type_at += 4;
      continue;
    }
    const std::size_t ip = type_at + 2;
    if (type != 0x0800 || frame.size() < ip + 20 || byte(ip) / 16 != 4) return {};
    const std::size_t header = byte(ip) % 16 * 4;
    const std::size_t length = word(ip + 2);
    const bool fragment = word(ip + 6) % 0x4000 != 0;
    if (header < 20 || length < header + 8 || ip + length > frame.size() || fragment || byte(ip + 9) != 17) return {};
    const std::size_t udp = ip + header;
    if (word(udp + 4) < 8 || word(udp + 4) > length - header) return {};
    return slow_result{udp + 8, udp + word(udp + 4), word(udp + 2)};
  }
  return {};
}

void read(std::span<const std::byte> frame) {
  const net::udp_datagram found = net::find_udp(frame);
  const auto expected = slow_find(frame);
  check((found.cause == net::frame_cause::udp) == expected.has_value(), "the slow walk finds a datagram, too");
  if (!expected) {
    check(found.payload.data() == nullptr, "where there is no datagram there is no payload");
    return;
  }
  check(found.payload.data() == frame.data() + expected->begin, "the payload begins where the slow walk says");
  check(found.payload.size() == expected->end - expected->begin, "and ends there");
  check(found.destination_port == expected->port, "the port is that of the header");
  fuzz::touch(found.payload);
}

void write(fuzz::input from) {
  net::udp_route route;
  for (net::udp_endpoint* const end : {&route.source, &route.destination}) {
    for (auto& part : end->mac) part = from.number();
    for (auto& part : end->ip) part = from.number();
    end->port = from.number<std::uint16_t>();
  }
  route.time_to_live = from.number();
  const auto payload = from.rest();
  std::vector<std::byte> frame(net::udp_headers_bytes + payload.size());
  std::copy(payload.begin(), payload.end(), frame.begin() + net::udp_headers_bytes);
  net::write_udp_headers(frame, route);
  const net::udp_datagram found = net::find_udp(frame);
  check(found.cause == net::frame_cause::udp, "what is written is found");
  check(found.destination_port == route.destination.port, "to the port it was written to");
  check(std::ranges::equal(found.payload, payload), "with its payload");
  const std::span<const std::byte> ip = std::span{frame}.subspan(14);
  check(net::ones_complement_sum(ip.first(20)) == 0xFFFF, "the checksum of IP is right");
  const std::uint32_t pseudo =
      net::ones_complement_sum(ip.subspan(12, 8), 17 + static_cast<std::uint32_t>(payload.size() + 8));
  check(net::ones_complement_sum(ip.subspan(20), pseudo) == 0xFFFF, "the checksum of UDP is right");
  check(ip[26] != std::byte{0} || ip[27] != std::byte{0}, "no checksum of UDP says that there is none");
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  read(bytes);
  if (bytes.size() <= net::max_udp_payload_bytes) write(fuzz::input{bytes});
}
