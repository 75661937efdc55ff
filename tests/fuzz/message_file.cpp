// SPDX-License-Identifier: MIT
// Files of length-prefixed messages as a port: in bursts of any size, what a slow reading finds.
#include "pyhft/net/message_file_port.hpp"

#include <vector>

#include "fuzz.hpp"
#include "memory_file.hpp"

namespace {

using namespace pyhft;
using fuzz::check;

struct slow_messages {
  std::vector<std::span<const std::byte>> all{};
  std::size_t stray{};
};
slow_messages read_slowly(std::span<const std::byte> left) {
  slow_messages result;
  while (left.size() >= 2) {
    const std::size_t length = std::to_integer<std::size_t>(left[0]) * 256 + std::to_integer<std::size_t>(left[1]);
    if (length > left.size() - 2) break;
    if (length != 0) result.all.push_back(left.subspan(2, length));
    left = left.subspan(2 + length);
  }
  result.stray = left.size();
  return result;
}

void read(net::message_file_port& port, const slow_messages& expected, std::size_t burst) {
  std::vector<net::frame> frames(burst);
  std::size_t seen = 0;
  while (!port.at_end()) {
    const std::size_t count = port.rx_burst(frames);
    for (const net::frame& each : std::span{frames}.first(count)) {
      check(seen < expected.all.size() && std::ranges::equal(each.bytes(), expected.all[seen]),
            "every message is given as it stands in the file");
      ++seen;
    }
    port.release(std::span{frames}.first(count));
    check(port.position_bytes() <= port.size_bytes(), "the position is in the file");
  }
  check(seen == expected.all.size(), "all messages are given");
  check(port.rx_burst(frames) == 0, "the end stays the end");
  check(port.warnings().empty() == (expected.stray == 0), "a cut is told, and nothing else");
}

}  // namespace

void run_target(std::span<const std::byte> bytes) {
  if (bytes.size() < 2) return;
  const std::size_t burst = 1 + std::to_integer<std::size_t>(bytes[0]) % 64;
  bytes = bytes.subspan(1);
  const slow_messages expected = read_slowly(bytes);
  fuzz::memory_file file;
  file.hold(bytes);
  net::message_file_port port{file.path(), "input", ""};
  read(port, expected, burst);
  check(port.rewind(), "a file begins again");
  read(port, expected, 64);
}
