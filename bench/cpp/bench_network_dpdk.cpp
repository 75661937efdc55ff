// SPDX-License-Identifier: MIT
// Kernel bypass: the port over DPDK's devices, and a bare loop over the same device and queue beside it. net_ring hands
// mbufs over in memory; net_virtio_user reaches a dpdk-testpmd, which this program starts on the first core, and which
// sends every frame back. testpmd polls: it is held while something else is measured.

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "network_cases.hpp"
#include "pyhft/feed/itch50.hpp"
#include "pyhft/feed/moldudp64.hpp"
#include "pyhft/net/dpdk_port.hpp"
#include "pyhft/net/headers.hpp"
#include "pyhft/net/port_use.hpp"

namespace pyhft::bench {
namespace {

constexpr std::uint16_t feed_port = 26400;
constexpr std::size_t on_the_ring = 31 * burst;  // of 1,023 places
constexpr std::size_t on_the_way = 4 * burst;    // through virtio's 256 descriptors
// Vectors read its ring, which is quicker by a quarter of a microsecond there and back than the driver's usual way.
constexpr const char* quick_ring = ",vectorized=1,mrg_rxbuf=0,in_order=0";
constexpr std::size_t mold_add_bytes = feed::moldudp64::header_bytes + 2 + feed::itch50::add_order::length;

using payload_writer = void (*)(std::byte* at, std::uint32_t number);

void write_raw(std::byte* at, std::uint32_t number) {
  const auto bytes = message(number);
  std::memcpy(at, bytes.data(), bytes.size());
}

void write_itch(std::byte* at, std::uint32_t number) {
  feed::moldudp64::header{{{'B', 'E', 'N', 'C', 'H', ' ', ' ', ' ', ' ', ' '}}, number + 1, 1}.store(at);
  at += feed::moldudp64::header_bytes;
  store_big<std::uint16_t>(at, feed::itch50::add_order::length);
  std::memset(at + 2, 0, feed::itch50::add_order::length);
  at[2] = std::byte{'A'};
  store_big<std::uint64_t>(at + 2 + 11, number);
  at[2 + 19] = std::byte{'B'};
}

// Walks the headers of a frame and decodes its payload; wants all messages, in order.
struct raw_parser {
  static constexpr payload_writer write = write_raw;
  static constexpr std::size_t bytes = payload_bytes;
  void take(std::span<const std::byte> frame) noexcept { feed::raw::decode(net::find_udp(frame).payload, visitor); }
  bool right(std::size_t count) const noexcept { return visitor.right && visitor.expected == count; }
  checking_visitor visitor;
};

struct itch_parser {
  static constexpr payload_writer write = write_itch;
  static constexpr std::size_t bytes = mold_add_bytes;

  void take(std::span<const std::byte> frame) noexcept { session.receive(net::find_udp(frame).payload, *this); }
  void on_message(std::span<const std::byte> bytes_of_one) noexcept {
    if (feed::itch50::decode(bytes_of_one, *this) != feed::decoded::ok) good = false;
  }
  void on_gap(std::uint64_t) noexcept { good = false; }
  void on(const feed::itch50::add_order& m) noexcept { good = good && m.reference().value == expected++; }
  template <class Other>
  void on(const Other&) noexcept {
    good = false;
  }
  bool right(std::size_t count) const noexcept { return good && expected == count; }

  feed::moldudp64::receiver session;
  std::uint64_t expected{};
  bool good{true};
};

// DPDK's forwarder as a process of its own, both its threads on the first core; it is held unless one is running().
class testpmd {
 public:
  testpmd() {
    const auto folder = std::filesystem::temp_directory_path();
    socket_ = folder / ("pyhft-bench-" + std::to_string(::getpid()) + ".sock");
    const std::string core = std::to_string(threads::allowed_cores().front());
    const std::string command =
        "exec dpdk-testpmd --lcores '0@" + core + ",1@" + core +
        "' --no-pci --no-telemetry --in-memory --single-file-segments -m 64 --file-prefix pyhft-bench-" +
        std::to_string(::getpid()) + " --vdev net_vhost0,iface=" + socket_.string() +
        " -- --forward-mode=macswap --auto-start --total-num-mbufs=4096 --stats-period 60 </dev/null";
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) {
      // testpmd polls for ever: it is killed when this thread, the main one, ends, however it does.
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(127);
      ::dup2(output_, STDOUT_FILENO);
      ::dup2(output_, STDERR_FILENO);
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    for (int tenth = 0; tenth < 100 && !works_; ++tenth) {
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
      std::ifstream said{"/proc/self/fd/" + std::to_string(output_)};
      const std::string text{std::istreambuf_iterator<char>{said}, {}};
      works_ = text.find("start packet forwarding") != std::string::npos;
      if (::waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = 0;
        break;
      }
    }
  }
  testpmd(const testpmd&) = delete;
  testpmd& operator=(const testpmd&) = delete;
  ~testpmd() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    unlink();
    ::close(output_);
  }
  // Once it has been connected to: however this process ends, nothing is left behind then.
  void unlink() const {
    std::error_code ignored;
    std::filesystem::remove(socket_, ignored);
  }
  bool works() const { return works_; }
  std::string socket() const { return socket_.string(); }
  void hold() const { ::kill(process_, SIGSTOP); }
  void go_on() const { ::kill(process_, SIGCONT); }

