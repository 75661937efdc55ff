// SPDX-License-Identifier: MIT
#include "pyhft/net/pcap_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "pyhft/base/byte_order.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::net {
namespace {

constexpr std::size_t buffer_bytes = 1u << 20;

[[noreturn]] void refuse(const std::string& path) {
  throw input_error("can't write '" + path + "': " + std::strerror(errno) +
                    "; give a path in a folder that exists, may be written and has room");
}

}  // namespace

pcap_writer::pcap_writer(std::string path) : path_{std::move(path)}, file_{std::fopen(path_.c_str(), "wb")} {
  if (!file_) refuse(path_);
  std::setvbuf(file_.get(), nullptr, _IOFBF, buffer_bytes);
  // The same bytes on every machine: little-endian, whoever writes.
  std::byte header[24]{};
  store_little<std::uint32_t>(header, 0xA1B23C4D);
  store_little<std::uint16_t>(header + 4, 2);
  store_little<std::uint16_t>(header + 6, 4);
  store_little<std::uint32_t>(header + 16, 262'144);
  store_little<std::uint32_t>(header + 20, 1);
  put(header, sizeof header);
}

void pcap_writer::write(std::span<const std::byte> frame, nanoseconds timestamp) {
  constexpr std::int64_t per_second = 1'000'000'000;
  const std::int64_t since_epoch = std::max<std::int64_t>(timestamp.count, 0);  // the format knows no time before
  std::byte header[16];
  store_little<std::uint32_t>(header, static_cast<std::uint32_t>(since_epoch / per_second));
  store_little<std::uint32_t>(header + 4, static_cast<std::uint32_t>(since_epoch % per_second));
  store_little<std::uint32_t>(header + 8, static_cast<std::uint32_t>(frame.size()));
  store_little<std::uint32_t>(header + 12, static_cast<std::uint32_t>(frame.size()));
  put(header, sizeof header);
  put(frame.data(), frame.size());
  ++frames_;
}

void pcap_writer::flush() {
  if (std::fflush(file_.get()) != 0) refuse(path_);
}

void pcap_writer::put(const void* bytes, std::size_t count) {
  if (count != 0 && std::fwrite(bytes, 1, count, file_.get()) != count) refuse(path_);  // an empty frame has no address
}

}  // namespace pyhft::net
