// SPDX-License-Identifier: MIT
#include "dpdk_checks.hpp"

#include <linux/capability.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "pyhft/base/error.hpp"

namespace pyhft::net::dpdk {
namespace {

namespace fs = std::filesystem;

constexpr const char* kinds =
    "a card's address such as 0000:03:00.0, or net_ring0, net_pcap0, net_af_packet0, net_af_xdp0, net_tap0, "
    "net_virtio_user0";

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// "0000:03:00.0" or "03:00.0".
bool is_card_address(std::string_view name) {
  constexpr std::string_view form = "xxxx:xx:xx.x";
  const std::string_view here = name.size() == form.size() ? form : form.substr(5);
  if (name.size() != here.size()) return false;
  for (std::size_t i = 0; i < here.size(); ++i)
    if (here[i] == 'x' ? !is_hex(name[i]) : name[i] != here[i]) return false;
  return true;
}

// The capability, in the effective set of this process.
bool is_allowed(int capability) {
  std::ifstream status{"/proc/self/status"};
  std::string word;
  while (status >> word) {
    if (word != "CapEff:") continue;
    std::uint64_t set = 0;
    status >> std::hex >> set;
    return (set >> capability & 1) != 0;
  }
  return ::geteuid() == 0;
}

void demand_right(const device_name& device, int capability, const std::string& name) {
  if (is_allowed(capability)) return;
  throw host_error("'" + device.name + "' needs the right " + name +
                   ": run as root, or `setcap cap_net_raw,cap_net_admin,cap_bpf,cap_ipc_lock+ep $(readlink -f "
                   "$(which python3))`.");
}

std::string interfaces_of_this_host() {
  std::string names;
  if (struct if_nameindex* every = ::if_nameindex()) {
    for (struct if_nameindex* one = every; one->if_index != 0; ++one)
      names += (names.empty() ? "" : ", ") + std::string(one->if_name);
    ::if_freenameindex(every);
  }
  return names;
}

std::string needed(const device_name& device, std::string_view key, const std::string& example) {
  const auto value = device.argument(key);
  if (value && !value->empty()) return *value;
  throw argument_error("'" + device.name + device.arguments + "' lacks " + std::string(key) + "=: write " +
                       device.name + "," + std::string(key) + "=" + example + ".");
}

void check_interface(const std::string& interface) {
  if (::if_nametoindex(interface.c_str()) != 0) return;
  throw host_error("There is no interface '" + interface + "' on this host: name one of " + interfaces_of_this_host() +
                   ".");
}

void check_capture(const std::string& path) {
  std::error_code unknown;
  if (fs::is_directory(path, unknown)) throw input_error("'" + path + "' is a folder: give the path of a capture.");
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw input_error("'" + path + "' can't be read (" + std::strerror(errno) + "): give the path of a capture.");
  }
  std::array<unsigned char, 4> magic{};
  file.read(reinterpret_cast<char*>(magic.data()), magic.size());
  if (magic[0] == 0x1f && magic[1] == 0x8b)
    throw input_error("'" + path + "' is gzipped, which net_pcap can't read: unpack it with `gunzip -k " + path + "`.");
  using four = std::array<unsigned char, 4>;
  constexpr std::array<four, 5> known{four{0xd4, 0xc3, 0xb2, 0xa1}, four{0xa1, 0xb2, 0xc3, 0xd4},
                                      four{0x4d, 0x3c, 0xb2, 0xa1}, four{0xa1, 0xb2, 0x3c, 0x4d},
                                      four{0x0a, 0x0d, 0x0d, 0x0a}};
  if (file.gcount() != 4 || std::find(known.begin(), known.end(), magic) == known.end())
    throw input_error("'" + path + "' is no pcap or pcapng capture: its first bytes say otherwise; give one that is.");
}

void check_can_be_written(const std::string& path) {
  const fs::path folder = fs::path{path}.parent_path();
  std::error_code unknown;
  if (fs::is_directory(path, unknown)) throw input_error("'" + path + "' is a folder: give the path of a file.");
  if (!folder.empty() && !fs::is_directory(folder, unknown)) {
    throw input_error("'" + path + "' can't be written: there is no folder '" + folder.string() + "'; make it first.");
  }
  const std::string asked = fs::exists(path, unknown) ? path : folder.empty() ? "." : folder.string();
  if (::access(asked.c_str(), W_OK) != 0)
    throw input_error("'" + path + "' can't be written (" + std::strerror(errno) + "): give a path that can.");
}

void check_pcap(const device_name& device) {
  bool any = false;
  for (const auto& [key, value] : device.named) {
    any = any || key != "infinite_rx";
    if (key == "rx_pcap") check_capture(value);
    if (key == "tx_pcap") check_can_be_written(value);
    if (key == "iface" || key == "rx_iface" || key == "rx_iface_in" || key == "tx_iface") {
      check_interface(value);
      demand_right(device, CAP_NET_RAW, "CAP_NET_RAW");
    }
  }
  if (!any) needed(device, "rx_pcap", "in.pcap");
  const auto in = device.argument("rx_pcap"), out = device.argument("tx_pcap");
  std::error_code unknown;
  if (in && out && fs::equivalent(*in, *out, unknown))
    throw argument_error("'" + *in + "' is both rx_pcap and tx_pcap: give what is sent a file of its own.");
}

// As the kernel lists it, so that the program that listens isn't disturbed.
bool is_listened_to(const std::string& path) {
  std::ifstream sockets{"/proc/net/unix"};
  constexpr const char* accepts_connections = " 00010000 ";
  for (std::string line; std::getline(sockets, line);)
    if (line.ends_with(" " + path) && line.find(accepts_connections) != std::string::npos) return true;
  return false;
}

// 0 where somebody listens after all: the kernel lists this network namespace's only.
int refusal_of(const sockaddr_un& address) {
  const int asked = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  const int refusal = asked < 0 || ::connect(asked, where, sizeof address) == 0 ? 0 : errno;
  if (asked >= 0) ::close(asked);
  return refusal;
}

// The socket of a vhost-user peer, or the kernel's own device.
void check_virtio_user(const device_name& device) {
  const std::string path = needed(device, "path", "/run/x.sock");
  const bool serving = device.argument("server") == "1";
  struct stat found{};
  const bool exists = ::stat(path.c_str(), &found) == 0;
  if (exists && S_ISCHR(found.st_mode)) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw argument_error("The socket path '" + path + "' has " + std::to_string(path.size()) +
                         " characters; the kernel takes " + std::to_string(sizeof address.sun_path - 1) +
                         ": give a shorter one.");
  }
  path.copy(address.sun_path, path.size());
  if (exists && !S_ISSOCK(found.st_mode))
    throw input_error("'" + path + "' is a file and no socket: give the path of one.");
  const int refusal = exists && !is_listened_to(path) ? refusal_of(address) : 0;
  if (serving) {
    if (!exists) return;
    throw input_error(refusal == 0
                          ? "Another program serves the socket '" + path + "': give another path."
                          : "The socket '" + path + "' is left over from a program that has ended: `rm " + path + "`.");
  }
  if (!exists) {
    throw input_error("There is no socket '" + path +
                      "': start the program that serves it (a vhost-user back end such as `dpdk-testpmd --vdev "
                      "net_vhost0,iface=" +
                      path + "`) first, or serve it yourself (server=1).");
  }
  if (refusal == ECONNREFUSED) {
    throw input_error("Nobody listens on the socket '" + path +
                      "', which is left over from a program that has ended: `rm " + path + "` and start that again.");
  }
  if (refusal != 0)
    throw input_error("The socket '" + path + "' can't be used (" + std::strerror(refusal) + "): see to its rights.");
}