 private:
  pid_t process_{};
  std::filesystem::path socket_;
  int output_{::memfd_create("testpmd", MFD_CLOEXEC)};
  bool works_{};
};

// A device of this process, and the port of its only queue.
struct open_device {
  explicit open_device(std::string name)
      : device{net::dpdk_device::open({.device = std::move(name)})}, port{device->queue(0)} {
    rte_eth_dev_get_port_by_name(device->name().c_str(), &id);
  }
  std::shared_ptr<net::dpdk_device> device;
  std::shared_ptr<net::dpdk_port> port;
  std::uint16_t id{};
};

struct everything {
  ~everything() {
    if (forwarder != nullptr) forwarder->go_on();  // its answers are needed to close the device
    far.reset();
  }
  std::unique_ptr<open_device> ring;
  std::unique_ptr<testpmd> forwarder;
  std::unique_ptr<open_device> far;
  std::string no_ring, no_far;  // why there is none
};

everything& opened() {
  static everything all;
  return all;
}

// Before the other device: DPDK tells testpmd of memory that it takes later, and waits for the answer of one that is held.
void open_ring(everything& all) {
  if (all.ring != nullptr || !all.no_ring.empty()) return;
  try {
    all.ring = std::make_unique<open_device>("net_ring0");
  } catch (const std::exception& caught) {
    all.no_ring = std::string{"not possible here: "} + caught.what();
  }
}

open_device* ring_device(benchmark::State& state) {
  everything& all = opened();
  open_ring(all);
  if (all.ring == nullptr) state.SkipWithError(all.no_ring.c_str());
  return all.ring.get();
}

// Its peer runs until it is held again.
open_device* far_device(benchmark::State& state) {
  everything& all = opened();
  open_ring(all);
  if (all.far == nullptr && all.no_far.empty()) {
    try {
      all.forwarder = std::make_unique<testpmd>();
      if (all.forwarder->works()) {
        all.far = std::make_unique<open_device>("net_virtio_user0,path=" + all.forwarder->socket() + quick_ring);
        all.forwarder->unlink();
      } else {
        all.forwarder.reset();
        all.no_far = "not possible here: dpdk-testpmd doesn't start: apt-get install dpdk-dev, and see its huge pages";
      }
    } catch (const std::exception& caught) {
      all.no_far = std::string{"not possible here: "} + caught.what();
    }
  }
  if (all.far == nullptr)
    state.SkipWithError(all.no_far.c_str());
  else
    all.forwarder->go_on();
  return all.far.get();
}

// In the place of a hot thread, with the port as its own.
template <class Work>
void in_use(open_device& one, Work work) {
  threads::pinned_thread(threads::allowed_cores().back(), "bench_port", {}, [&] {
    const net::port_use use{*one.port};
    work();
  }).join();
}

template <class Parser>
bool send(net::port& port, std::size_t count) {
  std::array<net::frame, burst> frames;
  for (std::uint32_t number = 0; number < count;) {
    if (port.tx_acquire(frames) != burst) return false;
    for (net::frame& one : frames) {
      one.length = net::udp_headers_bytes + Parser::bytes;
      Parser::write(one.data + net::udp_headers_bytes, number++);
      net::write_udp_headers({one.data, one.length}, {.destination = {.port = feed_port}});
    }
    if (port.tx_burst(frames) != burst) return false;
  }
  return true;
}

struct port_loop {
  template <class Parser>
  static std::size_t poll(open_device& one, Parser& parser) {
    std::array<net::frame, burst> frames;
    const std::size_t count = one.port->rx_burst(frames);
    for (std::size_t i = 0; i < count; ++i) parser.take(frames[i].bytes());
    one.port->release({frames.data(), count});
    return count;
  }
};

// What DPDK's own examples do.
struct bare_loop {
  template <class Parser>
  static std::size_t poll(open_device& one, Parser& parser) {
    std::array<rte_mbuf*, burst> mbufs;
    const std::uint16_t count = rte_eth_rx_burst(one.id, 0, mbufs.data(), burst);
    for (std::size_t i = 0; i < count; ++i)
      parser.take({rte_pktmbuf_mtod(mbufs[i], const std::byte*), rte_pktmbuf_data_len(mbufs[i])});
    rte_pktmbuf_free_bulk(mbufs.data(), count);
    return count;
  }
};

// Fills what lies between with frames, lets them arrive, and empties it against the clock.
template <class Loop, class Parser>
void receive(benchmark::State& state, open_device* one, std::size_t count, double arrival_ns) {
  constexpr int fills = 32;
  if (one == nullptr) return;
  const clock::tsc_clock clock;
  bool lost = false;
  for (auto _ : state) {
    std::uint64_t cycles = 0;
    in_use(*one, [&] {
      for (int fill = 0; fill < fills && !lost; ++fill) {
        Parser parser;
        lost = !send<Parser>(*one->port, count);
        const std::uint64_t until = clock.read() + static_cast<std::uint64_t>(arrival_ns / clock.ns_per_cycle());
        while (clock.read() < until) threads::pause_cpu();
        // Only polls that found something are counted: who sends may be slower.
        std::size_t came = 0;
        std::uint64_t before = clock.read();
        for (int empty = 0; came < count && empty < patient_polls;) {
          const std::size_t some = Loop::poll(*one, parser);
          const std::uint64_t now = clock.read();
          if (some != 0)
            cycles += now - before;
          else
            ++empty;
          before = now;
          came += some;
        }
        lost = lost || !parser.right(count);
      }
    });
    state.SetIterationTime(clock.to_ns(cycles) / 1e9);
  }
  if (lost) state.SkipWithError("frames were lost or came out of order");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(fills * count));
}

