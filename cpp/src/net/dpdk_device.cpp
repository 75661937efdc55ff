// SPDX-License-Identifier: MIT
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_mempool.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "dpdk_checks.hpp"
#include "dpdk_eal.hpp"
#include "igmp.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/net/dpdk_port.hpp"
#include "pyhft/net/port_use.hpp"

namespace pyhft::net {
namespace {

constexpr std::uint32_t plain_data_bytes = 2048;
constexpr std::uint32_t ethernet_overhead_bytes = 14 + 2 * 4 + 4;  // header, two VLAN tags, check sequence

// Devices that there are, for the end of the process. Under the lock of dpdk::guard().
std::vector<dpdk_device*>& devices() {
  static auto* const all = new std::vector<dpdk_device*>;
  return *all;
}

void check_range(const char* what, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
  if (value >= least && value <= most) return;
  throw argument_error(std::string("dpdk port: ") + what + " is " + std::to_string(value) + "; it must be from " +
                       std::to_string(least) + " to " + std::to_string(most) + ".");
}

dpdk_settings checked(dpdk_settings settings) {
  check_range("mbufs", settings.mbufs, 1, 1u << 22);
  check_range("mbuf_cache", settings.mbuf_cache, 0, RTE_MEMPOOL_CACHE_MAX_SIZE);
  check_range("rx_ring", settings.rx_ring, 1, 32'768);
  check_range("tx_ring", settings.tx_ring, 1, 32'768);
  check_range("burst", settings.burst, 1, dpdk_port::max_burst);
  check_range("queues", settings.queues, 1, 64);
  if (settings.mtu != 0) check_range("mtu", settings.mtu, 68, 16'000);
  check_range("link_wait_ms", settings.link_wait_ms, 0, 600'000);
  check_range("groups", settings.groups.size(), 0, 1024);
  check_range("igmp", settings.igmp, 0, 3);
  if (settings.igmp == 1) throw argument_error("dpdk port: igmp is 1; it must be 2, 3, or 0 for none.");
  if (settings.source != ipv4_address{} && (settings.groups.empty() || settings.igmp != 3)) {
    throw argument_error(
        "dpdk port: a source is named, which is for multicast groups and can be asked for in IGMP 3 only: give groups= "
        "and "
        "igmp=3, or leave it out.");
  }
  check_range("igmp_interval_ms", settings.igmp_interval_ms, 100, 600'000);
  check_range("memory_mb", settings.memory_mb, 0, 1u << 20);
  for (const auto& group : settings.groups) {
    if (group[0] >> 4 != 14)
      throw argument_error("dpdk port: " + std::to_string(group[0]) +
                           ".x.x.x is no multicast group: give one from 224.0.0.0 to 239.255.255.255.");
  }
  if (const std::string nodes = "/sys/devices/system/node/node";
      settings.numa_node > 0 && ::access((nodes + std::to_string(settings.numa_node)).c_str(), F_OK) != 0) {
    throw argument_error("dpdk port: numa_node is " + std::to_string(settings.numa_node) +
                         ", which this host has not: `ls -d " + nodes + "*` lists its nodes.");
  }
  // A cache is of use only where the pool has more than a thread's cache may hold: one and a half times its size.
  settings.mbuf_cache = std::min(settings.mbuf_cache, settings.mbufs * 2 / 3);
  return settings;
}

std::uint32_t data_bytes(const dpdk_settings& settings) {
  const std::uint32_t needed = std::max(plain_data_bytes, settings.mtu + ethernet_overhead_bytes);
  return (needed + 63) / 64 * 64;
}

std::uint64_t pool_bytes(const dpdk_settings& settings) {
  // An mbuf, its headroom and data, and what the pool and the caches add.
  return std::uint64_t{settings.mbufs} * (data_bytes(settings) + RTE_PKTMBUF_HEADROOM + sizeof(rte_mbuf) + 128);
}

std::string name_of_offload(std::uint64_t bit) {
  std::string name = rte_eth_dev_rx_offload_name(bit);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return name;
}

std::uint64_t offload_named(const std::string& wish) {
  std::string known;
  for (unsigned shift = 0; shift < 32; ++shift) {
    const std::uint64_t bit = std::uint64_t{1} << shift;
    const std::string name = name_of_offload(bit);
    if (name == "unknown") continue;
    if (name == wish) return bit;
    known += (known.empty() ? "" : ", ") + name;
  }
  throw argument_error("dpdk port: offload '" + wish + "' is unknown; name some of " + known + ".");
}

// Drivers say -1 where they say nothing, and 0 where a device is none of Ethernet's.
std::string reason(int negative) {
  return negative == -1 || negative == 0 ? "no reason given" : std::strerror(std::abs(negative));
}

// A write to a socket whose peer has died must not end the process.
void ignore_broken_pipes() {
  struct sigaction now{};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) ::signal(SIGPIPE, SIG_IGN);
}

int link_changed(std::uint16_t, rte_eth_event_type, void* device, void*) {
  static_cast<dpdk_device*>(device)->link_changes.fetch_add(1, std::memory_order_relaxed);  // a count
  return 0;
}

}  // namespace

std::shared_ptr<dpdk_device> dpdk_device::open(dpdk_settings settings, const std::function<void()>& while_waiting) {
  return std::shared_ptr<dpdk_device>(new dpdk_device(checked(std::move(settings)), while_waiting));
}

dpdk_device::dpdk_device(dpdk_settings settings, const std::function<void()>& while_waiting)
    : settings_(std::move(settings)) {
  demand_own_process();  // before the lock, which a thread may have held that isn't here
  std::unique_lock lock{dpdk::guard()};
  for (const std::string& one : settings_.offloads) offload_named(one);
  const dpdk::device_name device = dpdk::parse_device(settings_.device);
  // Of each queue: what its ring for the kernel keeps, and some to receive and send with.
  constexpr std::uint32_t kept_by_xdp = 2048;
  if (device.driver == "net_af_xdp" && settings_.mbufs / settings_.queues <= kept_by_xdp) {
    throw argument_error("dpdk port: mbufs is " + std::to_string(settings_.mbufs) + ", of which net_af_xdp keeps " +
                         std::to_string(kept_by_xdp * settings_.queues) + " for good: give it " +
                         std::to_string(2 * kept_by_xdp * settings_.queues - 1) + ".");
  }
  dpdk::check_beforehand(device);
  if (std::string note = dpdk::start_eal(settings_, pool_bytes(settings_)); !note.empty()) notes_.push_back(note);
  for (std::string& note : dpdk::notes_on(device)) notes_.push_back(std::move(note));
  dpdk::forget_what_was_said();
  for (std::uint32_t i = 0; i < settings_.queues; ++i)
    ports_.push_back(std::unique_ptr<dpdk_port>(new dpdk_port(*this, static_cast<std::uint16_t>(i))));
  const std::vector<int> others = dpdk::xdp_sockets();
  bool found = false;
  const auto find_own_sockets = [&] {
    if (std::exchange(found, true)) return;
    for (const int socket : dpdk::xdp_sockets())
      if (std::find(others.begin(), others.end(), socket) == others.end()) xdp_sockets_.push_back(socket);
  };
  devices().push_back(this);  // from here on EAL doesn't end
  try {
    try {
      probe();
    } catch (const error&) {
      if (while_waiting) while_waiting();  // for a signal ends what waits for a peer, too
      throw;
    }
    configure();
    start();
    find_own_sockets();
    wait_for_link(while_waiting, lock);
    join_groups();
    tell_ports(true);
    const std::scoped_lock state_lock{state_guard_};
    open_ = true;
  } catch (...) {
    find_own_sockets();
    give_back();
    if (pool_ != nullptr) rte_mempool_free(pool_);
    std::erase(devices(), this);
    throw;
  }
}

dpdk_device::~dpdk_device() {
  if (dpdk::is_another_process()) return;
  const std::scoped_lock lock{dpdk::guard()};
  give_back();
  rte_mempool_free(pool_);
  std::erase(devices(), this);
}

void dpdk_device::probe() {
  const dpdk::device_name device = dpdk::parse_device(settings_.device);
  name_ = device.name;
  std::uint16_t taken{};
  if (device.is_card()) {
    if (device.name.size() != 12) name_ = "0000:" + name_;
    if (rte_eth_dev_get_port_by_name(name_.c_str(), &taken) == 0)
      throw argument_error("The card at " + name_ + " is open already in this process: close that port first.");
  } else {
    // Numbered on where the name is taken.
    std::uint32_t number = static_cast<std::uint32_t>(std::stoul(name_.substr(device.driver.size())));
    while (rte_eth_dev_get_port_by_name(name_.c_str(), &taken) == 0) name_ = device.driver + std::to_string(++number);
  }
  if (device.driver == "net_af_xdp") dpdk::listen_to_xdp();
  if (device.driver == "net_af_packet") fragments_before_ = dpdk::kernel_fragments();
  if (device.driver == "net_virtio_user" || device.driver == "net_vhost") ignore_broken_pipes();
  const int refusal = rte_dev_probe((name_ + device.arguments).c_str());
  if (refusal != 0 || rte_eth_dev_get_port_by_name(name_.c_str(), &id_) != 0) {
    if (refusal == 0) {
      rte_eal_hotplug_remove(device.is_card() ? "pci" : "vdev", name_.c_str());
      throw host_error("'" + name_ +
                       "' is a device of DPDK's, but none for packets: give a network card, or a net_... device.");
    }
    const std::string cause = dpdk::said_in_brackets();
    if (cause.find("failed to parse device") != std::string::npos) {
      throw host_error("DPDK has no driver for '" + name_ + "'" + cause +
                       ": see that its name is right, and that the driver is installed (`apt-get install dpdk`).");
    }
    throw host_error("DPDK can't open '" + name_ + device.arguments + "' (" + reason(refusal) + ")" + cause +
                     ": see that the arguments are the driver's, and the rights sufficient.");
  }
  probed_ = true;
}

void dpdk_device::configure() {
  rte_eth_dev_info about{};
  if (const int refusal = rte_eth_dev_info_get(id_, &about); refusal != 0)
    throw host_error("DPDK tells nothing of '" + name_ + "' (" + reason(refusal) + "): close what else uses it.");
  const std::uint32_t most = std::min<std::uint32_t>(about.max_rx_queues, about.max_tx_queues);
  if (settings_.queues > most) {
    throw argument_error("dpdk port: queues is " + std::to_string(settings_.queues) + ", but '" + name_ + "' has " +
                         std::to_string(most) + ": ask for fewer, or give the device more (net_af_packet: qpairs=" +
                         std::to_string(settings_.queues) + ").");
  }

  rte_eth_conf wish;
  std::memset(&wish, 0, sizeof wish);
  for (const std::string& one : settings_.offloads) {
    const std::uint64_t bit = offload_named(one);
    if ((about.rx_offload_capa & bit) != 0)
      wish.rxmode.offloads |= bit;
    else
      notes_.push_back("'" + name_ + "' can't do the offload " + one + ": it is left out.");
  }
  if (settings_.stamps) wish.rxmode.offloads |= about.rx_offload_capa & RTE_ETH_RX_OFFLOAD_TIMESTAMP;
  const bool from_capture = dpdk::parse_device(settings_.device).driver == "net_pcap";  // says nothing of it
  stamps_ = settings_.stamps && (from_capture || (about.rx_offload_capa & RTE_ETH_RX_OFFLOAD_TIMESTAMP) != 0);
  if (settings_.mtu != 0) wish.rxmode.mtu = settings_.mtu;
  if (settings_.queues > 1 && settings_.rss) {
    const std::uint64_t hash = about.flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_TCP);
    if (hash != 0) {
      wish.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
      wish.rx_adv_conf.rss_conf.rss_hf = hash;
      rss_ = true;
    } else {
      notes_.push_back("'" + name_ + "' has no receive-side scaling: which of its " + std::to_string(settings_.queues) +
                       " queues a frame comes in by is its own choice.");
    }
  }
  // A peer that goes away is noticed, and its return, where the device tells.
  const bool tells = about.dev_flags != nullptr && (*about.dev_flags & RTE_ETH_DEV_INTR_LSC) != 0;
  wish.intr_conf.lsc = tells ? 1 : 0;

  const auto refuse = [&](const char* what, int refusal) {
    throw host_error("'" + name_ + "' refuses " + what + " (" + reason(refusal) + ")" + dpdk::said_in_brackets() +
                     ": see what it can do with `pyhft doctor port dpdk:" + settings_.device + "` and ask for that.");
  };
  const auto queues = static_cast<std::uint16_t>(settings_.queues);
  if (const int refusal = rte_eth_dev_configure(id_, queues, queues, &wish); refusal != 0)
    refuse("this configuration", refusal);
  if (tells) rte_eth_dev_callback_register(id_, RTE_ETH_EVENT_INTR_LSC, link_changed, this);
  if (settings_.mtu != 0) {
    const int refusal = rte_eth_dev_set_mtu(id_, static_cast<std::uint16_t>(settings_.mtu));
    if (refusal != 0 && refusal != -ENOTSUP) {  // some have none
      notes_.push_back("'" + name_ + "' keeps its own MTU (" + reason(refusal) + "): " + std::to_string(settings_.mtu) +
                       " was asked for.");
    }
  }
  auto rx_ring = static_cast<std::uint16_t>(settings_.rx_ring);
  auto tx_ring = static_cast<std::uint16_t>(settings_.tx_ring);
  if (const int refusal = rte_eth_dev_adjust_nb_rx_tx_desc(id_, &rx_ring, &tx_ring); refusal != 0)
    refuse("the sizes of the rings", refusal);
  settings_.rx_ring = rx_ring;
  settings_.tx_ring = tx_ring;

  make_pool();
  rte_eth_rxconf rx = about.default_rxconf;
  rx.offloads = wish.rxmode.offloads;
  rte_eth_txconf tx = about.default_txconf;
  tx.offloads = 0;
  const auto node = static_cast<unsigned>(rte_eth_dev_socket_id(id_));
  for (std::uint16_t queue = 0; queue < queues; ++queue) {
    int refusal = rte_eth_rx_queue_setup(id_, queue, rx_ring, node, &rx, pool_);
    // The kernel takes its time to give an interface back that another af_xdp port was on.
    const bool may_come_free = dpdk::parse_device(settings_.device).driver == "net_af_xdp";
    for (int tries = 0; refusal != 0 && may_come_free && tries < 20; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      refusal = rte_eth_rx_queue_setup(id_, queue, rx_ring, node, &rx, pool_);
    }
    if (refusal != 0) refuse("its receive queue", refusal);
    refusal = rte_eth_tx_queue_setup(id_, queue, tx_ring, node, &tx);
    if (refusal != 0) refuse("its send queue", refusal);
  }
  std::uint64_t bad_checksums = 0;
  if ((wish.rxmode.offloads & RTE_ETH_RX_OFFLOAD_IPV4_CKSUM) != 0) bad_checksums |= RTE_MBUF_F_RX_IP_CKSUM_BAD;
  if ((wish.rxmode.offloads & RTE_ETH_RX_OFFLOAD_UDP_CKSUM) != 0) bad_checksums |= RTE_MBUF_F_RX_L4_CKSUM_BAD;
  for (const auto& port : ports_) port->bad_checksum_flags_ = bad_checksums;
}

void dpdk_device::make_pool() {
  static unsigned number = 0;
  const std::string name = "pyhft_" + std::to_string(number++);
  const int node = settings_.numa_node >= 0 ? settings_.numa_node : rte_eth_dev_socket_id(id_);
  pool_ = rte_pktmbuf_pool_create(name.c_str(), settings_.mbufs, settings_.mbuf_cache, 0,
                                  static_cast<std::uint16_t>(data_bytes(settings_) + RTE_PKTMBUF_HEADROOM), node);
  if (pool_ != nullptr) return;
  const std::uint64_t mega = (pool_bytes(settings_) >> 20) + 1;
  const std::string of_node = "/sys/devices/system/node/node" + std::to_string(node) + "/hugepages/hugepages-2048kB/";
  throw host_error("A pool of " + std::to_string(settings_.mbufs) + " mbufs can't be had (" + reason(rte_errno) +
                   "): it takes " + std::to_string(mega) + " MB" +
                   (node > 0 ? " on NUMA node " + std::to_string(node) : "") +
                   (dpdk::on_huge_pages()
                        ? " of huge pages; reserve more (`" +
                              (node > 0 ? "echo " + std::to_string(mega / 2 + 32) + " > " + of_node + "nr_hugepages"
                                        : "sysctl -w vm.nr_hugepages=" + std::to_string(mega / 2 + 32)) +
                              "`), or ask for fewer."
                        : "; let DPDK set aside more with the first port (memory_mb=" + std::to_string(2 * mega + 256) +
                              "), or ask for fewer."));
}

void dpdk_device::start() {
  filter();
  if (const int refusal = rte_eth_dev_start(id_); refusal != 0) {
    throw host_error("'" + name_ + "' can't start (" + reason(refusal) + ")" + dpdk::said_in_brackets() +
                     ": give it more mbufs than its " + std::to_string(settings_.queues) + " rings of " +
                     std::to_string(settings_.rx_ring) + " take, or see what it lacks.");
  }
  free_at_start_ = rte_mempool_avail_count(pool_);

  std::uint64_t stamp_flag = 0;
  int offset = -1;
  std::int64_t unit_ns = 1;
  if (stamps_) {
    // The driver has registered them where it fills them.
    const int bit = rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, nullptr);
    offset = rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, nullptr);
    if (bit >= 0 && offset >= 0) stamp_flag = std::uint64_t{1} << bit;
    if (dpdk::parse_device(settings_.device).driver == "net_pcap") unit_ns = 1000;  // it counts microseconds
  }
  for (const auto& port : ports_) {
    port->id_ = id_;
    port->burst_ = static_cast<std::uint16_t>(settings_.burst);
    port->stamp_offset_ = static_cast<std::size_t>(std::max(offset, 0));
    port->stamp_flag_ = stamp_flag;
    port->stamp_unit_ns_ = unit_ns;
    port->pool_ = pool_;
  }
}

// The first port tells of them, whatever queue their datagrams come in by.
void dpdk_device::join_groups() {
  if (settings_.groups.empty() || settings_.igmp == 0) return;
  rte_ether_addr mac{};
  rte_eth_macaddr_get(id_, &mac);
  igmp_sender from{settings_.igmp, {}, settings_.address};
  std::copy(std::begin(mac.addr_bytes), std::end(mac.addr_bytes), from.mac.begin());
  dpdk_port& port = *ports_.front();
  for (const ipv4_address& group : settings_.groups) {
    port.joins_.push_back(igmp_report(from, group, settings_.source, false));
    port.leaves_.push_back(igmp_report(from, group, settings_.source, true));
  }
  const std::uint64_t second_cycles = rte_get_tsc_hz();
  port.report_interval_cycles_ = second_cycles / 1000 * settings_.igmp_interval_ms;
  port.send_reports(false);
  // The first may get lost: soon once more, as the standards have it.
  port.next_report_cycles_ = rte_rdtsc() + std::min(second_cycles, port.report_interval_cycles_);
}

void dpdk_device::filter() {
  promiscuous_ = false;
  const bool selective = !settings_.promiscuous;
  const int refusal = selective ? rte_eth_promiscuous_disable(id_) : rte_eth_promiscuous_enable(id_);
  promiscuous_ = rte_eth_promiscuous_get(id_) == 1;
  // Devices without such a switch see everything, whatever is asked.
  if (selective && refusal != 0)
    notes_.push_back("'" + name_ + "' can't choose what it receives (" + reason(refusal) + "): everything comes in.");
  for (const mac_address& mac : settings_.macs) {
    rte_ether_addr address;
    std::copy(mac.begin(), mac.end(), address.addr_bytes);
    if (const int no = rte_eth_dev_mac_addr_add(id_, &address, 0); no != 0 && selective)
      notes_.push_back("'" + name_ + "' takes no further address (" + reason(no) + "): leave it promiscuous.");
  }
  if (settings_.groups.empty() || !selective) return;
  std::vector<rte_ether_addr> groups;
  groups.reserve(settings_.groups.size());
  for (const auto& ip : settings_.groups) {
    groups.push_back({{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(ip[1] & 0x7f), ip[2], ip[3]}});
  }
  if (rte_eth_dev_set_mc_addr_list(id_, groups.data(), static_cast<std::uint32_t>(groups.size())) == 0) return;
  if (rte_eth_allmulticast_enable(id_) == 0) {
    notes_.push_back("'" + name_ + "' can't join single groups: it takes all multicast.");
  } else {
    notes_.push_back("'" + name_ + "' can't join multicast groups: leave it promiscuous.");
  }
}

// It may take minutes, in which others are not held up.
void dpdk_device::wait_for_link(const std::function<void()>& while_waiting,
                                std::unique_lock<std::recursive_mutex>& lock) {
  struct unlocked {
    explicit unlocked(std::unique_lock<std::recursive_mutex>& of_) : of{of_} { of.unlock(); }
    unlocked(const unlocked&) = delete;
    unlocked& operator=(const unlocked&) = delete;
    ~unlocked() { of.lock(); }
    std::unique_lock<std::recursive_mutex>& of;
  } const meanwhile{lock};
  using clock = std::chrono::steady_clock;
  const auto end = clock::now() + std::chrono::milliseconds(settings_.link_wait_ms);
  rte_eth_link link{};
  while (rte_eth_link_get_nowait(id_, &link) == 0 && link.link_status == RTE_ETH_LINK_DOWN) {
    if (clock::now() >= end) {
      notes_.push_back("The link of '" + name_ + "' was still down after " + std::to_string(settings_.link_wait_ms) +
                       " ms: see to the cable, or to the peer.");
      return;
    }
    if (while_waiting) while_waiting();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void dpdk_device::tell_ports(bool open) noexcept {
  for (const auto& port : ports_) port->open_ = open;
}

std::shared_ptr<dpdk_port> dpdk_device::queue(std::uint32_t number) {
  if (number >= ports_.size()) {
    throw argument_error("dpdk port: queue " + std::to_string(number) + " of '" + name_ + "', which has " +
                         std::to_string(ports_.size()) + ", counted from 0: ask for them with queues=.");
  }
  return {shared_from_this(), ports_[number].get()};
}

void dpdk_device::close() {
  if (dpdk::is_another_process()) return;
  const std::scoped_lock lock{dpdk::guard()};
  if (!open_) return;
  // Nobody begins to use a port of it, and no call is going on.
  std::list<port_visit> visits;
  std::vector<std::unique_lock<std::mutex>> calls;
  calls.reserve(ports_.size());
  for (const auto& port : ports_) calls.push_back(visits.emplace_back(*port).lock());
  give_back();
}

void dpdk_device::give_back() noexcept {
  if (!probed_) return;
  tell_ports(false);
  {
    const std::scoped_lock lock{state_guard_};
    if (open_) {
      ports_.front()->send_reports(true);
      last_counters_ = ask_counters();
      last_facts_ = ask_facts();
      if (dpdk::parse_device(settings_.device).driver == "net_ring") drain();
    }
    open_ = probed_ = false;
  }
  rte_eth_dev_info about{};
  rte_device* const device = rte_eth_dev_info_get(id_, &about) == 0 ? about.device : nullptr;
  rte_eth_dev_callback_unregister(id_, RTE_ETH_EVENT_INTR_LSC, link_changed, this);
  rte_eth_dev_stop(id_);
  rte_eth_dev_close(id_);
  if (device != nullptr) rte_dev_remove(device);
  for (const int left : dpdk::xdp_sockets())
    if (std::find(xdp_sockets_.begin(), xdp_sockets_.end(), left) != xdp_sockets_.end()) ::close(left);
  xdp_sockets_.clear();
}

// The rings of net_ring outlive it: what lies in them would come out of the next device of the name.
void dpdk_device::drain() noexcept {
  std::array<rte_mbuf*, dpdk_port::max_burst> mbufs;
  for (const auto& port : ports_) {
    while (const std::uint16_t count = rte_eth_rx_burst(id_, port->queue_, mbufs.data(), dpdk_port::max_burst))
      rte_pktmbuf_free_bulk(mbufs.data(), count);
  }
}

std::uint32_t dpdk_device::free_mbufs() const noexcept { return pool_ == nullptr ? 0 : rte_mempool_avail_count(pool_); }

bool dpdk_device::is_open() const {
  const std::scoped_lock lock{state_guard_};
  return open_;
}

// DPDK's statistics may be asked for beside the thread that receives and sends, which goes on counting.
std::vector<std::pair<std::string, std::uint64_t>> dpdk_device::device_counters() const {
  if (dpdk::is_another_process()) return last_counters_;  // the lock may be held by a thread that isn't here
  const std::scoped_lock lock{state_guard_};
  if (!open_) {
    auto result = last_counters_;
    for (auto& [name, count] : result)
      if (name == "mbufs_free") count = free_mbufs();
    return result;
  }
  return ask_counters();
}

std::vector<std::pair<std::string, std::uint64_t>> dpdk_device::ask_counters() const {
  rte_eth_stats device{};
  rte_eth_stats_get(id_, &device);
  std::vector<std::pair<std::string, std::uint64_t>> result{
      {"device_received", device.ipackets},
      {"device_received_bytes", device.ibytes},
      {"device_missed", device.imissed},
      {"device_no_mbufs", device.rx_nombuf},
      {"device_receive_errors", device.ierrors},
      {"device_sent", device.opackets},
      {"device_sent_bytes", device.obytes},
      {"device_send_errors", device.oerrors},
      {"link_changes", link_changes.load(std::memory_order_relaxed)},
      {"mbufs", settings_.mbufs},
      {"mbufs_free_at_start", free_at_start_},
      {"mbufs_free", free_mbufs()}};
  if (dpdk::parse_device(settings_.device).driver == "net_af_packet") {
    const auto fragments = dpdk::kernel_fragments();
    result.emplace_back("kernel_fragments", fragments[0] - fragments_before_[0]);
    result.emplace_back("kernel_reassembled", fragments[1] - fragments_before_[1]);
  }
  return result;
}

std::vector<std::pair<std::string, port_fact>> dpdk_device::facts() const {
  if (dpdk::is_another_process()) return last_facts_;
  const std::scoped_lock lock{state_guard_};
  return open_ ? ask_facts() : last_facts_;
}

std::vector<std::pair<std::string, port_fact>> dpdk_device::ask_facts() const {
  rte_eth_dev_info about{};
  rte_eth_dev_info_get(id_, &about);
  rte_eth_link link{};
  rte_eth_link_get_nowait(id_, &link);
  rte_ether_addr mac{};
  rte_eth_macaddr_get(id_, &mac);
  std::array<char, RTE_ETHER_ADDR_FMT_SIZE> mac_text{};
  rte_ether_format_addr(mac_text.data(), mac_text.size(), &mac);
  std::uint16_t mtu = 0;
  rte_eth_dev_get_mtu(id_, &mtu);
  std::string offloads;
  for (unsigned shift = 0; shift < 32; ++shift) {
    const std::uint64_t bit = std::uint64_t{1} << shift;
    if ((about.rx_offload_capa & bit) != 0) offloads += (offloads.empty() ? "" : ", ") + name_of_offload(bit);
  }
  const bool stamped = !ports_.empty() && ports_.front()->stamp_flag_ != 0;
  return {{"device", name_},
          {"driver", std::string(about.driver_name == nullptr ? "" : about.driver_name)},
          {"mac", std::string(mac_text.data())},
          {"mtu", std::int64_t{mtu}},
          {"link_up", link.link_status == RTE_ETH_LINK_UP},
          {"link_mbit_s", std::int64_t{link.link_speed}},
          {"queues", std::int64_t{settings_.queues}},
          {"max_queues", std::int64_t{std::min(about.max_rx_queues, about.max_tx_queues)}},
          {"rss", rss_},
          {"promiscuous", promiscuous_},
          {"rx_ring", std::int64_t{settings_.rx_ring}},
          {"tx_ring", std::int64_t{settings_.tx_ring}},
          {"burst", std::int64_t{settings_.burst}},
          {"mbufs", std::int64_t{settings_.mbufs}},
          {"mbuf_bytes", std::int64_t{data_bytes(settings_)}},
          {"offloads", offloads},
          {"stamps", std::string(!stamped                                 ? "none"
                                 : ports_.front()->stamp_unit_ns_ == 1000 ? "of the capture, in microseconds"
                                                                          : "the device's clock")},
          {"numa_node", std::int64_t{rte_eth_dev_socket_id(id_)}},
          {"memory", std::string(dpdk::on_huge_pages() ? "huge pages" : "ordinary pages")},
          {"dpdk", dpdk_version()}};
}

void dpdk_shut_down() noexcept {
  if (dpdk::is_another_process()) return;
  const std::scoped_lock lock{dpdk::guard()};
  bool all_closed = true;
  for (dpdk_device* each : devices()) {
    try {
      each->close();
    } catch (const error&) {
      all_closed = false;  // in use by a thread that outlives the program: the kernel takes all of it back
    }
  }
  // What is received and still held by somebody lies in the memory of EAL.
  if (all_closed && devices().empty()) dpdk::end_eal();
}

}  // namespace pyhft::net
