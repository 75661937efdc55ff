// SPDX-License-Identifier: MIT
#pragma once

// A bounded queue of byte records of any length between exactly one producing and one consuming thread.
//
// A record is written and read in place and never split: one that doesn't fit before the end of the block starts at its
// beginning, and a mark tells the consumer to follow. Records are aligned to 8 bytes and cost 8 bytes of header.
// Wait-free; no call allocates, locks, throws or makes a system call. When full, try_reserve() returns null, and what
// happens to the record is the producer's decision. A record may be as long as max_record_bytes(), half the ring, so
// that one that is refused by a ring in which it never could fit is told from one that came too early.
//
// Producer: try_reserve, commit. Consumer: peek, release, and refresh + peek_known where a round is to stop at what was
// there when it began. A side may move to another thread if the caller orders the two (join, mutex).

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>

#include "pyhft/base/config.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/memory/page_block.hpp"

namespace pyhft::queue {

class byte_ring {
 public:
  // capacity_bytes: a power of two from 64, else argument_error. Memory that can't be had: host_error.
  explicit byte_ring(std::size_t capacity_bytes, memory::huge_pages wish = memory::huge_pages::attempt,
                     std::uint64_t first_index = 0)
      : block_(checked(capacity_bytes), wish),
        bytes_(block_.data()),
        mask_(capacity_bytes - 1),
        tail_(first_index & ~std::uint64_t{record_alignment - 1}),
        pending_tail_(tail_),
        cached_head_(tail_),
        head_(tail_.load(std::memory_order_relaxed)),
        cached_tail_(tail_) {}
  byte_ring(const byte_ring&) = delete;
  byte_ring& operator=(const byte_ring&) = delete;

  // Producer. length bytes to fill in place, aligned to 8, or null when full or longer than max_record_bytes(). The
  // consumer sees the record after commit(); reserving again without committing takes it back.
  std::byte* try_reserve(std::size_t length) noexcept {
    if (length > max_record_bytes()) [[unlikely]]
      return nullptr;
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // own index
    const std::size_t needed = slot_bytes(length);
    const std::size_t to_end = capacity_bytes() - static_cast<std::size_t>(tail & mask_);
    const std::size_t skipped = needed > to_end ? to_end : 0;
    if (free_bytes(tail, skipped + needed) < skipped + needed) [[unlikely]]
      return nullptr;
    if (skipped != 0) [[unlikely]]
      write_header(tail, skip_mark);
    write_header(tail + skipped, length);
    pending_tail_ = tail + skipped + needed;
    return bytes_ + ((tail + skipped) & mask_) + header_bytes;
  }
  void commit() noexcept {
    // Release pairs with the consumer's acquire of tail_: the record is there before the index says so.
    tail_.store(pending_tail_, std::memory_order_release);
  }

  // Consumer. The oldest record in place, data() null when there is none; it stays the ring's until release(). A record
  // of no bytes has a data() that isn't null.
  std::span<const std::byte> peek() noexcept {
    if (cached_tail_ == head_.load(std::memory_order_relaxed)) refresh();  // own index
    return peek_known();
  }
  // Consumer. As peek(), among the records that had been committed at the last refresh() or empty peek().
  std::span<const std::byte> peek_known() noexcept {
    std::uint64_t head = head_.load(std::memory_order_relaxed);  // own index
    if (cached_tail_ == head) return {};
    std::uint64_t length = read_header(head);
    if (length == skip_mark) [[unlikely]] {
      head += capacity_bytes() - static_cast<std::size_t>(head & mask_);
      length = read_header(head);
    }
    next_head_ = head + slot_bytes(static_cast<std::size_t>(length));
    return {bytes_ + (head & mask_) + header_bytes, static_cast<std::size_t>(length)};
  }
  // Consumer. Looks how far the producer has come. True when there is a record.
  bool refresh() noexcept {
    cached_tail_ = tail_.load(std::memory_order_acquire);          // pairs with the producer's release of tail_
    return cached_tail_ != head_.load(std::memory_order_relaxed);  // own index
  }
  // Consumer. Gives back the record that was peeked at last.
  void release() noexcept {
    // Release pairs with the producer's acquire of head_: the reads are over before the bytes are free.
    head_.store(next_head_, std::memory_order_release);
  }

  // Bytes in use, headers and skipped ends with them: a moment's estimate, for anyone.
  std::size_t used_bytes() const noexcept {
    // head_ first: tail_ can only have grown since. Acquire keeps the order.
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    return std::min(static_cast<std::size_t>(tail_.load(std::memory_order_acquire) - head), capacity_bytes());
  }
  bool empty() const noexcept { return used_bytes() == 0; }
  std::size_t capacity_bytes() const noexcept { return mask_ + 1; }
  // With this length a record fits an empty ring wherever the indices stand.
  std::size_t max_record_bytes() const noexcept { return capacity_bytes() / 2 - header_bytes; }
  const memory::page_block& block() const noexcept { return block_; }

  static constexpr std::size_t record_alignment = 8;
  static constexpr std::size_t header_bytes = 8;

 private:
  static constexpr std::uint64_t skip_mark = ~std::uint64_t{};

  static std::size_t checked(std::size_t capacity_bytes) {
    constexpr std::size_t most = std::bit_floor(static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()));
    if (!std::has_single_bit(capacity_bytes) || capacity_bytes < 64 || capacity_bytes > most) {
      throw argument_error("A ring of " + std::to_string(capacity_bytes) +
                           " bytes can't be masked: give a power of two from 64, such as " +
                           std::to_string(std::bit_ceil(std::clamp<std::size_t>(capacity_bytes, 64, most))) + ".");
    }
    return capacity_bytes;
  }

  static constexpr std::size_t slot_bytes(std::size_t length) noexcept {
    return header_bytes + ((length + record_alignment - 1) & ~(record_alignment - 1));
  }

  void write_header(std::uint64_t index, std::uint64_t value) noexcept {
    std::memcpy(bytes_ + (index & mask_), &value, sizeof value);
  }
  std::uint64_t read_header(std::uint64_t index) const noexcept {
    std::uint64_t value;
    std::memcpy(&value, bytes_ + (index & mask_), sizeof value);
    return value;
  }

  std::size_t free_bytes(std::uint64_t tail, std::size_t wanted) noexcept {
    std::size_t free = capacity_bytes() - static_cast<std::size_t>(tail - cached_head_);
    if (free < wanted) {
      cached_head_ = head_.load(std::memory_order_acquire);  // pairs with the consumer's release of head_
      free = capacity_bytes() - static_cast<std::size_t>(tail - cached_head_);
    }
    return free;
  }

  // Written by nobody after construction.
  alignas(cache_line_bytes) memory::page_block block_;
  std::byte* bytes_;
  std::uint64_t mask_;

  // Written by the producer.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> tail_;  // where the next record goes
  std::uint64_t pending_tail_;                                 // where the one after the reserved record goes
  std::uint64_t cached_head_;

  // Written by the consumer.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> head_;  // the oldest record, or the mark before it
  std::uint64_t next_head_{};
  std::uint64_t cached_tail_;
};

}  // namespace pyhft::queue
