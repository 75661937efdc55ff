// SPDX-License-Identifier: MIT
#pragma once

// A bounded queue of records between exactly one producing and one consuming thread.
//
// Wait-free: every call is a few instructions plus the copy, and none allocates, locks, throws or makes a system call.
// When the queue is full a push returns false (or the number that fitted), and what happens to the record is the
// producer's decision: count a drop, or close a gate. All memory, capacity records on prefaulted pages, is taken by the
// constructor.
//
// How it is fast: each side keeps a private copy of the other's index and looks at the shared one only when the copy
// says full or empty, so a line changes hands once per round trip of a batch and not once per record; indices run on
// for ever and are masked, so full and empty differ and no slot is wasted; batches publish one index for many records.
// Indices wrap at 2^64 without harm; first_index lets a test start there.
//
// Producer calls: try_push, try_push_n, try_reserve + commit. Consumer calls: try_pop, try_pop_n, peek, peek_n +
// release. A side may move to another thread if the caller orders the two (join, mutex). size() may be asked by anyone
// and is a moment's estimate.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <type_traits>

#include "pyhft/base/config.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/memory/page_block.hpp"

namespace pyhft::queue {

template <class T>
class spsc_queue {
  static_assert(std::is_trivially_copyable_v<T>, "records are copied as bytes");
  static_assert(alignof(T) <= 4096, "a block is aligned to a page and no further");

 public:
  // capacity in records: a power of two, else argument_error. Memory that can't be had: host_error.
  explicit spsc_queue(std::size_t capacity, memory::huge_pages wish = memory::huge_pages::attempt,
                      std::uint64_t first_index = 0)
      : block_(checked_bytes(capacity), wish),
        slots_(reinterpret_cast<T*>(block_.data())),
        mask_(capacity - 1),
        tail_(first_index),
        cached_head_(first_index),
        head_(first_index),
        cached_tail_(first_index) {}
  spsc_queue(const spsc_queue&) = delete;
  spsc_queue& operator=(const spsc_queue&) = delete;

  // Producer. False when full.
  bool try_push(const T& record) noexcept {
    T* slot = try_reserve();
    if (slot == nullptr) [[unlikely]]
      return false;
    std::memcpy(static_cast<void*>(slot), &record, sizeof(T));
    commit();
    return true;
  }

  // Producer. How many of records went in: the first so many, in order.
  std::size_t try_push_n(std::span<const T> records) noexcept {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // own index
    const std::size_t n = std::min(records.size(), free_slots(tail, records.size()));
    const std::size_t first = std::min(n, slots_to_end(tail));
    copy(slots_ + (tail & mask_), records.data(), first);
    copy(slots_, records.data() + first, n - first);
    tail_.store(tail + n, std::memory_order_release);  // pairs with the consumer's acquire of tail_
    return n;
  }

  // Producer. A slot to fill in place, or null when full. The consumer sees it after commit(); not committing takes it
  // back.
  T* try_reserve() noexcept {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // own index
    return free_slots(tail, 1) == 0 ? nullptr : slots_ + (tail & mask_);
  }
  void commit() noexcept {
    // Release pairs with the consumer's acquire of tail_: the record is there before the index says so.
    tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // Consumer. False when empty.
  bool try_pop(T& record) noexcept {
    const T* slot = peek();
    if (slot == nullptr) return false;
    std::memcpy(static_cast<void*>(&record), slot, sizeof(T));
    release();
    return true;
  }

  // Consumer. How many records were written to the front of records.
  std::size_t try_pop_n(std::span<T> records) noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);  // own index
    const std::size_t n = std::min(records.size(), filled_slots(head, records.size()));
    const std::size_t first = std::min(n, slots_to_end(head));
    copy(records.data(), slots_ + (head & mask_), first);
    copy(records.data() + first, slots_, n - first);
    head_.store(head + n, std::memory_order_release);  // pairs with the producer's acquire of head_
    return n;
  }

  // Consumer. The oldest record in place, or null when empty; it stays the queue's until release().
  const T* peek() noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);  // own index
    return filled_slots(head, 1) == 0 ? nullptr : slots_ + (head & mask_);
  }

  // Consumer. The oldest records that lie side by side, at most `most`. They may end at the end of the block though
  // more wait.
  std::span<const T> peek_n(std::size_t most = std::numeric_limits<std::size_t>::max()) noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);  // own index
    return {slots_ + (head & mask_), std::min({most, filled_slots(head, most), slots_to_end(head)})};
  }

  // Consumer. Gives back the n oldest records, which must have been peeked at.
  void release(std::size_t n = 1) noexcept {
    // Release pairs with the producer's acquire of head_: the reads are over before the slot is free.
    head_.store(head_.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }

  std::size_t size() const noexcept {
    // head_ first: tail_ can only have grown since, and an index that passes the other can't be seen. Acquire keeps the
    // order.
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    return std::min<std::size_t>(tail_.load(std::memory_order_acquire) - head, capacity());
  }
  bool empty() const noexcept { return size() == 0; }
  std::size_t capacity() const noexcept { return mask_ + 1; }
  const memory::page_block& block() const noexcept { return block_; }

 private:
  static std::size_t checked_bytes(std::size_t capacity) {
    constexpr std::size_t most =
        std::bit_floor(static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(T));
    if (!std::has_single_bit(capacity) || capacity > most) {
      throw argument_error("A queue of " + std::to_string(capacity) +
                           " records can't be masked: give a power of two up to " + std::to_string(most) +
                           ", such as " + std::to_string(std::bit_ceil(std::clamp<std::size_t>(capacity, 1, most))) +
                           ".");
    }
    return capacity * sizeof(T);
  }

  static void copy(T* to, const T* from, std::size_t n) noexcept {
    if (n != 0) std::memcpy(static_cast<void*>(to), from, n * sizeof(T));
  }

  std::size_t slots_to_end(std::uint64_t index) const noexcept {
    return capacity() - static_cast<std::size_t>(index & mask_);
  }

  // The other side's index is fetched only when the copy of it doesn't promise `wanted`.
  std::size_t free_slots(std::uint64_t tail, std::size_t wanted) noexcept {
    std::size_t free = capacity() - static_cast<std::size_t>(tail - cached_head_);
    if (free < wanted) {
      cached_head_ = head_.load(std::memory_order_acquire);  // pairs with the consumer's release of head_
      free = capacity() - static_cast<std::size_t>(tail - cached_head_);
    }
    return free;
  }
  std::size_t filled_slots(std::uint64_t head, std::size_t wanted) noexcept {
    auto filled = static_cast<std::size_t>(cached_tail_ - head);
    if (filled < wanted) {
      cached_tail_ = tail_.load(std::memory_order_acquire);  // pairs with the producer's release of tail_
      filled = static_cast<std::size_t>(cached_tail_ - head);
    }
    return filled;
  }

  // Written by nobody after construction.
  alignas(cache_line_bytes) memory::page_block block_;
  T* slots_;
  std::uint64_t mask_;

  // Written by the producer.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> tail_;  // the next slot to fill
  std::uint64_t cached_head_;

  // Written by the consumer.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> head_;  // the oldest filled slot
  std::uint64_t cached_tail_;
};

}  // namespace pyhft::queue
