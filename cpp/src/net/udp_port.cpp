// SPDX-License-Identifier: MIT
#include "pyhft/net/udp_port.hpp"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "pyhft/base/error.hpp"
#include "pyhft/net/headers.hpp"

namespace pyhft::net {
namespace {

void check_range(const char* what, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
  if (value >= least && value <= most) return;
  throw argument_error(std::string("udp port: ") + what + " is " + std::to_string(value) + "; it must be from " +
                       std::to_string(least) + " to " + std::to_string(most) + ".");
}

udp_settings checked(udp_settings settings) {
  check_range("max_datagram_bytes", settings.max_datagram_bytes, 64, 65'536);
  check_range("buffers", settings.buffers, 1, 65'536);
  check_range("receive_buffer_bytes", settings.receive_buffer_bytes, 4096, 1u << 29);
  check_range("busy_poll_us", settings.busy_poll_us, 0, 1'000'000);
  if (settings.source && !is_multicast(settings.address)) {
    throw argument_error("udp port: the source " + in_words(*settings.source) + " is given with " +
                         in_words(settings.address) +
                         ", which is no multicast group: a source is for groups (224.0.0.0 to 239.255.255.255).");
  }
  return settings;
}

nanoseconds time_of(const timespec& time) noexcept {
  return {static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
}

}  // namespace

udp_port::udp_port(udp_settings settings)
    : settings_(checked(std::move(settings))),
      buffers_((settings_.buffers + max_burst) * settings_.max_datagram_bytes),
      free_(settings_.buffers),
      free_count_(settings_.buffers) {
  open_receiver();
  open_sender();
  for (std::uint32_t i = 0; i < max_burst; ++i) {
    standing_[i] = i;
    spans_[i] = {buffer(i), settings_.max_datagram_bytes};
    msghdr& in = messages_[i].msg_hdr;
    in.msg_iov = &spans_[i];
    in.msg_iovlen = 1;
    in.msg_control = controls_[i].bytes.data();
    in.msg_controllen = sizeof controls_[i].bytes;
    msghdr& out = out_messages_[i].msg_hdr;
    out.msg_iov = &out_spans_[i];
    out.msg_iovlen = 1;
    out.msg_name = &out_addresses_[i];
    out.msg_namelen = sizeof out_addresses_[i];
    out_addresses_[i].sin_family = AF_INET;
  }
  for (std::size_t i = 0; i < free_count_; ++i)
    free_[i] = static_cast<std::uint32_t>(settings_.buffers + max_burst - 1 - i);
}

udp_port::~udp_port() = default;

void udp_port::open_receiver() {
  const unsigned interface = interface_index(settings_.interface);
  const bool group = is_multicast(settings_.address);
  // Several programs may listen to one group; datagrams to one address go to one of them only, so there it is refused.
  if (group) receiver_.set(SOL_SOCKET, SO_REUSEADDR, 1);
  if (group) receiver_.set(IPPROTO_IP, IP_MULTICAST_ALL, 0);  // other sockets' groups are not ours
  if (!group && interface != 0 &&
      ::setsockopt(receiver_, SOL_SOCKET, SO_BINDTODEVICE, settings_.interface.c_str(),
                   static_cast<socklen_t>(settings_.interface.size())) != 0) {
    throw host_error("The socket can't be bound to interface '" + settings_.interface + "' (" + std::strerror(errno) +
                     "): name the address of that interface instead.");
  }
  receiver_.bind(settings_.address, settings_.port);
  settings_.port = receiver_.port();

  if (group) {
    const sockaddr_in to = socket_address(settings_.address, 0);
    bool joined = false;
    if (settings_.source) {
      const sockaddr_in from = socket_address(*settings_.source, 0);
      group_source_req wish{};
      wish.gsr_interface = interface;
      std::memcpy(&wish.gsr_group, &to, sizeof to);
      std::memcpy(&wish.gsr_source, &from, sizeof from);
      joined = receiver_.set(IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, wish);
    } else {
      group_req wish{};
      wish.gr_interface = interface;
      std::memcpy(&wish.gr_group, &to, sizeof to);
      joined = receiver_.set(IPPROTO_IP, MCAST_JOIN_GROUP, wish);
    }
    if (!joined) {
      throw host_error("The multicast group " + in_words(settings_.address) + " can't be joined (" +
                       std::strerror(errno) + "): name the interface that it comes in by, such as @" +
                       (settings_.interface.empty() ? "eth1" : settings_.interface) + ", of " +
                       interfaces_of_this_host() + ", and see that it is up and can do multicast.");
    }
  }

  if (settings_.only_with) receiver_.connect(settings_.only_with->ip, settings_.only_with->port);

  if (const std::uint32_t given = receiver_.ask_receive_buffer(settings_.receive_buffer_bytes);
      given < settings_.receive_buffer_bytes) {
    const std::string asked = std::to_string(settings_.receive_buffer_bytes);
    notes_.push_back("The kernel gives UDP " + in_words(settings_.address) + ":" + std::to_string(settings_.port) +
                     " a buffer of " + std::to_string(given) + " bytes where " + asked +
                     " were asked for: `sysctl -w net.core.rmem_max=" + asked + "`.");
  }
  if (settings_.busy_poll_us != 0 &&
      !receiver_.set(SOL_SOCKET, SO_BUSY_POLL, static_cast<int>(settings_.busy_poll_us))) {
    notes_.push_back(
        "Busy polling for " + std::to_string(settings_.busy_poll_us) + " us was refused (" + std::strerror(errno) +
        "): it needs CAP_NET_ADMIN, or `sysctl -w net.core.busy_read=" + std::to_string(settings_.busy_poll_us) + "`.");
  }
  ask_for_stamps();
}

void udp_port::ask_for_stamps() {
  if (settings_.stamps == receive_stamps::device) {
    hwtstamp_config wish{};
    wish.rx_filter = HWTSTAMP_FILTER_ALL;
    ifreq request{};
    settings_.interface.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&wish);
    const int flags = SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
                      SOF_TIMESTAMPING_SOFTWARE;
    if (::ioctl(receiver_, SIOCSHWTSTAMP, &request) == 0 && receiver_.set(SOL_SOCKET, SO_TIMESTAMPING, flags)) return;
    notes_.push_back("Interface '" + settings_.interface + "' gives no time stamps of its own (" +
                     std::strerror(errno) +
                     "), so that the kernel's are taken: `ethtool -T` lists what it can, and "
                     "setting it needs CAP_NET_ADMIN.");
    settings_.stamps = receive_stamps::kernel;
  }
  if (settings_.stamps == receive_stamps::kernel && !receiver_.set(SOL_SOCKET, SO_TIMESTAMPNS, 1)) {
    notes_.push_back(std::string("The kernel gives no time stamps (") + std::strerror(errno) +
                     "): frames have the time 0.");
  }
}

void udp_port::open_sender() {
  if (settings_.interface.empty()) return;
  if (!sender_.send_groups_by(interface_index(settings_.interface))) {
    notes_.push_back("What is sent to multicast groups leaves as the routes say, not by '" + settings_.interface +
                     "' (" + std::strerror(errno) + ").");
  }
}

std::size_t udp_port::rx_burst(std::span<frame> frames) noexcept {
  // Every buffer that goes out is replaced at once.
  const std::size_t room = std::min({frames.size(), max_burst, free_count_});
  if (room == 0) {
    if (!frames.empty()) counts_.no_buffers.add(1);
    return 0;
  }
  const int received = ::recvmmsg(receiver_, messages_.data(), static_cast<unsigned>(room), MSG_DONTWAIT, nullptr);
  if (received < 0) {
    if (errno != EAGAIN && errno != EINTR) counts_.receive_errors.add(1);
    return 0;
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(received); ++i) {
    msghdr& message = messages_[i].msg_hdr;
    nanoseconds stamp{};
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level != SOL_SOCKET) continue;
      std::array<timespec, 3> times{};  // the kernel's first; the card's third, where there is one
      if (each->cmsg_type == SCM_TIMESTAMPNS) {
        std::memcpy(times.data(), CMSG_DATA(each), sizeof times[0]);
      } else if (each->cmsg_type == SCM_TIMESTAMPING) {
        std::memcpy(times.data(), CMSG_DATA(each), sizeof times);
      } else {
        continue;
      }
      stamp = time_of(times[2].tv_sec != 0 ? times[2] : times[0]);
    }
    message.msg_controllen = sizeof controls_[i].bytes;
    if ((message.msg_flags & MSG_TRUNC) != 0) [[unlikely]] {
      counts_.truncated.add(1);
      continue;  // its buffer stays where it is
    }
    const std::uint32_t number = standing_[i];
    frames[count++] = {.data = buffer(number),
                       .length = messages_[i].msg_len,
                       .timestamp = stamp,
                       .handle = reinterpret_cast<void*>(std::uintptr_t{number})};
    counts_.received_bytes.add(messages_[i].msg_len);
    standing_[i] = free_[--free_count_];
    spans_[i].iov_base = buffer(standing_[i]);
  }
  counts_.received.add(count);
  return count;
}

// Buffers to send in are not numbered: they belong to the next tx_burst, sent or not.
void udp_port::release(std::span<frame> frames) noexcept {
  for (const frame& each : frames) {
    if (each.capacity == 0)
      free_[free_count_++] = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(each.handle));
  }
}

