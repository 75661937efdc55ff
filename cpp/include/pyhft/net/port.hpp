// SPDX-License-Identifier: MIT
#pragma once

// Where frames come from and go to. The interface is burst-granular: one virtual call a burst is what a burst can pay
// for, and nothing is virtual per frame. A port belongs to one thread at a time, which holds a port_use (port_use.hpp)
// while it does; only position_bytes() may be read from others, and what a port to a network tells of itself.
//
// A frame of rx_burst is valid until it is released; a frame of tx_acquire is a buffer of the port in which the caller
// builds what it sends, sets length and timestamp, and hands it to tx_burst. The calls never throw and never allocate.
// What can't be sent now isn't taken: tx_burst returns how many it took, and the caller releases the others.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pyhft/net/frame.hpp"

namespace pyhft::net {

// What a received frame of the port is: all headers from Ethernet on, the payload of one UDP datagram, or one bare
// message of a feed. What is sent has all headers at every port.
enum class framing : std::uint8_t { ethernet, datagram, message };

using ipv4_address = std::array<std::uint8_t, 4>;  // as it stands in a header

// What a port tells of itself and its device.
using port_fact = std::variant<bool, std::int64_t, std::string>;

class port {
 public:
  port() = default;
  port(const port&) = delete;
  port& operator=(const port&) = delete;
  virtual ~port() = default;

  virtual std::size_t rx_burst(std::span<frame> frames) noexcept = 0;
  virtual void release(std::span<frame> frames) noexcept = 0;
  virtual std::size_t tx_acquire(std::span<frame> frames) noexcept = 0;
  virtual std::size_t tx_burst(std::span<frame> frames) noexcept = 0;

  virtual net::framing framing() const noexcept { return framing::ethernet; }

  // True once rx_burst can never return a frame again. A port to a live network has no end.
  virtual bool at_end() const noexcept { return false; }

  // Bytes of the input taken so far and in all; 0 in all where there is no end. Safe from any thread.
  virtual std::uint64_t position_bytes() const noexcept { return 0; }
  virtual std::uint64_t size_bytes() const noexcept { return 0; }

  // Starts again from the beginning where the port can; false where it can't.
  virtual bool rewind() noexcept { return false; }

  // Work for another thread than the hot one, such as writing sent frames to a file: returns how much was done.
  virtual std::size_t poll_background() { return 0; }

  // The same thread, once the hot one has ended: the rest of that work.
  virtual void finish() {}

  // These three: of a file, once the port's thread has ended; of a network, from any thread at any time.
  // What the user should know, in whole sentences: an input that was cut, a file that couldn't be written.
  virtual std::vector<std::string> warnings() const { return {}; }

  // What the port counted, by name.
  virtual std::vector<std::pair<std::string, std::uint64_t>> counters() const { return {}; }

  // What it stands on, by name.
  virtual std::vector<std::pair<std::string, port_fact>> info() const { return {}; }

 protected:
  // Called in the thread of a port_use, before its first call of the others and after its last. enter() may throw.
  virtual void enter() {}
  virtual void leave() noexcept {}

 private:
  friend class port_use;
  friend class port_visit;

  std::atomic<std::int32_t> users_{0};  // -1: a port_use; else how many visits
  std::mutex visiting_;
};

}  // namespace pyhft::net
