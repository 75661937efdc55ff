// SPDX-License-Identifier: MIT
#include "pyhft/net/dpdk_port.hpp"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_prefetch.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "dpdk_eal.hpp"
#include "igmp.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::net {
namespace {

constexpr std::uint32_t ethernet_header_bytes = 14;

rte_mbuf* mbuf_of(const frame& of) noexcept { return static_cast<rte_mbuf*>(of.handle); }

}  // namespace

std::size_t dpdk_port::rx_burst(std::span<frame> frames) noexcept {
  if (!is_usable()) [[unlikely]]
    return 0;
  if (!joins_.empty()) [[unlikely]]
    repeat_reports();
  std::array<rte_mbuf*, max_burst> mbufs;
  const auto most = static_cast<std::uint16_t>(std::min<std::size_t>(frames.size(), burst_));
  const std::uint16_t received = rte_eth_rx_burst(id_, queue_, mbufs.data(), most);
  if (received == 0) return 0;
  std::size_t count = 0;
  std::uint64_t bytes = 0;
  for (std::uint16_t i = 0; i < received; ++i) {
    rte_mbuf* const mbuf = mbufs[i];
    auto* const data = rte_pktmbuf_mtod(mbuf, std::byte*);
    rte_prefetch0(data);
    if (mbuf->nb_segs != 1 || (mbuf->ol_flags & bad_checksum_flags_) != 0) [[unlikely]] {
      (mbuf->nb_segs != 1 ? segmented_ : bad_checksums_).add(1);
      rte_pktmbuf_free(mbuf);
      continue;
    }
    std::int64_t stamp = 0;
    if ((mbuf->ol_flags & stamp_flag_) != 0) {
      stamp =
          static_cast<std::int64_t>(*RTE_MBUF_DYNFIELD(mbuf, stamp_offset_, rte_mbuf_timestamp_t*)) * stamp_unit_ns_;
    }
    frames[count++] = {.data = data, .length = mbuf->data_len, .timestamp = {stamp}, .handle = mbuf};
    bytes += mbuf->data_len;
  }
  received_.add(count);
  received_bytes_.add(bytes);
  held_.add(count);
  if (!joins_.empty()) [[unlikely]]
    look_for_queries(frames.first(count));
  return count;
}

// Routers and switches ask now and then who listens to a group, or to any, and forget who doesn't answer. All groups are
// told of then, and however many ask, ten times a second at most.
void dpdk_port::look_for_queries(std::span<const frame> frames) noexcept {
  for (const frame& each : frames) {
    const auto asked = igmp_query_group(each.bytes());
    if (!asked) [[likely]]
      continue;
    const auto& groups = device_.settings_.groups;
    if (*asked != ipv4_address{} && std::find(groups.begin(), groups.end(), *asked) == groups.end()) continue;
    group_queries_.add(1);
    const std::uint64_t soonest = last_report_cycles_ + rte_get_tsc_hz() / 10;
    next_report_cycles_ = std::min(next_report_cycles_, soonest);
  }
}

// Whoever asks for frames says every so often that he is still there, whether he was asked or not: queries get lost, and
// some networks have nobody who asks. The clock is read at every 16th call.
void dpdk_port::repeat_reports() noexcept {
  if ((++calls_ & 15) != 0 || rte_rdtsc() < next_report_cycles_) return;
  send_reports(false);
}

// By whoever has the port: its thread, or who opens or closes it.
void dpdk_port::send_reports(bool leave) noexcept {
  const std::vector<igmp_frame>& frames = leave ? leaves_ : joins_;
  for (const igmp_frame& each : frames) {
    rte_mbuf* mbuf = rte_pktmbuf_alloc(pool_);
    if (mbuf == nullptr) break;
    std::memcpy(rte_pktmbuf_mtod(mbuf, void*), each.data(), each.size());
    mbuf->data_len = static_cast<std::uint16_t>(each.size());
    mbuf->pkt_len = mbuf->data_len;
    if (rte_eth_tx_burst(id_, queue_, &mbuf, 1) == 1)
      group_reports_.add(1);
    else
      rte_pktmbuf_free(mbuf);  // the next time, then
  }
  last_report_cycles_ = rte_rdtsc();
  next_report_cycles_ = last_report_cycles_ + report_interval_cycles_;
}

bool dpdk_port::is_usable() const noexcept { return open_ && !dpdk::is_another_process(); }

void dpdk_port::release(std::span<frame> frames) noexcept {
  if (dpdk::is_another_process()) [[unlikely]]
    return;  // the mbufs are the parent's
  held_.subtract(frames.size());
  if (frames.size() == 1) {  // a packet that was waited for: this way is quicker by a tenth of there and back
    rte_pktmbuf_free(mbuf_of(frames.front()));
    return;
  }
  std::array<rte_mbuf*, max_burst> mbufs;
  while (!frames.empty()) {
    const std::size_t count = std::min(frames.size(), max_burst);
    for (std::size_t i = 0; i < count; ++i) mbufs[i] = mbuf_of(frames[i]);
    rte_pktmbuf_free_bulk(mbufs.data(), static_cast<unsigned>(count));
    frames = frames.subspan(count);
  }
}