std::string name_of_link(const fs::path& link) {
  std::error_code unknown;
  const fs::path target = fs::read_symlink(link, unknown);
  return unknown ? "" : target.filename().string();
}

// The kernel's interface on a card, "" where there is none.
std::string interface_of(const fs::path& card) {
  std::error_code unknown;
  std::vector<fs::path> places{card / "net"};
  for (fs::directory_iterator each{card, unknown}, end; !unknown && each != end; each.increment(unknown))
    if (each->path().filename().string().starts_with("virtio")) places.push_back(each->path() / "net");
  for (const fs::path& place : places) {
    const fs::directory_iterator first{place, unknown};
    if (!unknown && first != fs::directory_iterator{}) return first->path().filename().string();
  }
  return "";
}

void check_card(const device_name& device) {
  const std::string address = device.name.size() == 12 ? device.name : "0000:" + device.name;
  const fs::path place = fs::path{"/sys/bus/pci/devices"} / address;
  std::error_code unknown;
  if (!fs::exists(place, unknown))
    throw host_error("There is no card at " + address + ": `lspci -D | grep -i ether` lists those that there are.");
  const std::string bind = "`dpdk-devbind.py --bind=vfio-pci " + address + "`";
  const std::string driver = name_of_link(place / "driver");
  if (driver.empty()) {
    throw host_error("The card at " + address + " has no driver: `modprobe vfio-pci`, then " + bind + " (as root).");
  }
  constexpr std::array given_to_dpdk{"vfio-pci", "uio_pci_generic", "igb_uio"};
  constexpr std::array shared_with_the_kernel{"mlx4_core", "mlx5_core", "mana"};  // their PMDs want the kernel's driver
  const auto is = [&](const char* one) { return driver == one; };
  if (std::any_of(shared_with_the_kernel.begin(), shared_with_the_kernel.end(), is)) return;
  if (std::none_of(given_to_dpdk.begin(), given_to_dpdk.end(), is)) {
    const std::string interface = interface_of(place);
    throw host_error("The card at " + address + " is bound to the kernel's driver " + driver +
                     (interface.empty() ? "" : " (interface " + interface + ", which is lost to the kernel then)") +
                     ": " + bind + " gives it to DPDK (as root; not the card that you are logged in by).");
  }
  if (driver == "vfio-pci") {
    const std::string group = name_of_link(place / "iommu_group");
    const std::string file = "/dev/vfio/" + group;
    const auto closed = [](const std::string& path) { return ::access(path.c_str(), R_OK | W_OK) != 0; };
    if (!group.empty() && closed("/dev/vfio/noiommu-" + group) && closed(file)) {
      throw host_error("The card at " + address + " may not be opened by this user (" + file + ": " +
                       std::strerror(errno) + "): `sudo chown $USER " + file + "`.");
    }
  }
}

}  // namespace

