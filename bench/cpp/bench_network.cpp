// SPDX-License-Identifier: MIT
// The kernel's way to a network, over the loopback interface: what a datagram of one `raw` message costs to receive and to
// send, and how long it is on its way. Two threads where two are needed, on the first two cores that we may use.

#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <string>
#include <vector>

#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/udp_port.hpp"
#include "pyhft/threads/idle.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft {
namespace {

constexpr net::ipv4_address here{127, 0, 0, 1};
constexpr std::size_t datagrams = 8192;  // that the kernel's buffer holds at once
constexpr std::size_t payload_bytes = 29;
constexpr std::size_t burst = 32;

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class plain_socket {
 public:
  plain_socket() {
    constexpr int room = 64 << 20;
    if (::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    sockaddr_in any = local(0);
    ::bind(descriptor_, reinterpret_cast<sockaddr*>(&any), sizeof any);
    socklen_t length = sizeof any;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&any), &length);
    port_ = ntohs(any.sin_port);
  }
  plain_socket(const plain_socket&) = delete;
  plain_socket& operator=(const plain_socket&) = delete;
  ~plain_socket() { ::close(descriptor_); }
  operator int() const { return descriptor_; }
  std::uint16_t port() const { return port_; }

  void send_to(std::uint16_t port, const void* bytes, std::size_t length) const {
    const sockaddr_in to = local(port);
    ::sendto(descriptor_, bytes, length, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }

 private:
  int descriptor_ = ::socket(AF_INET, SOCK_DGRAM, 0);
  std::uint16_t port_{};
};

// Level updates whose quantities count up, so that it is seen whether all of them came, in order.
std::array<std::byte, payload_bytes> message(std::uint32_t number) {
  std::array<std::byte, payload_bytes> bytes{};
  std::memcpy(bytes.data(), "BENCH   ", 8);
  store_little<std::uint64_t>(bytes.data() + 8, 1'000'000);
  store_little<std::uint32_t>(bytes.data() + 16, number);
  store_little<std::uint64_t>(bytes.data() + 21, 1);
  return bytes;
}

struct checking_visitor {
  std::uint32_t expected{};
  bool right{true};
  void on(const feed::raw::level_update& m) noexcept { right = right && m.quantity().shares == expected++; }
};

// The kernel's buffer is filled, and then emptied against the clock. `drain` gives how many came.
template <class Drain>
void receive(benchmark::State& state, std::uint16_t port, Drain drain) {
  const plain_socket peer;
  const clock::tsc_clock clock;
  for (auto _ : state) {
    for (std::uint32_t i = 0; i < datagrams; ++i) {
      const auto bytes = message(i);
      peer.send_to(port, bytes.data(), bytes.size());
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
  net::udp_port port{{.address = here, .receive_buffer_bytes = 64 << 20, .stamps = stamps}};
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
  std::vector<std::array<std::byte, 2048>> buffers(burst);
  std::array<mmsghdr, burst> messages{};
  std::array<iovec, burst> spans{};
  for (std::size_t i = 0; i < burst; ++i) {
    spans[i] = {buffers[i].data(), buffers[i].size()};
    messages[i].msg_hdr.msg_iov = &spans[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  receive(state, receiver.port(), [&](checking_visitor& visitor) {
    std::size_t came = 0;
    for (int count; (count = ::recvmmsg(receiver, messages.data(), burst, MSG_DONTWAIT, nullptr)) > 0;) {
      for (int i = 0; i < count; ++i) {
        const auto place = static_cast<std::size_t>(i);
        feed::raw::decode({buffers[place].data(), messages[place].msg_len}, visitor);
      }
      came += static_cast<std::size_t>(count);
    }
    return came;
  });
}

void receive_by_recv(benchmark::State& state) {
  const plain_socket receiver;
  std::array<std::byte, 2048> buffer;
  receive(state, receiver.port(), [&](checking_visitor& visitor) {
    std::size_t came = 0;
    for (ssize_t length; (length = ::recv(receiver, buffer.data(), buffer.size(), MSG_DONTWAIT)) >= 0; ++came) {
      feed::raw::decode({buffer.data(), static_cast<std::size_t>(length)}, visitor);
    }
    return came;
  });
}

// One datagram every 20 us carries the counter; the receiver says how old it was.
template <class Receive>
void one_way(benchmark::State& state, std::uint16_t port, Receive receive_one) {
  constexpr std::size_t count = 5'000;
  const auto cores = threads::allowed_cores();
  const clock::tsc_clock clock;
  const auto gap = static_cast<std::uint64_t>(20'000 / clock.ns_per_cycle());
  clock::histogram ages;
  for (auto _ : state) {
    threads::pinned_thread sender(cores.front(), "bench_sender", {}, [&] {
      const plain_socket peer;
      std::uint64_t next = clock.read() + 50 * gap;
      for (std::size_t i = 0; i < count; ++i, next += gap) {
        while (clock.read() < next) threads::pause_cpu();
        const std::uint64_t now = clock.read();
        peer.send_to(port, &now, sizeof now);
      }
    });
    threads::pinned_thread receiver(cores.back(), "bench_receiver", {}, [&] {
      for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t sent = 0;
        receive_one(sent);
        ages.record(static_cast<std::uint64_t>(clock.to_ns(clock.read() - sent)));
      }
    });
    sender.join();
    receiver.join();
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{count});
  state.counters["p50"] = static_cast<double>(ages.value_at_percentile(50));
  state.counters["p99"] = static_cast<double>(ages.value_at_percentile(99));
  state.counters["p99.9"] = static_cast<double>(ages.value_at_percentile(99.9));
  if (cores.size() < 2) state.SetLabel("both ends share one core");
}

void one_way_by_port(benchmark::State& state) {
  net::udp_port port{{.address = here}};
  one_way(state, port.local_port(), [&](std::uint64_t& sent) {
    std::array<net::frame, 1> frames;
    while (port.rx_burst(frames) == 0) threads::pause_cpu();
    std::memcpy(&sent, frames[0].data, sizeof sent);
    port.release(frames);
  });
}

void one_way_by_blocking_recv(benchmark::State& state) {
  const plain_socket receiver;
  one_way(state, receiver.port(), [&](std::uint64_t& sent) { ::recv(receiver, &sent, sizeof sent, 0); });
}

void one_way_by_spinning_recv(benchmark::State& state) {
  const plain_socket receiver;
  one_way(state, receiver.port(), [&](std::uint64_t& sent) {
    while (::recv(receiver, &sent, sizeof sent, MSG_DONTWAIT) < 0) threads::pause_cpu();
  });
}

// An order in a burst of its own, delivered by the loopback interface into a buffer that nobody reads until it is full.
void send_by_port(benchmark::State& state) {
  const plain_socket exchange;
  net::udp_port port{{.address = here}};
  std::array<net::frame, 1> order;
  std::array<std::byte, 2048> sink;
  for (auto _ : state) {
    port.tx_acquire(order);
    order[0].length = net::udp_headers_bytes + 37;
    net::write_udp_headers({order[0].data, order[0].length}, {.destination = {.ip = here, .port = exchange.port()}});
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
  drains("socket, receive/recv", receive_by_recv);
  drains("socket, receive with the kernel's time/pyhft",
         [](benchmark::State& s) { receive_by_port(s, net::receive_stamps::kernel); });
  const auto ways = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->UseRealTime()->Iterations(1);
  };
  ways("socket, one way, every 20 us/pyhft", one_way_by_port);
  ways("socket, one way, every 20 us/recv", one_way_by_spinning_recv);
  ways("socket, one way, every 20 us/blocking recv", one_way_by_blocking_recv);
  benchmark::RegisterBenchmark("socket, send an order/pyhft", send_by_port)->Iterations(20'000);
  return true;
}();

}  // namespace
}  // namespace pyhft
