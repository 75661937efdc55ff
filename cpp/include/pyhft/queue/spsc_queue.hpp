// SPDX-License-Identifier: MIT
#pragma once

// A bounded queue of records between exactly one producer and one consumer: two threads, or two processes that share a
// named segment.
//
// Wait-free: every try_ call is a few instructions plus the copy, and none allocates, locks, throws or makes a system
// call. When the queue is full a push returns false (or the number that fitted), and what happens to the record is the
// producer's decision: count a drop, or close a gate. No push fails while fewer than capacity() records wait; the queue
// has an eighth more slots than that, and what fills their last block. All memory is taken, page by page, by the
// constructor. record_ring.hpp tells how it works and why it is fast.
//
// Producer calls: try_push, try_push_n, try_reserve + commit, push_or_wait. Consumer calls: try_pop, try_pop_n, peek,
// peek_n + release, pop_or_wait. A side may move to another thread if the caller orders the two (join, mutex); two
// threads on one side at a time corrupt the queue. size() may be asked by anyone and is a moment's estimate.
//
// The waiting forms take an idle strategy (threads/idle.hpp) and ask give_up() before each idle round. The producer
// wakes nobody, unless the queue was made with wake_consumer: then each push costs an exchange (some 5 ns), and a futex
// call (about a microsecond) where the consumer parks on bell() with threads::park_idle.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "pyhft/memory/page_block.hpp"
#include "pyhft/queue/never.hpp"
#include "pyhft/queue/record_ring.hpp"
#include "pyhft/queue/shared_segment.hpp"

namespace pyhft::queue {

// Takes a side of what was opened, and goes on where it stands. shared_segment::claim() has the errors.
template <class Layout>
void claim_ring(shared_segment& segment, side mine, record_ring<Layout>& ring) {
  segment.claim(mine, ring.is_plausible());
  if (has(mine, side::consumer)) segment.claim(mine, ring.consumer_is_plausible());
  if (!has(mine, side::producer)) return;
  segment.claim(mine, ring.producer_is_plausible());
  ring.take_over();
}

struct queue_options {
  memory::huge_pages pages = memory::huge_pages::attempt;  // not for shared segments
  bool wake_consumer = false;
  std::uint64_t first_position = 0;  // where positions begin, to the lap: for tests
};

template <class T>
class spsc_queue {
  static_assert(std::is_trivially_copyable_v<T>, "records are copied as bytes");
  static_assert(alignof(T) <= cache_line_bytes, "blocks are aligned to a cache line and no further");
  using layout = static_layout<sizeof(T), alignof(T)>;
  using ring = record_ring<layout>;

 public:
  // capacity in records: a power of two, else argument_error. Memory that can't be had: host_error.
  explicit spsc_queue(std::size_t capacity, const queue_options& options = {})
      : block_(ring::bytes_for(layout::get(), checked_capacity(capacity, layout::get())), options.pages),
        ring_(block_.data(), capacity, {}, options.wake_consumer) {
    ring_.begin(options.first_position);
  }
  // In a segment of that name in shared memory, which must not exist yet, with this object on `mine`. record_type: what
  // open_shared() compares, up to 511 bytes; empty is compared with nothing. shared_segment.hpp has the errors.
  static spsc_queue create_shared(const std::string& name, std::size_t capacity, side mine,
                                  const std::string& record_type = {}, const queue_options& options = {}) {
    checked_capacity(capacity, layout::get());
    spsc_queue made(shared_segment::create(name, {layout::get(), capacity, options.wake_consumer, record_type},
                                           ring::bytes_for(layout::get(), capacity)));
    made.ring_.begin(options.first_position);
    made.segment_.publish(mine);
    return made;
  }
  // The queue that another process, or this one, has created under that name.
  static spsc_queue open_shared(const std::string& name, side mine, const std::string& record_type = {}) {
    spsc_queue found(shared_segment::open(name, layout::get(), record_type));
    claim_ring(found.segment_, mine, found.ring_);
    return found;
  }
  spsc_queue(spsc_queue&&) noexcept = default;
  spsc_queue& operator=(spsc_queue&&) = delete;

  // Producer. False when full.
  bool try_push(const T& record) noexcept {
    return ring_.try_push([&](std::byte* slot) { new (slot) T(record); });
  }
  // Producer. How many of records went in: the first so many, in order.
  std::size_t try_push_n(std::span<const T> records) noexcept {
    return ring_.try_push_n(records.data(), records.size());
  }
  // Producer. A slot to fill in place, or null when full. The consumer sees it after commit(); not committing takes it
  // back.
  T* try_reserve() noexcept { return reinterpret_cast<T*>(ring_.try_reserve()); }
  void commit() noexcept { ring_.commit(); }
  // Producer. Waits while full; false when give_up() said so.
  template <class Idle, class GiveUp = never>
  bool push_or_wait(const T& record, Idle&& idle, GiveUp&& give_up = {}) noexcept {
    while (!try_push(record)) {
      if (give_up()) return false;
      idle(0);
    }
    idle(1);
    return true;
  }

  // Consumer. False when empty.
  bool try_pop(T& record) noexcept {
    return ring_.try_pop([&](const std::byte* slot) { record = *reinterpret_cast<const T*>(slot); });
  }
  // Consumer. How many records were written to the front of records.
  std::size_t try_pop_n(std::span<T> records) noexcept { return ring_.try_pop_n(records.data(), records.size()); }
  // Consumer. The oldest record in place, or null when empty; it stays the queue's until release().
  const T* peek() noexcept { return reinterpret_cast<const T*>(ring_.peek()); }
  // Consumer. The oldest records that lie side by side, at most `most`, though more may wait: small ones, up to 56 bytes,
  // to the end of their cache line, larger ones to the end of the ring.
  std::span<const T> peek_n(std::size_t most = std::numeric_limits<std::size_t>::max()) noexcept {
    const std::size_t n = ring_.peek_n(most);
    return {n == 0 ? nullptr : peek(), n};
  }
  // Consumer. Gives back the n oldest records, which must have been peeked at.
  void release(std::size_t n = 1) noexcept { ring_.release(n); }
  // Consumer. Waits while empty; false when give_up() said so.
  template <class Idle, class GiveUp = never>
  bool pop_or_wait(T& record, Idle&& idle, GiveUp&& give_up = {}) noexcept {
    while (!try_pop(record)) {
      if (give_up()) return false;
      idle(0);
    }
    idle(1);
    return true;
  }

  std::size_t size() const noexcept { return ring_.size(); }
  bool empty() const noexcept { return size() == 0; }
  std::size_t capacity() const noexcept { return ring_.capacity(); }
  std::size_t slots() const noexcept { return ring_.slots(); }
  // What the consumer parks on, where the queue was made with wake_consumer.
  std::atomic<std::uint32_t>& bell() noexcept { return ring_.bell(); }
  // The pages of a queue of this process; empty for a shared one.
  const memory::page_block& block() const noexcept { return block_; }
  // The segment of a shared one: who is there.
  const shared_segment& segment() const noexcept { return segment_; }

 private:
  explicit spsc_queue(shared_segment&& segment)
      : segment_(std::move(segment)),
        ring_(segment_.body(), segment_.form().capacity, {}, segment_.form().wakes_consumer) {}

  memory::page_block block_;
  shared_segment segment_;
  ring ring_;
};

}  // namespace pyhft::queue