std::optional<std::string> device_name::argument(std::string_view key) const {
  for (const auto& [name_, value] : named)
    if (name_ == key) return value;
  return std::nullopt;
}

device_name parse_device(const std::string& text) {
  device_name result;
  const std::size_t comma = text.find(',');
  result.name = text.substr(0, comma);
  if (comma != std::string::npos) result.arguments = text.substr(comma);
  for (std::size_t at = comma; at != std::string::npos;) {
    const std::size_t next = text.find(',', at + 1);
    const std::string one = text.substr(at + 1, next == std::string::npos ? next : next - at - 1);
    const std::size_t equals = one.find('=');
    result.named.emplace_back(one.substr(0, equals), equals == std::string::npos ? "" : one.substr(equals + 1));
    at = next;
  }
  if (is_card_address(result.name)) return result;
  constexpr std::size_t longest = 48;  // DPDK's limit is 63; other names are made of it
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const std::size_t digits = result.name.find_last_not_of("0123456789") + 1;
  if (result.name.empty() || result.name.size() > longest || digits == 0 || digits == result.name.size() ||
      result.name.size() - digits > 4 || !std::all_of(result.name.begin(), result.name.end(), is_part)) {
    throw argument_error("dpdk port: '" + result.name + "' is no device: give " + kinds + ".");
  }
  if (text.find_first_of("\n\r\t\"") != std::string::npos || text.size() > 2000)
    throw argument_error("dpdk port: the arguments of '" + result.name +
                         "' can't be DPDK's: give KEY=VALUE with commas.");
  result.driver = result.name.substr(0, digits);
  return result;
}

