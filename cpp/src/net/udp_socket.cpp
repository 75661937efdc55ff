// SPDX-License-Identifier: MIT
#include "pyhft/net/udp_socket.hpp"

#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "pyhft/base/error.hpp"

namespace pyhft::net {

std::string in_words(const ipv4_address& address) {
  return std::to_string(address[0]) + "." + std::to_string(address[1]) + "." + std::to_string(address[2]) + "." +
         std::to_string(address[3]);
}

bool is_multicast(const ipv4_address& address) noexcept { return address[0] >> 4 == 14; }

sockaddr_in socket_address(const ipv4_address& address, std::uint16_t port) noexcept {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  std::memcpy(&result.sin_addr, address.data(), address.size());
  return result;
}

std::string interfaces_of_this_host() {
  std::string names;
  if (struct if_nameindex* every = ::if_nameindex()) {
    for (struct if_nameindex* one = every; one->if_index != 0; ++one) {
      names += (names.empty() ? "" : ", ") + std::string(one->if_name);
    }
    ::if_freenameindex(every);
  }
  return names;
}

unsigned interface_index(const std::string& name) {
  if (name.empty()) return 0;
  const unsigned index = ::if_nametoindex(name.c_str());
  if (index == 0) {
    throw host_error("There is no interface '" + name + "' on this host: name one of " + interfaces_of_this_host() +
                     ".");
  }
  return index;
}

udp_socket::udp_socket() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP)) {
  if (descriptor_ < 0) {
    throw host_error(std::string("No UDP socket can be made (") + std::strerror(errno) +
                     "): raise the limit with `ulimit -n`, or run outside the sandbox that forbids it.");
  }
}

udp_socket::~udp_socket() { ::close(descriptor_); }

void udp_socket::bind(const ipv4_address& address, std::uint16_t port) {
  sockaddr_in where = socket_address(address, port);
  if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
    const int why = errno;
    throw host_error("UDP " + in_words(address) + ":" + std::to_string(port) + " can't be listened to (" +
                     std::strerror(why) + "): " +
                     (why == EADDRINUSE      ? "another program has it; `ss -ulpn` tells which."
                      : why == EADDRNOTAVAIL ? "the address is none of this host's; `ip -4 address` lists them."
                                             : "choose a port above 1023, or run with CAP_NET_BIND_SERVICE."));
  }
  port_ = port;
  socklen_t length = sizeof where;
  if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&where), &length) == 0) port_ = ntohs(where.sin_port);
}

void udp_socket::connect(const ipv4_address& address, std::uint16_t port) {
  const sockaddr_in to = socket_address(address, port);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    throw host_error("UDP " + in_words(address) + ":" + std::to_string(port) + " can't be reached (" +
                     std::strerror(errno) + "): `ip route get " + in_words(address) + "` tells why.");
  }
}

bool udp_socket::set_bytes(int level, int option, const void* value, std::size_t bytes) const noexcept {
  return ::setsockopt(descriptor_, level, option, value, static_cast<socklen_t>(bytes)) == 0;
}

std::uint32_t udp_socket::ask_receive_buffer(std::uint32_t bytes) const noexcept {
  const int asked = static_cast<int>(bytes);
  if (!set(SOL_SOCKET, SO_RCVBUFFORCE, asked)) set(SOL_SOCKET, SO_RCVBUF, asked);
  return receive_buffer_bytes();
}

std::uint32_t udp_socket::receive_buffer_bytes() const noexcept {
  int doubled = 0;  // the kernel counts its own overhead, too
  socklen_t length = sizeof doubled;
  ::getsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &doubled, &length);
  return static_cast<std::uint32_t>(doubled / 2);
}

bool udp_socket::send_groups_by(unsigned interface_index) const noexcept {
  ip_mreqn by{};
  by.imr_ifindex = static_cast<int>(interface_index);
  return set(IPPROTO_IP, IP_MULTICAST_IF, by);
}

void udp_socket::wait_at_most_ms(long ms) const noexcept {
  const timeval limit{ms / 1000, ms % 1000 * 1000};
  set(SOL_SOCKET, SO_RCVTIMEO, limit);
  set(SOL_SOCKET, SO_SNDTIMEO, limit);
}

bool udp_socket::send_to(const sockaddr_in& to, std::span<const std::byte> payload) const noexcept {
  return ::sendto(descriptor_, payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) ==
         static_cast<ssize_t>(payload.size());
}

}  // namespace pyhft::net
