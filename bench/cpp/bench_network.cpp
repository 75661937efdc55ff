// SPDX-License-Identifier: MIT
// The kernel's way to a network, over the loopback interface: what a datagram of one `raw` message costs to receive and to
// send, and how long it is on its way. Two threads where two are needed, on the first two cores that we may use.

#include <atomic>
#include <string>
#include <vector>

#include "network_cases.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::bench {
namespace {

constexpr std::size_t datagrams = 8192;  // that the kernel's buffer holds at once

// The kernel's buffer is filled, and then emptied against the clock. `drain` gives how many came.
template <class Drain>
void receive(benchmark::State& state, std::uint16_t port, Drain drain) {
  const plain_socket peer;
  const clock::tsc_clock clock;
  for (auto _ : state) {
    for (std::uint32_t i = 0; i < datagrams; ++i) {
      const auto bytes = message(i);
      peer.send_to(loopback, port, bytes.data(), bytes.size());
    }
    checking_visitor visitor;
    const std::uint64_t begin = clock.read();
    const std::size_t came = drain(visitor);
    const std::uint64_t end = clock.read();
    if (came != datagrams || !visitor.right) {
      state.SkipWithError("datagrams were lost or came out of order: raise net.core.rmem_max");
      break;
    }
    state.SetIterationTime(clock.to_ns(end - begin) / 1e9);
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{datagrams});
}

void receive_by_port(benchmark::State& state, net::receive_stamps stamps) {
  net::udp_port port{{.address = loopback, .receive_buffer_bytes = 64 << 20, .stamps = stamps}};
  receive(state, port.local_port(), [&](checking_visitor& visitor) {
    std::array<net::frame, burst> frames;
    std::size_t came = 0;
    while (const std::size_t count = port.rx_burst(frames)) {
      for (std::size_t i = 0; i < count; ++i) feed::raw::decode(frames[i].bytes(), visitor);
      port.release({frames.data(), count});
      came += count;
    }
    return came;
  });
}

// The physical limit: the same system call in a bare loop.
void receive_by_recvmmsg(benchmark::State& state) {
  const plain_socket receiver;
  message_burst in;
  receive(state, receiver.port(), [&](checking_visitor& visitor) {
    std::size_t came = 0;
    for (int count; (count = ::recvmmsg(receiver, in.headers.data(), burst, MSG_DONTWAIT, nullptr)) > 0;) {
      for (int i = 0; i < count; ++i) {
        const auto place = static_cast<std::size_t>(i);
        feed::raw::decode({in.buffers[place].data(), in.headers[place].msg_len}, visitor);
      }
      came += static_cast<std::size_t>(count);
    }
    return came;
  });
}

void receive_by_recv(benchmark::State& state, int flags) {
  const plain_socket receiver;
  receiver.wait_at_most_ms(100);
  std::array<std::byte, 2048> buffer;
  receive(state, receiver.port(), [&](checking_visitor& visitor) {
    std::size_t came = 0;
    while (came < datagrams) {
      const ssize_t length = ::recv(receiver, buffer.data(), buffer.size(), flags);
      if (length < 0) break;
      feed::raw::decode({buffer.data(), static_cast<std::size_t>(length)}, visitor);
      ++came;
    }
    return came;
  });
}

template <class Receive>
void one_way_on_loopback(benchmark::State& state, std::uint16_t port, Receive receive_one) {
  const plain_socket peer;
  one_way(
      state, [&](const void* bytes, std::size_t length) { peer.send_to(loopback, port, bytes, length); }, receive_one);
}

void one_way_by_port(benchmark::State& state) {
  net::udp_port port{{.address = loopback}};
  one_way_on_loopback(state, port.local_port(), [&](std::uint64_t& sent) {
    std::array<net::frame, 1> frames;
    while (port.rx_burst(frames) == 0) threads::pause_cpu();
    std::memcpy(&sent, frames[0].data, sizeof sent);
    port.release(frames);
  });
}

void one_way_by_blocking_recv(benchmark::State& state) {
  const plain_socket receiver;
  one_way_on_loopback(state, receiver.port(), [&](std::uint64_t& sent) { ::recv(receiver, &sent, sizeof sent, 0); });
}

void one_way_by_spinning_recv(benchmark::State& state) {
  const plain_socket receiver;
  one_way_on_loopback(state, receiver.port(), [&](std::uint64_t& sent) {
    while (::recv(receiver, &sent, sizeof sent, MSG_DONTWAIT) < 0) threads::pause_cpu();
  });
}

// An order in a burst of its own, delivered by the loopback interface into a buffer that nobody reads until it is full.
void send_by_port(benchmark::State& state) {
  const plain_socket exchange;
  net::udp_port port{{.address = loopback}};
  std::array<net::frame, 1> order;
  std::array<std::byte, 2048> sink;
  for (auto _ : state) {
    port.tx_acquire(order);
    order[0].length = net::udp_headers_bytes + 37;
    net::write_udp_headers({order[0].data, order[0].length},
                           {.destination = {.ip = loopback, .port = exchange.port()}});
    if (port.tx_burst(order) != 1) state.SkipWithError("an order wasn't taken");
    state.PauseTiming();
    if (::recv(exchange, sink.data(), sink.size(), MSG_DONTWAIT) != 37) state.SkipWithError("an order didn't arrive");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}

const bool registered = [] {
  const auto drains = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->UseManualTime()->Iterations(8);
  };
  drains("socket, receive/pyhft", [](benchmark::State& s) { receive_by_port(s, net::receive_stamps::none); });
  drains("socket, receive/raw", receive_by_recvmmsg);
  drains("socket, receive/recv", [](benchmark::State& s) { receive_by_recv(s, MSG_DONTWAIT); });
  drains("socket, receive/blocking", [](benchmark::State& s) { receive_by_recv(s, 0); });
  drains("socket, receive with the kernel's time/pyhft",
         [](benchmark::State& s) { receive_by_port(s, net::receive_stamps::kernel); });
  drains("receive and parse/udp", [](benchmark::State& s) { receive_by_port(s, net::receive_stamps::none); });
  drains("receive and parse/recvmmsg", receive_by_recvmmsg);
  drains("receive and parse/recv", [](benchmark::State& s) { receive_by_recv(s, MSG_DONTWAIT); });
  drains("receive and parse/blocking", [](benchmark::State& s) { receive_by_recv(s, 0); });
  const auto ways = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->UseRealTime()->Iterations(1);
  };
  ways("socket, one way, every 20 us/pyhft", one_way_by_port);
  ways("socket, one way, every 20 us/recv", one_way_by_spinning_recv);
  ways("socket, one way, every 20 us/blocking", one_way_by_blocking_recv);
  benchmark::RegisterBenchmark("socket, send an order/pyhft", send_by_port)->Iterations(20'000);
#ifndef PYHFT_WITH_DPDK
  // What bench_network_dpdk.cpp measures.
  for (const char* name : {"receive and parse/pyhft", "there and back, every 20 us/pyhft"}) {
    benchmark::RegisterBenchmark(
        name, [](benchmark::State& s) { s.SkipWithError("not installed: apt-get install libdpdk-dev dpdk-dev"); });
  }
#endif
  return true;
}();

}  // namespace
}  // namespace pyhft::bench