void check_beforehand(const device_name& device) {
  if (device.is_card()) return check_card(device);
  if (device.driver == "net_pcap") return check_pcap(device);
  if (device.driver == "net_virtio_user") return check_virtio_user(device);
  if (device.driver == "net_af_packet" || device.driver == "net_af_xdp") {
    const std::string interface = needed(device, "iface", "eth1");
    check_interface(interface);
    demand_right(device, CAP_NET_RAW, "CAP_NET_RAW");
    if (device.driver == "net_af_packet") return;
    demand_right(device, CAP_NET_ADMIN, "CAP_NET_ADMIN");
    if (interface == "lo") {
      throw argument_error("'" + device.name +
                           "' can't stand on lo, which has no queues for XDP: make a pair with `ip link add veth0 type "
                           "veth peer name veth1`.");
    }
  }
  if (device.driver == "net_tap") {
    demand_right(device, CAP_NET_ADMIN, "CAP_NET_ADMIN");
    if (::access("/dev/net/tun", R_OK | W_OK) != 0) {
      throw host_error(std::string("'") + device.name + "' can't open /dev/net/tun (" + std::strerror(errno) +
                       "): `modprobe tun`, and run as root.");
    }
  }
}

std::vector<int> xdp_sockets() {
  std::vector<int> found;
  std::error_code unknown;
  for (fs::directory_iterator each{"/proc/self/fd", unknown}, end; !unknown && each != end; each.increment(unknown)) {
    const int descriptor = std::atoi(each->path().filename().c_str());
    int domain = 0;
    socklen_t length = sizeof domain;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_XDP)
      found.push_back(descriptor);
  }
  return found;
}

std::array<std::uint64_t, 2> kernel_fragments() {
  // A line of names and one of values, both behind "Ip:".
  std::ifstream file{"/proc/self/net/snmp"};
  std::string names, values, word, value;
  while (std::getline(file, names) && std::getline(file, values)) {
    if (!names.starts_with("Ip:")) continue;
    std::istringstream of_names{names}, of_values{values};
    std::array<std::uint64_t, 2> result{};
    while (of_names >> word && of_values >> value) {
      if (word == "ReasmReqds") result[0] = std::stoull(value);
      if (word == "ReasmOKs") result[1] = std::stoull(value);
    }
    return result;
  }
  return {};
}

std::vector<std::string> notes_on(const device_name& device) {
  std::vector<std::string> notes;
  if (device.driver == "net_af_packet" || device.driver == "net_af_xdp") {
    const std::string interface = device.argument("iface").value_or("");
    unsigned flags = 0;
    std::ifstream{"/sys/class/net/" + interface + "/flags"} >> std::hex >> flags;
    if ((flags & IFF_UP) == 0) {
      notes.push_back("Interface '" + interface + "' is down, so that nothing will come: `ip link set " + interface +
                      " up`.");
    }
    // Of the ring that the kernel fills: a frame's place also holds what is said of the frame.
    constexpr std::uint32_t usual_place = 2048, said_of_it = 66;
    std::uint32_t place = usual_place, mtu = 0;
    if (const auto given = device.argument("framesz")) place = static_cast<std::uint32_t>(std::atoi(given->c_str()));
    std::ifstream{"/sys/class/net/" + interface + "/mtu"} >> mtu;
    if (device.driver == "net_af_packet" && mtu + 18 + said_of_it > place) {
      notes.push_back("Frames above " + std::to_string(place - std::min(place, said_of_it)) +
                      " bytes are cut, and interface '" + interface + "' lets " + std::to_string(mtu + 18) +
                      " through: give the device larger places (framesz=16384,blocksz=65536), or the interface a lower "
                      "MTU.");
    }
  }
  return notes;
}

}  // namespace pyhft::net::dpdk