template <class Loop, class Parser>
void receive_on_ring(benchmark::State& state) {
  receive<Loop, Parser>(state, ring_device(state), on_the_ring, 0);
}

template <class Loop, class Parser>
void receive_from_testpmd(benchmark::State& state) {
  receive<Loop, Parser>(state, far_device(state), on_the_way, 200'000);
  if (opened().forwarder != nullptr) opened().forwarder->hold();
}

// The frame of a trip: headers, and the number as payload.
void write_trip(std::byte* at, std::uint64_t number) {
  std::memcpy(at + net::udp_headers_bytes, &number, sizeof number);
  net::write_udp_headers({at, net::udp_headers_bytes + sizeof number}, {.destination = {.port = feed_port}});
}

std::uint64_t number_in(const std::byte* at) {
  std::uint64_t number = 0;
  std::memcpy(&number, at + net::udp_headers_bytes, sizeof number);
  return number;
}

void back_by_port(benchmark::State& state) {
  open_device* const one = far_device(state);
  if (one == nullptr) return;
  net::port& port = *one->port;
  std::array<net::frame, burst> in;  // as in the engine, made once
  there_and_back(
      state, [&] { return net::port_use{port}; },
      [&](std::uint64_t number) {
        std::array<net::frame, 1> out;
        if (port.tx_acquire(out) != 1) return false;
        out[0].length = net::udp_headers_bytes + sizeof number;
        write_trip(out[0].data, number);
        return port.tx_burst(out) == 1;
      },
      [&](std::uint64_t& came) {
        for (int patience = patient_polls; patience > 0; --patience) {
          const std::size_t count = port.rx_burst(in);
          if (count == 0) continue;
          came = number_in(in[0].data);
          port.release({in.data(), count});
          return count == 1;
        }
        return false;
      });
  opened().forwarder->hold();
}

void back_by_bare_loop(benchmark::State& state) {
  open_device* const one = far_device(state);
  if (one == nullptr) return;
  net::port& port = *one->port;
  rte_mempool* pool = nullptr;
  in_use(*one, [&] {
    std::array<net::frame, 1> any;
    if (port.tx_acquire(any) != 1) return;
    pool = static_cast<rte_mbuf*>(any[0].handle)->pool;
    port.release(any);
  });
  there_and_back(
      state, [&] { return net::port_use{port}; },
      [&](std::uint64_t number) {
        rte_mbuf* out = rte_pktmbuf_alloc(pool);
        if (out == nullptr) return false;
        out->data_len = net::udp_headers_bytes + sizeof number;
        out->pkt_len = out->data_len;
        write_trip(rte_pktmbuf_mtod(out, std::byte*), number);
        return rte_eth_tx_burst(one->id, 0, &out, 1) == 1;
      },
      [&](std::uint64_t& came) {
        std::array<rte_mbuf*, burst> in;
        for (int patience = patient_polls; patience > 0; --patience) {
          const std::uint16_t count = rte_eth_rx_burst(one->id, 0, in.data(), burst);
          if (count == 0) continue;
          came = number_in(rte_pktmbuf_mtod(in[0], const std::byte*));
          rte_pktmbuf_free_bulk(in.data(), count);
          return count == 1;
        }
        return false;
      });
  opened().forwarder->hold();
}

const bool registered = [] {
  const auto drains = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->UseManualTime()->Iterations(8);
  };
  drains("receive and parse/pyhft", receive_on_ring<port_loop, raw_parser>);
  drains("receive and parse/dpdk", receive_on_ring<bare_loop, raw_parser>);
  drains("receive and parse/testpmd", receive_from_testpmd<port_loop, raw_parser>);
  drains("receive and parse/testpmd-bare", receive_from_testpmd<bare_loop, raw_parser>);
  drains("receive and parse ITCH/pyhft", receive_on_ring<port_loop, itch_parser>);
  drains("receive and parse ITCH/dpdk", receive_on_ring<bare_loop, itch_parser>);
  const auto trips_of = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->UseRealTime()->Iterations(1);
  };
  trips_of("there and back, every 20 us/pyhft", back_by_port);
  trips_of("there and back, every 20 us/dpdk", back_by_bare_loop);
  return true;
}();

}  // namespace
}  // namespace pyhft::bench
