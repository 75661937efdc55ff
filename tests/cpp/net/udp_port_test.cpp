// SPDX-License-Identifier: MIT
// The port over UDP sockets, with the kernel's own sockets at the other end, over the loopback interface.
#include "pyhft/net/udp_port.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "net/wire.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/headers.hpp"
#include "support/allocation_counter.hpp"

namespace pyhft::net {
namespace {

using test::counting_bytes;
using contents = std::vector<std::vector<std::byte>>;

constexpr ipv4_address here{127, 0, 0, 1};

// Time stamps, cut datagrams, drops and groups are the kernel's to give.
#if defined(PYHFT_EMULATED)
#define PYHFT_NEEDS_THE_KERNEL() GTEST_SKIP() << "qemu-user doesn't pass this on to the kernel"
#else
#define PYHFT_NEEDS_THE_KERNEL() static_cast<void>(0)
#endif

// A plain blocking socket, as any other program has it.
class plain_socket : public udp_socket {
 public:
  plain_socket() {
    bind(here, 0);
    wait_at_most_ms(5'000);
  }

  void send(const std::vector<std::byte>& payload, std::uint16_t to, const ipv4_address& address = here) const {
    ASSERT_TRUE(send_to(socket_address(address, to), payload));
  }

  std::vector<std::byte> receive() const {
    std::vector<std::byte> room(70'000);
    const ssize_t length = ::recv(*this, room.data(), room.size(), 0);
    EXPECT_GE(length, 0);
    room.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    return room;
  }
};

// Polls until `count` datagrams have come, or five seconds have gone.
contents receive(udp_port& port, std::size_t count, std::size_t burst = 32) {
  contents result;
  std::vector<frame> frames(burst);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (result.size() < count && std::chrono::steady_clock::now() < end) {
    const std::size_t received = port.rx_burst(frames);
    for (std::size_t i = 0; i < received; ++i) result.emplace_back(frames[i].data, frames[i].data + frames[i].length);
    port.release(std::span{frames}.first(received));
  }
  return result;
}

std::uint64_t counted(const port& of, const std::string& name) {
  for (const auto& [each, count] : of.counters()) {
    if (each == name) return count;
  }
  ADD_FAILURE() << name;
  return 0;
}

TEST(udp_port, gives_the_payload_of_every_datagram_in_order_whatever_its_length) {
  for (const std::size_t burst : {1u, 2u, 31u, 64u, 100u}) {
    udp_port port{{.address = here, .max_datagram_bytes = 65'536}};
    EXPECT_EQ(port.framing(), framing::datagram);
    EXPECT_FALSE(port.at_end());
    const plain_socket peer;
    contents sent;
    for (const std::size_t length : {0u, 1u, 29u, 1'472u, 9'000u, 65'507u}) sent.push_back(counting_bytes(length, 3));
    for (unsigned i = 0; i < 200; ++i) sent.push_back(counting_bytes(40, i));
    for (const auto& one : sent) peer.send(one, port.local_port());
    EXPECT_EQ(receive(port, sent.size(), burst), sent);
    EXPECT_EQ(counted(port, "received"), sent.size());
    EXPECT_EQ(counted(port, "kernel_drops"), 0u);
    EXPECT_EQ(port.held(), 0u);
    std::array<frame, 4> none;
    EXPECT_EQ(port.rx_burst(none), 0u);
    EXPECT_EQ(port.rx_burst({}), 0u);
  }
}

TEST(udp_port, a_datagram_has_the_kernels_time_unless_none_is_asked_for) {
  PYHFT_NEEDS_THE_KERNEL();
  const plain_socket peer;
  udp_port stamped{{.address = here}};
  udp_port bare{{.address = here, .stamps = receive_stamps::none}};
  const auto now = [] { return std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); };
  const std::int64_t before = now();
  peer.send(counting_bytes(9), stamped.local_port());
  peer.send(counting_bytes(9), bare.local_port());
  std::array<frame, 2> frames;
  for (udp_port* port : {&stamped, &bare}) {
    while (port->rx_burst(frames) == 0) std::this_thread::yield();
    if (port == &stamped) {
      EXPECT_GE(frames[0].timestamp.count, before);
      EXPECT_LE(frames[0].timestamp.count, now());
    } else {
      EXPECT_EQ(frames[0].timestamp.count, 0);
    }
  }
}

TEST(udp_port, a_card_that_gives_no_stamps_is_told_and_the_kernel_gives_them) {
  const udp_port port{{.address = here, .interface = "lo", .stamps = receive_stamps::device}};
  const auto told = port.warnings();
  ASSERT_FALSE(told.empty());
  EXPECT_NE(told.front().find("Interface 'lo' gives no time stamps"), std::string::npos) << told.front();
}

TEST(udp_port, what_is_longer_than_a_buffer_is_dropped_whole_and_told) {
  PYHFT_NEEDS_THE_KERNEL();
  udp_port port{{.address = here, .max_datagram_bytes = 64}};
  const plain_socket peer;
  for (const std::size_t length : {64u, 65u, 1'000u, 63u}) peer.send(counting_bytes(length), port.local_port());
  EXPECT_EQ(receive(port, 2), (contents{counting_bytes(64), counting_bytes(63)}));
  EXPECT_EQ(counted(port, "truncated"), 2u);
  const auto told = port.warnings();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told.front(), "2 datagrams were longer than 64 bytes and were dropped: raise max_datagram_bytes.");
}

TEST(udp_port, frames_that_are_held_stay_as_they_are_and_a_port_without_buffers_gives_none) {
  udp_port port{{.address = here, .buffers = 64}};
  const plain_socket peer;
  for (unsigned i = 0; i < 80; ++i) peer.send(counting_bytes(100, i), port.local_port());
  std::vector<frame> held(64);
  std::size_t count = 0;
  while (count < 64) count += port.rx_burst(std::span{held}.subspan(count));
  std::array<frame, 8> more;
  EXPECT_EQ(port.rx_burst(more), 0u);
  EXPECT_EQ(counted(port, "no_buffers"), 1u);
  EXPECT_EQ(port.held(), 64u);
  for (unsigned i = 0; i < 64; ++i) {
    const std::vector<std::byte> now(held[i].data, held[i].data + held[i].length);
    ASSERT_EQ(now, counting_bytes(100, i));
  }
  std::reverse(held.begin(), held.end());  // given back in any order
  port.release(held);
  const contents rest = receive(port, 16);
  ASSERT_EQ(rest.size(), 16u);
  for (unsigned i = 0; i < 16; ++i) EXPECT_EQ(rest[i], counting_bytes(100, 64 + i));
  EXPECT_EQ(port.held(), 0u);
}

TEST(udp_port, what_the_kernel_dropped_is_counted_to_the_last_datagram) {
  PYHFT_NEEDS_THE_KERNEL();
  udp_port port{{.address = here, .receive_buffer_bytes = 8192}};
  const plain_socket peer;
  constexpr std::size_t flood = 500;
  for (std::size_t i = 0; i < flood; ++i) peer.send(counting_bytes(400), port.local_port());
  contents got;
  for (contents more = receive(port, 1); !more.empty(); more = receive(port, 1)) {
    got.insert(got.end(), more.begin(), more.end());
    if (got.size() + counted(port, "kernel_drops") == flood) break;
  }
  EXPECT_GT(counted(port, "kernel_drops"), 0u);
  EXPECT_EQ(got.size() + counted(port, "kernel_drops"), flood);
  EXPECT_NE(port.warnings().back().find("were dropped by the kernel"), std::string::npos);
}

// A frame with all headers, as every port is handed it.
std::size_t send_frame(udp_port& port, std::uint16_t to, std::span<const std::byte> payload, ipv4_address ip = here) {
  std::array<frame, 1> out;
  EXPECT_EQ(port.tx_acquire(out), 1u);
  EXPECT_GE(out[0].capacity, udp_headers_bytes + payload.size());
  std::copy(payload.begin(), payload.end(), out[0].data + udp_headers_bytes);
  udp_route route;
  route.destination.ip = ip;
  route.destination.port = to;
  write_udp_headers({out[0].data, udp_headers_bytes + payload.size()}, route);
  out[0].length = static_cast<std::uint32_t>(udp_headers_bytes + payload.size());
  return port.tx_burst(out);
}

TEST(udp_port, what_is_sent_arrives_where_its_headers_say) {
  udp_port port{{.address = here}};
  const plain_socket first, second;
  for (const std::size_t length : {37u, 0u, 1'472u}) {
    EXPECT_EQ(send_frame(port, first.port(), counting_bytes(length, 5)), 1u);
    EXPECT_EQ(send_frame(port, second.port(), counting_bytes(length, 6)), 1u);
    EXPECT_EQ(first.receive(), counting_bytes(length, 5));
    EXPECT_EQ(second.receive(), counting_bytes(length, 6));
  }
  EXPECT_EQ(counted(port, "sent"), 6u);
}

TEST(udp_port, a_burst_goes_on_behind_frames_that_the_network_refuses_or_that_are_none) {
  udp_port port{{.address = here}};
  const plain_socket peer;
  std::array<frame, 5> out;
  ASSERT_EQ(port.tx_acquire(out), 5u);
  for (unsigned i = 0; i < out.size(); ++i) {
    const auto payload = counting_bytes(37, i);
    std::copy(payload.begin(), payload.end(), out[i].data + udp_headers_bytes);
    udp_route route;
    route.destination.ip = i == 1 ? ipv4_address{255, 255, 255, 255} : here;  // broadcast was never allowed
    route.destination.port = peer.port();
    out[i].length = static_cast<std::uint32_t>(udp_headers_bytes + payload.size());
    write_udp_headers({out[i].data, out[i].length}, route);
  }
  out[3].length = 20;  // cut
  EXPECT_EQ(port.tx_burst(out), 5u);
  for (const unsigned i : {0u, 2u, 4u}) EXPECT_EQ(peer.receive(), counting_bytes(37, i));
  EXPECT_EQ(counted(port, "sent"), 3u);
  EXPECT_EQ(counted(port, "send_errors"), 2u);
  EXPECT_NE(port.warnings().back().find("were refused by the network"), std::string::npos);
}

TEST(udp_port, joins_a_group_on_the_interface_that_is_named) {
  PYHFT_NEEDS_THE_KERNEL();
  constexpr ipv4_address group{239, 1, 1, 77};
  udp_port port{{.address = group, .interface = "lo"}};
  udp_port beside{{.address = group, .port = port.local_port(), .interface = "lo"}};  // another listener
  EXPECT_EQ(send_frame(port, port.local_port(), counting_bytes(50), group), 1u);
  EXPECT_EQ(receive(port, 1), (contents{counting_bytes(50)}));
  EXPECT_EQ(receive(beside, 1), (contents{counting_bytes(50)}));
}

TEST(udp_port, hears_of_a_group_only_the_source_that_is_named) {
  PYHFT_NEEDS_THE_KERNEL();
  constexpr ipv4_address group{232, 1, 1, 78};
  udp_port right{{.address = group, .interface = "lo", .source = here}};
  udp_port wrong{
      {.address = group, .port = right.local_port(), .interface = "lo", .source = ipv4_address{10, 9, 8, 7}}};
  const plain_socket peer;  // whose address is the loopback's
  const in_addr by{htonl(INADDR_LOOPBACK)};
  ASSERT_EQ(::setsockopt(peer, IPPROTO_IP, IP_MULTICAST_IF, &by, sizeof by), 0);
  peer.send(counting_bytes(50), right.local_port(), {232, 1, 1, 78});
  EXPECT_EQ(receive(right, 1), (contents{counting_bytes(50)}));
  std::array<frame, 1> none;
  EXPECT_EQ(wrong.rx_burst(none), 0u);
}

template <class Error>
void expect_refused(const udp_settings& settings, const std::string& words) {
  try {
    const udp_port port{settings};
    ADD_FAILURE() << "was accepted: " << words;
  } catch (const Error& refusal) {
    EXPECT_NE(std::string(refusal.what()).find(words), std::string::npos) << refusal.what();
  }
}

TEST(udp_port, what_cannot_be_is_refused_with_the_remedy) {
  const udp_port taken{{.address = here}};
  expect_refused<host_error>({.address = here, .port = taken.local_port()}, "another program has it");
  expect_refused<host_error>({.address = {203, 0, 113, 9}, .port = 9}, "203.0.113.9:9 can't be listened to");
  expect_refused<host_error>({.address = here, .interface = "nowhere0"}, "no interface 'nowhere0'");
  expect_refused<host_error>({.address = {239, 1, 1, 1}, .interface = "nowhere0"}, "name one of lo");
  expect_refused<argument_error>({.address = here, .source = here}, "no multicast group");
  expect_refused<argument_error>({.address = here, .max_datagram_bytes = 63}, "max_datagram_bytes is 63");
  expect_refused<argument_error>({.address = here, .buffers = 0}, "buffers is 0; it must be from 1");
  expect_refused<argument_error>({.address = here, .receive_buffer_bytes = 0}, "receive_buffer_bytes is 0");
}

TEST(udp_port, no_call_of_the_hot_thread_allocates) {
  udp_port port{{.address = here}};
  const plain_socket peer;
  for (unsigned i = 0; i < 100; ++i) peer.send(counting_bytes(60), port.local_port());
  const support::allocation_counter allocations;
  std::array<frame, 32> in;
  std::array<frame, 3> out;
  std::size_t received = 0;
  while (received < 100) {
    const std::size_t count = port.rx_burst(in);
    received += count;
    port.release(std::span{in}.first(count));
    const auto acquired = std::span{out}.first(port.tx_acquire(out));
    for (frame& order : acquired) {
      order.length = udp_headers_bytes;
      write_udp_headers({order.data, order.length}, {.destination = {.ip = here, .port = peer.port()}});
    }
    port.tx_burst(acquired);
  }
  EXPECT_EQ(allocations.calls(), 0u);
}

}  // namespace
}  // namespace pyhft::net
