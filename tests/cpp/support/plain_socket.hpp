// SPDX-License-Identifier: MIT
#pragma once

// A UDP socket as any other program has it: what tests and benchmarks hold the port over sockets against. Any thread.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pyhft::support {

using ipv4_address = std::array<std::uint8_t, 4>;
inline constexpr ipv4_address loopback{127, 0, 0, 1};

inline sockaddr_in socket_address(const ipv4_address& ip, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  std::memcpy(&address.sin_addr, ip.data(), ip.size());
  return address;
}

// Bound to a free port of an address. It stays in the network namespace of the thread that made it.
class plain_socket {
 public:
  explicit plain_socket(const ipv4_address& ip = loopback) {
    constexpr int room = 64 << 20;
    if (::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    sockaddr_in any = socket_address(ip, 0);
    ::bind(descriptor_, reinterpret_cast<sockaddr*>(&any), sizeof any);
    socklen_t length = sizeof any;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&any), &length);
    port_ = ntohs(any.sin_port);
  }
  plain_socket(const plain_socket&) = delete;
  plain_socket& operator=(const plain_socket&) = delete;
  ~plain_socket() { ::close(descriptor_); }
  operator int() const { return descriptor_; }
  std::uint16_t port() const { return port_; }  // 0 where the address couldn't be had

  bool send_to(const ipv4_address& ip, std::uint16_t port, const void* bytes, std::size_t length) const {
    const sockaddr_in to = socket_address(ip, port);
    return ::sendto(descriptor_, bytes, length, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) ==
           static_cast<ssize_t>(length);
  }
  // A blocking call gives up after so long.
  void wait_at_most_ms(long ms) const {
    const timeval limit{ms / 1000, ms % 1000 * 1000};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

 private:
  int descriptor_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_{};
};

}  // namespace pyhft::support