std::size_t dpdk_port::tx_acquire(std::span<frame> frames) noexcept {
  std::array<rte_mbuf*, max_burst> mbufs;
  std::size_t count = std::min(frames.size(), max_burst);
  if (!is_usable() || count == 0) [[unlikely]]
    return 0;
  // The pool gives all of them or none: what it has left is then taken one by one.
  if (rte_pktmbuf_alloc_bulk(pool_, mbufs.data(), static_cast<unsigned>(count)) != 0) [[unlikely]] {
    no_buffers_.add(1);
    const std::size_t wanted = count;
    for (count = 0; count < wanted; ++count) {
      mbufs[count] = rte_pktmbuf_alloc(pool_);
      if (mbufs[count] == nullptr) break;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    frames[i] = {
        .data = rte_pktmbuf_mtod(mbufs[i], std::byte*), .capacity = rte_pktmbuf_tailroom(mbufs[i]), .handle = mbufs[i]};
  }
  held_.add(count);
  return count;
}

std::size_t dpdk_port::tx_burst(std::span<frame> frames) noexcept {
  if (!is_usable()) [[unlikely]]
    return 0;
  const std::size_t offered = std::min(frames.size(), max_burst);
  std::array<rte_mbuf*, max_burst> mbufs;
  std::array<std::uint8_t, max_burst> place_of;  // of an mbuf, among the frames
  std::size_t good = 0;
  for (std::size_t i = 0; i < offered; ++i) {
    const frame& each = frames[i];
    // What can be no frame is taken and counted; a received one has no capacity, and isn't sent again.
    if (each.length < ethernet_header_bytes || each.length > each.capacity) [[unlikely]]
      continue;
    rte_mbuf* const mbuf = mbuf_of(each);
    mbuf->data_len = static_cast<std::uint16_t>(each.length);
    mbuf->pkt_len = each.length;
    place_of[good] = static_cast<std::uint8_t>(i);
    mbufs[good++] = mbuf;
  }
  const std::size_t sent = rte_eth_tx_burst(id_, queue_, mbufs.data(), static_cast<std::uint16_t>(good));
  sent_.add(sent);
  std::size_t taken = offered;
  if (sent < good) [[unlikely]] {
    send_full_.add(good - sent);
    taken = place_of[sent];
  }
  if (taken != sent) [[unlikely]] {
    send_refused_.add(taken - sent);
    for (std::size_t i = 0, next = 0; i < taken; ++i) {
      if (next < sent && place_of[next] == i)
        ++next;
      else
        rte_pktmbuf_free(mbuf_of(frames[i]));
    }
  }
  held_.subtract(taken);
  return taken;
}

void dpdk_port::enter() {
  demand_own_process();
  if (rte_lcore_id() != LCORE_ID_ANY) return;  // the thread that started EAL, or one that uses another port too
  dpdk::register_thread();
  registered_ = true;
}

void dpdk_port::leave() noexcept {
  if (!registered_) return;
  registered_ = false;
  dpdk::unregister_thread();
}

std::vector<std::pair<std::string, std::uint64_t>> dpdk_port::counters() const {
  std::vector<std::pair<std::string, std::uint64_t>> result{{"received", received_.value()},
                                                            {"received_bytes", received_bytes_.value()},
                                                            {"segmented", segmented_.value()},
                                                            {"bad_checksums", bad_checksums_.value()},
                                                            {"sent", sent_.value()},
                                                            {"send_full", send_full_.value()},
                                                            {"send_refused", send_refused_.value()},
                                                            {"no_buffers", no_buffers_.value()},
                                                            {"held", held_.value()},
                                                            {"group_queries", group_queries_.value()},
                                                            {"group_reports", group_reports_.value()}};
  const auto of_device = device_.device_counters();
  result.insert(result.end(), of_device.begin(), of_device.end());
  return result;
}

std::vector<std::pair<std::string, port_fact>> dpdk_port::info() const {
  auto result = device_.facts();
  result.emplace_back("queue", std::int64_t{queue_});
  return result;
}

std::vector<std::string> dpdk_port::warnings() const {
  std::vector<std::string> result = device_.notes_;
  std::uint64_t missed = 0, no_mbufs = 0, fragments = 0, reassembled = 0;
  for (const auto& [name, count] : device_.device_counters()) {
    if (name == "device_missed") missed = count;
    if (name == "device_no_mbufs") no_mbufs = count;
    if (name == "kernel_fragments") fragments = count;
    if (name == "kernel_reassembled") reassembled = count;
  }
  const auto tell = [&](std::uint64_t count, const std::string& what) {
    if (count != 0) result.push_back(std::to_string(count) + " frames " + what);
  };
  tell(missed,
       "were dropped by the device, whose receive ring was full: give it more (rx_ring), or the hot thread a core of "
       "its own.");
  tell(no_mbufs, "were dropped because no mbuf was free: give the pool more (mbufs).");
  tell(segmented_.value(),
       "were longer than an mbuf, came in several segments and were dropped: raise mtu to the longest that comes.");
  if (fragments != 0) {
    result.push_back(std::to_string(fragments) + " IP fragments went to the kernel, which made " +
                     std::to_string(reassembled) +
                     " datagrams of them and keeps the rest: let the sender keep its datagrams below the MTU.");
  }
  tell(bad_checksums_.value(), "had a wrong checksum, as the device found, and were dropped.");
  tell(send_refused_.value(), "were to be sent that are shorter than an Ethernet header or longer than an mbuf.");
  return result;
}

}  // namespace pyhft::net