std::size_t udp_port::tx_acquire(std::span<frame> frames) noexcept {
  const std::size_t count = std::min(frames.size(), max_burst);
  for (std::size_t i = 0; i < count; ++i) {
    frames[i] = {.data = out_buffers_[i].data(), .capacity = max_sent_bytes};
  }
  return count;
}

std::size_t udp_port::tx_burst(std::span<frame> frames) noexcept {
  // A frame that is no datagram is counted where it is taken: those behind a full queue are offered once more.
  const std::size_t offered = std::min(frames.size(), max_burst);
  std::array<std::size_t, max_burst> place_of;  // of a message, among the frames
  unsigned messages = 0;
  for (std::size_t i = 0; i < offered; ++i) {
    const udp_datagram datagram = find_udp(frames[i].bytes());
    constexpr std::size_t plain_headers = udp_headers_bytes;
    if (datagram.cause != frame_cause::udp || datagram.payload.data() != frames[i].data + plain_headers) [[unlikely]] {
      continue;
    }
    place_of[messages] = i;
    out_spans_[messages] = {const_cast<std::byte*>(datagram.payload.data()), datagram.payload.size()};
    std::memcpy(&out_addresses_[messages].sin_addr, frames[i].data + destination_address_offset, 4);
    out_addresses_[messages].sin_port = htons(datagram.destination_port);
    ++messages;
  }
  for (unsigned next = 0; next < messages;) {
    const int done =
        ::sendmmsg(settings_.only_with ? receiver_ : sender_, &out_messages_[next], messages - next, MSG_DONTWAIT);
    if (done > 0) {
      next += static_cast<unsigned>(done);
      counts_.sent.add(static_cast<std::uint64_t>(done));
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      counts_.send_full.add(messages - next);
      counts_.send_errors.add(place_of[next] - next);
      return place_of[next];
    } else if (errno == ECONNREFUSED && settings_.only_with) {
      counts_.receive_errors.add(1);  // what became of an earlier one; this one hasn't been tried
    } else if (errno != EINTR) {
      counts_.send_errors.add(1);
      ++next;
    }
  }
  counts_.send_errors.add(offered - messages);
  return offered;
}

