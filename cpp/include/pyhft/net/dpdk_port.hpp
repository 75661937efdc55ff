// SPDX-License-Identifier: MIT
#pragma once

// Kernel bypass: a port over one queue of a DPDK device, a card that is bound to vfio-pci or one of DPDK's virtual
// devices. Frames are views of mbufs: nothing is copied, and the calls of the hot thread neither allocate nor make a
// system call, unless the device is one that reaches its network through the kernel (net_af_packet, net_af_xdp,
// net_tap, net_pcap).
//
// Cold, any thread, one at a time (a lock sees to it): dpdk_device, which starts DPDK's EAL in the process where it
// doesn't run yet, adds the device, takes a pool of mbufs for it alone and starts its queues. Its destructor gives all
// of that back; EAL itself stays until the process ends, or dpdk_shut_down(). The calling thread keeps its affinity. A
// device that talks over a socket (net_virtio_user) has SIGPIPE ignored where nobody handles it. A child by fork() can
// do nothing with DPDK, and its end harms nothing.
//
// Hot, one thread a queue: dpdk_port. That thread takes a port_use, which registers it with DPDK.
//
// When something is full: without a free mbuf nothing is received (device_no_mbufs) nor acquired (no_buffers); what a
// full send ring doesn't take stays the caller's (send_full). A received frame of several segments is dropped whole
// (segmented), as is one whose checksum the card found wrong (bad_checksums), where it was asked to look.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "pyhft/base/relaxed_count.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/net/port.hpp"

struct rte_mempool;

namespace pyhft::net {

using mac_address = std::array<std::uint8_t, 6>;
using igmp_frame = std::array<std::byte, 60>;  // the shortest of Ethernet's

struct dpdk_settings {
  std::string device{};           // "0000:03:00.0" or "net_ring0", and behind commas what DPDK is to know of it
  std::uint32_t mbufs{8191};      // of the pool; one less than a power of two fits best
  std::uint32_t mbuf_cache{256};  // of each thread; at most two thirds of the pool
  std::uint32_t rx_ring{512};     // descriptors of a queue; the device may round them
  std::uint32_t tx_ring{512};
  std::uint32_t burst{32};  // at most so many frames are asked of the device at once
  std::uint32_t queues{1};  // pairs of a receive and a send queue
  bool rss{true};           // several queues: spread by a hash of the flow, where the device can
  bool promiscuous{true};   // else only what is for the device's own address, `macs` and `groups`
  std::vector<mac_address> macs{};
  // Multicast groups that the device is to let in, and that routers and switches are told of: when the port is opened,
  // when they ask and every igmp_interval_ms while it is asked for frames, and when it is closed.
  std::vector<ipv4_address> groups{};
  ipv4_address source{};   // whose datagrams alone the network is asked for, in version 3; 0.0.0.0: anybody's
  std::uint32_t igmp{2};   // the version that they are told in, 2 or 3; 0: not at all
  ipv4_address address{};  // the sender of that; 0.0.0.0 where this host has none there
  std::uint32_t igmp_interval_ms{30'000};
  std::uint32_t mtu{0};                 // 0: the device's own
  std::vector<std::string> offloads{};  // of receiving, by DPDK's names in lower case: "udp_cksum"
  bool stamps{true};                    // the device's time of receiving, where it has one
  std::uint32_t link_wait_ms{5000};
  int numa_node{-1};  // of the pool; -1: the device's

  // EAL's, which starts once: of a later device they must not contradict what runs.
  memory::huge_pages huge_pages{memory::huge_pages::attempt};
  std::uint32_t memory_mb{0};  // of ordinary pages, which are set aside at the start; 0: what the first device needs
  std::vector<std::string> eal_arguments{};
};

class dpdk_device;

class dpdk_port final : public port {
 public:
  static constexpr std::size_t max_burst = 64;

  std::size_t rx_burst(std::span<frame> frames) noexcept override;
  void release(std::span<frame> frames) noexcept override;
  std::size_t tx_acquire(std::span<frame> frames) noexcept override;
  std::size_t tx_burst(std::span<frame> frames) noexcept override;

  // From any thread, while the port is in use, too.
  std::vector<std::string> warnings() const override;
  std::vector<std::pair<std::string, std::uint64_t>> counters() const override;
  std::vector<std::pair<std::string, port_fact>> info() const override;

  // Frames that were received or acquired and neither sent nor released.
  std::uint64_t held() const noexcept { return held_.value(); }

 private:
  friend class dpdk_device;
  dpdk_port(dpdk_device& device, std::uint16_t queue) : device_{device}, queue_{queue} {}

