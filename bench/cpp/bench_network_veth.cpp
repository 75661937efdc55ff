// SPDX-License-Identifier: MIT
// The kernel's sockets at both ends of a cable (a veth pair between two network namespaces of this process's own, which
// end with it): one way, and there and back with a peer that returns what comes. As root; otherwise the cases say so.

#include <fcntl.h>
#include <sched.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "network_cases.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::bench {
namespace {

constexpr net::ipv4_address here_ip{10, 77, 0, 1};
constexpr net::ipv4_address there_ip{10, 77, 0, 2};

// A network namespace, kept by its descriptor.
class name_space {
 public:
  name_space() {
    std::thread([&] {
      if (::unshare(CLONE_NEWNET) == 0) descriptor_ = ::open("/proc/thread-self/ns/net", O_RDONLY);
    }).join();
  }
  name_space(const name_space&) = delete;
  name_space& operator=(const name_space&) = delete;
  ~name_space() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  bool made() const { return descriptor_ >= 0; }
  std::string path() const { return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_); }

  // In a thread of its own: sockets stay in the namespace in which they are made, whoever uses them then.
  template <class F>
  void enter(F work) const {
    std::thread([&] {
      if (::setns(descriptor_, CLONE_NEWNET) == 0) work();
    }).join();
  }
  bool run(const std::string& command) const {
    bool done = false;
    enter([&] { done = std::system((command + " >/dev/null 2>&1").c_str()) == 0; });
    return done;
  }

 private:
  int descriptor_ = -1;
};

class cable {
 public:
  cable() {
    works_ = here.made() && there.made() &&
             here.run("ip link add veth0 type veth peer name veth0 netns " + there.path()) &&
             up(here, "10.77.0.1/24") && up(there, "10.77.0.2/24");
  }
  bool works() const { return works_; }

  name_space here;
  name_space there;

 private:
  static bool up(const name_space& side, const std::string& address) {
    return side.run("echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; ip address add " + address +
                    " dev veth0 && ip link set veth0 up");
  }
  bool works_;
};

const cable* laid(benchmark::State& state) {
  static const cable one;
  if (one.works()) return &one;
  state.SkipWithError("not possible here: network namespaces are made by root, with the ip program of iproute2");
  return nullptr;
}

std::unique_ptr<plain_socket> socket_in(const name_space& side, const net::ipv4_address& ip) {
  std::unique_ptr<plain_socket> made;
  side.enter([&] { made = std::make_unique<plain_socket>(ip); });
  return made;
}

std::unique_ptr<net::udp_port> port_in(const name_space& side, net::receive_stamps stamps) {
  std::unique_ptr<net::udp_port> made;
  side.enter([&] { made = std::make_unique<net::udp_port>(net::udp_settings{.address = here_ip, .stamps = stamps}); });
  return made;
}

// The peer: what comes goes back, to `home` or to who sent it. It spins, or sleeps until the kernel wakes it.
template <class Work>
void with_echo(const plain_socket& there, bool sleeps, const sockaddr_in* home, Work work) {
  there.wait_at_most_ms(20);
  const threads::pinned_thread echo(
      threads::allowed_cores().front(), "bench_echo", {}, [&](const std::stop_token& stop) {
        std::array<std::byte, 2048> buffer;
        sockaddr_in from{};
        while (!stop.stop_requested()) {
          socklen_t length = sizeof from;
          const ssize_t got = ::recvfrom(there, buffer.data(), buffer.size(), sleeps ? 0 : MSG_DONTWAIT,
                                         reinterpret_cast<sockaddr*>(&from), &length);
          const auto* const to = reinterpret_cast<const sockaddr*>(home != nullptr ? home : &from);
          if (got >= 0)
            ::sendto(there, buffer.data(), static_cast<std::size_t>(got), 0, to, sizeof from);
          else
            threads::pause_cpu();
        }
      });
  work();
}

void back_by_recv(benchmark::State& state, bool we_sleep, bool peer_sleeps) {
  const cable* const between = laid(state);
  if (between == nullptr) return;
  const auto there = socket_in(between->there, there_ip);
  const auto here = socket_in(between->here, here_ip);
  here->wait_at_most_ms(1000);
  with_echo(*there, peer_sleeps, nullptr, [&] {
    there_and_back(
        state,
        [&](std::uint64_t number) {
          here->send_to(there_ip, there->port(), &number, sizeof number);
          return true;
        },
        [&](std::uint64_t& came) {
          if (we_sleep) return ::recv(*here, &came, sizeof came, 0) == sizeof came;
          for (int patience = patient_polls; patience > 0; --patience) {
            if (::recv(*here, &came, sizeof came, MSG_DONTWAIT) == sizeof came) return true;
          }
          return false;
        });
  });
}

