// SPDX-License-Identifier: MIT
#pragma once

// The sending half of the ports that read files: the frames that a hot thread sends go through a lock-free ring to a
// pcap file, which another thread writes in poll(). Without a path they are counted and dropped.
//
// A file loses nothing: where the ring is full the hot thread waits for the writer, which a replay can afford and a
// live port never does. Where the file can't be written any more (a full disk) the rest is taken and dropped, so that
// the hot thread never stands still for it, and warning() tells the report the cause and how many frames are missing.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>

#include "pyhft/base/error.hpp"
#include "pyhft/net/frame.hpp"
#include "pyhft/net/pcap_writer.hpp"
#include "pyhft/queue/spsc_queue.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::net {

class pcap_sink {
 public:
  static constexpr std::size_t max_burst = 64;
  static constexpr std::size_t max_frame_bytes = 240;
  static constexpr std::size_t max_poll = 1024;

  // An empty path: count and drop. Throws input_error where the file can't be made.
  explicit pcap_sink(const std::string& path = {}) {
    if (!path.empty()) {
      writer_ = std::make_unique<pcap_writer>(path);
      ring_ = std::make_unique<queue::spsc_queue<record>>(ring_slots);
    }
  }

  // Hot thread: up to max_burst buffers, valid until the next acquire.
  std::size_t acquire(std::span<frame> frames) noexcept {
    const std::size_t count = std::min(frames.size(), max_burst);
    for (std::size_t i = 0; i < count; ++i) {
      frames[i] = {.data = buffers_[i].data(), .capacity = max_frame_bytes};
    }
    return count;
  }

  // Hot thread: takes them all.
  std::size_t send(std::span<frame> frames) noexcept {
    if (!ring_) return frames.size();
    for (const frame& each : frames) {
      record entry;
      entry.timestamp = each.timestamp;
      entry.length = std::min(each.length, static_cast<std::uint32_t>(max_frame_bytes));
      std::memcpy(entry.bytes.data(), each.data, entry.length);
      threads::yield_idle wait;
      while (!ring_->try_push(entry)) wait(0);
    }
    return frames.size();
  }

  // Writing thread: writes what has been sent so far, up to max_poll frames, so that a writer which has other work too
  // gets to it; returns how many.
  std::size_t poll() {
    if (!ring_) return 0;
    std::size_t done = 0;
    for (record entry; done < max_poll && ring_->try_pop(entry); ++done) {
      if (!failure_.empty() || !attempt([&] { writer_->write({entry.bytes.data(), entry.length}, entry.timestamp); }))
        ++lost_;
    }
    return done;
  }

  // Writing thread, after the hot one has ended: everything to the file.
  void finish() {
    while (poll() != 0) {
    }
    // What fails here takes at least one frame with it, if there was any; the system doesn't tell how many.
    if (writer_ && failure_.empty() && !attempt([&] { writer_->flush(); }) && writer_->frames() != 0) ++lost_;
  }

  // One sentence where something was lost, else empty.
  std::string warning() const {
    if (failure_.empty()) return {};
    return failure_ + " (at least " + std::to_string(lost_) + " sent frames are not in it)";
  }

 private:
  template <class F>
  bool attempt(F&& write) {
    try {
      write();
      return true;
    } catch (const error& cause) {
      failure_ = cause.what();
      return false;
    }
  }

  static constexpr std::size_t ring_slots = 1u << 14;

  struct record {
    nanoseconds timestamp;
    std::uint32_t length;
    std::array<std::byte, max_frame_bytes> bytes;
  };

  // Hot thread.
  alignas(cache_line_bytes) std::array<std::array<std::byte, max_frame_bytes>, max_burst> buffers_{};
  std::unique_ptr<queue::spsc_queue<record>> ring_;
  // Writing thread.
  alignas(cache_line_bytes) std::unique_ptr<pcap_writer> writer_;
  std::string failure_;
  std::uint64_t lost_{};
};

}  // namespace pyhft::net
