// SPDX-License-Identifier: MIT
#pragma once

// One thread's way into one logger: a ring that this thread alone fills and the logger's backend alone empties. Made
// and found by logger.hpp; nobody else needs it.
//
// A channel belongs to a thread from its first call (or prepare()) until the thread ends. What the thread left in the
// ring is still written; then the channel is free, and the next new thread of the same logger takes it over.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "pyhft/base/config.hpp"
#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/byte_ring.hpp"

namespace pyhft::log {
class logger;
struct call_site;
}  // namespace pyhft::log

namespace pyhft::log::detail {

// A ring, and the larger one that took its place where the policy is to grow.
struct ring_link {
  ring_link(std::size_t bytes, memory::huge_pages wish) : ring(bytes, wish) {}

  queue::byte_ring ring;
  std::atomic<ring_link*> next{nullptr};
};

enum class channel_state : std::uint8_t {
  live,   // a thread's
  ended,  // the thread is gone, the ring may hold something yet
  free,   // empty, for the next thread
};

struct channel {
  channel(std::size_t ring_bytes, memory::huge_pages wish)
      : writing(new ring_link(ring_bytes, wish)), ring(&writing->ring), reading(writing) {}
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;
  ~channel() {
    for (ring_link* link = reading; link != nullptr;) {
      ring_link* const larger = link->next.load(std::memory_order_relaxed);  // nobody else is left
      delete link;
      link = larger;
    }
  }

  // The consumer's: the record after the one that was released last becomes `record`; false where there is none. Frees
  // the rings that a larger one took the place of.
  bool next_record(bool frees_rings) noexcept {
    record = reading->ring.peek_known();
    while (record.data() == nullptr) {
      // Acquire pairs with the producer's release: with the larger ring, all that went into this one is seen.
      ring_link* const larger = reading->next.load(std::memory_order_acquire);
      if (larger == nullptr) return false;
      if (!reading->ring.refresh()) {
        ring_link* const done = std::exchange(reading, larger);
        if (frees_rings) delete done;
        larger->ring.refresh();
      }
      record = reading->ring.peek_known();
    }
    std::memcpy(&cycles, record.data() + sizeof(const call_site*), sizeof cycles);
    return true;
  }

  // The producer's. dropped: calls for which there was no room; it alone writes it, so that a load and a store do.
  ring_link* writing;
  queue::byte_ring* ring;  // that of `writing`
  std::atomic<std::uint64_t> dropped{0};
  std::uint32_t thread_id{};

  // Seldom written, by both sides and by whoever destroys the logger.
  std::atomic<channel_state> state{channel_state::live};
  std::atomic<bool> logger_is_gone{false};
  std::uint64_t logger_id{};
  channel* next_arrival{};  // in the logger's list of those that its backend hasn't seen

  // The consumer's.
  alignas(cache_line_bytes) ring_link* reading;
  std::span<const std::byte> record;  // the oldest of this round; data() null when there is none
  std::uint64_t cycles{};             // its stamp
  std::uint64_t dropped_seen{};       // of `dropped`, what the sequence numbers have left out already
  const logger* owner{};              // known in a round
  std::uint64_t taken{};              // records since the logger was attached
  std::uint32_t source_number{};      // in binary files
  std::uint32_t source_thread{};      // that this number stands for
  channel* next{};                    // of the same logger
  channel* next_active{};             // with a record in this round
};

// The channels of this thread that were used last, by their logger's number: a compare and a load instead of a search.
// Numbers are never used again, so that a stale entry is never taken for another logger's.
struct cached_channel {
  std::uint64_t logger_id;
  channel* to;
};
inline constexpr std::size_t cached_channels = 4;
// initial-exec: read without a call in a shared library, too.
[[gnu::tls_model(
    "initial-exec")]] inline constinit thread_local std::array<cached_channel, cached_channels> channels_here{};

}  // namespace pyhft::log::detail
