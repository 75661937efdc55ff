// SPDX-License-Identifier: MIT
#pragma once

// One UDP socket of the kernel's, and what is said about addresses: for the port over sockets, and for whoever sends or
// answers datagrams without being a port. A call that can't do its work throws host_error, whose text has the remedy,
// unless it says otherwise. Allocates nothing but texts. One thread at a time.

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "pyhft/net/port.hpp"

namespace pyhft::net {

// "10.0.0.2"
std::string in_words(const ipv4_address& address);
bool is_multicast(const ipv4_address& address) noexcept;
sockaddr_in socket_address(const ipv4_address& address, std::uint16_t port) noexcept;
// "lo, eth0"
std::string interfaces_of_this_host();
// The kernel's number of an interface; 0 of an empty name.
unsigned interface_index(const std::string& name);

class udp_socket {
 public:
  udp_socket();
  udp_socket(const udp_socket&) = delete;
  udp_socket& operator=(const udp_socket&) = delete;
  ~udp_socket();
  operator int() const noexcept { return descriptor_; }

  // From then on what is sent to this address arrives here. Port 0: any that is free.
  void bind(const ipv4_address& address, std::uint16_t port);
  // From then on only datagrams from there arrive.
  void connect(const ipv4_address& address, std::uint16_t port);
  // 0 before bind().
  std::uint16_t port() const noexcept { return port_; }

  template <class Value>
  bool set(int level, int option, const Value& value) const noexcept {
    return set_bytes(level, option, &value, sizeof value);
  }

  // Of the kernel's: as much of it as the host allows. How much there is now.
  std::uint32_t ask_receive_buffer(std::uint32_t bytes) const noexcept;
  std::uint32_t receive_buffer_bytes() const noexcept;
  // What is sent to multicast groups leaves by this interface; false where the host refuses.
  bool send_groups_by(unsigned interface_index) const noexcept;
  // Calls that block give up after so long.
  void wait_at_most_ms(long ms) const noexcept;

  // False where the network refused it, or had no room for so long.
  bool send_to(const sockaddr_in& to, std::span<const std::byte> payload) const noexcept;

 private:
  bool set_bytes(int level, int option, const void* value, std::size_t bytes) const noexcept;

  int descriptor_;
  std::uint16_t port_{};
};

}  // namespace pyhft::net