void back_by_port(benchmark::State& state) {
  const cable* const between = laid(state);
  if (between == nullptr) return;
  const auto there = socket_in(between->there, there_ip);
  const auto port = port_in(between->here, net::receive_stamps::none);
  // The port sends by a socket of its own, so the peer has to know where it listens.
  const sockaddr_in home = socket_address(here_ip, port->local_port());
  with_echo(*there, false, &home, [&] {
    there_and_back(
        state,
        [&](std::uint64_t number) {
          std::array<net::frame, 1> out;
          port->tx_acquire(out);
          out[0].length = net::udp_headers_bytes + sizeof number;
          std::memcpy(out[0].data + net::udp_headers_bytes, &number, sizeof number);
          net::write_udp_headers({out[0].data, out[0].length},
                                 {.destination = {.ip = there_ip, .port = there->port()}});
          return port->tx_burst(out) == 1;
        },
        [&](std::uint64_t& came) {
          std::array<net::frame, 1> in;
          for (int patience = patient_polls; patience > 0; --patience) {
            if (port->rx_burst(in) == 0) continue;
            std::memcpy(&came, in[0].data, sizeof came);
            port->release(in);
            return true;
          }
          return false;
        });
  });
}

// One way: who receives is named by what it calls.
template <class Make>
void one_way_on_the_cable(benchmark::State& state, Make make) {
  const cable* const between = laid(state);
  if (between == nullptr) return;
  const auto there = socket_in(between->there, there_ip);
  const auto here = socket_in(between->here, here_ip);
  const auto send = [&](const void* bytes, std::size_t length) {
    there->send_to(here_ip, here->port(), bytes, length);
  };
  one_way(state, send, make(*here));
}

void one_way_by_port(benchmark::State& state) {
  const cable* const between = laid(state);
  if (between == nullptr) return;
  const auto there = socket_in(between->there, there_ip);
  const auto port = port_in(between->here, net::receive_stamps::none);
  const auto send = [&](const void* bytes, std::size_t length) {
    there->send_to(here_ip, port->local_port(), bytes, length);
  };
  one_way(state, send, [&](std::uint64_t& sent) {
    std::array<net::frame, 1> frames;
    while (port->rx_burst(frames) == 0) threads::pause_cpu();
    std::memcpy(&sent, frames[0].data, sizeof sent);
    port->release(frames);
  });
}

auto blocking_recv(const plain_socket& here) {
  return [&here](std::uint64_t& sent) { ::recv(here, &sent, sizeof sent, 0); };
}

auto spinning_recv(const plain_socket& here) {
  return [&here](std::uint64_t& sent) {
    while (::recv(here, &sent, sizeof sent, MSG_DONTWAIT) < 0) threads::pause_cpu();
  };
}

auto spinning_recvmmsg(const plain_socket& here) {
  return [&here, in = std::make_shared<message_burst>()](std::uint64_t& sent) {
    while (::recvmmsg(here, in->headers.data(), 1, MSG_DONTWAIT, nullptr) != 1) threads::pause_cpu();
    std::memcpy(&sent, in->buffers[0].data(), sizeof sent);
  };
}

// The kernel spins for the caller, where the device has a queue that can be looked at; a veth has one only with NAPI.
auto busy_polling_recv(const plain_socket& here) {
  constexpr int us = 50;
  ::setsockopt(here, SOL_SOCKET, SO_BUSY_POLL, &us, sizeof us);
  return blocking_recv(here);
}

const bool registered = [] {
  const auto trips_of = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->UseRealTime()->Iterations(1);
  };
  trips_of("veth, one way, every 20 us/pyhft", one_way_by_port);
  trips_of("veth, one way, every 20 us/recv", [](benchmark::State& s) { one_way_on_the_cable(s, spinning_recv); });
  trips_of("veth, one way, every 20 us/recvmmsg",
           [](benchmark::State& s) { one_way_on_the_cable(s, spinning_recvmmsg); });
  trips_of("veth, one way, every 20 us/busy-poll",
           [](benchmark::State& s) { one_way_on_the_cable(s, busy_polling_recv); });
  trips_of("veth, one way, every 20 us/blocking", [](benchmark::State& s) { one_way_on_the_cable(s, blocking_recv); });
  trips_of("there and back, every 20 us/udp", back_by_port);
  trips_of("there and back, every 20 us/recv", [](benchmark::State& s) { back_by_recv(s, false, false); });
  trips_of("there and back, every 20 us/blocking", [](benchmark::State& s) { back_by_recv(s, true, false); });
  trips_of("there and back, every 20 us/both-blocking", [](benchmark::State& s) { back_by_recv(s, true, true); });
  return true;
}();

}  // namespace
}  // namespace pyhft::bench