std::uint32_t udp_port::kernel_drops() const noexcept {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t length = sizeof memory;
  if (::getsockopt(receiver_, SOL_SOCKET, SO_MEMINFO, memory.data(), &length) != 0) return 0;
  return memory[SK_MEMINFO_DROPS];
}

std::vector<std::pair<std::string, std::uint64_t>> udp_port::counters() const {
  return {{"received", counts_.received.value()},
          {"received_bytes", counts_.received_bytes.value()},
          {"truncated", counts_.truncated.value()},
          {"kernel_drops", kernel_drops()},
          {"no_buffers", counts_.no_buffers.value()},
          {"receive_errors", counts_.receive_errors.value()},
          {"sent", counts_.sent.value()},
          {"send_full", counts_.send_full.value()},
          {"send_errors", counts_.send_errors.value()}};
}

std::vector<std::pair<std::string, port_fact>> udp_port::info() const {
  constexpr std::array stamps{"none", "the kernel's", "the card's"};
  return {{"address", in_words(settings_.address) + ":" + std::to_string(settings_.port)},
          {"interface", settings_.interface},
          {"multicast", is_multicast(settings_.address)},
          {"stamps", std::string(stamps[static_cast<std::size_t>(settings_.stamps)])},
          {"buffers", std::int64_t{settings_.buffers}},
          {"max_datagram_bytes", std::int64_t{settings_.max_datagram_bytes}},
          {"receive_buffer_bytes", std::int64_t{receiver_.receive_buffer_bytes()}}};
}

std::vector<std::string> udp_port::warnings() const {
  std::vector<std::string> result = notes_;
  const auto tell = [&](std::uint64_t count, const std::string& what) {
    if (count != 0) result.push_back(std::to_string(count) + " datagrams " + what);
  };
  tell(kernel_drops(),
       "were dropped by the kernel, whose buffer was full: give it more (receive_buffer_bytes), or the "
       "hot thread a core of its own.");
  tell(counts_.truncated.value(), "were longer than " + std::to_string(settings_.max_datagram_bytes) +
                                      " bytes and were dropped: raise max_datagram_bytes.");
  tell(counts_.send_errors.value(),
       "were refused by the network as they were sent: see that there is a route to where orders "
       "go, and a firewall that lets them pass.");
  return result;
}

}  // namespace pyhft::net
