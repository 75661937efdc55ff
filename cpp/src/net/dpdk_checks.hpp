// SPDX-License-Identifier: MIT
#pragma once

// What DPDK refuses with a bare number, named before it is asked: the device's file, interface, socket, driver and the
// rights to it. Cold; no DPDK in here.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pyhft::net::dpdk {

// "net_pcap0,rx_pcap=a.pcap" is a name and arguments.
struct device_name {
  std::string name;       // as it was given
  std::string driver;     // "net_pcap"; "" for a card
  std::string arguments;  // with the comma in front, "" where there are none
  std::vector<std::pair<std::string, std::string>> named;

  bool is_card() const noexcept { return driver.empty(); }
  std::optional<std::string> argument(std::string_view key) const;
};

// argument_error for what can be no device.
device_name parse_device(const std::string& text);

// argument_error, input_error or host_error for what is sure to fail, with the remedy.
void check_beforehand(const device_name& device);

// What will work and may surprise, one sentence each.
std::vector<std::string> notes_on(const device_name& device);

// The AF_XDP sockets of this process. The driver of net_af_xdp (DPDK 22.11) leaves its own open when it is closed, and
// the interface's queue stays taken.
std::vector<int> xdp_sockets();

// IP fragments that the kernel of this network namespace took to put together, and datagrams that it made of them. It does
// that with what net_af_packet receives, before its fan-out.
std::array<std::uint64_t, 2> kernel_fragments();

}  // namespace pyhft::net::dpdk