  void enter() override;
  void leave() noexcept override;
  bool is_usable() const noexcept;
  void repeat_reports() noexcept;
  void look_for_queries(std::span<const frame> frames) noexcept;
  void send_reports(bool leave) noexcept;

  dpdk_device& device_;
  std::uint16_t queue_;
  std::uint16_t id_{};  // of the device, in DPDK
  bool open_{};
  bool registered_{};  // the thread in use, by us
  std::uint16_t burst_{};
  std::size_t stamp_offset_{};
  std::uint64_t stamp_flag_{};  // 0: the device has no stamps
  std::int64_t stamp_unit_ns_{};
  std::uint64_t bad_checksum_flags_{};
  rte_mempool* pool_{};
  // Of multicast groups, at the port of the first queue; empty where nobody is to be told.
  std::vector<igmp_frame> joins_, leaves_;
  std::uint32_t calls_{};
  std::uint64_t next_report_cycles_{}, last_report_cycles_{}, report_interval_cycles_{};

  relaxed_count received_, received_bytes_, segmented_, bad_checksums_, sent_, send_full_, send_refused_, no_buffers_;
  relaxed_count held_, group_queries_, group_reports_;
};

class dpdk_device : public std::enable_shared_from_this<dpdk_device> {
 public:
  // Throws argument_error for settings outside their limits or contrary to what runs, input_error for a file, host_error
  // for what this host refuses. `while_waiting` is called now and then until the link is up; what it throws ends that.
  static std::shared_ptr<dpdk_device> open(dpdk_settings settings, const std::function<void()>& while_waiting = {});
  dpdk_device(const dpdk_device&) = delete;
  dpdk_device& operator=(const dpdk_device&) = delete;
  ~dpdk_device();

  // A port keeps its device; the same number is the same port.
  std::shared_ptr<dpdk_port> queue(std::uint32_t number);

  // Ports then receive and send nothing; what they counted stays. argument_error while one of them is in use.
  void close();
  bool is_open() const;

  // As EAL knows it: numbered on where the name was taken.
  const std::string& name() const noexcept { return name_; }
  // Mbufs that are free, of how many in all; what is neither free nor held is in the device's rings.
  std::uint32_t free_mbufs() const noexcept;
  std::uint32_t all_mbufs() const noexcept { return settings_.mbufs; }
  // What was free when the device had started.
  std::uint32_t free_mbufs_at_start() const noexcept { return free_at_start_; }

 private:
  friend class dpdk_port;
  dpdk_device(dpdk_settings settings, const std::function<void()>& while_waiting);

  void probe();
  void configure();
  void make_pool();
  void start();
  void filter();
  void wait_for_link(const std::function<void()>& while_waiting, std::unique_lock<std::recursive_mutex>& lock);
  void join_groups();
  void give_back() noexcept;
  void drain() noexcept;
  void tell_ports(bool open) noexcept;
  std::vector<std::pair<std::string, std::uint64_t>> device_counters() const;
  std::vector<std::pair<std::string, std::uint64_t>> ask_counters() const;
  std::vector<std::pair<std::string, port_fact>> facts() const;
  std::vector<std::pair<std::string, port_fact>> ask_facts() const;

  dpdk_settings settings_;
  std::string name_;
  std::uint16_t id_{};
  bool probed_{};
  // Of what anybody may ask at any time, beside whoever closes it: open_ and the two last_.
  mutable std::mutex state_guard_;
  bool open_{};
  bool rss_{}, promiscuous_{}, stamps_{};
  rte_mempool* pool_{};
  std::uint32_t free_at_start_{};
  std::array<std::uint64_t, 2> fragments_before_{};  // that the kernel had taken, and made whole, where it does that
  std::vector<int> xdp_sockets_;                     // that this device has opened
  std::vector<std::string> notes_;                   // what the device refused, or what its user should know
  std::vector<std::pair<std::string, std::uint64_t>> last_counters_;  // of the device, when it was closed
  std::vector<std::pair<std::string, port_fact>> last_facts_;
  std::vector<std::unique_ptr<dpdk_port>> ports_;

 public:
  // DPDK's interrupt thread adds to it.
  std::atomic<std::uint64_t> link_changes{};
};

// host_error in a child by fork() of a process in which DPDK runs: ports that it has inherited receive and send nothing.
void demand_own_process();

// DPDK's version, such as "22.11.11".
std::string dpdk_version();

// For the end of the process: closes the devices that no thread uses, and EAL where none is left. Afterwards no device
// can be opened. Whoever polls must have ended before.
void dpdk_shut_down() noexcept;

}  // namespace pyhft::net
