// SPDX-License-Identifier: MIT
#pragma once

// The kernel's way: a port over UDP sockets, unicast or multicast, for machines without a card to spare.
//
// A received frame is the payload of one datagram (framing::datagram), read by recvmmsg into buffers that are set aside
// when the port is made; a frame that is sent carries all headers, as at every port, and goes out as a datagram to the
// address and port that they name. The calls never block and never allocate, but each is a system call, which only
// kernel bypass saves. The hot thread polls: one that sleeps until the kernel wakes it waits several times as long for a
// datagram (bench_network prints both).
//
// Nothing is lost in silence: what the kernel dropped because the socket's buffer was full, datagrams longer than a
// buffer (dropped whole), a full send queue and errors are counted, and told by warnings(). One thread; counters(),
// info() and warnings() from any, while it is in use, too.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pyhft/base/relaxed_count.hpp"
#include "pyhft/memory/fixed_array.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/port.hpp"
#include "pyhft/net/udp_socket.hpp"

namespace pyhft::net {

// Who says when a datagram came: nobody, the kernel as it takes it over, or the card where it can.
enum class receive_stamps : std::uint8_t { none, kernel, device };

struct udp_settings {
  ipv4_address address{};                // a multicast group, an address of this host, or 0.0.0.0: all of its own
  std::uint16_t port{};                  // 0: any that is free; local_port() tells
  std::string interface{};               // by name; empty: what the routes say
  std::optional<ipv4_address> source{};  // of a multicast group: from this sender only
  std::uint32_t max_datagram_bytes{2048};
  std::uint32_t buffers{256};                    // datagrams that may be held at once
  std::uint32_t receive_buffer_bytes{16 << 20};  // of the kernel's, whose limit is net.core.rmem_max
  std::uint32_t busy_poll_us{0};                 // the kernel looks at the card itself for so long
  receive_stamps stamps{receive_stamps::kernel};
  // Who is asked and answers: nobody else's datagrams are received, and what is sent comes from local_port().
  std::optional<udp_endpoint> only_with{};
};

struct udp_counters {
  relaxed_count received;        // datagrams given out
  relaxed_count received_bytes;  // of payload
  relaxed_count truncated;       // longer than max_datagram_bytes: dropped
  relaxed_count no_buffers;      // bursts that found every buffer held
  relaxed_count receive_errors;
  relaxed_count sent;
  relaxed_count send_full;    // not taken, because the kernel's queue was full
  relaxed_count send_errors;  // taken and lost: the network refused them, or they were no datagrams
};

class udp_port final : public port {
 public:
  static constexpr std::size_t max_burst = 64;
  static constexpr std::size_t max_sent_bytes = 2048;  // headers and payload of one frame

  // Throws argument_error for settings outside their limits, host_error for what this host refuses.
  explicit udp_port(udp_settings settings);
  ~udp_port() override;

  std::size_t rx_burst(std::span<frame> frames) noexcept override;
  void release(std::span<frame> frames) noexcept override;
  std::size_t tx_acquire(std::span<frame> frames) noexcept override;
  std::size_t tx_burst(std::span<frame> frames) noexcept override;

  net::framing framing() const noexcept override { return framing::datagram; }
  std::vector<std::string> warnings() const override;
  std::vector<std::pair<std::string, std::uint64_t>> counters() const override;
  std::vector<std::pair<std::string, port_fact>> info() const override;

  std::uint16_t local_port() const noexcept { return settings_.port; }
  // Frames that were given out and not released.
  std::size_t held() const noexcept { return settings_.buffers - free_count_; }

 private:
  // Where the kernel puts its time, or three where the card stamps.
  struct alignas(cmsghdr) control_room {
    std::array<std::byte, CMSG_SPACE(3 * sizeof(timespec))> bytes;
  };

  void open_receiver();
  void open_sender();
  void ask_for_stamps();
  std::byte* buffer(std::uint32_t number) noexcept {
    return &buffers_[std::size_t{number} * settings_.max_datagram_bytes];
  }
  // What the kernel dropped since the socket was made: its buffer was full, or a checksum was wrong. The count that
  // SO_RXQ_OVFL sends along with datagrams, which here is asked for and so knows what came after the last one.
  std::uint32_t kernel_drops() const noexcept;

  udp_settings settings_;
  udp_socket receiver_;
  udp_socket sender_;
  std::vector<std::string> notes_;  // what the host refused
  udp_counters counts_;

  memory::fixed_array<std::byte> buffers_;
  std::vector<std::uint32_t> free_;  // the first free_count_ are numbers of free buffers; the last is taken first
  std::size_t free_count_;
  std::array<std::uint32_t, max_burst> standing_{};  // numbers of the buffers that the next datagrams go to
  std::array<mmsghdr, max_burst> messages_{};
  std::array<iovec, max_burst> spans_{};
  std::array<control_room, max_burst> controls_{};

  std::array<std::array<std::byte, max_sent_bytes>, max_burst> out_buffers_;
  std::array<mmsghdr, max_burst> out_messages_{};
  std::array<iovec, max_burst> out_spans_{};
  std::array<sockaddr_in, max_burst> out_addresses_{};
};

}  // namespace pyhft::net
