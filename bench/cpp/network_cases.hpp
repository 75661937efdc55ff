// SPDX-License-Identifier: MIT
#pragma once

// What the network cases have in common: the messages, the look at them, plain sockets, and how a way is timed.
//
// The cases that compare ways are named alike in several files, so that they are run side by side:
//   receive and parse       what is there already is taken up, walked through its headers and decoded; ns a packet
//   there and back          one packet every 20 us to a peer on the other core that sends it back at once

#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/clock/histogram.hpp"
#include "pyhft/clock/tsc_clock.hpp"
#include "pyhft/feed/raw.hpp"
#include "pyhft/net/udp_port.hpp"
#include "pyhft/net/udp_socket.hpp"
#include "pyhft/threads/idle.hpp"
#include "pyhft/threads/pinned_thread.hpp"

namespace pyhft::bench {

inline constexpr std::size_t payload_bytes = 29;
inline constexpr std::size_t burst = 32;
inline constexpr net::ipv4_address loopback{127, 0, 0, 1};

using net::socket_address;

// A socket bound to a free port of an address. It stays in the network namespace of the thread that made it.
struct plain_socket : net::udp_socket {
  explicit plain_socket(const net::ipv4_address& ip = loopback) {
    ask_receive_buffer(64 << 20);
    bind(ip, 0);
  }
  void send_to(const net::ipv4_address& ip, std::uint16_t port, const void* bytes, std::size_t length) const {
    udp_socket::send_to(socket_address(ip, port), {static_cast<const std::byte*>(bytes), length});
  }
};

// Buffers for one recvmmsg.
struct message_burst {
  message_burst() {
    for (std::size_t i = 0; i < burst; ++i) {
      spans[i] = {buffers[i].data(), buffers[i].size()};
      headers[i].msg_hdr.msg_iov = &spans[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }
  std::array<std::array<std::byte, 2048>, burst> buffers;
  std::array<mmsghdr, burst> headers{};
  std::array<iovec, burst> spans{};
};

// Level updates whose quantities count up, so that it is seen whether all of them came, in order.
inline std::array<std::byte, payload_bytes> message(std::uint32_t number) {
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

inline void report(benchmark::State& state, const clock::histogram& ns) {
  state.SetItemsProcessed(static_cast<std::int64_t>(ns.count()));
  state.counters["p50"] = static_cast<double>(ns.value_at_percentile(50));
  state.counters["p99"] = static_cast<double>(ns.value_at_percentile(99));
  state.counters["p99.9"] = static_cast<double>(ns.value_at_percentile(99.9));
}

inline constexpr std::size_t trips = 5'000;
inline constexpr std::uint64_t trip_gap_ns = 20'000;
// That find nothing, and then a packet is lost: seconds, for the peer's core may be somebody else's for a while.
inline constexpr int patient_polls = 300'000'000;

// Sends a number every 20 us and waits until it is back. `send` and `receive` give what was not possible as false; both
// are called on the last core, by a thread that holds what `begin` gives; the peer stands on the first.
template <class Begin, class Send, class Receive>
void there_and_back(benchmark::State& state, Begin begin, Send send, Receive receive) {
  const int core = threads::allowed_cores().back();
  const clock::tsc_clock clock;
  const auto gap = static_cast<std::uint64_t>(static_cast<double>(trip_gap_ns) / clock.ns_per_cycle());
  clock::histogram ns;
  bool lost = false;
  for (auto _ : state) {
    threads::pinned_thread(core, "bench_trips", {}, [&] {
      [[maybe_unused]] const auto held = begin();
      std::uint64_t next = clock.read() + 50 * gap;
      for (std::uint64_t i = 1; i <= trips && !lost; ++i, next = std::max(next + gap, clock.read())) {
        while (clock.read() < next) threads::pause_cpu();
        const std::uint64_t sent_at = clock.read();
        std::uint64_t came = 0;
        lost = !send(i) || !receive(came) || came != i;
        ns.record(static_cast<std::uint64_t>(clock.to_ns(clock.read() - sent_at)));
      }
    }).join();
  }
  if (lost) state.SkipWithError("a packet didn't come back, or another did");
  report(state, ns);
}

template <class Send, class Receive>
void there_and_back(benchmark::State& state, Send send, Receive receive) {
  there_and_back(state, [] { return 0; }, send, receive);
}

// One datagram every 20 us carries the counter, sent from the first core; the receiver on the last says how old it was.
template <class Send, class Receive>
void one_way(benchmark::State& state, Send send, Receive receive_one) {
  const auto cores = threads::allowed_cores();
  const clock::tsc_clock clock;
  const auto gap = static_cast<std::uint64_t>(static_cast<double>(trip_gap_ns) / clock.ns_per_cycle());
  clock::histogram ages;
  for (auto _ : state) {
    threads::pinned_thread sender(cores.front(), "bench_sender", {}, [&] {
      std::uint64_t next = clock.read() + 50 * gap;
      for (std::size_t i = 0; i < trips; ++i, next += gap) {
        while (clock.read() < next) threads::pause_cpu();
        const std::uint64_t now = clock.read();
        send(&now, sizeof now);
      }
    });
    threads::pinned_thread receiver(cores.back(), "bench_receiver", {}, [&] {
      for (std::size_t i = 0; i < trips; ++i) {
        std::uint64_t sent = 0;
        receive_one(sent);
        ages.record(static_cast<std::uint64_t>(clock.to_ns(clock.read() - sent)));
      }
    });
    sender.join();
    receiver.join();
  }
  report(state, ages);
  if (cores.size() < 2) state.SetLabel("both ends share one core");
}

}  // namespace pyhft::bench
